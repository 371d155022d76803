use super::{FactError, Kind};
use crate::id::Party;
use crate::money::MAX_MINOR;
use crate::time::Day;

/// What a matter says beside amount, purpose and party. Which fields a kind has is a closed table;
/// what a kind does not have is none or 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Matter {
    pub(crate) base_minor: u64,
    pub(crate) from: Option<Day>,
    pub(crate) until: Option<Day>,
    pub(crate) number: u64,
    pub(crate) other: Option<Party>,
    pub(crate) text: u32,
}

impl Matter {
    /// A second amount, in minor units: the base of a premium, the arrears under a late fee, the
    /// expenditure of a budget.
    #[must_use]
    pub const fn base_minor(&self) -> u64 {
        self.base_minor
    }

    /// From which day it holds, or the first day of the month or period it is about.
    #[must_use]
    pub const fn from(&self) -> Option<Day> {
        self.from
    }

    /// Until which day, included.
    #[must_use]
    pub const fn until(&self) -> Option<Day> {
        self.until
    }

    /// A count or a number: persons, instalments, a year, an event.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// A second party: who is liable for what was paid in advance.
    #[must_use]
    pub const fn other(&self) -> Option<Party> {
        self.other
    }

    /// A reason or designation, as the number of a registered text; 0 for none.
    #[must_use]
    pub const fn text(&self) -> u32 {
        self.text
    }

    /// Whether the fields are those of a matter of this kind.
    pub(crate) fn check(
        &self,
        kind: Kind,
        amount_minor: u64,
        party: Option<Party>,
    ) -> Result<(), FactError> {
        let Some(shape) = Shape::of(kind) else {
            return Err(FactError::Field { kind, field: "detail" });
        };
        if self.base_minor > MAX_MINOR {
            return Err(FactError::AmountOutOfRange { amount_minor: self.base_minor });
        }
        let fields = [
            ("amount", shape.amount, amount_minor != 0),
            ("base", shape.base, self.base_minor != 0),
            ("party", shape.party, party.is_some()),
            ("other party", shape.other, self.other.is_some()),
            ("from", shape.from, self.from.is_some()),
            ("until", shape.until, self.until.is_some()),
            ("number", shape.number, self.number != 0),
            ("reason", shape.text, self.text != 0),
        ];
        for (field, need, there) in fields {
            if !need.admits(there) {
                return Err(FactError::Field { kind, field });
            }
        }
        if self.from.zip(self.until).is_some_and(|(from, until)| until < from) {
            return Err(FactError::Field { kind, field: "until" });
        }
        Ok(())
    }
}

/// Whether a matter has a field.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    No,
    May,
    Must,
}

impl Need {
    const fn admits(self, there: bool) -> bool {
        match self {
            Self::No => !there,
            Self::May => true,
            Self::Must => there,
        }
    }
}

struct Shape {
    amount: Need,
    base: Need,
    party: Need,
    other: Need,
    from: Need,
    until: Need,
    number: Need,
    text: Need,
}

impl Shape {
    /// The fields of each kind of matter, in the order amount, base, party, other party, from, until,
    /// number, text.
    const fn of(kind: Kind) -> Option<Self> {
        use Need::{May, Must, No};
        let fields = match kind {
            Kind::PeriodClosed => [No, No, No, No, Must, Must, No, No],
            Kind::PeriodReopened => [No, No, No, No, Must, Must, No, Must],
            // The limit, the days within which it may be drawn, by when (a day's number) it is repaid, and
            // the designation of the authorisation in the profile.
            Kind::LoanAuthorised => [Must, No, No, No, Must, Must, Must, Must],
            // The premium, its base, the payer, the month's first day, how many persons.
            Kind::PremiumDeclared | Kind::PremiumVerified => {
                [May, May, Must, No, Must, No, Must, No]
            }
            Kind::PremiumAssessed => [Must, No, Must, No, Must, No, No, No],
            Kind::DueCorrected => [May, May, Must, No, Must, No, May, Must],
            // The fee, the arrears, the payer, the days counted, and the month (yyyymm).
            Kind::LateFeeCharged => [Must, Must, Must, No, Must, Must, Must, No],
            // The amount claimed, the person, who is liable, the day of the event insured.
            Kind::BenefitClaimed => [Must, No, Must, May, Must, No, No, No],
            // The amount to be paid, from when, in how many instalments.
            Kind::ClaimVerified => [Must, No, No, No, Must, No, Must, No],
            Kind::ClaimRefused => [No, No, No, No, No, No, No, Must],
            Kind::BenefitStopped | Kind::BenefitResumed => [No, No, Must, No, Must, No, No, Must],
            Kind::ProviderAgreed => [No, No, Must, No, Must, May, No, No],
            Kind::ProviderEnded => [No, No, Must, No, Must, No, No, Must],
            // How much, of which payment (its event), by whom, in how many instalments (base).
            Kind::RecoveryDemanded => [Must, Must, Must, No, May, No, Must, Must],
            Kind::RecoveryWaived => [Must, No, No, No, No, No, Must, Must],
            // The amount of the line and the year.
            Kind::BudgetLineDrafted => [May, No, No, No, No, No, Must, No],
            Kind::BudgetLineAdjusted => [May, No, No, No, No, No, Must, Must],
            // Income and expenditure of the year; a deficit has a reason.
            Kind::BudgetApproved => [May, May, No, No, No, No, Must, May],
            Kind::BudgetAdjusted => [No, No, No, No, No, No, Must, Must],
            Kind::UsePlanApproved => [Must, No, No, No, Must, No, No, No],
            // What the step gave, the year (base holds nothing), the step, and what was found.
            Kind::ShortfallStepTaken => [May, No, No, No, Must, No, Must, Must],
            Kind::ReserveSetAside => [Must, No, No, No, No, No, No, No],
            // The net value, the equities in it, and the day.
            Kind::InvestmentReported => [Must, May, No, No, Must, No, No, No],
            Kind::ReserveDrawn => [Must, No, No, No, No, No, No, Must],
            _ => return None,
        };
        let [amount, base, party, other, from, until, number, text] = fields;
        Some(Self { amount, base, party, other, from, until, number, text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_matter_has_a_shape_and_nothing_else_has() {
        for kind in Kind::ALL {
            assert_eq!(Shape::of(*kind).is_some(), kind.is_matter(), "{kind}");
        }
    }
}
