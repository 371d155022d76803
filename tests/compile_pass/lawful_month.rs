//! The lawful counterpart of the forbidden programs: the same commands, each in its place.
use earmark::prelude::*;

fn month(
    injury: &Book<WorkInjury>,
    pension: &Book<EnterprisePension>,
    elsewhere: &Book<EnterprisePension>,
    ledger: &Ledger,
    medical: &Book<EmployeeMedical>,
    vouchers: [&Voucher; 3],
) -> Result<(), Box<dyn std::error::Error>> {
    let [of_injury, of_pension, of_medical] = vouchers;
    let (somebody, wuxi) = (Party::from_u128(1), area("320200")?);
    let sum: Amount<WorkInjury> = (yuan("1.00")? + yuan::<WorkInjury>("2.00")?)?;
    let premium = ReceivePremium {
        into: TreasuryDeposit,
        kind: WorkInjuryPremium::Unit,
        from: somebody,
        amount: sum,
    };
    let benefit = PayBenefit {
        from: ExpenditureAccount,
        kind: WorkInjuryBenefit::Disability,
        to: somebody,
        amount: sum,
    };
    let receipt = injury.record(key("june"), of_injury, (premium, benefit))?;
    if let Some(paid) = injury.event(receipt.last_seq())? {
        injury.record(key("back"), of_injury, ReturnPayment { of: &paid, amount: sum })?;
    }
    let place = PlaceInvestment { amount: yuan("1000.00")? };
    ledger.joint(key("both")).with(pension, of_pension, place).with(
        elsewhere,
        of_pension,
        PlaceInvestment { amount: yuan("1000.00")? },
    ).record()?;
    let settlement = SettleAcrossProvinces {
        kind: EmployeeMedicalBenefit::Hospital,
        to: somebody,
        treated_in: wuxi,
        amount: yuan("2500.00")?,
    };
    medical.record(key("treatment in Wuxi"), of_medical, settlement)?;
    Ok(())
}

fn main() {
    let _ = month;
}
