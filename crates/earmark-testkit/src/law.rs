//! A rule profile as plain data: what the generators make and the reference model reads, without the
//! library's own reader of profiles. The library gets the same as the text of a profile.
//!
//! ```
//! use earmark_core::account::Account;
//! use earmark_core::rules::Profile;
//! use earmark_core::time::day;
//! use earmark_testkit::law::{Clause, Law, Says};
//!
//! let mut law = Law::of("WORK_INJURY");
//! law.clauses.push(Clause {
//!     from: day("2021-01-01")?,
//!     until: None,
//!     says: Says::Account(Account::Revenue, false),
//! });
//! let text = law.to_profile_text();
//! assert!(Profile::parse(&text).is_ok()); // the library reads it
//! assert_eq!(Law::from_profile_text(&text), Some(law)); // and so do the tests, on their own
//! # Ok::<(), earmark_core::time::DayError>(())
//! ```

use std::fmt::Write;

use earmark_core::account::Account;
use earmark_core::id::{Area, area};
use earmark_core::time::{Day, day};

/// A small profile of one layer, for one fund. For any other fund of its jurisdiction it lays nothing
/// down, but the authorisations and reorganisations that name that fund.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Law {
    /// The code of the fund.
    pub fund: String,
    /// Under whose law: `China` or `Other`. A profile is for funds of its own jurisdiction alone.
    pub jurisdiction: &'static str,
    /// The area where it holds, those below it included; none: everywhere.
    pub area: Option<Area>,
    /// What it lays down, each thing with the days on which it holds.
    pub clauses: Vec<Clause>,
}

/// A law of China, for no fund, that lays nothing down.
impl Default for Law {
    fn default() -> Self {
        Self::of("")
    }
}

/// One dated thing that a [`Law`] lays down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// The first day on which it holds.
    pub from: Day,
    /// The last one; none: until further notice.
    pub until: Option<Day>,
    /// What it says.
    pub says: Says,
}

/// What a [`Clause`] says. Words are those of profile files. What no clause speaks of is as the fund's
/// definition has it: an account exists, a purpose is open, nothing is required or reserved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Says {
    /// An account exists, or does not.
    Account(Account, bool),
    /// A purpose of a list (`premium`, `benefit`, `state_use`) is open, or is not.
    Purpose(&'static str, String, bool),
    /// The rate of a premium kind, in millionths of the base.
    PremiumRate(String, u32),
    /// A requirement, and how firmly it holds (`off`, `flag`, `refuse`).
    Requirement(&'static str, &'static str),
    /// Who may do an act; nobody, where the list is empty.
    Authority(&'static str, Vec<&'static str>),
    /// What is charged where nothing was declared, in millionths of the month before.
    Assessment(u32),
    /// The late fee of a day, in millionths, rounded half up; it runs from the day of default.
    LateFee(u32),
    /// Months of payments to keep before investing.
    BufferBeforeInvesting(u32),
    /// Whether the fund may invest, and the most it may hold in equities, in millionths.
    Investment(bool, Option<u32>),
    /// The steps of a shortfall in their order.
    Ladder(Vec<&'static str>),
    /// The floor and the cap of a premium base, in millionths of the average wage. It binds where an
    /// average wage is known too.
    Base(u32, u32),
    /// The average wage of a month, in minor units.
    AverageWage(u64),
    /// Loans that another law than China's lets funds make to each other.
    Authorisation {
        /// Its id, which an authorisation names as its text.
        id: &'static str,
        /// The codes of the funds that may lend.
        lenders: Vec<&'static str>,
        /// The codes of the funds that may borrow.
        borrowers: Vec<&'static str>,
        /// The most that may be lent, in minor units.
        limit: Option<u64>,
        /// The last day of repayment.
        repay_by: Option<Day>,
    },
    /// Whole balances that move once.
    Reorganisation {
        /// Its id.
        id: &'static str,
        /// The fund whose balances go out and in: its pooling level is raised.
        fund: &'static str,
    },
}

/// The words that a clause can have, as closed lists: what a profile's text is read with.
pub mod words {
    /// What a requirement can ask for.
    pub const REQUIREMENTS: [&str; 8] = [
        "budget_before_payment",
        "claim_before_payment",
        "due_before_receipt",
        "use_plan_before_release",
        "revenue_account_zero_at_month_end",
        "shortfall_ladder",
        "agreement_before_settlement",
        "budget_surplus",
    ];
    /// How firmly.
    pub const STRENGTHS: [&str; 3] = ["refuse", "flag", "off"];
    /// What can be reserved to offices.
    pub const ACTS: [&str; 13] = [
        "adopt_profile",
        "approve_budget",
        "adjust_budget",
        "approve_final_accounts",
        "reopen_period",
        "waive_recovery",
        "approve_use_plan",
        "grant_authorisation",
        "draw_reserve",
        "reorganise",
        "correct_due",
        "open_account",
        "change_rate",
    ];
    /// The offices of the histories, and a desk of one of them.
    pub const OFFICES: [&str; 5] = [
        "agency",
        "finance_department",
        "peoples_congress",
        "tax_authority",
        "finance_department/payments",
    ];
    /// The steps of a shortfall.
    pub const STEPS: [&str; 6] = [
        "accumulated_deposits",
        "adjustment_or_reserve",
        "redeem_investments",
        "fiscal_subsidy",
        "adjust_split",
        "adjust_rates_or_benefits",
    ];
    /// The closed lists of purposes.
    pub const LISTS: [&str; 3] = ["premium", "benefit", "state_use"];
    /// Under whose law a fund stands.
    pub const JURISDICTIONS: [&str; 2] = ["China", "Other"];
    /// Ids of authorisations and reorganisations. Each is a registered text of every book.
    pub const IDS: [&str; 3] = ["relief-act", "harvest-act", "pooled-higher"];
    /// Codes of funds that authorisations and reorganisations name: those of the histories.
    pub const FUNDS: [&str; 8] = [
        "ENT_PENSION",
        "EMP_MEDICAL",
        "RES_MEDICAL",
        "WORK_INJURY",
        "UNEMPLOYMENT",
        "MATERNITY",
        "TOWN_RELIEF",
        "TOWN_HARVEST",
    ];
}

impl Law {
    /// A law of China for a fund of this code, that lays nothing down yet.
    #[must_use]
    pub fn of(fund: &str) -> Self {
        Self { fund: fund.to_owned(), jurisdiction: "China", area: None, clauses: Vec::new() }
    }

    /// What it says of the first clause that fits and holds on a day.
    pub fn on<'a, T>(&'a self, day: Day, fits: impl Fn(&'a Says) -> Option<T>) -> Option<T> {
        let holds = |it: &&Clause| it.from <= day && it.until.is_none_or(|last| day <= last);
        self.clauses.iter().filter(holds).find_map(|clause| fits(&clause.says))
    }

    /// Whether no clause ends before it begins, no two clauses speak of the same subject on the same day,
    /// and no law of China authorises a loan between funds. The library reads no other.
    #[must_use]
    pub fn is_clear(&self) -> bool {
        let apart = |one: &Clause, other: &Clause| {
            one.until.is_some_and(|last| last < other.from)
                || other.until.is_some_and(|last| last < one.from)
        };
        self.clauses.iter().enumerate().all(|(at, one)| {
            let later = self.clauses.iter().skip(at + 1);
            let loan = matches!(one.says, Says::Authorisation { .. });
            one.until.is_none_or(|last| one.from <= last)
                && !(loan && self.jurisdiction == "China")
                && later
                    .filter(|other| one.says.subject() == other.says.subject())
                    .all(|other| apart(one, other))
        })
    }

    /// The text of a profile that says the same.
    #[must_use]
    pub fn to_profile_text(&self) -> String {
        let mut text = format!(
            "[profile]\nid = \"town\"\nname = \"rules of a town\"\njurisdiction = \"{}\"\nedition = \"1\"\n",
            self.jurisdiction
        );
        if let Some(area) = self.area {
            line(&mut text, "area", &quoted(&area.to_string()));
        }
        line(&mut text, "# for", &self.fund);
        for clause in &self.clauses {
            let _ = writeln!(text, "\n[[{}]]", clause.says.topic());
            if !matches!(clause.says, Says::Authorisation { .. } | Says::Reorganisation { .. }) {
                line(&mut text, "fund", &quoted(&self.fund));
            }
            clause.says.write(&mut text);
            line(&mut text, "from", &clause.from.to_string());
            if let Some(until) = clause.until {
                line(&mut text, "until", &until.to_string());
            }
            line(&mut text, "source", "\"rules of a town\"");
        }
        text
    }

    /// Reads what [`to_profile_text`](Self::to_profile_text) writes, and nothing else.
    #[must_use]
    pub fn from_profile_text(text: &str) -> Option<Self> {
        let mut tables = text.split("\n\n").map(Table::read);
        let head = tables.next()??;
        if head.topic != "[profile]" {
            return None;
        }
        let law = Self {
            fund: head.value("# for")?.to_owned(),
            jurisdiction: known(&words::JURISDICTIONS, head.text("jurisdiction")?)?,
            area: head.text("area").map(area).transpose().ok()?,
            clauses: tables.map(|table| table?.clause()).collect::<Option<_>>()?,
        };
        (law.to_profile_text() == text).then_some(law)
    }
}

impl Says {
    /// The name of its table in a profile file.
    #[must_use]
    pub const fn topic(&self) -> &'static str {
        match self {
            Self::Account(..) => "account",
            Self::Purpose(..) => "purpose",
            Self::PremiumRate(..) => "rate",
            Self::Requirement(..) => "requirement",
            Self::Authority(..) => "authority",
            Self::Assessment(_) => "assessment",
            Self::LateFee(_) => "late_fee",
            Self::BufferBeforeInvesting(_) => "buffer",
            Self::Investment(..) => "investment",
            Self::Ladder(_) => "ladder",
            Self::Base(..) => "base",
            Self::AverageWage(_) => "average_wage",
            Self::Authorisation { .. } => "authorisation",
            Self::Reorganisation { .. } => "reorganisation",
        }
    }

    /// What it speaks of: two clauses of one subject do not hold on the same day.
    #[must_use]
    pub fn subject(&self) -> String {
        let of = match self {
            Self::Account(account, _) => account.word(),
            Self::Purpose(list, name, _) => return format!("purpose {list} {name}"),
            Self::PremiumRate(name, _) => name,
            Self::Requirement(what, _) => what,
            Self::Authority(act, _) => act,
            Self::Authorisation { id, .. } | Self::Reorganisation { id, .. } => id,
            _ => "",
        };
        format!("{} {of}", self.topic())
    }

    fn write(&self, text: &mut String) {
        let rate = |ppm: u32| quoted(&decimal(u64::from(ppm), 6));
        match self {
            Self::Account(account, exists) => {
                line(text, "account", &quoted(account.word()));
                line(text, "exists", &exists.to_string());
            }
            Self::Purpose(list, name, open) => {
                line(text, "list", &quoted(list));
                line(text, "name", &quoted(name));
                line(text, "open", &open.to_string());
            }
            Self::PremiumRate(name, ppm) => {
                line(text, "premium", &quoted(name));
                line(text, "rate", &rate(*ppm));
            }
            Self::Requirement(what, strength) => {
                line(text, "what", &quoted(what));
                line(text, "strength", &quoted(strength));
            }
            Self::Authority(act, who) => {
                line(text, "act", &quoted(act));
                line(text, "who", &list(who));
            }
            Self::Assessment(ppm) => line(text, "undeclared_factor", &rate(*ppm)),
            Self::LateFee(ppm) => {
                line(text, "per_day", &rate(*ppm));
                line(text, "first_day", "\"day_of_default\"");
                line(text, "rounding", "\"half_up\"");
            }
            Self::BufferBeforeInvesting(months) => {
                line(text, "use", "\"before_investing\"");
                line(text, "months", &months.to_string());
            }
            Self::Investment(may, most) => {
                line(text, "may", &may.to_string());
                if let Some(ppm) = most {
                    line(text, "equities_max", &rate(*ppm));
                }
            }
            Self::Ladder(steps) => line(text, "steps", &list(steps)),
            Self::Base(floor, cap) => {
                line(text, "floor_of_average", &rate(*floor));
                line(text, "cap_of_average", &rate(*cap));
            }
            Self::AverageWage(minor) => line(text, "monthly", &quoted(&decimal(*minor, 2))),
            Self::Authorisation { id, lenders, borrowers, limit, repay_by } => {
                line(text, "id", &quoted(id));
                line(text, "lender", &list(lenders));
                line(text, "borrower", &list(borrowers));
                if let Some(minor) = limit {
                    line(text, "limit", &quoted(&decimal(*minor, 2)));
                }
                if let Some(day) = repay_by {
                    line(text, "repay_by", &day.to_string());
                }
            }
            Self::Reorganisation { id, fund } => {
                line(text, "id", &quoted(id));
                line(text, "what", "\"raise_pooling_level\"");
                line(text, "out_of", &quoted(fund));
                line(text, "into", &quoted(fund));
            }
        }
    }
}

fn line(text: &mut String, name: &str, value: &str) {
    let _ = writeln!(text, "{name} = {value}");
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

fn list(words: &[&str]) -> String {
    let items: Vec<_> = words.iter().map(|word| quoted(word)).collect();
    format!("[{}]", items.join(", "))
}

/// A number of units of which so many decimals make one.
fn decimal(number: u64, places: usize) -> String {
    let digits = format!("{number:0>width$}", width = places + 1);
    let (whole, decimals) = digits.split_at(digits.len() - places);
    format!("{whole}.{decimals}")
}

/// The word of a closed list.
fn known(list: &[&'static str], word: &str) -> Option<&'static str> {
    list.iter().copied().find(|known| *known == word)
}

/// One table of a profile's text, its lines as they stand.
struct Table<'a> {
    topic: &'a str,
    lines: Vec<(&'a str, &'a str)>,
}

impl<'a> Table<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let mut lines = text.lines();
        let topic = lines.next()?;
        let lines = lines.map(|line| line.split_once(" = ")).collect::<Option<_>>()?;
        Some(Self { topic, lines })
    }

    fn value(&self, name: &str) -> Option<&'a str> {
        self.lines.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }

    fn text(&self, name: &str) -> Option<&'a str> {
        self.value(name)?.strip_prefix('"')?.strip_suffix('"')
    }

    /// The digits of a decimal, its point left out.
    fn digits(&self, name: &str) -> Option<u64> {
        self.text(name)?.replace('.', "").parse().ok()
    }

    fn ppm(&self, name: &str) -> Option<u32> {
        u32::try_from(self.digits(name)?).ok()
    }

    fn flag(&self, name: &str) -> Option<bool> {
        self.value(name)?.parse().ok()
    }

    fn day(&self, name: &str) -> Option<Day> {
        day(self.value(name)?).ok()
    }

    /// A value where the line is there; nothing where it is wrong.
    fn optional<T>(&self, name: &str, read: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
        match self.value(name) {
            None => Some(None),
            Some(_) => read(name).map(Some),
        }
    }

    fn words(&self, name: &str, of: &[&'static str]) -> Option<Vec<&'static str>> {
        let items = self.value(name)?.strip_prefix('[')?.strip_suffix(']')?;
        if items.is_empty() {
            return Some(Vec::new());
        }
        items
            .split(", ")
            .map(|item| known(of, item.strip_prefix('"')?.strip_suffix('"')?))
            .collect()
    }

    fn clause(&self) -> Option<Clause> {
        let topic = self.topic.strip_prefix("[[")?.strip_suffix("]]")?;
        Some(Clause {
            from: self.day("from")?,
            until: self.optional("until", |name| self.day(name))?,
            says: self.says(topic)?,
        })
    }

    fn says(&self, topic: &str) -> Option<Says> {
        Some(match topic {
            "account" => {
                let word = self.text("account")?;
                let account = Account::ALL.into_iter().find(|account| account.word() == word)?;
                Says::Account(account, self.flag("exists")?)
            }
            "purpose" => {
                let list = known(&words::LISTS, self.text("list")?)?;
                Says::Purpose(list, self.text("name")?.to_owned(), self.flag("open")?)
            }
            "rate" => Says::PremiumRate(self.text("premium")?.to_owned(), self.ppm("rate")?),
            "requirement" => Says::Requirement(
                known(&words::REQUIREMENTS, self.text("what")?)?,
                known(&words::STRENGTHS, self.text("strength")?)?,
            ),
            "authority" => Says::Authority(
                known(&words::ACTS, self.text("act")?)?,
                self.words("who", &words::OFFICES)?,
            ),
            "assessment" => Says::Assessment(self.ppm("undeclared_factor")?),
            "late_fee" => Says::LateFee(self.ppm("per_day")?),
            "buffer" => Says::BufferBeforeInvesting(self.value("months")?.parse().ok()?),
            "investment" => Says::Investment(
                self.flag("may")?,
                self.optional("equities_max", |name| self.ppm(name))?,
            ),
            "ladder" => Says::Ladder(self.words("steps", &words::STEPS)?),
            "base" => Says::Base(self.ppm("floor_of_average")?, self.ppm("cap_of_average")?),
            "average_wage" => Says::AverageWage(self.digits("monthly")?),
            "authorisation" => Says::Authorisation {
                id: known(&words::IDS, self.text("id")?)?,
                lenders: self.words("lender", &words::FUNDS)?,
                borrowers: self.words("borrower", &words::FUNDS)?,
                limit: self.optional("limit", |name| self.digits(name))?,
                repay_by: self.optional("repay_by", |name| self.day(name))?,
            },
            "reorganisation" => Says::Reorganisation {
                id: known(&words::IDS, self.text("id")?)?,
                fund: known(&words::FUNDS, self.text("out_of")?)?,
            },
            _ => return None,
        })
    }
}
