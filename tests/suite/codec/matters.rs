//! A second history, of what format 2 added: matters, and money that stands under them.

use earmark_core::account::{
    ExpenditureAccount, InvestmentAccount, RevenueAccount, SpecialAccount, TreasuryDeposit,
};
use earmark_core::command::*;
use earmark_core::fund::*;
use earmark_core::id::Link;
use earmark_core::ledger::Ledger;
use earmark_core::register::BudgetLine;
use earmark_core::time::{Month, Period};

use earmark_core::store::Settings;
use earmark_sqlite::{NewLedger, OpenOptions};

use super::history::{Scribe, all_frames, money};
use crate::given::{Desk, HandClock, ledger_in_memory, nanjing, on, party, settings, wuxi};
use crate::law::{BORROWING, LENDING, Trust, loans, pooled, profile};

/// A work injury book with every kind of matter, a pension book that is reorganised and gains and loses,
/// and a fund of another law that borrows and lends.
pub(super) fn matters() -> Ledger {
    let clock = HandClock::new();
    let ledger = ledger_in_memory(&clock);
    write(&ledger, clock);
    ledger
}

pub(super) fn write(ledger: &Ledger, clock: HandClock) {
    let mut injury = Scribe::at(Desk::new(ledger.clone(), clock.clone(), nanjing()));
    dues(&mut injury);
    claims(&mut injury);
    providers(&mut injury);
    budget(&mut injury);
    periods(&mut injury);
    pension(Scribe::at(Desk::new(ledger.clone(), clock.clone(), nanjing())));
    trust(Scribe::at(Desk::new(ledger.clone(), clock, nanjing())));
}

/// Both stores keep the same bytes, prove them, and read the same standing again.
#[test]
fn a_file_keeps_matters_as_memory_does() {
    let memory = matters();
    let proved = memory.verify().unwrap();
    assert!(proved.is_sound(), "{:?}", proved.findings());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("matters.earmark");
    let Settings { id, secret, utc_offset } = settings();
    let new = NewLedger { id: Some(id), secret: Some(secret), utc_offset: Some(utc_offset) };
    let clock = HandClock::new();
    let file = Ledger::new(OpenOptions::new().new_ledger(new).open(&path).unwrap(), clock.clone());
    write(&file, clock.clone());
    assert_eq!(all_frames(&file), all_frames(&memory));
    drop(file);
    let file = Ledger::new(OpenOptions::new().read_only().open(&path).unwrap(), clock);
    file.book::<Trust>(nanjing()).unwrap();
    assert!(file.verify().unwrap().is_sound());
    for (kept, held) in file.books().unwrap().iter().zip(memory.books().unwrap()) {
        assert_eq!(kept.head().unwrap(), held.head().unwrap());
    }
}

type Injury = Scribe<WorkInjury>;

fn dues(scribe: &mut Injury) {
    let rules = "[[assessment]]\nundeclared_factor = \"1.10\"\nfrom = 2000-01-01\nsource = \"art 62\"\n\n\
                 [[late_fee]]\nper_day = \"0.0005\"\nfirst_day = \"day_after_default\"\nrounding = \"half_up\"\n\
                 from = 2000-01-01\nsource = \"art 86\"\n\n[[ladder]]\nsteps = [\"accumulated_deposits\", \"fiscal_subsidy\"]\n\
                 from = 2000-01-01\nsource = \"art 38\"\n";
    scribe.writes(AdoptProfile { profile: profile("China", rules) });
    let (payer, kind) = (party(1), WorkInjuryPremium::Unit);
    let (april, may) = (Month::new(2021, 4).unwrap(), Month::new(2021, 5).unwrap());
    let (base, amount) = (money("30000.00"), money("270.00"));
    scribe.writes(DeclarePremium { payer, kind, month: april, persons: 6, base, amount });
    scribe.writes(VerifyPremium { payer, kind, month: april, persons: 6, base, amount });
    scribe.writes(AssessPremium { payer, kind, month: may, amount: money("297.00") });
    let reason = scribe.desk.book.register("two persons more").unwrap();
    let amount = money("360.00");
    let base = money("40000.00");
    scribe.writes(CorrectDue { payer, kind, month: april, persons: 8, base, amount, reason });
    let (into, from) = (TreasuryDeposit, payer);
    let came = ReceiveDuePremium { into, kind, from, month: april, amount: money("160.00") };
    let came = scribe.writes(came);
    scribe.writes(ChargeLateFee {
        payer,
        kind,
        month: april,
        on: money("200.00"),
        from: on("2021-06-01"),
        until: on("2021-06-10"),
        amount: money("1.00"),
    });
    scribe.desk.voucher = scribe.desk.voucher.correlated(Link::from_u128(3));
    let reason = scribe.desk.book.register("booked for another payer").unwrap();
    scribe.writes(Reverse { of: &came, reason });
}

fn claims(scribe: &mut Injury) {
    scribe.desk.voucher = scribe.desk.book.voucher(on("2021-06-15"), crate::given::PAPERS).unwrap();
    scribe.writes(BringForward { into: ExpenditureAccount, amount: money("90000.00") });
    let file = |case, liable| FileClaim {
        case: Link::from_u128(case),
        person: party(2),
        kind: WorkInjuryBenefit::Medical,
        occurred_on: on("2021-05-31"),
        liable,
        amount: money("5000.00"),
    };
    scribe.writes(file(20, None));
    scribe.writes(file(21, Some(party(9))));
    scribe.writes(VerifyClaim {
        case: Link::from_u128(20),
        amount: money("4800.00"),
        payable_from: on("2021-06-01"),
        instalments: 2,
    });
    let reason = scribe.desk.book.register("not at work").unwrap();
    scribe.writes(RefuseClaim { case: Link::from_u128(21), reason });
    let voucher = scribe.desk.voucher;
    scribe.desk.voucher = voucher.correlated(Link::from_u128(20));
    let paid = scribe.writes(PayBenefit {
        from: ExpenditureAccount,
        kind: WorkInjuryBenefit::Medical,
        to: party(2),
        amount: money("2400.00"),
    });
    scribe.desk.voucher = voucher;
    let reason = scribe.desk.book.register("paid on a forged bill").unwrap();
    scribe.writes(DemandRecovery {
        of: &paid,
        from: party(2),
        amount: money("400.00"),
        instalments: 4,
        first_on: Some(on("2021-07-01")),
        reason,
    });
    scribe.writes(WaiveRecovery { of: &paid, amount: money("150.00"), reason });
}

fn providers(scribe: &mut Injury) {
    let reason = scribe.desk.book.register("no certificate of life").unwrap();
    let (person, kind) = (party(5), WorkInjuryBenefit::Disability);
    scribe.writes(StopBenefit { person, kind, from: on("2021-06-01"), reason });
    scribe.writes(ResumeBenefit { person, kind, from: on("2021-06-20"), reason });
    let provider = party(6);
    let until = Some(on("2022-05-31"));
    scribe.writes(AgreeProvider { provider, from: on("2021-06-01"), until });
    scribe.writes(AgreeProvider { provider: party(7), from: on("2021-06-01"), until: None });
    scribe.writes(EndProvider { provider, from: on("2021-06-30"), reason });
}

fn budget(scribe: &mut Injury) {
    let line = |key: &str| BudgetLine::from_key(key).unwrap();
    let (income, benefits) = (line("income_premium"), line("expenditure_benefit"));
    let draft = |line, amount| DraftBudgetLine { year: 2021, line, amount: money(amount) };
    scribe.writes(draft(income, "900000.00"));
    scribe.writes(draft(benefits, "950000.00"));
    let reason = scribe.desk.book.register("met out of the balance").unwrap();
    scribe.writes(ApproveBudget {
        year: 2021,
        income: money("900000.00"),
        expenditure: money("950000.00"),
        deficit_reason: Some(reason),
    });
    let amount = money("960000.00");
    scribe.writes(AdjustBudgetLine { year: 2021, line: benefits, amount, reason });
    scribe.writes(ApproveAdjustments { year: 2021, reason });
    scribe.writes(ApproveUsePlan { month: Month::new(2021, 7).unwrap(), amount: money("7000.00") });
    scribe.writes(TakeShortfallStep {
        in_year_of: on("2021-06-15"),
        step: 1,
        gave: money("1000.00"),
        finding: reason,
    });
    scribe.writes(SetReserveAside { amount: money("800.00") });
    scribe.writes(DrawReserve { amount: money("300.00"), reason });
}

fn periods(scribe: &mut Injury) {
    let period = |month| Period::month(Month::new(2021, month).unwrap());
    scribe.writes(ClosePeriod { period: period(4) });
    scribe.writes(ClosePeriod { period: period(5) });
    let reason = scribe.desk.book.register("a bank advice came late").unwrap();
    scribe.writes(ReopenPeriod { period: period(4), reason });
    scribe.desk.voucher = scribe.desk.voucher.on(on("2021-04-30"));
    let interest = ReceiveInterest { into: SpecialAccount, amount: money("0.05") };
    scribe.writes(interest);
    scribe.desk.voucher = scribe.desk.voucher.on(on("2021-06-15"));
    scribe.writes(ClosePeriod { period: period(4) });
}

fn pension(mut scribe: Scribe<EnterprisePension>) {
    scribe.writes(AdoptProfile { profile: pooled() });
    scribe.writes(BringForward { into: InvestmentAccount, amount: money("5000.00") });
    scribe.writes(AccrueInvestmentGain { amount: money("120.00") });
    scribe.writes(AccrueInvestmentLoss { amount: money("20.50") });
    scribe.writes(ChargeInvestmentFee { amount: money("3.25") });
    scribe.writes(ReportInvestment {
        on: on("2021-06-14"),
        value: money("5096.25"),
        equities: money("1000.00"),
    });
    let (from, amount) = (wuxi(), money("640.00"));
    scribe.writes(ReorganiseIn { into: RevenueAccount, from, amount });
    scribe.writes(ReorganiseOut { from: RevenueAccount, to: wuxi(), amount });
}

fn trust(mut scribe: Scribe<Trust>) {
    let texts = [LENDING, BORROWING].map(|id| scribe.desk.book.register(id).unwrap());
    scribe.writes(AdoptProfile { profile: loans() });
    let [lending, borrowing] = texts.map(|authorisation| {
        scribe.writes(AuthoriseLoan {
            authorisation,
            limit: money("2000.00"),
            from: on("2021-01-01"),
            until: on("2021-12-31"),
            repay_by: on("2025-12-31"),
        })
    });
    let (under, amount) = (&borrowing, money("1500.00"));
    scribe.writes(ReceiveLoan { under, amount });
    scribe.writes(RepayLoan { under, amount: money("0.01") });
    let under = &lending;
    scribe.writes(MakeLoan { under, amount: money("1499.99") });
    scribe.writes(ReceiveRepayment { under, amount: money("0.01") });
}
