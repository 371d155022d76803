//! Cases counted by hand: the model is not only held against the library.

use earmark_core::account::Account::{self, Expenditure, Investment, Revenue, Special};
use earmark_core::command::AnyCommand;
use earmark_core::fund::{EnterprisePension, Fund, FundSpec, WorkInjury};
use earmark_core::id::{Key, Link, area};
use earmark_core::time::{Day, Timestamp, UtcOffset, day};

use super::{Answer, Model, What};
use crate::history::{Call, Line};
use crate::law::{Clause, Law, Says};

const AGENCY: &str = "agency";
const FINANCE: &str = "finance_department";
const PAYER: &str = "00000000-0000-0000-0000-000000000001";
const PERSON: &str = "00000000-0000-0000-0000-000000000007";

/// One book of the model, asked line by line on 2022-06-30.
struct Book {
    model: Model,
    keys: u64,
}

impl Book {
    fn of(fund: &'static FundSpec) -> Self {
        let mut model = Model::new();
        assert_eq!(model.open(area("320100").unwrap(), fund), 0);
        model.register(0, "why");
        model.register(0, "why");
        assert_eq!(model.lines(0).len(), 1, "a text is registered once");
        Self { model, keys: 0 }
    }

    /// A work injury book with 1,000.00 in its special and its expenditure account each.
    fn injury() -> Self {
        Self::of(WorkInjury::SPEC).with_money()
    }

    fn with_money(mut self) -> Self {
        for account in [Special, Expenditure] {
            self.ok("2021-01-01", AnyCommand::OpenAccount { account });
            let amount = "1000".to_owned();
            self.ok("2021-01-01", AnyCommand::BringForward { into: account, amount });
        }
        self
    }

    fn under(mut self, fund: &str, says: &[Says]) -> Self {
        let mut law = Law::of(fund);
        law.clauses = says
            .iter()
            .map(|says| Clause { from: on("2021-01-01"), until: None, says: says.clone() })
            .collect();
        self.ok("2021-01-01", AnyCommand::AdoptProfile { profile: law.to_profile_text() });
        self
    }

    fn ask(
        &mut self,
        actor: &str,
        day: &str,
        case: Option<Link>,
        commands: &[AnyCommand],
    ) -> Answer {
        self.keys += 1;
        let key = Key::from_bytes(u128::from(self.keys).to_be_bytes());
        let lines = commands
            .iter()
            .map(|command| Line {
                on: on(day),
                actor: actor.to_owned(),
                link: case,
                command: command.clone(),
            })
            .collect();
        let at = moment("2022-06-30", self.keys);
        self.model.take(&Call { book: 0, at, key, lines }, on("2022-06-30"))
    }

    /// It is recorded; its sequence number.
    #[track_caller]
    fn ok(&mut self, day: &str, command: AnyCommand) -> u64 {
        self.ok_on(None, day, command)
    }

    #[track_caller]
    fn ok_on(&mut self, case: Option<Link>, day: &str, command: AnyCommand) -> u64 {
        match self.ask(FINANCE, day, case, &[command]) {
            Answer::Recorded { first_seq, count: 1 } => first_seq,
            other => panic!("{other:?}"),
        }
    }

    /// It is refused for this rule alone.
    #[track_caller]
    fn no(&mut self, rule: &'static str, day: &str, command: AnyCommand) {
        self.no_on(None, rule, day, command);
    }

    #[track_caller]
    fn no_on(&mut self, case: Option<Link>, rule: &'static str, day: &str, command: AnyCommand) {
        let answer = self.ask(FINANCE, day, case, &[command]);
        assert_eq!(answer, Answer::Refused([rule].into()));
    }
}

fn on(text: &str) -> Day {
    day(text).unwrap()
}

/// So many minutes after the start of a day.
fn moment(text: &str, minutes: u64) -> Timestamp {
    let start = Timestamp::start_of(on(text), UtcOffset::CHINA).micros();
    Timestamp::from_micros(start + i64::try_from(minutes).unwrap() * 60_000_000).unwrap()
}

/// A command as the dynamic door has it.
fn command(json: &str) -> AnyCommand {
    let json = json.replace("PAYER", PAYER).replace("PERSON", PERSON);
    serde_json::from_str(&json).unwrap()
}

fn pay(amount: &str) -> AnyCommand {
    command(&format!(
        r#"{{"command":"pay_benefit","from":"expenditure","kind":"Medical","to":"PERSON","amount":"{amount}"}}"#
    ))
}

fn interest(into: Account, amount: &str) -> AnyCommand {
    AnyCommand::ReceiveInterest { into, amount: amount.to_owned() }
}

#[test]
fn a_balance_is_asked_for_a_day_and_for_a_past_knowledge() {
    let mut book = Book::injury();
    book.ok("2021-03-01", interest(Special, "1.50"));
    book.ok("2021-02-01", interest(Special, "0.25"));
    let minor = |day: Option<&str>, known| book.model.minor_as_of(0, Special, day.map(on), known);
    // Each call is a minute later than the one before; what February earned was recorded in the sixth.
    assert_eq!(minor(None, None), 100_175);
    assert_eq!(minor(Some("2021-01-31"), None), 100_000);
    assert_eq!(minor(Some("2021-02-28"), None), 100_025);
    assert_eq!(minor(Some("2021-03-01"), Some(moment("2022-06-30", 5))), 100_150);
    assert_eq!(minor(Some("2021-02-28"), Some(moment("2022-06-30", 5))), 100_000);
    assert_eq!(book.model.minor(0, Special), 100_175);
    assert!(matches!(&book.model.lines(0)[0].what, What::Text(text) if text == "why"));
}

#[test]
fn money_is_where_it_can_be_and_not_below_zero() {
    let mut book = Book::injury();
    book.no("no-overdraft", "2021-02-01", pay("1000.01"));
    book.no("range", "2021-02-01", pay("1000.001"));
    book.no("range", "2021-02-01", pay("0"));
    book.no("account-open", "2021-02-01", interest(Revenue, "1"));
    book.no("not-in-future", "2022-07-01", interest(Special, "1"));
    book.no("closed-list", "2021-02-01", interest(Account::Treasury, "1"));
    book.no(
        "forward-first",
        "2021-02-01",
        AnyCommand::BringForward { into: Special, amount: "1".to_owned() },
    );
    book.no("closed-list", "2021-02-01", AnyCommand::OpenAccount { account: Investment });
    book.no(
        "own-interest",
        "2021-02-01",
        command(r#"{"command":"hand_over_interest","amount":"0.01"}"#),
    );
    book.ok("2021-02-01", interest(Expenditure, "0.01"));
    book.ok("2021-02-01", command(r#"{"command":"hand_over_interest","amount":"0.01"}"#));
    book.ok("2021-02-01", pay("1000"));
    book.ok("2021-02-02", AnyCommand::CloseAccount { account: Expenditure });
    book.no("close-empty", "2021-02-02", AnyCommand::CloseAccount { account: Special });
    // One bad line, and nothing of the commit is there.
    let two = [interest(Special, "1"), interest(Revenue, "1")];
    assert_eq!(
        book.ask(FINANCE, "2021-02-02", None, &two),
        Answer::Refused(["account-open"].into())
    );
    assert_eq!(book.model.minor(0, Special), 100_001);
}

#[test]
fn a_key_stands_for_one_content_however_its_sums_are_written() {
    let mut book = Book::injury();
    let line = |amount: &str| Line {
        on: on("2021-02-01"),
        actor: AGENCY.to_owned(),
        link: None,
        command: interest(Special, amount),
    };
    let mut ask = |amount: &str| {
        let key = Key::from_bytes([9; 16]);
        let call = Call { book: 0, at: moment("2022-06-30", 9), key, lines: vec![line(amount)] };
        book.model.take(&call, on("2022-06-30"))
    };
    assert_eq!(ask("1"), Answer::Recorded { first_seq: 6, count: 1 });
    assert_eq!(ask("1.00"), Answer::Repeated { first_seq: 6 });
    assert_eq!(ask("1.01"), Answer::Refused(["key-fresh"].into()));
}

#[test]
fn what_is_taken_back_is_taken_back_once() {
    let mut book = Book::injury();
    let paid = book.ok("2021-02-10", pay("100"));
    let back = |amount: &str| AnyCommand::ReturnPayment { of: paid, amount: amount.to_owned() };
    book.no("after-original", "2021-02-09", back("1"));
    let returned = book.ok("2021-02-11", back("60"));
    book.no("corrected-once", "2021-02-11", back("40.01"));
    let reverse = |of| AnyCommand::Reverse { of, reason: "why".to_owned() };
    book.no("corrected-once", "2021-02-11", reverse(paid));
    // A return that is itself reversed was no return.
    book.ok("2021-02-12", reverse(returned));
    book.no("original-fits", "2021-02-12", reverse(book.model.lines(0).len() as u64));
    book.ok("2021-02-12", reverse(paid));
    assert_eq!(book.model.minor(0, Expenditure), 100_000);
}

#[test]
fn a_premium_is_due_once_verified_and_late_by_the_day() {
    // 100,000.00 over 30 days at 0.05 % a day is 1,500.00 (Jiangsu regulation art 56).
    let mut book =
        Book::injury().under("WORK_INJURY", &[Says::LateFee(500), Says::Assessment(1_100_000)]);
    let month = |verb: &str, amount: &str| {
        command(&format!(
            r#"{{"command":"{verb}","payer":"PAYER","kind":"Unit","month":"2021-03","persons":10,"base":"0","amount":"{amount}"}}"#
        ))
    };
    let receive = |amount: &str| {
        command(&format!(
            r#"{{"command":"receive_due_premium","into":"special","kind":"Unit","from":"PAYER","month":"2021-03","amount":"{amount}"}}"#
        ))
    };
    let fee = |from: &str, until: &str, principal: &str, amount: &str| {
        command(&format!(
            r#"{{"command":"charge_late_fee","payer":"PAYER","kind":"Unit","month":"2021-03","on":"{principal}","from":"{from}","until":"{until}","amount":"{amount}"}}"#
        ))
    };
    book.no("due-fits", "2021-04-10", month("verify_premium", "100000"));
    book.ok("2021-04-05", month("declare_premium", "100000"));
    book.no("due-fits", "2021-04-06", receive("1"));
    book.ok("2021-04-10", month("verify_premium", "100000"));
    book.no("late-fee-exact", "2021-05-15", fee("2021-04-16", "2021-05-15", "100000", "1499.99"));
    book.ok("2021-05-15", fee("2021-04-16", "2021-05-15", "100000", "1500"));
    book.no("late-fee-exact", "2021-05-31", fee("2021-05-15", "2021-05-31", "100000", "850"));
    // On the day of the payment the whole is late still, from the next on what is left.
    book.ok("2021-05-20", receive("60000"));
    book.no("due-fits", "2021-05-21", receive("40000.01"));
    book.no("late-fee-exact", "2021-06-01", fee("2021-05-16", "2021-05-21", "40000", "120"));
    book.ok("2021-06-01", fee("2021-05-16", "2021-05-19", "100000", "200"));
    book.ok("2021-06-01", fee("2021-05-20", "2021-05-20", "100000", "50"));
    book.no("late-fee-exact", "2021-06-01", fee("2021-05-21", "2021-05-30", "100000", "500"));
    book.ok("2021-06-01", fee("2021-05-21", "2021-05-30", "40000", "200"));
    // The month after was not declared: 110 % once it is over (Social Insurance Law art 62).
    let assess = |amount: &str| {
        command(&format!(
            r#"{{"command":"assess_premium","payer":"PAYER","kind":"Unit","month":"2021-04","amount":"{amount}"}}"#
        ))
    };
    book.no("assessed-on-last-month", "2021-04-30", assess("110000"));
    book.no("assessed-on-last-month", "2021-05-01", assess("100000"));
    book.ok("2021-05-01", assess("110000"));
}

#[test]
fn a_claim_is_paid_in_its_instalments_and_again_what_the_bank_returned() {
    let mut book = Book::injury();
    let case = Some(Link::from_u128(1));
    let file = command(
        r#"{"command":"file_claim","case":"00000000-0000-0000-0000-000000000001","person":"PERSON","kind":"Medical","occurred_on":"2021-02-20","liable":null,"amount":"120"}"#,
    );
    let verify = |instalments: u32| {
        command(&format!(
            r#"{{"command":"verify_claim","case":"00000000-0000-0000-0000-000000000001","amount":"100","payable_from":"2021-03-10","instalments":{instalments}}}"#
        ))
    };
    book.no("claim-fits", "2021-02-19", file.clone());
    book.ok("2021-03-01", file.clone());
    book.no("claim-fits", "2021-03-01", file);
    book.no_on(case, "claim-fits", "2021-03-12", pay("1"));
    book.ok("2021-03-05", verify(1));
    book.no_on(case, "claim-fits", "2021-03-09", pay("1"));
    book.no_on(case, "claim-fits", "2021-03-10", pay("100.01"));
    let paid = book.ok_on(case, "2021-03-10", pay("60"));
    book.no_on(case, "claim-fits", "2021-03-11", pay("40"));
    book.ok("2021-03-11", AnyCommand::ReturnPayment { of: paid, amount: "25".to_owned() });
    book.no_on(case, "claim-fits", "2021-03-12", pay("25.01"));
    book.ok_on(case, "2021-03-12", pay("25"));
    book.ok("2021-03-13", verify(2));
    book.ok_on(case, "2021-03-13", pay("40"));
}

#[test]
fn what_is_demanded_back_is_what_was_paid_and_did_not_come_back() {
    let mut book = Book::injury();
    let paid = book.ok("2021-03-10", pay("100"));
    let demand = |amount: &str| {
        command(&format!(
            r#"{{"command":"demand_recovery","of":{paid},"from":"PERSON","amount":"{amount}","instalments":2,"first_on":null,"reason":"why"}}"#
        ))
    };
    let waive = |amount: &str| {
        command(&format!(
            r#"{{"command":"waive_recovery","of":{paid},"amount":"{amount}","reason":"why"}}"#
        ))
    };
    let recover = |amount: &str| {
        command(&format!(
            r#"{{"command":"recover_benefit","of":{paid},"from":"PERSON","into":"expenditure","amount":"{amount}"}}"#
        ))
    };
    book.no("recovery-fits", "2021-04-01", waive("1"));
    book.ok("2021-04-01", AnyCommand::ReturnPayment { of: paid, amount: "10".to_owned() });
    book.no("recovery-fits", "2021-04-01", demand("90.01"));
    book.ok("2021-04-01", demand("90"));
    book.ok("2021-04-02", recover("30"));
    book.no("recovery-fits", "2021-04-03", demand("29.99"));
    book.no("recovery-fits", "2021-04-03", waive("60.01"));
    book.ok("2021-04-03", waive("20"));
    let back = book.ok("2021-04-04", recover("55"));
    // Only 5.00 is still owed, so no more than that stays written off: also once 55.00 are owed again.
    book.no("recovery-fits", "2021-04-05", waive("0.01"));
    book.ok("2021-04-06", AnyCommand::Reverse { of: back, reason: "why".to_owned() });
    book.no("recovery-fits", "2021-04-07", waive("55.01"));
    book.ok("2021-04-07", waive("55"));
    assert_eq!(book.model.minor(0, Expenditure), 94_000);
}

#[test]
fn a_benefit_that_is_stopped_is_not_paid_before_it_is_resumed() {
    let mut book = Book::injury();
    let turn = |verb: &str, from: &str| {
        command(&format!(
            r#"{{"command":"{verb}_benefit","person":"PERSON","kind":"Medical","from":"{from}","reason":"why"}}"#
        ))
    };
    book.no("benefit-not-stopped", "2021-04-01", turn("resume", "2021-04-01"));
    book.ok("2021-04-01", turn("stop", "2021-04-01"));
    book.no("benefit-not-stopped", "2021-04-01", turn("stop", "2021-04-02"));
    book.no("benefit-not-stopped", "2021-04-01", pay("1"));
    book.ok("2021-03-31", pay("1"));
    book.ok("2021-05-01", turn("resume", "2021-05-01"));
    book.no("benefit-not-stopped", "2021-04-30", pay("1"));
    book.ok("2021-05-01", pay("1"));
}

#[test]
fn an_agreement_that_is_over_lets_nobody_be_paid() {
    let mut book = Book::injury()
        .under("WORK_INJURY", &[Says::Requirement("agreement_before_settlement", "refuse")]);
    let settle =
        command(r#"{"command":"settle_directly","kind":"Medical","to":"PAYER","amount":"1"}"#);
    let agree = |from: &str, until: &str| {
        command(&format!(
            r#"{{"command":"agree_provider","provider":"PAYER","from":"{from}","until":{until}}}"#
        ))
    };
    book.ok("2021-02-01", agree("2021-03-01", "\"2021-06-30\""));
    book.no("provider-in-force", "2021-02-28", settle.clone());
    book.ok("2021-03-01", settle.clone());
    book.no("provider-in-force", "2021-07-01", settle.clone());
    book.ok("2021-08-01", agree("2021-08-01", "null"));
    book.no("provider-in-force", "2021-05-01", settle.clone());
    // Not even out of the expenditure account, for which no agreement is asked.
    book.no("provider-in-force", "2021-05-01", command(
        r#"{"command":"pay_benefit","from":"expenditure","kind":"Medical","to":"PAYER","amount":"1"}"#,
    ));
    let end = command(
        r#"{"command":"end_provider","provider":"PAYER","from":"2021-09-01","reason":"why"}"#,
    );
    book.ok("2021-08-02", end.clone());
    book.no("provider-in-force", "2021-08-02", end);
    book.ok("2021-08-31", settle.clone());
    book.no("provider-in-force", "2021-09-01", settle);
}

#[test]
fn a_year_spends_once_its_budget_is_approved() {
    let mut book = Book::injury().under(
        "WORK_INJURY",
        &[
            Says::Requirement("budget_before_payment", "refuse"),
            Says::Requirement("use_plan_before_release", "refuse"),
            Says::Authority("approve_budget", vec!["peoples_congress"]),
        ],
    );
    let draft = |line: &str, amount: &str| {
        command(&format!(
            r#"{{"command":"draft_budget_line","year":2021,"line":"{line}","amount":"{amount}"}}"#
        ))
    };
    let approve = |reason: &str| {
        command(&format!(
            r#"{{"command":"approve_budget","year":2021,"income":"10","expenditure":"11","deficit_reason":{reason}}}"#
        ))
    };
    let release = command(r#"{"command":"release","plan":"2021-02","amount":"5"}"#);
    book.no("budget-approved", "2021-02-01", pay("1"));
    book.no("budget-fits", "2019-12-31", draft("income_premium", "1"));
    book.ok("2021-01-05", draft("income_premium", "7"));
    book.ok("2021-01-05", draft("income_premium", "10"));
    book.ok("2021-01-06", draft("expenditure_benefit", "11"));
    book.no("authority", "2021-01-10", approve("\"why\""));
    let mut congress =
        |day: &str, reason: &str| book.ask("peoples_congress/first", day, None, &[approve(reason)]);
    assert_eq!(congress("2021-01-10", "null"), Answer::Refused(["budget-fits"].into()));
    assert_eq!(congress("2021-01-05", "\"why\""), Answer::Refused(["budget-fits"].into()));
    assert!(matches!(congress("2021-01-10", "\"why\""), Answer::Recorded { .. }));
    book.no("budget-approved", "2021-01-09", pay("1"));
    book.ok("2021-01-10", pay("1"));
    book.no("use-plan", "2021-02-01", release.clone());
    book.ok(
        "2021-01-31",
        command(r#"{"command":"approve_use_plan","month":"2021-02","amount":"9"}"#),
    );
    let released = book.ok("2021-02-01", release.clone());
    book.no("use-plan", "2021-02-01", release.clone());
    book.ok("2021-02-02", AnyCommand::Reverse { of: released, reason: "why".to_owned() });
    book.ok("2021-02-02", release);
}

#[test]
fn months_close_in_their_order_and_open_within_bounds() {
    let mut book = Book::injury();
    let turn = |verb: &str, first: &str, last: &str| {
        let reason = if verb == "reopen" { r#","reason":"why""# } else { "" };
        command(&format!(
            r#"{{"command":"{verb}_period","first":"{first}","last":"{last}"{reason}}}"#
        ))
    };
    book.no("period-order", "2022-06-30", turn("close", "2021-01-01", "2021-03-31"));
    for (first, last) in
        [("2021-01-01", "2021-01-31"), ("2021-02-01", "2021-02-28"), ("2021-03-01", "2021-03-31")]
    {
        book.ok("2022-06-30", turn("close", first, last));
    }
    book.no("period-open", "2021-03-31", interest(Special, "1"));
    book.no("period-order", "2022-06-30", turn("close", "2021-05-01", "2021-05-31"));
    book.ok("2022-06-30", turn("close", "2021-01-01", "2021-03-31"));
    book.no("period-order", "2022-06-30", turn("close", "2021-01-01", "2021-03-31"));
    book.no("period-order", "2022-06-30", turn("reopen", "2021-03-01", "2021-04-30"));
    book.ok("2022-06-30", turn("reopen", "2021-02-01", "2021-03-31"));
    book.ok("2021-02-01", interest(Special, "1"));
    book.no("period-open", "2021-01-31", interest(Special, "1"));
    book.no("period-order", "2022-06-30", turn("close", "2021-04-01", "2021-04-30"));
    book.ok("2022-06-30", turn("close", "2021-02-01", "2021-03-31"));
    book.no("period-open", "2021-02-01", interest(Special, "1"));
    book.ok("2022-06-30", turn("close", "2021-01-01", "2021-03-31"));
    book.no("period-order", "2022-06-30", turn("close", "2022-06-01", "2022-06-30"));
    // The first month of a book can be any that is over.
    let mut book = Book::injury();
    book.no("period-order", "2022-06-30", turn("close", "2022-06-01", "2022-06-30"));
    book.ok("2022-06-30", turn("close", "2022-05-01", "2022-05-31"));
}

#[test]
fn the_reserve_and_the_months_of_payments_stay_in_the_balance() {
    let mut book = Book::injury();
    book.no(
        "reserve-kept",
        "2021-02-01",
        command(r#"{"command":"set_reserve_aside","amount":"2000.01"}"#),
    );
    book.ok("2021-02-01", command(r#"{"command":"set_reserve_aside","amount":"1500"}"#));
    book.no("reserve-kept", "2021-02-02", pay("500.01"));
    book.ok("2021-02-02", pay("500"));
    book.no(
        "reserve-kept",
        "2021-02-03",
        command(r#"{"command":"draw_reserve","amount":"1500.01","reason":"why"}"#),
    );
    book.ok("2021-02-03", command(r#"{"command":"draw_reserve","amount":"1","reason":"why"}"#));
    book.ok("2021-02-04", pay("1"));

    // 240.00 in the twelve months before June: two months are 40.00.
    let says = [Says::BufferBeforeInvesting(2), Says::Investment(true, Some(300_000))];
    let mut book = Book::of(EnterprisePension::SPEC).with_money().under("ENT_PENSION", &says);
    book.ok("2021-01-01", AnyCommand::OpenAccount { account: Investment });
    let pension = |amount: &str| {
        command(&format!(
            r#"{{"command":"pay_benefit","from":"expenditure","kind":"BasicPension","to":"PERSON","amount":"{amount}"}}"#
        ))
    };
    for (day, amount) in
        [("2020-05-31", "70"), ("2020-06-01", "200"), ("2021-05-31", "40"), ("2021-06-01", "50")]
    {
        book.ok(day, pension(amount));
    }
    // Of 640.00 that are left in the expenditure account 30.00 stay, and 20.00 come back from investment.
    book.ok("2021-06-01", command(r#"{"command":"place_investment","amount":"1000"}"#));
    book.ok("2021-06-01", pension("610"));
    book.ok("2021-06-01", command(r#"{"command":"redeem_investment","amount":"20"}"#));
    let place =
        |amount: &str| command(&format!(r#"{{"command":"place_investment","amount":"{amount}"}}"#));
    book.no("buffer-first", "2021-06-02", place("10.01"));
    book.ok("2021-06-02", place("10"));
    let report = |equities: &str| {
        command(&format!(
            r#"{{"command":"report_investment","on":"2021-06-01","value":"100","equities":"{equities}"}}"#
        ))
    };
    book.no("equity-limit", "2021-06-02", report("30.01"));
    book.ok("2021-06-02", report("30"));
}

#[test]
fn a_profile_is_of_the_law_of_the_book_and_names_what_exists() {
    let mut book = Book::injury();
    let mut law = Law::of("WORK_INJURY");
    law.area = Some(area("330000").unwrap());
    let adopt = |law: &Law| AnyCommand::AdoptProfile { profile: law.to_profile_text() };
    book.no("profile-fits", "2021-01-01", adopt(&law));
    book.no(
        "profile-fits",
        "2021-01-01",
        AnyCommand::AdoptProfile { profile: "nothing".to_owned() },
    );
    law.area = Some(area("320000").unwrap());
    book.ok("2021-01-01", adopt(&law));
    let mut book = book.under(
        "WORK_INJURY",
        &[
            Says::Account(Revenue, false),
            Says::Purpose("benefit", "Medical".to_owned(), false),
            Says::Ladder(vec!["accumulated_deposits", "fiscal_subsidy"]),
            Says::PremiumRate("Unit".to_owned(), 5_000),
        ],
    );
    book.no("account-exists", "2021-02-01", AnyCommand::OpenAccount { account: Revenue });
    book.ok("2020-12-31", AnyCommand::OpenAccount { account: Revenue });
    book.no("purpose-in-force", "2021-02-01", pay("1"));
    book.ok("2020-12-31", pay("1"));
    let step = |step: u32| {
        command(&format!(
            r#"{{"command":"take_shortfall_step","in_year_of":"2021-06-01","step":{step},"gave":"0","finding":"why"}}"#
        ))
    };
    book.no("ladder-order", "2021-06-01", step(2));
    book.ok("2021-06-01", step(1));
    book.ok("2021-06-01", step(2));
    book.no("ladder-order", "2021-06-01", step(1));
    book.no("ladder-order", "2021-06-01", step(3));
    // By the rate of the month for which it is due.
    let declare = |month: &str, amount: &str| {
        command(&format!(
            r#"{{"command":"declare_premium","payer":"PAYER","kind":"Unit","month":"{month}","persons":1,"base":"100.50","amount":"{amount}"}}"#
        ))
    };
    book.no("premium-fits", "2021-02-01", declare("2021-01", "0.51"));
    book.ok("2021-02-01", declare("2021-01", "0.50"));
    book.ok("2021-02-01", declare("2020-12", "7"));
}
