//! What the ledger says of the year, read back from its books, beside what is published.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use earmark::prelude::*;
use earmark::projection::Totals;

use crate::areas::{PROVINCES, Province, WUXI};
use crate::figures::{Figures, Published};
use crate::funds::{Replayed, every_fund};
use crate::plan::YEAR;

/// A sum in the ledger, in fen, beside what it must be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Compared {
    pub(crate) found: i128,
    pub(crate) published: i128,
}

impl Compared {
    fn new(found: i128, published: u64) -> Self {
        Self { found, published: i128::from(published) }
    }

    pub(crate) const fn difference(self) -> i128 {
        self.found - self.published
    }
}

/// A kind of income or expenditure, added over books.
#[derive(Clone, Debug)]
pub(crate) struct KindSum {
    pub(crate) label: &'static str,
    pub(crate) label_zh: &'static str,
    /// In fen.
    pub(crate) sum: i128,
}

/// A published fund, added over its books.
pub(crate) struct FundAccount {
    pub(crate) fund: Published,
    pub(crate) books: usize,
    pub(crate) opening: Compared,
    pub(crate) income: Vec<KindSum>,
    pub(crate) income_total: Compared,
    pub(crate) expenditure: Vec<KindSum>,
    pub(crate) expenditure_total: Compared,
    /// Between levels of the fund: what came in, and what went out. They cancel out.
    pub(crate) levels_in: Vec<KindSum>,
    pub(crate) levels_out: Vec<KindSum>,
    pub(crate) closing: Compared,
    /// What the accounts hold and what the statements end at, where they disagree.
    pub(crate) disagreements: Vec<String>,
}

/// A figure published of one kind alone.
pub(crate) struct SideFigure {
    pub(crate) label: &'static str,
    pub(crate) label_zh: &'static str,
    pub(crate) compared: Compared,
}

/// A line of the Wuxi table: two quarters.
pub(crate) struct WuxiLine {
    pub(crate) label: &'static str,
    pub(crate) label_zh: &'static str,
    pub(crate) quarters: [Compared; 2],
}

/// One case across two books: an expenditure here, an income there.
pub(crate) struct Case {
    pub(crate) province: Province,
    pub(crate) case: Link,
    pub(crate) paid: Recorded,
    pub(crate) received: Recorded,
}

/// Everything the ledger says.
pub(crate) struct Accounts {
    pub(crate) funds: Vec<FundAccount>,
    pub(crate) side: Vec<SideFigure>,
    pub(crate) wuxi: Vec<WuxiLine>,
    pub(crate) case: Option<Case>,
    pub(crate) kinds: BTreeMap<Kind, KindCount>,
    /// Events that move no money.
    pub(crate) moved_nothing: u64,
}

/// Events of one kind, in all books.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct KindCount {
    pub(crate) events: u64,
    /// In fen, less what was reversed.
    pub(crate) sum: i128,
}

impl Accounts {
    /// Reads the accounts from the ledger.
    pub(crate) fn read(ledger: &Ledger, figures: &Figures) -> Result<Self, Fault> {
        let mut books = Vec::new();
        let year = period((1, 1), (12, 31))?;
        let (mut kinds, mut moved_nothing) = (BTreeMap::<_, KindCount>::new(), 0);
        for book in ledger.books()? {
            let mut moved = 0;
            book.each_cell::<Totals>(|key, (sum, events)| {
                let kind = kinds.entry(key.kind).or_default();
                kind.events += events;
                let sum = i128::try_from(sum).unwrap_or(i128::MAX);
                kind.sum += if key.reversed { -sum } else { sum };
                moved += events;
            })?;
            moved_nothing += book.last_seq()?.saturating_sub(moved);
            if book.area() != WUXI {
                let (statement, balances) = (book.statement(year, None)?, book.balances()?);
                books.push(Read { fund: published(&book), book, statement, balances });
            }
        }
        let funds = [
            Published::UrbanEmployeePension,
            Published::ResidentsPension,
            Published::EmployeeMedical,
            Published::ResidentsMedical,
            Published::WorkInjury,
            Published::Unemployment,
        ];
        Ok(Self {
            funds: funds.map(|fund| FundAccount::of(&books, fund, figures)).into(),
            side: side_figures(&books, figures),
            wuxi: wuxi_lines(&ledger.book::<WorkInjury>(WUXI)?, figures)?,
            case: first_case(ledger)?,
            kinds,
            moved_nothing,
        })
    }

    /// Whether every sum is what is published, and every book agrees with itself.
    pub(crate) fn agree(&self) -> bool {
        let funds = self.funds.iter().all(|fund| {
            let compared = [fund.opening, fund.income_total, fund.expenditure_total, fund.closing];
            fund.disagreements.is_empty() && compared.iter().all(|it| it.difference() == 0)
        });
        funds
            && self.side.iter().all(|it| it.compared.difference() == 0)
            && self.wuxi.iter().flat_map(|it| it.quarters).all(|it| it.difference() == 0)
    }
}

/// A book, read.
struct Read {
    book: AnyBook,
    fund: Option<Published>,
    statement: Statement,
    balances: Balances,
}

fn published(book: &AnyBook) -> Option<Published> {
    let code = book.fund().code();
    macro_rules! find {
        ($($name:ident: $fund:ident,)*) => {
            $(if code == $fund::SPEC.code() { return Some($fund::PUBLISHED); })*
        };
    }
    every_fund!(find);
    None
}

fn period((month, first): (u32, u32), (last_month, last): (u32, u32)) -> Result<Period, Fault> {
    let day = |month, day| Day::new(YEAR, month, day).ok();
    day(month, first)
        .zip(day(last_month, last))
        .and_then(|(first, last)| Period::new(first, last))
        .ok_or_else(|| Fault::new(FaultKind::Format, "calendar", "there is no such period"))
}

impl FundAccount {
    fn of(books: &[Read], fund: Published, figures: &Figures) -> Self {
        let books: Vec<_> = books.iter().filter(|read| read.fund == Some(fund)).collect();
        let sum = |of: fn(&Read) -> i128| books.iter().map(|read| of(read)).sum::<i128>();
        let (mut income, mut levels_in) = (Kinds::default(), Kinds::default());
        let (mut expenditure, mut levels_out) = (Kinds::default(), Kinds::default());
        let mut disagreements = Vec::new();
        for read in &books {
            for line in read.statement.income() {
                if line.item.is_inter_level() { &mut levels_in } else { &mut income }.add(line);
            }
            for line in read.statement.expenditure() {
                if line.item.is_inter_level() { &mut levels_out } else { &mut expenditure }
                    .add(line);
            }
            if read.statement.closing() != read.balances.total() {
                disagreements.push(format!(
                    "book {}: its accounts hold {}, its statement ends at {}",
                    read.book.id(),
                    read.balances.total(),
                    read.statement.closing()
                ));
            }
        }
        let year = figures.of(fund);
        let opening = |read: &Read| {
            read.statement.opening().minor() + read.statement.brought_forward().minor()
        };
        Self {
            fund,
            books: books.len(),
            opening: Compared::new(sum(opening), year.opening),
            income_total: Compared::new(income.total(), year.income),
            income: income.sorted(),
            expenditure_total: Compared::new(expenditure.total(), year.expenditure),
            expenditure: expenditure.sorted(),
            levels_in: levels_in.sorted(),
            levels_out: levels_out.sorted(),
            closing: Compared::new(sum(|read| read.balances.total().minor()), year.closing),
            disagreements,
        }
    }
}

/// Sums by kind, in the order of a statement.
struct Kinds<Item>(Vec<(Item, KindSum)>);

impl<Item> Default for Kinds<Item> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<Item: Copy + Ord> Kinds<Item> {
    fn add(&mut self, line: &Line<Item>) {
        let same = |held: &&mut (Item, KindSum)| held.0 == line.item && held.1.label == line.label;
        match self.0.iter_mut().find(same) {
            Some((_, held)) => held.sum += line.sum.minor(),
            None => {
                let (label, label_zh, sum) = (line.label, line.label_zh, line.sum.minor());
                self.0.push((line.item, KindSum { label, label_zh, sum }));
            }
        }
    }

    fn total(&self) -> i128 {
        self.0.iter().map(|(_, kind)| kind.sum).sum()
    }

    fn sorted(mut self) -> Vec<KindSum> {
        self.0.sort_by_key(|(item, _)| *item);
        self.0.into_iter().map(|(_, kind)| kind).collect()
    }
}

fn side_figures(books: &[Read], figures: &Figures) -> Vec<SideFigure> {
    let sum = |of: &dyn Fn(&Read) -> i128| books.iter().map(of).sum::<i128>();
    let of_fund = |read: &Read, fund: &FundSpec| read.book.fund().code() == fund.code();
    let central = |read: &Read| read.book.area() == Area::CENTRAL;
    let paid = sum(&|read| match of_fund(read, Unemployment::SPEC) {
        true => purpose(read.statement.expenditure(), "MedicalPremium"),
        false => 0,
    });
    let received = sum(&|read| match of_fund(read, EmployeeMedical::SPEC) {
        true => purpose(read.statement.income(), "ForUnemployed"),
        false => 0,
    });
    let up = sum(&|read| match central(read) {
        true => read.statement.income_of(IncomeItem::LowerRemittance).minor(),
        false => 0,
    });
    let down = sum(&|read| match central(read) {
        true => read.statement.expenditure_of(ExpenditureItem::LowerSubsidy).minor(),
        false => 0,
    });
    let earned = sum(&|read| read.statement.income_of(IncomeItem::InvestmentReturn).minor());
    let entrusted = sum(&|read| read.balances.of(Account::Investment).minor());
    let figure = |label, label_zh, found, published| SideFigure {
        label,
        label_zh,
        compared: Compared::new(found, published),
    };
    vec![
        figure(
            "X1: unemployment pays",
            "代缴医疗保险费支出",
            paid,
            figures.premiums_for_unemployed,
        ),
        figure(
            "X1: medical receives",
            "代缴医疗保险费收入",
            received,
            figures.premiums_for_unemployed,
        ),
        figure("central adjustment: up", "中央调剂上解", up, figures.central_adjustment),
        figure("central adjustment: down", "中央调剂下拨", down, figures.central_adjustment),
        figure("pensions: investment return", "委托投资收益", earned, figures.investment_return),
        figure("pensions: entrusted", "年末委托投资规模", entrusted, figures.entrusted),
    ]
}

fn purpose<Item>(lines: &[Line<Item>], name: &str) -> i128 {
    let named = lines.iter().filter(|line| line.purpose == Some(name));
    named.map(|line| line.sum.minor()).sum()
}

fn wuxi_lines(book: &Book<WorkInjury>, figures: &Figures) -> Result<Vec<WuxiLine>, Fault> {
    let statements = [
        book.statement(period((1, 1), (3, 31))?, None)?,
        book.statement(period((4, 1), (6, 30))?, None)?,
    ];
    let line = |label, label_zh, found: &dyn Fn(&Statement) -> i128, published: [u64; 2]| {
        let [first, second] = &statements;
        let [first_published, second_published] = published;
        let quarters = [
            Compared::new(found(first), first_published),
            Compared::new(found(second), second_published),
        ];
        WuxiLine { label, label_zh, quarters }
    };
    let income = |item| move |it: &Statement| it.income_of(item).minor();
    let spent = |item| move |it: &Statement| it.expenditure_of(item).minor();
    Ok(vec![
        line(
            "opening balance",
            "期初余额",
            &|it| it.opening().minor() + it.brought_forward().minor(),
            figures.wuxi.map(|it| it.opening),
        ),
        line(
            "premiums",
            "保险费收入",
            &income(IncomeItem::Premium),
            figures.wuxi.map(|it| it.premium),
        ),
        line(
            "interest",
            "利息收入",
            &income(IncomeItem::Interest),
            figures.wuxi.map(|it| it.interest),
        ),
        line(
            "other income",
            "其他收入",
            &income(IncomeItem::Other),
            figures.wuxi.map(|it| it.other_income),
        ),
        line(
            "benefits",
            "工伤保险待遇支出",
            &spent(ExpenditureItem::Benefit),
            figures.wuxi.map(|it| it.benefits),
        ),
        line(
            "other own expenditure",
            "其他支出",
            &spent(ExpenditureItem::InjuryPrevention),
            figures.wuxi.map(|it| it.other_own_expenditure),
        ),
        line(
            "remittance to superior level",
            "上解上级支出",
            &spent(ExpenditureItem::SuperiorRemittance),
            figures.wuxi.map(|it| it.inter_level_out),
        ),
        line(
            "closing balance",
            "期末余额",
            &|it| it.closing().minor(),
            figures.wuxi.map(|it| it.closing),
        ),
    ])
}

/// The first medical premium that the unemployment fund of the first province paid, and its other
/// half in the medical fund, found by the id they share.
fn first_case(ledger: &Ledger) -> Result<Option<Case>, Fault> {
    let [province, ..] = PROVINCES;
    let first = |book: &AnyBook, filter: &TrailFilter, wanted: &dyn Fn(&Recorded) -> bool| {
        let mut found = None;
        book.each(filter, &mut |recorded| {
            if !wanted(&recorded) {
                return ControlFlow::Continue(());
            }
            found = Some(recorded);
            ControlFlow::Break(())
        })?;
        Ok::<_, Fault>(found)
    };
    let unemployment = ledger.book::<Unemployment>(province.area)?;
    let medical = ledger.book::<EmployeeMedical>(province.area)?;
    let paid = first(&unemployment, &TrailFilter::all().of_kind(Kind::BenefitPaid), &|recorded| {
        recorded.event().correlation().is_some()
    })?;
    let Some((paid, case)) = paid.and_then(|it| it.event().correlation().map(|case| (it, case)))
    else {
        return Ok(None);
    };
    let filter = TrailFilter::all().correlated(case);
    let received = first(&medical, &filter, &|_| true)?;
    Ok(received.map(|received| Case { province, case, paid, received }))
}
