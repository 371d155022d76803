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

    /// The program that brings the same about when it is pasted into a test. It fails there too where ledgers
    /// and model differ; a property of one's own is asked again after it.
    #[must_use]
    pub fn program(&self) -> &str {
        &self.program
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}\n\nPasted into a test, this brings the same about:\n\n{}",
            self.what, self.program
        )
    }
}

impl std::error::Error for Difference {}
