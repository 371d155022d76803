//! What the adopted rules lay down, from outside: read from the profile's text by the tests' own reader.

use earmark_core::account::Account;
use earmark_core::command::AnyCommand as C;
use earmark_core::fund::Jurisdiction;
use earmark_testkit::law::{Law, Says};
use earmark_testkit::strategy::history::histories;
use proptest::prelude::*;

use super::desk::tried;
use super::tale::{minor, must, of_every_book, standing};

fn account_exists(law: &Law, day: earmark_core::time::Day, account: Account) -> bool {
    let said = law.on(day, |says| match says {
        Says::Account(other, exists) if *other == account => Some(*exists),
        _ => None,
    });
    said.unwrap_or(true)
}

proptest! {
    #![proptest_config(tried(32))]

    #[test]
    fn inv_27_no_chinese_fund_lends_and_no_loan_is_over_its_limit(history in histories(40)) {
        of_every_book(&history, |clerk, tale| {
            for (at, told) in tale.events.iter().enumerate() {
                let Some(
                    C::ReceiveLoan { under, .. } | C::MakeLoan { under, .. }
                    | C::RepayLoan { under, .. } | C::ReceiveRepayment { under, .. },
                ) = told.command else { continue };
                must(tale.fund.jurisdiction() != Jurisdiction::China, clerk, || format!("{told:?}"))?;
                let Some(C::AuthoriseLoan { limit, from, until, repay_by, .. }) = &tale.event(under).command
                else {
                    return must(false, clerk, || format!("under no authorisation: {told:?}"));
                };
                let (mut lent, mut moved) = (0_i128, 0_i128);
                for it in standing(&tale.events[..=at]) {
                    let minor = i128::from(it.minor);
                    match it.command {
                        Some(C::ReceiveLoan { under: of, .. } | C::MakeLoan { under: of, .. }) if of == under => {
                            (lent, moved) = (lent + minor, moved + minor);
                        }
                        Some(C::RepayLoan { under: of, .. } | C::ReceiveRepayment { under: of, .. }) if of == under => {
                            moved -= minor;
                        }
                        _ => {}
                    }
                }
                let limit = minor(limit, usize::from(tale.fund.currency().exponent()));
                must(lent.unsigned_abs() <= limit && moved >= 0, clerk, || format!("{lent} lent: {told:?}"))?;
                let making = matches!(told.command, Some(C::ReceiveLoan { .. } | C::MakeLoan { .. }));
                let last = if making { until } else { repay_by };
                must((from..=last).contains(&&told.on), clerk, || format!("outside its days: {told:?}"))?;
            }
            Ok(())
        })?;
    }

    #[test]
    fn inv_31_a_book_adopts_a_profile_of_its_law_and_area(history in histories(30)) {
        of_every_book(&history, |clerk, tale| {
            for told in &tale.events {
                let Some(C::AdoptProfile { profile }) = &told.command else { continue };
                let law = Law::from_profile_text(profile);
                let Some(law) = law else {
                    return must(false, clerk, || format!("not a law: {told:?}"));
                };
                let own = match tale.fund.jurisdiction() {
                    Jurisdiction::China => "China",
                    _ => "Other",
                };
                must(law.jurisdiction == own, clerk, || format!("of another law: {told:?}"))?;
                let book = told.recorded.book().area().to_string();
                let place = law.area.map(|area| area.to_string());
                let within = place.is_none_or(|it| book.starts_with(it.trim_end_matches("00")));
                must(within, clerk, || format!("of another area: {told:?}"))?;
            }
            Ok(())
        })?;
    }

    #[test]
    fn inv_32_no_money_moves_in_an_account_that_the_rules_of_the_day_do_not_know(history in histories(40)) {
        of_every_book(&history, |clerk, tale| {
            for told in &tale.events {
                let Some(law) = tale.law_at(told.seq) else { continue };
                // What is wrong must be put right, whatever the rules have become.
                if matches!(told.command, Some(C::Reverse { .. })) {
                    continue;
                }
                if let Some(account) = told.to {
                    must(account_exists(&law, told.on, account), clerk, || format!("{told:?}"))?;
                }
                let purpose = match &told.command {
                    Some(C::ReceivePremium { kind, .. } | C::ReceiveDuePremium { kind, .. }) => {
                        Some(("premium", kind))
                    }
                    Some(C::PayBenefit { kind, .. } | C::SettleDirectly { kind, .. }) => Some(("benefit", kind)),
                    _ => None,
                };
                if let Some((list, kind)) = purpose {
                    let said = law.on(told.on, |says| match says {
                        Says::Purpose(of, name, open) if *of == list && name == kind => Some(*open),
                        _ => None,
                    });
                    must(said.unwrap_or(true), clerk, || format!("a closed purpose: {told:?}"))?;
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn inv_32_who_may_not_do_it_does_not(history in histories(40)) {
        of_every_book(&history, |clerk, tale| {
            for told in &tale.events {
                let act = match told.command {
                    Some(C::ApproveBudget { .. }) => "approve_budget",
                    Some(C::ApproveUsePlan { .. }) => "approve_use_plan",
                    Some(C::DrawReserve { .. }) => "draw_reserve",
                    Some(C::WaiveRecovery { .. }) => "waive_recovery",
                    _ => continue,
                };
                let Some(law) = tale.law_at(told.seq) else { continue };
                let who = law.on(told.on, |says| match says {
                    Says::Authority(of, who) if *of == act => Some(who),
                    _ => None,
                });
                // A desk of an office is the office.
                let office = told.actor.split('/').next().unwrap_or_default();
                let may = who.is_none_or(|who| {
                    who.iter().any(|it| *it == told.actor || *it == office)
                });
                must(may, clerk, || format!("{who:?} may: {told:?}"))?;
            }
            Ok(())
        })?;
    }
}
