//! Makes histories: commands for several books of two funds, sensible and senseless, in some order.
//! Nothing here knows which of them are lawful.

use earmark_core::account::Account::{self, Expenditure, Revenue, Special, Treasury};
use earmark_core::command::AnyCommand;
use earmark_core::event::OtherIncome;
use earmark_core::id::Area;
use earmark_core::time::Month;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

use crate::given::{nanjing, party, wuxi};

/// The books of a history: two areas, two funds.
pub(super) const BOOKS: [(u32, &str); 4] = [
    (320_100, "EMP_MEDICAL"),
    (320_200, "EMP_MEDICAL"),
    (320_100, "ENT_PENSION"),
    (320_200, "ENT_PENSION"),
];

/// The one reason that every book registers for its reversals.
pub(super) const REASON: &str = "entered in error";

#[derive(Clone, Debug)]
pub(super) struct History {
    /// For each book, the accounts that it opens first, with what is brought forward in each (fen).
    pub(super) opened: Vec<Vec<(Account, u64)>>,
    pub(super) steps: Vec<Step>,
}

#[derive(Clone, Debug)]
pub(super) struct Step {
    /// How long after the step before.
    pub(super) wait_micros: i64,
    pub(super) book: usize,
    pub(super) key: KeyChoice,
    pub(super) entries: Vec<Entry>,
}

/// One command of a step. Where it refers to an event, `pick` chooses which.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// Days before today (negative: after).
    pub(super) days_ago: i32,
    pub(super) pick: Index,
    pub(super) command: AnyCommand,
}

#[derive(Clone, Debug)]
pub(super) enum KeyChoice {
    /// A key never used before.
    Fresh,
    /// An accepted commit once more, key and content.
    Retry(Index),
    /// The key of an accepted commit, with this content.
    Reuse(Index),
}

pub(super) fn histories(steps: usize) -> impl Strategy<Value = History> {
    let accounts = prop_oneof![
        6 => Just(Account::ALL.to_vec()),
        1 => subsequence(Account::ALL.to_vec(), 0..=5),
    ];
    let forward = prop_oneof![1 => Just(0_u64), 4 => 1_u64..200_000];
    let book = (accounts, vec(forward, 5))
        .prop_map(|(accounts, fen)| accounts.into_iter().zip(fen).collect::<Vec<_>>());
    (vec(book, BOOKS.len()), vec(step(), steps / 2..=steps))
        .prop_map(|(opened, steps)| History { opened, steps })
}

fn step() -> impl Strategy<Value = Step> {
    let wait = prop_oneof![
        4 => Just(0_i64),
        8 => 1_i64..3_600_000_000,
        1 => 80_000_000_000_i64..40 * 86_400_000_000,
        1 => Just(-5_000_000_i64),
    ];
    let key = prop_oneof![
        14 => Just(KeyChoice::Fresh),
        1 => any::<Index>().prop_map(KeyChoice::Retry),
        1 => any::<Index>().prop_map(KeyChoice::Reuse),
    ];
    (wait, 0..BOOKS.len(), key).prop_flat_map(|(wait_micros, book, key)| {
        let pension = BOOKS[book].1 == "ENT_PENSION";
        let entries = prop_oneof![4 => vec(entry(pension), 1), 1 => vec(entry(pension), 2..=4)];
        entries.prop_map(move |entries| Step { wait_micros, book, key: key.clone(), entries })
    })
}

fn entry(pension: bool) -> impl Strategy<Value = Entry> {
    let days_ago = prop_oneof![24 => 0_i32..3, 4 => 3_i32..200, 4 => 200_i32..600, 1 => -2_i32..0];
    let lately = prop_oneof![12 => Just(0_i32), 1 => 1_i32..600];
    prop_oneof![
        13 => (days_ago, any::<Index>(), command(pension)),
        5 => (lately, any::<Index>(), correction()),
    ]
    .prop_map(|(days_ago, pick, command)| Entry { days_ago, pick, command })
}

/// One of the accounts that fit, or, now and then, any.
fn account(fitting: &'static [Account]) -> impl Strategy<Value = Account> {
    prop_oneof![31 => select(fitting), 1 => select(&Account::ALL[..])]
}

/// Mostly small sums, so that accounts run dry; now and then none, or all there is.
fn amount() -> impl Strategy<Value = String> {
    let minor = prop_oneof![
        24 => 1_u64..20_000,
        6 => 20_000_u64..5_000_000,
        1 => Just(0),
        1 => 99_999_999_999_990_000_u64..=100_000_000_000_000_001,
    ];
    minor.prop_map(|minor| format!("{}.{:02}", minor / 100, minor % 100))
}

/// Mostly a name from the fund's list, sometimes one from the other fund's, or from none.
fn name(own: &'static [&str], strange: &'static [&str]) -> impl Strategy<Value = String> {
    prop_oneof![15 => select(own), 1 => select(strange)].prop_map(str::to_owned)
}

fn premium(pension: bool) -> impl Strategy<Value = String> {
    if pension {
        name(&["Unit", "Individual"], &["ForUnemployed", "Fine"])
    } else {
        name(&["Unit", "Individual", "ForUnemployed"], &["Fine", ""])
    }
}

fn benefit(pension: bool) -> impl Strategy<Value = String> {
    if pension {
        name(&["BasicPension", "FuneralAndSurvivors"], &["Hospital", "Salaries"])
    } else {
        name(&["Hospital", "MaternityAllowance"], &["BasicPension", "Salaries"])
    }
}

fn command(pension: bool) -> impl Strategy<Value = AnyCommand> {
    prop_oneof![
        5 => income(pension),
        3 => internal(),
        4 => spending(pension),
        1 => register(),
    ]
}

fn register() -> impl Strategy<Value = AnyCommand> {
    (account(&Account::ALL), amount(), 0..4).prop_map(|(account, amount, which)| match which {
        0 => AnyCommand::OpenAccount { account },
        1 => AnyCommand::CloseAccount { account },
        _ => AnyCommand::BringForward { into: account, amount },
    })
}

fn income(pension: bool) -> impl Strategy<Value = AnyCommand> {
    let into = account(&[Treasury, Revenue, Special]);
    let held = account(&[Revenue, Special]);
    let earning = account(&[Revenue, Expenditure, Special]);
    (into, held, earning, amount(), (premium(pension), other_level()), 0_u8..11).prop_map(
        |(into, held, earning, amount, (kind, from), which)| match which {
            0..4 => AnyCommand::ReceivePremium { into, kind, from: party(1), amount },
            4 => AnyCommand::ReceiveFiscalSubsidy { amount },
            5 => AnyCommand::ReceiveInterest { into: earning, amount },
            6 => AnyCommand::ReceiveInvestmentReturn { amount },
            7 => AnyCommand::ReceiveTransferIn { into: held, person: party(2), from, amount },
            8 => AnyCommand::ReceiveSuperiorSubsidy { into: earning, from, amount },
            9 => AnyCommand::ReceiveLowerRemittance { into: held, from, amount },
            _ => {
                let kind = OtherIncome::LateFee;
                AnyCommand::ReceiveOtherIncome { into: held, kind, from: party(3), amount }
            }
        },
    )
}

fn internal() -> impl Strategy<Value = AnyCommand> {
    let from = account(&[Treasury, Revenue]);
    (from, amount(), 0..7).prop_map(|(from, amount, which)| match which {
        0 | 1 => AnyCommand::TransferCollections { from, amount },
        2 | 3 => AnyCommand::Release { plan: Month::new(2021, 6).unwrap(), amount },
        4 => AnyCommand::HandOverInterest { amount },
        5 => AnyCommand::PlaceInvestment { amount },
        _ => AnyCommand::RedeemInvestment { amount },
    })
}

fn spending(pension: bool) -> impl Strategy<Value = AnyCommand> {
    let from = account(&[Expenditure, Expenditure, Special]);
    (from, other_level(), amount(), benefit(pension), 0..11).prop_map(
        |(from, area, amount, kind, which)| {
            let to = party(4);
            match which {
                0..4 => AnyCommand::PayBenefit { from, kind, to, amount },
                4 => AnyCommand::SettleDirectly { kind, to, amount },
                5 => AnyCommand::SettleAcrossProvinces { kind, to, treated_in: area, amount },
                6 if amount.len() > 5 => AnyCommand::PayStateUse { kind, to, amount },
                6..9 => AnyCommand::PayTransferOut { person: party(2), to: area, amount },
                9 => AnyCommand::RemitToSuperior { from, to: area, amount },
                _ => AnyCommand::SubsidiseLower { from, to: area, amount },
            }
        },
    )
}

/// The province, or, now and then, an area that may be the book's own.
fn other_level() -> impl Strategy<Value = Area> {
    prop_oneof![15 => Just(Area::from_code(320_000).unwrap()), 1 => Just(nanjing()), 1 => Just(wuxi())]
}

/// `of` is settled by the clerk from the entry's pick.
fn correction() -> impl Strategy<Value = AnyCommand> {
    let into = account(&[Expenditure, Expenditure, Revenue, Special]);
    let part = (1_u64..9_000).prop_map(|minor| format!("{}.{:02}", minor / 100, minor % 100));
    let amount = prop_oneof![12 => part, 1 => amount()];
    let held = account(&[Revenue, Special]);
    (into, held, amount, 0..27).prop_map(|(into, held, amount, which)| match which {
        0..6 => AnyCommand::ReturnPayment { of: 0, amount },
        6..12 => AnyCommand::RecoverBenefit { of: 0, from: party(5), into, amount },
        12..15 => AnyCommand::ReturnTransferIn { of: 0, from: held, amount },
        15..18 => AnyCommand::RefundPremium { of: 0, from: held, amount },
        18 => AnyCommand::Reverse { of: 0, reason: "never registered".to_owned() },
        _ => AnyCommand::Reverse { of: 0, reason: REASON.to_owned() },
    })
}
