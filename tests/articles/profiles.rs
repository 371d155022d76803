//! Rule profiles: adopted as events, special over general, each event judged by the rules of its day.

use earmark_core::account::ExpenditureAccount;
use earmark_core::account::{SpecialAccount, TreasuryDeposit};
use earmark_core::command::{
    AdoptProfile, AssessPremium, ChargeLateFee, DeclarePremium, OpenAccount, PayBenefit,
    PlaceInvestment, ReceivePremium, VerifyPremium,
};
use earmark_core::fund::{
    EnterprisePension, EnterprisePensionPremium as Premium, Unemployment, UnemploymentBenefit,
    UnemploymentPremium,
};
use earmark_core::id::area;
use earmark_core::rules::Profile;

use crate::office::*;

type Pension = Office<EnterprisePension>;
type Desk = Office<Unemployment>;

fn adopt(profile: Profile) -> AdoptProfile {
    AdoptProfile { profile }
}

#[test]
fn art_55_changing_a_profile_is_an_event_with_authority() {
    let office = Pension::jiangsu();
    let with_rate = jiangsu_with(
        "[[rate]]\nfund = \"ENT_PENSION\"\npremium = \"Unit\"\nrate = \"0.15\"\n\
         from = 2021-01-01\nsource = \"a town's rate\"\n",
    );
    office.no(AGENCY, "2021-06-01", adopt(with_rate.clone())).is(
        "authority",
        &["`agency` may not", "human_resources_department", "`authority adopt_profile`"],
    );
    // Nobody is named for 2010; but the profile would judge what is recorded from now on.
    office
        .no(AGENCY, "2010-01-01", adopt(with_rate.clone()))
        .is("authority", &["`agency` may not", "on 2022-06-30"]);
    let adopted = office.ok(GOVERNMENT, "2021-06-01", adopt(with_rate.clone()));
    assert_eq!(office.book.standing().unwrap().rules_seq, adopted.seq());
    let rules = office.book.rules().unwrap().unwrap();
    assert_eq!(rules.profile().text(), with_rate.text());
    office.is_sound();
}

#[test]
fn art_55_the_first_profile_of_a_book_is_nobodys_to_refuse() {
    // Where no profile stands, nothing names who may adopt one. From then on the profile does.
    let office = Pension::bare();
    office.ok(AGENCY, "2021-01-01", adopt(Profile::jiangsu()));
    office.no(AGENCY, "2021-01-02", adopt(Profile::national())).is("authority", &["government"]);
    office.is_sound();
}

#[test]
fn art_55_a_profile_is_of_the_books_law_and_area() {
    let office = Pension::bare();
    office.no(GOVERNMENT, "2021-06-01", adopt(Profile::us_oasdi())).is("profile-fits", &["China"]);
    let elsewhere: Pension = office.beside(area("330100").unwrap());
    elsewhere
        .no(GOVERNMENT, "2021-06-01", adopt(Profile::jiangsu()))
        .is("profile-fits", &["area 320000", "330100"]);
    elsewhere.ok(GOVERNMENT, "2021-06-01", adopt(Profile::national()));
    refused(office.any(GOVERNMENT, "2021-06-01", r#"{"command":"adopt_profile","profile":"x"}"#))
        .is("profile-fits", &["the profile"]);
    office.is_sound();
}

#[test]
fn art_63_special_profile_overrides() {
    // The nation lets agencies have a revenue account, Jiangsu does not, a town of it does again.
    let town = jiangsu_with(
        "[[account]]\naccount = \"revenue\"\nexists = true\nfrom = 2021-01-01\n\
         until = 2021-12-31\nsource = \"a pilot\"\n",
    );
    let office = Desk::bare().under(town);
    let receive = |day: &str| {
        let amount = yuan("1");
        let into = earmark_core::account::RevenueAccount;
        let kind = UnemploymentPremium::Unit;
        office.attempt(AGENCY, day, ReceivePremium { into, kind, from: party(1), amount })
    };
    let receipt = receive("2021-12-31").unwrap();
    let why = office.book.why(receipt.last_seq()).unwrap().unwrap().to_string();
    for part in [
        "layer `town`",
        "a pilot",
        "from 2021-01-01 until 2021-12-31",
        "overrides layer `cn-jiangsu`",
    ] {
        assert!(why.contains(part), "`{part}` is not in: {why}");
    }
    refused(receive("2022-01-01"))
        .is("account-exists", &["layer `cn-jiangsu`", "overrides layer `cn-national-2017`"]);
    office.is_sound();
}

#[test]
fn art_65_events_before_the_date_are_judged_by_the_older_profile() {
    // The late fee was 0.2 % a day until 2011-06-30, and is 0.05 % from 2011-07-01 on.
    let office = Pension::bare();
    office.ok(GOVERNMENT, "2011-01-01", adopt(Profile::jiangsu()));
    let (payer, kind, month) = (party(1), Premium::Unit, month("2011-03"));
    let (persons, base, amount) = (10, yuan("500000"), yuan("100000"));
    office.ok(AGENCY, "2011-04-05", DeclarePremium { payer, kind, month, persons, base, amount });
    office.ok(AGENCY, "2011-04-10", VerifyPremium { payer, kind, month, persons, base, amount });
    let fee = |from: &str, until: &str, fee: &str| ChargeLateFee {
        payer,
        kind,
        month,
        on: amount,
        from: on(from),
        until: on(until),
        amount: yuan(fee),
    };
    // 16 April to 30 June are 76 days.
    office.no(AGENCY, "2011-08-01", fee("2011-04-16", "2011-06-30", "3800")).is(
        "late-fee-exact",
        &["over 76 days is 15,200.00, not 3,800.00", "征缴暂行条例 art 13", "until 2011-06-30"],
    );
    office
        .no(AGENCY, "2011-08-01", fee("2011-06-01", "2011-07-30", "3000"))
        .is("late-fee-exact", &["the rate changes between 2011-06-01 and 2011-07-30"]);
    office.ok(AGENCY, "2011-08-01", fee("2011-04-16", "2011-06-30", "15200"));
    office.ok(AGENCY, "2011-08-01", fee("2011-07-01", "2011-07-30", "1500"));
    // From 2016-07-01 the province's own rule, at the same rate.
    office
        .no(AGENCY, "2016-08-01", fee("2016-07-01", "2016-07-30", "1499"))
        .is("late-fee-exact", &["layer `cn-jiangsu`", "Jiangsu regulation art 56"]);
    office.ok(AGENCY, "2016-08-01", fee("2016-07-01", "2016-07-30", "1500"));
    office.is_sound();
}

#[test]
fn art_65_an_event_is_judged_by_the_profile_adopted_at_its_place_in_the_sequence() {
    let office = Desk::bare().under(Profile::national());
    let receive = |day: &str| {
        let amount = yuan("1");
        let into = earmark_core::account::RevenueAccount;
        let kind = UnemploymentPremium::Unit;
        office.attempt(AGENCY, day, ReceivePremium { into, kind, from: party(1), amount })
    };
    let before = receive("2021-03-01").unwrap().last_seq();
    office.ok(GOVERNMENT, "2021-06-01", adopt(Profile::jiangsu()));
    // The same day again: now another profile stands in the book.
    refused(receive("2021-03-01")).is("account-exists", &["layer `cn-jiangsu`"]);
    let id = |seq| office.book.rules_at(seq).unwrap().map(|it| it.profile().to_string());
    let (old, new) = (id(before).unwrap(), id(office.book.last_seq().unwrap() + 1).unwrap());
    assert!(!old.contains("jiangsu") && new.contains("jiangsu"), "{old}; {new}");
    assert_eq!(id(1), None);
    let why = office.book.why(before).unwrap().unwrap();
    assert!(why.rules().iter().all(|rule| !rule.contains("cn-jiangsu")), "{why}");
    assert!(why.to_string().contains("财社〔2017〕144号 art 40"), "{why}");
    // What was recorded under the older one is still sound.
    office.is_sound();
}

#[test]
fn art_65_profile_and_first_use_can_stand_in_one_commit() {
    let office = Pension::bare();
    office
        .no(
            FINANCE,
            "2021-01-01",
            (adopt(Profile::jiangsu()), OpenAccount(earmark_core::account::RevenueAccount)),
        )
        .is("account-exists", &["layer `cn-jiangsu`"]);
    assert_eq!(office.book.standing().unwrap().rules_seq, 0);
    let all =
        (adopt(Profile::jiangsu()), OpenAccount(TreasuryDeposit), OpenAccount(SpecialAccount));
    office.ok(FINANCE, "2021-01-01", all);
    office.is_sound();
}

#[test]
fn art_65_without_a_profile_only_the_shape_of_the_fund_is_judged() {
    let office = Pension::bare();
    for account in ["special", "investment"] {
        let json = format!(r#"{{"command":"open_account","account":"{account}"}}"#);
        office.any(AGENCY, "2021-01-01", &json).unwrap();
    }
    let (into, kind, amount) = (SpecialAccount, Premium::Unit, yuan("10"));
    office.ok(TAX, "2021-01-01", ReceivePremium { into, kind, from: party(1), amount });
    let placed = office.ok(AGENCY, "2021-01-01", PlaceInvestment { amount: yuan("10") });
    let why = office.book.why(placed.seq()).unwrap().unwrap();
    assert!(why.rules().is_empty());
    assert!(why.to_string().contains("no profile was adopted"), "{why}");
    assert_eq!(why.flows().len(), 2, "out of the special account, into the investment");
    office.is_sound();
}

#[test]
fn why_names_rule_source_and_dates() {
    let office = Desk::jiangsu().with_money().released("2021-03-01", "1000");
    let paid = office.ok(
        AGENCY,
        "2021-03-05",
        PayBenefit {
            from: ExpenditureAccount,
            kind: UnemploymentBenefit::UnemploymentPay,
            to: party(7),
            amount: yuan("700"),
        },
    );
    let why = office.book.why(paid.seq()).unwrap().unwrap().to_string();
    for part in [
        "`benefit_paid`",
        "row E6",
        "cn-jiangsu",
        "purpose benefit UnemploymentPay",
        "requirement budget_before_payment",
        "Jiangsu regulation art 11, 16",
        "in force from 2016-07-01 until further notice",
        "财社〔2017〕144号 art 41",
    ] {
        assert!(why.contains(part), "`{part}` is not in: {why}");
    }
    assert!(office.book.why(10_000).unwrap().is_none());
    office.is_sound();
}

#[test]
fn why_names_the_rule_by_which_a_matter_was_measured() {
    let office = Pension::overlaid(
        "[[rate]]\nfund = \"ENT_PENSION\"\npremium = \"Unit\"\nrate = \"0.15\"\n\
         from = 2022-01-01\nsource = \"a town's rate\"\n\n\
         [[late_fee]]\nper_day = \"0.0004\"\nfirst_day = \"day_of_default\"\n\
         rounding = \"half_up\"\nfrom = 2022-03-01\nsource = \"a town's fee\"\n",
    )
    .with_money();
    let says = |seq: u64, parts: &[&str], not: &str| {
        let why = office.book.why(seq).unwrap().unwrap().to_string();
        for part in parts {
            assert!(why.contains(part), "`{part}` is not in: {why}");
        }
        assert!(!why.contains(not), "`{not}` is in: {why}");
    };
    let (payer, kind, december) = (party(1), Premium::Unit, month("2021-12"));
    let (persons, base, amount) = (10, yuan("625000"), yuan("100000"));
    let declared = DeclarePremium { payer, kind, month: december, persons, base, amount };
    // Declared in January, it is judged by the rate of December.
    let declared = office.ok(AGENCY, "2022-01-05", declared);
    says(declared.seq(), &["rate Unit", "on 2021-12-01", "0.16"], "a town's rate");
    let verified = VerifyPremium { payer, kind, month: december, persons, base, amount };
    office.ok(AGENCY, "2022-01-06", verified);
    let fee = ChargeLateFee {
        payer,
        kind,
        month: december,
        on: amount,
        from: on("2022-02-01"),
        until: on("2022-02-28"),
        amount: yuan("1400"),
    };
    let fee = office.ok(AGENCY, "2022-04-01", fee);
    says(fee.seq(), &["`late_fee`", "on 2022-02-01", "Jiangsu regulation art 56"], "a town's fee");
    let amount = yuan("112500");
    let january = month("2022-01");
    let wrong = AssessPremium { payer, kind, month: january, amount };
    office.no(AGENCY, "2022-02-02", wrong).is("assessed-on-last-month", &["1.1"]);
    let assessed = AssessPremium { payer, kind, month: january, amount: yuan("110000") };
    let assessed = office.ok(AGENCY, "2022-02-02", assessed);
    says(assessed.seq(), &["`assessment`", "Social Insurance Law art 62"], "rate Unit");
    let placed = office.ok(FINANCE, "2021-06-01", PlaceInvestment { amount: yuan("10") });
    says(placed.seq(), &["国发〔2015〕48号", "`buffer before_investing`", "art 37"], "rate");
    let adopted = office.ok(GOVERNMENT, "2022-01-02", adopt(Profile::jiangsu()));
    says(adopted.seq(), &["authority adopt_profile", "on 2022-06-30"], "on 2022-01-02");
    office.is_sound();
}

#[test]
fn art_55_adoption_is_judged_by_the_day_of_recording_though_the_clock_went_back() {
    // From 2022-07-01 on only the agency may adopt a profile.
    let rules = "[[authority]]\nact = \"adopt_profile\"\nwho = [\"agency\"]\nfrom = 2022-07-01\n\
                 source = \"a decree\"\n";
    let office: Office<earmark_core::fund::WorkInjury> = Office::overlaid(rules).with_money();
    go_to(&office.clock, "2022-07-02");
    let provider = earmark_core::command::AgreeProvider {
        provider: party(9),
        from: on("2021-01-01"),
        until: None,
    };
    office.ok(AGENCY, "2022-06-01", provider);
    // Recording times never go back: what is recorded now is recorded on 2022-07-02.
    go_to(&office.clock, "2022-06-29");
    let adopt = || AdoptProfile { profile: Profile::jiangsu() };
    office.no(GOVERNMENT, "2022-06-01", adopt()).is("authority", &["agency"]);
    office.ok(AGENCY, "2022-06-01", adopt());
    office.is_sound();
}
