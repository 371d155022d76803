//! An insured person's premium, proved from the counter to the browser, and an agency that cannot get away with less.
//!
//! `cargo run --release --example prove_premium [FOLDER]`: with a folder, everything that is made stays there.

mod office;
mod year;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use earmark::audit::acceptance::{Verdict, judge_book};
use earmark::audit::certificate::page::Verifier;
use earmark::audit::certificate::{Certificate, Issuer};
use earmark::audit::mirror::{Mirror, MirrorStatement};
use earmark::audit::notary::Notary;
use earmark::audit::package::{Package, PackageReader};
use earmark::audit::receipt::{self, Receipt};
use earmark::audit::vault::{Detail, FolderVault, Kept, Vault};
use earmark::command::Batch;
use earmark::prelude::*;

use earmark::tlog::policy::Policy;

use office::Offices;
use year::{Calendar, Year, person};

/// The ledger's file.
const LEDGER: &str = "nanjing.earmark";

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let temporary = tempfile::tempdir()?;
    let given = std::env::args_os().nth(1).map(PathBuf::from);
    let folder = given.clone().unwrap_or_else(|| temporary.path().to_owned());
    if fs::read_dir(&folder).is_ok_and(|mut files| files.next().is_some()) {
        return Err(format!("{} is not empty", folder.display()).into());
    }
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let offices = Offices::new();
    let policy_text = offices.policy()?;
    fs::write(folder.join("policy"), &policy_text)?;
    let policy = Policy::parse(policy_text.as_bytes())?;
    let calendar = Calendar::new(2021)?;
    let notary = offices.notary(&folder, policy, &calendar)?;
    prove(&folder, &offices, &policy_text, &notary, &calendar)?;
    roll_back(&folder, &offices, &notary, &calendar)?;
    if let Some(folder) = given {
        println!("\neverything is in {}", folder.display());
    }
    Ok(())
}

/// From the counter to the mirror.
fn prove(
    folder: &Path,
    offices: &Offices,
    policy_text: &str,
    notary: &Notary,
    calendar: &Calendar,
) -> Outcome<()> {
    let policy = Policy::parse(policy_text.as_bytes())?;
    let ledger = earmark::Options::new().clock(calendar.clone()).open(folder.join(LEDGER))?;
    let pension = ledger.book::<EnterprisePension>(area("320100")?)?;
    let year = Year::new(&pension, calendar.clone());
    let zhang = person(7);

    title("A year of the enterprise pension fund in Nanjing");
    year.record()?;
    let vault = FolderVault::open(folder.join("vault"))?;
    let name = Detail::new("Zhang San, Nanjing".as_bytes())?;
    let commitment = vault.keep(&name)?;
    let bind = BindDetail { party: Some(zhang), event: None, commitment: commitment.0 };
    let bound = pension.record(key("detail of 7"), &year.voucher()?, bind)?.first_seq();
    println!(
        "{} events; the name of person 7 lies in the vault, bound by event {bound}",
        pension.last_seq()?
    );

    title("At the counter: a promise before recording, a receipt after it");
    let premium = year.premium(zhang, "1600.00")?;
    let mut batch = Batch::new();
    batch.push(&year.voucher()?, premium);
    let deadline = calendar.in_days(3)?;
    let promise = notary.accept(
        &pension,
        key("counter/1"),
        &batch.clone().into_any(),
        calendar.now(),
        deadline,
    )?;
    let recorded = pension.record_batch(key("counter/1"), batch)?;
    let signed = notary.checkpoint(&pension, calendar.now())?;
    println!(
        "{}",
        signed
            .note
            .to_string()
            .lines()
            .map(|line| format!("  {line}"))
            .collect::<Vec<_>>()
            .join("\n")
    );
    let receipts = receipt::of_commit(&pension, &recorded, &signed.note)?;
    for receipt in &receipts {
        receipt.write(folder.join("receipt"))?;
    }
    let held = Receipt::read(folder.join("receipt"), recorded.first_seq())?.ok_or("no receipt")?;
    held.verify(&policy)?;
    println!(
        "the receipt of event {}: {} bytes of record, {} of proof, believed with two of three witnesses",
        held.seq(),
        held.record().len(),
        held.proof_file().len()
    );
    println!("the promise: {}", verdict(&judge_book(&pension, &promise, &signed.note, &policy)?.0));

    title("A promise that is not kept");
    let mut dropped = Batch::<EnterprisePension>::new();
    dropped.push(&year.voucher()?, year.premium(person(8), "1600.00")?);
    let broken =
        notary.accept(&pension, key("counter/2"), &dropped.into_any(), calendar.now(), deadline)?;
    calendar.go_days(5)?;
    year.interest("12.00")?;
    let later = notary.checkpoint(&pension, calendar.now())?;
    println!("{}", verdict(&judge_book(&pension, &broken, &later.note, &policy)?.0));

    title("The year is closed, and its roll attested");
    let whole_year = year.close()?;
    let roll = pension.roll(whole_year)?.ok_or("the year is not closed")?;
    let attested = pension.attest_roll(key("roll of 2021"), &year.voucher()?, &roll)?.first_seq();
    let signed = notary.checkpoint(&pension, calendar.now())?;
    println!(
        "{} parties, {} events, root {}",
        roll.lines().len(),
        signed.checkpoint.size(),
        signed.checkpoint.root()
    );

    title("A certificate: these are all");
    let issuer = Issuer::new(&pension, &roll, attested, &signed.note)?;
    let mut certificate = issuer.issue(zhang)?;
    certificate.open_detail(bound, *name.salt(), name.bytes())?;
    let path = folder.join("certificate.txt");
    fs::write(&path, certificate.to_string())?;
    fs::write(
        folder.join("certificate.html"),
        Verifier::new(policy_text)?.page_with(&[&certificate]),
    )?;
    println!("{}", Certificate::parse(&fs::read(&path)?)?.verify(&policy)?);
    println!(
        "{} bytes; certificate.html checks it in a browser without a network",
        fs::metadata(&path)?.len()
    );
    let none = issuer.issue(person(100_000))?;
    println!("{}", none.verify(&policy)?);
    tamper(&certificate, &policy)?;

    title("An audit package, replayed by the supervising department");
    let package = folder.join("package");
    Package::new(policy_text.as_bytes())
        .with(pension.id(), signed.note.clone())
        .write(&ledger, &package)?;
    let replay = PackageReader::open(&package, &policy)?
        .book(pension.id())
        .ok_or("no such book")?
        .replay()?;
    assert_eq!(replay.head().state, pension.head()?.state);
    let mut mirror = Mirror::open(folder.join("mirror"), policy_text.as_bytes())?;
    for taken in mirror.update(&package)? {
        println!("the mirror took events {} to {} of {}", taken.from + 1, taken.to, taken.book);
    }
    let (cosigner, signer) = offices.mirror_keys()?;
    let said = mirror.vouch(pension.id(), &cosigner, &signer, calendar.seconds())?;
    let (statement, _) = MirrorStatement::open(&said.statement, &[signer.verifier().clone()])?;
    println!("{}", statement.to_string().trim_end());

    title("The name is erased, and every proof stands");
    vault.erase(commitment)?;
    assert_eq!(vault.get(commitment)?, Kept::Erased);
    let anonymous = issuer.issue(zhang)?;
    anonymous.verify(&policy)?;
    assert!(ledger.verify()?.is_sound());
    println!("certificate, receipts and ledger verify; the vault says: erased");
    Ok(())
}

fn title(text: &str) {
    println!("\n== {text}");
}

fn verdict(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Recorded { first_seq, .. } => format!("kept by event {first_seq}"),
        Verdict::Late { first_seq, recorded_at, .. } => {
            format!("kept late, by event {first_seq} at {recorded_at}")
        }
        Verdict::NotYet { until } => format!("not yet kept; there is time until {until}"),
        Verdict::Unseen { .. } => {
            "not recorded as far as was seen after its time; a receipt would refute that".to_owned()
        }
        Verdict::Dropped { evidence } => {
            let size = evidence.checkpoint.text_unverified().lines().nth(1).unwrap_or_default();
            format!(
                "DROPPED: the signed promise, and a signed log of {size} events in which it is not"
            )
        }
    }
}

/// One digit more, and one record less.
fn tamper(certificate: &Certificate, policy: &Policy) -> Outcome<()> {
    let text = certificate.to_string();
    let lines: Vec<_> = text.lines().collect();
    let place = lines.iter().position(|line| line.starts_with("record ")).ok_or("no record")?;
    let without: String = lines
        .iter()
        .enumerate()
        .filter(|(at, _)| *at != place)
        .map(|(_, line)| format!("{line}\n"))
        .collect();
    let digit = text.replacen(" 996000 ", " 9960000 ", 1);
    for (what, text) in [("a record left out", without), ("a digit added", digit)] {
        let outcome = Certificate::parse(text.as_bytes()).and_then(|read| read.verify(policy));
        let refused = outcome.err().ok_or_else(|| format!("{what}, and it was believed"))?;
        println!("{what}: {refused}");
    }
    Ok(())
}

/// The file as it was before more was recorded and signed: all of it fits together, and it is not opened.
fn roll_back(
    folder: &Path,
    offices: &Offices,
    notary: &Notary,
    calendar: &Calendar,
) -> Outcome<()> {
    title("Last week's file is put back");
    let (file, old) = (folder.join(LEDGER), folder.join("last-week.earmark"));
    let open = || {
        let trusted = [offices.log_key()?];
        let options = earmark::Options::new().clock(calendar.clone());
        Ok::<_, Box<dyn Error>>(options.checkpoints(folder.join("archive"), trusted).open(&file))
    };
    fs::copy(&file, &old)?;
    {
        let ledger = open()??;
        let pension = ledger.book::<EnterprisePension>(area("320100")?)?;
        Year::new(&pension, calendar.clone()).interest("1.00")?;
        notary.checkpoint(&pension, calendar.now())?;
    }
    let now = folder.join("this-week.earmark");
    fs::rename(&file, &now)?;
    fs::rename(&old, &file)?;
    println!("{}", open()?.err().ok_or("the old file was opened")?);
    fs::rename(&now, &file)?;
    let events = open()??.verify()?.events();
    println!("and with this week's file again: {events} events verified");
    Ok(())
}
