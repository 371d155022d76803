//! Between levels and places: remittances, subsidies, persons who move, reorganisations.

use earmark_core::account::{Account, ExpenditureAccount, SpecialAccount};
use earmark_core::assess::portability::{PaidMonth, PooledRule, transferable};
use earmark_core::command::{
    CloseAccount, PayTransferOut, ReceiveLowerRemittance, ReceiveSuperiorSubsidy,
    ReceiveTransferIn, RemitToSuperior, ReorganiseIn, ReorganiseOut, SubsidiseLower,
};
use earmark_core::fund::{
    EmployeeMedical, EnterprisePension, Fund, IncomeItem, Maternity, Unemployment,
};
use earmark_core::id::{Area, area};
use earmark_core::rules::Profile;
use earmark_core::time::Period;

use crate::given::key_of;
use crate::office::*;

type Pension = Office<EnterprisePension>;

fn province() -> Area {
    area("320000").unwrap()
}

/// Nanjing with 1,000,000.00 in its special account, and the province beside it with the same.
fn two_levels<F: Fund>() -> (Office<F>, Office<F>) {
    let city = Office::jiangsu().with_money();
    let above = city.beside(province()).under(Profile::jiangsu()).with_money();
    (city, above)
}

#[test]
fn art_53_a_remittance_up_is_mirrored_in_a_joint_commit() {
    let (city, above) = two_levels::<Unemployment>();
    let joint = |key: &str, sent: &str, received: &str| {
        let up = RemitToSuperior { from: SpecialAccount, to: province(), amount: yuan(sent) };
        let in_ = ReceiveLowerRemittance {
            into: SpecialAccount,
            from: nanjing(),
            amount: yuan(received),
        };
        city.ledger
            .joint(key_of(key))
            .with(&city.book, &city.voucher(FINANCE, "2021-03-10"), up)
            .with(&above.book, &above.voucher(FINANCE, "2021-03-10"), in_)
            .record()
    };
    refused(joint("one", "5000", "4999.15")).is(
        "levels-mirror",
        &["`superior_remitted` from 320100 to 320000", "0.85 more is sent than received"],
    );
    refused(joint("two", "5000", "5000.85"))
        .is("levels-mirror", &["0.85 more is received than sent"]);
    assert_eq!(city.holds(Account::Special), 100_000_000);
    joint("three", "5000", "5000").unwrap();
    assert_eq!(city.holds(Account::Special), 99_500_000);
    assert_eq!(above.holds(Account::Special), 100_500_000);
    city.is_sound();
}

#[test]
fn art_53_a_subsidy_down_is_mirrored_in_a_joint_commit() {
    let (city, above) = two_levels::<Unemployment>();
    let joint = |key: &str, sent: &str, received: &str| {
        let down = SubsidiseLower { from: SpecialAccount, to: nanjing(), amount: yuan(sent) };
        let in_ = ReceiveSuperiorSubsidy {
            into: SpecialAccount,
            from: province(),
            amount: yuan(received),
        };
        city.ledger
            .joint(key_of(key))
            .with(&above.book, &above.voucher(FINANCE, "2021-03-10"), down)
            .with(&city.book, &city.voucher(FINANCE, "2021-03-10"), in_)
            .record()
    };
    refused(joint("one", "700", "7000")).is("levels-mirror", &["6,300.00 more is received"]);
    joint("two", "700", "700").unwrap();
    let statement = city.book.statement(Period::year(2021).unwrap(), None).unwrap();
    assert_eq!(statement.income_of(IncomeItem::SuperiorSubsidy).minor(), 70_000);
    assert_eq!(above.holds(Account::Special), 99_930_000);

    // Nobody is one's own superior.
    let own = SubsidiseLower { from: SpecialAccount, to: nanjing(), amount: yuan("1") };
    city.no(FINANCE, "2021-03-11", own).is("other-area", &["own area"]);
    city.is_sound();
}

#[test]
fn art_16_nothing_goes_to_another_level_before_the_budget_is_approved() {
    let city: Office<Unemployment> = Office::jiangsu();
    let amount = yuan("100");
    city.ok(
        AGENCY,
        "2021-01-01",
        earmark_core::command::BringForward { into: SpecialAccount, amount },
    );
    let up = RemitToSuperior { from: SpecialAccount, to: province(), amount };
    city.no(FINANCE, "2021-03-10", up).is(
        "budget-approved",
        &["budget of 2021 is not approved", "Jiangsu regulation art 11, 16"],
    );
    city.is_sound();
}

#[test]
fn x2_a_person_moves_with_the_account_and_12_percent_of_the_bases() {
    let city = Pension::jiangsu().with_money().released("2021-06-01", "100000");
    let other: Pension = city.beside(wuxi()).under(Profile::jiangsu());
    // Twelve months on a base of 5,000.00, and one before 1998 that does not count.
    let mut paid = vec![PaidMonth { month: month("1997-12"), base: 99_999 }];
    paid.extend(
        (1..=12)
            .map(|number| PaidMonth { month: month(&format!("2020-{number:02}")), base: 500_000 }),
    );
    let sum = transferable(480_000, &paid, &PooledRule::state()).unwrap();
    assert_eq!((sum.individual(), sum.pooled()), (480_000, 720_000));
    let rules = city.book.rules().unwrap().unwrap();
    let laid_down = rules.pooled_part(on("2021-06-10")).unwrap().value.of_minor(12 * 500_000);
    assert_eq!(laid_down, Some(sum.pooled()), "the profile says the same as the assessment");

    let amount = earmark_core::money::Amount::from_minor(sum.total()).unwrap();
    let joint = |key: &str, person: u128, received| {
        let out = PayTransferOut { person: party(5), to: wuxi(), amount };
        let in_ = ReceiveTransferIn {
            into: SpecialAccount,
            person: party(person),
            from: nanjing(),
            amount: received,
        };
        city.ledger
            .joint(key_of(key))
            .with(&city.book, &city.voucher(AGENCY, "2021-06-10"), out)
            .with(&other.book, &other.voucher(AGENCY, "2021-06-10"), in_)
            .record()
    };
    refused(joint("less", 5, yuan("4800"))).is("levels-mirror", &["7,200.00 more is sent"]);
    refused(joint("another", 6, amount)).is("levels-mirror", &["12,000.00"]);
    joint("same", 5, amount).unwrap();
    assert_eq!(other.holds(Account::Special), 1_200_000);
    assert_eq!(city.holds(Account::Expenditure), 10_000_000 - 1_200_000);
    city.is_sound();
}

fn out(to: Area, amount: &str) -> ReorganiseOut<EnterprisePension, SpecialAccount> {
    ReorganiseOut { from: SpecialAccount, to, amount: yuan(amount) }
}

#[test]
fn x4_a_pooling_level_is_raised_with_the_whole_balance_on_the_profiles_days() {
    let (city, above) = two_levels::<EnterprisePension>();
    let joint = |key: &str, day: &str, actor: &str, sent: &str, received: &str| {
        let in_ = ReorganiseIn { into: SpecialAccount, from: nanjing(), amount: yuan(received) };
        city.ledger
            .joint(key_of(key))
            .with(&city.book, &city.voucher(actor, day), out(province(), sent))
            .with(&above.book, &above.voucher(actor, day), in_)
            .record()
    };
    let all = "1000000";
    refused(joint("early", "2021-12-31", GOVERNMENT, all, all))
        .is("reorganisation-lawful", &["`ENT_PENSION` is laid down for 2021-12-31"]);
    refused(joint("agency", "2022-01-01", AGENCY, all, all))
        .is("authority", &["`agency` may not", "state_council", "`authority reorganise`"]);
    refused(joint("part", "2022-01-01", GOVERNMENT, "999999.99", "999999.99"))
        .is("reorganisation-lawful", &["holds 1,000,000.00", "as a whole, not with 999,999.99"]);
    refused(joint("uneven", "2022-01-01", GOVERNMENT, all, "999999"))
        .is("levels-mirror", &["1.00 more is sent"]);
    joint("whole", "2022-01-01", GOVERNMENT, all, all).unwrap();
    assert_eq!(city.holds(Account::Special), 0);
    assert_eq!(above.holds(Account::Special), 200_000_000);
    // It is neither income nor expenditure.
    let statement = above.book.statement(Period::year(2022).unwrap(), None).unwrap();
    assert_eq!(statement.income_total().minor(), 0);
    assert_eq!(statement.reorganised().minor(), 100_000_000);
    city.ok(FINANCE, "2022-01-02", CloseAccount(SpecialAccount));
    let why = city.book.why(city.book.last_seq().unwrap() - 1).unwrap().unwrap();
    assert!(why.to_string().contains("authority reorganise"), "{why}");
    assert!(why.to_string().contains("江苏省人民政府令第146号"), "{why}");
    city.is_sound();
}

#[test]
fn x4_without_a_profile_or_for_another_fund_there_is_no_reorganisation() {
    let bare = Pension::bare();
    bare.ok(AGENCY, "2022-01-01", earmark_core::command::OpenAccount(SpecialAccount));
    bare.ok(
        AGENCY,
        "2022-01-01",
        earmark_core::command::BringForward { into: SpecialAccount, amount: yuan("5") },
    );
    bare.no(GOVERNMENT, "2022-01-01", out(province(), "5"))
        .is("reorganisation-lawful", &["adopted no rule profile"]);
    let other: Office<Unemployment> = bare.beside(nanjing()).under(Profile::jiangsu()).with_money();
    let all = ReorganiseOut { from: SpecialAccount, to: province(), amount: yuan("1000000") };
    other
        .no(GOVERNMENT, "2022-01-01", all)
        .is("reorganisation-lawful", &["no reorganisation of `UNEMPLOYMENT`"]);
    bare.is_sound();
}

#[test]
fn x4_maternity_is_merged_into_employees_medical_insurance() {
    let maternity: Office<Maternity> =
        Office::jiangsu().with_money().released("2021-03-01", "1000");
    let medical: Office<EmployeeMedical> =
        maternity.beside(nanjing()).under(Profile::jiangsu()).with_money();
    // Two funds are two commits: one commit is of one fund. The case ties them.
    let amount = yuan("999000");
    let special = ReorganiseOut { from: SpecialAccount, to: nanjing(), amount };
    let day = "2021-03-31";
    maternity.no_on(case(4), AGENCY, day, special).is("authority", &["state_council"]);
    maternity.ok_on(case(4), GOVERNMENT, day, special);
    let half = ReorganiseOut { from: ExpenditureAccount, to: nanjing(), amount: yuan("500") };
    maternity
        .no_on(case(4), GOVERNMENT, day, half)
        .is("reorganisation-lawful", &["the expenditure account holds 1,000.00"]);
    let rest = ReorganiseOut { from: ExpenditureAccount, to: nanjing(), amount: yuan("1000") };
    maternity.ok_on(case(4), GOVERNMENT, day, rest);
    let in_ = |amount| ReorganiseIn { into: SpecialAccount, from: nanjing(), amount };
    medical.ok_on(case(4), GOVERNMENT, day, in_(yuan("1000000")));
    assert_eq!(maternity.book.head().unwrap().state.total_minor(), 0);
    assert_eq!(medical.holds(Account::Special), 200_000_000);

    // It goes one way only.
    let back = ReorganiseOut { from: SpecialAccount, to: nanjing(), amount: yuan("2000000") };
    medical
        .no(GOVERNMENT, day, back)
        .is("reorganisation-lawful", &["no reorganisation of `EMP_MEDICAL`"]);
    let in_ = ReorganiseIn { into: SpecialAccount, from: nanjing(), amount: yuan("1") };
    maternity
        .no(GOVERNMENT, day, in_)
        .is("reorganisation-lawful", &["no reorganisation of `MATERNITY`"]);
    maternity.is_sound();
}

#[test]
fn art_3_funds_of_two_kinds_are_never_in_one_commit() {
    // `Joint<F>` takes books of one fund alone; a program that tries does not compile. What is left to
    // refuse at run time is a book of another ledger.
    let (city, _) = two_levels::<Unemployment>();
    let settings = earmark_core::store::Settings {
        id: earmark_core::id::LedgerId(*b"another in tests"),
        ..crate::given::settings()
    };
    let store = earmark_core::store::MemoryStore::new(settings);
    let other = earmark_core::ledger::Ledger::new(store, city.clock.clone());
    let elsewhere: Office<Unemployment> = Office::within(&other, &city.clock, nanjing());
    let up = RemitToSuperior { from: SpecialAccount, to: province(), amount: yuan("1") };
    let outcome = city
        .ledger
        .joint(key_of("foreign"))
        .with(&elsewhere.book, &elsewhere.voucher(FINANCE, "2021-03-10"), up)
        .record();
    refused(outcome).is("same-book", &["another ledger"]);
    city.is_sound();
}
