use super::{Decision, Past};
use crate::error::Error;
use crate::event::{Detail, Event, Fact, Kind, Matter};
use crate::register::{DueEntry, DueKey, DueStatus, Entry, RegisterKey, due_key};
use crate::rejected::Rule;
use crate::rules::{Requirement, Topic};
use crate::time::{Day, Month};

impl Decision {
    /// INVARIANT(INV-33): no more is received for a month than is due: due = received + arrears.
    ///
    /// Social Insurance Law art 60; Jiangsu regulation art 26.
    pub(super) fn judge_receipt(&mut self, event: &Event, past: &impl Past) -> Result<(), Error> {
        let (fact, day) = (event.fact(), event.effective_on());
        let Detail::Owed(month) = *fact.detail() else {
            return if self.requires(Requirement::DueBeforeReceipt, day) {
                let why = self.why(Topic::Requirement, Requirement::DueBeforeReceipt.word(), day);
                let reason = format!("the premium names no month for which it is due: {why}");
                Err(self.refuse(Rule::DueFits, reason))
            } else {
                Ok(())
            };
        };
        let Some(payer) = fact.party() else { return Ok(()) };
        let key = DueKey { payer, kind: fact.purpose_code(), month };
        let due = self.due(key, past)?;
        if !matches!(due.status, DueStatus::Verified | DueStatus::Assessed) {
            let reason = format!("nothing is verified as due from {payer} for {month}");
            return Err(self.refuse(Rule::DueFits, reason));
        }
        self.judge_day_of_due(event, key, past)?;
        self.judge_arrears(fact, key, past)
    }

    /// What is due and what was received change in the order of days. Else a receipt could count for a day
    /// on which less was due, and due = received + arrears would not hold on that day.
    pub(super) fn judge_day_of_due(
        &mut self,
        event: &Event,
        key: DueKey,
        past: &impl Past,
    ) -> Result<(), Error> {
        let (due, day) = (self.due(key, past)?, event.effective_on());
        match due.changed_on.filter(|changed| day < *changed) {
            None => Ok(()),
            Some(changed) => {
                let reason = format!(
                    "what is due or received for {} changed on {changed}; this counts for {day}",
                    key.month
                );
                Err(self.refuse(Rule::DueFits, reason))
            }
        }
    }

    /// A refund of a premium that was due counts for no day before the last change.
    pub(super) fn judge_refund(&mut self, event: &Event, past: &impl Past) -> Result<(), Error> {
        let Some(original) = event.fact().original() else { return Ok(()) };
        match self.entry(&RegisterKey::Counted(original.seq), past)? {
            Entry::Counted(RegisterKey::Due(key)) => self.judge_day_of_due(event, key, past),
            _ => Ok(()),
        }
    }

    /// Money that counts as received for a month is in arrears.
    pub(super) fn judge_arrears(
        &mut self,
        fact: &Fact,
        key: DueKey,
        past: &impl Past,
    ) -> Result<(), Error> {
        let due = self.due(key, past)?;
        if fact.amount_minor() <= due.arrears_minor() {
            return Ok(());
        }
        let DueKey { payer, month, .. } = key;
        let reason = format!(
            "{} is due from {payer} for {month}, {} was received, {} would be too much",
            self.figure(due.due_minor),
            self.figure(due.received_minor),
            self.figure(fact.amount_minor())
        );
        Err(self.refuse(Rule::DueFits, reason))
    }

    pub(super) fn judge_due(&mut self, event: &Event, past: &impl Past) -> Result<(), Error> {
        let fact = event.fact();
        let Detail::Matter(matter) = fact.detail() else { return Ok(()) };
        let Some(key) = due_key(fact, matter) else {
            return Err(self.refuse(Rule::DueFits, "the matter names no month"));
        };
        let month = key.month;
        if fact.kind() != Kind::LateFeeCharged && matter.from() != Some(month.first_day()) {
            let reason = format!("a month is named by its first day, {}", month.first_day());
            return Err(self.refuse(Rule::DueFits, reason));
        }
        if fact.kind() != Kind::LateFeeCharged {
            self.judge_day_of_due(event, key, past)?;
        }
        let due = self.due(key, past)?;
        let known = matches!(due.status, DueStatus::Verified | DueStatus::Assessed);
        match fact.kind() {
            Kind::PremiumDeclared | Kind::PremiumAssessed if known => {
                let reason = format!("what is due for {month} is known; correct it instead");
                Err(self.refuse(Rule::DueFits, reason))
            }
            Kind::PremiumDeclared => self.judge_base(fact, matter, month),
            Kind::PremiumVerified if due.status == DueStatus::Declared => {
                self.judge_base(fact, matter, month)
            }
            Kind::PremiumVerified => {
                let reason = match due.status {
                    DueStatus::Unknown => format!("{month} was not declared; it is assessed"),
                    _ => format!("what is due for {month} is known; correct it instead"),
                };
                Err(self.refuse(Rule::DueFits, reason))
            }
            Kind::PremiumAssessed => self.judge_assessment(event, &due, key, past),
            Kind::DueCorrected => self.judge_correction(event, matter, &due, month),
            _ => self.judge_late_fee(fact, matter, &due, month),
        }
    }

    fn due(&mut self, key: DueKey, past: &impl Past) -> Result<DueEntry, Error> {
        Ok(self.entry(&RegisterKey::Due(key), past)?.due())
    }

    /// A premium is base × rate, and the base of so many persons lies between floor and cap, by the rules
    /// of the month (Jiangsu regulation art 52).
    fn judge_base(&mut self, fact: &Fact, matter: &Matter, month: Month) -> Result<(), Error> {
        let day = month.first_day();
        let name = self.premium_name(fact);
        let Some(rules) = self.rules.clone() else { return Ok(()) };
        let (base, persons) = (matter.base_minor(), matter.number());
        if let Some(bounds) = rules.base_bounds(day) {
            let floor = u128::from(bounds.floor_minor) * u128::from(persons);
            let cap = u128::from(bounds.cap_minor) * u128::from(persons);
            if u128::from(base) < floor || u128::from(base) > cap {
                let figure = |minor| crate::money::Figure::from_minor(minor, self.currency());
                let reason = format!(
                    "the base of {persons} persons for {month} is {}; it lies between {} and {}: {}",
                    self.figure(base),
                    figure(floor),
                    figure(cap),
                    self.why(Topic::Base, "", day)
                );
                return Err(self.refuse(Rule::PremiumFits, reason));
            }
        }
        let Some(rate) = rules.rate(name, day) else { return Ok(()) };
        let expected = rate.value.of_minor(base);
        if expected == Some(fact.amount_minor()) {
            return Ok(());
        }
        let reason = format!(
            "the premium of a base of {} is {}, not {}: {}",
            self.figure(base),
            expected.map_or_else(|| "out of range".to_owned(), |it| self.figure(it).to_string()),
            self.figure(fact.amount_minor()),
            self.why(Topic::Rate, name, day)
        );
        Err(self.refuse(Rule::PremiumFits, reason))
    }

    /// Who has not declared pays 110 % of the month before (Social Insurance Law art 62).
    fn judge_assessment(
        &mut self,
        event: &Event,
        due: &DueEntry,
        key: DueKey,
        past: &impl Past,
    ) -> Result<(), Error> {
        let refused = |this: &Self, reason| Err(this.refuse(Rule::AssessedOnLastMonth, reason));
        let (month, day) = (key.month, event.effective_on());
        if due.status == DueStatus::Declared {
            return refused(self, format!("{month} was declared; it is verified"));
        }
        if day <= month.last_day() {
            return refused(self, format!("{month} is not over on {day}, and can be declared"));
        }
        let before = match month.previous() {
            Some(previous) => self.due(DueKey { month: previous, ..key }, past)?.due_minor,
            None => 0,
        };
        let factor = self.rules.as_ref().and_then(|rules| rules.undeclared_factor(day));
        let Some(factor) = factor.map(|ruling| ruling.value) else {
            let why = self.why(Topic::Assessment, "", day);
            return refused(self, format!("no factor is known: {why}"));
        };
        let expected = factor.of_minor(before);
        if before != 0 && expected == Some(event.fact().amount_minor()) {
            return Ok(());
        }
        let why = self.why(Topic::Assessment, "", day);
        let reason = format!(
            "the month before {month} came to {}, and {factor} times that is not {}: {why}",
            self.figure(before),
            self.figure(event.fact().amount_minor()),
        );
        refused(self, reason)
    }

    /// What is due is corrected with its base, never below what was received (art 55(2)).
    fn judge_correction(
        &mut self,
        event: &Event,
        matter: &Matter,
        due: &DueEntry,
        month: Month,
    ) -> Result<(), Error> {
        let (fact, day) = (event.fact(), event.effective_on());
        // Who may correct is judged on the day of the correction: not on one before anything was due.
        if day < month.first_day() {
            let reason = format!("nothing is due for {month} on {day} that could be corrected");
            return Err(self.refuse(Rule::DueFits, reason));
        }
        if due.status == DueStatus::Unknown || due.status == DueStatus::Declared {
            let reason = format!("nothing is due for {month} yet");
            return Err(self.refuse(Rule::DueFits, reason));
        }
        if fact.amount_minor() < due.received_minor {
            let reason = format!(
                "{} was received for {month}; refund what is too much before {} is due",
                self.figure(due.received_minor),
                self.figure(fact.amount_minor())
            );
            return Err(self.refuse(Rule::DueFits, reason));
        }
        if matter.base_minor() == 0 && fact.amount_minor() == 0 {
            return Ok(());
        }
        self.judge_base(fact, matter, month)
    }

    /// A late fee is the arrears × the rate × the days, exactly, and each day is charged once (Social
    /// Insurance Law art 86; Jiangsu regulation art 56). It becomes income when it is received; a fine
    /// never does.
    fn judge_late_fee(
        &mut self,
        fact: &Fact,
        matter: &Matter,
        due: &DueEntry,
        month: Month,
    ) -> Result<(), Error> {
        let refused = |this: &Self, reason| Err(this.refuse(Rule::LateFeeExact, reason));
        let (Some(from), Some(until)) = (matter.from(), matter.until()) else { return Ok(()) };
        // Where the month is due is a matter of the place, which the profile does not say: no earlier than in
        // the month itself.
        if from <= month.first_day() || until > self.now.today {
            return refused(self, format!("{from} to {until} are not days of default of {month}"));
        }
        if let Some(charged) = due.fee_until.filter(|charged| from <= *charged) {
            return refused(self, format!("late fees for {month} are charged until {charged}"));
        }
        if matter.base_minor() > due.due_minor {
            let reason = format!(
                "{} was due for {month}, not {}",
                self.figure(due.due_minor),
                self.figure(matter.base_minor())
            );
            return refused(self, reason);
        }
        self.judge_arrears_charged(matter, due, month, (from, until))?;
        let rules = self.rules.clone();
        let fee = |day: Day| rules.as_ref().and_then(|rules| rules.late_fee(day));
        let (Some(first), Some(last)) = (fee(from), fee(until)) else {
            let why = self.why(Topic::LateFee, "", from);
            return refused(self, format!("no rate is known: {why}"));
        };
        if first.rule != last.rule {
            let reason = format!(
                "the rate changes between {from} and {until}; charge each part by its own rule"
            );
            return refused(self, reason);
        }
        let days = u32::try_from(until.days() - from.days() + 1).unwrap_or(u32::MAX);
        let expected = first.value.of_minor(matter.base_minor(), days);
        if expected == Some(fact.amount_minor()) {
            return self.in_range(due.fee_minor, fact.amount_minor());
        }
        let reason = format!(
            "{} over {days} days is {}, not {}: {}",
            self.figure(matter.base_minor()),
            expected.map_or_else(|| "out of range".to_owned(), |it| self.figure(it).to_string()),
            self.figure(fact.amount_minor()),
            self.why(Topic::LateFee, "", from)
        );
        refused(self, reason)
    }

    /// The arrears of the days charged are one figure: after the last day on which money moved what is left,
    /// until then what stood before. What stood earlier still is charged before the next payment.
    fn judge_arrears_charged(
        &self,
        matter: &Matter,
        due: &DueEntry,
        month: Month,
        (from, until): (Day, Day),
    ) -> Result<(), Error> {
        let refused = |reason| Err(self.refuse(Rule::LateFeeExact, reason));
        let Some(moved) = due.moved_on else { return Ok(()) };
        let (since, arrears) = if moved < until {
            (Some(moved), due.arrears_minor())
        } else {
            (due.before_from, due.before_minor)
        };
        if since.is_some_and(|since| from <= since) {
            let since = since.map(|day| day.to_string()).unwrap_or_default();
            let reason = format!(
                "the arrears of {month} changed on {since}; the days until then are charged apart"
            );
            return refused(reason);
        }
        if matter.base_minor() > arrears {
            let reason = format!(
                "{} was in arrears for {month} from {from} until {until}, not {}",
                self.figure(arrears),
                self.figure(matter.base_minor())
            );
            return refused(reason);
        }
        Ok(())
    }
}
