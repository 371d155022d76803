//! The texts of audit packages from outside. The fuzz target `package_text` is made of this file too.

use earmark_audit::package::__is_a_text;
use earmark_core::fund::{Fund, WorkInjury};
use earmark_core::id::{BookId, area};
use earmark_testkit::outside::Reading;

/// One text for each of them. The checksum at its end is added here, or no change would get past it.
pub(crate) fn package_text(bytes: &[u8]) -> Reading {
    let Ok(lines) = std::str::from_utf8(bytes) else { return Reading::Refused };
    let book = BookId::new(area("320100").unwrap(), WorkInjury::SPEC);
    if __is_a_text(book, lines) { Reading::Accepted } else { Reading::Refused }
}
