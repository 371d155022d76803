//! The year as others read it: a plain-text journal, and comma-separated values.

use std::io::{self, Write};

use crate::year::{Event, Kind, Year};

/// The date of a day of the year.
pub fn date(day: u16) -> String {
    const LENGTHS: [u16; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let (mut month, mut left) = (1, day);
    for length in LENGTHS {
        if left <= length {
            break;
        }
        left -= length;
        month += 1;
    }
    format!("2021-{month:02}-{left:02}")
}

/// Writes the year as a journal that `hledger` and `ledger` both read: a transaction an event.
pub fn journal(year: Year, into: &mut impl Write) -> io::Result<()> {
    year.whole().try_for_each(|event| transaction(&event, into))
}

fn transaction(event: &Event, into: &mut impl Write) -> io::Result<()> {
    let Event { number, kind, amount_minor, .. } = event;
    let outside = match kind {
        Kind::Opening => "equity:opening".to_owned(),
        _ => format!("outside:{}", kind.name()),
    };
    let named = |account: Option<crate::year::Account>| {
        account.map_or_else(|| outside.clone(), |it| format!("assets:{}", it.name()))
    };
    let (from, to) = (named(event.from()), named(event.to()));
    let party = event.party.map_or_else(String::new, |party| format!(" party {party}"));
    let (yuan, fen) = (amount_minor / 100, amount_minor % 100);
    writeln!(into, "{} ({number}) {}{party}", date(event.day), kind.name())?;
    writeln!(into, "    {to}    {yuan}.{fen:02} CNY")?;
    writeln!(into, "    {from}    -{yuan}.{fen:02} CNY\n")
}

/// Writes the year as comma-separated values under a header.
pub fn values(year: Year, into: &mut impl Write) -> io::Result<()> {
    writeln!(into, "number,day,date,kind,account,purpose,party,amount_minor")?;
    for event in year.whole() {
        let Event { number, day, kind, account, purpose, party, amount_minor } = event;
        let party = party.map_or_else(String::new, |party| party.to_string());
        let (date, kind, account) = (date(day), kind.name(), account.name());
        writeln!(into, "{number},{day},{date},{kind},{account},{purpose},{party},{amount_minor}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::year::{Account, DAYS};

    #[test]
    fn days_are_dates() {
        let dates = [1, 31, 32, 59, 60, 365].map(date);
        let expected =
            ["2021-01-01", "2021-01-31", "2021-02-01", "2021-02-28", "2021-03-01", "2021-12-31"];
        assert_eq!(dates, expected);
    }

    #[test]
    fn a_journal_balances_and_comes_to_the_same() {
        let year = Year { seed: 3, events: 2_000 };
        let mut text = Vec::new();
        journal(year, &mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        let mut held = std::collections::BTreeMap::<&str, i128>::new();
        for line in text.lines().filter(|line| line.starts_with("    ")) {
            let mut words = line.split_whitespace();
            let (account, amount) = (words.next().unwrap(), words.next().unwrap());
            let minor: i128 = amount.replace('.', "").parse().unwrap();
            *held.entry(account).or_default() += minor;
        }
        assert_eq!(held.values().sum::<i128>(), 0);
        for account in Account::ALL {
            let found = held[format!("assets:{}", account.name()).as_str()];
            assert_eq!(found, i128::from(year.balances(1)[0].of(account)));
        }
    }

    #[test]
    fn values_hold_every_event() {
        let year = Year { seed: 3, events: 2_000 };
        let mut text = Vec::new();
        values(year, &mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert_eq!(text.lines().count(), 2_004);
        assert!(text.lines().skip(1).all(|line| line.split(',').count() == 8));
        assert!(text.lines().last().unwrap().starts_with(&format!("2003,{DAYS},2021-12-31,")));
    }
}
