use std::collections::BTreeSet;

use earmark_audit::certificate::{Certificate, Flow, Issuer};
use earmark_core::id::Party;
use earmark_core::roll::Roll;
use earmark_tlog::note::SignedNote;
use earmark_tlog::policy::Policy;

use crate::sample::{EMPLOYER, STRANGER, WORKER, january_reopened, year_of_work_injury};

#[test]
fn a_certificate_is_the_whole_statement_of_its_period() {
    let sample = year_of_work_injury();
    let certificate = sample.certificate(EMPLOYER);
    let statement = certificate.verify(&sample.policy()).unwrap();
    assert_eq!(statement.party(), EMPLOYER);
    assert_eq!(statement.entries().len(), 12);
    assert!(statement.entries().iter().all(|entry| entry.flow == Flow::Entered));
    assert_eq!(statement.entered().minor(), 12 * 120_000 + 78);
    assert_eq!(statement.left().minor(), 0);
    assert_eq!(statement.believed().cosignatures.len(), 2);
    assert_eq!(statement.closing() + 1, sample.seq);
    let text = certificate.to_string();
    assert_eq!(Certificate::parse(text.as_bytes()), Ok(certificate));
    assert!(text.len() < 6_000, "{} bytes", text.len());
}

#[test]
fn absence_is_certified_as_well() {
    let sample = year_of_work_injury();
    let certificate = sample.certificate(STRANGER);
    let statement = certificate.verify(&sample.policy()).unwrap();
    assert_eq!(statement.entries(), []);
    assert!(statement.to_string().contains("no event of this period names this party"));
    assert!(statement.chinese().to_string().contains("本期间没有涉及该当事人的记录"));
    assert_eq!(Certificate::parse(certificate.to_string().as_bytes()), Ok(certificate));
}

#[test]
fn many_are_issued_in_one_reading() {
    let sample = year_of_work_injury();
    let parties: BTreeSet<Party> =
        sample.roll.lines().map(|line| line.party()).chain([STRANGER]).collect();
    let issuer = Issuer::new(&sample.book, &sample.roll, sample.seq, &sample.note).unwrap();
    let mut issued = Vec::new();
    issuer
        .issue_all(&parties, &mut |certificate| {
            issued.push(certificate);
            Ok(())
        })
        .unwrap();
    assert_eq!(issued.len(), parties.len());
    for certificate in issued {
        assert_eq!(certificate, sample.certificate(certificate.party()));
        certificate.verify(&sample.policy()).unwrap();
    }
}

#[test]
fn a_superseded_roll_is_not_issued() {
    let (sample, first, first_seq) = january_reopened();
    let issue = |roll: &Roll, seq, note: &SignedNote| {
        Certificate::issue(&sample.book, EMPLOYER, roll, seq, note)
    };
    let entries =
        |certificate: Certificate| certificate.verify(&sample.policy()).unwrap().entries().len();
    assert_eq!(entries(issue(&sample.roll, sample.seq, &sample.note).unwrap()), 2);
    let said = format!(
        "event {} attests a newer roll of 2021-01-01 to 2021-01-31 than event {first_seq}",
        sample.seq
    );
    assert_eq!(issue(&first, first_seq, &sample.note).unwrap_err().to_string(), said);
    // In the checkpoints up to the second attestation, and in no later one, the first roll is the newest.
    let tree = sample.book.tree().unwrap();
    let size = tree.size();
    drop(tree);
    for size in first_seq..=size {
        let root = sample.book.tree().unwrap().at(size).unwrap().unwrap().root();
        let note = sample.keys.sign(size, root, &[0, 2]);
        match issue(&first, first_seq, &note) {
            Ok(certificate) => {
                assert!(size < sample.seq, "{size}");
                assert_eq!(entries(certificate), 1);
            }
            Err(error) => {
                assert!(size >= sample.seq, "{size}");
                assert_eq!(error.to_string(), said);
            }
        }
    }
}

#[test]
fn a_statement_reads_as_a_table_in_two_languages() {
    let sample = year_of_work_injury();
    let statement = sample.certificate(WORKER).verify(&sample.policy()).unwrap();
    assert_eq!(
        statement.to_string(),
        "fund: work injury fund (320100/WORK_INJURY)\n\
         party: 01920000-0000-7000-8000-000000000008\n\
         period: 2021-01-01 – 2021-12-31\n\
         as the period stood at event 57, when it was closed; a reopening since then would show in a newer certificate\n\
         2021-06-15          25               -750.50 benefit paid: disability benefit\n\
         2021-06-15          26               -123.45 benefit paid: medical treatment and rehabilitation\n\
         came into the fund: 0.00 CNY\n\
         left the fund: 873.95 CNY\n"
    );
    assert_eq!(
        statement.chinese().to_string(),
        "基金: 工伤保险基金 (320100/WORK_INJURY)\n\
         当事人: 01920000-0000-7000-8000-000000000008\n\
         期间: 2021-01-01 – 2021-12-31\n\
         按第 57 笔记录结账时的状态；此后如有反结账，将体现在更新的证明中\n\
         2021-06-15          25               -750.50 待遇支出: 伤残待遇\n\
         2021-06-15          26               -123.45 待遇支出: 工伤医疗待遇\n\
         收入合计: 0.00 CNY\n\
         支出合计: 873.95 CNY\n"
    );
}

/// The example of `docs/certificate.md` is a certificate, with its policy and its statement. With `EARMARK_WRITE=1` it
/// is written anew.
#[test]
fn the_example_of_the_format_verifies() {
    if std::env::var("EARMARK_WRITE").as_deref() == Ok("1") {
        return write_the_example();
    }
    let page = include_str!("../../../../docs/certificate.md");
    let blocks: Vec<&str> =
        page.split("```text\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    let [certificate, policy, statement] = blocks[..] else { panic!("three examples") };
    let sample = year_of_work_injury();
    assert_eq!(certificate, sample.certificate(WORKER).to_string());
    assert_eq!(policy, sample.keys.policy_text(2));
    let policy = Policy::parse(policy.as_bytes()).unwrap();
    let read = Certificate::parse(certificate.as_bytes()).unwrap();
    assert_eq!(statement, read.verify(&policy).unwrap().to_string());
}

fn write_the_example() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/certificate.md");
    let page = std::fs::read_to_string(path).unwrap();
    let sample = year_of_work_injury();
    let certificate = sample.certificate(WORKER);
    let statement = certificate.verify(&sample.policy()).unwrap().to_string();
    let examples = [certificate.to_string(), sample.keys.policy_text(2), statement];
    let mut parts = page.split("```text\n");
    let mut written = parts.next().unwrap().to_owned();
    for (part, example) in parts.zip(examples) {
        let (_, rest) = part.split_once("```").unwrap();
        written.push_str(&format!("```text\n{example}```{rest}"));
    }
    std::fs::write(path, written).unwrap();
}
