//! Makes random histories of one book: commands that may or may not be lawful, for days of two years.

use earmark_core::account::Account::{self, Expenditure, Revenue, Special, Treasury};
use earmark_core::command::AnyCommand;
use earmark_core::event::{Kind, OtherIncome, Recorded};
use earmark_core::id::{Area, area};
use earmark_core::report::TrailFilter;
use earmark_core::time::{Day, Month};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::given::{Desk, REASON, on, party};

/// The last day of every history.
const TODAY: &str = "2021-12-31";

#[derive(Clone, Debug)]
pub(crate) struct History {
    fund: &'static str,
    steps: Vec<Step>,
}

/// One command, so many days before the last, about an event that `pick` chooses.
#[derive(Clone, Debug)]
struct Step {
    days_ago: i32,
    pick: Index,
    what: u8,
    account: Account,
    party: u128,
    minor: u64,
}

pub(crate) fn histories(steps: usize) -> impl Strategy<Value = History> {
    let fund = select(vec![
        "ENT_PENSION",
        "EMP_MEDICAL",
        "RES_MEDICAL",
        "WORK_INJURY",
        "UNEMPLOYMENT",
        "MATERNITY",
        "TEST_LENDING",
    ]);
    let account = select(vec![Treasury, Revenue, Special, Special, Expenditure, Expenditure]);
    let step = (0..700_i32, any::<Index>(), 0..41_u8, account, 1..5_u128, 1..90_000_u64).prop_map(
        |(days_ago, pick, what, account, party, minor)| Step {
            days_ago,
            pick,
            what,
            account,
            party,
            minor,
        },
    );
    (fund, vec(step, steps / 2..=steps)).prop_map(|(fund, steps)| History { fund, steps })
}

impl History {
    /// Records what is lawful of it.
    pub(crate) fn play(&self) -> Desk {
        let desk = Desk::new(self.fund, TODAY);
        let lends = desk.fund().borrows();
        let law = if lends { "Other" } else { "China" };
        desk.adopt("2020-01-01", law, &tables(self.fund, lends));
        if lends {
            let (from, until, repay_by) = (on("2020-01-01"), on(TODAY), on("2030-12-31"));
            for authorisation in ["lending", "borrowing"].map(str::to_owned) {
                desk.book.register(&authorisation).unwrap();
                let limit = "100000.00".to_owned();
                let authorised =
                    AnyCommand::AuthoriseLoan { authorisation, limit, from, until, repay_by };
                desk.record("2020-01-01", authorised);
            }
        }
        for account in [Special, Expenditure] {
            desk.bring_forward("2020-01-01", account, "2000.00");
        }
        for step in &self.steps {
            let days = on(TODAY).days();
            let Some(of) = step.original(&desk) else {
                let _ = desk.try_record(day(days - step.days_ago), step.command(&desk));
                continue;
            };
            // What takes an event back comes at most a year and some days after it.
            let later = (of.effective_on().days() + step.days_ago % 400).min(days);
            let part = 1 + step.minor % of.event().fact().amount_minor();
            let correction = Step { minor: part, ..step.clone() }.correction(of.seq());
            let _ = desk.try_record(day(later), correction);
        }
        desk
    }
}

/// Lets every fund reorganise, and one lend and borrow.
fn tables(fund: &str, lends: bool) -> String {
    let basis = "from = 2000-01-01\nsource = \"a test\"\n";
    let reorganised = format!(
        "[[reorganisation]]\nid = \"any\"\nwhat = \"raise_pooling_level\"\n\
         out_of = [\"{fund}\"]\ninto = \"{fund}\"\n{basis}"
    );
    let authorised = |id, lender: &str, borrower: &str| {
        format!(
            "[[authorisation]]\nid = \"{id}\"\nlender = [\"{lender}\"]\nborrower = [\"{borrower}\"]\n\
             repay_by = 2030-12-31\n{basis}"
        )
    };
    let lent = authorised("lending", fund, "OTHER") + &authorised("borrowing", "OTHER", fund);
    if lends { reorganised + &lent } else { reorganised }
}

fn day(days: i32) -> Day {
    Day::from_days(days).unwrap()
}

impl Step {
    fn amount(&self) -> String {
        format!("{}.{:02}", self.minor / 100, self.minor % 100)
    }

    /// The event that the step takes back; none where it takes none back, or finds none.
    fn original(&self, desk: &Desk) -> Option<Recorded> {
        use Kind::*;
        let fits = |kind: Kind| match self.what {
            23 | 24 | 28 | 29 => {
                matches!(kind, BenefitPaid | CrossProvinceSettled | StateUsePaid | TransferOutPaid)
            }
            25 if self.party < 3 => kind == PremiumReceived,
            25 => kind == TransferInReceived,
            26 | 27 | 30 => kind.moves_money(),
            _ => false,
        };
        let events = desk.book.trail(&TrailFilter::all()).unwrap();
        let fitting: Vec<_> = events.into_iter().filter(|event| fits(event.kind())).collect();
        (!fitting.is_empty()).then(|| self.pick.get(&fitting).clone())
    }

    fn correction(&self, of: u64) -> AnyCommand {
        let (amount, account) = (self.amount(), self.account);
        match self.what {
            23 | 28 => AnyCommand::ReturnPayment { of, amount },
            24 | 29 => {
                AnyCommand::RecoverBenefit { of, from: party(self.party), into: account, amount }
            }
            25 if self.party < 3 => AnyCommand::RefundPremium { of, from: account, amount },
            25 => AnyCommand::ReturnTransferIn { of, from: account, amount },
            _ => AnyCommand::Reverse { of, reason: REASON.to_owned() },
        }
    }

    fn command(&self, desk: &Desk) -> AnyCommand {
        let amount = self.amount();
        let (account, fund) = (self.account, desk.fund());
        let (someone, person) = (party(self.party), party(self.party));
        let chosen = usize::try_from(self.minor).unwrap();
        let premium = fund.premiums()[chosen % fund.premiums().len()].name.to_owned();
        let benefit = fund.benefits()[chosen % fund.benefits().len()].name.to_owned();
        let elsewhere: Area = area("320000").unwrap();
        match self.what {
            0 | 1 => {
                AnyCommand::ReceivePremium { into: account, kind: premium, from: someone, amount }
            }
            2 => AnyCommand::ReceiveFiscalSubsidy { amount },
            3 => AnyCommand::ReceiveInterest { into: account, amount },
            4 => AnyCommand::ReceiveInvestmentReturn { amount },
            5 => AnyCommand::ReceiveTransferIn { into: account, person, from: elsewhere, amount },
            6 => AnyCommand::ReceiveSuperiorSubsidy { into: account, from: elsewhere, amount },
            7 => AnyCommand::ReceiveLowerRemittance { into: account, from: elsewhere, amount },
            8 => {
                let kind = OtherIncome::LateFee;
                AnyCommand::ReceiveOtherIncome { into: account, kind, from: someone, amount }
            }
            9 => AnyCommand::TransferCollections { from: account, amount },
            10 | 11 => AnyCommand::Release { plan: Month::new(2021, 6).unwrap(), amount },
            12 => AnyCommand::HandOverInterest { amount },
            13 => AnyCommand::PlaceInvestment { amount },
            14 => AnyCommand::RedeemInvestment { amount },
            15 | 16 => AnyCommand::PayBenefit { from: account, kind: benefit, to: someone, amount },
            17 => AnyCommand::SettleDirectly { kind: benefit, to: someone, amount },
            18 => AnyCommand::SettleAcrossProvinces {
                kind: benefit,
                to: someone,
                treated_in: elsewhere,
                amount,
            },
            19 => {
                let kind = "CriticalIllnessInsurance".to_owned();
                AnyCommand::PayStateUse { kind, to: someone, amount }
            }
            20 => AnyCommand::PayTransferOut { person, to: elsewhere, amount },
            21 => AnyCommand::RemitToSuperior { from: account, to: elsewhere, amount },
            22 => AnyCommand::SubsidiseLower { from: account, to: elsewhere, amount },
            31 => AnyCommand::AccrueInvestmentGain { amount },
            32 => AnyCommand::AccrueInvestmentLoss { amount },
            33 => AnyCommand::ChargeInvestmentFee { amount },
            // Only the whole of an account goes.
            34 => {
                let held = desk.book.account(account).unwrap().balance_minor;
                let amount = format!("{}.{:02}", held / 100, held % 100);
                AnyCommand::ReorganiseOut { from: account, to: elsewhere, amount }
            }
            35 => AnyCommand::ReorganiseIn { into: account, from: elsewhere, amount },
            36 => AnyCommand::ReceiveLoan { under: authorisation(desk, 1), amount },
            37 => AnyCommand::RepayLoan { under: authorisation(desk, 1), amount },
            38 => AnyCommand::MakeLoan { under: authorisation(desk, 0), amount },
            39 => AnyCommand::ReceiveRepayment { under: authorisation(desk, 0), amount },
            40 => AnyCommand::SetReserveAside { amount },
            // Nothing to take back yet.
            _ => AnyCommand::ReceiveFiscalSubsidy { amount },
        }
    }
}

/// The event that authorised lending (0) or borrowing (1); 0 where none did.
fn authorisation(desk: &Desk, index: usize) -> u64 {
    let authorised = TrailFilter::all().of_kind(Kind::LoanAuthorised);
    desk.book.trail(&authorised).unwrap().get(index).map_or(0, Recorded::seq)
}
