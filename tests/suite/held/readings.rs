//! What is read back: trails by each filter, explanations, sums, texts.

use earmark_core::account::{Account, ExpenditureAccount, SpecialAccount};
use earmark_core::command::{
    AdoptProfile, BringForward, CloseAccount, HandOverInterest, OpenAccount, PayBenefit,
    ReceiveInterest, ReceiveOtherIncome, ReceivePremium, Reverse,
};
use earmark_core::event::{Kind, OtherIncome, Recorded};
use earmark_core::fund::{WorkInjury, WorkInjuryBenefit as Benefit, WorkInjuryPremium};
use earmark_core::id::Link;
use earmark_core::ledger::Papers;
use earmark_core::money::{Amount, yuan};
use earmark_core::report::{AsOf, TrailFilter};
use earmark_core::rules::Profile;
use earmark_core::time::{Month, Period};

use crate::given::{Desk, MINUTE_MICROS, PAPERS, on, party};

type Injury = Desk<WorkInjury>;

fn money(text: &str) -> Amount<WorkInjury> {
    yuan(text).unwrap()
}

fn payment(to: u128, amount: &str) -> PayBenefit<WorkInjury, ExpenditureAccount> {
    PayBenefit {
        from: ExpenditureAccount,
        kind: Benefit::Medical,
        to: party(to),
        amount: money(amount),
    }
}

#[test]
fn a_trail_shows_what_its_filter_asks_for() {
    let desk = Injury::in_memory().with_accounts();
    let case = Link::from_u128(5);
    let record = |key: &str, voucher, what: PayBenefit<_, _>| {
        let receipt = desk.book.record(crate::given::key_of(key), &voucher, what).unwrap();
        receipt.last_seq()
    };
    desk.record("forward", BringForward { into: ExpenditureAccount, amount: money("100") })
        .unwrap();
    let seven = record("a", desk.voucher.document(1), payment(7, "1"));
    let eight = record("b", desk.voucher.document(2).correlated(case), payment(8, "2"));
    let other = Papers { register: "another register", ..PAPERS };
    let other = desk.book.voucher(on("2021-05-31"), other).unwrap();
    desk.clock.go(MINUTE_MICROS);
    let nine = record("c", other.document(2), payment(9, "3"));
    let interest = ReceiveInterest { into: SpecialAccount, amount: money("4") };
    let interest = desk.recorded("d", interest).seq();

    let paid = |filter: TrailFilter| -> Vec<u64> {
        let shown = desk.book.trail(&filter.of_kind(Kind::BenefitPaid)).unwrap();
        shown.iter().map(Recorded::seq).collect()
    };
    let all = TrailFilter::all;
    assert_eq!(paid(all()), [seven, eight, nine]);
    assert_eq!(paid(all().of_party(party(8))), [eight]);
    assert_eq!(paid(all().correlated(case)), [eight]);
    let register = desk.book.text_number(PAPERS.register).unwrap().unwrap();
    assert_eq!(desk.book.text_number("never registered").unwrap(), None);
    assert_eq!(paid(all().on_document(register, None)), [seven, eight]);
    assert_eq!(paid(all().on_document(register, Some(2))), [eight]);
    assert!(paid(all().on_document(register, Some(3))).is_empty());
    assert_eq!(paid(all().within(Period::month(Month::new(2021, 5).unwrap()))), [nine]);
    assert_eq!(paid(all().as_of(AsOf::day(on("2021-06-14")))), [nine]);
    let then = desk.book.event(eight).unwrap().unwrap().event().recorded_at();
    assert_eq!(paid(all().as_of(AsOf::NOW.known_at(then))), [seven, eight]);
    assert!(paid(all().at(Account::Special)).is_empty());
    assert_eq!(paid(all().at(Account::Expenditure)), [seven, eight, nine]);

    let at = |account: Account| -> Vec<Kind> {
        let shown = desk.book.trail(&all().at(account)).unwrap();
        shown.iter().map(Recorded::kind).collect()
    };
    assert_eq!(at(Account::Special), [Kind::AccountOpened, Kind::InterestReceived]);
    assert_eq!(at(Account::Treasury), [Kind::AccountOpened]);
    desk.record("handed over", ReceiveInterest { into: ExpenditureAccount, amount: money("1") })
        .unwrap();
    desk.record("over", HandOverInterest { amount: money("1") }).unwrap();
    assert_eq!(at(Account::Special).last(), Some(&Kind::InterestHandedOver));
    assert_eq!(at(Account::Expenditure).last(), Some(&Kind::InterestHandedOver));
    let event = desk.book.event(interest).unwrap().unwrap();
    assert_eq!(event.account(), Some(Account::Special));
}

#[test]
fn an_event_says_its_purpose_its_text_and_its_fields() {
    let desk = Injury::in_memory().with_accounts();
    desk.record("forward", BringForward { into: ExpenditureAccount, amount: money("9") }).unwrap();
    let paid = desk.recorded("paid", payment(7, "2"));
    assert_eq!((paid.benefit(), paid.premium()), (Some(Benefit::Medical), None));
    let premium = desk.recorded(
        "premium",
        ReceivePremium {
            into: SpecialAccount,
            kind: WorkInjuryPremium::Unit,
            from: party(1),
            amount: money("3"),
        },
    );
    assert_eq!((premium.benefit(), premium.premium()), (None, Some(WorkInjuryPremium::Unit)));
    assert_eq!(premium.registered_text(), None);
    let number = desk.book.register("a text of its own").unwrap().number();
    let text = desk.book.event(desk.book.last_seq().unwrap()).unwrap().unwrap();
    assert_eq!(text.registered_text(), Some((number, "a text of its own")));
    assert_eq!(text.account(), None);

    let approved = ReceiveOtherIncome {
        into: SpecialAccount,
        kind: OtherIncome::Approved,
        from: party(1),
        amount: money("1"),
    };
    let approved = desk.recorded("approved", approved);
    assert_eq!(approved.purpose_name(), Some("approved"));
    assert_eq!(approved.event().fact().purpose_code(), 4);

    let json = |recorded: &Recorded<WorkInjury>| serde_json::to_value(recorded).unwrap();
    let paid = json(&paid);
    assert_eq!(
        (&paid["amount"], &paid["purpose"], &paid["account"]),
        (&"2.00".into(), &"Medical".into(), &"expenditure".into())
    );
    assert!(paid.get("base").is_none() && paid.get("number").is_none());
    let opened = desk
        .book
        .event(desk.book.trail(&TrailFilter::all().of_kind(Kind::AccountOpened)).unwrap()[0].seq())
        .unwrap()
        .unwrap();
    assert!(json(&opened).get("amount").is_none(), "what moves no money has no amount");

    let agreed = earmark_core::command::DeclarePremium {
        payer: party(1),
        kind: WorkInjuryPremium::Unit,
        month: Month::new(2021, 5).unwrap(),
        persons: 3,
        base: money("100"),
        amount: money("1"),
    };
    let agreed = json(&desk.recorded("declared", agreed));
    assert_eq!(agreed["base"], "100.00");
    assert_eq!(agreed["number"], 3);
    assert_eq!(agreed["from"], "2021-05-01");
    assert!(agreed.get("reason").is_none() && agreed.get("until").is_none());
    let reason = desk.book.register("treatment ended").unwrap();
    let stop = earmark_core::command::StopBenefit {
        person: party(7),
        kind: Benefit::Medical,
        from: on("2021-06-01"),
        reason,
    };
    let stop = json(&desk.recorded("stop", stop));
    assert_eq!(stop["reason"], reason.number());
    assert!(stop.get("base").is_none() && stop.get("number").is_none());
}

#[test]
fn an_event_is_explained_by_the_rules_adopted_before_it() {
    let desk = Injury::in_memory();
    desk.record("open", OpenAccount(SpecialAccount)).unwrap();
    let adopt = |key: &str, profile| {
        let actor = "finance_department";
        let voucher = desk.book.voucher(on("2021-06-15"), Papers { actor, ..PAPERS }).unwrap();
        let receipt =
            desk.book.record(crate::given::key_of(key), &voucher, AdoptProfile { profile });
        receipt.unwrap().last_seq()
    };
    let first = adopt("national", Profile::national());
    let interest = |key: &str| {
        desk.recorded(key, ReceiveInterest { into: SpecialAccount, amount: money("1") }).seq()
    };
    let between = interest("between");
    let second = adopt("jiangsu", Profile::jiangsu());
    let after = interest("after");
    let layers = |seq| {
        let rules = desk.book.rules_at(seq).unwrap();
        rules.map(|rules| rules.profile().to_string())
    };
    let (national, jiangsu) = (Profile::national().to_string(), Profile::jiangsu().to_string());
    assert_eq!(layers(first), None, "an adoption is judged by what was adopted before it");
    assert_eq!(layers(first + 1), Some(national.clone()));
    assert_eq!(layers(between), Some(national.clone()));
    assert_eq!(layers(second), Some(national));
    assert_eq!(layers(second + 1), Some(jiangsu.clone()));
    assert_eq!(layers(after), Some(jiangsu));

    let why = desk.book.why(after).unwrap().unwrap();
    assert_eq!(why.rules().len(), 1, "{why}");
    assert!(why.rules()[0].contains("`account special`"), "{why}");
    assert_eq!(why.flows().len(), 1);
    let adoption = desk.book.why(second).unwrap().unwrap();
    assert!(adoption.rules().iter().any(|rule| rule.contains("authority adopt_profile")));
    assert!(adoption.flows().is_empty());
    assert!(desk.book.why(after + 1).unwrap().is_none());
}

#[test]
fn the_reversal_of_a_flow_is_explained_as_that_flow() {
    let desk = Injury::in_memory().with_accounts();
    let interest = ReceiveInterest { into: ExpenditureAccount, amount: money("1") };
    desk.record("interest", interest).unwrap();
    let over = desk.recorded("over", HandOverInterest { amount: money("1") });
    let rows = |seq| {
        let why = desk.book.why(seq).unwrap().unwrap();
        why.flows().iter().map(|row| (row.row, row.account)).collect::<Vec<_>>()
    };
    let flows = rows(over.seq());
    assert_eq!(flows.len(), 2);
    let reason = desk.book.register("booked twice").unwrap();
    let reversed = desk.recorded("reversed", Reverse { of: &over, reason });
    assert_eq!(rows(reversed.seq()), flows);
}

#[test]
fn balances_of_accounts_never_opened_are_not_listed() {
    let desk = Injury::in_memory();
    let listed = || -> Vec<Account> {
        desk.book.balances().unwrap().iter().map(|(account, _)| account).collect()
    };
    assert!(listed().is_empty());
    desk.record("open", OpenAccount(SpecialAccount)).unwrap();
    assert_eq!(listed(), [Account::Special]);
    let balances = desk.book.balances().unwrap();
    assert!(balances.to_string().contains("special account"), "{balances}");
    assert!(!balances.to_string().contains("expenditure account"), "{balances}");
    desk.record("close", CloseAccount(SpecialAccount)).unwrap();
    assert_eq!(listed(), [Account::Special], "what was closed had been open");
    assert_eq!(desk.book.balances().unwrap().total_figure().unwrap().to_string(), "0.00");

    // As of a day an account stays listed once money moved in it, whatever is left.
    desk.record("again", OpenAccount(SpecialAccount)).unwrap();
    desk.record("interest", ReceiveInterest { into: SpecialAccount, amount: money("2") }).unwrap();
    let then = desk.book.balances_as_of(AsOf::day(on("2021-06-15"))).unwrap();
    assert_eq!(then.iter().map(|(account, _)| account).collect::<Vec<_>>(), [Account::Special]);
    assert_eq!(then.total_figure().unwrap().to_string(), "2.00");
}

#[test]
fn a_sum_of_more_than_one_greatest_amount_is_read_back() {
    let desk = Injury::in_memory().with_accounts();
    let most = Amount::<WorkInjury>::MAX;
    let interest = ReceiveInterest { into: ExpenditureAccount, amount: most };
    desk.record("received", interest).unwrap();
    desk.record("handed over", HandOverInterest { amount: most }).unwrap();
    desk.record("received again", interest).unwrap();
    let balances = desk.book.balances_as_of(AsOf::day(on("2021-06-15"))).unwrap();
    let both = i128::from(most.minor()) * 2;
    assert_eq!(balances.total().minor(), both);
    assert_eq!(desk.book.balances().unwrap().total().minor(), both);
    let statement = desk.book.statement(Period::year(2021).unwrap(), None).unwrap();
    assert_eq!(statement.income_total().minor(), both);
}
