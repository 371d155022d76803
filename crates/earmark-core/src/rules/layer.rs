use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::ProfileError;
use super::entry::{self, Place};
use super::fields::{Fields, File, shown};
use super::profile::MAX_RULES;
use super::rule::ProfileRule;
use super::words::Topic;
use crate::fund::Jurisdiction;
use crate::id::Area;

/// The head of one file of a profile: whose rules they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    pub(super) id: Arc<str>,
    name: String,
    name_zh: Option<String>,
    edition: String,
    pub(super) jurisdiction: Jurisdiction,
    pub(super) area: Option<Area>,
    over: Option<String>,
    pub(super) lines: HeadLines,
}

/// Where the fields stand by which a layer may turn out not to fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct HeadLines {
    pub(super) id: usize,
    pub(super) jurisdiction: usize,
    pub(super) area: usize,
    pub(super) over: usize,
}

const HEAD: &str = "profile";

impl Layer {
    /// The id by which a layer above names it, such as `cn-jiangsu`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The English name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The Chinese name, where it has one.
    #[must_use]
    pub fn name_zh(&self) -> Option<&str> {
        self.name_zh.as_deref()
    }

    /// Which edition of the file it is.
    #[must_use]
    pub fn edition(&self) -> &str {
        &self.edition
    }

    /// Under whose law its funds stand.
    #[must_use]
    pub const fn jurisdiction(&self) -> Jurisdiction {
        self.jurisdiction
    }

    /// The area in which, and below which, it can be used; none where it is for every area.
    #[must_use]
    pub const fn area(&self) -> Option<Area> {
        self.area
    }

    /// The id of the layer below it; none for the lowest.
    #[must_use]
    pub fn over(&self) -> Option<&str> {
        self.over.as_deref()
    }
}

/// Reads one file, the layer at this level.
pub(super) fn read(text: &str, level: usize) -> Result<(Layer, Vec<ProfileRule>), ProfileError> {
    let (document, errors) = DeTable::parse_recoverable(text);
    let mut file = File { layer: format!("#{}", level + 1), text };
    if let Some(id) = id_of(document.get_ref()) {
        file.layer = id;
    }
    if let Some(error) = errors.first() {
        let at = error.span().map_or(0, |span| span.start);
        return Err(file.error(at, "toml", error.message().replace(char::is_control, " ")));
    }
    let layer = head(&file, document.get_ref())?;
    let place = Place { layer: Arc::clone(&layer.id), level, jurisdiction: layer.jurisdiction };
    let mut rules = Vec::new();
    for (topic, at, table) in tables(&file, document.get_ref())? {
        rules.extend(entry::rules(&file, &place, topic, at, table)?);
        if rules.len() > MAX_RULES {
            let problem = format!("expected at most {MAX_RULES} rules in a layer, found more");
            return Err(file.error(at, topic.word(), problem));
        }
    }
    Ok((layer, rules))
}

/// The id, so that an error can name the layer, whatever else is wrong with it.
fn id_of(document: &DeTable<'_>) -> Option<String> {
    let head = document.get(HEAD)?.get_ref().as_table()?;
    let id = head.get("id")?.get_ref().as_str()?;
    let shape = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (!id.is_empty() && id.len() <= 64 && id.bytes().all(shape)).then(|| id.to_owned())
}

fn head(file: &File<'_>, document: &DeTable<'_>) -> Result<Layer, ProfileError> {
    let known = ["id", "name", "name_zh", "edition", "jurisdiction", "area", "over"];
    let missing = || file.error(0, HEAD, "expected a table `[profile]`, found none");
    let value = document.get(HEAD).ok_or_else(missing)?;
    let table = value.get_ref().as_table().ok_or_else(|| {
        file.error(value.span().start, HEAD, "expected one table `[profile]`, found something else")
    })?;
    let start = value.span().start;
    let fields = Fields::open(file, HEAD, start, table, &[&known])?;
    let id = fields.id("id")?;
    let area = match fields.unless_missing("area", Fields::text)? {
        None => None,
        Some(text) => Some(text.value.parse().map_err(|_| {
            let problem = format!(
                "expected six digits such as `\"320000\"`, found `\"{}\"`",
                shown(&text.value)
            );
            fields.error(text.at, "area", problem)
        })?),
    };
    let over = fields.unless_missing("over", Fields::id)?;
    let line_of = |name: &str| file.line(table.get(name).map_or(start, |value| value.span().start));
    Ok(Layer {
        id: id.value.into(),
        name: fields.text("name")?.value,
        name_zh: fields.unless_missing("name_zh", Fields::text)?.map(|name| name.value),
        edition: fields.text("edition")?.value,
        jurisdiction: fields.word("jurisdiction")?,
        area,
        over: over.map(|over| over.value),
        lines: HeadLines {
            id: line_of("id"),
            jurisdiction: line_of("jurisdiction"),
            area: line_of("area"),
            over: line_of("over"),
        },
    })
}

type Entry<'d, 'i> = (Topic, usize, &'d DeTable<'i>);

/// The tables of rules, in the order of the file.
fn tables<'d, 'i>(
    file: &File<'_>,
    document: &'d DeTable<'i>,
) -> Result<Vec<Entry<'d, 'i>>, ProfileError> {
    let mut tables: Vec<Entry<'d, 'i>> = Vec::new();
    let mut topics: Vec<_> = document.iter().filter(|(key, _)| key.get_ref() != HEAD).collect();
    topics.sort_by_key(|(key, _)| key.span().start);
    for (key, value) in topics {
        let Some(topic) = Topic::from_word(key.get_ref()) else {
            let topics: Vec<_> = Topic::ALL.iter().map(|topic| format!("`{topic}`")).collect();
            let problem = format!("no such topic; expected one of {}", topics.join(", "));
            return Err(file.error(key.span().start, shown(key.get_ref()), problem));
        };
        let not_tables = |value: &Spanned<DeValue<'_>>| {
            let problem = format!("expected tables `[[{topic}]]`, found something else");
            file.error(value.span().start, topic.word(), problem)
        };
        let entries = value.get_ref().as_array().ok_or_else(|| not_tables(value))?;
        for entry in entries.iter() {
            let table = entry.get_ref().as_table().ok_or_else(|| not_tables(entry))?;
            tables.push((topic, entry.span().start, table));
        }
    }
    tables.sort_by_key(|(_, at, _)| *at);
    Ok(tables)
}
