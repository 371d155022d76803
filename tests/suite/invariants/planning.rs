//! Budgets, reserves and the shortfall ladder, from outside.

use earmark_core::command::AnyCommand as C;
use earmark_testkit::law::Says;
use earmark_testkit::strategy::history::histories;
use proptest::prelude::*;

use super::desk::tried;
use super::tale::{Told, minor, must, of_every_book, standing};

/// What the book holds, and how much of it is reserve, at the end of a list.
fn balance_and_reserve(events: &[Told], decimals: usize) -> (i128, i128) {
    let (mut balance, mut reserve) = (0, 0);
    for told in events {
        let sum = i128::from(told.minor);
        balance +=
            if told.to.is_some() { sum } else { 0 } - if told.from.is_some() { sum } else { 0 };
    }
    for told in standing(events) {
        let sum = |amount: &str| i128::try_from(minor(amount, decimals)).unwrap();
        match &told.command {
            Some(C::SetReserveAside { amount }) => reserve += sum(amount),
            Some(C::DrawReserve { amount, .. }) => reserve -= sum(amount),
            _ => {}
        }
    }
    (balance, reserve)
}

proptest! {
    #![proptest_config(tried(32))]

    #[test]
    fn inv_30_the_reserve_is_inside_the_balance(history in histories(40)) {
        of_every_book(&history, |clerk, tale| {
            let decimals = usize::from(tale.fund.currency().exponent());
            for events in tale.prefixes() {
                let (balance, reserve) = balance_and_reserve(events, decimals);
                must((0..=balance).contains(&reserve), clerk, || {
                    format!("{reserve} of {balance} after {:?}", events.last())
                })?;
            }
            Ok(())
        })?;
    }

    #[test]
    fn inv_35_nothing_is_paid_before_its_budget_is_approved(history in histories(40)) {
        of_every_book(&history, |clerk, tale| {
            for events in tale.prefixes() {
                let Some((last, before)) = events.split_last() else { continue };
                let spends = matches!(
                    last.command,
                    Some(
                        C::Release { .. } | C::PayBenefit { .. } | C::SettleDirectly { .. }
                            | C::SettleAcrossProvinces { .. } | C::PayStateUse { .. },
                    )
                );
                if !spends || !tale.is_wanted(last, "budget_before_payment") {
                    continue;
                }
                let approved = standing(before).iter().any(|told| {
                    matches!(told.command, Some(C::ApproveBudget { year, .. })
                        if i32::from(year) == last.on.year())
                });
                must(approved, clerk, || format!("{last:?}"))?;
            }
            Ok(())
        })?;
    }

    #[test]
    fn inv_38_the_ladder_is_climbed_step_by_step(history in histories(40)) {
        of_every_book(&history, |clerk, tale| {
            for events in tale.prefixes() {
                let Some((last, before)) = events.split_last() else { continue };
                let Some(C::TakeShortfallStep { in_year_of, step, .. }) = last.command else { continue };
                let law = tale.law_at(last.seq);
                let steps = law.as_ref().and_then(|law| {
                    law.on(last.on, |says| match says {
                        Says::Ladder(steps) => Some(u32::try_from(steps.len()).unwrap()),
                        _ => None,
                    })
                });
                let Some(steps) = steps else {
                    return must(false, clerk, || format!("there is no ladder: {last:?}"));
                };
                let highest = standing(before).iter().filter_map(|told| match told.command {
                    Some(C::TakeShortfallStep { in_year_of: day, step, .. })
                        if day.year() == in_year_of.year() => Some(step),
                    _ => None,
                }).max().unwrap_or(0);
                must((1..=steps.min(highest + 1)).contains(&step), clerk, || {
                    format!("{highest} of {steps} is the highest: {last:?}")
                })?;
            }
            Ok(())
        })?;
    }
}
