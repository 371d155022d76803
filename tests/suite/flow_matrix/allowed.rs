//! Every allowed row, as a typed commit that is accepted and moves what it says.

use earmark_core::account::Account::{self, Expenditure, Investment, Revenue, Special, Treasury};
use earmark_core::account::{
    ExpenditureAccount, InvestmentAccount, RevenueAccount, SpecialAccount, StatutoryAccount,
    TreasuryDeposit,
};
use earmark_core::command::*;
use earmark_core::event::{Kind, OtherIncome, Recorded};
use earmark_core::flow::{Admits, Direction, FLOWS, FlowRow, kinds};
use earmark_core::fund::*;
use earmark_core::money::Amount;
use earmark_core::time::Month;

use crate::given::{Desk, on, party, wuxi};
use crate::law::{BORROWING, LENDING, Trust, loans, pooled};

const MOVED: u64 = 75_050;
const MOVED_SIGNED: i64 = 75_050;

/// The kind of the event recorded, and what it changed in each account, in fen.
type Effect = (Kind, Vec<(Account, i64)>);

/// A book in which every account holds 10,000.00 and the expenditure account 5,000.00 of interest
/// besides.
struct Stage<F: Fund>(Desk<F>);

fn fen<F: Fund>(minor: u64) -> Amount<F> {
    Amount::from_minor(minor).unwrap()
}

fn moved<F: Fund>() -> Amount<F> {
    fen(MOVED)
}

fn stage<F: Fund>() -> Stage<F> {
    let desk = Desk::in_memory().with_accounts();
    let amount = fen(1_000_000);
    desk.record("treasury", BringForward { into: TreasuryDeposit, amount }).unwrap();
    desk.record("revenue", BringForward { into: RevenueAccount, amount }).unwrap();
    desk.record("special", BringForward { into: SpecialAccount, amount }).unwrap();
    desk.record("expenditure", BringForward { into: ExpenditureAccount, amount }).unwrap();
    if F::SPEC.invests() {
        desk.record("investment", BringForward { into: InvestmentAccount, amount }).unwrap();
    }
    let amount = fen(500_000);
    desk.record("interest", ReceiveInterest { into: ExpenditureAccount, amount }).unwrap();
    Stage(desk)
}

impl<F: Fund> Stage<F> {
    /// Records the command and says what it did.
    fn when(&self, command: impl Commands<F>) -> Effect {
        let desk = &self.0;
        let before = Account::ALL.map(|account| desk.balance(account));
        let recorded = desk.recorded("when", command);
        let changes = Account::ALL.into_iter().zip(before).filter_map(|(account, before)| {
            let change = desk.balance(account).cast_signed() - before.cast_signed();
            (change != 0).then_some((account, change))
        });
        (recorded.kind(), changes.collect())
    }

    fn given(&self, command: impl Commands<F>) -> Recorded<F> {
        self.0.recorded("given", command)
    }

    /// The same for a day of 2020, while the desk's voucher goes on to be of 2021.
    fn given_last_year(&mut self, command: impl Commands<F>) -> Recorded<F> {
        let this_year = self.0.voucher;
        self.0.voucher = this_year.on(on("2020-11-20"));
        let recorded = self.given(command);
        self.0.voucher = this_year;
        recorded
    }
}

fn injury() -> Stage<WorkInjury> {
    stage()
}

fn medical() -> Stage<ResidentsMedical> {
    stage()
}

fn pension() -> Stage<EnterprisePension> {
    stage()
}

fn benefit() -> PayBenefit<WorkInjury, ExpenditureAccount> {
    let kind = WorkInjuryBenefit::Disability;
    PayBenefit { from: ExpenditureAccount, kind, to: party(7), amount: fen(90_000) }
}

fn settlement() -> SettleDirectly<WorkInjury> {
    SettleDirectly { kind: WorkInjuryBenefit::Medical, to: party(4), amount: fen(90_000) }
}

fn transfer_in<A: Admits<kinds::TransfersIn>>(into: A) -> ReceiveTransferIn<EnterprisePension, A> {
    ReceiveTransferIn { into, person: party(9), from: wuxi(), amount: moved() }
}

fn premium<A: Admits<kinds::Premiums>>(into: A) -> ReceivePremium<WorkInjury, A> {
    ReceivePremium { into, kind: WorkInjuryPremium::Unit, from: party(1), amount: moved() }
}

/// A pension book that is reorganised into the one of its province, and holds what the flow moves in the
/// account alone.
fn reorganised<A: StatutoryAccount>(account: A) -> Stage<EnterprisePension> {
    let stage = Stage(Desk::<EnterprisePension>::in_memory().with_accounts());
    stage.0.record("forward", BringForward { into: account, amount: moved() }).unwrap();
    stage.0.record("profile", AdoptProfile { profile: pooled() }).unwrap();
    stage
}

/// What a reorganisation takes out of an account, and brings into one.
fn reorganise(flow: &FlowRow) -> Effect {
    macro_rules! each {
        ($($variant:ident $account:ident),*) => {
            match (flow.direction, flow.account) {
                $(
                    (Direction::Out, $variant) => reorganised($account)
                        .when(ReorganiseOut { from: $account, to: wuxi(), amount: moved() }),
                    (Direction::In, $variant) => reorganised($account)
                        .when(ReorganiseIn { into: $account, from: wuxi(), amount: moved() }),
                )*
            }
        };
    }
    each!(Treasury TreasuryDeposit, Revenue RevenueAccount, Special SpecialAccount,
        Expenditure ExpenditureAccount, Investment InvestmentAccount)
}

/// What a loan moves in the book of a fund whose law knows loans.
fn lend(kind: Kind) -> Effect {
    let stage = stage::<Trust>();
    let borrows = matches!(kind, Kind::LoanReceived | Kind::LoanRepaid);
    let role = if borrows { BORROWING } else { LENDING };
    stage.0.record("profile", AdoptProfile { profile: loans() }).unwrap();
    let under = stage.given(AuthoriseLoan {
        authorisation: stage.0.book.register(role).unwrap(),
        limit: moved(),
        from: on("2021-01-01"),
        until: on("2021-12-31"),
        repay_by: on("2025-12-31"),
    });
    let (under, amount) = (&under, moved());
    match kind {
        Kind::LoanReceived => stage.when(ReceiveLoan { under, amount }),
        Kind::LoanMade => stage.when(MakeLoan { under, amount }),
        Kind::LoanRepaid => {
            stage.0.record("received", ReceiveLoan { under, amount }).unwrap();
            stage.when(RepayLoan { under, amount })
        }
        _ => {
            stage.0.record("made", MakeLoan { under, amount }).unwrap();
            stage.when(ReceiveRepayment { under, amount })
        }
    }
}

/// What happens when the one flow of this row and kind is recorded.
fn exercise(flow: &FlowRow) -> Effect {
    let (row, kind) = (flow.row, flow.kind);
    let (amount, june) = (moved::<WorkInjury>(), Month::new(2021, 6).unwrap());
    match (row, kind) {
        ("T1", Kind::PremiumReceived) => injury().when(premium(TreasuryDeposit)),
        ("R1", Kind::PremiumReceived) => injury().when(premium(RevenueAccount)),
        ("S1", Kind::PremiumReceived) => injury().when(premium(SpecialAccount)),
        ("R3", Kind::InterestReceived) => {
            injury().when(ReceiveInterest { into: RevenueAccount, amount })
        }
        ("E3", Kind::InterestReceived) => {
            injury().when(ReceiveInterest { into: ExpenditureAccount, amount })
        }
        ("S2", Kind::InterestReceived) => {
            injury().when(ReceiveInterest { into: SpecialAccount, amount })
        }
        ("R4", Kind::OtherIncomeReceived) => injury().when(ReceiveOtherIncome {
            into: RevenueAccount,
            kind: OtherIncome::LateFee,
            from: party(1),
            amount,
        }),
        ("S2", Kind::OtherIncomeReceived) => injury().when(ReceiveOtherIncome {
            into: SpecialAccount,
            kind: OtherIncome::Donation,
            from: party(1),
            amount,
        }),
        ("R4", Kind::TransferInReceived) => pension().when(transfer_in(RevenueAccount)),
        ("S6", Kind::TransferInReceived) => pension().when(transfer_in(SpecialAccount)),
        ("R2", Kind::SuperiorSubsidyReceived) => {
            injury().when(ReceiveSuperiorSubsidy { into: RevenueAccount, from: wuxi(), amount })
        }
        ("E2", Kind::SuperiorSubsidyReceived) => {
            injury().when(ReceiveSuperiorSubsidy { into: ExpenditureAccount, from: wuxi(), amount })
        }
        ("S7", Kind::SuperiorSubsidyReceived) => {
            injury().when(ReceiveSuperiorSubsidy { into: SpecialAccount, from: wuxi(), amount })
        }
        ("R2", Kind::LowerRemittanceReceived) => {
            injury().when(ReceiveLowerRemittance { into: RevenueAccount, from: wuxi(), amount })
        }
        ("S7", Kind::LowerRemittanceReceived) => {
            injury().when(ReceiveLowerRemittance { into: SpecialAccount, from: wuxi(), amount })
        }
        ("S5", Kind::FiscalSubsidyReceived) => injury().when(ReceiveFiscalSubsidy { amount }),
        ("S3", Kind::InvestmentReturnReceived) => {
            pension().when(ReceiveInvestmentReturn { amount: moved() })
        }
        ("E4", Kind::PaymentReturned) => {
            let stage = injury();
            let paid = stage.given(benefit());
            stage.when(ReturnPayment { of: &paid, amount })
        }
        ("S9", Kind::PaymentReturned) => {
            let stage = injury();
            let paid = stage.given(settlement());
            stage.when(ReturnPayment { of: &paid, amount })
        }
        ("E4", Kind::LatePaymentReturned) => {
            let mut stage = injury();
            let paid = stage.given_last_year(benefit());
            stage.when(ReturnPayment { of: &paid, amount })
        }
        ("S9", Kind::LatePaymentReturned) => {
            let mut stage = injury();
            let paid = stage.given_last_year(settlement());
            stage.when(ReturnPayment { of: &paid, amount })
        }
        ("E4", Kind::BenefitRecovered) => {
            let stage = injury();
            let paid = stage.given(benefit());
            stage.when(RecoverBenefit {
                of: &paid,
                from: party(7),
                into: ExpenditureAccount,
                amount,
            })
        }
        ("S9", Kind::BenefitRecovered) => {
            let stage = injury();
            let paid = stage.given(settlement());
            stage.when(RecoverBenefit { of: &paid, from: party(7), into: SpecialAccount, amount })
        }
        ("R4", Kind::LateBenefitRecovered) => {
            let mut stage = injury();
            let paid = stage.given_last_year(benefit());
            stage.when(RecoverBenefit { of: &paid, from: party(1), into: RevenueAccount, amount })
        }
        ("S2", Kind::LateBenefitRecovered) => {
            let mut stage = injury();
            let paid = stage.given_last_year(benefit());
            stage.when(RecoverBenefit { of: &paid, from: party(7), into: SpecialAccount, amount })
        }
        ("S1" | "T2", Kind::CollectionsTransferred) => {
            injury().when(TransferCollections { from: TreasuryDeposit, amount })
        }
        ("R5", Kind::CollectionsTransferred) => {
            injury().when(TransferCollections { from: RevenueAccount, amount })
        }
        ("E1" | "S8", Kind::Released) => injury().when(Release { plan: june, amount }),
        ("S4" | "E7", Kind::InterestHandedOver) => injury().when(HandOverInterest { amount }),
        ("S10", Kind::InvestmentPlaced) => pension().when(PlaceInvestment { amount: moved() }),
        ("S3", Kind::InvestmentRedeemed) => pension().when(RedeemInvestment { amount: moved() }),
        ("R7", Kind::PremiumRefunded) => {
            let stage = injury();
            let came = stage.given(premium(RevenueAccount));
            stage.when(RefundPremium { of: &came, from: RevenueAccount, amount })
        }
        ("S13", Kind::PremiumRefunded) => {
            let stage = injury();
            let came = stage.given(premium(TreasuryDeposit));
            stage.when(RefundPremium { of: &came, from: SpecialAccount, amount })
        }
        ("R8", Kind::TransferInReturned) => {
            let stage = pension();
            let came = stage.given(transfer_in(RevenueAccount));
            stage.when(ReturnTransferIn { of: &came, from: RevenueAccount, amount: moved() })
        }
        ("S13", Kind::TransferInReturned) => {
            let stage = pension();
            let came = stage.given(transfer_in(SpecialAccount));
            stage.when(ReturnTransferIn { of: &came, from: SpecialAccount, amount: moved() })
        }
        ("E6", Kind::BenefitPaid) => injury().when(PayBenefit { amount, ..benefit() }),
        ("S9", Kind::BenefitPaid) => injury().when(SettleDirectly { amount, ..settlement() }),
        ("S12", Kind::CrossProvinceSettled) => medical().when(SettleAcrossProvinces {
            kind: ResidentsMedicalBenefit::Hospital,
            to: party(4),
            treated_in: earmark_core::id::area("310100").unwrap(),
            amount: moved(),
        }),
        ("S13", Kind::StateUsePaid) => medical().when(PayStateUse {
            kind: ResidentsMedicalUse::CriticalIllnessInsurance,
            to: party(4),
            amount: moved(),
        }),
        ("E6", Kind::TransferOutPaid) => {
            pension().when(PayTransferOut { person: party(9), to: wuxi(), amount: moved() })
        }
        ("R6", Kind::SuperiorRemitted) => {
            injury().when(RemitToSuperior { from: RevenueAccount, to: wuxi(), amount })
        }
        ("E8", Kind::SuperiorRemitted) => {
            injury().when(RemitToSuperior { from: ExpenditureAccount, to: wuxi(), amount })
        }
        ("S11", Kind::SuperiorRemitted) => {
            injury().when(RemitToSuperior { from: SpecialAccount, to: wuxi(), amount })
        }
        ("E8", Kind::LowerSubsidised) => {
            injury().when(SubsidiseLower { from: ExpenditureAccount, to: wuxi(), amount })
        }
        ("S11", Kind::LowerSubsidised) => {
            injury().when(SubsidiseLower { from: SpecialAccount, to: wuxi(), amount })
        }
        ("S3", Kind::InvestmentGained) => pension().when(AccrueInvestmentGain { amount: moved() }),
        ("S10", Kind::InvestmentLost) => pension().when(AccrueInvestmentLoss { amount: moved() }),
        ("S10", Kind::InvestmentFeeCharged) => {
            pension().when(ChargeInvestmentFee { amount: moved() })
        }
        ("X4", _) => reorganise(flow),
        ("F3", kind) => lend(kind),
        other => panic!("no exercise for {other:?}: a new flow needs one"),
    }
}

/// The account at the other end of a route, where the money does not come from or go to the outside.
const fn far_end(kind: Kind, row: &str) -> Option<Account> {
    match (kind, row.as_bytes()) {
        (Kind::CollectionsTransferred, b"T2" | b"R5") => Some(Special),
        (Kind::CollectionsTransferred, _) => Some(Treasury),
        (Kind::Released, b"S8") => Some(Expenditure),
        (Kind::Released, _) => Some(Special),
        (Kind::InterestHandedOver, b"E7") => Some(Special),
        (Kind::InterestHandedOver, _) => Some(Expenditure),
        _ => None,
    }
}

#[test]
fn every_flow_is_recorded_and_moves_what_it_says() {
    for flow in FLOWS {
        let (kind, changes) = exercise(flow);
        assert_eq!(kind, flow.kind, "{flow:?}");
        let own = match flow.direction {
            Direction::In => MOVED_SIGNED,
            Direction::Out => -MOVED_SIGNED,
        };
        let far = match (flow.kind, flow.account) {
            (Kind::InvestmentPlaced | Kind::InvestmentRedeemed, Special) => Some(Investment),
            (Kind::InvestmentPlaced | Kind::InvestmentRedeemed, _) => Some(Special),
            (kind, _) => far_end(kind, flow.row),
        };
        let mut expected = vec![(flow.account, own)];
        expected.extend(far.map(|account| (account, -own)));
        expected.sort_unstable();
        assert_eq!(changes, expected, "{flow:?}");
    }
    // The names in this file are those of the matrix's four accounts and the investment beside them.
    assert_eq!(Account::ALL, [Treasury, Revenue, Special, Expenditure, Investment]);
}
