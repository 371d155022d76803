//! What tests start from: a book that grows by what it is told, an office with a key, witnesses in folders.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use earmark_audit::archive::Archive;
use earmark_audit::notary::{Notary, OfficeKey, WhenAway, WitnessOffice, policy_text};
use earmark_core::account::TreasuryDeposit;
use earmark_core::command::{Batch, OpenAccount, ReceivePremium};
use earmark_core::commit::Receipt;
use earmark_core::event::Voucher;
use earmark_core::fund::{WorkInjury, WorkInjuryPremium};
use earmark_core::id::{Party, area, key};
use earmark_core::ledger::{Book, Ledger};
use earmark_core::money::Amount;
use earmark_core::state::AccountStatus;
use earmark_core::time::{Clock, Timestamp, day};
use earmark_testkit::clock::HandClock;
use earmark_testkit::given::{PAPERS, ledger_in_memory, settings};
use earmark_tlog::note::{Algorithm, KeyName, Signer, VerifierKey};
use earmark_tlog::policy::Policy;

pub(crate) fn office() -> KeyName {
    KeyName::new("ledger.funds.example").unwrap()
}

pub(crate) fn office_key() -> OfficeKey {
    OfficeKey::from_secret([7; 32])
}

/// A book, the ledger it is in, a voucher, and a folder for all else.
pub(crate) struct Desk {
    pub(crate) ledger: Ledger,
    pub(crate) clock: HandClock,
    pub(crate) book: Book<WorkInjury>,
    pub(crate) voucher: Voucher,
    pub(crate) folder: Arc<tempfile::TempDir>,
    next: AtomicUsize,
}

impl Desk {
    pub(crate) fn in_memory() -> Self {
        let clock = HandClock::new();
        let ledger = ledger_in_memory(&clock);
        Self::new(ledger, clock, Arc::new(tempfile::tempdir().unwrap()))
    }

    /// In the file `ledger.earmark` of a folder.
    pub(crate) fn in_file(folder: Arc<tempfile::TempDir>) -> Self {
        let clock = HandClock::new();
        let ledger = open_file(&folder.path().join("ledger.earmark"), &clock);
        Self::new(ledger, clock, folder)
    }

    fn new(ledger: Ledger, clock: HandClock, folder: Arc<tempfile::TempDir>) -> Self {
        let book = ledger.book::<WorkInjury>(area("320100").unwrap()).unwrap();
        let voucher = book.voucher(day("2021-06-15").unwrap(), PAPERS).unwrap();
        if book.account(TreasuryDeposit).unwrap().status != AccountStatus::Open {
            book.record(key("open"), &voucher, OpenAccount(TreasuryDeposit)).unwrap();
        }
        let next = AtomicUsize::new(usize::try_from(book.last_seq().unwrap()).unwrap());
        Self { ledger, clock, book, voucher, folder, next }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A batch of so many premiums from a payer, each of another amount.
    pub(crate) fn premiums(&self, payer: u128, count: u64) -> Batch<WorkInjury> {
        let mut batch = Batch::new();
        for number in 1..=count {
            batch.push(
                &self.voucher.document(number),
                ReceivePremium {
                    into: TreasuryDeposit,
                    kind: WorkInjuryPremium::Unit,
                    from: Party::from_u128(payer),
                    amount: Amount::from_minor(100 * number).unwrap(),
                },
            );
        }
        batch
    }

    /// Records so many premiums in one commit.
    pub(crate) fn record(&self, count: u64) -> Receipt {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let batch = self.premiums(number as u128 + 1, count);
        self.book.record_batch(key(&format!("premiums {number}")), batch).unwrap()
    }

    pub(crate) fn logs(&self) -> Vec<VerifierKey> {
        vec![office_key().verifier(&office(), self.book.id()).unwrap()]
    }

    pub(crate) fn policy(&self, witnesses: &[VerifierKey], quorum: usize) -> Policy {
        Policy::parse(policy_text(&self.logs(), witnesses, quorum).unwrap().as_bytes()).unwrap()
    }

    /// A notary without witnesses, its archive in a folder `archive`.
    pub(crate) fn notary(&self, policy: Policy, when_away: WhenAway) -> Notary {
        let archive = Archive::open(self.path("archive")).unwrap();
        Notary::new(office(), vec![office_key()], policy, archive, when_away)
    }

    /// The witness of a number, its memory in a folder of its own.
    pub(crate) fn witness(&self, number: u8) -> Arc<WitnessOffice> {
        let folder = self.path(&format!("witness-{number}"));
        let signer = witness_signer(number);
        Arc::new(WitnessOffice::open(folder, signer, self.logs(), self.clock.clone()).unwrap())
    }
}

pub(crate) fn open_file(path: &Path, clock: &HandClock) -> Ledger {
    let settings = settings();
    let new = earmark_sqlite::NewLedger {
        id: Some(settings.id),
        secret: Some(settings.secret),
        ..Default::default()
    };
    let store = earmark_sqlite::OpenOptions::new().new_ledger(new).open(path).unwrap();
    Ledger::new(store, clock.clone())
}

pub(crate) fn witness_signer(number: u8) -> Signer {
    let name = KeyName::new(format!("witness-{number}.example")).unwrap();
    Signer::new(name, Algorithm::Cosignature, [number; 32]).unwrap()
}

pub(crate) fn witness_key(number: u8) -> VerifierKey {
    witness_signer(number).verifier().clone()
}

/// The only file in a folder whose name ends so.
pub(crate) fn only_file(folder: &Path, end: &str) -> PathBuf {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let found: Vec<_> = files.filter(|path| path.to_string_lossy().ends_with(end)).collect();
    assert_eq!(found.len(), 1, "{found:?}");
    found.into_iter().next().unwrap()
}

/// Changes every byte of a file in turn (with a step), and gives each changed copy to be judged.
pub(crate) fn each_changed(bytes: &[u8], step: usize, mut judge: impl FnMut(usize, &[u8])) {
    for place in (0..bytes.len()).step_by(step) {
        for flip in [0x01, 0x80] {
            let mut changed = bytes.to_vec();
            changed[place] ^= flip;
            judge(place, &changed);
        }
    }
}
