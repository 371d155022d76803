use std::fmt;

use earmark_core::id::{BookId, Party};
use earmark_core::money::Figure;
use earmark_core::time::Period;
use earmark_tlog::policy::Believed;

use super::{Entry, Flow};

/// What a certificate that verifies says: every event of a period that names a party, as the period stood when the
/// event [`closing`](Self::closing) closed it.
///
/// Its `Display` is a table in English; [`chinese`](Self::chinese) gives one in Chinese.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    pub(super) book: BookId,
    pub(super) party: Party,
    pub(super) period: Period,
    pub(super) closing: u64,
    pub(super) entries: Vec<Entry>,
    pub(super) entered: Figure,
    pub(super) left: Figure,
    pub(super) believed: Believed,
}

impl Statement {
    /// Whose events they are: the book.
    #[must_use]
    pub const fn book(&self) -> BookId {
        self.book
    }

    /// The party.
    #[must_use]
    pub const fn party(&self) -> Party {
        self.party
    }

    /// The period: events count to it by the day for which they count.
    #[must_use]
    pub const fn period(&self) -> Period {
        self.period
    }

    /// The event that closed the period: what is said is said as the period stood then. Where it was opened again
    /// since, a newer certificate may say more; this one cannot tell.
    #[must_use]
    pub const fn closing(&self) -> u64 {
        self.closing
    }

    /// The events, in the order of the book; none where no event of the period names the party.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What came into the fund by them.
    #[must_use]
    pub const fn entered(&self) -> Figure {
        self.entered
    }

    /// What left the fund by them.
    #[must_use]
    pub const fn left(&self) -> Figure {
        self.left
    }

    /// The checkpoint in which it is proved, and who of the policy's witnesses has cosigned it.
    #[must_use]
    pub const fn believed(&self) -> &Believed {
        &self.believed
    }

    /// The statement as a table in Chinese.
    #[must_use]
    pub const fn chinese(&self) -> Chinese<'_> {
        Chinese(self)
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, words: &Words) -> fmt::Result {
        let fund = self.book.fund();
        let name = (words.of)(fund.name(), fund.name_zh());
        let (first, last) = (self.period.first(), self.period.last());
        writeln!(f, "{}: {name} ({})", words.fund, self.book)?;
        writeln!(f, "{}: {}", words.party, self.party)?;
        writeln!(f, "{}: {first} – {last}", words.period)?;
        let (before, after) = words.stood;
        writeln!(f, "{before}{}{after}", self.closing)?;
        if self.entries.is_empty() {
            return writeln!(f, "{}", words.absent);
        }
        for entry in &self.entries {
            write!(f, "{}  {:>10}  ", entry.day, entry.seq)?;
            match (entry.amount, entry.flow) {
                (Some(amount), Flow::Entered) => write!(f, "{:>20} ", format!("+{amount}"))?,
                (Some(amount), Flow::Left) => write!(f, "{:>20} ", format!("-{amount}"))?,
                (Some(amount), Flow::None) => write!(f, "{:>20} ", format!("({amount})"))?,
                (None, _) => write!(f, "{:>20} ", "")?,
            }
            f.write_str((words.of)(entry.label, entry.label_zh))?;
            if let Some(purpose) = entry.purpose {
                write!(f, ": {}", (words.of)(purpose.label, purpose.label_zh))?;
            }
            if let Some(month) = entry.month {
                write!(f, " [{month}]")?;
            }
            if let Some(original) = entry.original {
                write!(f, " ← {original}")?;
            }
            f.write_str("\n")?;
            if let Some(detail) = &entry.detail {
                let text = String::from_utf8_lossy(detail);
                writeln!(f, "{:24}{}: {}", "", words.detail, text.escape_debug())?;
            }
        }
        let code = fund.currency().code();
        writeln!(f, "{}: {} {code}", words.entered, self.entered)?;
        writeln!(f, "{}: {} {code}", words.left, self.left)
    }
}

/// The statement as a table in English.
impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, &ENGLISH)
    }
}

/// A statement as a table in Chinese.
#[derive(Clone, Copy, Debug)]
pub struct Chinese<'a>(&'a Statement);

impl fmt::Display for Chinese<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.write(f, &CHINESE)
    }
}

struct Words {
    of: fn(&'static str, &'static str) -> &'static str,
    fund: &'static str,
    party: &'static str,
    period: &'static str,
    /// What stands before and after the number of the event that closed the period.
    stood: (&'static str, &'static str),
    absent: &'static str,
    detail: &'static str,
    entered: &'static str,
    left: &'static str,
}

const ENGLISH: Words = Words {
    of: |english, _| english,
    fund: "fund",
    party: "party",
    period: "period",
    stood: (
        "as the period stood at event ",
        ", when it was closed; a reopening since then would show in a newer certificate",
    ),
    absent: "no event of this period names this party",
    detail: "detail",
    entered: "came into the fund",
    left: "left the fund",
};

const CHINESE: Words = Words {
    of: |_, chinese| chinese,
    fund: "基金",
    party: "当事人",
    period: "期间",
    stood: ("按第 ", " 笔记录结账时的状态；此后如有反结账，将体现在更新的证明中"),
    absent: "本期间没有涉及该当事人的记录",
    detail: "个人信息",
    entered: "收入合计",
    left: "支出合计",
};
