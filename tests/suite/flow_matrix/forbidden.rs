//! "Anything else" (rows R9 and E5, and the same for every other account): each kind of flow at each
//! account that the matrix does not name is refused at run time, in every built-in fund.

use earmark_core::account::Account;
use earmark_core::command::AnyCommand;
use earmark_core::event::{Kind, Voucher};
use earmark_core::flow::{Direction, FLOWS, FlowRow};
use earmark_core::fund::{BUILT_IN, FundSpec};
use earmark_core::ledger::{AnyBook, Ledger};
use serde_json::{Value, json};

use crate::given::{HandClock, PAPERS, Picture, key_of, ledger_in_memory, nanjing, on, rule_of};

const PARTY: &str = "8e4b3f0a-7c1d-4a55-9b1e-0f6d2c3a4b5c";

/// A book of any fund with every account open, money in each, and a payment and a transfer to refer
/// to.
struct AnyDesk {
    book: AnyBook,
    voucher: Voucher,
    paid: u64,
    paid_last_year: u64,
    premium: u64,
    transferred_in: u64,
}

fn desk(ledger: &Ledger, fund: &'static FundSpec) -> AnyDesk {
    let book = ledger.any_book(nanjing(), fund.code()).unwrap();
    let voucher = book.voucher(on("2021-06-15"), PAPERS).unwrap();
    let mut desk =
        AnyDesk { book, voucher, paid: 0, paid_last_year: 0, premium: 0, transferred_in: 0 };
    for account in Account::ALL {
        if account == Account::Investment && !fund.invests() {
            continue;
        }
        desk.accept(json!({"command": "open_account", "account": account}));
        desk.accept(json!({"command": "bring_forward", "into": account, "amount": "10000.00"}));
    }
    desk.accept(json!({"command": "receive_interest", "into": "expenditure", "amount": "50.00"}));
    let payment = json!({"command": "pay_benefit", "from": "expenditure",
        "kind": fund.benefits()[0].name, "to": PARTY, "amount": "5.00"});
    desk.paid = desk.accept(payment.clone());
    desk.voucher = voucher.on(on("2020-11-20"));
    desk.paid_last_year = desk.accept(payment);
    desk.voucher = voucher;
    desk.premium = desk.accept(json!({"command": "receive_premium", "into": "treasury",
        "kind": fund.premiums()[0].name, "from": PARTY, "amount": "5.00"}));
    if fund.transfers() {
        desk.transferred_in = desk.accept(json!({"command": "receive_transfer_in",
            "into": "revenue", "person": PARTY, "from": "320200", "amount": "5.00"}));
    }
    desk
}

impl AnyDesk {
    fn accept(&self, command: Value) -> u64 {
        let key = key_of(&format!("{} {command}", self.voucher.effective_on()));
        let command: AnyCommand = serde_json::from_value(command).unwrap();
        self.book.record_any(key, &[(self.voucher, command)]).unwrap().last_seq()
    }

    /// The command that would record the kind at the account. `with_account` says whether commands
    /// of the kind name an account at all; where they do not, naming one must not even parse.
    fn command(&self, kind: Kind, account: Account) -> (Value, bool) {
        let fund = self.book.fund();
        let premium = fund.premiums()[0].name;
        let benefit = fund.benefits()[0].name;
        let state_use = fund.state_uses().first().map_or("Anything", |it| it.name);
        let (body, with_account) = match kind {
            Kind::PremiumReceived => (
                json!({"command": "receive_premium", "into": account, "kind": premium, "from": PARTY}),
                true,
            ),
            Kind::PremiumRefunded => {
                (json!({"command": "refund_premium", "of": self.premium, "from": account}), true)
            }
            Kind::FiscalSubsidyReceived => {
                (json!({"command": "receive_fiscal_subsidy", "into": account}), false)
            }
            Kind::InterestReceived => {
                (json!({"command": "receive_interest", "into": account}), true)
            }
            Kind::InvestmentReturnReceived => {
                (json!({"command": "receive_investment_return", "into": account}), false)
            }
            Kind::TransferInReceived => (
                json!({"command": "receive_transfer_in", "into": account, "person": PARTY, "from": "320200"}),
                true,
            ),
            Kind::TransferInReturned => (
                json!({"command": "return_transfer_in", "of": self.transferred_in, "from": account}),
                true,
            ),
            Kind::SuperiorSubsidyReceived => (
                json!({"command": "receive_superior_subsidy", "into": account, "from": "320000"}),
                true,
            ),
            Kind::LowerRemittanceReceived => (
                json!({"command": "receive_lower_remittance", "into": account, "from": "320102"}),
                true,
            ),
            Kind::OtherIncomeReceived => (
                json!({"command": "receive_other_income", "into": account, "kind": "late_fee", "from": PARTY}),
                true,
            ),
            Kind::CollectionsTransferred => {
                (json!({"command": "transfer_collections", "from": account}), true)
            }
            Kind::Released => {
                (json!({"command": "release", "plan": "2021-06", "from": account}), false)
            }
            Kind::InterestHandedOver => {
                (json!({"command": "hand_over_interest", "from": account}), false)
            }
            Kind::InvestmentPlaced => {
                (json!({"command": "place_investment", "from": account}), false)
            }
            Kind::InvestmentRedeemed => {
                (json!({"command": "redeem_investment", "from": account}), false)
            }
            Kind::BenefitPaid => (
                json!({"command": "pay_benefit", "from": account, "kind": benefit, "to": PARTY}),
                true,
            ),
            Kind::CrossProvinceSettled => (
                json!({"command": "settle_across_provinces", "from": account, "kind": benefit,
                       "to": PARTY, "treated_in": "310100"}),
                false,
            ),
            Kind::StateUsePaid => (
                json!({"command": "pay_state_use", "from": account, "kind": state_use, "to": PARTY}),
                false,
            ),
            Kind::TransferOutPaid => (
                json!({"command": "pay_transfer_out", "from": account, "person": PARTY, "to": "320200"}),
                false,
            ),
            Kind::SuperiorRemitted => {
                (json!({"command": "remit_to_superior", "from": account, "to": "320000"}), true)
            }
            Kind::LowerSubsidised => {
                (json!({"command": "subsidise_lower", "from": account, "to": "320102"}), true)
            }
            Kind::PaymentReturned => {
                (json!({"command": "return_payment", "of": self.paid, "into": account}), false)
            }
            Kind::LatePaymentReturned => (
                json!({"command": "return_payment", "of": self.paid_last_year, "into": account}),
                false,
            ),
            Kind::BenefitRecovered | Kind::LateBenefitRecovered => {
                let late = kind == Kind::LateBenefitRecovered;
                let of = if late { self.paid_last_year } else { self.paid };
                (
                    json!({"command": "recover_benefit", "of": of, "from": PARTY, "into": account}),
                    true,
                )
            }
            other => panic!("{other} is not a flow, or a new one that needs a command here"),
        };
        let mut body = body;
        body["amount"] = json!("1.00");
        (body, with_account)
    }
}

/// On which side of the flow a command names its account.
fn named_side(kind: Kind) -> Direction {
    let out = [
        Kind::PremiumRefunded,
        Kind::TransferInReturned,
        Kind::CollectionsTransferred,
        Kind::Released,
        Kind::InterestHandedOver,
        Kind::InvestmentPlaced,
        Kind::InvestmentRedeemed,
        Kind::BenefitPaid,
        Kind::CrossProvinceSettled,
        Kind::StateUsePaid,
        Kind::TransferOutPaid,
        Kind::SuperiorRemitted,
        Kind::LowerSubsidised,
    ];
    if out.contains(&kind) { Direction::Out } else { Direction::In }
}

/// What only some funds may do.
fn is_open_to(fund: &FundSpec, kind: Kind, account: Account) -> bool {
    match kind {
        Kind::TransferInReceived | Kind::TransferInReturned => fund.transfers(),
        Kind::BenefitPaid if account == Account::Special => fund.settles_directly(),
        _ => true,
    }
}

/// Kinds whose flows stand under a profile or at one account alone: the types hold them, and `allowed` and
/// the tests of matters exercise them.
fn is_of_a_profile(kind: Kind) -> bool {
    kind.is_loan()
        || matches!(
            kind,
            Kind::ReorganisedIn
                | Kind::ReorganisedOut
                | Kind::InvestmentGained
                | Kind::InvestmentLost
                | Kind::InvestmentFeeCharged
        )
}

fn flow_kinds() -> impl Iterator<Item = Kind> {
    Kind::ALL.iter().copied().filter(|kind| {
        kind.moves_money()
            && !is_of_a_profile(*kind)
            && !matches!(kind, Kind::BalanceBroughtForward | Kind::Reversed)
    })
}

#[test]
fn whatever_the_matrix_does_not_name_is_refused_by_every_fund() {
    let (mut refused, mut unspeakable) = (0, 0);
    for fund in BUILT_IN {
        let ledger = ledger_in_memory(&HandClock::new());
        let desk = desk(&ledger, fund);
        for kind in flow_kinds() {
            for account in Account::ALL {
                let (body, names_account) = desk.command(kind, account);
                let parsed = serde_json::from_value::<AnyCommand>(body.clone());
                if !names_account {
                    // There is no word for it: the command has one account, fixed by its kind.
                    assert!(parsed.is_err(), "{body}");
                    unspeakable += 1;
                    continue;
                }
                let lawful = FLOWS.iter().any(|flow| {
                    (flow.kind, flow.account, flow.direction) == (kind, account, named_side(kind))
                });
                if lawful && is_open_to(fund, kind, account) {
                    continue;
                }
                // Where nothing is transferred in, there is nothing to send back.
                let nothing = kind == Kind::TransferInReturned && !fund.transfers();
                let rule = if nothing { "original-fits" } else { "closed-list" };
                let before = Picture::of_all(&ledger);
                let outcome =
                    desk.book.record_any(key_of("unlawful"), &[(desk.voucher, parsed.unwrap())]);
                assert_eq!(rule_of(outcome), rule, "{} {body}", fund.code());
                assert_eq!(Picture::of_all(&ledger), before, "{body}");
                refused += 1;
            }
        }
    }
    // Fourteen kinds name an account and are lawful at 32 places, four of them for the five funds that
    // transfer and one for the four that settle directly; the other eleven kinds name none.
    assert_eq!(refused, 8 * (14 * 5 - 32) + 3 * 4 + 4);
    assert_eq!(unspeakable, 8 * 11 * 5);
}

#[test]
fn the_same_door_takes_what_the_matrix_names() {
    for fund in BUILT_IN {
        let ledger = ledger_in_memory(&HandClock::new());
        let desk = desk(&ledger, fund);
        let named = |flow: &&FlowRow| {
            flow.direction == named_side(flow.kind) && !is_of_a_profile(flow.kind)
        };
        for flow in FLOWS.iter().filter(named) {
            let (body, names_account) = desk.command(flow.kind, flow.account);
            // The benefit of this year left the expenditure account and comes back there.
            let elsewhere =
                flow.kind == Kind::BenefitRecovered && flow.account != Account::Expenditure;
            if names_account && !elsewhere && is_open_to(fund, flow.kind, flow.account) {
                desk.accept(body);
            }
        }
        assert!(ledger.verify().unwrap().is_sound());
    }
}

#[test]
fn what_a_fund_may_not_do_is_refused_by_the_same_rule() {
    for fund in BUILT_IN {
        let ledger = ledger_in_memory(&HandClock::new());
        let desk = desk(&ledger, fund);
        let benefit = fund.benefits()[0].name;
        let mut unlawful = Vec::new();
        if !fund.invests() {
            unlawful.push(json!({"command": "place_investment", "amount": "1.00"}));
            unlawful.push(json!({"command": "redeem_investment", "amount": "1.00"}));
            unlawful.push(json!({"command": "receive_investment_return", "amount": "1.00"}));
            unlawful.push(json!({"command": "open_account", "account": "investment"}));
            unlawful
                .push(json!({"command": "bring_forward", "into": "investment", "amount": "1.00"}));
        }
        if !fund.transfers() {
            unlawful.push(json!({"command": "pay_transfer_out", "person": PARTY, "to": "320200",
                "amount": "1.00"}));
        }
        if !fund.settles_directly() {
            unlawful.push(json!({"command": "settle_directly", "kind": benefit, "to": PARTY,
                "amount": "1.00"}));
        }
        if !fund.settles_across_provinces() {
            unlawful
                .push(json!({"command": "settle_across_provinces", "kind": benefit, "to": PARTY,
                "treated_in": "310100", "amount": "1.00"}));
        }
        for other in BUILT_IN {
            for purpose in other.benefits() {
                if !fund.benefits().iter().any(|own| own.name == purpose.name) {
                    unlawful.push(json!({"command": "pay_benefit", "from": "expenditure",
                        "kind": purpose.name, "to": PARTY, "amount": "1.00"}));
                }
            }
        }
        for body in unlawful {
            let before = Picture::of_all(&ledger);
            let command: AnyCommand = serde_json::from_value(body.clone()).unwrap();
            let outcome = desk.book.record_any(key_of("unlawful"), &[(desk.voucher, command)]);
            assert_eq!(rule_of(outcome), "closed-list", "{} {body}", fund.code());
            assert_eq!(Picture::of_all(&ledger), before, "{body}");
        }
    }
}
