//! The scripted history: several books, commits over two of them, texts, corrections, matters, a
//! projection, and a log that is copied into the file and begun again. Each act is one transaction.

use earmark_core::Error;
use earmark_core::account::{ExpenditureAccount, SpecialAccount, TreasuryDeposit};
use earmark_core::command::{
    AdoptProfile, ClosePeriod, OpenAccount, PayBenefit, ReceiveInterest, ReceiveLowerRemittance,
    Release, RemitToSuperior, ReturnPayment, Reverse, SetReserveAside, StopBenefit,
    TransferCollections,
};
use earmark_core::commit::Receipt;
use earmark_core::event::Voucher;
use earmark_core::fund::{Maternity, WorkInjury, WorkInjuryBenefit};
use earmark_core::id::key;
use earmark_core::ledger::{Book, Ledger};
use earmark_core::time::{Month, Period};

use super::{Rig, Told};
use crate::sample::{
    NANJING, PAPERS, PaidTo, SUZHOU, minor, party, place, premium, profile, today,
};

type Doing = Box<dyn Fn(&Ledger) -> Result<Vec<Receipt>, Error> + Send + Sync>;

/// One act of the script.
pub(super) struct Act {
    pub(super) name: String,
    pub(super) deed: Deed,
}

/// What an act does.
pub(super) enum Deed {
    /// Records, registers or makes a book.
    Record(Doing),
    /// Attaches the projection.
    Attach,
    /// Copies the log into the file.
    Checkpoint(&'static str),
    /// Closes the ledger, and opens it again.
    Reopen,
}

impl Act {
    fn new(name: &str, deed: Deed) -> Self {
        Self { name: name.to_owned(), deed }
    }

    /// Records, where the act is a recording.
    pub(super) fn record(&self, ledger: &Ledger) -> Told {
        match &self.deed {
            Deed::Record(doing) => doing(ledger).map(|receipts| told(&receipts)),
            Deed::Attach => ledger.attach(PaidTo).map(|()| String::new()).map_err(Error::from),
            Deed::Checkpoint(_) | Deed::Reopen => Ok(String::new()),
        }
    }

    /// Does what the act is, on a ledger that may be closed and opened. It is none where it did not open.
    pub(super) fn perform(&self, rig: &Rig, ledger: &mut Option<Ledger>) -> Told {
        match &self.deed {
            // What a further process does is not the store's to answer for.
            Deed::Checkpoint(mode) => drop(rig.checkpoint(mode)),
            Deed::Reopen => {
                drop(ledger.take());
                let opened = ledger.insert(rig.open()?);
                opened.attach(PaidTo)?;
            }
            _ => return self.record(ledger.as_ref().unwrap()),
        }
        Ok(String::new())
    }
}

/// What a receipt says that must never change.
fn told(receipts: &[Receipt]) -> String {
    let one =
        |it: &Receipt| format!("{}:{}-{}:{}", it.book(), it.first_seq(), it.count(), it.root());
    receipts.iter().map(one).collect::<Vec<_>>().join(",")
}

fn record(
    name: &str,
    doing: impl Fn(&Ledger) -> Result<Vec<Receipt>, Error> + Send + Sync + 'static,
) -> Act {
    Act::new(name, Deed::Record(Box::new(doing)))
}

/// An act in one book, with a voucher of it.
fn entry(
    code: &'static str,
    name: &str,
    doing: impl Fn(&Book<WorkInjury>, &Voucher, &str) -> Result<Receipt, Error> + Send + Sync + 'static,
) -> Act {
    let name_of_it = name.to_owned();
    record(&format!("{code} {name}"), move |ledger| {
        let book = ledger.book::<WorkInjury>(place(code))?;
        let voucher = book.voucher(today(), PAPERS)?;
        Ok(vec![doing(&book, &voucher, &name_of_it)?])
    })
}

fn begin(code: &'static str) -> Vec<Act> {
    vec![
        record(&format!("{code} book"), move |ledger| {
            ledger.book::<WorkInjury>(place(code))?;
            Ok(vec![])
        }),
        record(&format!("{code} papers"), move |ledger| {
            ledger.book::<WorkInjury>(place(code))?.voucher(today(), PAPERS)?;
            Ok(vec![])
        }),
        entry(code, "accounts", |book, voucher, name| {
            let accounts = (
                OpenAccount(TreasuryDeposit),
                OpenAccount(SpecialAccount),
                OpenAccount(ExpenditureAccount),
            );
            book.record(key(name), voucher, accounts)
        }),
    ]
}

fn premiums(code: &'static str, number: u64, size: u64) -> Act {
    entry(code, &format!("premiums {number}"), move |book, voucher, name| {
        let premiums: Vec<_> = (1..=size).map(|unit| premium(unit, 9_000 + number)).collect();
        book.record(key(name), voucher, premiums)
    })
}

fn money_moves(code: &'static str) -> Vec<Act> {
    vec![
        entry(code, "on", |book, voucher, name| {
            let on = TransferCollections { from: TreasuryDeposit, amount: minor(60_000) };
            let release = Release { plan: today().month(), amount: minor(40_000) };
            book.record(key(name), voucher, (on, release))
        }),
        entry(code, "interest", |book, voucher, name| {
            let interest = ReceiveInterest { into: ExpenditureAccount, amount: minor(12) };
            book.record(key(name), voucher, interest)
        }),
    ]
}

fn pay(book: &Book<WorkInjury>, voucher: &Voucher) -> Result<Receipt, Error> {
    let pay = |to| PayBenefit {
        from: ExpenditureAccount,
        kind: WorkInjuryBenefit::Medical,
        to: party(to),
        amount: minor(5_000),
    };
    book.record(key("pay"), voucher, [pay(1), pay(2), pay(3)])
}

fn corrections(code: &'static str) -> Vec<Act> {
    vec![
        entry(code, "pay", |book, voucher, _| pay(book, voucher)),
        entry(code, "back", |book, voucher, name| {
            let paid = pay(book, voucher)?;
            let first = book.event(paid.first_seq())?.unwrap();
            book.record(key(name), voucher, ReturnPayment { of: &first, amount: minor(1_250) })
        }),
        record(&format!("{code} reason"), move |ledger| {
            ledger.book::<WorkInjury>(place(code))?.register("paid to the wrong unit")?;
            Ok(vec![])
        }),
        entry(code, "reverse", |book, voucher, name| {
            let paid = pay(book, voucher)?;
            let second = book.event(paid.first_seq() + 1)?.unwrap();
            let reason = book.register("paid to the wrong unit")?;
            book.record(key(name), voucher, Reverse { of: &second, reason })
        }),
    ]
}

fn matters(code: &'static str) -> Vec<Act> {
    vec![
        entry(code, "profile", |book, voucher, name| {
            book.record(key(name), voucher, AdoptProfile { profile: profile() })
        }),
        entry(code, "close", |book, voucher, name| {
            let period = Period::month(Month::new(2021, 1).unwrap());
            book.record(key(name), voucher, ClosePeriod { period })
        }),
        record(&format!("{code} death"), move |ledger| {
            ledger.book::<WorkInjury>(place(code))?.register("the person has died")?;
            Ok(vec![])
        }),
        entry(code, "matters", |book, voucher, name| {
            let reason = book.register("the person has died")?;
            let stop = StopBenefit {
                person: party(70),
                kind: WorkInjuryBenefit::Disability,
                from: today(),
                reason,
            };
            book.record(key(name), voucher, (stop, SetReserveAside { amount: minor(1_500) }))
        }),
    ]
}

/// A commit over both books.
fn joint(name: &'static str) -> Act {
    record(name, move |ledger| {
        let book = |code| ledger.book::<WorkInjury>(place(code));
        let (suzhou, nanjing) = (book(SUZHOU)?, book(NANJING)?);
        let to = RemitToSuperior { from: SpecialAccount, to: place(NANJING), amount: minor(777) };
        let from = ReceiveLowerRemittance {
            into: SpecialAccount,
            from: place(SUZHOU),
            amount: minor(777),
        };
        let (of_suzhou, of_nanjing) =
            (suzhou.voucher(today(), PAPERS)?, nanjing.voucher(today(), PAPERS)?);
        ledger
            .joint(key(name))
            .with(&suzhou, &of_suzhou, to)
            .with(&nanjing, &of_nanjing, from)
            .record()
    })
}

fn checkpoint(mode: &'static str) -> Act {
    Act::new(&format!("checkpoint {mode}"), Deed::Checkpoint(mode))
}

fn reopen() -> Act {
    Act::new("reopen", Deed::Reopen)
}

/// The whole history.
pub(super) fn whole() -> Vec<Act> {
    let mut acts = vec![Act::new("attach", Deed::Attach)];
    acts.extend(begin(NANJING));
    acts.extend(begin(SUZHOU));
    acts.push(premiums(NANJING, 1, 12));
    acts.push(premiums(SUZHOU, 1, 9));
    acts.extend(money_moves(NANJING));
    acts.push(checkpoint("PASSIVE"));
    acts.extend(money_moves(SUZHOU));
    acts.push(joint("adjustment 1"));
    acts.extend(corrections(NANJING));
    acts.push(checkpoint("RESTART"));
    acts.push(premiums(SUZHOU, 2, 150));
    acts.extend(matters(NANJING));
    acts.push(joint("adjustment 2"));
    acts.push(reopen());
    acts.push(premiums(NANJING, 3, 3));
    acts.push(record("maternity", |ledger| {
        ledger.book::<Maternity>(place(SUZHOU))?;
        Ok(vec![])
    }));
    acts.push(checkpoint("TRUNCATE"));
    acts.push(joint("adjustment 3"));
    acts
}

/// What an old file goes on with.
/// What is recorded in a file that has matters.
pub(super) fn after_the_second_upgrade() -> Vec<Act> {
    let mut acts = vec![Act::new("attach", Deed::Attach)];
    acts.extend((101..104).map(|number| premiums(NANJING, number, 7)));
    acts.push(joint("adjustment 101"));
    acts
}

pub(super) fn after_the_upgrade() -> Vec<Act> {
    let mut acts = vec![Act::new("attach", Deed::Attach)];
    acts.push(premiums(NANJING, 101, 4));
    acts.extend(matters(NANJING));
    acts.push(joint("adjustment 101"));
    acts
}
