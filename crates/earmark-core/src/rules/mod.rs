//! Rule profiles: which rules hold for a fund on a day, each with its legal basis.
//!
//! Which accounts exist, who may approve what, and every rate differ from place to place and change
//! with time. They are dated data, never constants: a [`Profile`] is a stack of TOML files that a
//! domain expert reads and reviews, the nation's first, a province's over it. An upper layer's rule goes
//! before a lower one's ("special over general", Jiangsu regulation art 63); within a layer a rule that
//! names the fund goes before one for every fund (`"*"`).
//!
//! ```
//! use earmark_core::account::Account;
//! use earmark_core::fund::{Fund, Unemployment};
//! use earmark_core::rules::{Profile, Topic};
//! use earmark_core::time::day;
//!
//! let jiangsu = Profile::jiangsu().for_fund(Unemployment::SPEC);
//! let on = day("2021-03-05")?;
//!
//! // Tax collects in Jiangsu, so there is no revenue account.
//! let ruling = jiangsu.account_exists(Account::Revenue, on).expect("the profile has such a rule");
//! assert!(!ruling.value);
//! assert_eq!(ruling.rule.layer(), "cn-jiangsu");
//! assert!(!jiangsu.on(on).has_account(Account::Revenue));
//! println!("{}", jiangsu.why(Topic::Account, "revenue", on));
//! # Ok::<(), earmark_core::time::DayError>(())
//! ```
//!
//! In reading order: what a file can speak of ([`Topic`], [`words`]); the figures it gives
//! ([`Rate`] and its kin); one [`ProfileRule`] and the [`Ruling`] it gives; a [`Layer`], which is one
//! file; the [`Profile`]; the rules of one fund ([`FundRules`]) and of one fund and day ([`DayRules`]).

pub mod words;

mod day_rules;
mod entry;
mod error;
mod fields;
mod figures;
mod fund_rules;
mod layer;
mod profile;
mod rate;
mod rule;
mod shipped;
mod why;

pub use day_rules::DayRules;
pub use error::ProfileError;
pub use figures::{Authorisation, BaseBounds, DaysAllowed, LateFee, Reorganisation, RoundingRule};
pub use fund_rules::FundRules;
pub use layer::Layer;
pub use profile::{MAX_BUNDLE_BYTES, MAX_LAYERS, MAX_RULES, Profile, SEPARATOR};
pub use rate::{Rate, RateError};
pub use rule::{Mark, ProfileRule, Ruling};
pub use shipped::{CN_JIANGSU, CN_NATIONAL_2017, US_OASDI};
pub use why::Why;
pub use words::{
    Act, BufferUse, Deadline, FirstDay, LadderStep, PurposeList, ReorganisationKind, Requirement,
    RoundingMode, RoundingUnit, Strength, Topic,
};

#[cfg(test)]
mod refusals;
#[cfg(test)]
mod tests;
