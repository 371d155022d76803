//! The one loan between funds: what is booked of it, and how.

use earmark::prelude::*;

use crate::replay::{ReplayError, millions};

/// The id of the authorisation in the profile, whose days these are.
pub(crate) const ID: &str = "interfund-loan-1982";
const FROM: &str = "1982-01-01";
const UNTIL: &str = "1982-12-31";
const REPAY_BY: &str = "1986-12-31";

/// What a loan moves in a fund and year, in million dollars: in where positive, out where negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moved {
    pub(crate) year: i32,
    /// What the published net increase leaves beside receipts and expenditures, all rounded.
    pub(crate) derived: i64,
    /// What is booked.
    pub(crate) booked: i64,
}

/// What is booked of a fund's side of the loan.
///
/// As derived, but for the last repayment: it settles what is open. The derived figures carry the
/// rounding of three published ones, so that they alone would let 5,082 come back of 5,081 lent (which
/// the ledger refuses) and leave 1 of 17,519 borrowed open for ever. The rest is rounding of the
/// table, and stands in its own line.
pub(crate) fn booked(derived: impl IntoIterator<Item = (i32, i64)>) -> Vec<Moved> {
    let mut open = 0;
    let mut moves: Vec<_> = derived
        .into_iter()
        .map(|(year, derived)| {
            open += derived;
            Moved { year, derived, booked: derived }
        })
        .collect();
    if let Some(last) = moves.last_mut() {
        last.booked -= open;
    }
    moves
}

/// The fund's own authorisation, as an event of its book.
pub(crate) fn authorise<F: Borrows>(
    book: &Book<F>,
    limit: i64,
) -> Result<Recorded<F>, ReplayError> {
    let receipt = book.record(key(ID), &voucher(book)?, authorisation(book, limit)?)?;
    book.event(receipt.first_seq())?.ok_or(ReplayError::Lost)
}

/// On the first day of the law, by the actor that the profile names.
pub(crate) fn voucher<F: Borrows>(book: &Book<F>) -> Result<Voucher, ReplayError> {
    let papers = Papers {
        register: "authorisations of the profile us-oasdi",
        document: 1,
        basis: "Schobel, Interfund Borrowing Under the Social Security Act",
        actor: "congress",
    };
    Ok(book.voucher(day(FROM)?, papers)?)
}

/// With the days of the profile, and limited to what the fund lent or borrowed.
pub(crate) fn authorisation<F: Borrows>(
    book: &Book<F>,
    limit: i64,
) -> Result<AuthoriseLoan<F>, ReplayError> {
    Ok(AuthoriseLoan {
        authorisation: book.register(ID)?,
        limit: millions(limit)?,
        from: day(FROM)?,
        until: day(UNTIL)?,
        repay_by: day(REPAY_BY)?,
    })
}

/// Appends what the loan moves in a year; the borrower is the one to whom it first came.
pub(crate) fn append<F: Borrows>(
    batch: &mut Batch<F>,
    voucher: &Voucher,
    under: &Recorded<F>,
    borrows: bool,
    moved: Moved,
) -> Result<(), ReplayError> {
    let amount = millions(moved.booked.abs())?;
    match (borrows, moved.booked > 0) {
        (true, true) => batch.push(voucher, ReceiveLoan { under, amount }),
        (true, false) => batch.push(voucher, RepayLoan { under, amount }),
        (false, true) => batch.push(voucher, ReceiveRepayment { under, amount }),
        (false, false) => batch.push(voucher, MakeLoan { under, amount }),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_repayment_settles_what_is_open() {
        let moves = booked([(1982, -5_081), (1985, 2_540), (1986, 2_542)]);
        let sums: Vec<_> = moves.iter().map(|it| it.booked).collect();
        assert_eq!(sums, [-5_081, 2_540, 2_541]);
        assert_eq!(booked([]), []);
    }
}
