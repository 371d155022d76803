//! One case for each rule about matters, periods and profiles.

use earmark_core::Rule;
use earmark_core::account::{ExpenditureAccount, RevenueAccount, SpecialAccount};
use earmark_core::command::*;
use earmark_core::commit::Receipt;
use earmark_core::error::Error;
use earmark_core::event::{Recorded, Text};
use earmark_core::fund;
use earmark_core::fund::{
    EnterprisePension, EnterprisePensionBenefit, Fund, WorkInjury, WorkInjuryBenefit,
    WorkInjuryPremium,
};
use earmark_core::id::Link;
use earmark_core::ledger::Papers;
use earmark_core::money::yuan;
use earmark_core::register::BudgetLine;
use earmark_core::report::TrailFilter;
use earmark_core::rules::Profile;
use earmark_core::time::{Month, Period};

use super::cases::{Case, Injury, money, one_payment, pay};
use crate::given::{Desk, PAPERS, key_of, nanjing, on, party, wuxi};

/// A layer over the nation's with what it leaves to the places: a wage, a rate, an empty revenue account.
const LOCAL: &str = r#"
[profile]
id = "cn-test"
name = "A place for tests"
name_zh = "测试"
jurisdiction = "China"
over = "cn-national-2017"
edition = "1"

[[base]]
fund = "WORK_INJURY"
floor_of_average = "0.60"
cap_of_average = "3.00"
from = 2018-01-01
source = "a test"

[[average_wage]]
monthly = "8000.00"
from = 2018-01-01
source = "a test"

[[rate]]
fund = "WORK_INJURY"
premium = "Unit"
rate = "0.005"
from = 2018-01-01
source = "a test"

[[purpose]]
fund = "WORK_INJURY"
list = "benefit"
name = "Prevention"
open = false
from = 2020-01-01
source = "a test"

[[account]]
account = "revenue"
exists = false
from = 2021-01-01
source = "a test"
"#;

fn local() -> Profile {
    Profile::of_layers([earmark_core::rules::CN_NATIONAL_2017, LOCAL]).unwrap()
}

fn adopt<F: Fund>(desk: &Desk<F>, profile: Profile) -> Result<Receipt, Error> {
    by(desk, "government", "adopt", AdoptProfile { profile })
}

/// Records as another office than the desk's.
fn by<F: Fund>(
    desk: &Desk<F>,
    actor: &str,
    key: &str,
    what: impl Commands<F>,
) -> Result<Receipt, Error> {
    let voucher = desk.book.voucher(on("2021-06-15"), Papers { actor, ..PAPERS })?;
    desk.book.record(key_of(key), &voucher, what)
}

fn reason<F: Fund>(desk: &Desk<F>) -> Text {
    desk.book.register("a reason").unwrap()
}

fn june() -> Month {
    Month::new(2021, 6).unwrap()
}

fn may() -> Month {
    Month::new(2021, 5).unwrap()
}

fn declared(month: Month, base: &str, amount: &str) -> DeclarePremium<WorkInjury> {
    DeclarePremium {
        payer: party(1),
        kind: WorkInjuryPremium::Unit,
        month,
        persons: 1,
        base: money(base),
        amount: money(amount),
    }
}

fn verified(month: Month, base: &str, amount: &str) -> VerifyPremium<WorkInjury> {
    let DeclarePremium { payer, kind, month, persons, base, amount } =
        declared(month, base, amount);
    VerifyPremium { payer, kind, month, persons, base, amount }
}

const CASE: Link = Link::from_u128(0xc1a1);

fn last(desk: &Injury) -> Recorded<WorkInjury> {
    desk.book.trail(&TrailFilter::all()).unwrap().pop().unwrap()
}

/// The rules that no command of the work injury fund can break.
pub(super) const OF_OTHER_FUNDS: [Rule; 3] =
    [Rule::BufferFirst, Rule::EquityLimit, Rule::LoanAuthorised];

fund! {
    /// A fund of another law, which may lend and borrow.
    pub(super) Elsewhere {
        code: "ELSEWHERE",
        name: "a fund of another law" "别国基金",
        currency: USD,
        jurisdiction: Other,
        invests: no,
        settles_across_provinces: no,
        transfers: no,
        settles_directly: no,
        borrows: yes,
    }
    premiums ElsewhereTax { Payroll = 1 "payroll tax" "工薪税" => Premium, }
    benefits ElsewhereUse { Pension = 1 "pension" "养老金" => Benefit, }
}

fn refused(outcome: Result<Receipt, Error>) -> String {
    match outcome {
        Err(Error::Rejected(rejected)) => rejected.to_string(),
        other => panic!("expected a refusal, found {other:?}"),
    }
}

#[test]
fn placing_what_the_payments_need_is_refused() {
    let desk = Desk::<EnterprisePension>::in_memory().with_accounts();
    let forward = (
        BringForward { into: SpecialAccount, amount: yuan("100.00").unwrap() },
        BringForward { into: ExpenditureAccount, amount: yuan("1000.00").unwrap() },
    );
    desk.book.record(key_of("forward"), &desk.voucher.on(on("2021-01-04")), forward).unwrap();
    let pension = PayBenefit {
        from: ExpenditureAccount,
        kind: EnterprisePensionBenefit::BasicPension,
        to: party(7),
        amount: yuan("600.00").unwrap(),
    };
    desk.book.record(key_of("pension"), &desk.voucher.on(on("2021-03-01")), pension).unwrap();
    adopt(&desk, Profile::national()).unwrap();
    // Twelve months paid 600.00, so two months need 100.00 of the 500.00 that are left.
    let most = PlaceInvestment { amount: yuan("100.00").unwrap() };
    desk.record("within", most).unwrap();
    let late = BringForward { into: RevenueAccount, amount: yuan("0.01").unwrap() };
    desk.record("late", late).unwrap();
    let message = refused(desk.record("it", PlaceInvestment { amount: yuan("300.02").unwrap() }));
    assert!(message.starts_with("refused by rule `buffer-first`"), "{message}");
    assert!(
        message.contains("2 months of payments are 100.00; of 400.01 held, 300.02"),
        "{message}"
    );
}

#[test]
fn equities_over_their_share_are_refused() {
    let desk = Desk::<EnterprisePension>::in_memory();
    adopt(&desk, Profile::national()).unwrap();
    let report = |equities: &str| ReportInvestment {
        on: on("2021-06-01"),
        value: yuan("100.00").unwrap(),
        equities: yuan::<EnterprisePension>(equities).unwrap(),
    };
    desk.record("within", report("30.00")).unwrap();
    let message = refused(desk.record("it", report("30.01")));
    assert!(message.starts_with("refused by rule `equity-limit`"), "{message}");
    assert!(
        message.contains("equities of 30.01 in a net value of 100.00 are over 30.00"),
        "{message}"
    );
}

#[test]
fn a_loan_that_no_profile_authorises_is_refused() {
    let desk = Desk::<Elsewhere>::in_memory().with_accounts();
    let authorisation = desk.book.register("interfund-loan-1982").unwrap();
    let loan = AuthoriseLoan {
        authorisation,
        limit: "1.00".parse().unwrap(),
        from: on("2021-06-01"),
        until: on("2021-06-30"),
        repay_by: on("2021-12-31"),
    };
    let message = refused(desk.record("it", loan));
    assert!(message.starts_with("refused by rule `loan-authorised`"), "{message}");
    assert!(message.contains("the book has adopted no rule profile"), "{message}");
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case {
            rule: Rule::RollFits,
            given: |desk| {
                desk.record("close", ClosePeriod { period: Period::month(may()) }).unwrap();
                let roll = desk.book.roll(Period::month(may())).unwrap().unwrap();
                desk.record("roll", AttestRoll::of(&roll)).unwrap();
            },
            when: |desk| {
                let roll = desk.book.roll(Period::month(may())).unwrap().unwrap();
                desk.record("it", AttestRoll::of(&roll))
            },
            message: "refused by rule `roll-fits` in book 320100/WORK_INJURY, event 1 of the \
                      commit: event 9 attests the roll up to event 8 already (Social Insurance \
                      Law art 74 (records of rights, complete and exact); Jiangsu regulation art \
                      47); nothing was recorded; read the roll of the closed period from the book \
                      again, and attest each closing once",
        },
        Case {
            rule: Rule::DetailFits,
            given: one_payment,
            when: |desk| {
                let (party, event) = (Some(party(8)), Some(last(desk).seq()));
                desk.record("it", BindDetail { party, event, commitment: [5; 32] })
            },
            message: "refused by rule `detail-fits` in book 320100/WORK_INJURY, event 1 of the \
                      commit: event 9 names another party than \
                      00000000-0000-0000-0000-000000000008 (Social Insurance Law art 81, 92; \
                      个人信息保护法 art 47, 51); nothing was recorded; name the party, or a recorded \
                      event of this book and its own party",
        },
        Case {
            rule: Rule::PeriodOpen,
            given: |desk| {
                let period = Period::month(may());
                desk.record("close", ClosePeriod { period }).unwrap();
            },
            when: |desk| {
                let voucher = desk.voucher.on(on("2021-05-31"));
                let interest = ReceiveInterest { into: SpecialAccount, amount: money("1.00") };
                desk.book.record(key_of("it"), &voucher, interest)
            },
            message: "refused by rule `period-open` in book 320100/WORK_INJURY, event 1 of the \
                      commit: 2021-05-31 is closed: the book is closed until 2021-05-31 (会计基础工作规范; \
                      财会〔2017〕28号 (year end); Jiangsu regulation art 54(6)); nothing was recorded; \
                      record it for a day of an open period, or reopen the period on the authority \
                      of the finance department",
        },
        Case {
            rule: Rule::PeriodOrder,
            given: |desk| {
                let april = Period::month(Month::new(2021, 4).unwrap());
                desk.record("close", ClosePeriod { period: april }).unwrap();
            },
            when: |desk| {
                desk.record("it", ClosePeriod { period: Period::quarter(2021, 2).unwrap() })
            },
            message: "refused by rule `period-order` in book 320100/WORK_INJURY, event 1 of the \
                      commit: 2021-06-30 is not over; today is 2021-06-30 (财会〔2017〕28号; 预算法实施条例 \
                      (accounting year)); nothing was recorded; close the months in their order once \
                      they are over; close what was reopened first",
        },
        Case {
            rule: Rule::ReserveKept,
            given: |desk| {
                one_payment(desk);
                desk.record("reserve", SetReserveAside { amount: money("30.00") }).unwrap();
            },
            when: |desk| desk.record("it", pay("10.01")),
            message: "refused by rule `reserve-kept` in book 320100/WORK_INJURY, event 1 of the \
                      commit: the book would hold 29.99, its reserve is 30.00 (工伤保险条例 art 13; \
                      工伤保险经办规程 art 98); nothing was recorded; draw on the reserve first, with the \
                      approval of the finance department",
        },
        Case {
            rule: Rule::ProfileFits,
            given: |desk| {
                desk.book.register("government").unwrap();
            },
            when: |desk| adopt(desk, Profile::us_oasdi()),
            message: "refused by rule `profile-fits` in book 320100/WORK_INJURY, event 1 of the \
                      commit: the profile: layer `us-oasdi`, line 12, field `profile.jurisdiction`: \
                      expected a fund of jurisdiction `Other`, found `WORK_INJURY` of `China` \
                      (Jiangsu regulation art 52, 63, 65); nothing was recorded; mend the profile \
                      where the message says, or adopt one for this fund and area",
        },
        Case {
            rule: Rule::AccountExists,
            given: |desk| {
                adopt(desk, local()).unwrap();
            },
            when: |desk| {
                desk.record("it", ReceiveInterest { into: RevenueAccount, amount: money("1.00") })
            },
            message: "refused by rule `account-exists` in book 320100/WORK_INJURY, event 1 of the \
                      commit: the revenue account: not allowed on 2021-06-15 by rule `account \
                      revenue` of layer `cn-test` line 37 (a test), in force from 2021-01-01 until \
                      further notice; overrides layer `cn-national-2017` line 35 (财社〔2017〕144号 arts \
                      39-42 (a tax-collecting area has no revenue account)); nothing was recorded; \
                      use an account that exists on that day",
        },
        Case {
            rule: Rule::PurposeInForce,
            given: |desk| {
                one_payment(desk);
                adopt(desk, local()).unwrap();
            },
            when: |desk| {
                desk.record("it", PayBenefit { kind: WorkInjuryBenefit::Prevention, ..pay("1.00") })
            },
            message: "refused by rule `purpose-in-force` in book 320100/WORK_INJURY, event 1 of the \
                      commit: `Prevention`: not allowed on 2021-06-15 by rule `purpose benefit \
                      Prevention` of layer `cn-test` line 29 (a test), in force from 2020-01-01 \
                      until further notice; overrides layer `cn-national-2017` line 167 (Jiangsu \
                      regulation art 24 (items, standards and scope)); nothing was recorded; use a \
                      purpose that is open on that day",
        },
        Case {
            rule: Rule::Authority,
            given: |desk| {
                adopt(desk, local()).unwrap();
            },
            when: |desk| desk.record("it", ApproveUsePlan { month: june(), amount: money("1.00") }),
            message: "refused by rule `authority` in book 320100/WORK_INJURY, event 1 of the commit: \
                      `fund accounting section` may not do this: allowed to finance_department on \
                      2021-06-15 by rule `authority approve_use_plan` of layer `cn-national-2017` \
                      line 478 (工伤保险经办规程 art 95), in force from 2018-01-01 until further notice, its \
                      first day recalled (Jiangsu regulation art 9, 39, 55(5)); nothing was \
                      recorded; have the office act that the profile names",
        },
        Case {
            rule: Rule::DueFits,
            given: |desk| {
                let due =
                    (declared(may(), "8000.00", "40.00"), verified(may(), "8000.00", "40.00"));
                desk.record("due", due).unwrap();
            },
            when: |desk| {
                let premium = ReceiveDuePremium {
                    into: SpecialAccount,
                    kind: WorkInjuryPremium::Unit,
                    from: party(1),
                    month: may(),
                    amount: money("40.01"),
                };
                desk.record("it", premium)
            },
            message: "refused by rule `due-fits` in book 320100/WORK_INJURY, event 1 of the commit: \
                      40.00 is due from 00000000-0000-0000-0000-000000000001 for 2021-05, 0.00 was \
                      received, 40.01 would be too much (Social Insurance Law art 60; Jiangsu \
                      regulation art 26, 55(2)); nothing was recorded; declare and verify the month \
                      first, or correct what is due",
        },
        Case {
            rule: Rule::PremiumFits,
            given: |desk| {
                adopt(desk, local()).unwrap();
            },
            when: |desk| desk.record("it", declared(may(), "4799.99", "24.00")),
            message: "refused by rule `premium-fits` in book 320100/WORK_INJURY, event 1 of the \
                      commit: the base of 1 persons for 2021-05 is 4,799.99; it lies between \
                      4,800.00 and 24,000.00: 0.6 to 3 of the average wage on 2021-05-01 by rule \
                      `base` of layer `cn-test` line 10 (a test), in force from 2018-01-01 until \
                      further notice; overrides layer `cn-national-2017` line 271 (Jiangsu \
                      regulation art 52, 55(1); 征缴暂行条例 art 3); nothing was recorded; correct base, \
                      persons or amount; bases and rates change only by a profile",
        },
        Case {
            rule: Rule::AssessedOnLastMonth,
            given: |desk| {
                adopt(desk, local()).unwrap();
                let april = Month::new(2021, 4).unwrap();
                let due =
                    (declared(april, "8000.00", "40.00"), verified(april, "8000.00", "40.00"));
                desk.record("due", due).unwrap();
            },
            when: |desk| {
                let assessed = AssessPremium {
                    payer: party(1),
                    kind: WorkInjuryPremium::Unit,
                    month: may(),
                    amount: money("43.99"),
                };
                desk.record("it", assessed)
            },
            message: "refused by rule `assessed-on-last-month` in book 320100/WORK_INJURY, event 1 \
                      of the commit: the month before 2021-05 came to 40.00, and 1.1 times that is \
                      not 43.99: 1.1 on 2021-06-15 by rule `assessment` of layer `cn-national-2017` \
                      line 280 (Social Insurance Law art 62), in force from 2011-07-01 until further \
                      notice, its first day recalled (Social Insurance Law art 62 (110 % of last \
                      month)); nothing was recorded; assess the month at the factor of the profile \
                      times what was due the month before",
        },
        Case {
            rule: Rule::LateFeeExact,
            given: |desk| {
                adopt(desk, local()).unwrap();
                let due =
                    (declared(may(), "8000.00", "40.00"), verified(may(), "8000.00", "40.00"));
                desk.record("due", due).unwrap();
            },
            when: |desk| {
                let fee = ChargeLateFee {
                    payer: party(1),
                    kind: WorkInjuryPremium::Unit,
                    month: may(),
                    on: money("40.00"),
                    from: on("2021-06-01"),
                    until: on("2021-06-30"),
                    amount: money("0.61"),
                };
                desk.record("it", fee)
            },
            message: "refused by rule `late-fee-exact` in book 320100/WORK_INJURY, event 1 of the \
                      commit: 40.00 over 30 days is 0.60, not 0.61: 0.0005 a day from the day of \
                      default on 2021-06-01 by rule `late_fee` of layer `cn-national-2017` line 301 \
                      (Social Insurance Law art 86), in force from 2011-07-01 until further notice, \
                      its first day recalled (Social Insurance Law art 86; Jiangsu regulation art 56 \
                      (0.05 % a day)); nothing was recorded; charge arrears times days times the \
                      rate of the profile, each day once",
        },
        Case {
            rule: Rule::ClaimFits,
            given: |desk| {
                one_payment(desk);
                let claim = FileClaim {
                    case: CASE,
                    person: party(7),
                    kind: WorkInjuryBenefit::Disability,
                    occurred_on: on("2021-06-01"),
                    liable: None,
                    amount: money("30.00"),
                };
                let verified = VerifyClaim {
                    case: CASE,
                    amount: money("20.00"),
                    payable_from: on("2021-06-15"),
                    instalments: 2,
                };
                desk.record("claim", (claim, verified)).unwrap();
            },
            when: |desk| {
                desk.book.record(key_of("it"), &desk.voucher.correlated(CASE), pay("20.01"))
            },
            message: "refused by rule `claim-fits` in book 320100/WORK_INJURY, event 1 of the \
                      commit: 20.00 was verified and 0.00 paid; 20.01 would be too much (Order 765 \
                      art 39-41; Jiangsu regulation art 24, 54(4)); nothing was recorded; file and \
                      verify the claim, or verify it again with the right amount",
        },
        Case {
            rule: Rule::BenefitNotStopped,
            given: |desk| {
                one_payment(desk);
                let stop = StopBenefit {
                    person: party(7),
                    kind: WorkInjuryBenefit::Disability,
                    from: on("2021-06-10"),
                    reason: reason(desk),
                };
                desk.record("stop", stop).unwrap();
            },
            when: |desk| desk.record("it", pay("1.00")),
            message: "refused by rule `benefit-not-stopped` in book 320100/WORK_INJURY, event 1 of \
                      the commit: the benefit of 00000000-0000-0000-0000-000000000007 is stopped \
                      from 2021-06-10 on (Jiangsu regulation art 25(6); Order 765 art 42); nothing \
                      was recorded; resume the benefit on the document that says so",
        },
        Case {
            rule: Rule::ProviderInForce,
            given: |desk| {
                one_payment(desk);
                let agreed =
                    AgreeProvider { provider: party(9), from: on("2021-01-01"), until: None };
                let ended = EndProvider {
                    provider: party(9),
                    from: on("2021-06-15"),
                    reason: reason(desk),
                };
                desk.record("provider", (agreed, ended)).unwrap();
            },
            when: |desk| desk.record("it", PayBenefit { to: party(9), ..pay("1.00") }),
            message: "refused by rule `provider-in-force` in book 320100/WORK_INJURY, event 1 of the \
                      commit: the agreement with 00000000-0000-0000-0000-000000000009 is ended on \
                      2021-06-15 (Jiangsu regulation art 57, 58; Social Insurance Law art 87); \
                      nothing was recorded; settle with a provider whose agreement is in force",
        },
        Case {
            rule: Rule::RecoveryFits,
            given: one_payment,
            when: |desk| {
                let demand = DemandRecovery {
                    of: &last(desk),
                    from: party(7),
                    amount: money("60.01"),
                    instalments: 1,
                    first_on: None,
                    reason: reason_of(desk),
                };
                desk.record("it", demand)
            },
            message: "refused by rule `recovery-fits` in book 320100/WORK_INJURY, event 1 of the \
                      commit: event 9 paid 60.00, 0.00 of it came back or was written off; 60.01 \
                      cannot be demanded (Order 765 art 46; Social Insurance Law arts 30, 41, 42); \
                      nothing was recorded; look at the payment and what has come back of it",
        },
        Case {
            rule: Rule::BudgetApproved,
            given: |desk| {
                one_payment(desk);
                adopt(desk, local()).unwrap();
            },
            when: |desk| desk.record("it", pay("1.00")),
            message: "refused by rule `budget-approved` in book 320100/WORK_INJURY, event 1 of the \
                      commit: the budget of 2021 is not approved: required on 2021-06-15 by rule \
                      `requirement budget_before_payment` of layer `cn-national-2017` line 395 \
                      (Social Insurance Law art 66, 67; 预算法 art 11), in force from 2011-07-01 until \
                      further notice, its first day recalled (预算法 art 13; Jiangsu regulation art \
                      16); nothing was recorded; have the year's budget approved first",
        },
        Case {
            rule: Rule::BudgetFits,
            given: |desk| {
                let line = DraftBudgetLine {
                    year: 2021,
                    line: BudgetLine::Expenditure(fund::ExpenditureItem::Benefit),
                    amount: money("100.00"),
                };
                desk.record("draft", line).unwrap();
            },
            when: |desk| {
                let approval = ApproveBudget {
                    year: 2021,
                    income: money("0.00"),
                    expenditure: money("100.00"),
                    deficit_reason: None,
                };
                desk.record("it", approval)
            },
            message: "refused by rule `budget-fits` in book 320100/WORK_INJURY, event 1 of the \
                      commit: the budget of 2021 has a deficit of 100.00 and names no reason for it \
                      (Social Insurance Law art 66; Jiangsu regulation art 11; 工伤保险经办规程 art 111); \
                      nothing was recorded; draft the lines, approve their totals, give a reason for \
                      a deficit, adjust what is in force",
        },
        Case {
            rule: Rule::UsePlan,
            given: |desk| {
                let forward = BringForward { into: SpecialAccount, amount: money("100.00") };
                desk.record("forward", forward).unwrap();
                let plan = ApproveUsePlan { month: june(), amount: money("10.00") };
                desk.record("plan", plan).unwrap();
            },
            when: |desk| desk.record("it", Release { plan: june(), amount: money("10.01") }),
            message: "refused by rule `use-plan` in book 320100/WORK_INJURY, event 1 of the commit: \
                      the use plan of 2021-06 has 10.00, 0.00 is released; 10.01 would be too much \
                      (财社〔2017〕144号 art 42; 工伤保险经办规程 art 95); nothing was recorded; have the month's \
                      use plan approved, with the amount",
        },
        Case {
            rule: Rule::LadderOrder,
            given: |desk| {
                adopt(desk, local()).unwrap();
                reason(desk);
            },
            when: |desk| {
                let step = TakeShortfallStep {
                    in_year_of: on("2021-06-15"),
                    step: 2,
                    gave: money("1.00"),
                    finding: reason(desk),
                };
                desk.record("it", step)
            },
            message: "refused by rule `ladder-order` in book 320100/WORK_INJURY, event 1 of the \
                      commit: in 2021 step 1 comes next (accumulated_deposits), step 2 \
                      (adjustment_or_reserve) was given: accumulated_deposits, \
                      adjustment_or_reserve, redeem_investments, fiscal_subsidy, \
                      adjust_rates_or_benefits in this order on 2021-06-15 by rule `ladder` of \
                      layer `cn-national-2017` line 578 (财社〔2017〕144号 art 38), in force from \
                      2018-01-01 until further notice, its first day recalled (财社〔2017〕144号 art \
                      38; Jiangsu regulation art 53); nothing was recorded; take the next step, \
                      or record that it gives nothing",
        },
        Case {
            rule: Rule::ReorganisationLawful,
            given: |desk| {
                one_payment(desk);
                adopt(desk, local()).unwrap();
            },
            when: |desk| {
                let out =
                    ReorganiseOut { from: ExpenditureAccount, to: wuxi(), amount: money("40.00") };
                by(desk, "government", "it", out)
            },
            message: "refused by rule `reorganisation-lawful` in book 320100/WORK_INJURY, event 1 of \
                      the commit: no reorganisation of `WORK_INJURY` is laid down for 2021-06-15 \
                      (Social Insurance Law art 64; rules X4); nothing was recorded; name a \
                      reorganisation of the profile, on its days, with the whole balance of the \
                      account",
        },
        Case {
            rule: Rule::LevelsMirror,
            given: |desk| {
                one_payment(desk);
                neighbour(desk);
            },
            when: |desk| {
                let other = neighbour(desk);
                let sent =
                    SubsidiseLower { from: ExpenditureAccount, to: wuxi(), amount: money("10.00") };
                let received = ReceiveSuperiorSubsidy {
                    into: SpecialAccount,
                    from: nanjing(),
                    amount: money("9.99"),
                };
                desk.ledger
                    .joint::<WorkInjury>(key_of("it"))
                    .with(&desk.book, &desk.voucher, sent)
                    .with(&other.book, &other.voucher, received)
                    .record()
                    .map(|receipts| receipts[0])
            },
            message: "refused by rule `levels-mirror` in book 320100/WORK_INJURY: `lower_subsidised` \
                      from 320100 to 320200: 0.01 more is sent than received (财社〔2017〕144号 arts \
                      40-42); nothing was recorded; record the same amount on both sides",
        },
    ]
}

/// The desk of the book of Wuxi in the same ledger.
fn neighbour(desk: &Injury) -> Injury {
    Desk::new(desk.ledger.clone(), desk.clock.clone(), wuxi())
}

fn reason_of(desk: &Injury) -> Text {
    // The case looks the last event up before a text is registered.
    desk.book.register(PAPERS.basis).unwrap()
}
