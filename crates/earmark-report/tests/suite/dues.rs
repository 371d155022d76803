//! What is due to the fund: arrears of premiums, and what is to be paid back.

use earmark_core::account::Account;
use earmark_core::command::AnyCommand;
use earmark_core::event::OtherIncome;
use earmark_core::time::Month;
use earmark_report::{Arrears, Ground, Knowledge, Receivables};

use crate::given::{Desk, REASON, on, party, yuan};

fn text(text: &str) -> String {
    text.to_owned()
}

/// Rates without a rule; late fees of 0.05 % a day; 110 % where nothing was declared.
const TABLES: &str = r#"
[[late_fee]]
per_day = "0.0005"
first_day = "day_of_default"
rounding = "half_up"
from = 2000-01-01
source = "a test"

[[assessment]]
undeclared_factor = "1.1"
from = 2000-01-01
source = "a test"
"#;

/// Two payers; the one has paid half of March in time, the other was assessed for March.
pub(crate) fn dues() -> (Desk, u64) {
    let desk = Desk::new("MATERNITY", "2021-02-01");
    desk.adopt("2021-02-01", "China", TABLES);
    let unit = || text("Unit");
    let month = |number| Month::new(2021, number).unwrap();
    let declare = |payer, number, amount: &str| {
        let (payer, month, amount) = (party(payer), month(number), text(amount));
        let (kind, persons, base) = (unit(), 3, text("10000.00"));
        (
            AnyCommand::DeclarePremium {
                payer,
                kind: kind.clone(),
                month,
                persons,
                base: base.clone(),
                amount: amount.clone(),
            },
            AnyCommand::VerifyPremium { payer, kind, month, persons, base, amount },
        )
    };
    for payer in [1, 2] {
        let (declared, verified) = declare(payer, 2, "100.00");
        desk.record("2021-02-01", declared);
        desk.record("2021-02-01", verified);
    }
    let receive = |payer, number, amount: &str| AnyCommand::ReceiveDuePremium {
        into: Account::Special,
        kind: unit(),
        from: party(payer),
        month: month(number),
        amount: text(amount),
    };
    desk.clock.set(on("2021-03-20"));
    desk.record("2021-03-01", receive(1, 2, "100.00"));
    desk.record("2021-03-01", receive(2, 2, "100.00"));
    let (declared, verified) = declare(1, 3, "120.00");
    desk.record("2021-03-20", declared);
    desk.record("2021-03-20", verified);
    desk.record("2021-03-20", receive(1, 3, "60.00"));
    desk.clock.set(on("2021-04-30"));
    let assessed = AnyCommand::AssessPremium {
        payer: party(2),
        kind: unit(),
        month: month(3),
        amount: text("110.00"),
    };
    desk.record("2021-04-02", assessed);
    let fee = AnyCommand::ChargeLateFee {
        payer: party(1),
        kind: unit(),
        month: month(3),
        on: text("60.00"),
        from: on("2021-04-01"),
        until: on("2021-04-10"),
        amount: text("0.30"),
    };
    desk.record("2021-04-10", fee);
    let paid = AnyCommand::ReceiveOtherIncome {
        into: Account::Special,
        kind: OtherIncome::LateFee,
        from: party(1),
        amount: text("0.20"),
    };
    desk.record("2021-04-12", paid);
    let plain = AnyCommand::ReceivePremium {
        into: Account::Special,
        kind: unit(),
        from: party(3),
        amount: text("5.00"),
    };
    let last = desk.record("2021-04-12", plain);
    (desk, last)
}

#[test]
fn due_is_received_and_arrears_on_every_day() {
    let (desk, last) = dues();
    for (day, due, received, arrears) in [
        ("2021-02-28", "200.00", "0.00", "200.00"),
        ("2021-03-01", "200.00", "200.00", "0.00"),
        ("2021-03-31", "320.00", "260.00", "60.00"),
        ("2021-04-30", "430.00", "260.00", "170.00"),
    ] {
        let statement = Arrears::of(&desk.book, on(day), Knowledge::Now).unwrap();
        let total = statement.total();
        let found = (total.due, total.received, total.arrears);
        assert_eq!(found, (yuan(due), yuan(received), yuan(arrears)), "{day}");
    }
    let statement = Arrears::of(&desk.book, on("2021-04-30"), Knowledge::Now).unwrap();
    assert_eq!(statement.known_through(), last);
    assert_eq!(statement.without_month(), yuan("5.00"));
    let [one, other] = statement.payers() else { panic!("{statement:?}") };
    assert_eq!(one.sums.arrears, yuan("60.00"));
    assert_eq!(one.sums.late_fees_charged, yuan("0.30"));
    assert_eq!(one.sums.late_fees_received, yuan("0.20"));
    assert_eq!(one.lines[1].month, Month::new(2021, 3).unwrap());
    assert_eq!(one.lines[1].charged_until, Some(on("2021-04-10")));
    assert_eq!(other.lines[1].arrears, yuan("110.00"));
    assert_eq!(other.lines[1].persons, 0);
}

/// A payment in advance of which a part came back, and one that was demanded back.
pub(crate) fn receivables() -> (Desk, [u64; 4]) {
    let desk = Desk::new("WORK_INJURY", "2021-03-01");
    desk.bring_forward("2021-01-01", Account::Expenditure, "5000.00");
    let file = AnyCommand::FileClaim {
        case: earmark_core::id::Link::from_u128(9),
        person: party(5),
        kind: text("Medical"),
        occurred_on: on("2021-02-01"),
        liable: Some(party(6)),
        amount: text("800.00"),
    };
    desk.record_in(9, "2021-03-01", file);
    let verify = AnyCommand::VerifyClaim {
        case: earmark_core::id::Link::from_u128(9),
        amount: text("800.00"),
        payable_from: on("2021-03-01"),
        instalments: 1,
    };
    desk.record_in(9, "2021-03-01", verify);
    let pay = |to, amount: &str| AnyCommand::PayBenefit {
        from: Account::Expenditure,
        kind: text("Medical"),
        to: party(to),
        amount: text(amount),
    };
    let advance = desk.record_in(9, "2021-03-01", pay(5, "800.00"));
    let back = AnyCommand::RecoverBenefit {
        of: advance,
        from: party(6),
        into: Account::Expenditure,
        amount: text("300.00"),
    };
    desk.record("2021-03-01", back);
    let wrong = desk.record("2021-03-01", pay(7, "90.00"));
    let demand = AnyCommand::DemandRecovery {
        of: wrong,
        from: party(7),
        amount: text("90.00"),
        instalments: 3,
        first_on: None,
        reason: text(REASON),
    };
    let demanded = desk.record("2021-03-01", demand);
    desk.clock.set(on("2021-04-01"));
    let returned = AnyCommand::ReturnPayment { of: wrong, amount: text("70.00") };
    let last = desk.record("2021-04-01", returned);
    (desk, [advance, wrong, demanded, last])
}

#[test]
fn what_is_to_be_paid_back_is_outstanding_until_it_is() {
    let (desk, [advance, wrong, demanded, last]) = receivables();
    let march = Receivables::of(&desk.book, on("2021-03-31"), Knowledge::Now).unwrap();
    assert_eq!((march.total(), march.known_through()), (yuan("590.00"), last));
    let [first, second] = march.lines() else { panic!("{march:?}") };
    assert_eq!((first.payment, first.ground), (advance, Ground::InAdvance));
    assert_eq!((first.demanded, first.recovered), (yuan("800.00"), yuan("300.00")));
    assert_eq!((first.outstanding, first.liable), (yuan("500.00"), Some(party(6))));
    assert_eq!((second.payment, second.ground), (wrong, Ground::Demanded));
    assert_eq!((second.demand, second.outstanding), (Some(demanded), yuan("90.00")));
    // The bank returned a part of the payment: that cannot be owed any more.
    let april = Receivables::of(&desk.book, on("2021-04-30"), Knowledge::Now).unwrap();
    let second = april.lines()[1];
    assert_eq!((second.demanded, second.outstanding), (yuan("20.00"), yuan("20.00")));
    let early = Receivables::of(&desk.book, on("2021-03-31"), Knowledge::Through(advance)).unwrap();
    assert_eq!(early.total(), yuan("800.00"));
}
