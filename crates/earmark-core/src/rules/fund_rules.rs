use std::fmt;

use super::entry::{EQUITIES_MAX, MAY, purpose_subject, purposes};
use super::figures::{BaseBounds, DaysAllowed, Figure, LateFee, RoundingRule};
use super::rule::{ProfileRule, Ruling};
use super::words::{
    Act, BufferUse, Deadline, LadderStep, PurposeList, Requirement, Strength, Topic,
};
use super::{DayRules, Profile, Rate, Why};
use crate::account::Account;
use crate::fund::FundSpec;
use crate::time::Day;

/// The rules of a profile as they hold for one fund.
///
/// Every question names a day, and every answer the rule that gives it; no answer where no rule does.
/// [`FundRules::on`] is the fast way for what every event asks.
///
/// ```
/// use earmark_core::fund::{EnterprisePension, Fund};
/// use earmark_core::rules::{BufferUse, Profile};
/// use earmark_core::time::day;
///
/// let rules = Profile::national().for_fund(EnterprisePension::SPEC);
/// let kept = rules.buffer_months(BufferUse::BeforeInvesting, day("2021-03-05")?);
/// assert_eq!(kept.map(|ruling| ruling.value), Some(2));
/// # Ok::<(), earmark_core::time::DayError>(())
/// ```
#[derive(Clone)]
pub struct FundRules {
    profile: Profile,
    fund: &'static FundSpec,
    /// What holds from each day on; the first is [`Day::MIN`].
    days: Vec<(Day, DayRules)>,
}

impl FundRules {
    pub(super) fn new(profile: Profile, fund: &'static FundSpec) -> Self {
        let mut rules = Self { profile, fund, days: Vec::new() };
        let mut turns = vec![Day::MIN];
        for rule in rules.profile.rules() {
            let asked =
                matches!(rule.topic(), Topic::Account | Topic::Purpose | Topic::Requirement);
            if asked && rule.fund().is_none_or(|code| code == fund.code()) {
                turns.push(rule.from());
                turns.extend(rule.until().and_then(Day::next));
            }
        }
        turns.sort_unstable();
        turns.dedup();
        let resolved = turns.into_iter().map(|day| (day, rules.resolve(day))).collect();
        rules.days = resolved;
        rules.days.dedup_by(|later, earlier| later.1 == earlier.1);
        rules
    }

    fn resolve(&self, day: Day) -> DayRules {
        let mut resolved = DayRules::NONE;
        for account in Account::ALL {
            if self.account_exists(account, day).is_some_and(|ruling| !ruling.value) {
                resolved = resolved.without_account(account);
            }
        }
        for list in PurposeList::ALL {
            for (code, name) in purposes(self.fund, *list) {
                if self.purpose_open(*list, name, day).is_some_and(|ruling| !ruling.value) {
                    resolved = resolved.with_closed(*list, code);
                }
            }
        }
        for requirement in Requirement::ALL {
            if let Some(ruling) = self.requirement(*requirement, day) {
                resolved = resolved.with_strength(*requirement, ruling.value);
            }
        }
        resolved
    }

    /// The profile.
    #[must_use]
    pub const fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The fund.
    #[must_use]
    pub const fn fund(&self) -> &'static FundSpec {
        self.fund
    }

    /// What holds on a day, as far as every event asks for it.
    #[must_use]
    pub fn on(&self, day: Day) -> DayRules {
        let after = self.days.partition_point(|(from, _)| *from <= day);
        let turn = after.checked_sub(1).and_then(|last| self.days.get(last));
        turn.map_or(DayRules::NONE, |(_, rules)| *rules)
    }

    /// Whether a statutory account exists.
    #[must_use]
    pub fn account_exists(&self, account: Account, day: Day) -> Option<Ruling<'_, bool>> {
        self.ruling(Topic::Account, account.word(), day, |figure| match figure {
            Figure::Exists(exists) => Some(*exists),
            _ => None,
        })
    }

    /// Whether a purpose of the fund's closed lists is open.
    #[must_use]
    pub fn purpose_open(
        &self,
        list: PurposeList,
        name: &str,
        day: Day,
    ) -> Option<Ruling<'_, bool>> {
        self.ruling(Topic::Purpose, &purpose_subject(list, name), day, |figure| match figure {
            Figure::Open(open) => Some(*open),
            _ => None,
        })
    }

    /// The rate of a premium, by its name in the fund's closed list.
    #[must_use]
    pub fn rate(&self, premium: &str, day: Day) -> Option<Ruling<'_, Rate>> {
        self.ruling(Topic::Rate, premium, day, a_rate)
    }

    /// The floor and the cap of a premium base, where both the band and the average wage are known.
    #[must_use]
    pub fn base_bounds(&self, day: Day) -> Option<BaseBounds<'_>> {
        let band = self.rule(Topic::Base, "", day)?;
        let wage = self.rule(Topic::AverageWage, "", day)?;
        BaseBounds::new(band, wage, self.fund.currency())
    }

    /// How a late fee is charged.
    #[must_use]
    pub fn late_fee(&self, day: Day) -> Option<Ruling<'_, LateFee>> {
        self.ruling(Topic::LateFee, "", day, |figure| match figure {
            Figure::LateFee(fee) => Some(*fee),
            _ => None,
        })
    }

    /// Which multiple of the last month is charged where nothing was declared.
    #[must_use]
    pub fn undeclared_factor(&self, day: Day) -> Option<Ruling<'_, Rate>> {
        self.ruling(Topic::Assessment, "", day, a_rate)
    }

    /// How a computed amount is rounded.
    #[must_use]
    pub fn rounding(&self, day: Day) -> Option<Ruling<'_, RoundingRule>> {
        self.ruling(Topic::Rounding, "", day, |figure| match figure {
            Figure::Rounding(rule) => Some(*rule),
            _ => None,
        })
    }

    /// How many months of payments are kept back.
    #[must_use]
    pub fn buffer_months(&self, kept: BufferUse, day: Day) -> Option<Ruling<'_, u32>> {
        self.ruling(Topic::Buffer, kept.word(), day, |figure| match figure {
            Figure::Months(months) => Some(*months),
            _ => None,
        })
    }

    /// How much time there is for something.
    #[must_use]
    pub fn deadline(&self, what: Deadline, day: Day) -> Option<Ruling<'_, DaysAllowed>> {
        self.ruling(Topic::Deadline, what.word(), day, |figure| match figure {
            Figure::Days(days) => Some(*days),
            _ => None,
        })
    }

    /// Whether the fund may invest.
    #[must_use]
    pub fn may_invest(&self, day: Day) -> Option<Ruling<'_, bool>> {
        self.ruling(Topic::Investment, MAY, day, |figure| match figure {
            Figure::May(may) => Some(*may),
            _ => None,
        })
    }

    /// Which part of what is invested may be equities.
    #[must_use]
    pub fn equities_max(&self, day: Day) -> Option<Ruling<'_, Rate>> {
        self.ruling(Topic::Investment, EQUITIES_MAX, day, a_rate)
    }

    /// How firmly a requirement holds.
    #[must_use]
    pub fn requirement(&self, what: Requirement, day: Day) -> Option<Ruling<'_, Strength>> {
        self.ruling(Topic::Requirement, what.word(), day, |figure| match figure {
            Figure::Strength(strength) => Some(*strength),
            _ => None,
        })
    }

    /// Which offices may do an act; an empty list means nobody.
    #[must_use]
    pub fn authority(&self, act: Act, day: Day) -> Option<Ruling<'_, &[String]>> {
        self.ruling(Topic::Authority, act.word(), day, |figure| match figure {
            Figure::Offices(offices) => Some(&**offices),
            _ => None,
        })
    }

    /// Which part of the paid base moves from the pooled fund with a person.
    #[must_use]
    pub fn pooled_part(&self, day: Day) -> Option<Ruling<'_, Rate>> {
        self.ruling(Topic::Portability, "", day, a_rate)
    }

    /// The steps of a shortfall, in the order in which they are taken.
    #[must_use]
    pub fn ladder(&self, day: Day) -> Option<Ruling<'_, &[LadderStep]>> {
        self.ruling(Topic::Ladder, "", day, |figure| match figure {
            Figure::Steps(steps) => Some(&**steps),
            _ => None,
        })
    }

    /// The rule that holds on a day, by its topic and subject as [`ProfileRule::subject`] writes it.
    #[must_use]
    pub fn rule(&self, topic: Topic, subject: &str, day: Day) -> Option<&ProfileRule> {
        self.profile.in_force(self.fund.code(), topic, subject, day).next()
    }

    /// Why something holds on a day: the rule, its source, and what it goes before. The subject is
    /// as [`ProfileRule::subject`] writes it.
    ///
    /// ```
    /// use earmark_core::fund::{EnterprisePension, Fund};
    /// use earmark_core::rules::{Profile, Topic};
    /// use earmark_core::time::day;
    ///
    /// let rules = Profile::us_oasdi().for_fund(EnterprisePension::SPEC);
    /// assert_eq!(
    ///     rules.why(Topic::Buffer, "before_investing", day("2021-03-05")?).to_string(),
    ///     "no rule `buffer before_investing` for fund `ENT_PENSION` is in force on 2021-03-05"
    /// );
    /// # Ok::<(), earmark_core::time::DayError>(())
    /// ```
    #[must_use]
    pub fn why(&self, topic: Topic, subject: &str, day: Day) -> Why<'_> {
        let rules = self.profile.in_force(self.fund.code(), topic, subject, day).collect();
        Why { fund: self.fund.code(), topic, subject: subject.to_owned(), day, rules }
    }

    fn ruling<'a, T>(
        &'a self,
        topic: Topic,
        subject: &str,
        day: Day,
        pick: impl FnOnce(&'a Figure) -> Option<T>,
    ) -> Option<Ruling<'a, T>> {
        let rule = self.rule(topic, subject, day)?;
        pick(rule.figure()).map(|value| Ruling { value, rule })
    }
}

const fn a_rate(figure: &Figure) -> Option<Rate> {
    match figure {
        Figure::Rate(rate) => Some(*rate),
        _ => None,
    }
}

impl fmt::Debug for FundRules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FundRules({} for {})", self.profile, self.fund.code())
    }
}
