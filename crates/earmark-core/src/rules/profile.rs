use std::fmt;
use std::sync::{Arc, LazyLock};

use super::entry::no_such_purpose;
use super::figures::{Authorisation, Figure, Reorganisation};
use super::layer::{self, Layer};
use super::rule::{EVERY_FUND, ProfileRule, Ruling};
use super::words::{PurposeList, Topic};
use super::{CN_JIANGSU, CN_NATIONAL_2017, FundRules, ProfileError, US_OASDI};
use crate::fund::FundSpec;
use crate::id::Area;
use crate::time::Day;

/// The line between two files of a bundle.
pub const SEPARATOR: &str = "=== earmark profile ===";
/// The most bytes that a bundle has.
pub const MAX_BUNDLE_BYTES: usize = 60_000;
/// The most layers that a profile has.
pub const MAX_LAYERS: usize = 8;
/// The most rules that a layer has.
pub const MAX_RULES: usize = 4_096;

/// A rule profile: a stack of layers, the lowest first, and the rules that follow from it.
///
/// It is immutable and cheap to clone. Two profiles are equal where their texts are.
///
/// ```
/// use earmark_core::fund::{Fund, WorkInjury};
/// use earmark_core::id::area;
/// use earmark_core::rules::{CN_NATIONAL_2017, Profile, Requirement, Strength};
/// use earmark_core::time::day;
///
/// // A town asks for a claim before each payment.
/// let town = r#"
/// [profile]
/// id = "cn-wuxi"
/// name = "Wuxi"
/// jurisdiction = "China"
/// area = "320200"
/// over = "cn-national-2017"
/// edition = "1"
///
/// [[requirement]]
/// what = "claim_before_payment"
/// strength = "refuse"
/// from = 2021-01-01
/// source = "rules of the agency"
/// "#;
/// let profile = Profile::of_layers([CN_NATIONAL_2017, town])?;
/// profile.fits(area("320200")?)?;
/// profile.fits_fund(WorkInjury::SPEC)?;
///
/// let rules = profile.for_fund(WorkInjury::SPEC);
/// let strength = |on| rules.on(on).strength(Requirement::ClaimBeforePayment);
/// assert_eq!(strength(day("2020-12-31")?), Strength::Off);
/// assert_eq!(strength(day("2021-01-01")?), Strength::Refuse);
/// assert!(profile.fits(area("440100")?).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Profile {
    stack: Arc<Stack>,
}

struct Stack {
    text: String,
    layers: Vec<Layer>,
    /// Sorted by topic, subject, level, fund and first day.
    rules: Vec<ProfileRule>,
}

impl Profile {
    /// Reads a bundle: the files of the layers, the lowest first, between them the line
    /// [`SEPARATOR`].
    ///
    /// # Errors
    /// [`ProfileError`] with layer, line and field of the first thing that is wrong. A bundle has at
    /// most [`MAX_BUNDLE_BYTES`] bytes, [`MAX_LAYERS`] layers, and [`MAX_RULES`] rules a layer.
    pub fn parse(bundle: &str) -> Result<Self, ProfileError> {
        // Most books follow a profile of this crate, which is read once and not at each book's adoption.
        let shipped: [fn() -> Self; 3] = [Self::national, Self::jiangsu, Self::us_oasdi];
        let shipped = shipped.into_iter().map(|it| it()).find(|it| it.text() == bundle);
        shipped.map_or_else(|| Self::read(bundle), Ok)
    }

    fn read(bundle: &str) -> Result<Self, ProfileError> {
        let of_bundle = |problem| ProfileError::new("#1", 1, "bundle", problem);
        if bundle.len() > MAX_BUNDLE_BYTES {
            let found = bundle.len();
            return Err(of_bundle(format!(
                "expected at most {MAX_BUNDLE_BYTES} bytes, found {found}"
            )));
        }
        let files = split(bundle);
        if files.len() > MAX_LAYERS {
            let found = files.len();
            return Err(of_bundle(format!("expected at most {MAX_LAYERS} layers, found {found}")));
        }
        let (mut layers, mut rules) = (Vec::<Layer>::new(), Vec::new());
        for (level, file) in files.into_iter().enumerate() {
            let (layer, more) = layer::read(file, level)?;
            stands_on(&layer, &layers)?;
            layers.push(layer);
            rules.extend(more);
        }
        rules.sort_by(|one, other| key(one).cmp(&key(other)));
        no_overlap(&rules)?;
        Ok(Self { stack: Arc::new(Stack { text: bundle.to_owned(), layers, rules }) })
    }

    /// The profile of these files, the lowest first.
    ///
    /// # Errors
    /// As [`Profile::parse`].
    pub fn of_layers<'a>(files: impl IntoIterator<Item = &'a str>) -> Result<Self, ProfileError> {
        let mut bundle = String::new();
        for (level, file) in files.into_iter().enumerate() {
            if level > 0 {
                if !bundle.is_empty() && !bundle.ends_with('\n') {
                    bundle.push('\n');
                }
                bundle.push_str(SEPARATOR);
                bundle.push('\n');
            }
            bundle.push_str(file);
        }
        Self::read(&bundle)
    }

    /// The financial and accounting systems of 2017 and the laws over them: [`CN_NATIONAL_2017`].
    #[must_use]
    pub fn national() -> Self {
        static NATIONAL: LazyLock<Profile> = LazyLock::new(|| shipped(&[CN_NATIONAL_2017]));
        NATIONAL.clone()
    }

    /// Jiangsu's rules over the nation's: [`CN_JIANGSU`] over [`CN_NATIONAL_2017`].
    #[must_use]
    pub fn jiangsu() -> Self {
        static JIANGSU: LazyLock<Profile> =
            LazyLock::new(|| shipped(&[CN_NATIONAL_2017, CN_JIANGSU]));
        JIANGSU.clone()
    }

    /// The trust funds OASI, DI and HI of the United States: [`US_OASDI`].
    #[must_use]
    pub fn us_oasdi() -> Self {
        static OASDI: LazyLock<Profile> = LazyLock::new(|| shipped(&[US_OASDI]));
        OASDI.clone()
    }

    /// The bundle from which it was read, byte by byte.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.stack.text
    }

    /// The layers, the lowest first.
    #[must_use]
    pub fn layers(&self) -> &[Layer] {
        &self.stack.layers
    }

    /// Every rule of every layer, sorted by topic, subject, layer, fund and first day.
    #[must_use]
    pub fn rules(&self) -> &[ProfileRule] {
        &self.stack.rules
    }

    /// Whether it can be used for books of an area.
    ///
    /// # Errors
    /// [`ProfileError`] where a layer is for another area: one for a province (`320000`) covers that
    /// province alone, one for a city (`320200`) that city alone.
    pub fn fits(&self, area: Area) -> Result<(), ProfileError> {
        for layer in self.layers() {
            if let Some(own) = layer.area().filter(|own| !covers(*own, area)) {
                return Err(ProfileError::new(
                    layer.id(),
                    layer.lines.area,
                    "profile.area",
                    format!("expected a book of area {own} or below it, found area {area}"),
                ));
            }
        }
        Ok(())
    }

    /// Whether it can be used for books of a fund.
    ///
    /// # Errors
    /// [`ProfileError`] where the fund is of another jurisdiction, or a rule names a purpose that the
    /// fund's closed lists do not have.
    ///
    /// ```
    /// use earmark_core::fund;
    /// use earmark_core::fund::Fund;
    /// use earmark_core::rules::Profile;
    ///
    /// fund! {
    ///     /// A fund of a town, under another law.
    ///     pub TownFund {
    ///         code: "TOWN", name: "town fund" "镇基金", currency: USD, jurisdiction: Other, invests: no,
    ///         settles_across_provinces: no, transfers: no, settles_directly: no,
    ///     }
    ///     premiums TownPremium { Unit = 1 "unit premium" "单位缴费" => Premium, }
    ///     benefits TownBenefit { Grant = 1 "grant" "补助" => Benefit, }
    /// }
    ///
    /// let text = r#"
    /// [profile]
    /// id = "town"
    /// name = "a town"
    /// jurisdiction = "Other"
    /// edition = "1"
    ///
    /// [[rate]]
    /// fund = "TOWN"
    /// premium = "Units"
    /// rate = "0.16"
    /// from = 2021-01-01
    /// source = "town rules"
    /// "#;
    /// Profile::parse(&text.replace("Units", "Unit"))?.fits_fund(TownFund::SPEC)?;
    /// assert_eq!(
    ///     Profile::parse(text)?.fits_fund(TownFund::SPEC).map_err(|error| error.to_string()),
    ///     Err("layer `town`, line 8, field `rate.premium`: the list `premium` of fund `TOWN` has `Unit`; \
    ///          found `Units`".to_owned())
    /// );
    /// # Ok::<(), earmark_core::rules::ProfileError>(())
    /// ```
    pub fn fits_fund(&self, fund: &FundSpec) -> Result<(), ProfileError> {
        for layer in self.layers() {
            if layer.jurisdiction() != fund.jurisdiction() {
                return Err(ProfileError::new(
                    layer.id(),
                    layer.lines.jurisdiction,
                    "profile.jurisdiction",
                    format!(
                        "expected a fund of jurisdiction `{:?}`, found `{}` of `{:?}`",
                        layer.jurisdiction(),
                        fund.code(),
                        fund.jurisdiction()
                    ),
                ));
            }
        }
        for rule in self.rules().iter().filter(|rule| rule.fund() == Some(fund.code())) {
            let (list, name, field) = match (rule.topic(), rule.subject().split_once(' ')) {
                (Topic::Rate, _) => (Some(PurposeList::Premium), rule.subject(), "rate.premium"),
                (Topic::Purpose, Some((list, name))) => {
                    (PurposeList::from_word(list), name, "purpose.name")
                }
                _ => continue,
            };
            if let Some(problem) = list.and_then(|list| no_such_purpose(fund, list, name)) {
                return Err(ProfileError::new(rule.layer(), rule.line(), field, problem));
            }
        }
        Ok(())
    }

    /// The rules as they hold for one fund. [`Profile::fits_fund`] says whether they are meant for it.
    #[must_use]
    pub fn for_fund(&self, fund: &'static FundSpec) -> FundRules {
        FundRules::new(self.clone(), fund)
    }

    /// The authorisation of this id, where it holds on that day.
    #[must_use]
    pub fn authorisation(&self, id: &str, day: Day) -> Option<Ruling<'_, &Authorisation>> {
        let rule = self.in_force(EVERY_FUND, Topic::Authorisation, id, day).next()?;
        match rule.figure() {
            Figure::Authorisation(value) => Some(Ruling { value, rule }),
            _ => None,
        }
    }

    /// Every authorisation that holds on that day, sorted by id.
    pub fn authorisations(&self, day: Day) -> impl Iterator<Item = Ruling<'_, &Authorisation>> {
        self.subjects(Topic::Authorisation).filter_map(move |id| self.authorisation(id, day))
    }

    /// The reorganisation that moves the balance of one fund into another on that day. Where a fund
    /// is pooled at a higher level, both are the same fund.
    #[must_use]
    pub fn reorganisation(
        &self,
        out_of: &str,
        into: &str,
        day: Day,
    ) -> Option<Ruling<'_, &Reorganisation>> {
        self.subjects(Topic::Reorganisation).find_map(|id| {
            let rule = self.in_force(EVERY_FUND, Topic::Reorganisation, id, day).next()?;
            match rule.figure() {
                Figure::Reorganisation(value)
                    if value.into_fund() == into && value.out_of().iter().any(|f| f == out_of) =>
                {
                    Some(Ruling { value: value.as_ref(), rule })
                }
                _ => None,
            }
        })
    }

    /// Every reorganisation that holds on that day, sorted by id.
    pub fn reorganisations(&self, day: Day) -> impl Iterator<Item = Ruling<'_, &Reorganisation>> {
        self.subjects(Topic::Reorganisation).filter_map(move |id| {
            let rule = self.in_force(EVERY_FUND, Topic::Reorganisation, id, day).next()?;
            match rule.figure() {
                Figure::Reorganisation(value) => Some(Ruling { value: value.as_ref(), rule }),
                _ => None,
            }
        })
    }

    /// The rules that hold on that day, the one that goes before the others first.
    pub(super) fn in_force<'a, 'q>(
        &'a self,
        fund: &'q str,
        topic: Topic,
        subject: &'q str,
        day: Day,
    ) -> impl Iterator<Item = &'a ProfileRule> + use<'a, 'q> {
        let funds = if fund == EVERY_FUND { vec![EVERY_FUND] } else { vec![fund, EVERY_FUND] };
        (0..self.stack.layers.len())
            .rev()
            .flat_map(move |level| funds.clone().into_iter().map(move |fund| (level, fund)))
            .filter_map(move |(level, fund)| self.of_level(level, fund, topic, subject, day))
    }

    /// The one rule of a level that holds on that day: rules of a level do not overlap.
    fn of_level(
        &self,
        level: usize,
        fund: &str,
        topic: Topic,
        subject: &str,
        day: Day,
    ) -> Option<&ProfileRule> {
        let rules = &self.stack.rules;
        let after = rules.partition_point(|rule| key(rule) <= (topic, subject, level, fund, day));
        let rule = rules.get(after.checked_sub(1)?)?;
        let (same_topic, same_subject, same_level, same_fund, _) = key(rule);
        let same = (same_topic, same_subject, same_level, same_fund);
        (same == (topic, subject, level, fund) && rule.holds_on(day)).then_some(rule)
    }

    fn subjects(&self, topic: Topic) -> impl Iterator<Item = &str> {
        let rules = &self.stack.rules;
        let mut last = None;
        let of_topic = rules.iter().filter(move |rule| rule.topic() == topic);
        of_topic
            .map(ProfileRule::subject)
            .filter(move |subject| last.replace(*subject) != Some(*subject))
    }
}

fn shipped(files: &[&'static str]) -> Profile {
    Profile::of_layers(files.iter().copied())
        .expect("the profiles of this crate are tested to parse")
}

/// By which rules are sorted and found.
fn key(rule: &ProfileRule) -> (Topic, &str, usize, &str, Day) {
    (rule.topic, &rule.subject, rule.basis.level, &rule.fund, rule.basis.from)
}

/// The files of a bundle.
fn split(bundle: &str) -> Vec<&str> {
    let (mut files, mut start, mut at) = (Vec::new(), 0, 0);
    for line in bundle.split_inclusive('\n') {
        let next = at + line.len();
        let line = line.strip_suffix('\n').unwrap_or(line);
        if line.strip_suffix('\r').unwrap_or(line) == SEPARATOR {
            files.extend(bundle.get(start..at));
            start = next;
        }
        at = next;
    }
    files.extend(bundle.get(start..));
    files
}

/// A layer names the one right below it, and is of the same law and no wider area.
fn stands_on(layer: &Layer, lower: &[Layer]) -> Result<(), ProfileError> {
    let error = |line, field: &str, problem| {
        Err(ProfileError::new(layer.id(), line, format!("profile.{field}"), problem))
    };
    let lines = layer.lines;
    let Some(below) = lower.last() else {
        return match layer.over() {
            None => Ok(()),
            Some(over) => error(
                lines.over,
                "over",
                format!("expected a layer `{over}` below this one, found none"),
            ),
        };
    };
    if lower.iter().any(|other| other.id() == layer.id()) {
        return error(lines.id, "id", format!("expected another id than `{}` below", layer.id()));
    }
    if layer.over() != Some(below.id()) {
        let found = layer.over().map_or("none".to_owned(), |over| format!("`{over}`"));
        let problem = format!("expected the layer below, `{}`, found {found}", below.id());
        return error(lines.over, "over", problem);
    }
    if layer.jurisdiction() != below.jurisdiction() {
        let problem = format!(
            "expected `{:?}` as in the layer below, found `{:?}`",
            below.jurisdiction(),
            layer.jurisdiction()
        );
        return error(lines.jurisdiction, "jurisdiction", problem);
    }
    let wider = lower.iter().filter_map(Layer::area).next_back();
    match (wider, layer.area()) {
        (Some(wider), Some(area)) if !covers(wider, area) => {
            let problem = format!(
                "expected area {wider} or one below it, as in the layers below, found {area}"
            );
            error(lines.area, "area", problem)
        }
        _ => Ok(()),
    }
}

/// Whether an area is the wider one or lies below it.
fn covers(wider: Area, area: Area) -> bool {
    let unit = match wider.code() {
        0 => 1,
        province if province % 10_000 == 0 => 10_000,
        city if city % 100 == 0 => 100,
        _ => 1,
    };
    wider.code() / unit == area.code() / unit
}

/// Rules of one layer about the same subject follow one another.
fn no_overlap(rules: &[ProfileRule]) -> Result<(), ProfileError> {
    let overlap = rules
        .windows(2)
        .filter_map(|pair| match pair {
            [one, next] => Some((one, next)),
            _ => None,
        })
        .filter(|(one, next)| {
            let (topic, subject, level, fund, _) = key(one);
            let (next_topic, next_subject, next_level, next_fund, first) = key(next);
            (topic, subject, level, fund) == (next_topic, next_subject, next_level, next_fund)
                && one.holds_on(first)
        })
        .min_by_key(|(one, next)| (one.basis.level, one.line().max(next.line())));
    match overlap {
        None => Ok(()),
        Some((one, next)) => {
            let (first, second) = (one.line().min(next.line()), one.line().max(next.line()));
            let fund = next.fund().map_or("every fund".to_owned(), |fund| format!("fund `{fund}`"));
            Err(ProfileError::new(
                next.layer(),
                second,
                format!("{}.from", next.topic()),
                format!(
                    "expected one rule `{}` for {fund} on a day, found those of lines {first} and \
                     {second} both in force on {}",
                    next.name(),
                    next.from()
                ),
            ))
        }
    }
}

impl PartialEq for Profile {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.stack, &other.stack) || self.text() == other.text()
    }
}

impl Eq for Profile {}

/// The ids of its layers: `cn-national-2017 < cn-jiangsu`.
impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<_> = self.layers().iter().map(Layer::id).collect();
        f.pad(&ids.join(" < "))
    }
}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Profile({self})")
    }
}
