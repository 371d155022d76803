//! Records every year of every fund, one commit a year.

use earmark::prelude::*;
use earmark::time::DayError;

use crate::figures::{Figures, FundYear, Line, LoanYear, Published, Side};
use crate::funds::{Disability, Hospital, OldAge, given_back, paid, received};
use crate::loan::{self, Moved};
use crate::refusals::{self, Refusal};

const CENTS_PER_MILLION: u64 = 100_000_000;

/// Why the replay stopped.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReplayError {
    #[error(transparent)]
    Recording(#[from] Error),
    #[error(transparent)]
    Fault(#[from] Fault),
    #[error(transparent)]
    Amount(#[from] AmountError),
    #[error(transparent)]
    Day(#[from] DayError),
    #[error("{fund} {year}: the fund has no purpose for {millions} million of `{}`", line.name())]
    NoFlow { fund: Published, year: i32, line: Line, millions: i64 },
    #[error("{asked}: this was to be refused and was recorded")]
    NotRefused { asked: &'static str },
    #[error("an event that was recorded is not there")]
    Lost,
    #[error("a command does not read as one: {0}")]
    Command(#[from] serde_json::Error),
}

/// So many million dollars.
pub(crate) fn millions<F: Fund>(millions: i64) -> Result<Amount<F>, AmountError> {
    let cents = u64::try_from(millions)
        .map_err(|_| AmountError::Negative)?
        .checked_mul(CENTS_PER_MILLION)
        .ok_or(AmountError::OutOfRange)?;
    Amount::from_minor(cents)
}

/// The books of the three funds, and what the loan moves in each.
pub(crate) struct Books {
    pub(crate) old_age: Keeper<OldAge>,
    pub(crate) disability: Keeper<Disability>,
    pub(crate) hospital: Keeper<Hospital>,
}

/// A book, its voucher, and its side of the loan.
pub(crate) struct Keeper<F> {
    pub(crate) book: Book<F>,
    pub(crate) voucher: Voucher,
    pub(crate) moves: Vec<Moved>,
    pub(crate) under: Option<Recorded<F>>,
}

/// Records everything, with what is refused on the way.
pub(crate) fn replay(
    ledger: &Ledger,
    figures: &Figures,
) -> Result<(Books, Vec<Refusal>), ReplayError> {
    let moves = |of: fn(&LoanYear) -> i64| {
        loan::booked(figures.loans.iter().map(|loan| (loan.year, of(loan))))
    };
    let mut books = Books {
        old_age: Keeper::open(ledger, 1937, moves(|loan| loan.old_age))?,
        disability: Keeper::open(ledger, 1957, moves(|loan| loan.disability))?,
        hospital: Keeper::open(ledger, 1982, moves(|loan| loan.hospital))?,
    };
    books.hospital.bring_forward_what_is_lent()?;
    let mut refusals = Vec::new();
    let (mut old_age, mut disability) = (0, 0);
    let mut years = figures.of(Published::Disability).peekable();
    for row in figures.of(Published::OldAge) {
        if figures.loans.first().is_some_and(|loan| loan.year == row.year) {
            refusals.push(refusals::before_the_law(&books.old_age)?);
            books.old_age.authorise()?;
            books.disability.authorise()?;
            books.hospital.authorise()?;
        }
        books.old_age.record(row, old_age)?;
        old_age = row.assets;
        if let Some(row) = years.next_if(|next| next.year == row.year) {
            books.disability.record(row, disability)?;
            disability = row.assets;
        }
        books.hospital.record_loan(row.year)?;
        refusals.extend(refusals::after_year(&books, row.year)?);
    }
    refusals.extend(refusals::chinese(ledger)?);
    Ok((books, refusals))
}

impl<F: Borrows> Keeper<F> {
    /// Opens a book: its first event after the texts of its voucher is the profile by which it is
    /// judged.
    fn open(ledger: &Ledger, year: i32, moves: Vec<Moved>) -> Result<Self, ReplayError> {
        let book = ledger.book::<F>(Area::CENTRAL)?;
        let voucher = book.voucher(
            Day::new(year, 1, 1)?,
            Papers {
                register: "SSA Annual Statistical Supplement 2025, table 4.A",
                document: 0,
                basis: "42 USC 401",
                actor: "managing trustee",
            },
        )?;
        book.record(
            key("opening"),
            &voucher,
            (
                AdoptProfile { profile: Profile::us_oasdi() },
                OpenAccount(SpecialAccount),
                OpenAccount(ExpenditureAccount),
            ),
        )?;
        Ok(Self { book, voucher, moves, under: None })
    }

    /// What the fund is to lend, as an opening balance: its own accounts are not in the table.
    fn bring_forward_what_is_lent(&self) -> Result<(), ReplayError> {
        let lent = self.moves.first().map_or(0, |moved| moved.booked.abs());
        let command = BringForward { into: SpecialAccount, amount: millions(lent)? };
        self.book.record(key("brought forward"), &self.voucher, command)?;
        Ok(())
    }

    fn authorise(&mut self) -> Result<(), ReplayError> {
        let limit = self.moves.first().map_or(0, |moved| moved.booked.abs());
        self.under = Some(loan::authorise(&self.book, limit)?);
        Ok(())
    }

    pub(crate) fn moved_in(&self, year: i32) -> Option<Moved> {
        self.moves.iter().copied().find(|moved| moved.year == year)
    }

    fn borrows(&self) -> bool {
        self.moves.first().is_some_and(|moved| moved.booked > 0)
    }

    /// The voucher of a year: its last day, its row.
    pub(crate) fn voucher_of(&self, year: i32) -> Result<Voucher, ReplayError> {
        let row = u64::from(year.unsigned_abs());
        Ok(self.voucher.on(Day::new(year, 12, 31)?).document(row))
    }

    /// A year as lump sums: what came in, what the loan moved, what was paid and given back.
    fn record(&self, row: &FundYear, assets_before: i64) -> Result<(), ReplayError> {
        let voucher = self.voucher_of(row.year)?;
        let moved = self.moved_in(row.year);
        let lent = moved.map_or(0, |moved| moved.booked);
        let mut batch = Batch::new();
        let (mut uses, mut backs, mut spent) = (Vec::new(), Vec::new(), 0);
        for line in Line::ALL {
            let figure = row.of(line, assets_before, lent);
            let amount = millions(figure.abs())?;
            let inwards = (figure > 0) != (line.side() == Side::Expenditures);
            let missing =
                ReplayError::NoFlow { fund: row.fund, year: row.year, line, millions: figure };
            match (inwards, line) {
                _ if figure == 0 => {}
                (true, Line::Reimbursements) => {
                    batch.push(&voucher, ReceiveFiscalSubsidy { amount });
                }
                (true, Line::Interest) => {
                    batch.push(&voucher, ReceiveInterest { into: SpecialAccount, amount });
                }
                (true, line) => {
                    let (into, from) = (SpecialAccount, outside(line));
                    let kind = received::<F>(line).ok_or(missing)?;
                    batch.push(&voucher, ReceivePremium { into, kind, from, amount });
                }
                (false, line) => {
                    let to = outside(line);
                    if let Some(kind) = paid::<F>(line) {
                        spent += figure;
                        uses.push(PayBenefit { from: ExpenditureAccount, kind, to, amount });
                    } else {
                        let kind = given_back::<F>(line).ok_or(missing)?;
                        backs.push(PayStateUse { kind, to, amount });
                    }
                }
            }
        }
        if let (Some(moved), Some(under)) = (moved, &self.under) {
            loan::append(&mut batch, &voucher, under, self.borrows(), moved)?;
        }
        if spent > 0 {
            let plan = Month::new(row.year, 12)?;
            batch.push(&voucher, Release { plan, amount: millions(spent)? });
        }
        uses.into_iter().for_each(|it| batch.push(&voucher, it));
        backs.into_iter().for_each(|it| batch.push(&voucher, it));
        self.book.record_batch(key(&format!("year {}", row.year)), batch)?;
        Ok(())
    }

    /// Only what the loan moved.
    fn record_loan(&self, year: i32) -> Result<(), ReplayError> {
        let (Some(moved), Some(under)) = (self.moved_in(year), &self.under) else { return Ok(()) };
        let mut batch = Batch::new();
        loan::append(&mut batch, &self.voucher_of(year)?, under, self.borrows(), moved)?;
        self.book.record_batch(key(&format!("year {year}")), batch)?;
        Ok(())
    }
}

/// Who stands on the other side of a line.
fn outside(line: Line) -> Party {
    Party::from_u128(match line {
        Line::PayrollTax | Line::TaxationOfBenefits => 1, // the Internal Revenue Service
        Line::Benefits => 2,                              // beneficiaries
        Line::Administration => 3,                        // who administers the fund
        Line::RailroadRetirement => 4,                    // the Railroad Retirement account
        Line::Reimbursements | Line::Interest => 5,       // the Treasury
        _ => 0,                                           // nobody: rounding
    })
}
