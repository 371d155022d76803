//! Small ledgers to break, the same bytes each time.

use std::path::{Path, PathBuf};

use earmark_core::account::{ExpenditureAccount, RevenueAccount, SpecialAccount, TreasuryDeposit};
use earmark_core::command::{
    AdoptProfile, AgreeProvider, ApproveUsePlan, ClosePeriod, OpenAccount, PayBenefit,
    PlaceInvestment, ReceiveInterest, ReceiveLowerRemittance, ReceivePremium, Release,
    RemitToSuperior, ReopenPeriod, ReturnPayment, Reverse, SetReserveAside, StopBenefit,
    TransferCollections,
};
use earmark_core::event::{Kind, Recorded, Voucher};
use earmark_core::fund::{
    EnterprisePension, EnterprisePensionPremium, Maternity, WorkInjury, WorkInjuryBenefit,
    WorkInjuryPremium,
};
use earmark_core::id::{Area, LedgerId, LedgerSecret, Party, area, key};
use earmark_core::ledger::{Book, Ledger, Papers};
use earmark_core::money::{Amount, yuan};
use earmark_core::projection::{Attached, Cells, Projection};
use earmark_core::rules::Profile;
use earmark_core::time::{Day, Month, Period, Timestamp, UtcOffset, day};
use earmark_core::verify::{Verification, verify};
use earmark_core::{Fault, account};
use earmark_sqlite::{NewLedger, OpenOptions};
use tempfile::TempDir;

pub(crate) const NANJING: &str = "320100";
pub(crate) const SUZHOU: &str = "320500";

pub(crate) const PAPERS: Papers<'_> = Papers {
    register: "bank advice",
    document: 1,
    basis: "Social Insurance Law art 35",
    actor: "fund finance section",
};

/// Somebody's premium or benefit, in full: a projection of a user's own.
pub(crate) struct PaidTo;

impl Projection for PaidTo {
    const NAME: &'static str = "paid_to";
    const VERSION: u32 = 1;
    type Key = Party;
    type Value = u64;

    fn apply(&self, recorded: &Recorded, cells: &mut Cells<'_, Party, u64>) {
        let amount = recorded.event().fact().amount_minor();
        match (recorded.party(), recorded.kind()) {
            (Some(party), Kind::BenefitPaid | Kind::PremiumReceived) => {
                cells.update(party, |sum| *sum += amount);
            }
            (Some(party), Kind::PaymentReturned) => cells.update(party, |sum| *sum -= amount),
            _ => {}
        }
    }
}

/// A folder for one ledger, removed at the end.
pub(crate) struct Place {
    _folder: TempDir,
    pub(crate) path: PathBuf,
}

impl Place {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("nanjing.earmark");
        Self { _folder: folder, path }
    }

    /// A place that holds the sample ledger, closed.
    pub(crate) fn with_sample() -> Self {
        let place = Self::new();
        write(&place.path);
        place
    }

    pub(crate) fn beside(&self, ending: &str) -> PathBuf {
        beside(&self.path, ending)
    }
}

/// The path of a file that accompanies a ledger.
pub(crate) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Copies a ledger with its log, as a backup of a running one would.
pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::copy(from, to).unwrap();
    let log = beside(from, "-wal");
    if log.exists() {
        std::fs::copy(log, beside(to, "-wal")).unwrap();
    }
}

pub(crate) fn now() -> Timestamp {
    Timestamp::start_of(day("2021-07-01").unwrap(), UtcOffset::CHINA)
}

pub(crate) fn today() -> Day {
    day("2021-06-30").unwrap()
}

pub(crate) fn options() -> OpenOptions {
    OpenOptions::new().new_ledger(NewLedger {
        id: Some(LedgerId([7; 16])),
        secret: Some(LedgerSecret::from_bytes([9; 32])),
        utc_offset: Some(UtcOffset::CHINA),
    })
}

pub(crate) fn try_open(path: &Path) -> Result<Ledger, Fault> {
    Ok(Ledger::new(options().open(path)?, now()))
}

pub(crate) fn open(path: &Path) -> Ledger {
    try_open(path).unwrap()
}

pub(crate) fn try_read(path: &Path) -> Result<Ledger, Fault> {
    Ok(Ledger::new(OpenOptions::new().read_only().open(path)?, now()))
}

pub(crate) fn read(path: &Path) -> Ledger {
    try_read(path).unwrap()
}

/// Verifies everything that the sample ledger keeps, the user's projection too.
pub(crate) fn prove(ledger: &Ledger) -> Result<Verification, Fault> {
    let own: Box<dyn earmark_core::projection::AnyProjection> = Box::new(Attached::new(PaidTo));
    verify(ledger.store(), &ledger.funds(), &[own], &|_| {})
}

pub(crate) fn place(code: &str) -> Area {
    area(code).unwrap()
}

pub(crate) fn book(ledger: &Ledger, code: &str) -> Book<WorkInjury> {
    ledger.book::<WorkInjury>(place(code)).unwrap()
}

pub(crate) fn party(number: u64) -> Party {
    Party::from_u128(u128::from(number) << 64 | 0xface)
}

pub(crate) fn minor(amount: u64) -> Amount<WorkInjury> {
    Amount::from_minor(amount).unwrap()
}

/// A book ready to receive premiums, and a voucher for them.
pub(crate) fn ready(ledger: &Ledger, code: &str) -> (Book<WorkInjury>, Voucher) {
    let book = book(ledger, code);
    let voucher = book.voucher(today(), PAPERS).unwrap();
    book.record(key("open"), &voucher, OpenAccount(TreasuryDeposit)).unwrap();
    (book, voucher)
}

/// The voucher of a book whose texts are registered.
pub(crate) fn voucher(book: &Book<WorkInjury>) -> Voucher {
    book.voucher(today(), PAPERS).unwrap()
}

/// The premium with which most tests fill books.
pub(crate) fn premium(from: u64, amount: u64) -> ReceivePremium<WorkInjury, TreasuryDeposit> {
    ReceivePremium {
        into: TreasuryDeposit,
        kind: WorkInjuryPremium::Unit,
        from: party(from),
        amount: minor(amount),
    }
}

/// Writes the sample: four books, one of them empty, texts, corrections, matters, a joint commit, two
/// projections and the registers. Closed at the end, so that all of it lies in one file.
pub(crate) fn write(path: &Path) {
    let ledger = open(path);
    ledger.attach(PaidTo).unwrap();
    let (nanjing, voucher) = ready(&ledger, NANJING);
    let (suzhou, other) = ready(&ledger, SUZHOU);
    for (book, voucher) in [(&nanjing, &voucher), (&suzhou, &other)] {
        let accounts = (OpenAccount(SpecialAccount), OpenAccount(ExpenditureAccount));
        book.record(key("accounts"), voucher, accounts).unwrap();
        for week in 0..8 {
            let premiums: Vec<_> = (0..=week).map(|unit| premium(unit, 9_000 + week)).collect();
            book.record(key(&format!("week {week}")), voucher, premiums).unwrap();
        }
        let on = TransferCollections { from: TreasuryDeposit, amount: minor(60_000) };
        let release = Release { plan: today().month(), amount: minor(40_000) };
        book.record(key("on"), voucher, (on, release)).unwrap();
        let interest = ReceiveInterest { into: ExpenditureAccount, amount: minor(12) };
        book.record(key("interest"), voucher, interest).unwrap();
    }
    correct(&nanjing, &voucher);
    stand(&nanjing, &voucher);
    suzhou.record(key("reserve"), &other, SetReserveAside { amount: minor(400) }).unwrap();
    ledger
        .joint(key("adjustment between areas"))
        .with(
            &suzhou,
            &other,
            RemitToSuperior { from: SpecialAccount, to: place(NANJING), amount: minor(777) },
        )
        .with(
            &nanjing,
            &voucher,
            ReceiveLowerRemittance {
                into: SpecialAccount,
                from: place(SUZHOU),
                amount: minor(777),
            },
        )
        .record()
        .unwrap();
    invest(&ledger);
    ledger.book::<Maternity>(place(SUZHOU)).unwrap();
}

/// A benefit paid thrice, once returned in part, once wholly reversed.
fn correct(book: &Book<WorkInjury>, voucher: &Voucher) {
    let pay = |to| PayBenefit {
        from: ExpenditureAccount,
        kind: WorkInjuryBenefit::Medical,
        to: party(to),
        amount: minor(5_000),
    };
    let paid = book.record(key("pay"), voucher, [pay(1), pay(2), pay(3)]).unwrap();
    let event = |place| book.event(paid.first_seq() + place).unwrap().unwrap();
    let reason = book.register("paid to the wrong unit").unwrap();
    let (first, second) = (event(0), event(1));
    book.record(key("back"), voucher, ReturnPayment { of: &first, amount: minor(1_250) }).unwrap();
    book.record(key("reverse"), voucher, Reverse { of: &second, reason }).unwrap();
}

/// A profile that requires nothing of what the tests record.
pub(crate) fn profile() -> Profile {
    let text = "[profile]\nid = \"sample\"\nname = \"sample\"\njurisdiction = \"China\"\n\
                edition = \"1\"\n\n[[purpose]]\nfund = \"WORK_INJURY\"\nlist = \"benefit\"\n\
                name = [\"Prevention\"]\nopen = false\nfrom = 2000-01-01\nuntil = 2010-12-31\n\
                source = \"a law\"\n";
    Profile::of_layers([text]).unwrap()
}

/// The months January to March of 2021 are closed, and February is open again.
pub(crate) fn close(book: &Book<WorkInjury>, voucher: &Voucher) {
    let month = |number| Period::month(Month::new(2021, number).unwrap());
    for number in 1..=3 {
        let name = key(&format!("close {number}"));
        book.record(name, voucher, ClosePeriod { period: month(number) }).unwrap();
    }
    let reason = book.register("a bank advice came late").unwrap();
    book.record(key("reopen"), voucher, ReopenPeriod { period: month(2), reason }).unwrap();
}

/// Every part of a standing, and an entry or two of the registers.
pub(crate) fn stand(book: &Book<WorkInjury>, voucher: &Voucher) {
    book.record(key("profile"), voucher, AdoptProfile { profile: profile() }).unwrap();
    close(book, voucher);
    let reason = book.register("the person has died").unwrap();
    let stop = StopBenefit {
        person: party(70),
        kind: WorkInjuryBenefit::Disability,
        from: today(),
        reason,
    };
    let agreed = AgreeProvider { provider: party(71), from: today(), until: None };
    let plan = ApproveUsePlan { month: Month::new(2021, 7).unwrap(), amount: minor(3_000) };
    let reserve = SetReserveAside { amount: minor(1_500) };
    book.record(key("matters"), voucher, (stop, agreed, plan, reserve)).unwrap();
}

fn invest(ledger: &Ledger) {
    let pension = ledger.book::<EnterprisePension>(place(NANJING)).unwrap();
    let voucher = pension.voucher(today(), PAPERS).unwrap();
    let open = (
        OpenAccount(RevenueAccount),
        OpenAccount(SpecialAccount),
        OpenAccount(account::InvestmentAccount),
    );
    pension.record(key("open"), &voucher, open).unwrap();
    let premium = ReceivePremium {
        into: RevenueAccount,
        kind: EnterprisePensionPremium::Individual,
        from: party(8),
        amount: yuan("1250.00").unwrap(),
    };
    let on = TransferCollections { from: RevenueAccount, amount: yuan("1200.00").unwrap() };
    let place = PlaceInvestment { amount: yuan("700.00").unwrap() };
    pension.record(key("month"), &voucher, (premium, on, place)).unwrap();
}

mod tests {
    use super::*;

    #[test]
    fn the_sample_is_sound_and_lies_in_one_file() {
        let place = Place::with_sample();
        assert!(!place.beside("-wal").exists());
        let ledger = read(&place.path);
        let proved = prove(&ledger).unwrap();
        assert!(proved.is_sound(), "{:?}", proved.findings());
        assert_eq!(proved.books().len(), 4);
        assert!(proved.events() > 100);
        assert!(ledger.verify().unwrap().is_sound());
    }
}
