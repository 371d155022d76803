//! The fields of one table of a profile file, read one by one; what does not fit is named with its line.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::ProfileError;
use super::figures::Major;
use super::rate::Rate;
use super::words::Word;
use crate::time::Day;

/// One file of a profile while it is read.
pub(super) struct File<'f> {
    pub(super) layer: String,
    pub(super) text: &'f str,
}

impl File<'_> {
    pub(super) fn error(
        &self,
        at: usize,
        field: impl Into<String>,
        problem: impl Into<String>,
    ) -> ProfileError {
        ProfileError::new(&self.layer, self.line(at), field, problem)
    }

    /// The line of a byte of the file, from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        1 + self.text.bytes().take(at).filter(|byte| *byte == b'\n').count()
    }

    /// What stands there, short and on one line.
    fn found(&self, span: Range<usize>) -> String {
        shown(self.text.get(span).unwrap_or_default())
    }
}

/// The text, short and on one line.
pub(super) fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(FOUND_CHARS).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown.replace(char::is_control, " ")
}

/// How much of a wrong value an error shows.
const FOUND_CHARS: usize = 40;

/// How many items a list of a profile file has at most.
const LIST_ITEMS: usize = 64;

/// One table of a file.
pub(super) struct Fields<'f, 'i> {
    file: &'f File<'i>,
    topic: &'f str,
    at: usize,
    table: &'f DeTable<'i>,
}

/// A value together with the byte of the file where it starts.
#[derive(Clone, Debug)]
pub(super) struct Placed<T> {
    pub(super) value: T,
    pub(super) at: usize,
}

type Value<'f, 'i> = &'f Spanned<DeValue<'i>>;

impl<'f, 'i> Fields<'f, 'i> {
    /// The table, which has no other fields than these.
    pub(super) fn open(
        file: &'f File<'i>,
        topic: &'f str,
        at: usize,
        table: &'f DeTable<'i>,
        known: &[&[&str]],
    ) -> Result<Self, ProfileError> {
        let unknown = table
            .keys()
            .filter(|key| !known.iter().any(|names| names.contains(&key.get_ref().as_ref())))
            .min_by_key(|key| key.span().start);
        match unknown {
            None => Ok(Self { file, topic, at, table }),
            Some(key) => Err(file.error(
                key.span().start,
                format!("{topic}.{}", file.found(key.span())),
                format!("no such field; expected one of {}", list(&known.concat())),
            )),
        }
    }

    pub(super) const fn at(&self) -> usize {
        self.at
    }

    pub(super) fn line(&self) -> usize {
        self.file.line(self.at)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.table.contains_key(name)
    }

    pub(super) fn error(&self, at: usize, name: &str, problem: impl Into<String>) -> ProfileError {
        self.file.error(at, format!("{}.{name}", self.topic), problem)
    }

    pub(super) fn missing(&self, name: &str) -> ProfileError {
        self.error(self.at, name, "expected this field, found none")
    }

    pub(super) fn unless_missing<T>(
        &self,
        name: &str,
        read: impl FnOnce(&Self, &str) -> Result<T, ProfileError>,
    ) -> Result<Option<T>, ProfileError> {
        self.has(name).then(|| read(self, name)).transpose()
    }

    /// A text that is not empty.
    pub(super) fn text(&self, name: &str) -> Result<Placed<String>, ProfileError> {
        self.value(name).and_then(|value| self.text_of(name, value))
    }

    /// A text, or a list of texts that are all different. The list may be empty where `empty` says so.
    fn texts(&self, name: &str, empty: bool) -> Result<Vec<Placed<String>>, ProfileError> {
        let value = self.value(name)?;
        let DeValue::Array(items) = value.get_ref() else {
            return self.text_of(name, value).map(|text| vec![text]);
        };
        if items.len() > LIST_ITEMS || (items.is_empty() && !empty) {
            let problem =
                format!("expected a list of 1 to {LIST_ITEMS} items, found {}", items.len());
            return Err(self.error(value.span().start, name, problem));
        }
        let mut texts: Vec<Placed<String>> = Vec::new();
        for item in items.iter() {
            let text = self.text_of(name, item)?;
            if texts.iter().any(|earlier| earlier.value == text.value) {
                let problem = format!("expected each item once, found `{}` twice", text.value);
                return Err(self.error(text.at, name, problem));
            }
            texts.push(text);
        }
        Ok(texts)
    }

    /// Names of offices; an empty list means nobody.
    pub(super) fn offices(&self, name: &str) -> Result<Vec<String>, ProfileError> {
        Ok(self.texts(name, true)?.into_iter().map(|text| text.value).collect())
    }

    /// Names in a closed list of a fund.
    pub(super) fn names(&self, name: &str) -> Result<Vec<Placed<String>>, ProfileError> {
        self.shaped(name, "a name of up to 64 letters, digits and `_`", |text| {
            text.len() <= 64 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        })
    }

    /// Codes of funds, in the shape of [`crate::fund!`].
    pub(super) fn codes(&self, name: &str) -> Result<Vec<Placed<String>>, ProfileError> {
        self.shaped(name, "a fund code of up to 32 characters of A-Z, 0-9 and `_`", |text| {
            text.len() <= 32
                && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
        })
    }

    fn shaped(
        &self,
        name: &str,
        shape: &str,
        fits: impl Fn(&str) -> bool,
    ) -> Result<Vec<Placed<String>>, ProfileError> {
        let texts = self.texts(name, false)?;
        match texts.iter().find(|text| !fits(&text.value)) {
            None => Ok(texts),
            Some(text) => {
                let found = shown(&text.value);
                Err(self.error(text.at, name, format!("expected {shape}, found `\"{found}\"`")))
            }
        }
    }

    /// An id: lower case letters, digits and `-`.
    pub(super) fn id(&self, name: &str) -> Result<Placed<String>, ProfileError> {
        let text = self.text(name)?;
        if text.value.len() <= 64
            && text.value.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        {
            return Ok(text);
        }
        self.expected(name, self.value(name)?, "an id of up to 64 characters of a-z, 0-9 and `-`")
    }

    pub(super) fn flag(&self, name: &str) -> Result<bool, ProfileError> {
        let value = self.value(name)?;
        match value.get_ref() {
            DeValue::Boolean(flag) => Ok(*flag),
            _ => self.expected(name, value, "`true` or `false`"),
        }
    }

    /// A whole number from 1 to 10,000.
    pub(super) fn count(&self, name: &str) -> Result<u32, ProfileError> {
        let value = self.value(name)?;
        let number = match value.get_ref() {
            DeValue::Integer(number) if number.radix() == 10 => number.as_str().parse().ok(),
            _ => None,
        };
        match number.filter(|number| (1..=10_000).contains(number)) {
            Some(number) => Ok(number),
            None => self.expected(name, value, "a whole number from 1 to 10000"),
        }
    }

    /// A day, as a date of TOML or in quotes.
    pub(super) fn day(&self, name: &str) -> Result<Placed<Day>, ProfileError> {
        let value = self.value(name)?;
        let day = match value.get_ref() {
            DeValue::Datetime(moment) if moment.time.is_none() => moment.date.and_then(|date| {
                Day::new(date.year.into(), date.month.into(), date.day.into()).ok()
            }),
            DeValue::String(text) => text.parse().ok(),
            _ => None,
        };
        match day {
            Some(day) => Ok(Placed { value: day, at: value.span().start }),
            None => self.expected(name, value, "a day from 1900 to 9999 such as `2021-01-31`"),
        }
    }

    /// A rate within these bounds, which the words describe.
    pub(super) fn rate(
        &self,
        name: &str,
        least: Rate,
        most: Rate,
    ) -> Result<Placed<Rate>, ProfileError> {
        let value = self.value(name)?;
        let rate = match value.get_ref() {
            DeValue::String(text) => text.parse::<Rate>().ok(),
            _ => None,
        };
        match rate {
            None => self.expected(name, value, "a plain decimal in quotes such as `\"0.16\"`"),
            Some(rate) if rate < least || rate > most => {
                self.expected(name, value, &format!("a decimal from {least} to {most}"))
            }
            Some(rate) => Ok(Placed { value: rate, at: value.span().start }),
        }
    }

    /// A sum of money above zero, in major units.
    pub(super) fn money(&self, name: &str) -> Result<Major, ProfileError> {
        let value = self.value(name)?;
        let sum = match value.get_ref() {
            DeValue::String(text) => Major::parse(text),
            _ => None,
        };
        match sum.filter(|sum| !sum.is_zero()) {
            Some(sum) => Ok(sum),
            None => self.expected(
                name,
                value,
                "a sum above zero as a plain decimal in quotes such as `\"9000.00\"`",
            ),
        }
    }

    pub(super) fn word<W: Word>(&self, name: &str) -> Result<W, ProfileError> {
        let text = self.text(name)?;
        self.member(name, &text)
    }

    /// One word of a closed list, or several different ones.
    pub(super) fn words<W: Word>(&self, name: &str) -> Result<Vec<W>, ProfileError> {
        self.texts(name, false)?.iter().map(|text| self.member(name, text)).collect()
    }

    fn member<W: Word>(&self, name: &str, text: &Placed<String>) -> Result<W, ProfileError> {
        let members = W::MEMBERS;
        members.iter().copied().find(|member| member.in_file() == text.value).ok_or_else(|| {
            let words: Vec<_> = members.iter().map(|member| member.in_file()).collect();
            let (expected, found) = (list(&words), shown(&text.value));
            self.error(text.at, name, format!("expected one of {expected}, found `\"{found}\"`"))
        })
    }

    fn value(&self, name: &str) -> Result<Value<'f, 'i>, ProfileError> {
        self.table.get(name).ok_or_else(|| self.missing(name))
    }

    fn text_of(&self, name: &str, value: Value<'_, '_>) -> Result<Placed<String>, ProfileError> {
        match value.get_ref() {
            DeValue::String(text) if !text.trim().is_empty() => {
                Ok(Placed { value: text.to_string(), at: value.span().start })
            }
            DeValue::String(_) => self.expected(name, value, "a text that is not empty"),
            _ => self.expected(name, value, "a text in quotes"),
        }
    }

    fn expected<T>(
        &self,
        name: &str,
        value: Value<'_, '_>,
        expected: &str,
    ) -> Result<T, ProfileError> {
        let found = self.file.found(value.span());
        Err(self.error(value.span().start, name, format!("expected {expected}, found `{found}`")))
    }
}

fn list(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
