//! Ledgers to start from: a file with two books, made once and copied for each order.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use earmark_core::account::TreasuryDeposit;
use earmark_core::command::{Batch, Commands, OpenAccount, ReceivePremium};
use earmark_core::commit::{Part, Proposal};
use earmark_core::event::Voucher;
use earmark_core::fund::{BUILT_IN, Fund, WorkInjury, WorkInjuryPremium};
use earmark_core::id::{BookId, Key, Party, area, key};
use earmark_core::ledger::Ledger;
use earmark_core::money::Amount;
use earmark_core::store::Store;
use earmark_core::submission::Submission;
use earmark_core::time::{Clock, Timestamp};
use earmark_core::verify::verify;
use earmark_sqlite::{NewLedger, OpenOptions, SqliteStore};
use earmark_testkit::acknowledged::{Asked, Kept, Record, Submitted, amounts, check};
use earmark_testkit::clock::HandClock;
use earmark_testkit::given::{PAPERS, settings};
use tempfile::TempDir;

use crate::orders::once;

/// What every order begins with.
pub(crate) struct Template {
    file: Vec<u8>,
    pub(crate) books: [BookId; 2],
    vouchers: [Voucher; 2],
    now: Timestamp,
}

static TEMPLATE: OnceLock<Template> = OnceLock::new();

/// To be called before orders are tried.
pub(crate) fn template() -> &'static Template {
    TEMPLATE.get_or_init(|| {
        let made = Arc::new(Mutex::new(None));
        let into = made.clone();
        once(move || *into.lock().unwrap() = Some(Template::make()));
        made.lock().unwrap().take().unwrap()
    })
}

pub(crate) fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let folder = tempfile::Builder::new().prefix("earmark-schedule").tempdir_in(memory);
    folder.or_else(|_| tempfile::tempdir()).unwrap()
}

impl Template {
    fn make() -> Self {
        let folder = folder();
        let path = folder.path().join("template.earmark");
        let settings = settings();
        let new = NewLedger {
            id: Some(settings.id),
            secret: Some(settings.secret),
            utc_offset: Some(settings.utc_offset),
        };
        let clock = HandClock::new();
        let store = OpenOptions::new().new_ledger(new).open(&path).unwrap();
        let ledger = Ledger::new(store, clock.clone());
        let made = ["320100", "320500"].map(|code| {
            let book = ledger.book::<WorkInjury>(area(code).unwrap()).unwrap();
            let voucher = book.voucher(clock.today(), PAPERS).unwrap();
            book.record(key("open"), &voucher, OpenAccount(TreasuryDeposit)).unwrap();
            (book.id(), voucher)
        });
        drop(ledger);
        Self {
            file: std::fs::read(&path).unwrap(),
            books: [made[0].0, made[1].0],
            vouchers: [made[0].1, made[1].1],
            now: clock.now(),
        }
    }
}

/// A ledger file of its own, and a record of what is promised.
pub(crate) struct Place {
    _folder: TempDir,
    pub(crate) path: PathBuf,
    pub(crate) record: Record,
    before: Kept,
}

impl Place {
    pub(crate) fn new() -> (Arc<Self>, Arc<SqliteStore>) {
        let folder = folder();
        let path = folder.path().join("nanjing.earmark");
        std::fs::write(&path, &template().file).unwrap();
        let store = OpenOptions::new().open(&path).unwrap();
        let before = Kept::of_books(&store, &template().books).unwrap();
        let place = Self { _folder: folder, path, record: Record::in_memory(), before };
        (Arc::new(place), Arc::new(store))
    }

    /// Hands premiums of these amounts over, and writes down that it does.
    pub(crate) fn submit(
        &self,
        store: &SqliteStore,
        who: &str,
        name: &str,
        books: &[usize],
        minor: &[u64],
    ) -> (Submitted, Submission) {
        self.submit_proposal(
            store,
            who,
            proposal(name, books, minor),
            amounts(minor.iter().copied()),
        )
    }

    pub(crate) fn submit_proposal(
        &self,
        store: &SqliteStore,
        who: &str,
        proposal: Proposal,
        content: u64,
    ) -> (Submitted, Submission) {
        let asked: Vec<_> = proposal
            .parts()
            .iter()
            .map(|part| Asked { book: part.book, key: part.key, content })
            .collect();
        let attempt = self.record.submitted(who, &asked).unwrap();
        (attempt, store.submit(proposal))
    }

    /// Waits for an answer and writes it down. Gives whether the commit is durable.
    pub(crate) fn wait(&self, (attempt, submission): (Submitted, Submission)) -> bool {
        let answer = submission.wait();
        self.record.answered(attempt, &answer).unwrap();
        answer.is_ok()
    }

    /// Opens the ledger as the next program would, and holds it against all that was promised.
    pub(crate) fn check(&self) -> SqliteStore {
        let store = OpenOptions::new().open(&self.path).unwrap();
        self.check_in(&store);
        store
    }

    pub(crate) fn check_in(&self, store: &SqliteStore) {
        let books: Vec<_> = store
            .books()
            .unwrap()
            .iter()
            .map(|it| BookId::new(it.area, WorkInjury::SPEC))
            .collect();
        let after = Kept::of_books(store, &books).unwrap();
        let violations = check(&self.record.attempts().unwrap(), &self.before, &after);
        assert!(violations.is_empty(), "{violations:#?}");
        let proved = verify(store, &BUILT_IN, &[], &|_| {}).unwrap();
        assert!(proved.is_sound(), "{:?}", proved.findings());
    }
}

/// A proposal of premiums, the same in each book.
pub(crate) fn proposal(name: &str, books: &[usize], minor: &[u64]) -> Proposal {
    let premium = |amount: &u64| ReceivePremium {
        into: TreasuryDeposit,
        kind: WorkInjuryPremium::Unit,
        from: Party::from_u128(7),
        amount: Amount::from_minor(*amount).unwrap(),
    };
    let premiums: Vec<_> = minor.iter().map(premium).collect();
    let part = |book: &usize| part(*book, key(name), premiums.clone());
    Proposal::joint(books.iter().map(part).collect(), template().now).unwrap()
}

/// A proposal that the rules refuse: the account is open.
pub(crate) fn refused(name: &str) -> Proposal {
    Proposal::new(part(0, key(name), OpenAccount(TreasuryDeposit)), template().now)
}

pub(crate) fn part(book: usize, key: Key, commands: impl Commands<WorkInjury>) -> Part {
    let template = template();
    let mut batch = Batch::new();
    commands.append_to(&template.vouchers[book], &mut batch);
    Part { book: template.books[book], key, expected_seq: None, batch: batch.into_any() }
}

pub(crate) fn now() -> Timestamp {
    template().now
}
