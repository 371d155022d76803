//! Only medical funds settle treatment in another province.
use earmark::prelude::*;

fn settle(pension: &Book<EnterprisePension>, voucher: &Voucher, hospital: Party, shanghai: Area, amount: Amount<EnterprisePension>) {
    let settlement = SettleAcrossProvinces {
        kind: EnterprisePensionBenefit::MedicalSubsidy,
        to: hospital,
        treated_in: shanghai,
        amount,
    };
    let _ = pension.record(key("settlement"), voucher, settlement);
}

fn main() {
    let _ = settle;
}
