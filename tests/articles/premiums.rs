//! Premiums: declared, verified, due, received, transferred, refunded; arrears and late fees.

use earmark_core::account::{Account, RevenueAccount, SpecialAccount, TreasuryDeposit};
use earmark_core::command::{
    AnyCommand, AssessPremium, ChargeLateFee, CorrectDue, DeclarePremium, ReceiveDuePremium,
    ReceiveOtherIncome, ReceivePremium, RefundPremium, Reverse, TransferCollections, VerifyPremium,
};
use earmark_core::event::{OtherIncome, Recorded};
use earmark_core::fund::{
    EnterprisePension, EnterprisePensionPremium as Premium, IncomeItem, Purpose,
};
use earmark_core::money::Amount;
use earmark_core::register::{DueEntry, DueKey, DueStatus, RegisterKey};
use earmark_core::report::AsOf;
use earmark_core::rules::Profile;
use earmark_core::time::{Clock, Month, Period};

use crate::office::*;

type Pension = Office<EnterprisePension>;

const MARCH: &str = "2021-03";

fn declare(month: Month, base: &str, amount: &str) -> DeclarePremium<EnterprisePension> {
    DeclarePremium {
        payer: party(1),
        kind: Premium::Unit,
        month,
        persons: 10,
        base: yuan(base),
        amount: yuan(amount),
    }
}

fn verify(month: Month, base: &str, amount: &str) -> VerifyPremium<EnterprisePension> {
    let DeclarePremium { payer, kind, month, persons, base, amount } = declare(month, base, amount);
    VerifyPremium { payer, kind, month, persons, base, amount }
}

fn receive(month: Month, amount: &str) -> ReceiveDuePremium<EnterprisePension, TreasuryDeposit> {
    ReceiveDuePremium {
        into: TreasuryDeposit,
        kind: Premium::Unit,
        from: party(1),
        month,
        amount: yuan(amount),
    }
}

fn fee(from: &str, until: &str, principal: &str, amount: &str) -> ChargeLateFee<EnterprisePension> {
    ChargeLateFee {
        payer: party(1),
        kind: Premium::Unit,
        month: month(MARCH),
        on: yuan(principal),
        from: on(from),
        until: on(until),
        amount: yuan(amount),
    }
}

impl Pension {
    fn correct(&self, base: &str, amount: &str) -> CorrectDue<EnterprisePension> {
        CorrectDue {
            payer: party(1),
            kind: Premium::Unit,
            month: month(MARCH),
            persons: 10,
            base: yuan(base),
            amount: yuan(amount),
            reason: self.text("one person left in February"),
        }
    }

    /// March is declared on 2021-04-05 and verified on 2021-04-10: 100,000.00 is due.
    fn with_march(self) -> Self {
        self.ok(AGENCY, "2021-04-05", declare(month(MARCH), "625000", "100000"));
        self.ok(AGENCY, "2021-04-10", verify(month(MARCH), "625000", "100000"));
        self
    }

    fn march(&self) -> DueEntry {
        let due = self.due(party(1), Premium::Unit, month(MARCH));
        assert_eq!(due.due_minor, due.received_minor + due.arrears_minor());
        due
    }

    fn march_as_of(&self, as_of: AsOf) -> (u64, u64, u64) {
        let key = DueKey { payer: party(1), kind: Premium::Unit.code(), month: month(MARCH) };
        let entries = self.book.entries_as_of(as_of).unwrap();
        let due = entries.get(&RegisterKey::Due(key)).copied().unwrap_or_default().due();
        assert_eq!(due.due_minor, due.received_minor + due.arrears_minor());
        (due.due_minor, due.received_minor, due.arrears_minor())
    }
}

#[test]
fn art_26_due_equals_received_plus_arrears() {
    let office = Pension::jiangsu().with_march();
    assert_eq!(office.march().arrears_minor(), 10_000_000);

    office.ok(TAX, "2021-04-12", receive(month(MARCH), "40000"));
    let known_at = office.clock.now();
    office.clock.go(crate::given::MINUTE_MICROS);
    office.ok(TAX, "2021-05-20", receive(month(MARCH), "35000"));
    office.ok(
        TAX,
        "2021-05-31",
        TransferCollections { from: TreasuryDeposit, amount: yuan("75000") },
    );
    assert_eq!(office.march().received_minor, 7_500_000);
    assert_eq!(office.march().arrears_minor(), 2_500_000);
    assert_eq!(office.holds(Account::Special), 7_500_000);

    // On past days, and as it was known.
    for (day, figures) in [
        ("2021-04-04", (0, 0, 0)),
        ("2021-04-09", (0, 0, 0)),
        ("2021-04-10", (10_000_000, 0, 10_000_000)),
        ("2021-04-12", (10_000_000, 4_000_000, 6_000_000)),
        ("2021-05-20", (10_000_000, 7_500_000, 2_500_000)),
    ] {
        assert_eq!(office.march_as_of(AsOf::day(on(day))), figures, "{day}");
    }
    let then = AsOf::day(on("2021-05-31")).known_at(known_at);
    assert_eq!(office.march_as_of(then), (10_000_000, 4_000_000, 6_000_000));

    office.no(TAX, "2021-06-01", receive(month(MARCH), "25000.01")).is(
        "due-fits",
        &["100,000.00 is due", "for 2021-03", "75,000.00 was received", "25,000.01"],
    );
    office.ok(TAX, "2021-06-01", receive(month(MARCH), "25000"));
    assert_eq!(office.march().arrears_minor(), 0);
    office.is_sound();
}

#[test]
fn art_26_arrears_are_kept_per_payer_kind_and_month() {
    let office = Pension::jiangsu().with_march();
    let april = month("2021-04");
    office.ok(AGENCY, "2021-05-05", declare(april, "500000", "80000"));
    office.ok(AGENCY, "2021-05-10", verify(april, "500000", "80000"));
    office.ok(TAX, "2021-05-12", receive(april, "80000"));
    assert_eq!(office.march().arrears_minor(), 10_000_000);
    assert_eq!(office.due(party(1), Premium::Unit, april).arrears_minor(), 0);
    let individual = ReceiveDuePremium { kind: Premium::Individual, ..receive(april, "1") };
    office.no(TAX, "2021-05-12", individual).is("due-fits", &["nothing is verified as due"]);
    let other = ReceiveDuePremium { from: party(2), ..receive(april, "1") };
    office.no(TAX, "2021-05-12", other).is("due-fits", &["nothing is verified as due"]);
    office.is_sound();
}

#[test]
fn art_26_a_premium_is_declared_verified_and_then_due() {
    let office = Pension::jiangsu();
    let march = month(MARCH);
    office
        .no(AGENCY, "2021-04-05", verify(march, "625000", "100000"))
        .is("due-fits", &["2021-03 was not declared", "assessed"]);
    office.ok(AGENCY, "2021-04-05", declare(march, "600000", "96000"));
    assert_eq!(office.march().status, DueStatus::Declared);
    assert_eq!(office.march().due_minor, 0);
    office.no(TAX, "2021-04-06", receive(march, "1")).is("due-fits", &["nothing is verified"]);
    // Until it is verified, it can be declared again.
    office.ok(AGENCY, "2021-04-07", declare(march, "625000", "100000"));
    office.ok(AGENCY, "2021-04-10", verify(march, "625000", "100000"));
    office
        .no(AGENCY, "2021-04-11", declare(march, "625000", "100000"))
        .is("due-fits", &["known", "correct it"]);
    office
        .no(AGENCY, "2021-04-11", verify(march, "625000", "100000"))
        .is("due-fits", &["known", "correct it"]);
    assert_eq!(office.march().persons, 10);
    office.is_sound();
}

#[test]
fn art_26_where_a_layer_says_so_every_receipt_names_the_month_it_is_due_for() {
    let office = Pension::overlaid(
        "[[requirement]]\nwhat = \"due_before_receipt\"\nstrength = \"refuse\"\n\
         from = 2021-01-01\nsource = \"a town's rule\"\n",
    )
    .with_march();
    let bare = ReceivePremium {
        into: TreasuryDeposit,
        kind: Premium::Unit,
        from: party(1),
        amount: yuan("1"),
    };
    office.no(TAX, "2021-04-12", bare).is(
        "due-fits",
        &["names no month", "`requirement due_before_receipt` of layer `town`", "a town's rule"],
    );
    office.ok(TAX, "2021-04-12", receive(month(MARCH), "100000"));
    office.is_sound();
}

#[test]
fn art_26_undeclared_month_is_assessed_at_110_percent() {
    let office = Pension::jiangsu().with_march();
    let april = month("2021-04");
    let assess = |month: Month, amount: &str| AssessPremium {
        payer: party(1),
        kind: Premium::Unit,
        month,
        amount: yuan::<EnterprisePension>(amount),
    };
    office
        .no(AGENCY, "2021-04-30", assess(april, "110000"))
        .is("assessed-on-last-month", &["2021-04 is not over on 2021-04-30"]);
    office.no(AGENCY, "2021-05-01", assess(april, "100000")).is(
        "assessed-on-last-month",
        &["100,000.00", "Social Insurance Law art 62", "layer `cn-national-2017`"],
    );
    office.ok(AGENCY, "2021-05-01", assess(april, "110000"));
    let due = office.due(party(1), Premium::Unit, april);
    assert_eq!((due.status, due.due_minor), (DueStatus::Assessed, 11_000_000));
    // The next undeclared month goes on from there.
    office.ok(AGENCY, "2021-06-01", assess(month("2021-05"), "121000"));
    office.ok(TAX, "2021-06-02", receive(month("2021-05"), "121000"));
    // Declared late, it is corrected.
    office
        .no(AGENCY, "2021-06-03", declare(april, "625000", "100000"))
        .is("due-fits", &["correct it"]);

    office
        .no(AGENCY, "2021-08-01", assess(month("2021-07"), "1"))
        .is("assessed-on-last-month", &["0.00"]);
    office.ok(AGENCY, "2021-07-01", declare(month("2021-06"), "625000", "100000"));
    office
        .no(AGENCY, "2021-07-02", assess(month("2021-06"), "133100"))
        .is("assessed-on-last-month", &["2021-06 was declared"]);
    office.is_sound();
}

#[test]
fn art_52_base_outside_60_to_300_percent_refused() {
    // 60 % and 300 % of 9,000.00 a month are 5,400.00 and 27,000.00 for each of ten persons.
    let office = Pension::overlaid(
        "[[average_wage]]\nmonthly = \"9000.00\"\nfrom = 2021-01-01\nuntil = 2021-12-31\n\
         source = \"notice of the year\"\n",
    );
    let march = month(MARCH);
    for (base, amount) in [("53999.99", "8640"), ("270000.01", "43200")] {
        office.no(AGENCY, "2021-04-05", declare(march, base, amount)).is(
            "premium-fits",
            &["10 persons for 2021-03", "54,000.00 and 270,000.00", "rule `base`"],
        );
    }
    office.ok(AGENCY, "2021-04-05", declare(march, "270000", "43200"));
    office
        .no(AGENCY, "2021-04-10", verify(march, "53999.99", "8640"))
        .is("premium-fits", &["53,999.99"]);
    office.ok(AGENCY, "2021-04-10", verify(march, "54000", "8640"));
    office.no(AGENCY, "2021-04-11", office.correct("1", "0.16")).is("premium-fits", &["54,000.00"]);
    office.is_sound();
}

#[test]
fn art_52_rate_off_the_table_refused() {
    let rate = "[[rate]]\nfund = \"ENT_PENSION\"\npremium = \"Unit\"\nrate = \"0.14\"\n\
                from = 2021-01-01\nuntil = 2021-12-31\nsource = \"a town's rate\"\n";
    let office = Pension::overlaid(rate);
    office.no(AGENCY, "2021-04-05", declare(month(MARCH), "625000", "100000")).is(
        "premium-fits",
        &["625,000.00 is 87,500.00, not 100,000.00", "layer `town`", "a town's rate", "overrides"],
    );
    office.ok(AGENCY, "2021-04-05", declare(month(MARCH), "625000", "87500"));
    // By the rules of the month for which it is due, not of the day it is declared on.
    office
        .no(AGENCY, "2021-04-05", declare(month("2020-12"), "625000", "87500"))
        .is("premium-fits", &["100,000.00, not 87,500.00", "layer `cn-national-2017`"]);
    office.is_sound();
}

#[test]
fn art_55_dues_cannot_be_reduced_below_what_was_received() {
    let office = Pension::jiangsu().with_march();
    let received = office.ok(TAX, "2021-04-12", receive(month(MARCH), "90000"));
    office.no("fund accounting section", "2021-04-20", office.correct("562500", "90000")).is(
        "authority",
        &[
            "fund accounting section",
            "agency",
            "`authority correct_due`",
            "Social Insurance Law art 60",
        ],
    );
    office
        .no(AGENCY, "2021-04-20", office.correct("500000", "80000"))
        .is("due-fits", &["90,000.00 was received", "80,000.00"]);
    office
        .no(TAX, "2011-06-30", office.correct("562500", "90000"))
        .is("due-fits", &["changed on", "this counts for 2011-06-30"]);
    // What is due follows the base: it is not reduced at will.
    office
        .no(AGENCY, "2021-04-20", office.correct("625000", "90000"))
        .is("premium-fits", &["625,000.00 is 100,000.00, not 90,000.00"]);
    office.ok(AGENCY, "2021-04-20", office.correct("562500", "90000"));
    assert_eq!(office.march().arrears_minor(), 0);

    // Refunded first, it can be reduced further.
    office.ok(
        TAX,
        "2021-04-20",
        TransferCollections { from: TreasuryDeposit, amount: yuan("90000") },
    );
    let refund = RefundPremium { of: &received, from: SpecialAccount, amount: yuan("10000") };
    office.ok(FINANCE, "2021-04-21", refund);
    office.ok(AGENCY, "2021-04-22", office.correct("500000", "80000"));
    assert_eq!(office.march().due_minor, 8_000_000);
    assert_eq!(office.march().arrears_minor(), 0);
    office.is_sound();
}

#[test]
fn art_55_nothing_is_corrected_before_it_is_due() {
    let office = Pension::jiangsu();
    office.ok(AGENCY, "2021-04-05", declare(month(MARCH), "625000", "100000"));
    office
        .no(AGENCY, "2021-04-06", office.correct("500000", "80000"))
        .is("due-fits", &["nothing is due for 2021-03 yet"]);
    office.is_sound();
}

#[test]
fn art_26_premiums_are_refunded_by_the_original_channel() {
    let office = Pension::bare().under(Profile::national()).with_march();
    let into_revenue = ReceiveDuePremium {
        into: RevenueAccount,
        kind: Premium::Unit,
        from: party(1),
        month: month(MARCH),
        amount: yuan::<EnterprisePension>("100000"),
    };
    let received = office.ok(AGENCY, "2021-04-12", into_revenue);
    let refund = |amount| RefundPremium { of: &received, from: RevenueAccount, amount };
    let refunded = office.ok(AGENCY, "2021-04-15", refund(yuan("30000")));
    assert_eq!(refunded.party(), Some(party(1)));
    assert_eq!(office.march().received_minor, 7_000_000);
    assert_eq!(office.march().arrears_minor(), 3_000_000);
    office
        .no(AGENCY, "2021-04-16", refund(yuan("70000.01")))
        .is("corrected-once", &["100,000.00", "30,000.00 has been taken back", "70,000.01"]);
    office
        .no(AGENCY, "2021-04-11", refund(yuan("1")))
        .is("after-original", &["2021-04-11", "2021-04-12"]);
    let year = Period::year(2021).unwrap();
    let statement = office.book.statement(year, None).unwrap();
    assert_eq!(statement.income_of(IncomeItem::Premium).minor(), 7_000_000);
    office.is_sound();
}

#[test]
fn art_26_a_refund_cannot_be_reversed_over_what_is_due() {
    let office = Pension::jiangsu().with_march();
    let received = office.ok(TAX, "2021-04-12", receive(month(MARCH), "100000"));
    office.ok(
        TAX,
        "2021-04-20",
        TransferCollections { from: TreasuryDeposit, amount: yuan("100000") },
    );
    let refund = RefundPremium { of: &received, from: SpecialAccount, amount: yuan("20000") };
    let refund = office.ok(FINANCE, "2021-04-21", refund);
    office.ok(AGENCY, "2021-04-22", office.correct("500000", "80000"));
    let reverse = Reverse { of: &refund, reason: office.text("booked twice") };
    office
        .no(FINANCE, "2021-04-23", reverse)
        .is("due-fits", &["80,000.00 is due", "80,000.00 was received", "20,000.00"]);
    office.ok(AGENCY, "2021-04-24", office.correct("625000", "100000"));
    office.ok(FINANCE, "2021-04-25", reverse);
    assert_eq!(office.march().received_minor, 10_000_000);
    office.is_sound();
}

#[test]
fn art_26_a_reversed_receipt_is_in_arrears_again() {
    let office = Pension::jiangsu().with_march();
    let received = office.ok(TAX, "2021-04-12", receive(month(MARCH), "100000"));
    let reason = office.text("of another payer");
    office.ok(TAX, "2021-04-13", Reverse { of: &received, reason });
    assert_eq!(office.march().arrears_minor(), 10_000_000);
    office.ok(TAX, "2021-04-14", receive(month(MARCH), "100000"));
    assert_eq!(office.march().arrears_minor(), 0);
    office.is_sound();
}

#[test]
fn art_56_late_fee_of_100000_yuan_over_30_days_is_1500() {
    let office = Pension::jiangsu().with_march();
    for (amount, found) in [("1499.99", "1,499.99"), ("1500.01", "1,500.01"), ("1550", "1,550.00")]
    {
        office.no(AGENCY, "2021-05-15", fee("2021-04-16", "2021-05-15", "100000", amount)).is(
            "late-fee-exact",
            &["100,000.00 over 30 days is 1,500.00", found, "art 56", "layer `cn-jiangsu`"],
        );
    }
    office.ok(AGENCY, "2021-05-15", fee("2021-04-16", "2021-05-15", "100000", "1500"));
    assert_eq!(office.march().fee_minor, 150_000);
    assert_eq!(office.march().fee_until, Some(on("2021-05-15")));
    assert_eq!(office.march().due_minor, 10_000_000, "a fee is no premium");

    // Each day is charged once.
    office
        .no(AGENCY, "2021-05-31", fee("2021-05-15", "2021-05-31", "100000", "850"))
        .is("late-fee-exact", &["charged until 2021-05-15"]);
    office.ok(AGENCY, "2021-05-31", fee("2021-05-16", "2021-05-31", "100000", "800"));
    // Days to come are none of default, and no more is late than was due.
    office
        .no(AGENCY, "2022-06-30", fee("2022-06-30", "2022-07-01", "100000", "100"))
        .is("late-fee-exact", &["2022-07-01"]);
    office
        .no(AGENCY, "2021-06-30", fee("2021-06-01", "2021-06-30", "200000", "3000"))
        .is("late-fee-exact", &["100,000.00 was due", "200,000.00"]);
    office.is_sound();
}

#[test]
fn art_56_no_late_fee_runs_on_what_was_received() {
    let office = Pension::jiangsu().with_march();
    office.ok(TAX, "2021-05-15", receive(month(MARCH), "60000"));
    // Until the day of the payment the whole is late, after it what is left.
    office
        .no(AGENCY, "2021-06-15", fee("2021-05-01", "2021-05-30", "100000", "1500"))
        .is("late-fee-exact", &["2021-05-15"]);
    office.ok(AGENCY, "2021-06-15", fee("2021-05-01", "2021-05-15", "100000", "750"));
    office
        .no(AGENCY, "2021-06-15", fee("2021-05-16", "2021-05-30", "100000", "750"))
        .is("late-fee-exact", &["40,000.00", "100,000.00"]);
    office.ok(AGENCY, "2021-06-15", fee("2021-05-16", "2021-05-30", "40000", "300"));
    office.ok(TAX, "2021-06-16", receive(month(MARCH), "40000"));
    office
        .no(AGENCY, "2021-07-30", fee("2021-06-17", "2021-07-16", "40000", "600"))
        .is("late-fee-exact", &["0.00", "40,000.00"]);
    assert_eq!(office.march().fee_minor, 105_000);
    office.is_sound();
}

#[test]
fn art_56_a_late_fee_joins_the_fund_when_received_and_a_fine_never_does() {
    let office = Pension::jiangsu().with_march();
    office.ok(AGENCY, "2021-05-15", fee("2021-04-16", "2021-05-15", "100000", "1500"));
    assert_eq!(office.book.head().unwrap().state.total_minor(), 0, "charged is not received");
    let income = ReceiveOtherIncome {
        into: SpecialAccount,
        kind: OtherIncome::LateFee,
        from: party(1),
        amount: yuan::<EnterprisePension>("1500"),
    };
    office.ok(TAX, "2021-05-20", income);
    let statement = office.book.statement(Period::year(2021).unwrap(), None).unwrap();
    assert_eq!(statement.income_of(IncomeItem::Other).minor(), 150_000);
    assert_eq!(office.march().received_minor, 0, "a fee pays no premium");

    // There is no word for a fine: no command, no kind of income, no purpose.
    for json in [
        r#"{"command":"receive_fine","into":"special","amount":"1.00"}"#,
        r#"{"command":"receive_other_income","into":"special","kind":"fine",
            "from":"8e4b3f0a-7c1d-4a55-9b1e-0f6d2c3a4b5c","amount":"1.00"}"#,
    ] {
        assert!(serde_json::from_str::<AnyCommand>(json).is_err(), "{json}");
    }
    let names = OtherIncome::ALL.iter().map(|it| it.name);
    assert!(names.eq(["late_fee", "breach_money", "donation", "approved"]));
    office.is_sound();
}

#[test]
fn art_26_a_matter_is_read_back_with_its_figures() {
    let office = Pension::jiangsu().with_march();
    let events: Vec<Recorded<EnterprisePension>> =
        office.book.trail(&earmark_core::report::TrailFilter::all().of_party(party(1))).unwrap();
    let amounts: Vec<Amount<EnterprisePension>> = events.iter().map(Recorded::amount).collect();
    assert_eq!(amounts, [yuan("100000"), yuan("100000")]);
    assert_eq!(events[0].premium(), Some(Premium::Unit));
    office.is_sound();
}

#[test]
fn art_26_a_month_can_be_declared_verified_and_received_in_one_commit() {
    let office = Pension::jiangsu();
    let march = month(MARCH);
    let (declared, verified) =
        (declare(march, "625000", "100000"), verify(march, "625000", "100000"));
    let twice = (declared, verified, receive(march, "60000"), receive(march, "40000.01"));
    office
        .no(TAX, "2021-04-10", twice)
        .is("due-fits", &["60,000.00 was received, 40,000.01 would be too much"]);
    office.ok(
        TAX,
        "2021-04-10",
        (declared, verified, receive(march, "60000"), receive(march, "40000")),
    );
    assert_eq!(office.march().arrears_minor(), 0);
    office.is_sound();
}

#[test]
fn art_26_the_same_key_is_the_same_declaration() {
    let office = Pension::jiangsu();
    let (key, voucher) = (office.key(), office.voucher(AGENCY, "2021-04-05"));
    let what = || declare(month(MARCH), "625000", "100000");
    let first = office.book.record(key, &voucher, what()).unwrap();
    let again = office.book.record(key, &voucher, what()).unwrap();
    assert!(again.repeated() && first.last_seq() == again.last_seq());
    let other = office.book.record(key, &voucher, declare(month(MARCH), "500000", "80000"));
    refused(other).is("key-fresh", &[]);
    office.is_sound();
}
