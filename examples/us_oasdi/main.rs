//! Replays the social security trust funds of the United States, 1937-2024, with the one loan between
//! funds that a law ever authorised there.
//!
//! Another law than the Chinese, with the same ledger: these funds are charged their administration,
//! and their profile knows the loan of 1982 as an authorisation with a limit, its days, and a day of
//! repayment. Every year's lines are recorded as lump sums of 31 December, and every year's net
//! increase and closing assets come out as published. The same loan is refused to a Chinese fund.
//!
//! In reading order: [`figures`] is what is published; [`funds`] are the funds; [`replay`] records
//! the years and [`loan`] the loan; [`refusals`] is what is refused on the way; [`accounts`] reads
//! the books back and compares; [`show`] prints.

mod accounts;
mod figures;
mod funds;
mod loan;
mod refusals;
mod replay;
mod show;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use earmark::prelude::*;

use crate::accounts::{AccountError, Accounts};
use crate::figures::{FigureError, Figures};
use crate::replay::ReplayError;

/// Replays the social security trust funds of the United States, 1937-2024.
#[derive(Debug, Parser)]
#[command(
    name = "us_oasdi",
    version,
    after_help = "\
Exit codes: 0 where every figure agrees with what is published, 1 where one does not or the \
verification finds something, 2 for bad arguments and for faults."
)]
struct Arguments {
    /// Prints every year, not only chosen ones.
    #[arg(long)]
    all: bool,
    /// A new ledger file to keep. By default one in a folder that goes away.
    #[arg(long, value_name = "PATH")]
    ledger: Option<PathBuf>,
}

/// Why the replay stopped.
#[derive(Debug, thiserror::Error)]
enum Stopped {
    #[error(transparent)]
    Figures(#[from] FigureError),
    #[error("`{}` is there already; name a new file", .0.display())]
    There(PathBuf),
    #[error(transparent)]
    Fault(#[from] Fault),
    #[error(transparent)]
    Replay(#[from] ReplayError),
    #[error(transparent)]
    Accounts(#[from] AccountError),
    #[error("no folder for the ledger: {0}")]
    Folder(io::Error),
    #[error("the output cannot be written: {0}")]
    Output(#[from] io::Error),
}

fn main() -> ExitCode {
    match run(&Arguments::parse(), &mut io::stdout().lock()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(stopped) => {
            // Whoever closed the pipe does not want to hear of it.
            if !matches!(&stopped, Stopped::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
            {
                let _ = writeln!(io::stderr(), "us_oasdi: {stopped}");
            }
            ExitCode::from(2)
        }
    }
}

/// Replays, compares, shows and verifies. True where every figure agrees and nothing was found wrong.
fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<bool, Stopped> {
    let figures = Figures::read()?;
    let folder = tempfile::tempdir().map_err(Stopped::Folder)?;
    let path = match &arguments.ledger {
        Some(path) if path.exists() => return Err(Stopped::There(path.clone())),
        Some(path) => path.clone(),
        None => folder.path().join("us_oasdi.earmark"),
    };
    let ledger = open_ledger(&path)?;
    let (books, refusals) = replay::replay(&ledger, &figures)?;
    let accounts = Accounts::read(&books, &figures)?;
    show::tables(out, &accounts, &figures, arguments.all)?;
    show::gaps(out, &accounts, arguments.all)?;
    show::loan(out, &accounts, &books)?;
    show::refusals(out, &refusals)?;
    let verification = ledger.verify()?;
    show::ending(out, &accounts, &verification)?;
    Ok(accounts.disagreements.is_empty() && verification.is_sound())
}

/// The ledger in a file. Its civil day turns at midnight Eastern Standard Time.
fn open_ledger(path: &Path) -> Result<Ledger, Fault> {
    let eastern = UtcOffset::from_minutes(-5 * 60).unwrap_or(UtcOffset::UTC);
    earmark::Options::new().utc_offset(eastern).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::{Line, Published};

    fn replayed() -> (tempfile::TempDir, Ledger, Accounts, Vec<refusals::Refusal>) {
        let folder = tempfile::tempdir().unwrap();
        let figures = Figures::read().unwrap();
        let ledger = open_ledger(&folder.path().join("test.earmark")).unwrap();
        let (books, refusals) = replay::replay(&ledger, &figures).unwrap();
        let accounts = Accounts::read(&books, &figures).unwrap();
        (folder, ledger, accounts, refusals)
    }

    #[test]
    fn every_net_increase_and_closing_balance_is_the_published_one() {
        let (_folder, ledger, accounts, _) = replayed();
        assert_eq!(accounts.disagreements, []);
        let figures = Figures::read().unwrap();
        for fund in [Published::OldAge, Published::Disability] {
            let ours: Vec<_> =
                accounts.of(fund).map(|it| (it.year, it.net_increase(), it.closing)).collect();
            let published: Vec<_> =
                figures.of(fund).map(|it| (it.year, it.net_increase, it.assets)).collect();
            assert_eq!(ours, published);
        }
        assert_eq!(accounts.accounts.len(), 88 + 68);
        let roundings = accounts
            .accounts
            .iter()
            .flat_map(|account| account.lines.iter())
            .filter(|(line, _)| line.is_rounding());
        assert!(roundings.clone().count() > 0);
        assert!(roundings.clone().all(|(_, millions)| millions.abs() <= 2));
        assert!(ledger.verify().unwrap().is_sound());
    }

    #[test]
    fn the_loan_explains_its_three_years_and_no_other() {
        let (_folder, ledger, accounts, _) = replayed();
        let lent = |fund| {
            let years: Vec<_> = accounts.of(fund).map(|it| (it.year, it.lent)).collect();
            years.into_iter().filter(|(_, lent)| *lent != 0).collect::<Vec<_>>()
        };
        assert_eq!(lent(Published::OldAge), [(1982, 17_519), (1985, -4_364), (1986, -13_155)]);
        assert_eq!(lent(Published::Disability), [(1982, -5_081), (1985, 2_540), (1986, 2_541)]);
        let of_1982 = accounts.of(Published::OldAge).find(|it| it.year == 1982).unwrap();
        assert_eq!(of_1982.receipts() - of_1982.expenditures(), -16_921);
        assert_eq!(of_1982.net_increase(), 598);
        assert_eq!(of_1982.of(Line::Administration), 1_519);
        let hospital = ledger.book::<funds::Hospital>(Area::CENTRAL).unwrap();
        let balances = hospital.balances().unwrap();
        assert_eq!(balances.total().to_string(), "12,437,000,000.00");
    }

    #[test]
    fn what_the_law_does_not_authorise_is_refused() {
        let (_folder, _ledger, _, refusals) = replayed();
        let rules: Vec<_> = refusals.iter().map(|it| (it.asked, it.answer.rule())).collect();
        let (american, chinese) = rules.split_at(9);
        assert_eq!(american.first().map(|it| it.1), Some(Rule::Authority));
        assert!(american.iter().skip(1).all(|it| it.1 == Rule::LoanAuthorised), "{american:?}");
        assert!(chinese.iter().all(|it| it.0.starts_with("work injury fund")), "{chinese:?}");
        assert_eq!(chinese.last().map(|it| it.1), Some(Rule::ProfileFits));
    }

    #[test]
    fn the_output_fits_and_says_that_all_agrees() {
        let mut out = Vec::new();
        assert!(run(&Arguments { all: true, ledger: None }, &mut out).unwrap());
        let text = String::from_utf8(out).unwrap();
        let long = text.lines().find(|line| line.chars().count() > 100);
        assert_eq!(long, None);
        assert!(text.contains("88 of 88\n") && text.contains("68 of 68\n"), "{text}");
    }
}
