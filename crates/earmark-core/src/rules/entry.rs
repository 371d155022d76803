//! One table of a profile file becomes rules.

use std::sync::Arc;

use toml::de::DeTable;

use super::ProfileError;
use super::fields::{Fields, File, Placed};
use super::figures::{Authorisation, DaysAllowed, Figure, LateFee, Reorganisation, RoundingRule};
use super::rate::Rate;
use super::rule::{Basis, EVERY_FUND, Mark, ProfileRule};
use super::words::{Act, BufferUse, Deadline, PurposeList, ReorganisationKind, Requirement, Topic};
use crate::account::Account;
use crate::fund::{BUILT_IN, FundSpec, Jurisdiction};

/// The fields of every table beside those of its topic.
const COMMON: &[&str] = &["from", "until", "source", "mark", "from_mark", "note"];

/// Of which layer the tables are.
pub(super) struct Place {
    pub(super) layer: Arc<str>,
    pub(super) level: usize,
    pub(super) jurisdiction: Jurisdiction,
}

/// The rules of one table.
pub(super) fn rules(
    file: &File<'_>,
    place: &Place,
    topic: Topic,
    at: usize,
    table: &DeTable<'_>,
) -> Result<Vec<ProfileRule>, ProfileError> {
    let word = topic.word();
    let fund = if is_of_one_fund(topic) { &["fund"][..] } else { &[] };
    let fields = Fields::open(file, word, at, table, &[own_fields(topic), fund, COMMON])?;
    let basis = Arc::new(basis(&fields, place)?);
    let funds = funds(&fields, place, topic)?;
    let said = figures(&fields, place, topic)?;
    if matches!(topic, Topic::Purpose | Topic::Rate) {
        known_purposes(&fields, topic, &funds)?;
    }
    let rules = funds.iter().flat_map(|fund| {
        said.iter().map(|(subject, figure)| ProfileRule {
            topic,
            fund: fund.value.clone(),
            subject: subject.clone(),
            basis: Arc::clone(&basis),
            figure: figure.clone(),
        })
    });
    Ok(rules.collect())
}

const fn own_fields(topic: Topic) -> &'static [&'static str] {
    match topic {
        Topic::Account => &["account", "exists"],
        Topic::Purpose => &["list", "name", "open"],
        Topic::Rate => &["premium", "rate"],
        Topic::Base => &["floor_of_average", "cap_of_average"],
        Topic::AverageWage => &["monthly"],
        Topic::LateFee => &["per_day", "first_day", "rounding"],
        Topic::Assessment => &["undeclared_factor"],
        Topic::Rounding => &["mode", "to"],
        Topic::Buffer => &["use", "months"],
        Topic::Deadline => &["what", "days", "working_days"],
        Topic::Investment => &["may", "equities_max"],
        Topic::Requirement => &["what", "strength"],
        Topic::Authority => &["act", "who"],
        Topic::Portability => &["pooled_part"],
        Topic::Authorisation => &["id", "lender", "borrower", "limit", "repay_by"],
        Topic::Reorganisation => &["id", "what", "out_of", "into"],
        Topic::Ladder => &["steps"],
    }
}

/// Whether rules of the topic are of a fund. The others name their funds themselves.
const fn is_of_one_fund(topic: Topic) -> bool {
    !matches!(topic, Topic::Authorisation | Topic::Reorganisation)
}

fn basis(fields: &Fields<'_, '_>, place: &Place) -> Result<Basis, ProfileError> {
    let from = fields.day("from")?.value;
    let until = fields.unless_missing("until", Fields::day)?;
    if let Some(until) = until.as_ref().filter(|until| until.value < from) {
        let problem = format!("expected no day before `from` ({from}), found `{}`", until.value);
        return Err(fields.error(until.at, "until", problem));
    }
    Ok(Basis {
        layer: Arc::clone(&place.layer),
        level: place.level,
        line: fields.line(),
        from,
        until: until.map(|until| until.value),
        source: fields.text("source")?.value,
        mark: fields.unless_missing("mark", Fields::word)?.unwrap_or(Mark::Read),
        from_mark: fields.unless_missing("from_mark", Fields::word)?.unwrap_or(Mark::Read),
        note: fields.unless_missing("note", Fields::text)?.map(|note| note.value),
    })
}

fn funds(
    fields: &Fields<'_, '_>,
    place: &Place,
    topic: Topic,
) -> Result<Vec<Placed<String>>, ProfileError> {
    // A purpose and a premium are of one fund's own list: for every fund, their name says nothing.
    let own_list = matches!(topic, Topic::Purpose | Topic::Rate);
    if !fields.has("fund") && own_list {
        return Err(fields.missing("fund"));
    }
    let every = !fields.has("fund")
        || (!own_list && fields.text("fund").is_ok_and(|text| text.value == EVERY_FUND));
    if every {
        return Ok(vec![Placed { value: EVERY_FUND.to_owned(), at: fields.at() }]);
    }
    funds_of_law(fields, place, "fund")
}

/// Codes of funds of the layer's jurisdiction. Of which one a user's own fund is, is known when the
/// profile meets it.
fn funds_of_law(
    fields: &Fields<'_, '_>,
    place: &Place,
    name: &str,
) -> Result<Vec<Placed<String>>, ProfileError> {
    let funds = fields.codes(name)?;
    for fund in &funds {
        let law = built_in(&fund.value).map_or(place.jurisdiction, FundSpec::jurisdiction);
        if law != place.jurisdiction {
            let problem = format!(
                "expected a fund of jurisdiction `{:?}`, found `{}` of `{law:?}`",
                place.jurisdiction, fund.value,
            );
            return Err(fields.error(fund.at, name, problem));
        }
    }
    Ok(funds)
}

fn built_in(code: &str) -> Option<&'static FundSpec> {
    BUILT_IN.into_iter().find(|spec| spec.code() == code)
}

/// The names that a rule gives are in the closed list of each built-in fund that it names.
fn known_purposes(
    fields: &Fields<'_, '_>,
    topic: Topic,
    funds: &[Placed<String>],
) -> Result<(), ProfileError> {
    let (list, field) = match topic {
        Topic::Rate => (PurposeList::Premium, "premium"),
        _ => (fields.word("list")?, "name"),
    };
    let names = fields.names(field)?;
    for spec in funds.iter().filter_map(|fund| built_in(&fund.value)) {
        for name in &names {
            if let Some(problem) = no_such_purpose(spec, list, &name.value) {
                return Err(fields.error(name.at, field, problem));
            }
        }
    }
    Ok(())
}

/// What to say where a fund's list has no such name.
pub(super) fn no_such_purpose(spec: &FundSpec, list: PurposeList, name: &str) -> Option<String> {
    let names = purposes(spec, list);
    if names.iter().any(|(_, known)| *known == name) {
        return None;
    }
    let names: Vec<_> = names.iter().map(|(_, name)| format!("`{name}`")).collect();
    let expected = if names.is_empty() { "nothing".to_owned() } else { names.join(", ") };
    Some(format!("the list `{list}` of fund `{}` has {expected}; found `{name}`", spec.code()))
}

/// The codes and names of one closed list of a fund.
pub(super) fn purposes(spec: &FundSpec, list: PurposeList) -> Vec<(u16, &'static str)> {
    match list {
        PurposeList::Premium => spec.premiums().iter().map(|p| (p.code, p.name)).collect(),
        PurposeList::Benefit => spec.benefits().iter().map(|p| (p.code, p.name)).collect(),
        PurposeList::StateUse => spec.state_uses().iter().map(|p| (p.code, p.name)).collect(),
    }
}

pub(super) fn purpose_subject(list: PurposeList, name: &str) -> String {
    format!("{list} {name}")
}

/// The two subjects of the topic `investment`.
pub(super) const MAY: &str = "may";
pub(super) const EQUITIES_MAX: &str = "equities_max";

/// What a table says, by subject.
fn figures(
    fields: &Fields<'_, '_>,
    place: &Place,
    topic: Topic,
) -> Result<Vec<(String, Figure)>, ProfileError> {
    let one = |figure| Ok(vec![(String::new(), figure)]);
    let (zero, whole) = (Rate::ZERO, Rate::ONE);
    match topic {
        Topic::Account => {
            let exists = fields.flag("exists")?;
            let accounts: Vec<Account> = fields.words("account")?;
            Ok(accounts
                .into_iter()
                .map(|account| (account.word().to_owned(), Figure::Exists(exists)))
                .collect())
        }
        Topic::Purpose => {
            let (list, open) = (fields.word("list")?, fields.flag("open")?);
            Ok(fields
                .names("name")?
                .into_iter()
                .map(|name| (purpose_subject(list, &name.value), Figure::Open(open)))
                .collect())
        }
        Topic::Rate => {
            let rate = fields.rate("rate", zero, whole)?.value;
            Ok(fields
                .names("premium")?
                .into_iter()
                .map(|name| (name.value, Figure::Rate(rate)))
                .collect())
        }
        Topic::Base => {
            let floor = fields.rate("floor_of_average", zero, Rate::MAX)?.value;
            let cap = fields.rate("cap_of_average", zero, Rate::MAX)?;
            if cap.value < floor {
                let problem =
                    format!("expected no less than the floor ({floor}), found `{}`", cap.value);
                return Err(fields.error(cap.at, "cap_of_average", problem));
            }
            one(Figure::Band { floor, cap: cap.value })
        }
        Topic::AverageWage => one(Figure::Wage(fields.money("monthly")?)),
        Topic::LateFee => one(Figure::LateFee(LateFee {
            per_day: fields.rate("per_day", zero, whole)?.value,
            first_day: fields.word("first_day")?,
            rounding: fields.word("rounding")?,
        })),
        Topic::Assessment => {
            one(Figure::Rate(fields.rate("undeclared_factor", zero, Rate::MAX)?.value))
        }
        Topic::Rounding => one(Figure::Rounding(RoundingRule {
            mode: fields.word("mode")?,
            to: fields.word("to")?,
        })),
        Topic::Buffer => {
            let kind: BufferUse = fields.word("use")?;
            Ok(vec![(kind.to_string(), Figure::Months(fields.count("months")?))])
        }
        Topic::Deadline => {
            let allowed =
                DaysAllowed { days: fields.count("days")?, working: fields.flag("working_days")? };
            let what: Vec<Deadline> = fields.words("what")?;
            Ok(what.iter().map(|what| (what.to_string(), Figure::Days(allowed))).collect())
        }
        Topic::Investment => investment(fields),
        Topic::Requirement => {
            let strength = fields.word("strength")?;
            let what: Vec<Requirement> = fields.words("what")?;
            Ok(what.iter().map(|what| (what.to_string(), Figure::Strength(strength))).collect())
        }
        Topic::Authority => {
            let offices: Arc<[String]> = fields.offices("who")?.into();
            let acts: Vec<Act> = fields.words("act")?;
            Ok(acts
                .iter()
                .map(|act| (act.to_string(), Figure::Offices(Arc::clone(&offices))))
                .collect())
        }
        Topic::Portability => one(Figure::Rate(fields.rate("pooled_part", zero, whole)?.value)),
        Topic::Authorisation => authorisation(fields, place),
        Topic::Reorganisation => reorganisation(fields, place),
        Topic::Ladder => one(Figure::Steps(fields.words("steps")?.into())),
    }
}

fn investment(fields: &Fields<'_, '_>) -> Result<Vec<(String, Figure)>, ProfileError> {
    let may = fields.flag("may")?;
    let mut said = vec![(MAY.to_owned(), Figure::May(may))];
    if fields.has("equities_max") {
        let most = fields.rate("equities_max", Rate::ZERO, Rate::ONE)?;
        if !may {
            let problem = "expected only where `may` is `true`, found where it is `false`";
            return Err(fields.error(most.at, "equities_max", problem));
        }
        said.push((EQUITIES_MAX.to_owned(), Figure::Rate(most.value)));
    }
    Ok(said)
}

fn authorisation(
    fields: &Fields<'_, '_>,
    place: &Place,
) -> Result<Vec<(String, Figure)>, ProfileError> {
    let id = fields.id("id")?;
    // Social Insurance Law art 64, 69: nothing authorises a flow between two funds.
    if place.jurisdiction == Jurisdiction::China {
        let problem = "expected none in jurisdiction `China`, where money is never shifted between funds (Social Insurance Law art 64, 69)";
        return Err(fields.error(id.at, "id", problem));
    }
    let id = id.value;
    let lenders = funds_of_law(fields, place, "lender")?;
    let borrowers = funds_of_law(fields, place, "borrower")?;
    if let Some(both) = lenders.iter().find(|l| borrowers.iter().any(|b| b.value == l.value)) {
        let problem = format!("expected no fund that borrows too, found `{}`", both.value);
        return Err(fields.error(both.at, "lender", problem));
    }
    let repay_by = fields.unless_missing("repay_by", Fields::day)?;
    let from = fields.day("from")?.value;
    if let Some(repay_by) = repay_by.as_ref().filter(|day| day.value < from) {
        let problem = format!("expected no day before `from` ({from}), found `{}`", repay_by.value);
        return Err(fields.error(repay_by.at, "repay_by", problem));
    }
    let authorisation = Authorisation {
        id: id.clone(),
        lenders: codes(lenders),
        borrowers: codes(borrowers),
        limit: fields.unless_missing("limit", Fields::money)?,
        repay_by: repay_by.map(|day| day.value),
    };
    Ok(vec![(id, Figure::Authorisation(Arc::new(authorisation)))])
}

fn reorganisation(
    fields: &Fields<'_, '_>,
    place: &Place,
) -> Result<Vec<(String, Figure)>, ProfileError> {
    let id = fields.id("id")?.value;
    let what: ReorganisationKind = fields.word("what")?;
    let out_of = funds_of_law(fields, place, "out_of")?;
    let mut into = funds_of_law(fields, place, "into")?;
    let (Some(into), true) = (into.pop(), into.is_empty()) else {
        return Err(fields.error(fields.at(), "into", "expected one fund code, found several"));
    };
    let keeps_fund = out_of.iter().any(|fund| fund.value == into.value);
    let problem = match what {
        ReorganisationKind::MergeFunds if keeps_fund => {
            format!("expected another fund than those of `out_of`, found `{}`", into.value)
        }
        ReorganisationKind::RaisePoolingLevel if !keeps_fund || out_of.len() > 1 => {
            format!("expected the one fund of `out_of`, found `{}`", into.value)
        }
        _ => {
            let reorganisation =
                Reorganisation { id: id.clone(), what, out_of: codes(out_of), into: into.value };
            return Ok(vec![(id, Figure::Reorganisation(Arc::new(reorganisation)))]);
        }
    };
    Err(fields.error(into.at, "into", problem))
}

fn codes(placed: Vec<Placed<String>>) -> Vec<String> {
    placed.into_iter().map(|code| code.value).collect()
}
