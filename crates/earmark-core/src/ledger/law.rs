//! By what rules a book is judged, and why an event was allowed.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;

use super::AnyBook;
use crate::error::{Fault, FaultKind};
use crate::event::{Detail, Event, Kind, PurposeList};
use crate::flow::{Direction, FLOWS, FlowRow};
use crate::projection::{AnyProjection, Attached, CellPart, Projection};
use crate::register::{Entry, RegisterKey, Registers};
use crate::report::{AsOf, TrailFilter};
use crate::rules::{Act, FundRules, Profile, PurposeList as RuleList, Requirement, Topic};
use crate::state::Standing;

impl AnyBook {
    /// Its closed time, its reserve, and which event adopted its rules.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read.
    pub fn standing(&self) -> Result<Standing, Fault> {
        Ok(self.head()?.state.standing())
    }

    /// The rules that the book follows now; none where no profile was adopted.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read.
    pub fn rules(&self) -> Result<Option<Arc<FundRules>>, Fault> {
        Ok(self.head()?.rules)
    }

    /// The rules by which an event was judged: those of the profile adopted last before it.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read.
    pub fn rules_at(&self, seq: u64) -> Result<Option<Arc<FundRules>>, Fault> {
        if self.standing()?.rules_seq < seq {
            return self.rules();
        }
        let mut text = None;
        self.each(&TrailFilter::all().of_kind(Kind::ProfileAdopted), &mut |recorded| {
            if recorded.seq() >= seq {
                return ControlFlow::Break(());
            }
            if let Detail::Profile(profile) = recorded.event().fact().detail() {
                text = Some(profile.clone());
            }
            ControlFlow::Continue(())
        })?;
        let Some(text) = text else { return Ok(None) };
        let profile = Profile::parse(&text).map_err(|error| {
            Fault::new(FaultKind::Damaged, format!("book {}, before event {seq}", self.id), error)
        })?;
        Ok(Some(Arc::new(profile.for_fund(self.fund()))))
    }

    /// Why an event was allowed on its day: the flow it is, and the rules of its day with their sources
    /// and dates. None where there is no such event.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read.
    pub fn why(&self, seq: u64) -> Result<Option<Explanation>, Fault> {
        let Some(recorded) = self.event(seq)? else { return Ok(None) };
        let rules = self.rules_at(seq)?;
        Ok(Some(Explanation::of(recorded.event(), self, rules.as_deref())))
    }

    /// One entry of the registers; [`Entry::None`] where nothing is known under the key.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read.
    pub fn entry(&self, key: &RegisterKey) -> Result<Entry, Fault> {
        self.cell::<Registers>(key)
    }

    /// The registers as of a day and as known at a moment: dues with their arrears, claims, budgets, plans.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read.
    pub fn entries_as_of(&self, as_of: AsOf) -> Result<BTreeMap<RegisterKey, Entry>, Fault> {
        self.cells_as_of(Registers, as_of)
    }

    /// The cells of any projection as of a day and as known at a moment, folded from the events. It need
    /// not be kept.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read.
    pub fn cells_as_of<P: Projection>(
        &self,
        projection: P,
        as_of: AsOf,
    ) -> Result<BTreeMap<P::Key, P::Value>, Fault> {
        let mut folded = Attached::new(projection);
        let mut applied = Ok(());
        self.each(&TrailFilter::all().as_of(as_of), &mut |recorded| {
            applied = folded.apply(&recorded, &|_, _| Ok(None));
            if applied.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        applied?;
        let mut cells = BTreeMap::new();
        folded.flush(&mut |_, key, value| {
            let cell = P::Key::decode(key).zip(value.and_then(P::Value::decode));
            let (key, value) = cell.ok_or_else(|| self.undecodable::<P>())?;
            cells.insert(key, value);
            Ok(())
        })?;
        Ok(cells)
    }
}

/// Why an event was allowed on its day.
#[derive(Clone, Debug)]
pub struct Explanation {
    seq: u64,
    kind: Kind,
    flows: Vec<&'static FlowRow>,
    profile: Option<String>,
    rules: Vec<String>,
}

impl Explanation {
    /// The rows of the account flow matrix that the event is; none for a matter.
    #[must_use]
    pub fn flows(&self) -> &[&'static FlowRow] {
        &self.flows
    }

    /// Each rule of the day that bears on the event, with its source and its dates.
    #[must_use]
    pub fn rules(&self) -> &[String] {
        &self.rules
    }

    fn of(event: &Event, book: &AnyBook, rules: Option<&FundRules>) -> Self {
        let (fact, day) = (event.fact(), event.effective_on());
        let movement = fact.movement();
        let moved = fact.moved_kind();
        let reversed = fact.kind() == Kind::Reversed;
        let (left, entered) = match movement {
            Some(it) if reversed => (it.to, it.from),
            Some(it) => (it.from, it.to),
            None => (None, None),
        };
        let flows = FLOWS
            .iter()
            .filter(|row| {
                row.kind == moved
                    && match row.direction {
                        Direction::Out => left == Some(row.account),
                        Direction::In => entered == Some(row.account),
                    }
            })
            .collect();
        let mut reasons = Vec::new();
        if let Some(rules) = rules {
            let mut why_on = |topic, subject: &str, day| {
                let why = rules.why(topic, subject, day);
                if why.rule().is_some() {
                    reasons.push(why.to_string());
                }
            };
            let mut why = |topic, subject: &str| why_on(topic, subject, day);
            for account in [left, entered].into_iter().flatten() {
                why(Topic::Account, account.word());
            }
            let fund = book.fund();
            let code = fact.purpose_code();
            let named = match fact.purpose_list() {
                PurposeList::Premium => fund.premium(code).map(|it| (RuleList::Premium, it.name)),
                PurposeList::Benefit => fund.benefit(code).map(|it| (RuleList::Benefit, it.name)),
                PurposeList::StateUse => {
                    fund.state_use(code).map(|it| (RuleList::StateUse, it.name))
                }
                _ => None,
            };
            if let Some((list, name)) = named {
                why(Topic::Purpose, &format!("{} {name}", list.word()));
            }
            for requirement in required_of(moved) {
                why(Topic::Requirement, requirement.word());
            }
            for (topic, subject) in measured_by(fact.kind()) {
                why(*topic, subject);
            }
            if matches!(fact.kind(), Kind::ReorganisedIn | Kind::ReorganisedOut) {
                let code = book.fund().code();
                for ruling in rules.profile().reorganisations(day) {
                    let (out_of, into) = (ruling.value.out_of(), ruling.value.into_fund());
                    if into == code || out_of.iter().any(|fund| fund == code) {
                        why(Topic::Reorganisation, ruling.rule.subject());
                    }
                }
            }
            if let Some(act) = crate::decide::act_of(fact.kind()) {
                // As it was judged: a profile's adoption by the day on which it was recorded.
                let settings = book.ledger.store().settings();
                let judged_on = match act {
                    Act::AdoptProfile => event.recorded_at().day(settings.utc_offset),
                    _ => day,
                };
                why_on(Topic::Authority, act.word(), judged_on);
            }
            // Dues follow the rules of their month, late fees those of the days of default.
            if let (Detail::Matter(matter), Some((_, name))) = (fact.detail(), named) {
                let topics: &[_] = match fact.kind() {
                    Kind::PremiumDeclared | Kind::PremiumVerified | Kind::DueCorrected => {
                        &[(Topic::Rate, name), (Topic::Base, "")]
                    }
                    Kind::LateFeeCharged => &[(Topic::LateFee, "")],
                    _ => &[],
                };
                for (topic, subject) in topics {
                    why_on(*topic, subject, matter.from().unwrap_or(day));
                }
            }
        }
        Self {
            seq: event.seq(),
            kind: fact.kind(),
            flows,
            profile: rules.map(|rules| rules.profile().to_string()),
            rules: reasons,
        }
    }
}

/// The rules beside requirements by which a kind of event was measured on its day.
const fn measured_by(kind: Kind) -> &'static [(Topic, &'static str)] {
    match kind {
        Kind::PremiumAssessed => &[(Topic::Assessment, "")],
        Kind::ShortfallStepTaken => &[(Topic::Ladder, "")],
        Kind::InvestmentPlaced => {
            &[(Topic::Investment, "may"), (Topic::Buffer, "before_investing")]
        }
        Kind::InvestmentReported => &[(Topic::Investment, "equities_max")],
        _ => &[],
    }
}

/// The requirements that bear on a kind of event.
const fn required_of(kind: Kind) -> &'static [Requirement] {
    match kind {
        Kind::BenefitPaid | Kind::CrossProvinceSettled => {
            &[Requirement::BudgetBeforePayment, Requirement::ClaimBeforePayment]
        }
        Kind::StateUsePaid
        | Kind::TransferOutPaid
        | Kind::SuperiorRemitted
        | Kind::LowerSubsidised => &[Requirement::BudgetBeforePayment],
        Kind::Released => &[Requirement::BudgetBeforePayment, Requirement::UsePlanBeforeRelease],
        Kind::PremiumReceived => &[Requirement::DueBeforeReceipt],
        Kind::PeriodClosed => &[Requirement::RevenueAccountZeroAtMonthEnd],
        Kind::ShortfallStepTaken => &[Requirement::ShortfallLadder],
        _ => &[],
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "event {}, `{}`", self.seq, self.kind)?;
        for row in &self.flows {
            let way = match row.direction {
                Direction::Out => "out of",
                Direction::In => "into",
            };
            write!(f, "\n  row {} of the flows: {way} the {}", row.row, row.account)?;
        }
        match &self.profile {
            Some(profile) => write!(f, "\n  judged by the profile {profile}")?,
            None => f.write_str("\n  judged by the shape of its fund: no profile was adopted")?,
        }
        for rule in &self.rules {
            write!(f, "\n  {rule}")?;
        }
        Ok(())
    }
}
