//! Funds: which exist, what feeds them, and what they may be spent on.

mod china;
mod define;
mod item;
mod purpose;
mod spec;

pub use china::*;
pub use item::{ExpenditureItem, IncomeItem};
pub(crate) use purpose::find_name;
pub use purpose::{NoUse, Purpose, PurposeSpec, UnknownPurpose};
#[doc(hidden)]
pub use purpose::{deserialize_name, serialize_name};
pub use spec::{FundSpec, Jurisdiction};

/// A fund: one line of insurance with its own money, its own premiums and its own benefits.
///
/// Made by the [`fund!`](crate::fund!) macro, for the eight built-in funds and for a user's own.
/// The associated types are closed lists: a purpose that is not in them cannot be named in source,
/// does not decode from bytes, and is refused at run time.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a fund",
    note = "define one with the `fund!` macro, or use a built-in fund such as `WorkInjury`",
    note = "an event read without its fund becomes one of its fund with `Recorded::of_fund`, or is read with `Book::event`"
)]
pub trait Fund: Copy + Send + Sync + 'static {
    /// What money may come in as a premium (or a contribution booked like one).
    type Premium: Purpose;
    /// What money may be spent on.
    type Benefit: Purpose;
    /// Uses laid down by the State for which the special account pays directly
    /// (财社〔2017〕144号 art 42); often none.
    type StateUse: Purpose;

    /// The fund's definition, for code that learns the fund at run time.
    const SPEC: &'static FundSpec;

    /// Written by the macro alone: lists and definition of a fund belong together.
    #[doc(hidden)]
    const MADE_BY_MACRO: crate::__private::MadeByMacro;
}

/// A fund whose surplus may be placed in entrusted investment (国发〔2015〕48号).
///
/// The work injury fund is not one: 工伤保险条例 art 12.
#[diagnostic::on_unimplemented(
    message = "money of the fund `{Self}` may not be invested",
    label = "this fund has no investment account",
    note = "only funds defined with `invests: yes` place money; the work injury fund must not (工伤保险条例 art 12)"
)]
pub trait Invests: Fund {}

/// A medical fund: it takes part in cross-province settlement (财社〔2017〕144号 art 42).
#[diagnostic::on_unimplemented(
    message = "the fund `{Self}` does not settle across provinces",
    note = "cross-province settlement is for medical funds (财社〔2017〕144号 art 42)"
)]
pub trait SettlesAcrossProvinces: Fund {}

/// A fund in which a person's entitlement moves with the person from place to place.
///
/// Work injury and maternity insurance do not: Order 765 art 15.
#[diagnostic::on_unimplemented(
    message = "an entitlement in the fund `{Self}` is not transferred",
    note = "only funds defined with `transfers: yes` know portability; work injury and maternity insurance do not (Order 765 art 15)"
)]
pub trait Transfers: Fund {}

/// A fund whose special account settles benefits with institutions directly (财社〔2017〕144号 art 42;
/// Order 765 art 20, 22).
#[diagnostic::on_unimplemented(
    message = "the fund `{Self}` does not settle directly with institutions",
    note = "benefits of this fund are paid out of the expenditure account (财社〔2017〕144号 art 41)"
)]
pub trait SettlesDirectly: Fund {}

/// A fund that a law of its own lets lend to other funds and borrow from them, within an authorisation
/// that has a limit and dates. No Chinese fund is one.
#[diagnostic::on_unimplemented(
    message = "the fund `{Self}` neither lends to another fund nor borrows from one",
    note = "nobody may move money between funds (Social Insurance Law art 64; Jiangsu regulation art 3); only a fund of another law, defined with `borrows: yes`, knows loans"
)]
pub trait Borrows: Fund {}

/// INVARIANT(INV-01): money of two funds does not meet.
///
/// Holds only between a fund and itself. It is what makes a mix of two funds a compile error.
#[diagnostic::on_unimplemented(
    message = "money of the fund `{Other}` cannot go to the fund `{Self}`",
    label = "this is of the fund `{Other}`; `{Self}` is needed here",
    note = "each fund is settled separately and nobody may move money between funds (Social Insurance Law art 64; Jiangsu regulation art 3)"
)]
pub trait TakesMoneyOf<Other>: Fund + sealed::Same<Other> {}

impl<F: Fund> TakesMoneyOf<F> for F {}

mod sealed {
    /// Nobody else can say that two funds are the same.
    #[diagnostic::on_unimplemented(
        message = "money of the fund `{Other}` cannot go to the fund `{Self}`",
        note = "each fund is settled separately and nobody may move money between funds (Social Insurance Law art 64; Jiangsu regulation art 3)"
    )]
    pub trait Same<Other> {}

    impl<F> Same<F> for F {}
}

#[cfg(test)]
mod tests;
