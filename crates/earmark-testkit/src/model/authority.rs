//! Who may act (Jiangsu regulation arts 9, 39, 55(5)).

use earmark_core::command::AnyCommand;
use earmark_core::time::Day;

use super::Broken;
use super::asked::Asked;
use crate::law::Says;

pub(super) fn judge(asked: &Asked<'_>, broken: &mut Broken) {
    let Some(act) = act(asked.command()) else { return };
    let named_on = |day: Day| {
        asked.law_on(day, |says| match says {
            Says::Authority(of, who) if *of == act => Some(who.clone()),
            _ => None,
        })
    };
    // Who may adopt another profile is judged on the day of recording; so is every act for a day on which
    // nobody was named for it.
    let named = if act == "adopt_profile" {
        named_on(asked.recorded_on)
    } else {
        named_on(asked.line.on).or_else(|| named_on(asked.recorded_on))
    };
    let Some(named) = named else { return };
    let actor = asked.line.actor.as_str();
    // An actor is the office or a desk of it.
    let may = named.iter().any(|office| {
        actor.strip_prefix(office).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    if !may {
        broken.insert("authority");
    }
}

/// The act that a profile can reserve to offices.
const fn act(command: &AnyCommand) -> Option<&'static str> {
    use AnyCommand as C;
    Some(match command {
        C::AdoptProfile { .. } => "adopt_profile",
        C::OpenAccount { .. } => "open_account",
        C::ReopenPeriod { .. } => "reopen_period",
        C::AuthoriseLoan { .. } => "grant_authorisation",
        C::CorrectDue { .. } => "correct_due",
        C::WaiveRecovery { .. } => "waive_recovery",
        C::ApproveBudget { .. } => "approve_budget",
        C::ApproveAdjustments { .. } => "adjust_budget",
        C::ApproveUsePlan { .. } => "approve_use_plan",
        C::DrawReserve { .. } => "draw_reserve",
        C::ReorganiseOut { .. } | C::ReorganiseIn { .. } => "reorganise",
        _ => return None,
    })
}
