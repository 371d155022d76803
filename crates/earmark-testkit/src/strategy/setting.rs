//! What a story or a command is told in: a book, its fund, its rules.

use earmark_core::fund::FundSpec;
use earmark_core::id::{Area, Party};
use earmark_core::time::{Day, Month};

use super::amount::{in_major, small};
use super::dice::Dice;
use super::fund::{STRANGE_BENEFITS, STRANGE_PREMIUMS};
use super::name::area;
use crate::law::{Law, Says};

/// A book for which something is made up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting<'a> {
    /// The book's fund.
    pub fund: &'static FundSpec,
    /// The book's area.
    pub area: Area,
    /// The rules that it adopted first.
    pub law: Option<&'a Law>,
}

/// A premium as it is declared: a base, and what its rate makes of it.
#[derive(Clone, Debug)]
pub(super) struct Levy {
    pub(super) kind: String,
    pub(super) month: Month,
    pub(super) payer: Party,
    pub(super) persons: u32,
    pub(super) base: u64,
    pub(super) amount: u64,
}

impl Setting<'_> {
    /// Whether its rules have such a clause on any day.
    pub(super) fn speaks_of(&self, clause: impl Fn(&Says) -> bool) -> bool {
        self.law.is_some_and(|law| law.clauses.iter().any(|it| clause(&it.says)))
    }

    /// What the rules of a day say, where a clause fits.
    fn says<T>(&self, day: Day, fits: impl Fn(&Says) -> Option<T>) -> Option<T> {
        self.law?.on(day, fits)
    }

    /// Mostly an office that may do an act, sometimes any.
    pub(super) fn office(&self, dice: &mut Dice<'_>, act: &str, day: Day) -> &'static str {
        let named = self.says(day, |says| match says {
            Says::Authority(of, who) if *of == act => Some(who.first().copied()),
            _ => None,
        });
        match named.flatten() {
            Some(office) if !dice.once_in(12) => office,
            _ => dice.one(&crate::law::words::OFFICES),
        }
    }

    /// Mostly a premium of the fund, sometimes of another, or none.
    pub(super) fn premium(&self, dice: &mut Dice<'_>) -> String {
        let own: Vec<_> = self.fund.premiums().iter().map(|it| it.name).collect();
        let strange = own.is_empty() || dice.once_in(24);
        let name = if strange { dice.one(&STRANGE_PREMIUMS) } else { dice.one(&own) };
        name.to_owned()
    }

    /// Mostly a benefit of the fund, sometimes of another, or none.
    pub(super) fn benefit(&self, dice: &mut Dice<'_>) -> String {
        let own: Vec<_> = self.fund.benefits().iter().map(|it| it.name).collect();
        let strange = own.is_empty() || dice.once_in(24);
        let name = if strange { dice.one(&STRANGE_BENEFITS) } else { dice.one(&own) };
        name.to_owned()
    }

    /// A use laid down by the State, where the fund has any.
    pub(super) fn state_use(&self, dice: &mut Dice<'_>) -> String {
        let own: Vec<_> = self.fund.state_uses().iter().map(|it| it.name).collect();
        let strange = own.is_empty() || dice.once_in(24);
        (if strange { "CriticalIllnessInsurance" } else { dice.one(&own) }).to_owned()
    }

    /// The province, another city, or, now and then, the book's own area.
    pub(super) fn other_area(&self, dice: &mut Dice<'_>) -> Area {
        match dice.below(16) {
            0 => self.area,
            1..4 => area(330_100),
            _ => area(320_000),
        }
    }

    /// A premium for a month, as the rules of the month want it.
    pub(super) fn levy(&self, dice: &mut Dice<'_>, month: Month) -> Levy {
        let kind = self.premium(dice);
        let persons = dice.one(&[1, 1, 2, 5]);
        let payer = Party::from_u128(u128::from(small(dice, 2)));
        let (floor, cap) = self.bounds(month.first_day());
        let persons_minor = u64::from(persons);
        // Now and then at the edge of what is allowed, or a fen over it.
        let base = match dice.below(24) {
            0 => floor * persons_minor,
            1 => cap * persons_minor,
            2 => (floor * persons_minor).saturating_sub(1),
            3 => cap * persons_minor + 1,
            _ => {
                let within = i64::try_from(cap - floor).unwrap();
                (floor + u64::try_from(dice.between(0, within)).unwrap()) * persons_minor
            }
        };
        let amount = self.premium_of(&kind, base, month);
        Levy { kind, month, payer, persons, base, amount }
    }

    /// What the rate of a month makes of a base: a tenth, where there is no rate.
    pub(super) fn premium_of(&self, kind: &str, base: u64, month: Month) -> u64 {
        let rate = self.says(month.first_day(), |says| match says {
            Says::PremiumRate(name, ppm) if name == kind => Some(*ppm),
            _ => None,
        });
        part(base, rate.unwrap_or(100_000))
    }

    /// Floor and cap of one person's base.
    fn bounds(&self, day: Day) -> (u64, u64) {
        let band = self.says(day, |says| match says {
            Says::Base(floor, cap) => Some((*floor, *cap)),
            _ => None,
        });
        let wage = self.says(day, |says| match says {
            Says::AverageWage(minor) => Some(*minor),
            _ => None,
        });
        match (band, wage) {
            (Some((floor, cap)), Some(wage)) => (part(wage, floor), part(wage, cap)),
            _ => (1_000, 60_000),
        }
    }

    /// The factor of an assessment: 110 %, where there is none.
    pub(super) fn factor(&self, day: Day) -> u32 {
        let factor = self.says(day, |says| match says {
            Says::Assessment(ppm) => Some(*ppm),
            _ => None,
        });
        factor.unwrap_or(1_100_000)
    }

    /// The late fee of so many days.
    pub(super) fn late_fee(&self, on: u64, from: Day, until: Day) -> u64 {
        let rate = self.says(from, |says| match says {
            Says::LateFee(ppm) => Some(*ppm),
            _ => None,
        });
        let days = u64::try_from(until.days() - from.days() + 1).unwrap_or(1);
        part(on * days, rate.unwrap_or(500))
    }
}

/// So many millionths, rounded half up.
pub(super) fn part(of: u64, ppm: u32) -> u64 {
    let exact = u128::from(of) * u128::from(ppm) + 500_000;
    u64::try_from(exact / 1_000_000).unwrap_or(u64::MAX)
}

/// One of the parties that pay premiums (1, 2), are entitled (3, 4) or render services (5, 6).
pub(super) fn party(number: u128) -> Party {
    Party::from_u128(number)
}

/// Months of the first half of 2021.
pub(super) fn month(dice: &mut Dice<'_>) -> Month {
    Month::new(2021, u32::try_from(dice.between(1, 6)).unwrap()).unwrap()
}

/// A sum that leaves room for others.
pub(super) fn modest(dice: &mut Dice<'_>) -> String {
    in_major(small(dice, 6_000))
}
