//! What the profile of a book lets exist on a day (INV-31, INV-32; Jiangsu regulation arts 52, 63, 65).

use earmark_core::command::AnyCommand;
use earmark_core::fund::Jurisdiction;
use earmark_core::id::Area;

use super::Broken;
use super::asked::Asked;
use crate::law::{Law, Says};

pub(super) fn judge(asked: &Asked<'_>, broken: &mut Broken) {
    if let AnyCommand::AdoptProfile { profile } = asked.command() {
        let law = Law::from_profile_text(profile);
        if !law.is_some_and(|law| fits(asked, &law)) {
            broken.insert("profile-fits");
        }
    }
    judge_accounts(asked, broken);
    judge_purpose(asked, broken);
}

/// A profile is of the fund's law and of the book's area, and says one thing at a time.
fn fits(asked: &Asked<'_>, law: &Law) -> bool {
    let own = match asked.book.fund.jurisdiction() {
        Jurisdiction::China => "China",
        _ => "Other",
    };
    law.is_clear()
        && law.jurisdiction == own
        && law.area.is_none_or(|area| is_within(asked.book.area, area))
}

/// A province's code ends in four zeros, a city's in two: what is below begins alike.
fn is_within(area: Area, above: Area) -> bool {
    let (area, above) = (area.to_string(), above.to_string());
    let prefix = if above == "000000" {
        ""
    } else if let Some(province) = above.strip_suffix("0000") {
        province
    } else {
        above.strip_suffix("00").unwrap_or(&above)
    };
    area.starts_with(prefix)
}

/// Money enters only accounts that exist, and only those are opened (144号 arts 39-42).
fn judge_accounts(asked: &Asked<'_>, broken: &mut Broken) {
    let entered = match asked.command() {
        AnyCommand::OpenAccount { account } => Some(*account),
        _ => asked.to,
    };
    let Some(entered) = entered else { return };
    let exists = asked.law_on(asked.line.on, |says| match says {
        Says::Account(account, exists) if *account == entered => Some(*exists),
        _ => None,
    });
    if exists == Some(false) {
        broken.insert("account-exists");
    }
}

/// A purpose is used while the catalogue has it (Jiangsu regulation art 24).
fn judge_purpose(asked: &Asked<'_>, broken: &mut Broken) {
    use AnyCommand as C;
    let (list, name) = match asked.command() {
        C::ReceivePremium { kind, .. }
        | C::ReceiveDuePremium { kind, .. }
        | C::DeclarePremium { kind, .. }
        | C::VerifyPremium { kind, .. }
        | C::AssessPremium { kind, .. }
        | C::CorrectDue { kind, .. }
        | C::ChargeLateFee { kind, .. } => ("premium", kind),
        C::PayBenefit { kind, .. }
        | C::SettleDirectly { kind, .. }
        | C::SettleAcrossProvinces { kind, .. }
        | C::FileClaim { kind, .. }
        | C::StopBenefit { kind, .. }
        | C::ResumeBenefit { kind, .. } => ("benefit", kind),
        C::PayStateUse { kind, .. } => ("state_use", kind),
        _ => return,
    };
    let open = asked.law_on(asked.line.on, |says| match says {
        Says::Purpose(of, purpose, open) if *of == list && purpose == name => Some(*open),
        _ => None,
    });
    if open == Some(false) {
        broken.insert("purpose-in-force");
    }
}
