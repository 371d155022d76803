//! A short history with one event of every kind, the same at every run.

use std::ops::ControlFlow;

use earmark_core::account::{
    ExpenditureAccount, InvestmentAccount, RevenueAccount, SpecialAccount, TreasuryDeposit,
};
use earmark_core::command::*;
use earmark_core::event::OtherIncome;
use earmark_core::fund::*;
use earmark_core::id::{BookId, Link, area};
use earmark_core::ledger::{AnyBook, Ledger};
use earmark_core::money::{Amount, yuan};
use earmark_core::time::Month;

use crate::given::{Desk, HandClock, MINUTE_MICROS, ledger_in_memory, nanjing, on, party, wuxi};

/// A pension book (it invests) and a residents' medical book (it settles across provinces and has a
/// State use). Every command is a commit of its own, a minute after the one before.
pub(super) fn history() -> Ledger {
    let clock = HandClock::new();
    let ledger = ledger_in_memory(&clock);
    pension(&ledger, &clock);
    medical(&ledger, &clock);
    ledger
}

/// Every frame of a book, in order.
pub(super) fn frames(book: &AnyBook, ledger: &Ledger) -> Vec<Vec<u8>> {
    let mut frames = Vec::new();
    ledger
        .store()
        .commits(book.id(), 1, &mut |commit| {
            frames.push(commit.frame.to_vec());
            Ok(ControlFlow::Continue(()))
        })
        .unwrap();
    frames
}

/// Every frame of every book.
pub(super) fn all_frames(ledger: &Ledger) -> Vec<(BookId, Vec<u8>)> {
    let books = ledger.books().unwrap();
    let frames_of = |book: &AnyBook| {
        let id = book.id();
        frames(book, ledger).into_iter().map(move |frame| (id, frame)).collect::<Vec<_>>()
    };
    books.iter().flat_map(frames_of).collect()
}

pub(super) struct Scribe<F: Fund> {
    pub(super) desk: Desk<F>,
    number: u64,
}

impl<F: Fund> Scribe<F> {
    /// At a book with every account open.
    pub(super) fn at(desk: Desk<F>) -> Self {
        Self { desk: desk.with_accounts(), number: 0 }
    }

    pub(super) fn writes(
        &mut self,
        commands: impl Commands<F>,
    ) -> earmark_core::event::Recorded<F> {
        self.number += 1;
        self.desk.clock.go(MINUTE_MICROS);
        self.desk.voucher = self.desk.voucher.document(self.number);
        self.desk.recorded(&format!("entry {}", self.number), commands)
    }
}

pub(super) fn money<F: Fund>(text: &str) -> Amount<F> {
    yuan(text).unwrap()
}

fn pension(ledger: &Ledger, clock: &HandClock) {
    let desk = Desk::<EnterprisePension>::new(ledger.clone(), clock.clone(), nanjing());
    let reason = desk.book.register("entered twice").unwrap();
    let mut scribe = Scribe::at(desk);
    scribe.writes(BringForward { into: TreasuryDeposit, amount: money("80000.00") });
    scribe.writes(BringForward { into: InvestmentAccount, amount: money("5000.00") });
    scribe.writes(ReceivePremium {
        into: TreasuryDeposit,
        kind: EnterprisePensionPremium::Unit,
        from: party(1),
        amount: money("1600.16"),
    });
    scribe.writes(TransferCollections { from: TreasuryDeposit, amount: money("70000.00") });
    scribe.writes(ReceiveFiscalSubsidy { amount: money("999.99") });
    scribe.writes(ReceiveInvestmentReturn { amount: money("12.34") });
    scribe.writes(PlaceInvestment { amount: money("20000.00") });
    scribe.writes(RedeemInvestment { amount: money("500.00") });
    let plan = Month::new(2021, 6).unwrap();
    scribe.writes(Release { plan, amount: money("30000.00") });
    scribe.writes(ReceiveInterest { into: ExpenditureAccount, amount: money("3.21") });
    scribe.writes(HandOverInterest { amount: money("3.20") });
    let paid = scribe.writes(PayBenefit {
        from: ExpenditureAccount,
        kind: EnterprisePensionBenefit::BasicPension,
        to: party(2),
        amount: money("3000.00"),
    });
    scribe.writes(ReturnPayment { of: &paid, amount: money("1000.00") });
    let (from, into) = (party(2), ExpenditureAccount);
    scribe.writes(RecoverBenefit { of: &paid, from, into, amount: money("0.01") });
    let this_year = scribe.desk.voucher;
    scribe.desk.voucher = this_year.on(on("2020-12-31"));
    let paid = scribe.writes(PayBenefit {
        from: ExpenditureAccount,
        kind: EnterprisePensionBenefit::Disability,
        to: party(2),
        amount: money("400.00"),
    });
    scribe.desk.voucher = this_year.on(on("2021-01-01"));
    scribe.writes(ReturnPayment { of: &paid, amount: money("200.00") });
    let (from, into) = (party(6), SpecialAccount);
    scribe.writes(RecoverBenefit { of: &paid, from, into, amount: money("100.00") });
    scribe.desk.voucher = this_year;
    scribe.desk.voucher = scribe.desk.voucher.correlated(Link::from_u128(12));
    let came = scribe.writes(ReceiveTransferIn {
        into: RevenueAccount,
        person: party(3),
        from: wuxi(),
        amount: money("8888.00"),
    });
    scribe.desk.voucher = scribe.desk.voucher.caused_by(Link::from_u128(u128::MAX));
    scribe.writes(ReturnTransferIn { of: &came, from: RevenueAccount, amount: money("88.00") });
    scribe.writes(PayTransferOut { person: party(3), to: wuxi(), amount: money("700.00") });
    let province = area("320000").unwrap();
    let subsidy =
        ReceiveSuperiorSubsidy { into: SpecialAccount, from: province, amount: money("45.00") };
    let subsidy = scribe.writes(subsidy);
    scribe.writes(Reverse { of: &subsidy, reason });
    scribe.writes(RemitToSuperior { from: SpecialAccount, to: province, amount: money("1.00") });
}

fn medical(ledger: &Ledger, clock: &HandClock) {
    let desk = Desk::<ResidentsMedical>::new(ledger.clone(), clock.clone(), nanjing());
    let mut scribe = Scribe::at(desk);
    scribe.desk.voucher = scribe.desk.voucher.on(on("2020-12-31"));
    scribe.writes(BringForward { into: SpecialAccount, amount: Amount::MAX });
    scribe.desk.voucher = scribe.desk.voucher.on(on("2021-01-01"));
    let district = area("320102").unwrap();
    scribe.writes(SubsidiseLower { from: SpecialAccount, to: district, amount: money("5000.00") });
    scribe.writes(ReceiveLowerRemittance {
        into: RevenueAccount,
        from: district,
        amount: money("0.01"),
    });
    scribe.writes(ReceiveOtherIncome {
        into: RevenueAccount,
        kind: OtherIncome::LateFee,
        from: party(u128::MAX),
        amount: money("17.50"),
    });
    let came = scribe.writes(ReceivePremium {
        into: TreasuryDeposit,
        kind: ResidentsMedicalPremium::Individual,
        from: party(0),
        amount: money("380.00"),
    });
    scribe.writes(RefundPremium { of: &came, from: SpecialAccount, amount: money("320.00") });
    scribe.writes(SettleDirectly {
        kind: ResidentsMedicalBenefit::Outpatient,
        to: party(4),
        amount: money("41.20"),
    });
    scribe.writes(SettleAcrossProvinces {
        kind: ResidentsMedicalBenefit::Hospital,
        to: party(4),
        treated_in: area("310100").unwrap(),
        amount: money("2500.00"),
    });
    scribe.writes(PayStateUse {
        kind: ResidentsMedicalUse::CriticalIllnessInsurance,
        to: party(5),
        amount: money("60.00"),
    });
    scribe.writes(CloseAccount(ExpenditureAccount));
}
