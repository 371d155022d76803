//! Acceptances from outside. The fuzz target `acceptance` is made of this file too.

use earmark_audit::acceptance::{Acceptance, MAX_CONTENTS};
use earmark_testkit::outside::Reading;

/// One text for each; a promise is of something, and is kept no earlier than it was given.
pub(crate) fn acceptance(bytes: &[u8]) -> Reading {
    let Ok(text) = std::str::from_utf8(bytes) else { return Reading::Refused };
    let Ok(acceptance) = Acceptance::parse(text) else { return Reading::Refused };
    assert_eq!(acceptance.to_string(), text, "the one text");
    assert!((1..=MAX_CONTENTS).contains(&acceptance.events()), "of nothing, or of too much");
    assert!(acceptance.accepted_at() <= acceptance.record_by(), "kept before it was given");
    Reading::Accepted
}
