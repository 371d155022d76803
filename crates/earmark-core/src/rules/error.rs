use std::fmt;

/// Why a text is not a profile, or a profile is not for this book.
///
/// It names the layer, the line in that layer's file (the first line is 1) and the field.
///
/// ```
/// use earmark_core::rules::Profile;
///
/// let text = r#"
/// [profile]
/// id = "town"
/// name = "a town"
/// jurisdiction = "Other"
/// edition = "1"
///
/// [[rate]]
/// fund = "TOWN"
/// premium = "Unit"
/// rate = "16 %"
/// from = 2021-01-01
/// source = "town rules"
/// "#;
/// let error = Profile::parse(text).expect_err("16 % is not a plain decimal");
/// assert_eq!((error.layer(), error.line(), error.field()), ("town", 11, "rate.rate"));
/// assert_eq!(
///     error.to_string(),
///     "layer `town`, line 11, field `rate.rate`: expected a plain decimal in quotes such as `\"0.16\"`, \
///      found `\"16 %\"`"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileError {
    layer: String,
    line: usize,
    field: String,
    problem: String,
}

impl ProfileError {
    pub(super) fn new(
        layer: impl Into<String>,
        line: usize,
        field: impl Into<String>,
        problem: impl Into<String>,
    ) -> Self {
        Self { layer: layer.into(), line, field: field.into(), problem: problem.into() }
    }

    /// The id of the layer, or `#2` for the second where its id cannot be read.
    #[must_use]
    pub fn layer(&self) -> &str {
        &self.layer
    }

    /// The line in the file of that layer, from 1.
    #[must_use]
    pub const fn line(&self) -> usize {
        self.line
    }

    /// The field, led by its table, such as `rate.from`; `toml` where the file is not TOML, `bundle`
    /// where the stack as a whole does not fit.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.field
    }

    /// What was expected and what was found.
    #[must_use]
    pub fn problem(&self) -> &str {
        &self.problem
    }
}

impl fmt::Display for ProfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "layer `{}`, line {}, field `{}`: {}",
            self.layer, self.line, self.field, self.problem
        )
    }
}

impl std::error::Error for ProfileError {}
