use std::fmt;

use super::rule::{Mark, ProfileRule, named};
use super::words::Topic;
use crate::time::Day;

/// Why something holds on a day, as a sentence for a reviewer or an error.
///
/// Made by [`FundRules::why`](super::FundRules::why).
#[derive(Clone, Debug)]
pub struct Why<'a> {
    pub(super) fund: &'static str,
    pub(super) topic: Topic,
    pub(super) subject: String,
    pub(super) day: Day,
    pub(super) rules: Vec<&'a ProfileRule>,
}

impl<'a> Why<'a> {
    /// The rule that decides; none where nothing is laid down.
    #[must_use]
    pub fn rule(&self) -> Option<&'a ProfileRule> {
        self.rules.first().copied()
    }

    /// The rules that hold on the same day and that it goes before, nearest first.
    #[must_use]
    pub fn overridden(&self) -> &[&'a ProfileRule] {
        self.rules.get(1..).unwrap_or_default()
    }
}

impl fmt::Display for Why<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(rule) = self.rule() else {
            let name = named(self.topic, &self.subject);
            write!(f, "no rule `{name}` for fund `{}` is in force on {}", self.fund, self.day)?;
            return match self.topic {
                Topic::Account => f.write_str("; an account without a rule exists"),
                Topic::Purpose => f.write_str("; a purpose without a rule is open"),
                Topic::Requirement => f.write_str("; without a rule nothing is required"),
                _ => Ok(()),
            };
        };
        write!(
            f,
            "{} on {} by rule `{}` of layer `{}` line {} ({}), in force from {}",
            rule.says(),
            self.day,
            rule.name(),
            rule.layer(),
            rule.line(),
            rule.source(),
            rule.from()
        )?;
        match rule.until() {
            Some(until) => write!(f, " until {until}")?,
            None => f.write_str(" until further notice")?,
        }
        match (rule.mark(), rule.from_mark()) {
            (Mark::Read, Mark::Read) => {}
            (Mark::Recalled, _) => f.write_str(", recalled and to be confirmed")?,
            (Mark::Read, Mark::Recalled) => f.write_str(", its first day recalled")?,
        }
        for (place, lower) in self.overridden().iter().enumerate() {
            let word = if place == 0 { "; overrides" } else { " and" };
            write!(f, "{word} layer `{}` line {}", lower.layer(), lower.line())?;
        }
        Ok(())
    }
}
