use std::collections::BTreeMap;

use earmark_core::event::{Detail, Kind, OtherIncome, Recorded};
use earmark_core::fund::Purpose;
use earmark_core::id::{BookId, Party};
use earmark_core::ledger::AnyBook;
use earmark_core::money::{Currency, SignedFigure};
use earmark_core::register::{DueEntry, DueKey, DueStatus, RegisterKey};
use earmark_core::time::{Day, Month};
use serde::{Serialize, Serializer};

use crate::error::StatementError;
use crate::figures::{less, plus, same, total};
use crate::language::Label;
use crate::reading::Knowledge;
use crate::registers::Folded;

/// What each payer owes for each month on a day: due, received and in arrears (欠费), with late fees
/// (滞纳金).
///
/// On every line and in every total due = received + arrears, because arrears are the difference. And all
/// that was received for months, with the premiums that name no month, is the premium income of the
/// book to that day; no statement exists in which it is not.
///
/// ```
/// use earmark_core::ledger::AnyBook;
/// use earmark_core::time::Day;
/// use earmark_report::{Arrears, Knowledge, StatementError};
///
/// fn in_arrears(book: &AnyBook, day: Day) -> Result<usize, StatementError> {
///     let arrears = Arrears::of(book, day, Knowledge::Now)?;
///     let owing = arrears.payers().iter().filter(|payer| payer.sums.arrears.minor() > 0);
///     Ok(owing.count())
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Arrears {
    book: BookId,
    day: Day,
    known_through: u64,
    payers: Vec<PayerArrears>,
    total: DueSums,
    without_month: SignedFigure,
}

/// What one payer owes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PayerArrears {
    /// The payer.
    pub payer: Party,
    /// By premium and month.
    pub lines: Vec<DueLine>,
    /// All lines together, with the late fees that came in.
    pub sums: DueSums,
}

/// What is due for a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct DueLine {
    /// The month.
    pub month: Month,
    /// The premium kind in the fund's closed list.
    pub premium: &'static str,
    /// What it is called.
    pub label: Label,
    /// How what is due came to be known: declared, verified or assessed.
    #[serde(serialize_with = "status_name")]
    pub status: DueStatus,
    /// For how many persons; 0 where assessed.
    pub persons: u64,
    /// The base.
    pub base: SignedFigure,
    /// What is due.
    pub due: SignedFigure,
    /// What was received for it, less refunds.
    pub received: SignedFigure,
    /// What is due and not received; negative where more was received by that day than was due by then.
    pub arrears: SignedFigure,
    /// Late fees charged on it.
    pub late_fees_charged: SignedFigure,
    /// The last day for which a late fee was charged.
    pub charged_until: Option<Day>,
}

/// Sums of a payer, or of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct DueSums {
    /// What is due.
    pub due: SignedFigure,
    /// What was received for it, less refunds.
    pub received: SignedFigure,
    /// What is due and not received.
    pub arrears: SignedFigure,
    /// Late fees charged.
    pub late_fees_charged: SignedFigure,
    /// Late fees received, as income of the fund. A receipt names its payer and no month.
    pub late_fees_received: SignedFigure,
}

impl Arrears {
    /// The statement at the end of a day.
    ///
    /// # Errors
    /// [`StatementError::Differs`] where what was received is not the premium income of the book;
    /// [`StatementError::Fault`] where the store cannot be read.
    pub fn of(book: &AnyBook, day: Day, known: Knowledge) -> Result<Self, StatementError> {
        let mut fees = BTreeMap::<Party, i128>::new();
        let mut premiums = Vec::new();
        let folded = Folded::of(book, Some(day), known, &mut |recorded| {
            let fact = recorded.event().fact();
            match (fact.root_kind(), fact.party()) {
                (Kind::OtherIncomeReceived, Some(payer))
                    if fact.purpose_code() == OtherIncome::LateFee.code() =>
                {
                    *fees.entry(payer).or_default() += i128::from(recorded.net_minor());
                }
                (Kind::PremiumReceived, _) => {
                    premiums.push((root_of(recorded), i128::from(recorded.net_minor())));
                }
                _ => {}
            }
        })?;
        let currency = book.fund().currency();
        let figure = |minor| SignedFigure::from_minor(minor, currency);
        let mut of_payer = BTreeMap::<Party, Vec<DueLine>>::new();
        for (key, entry) in &folded.entries {
            if let RegisterKey::Due(key) = key {
                let line = DueLine::of(book.id(), *key, &entry.due());
                of_payer.entry(key.payer).or_default().push(line);
            }
        }
        for payer in fees.keys() {
            of_payer.entry(*payer).or_default();
        }
        let payers: Vec<_> = of_payer
            .into_iter()
            .map(|(payer, mut lines)| {
                lines.sort_by_key(|line| (line.month, line.premium));
                let paid = figure(fees.get(&payer).copied().unwrap_or_default());
                let sums = DueSums::of_lines(currency, &lines, paid);
                PayerArrears { payer, lines, sums }
            })
            .collect();
        let all = DueSums::of_all(currency, payers.iter().map(|payer| payer.sums));
        let counted = |root: &u64| folded.entries.contains_key(&RegisterKey::Counted(*root));
        let sum = |month: bool| {
            let sums = premiums.iter().filter(|(root, _)| counted(root) == month);
            figure(sums.map(|(_, sum)| sum).sum())
        };
        let without_month = sum(false);
        same("premiums received for months = what the dues count", sum(true), all.received)?;
        Ok(Self {
            book: book.id(),
            day,
            known_through: folded.through,
            payers,
            total: all,
            without_month,
        })
    }

    /// The book.
    #[must_use]
    pub const fn book(&self) -> BookId {
        self.book
    }

    /// The day at whose end it stands.
    #[must_use]
    pub const fn day(&self) -> Day {
        self.day
    }

    /// The last event that was looked at.
    #[must_use]
    pub const fn known_through(&self) -> u64 {
        self.known_through
    }

    /// Each payer of whom something is due, or who paid a late fee.
    #[must_use]
    pub fn payers(&self) -> &[PayerArrears] {
        &self.payers
    }

    /// All payers together.
    #[must_use]
    pub const fn total(&self) -> &DueSums {
        &self.total
    }

    /// Premiums received that name no month, less refunds: with [`DueSums::received`] they are the premium
    /// income of the book to that day.
    #[must_use]
    pub const fn without_month(&self) -> SignedFigure {
        self.without_month
    }
}

impl DueLine {
    fn of(book: BookId, key: DueKey, entry: &DueEntry) -> Self {
        let listed = book.fund().premium(key.kind);
        let figure =
            |minor: u64| SignedFigure::from_minor(i128::from(minor), book.fund().currency());
        let (due, received) = (figure(entry.due_minor), figure(entry.received_minor));
        Self {
            month: key.month,
            premium: listed.map_or("", |it| it.name),
            label: listed.map_or(Label::new("", ""), |it| Label::new(it.label, it.label_zh)),
            status: entry.status,
            persons: entry.persons,
            base: figure(entry.base_minor),
            due,
            received,
            arrears: less(due, received),
            late_fees_charged: figure(entry.fee_minor),
            charged_until: entry.fee_until,
        }
    }
}

impl DueSums {
    fn of_lines(currency: Currency, lines: &[DueLine], late_fees_received: SignedFigure) -> Self {
        let sum = |part: fn(&DueLine) -> SignedFigure| total(currency, lines.iter().map(part));
        let (due, received) = (sum(|it| it.due), sum(|it| it.received));
        Self {
            due,
            received,
            arrears: less(due, received),
            late_fees_charged: sum(|it| it.late_fees_charged),
            late_fees_received,
        }
    }

    fn of_all(currency: Currency, payers: impl Iterator<Item = Self>) -> Self {
        let nothing = SignedFigure::from_minor(0, currency);
        let none = Self {
            due: nothing,
            received: nothing,
            arrears: nothing,
            late_fees_charged: nothing,
            late_fees_received: nothing,
        };
        payers.fold(none, |all, one| Self {
            due: plus(all.due, one.due),
            received: plus(all.received, one.received),
            arrears: plus(all.arrears, one.arrears),
            late_fees_charged: plus(all.late_fees_charged, one.late_fees_charged),
            late_fees_received: plus(all.late_fees_received, one.late_fees_received),
        })
    }
}

/// The first event in the chain: the event itself, or what it takes back.
pub(crate) fn root_of(recorded: &Recorded) -> u64 {
    match *recorded.event().fact().detail() {
        Detail::Original(original) => original.seq,
        Detail::Reversal { of, first, .. } => first.map_or(of.seq, |first| first.seq),
        _ => recorded.seq(),
    }
}

/// How a due is known, in transport forms.
pub(crate) const fn status_word(status: DueStatus) -> &'static str {
    match status {
        DueStatus::Unknown => "unknown",
        DueStatus::Declared => "declared",
        DueStatus::Verified => "verified",
        DueStatus::Assessed => "assessed",
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde gives a reference
fn status_name<S: Serializer>(status: &DueStatus, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(status_word(*status))
}
