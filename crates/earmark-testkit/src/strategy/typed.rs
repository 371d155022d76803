//! Typed commands of a fund, for programs that know theirs.
//!
//! A command that takes back an event holds that event, so its strategy gives the amount as a part: see
//! [`parts_of`].

use std::fmt::Debug;

use earmark_core::account::{ExpenditureAccount, StatutoryAccount};
use earmark_core::command::{
    BringForward, PayBenefit, ReceiveFiscalSubsidy, ReceivePremium, Release, ReturnPayment,
    SettleDirectly,
};
use earmark_core::event::Recorded;
use earmark_core::flow::{Admits, kinds};
use earmark_core::fund::{Fund, SettlesDirectly};
use earmark_core::money::Amount;
use proptest::prelude::*;

use super::amount::everyday_amounts;
use super::day::months_of;
use super::fund::{benefit_kinds, premium_kinds};
use super::name::parties;

/// Opening balances of an account.
pub fn forwards<F: Fund + Debug, A: StatutoryAccount + Debug>(
    into: A,
) -> impl Strategy<Value = BringForward<F, A>> {
    everyday_amounts().prop_map(move |amount| BringForward { into, amount })
}

/// Premiums into an account that may receive them: another does not compile.
///
/// ```
/// use earmark_core::account::SpecialAccount;
/// use earmark_core::fund::WorkInjury;
/// use earmark_testkit::strategy::typed::premiums;
/// use proptest::prelude::*;
///
/// proptest!(|(premium in premiums::<WorkInjury, _>(SpecialAccount))| {
///     prop_assert!(!premium.amount.is_zero());
/// });
/// ```
pub fn premiums<F: Fund + Debug, A: Admits<kinds::Premiums> + Debug>(
    into: A,
) -> impl Strategy<Value = ReceivePremium<F, A>> {
    (premium_kinds::<F>(), parties(), everyday_amounts())
        .prop_map(move |(kind, from, amount)| ReceivePremium { into, kind, from, amount })
}

/// Fiscal subsidies into the special account.
pub fn subsidies<F: Fund + Debug>() -> impl Strategy<Value = ReceiveFiscalSubsidy<F>> {
    everyday_amounts().prop_map(|amount| ReceiveFiscalSubsidy { amount })
}

/// Releases to the expenditure account, by use plans of 2021.
pub fn releases<F: Fund + Debug>() -> impl Strategy<Value = Release<F>> {
    (months_of(2021, 2021), everyday_amounts()).prop_map(|(plan, amount)| Release { plan, amount })
}

/// Benefits out of the expenditure account.
pub fn benefits<F: Fund + Debug>() -> impl Strategy<Value = PayBenefit<F, ExpenditureAccount>> {
    (benefit_kinds::<F>(), parties(), everyday_amounts())
        .prop_map(|(kind, to, amount)| PayBenefit { from: ExpenditureAccount, kind, to, amount })
}

/// Benefits settled with institutions, out of the special account.
pub fn settlements<F: SettlesDirectly + Debug>() -> impl Strategy<Value = SettleDirectly<F>> {
    (benefit_kinds::<F>(), parties(), everyday_amounts())
        .prop_map(|(kind, to, amount)| SettleDirectly { kind, to, amount })
}

/// What the bank returns of a payment: any part of it, the whole included, never more.
///
/// ```
/// use earmark_core::account::{ExpenditureAccount, SpecialAccount};
/// use earmark_core::command::{OpenAccount, Release};
/// use earmark_core::fund::WorkInjury;
/// use earmark_core::id::{area, key};
/// use earmark_core::time::day;
/// use earmark_testkit::clock::HandClock;
/// use earmark_testkit::given::{PAPERS, ledger_in_memory};
/// use earmark_testkit::strategy::typed::{benefits, returns};
/// use proptest::prelude::*;
/// use proptest::strategy::ValueTree;
/// use proptest::test_runner::TestRunner;
///
/// proptest!(ProptestConfig::with_cases(20), |(benefit in benefits::<WorkInjury>())| {
///     let book = ledger_in_memory(&HandClock::new()).book::<WorkInjury>(area("320100")?)?;
///     let voucher = book.voucher(day("2021-06-01")?, PAPERS)?;
///     let accounts = (OpenAccount(SpecialAccount), OpenAccount(ExpenditureAccount));
///     book.record(key("accounts"), &voucher, accounts)?;
///     let subsidy = earmark_core::command::ReceiveFiscalSubsidy { amount: benefit.amount };
///     let release = Release { plan: day("2021-06-01")?.month(), amount: benefit.amount };
///     let paid = book.record(key("paid"), &voucher, (subsidy, release, benefit))?;
///     let payment = book.event(paid.last_seq())?.expect("it was recorded");
///     // Any part of it can come back.
///     let mut parts = TestRunner::deterministic();
///     let back = returns(&payment).new_tree(&mut parts).expect("nothing is rejected").current();
///     prop_assert!(book.record(key("back"), &voucher, back).is_ok());
/// });
/// ```
pub fn returns<F: Fund + Debug>(
    payment: &Recorded<F>,
) -> impl Strategy<Value = ReturnPayment<'_, F>> {
    parts_of(payment).prop_map(move |amount| ReturnPayment { of: payment, amount })
}

/// Parts of what an event moved: from one minor unit to the whole.
///
/// # Panics
/// Where the event moved no money.
pub fn parts_of<F: Fund + Debug>(event: &Recorded<F>) -> impl Strategy<Value = Amount<F>> + use<F> {
    let whole = event.event().fact().amount_minor();
    prop_oneof![3 => 1..=whole, 1 => Just(whole)]
        .prop_map(|minor| Amount::from_minor(minor).unwrap())
}
