//! What the browser's test gives to the page: certificates, true and tampered with, and what the library says of each.
//!
//! `tests/browser/run` names a folder in `EARMARK_CASES`; elsewhere they are written to one that is removed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use earmark_audit::certificate::Certificate;
use earmark_audit::certificate::page::{BARE, Verifier};
use earmark_core::fund::{BUILT_IN, Fund, FundSpec};
use earmark_testkit::strategy::fund::{TownHarvest, TownRelief};
use earmark_tlog::checkpoint::cosign;
use earmark_tlog::policy::Policy;

use crate::cases::{alone, by_hand, forged, tampered};
use crate::histories::samples;
use crate::sample::{EMPLOYER, Keys, STRANGER, Sample, WORKER, summary, year_of_work_injury};

/// The histories are the same at every run.
const SEED: u128 = 0x0eaf_5eed;

/// How many certificates have one byte changed.
const MUTATIONS: usize = 120;

/// How often a record of each kind is changed, in a roll that fits it.
const RECORDS_CHANGED: usize = 8;

/// Times of cosignatures, in seconds since 1970.
const FAR_SECONDS: [u64; 5] = [
    253_402_300_799,
    253_402_300_800,
    8_640_000_000_000,
    8_640_000_000_001,
    9_223_372_036_854_775_807,
];

/// The same numbers at every run (xorshift64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 8
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.roll()).unwrap() % end
    }

    fn byte(&mut self) -> u8 {
        self.roll().to_le_bytes()[0]
    }
}

#[test]
fn cases_of_every_kind_are_written() {
    let passing = tempfile::tempdir().unwrap();
    let folder = std::env::var_os("EARMARK_CASES").map(PathBuf::from);
    let folder = folder.unwrap_or_else(|| passing.path().to_owned());
    let mut cases = Cases { folder, rows: Vec::new(), funds: funds() };
    let sample = year_of_work_injury();
    let (by_hand_open, keys_by_hand) = by_hand(true);
    let (by_hand_closed, _) = by_hand(false);
    let histories = samples(SEED, 12);

    let mut logs = vec![sample.keys.log.verifier(), keys_by_hand.log.verifier()];
    let mut known: BTreeSet<String> = logs.iter().map(|key| key.name().to_string()).collect();
    for (history, _) in &histories {
        if known.insert(history.keys.log.verifier().name().to_string()) {
            logs.push(history.keys.log.verifier());
        }
    }
    let main = sample.keys.policy_of(&logs, 2);
    let other = Keys::from_seed(sample.book.id(), 7).policy_text(2);
    let all = sample.keys.policy_of(&logs, 3);
    let texts = [("main", &main), ("other", &other), ("all", &all)];
    for (name, policy) in texts {
        let page =
            funds().into_iter().fold(Verifier::new(policy).unwrap(), Verifier::knowing).page();
        cases.write(&format!("{name}.html"), page.as_bytes());
    }
    cases.write("bare.html", BARE.as_bytes());
    cases.write("main.policy", main.as_bytes());
    let policies: Vec<_> = texts
        .map(|(name, policy)| (name, Policy::parse(policy.as_bytes()).unwrap()))
        .into_iter()
        .collect();

    let (employer, worker) = (sample.certificate(EMPLOYER), sample.certificate(WORKER));
    let absent = sample.certificate(STRANGER);
    let embedded = Verifier::new(&main).unwrap().page_with(&[&employer, &worker, &absent]);
    cases.write("embedded.html", embedded.as_bytes());
    // Cosigned at the last second that a page can name as a day, at the next, at the last that a browser can, at the
    // next, and at the last that there is. The library believes them all; a sound certificate comes behind them.
    let far: Vec<Certificate> = FAR_SECONDS.map(|at| cosigned_at(&sample, at)).into();
    let behind: Vec<&Certificate> = far.iter().chain([&employer]).collect();
    cases.write("far.html", Verifier::new(&main).unwrap().page_with(&behind).as_bytes());
    for certificate in &far {
        assert_eq!(
            summary(&certificate.verify(&policies[0].1).unwrap()),
            summary(&employer.verify(&policies[0].1).unwrap())
        );
    }
    for (page, policy) in &policies {
        for (name, certificate) in
            [("employer", &employer), ("worker", &worker), ("absent", &absent)]
        {
            cases.case(page, policy, name, certificate.to_string().as_bytes());
        }
        cases.case(page, policy, "by-hand", by_hand_open.as_bytes());
    }
    let policy = &policies[0].1;
    cases.case("main", policy, "by-hand-erased", by_hand_closed.as_bytes());
    for case in tampered(&sample) {
        cases.case("main", policy, case.name, &case.bytes);
    }
    for (sample, parties) in &histories {
        for (place, party) in parties.iter().enumerate() {
            let name = format!("{}-{place}", sample.book.id().to_string().replace('/', "-"));
            let certificate = sample.certificate(*party);
            cases.case("main", policy, &name, certificate.to_string().as_bytes());
        }
    }
    for case in forged().0 {
        cases.case("main", policy, case.name, &case.bytes);
    }
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    // One record of each kind of each fund, as it is, and with bytes changed.
    let mut seen = BTreeSet::new();
    for (sample, parties) in &histories {
        for party in parties {
            let certificate = sample.certificate(*party).to_string();
            for line in certificate.lines().filter(|line| line.starts_with("record ")) {
                let bytes = STANDARD.decode(line.rsplit(' ').next().unwrap()).unwrap();
                if !seen.insert((sample.book.fund().code(), bytes[2], bytes[3])) {
                    continue;
                }
                let name = format!("alone-{}-{}", sample.book.fund().code(), bytes[2]);
                let whole = alone(sample, *party, bytes.clone());
                cases.case("main", policy, &name, whole.as_bytes());
                for _ in 0..RECORDS_CHANGED {
                    let mut changed = bytes.clone();
                    // Not the nonce: it means nothing.
                    let place = 20 + dice.below(bytes.len() - 20);
                    let to = [0, 1, 2, 3, 4, 5, dice.byte()][dice.below(7)];
                    changed[place] = to;
                    let name = format!("{name}-byte-{place}-{to:02x}");
                    cases.case("main", policy, &name, alone(sample, *party, changed).as_bytes());
                }
            }
        }
    }
    let originals = [employer.to_string(), worker.to_string(), absent.to_string(), by_hand_open];
    for number in 0..MUTATIONS {
        let mut bytes = originals[number % originals.len()].clone().into_bytes();
        let place = dice.below(bytes.len());
        let change = dice.byte().max(1);
        bytes[place] ^= change;
        cases.case("main", policy, &format!("mutation-{number}-byte-{place}-{change:02x}"), &bytes);
    }
    let rows = cases.rows.concat();
    cases.write("cases.tsv", rows.as_bytes());
    let proved = cases.rows.iter().filter(|row| row.contains("\tproved\t")).count();
    assert!(proved > 100 && cases.rows.len() > proved + 150, "{proved} of {}", cases.rows.len());
}

/// The employer's certificate, whose checkpoint a third witness cosigned at this time.
fn cosigned_at(sample: &Sample, seconds: u64) -> Certificate {
    let mut note = sample.note.clone();
    cosign(&mut note, &sample.keys.witnesses[1], seconds).unwrap();
    Certificate::issue(&sample.book, EMPLOYER, &sample.roll, sample.seq, &note).unwrap()
}

fn funds() -> Vec<&'static FundSpec> {
    let own = [TownRelief::SPEC, TownHarvest::SPEC];
    BUILT_IN.into_iter().chain(own).collect()
}

struct Cases {
    folder: PathBuf,
    /// Page, file, verdict, part or statement.
    rows: Vec<String>,
    funds: Vec<&'static FundSpec>,
}

impl Cases {
    fn write(&self, name: &str, bytes: &[u8]) {
        let path: &Path = &self.folder;
        std::fs::create_dir_all(path).unwrap();
        std::fs::write(path.join(name), bytes).unwrap();
    }

    fn case(&mut self, page: &str, policy: &Policy, name: &str, bytes: &[u8]) {
        let file = format!("{:03}-{page}-{name}.certificate", self.rows.len());
        self.write(&file, bytes);
        let said = Certificate::parse(bytes).and_then(|it| it.verify_for(&self.funds, policy));
        let verdict = match said {
            Ok(statement) => format!("proved\t{}", summary(&statement)),
            Err(error) => format!("refused\t{}", error.part()),
        };
        self.rows.push(format!("{page}.html\t{file}\t{verdict}\n"));
    }
}
