//! One case a rule: what is given, what is tried, and the message.

use earmark_core::Rule;
use earmark_core::account::{
    Account, ExpenditureAccount, RevenueAccount, SpecialAccount, TreasuryDeposit,
};
use earmark_core::command::*;
use earmark_core::commit::Receipt;
use earmark_core::error::Error;
use earmark_core::event::{Recorded, Voucher};
use earmark_core::fund::{WorkInjury, WorkInjuryBenefit, WorkInjuryPremium};
use earmark_core::ledger::Papers;
use earmark_core::money::{Amount, yuan};
use earmark_core::report::TrailFilter;

use crate::given::{Desk, HandClock, PAPERS, key_of, ledger_in_memory, on, party, wuxi};

pub(super) type Injury = Desk<WorkInjury>;

pub(super) struct Case {
    pub(super) rule: Rule,
    pub(super) given: fn(&Injury),
    pub(super) when: fn(&Injury) -> Result<Receipt, Error>,
    pub(super) message: &'static str,
}

fn nothing(_: &Injury) {}

pub(super) fn money(text: &str) -> Amount<WorkInjury> {
    yuan(text).unwrap()
}

pub(super) fn pay(amount: &str) -> PayBenefit<WorkInjury, ExpenditureAccount> {
    PayBenefit {
        from: ExpenditureAccount,
        kind: WorkInjuryBenefit::Disability,
        to: party(7),
        amount: money(amount),
    }
}

fn premium(amount: Amount<WorkInjury>) -> ReceivePremium<WorkInjury, SpecialAccount> {
    ReceivePremium { into: SpecialAccount, kind: WorkInjuryPremium::Unit, from: party(1), amount }
}

/// The expenditure account holds 100.00, of which 60.00 are paid out.
pub(super) fn one_payment(desk: &Injury) {
    let forward = BringForward { into: ExpenditureAccount, amount: money("100.00") };
    desk.record("forward", forward).unwrap();
    desk.record("payment", pay("60.00")).unwrap();
}

fn last(desk: &Injury) -> Recorded<WorkInjury> {
    desk.book.trail(&TrailFilter::all()).unwrap().pop().unwrap()
}

/// A voucher, or an event, from another ledger's book of the same name: the one way in which a
/// program can hold a text or an original that this book has not recorded.
fn elsewhere() -> Injury {
    let desk = Desk::in_memory().with_accounts();
    one_payment(&desk);
    desk
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case {
            rule: Rule::ClosedList,
            given: nothing,
            when: |desk| {
                let command = AnyCommand::PayBenefit {
                    from: Account::Revenue,
                    kind: "Disability".to_owned(),
                    to: party(7),
                    amount: "1.00".to_owned(),
                };
                desk.book.record_any(key_of("it"), &[(desk.voucher, command)])
            },
            message: "refused by rule `closed-list` in book 320100/WORK_INJURY, event 1 of the \
                      commit: `benefit_paid` has no lawful flow at the revenue account; it is \
                      lawful at: special account, expenditure account (财社〔2017〕144号 arts \
                      39-42; Jiangsu regulation art 3); nothing was recorded; record the \
                      lawful flow that took place, in the book of the fund it belongs to",
        },
        Case {
            rule: Rule::NoOverdraft,
            given: |desk| {
                let forward = BringForward { into: ExpenditureAccount, amount: money("100.00") };
                desk.record("forward", forward).unwrap();
            },
            when: |desk| desk.record("it", pay("100.01")),
            message: "refused by rule `no-overdraft` in book 320100/WORK_INJURY, event 1 of \
                      the commit: the expenditure account holds 100.00, 100.01 would leave it \
                      (follows from Social Insurance Law art 64, 69 (earmarked, not taken from \
                      others); Jiangsu regulation art 3); nothing was recorded; release or \
                      receive money first, or pay less",
        },
        Case {
            rule: Rule::AccountOpen,
            given: |desk| {
                desk.record("close", CloseAccount(RevenueAccount)).unwrap();
            },
            when: |desk| {
                desk.record("it", ReceiveInterest { into: RevenueAccount, amount: money("1.00") })
            },
            message: "refused by rule `account-open` in book 320100/WORK_INJURY, event 1 of \
                      the commit: the revenue account is closed (Jiangsu regulation art 19, \
                      28); nothing was recorded; open the account first, on its approval \
                      document",
        },
        Case {
            rule: Rule::OpenOnce,
            given: nothing,
            when: |desk| desk.record("it", OpenAccount(SpecialAccount)),
            message: "refused by rule `open-once` in book 320100/WORK_INJURY, event 1 of the \
                      commit: the special account is open already (Jiangsu regulation art 19; \
                      财社字〔1999〕60号 art 29 (the older system)); nothing was recorded; use the \
                      account that is open",
        },
        Case {
            rule: Rule::CloseEmpty,
            given: |desk| {
                desk.record("premium", premium(money("0.01"))).unwrap();
            },
            when: |desk| desk.record("it", CloseAccount(SpecialAccount)),
            message: "refused by rule `close-empty` in book 320100/WORK_INJURY, event 1 of the \
                      commit: the special account still holds 0.01 (Jiangsu regulation art 19, \
                      54(7)); nothing was recorded; move its balance by a lawful route first",
        },
        Case {
            rule: Rule::ForwardFirst,
            given: |desk| {
                desk.record("premium", premium(money("5.00"))).unwrap();
            },
            when: |desk| {
                desk.record("it", BringForward { into: SpecialAccount, amount: money("1.00") })
            },
            message: "refused by rule `forward-first` in book 320100/WORK_INJURY, event 1 of \
                      the commit: money has moved in the special account before (Jiangsu \
                      regulation art 54(6)); nothing was recorded; record what came in as the \
                      income it is; a wrong opening balance is reversed first",
        },
        Case {
            rule: Rule::Range,
            given: nothing,
            // In the treasury deposit, so that the special account has room for what follows.
            when: |desk| {
                let all = ReceivePremium {
                    into: TreasuryDeposit,
                    kind: WorkInjuryPremium::Unit,
                    from: party(1),
                    amount: Amount::MAX,
                };
                let one_fen_more = ReceivePremium { amount: money("0.01"), ..all };
                desk.record("it", (all, one_fen_more))
            },
            message: "refused by rule `range` in book 320100/WORK_INJURY, event 2 of the \
                      commit: the treasury deposit would hold more than 999,999,999,999,999.99 \
                      (earmark docs/invariants.md INV-04); nothing was recorded; check the \
                      amount: it is above zero, and nothing over 10^17 - 1 minor units exists \
                      in one account",
        },
        Case {
            rule: Rule::OwnInterest,
            given: |desk| {
                let forward = BringForward { into: ExpenditureAccount, amount: money("100.00") };
                desk.record("forward", forward).unwrap();
                let interest = ReceiveInterest { into: ExpenditureAccount, amount: money("2.00") };
                desk.record("interest", interest).unwrap();
            },
            when: |desk| desk.record("it", HandOverInterest { amount: money("2.01") }),
            message: "refused by rule `own-interest` in book 320100/WORK_INJURY, event 1 of \
                      the commit: the expenditure account holds 2.00 of its own interest, 2.01 \
                      would leave it (财社〔2017〕144号 art 41); nothing was recorded; record the \
                      interest received first, or hand over less",
        },
        Case {
            rule: Rule::NotInFuture,
            given: nothing,
            when: |desk| {
                let tomorrow = desk.voucher.on(desk.clock.today().next().unwrap());
                desk.book.record(key_of("it"), &tomorrow, premium(money("1.00")))
            },
            message: "refused by rule `not-in-future` in book 320100/WORK_INJURY, event 1 of \
                      the commit: the event counts for 2021-07-01, today is 2021-06-30 \
                      (earmark docs/invariants.md INV-06); nothing was recorded; record the \
                      event on its day",
        },
        Case {
            rule: Rule::VoucherComplete,
            given: nothing,
            when: |desk| {
                let elsewhere = elsewhere();
                let papers = Papers { basis: "a fourth text", ..PAPERS };
                let voucher = elsewhere.book.voucher(on("2021-06-15"), papers).unwrap();
                desk.book.record(key_of("it"), &voucher, premium(money("1.00")))
            },
            message: "refused by rule `voucher-complete` in book 320100/WORK_INJURY, event 1 \
                      of the commit: the legal basis is text 4; this book has texts 1 to 3 \
                      (Social Insurance Law art 74; Order 765 art 37, 38); nothing was \
                      recorded; make the voucher with `Book::voucher` of the same book",
        },
        Case {
            rule: Rule::SameBook,
            given: nothing,
            when: |desk| desk.book.record(key_of("it"), &voucher_of_wuxi(), premium(money("1.00"))),
            message: "refused by rule `same-book` in book 320100/WORK_INJURY, event 1 of the \
                      commit: its voucher, texts or original are not of this book (Social \
                      Insurance Law art 64; Jiangsu regulation art 3); nothing was recorded; \
                      take vouchers, texts and originals from the book recorded in",
        },
        Case {
            rule: Rule::OriginalFits,
            given: |desk| {
                desk.record("premium", premium(money("5.00"))).unwrap();
            },
            when: |desk| {
                let premium = last(desk);
                desk.record("it", ReturnPayment { of: &premium, amount: money("1.00") })
            },
            message: "refused by rule `original-fits` in book 320100/WORK_INJURY, event 1 of \
                      the commit: the original is `premium_received`, which `payment_returned` \
                      does not take back (财社〔2017〕144号 arts 40, 41); nothing was recorded; \
                      name the event that is taken back",
        },
        Case {
            rule: Rule::CorrectedOnce,
            given: |desk| {
                one_payment(desk);
                let payment = last(desk);
                let returned = ReturnPayment { of: &payment, amount: money("45.00") };
                desk.record("returned", returned).unwrap();
            },
            when: |desk| {
                let payment = desk.book.event(last(desk).seq() - 1)?.unwrap();
                desk.record("it", ReturnPayment { of: &payment, amount: money("15.01") })
            },
            message: "refused by rule `corrected-once` in book 320100/WORK_INJURY, event 1 of \
                      the commit: of event 9 over 60.00, 45.00 has been taken back; 15.01 \
                      cannot be taken back too (财社〔2017〕144号 art 41; Jiangsu regulation art \
                      54(6)); nothing was recorded; look at the trail of the original: it has \
                      been taken back already, in part or whole",
        },
        Case {
            rule: Rule::AfterOriginal,
            given: one_payment,
            when: |desk| {
                let payment = last(desk);
                let day_before = desk.voucher.on(on("2021-06-14"));
                let returned = ReturnPayment { of: &payment, amount: money("1.00") };
                desk.book.record(key_of("it"), &day_before, returned)
            },
            message: "refused by rule `after-original` in book 320100/WORK_INJURY, event 1 of \
                      the commit: the event counts for 2021-06-14, event 9 for 2021-06-15 \
                      (earmark docs/invariants.md INV-10); nothing was recorded; give the day \
                      on which the money came back",
        },
        Case {
            rule: Rule::RecoveryYear,
            given: one_payment,
            when: |desk| {
                let payment = last(desk);
                let recovery = RecoverBenefit {
                    of: &payment,
                    from: party(7),
                    into: SpecialAccount,
                    amount: money("1.00"),
                };
                desk.record("it", recovery)
            },
            message: "refused by rule `recovery-year` in book 320100/WORK_INJURY, event 1 of \
                      the commit: paid out of the expenditure account in 2021, it comes back \
                      there in 2021, not into the special account (财社〔2017〕144号 art 41; budget \
                      classification 1020399; Order 765 art 46); nothing was recorded; within \
                      the year recover into the account that paid, later into the revenue or \
                      special account",
        },
        Case {
            rule: Rule::OtherArea,
            given: nothing,
            when: |desk| {
                let own = desk.book.area();
                let subsidy = ReceiveSuperiorSubsidy {
                    into: SpecialAccount,
                    from: own,
                    amount: money("1.00"),
                };
                desk.record("it", subsidy)
            },
            message: "refused by rule `other-area` in book 320100/WORK_INJURY, event 1 of the \
                      commit: `superior_subsidy_received` names this book's own area \
                      (财社〔2017〕144号 arts 40-42); nothing was recorded; name the superior or \
                      lower area",
        },
        Case {
            rule: Rule::TextFits,
            given: nothing,
            when: |desk| desk.book.register("").map(|_| unreachable!("an empty text has a number")),
            message: "refused by rule `text-fits` in book 320100/WORK_INJURY, event 1 of the \
                      commit: a registered text has 1 to 4096 bytes, this one has 0 (earmark \
                      docs/invariants.md INV-11); nothing was recorded; use the number under \
                      which it is registered, or shorten it",
        },
        Case {
            rule: Rule::CommitSize,
            given: nothing,
            when: |desk| desk.book.record_batch(key_of("it"), Batch::new()),
            message: "refused by rule `commit-size` in book 320100/WORK_INJURY: the commit has \
                      0 events; a commit has 1 to 65536 events in at most 16777216 bytes \
                      (earmark docs/format.md); nothing was recorded; record at least one \
                      event, and split a larger batch, each part under a key of its own",
        },
        Case {
            rule: Rule::KeyFresh,
            given: |desk| {
                desk.record("it", premium(money("1.00"))).unwrap();
            },
            when: |desk| desk.record("it", premium(money("1.01"))),
            message: "refused by rule `key-fresh` in book 320100/WORK_INJURY: key \
                      2b8bf692-2a25-f97b-a873-2221256bfb67 was used at \
                      2021-06-30T00:00:00.000000Z for other content: event 8 (earmark \
                      docs/invariants.md INV-07); nothing was recorded; use a new key for new \
                      content; the first commit under this key stands",
        },
    ]
}

/// A voucher of the Wuxi book of another ledger, so that this ledger is not touched to make it.
fn voucher_of_wuxi() -> Voucher {
    let clock = HandClock::new();
    Desk::<WorkInjury>::new(ledger_in_memory(&clock), clock, wuxi()).voucher
}
