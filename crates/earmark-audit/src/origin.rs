//! Origins: the names under which the logs of books are known.

use earmark_core::id::{Area, BookId, area};
use earmark_tlog::note::{KeyError, KeyName};

/// The origin of a book's log: the office's name, the area and the fund, such as
/// `ledger.funds.example/320100/WORK_INJURY`. It is the first line of the book's checkpoints, and the name of the
/// keys that sign them.
///
/// ```
/// use earmark_audit::origin::origin;
/// use earmark_core::fund::{Fund, WorkInjury};
/// use earmark_core::id::{BookId, area};
/// use earmark_tlog::note::KeyName;
///
/// let book = BookId::new(area("320100")?, WorkInjury::SPEC);
/// let office = KeyName::new("ledger.funds.example")?;
/// assert_eq!(origin(&office, book)?.as_str(), "ledger.funds.example/320100/WORK_INJURY");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`KeyError::Name`] where the whole is too long for a key's name.
pub fn origin(office: &KeyName, book: BookId) -> Result<KeyName, KeyError> {
    KeyName::new(format!("{office}/{book}"))
}

/// The area and the code of the fund that an origin names; none where it is not the origin of a book.
pub(crate) fn parts_of(origin: &KeyName) -> Option<(Area, &str)> {
    parts_of_text(origin.as_str())
}

/// As [`parts_of`], of an origin as a checkpoint has it.
pub(crate) fn parts_of_text(origin: &str) -> Option<(Area, &str)> {
    let (rest, fund) = origin.rsplit_once('/')?;
    let (office, digits) = rest.rsplit_once('/')?;
    let area = area(digits).ok()?;
    (!office.is_empty() && !fund.is_empty()).then_some((area, fund))
}
