//! The words of a profile file, as closed lists.

use std::fmt;

use crate::account::Account;
use crate::fund::Jurisdiction;

/// A closed list whose members a profile file names by a word.
pub(super) trait Word: Copy + 'static {
    /// Every member.
    const MEMBERS: &'static [Self];

    /// The word by which a profile file names it.
    fn in_file(self) -> &'static str;
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$member_doc:meta])* $member:ident = $word:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$member_doc])* $member,)*
        }

        impl $name {
            /// Every member of the list.
            pub const ALL: &'static [Self] = &[$(Self::$member,)*];

            /// The word by which a profile file names it.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$member => $word,)* }
            }

            /// The member of this word.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|member| member.word() == word)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.word())
            }
        }

        impl Word for $name {
            const MEMBERS: &'static [Self] = Self::ALL;

            fn in_file(self) -> &'static str {
                self.word()
            }
        }
    )*};
}

words! {
    /// What a rule speaks of: the name of its table in a profile file.
    Topic {
        /// Which statutory accounts exist.
        Account = "account",
        /// Which purposes of a fund's closed lists are open.
        Purpose = "purpose",
        /// Premium rates.
        Rate = "rate",
        /// The band of the premium base, in parts of the average wage.
        Base = "base",
        /// The average wage of a month.
        AverageWage = "average_wage",
        /// Late fees (滞纳金).
        LateFee = "late_fee",
        /// What is charged where nothing was declared.
        Assessment = "assessment",
        /// How a computed amount is rounded.
        Rounding = "rounding",
        /// Money that is kept back, in months of payments.
        Buffer = "buffer",
        /// Time limits.
        Deadline = "deadline",
        /// Whether and how a fund may invest.
        Investment = "investment",
        /// What has to stand in the book before something else.
        Requirement = "requirement",
        /// Which office may do what.
        Authority = "authority",
        /// What moves with a person from place to place.
        Portability = "portability",
        /// Authorised flows between funds that are otherwise forbidden.
        Authorisation = "authorisation",
        /// Whole balances that move once: funds merged, pooling raised.
        Reorganisation = "reorganisation",
        /// The steps of a year whose income does not cover its expenditure.
        Ladder = "ladder",
    }

    /// A closed list of purposes of a fund.
    PurposeList {
        /// What money comes in as.
        Premium = "premium",
        /// What money is spent on.
        Benefit = "benefit",
        /// Uses laid down by the State.
        StateUse = "state_use",
    }

    /// How firmly a requirement holds.
    Strength {
        /// It is not asked for.
        Off = "off",
        /// What does not meet it is recorded and reported.
        Flag = "flag",
        /// What does not meet it is refused.
        Refuse = "refuse",
    }

    /// What has to stand in the book before something else may.
    Requirement {
        /// A budget in force, before a payment.
        BudgetBeforePayment = "budget_before_payment",
        /// A verified claim, before its payment.
        ClaimBeforePayment = "claim_before_payment",
        /// A verified due, before the receipt of a premium.
        DueBeforeReceipt = "due_before_receipt",
        /// An approved use plan (用款计划), before a release to the expenditure account.
        UsePlanBeforeRelease = "use_plan_before_release",
        /// Nothing left in the revenue account at the end of a month.
        RevenueAccountZeroAtMonthEnd = "revenue_account_zero_at_month_end",
        /// The steps of a shortfall taken in their order.
        ShortfallLadder = "shortfall_ladder",
        /// A service agreement in force, before a settlement with a provider.
        AgreementBeforeSettlement = "agreement_before_settlement",
        /// A budget whose income is no less than its expenditure.
        BudgetSurplus = "budget_surplus",
    }

    /// An act that only the named offices may do.
    Act {
        /// Put another profile in force for a book.
        AdoptProfile = "adopt_profile",
        /// Approve a budget.
        ApproveBudget = "approve_budget",
        /// Adjust a budget in force.
        AdjustBudget = "adjust_budget",
        /// Approve final accounts (决算).
        ApproveFinalAccounts = "approve_final_accounts",
        /// Open a period again after it was closed.
        ReopenPeriod = "reopen_period",
        /// Give up what is to be recovered.
        WaiveRecovery = "waive_recovery",
        /// Approve a use plan (用款计划).
        ApproveUsePlan = "approve_use_plan",
        /// Authorise a flow between funds.
        GrantAuthorisation = "grant_authorisation",
        /// Draw the reserve (储备金).
        DrawReserve = "draw_reserve",
        /// Merge funds or raise the pooling level.
        Reorganise = "reorganise",
        /// Correct a due that was verified.
        CorrectDue = "correct_due",
        /// Approve the opening of a statutory account.
        OpenAccount = "open_account",
        /// Change a rate or the base of premiums.
        ChangeRate = "change_rate",
    }

    /// What a time limit is for.
    Deadline {
        /// Move collections to the special account.
        DepositCollections = "deposit_collections",
        /// Report the execution of the budget after a quarter.
        QuarterlyReport = "quarterly_report",
        /// Register a unit or a person.
        Registration = "registration",
        /// Decide on an application for a pension.
        PensionApplication = "pension_application",
        /// Decide on a medical claim made on paper.
        MedicalClaim = "medical_claim",
        /// Decide on a maternity allowance.
        MaternityAllowance = "maternity_allowance",
        /// Decide on a work injury claim made on paper.
        WorkInjuryClaim = "work_injury_claim",
        /// Decide on unemployment pay.
        UnemploymentPay = "unemployment_pay",
        /// Decide on a training subsidy.
        TrainingSubsidy = "training_subsidy",
        /// Tell of a cause that ends a benefit, as a family has to.
        StopCauseNotice = "stop_cause_notice",
        /// Check the accounts among the parties that keep them.
        AccountChecking = "account_checking",
    }

    /// What a buffer is for.
    BufferUse {
        /// Kept in the balance before anything is invested.
        BeforeInvesting = "before_investing",
        /// Kept in the expenditure account.
        ExpenditureAccount = "expenditure_account",
    }

    /// A step of the shortfall ladder.
    LadderStep {
        /// Deposits of the accumulated balance.
        AccumulatedDeposits = "accumulated_deposits",
        /// Adjustment money of the superior, the risk fund, or the reserve, on application.
        AdjustmentOrReserve = "adjustment_or_reserve",
        /// Investments sold or redeemed.
        RedeemInvestments = "redeem_investments",
        /// A fiscal subsidy of the same level.
        FiscalSubsidy = "fiscal_subsidy",
        /// Another split between the pooled fund and the individual accounts.
        AdjustSplit = "adjust_split",
        /// Other rates or benefits, with approval.
        AdjustRatesOrBenefits = "adjust_rates_or_benefits",
    }

    /// The first day for which a late fee runs.
    FirstDay {
        /// The day of default itself.
        DayOfDefault = "day_of_default",
        /// The day after the day of default.
        DayAfterDefault = "day_after_default",
    }

    /// How a computed amount is rounded.
    RoundingMode {
        /// To the nearest, a half away from zero.
        HalfUp = "half_up",
        /// Down, whatever is left over.
        Down = "down",
        /// Up, as soon as anything is left over.
        Up = "up",
    }

    /// The unit to which a computed amount is rounded.
    RoundingUnit {
        /// The fen, the cent.
        MinorUnit = "minor_unit",
        /// The yuan, the dollar.
        MajorUnit = "major_unit",
    }

    /// How funds are reorganised.
    ReorganisationKind {
        /// One fund takes over another.
        MergeFunds = "merge_funds",
        /// A fund is pooled at a higher level.
        RaisePoolingLevel = "raise_pooling_level",
    }
}

impl Word for Account {
    const MEMBERS: &'static [Self] = &Self::ALL;

    fn in_file(self) -> &'static str {
        self.word()
    }
}

impl Word for Jurisdiction {
    const MEMBERS: &'static [Self] = &[Self::China, Self::Other];

    fn in_file(self) -> &'static str {
        match self {
            Self::China => "China",
            Self::Other => "Other",
        }
    }
}
