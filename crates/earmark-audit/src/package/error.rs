use earmark_core::Fault;

/// Why a package cannot be written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PackageError {
    /// The disk does not do its work.
    #[error("`{file}`: {error}")]
    Io {
        /// The file, below the folder of the package.
        file: String,
        /// The system's words.
        error: std::io::Error,
    },
    /// A file is not what it must be.
    #[error("`{file}`: {what}")]
    Damaged {
        /// The file, below the folder of the package.
        file: String,
        /// What was found and what was expected.
        what: String,
    },
    /// The events are not those of a lawful book: which one, and which rule says so.
    #[error("the events do not replay: {0}")]
    Unlawful(Fault),
    /// The ledger cannot be read, or is not the one of this package.
    #[error(transparent)]
    Ledger(Fault),
}

impl PackageError {
    pub(crate) fn damaged(file: impl Into<String>, what: impl std::fmt::Display) -> Self {
        Self::Damaged { file: file.into(), what: what.to_string() }
    }
}
