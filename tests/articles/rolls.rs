//! What a person is told of a period is all of it (art 47; Social Insurance Law art 74), and what is personal
//! stays outside and can be erased (Law art 81).

use earmark_core::account::SpecialAccount;
use earmark_core::command::{
    AttestRoll, BindDetail, ClosePeriod, PayBenefit, ReceivePremium, RefundPremium, ReopenPeriod,
};
use earmark_core::event::Detail;
use earmark_core::fund::{
    EnterprisePension, EnterprisePensionBenefit as Benefit, EnterprisePensionPremium as Premium,
};
use earmark_core::report::TrailFilter;
use earmark_core::roll::{FundRoll, RollLine};
use earmark_core::time::Period;

use crate::office::*;

type Pension = Office<EnterprisePension>;

fn premium(from: u128, text: &str) -> ReceivePremium<EnterprisePension, SpecialAccount> {
    ReceivePremium {
        into: SpecialAccount,
        kind: Premium::FlexibleEmployment,
        from: party(from),
        amount: yuan(text),
    }
}

/// January and February of 2021, with two people who pay and one who is paid.
fn two_months() -> Pension {
    let office = Pension::jiangsu().with_money().released("2021-01-05", "1000");
    let paid = office.ok(AGENCY, "2021-01-10", premium(1, "800"));
    office.ok(AGENCY, "2021-01-11", premium(2, "900"));
    let refund = RefundPremium { of: &paid, from: SpecialAccount, amount: yuan("50") };
    office.ok(AGENCY, "2021-01-20", refund);
    let benefit = PayBenefit {
        from: earmark_core::account::ExpenditureAccount,
        kind: Benefit::BasicPension,
        to: party(3),
        amount: yuan("300"),
    };
    office.ok(AGENCY, "2021-01-25", benefit);
    office.ok(AGENCY, "2021-02-10", premium(1, "800"));
    for name in ["2021-01", "2021-02"] {
        office.ok(FINANCE, "2022-06-01", ClosePeriod { period: of(name) });
    }
    office
}

fn of(name: &str) -> Period {
    Period::month(month(name))
}

fn attested(office: &Pension, name: &str) -> FundRoll<EnterprisePension> {
    let roll = office.book.roll(of(name)).unwrap().unwrap();
    office.ok(AGENCY, "2022-06-02", AttestRoll::of(&roll));
    roll
}

fn line(roll: &FundRoll<EnterprisePension>, number: u128) -> Option<RollLine> {
    roll.prove(party(number)).check(roll.attested(), party(number)).unwrap()
}

#[test]
fn art_47_a_persons_line_counts_every_event_of_the_period() {
    let office = two_months();
    let (january, february) = (attested(&office, "2021-01"), attested(&office, "2021-02"));
    let one = line(&january, 1).unwrap();
    assert_eq!((one.events, one.entered_minor, one.left_minor), (2, 80_000, 5_000));
    let three = line(&january, 3).unwrap();
    assert_eq!((three.events, three.entered_minor, three.left_minor), (1, 0, 30_000));
    assert_eq!(line(&february, 1).unwrap().entered_minor, 80_000);
    // Who has no event has no line, and that is proved as well.
    assert_eq!((line(&february, 2), line(&february, 3), line(&january, 4)), (None, None, None));
    // The line is the trail of the person and of the period, no more and no less.
    let trail = TrailFilter::all().of_party(party(1)).within(of("2021-01"));
    let trail = office.book.trail(&trail).unwrap();
    assert_eq!(trail.len() as u64, one.events);
    assert_eq!(trail.last().unwrap().seq(), one.last_seq);
    office.is_sound();
}

#[test]
fn art_47_a_roll_is_of_a_closed_period_and_attested_once() {
    let office = two_months();
    let roll = attested(&office, "2021-01");
    let closing = roll.attested().closing().to_string();
    office
        .no(AGENCY, "2022-06-02", AttestRoll::of(&roll))
        .is("roll-fits", &["already", closing.as_str()]);
    assert!(office.book.roll(of("2021-03")).unwrap().is_none(), "March is open");
    let reason = office.text("a payment was booked for another");
    office.ok(FINANCE, "2022-06-03", ReopenPeriod { period: of("2021-01"), reason });
    office.ok(AGENCY, "2021-01-31", premium(4, "1"));
    office.ok(FINANCE, "2022-06-04", ClosePeriod { period: of("2021-01") });
    let again = attested(&office, "2021-01");
    // What was certified before stays certified of what was known then.
    assert_eq!((line(&roll, 4), line(&again, 4).map(|line| line.entered_minor)), (None, Some(100)));
    office.is_sound();
}

#[test]
fn art_81_personal_detail_stays_outside_and_is_bound_to_its_person() {
    let office = two_months();
    let of_whom = office.ok(AGENCY, "2022-06-02", premium(7, "5"));
    let bind = |number: u128| BindDetail {
        party: Some(party(number)),
        event: Some(of_whom.seq()),
        commitment: [0xd3; 32],
    };
    office.no(AGENCY, "2022-06-02", bind(8)).is("detail-fits", &["names another party"]);
    let bound = office.ok(AGENCY, "2022-06-02", bind(7));
    let Detail::Bound(detail) = bound.event().fact().detail() else { panic!("{bound:?}") };
    assert_eq!((detail.commitment(), detail.event()), ([0xd3; 32], Some(of_whom.seq())));
    assert!(bound.event().fact().movement().is_none());
    office.is_sound();
}
