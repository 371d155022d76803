//! The published figures, read from the files in `data/`.

use earmark::prelude::*;

/// A fund as the bulletins publish it. The first is kept in two books: see
/// [`funds`](crate::funds).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Published {
    UrbanEmployeePension,
    ResidentsPension,
    EmployeeMedical,
    ResidentsMedical,
    WorkInjury,
    Unemployment,
}

/// Income, expenditure and closing balance of a fund in 2021, in fen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FundYear {
    pub(crate) income: u64,
    pub(crate) expenditure: u64,
    pub(crate) closing: u64,
    /// Not published; closing - income + expenditure.
    pub(crate) opening: u64,
    /// Where the figures were read.
    pub(crate) source: &'static str,
}

/// A quarter of the Wuxi work injury fund, in fen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WuxiQuarter {
    pub(crate) opening: u64,
    pub(crate) premium: u64,
    pub(crate) interest: u64,
    pub(crate) other_income: u64,
    pub(crate) benefits: u64,
    pub(crate) other_own_expenditure: u64,
    pub(crate) inter_level_out: u64,
    pub(crate) closing: u64,
}

/// The year's budget of the Wuxi work injury fund, in fen.
#[derive(Clone, Debug)]
pub(crate) struct WuxiBudget {
    pub(crate) opening: u64,
    pub(crate) closing: u64,
    pub(crate) lines: Vec<WuxiBudgetLine>,
    /// Which part of all income, and of all expenditure, was executed by the end of June, in
    /// hundredths of a percent.
    pub(crate) progress: [u64; 2],
}

/// A line of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WuxiBudgetLine {
    pub(crate) line: BudgetLine,
    /// 0 where nothing is budgeted.
    pub(crate) budget: u64,
    /// As of the totals; none where it is not published.
    pub(crate) progress: Option<u64>,
}

/// Where figures were read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source {
    pub(crate) id: &'static str,
    pub(crate) address: &'static str,
    pub(crate) what: &'static str,
}

/// Everything published that the replay must come out at.
#[derive(Clone, Debug)]
pub(crate) struct Figures {
    employee_pension: FundYear,
    residents_pension: FundYear,
    employee_medical: FundYear,
    residents_medical: FundYear,
    work_injury: FundYear,
    unemployment: FundYear,
    /// Investment return of all pension funds, in fen.
    pub(crate) investment_return: u64,
    /// What the pension funds had in entrusted investment at the end of the year, in fen.
    pub(crate) entrusted: u64,
    /// What passed through the central adjustment fund, in fen.
    pub(crate) central_adjustment: u64,
    /// Medical premiums that the unemployment fund paid, in fen.
    pub(crate) premiums_for_unemployed: u64,
    /// First and second quarter.
    pub(crate) wuxi: [WuxiQuarter; 2],
    pub(crate) wuxi_budget: WuxiBudget,
    pub(crate) sources: Vec<Source>,
}

/// A file of figures that does not say what it should.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {what}")]
pub(crate) struct FigureError {
    file: &'static str,
    what: String,
}

impl Figures {
    /// The figures that stand beside this program.
    pub(crate) fn read() -> Result<Self, FigureError> {
        let national = Table::parse(
            "data/national_2021.csv",
            include_str!("data/national_2021.csv"),
            "year,period,level,area,fund,item,amount,unit,status,source_id,note",
        )?;
        let wuxi = Table::parse(
            "data/wuxi_work_injury_2021_quarters.csv",
            include_str!("data/wuxi_work_injury_2021_quarters.csv"),
            "quarter,item,amount_cny,how_got,source_id",
        )?;
        let budget = Table::parse(
            "data/wuxi_work_injury_2021q2_budget_execution.csv",
            include_str!("data/wuxi_work_injury_2021q2_budget_execution.csv"),
            "line,item_zh,item,budget_2021_cny,adjusted_budget_2021_cny,q2_cny,h1_cumulative_cny,\
             h1_2020_cumulative_cny,progress_pct,yoy_pct,how_got",
        )?;
        let sources = Table::parse(
            "data/sources.csv",
            include_str!("data/sources.csv"),
            "source_id,address,what",
        )?;
        let residents_medical = national.fund("RES_MEDICAL")?;
        Ok(Self {
            employee_pension: national.fund("URBAN_EMPLOYEE_PENSION")?,
            residents_pension: national.fund("RES_PENSION")?,
            // The bulletin gives the closing balance of both medical funds together.
            employee_medical: national.fund_closing("EMP_MEDICAL", {
                let both = national.fen(&["MEDICAL_TOTAL", "closing"])?;
                both.checked_sub(residents_medical.closing)
                    .ok_or_else(|| national.error("residents' medical is over the medical total"))?
            })?,
            residents_medical,
            work_injury: national.fund("WORK_INJURY")?,
            unemployment: national.fund("UNEMPLOYMENT")?,
            investment_return: national.fen(&["PENSION_TOTAL", "investment_return"])?,
            entrusted: national.fen(&["PENSION_TOTAL", "entrusted_investment_scale"])?,
            central_adjustment: national
                .fen(&["URBAN_EMPLOYEE_PENSION", "central_adjustment_scale"])?,
            premiums_for_unemployed: national
                .fen(&["UNEMPLOYMENT", "medical_premiums_paid_for_unemployed"])?,
            wuxi: [wuxi.quarter("2021Q1")?, wuxi.quarter("2021Q2")?],
            wuxi_budget: budget.wuxi_budget()?,
            sources: sources.sources()?,
        })
    }

    pub(crate) const fn of(&self, fund: Published) -> FundYear {
        match fund {
            Published::UrbanEmployeePension => self.employee_pension,
            Published::ResidentsPension => self.residents_pension,
            Published::EmployeeMedical => self.employee_medical,
            Published::ResidentsMedical => self.residents_medical,
            Published::WorkInjury => self.work_injury,
            Published::Unemployment => self.unemployment,
        }
    }
}

/// A file of comma-separated values without quotes.
struct Table {
    file: &'static str,
    rows: Vec<Vec<&'static str>>,
}

/// The columns of a figure: what it is of, how much, in what unit, and its source.
struct Columns {
    names: &'static [usize],
    amount: usize,
    unit: Option<usize>,
    source: usize,
}

const NATIONAL: Columns = Columns { names: &[4, 5], amount: 6, unit: Some(7), source: 9 };
const WUXI: Columns = Columns { names: &[0, 1], amount: 2, unit: None, source: 4 };
const WUXI_BUDGET: Columns = Columns { names: &[2], amount: 3, unit: None, source: 10 };
const WUXI_PROGRESS: Columns = Columns { amount: 8, ..WUXI_BUDGET };

impl Table {
    fn parse(file: &'static str, text: &'static str, header: &str) -> Result<Self, FigureError> {
        let table = Self { file, rows: Vec::new() };
        let mut lines = text.lines();
        if lines.next() != Some(header) {
            return Err(table.error(format!("line 1: expected the header `{header}`")));
        }
        let fields = header.split(',').count();
        let mut rows = Vec::new();
        for (number, line) in (2..).zip(lines) {
            let row: Vec<_> = line.split(',').collect();
            if row.len() != fields {
                let found = row.len();
                let what = format!("line {number}: expected {fields} fields, found {found}");
                return Err(table.error(what));
            }
            rows.push(row);
        }
        Ok(Self { file, rows })
    }

    fn error(&self, what: impl Into<String>) -> FigureError {
        FigureError { file: self.file, what: what.into() }
    }

    fn row(&self, columns: &Columns, names: &[&str]) -> Result<&[&'static str], FigureError> {
        let named = |row: &&Vec<&'static str>| {
            let cells = columns.names.iter().map(|column| row.get(*column).copied());
            cells.eq(names.iter().copied().map(Some))
        };
        let mut found = self.rows.iter().filter(named);
        match (found.next(), found.next()) {
            (Some(row), None) => Ok(row),
            (None, _) => Err(self.error(format!("`{}` is missing", names.join(" ")))),
            (Some(_), Some(_)) => Err(self.error(format!("`{}` is there twice", names.join(" ")))),
        }
    }

    /// A figure in fen.
    fn amount(&self, columns: &Columns, names: &[&str]) -> Result<u64, FigureError> {
        let row = self.row(columns, names)?;
        let cell = |column: usize| row.get(column).copied().unwrap_or_default();
        let fen_per_hundredth = match columns.unit.map(cell) {
            None => 1,
            Some("100m_CNY") => 100_000_000,
            Some(unit) => {
                return Err(self.error(format!("`{}`: unknown unit `{unit}`", names.join(" "))));
            }
        };
        hundredths(cell(columns.amount))
            .and_then(|it| it.checked_mul(fen_per_hundredth))
            .ok_or_else(|| {
                let found = cell(columns.amount);
                let name = names.join(" ");
                self.error(format!("`{name}`: expected digits such as `28727.58`, found `{found}`"))
            })
    }

    fn fen(&self, names: &[&str]) -> Result<u64, FigureError> {
        self.amount(&NATIONAL, names)
    }

    fn fund(&self, fund: &str) -> Result<FundYear, FigureError> {
        self.fund_closing(fund, self.fen(&[fund, "closing"])?)
    }

    fn fund_closing(&self, fund: &str, closing: u64) -> Result<FundYear, FigureError> {
        let income = self.fen(&[fund, "income"])?;
        let expenditure = self.fen(&[fund, "expenditure"])?;
        let opening = (closing + expenditure)
            .checked_sub(income)
            .ok_or_else(|| self.error(format!("`{fund}`: its opening balance is below zero")))?;
        let row = self.row(&NATIONAL, &[fund, "income"])?;
        let source = row.get(NATIONAL.source).copied().unwrap_or_default();
        Ok(FundYear { income, expenditure, closing, opening, source })
    }

    fn quarter(&self, quarter: &str) -> Result<WuxiQuarter, FigureError> {
        let fen = |item| self.amount(&WUXI, &[quarter, item]);
        let read = WuxiQuarter {
            opening: fen("opening")?,
            premium: fen("premium")?,
            interest: fen("interest")?,
            other_income: fen("other_income")?,
            benefits: fen("benefits")?,
            other_own_expenditure: fen("other_own_expenditure")?,
            inter_level_out: fen("inter_level_out")?,
            closing: fen("closing")?,
        };
        let income = read.premium + read.interest + read.other_income;
        let spent = read.benefits + read.other_own_expenditure + read.inter_level_out;
        if income != fen("income_total")?
            || spent != fen("expenditure_total")?
            || read.opening + income != read.closing + spent
        {
            return Err(self.error(format!("`{quarter}`: its figures do not add up")));
        }
        Ok(read)
    }

    fn wuxi_budget(&self) -> Result<WuxiBudget, FigureError> {
        let fen = |item| self.amount(&WUXI_BUDGET, &[item]);
        let income = BudgetLine::Income;
        let expenditure = BudgetLine::Expenditure;
        let progress = |item| self.amount(&WUXI_PROGRESS, &[item]);
        let mut lines = Vec::new();
        for (item, line) in [
            ("premium", income(IncomeItem::Premium)),
            ("interest", income(IncomeItem::Interest)),
            ("other_income", income(IncomeItem::Other)),
            ("benefits", expenditure(ExpenditureItem::Benefit)),
            ("other_own_expenditure", expenditure(ExpenditureItem::InjuryPrevention)),
            ("inter_level_out", expenditure(ExpenditureItem::SuperiorRemittance)),
        ] {
            let budget = match self.row(&WUXI_BUDGET, &[item])?.get(WUXI_BUDGET.amount) {
                Some(&"") => 0,
                _ => fen(item)?,
            };
            lines.push(WuxiBudgetLine { line, budget, progress: progress(item).ok() });
        }
        let read = WuxiBudget {
            opening: fen("opening")?,
            closing: fen("closing")?,
            lines,
            progress: [progress("income_total")?, progress("expenditure_total")?],
        };
        let sum = |of_income: bool| -> u64 {
            let lines = read.lines.iter().filter(|it| it.line.is_income() == of_income);
            lines.map(|it| it.budget).sum()
        };
        if sum(true) != fen("income_total")?
            || sum(false) != fen("expenditure_total")?
            || read.opening + sum(true) != read.closing + sum(false)
        {
            return Err(self.error("the budget does not add up"));
        }
        Ok(read)
    }

    fn sources(&self) -> Result<Vec<Source>, FigureError> {
        self.rows
            .iter()
            .map(|row| match row.as_slice() {
                [id, address, what] => Ok(Source { id, address, what }),
                _ => Err(self.error("expected three fields")),
            })
            .collect()
    }
}

/// A decimal of at most two places, times one hundred.
fn hundredths(text: &str) -> Option<u64> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || decimals.len() > 2 || !digits(whole) || !digits(decimals) {
        return None;
    }
    format!("{whole}{decimals:0<2}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const YI: u64 = 10_000_000_000; // 100 million yuan in fen

    #[test]
    fn the_figures_are_those_of_the_bulletins() {
        let figures = Figures::read().unwrap();
        let pension = figures.of(Published::UrbanEmployeePension);
        assert_eq!((pension.opening, pension.closing), (48_600 * YI, 52_574 * YI));
        let medical = figures.of(Published::EmployeeMedical);
        assert_eq!(medical.closing, 29_439 * YI + YI / 100 * 72);
        assert_eq!(medical.source, "S09");
        assert_eq!(figures.premiums_for_unemployed, 129 * YI);
        assert_eq!(figures.wuxi[0].closing, 64_065_702_429);
        assert_eq!(figures.wuxi[0].closing, figures.wuxi[1].opening);
        assert_eq!(figures.wuxi[1].closing, 63_137_468_450);
        assert!(figures.sources.iter().any(|source| source.id == "S36"));
    }

    #[test]
    fn every_figure_names_a_source_that_is_there() {
        let figures = Figures::read().unwrap();
        for (text, column) in [
            (include_str!("data/national_2021.csv"), NATIONAL.source),
            (include_str!("data/wuxi_work_injury_2021_quarters.csv"), WUXI.source),
        ] {
            for line in text.lines().skip(1) {
                let id = line.split(',').nth(column).unwrap();
                assert!(figures.sources.iter().any(|source| source.id == id), "{line}");
            }
        }
    }

    #[test]
    fn errors_say_where_and_what() {
        let header = NATIONAL_HEADER;
        let wrong = Table::parse("f.csv", "a,b", header).err().unwrap().to_string();
        assert!(wrong.starts_with("f.csv: line 1: expected the header"), "{wrong}");
        let short = "year,period,level,area,fund,item,amount,unit,status,source_id,note\n1,2";
        let wrong = Table::parse("f.csv", short, header).err().unwrap().to_string();
        assert_eq!(wrong, "f.csv: line 2: expected 11 fields, found 2");
        let row = "year,period,level,area,fund,item,amount,unit,status,source_id,note\n\
                   2021,year,national,China,X,income,1.234,100m_CNY,bulletin,S08,";
        let table = Table::parse("f.csv", row, header).unwrap();
        assert_eq!(
            table.fen(&["X", "income"]).unwrap_err().to_string(),
            "f.csv: `X income`: expected digits such as `28727.58`, found `1.234`"
        );
        assert_eq!(
            table.fen(&["X", "closing"]).unwrap_err().to_string(),
            "f.csv: `X closing` is missing"
        );
    }

    const NATIONAL_HEADER: &str =
        "year,period,level,area,fund,item,amount,unit,status,source_id,note";

    #[test]
    fn decimals_are_exact_or_refused() {
        assert_eq!(hundredths("28727.58"), Some(2_872_758));
        assert_eq!(hundredths("0.5"), Some(50));
        assert_eq!(hundredths("14600"), Some(1_460_000));
        for text in ["", ".5", "-1", "1e3", "1.234", "1,0"] {
            assert_eq!(hundredths(text), None, "{text}");
        }
    }
}
