//! The published figures, read from the files in `data/`. All are in million dollars.

use std::fmt;

/// The header of the table.
const TABLE: (&str, &str) = (
    "data/trust_funds_1937_2024.csv",
    "fund,year,receipts_total_usd_m,net_payroll_tax_contributions_usd_m,\
     income_from_taxation_of_benefits_usd_m,reimbursements_general_fund_usd_m,net_interest_usd_m,\
     expenditures_total_usd_m,benefit_payments_usd_m,administrative_expenses_usd_m,\
     transfers_to_railroad_retirement_usd_m,net_increase_usd_m,assets_end_of_year_usd_m,note",
);
const LOANS: (&str, &str) = (
    "data/interfund_loans.csv",
    "year,oasi_borrowed_usd_m,di_borrowed_usd_m_negative_is_lent,\
     hi_borrowed_usd_m_negative_is_lent",
);

/// A line of the table, and the four lines by which its rounded figures miss each other.
///
/// The figures of a line have the sign of the table: receipts and expenditures are positive, each in
/// its own column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Line {
    PayrollTax,
    TaxationOfBenefits,
    /// From the general fund of the Treasury; negative where more was given back.
    Reimbursements,
    Interest,
    Benefits,
    Administration,
    /// Transfers to the Railroad Retirement account; negative where more was received.
    RailroadRetirement,
    /// By how much the published receipts exceed the sum of their lines.
    RoundingOfReceipts,
    /// By how much the published expenditures exceed the sum of their lines.
    RoundingOfExpenditure,
    /// By how much the published net increase exceeds receipts - expenditures + lent.
    RoundingOfNetIncrease,
    /// By how much the published assets exceed last year's and the net increase.
    RoundingOfAssets,
}

/// On which side of a year's account a line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Receipts,
    Expenditures,
    /// Beside both: money in where positive.
    Balance,
}

impl Line {
    pub(crate) const ALL: [Self; 11] = [
        Self::PayrollTax,
        Self::TaxationOfBenefits,
        Self::Reimbursements,
        Self::Interest,
        Self::RoundingOfReceipts,
        Self::Benefits,
        Self::Administration,
        Self::RailroadRetirement,
        Self::RoundingOfExpenditure,
        Self::RoundingOfNetIncrease,
        Self::RoundingOfAssets,
    ];
    pub(crate) const ROUNDINGS: [Self; 4] = [
        Self::RoundingOfReceipts,
        Self::RoundingOfExpenditure,
        Self::RoundingOfNetIncrease,
        Self::RoundingOfAssets,
    ];

    /// The name of the purposes to which its money is booked.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::PayrollTax => "PayrollTax",
            Self::TaxationOfBenefits => "TaxationOfBenefits",
            Self::Reimbursements => "Reimbursements",
            Self::Interest => "Interest",
            Self::Benefits => "Benefits",
            Self::Administration => "Administration",
            Self::RailroadRetirement => "RailroadRetirement",
            Self::RoundingOfReceipts => "RoundingOfReceipts",
            Self::RoundingOfExpenditure => "RoundingOfExpenditure",
            Self::RoundingOfNetIncrease => "RoundingOfNetIncrease",
            Self::RoundingOfAssets => "RoundingOfAssets",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|line| line.name() == name)
    }

    pub(crate) const fn side(self) -> Side {
        match self {
            Self::PayrollTax
            | Self::TaxationOfBenefits
            | Self::Reimbursements
            | Self::Interest
            | Self::RoundingOfReceipts => Side::Receipts,
            Self::Benefits
            | Self::Administration
            | Self::RailroadRetirement
            | Self::RoundingOfExpenditure => Side::Expenditures,
            Self::RoundingOfNetIncrease | Self::RoundingOfAssets => Side::Balance,
        }
    }

    pub(crate) const fn is_rounding(self) -> bool {
        matches!(
            self,
            Self::RoundingOfReceipts
                | Self::RoundingOfExpenditure
                | Self::RoundingOfNetIncrease
                | Self::RoundingOfAssets
        )
    }
}

/// Which fund a row of the table is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Published {
    OldAge,
    Disability,
    /// Both together, as the table prints them: rounded on their own.
    Combined,
}

impl fmt::Display for Published {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::OldAge => "OASI",
            Self::Disability => "DI",
            Self::Combined => "OASDI",
        })
    }
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FundYear {
    pub(crate) fund: Published,
    pub(crate) year: i32,
    pub(crate) receipts: i64,
    payroll_tax: i64,
    taxation_of_benefits: i64,
    reimbursements: i64,
    interest: i64,
    pub(crate) expenditures: i64,
    benefits: i64,
    administration: i64,
    railroad_retirement: i64,
    pub(crate) net_increase: i64,
    pub(crate) assets: i64,
}

impl FundYear {
    /// The figure of a line, given the assets a year before and what loans brought in.
    ///
    /// A rounding is what is missing between figures that the table rounds one by one.
    pub(crate) const fn of(&self, line: Line, assets_before: i64, lent: i64) -> i64 {
        match line {
            Line::PayrollTax => self.payroll_tax,
            Line::TaxationOfBenefits => self.taxation_of_benefits,
            Line::Reimbursements => self.reimbursements,
            Line::Interest => self.interest,
            Line::Benefits => self.benefits,
            Line::Administration => self.administration,
            Line::RailroadRetirement => self.railroad_retirement,
            Line::RoundingOfReceipts => {
                self.receipts
                    - self.payroll_tax
                    - self.taxation_of_benefits
                    - self.reimbursements
                    - self.interest
            }
            Line::RoundingOfExpenditure => {
                self.expenditures - self.benefits - self.administration - self.railroad_retirement
            }
            Line::RoundingOfNetIncrease => {
                self.net_increase - (self.receipts - self.expenditures + lent)
            }
            Line::RoundingOfAssets => self.assets - (assets_before + self.net_increase),
        }
    }

    /// The columns of the table, by their headings.
    pub(crate) const fn columns(&self) -> [(&'static str, i64); 11] {
        [
            ("receipts", self.receipts),
            ("payroll tax", self.payroll_tax),
            ("taxation of benefits", self.taxation_of_benefits),
            ("reimbursements", self.reimbursements),
            ("interest", self.interest),
            ("expenditures", self.expenditures),
            ("benefits", self.benefits),
            ("administration", self.administration),
            ("Railroad Retirement", self.railroad_retirement),
            ("net increase", self.net_increase),
            ("assets", self.assets),
        ]
    }
}

/// What a year's net increase holds beside receipts and expenditures: borrowed or returned where
/// positive, lent or repaid where negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LoanYear {
    pub(crate) year: i32,
    pub(crate) old_age: i64,
    pub(crate) disability: i64,
    pub(crate) hospital: i64,
}

/// Everything published that the replay must come out at.
#[derive(Clone, Debug)]
pub(crate) struct Figures {
    pub(crate) years: Vec<FundYear>,
    pub(crate) loans: Vec<LoanYear>,
}

/// A file of figures that does not say what it should.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}: line {line}: {what}")]
pub(crate) struct FigureError {
    file: &'static str,
    line: usize,
    what: String,
}

impl Figures {
    /// The figures that stand beside this program.
    pub(crate) fn read() -> Result<Self, FigureError> {
        Self::parse(
            include_str!("data/trust_funds_1937_2024.csv"),
            include_str!("data/interfund_loans.csv"),
        )
    }

    fn parse(table: &str, loans: &str) -> Result<Self, FigureError> {
        let years = rows(TABLE, table, |cells| {
            let mut cells = cells.iter().copied();
            let fund = match cells.next() {
                Some("OASI") => Published::OldAge,
                Some("DI") => Published::Disability,
                Some("OASDI_combined") => Published::Combined,
                other => return Err(format!("unknown fund `{}`", other.unwrap_or_default())),
            };
            let mut next = || number(cells.next().unwrap_or_default());
            Ok(FundYear {
                fund,
                year: year(next()?)?,
                receipts: next()?,
                payroll_tax: next()?,
                taxation_of_benefits: next()?,
                reimbursements: next()?,
                interest: next()?,
                expenditures: next()?,
                benefits: next()?,
                administration: next()?,
                railroad_retirement: next()?,
                net_increase: next()?,
                assets: next()?,
            })
        })?;
        let loans = rows(LOANS, loans, |cells| {
            let mut cells = cells.iter().copied();
            let mut next = || number(cells.next().unwrap_or_default());
            Ok(LoanYear {
                year: year(next()?)?,
                old_age: next()?,
                disability: next()?,
                hospital: next()?,
            })
        })?;
        Ok(Self { years, loans })
    }

    /// The rows of a fund, in the order of their years.
    pub(crate) fn of(&self, fund: Published) -> impl Iterator<Item = &FundYear> {
        self.years.iter().filter(move |row| row.fund == fund)
    }
}

/// The rows of a file. Only its last field, a note, may be in quotes and have commas.
fn rows<T>(
    (file, header): (&'static str, &str),
    text: &str,
    parse: impl Fn(&[&str]) -> Result<T, String>,
) -> Result<Vec<T>, FigureError> {
    let fields = header.split(',').count();
    let mut rows = Vec::new();
    for (line, row) in (1..).zip(text.lines()) {
        let wrong = |what| FigureError { file, line, what };
        if line == 1 {
            if row != header {
                return Err(wrong(format!("expected the header `{header}`")));
            }
            continue;
        }
        let cells: Vec<_> = row.splitn(fields, ',').collect();
        if cells.len() != fields {
            let found = cells.len();
            return Err(wrong(format!("expected {fields} fields, found {found}")));
        }
        rows.push(parse(&cells).map_err(wrong)?);
    }
    Ok(rows)
}

/// Millions. Nothing printed, or only the mark of a footnote (kept in the note), is nothing: the totals
/// of those rows leave no room for more than rounding.
fn number(cell: &str) -> Result<i64, String> {
    if cell.is_empty() {
        return Ok(0);
    }
    cell.parse().map_err(|_| format!("expected whole millions such as `-712`, found `{cell}`"))
}

fn year(number: i64) -> Result<i32, String> {
    i32::try_from(number)
        .ok()
        .filter(|year| (1937..=2024).contains(year))
        .ok_or_else(|| format!("expected a year from 1937 to 2024, found `{number}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_year_of_both_funds_is_there_in_its_order() {
        let figures = Figures::read().unwrap();
        for (fund, first) in
            [(Published::OldAge, 1937), (Published::Disability, 1957), (Published::Combined, 1957)]
        {
            let years: Vec<_> = figures.of(fund).map(|row| row.year).collect();
            assert_eq!(years, (first..=2024).collect::<Vec<_>>(), "{fund}");
        }
        let last = figures.of(Published::OldAge).last().unwrap();
        assert_eq!((last.receipts, last.assets), (1_223_954, 2_538_285));
        assert_eq!(last.of(Line::Administration, 0, 0), 4_939);
    }

    #[test]
    fn the_rounded_figures_miss_each_other_by_two_millions_at_most() {
        let figures = Figures::read().unwrap();
        let mut before = 0;
        for row in figures.of(Published::OldAge) {
            let loan = figures.loans.iter().find(|loan| loan.year == row.year);
            let lent = loan.map_or(0, |loan| loan.old_age);
            for line in Line::ROUNDINGS {
                assert!(row.of(line, before, lent).abs() <= 2, "{} {line:?}", row.year);
            }
            before = row.assets;
        }
    }

    #[test]
    fn errors_say_where_and_what() {
        let (file, header) = LOANS;
        let wrong = |rest: &str| {
            Figures::parse(TABLE.1, &format!("{header}\n{rest}")).unwrap_err().to_string()
        };
        assert_eq!(wrong("1982,1,2"), format!("{file}: line 2: expected 4 fields, found 3"));
        assert_eq!(
            wrong("1982,1,2,x"),
            format!("{file}: line 2: expected whole millions such as `-712`, found `x`")
        );
        let headless = Figures::parse("fund", header).unwrap_err().to_string();
        assert!(
            headless.starts_with("data/trust_funds_1937_2024.csv: line 1: expected the header")
        );
    }
}
