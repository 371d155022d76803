//! Bytes from outside: whatever they are, they are read as the one text of a certificate or refused.

use std::sync::OnceLock;

use earmark_audit::certificate::{Certificate, MAX_CERTIFICATE_BYTES};
use earmark_tlog::policy::Policy;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::cases::by_hand;
use crate::sample::{EMPLOYER, STRANGER, Sample, year_of_work_injury};

/// Neither panics nor has two texts; what it means, if anything, is what its text means.
fn read(bytes: &[u8], policy: &Policy) {
    if let Ok(certificate) = Certificate::parse(bytes) {
        assert_eq!(certificate.to_string().as_bytes(), bytes);
        let again = Certificate::parse(certificate.to_string().as_bytes()).unwrap();
        assert_eq!(again.verify(policy), certificate.verify(policy));
    }
}

#[test]
fn too_long_a_file_is_refused() {
    let bytes = vec![b'\n'; MAX_CERTIFICATE_BYTES + 1];
    assert_eq!(
        Certificate::parse(&bytes).unwrap_err().to_string(),
        "form: the certificate has 4194305 bytes; at most 4194304 are read"
    );
    assert_eq!(
        Certificate::parse(&bytes[1..]).unwrap_err().to_string(),
        "form: line 1: expected the line `earmark.certificate/v1`"
    );
}

/// Made once: each case would make the same.
static SAMPLE: OnceLock<Sample> = OnceLock::new();

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        read(&bytes, &by_hand(false).1.policy(2));
    }

    /// Lines of certificates put together in any way: closer to one than any bytes are.
    #[test]
    fn any_lines_are_read_or_refused(
        chosen in prop::collection::vec((any::<Index>(), any::<Index>(), 0_usize..4), 1..5),
    ) {
        let sample = SAMPLE.get_or_init(year_of_work_injury);
        let texts = [
            sample.certificate(EMPLOYER).to_string(),
            sample.certificate(STRANGER).to_string(),
            by_hand(true).0,
        ];
        for text in &texts {
            let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
            for (from, to, how) in &chosen {
                let others: Vec<&str> =
                    texts.iter().flat_map(|text| text.split_inclusive('\n')).collect();
                let line = others[from.index(others.len())].to_owned();
                let place = to.index(lines.len());
                match how {
                    0 => lines[place] = line,
                    1 => lines.insert(place, line),
                    2 if lines.len() > 1 => drop(lines.remove(place)),
                    _ => {
                        let half = lines[place].chars().count() / 2;
                        lines[place] = lines[place].chars().take(half).collect();
                    }
                }
            }
            read(lines.concat().as_bytes(), &sample.policy());
        }
    }
}
