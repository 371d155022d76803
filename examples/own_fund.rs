//! Funds of one's own: long-term care insurance, a pilot in Chinese cities, and a trust fund whose law,
//! unlike the Chinese, lets it pay its own administration.

use earmark::prelude::*;

fund! {
    /// Long-term care insurance (长期护理保险), a pilot in 49 cities.
    pub LongTermCare {
        code: "LONG_TERM_CARE",
        name: "long-term care insurance fund" "长期护理保险基金",
        currency: CNY,
        jurisdiction: China,
        invests: no,
        settles_across_provinces: no,
        transfers: no,
        settles_directly: yes,
    }
    premiums LongTermCarePremium {
        Unit = 1 "unit premium" "单位缴费" => Premium,
        Individual = 2 "individual premium" "个人缴费" => Premium,
    }
    benefits LongTermCareBenefit {
        HomeCare = 1 "home care" "居家护理" => Benefit,
        Institution = 2 "care in an institution" "机构护理" => Benefit,
    }
}

fund! {
    /// A trust fund on the books of the United States Treasury (42 USC 401).
    pub DisabilityTrust {
        code: "US_DI",
        name: "disability insurance trust fund" "美国残障保险信托基金",
        currency: USD,
        jurisdiction: Other,
        invests: yes,
        settles_across_provinces: no,
        transfers: no,
        settles_directly: no,
    }
    premiums DisabilityTrustTax {
        PayrollTax = 1 "payroll tax" "工薪税" => Premium,
    }
    benefits DisabilityTrustUse {
        Disability = 1 "disability benefit" "残障津贴" => Benefit,
        // In a fund of `jurisdiction: China` this line does not compile.
        Administration = 2 "administrative expense" "管理费用" => Administration,
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let ledger = earmark::open(folder.path().join("own_funds.earmark"))?;
    let somebody = Party::from_u128(1);

    let care = ledger.book::<LongTermCare>(area("320600")?)?;
    let voucher = care.voucher(day("2021-01-15")?, papers("municipal rules on the care pilot"))?;
    care.record(
        key("care/1"),
        &voucher,
        (
            OpenAccount(SpecialAccount),
            ReceivePremium {
                into: SpecialAccount,
                kind: LongTermCarePremium::Individual,
                from: somebody,
                amount: yuan("90.00")?,
            },
            // Straight to the nursing home, as this fund `settles_directly`.
            SettleDirectly {
                kind: LongTermCareBenefit::Institution,
                to: somebody,
                amount: yuan("61.50")?,
            },
        ),
    )?;
    println!("{}\n", care.balances()?);

    let trust = ledger.book::<DisabilityTrust>(Area::CENTRAL)?;
    let voucher = trust.voucher(day("2021-01-15")?, papers("42 USC 401"))?;
    let spend = |kind, dollars: &str| -> Result<_, AmountError> {
        let amount = dollars.parse()?;
        Ok(PayBenefit { from: ExpenditureAccount, kind, to: somebody, amount })
    };
    trust.record(
        key("trust/1"),
        &voucher,
        (
            OpenAccount(SpecialAccount),
            OpenAccount(ExpenditureAccount),
            ReceivePremium {
                into: SpecialAccount,
                kind: DisabilityTrustTax::PayrollTax,
                from: somebody,
                amount: "1000.00".parse()?,
            },
            Release { plan: Month::new(2021, 1)?, amount: "700.00".parse()? },
            spend(DisabilityTrustUse::Disability, "580.25")?,
            spend(DisabilityTrustUse::Administration, "12.75")?,
        ),
    )?;
    println!("{}\n", trust.balances()?);

    let year = trust.statement(Period::year(2021)?, None)?;
    for line in year.expenditure() {
        println!("  {:<24} {:>12}", line.label, line.sum.to_string());
    }
    Ok(())
}

fn papers(basis: &str) -> Papers<'_> {
    Papers { register: "journal 2021", document: 1, basis, actor: "accounts desk" }
}
