use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use earmark_core::id::{Area, Party};
use earmark_core::roll::{AttestedRoll, LineKey, Neighbour, PartyRecord, RollLine, RollProof};
use earmark_core::time::{Day, Period};
use earmark_tlog::Hash;
use earmark_tlog::log_proof::LogProof;
use earmark_tlog::note::KeyName;
use earmark_tlog::proof::InclusionProof;

use super::{Certificate, CertificateError, Certified, MAX_CERTIFICATE_BYTES, OpenedDetail};

/// The first line.
const FIRST: &str = "earmark.certificate/v1";

/// The first line of the proof at the end.
const PROOF: &str = "c2sp.org/tlog-proof@v1";

/// The lists of a fund's vocabulary.
const LISTS: [&str; 3] = ["premium", "benefit", "state_use"];

/// The most purposes a fund has: three lists of 63.
const MAX_PURPOSES: usize = 189;

/// The most hashes of a path.
const MAX_HASHES: usize = 64;

/// The longest record that is read, in bytes. No event that names a party has half as many.
const MAX_RECORD_BYTES: usize = 512;

/// The longest detail that is read, in bytes.
pub(super) const MAX_DETAIL_BYTES: usize = 1 << 16;

/// Reads a certificate, strictly: there is one text for each.
pub(super) fn parse(bytes: &[u8]) -> Result<Certificate, CertificateError> {
    if bytes.len() > MAX_CERTIFICATE_BYTES {
        return Err(CertificateError::TooLong { found: bytes.len() });
    }
    let text = std::str::from_utf8(bytes).map_err(|_| CertificateError::NotText)?;
    let mut lines = Lines { rest: text, number: 0 };
    lines.expect("the line `earmark.certificate/v1`", |line| (line == FIRST).then_some(()))?;
    let origin = lines.expect("`origin` and the name of a log", |line| {
        KeyName::new(line.strip_prefix("origin ")?).ok()
    })?;
    let area: Area =
        lines.expect("`area` and six digits", |line| line.strip_prefix("area ")?.parse().ok())?;
    let party = lines
        .expect("`party` and the id of a party", |line| party_of(line.strip_prefix("party ")?))?;
    let period = lines.expect("`period`, its first and its last day", |line| {
        let (first, last) = line.strip_prefix("period ")?.split_once(' ')?;
        Period::new(first.parse::<Day>().ok()?, last.parse::<Day>().ok()?)
    })?;
    let fund = lines.expect("the line `fund` of the fund's vocabulary", |line| {
        line.starts_with("fund ").then(|| line.to_owned())
    })?;
    let mut purposes = Vec::new();
    while let Some(line) = lines.next_of(&LISTS) {
        if purposes.len() == MAX_PURPOSES {
            return Err(lines.error("no more than 189 purposes"));
        }
        purposes.push(line.to_owned());
    }
    let said = said(&mut lines)?;
    let records = records(&mut lines)?;
    let attested = lines.expect("`attested` and a record in base64", |line| {
        bytes_of(line.strip_prefix("attested ")?, MAX_RECORD_BYTES)
    })?;
    if lines.peek() != Some(PROOF) {
        lines.number += 1;
        return Err(lines.error("the line `c2sp.org/tlog-proof@v1`"));
    }
    // What stands in the lines is read; now what it comes to.
    let roll = AttestedRoll::of_record(&attested).map_err(CertificateError::Attested)?;
    let proof = said.of(party, roll.parties())?;
    let log = LogProof::parse(lines.rest.as_bytes()).map_err(CertificateError::Checkpoint)?;
    if log.extra_unverified().is_some() {
        return Err(CertificateError::Extra);
    }
    let certificate = Certificate {
        origin,
        area,
        party,
        period,
        fund,
        purposes,
        proof,
        records,
        attested,
        roll,
        log,
    };
    certificate.check_origin()?;
    Ok(certificate)
}

/// What is left of a text, line by line.
struct Lines<'a> {
    rest: &'a str,
    /// The number of the line before the rest, counted from one.
    number: usize,
}

impl<'a> Lines<'a> {
    /// The next line; none where no newline follows.
    fn peek(&self) -> Option<&'a str> {
        self.rest.split_once('\n').map(|(line, _)| line)
    }

    fn skip(&mut self) {
        self.number += 1;
        self.rest = self.rest.split_once('\n').map_or("", |(_, rest)| rest);
    }

    /// The next line, where it begins with one of these words.
    fn next_of(&mut self, words: &[&str]) -> Option<&'a str> {
        let line = self.peek()?;
        let word = line.split_once(' ')?.0;
        if !words.contains(&word) {
            return None;
        }
        self.skip();
        Some(line)
    }

    fn expect<T>(
        &mut self,
        expected: &'static str,
        read: impl FnOnce(&'a str) -> Option<T>,
    ) -> Result<T, CertificateError> {
        let found = self.peek().and_then(read);
        self.skip();
        found.ok_or_else(|| self.error(expected))
    }

    const fn error(&self, expected: &'static str) -> CertificateError {
        CertificateError::Line { line: self.number, expected }
    }
}

/// What the roll says, as it stands in the lines.
enum Said {
    Present { line: Figures, path: Path },
    Absent { before: Option<Beside>, after: Option<Beside> },
}

struct Figures {
    events: u64,
    last_seq: u64,
    entered_minor: u128,
    left_minor: u128,
    trail: Hash,
}

struct Beside {
    key: Hash,
    sealed: Hash,
    path: Path,
}

struct Path {
    index: u64,
    hashes: Vec<Hash>,
}

impl Said {
    fn of(self, party: Party, parties: u64) -> Result<RollProof, CertificateError> {
        let path = |path: Path| {
            InclusionProof::from_parts(path.index, parties, path.hashes)
                .map_err(CertificateError::Path)
        };
        let beside = |beside: Option<Beside>| {
            beside
                .map(|Beside { key, sealed, path: found }| {
                    let (key, sealed) = (LineKey(key.0), sealed.0);
                    Ok(Neighbour { key, sealed, path: path(found)? })
                })
                .transpose()
        };
        Ok(match self {
            Self::Present { line, path: found } => {
                let Figures { events, last_seq, entered_minor, left_minor, trail } = line;
                let line = RollLine { party, events, last_seq, entered_minor, left_minor, trail };
                RollProof::Present { line, path: path(found)? }
            }
            Self::Absent { before, after } => {
                RollProof::Absent { before: beside(before)?, after: beside(after)? }
            }
        })
    }
}

fn said(lines: &mut Lines<'_>) -> Result<Said, CertificateError> {
    if lines.peek() == Some("absent") {
        lines.skip();
        let before = beside(lines, "before")?;
        return Ok(Said::Absent { before, after: beside(lines, "after")? });
    }
    const PRESENT: &str = "`absent`, or `present`, how many events, the last one, what came in and left in \
                           minor units, and the trail in base64";
    let line = lines.expect(PRESENT, |line| {
        let words: Vec<_> = line.strip_prefix("present ")?.split(' ').collect();
        let [events, last_seq, entered, left, trail] = words[..] else { return None };
        Some(Figures {
            events: number(events)?,
            last_seq: number(last_seq)?,
            entered_minor: wide(entered)?,
            left_minor: wide(left)?,
            trail: hash_of(trail)?,
        })
    })?;
    Ok(Said::Present { line, path: path(lines)? })
}

fn beside(lines: &mut Lines<'_>, word: &'static str) -> Result<Option<Beside>, CertificateError> {
    let Some(line) = lines.next_of(&[word]) else { return Ok(None) };
    let parts = line.split_once(' ').and_then(|(_, rest)| rest.split_once(' '));
    let hashes = parts.and_then(|(key, sealed)| Some((hash_of(key)?, hash_of(sealed)?)));
    let (key, sealed) = hashes.ok_or_else(|| {
        lines.error("the key of a neighbouring line and the line sealed, in base64")
    })?;
    Ok(Some(Beside { key, sealed, path: path(lines)? }))
}

fn path(lines: &mut Lines<'_>) -> Result<Path, CertificateError> {
    let index =
        lines.expect("`index` and a number", |line| number(line.strip_prefix("index ")?))?;
    let mut hashes = Vec::new();
    while let Some(line) = lines.next_of(&["hash"]) {
        let hash = line.strip_prefix("hash ").and_then(hash_of);
        let hash = hash.filter(|_| hashes.len() < MAX_HASHES);
        hashes.push(
            hash.ok_or_else(|| lines.error("at most 64 lines `hash` and 32 bytes in base64"))?,
        );
    }
    Ok(Path { index, hashes })
}

fn records(lines: &mut Lines<'_>) -> Result<Vec<Certified>, CertificateError> {
    let mut records = Vec::new();
    while let Some(line) = lines.next_of(&["record"]) {
        let parts = line.strip_prefix("record ").and_then(|rest| rest.split_once(' '));
        let read = parts.and_then(|(seq, record)| {
            let record = bytes_of(record, MAX_RECORD_BYTES)?;
            Some(PartyRecord { seq: number(seq)?, record })
        });
        let record =
            read.ok_or_else(|| lines.error("`record`, a number and a record in base64"))?;
        let mut detail = None;
        if let Some(line) = lines.next_of(&["detail"]) {
            let parts = line.strip_prefix("detail ").and_then(|rest| rest.split_once(' '));
            let opened = parts.and_then(|(salt, bytes)| {
                Some(OpenedDetail {
                    salt: hash_of(salt)?.0,
                    bytes: bytes_of(bytes, MAX_DETAIL_BYTES)?,
                })
            });
            detail = Some(
                opened.ok_or_else(|| lines.error("`detail`, a salt and its bytes in base64"))?,
            );
        }
        records.push(Certified { record, detail });
    }
    Ok(records)
}

/// The text of the file.
impl fmt::Display for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{FIRST}\norigin {}\narea {}\nparty {}", self.origin, self.area, self.party)?;
        writeln!(f, "period {} {}", self.period.first(), self.period.last())?;
        writeln!(f, "{}", self.fund)?;
        self.purposes.iter().try_for_each(|line| writeln!(f, "{line}"))?;
        match &self.proof {
            RollProof::Present { line, path } => {
                let RollLine { events, last_seq, entered_minor, left_minor, trail, .. } = line;
                let trail = STANDARD.encode(trail.0);
                writeln!(f, "present {events} {last_seq} {entered_minor} {left_minor} {trail}")?;
                write_path(f, path)?;
            }
            RollProof::Absent { before, after } => {
                writeln!(f, "absent")?;
                for (word, beside) in [("before", before), ("after", after)] {
                    let Some(beside) = beside else { continue };
                    let (key, sealed) = (beside.key.0, beside.sealed);
                    writeln!(f, "{word} {} {}", STANDARD.encode(key), STANDARD.encode(sealed))?;
                    write_path(f, &beside.path)?;
                }
            }
        }
        for Certified { record, detail } in &self.records {
            writeln!(f, "record {} {}", record.seq, STANDARD.encode(&record.record))?;
            if let Some(OpenedDetail { salt, bytes }) = detail {
                writeln!(f, "detail {} {}", STANDARD.encode(salt), STANDARD.encode(bytes))?;
            }
        }
        write!(f, "attested {}\n{}", STANDARD.encode(&self.attested), self.log)
    }
}

fn write_path(f: &mut fmt::Formatter<'_>, path: &InclusionProof) -> fmt::Result {
    writeln!(f, "index {}", path.index())?;
    path.hashes().iter().try_for_each(|hash| writeln!(f, "hash {}", STANDARD.encode(hash.0)))
}

/// A decimal number without sign and without a leading zero.
fn number(text: &str) -> Option<u64> {
    wide(text)?.try_into().ok()
}

fn wide(text: &str) -> Option<u128> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits && (text == "0" || !text.starts_with('0')))
}

fn hash_of(text: &str) -> Option<Hash> {
    bytes_of(text, 32)?.try_into().ok().map(Hash)
}

/// Canonical base64 of 1 to `longest` bytes.
fn bytes_of(text: &str, longest: usize) -> Option<Vec<u8>> {
    let bytes = STANDARD.decode(text).ok()?;
    (1..=longest).contains(&bytes.len()).then_some(bytes)
}

/// An id as it is written: 32 hexadecimal digits in lower case, in five groups.
fn party_of(text: &str) -> Option<Party> {
    let digits: Vec<u8> = text.bytes().filter(|byte| *byte != b'-').collect();
    let (pairs, []) = digits.as_chunks::<2>() else { return None };
    let bytes: Option<Vec<u8>> = pairs
        .iter()
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    let party = Party::from_bytes(bytes?.try_into().ok()?);
    (party.to_string() == text).then_some(party)
}
