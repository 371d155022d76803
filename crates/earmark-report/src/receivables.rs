use std::collections::{BTreeMap, BTreeSet};

use earmark_core::event::{Detail, Kind};
use earmark_core::id::{BookId, Party};
use earmark_core::ledger::AnyBook;
use earmark_core::money::SignedFigure;
use earmark_core::register::RegisterKey;
use earmark_core::time::Day;
use serde::Serialize;

use crate::error::StatementError;
use crate::figures::{less, plus, same, total};
use crate::reading::Knowledge;
use crate::registers::Folded;

/// What is to be paid back to the fund on a day: payments in advance (先行支付) and recoveries that were
/// demanded (责令退回).
///
/// On every line demanded = recovered + waived + outstanding. What the bank returned, or what was reversed,
/// is no longer demanded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Receivables {
    book: BookId,
    day: Day,
    known_through: u64,
    lines: Vec<Receivable>,
    total: SignedFigure,
}

/// What is to be paid back of one payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Receivable {
    /// The event of the payment.
    pub payment: u64,
    /// The day of the payment.
    pub paid_on: Day,
    /// Whether it was paid in advance, or demanded back later.
    pub ground: Ground,
    /// The event of the last demand; none for a payment in advance that was not demanded.
    pub demand: Option<u64>,
    /// Who has to pay.
    pub liable: Option<Party>,
    /// In how many instalments.
    pub instalments: u64,
    /// What is demanded, without what the bank returned of the payment.
    pub demanded: SignedFigure,
    /// What came back.
    pub recovered: SignedFigure,
    /// What was written off, with approval.
    pub waived: SignedFigure,
    /// What is still to come back.
    pub outstanding: SignedFigure,
}

/// Why money is to be paid back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// The fund paid first, and another is liable (Social Insurance Law arts 30, 41, 42).
    InAdvance,
    /// It was paid wrongly, and demanded back (Order 765 art 46).
    Demanded,
}

/// What became of a payment that was to be paid back.
#[derive(Clone, Copy, Default)]
struct Payment {
    paid_on: Option<Day>,
    demand: Option<u64>,
    in_advance: bool,
}

impl Receivables {
    /// What is to be paid back at the end of a day. What is settled is left out.
    ///
    /// # Errors
    /// [`StatementError::Differs`] where the figures of a line do not fit; [`StatementError::Fault`] where the
    /// store cannot be read.
    pub fn of(book: &AnyBook, day: Day, known: Knowledge) -> Result<Self, StatementError> {
        let mut payments = BTreeMap::<u64, Payment>::new();
        let mut liable = BTreeSet::new();
        let folded = Folded::of(book, Some(day), known, &mut |recorded| {
            let event = recorded.event();
            let fact = event.fact();
            match (fact.kind(), fact.detail()) {
                (Kind::BenefitClaimed, Detail::Matter(matter)) if matter.other().is_some() => {
                    liable.extend(event.correlation());
                }
                (Kind::RecoveryDemanded, Detail::Matter(matter)) => {
                    payments.entry(matter.number()).or_default().demand = Some(event.seq());
                }
                (Kind::BenefitPaid | Kind::CrossProvinceSettled, _) => {
                    let payment = payments.entry(event.seq()).or_default();
                    payment.paid_on = Some(event.effective_on());
                    payment.in_advance =
                        event.correlation().is_some_and(|case| liable.contains(&case));
                }
                _ => {}
            }
        })?;
        let figure = |minor| SignedFigure::from_minor(minor, book.fund().currency());
        let mut lines = Vec::new();
        for (key, entry) in &folded.entries {
            let RegisterKey::Recovery(seq) = *key else { continue };
            let (entry, payment) =
                (entry.recovery(), payments.get(&seq).copied().unwrap_or_default());
            let open = i128::from(entry.outstanding_minor());
            let line = Receivable {
                payment: seq,
                paid_on: payment.paid_on.unwrap_or(day),
                ground: if payment.in_advance { Ground::InAdvance } else { Ground::Demanded },
                demand: payment.demand,
                liable: entry.liable,
                instalments: entry.instalments,
                demanded: figure(i128::from(entry.demanded_minor)),
                recovered: figure(i128::from(entry.recovered_minor)),
                waived: figure(i128::from(entry.waived_minor)),
                outstanding: figure(open),
            };
            line.check()?;
            if line.outstanding.minor() != 0 {
                lines.push(line);
            }
        }
        let outstanding = lines.iter().map(|line| line.outstanding);
        let total = total(book.fund().currency(), outstanding);
        Ok(Self { book: book.id(), day, known_through: folded.through, lines, total })
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

    /// What is outstanding, payment by payment.
    #[must_use]
    pub fn lines(&self) -> &[Receivable] {
        &self.lines
    }

    /// All that is outstanding.
    #[must_use]
    pub const fn total(&self) -> SignedFigure {
        self.total
    }
}

impl Receivable {
    fn check(&self) -> Result<(), StatementError> {
        let settled = plus(self.recovered, self.waived);
        // More can come back than was demanded in the end: a lower demand took the place of a higher.
        let open = less(self.demanded, settled);
        if open.minor() < 0 && self.outstanding.minor() == 0 {
            return Ok(());
        }
        same("demanded = recovered + waived + outstanding", open, self.outstanding)
    }
}
