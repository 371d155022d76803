//! Dues, claims, stops and recoveries, from outside.

use earmark_core::command::AnyCommand as C;
use earmark_testkit::strategy::history::histories;
use proptest::prelude::*;

use super::desk::tried;
use super::tale::{minor, must, of_every_book, standing};

proptest! {
    #![proptest_config(tried(32))]

    #[test]
    fn inv_33_no_more_is_received_for_a_month_than_is_due(history in histories(40)) {
        of_every_book(&history, |clerk, tale| {
            let decimals = usize::from(tale.fund.currency().exponent());
            for events in tale.prefixes() {
                let Some(last) = events.last() else { continue };
                let Some(C::ReceiveDuePremium { kind, from, month, .. }) = &last.command else { continue };
                let (mut due, mut received) = (None, 0_i128);
                let stands = standing(events);
                for told in &stands {
                    match &told.command {
                        Some(
                            C::VerifyPremium { payer, kind: of, month: when, amount, .. }
                            | C::AssessPremium { payer, kind: of, month: when, amount }
                            | C::CorrectDue { payer, kind: of, month: when, amount, .. },
                        ) if (payer, of, when) == (from, kind, month) => due = Some(minor(amount, decimals)),
                        Some(C::ReceiveDuePremium { from: payer, kind: of, month: when, .. })
                            if (payer, of, when) == (from, kind, month) =>
                        {
                            received += i128::from(told.minor);
                        }
                        Some(C::RefundPremium { of, .. }) => {
                            let refunded = &tale.event(*of).command;
                            if matches!(
                                refunded,
                                Some(C::ReceiveDuePremium { from: payer, kind: of, month: when, .. })
                                    if (payer, of, when) == (from, kind, month)
                            ) {
                                received -= i128::from(told.minor);
                            }
                        }
                        _ => {}
                    }
                }
                // Money for a month of which nothing is verified is refused only where the law says so.
                if let Some(due) = due {
                    must(received.unsigned_abs() <= due, clerk, || {
                        format!("{received} received of {due} due: {last:?}")
                    })?;
                } else {
                    must(!tale.is_wanted(last, "due_before_receipt"), clerk, || {
                        format!("nothing is due: {last:?}")
                    })?;
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn inv_34_no_more_is_paid_on_a_claim_than_was_verified(history in histories(40)) {
        of_every_book(&history, |clerk, tale| {
            let decimals = usize::from(tale.fund.currency().exponent());
            for events in tale.prefixes() {
                let Some(last) = events.last() else { continue };
                let (Some(C::PayBenefit { kind, .. }), Some(case)) = (&last.command, last.link) else {
                    continue;
                };
                let stands = standing(events);
                let filed = stands.iter().rev().find_map(|told| match &told.command {
                    Some(C::FileClaim { case: of, kind, .. }) if *of == case => Some(kind),
                    _ => None,
                });
                // A link may be of something else than a claim.
                let Some(filed) = filed else { continue };
                let verified = stands.iter().rev().find_map(|told| match &told.command {
                    Some(C::VerifyClaim { case: of, amount, instalments, .. }) if *of == case => {
                        Some((minor(amount, decimals), *instalments))
                    }
                    _ => None,
                });
                let Some((most, instalments)) = verified else {
                    return must(false, clerk, || format!("paid before it was verified: {last:?}"));
                };
                let (mut payments, mut back) = (Vec::new(), 0);
                for told in &stands {
                    match &told.command {
                        Some(
                            C::PayBenefit { .. } | C::SettleDirectly { .. }
                            | C::SettleAcrossProvinces { .. },
                        ) if told.link == Some(case) => payments.push(u128::from(told.minor)),
                        Some(C::ReturnPayment { of, .. } | C::RecoverBenefit { of, .. })
                            if tale.event(*of).link == Some(case) =>
                        {
                            back += u128::from(told.minor);
                        }
                        _ => {}
                    }
                }
                let paid: u128 = payments.iter().sum();
                must(paid <= most + back && kind == filed, clerk, || {
                    format!("{paid} paid, {back} back of {most} for {filed}: {last:?}")
                })?;
                // Once all instalments are paid, only what came back is paid again.
                let again: u128 = payments.iter().skip(instalments as usize).sum();
                must(again <= back, clerk, || {
                    format!("{again} paid again, {back} back, in {instalments} parts: {last:?}")
                })?;
            }
            Ok(())
        })?;
    }

    #[test]
    fn inv_36_nobody_is_paid_a_stopped_benefit(history in histories(40)) {
        of_every_book(&history, |clerk, tale| {
            for events in tale.prefixes() {
                let Some((last, before)) = events.split_last() else { continue };
                let Some(C::PayBenefit { to, kind, .. }) = &last.command else { continue };
                let mut stopped = None;
                for told in standing(before) {
                    match &told.command {
                        Some(C::StopBenefit { person, kind: of, from, .. })
                            if (person, of) == (to, kind) =>
                        {
                            stopped = Some(*from);
                        }
                        Some(C::ResumeBenefit { person, kind: of, .. }) if (person, of) == (to, kind) => {
                            stopped = None;
                        }
                        _ => {}
                    }
                }
                must(stopped.is_none_or(|from| last.on < from), clerk, || {
                    format!("stopped from {stopped:?}: {last:?}")
                })?;
            }
            Ok(())
        })?;
    }

    #[test]
    fn inv_37_no_more_is_demanded_back_than_was_paid(history in histories(40)) {
        of_every_book(&history, |clerk, tale| {
            let decimals = usize::from(tale.fund.currency().exponent());
            for events in tale.prefixes() {
                let Some(last) = events.last() else { continue };
                let of = match &last.command {
                    Some(C::DemandRecovery { of, .. } | C::WaiveRecovery { of, .. }) => *of,
                    _ => continue,
                };
                let (mut demanded, mut waived) = (0_u128, 0_u128);
                for told in standing(events) {
                    match &told.command {
                        Some(C::DemandRecovery { of: other, amount, .. }) if *other == of => {
                            demanded = minor(amount, decimals);
                        }
                        Some(C::WaiveRecovery { of: other, amount, .. }) if *other == of => {
                            waived += minor(amount, decimals);
                        }
                        _ => {}
                    }
                }
                let paid = u128::from(tale.event(of).minor);
                must(demanded <= paid && waived <= demanded, clerk, || {
                    format!("{demanded} demanded, {waived} written off of {paid}: {last:?}")
                })?;
            }
            Ok(())
        })?;
    }
}
