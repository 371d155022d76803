use std::fmt;

/// What differs, and how to see it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    what: String,
    program: String,
}

/// What the judge says: nothing, or what differs.
pub type Verdict = Result<(), Difference>;

impl Difference {
    /// A difference with the program of what led to it.
    #[must_use]
    pub fn new(what: impl fmt::Display, program: String) -> Self {
        Self { what: what.to_string(), program }
    }

    /// What differs.
    #[must_use]
    pub fn what(&self) -> &str {
        &self.what
    }

    /// The program that fails in the same way when it is pasted into a test.
    #[must_use]
    pub fn program(&self) -> &str {
        &self.program
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}\n\nPasted into a test, this fails in the same way:\n\n{}",
            self.what, self.program
        )
    }
}

impl std::error::Error for Difference {}
