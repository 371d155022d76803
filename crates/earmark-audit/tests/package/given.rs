//! What the tests start from: a year of a book, policies, keys, and packages of ledgers.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use earmark_audit::package::{Package, PackageError, PackageReader, Written};
use earmark_core::account::{ExpenditureAccount, RevenueAccount, SpecialAccount};
use earmark_core::command::{
    AdoptProfile, BringForward, ClosePeriod, Commands, OpenAccount, PayBenefit, ReceiveInterest,
    ReceivePremium, Release, ReturnPayment, TransferCollections,
};
use earmark_core::fund::{Fund, WorkInjury, WorkInjuryBenefit, WorkInjuryPremium};
use earmark_core::id::{BookId, Party, area, key};
use earmark_core::ledger::{AnyBook, Book, Ledger};
use earmark_core::money::yuan;
use earmark_core::rules::Profile;
use earmark_core::time::{Period, Timestamp, UtcOffset, day};
use earmark_testkit::clock::HandClock;
use earmark_testkit::given::{PAPERS, ledger_in_memory};
use earmark_tlog::Hash;
use earmark_tlog::checkpoint::Checkpoint;
use earmark_tlog::note::{Algorithm, KeyName, SignedNote, Signer};
use earmark_tlog::policy::Policy;

/// The key of a book's log.
pub(crate) fn signer(book: BookId) -> Signer {
    let name = KeyName::new(format!("funds.example/{book}")).unwrap();
    let mut secret = [7; 32];
    secret[..16].copy_from_slice(&book.digest());
    Signer::new(name, Algorithm::Ed25519, secret).unwrap()
}

/// A signed checkpoint.
pub(crate) fn signed(book: BookId, size: u64, root: Hash) -> SignedNote {
    let origin = format!("funds.example/{book}");
    Checkpoint::new(origin, size, root).unwrap().signed(&signer(book)).unwrap()
}

/// A checkpoint of a book as it stands.
pub(crate) fn of_now(book: &AnyBook) -> SignedNote {
    let tree = book.tree().unwrap();
    signed(book.id(), tree.size(), tree.root())
}

/// A policy that believes the logs of these books and asks for no witness.
pub(crate) fn policy_text(books: impl IntoIterator<Item = BookId>) -> Vec<u8> {
    let keys = books.into_iter().map(|book| format!("log {}\n", signer(book).verifier()));
    format!("{}quorum none\n", keys.collect::<String>()).into_bytes()
}

pub(crate) fn ids(ledger: &Ledger) -> Vec<BookId> {
    ledger.books().unwrap().iter().map(AnyBook::id).collect()
}

pub(crate) fn policy_of(ledger: &Ledger) -> Policy {
    Policy::parse(&policy_text(ids(ledger))).unwrap()
}

/// Writes a package of every book as it stands.
pub(crate) fn write(ledger: &Ledger, folder: &Path) -> Result<Vec<Written>, PackageError> {
    let package = Package::new(&policy_text(ids(ledger)));
    let books = ledger.books().unwrap();
    books.iter().fold(package, |it, book| it.with(book.id(), of_now(book))).write(ledger, folder)
}

pub(crate) fn open(ledger: &Ledger, folder: &Path) -> Result<PackageReader, PackageError> {
    PackageReader::open_with(folder, &policy_of(ledger), &ledger.funds())
}

/// Every file of a folder with its bytes.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(root: &Path, at: PathBuf, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in std::fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(root, path, found);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                found.insert(name, std::fs::read(path).unwrap());
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(folder, folder.to_owned(), &mut found);
    found
}

/// A book of work injury insurance with the accounts open.
pub(crate) struct Desk {
    pub(crate) ledger: Ledger,
    pub(crate) clock: HandClock,
    pub(crate) book: Book<WorkInjury>,
    keys: u32,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let clock = HandClock::new();
        let ledger = ledger_in_memory(&clock);
        Self::of(ledger, clock, "320100")
    }

    pub(crate) fn of(ledger: Ledger, clock: HandClock, code: &str) -> Self {
        let book = ledger.book::<WorkInjury>(area(code).unwrap()).unwrap();
        let mut desk = Self { ledger, clock, book, keys: 0 };
        desk.at("2021-01-05");
        desk.record(
            "2021-01-01",
            (
                OpenAccount(SpecialAccount),
                OpenAccount(ExpenditureAccount),
                OpenAccount(RevenueAccount),
            ),
        );
        let amount = yuan("1000.00").unwrap();
        desk.record("2021-01-01", BringForward { into: ExpenditureAccount, amount });
        desk
    }

    /// Sets the clock to noon of a day.
    pub(crate) fn at(&mut self, on: &str) {
        let start = Timestamp::start_of(day(on).unwrap(), UtcOffset::CHINA);
        self.clock.set(Timestamp::from_micros(start.micros() + 43_200_000_000).unwrap());
    }

    pub(crate) fn record(&mut self, on: &str, what: impl Commands<WorkInjury>) -> u64 {
        self.keys += 1;
        let voucher = self.book.voucher(day(on).unwrap(), PAPERS).unwrap();
        let key = key(&format!("desk {}", self.keys));
        self.book.record(key, &voucher, what).unwrap().last_seq()
    }

    /// One premium a commit.
    pub(crate) fn premiums(&mut self, on: &str, count: u32) {
        for number in 0..count {
            self.record(on, premium(number));
        }
    }

    /// Pays 60.00 and takes 4.00 of it back.
    pub(crate) fn payment(&mut self, on: &str) {
        let amount = yuan("60.00").unwrap();
        let (from, to) = (ExpenditureAccount, Party::from_u128(7));
        let seq =
            self.record(on, PayBenefit { from, kind: WorkInjuryBenefit::Medical, to, amount });
        let paid = self.book.event(seq).unwrap().unwrap();
        self.record(on, ReturnPayment { of: &paid, amount: yuan("4.00").unwrap() });
    }

    /// A year under a profile that is replaced in July, with every month closed.
    pub(crate) fn year(mut self) -> Self {
        self.record("2021-01-01", AdoptProfile { profile: profile("first") });
        for number in 1..=12 {
            let name = format!("2021-{number:02}");
            let month = day(&format!("{name}-01")).unwrap().month();
            self.at(&format!("{name}-20"));
            if number == 7 {
                self.record(&format!("{name}-01"), AdoptProfile { profile: profile("second") });
            }
            self.premiums(&format!("{name}-10"), 20);
            let into = RevenueAccount;
            let amount = yuan("12.34").unwrap();
            self.record(&format!("{name}-11"), ReceiveInterest { into, amount });
            self.record(
                &format!("{name}-12"),
                TransferCollections { from: RevenueAccount, amount },
            );
            let amount = yuan("10.00").unwrap();
            self.record(&format!("{name}-13"), Release { amount, plan: month });
            self.payment(&format!("{name}-15"));
            self.clock
                .set(Timestamp::start_of(month.next().unwrap().first_day(), UtcOffset::CHINA));
            let period = Period::new(month.first_day(), month.last_day()).unwrap();
            let today = month.next().unwrap().first_day().to_string();
            self.record(&today, ClosePeriod { period });
        }
        self
    }

    pub(crate) fn id(&self) -> BookId {
        self.book.id()
    }
}

pub(crate) fn premium(number: u32) -> ReceivePremium<WorkInjury, SpecialAccount> {
    let amount = yuan(&format!("{}.05", number + 1)).unwrap();
    let from = Party::from_u128(u128::from(number) << 64 | 0x5eed);
    ReceivePremium { into: SpecialAccount, kind: WorkInjuryPremium::Unit, from, amount }
}

pub(crate) fn profile(edition: &str) -> Profile {
    let text = format!(
        "[profile]\nid = \"test\"\nname = \"test\"\nedition = \"{edition}\"\njurisdiction = \"China\"\n\n\
         [[buffer]]\nfund = \"WORK_INJURY\"\nuse = \"before_investing\"\nmonths = 2\n\
         from = 2018-01-01\nsource = \"a test\"\n"
    );
    Profile::of_layers([text.as_str()]).unwrap()
}

/// Two books of one fund in two areas, in one ledger.
pub(crate) fn two_areas() -> (Desk, Desk) {
    let first = Desk::new();
    let second = Desk::of(first.ledger.clone(), first.clock.clone(), "320200");
    assert_eq!(first.book.fund().code(), WorkInjury::SPEC.code());
    (first, second)
}
