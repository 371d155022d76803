//! Money and accounts, from outside: plain sums over what was recorded.

use std::collections::{BTreeMap, BTreeSet};

use earmark_core::account::Account;
use earmark_core::command::AnyCommand as C;
use earmark_core::event::Kind;
use earmark_testkit::strategy::history::histories;
use proptest::prelude::*;

use super::desk::tried;
use super::tale::{Told, minor, must, of_every_book, standing};

/// 10^17 - 1.
const LARGEST: u128 = 99_999_999_999_999_999;

/// What each account holds at the end of a list.
fn held(events: &[Told]) -> BTreeMap<Account, i128> {
    let mut held = BTreeMap::new();
    for told in events {
        let minor = i128::from(told.minor);
        for (account, sign) in [(told.from, -1), (told.to, 1)] {
            if let Some(account) = account {
                *held.entry(account).or_default() += sign * minor;
            }
        }
    }
    held
}

/// The accounts that are open at the end of a list.
fn open(events: &[Told]) -> BTreeSet<Account> {
    let mut open = BTreeSet::new();
    for told in events {
        match told.command {
            Some(C::OpenAccount { account }) => open.insert(account),
            Some(C::CloseAccount { account }) => open.remove(&account),
            _ => false,
        };
    }
    open
}

proptest! {
    #![proptest_config(tried(32))]

    #[test]
    fn inv_02_what_is_recorded_is_in_the_funds_lists(history in histories(30)) {
        of_every_book(&history, |clerk, tale| {
            for told in &tale.events {
                let (premiums, benefits) = (tale.fund.premiums(), tale.fund.benefits());
                let listed = match &told.command {
                    Some(
                        C::ReceivePremium { kind, .. } | C::ReceiveDuePremium { kind, .. }
                        | C::DeclarePremium { kind, .. } | C::VerifyPremium { kind, .. }
                        | C::AssessPremium { kind, .. } | C::CorrectDue { kind, .. }
                        | C::ChargeLateFee { kind, .. },
                    ) => premiums.iter().any(|it| it.name == kind.as_str()),
                    Some(
                        C::PayBenefit { kind, .. } | C::SettleDirectly { kind, .. }
                        | C::SettleAcrossProvinces { kind, .. } | C::FileClaim { kind, .. }
                        | C::StopBenefit { kind, .. } | C::ResumeBenefit { kind, .. },
                    ) => benefits.iter().any(|it| it.name == kind.as_str()),
                    Some(C::PayStateUse { kind, .. }) => {
                        tale.fund.state_uses().iter().any(|it| it.name == kind.as_str())
                    }
                    _ => true,
                };
                must(listed, clerk, || format!("{told:?} is in no list of {}", tale.fund.code()))?;
            }
            Ok(())
        })?;
    }

    #[test]
    fn inv_04_no_account_goes_below_zero_at_any_prefix(history in histories(30)) {
        of_every_book(&history, |clerk, tale| {
            for events in tale.prefixes() {
                let held = held(events);
                let within = held.values().all(|it| (0..=LARGEST as i128).contains(it));
                must(within, clerk, || format!("after event {}: {held:?}", events.len()))?;
            }
            Ok(())
        })?;
    }

    #[test]
    fn inv_05_money_moves_only_in_open_accounts(history in histories(30)) {
        of_every_book(&history, |clerk, tale| {
            for events in tale.prefixes() {
                let Some((last, before)) = events.split_last() else { continue };
                let open = open(before);
                for account in [last.from, last.to].into_iter().flatten() {
                    must(open.contains(&account), clerk, || format!("{account} was not open: {last:?}"))?;
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn inv_09_the_expenditure_account_hands_over_its_own_interest(history in histories(30)) {
        of_every_book(&history, |clerk, tale| {
            for events in tale.prefixes() {
                let mut own = 0_i128;
                for told in standing(events) {
                    match told.command {
                        Some(C::ReceiveInterest { into: Account::Expenditure, .. }) => {
                            own += i128::from(told.minor);
                        }
                        Some(C::HandOverInterest { .. }) => own -= i128::from(told.minor),
                        _ => {}
                    }
                }
                must(own >= 0, clerk, || format!("after event {}: {own}", events.len()))?;
            }
            Ok(())
        })?;
    }

    #[test]
    fn inv_21_what_is_recorded_is_what_was_written(history in histories(30)) {
        of_every_book(&history, |clerk, tale| {
            for told in &tale.events {
                let Some(command) = &told.command else { continue };
                let json = serde_json::to_value(command).unwrap();
                let (Some(text), true) = (json["amount"].as_str(), told.from.or(told.to).is_some()) else {
                    continue;
                };
                let written = minor(text, usize::from(tale.fund.currency().exponent()));
                must(u128::from(told.minor) == written, clerk, || format!("{text}: {told:?}"))?;
                must(written <= LARGEST, clerk, || format!("{text} is over the range"))?;
            }
            Ok(())
        })?;
    }

    #[test]
    fn inv_22_accounts_are_opened_once_and_closed_empty(history in histories(30)) {
        of_every_book(&history, |clerk, tale| {
            for events in tale.prefixes() {
                let Some((last, before)) = events.split_last() else { continue };
                let open = open(before);
                let lawful = match last.command {
                    Some(C::OpenAccount { account }) => !open.contains(&account),
                    Some(C::CloseAccount { account }) => {
                        let empty = held(before).get(&account).is_none_or(|it| *it == 0);
                        open.contains(&account) && empty
                    }
                    _ => true,
                };
                must(lawful, clerk, || format!("{last:?}"))?;
            }
            Ok(())
        })?;
    }

    #[test]
    fn inv_23_one_opening_balance_stands_in_an_account(history in histories(30)) {
        of_every_book(&history, |clerk, tale| {
            for events in tale.prefixes() {
                let Some((last, before)) = events.split_last() else { continue };
                let Some(C::BringForward { into, .. }) = last.command else { continue };
                let forward = |told: &&Told| {
                    matches!(told.command, Some(C::BringForward { into: other, .. }) if other == into)
                };
                let stands = standing(before).iter().any(forward);
                let earlier = before.iter().any(|told| forward(&told));
                let moved = before.iter().any(|told| [told.from, told.to].contains(&Some(into)));
                must(!stands && (earlier || !moved), clerk, || format!("{last:?}"))?;
            }
            Ok(())
        })?;
    }

    #[test]
    fn inv_39_a_fund_that_may_not_invest_does_not(history in histories(30)) {
        of_every_book(&history, |clerk, tale| {
            for told in &tale.events {
                let invests = [told.from, told.to].contains(&Some(Account::Investment))
                    || matches!(
                        told.recorded.kind(),
                        Kind::InvestmentPlaced | Kind::InvestmentGained | Kind::InvestmentLost
                            | Kind::InvestmentFeeCharged | Kind::InvestmentReturnReceived
                            | Kind::InvestmentRedeemed
                    );
                must(!invests || tale.fund.invests(), clerk, || format!("{told:?}"))?;
            }
            Ok(())
        })?;
    }
}
