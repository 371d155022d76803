//! The statutory accounts of a book, as values and as types.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A statutory place where a book's money is (财社〔2017〕144号 arts 39-42).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Account {
    /// State treasury deposit 国库存款: premiums collected by tax and not yet moved.
    Treasury = 1,
    /// Revenue account 收入户: held by the agency, only where the agency itself collects.
    Revenue = 2,
    /// Special financial account 财政专户: held by the finance department.
    Special = 3,
    /// Expenditure account 支出户: held by the agency, pays benefits.
    Expenditure = 4,
    /// Entrusted investment 委托投资: money placed with a trustee, at cost.
    Investment = 5,
}

impl Account {
    /// Every account, in the order of their codes.
    pub const ALL: [Self; 5] =
        [Self::Treasury, Self::Revenue, Self::Special, Self::Expenditure, Self::Investment];

    /// The code under which it is stored, 1 to 5.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The account with this code.
    #[must_use]
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            1 => Some(Self::Treasury),
            2 => Some(Self::Revenue),
            3 => Some(Self::Special),
            4 => Some(Self::Expenditure),
            5 => Some(Self::Investment),
            _ => None,
        }
    }

    /// The English name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Treasury => "treasury deposit",
            Self::Revenue => "revenue account",
            Self::Special => "special account",
            Self::Expenditure => "expenditure account",
            Self::Investment => "investment account",
        }
    }

    /// The Chinese name.
    #[must_use]
    pub const fn name_zh(self) -> &'static str {
        match self {
            Self::Treasury => "国库存款",
            Self::Revenue => "收入户",
            Self::Special => "财政专户",
            Self::Expenditure => "支出户",
            Self::Investment => "委托投资",
        }
    }

    /// The word by which rules and transport forms name it, such as `special`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Treasury => "treasury",
            Self::Revenue => "revenue",
            Self::Special => "special",
            Self::Expenditure => "expenditure",
            Self::Investment => "investment",
        }
    }

    /// The place in an array with one entry an account.
    pub(crate) const fn index(self) -> usize {
        self as usize - 1
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// An account as a type, so that a forbidden flow is a type error. Sealed: the accounts of the law
/// are a closed list.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a statutory account")]
pub trait StatutoryAccount: sealed::Sealed + Copy + Send + Sync + 'static {
    /// The account as a value.
    const ACCOUNT: Account;
}

mod sealed {
    #[diagnostic::on_unimplemented(
        message = "`{Self}` is not a statutory account",
        note = "the accounts of the law are a closed list (财社〔2017〕144号 arts 39-42)"
    )]
    pub trait Sealed {}
}

macro_rules! account_types {
    ($($(#[$doc:meta])* $name:ident = $account:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub struct $name;

        impl sealed::Sealed for $name {}

        impl StatutoryAccount for $name {
            const ACCOUNT: Account = Account::$account;
        }

        impl From<$name> for Account {
            fn from(_: $name) -> Self {
                Self::$account
            }
        }
    )*};
}

account_types! {
    /// State treasury deposit 国库存款.
    TreasuryDeposit = Treasury;
    /// Revenue account 收入户.
    RevenueAccount = Revenue;
    /// Special financial account 财政专户.
    SpecialAccount = Special;
    /// Expenditure account 支出户.
    ExpenditureAccount = Expenditure;
    /// Entrusted investment 委托投资.
    InvestmentAccount = Investment;
}
