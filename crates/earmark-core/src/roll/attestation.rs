use std::fmt;

use earmark_tlog::{EMPTY_ROOT, Hash};

use crate::time::{Day, Period, Timestamp};

/// What the book records of a roll: enough to check any proof from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttestedRoll {
    pub(crate) period: Period,
    pub(crate) closing: u64,
    pub(crate) parties: u64,
    pub(crate) salt: [u8; 16],
    pub(crate) root: Hash,
}

impl AttestedRoll {
    /// The event kind under which a book records it.
    pub const KIND: u8 = 9;

    /// The version of that kind's body.
    pub const VERSION: u8 = 1;

    /// Reads what a stored record of the kind `roll_attested` attests, strictly: every byte is accounted for.
    ///
    /// Whether the record is in a book, a proof of its tree must show.
    ///
    /// # Errors
    /// [`AttestedError`], naming the field.
    pub fn of_record(record: &[u8]) -> Result<Self, AttestedError> {
        let mut rest = Fields(record);
        let length = u16::from_le_bytes(rest.take("length")?);
        if usize::from(length) != record.len() {
            return Err(AttestedError::Length { stated: length, found: record.len() });
        }
        let [kind, version] = rest.take("kind")?;
        if (kind, version) != (Self::KIND, Self::VERSION) {
            return Err(AttestedError::Kind { kind, version });
        }
        let _nonce: [u8; 16] = rest.take("nonce")?;
        let recorded_at = i64::from_le_bytes(rest.take("recorded_at")?);
        Timestamp::from_micros(recorded_at).ok_or(AttestedError::Value("recorded_at"))?;
        let _effective_on = rest.day("effective_on")?;
        // Register, document, basis and actor: any number.
        let _voucher: [u8; 20] = rest.take("voucher")?;
        let (first, last) = (rest.day("first day")?, rest.day("last day")?);
        let period = Period::new(first, last).ok_or(AttestedError::Value("last day"))?;
        let closing = u64::from_le_bytes(rest.take("closing")?);
        if closing == 0 {
            return Err(AttestedError::Value("closing"));
        }
        let parties = u64::from_le_bytes(rest.take("parties")?);
        // No event names more than two.
        if parties > closing.saturating_mul(2) {
            return Err(AttestedError::Value("parties"));
        }
        let salt = rest.take("salt")?;
        let root = Hash(rest.take("root")?);
        if (parties == 0) != (root == EMPTY_ROOT) {
            return Err(AttestedError::Value("root"));
        }
        for link in ["correlation", "causation"] {
            match rest.take(link)? {
                [0] => {}
                [1] => drop(rest.take::<16>(link)?),
                _ => return Err(AttestedError::Value(link)),
            }
        }
        match rest.0.len() {
            0 => Ok(Self { period, closing, parties, salt, root }),
            over => Err(AttestedError::Over { bytes: over }),
        }
    }

    /// The closed period. Events count to it by the day for which they count.
    #[must_use]
    pub const fn period(&self) -> Period {
        self.period
    }

    /// The event that closed the period; the roll is of the events up to it.
    #[must_use]
    pub const fn closing(&self) -> u64 {
        self.closing
    }

    /// How many lines the roll has.
    #[must_use]
    pub const fn parties(&self) -> u64 {
        self.parties
    }

    /// From which the keys of lines follow, so that the lines of one party in two rolls cannot be told to be
    /// of one party.
    #[must_use]
    pub const fn salt(&self) -> [u8; 16] {
        self.salt
    }

    /// The root of the RFC 6962 tree over the lines.
    #[must_use]
    pub const fn root(&self) -> Hash {
        self.root
    }
}

/// What is left of a record.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn take<const N: usize>(&mut self, field: &'static str) -> Result<[u8; N], AttestedError> {
        let (taken, rest) =
            self.0.split_first_chunk::<N>().ok_or(AttestedError::Short { field })?;
        self.0 = rest;
        Ok(*taken)
    }

    fn day(&mut self, field: &'static str) -> Result<Day, AttestedError> {
        let days = i32::from_le_bytes(self.take(field)?);
        Day::from_days(days).map_err(|_| AttestedError::Value(field))
    }
}

/// Why bytes are not the record of an attested roll.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttestedError {
    /// The record states another length than it has.
    Length {
        /// The length stated.
        stated: u16,
        /// The length found.
        found: usize,
    },
    /// The record is of another kind or version.
    Kind {
        /// The code of the kind.
        kind: u8,
        /// The version.
        version: u8,
    },
    /// The record ends before a field.
    Short {
        /// The field.
        field: &'static str,
    },
    /// A field holds a value that does not exist.
    Value(&'static str),
    /// There are bytes after the last field.
    Over {
        /// How many.
        bytes: usize,
    },
}

impl fmt::Display for AttestedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { stated, found } => {
                write!(f, "the record states a length of {stated} bytes and has {found}")
            }
            Self::Kind { kind, version } => write!(
                f,
                "the record is of kind {kind} in version {version}; an attested roll is of kind {} \
                 in version {}",
                AttestedRoll::KIND,
                AttestedRoll::VERSION
            ),
            Self::Short { field } => {
                write!(f, "the record of an attested roll ends before its field `{field}`")
            }
            Self::Value(field) => write!(
                f,
                "the field `{field}` of an attested roll holds a value that does not exist"
            ),
            Self::Over { bytes } => {
                write!(f, "{bytes} bytes stand after the last field of an attested roll")
            }
        }
    }
}

impl std::error::Error for AttestedError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::day;

    pub(crate) fn record(links: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0, 0, 9, 1];
        bytes.extend([7; 16]);
        bytes.extend(1_614_000_000_000_000_i64.to_le_bytes());
        bytes.extend(day("2021-02-22").unwrap().days().to_le_bytes());
        bytes.extend([1, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0]);
        bytes.extend(day("2021-01-01").unwrap().days().to_le_bytes());
        bytes.extend(day("2021-01-31").unwrap().days().to_le_bytes());
        bytes.extend(12_u64.to_le_bytes());
        bytes.extend(5_u64.to_le_bytes());
        bytes.extend([3; 16]);
        bytes.extend([4; 32]);
        bytes.extend(links);
        let length = u16::try_from(bytes.len()).unwrap();
        bytes[..2].copy_from_slice(&length.to_le_bytes());
        bytes
    }

    #[test]
    fn a_record_says_what_is_attested() {
        for links in [&[0, 0][..], &[[1].as_slice(), &[5; 16], &[0]].concat()] {
            let attested = AttestedRoll::of_record(&record(links)).unwrap();
            assert_eq!(attested.period().first(), day("2021-01-01").unwrap());
            assert_eq!(attested.period().last(), day("2021-01-31").unwrap());
            assert_eq!((attested.closing(), attested.parties()), (12, 5));
            assert_eq!((attested.salt(), attested.root()), ([3; 16], Hash([4; 32])));
        }
    }

    fn refusal(bytes: &[u8]) -> String {
        AttestedRoll::of_record(bytes).unwrap_err().to_string()
    }

    #[test]
    fn what_is_no_record_of_a_roll_is_refused() {
        let good = record(&[0, 0]);
        for end in 0..good.len() {
            assert!(AttestedRoll::of_record(&good[..end]).is_err(), "{end} bytes");
        }
        let with = |place: usize, bytes: &[u8]| {
            let mut changed = good.clone();
            changed[place..place + bytes.len()].copy_from_slice(bytes);
            refusal(&changed)
        };
        assert_eq!(with(0, &[200]), "the record states a length of 200 bytes and has 126");
        assert_eq!(
            with(2, &[5]),
            "the record is of kind 5 in version 1; an attested roll is of kind 9 in version 1"
        );
        assert_eq!(
            with(3, &[2]),
            "the record is of kind 9 in version 2; an attested roll is of kind 9 in version 1"
        );
        let value = |field: &str| {
            format!("the field `{field}` of an attested roll holds a value that does not exist")
        };
        assert_eq!(with(20, &[0x7f; 8]), value("recorded_at"));
        assert_eq!(with(28, &[0xff, 0xff, 0xff, 0x7f]), value("effective_on"));
        assert_eq!(with(52, &[0xff, 0xff, 0xff, 0x7f]), value("first day"));
        assert_eq!(with(56, &day("2020-12-31").unwrap().days().to_le_bytes()), value("last day"));
        assert_eq!(with(60, &[0; 8]), value("closing"));
        assert_eq!(with(68, &[0; 8]), value("root"));
        assert_eq!(with(68, &[25]), value("parties"));
        assert!(AttestedRoll::of_record(&record(&[0, 0])).is_ok());
        assert_eq!(with(124, &[2]), value("correlation"));
        assert_eq!(with(125, &[9]), value("causation"));
        assert_eq!(
            with(125, &[1]),
            "the record of an attested roll ends before its field `causation`"
        );
        assert_eq!(
            refusal(&record(&[0, 0, 0])),
            "1 bytes stand after the last field of an attested roll"
        );
    }

    #[test]
    fn a_roll_without_lines_has_the_root_of_no_lines() {
        let mut bytes = record(&[0, 0]);
        bytes[68..76].fill(0);
        bytes[92..124].copy_from_slice(&EMPTY_ROOT.0);
        assert_eq!(AttestedRoll::of_record(&bytes).unwrap().parties(), 0);
    }
}
