//! Certificates, true and tampered with, for the library and for the page in a browser.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use earmark_audit::certificate::Part;
use earmark_core::codec::Record;
use earmark_core::event::PurposeList;
use earmark_core::fund::{Fund, ResidentsPension};
use earmark_core::id::{BookId, Party, area};
use earmark_core::roll::{LineKey, RollLine};
use earmark_core::time::{Period, Timestamp, UtcOffset, day};
use earmark_tlog::log_proof::LogProof;
use earmark_tlog::proof::{InclusionProof, LeafHashes, Subtrees};
use earmark_tlog::{Hash, leaf_hash};
use sha2::{Digest, Sha256};

use crate::sample::{EMPLOYER, Keys, SALT, STRANGER, Sample, WORKER, finish, head_of};

/// A tampered certificate, and the part that does not hold.
pub(crate) struct Tampered {
    pub(crate) name: &'static str,
    pub(crate) bytes: Vec<u8>,
    pub(crate) part: Part,
}

/// Every way of tampering that has a name.
pub(crate) fn tampered(sample: &Sample) -> Vec<Tampered> {
    let text = sample.certificate(EMPLOYER).to_string();
    let worker = sample.certificate(WORKER).to_string();
    let absent = sample.certificate(STRANGER).to_string();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let at = |start: &str| lines.iter().position(|line| line.starts_with(start)).unwrap();
    let (present, first, attested) = (at("present "), at("record "), at("attested "));
    let with = |place: usize, line: String| {
        let mut changed: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        changed[place] = line;
        changed.concat()
    };
    let without = |place: usize| with(place, String::new());
    let word = |place: usize, number: usize, to: &str| {
        let mut words: Vec<&str> = lines[place].trim_end().split(' ').collect();
        words[number] = to;
        with(place, format!("{}\n", words.join(" ")))
    };
    let byte = |line: usize, place: usize, change: u8| {
        let mut words: Vec<String> = lines[line].trim_end().split(' ').map(str::to_owned).collect();
        let encoded = words.last_mut().unwrap();
        let mut bytes = STANDARD.decode(&encoded).unwrap();
        bytes[place] ^= change;
        *encoded = STANDARD.encode(bytes);
        with(line, format!("{}\n", words.join(" ")))
    };
    let record = |place: usize| lines[place].trim_end().split(' ').collect::<Vec<_>>();
    let swapped_contents = {
        let mut changed: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        let (one, two) = (record(first), record(first + 1));
        changed[first] = format!("record {} {}\n", one[1], two[2]);
        changed[first + 1] = format!("record {} {}\n", two[1], one[2]);
        changed.concat()
    };
    let index = at("index ");
    let borrowed = {
        let theirs: Vec<&str> = worker.split_inclusive('\n').collect();
        let start = theirs.iter().position(|line| line.starts_with("present ")).unwrap();
        let end = theirs.iter().position(|line| line.starts_with("record ")).unwrap();
        let mine = lines[..present].concat() + &theirs[start..end].concat();
        mine + &lines[first..].concat()
    };
    let claims_absence = {
        let start = absent.find("absent\n").unwrap();
        let end = absent.find("attested ").unwrap();
        lines[..present].concat() + &absent[start..end] + &lines[attested..].concat()
    };
    let hides = |keep: usize| {
        let end = absent.find("\nbefore ").unwrap();
        let after = absent.find("\nafter ").unwrap();
        let attested = absent.find("\nattested ").unwrap();
        match keep {
            0 => format!("{}{}", &absent[..end], &absent[attested..]),
            1 => format!("{}{}", &absent[..after], &absent[attested..]),
            _ => format!("{}{}", &absent[..end], &absent[after..]),
        }
    };
    // A record put into a certificate of absence: of another, or made one of the absent.
    let renamed = |to_stranger: bool| {
        let mut bytes = STANDARD.decode(record(first)[2]).unwrap();
        if to_stranger {
            bytes[63..79].copy_from_slice(&STRANGER.bytes());
        }
        let added = format!("\nrecord 7 {}\nattested ", STANDARD.encode(bytes));
        let absent = absent.replacen("\nattested ", &added, 1);
        absent.replacen("\nabsent\n", &format!("\n{}absent\n", lines[6]), 1)
    };
    let renumbered = |to: &str| word(first + 3, 1, to);
    let case = |name, text: String, part| Tampered { name, bytes: text.into_bytes(), part };
    vec![
        case("garbage", "not a certificate\n".to_owned(), Part::Form),
        case("empty", String::new(), Part::Form),
        case("no-newline-at-the-end", text.trim_end().to_owned(), Part::Checkpoint),
        case("carriage-returns", text.replace('\n', "\r\n"), Part::Form),
        case("byte-order-mark", format!("\u{feff}{text}"), Part::Form),
        Tampered {
            name: "not-utf-8",
            bytes: [text.as_bytes(), b"\xff\n"].concat(),
            part: Part::Form,
        },
        case("later-version", text.replacen("/v1", "/v2", 1), Part::Form),
        case("space-at-a-line-end", with(2, "area 320100 \n".to_owned()), Part::Form),
        case("upper-case-id", word(3, 1, &EMPLOYER.to_string().replace('7', "A")), Part::Form),
        case("no-such-day", text.replacen("2021-12-31", "2021-02-30", 1), Part::Form),
        case(
            "days-the-wrong-way-round",
            with(4, "period 2021-12-31 2021-01-01\n".to_owned()),
            Part::Form,
        ),
        case("leading-zero", word(present, 1, "012"), Part::Form),
        case("number-too-large", word(present, 3, &"9".repeat(39)), Part::Form),
        case("line-added", with(present, format!("{}\n", lines[present])), Part::Form),
        case(
            "slack-bits-in-base64",
            with(first, lines[first].replace("BwAA", "BwAB=")),
            Part::Form,
        ),
        case("extra", text.replacen("\nindex 57", "\nextra AAAA\nindex 57", 1), Part::Form),
        case("another-area", with(2, "area 320200\n".to_owned()), Part::Fund),
        case("another-fund", text.replace("fund WORK_INJURY", "fund MATERNITY"), Part::Fund),
        case("other-decimals", text.replacen("CNY 2", "CNY 0", 1), Part::Fund),
        case("purpose-renamed", with(6, "premium 1 Individual: premiums\n".to_owned()), Part::Fund),
        case("purpose-missing", without(6), Part::Fund),
        case(
            "purpose-of-nothing",
            with(6, format!("{}benefit 1 Medical: benefits\n", lines[6])),
            Part::Fund,
        ),
        case(
            "another-log",
            text.replace("ledger.funds.example/", "ledger.other.example/"),
            Part::Checkpoint,
        ),
        case(
            "origin-of-another-log",
            text.replacen("ledger.funds.example/", "ledger.other.example/", 1),
            Part::Checkpoint,
        ),
        case("larger-checkpoint", text.replace("\n58\n", "\n59\n"), Part::Checkpoint),
        case("cosignature-missing", lines[..lines.len() - 1].concat(), Part::Checkpoint),
        case("cosigned-twice", format!("{text}{}", lines[lines.len() - 1]), Part::Checkpoint),
        case("log-signature-missing", without(lines.len() - 3), Part::Checkpoint),
        case("log-signature-forged", byte(lines.len() - 3, 10, 1), Part::Checkpoint),
        case("cosignature-forged", byte(lines.len() - 1, 40, 1), Part::Checkpoint),
        case("cosigned-at-another-time", byte(lines.len() - 1, 11, 1), Part::Checkpoint),
        case(
            "another-place-in-the-log",
            text.replacen("\nindex 57", "\nindex 31", 1),
            Part::Checkpoint,
        ),
        case(
            "place-of-its-neighbour-in-the-log",
            text.replacen("\nindex 57", "\nindex 56", 1),
            Part::Attested,
        ),
        case("closing-changed", byte(attested, 60, 1), Part::Attested),
        case("roll-root-changed", byte(attested, 100, 1), Part::Attested),
        case("roll-salt-changed", byte(attested, 80, 1), Part::Attested),
        case("more-parties-than-named", byte(attested, 75, 1), Part::Attested),
        case("not-a-roll", byte(attested, 2, 2), Part::Attested),
        case(
            "another-period",
            with(4, "period 2021-01-01 2021-11-30\n".to_owned()),
            Part::Attested,
        ),
        case("path-of-the-record-changed", byte(at("index 57") + 1, 0, 1), Part::Attested),
        case(
            "another-party",
            text.replacen(&EMPLOYER.to_string(), &WORKER.to_string(), 1),
            Part::Roll,
        ),
        case(
            "a-stranger",
            text.replacen(&EMPLOYER.to_string(), &STRANGER.to_string(), 1),
            Part::Roll,
        ),
        case("total-changed", word(present, 3, "1440079"), Part::Roll),
        case("count-changed", word(present, 1, "11"), Part::Roll),
        case("last-event-changed", word(present, 2, "40"), Part::Roll),
        case("what-left-changed", word(present, 4, "1"), Part::Roll),
        case("trail-changed", byte(present, 0, 1), Part::Roll),
        case("place-in-the-roll-changed", with(index, "index 5\n".to_owned()), Part::Roll),
        case("path-of-the-roll-changed", byte(index + 1, 5, 0x40), Part::Roll),
        case("path-of-the-roll-shortened", without(index + 1), Part::Roll),
        case(
            "path-of-the-roll-lengthened",
            with(index + 1, lines[index + 1].repeat(2)),
            Part::Roll,
        ),
        case("line-of-another", borrowed, Part::Roll),
        case("absence-claimed", claims_absence, Part::Roll),
        case("absence-between-nobody", hides(0), Part::Roll),
        case("absence-without-its-next", hides(1), Part::Roll),
        case("absence-without-the-one-before", hides(2), Part::Roll),
        case("record-of-another-kind", byte(first, 2, 0x70), Part::Records),
        case("record-of-another-version", byte(first, 3, 4), Part::Records),
        case("record-of-another-party", byte(first, 78, 1), Part::Records),
        case("record-of-another-year", byte(first, 29, 2), Part::Records),
        case("record-at-an-account-of-none", byte(first, 60, 7), Part::Records),
        case("record-of-no-purpose", byte(first, 61, 1), Part::Records),
        case(
            "records-swapped",
            with(first, lines[first + 1].to_owned() + lines[first]),
            Part::Records,
        ),
        case("record-twice", with(first, lines[first].repeat(2)), Part::Records),
        case("record-after-the-closing", word(first + 11, 1, "44444"), Part::Records),
        case("digit-of-an-amount-changed", byte(first, 52, 1), Part::Line),
        case("nonce-changed", byte(first, 10, 1), Part::Line),
        case("document-changed", byte(first, 36, 1), Part::Line),
        case("day-changed", byte(first, 28, 1), Part::Line),
        case("record-dropped", without(first + 4), Part::Line),
        case("last-record-dropped", without(first + 11), Part::Line),
        case(
            "record-added",
            with(first, format!("{}record 8 {}\n", lines[first], record(first)[2])),
            Part::Line,
        ),
        case("records-exchanged", swapped_contents, Part::Line),
        case("event-renumbered", renumbered("17"), Part::Line),
        case("last-event-renumbered", word(first + 11, 1, "42"), Part::Line),
        case("records-of-another-to-the-absent", renamed(false), Part::Records),
        case("records-of-the-absent", renamed(true), Part::Line),
        case(
            "detail-of-nothing",
            with(first, format!("{}detail {} aGVsbG8=\n", lines[first], STANDARD.encode([1; 32]))),
            Part::Detail,
        ),
    ]
}

/// A certificate written line by line, of a roll of one line that says whatever it says: what an agency could have
/// attested.
pub(crate) struct Hand<'a> {
    pub(crate) keys: &'a Keys,
    pub(crate) book: BookId,
    pub(crate) period: Period,
    pub(crate) closing: u64,
    pub(crate) records: Vec<(u64, Vec<u8>)>,
    /// The lines of the fund's vocabulary, the first one too.
    pub(crate) vocabulary: String,
    pub(crate) line: RollLine,
    /// A line under the first record.
    pub(crate) detail: String,
}

impl Hand<'_> {
    /// The trail of the records.
    pub(crate) fn trail(records: &[(u64, Vec<u8>)]) -> Hash {
        let mut trail = [0; 32];
        for (seq, record) in records {
            let mut hasher = Sha256::new();
            hasher.update(b"earmark/roll-trail/v1\0");
            hasher.update(trail);
            hasher.update(seq.to_be_bytes());
            hasher.update(leaf_hash(record).0);
            trail = hasher.finalize().into();
        }
        Hash(trail)
    }

    pub(crate) fn text(&self) -> String {
        let line = &self.line;
        let root = leaf_hash(&[LineKey::of(&SALT, line.party).0, line.sealed()].concat());
        let on = day("2022-06-01").unwrap();
        let at = Timestamp::start_of(on, UtcOffset::CHINA);
        let mut attested = head_of(9, [3; 16], at, on);
        attested.extend(self.period.first().days().to_le_bytes());
        attested.extend(self.period.last().days().to_le_bytes());
        attested.extend(self.closing.to_le_bytes());
        attested.extend(1_u64.to_le_bytes());
        attested.extend(SALT);
        attested.extend(root.0);
        attested.extend([0, 0]);
        let attested = finish(attested);

        let mut leaves: Vec<_> = (0..200_u8).map(|leaf| leaf_hash(&[leaf])).collect();
        leaves[150] = leaf_hash(&attested);
        let tree = LeafHashes(&leaves);
        let path = InclusionProof::new(&tree, 150, 200).unwrap().unwrap();
        let note = self.keys.sign(200, tree.root(200).unwrap(), &[0, 1]);
        let log = LogProof::new(path, note, None).unwrap();
        let mut records: Vec<_> = self
            .records
            .iter()
            .map(|(seq, record)| format!("record {seq} {}\n", STANDARD.encode(record)))
            .collect();
        if let Some(first) = records.first_mut() {
            first.push_str(&self.detail);
        }
        format!(
            "earmark.certificate/v1\norigin {}\narea {}\nparty {}\nperiod {} {}\n{}\
             present {} {} {} {} {}\nindex 0\n{}attested {}\n{log}",
            self.keys.log.verifier().name(),
            self.book.area(),
            line.party,
            self.period.first(),
            self.period.last(),
            self.vocabulary,
            line.events,
            line.last_seq,
            line.entered_minor,
            line.left_minor,
            STANDARD.encode(line.trail.0),
            records.concat(),
            STANDARD.encode(attested),
        )
    }
}

/// The name that the holder's detail opens to.
pub(crate) const NAME: &str = "张三 <Zhang San> & 12 Example Road";

const DETAIL_SALT: [u8; 32] = [0x5A; 32];

const HOLDER: Party = Party::from_u128(0x1234);

/// A certificate written by nothing of the library but its hashes: of a party that a detail was bound to and a
/// benefit paid to. With the detail opened, or not.
pub(crate) fn by_hand(open: bool) -> (String, Keys) {
    let keys = Keys::of(pension());
    let mut hand = hand(&keys);
    if !open {
        hand.detail.clear();
    }
    (hand.text(), keys)
}

fn pension() -> BookId {
    BookId::new(area("110000").unwrap(), ResidentsPension::SPEC)
}

fn hand(keys: &Keys) -> Hand<'_> {
    let party = HOLDER;
    let on = |text: &str| {
        (Timestamp::start_of(day(text).unwrap(), UtcOffset::CHINA), day(text).unwrap())
    };
    let mut commitment = Sha256::new();
    commitment.update(b"earmark/detail/v1\0");
    commitment.update(DETAIL_SALT);
    commitment.update(NAME);

    let (bound_at, bound_on) = on("2020-05-01");
    let mut bound = head_of(10, [1; 16], bound_at, bound_on);
    bound.push(1);
    bound.extend(party.bytes());
    bound.extend(0_u64.to_le_bytes());
    bound.extend(<[u8; 32]>::from(commitment.finalize()));
    bound.extend([0, 1]);
    bound.extend([9; 16]);

    let (paid_at, paid_on) = on("2020-05-20");
    let mut paid = head_of(48, [2; 16], paid_at, paid_on);
    paid.extend(20_305_u64.to_le_bytes());
    paid.push(4);
    paid.extend(2_u16.to_le_bytes());
    paid.extend(party.bytes());
    paid.extend([0, 0]);

    let records = vec![(3, finish(bound)), (5, finish(paid))];
    let trail = Hand::trail(&records);
    Hand {
        keys,
        book: pension(),
        period: Period::new(day("2020-05-01").unwrap(), day("2020-05-31").unwrap()).unwrap(),
        closing: 6,
        records,
        vocabulary: "fund RES_PENSION CNY 2 China invests=true settles_across_provinces=false \
                     transfers=true settles_directly=false\n\
                     benefit 2 IndividualAccountPension: benefits\n"
            .to_owned(),
        line: RollLine {
            party,
            events: 2,
            last_seq: 5,
            entered_minor: 0,
            left_minor: 20_305,
            trail,
        },
        detail: format!("detail {} {}\n", STANDARD.encode(DETAIL_SALT), STANDARD.encode(NAME)),
    }
}

/// What an agency attests is not believed either where it contradicts itself: rolls that say something else than
/// their records, all hashes and signatures being right.
pub(crate) fn forged() -> (Vec<Tampered>, Keys) {
    let keys = Keys::of(pension());
    let case = |name, part, change: &dyn Fn(&mut Hand<'_>)| {
        let mut hand = hand(&keys);
        change(&mut hand);
        Tampered { name, bytes: hand.text().into_bytes(), part }
    };
    // Changes a record, and the trail with it.
    let record = |place: usize, at: usize, bytes: &'static [u8]| {
        move |hand: &mut Hand<'_>| {
            let record = &mut hand.records[place].1;
            record[at..at + bytes.len()].copy_from_slice(bytes);
            hand.line.trail = Hand::trail(&hand.records);
        }
    };
    let cases = vec![
        case("forged-count", Part::Line, &|hand| hand.line.events = 3),
        case("forged-last", Part::Line, &|hand| hand.line.last_seq = 6),
        case("forged-entered", Part::Line, &|hand| hand.line.entered_minor = 1),
        case("forged-left", Part::Line, &|hand| hand.line.left_minor = 20_304),
        case("forged-trail", Part::Line, &|hand| hand.line.trail = Hash([1; 32])),
        case("forged-no-events", Part::Roll, &|hand| hand.line.events = 0),
        case("forged-beyond-the-closing", Part::Roll, &|hand| hand.line.last_seq = 7),
        case("forged-closing-after-all", Part::Attested, &|hand| hand.closing = 151),
        case("forged-no-closing", Part::Attested, &|hand| hand.closing = 0),
        case("forged-record-after-closing", Part::Records, &|hand| {
            hand.records[1].0 = 7;
            hand.line.trail = Hand::trail(&hand.records);
        }),
        case("forged-order", Part::Records, &|hand| {
            hand.records.swap(0, 1);
            hand.detail.clear();
            hand.line.trail = Hand::trail(&hand.records);
        }),
        case("forged-day", Part::Records, &record(1, 28, &[0; 4])),
        case("forged-party", Part::Records, &record(1, 63, &[7; 16])),
        case("forged-amount", Part::Records, &record(1, 52, &[0; 8])),
        case("forged-amount-too-large", Part::Records, &record(1, 52, &[0xff; 8])),
        case("forged-account", Part::Records, &record(1, 60, &[3])),
        case("forged-purpose", Part::Records, &record(1, 61, &[9, 0])),
        case("forged-other-purpose", Part::Fund, &record(1, 61, &[1, 0])),
        case("forged-link", Part::Records, &record(1, 79, &[2])),
        case("forged-length", Part::Records, &record(1, 0, &[80])),
        case("forged-moment", Part::Records, &record(1, 20, &[0x7f; 8])),
        case("forged-bound-party", Part::Records, &record(0, 53, &[1; 16])),
        case("forged-bound-by-nothing", Part::Records, &record(0, 52, &[2])),
        case("forged-commitment", Part::Detail, &record(0, 80, &[2])),
    ];
    (cases, keys)
}

/// A record alone in a roll of its party, whatever the record is: only its decoder decides.
pub(crate) fn alone(sample: &Sample, party: Party, bytes: Vec<u8>) -> String {
    let fund = sample.book.fund();
    let seq = 7;
    let records = vec![(seq, bytes)];
    let mut line = RollLine { events: 1, last_seq: seq, ..RollLine::empty(party) };
    let mut purpose = String::new();
    if let Ok((record, [])) = Record::split(&records[0].1)
        && let Ok(event) = record.decode(fund, seq)
    {
        line = RollLine::empty(party);
        line.count(&event, leaf_hash(record.bytes())).unwrap();
        let list = match event.fact().purpose_list() {
            PurposeList::Premium => "premium",
            PurposeList::Benefit => "benefit",
            PurposeList::StateUse => "state_use",
            _ => "",
        };
        purpose = format!("{list} {} ", event.fact().purpose_code());
    }
    line.trail = Hand::trail(&records);
    let vocabulary = fund.vocabulary();
    let named = vocabulary.lines().enumerate();
    let named = named
        .filter(|(place, line)| *place == 0 || line.starts_with(&purpose) && purpose.len() > 3);
    let vocabulary = named.map(|(_, line)| format!("{line}\n")).collect();
    let hand = Hand {
        keys: &sample.keys,
        book: sample.book.id(),
        period: Period::new(day("1900-01-01").unwrap(), day("9999-12-31").unwrap()).unwrap(),
        closing: 100,
        records,
        vocabulary,
        line,
        detail: String::new(),
    };
    hand.text()
}
