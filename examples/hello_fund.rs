//! A work injury fund in twenty lines: one file, one book, one commit.

use earmark::prelude::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let ledger = earmark::open(folder.path().join("nanjing.earmark"))?; // one file, made if absent
    let injury = ledger.book::<WorkInjury>(area("320100")?)?;
    let voucher = injury.voucher(
        day("2021-01-15")?,
        Papers {
            register: "bank advice 2021",
            document: 42,
            basis: "Social Insurance Law art 35, 38",
            actor: "accounts desk",
        },
    )?;
    let (employer, worker) = (Party::from_u128(7), Party::from_u128(8));
    injury.record(
        key("bank advice 2021/42"),
        &voucher,
        (
            OpenAccount(SpecialAccount),
            OpenAccount(ExpenditureAccount),
            ReceivePremium {
                into: SpecialAccount,
                kind: WorkInjuryPremium::Unit,
                from: employer,
                amount: yuan("1200.00")?,
            },
            Release { plan: Month::new(2021, 1)?, amount: yuan("800.00")? },
            PayBenefit {
                from: ExpenditureAccount,
                kind: WorkInjuryBenefit::Disability,
                to: worker,
                amount: yuan("750.50")?,
            },
        ),
    )?;
    println!("{}", injury.balances()?);
    Ok(())
}
