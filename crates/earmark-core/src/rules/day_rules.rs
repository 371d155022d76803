use super::words::{PurposeList, Requirement, Strength};
use crate::account::Account;

/// What holds for one fund on one day, as far as every event asks for it. Small and copied.
///
/// Made by [`FundRules::on`](super::FundRules::on). What has no rule is as the fund's definition has
/// it: an account exists, a purpose is open, and nothing is required.
///
/// ```
/// use earmark_core::account::Account;
/// use earmark_core::fund::{Fund, Purpose, WorkInjury, WorkInjuryBenefit};
/// use earmark_core::rules::{Profile, PurposeList, Requirement, Strength};
/// use earmark_core::time::day;
///
/// let today = Profile::national().for_fund(WorkInjury::SPEC).on(day("2021-03-05")?);
/// assert!(today.has_account(Account::Revenue));
/// assert!(today.is_open(PurposeList::Benefit, WorkInjuryBenefit::Prevention.code()));
/// assert_eq!(today.strength(Requirement::UsePlanBeforeRelease), Strength::Refuse);
/// # Ok::<(), earmark_core::time::DayError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayRules {
    missing_accounts: u8,
    closed_premiums: u64,
    closed_benefits: u64,
    closed_state_uses: u64,
    flagged: u16,
    refused: u16,
}

impl DayRules {
    /// Nothing is closed and nothing is required.
    pub const NONE: Self = Self {
        missing_accounts: 0,
        closed_premiums: 0,
        closed_benefits: 0,
        closed_state_uses: 0,
        flagged: 0,
        refused: 0,
    };

    /// Whether the account exists.
    #[must_use]
    pub const fn has_account(self, account: Account) -> bool {
        self.missing_accounts >> account.code() & 1 == 0
    }

    /// Whether the purpose of this code is open. A code over 63 is of no list and never open; whether
    /// another one is of the list, the fund's definition says.
    #[must_use]
    pub const fn is_open(self, list: PurposeList, code: u16) -> bool {
        code < 64 && self.closed(list) >> code & 1 == 0
    }

    /// The codes of the closed purposes of a list, one bit each.
    #[must_use]
    pub const fn closed(self, list: PurposeList) -> u64 {
        match list {
            PurposeList::Premium => self.closed_premiums,
            PurposeList::Benefit => self.closed_benefits,
            PurposeList::StateUse => self.closed_state_uses,
        }
    }

    /// How firmly a requirement holds.
    #[must_use]
    pub const fn strength(self, requirement: Requirement) -> Strength {
        if self.refused >> requirement as u8 & 1 == 1 {
            Strength::Refuse
        } else if self.flagged >> requirement as u8 & 1 == 1 {
            Strength::Flag
        } else {
            Strength::Off
        }
    }

    pub(super) const fn without_account(mut self, account: Account) -> Self {
        self.missing_accounts |= 1 << account.code();
        self
    }

    pub(super) const fn with_closed(mut self, list: PurposeList, code: u16) -> Self {
        let bit = if code < 64 { 1 << code } else { 0 };
        match list {
            PurposeList::Premium => self.closed_premiums |= bit,
            PurposeList::Benefit => self.closed_benefits |= bit,
            PurposeList::StateUse => self.closed_state_uses |= bit,
        }
        self
    }

    pub(super) const fn with_strength(
        mut self,
        requirement: Requirement,
        strength: Strength,
    ) -> Self {
        let bit = 1 << requirement as u8;
        match strength {
            Strength::Off => {}
            Strength::Flag => self.flagged |= bit,
            Strength::Refuse => self.refused |= bit,
        }
        self
    }
}

const _: () = assert!(Requirement::ALL.len() <= 16, "each requirement has a bit of 16");
const _: () = assert!(Account::ALL.len() < 8, "each account has a bit of 8");
