//! Flows between areas within one commit.

use earmark_core::account::{ExpenditureAccount, SpecialAccount};
use earmark_core::command::{
    BringForward, OpenAccount, PayTransferOut, ReceiveLowerRemittance, ReceiveTransferIn,
    RemitToSuperior,
};
use earmark_core::error::Error;
use earmark_core::fund::EnterprisePension;
use earmark_core::id::area;

use crate::office::*;

type Pension = Office<EnterprisePension>;

fn with_money(office: Pension) -> Pension {
    office.ok(AGENCY, "2021-01-01", OpenAccount(SpecialAccount));
    office.ok(AGENCY, "2021-01-01", OpenAccount(ExpenditureAccount));
    let amount = yuan("1000");
    office.ok(AGENCY, "2021-01-01", BringForward { into: SpecialAccount, amount });
    office.ok(AGENCY, "2021-01-01", BringForward { into: ExpenditureAccount, amount });
    office
}

#[test]
fn a_flow_from_or_to_a_third_area_has_no_other_side_in_the_commit() {
    let here = with_money(Pension::bare());
    let there = with_money(here.beside(wuxi()));
    let third = area("320500").unwrap();
    let from_third =
        ReceiveLowerRemittance { into: SpecialAccount, from: third, amount: yuan("5") };
    let to_third = RemitToSuperior { from: SpecialAccount, to: third, amount: yuan("7") };
    here.ledger
        .joint::<EnterprisePension>(here.key())
        .with(&here.book, &here.voucher(AGENCY, "2021-02-01"), from_third)
        .with(&there.book, &there.voucher(AGENCY, "2021-02-01"), to_third)
        .record()
        .unwrap();
    here.is_sound();
}

#[test]
fn transfers_of_two_persons_are_two_flows() {
    let here = with_money(Pension::bare());
    let there = with_money(here.beside(wuxi()));
    let out = |person| PayTransferOut { person: party(person), to: wuxi(), amount: yuan("5") };
    let into = |person| ReceiveTransferIn {
        into: SpecialAccount,
        person: party(person),
        from: nanjing(),
        amount: yuan("5"),
    };
    let joint = |received| -> Result<_, Error> {
        here.ledger
            .joint::<EnterprisePension>(here.key())
            .with(&here.book, &here.voucher(AGENCY, "2021-02-01"), out(1))
            .with(&there.book, &there.voucher(AGENCY, "2021-02-01"), into(received))
            .record()
    };
    refused(joint(2)).is("levels-mirror", &["5.00 more is"]);
    joint(1).unwrap();
    here.is_sound();
}
