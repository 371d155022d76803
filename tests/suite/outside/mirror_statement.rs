//! Statements of mirrors from outside. The fuzz target `mirror_statement` is made of this file too.

use earmark_audit::mirror::MirrorStatement;
use earmark_testkit::outside::Reading;

/// One text for each, with a time that a cosignature can have.
pub(crate) fn mirror_statement(bytes: &[u8]) -> Reading {
    let Ok(text) = std::str::from_utf8(bytes) else { return Reading::Refused };
    let Ok(statement) = MirrorStatement::parse(text) else { return Reading::Refused };
    assert_eq!(statement.to_string(), text, "the one text");
    assert!(i64::try_from(statement.at_seconds).is_ok() && !statement.origin.is_empty());
    Reading::Accepted
}
