//! Bundles of rule profiles.

use std::collections::BTreeSet;

use earmark_core::account::Account;
use earmark_core::fund::Jurisdiction;
use earmark_core::id::area;
use earmark_core::rules::{
    Act, BufferUse, MAX_BUNDLE_BYTES, MAX_LAYERS, MAX_RULES, Profile, PurposeList, Requirement,
    SEPARATOR,
};
use earmark_core::time::Day;

use super::{Reading, funds};

/// More characters than any refusal needs to say what is wrong.
const PROBLEM_CHARS: usize = 2_000;

/// One bundle. A refusal names a line that the bundle has, on one line and in few words, whatever stands
/// there.
///
/// # Panics
/// Where a promise of the parser is broken; see the [module](super).
pub fn profile(bytes: &[u8]) -> Reading {
    let Ok(text) = std::str::from_utf8(bytes) else { return Reading::Refused };
    let profile = match Profile::parse(text) {
        Ok(profile) => profile,
        Err(error) => {
            assert!((1..=1 + text.lines().count()).contains(&error.line()), "{error}");
            let said = error.to_string();
            assert!(!said.contains(char::is_control), "a refusal is one line: {said:?}");
            assert!(said.chars().count() <= PROBLEM_CHARS, "a refusal is short: {said}");
            return Reading::Refused;
        }
    };
    assert_eq!(profile.text(), text, "byte by byte");
    assert!(text.len() <= MAX_BUNDLE_BYTES);
    assert_eq!(Profile::parse(text).as_ref(), Ok(&profile));
    layers(&profile, text);
    rules(&profile);
    asked(&profile);
    Reading::Accepted
}

fn layers(profile: &Profile, text: &str) {
    let layers = profile.layers();
    assert!((1..=MAX_LAYERS).contains(&layers.len()));
    assert_eq!(text.lines().filter(|line| *line == SEPARATOR).count() + 1, layers.len());
    let ids: BTreeSet<_> = layers.iter().map(|layer| layer.id()).collect();
    assert_eq!(ids.len(), layers.len(), "each layer has its own id");
    for (level, layer) in layers.iter().enumerate() {
        let below = level.checked_sub(1).map(|below| layers[below].id());
        assert_eq!(layer.over(), below, "a layer names the one below it");
        assert_eq!(layer.jurisdiction(), layers[0].jurisdiction());
    }
}

fn rules(profile: &Profile) {
    assert!(profile.rules().len() <= MAX_RULES * MAX_LAYERS);
    let china = profile.layers()[0].jurisdiction() == Jurisdiction::China;
    for rule in profile.rules() {
        assert!(rule.until().is_none_or(|until| rule.from() <= until), "{rule:?}");
        assert!(!rule.source().trim().is_empty(), "every rule has a source: {rule:?}");
        let lends = rule.name().starts_with("authorisation ");
        assert!(!(china && lends), "no Chinese fund lends or borrows: {rule:?}");
    }
    for (rule, other) in profile.rules().iter().zip(profile.rules().iter().skip(1)) {
        let same = rule.name() == other.name()
            && (rule.layer(), rule.fund()) == (other.layer(), other.fund());
        assert!(!same || !rule.holds_on(other.from()), "two rules on a day: {rule:?}, {other:?}");
    }
}

/// Every question that a decision or a reader asks has an answer on every day.
fn asked(profile: &Profile) {
    let _ = (profile.fits(area("320100").unwrap()).is_ok(), profile.to_string());
    let mut days: BTreeSet<_> = [Day::MIN, Day::MAX].into();
    days.extend(
        profile.rules().iter().flat_map(|rule| [Some(rule.from()), rule.until()]).flatten(),
    );
    let days: Vec<_> = days.into_iter().take(8).chain([Day::MAX]).collect();
    for fund in funds() {
        if profile.fits_fund(fund).is_err() {
            continue;
        }
        let rules = profile.for_fund(fund);
        for day in &days {
            let of_day = rules.on(*day);
            for account in Account::ALL {
                let exists = rules.account_exists(account, *day).map(|it| it.value);
                assert_eq!(exists.unwrap_or(true), of_day.has_account(account));
            }
            for premium in fund.premiums() {
                let open = rules.purpose_open(PurposeList::Premium, premium.name, *day);
                let open = open.map(|it| it.value).unwrap_or(true);
                assert_eq!(open, of_day.is_open(PurposeList::Premium, premium.code));
                let _ = rules.rate(premium.name, *day);
            }
            let _ = (rules.base_bounds(*day), rules.late_fee(*day), rules.undeclared_factor(*day));
            let _ = (rules.rounding(*day), rules.may_invest(*day), rules.equities_max(*day));
            let _ = (rules.pooled_part(*day), rules.ladder(*day));
            let _ = rules.buffer_months(BufferUse::BeforeInvesting, *day);
            let _ = rules.requirement(Requirement::ClaimBeforePayment, *day);
            let _ = rules.authority(Act::ALL[0], *day);
        }
        for rule in profile.rules().iter().take(64) {
            let why = rules.why(rule.topic(), rule.subject(), rule.from());
            assert!(!why.to_string().is_empty());
        }
    }
}
