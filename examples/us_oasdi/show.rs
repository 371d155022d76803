//! Prints what came out.

use std::collections::BTreeMap;
use std::io::{self, Write};

use earmark::prelude::Verification;

use crate::accounts::{Account, Accounts, Gap};
use crate::figures::{Figures, Line, Published};
use crate::loan::{self, Moved};
use crate::refusals::{NOT_COMPILING, Refusal};
use crate::replay::Books;

/// The longest line.
const COLUMNS: usize = 100;

const FUNDS: [(Published, &str); 2] = [
    (Published::OldAge, "old-age and survivors insurance (US_OASI)"),
    (Published::Disability, "disability insurance (US_DI)"),
];

/// Every tenth year, the first, the last, and those of the loan.
fn chosen(year: i32, first: i32, figures: &Figures) -> bool {
    let loan = figures.loans.iter().any(|loan| loan.year == year);
    loan || year == first || year == 2024 || year % 10 == 0
}

/// The accounts of each fund, year by year.
pub(crate) fn tables(
    out: &mut dyn Write,
    accounts: &Accounts,
    figures: &Figures,
    all: bool,
) -> io::Result<()> {
    for (fund, name) in FUNDS {
        let first = accounts.of(fund).next().map_or(0, |account| account.year);
        writeln!(out, "{name}, {first}-2024, million dollars")?;
        writeln!(
            out,
            "  year  receipts  expenditures      lent  rounding  net increase  rounding     assets  \
             as published"
        )?;
        let (mut years, mut agreeing) = (0, 0);
        for account in accounts.of(fund) {
            let agrees = accounts.agrees(account);
            years += 1;
            agreeing += i32::from(agrees);
            if all || !agrees || chosen(account.year, first, figures) {
                row(out, account, agrees)?;
            }
        }
        let sum = |of: &dyn Fn(&Account) -> i64| accounts.of(fund).map(of).sum::<i64>();
        let total = |of: &dyn Fn(&Account) -> i64| grouped(sum(of));
        writeln!(
            out,
            "  all {:>10}{:>14}{:>10}{:>10}{:>14}{:>10}             {agreeing} of {years}",
            total(&Account::receipts),
            total(&Account::expenditures),
            signed(sum(&|it| it.lent)),
            signed(sum(&|it| it.of(Line::RoundingOfNetIncrease))),
            total(&Account::net_increase),
            signed(sum(&|it| it.of(Line::RoundingOfAssets))),
        )?;
        let of = |line| total(&|it| it.of(line));
        writeln!(
            out,
            "  received: payroll tax {}, taxation of benefits {}, general fund {},\n            interest {}\n  \
             spent:    benefits {}, administration {}, Railroad Retirement {}\n",
            of(Line::PayrollTax),
            of(Line::TaxationOfBenefits),
            of(Line::Reimbursements),
            of(Line::Interest),
            of(Line::Benefits),
            of(Line::Administration),
            of(Line::RailroadRetirement),
        )?;
    }
    Ok(())
}

fn row(out: &mut dyn Write, account: &Account, agrees: bool) -> io::Result<()> {
    writeln!(
        out,
        "  {:<4}{:>10}{:>14}{:>10}{:>10}{:>14}{:>10}{:>11}  {}",
        account.year,
        grouped(account.receipts()),
        grouped(account.expenditures()),
        signed(account.lent),
        signed(account.of(Line::RoundingOfNetIncrease)),
        grouped(account.net_increase()),
        signed(account.of(Line::RoundingOfAssets)),
        grouped(account.closing),
        if agrees { "yes" } else { "NO" },
    )
}

/// Where the published figures do not add up, year by year: what the roundings of the ledger are.
pub(crate) fn gaps(out: &mut dyn Write, accounts: &Accounts, all: bool) -> io::Result<()> {
    writeln!(
        out,
        "Where the table's own figures do not add up. It rounds each to the million; the ledger books\n\
         what is missing under a purpose of its own, never inside a line."
    )?;
    for line in Line::ROUNDINGS {
        let what = missing(line);
        for (fund, _) in FUNDS {
            let gaps: Vec<_> = accounts
                .of(fund)
                .map(|it| Gap { fund, year: it.year, what, millions: it.of(line) })
                .filter(|gap| gap.millions != 0)
                .collect();
            list(out, &format!("{fund} {what}"), &gaps, true)?;
        }
    }
    let booked: Vec<_> = accounts
        .accounts
        .iter()
        .flat_map(|account| account.lines.iter())
        .filter(|(line, sum)| line.is_rounding() && **sum != 0)
        .map(|(_, sum)| *sum)
        .collect();
    writeln!(
        out,
        "  All in all {} roundings were booked, the largest of {} million.",
        booked.len(),
        booked.iter().map(|sum| sum.abs()).max().unwrap_or(0),
    )?;
    writeln!(
        out,
        "Below zero in the table: booked as money that went the other way, under a purpose of its own."
    )?;
    for (fund, _) in FUNDS {
        for line in Line::ALL.into_iter().filter(|line| !line.is_rounding()) {
            let below: Vec<_> = accounts
                .of(fund)
                .filter(|account| account.of(line) < 0)
                .map(|account| format!("{} ({})", account.year, grouped(account.of(line))))
                .collect();
            if !below.is_empty() {
                wrapped(out, &format!("  {fund} {}: ", line.name()), "    ", &below.join(", "))?;
            }
        }
    }
    writeln!(
        out,
        "Both funds together (OASDI, 1957-2024): nothing of it is booked. The table rounds it once more,\n\
         so that a figure misses the sum of the two funds by a million at most: {} of {} do.",
        accounts.totals.len(),
        accounts.of(Published::Disability).count() * 11,
    )?;
    for (gaps, kind) in
        [(&accounts.totals, "OASDI over OASI + DI, "), (&accounts.combined, "OASDI ")]
    {
        let mut by_what: BTreeMap<&str, Vec<Gap>> = BTreeMap::new();
        gaps.iter().for_each(|gap| by_what.entry(gap.what).or_default().push(*gap));
        for (what, gaps) in by_what {
            list(out, &format!("{kind}{what}"), &gaps, all)?;
        }
    }
    if !all {
        writeln!(out, "  (--all lists their years)")?;
    }
    writeln!(out)
}

/// What a rounding is, in words.
pub(crate) const fn missing(line: Line) -> &'static str {
    match line {
        Line::RoundingOfReceipts => "receipts over the sum of their lines",
        Line::RoundingOfExpenditure => "expenditures over the sum of their lines",
        Line::RoundingOfNetIncrease => "net increase over receipts - expenditures + lent",
        Line::RoundingOfAssets => "assets over last year's and the net increase",
        _ => line.name(),
    }
}

/// One kind of gap: how often, what in all, and in which years.
fn list(out: &mut dyn Write, title: &str, gaps: &[Gap], years: bool) -> io::Result<()> {
    let sum: i64 = gaps.iter().map(|gap| gap.millions).sum();
    writeln!(out, "  {title}: {} years, {} in all", gaps.len(), signed(sum))?;
    let mut by_size: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    for gap in gaps.iter().filter(|_| years) {
        by_size.entry(gap.millions).or_default().push(gap.year.to_string());
    }
    for (size, years) in by_size.into_iter().rev() {
        wrapped(out, &format!("    {:>2}: ", signed(size)), "        ", &years.join(" "))?;
    }
    Ok(())
}

/// The years of the loan, fund by fund.
pub(crate) fn loan(out: &mut dyn Write, accounts: &Accounts, books: &Books) -> io::Result<()> {
    writeln!(
        out,
        "The loan: in three years receipts - expenditures are not the net increase. The difference is the\n\
         loan that `{}` of the profile authorises, 17,519 million at most, drawn in 1982.\n\
         The table has no hospital insurance: its {} million to lend are an opening balance here.",
        loan::ID,
        grouped(books.hospital.moves.first().map_or(0, |moved| moved.booked.abs())),
    )?;
    writeln!(
        out,
        "  year fund  receipts  expenditures  rec - exp  net increase  difference         the loan  rounding"
    )?;
    for (index, hospital) in books.hospital.moves.iter().enumerate() {
        let year = hospital.year;
        for (fund, moves) in [
            (Published::OldAge, &books.old_age.moves),
            (Published::Disability, &books.disability.moves),
        ] {
            let account = accounts.of(fund).find(|account| account.year == year);
            let (Some(account), Some(moved)) = (account, moves.get(index)) else { continue };
            writeln!(
                out,
                "  {year} {fund:<4}{:>10}{:>14}{:>11}{:>14}{:>12}{:>17}{:>10}",
                grouped(account.receipts()),
                grouped(account.expenditures()),
                grouped(account.receipts() - account.expenditures()),
                grouped(account.net_increase()),
                signed(moved.derived),
                words(fund == Published::OldAge, moved.booked),
                signed(account.of(Line::RoundingOfNetIncrease)),
            )?;
        }
        let moved = |moves: &[Moved]| moves.get(index).map_or(0, |it| it.booked);
        let (borrower, lenders) =
            (moved(&books.old_age.moves), moved(&books.disability.moves) + hospital.booked);
        let apart = match borrower.abs() - lenders.abs() {
            0 => "as much".to_owned(),
            apart => format!("{} apart, as each is rounded", grouped(apart.abs())),
        };
        writeln!(
            out,
            "  {year} HI  {:>78}\n  {year} OASI {}, DI and HI {}: {apart}",
            words(false, hospital.booked),
            words(true, borrower),
            words(false, lenders),
        )?;
    }
    let open: i64 = [&books.old_age.moves, &books.disability.moves, &books.hospital.moves]
        .into_iter()
        .map(|moves| moves.iter().map(|moved| moved.booked).sum::<i64>().abs())
        .sum();
    writeln!(
        out,
        "  Open after 1986: {open}. The last repayment is what is owed; where the difference in the table is\n  \
         a million off, that million is its rounding and is booked as such.\n"
    )
}

/// `borrowed 17,519`.
fn words(borrows: bool, moved: i64) -> String {
    let verb = match (borrows, moved > 0) {
        (true, true) => "borrowed",
        (true, false) => "repaid",
        (false, true) => "got back",
        (false, false) => "lent",
    };
    format!("{verb} {}", grouped(moved.abs()))
}

/// What was refused, in the words of the ledger; last, in those of the compiler.
pub(crate) fn refusals(out: &mut dyn Write, refusals: &[Refusal]) -> io::Result<()> {
    writeln!(out, "Refused:")?;
    for refusal in refusals {
        writeln!(out, "  {}", refusal.asked)?;
        wrapped(out, "    ", "    ", &refusal.answer.to_string())?;
    }
    let (program, refusal) = NOT_COMPILING;
    let asked = program.lines().find(|line| line.contains("MakeLoan")).unwrap_or_default();
    writeln!(out, "  work injury fund of China: lends, in Rust; this does not compile")?;
    writeln!(out, "    {}", asked.trim())?;
    let shown =
        |line: &&str| line.starts_with("error[") || line.trim_start().starts_with("= note: nobody");
    for line in refusal.lines().filter(shown).take(2) {
        wrapped(out, "    ", "    ", line)?;
    }
    writeln!(out)
}

/// The last lines.
pub(crate) fn ending(
    out: &mut dyn Write,
    accounts: &Accounts,
    verification: &Verification,
) -> io::Result<()> {
    for it in &accounts.disagreements {
        let (fund, year, what) = (it.fund, it.year, &it.what);
        let (ledger, published) = (grouped(it.ledger), grouped(it.published));
        writeln!(out, "DISAGREES {fund} {year} {what}: ledger {ledger}, published {published}")?;
    }
    for finding in verification.findings() {
        writeln!(out, "FOUND {finding}")?;
    }
    writeln!(
        out,
        "{} figures compared, {} disagree. Verified: {} events of {} books, {}.",
        accounts.compared,
        accounts.disagreements.len(),
        verification.events(),
        verification.books().len(),
        if verification.is_sound() { "sound" } else { "NOT SOUND" },
    )
}

/// Words in lines of at most [`COLUMNS`].
fn wrapped(out: &mut dyn Write, first: &str, rest: &str, text: &str) -> io::Result<()> {
    let mut line = first.to_owned();
    let mut empty = true;
    for word in text.split_whitespace() {
        // Chinese characters are two columns wide.
        let width =
            |text: &str| text.chars().map(|c| 1 + usize::from(c > '\u{2e7f}')).sum::<usize>();
        if !empty && width(&line) + 1 + width(word) > COLUMNS {
            writeln!(out, "{line}")?;
            line = rest.to_owned();
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    writeln!(out, "{line}")
}

/// With grouped thousands: `-1,234`.
fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = if number < 0 { "-".to_owned() } else { String::new() };
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// With its sign; nothing where it is nothing.
fn signed(number: i64) -> String {
    match number {
        0 => "0".to_owned(),
        1.. => format!("+{}", grouped(number)),
        _ => grouped(number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_lines_wrapped() {
        assert_eq!(
            (grouped(-1_234_567), signed(17), signed(0)),
            ("-1,234,567".into(), "+17".into(), "0".into())
        );
        let mut out = Vec::new();
        wrapped(&mut out, "> ", "  ", &"word ".repeat(30)).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.lines().count(), 2);
        assert!(text.lines().all(|line| line.len() <= COLUMNS), "{text}");
    }
}
