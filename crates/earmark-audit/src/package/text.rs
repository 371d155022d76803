//! The texts of a package: lines, the last of them a checksum of those before it.

use std::fmt::Write;

use earmark_core::id::{BookId, Key};
use earmark_core::time::UtcOffset;
use earmark_tlog::tile::Tile;
use sha2::{Digest, Sha256};

use super::PackageError;

/// The longest list of a package, in bytes.
pub(crate) const LIST_BYTES_MAX: u64 = 1 << 24;

/// The longest text about a book, in bytes.
pub(crate) const ABOUT_BYTES_MAX: u64 = 1 << 20;

/// The longest file of commits: 256 of them.
pub(crate) const COMMITS_BYTES_MAX: u64 = 1 << 15;

/// Puts the checksum under lines.
pub(crate) fn sealed(mut lines: String) -> String {
    let sum = hexadecimal(&Sha256::digest(&lines));
    let _ = writeln!(lines, "sha256 {sum}");
    lines
}

/// The lines above a checksum that fits them.
fn unsealed<'t>(file: &str, bytes: &'t [u8]) -> Result<&'t str, PackageError> {
    let damaged = |what: &str| PackageError::damaged(file, what);
    let text = std::str::from_utf8(bytes).map_err(|_| damaged("it is not UTF-8"))?;
    let body = text.strip_suffix('\n').ok_or_else(|| damaged("its last line has no end"))?;
    let start = body.rfind('\n').map_or(0, |end| end + 1);
    let (lines, seal) = text.split_at(start);
    if seal.strip_prefix("sha256 ") == Some(&format!("{}\n", hexadecimal(&Sha256::digest(lines)))) {
        Ok(lines)
    } else {
        Err(damaged("its last line is not `sha256` and the checksum of those before it"))
    }
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A decimal number without sign and without a leading zero.
pub(crate) fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits && (text == "0" || !text.starts_with('0')))
}

/// What a package holds: the books, and the checksums of the files that are for people.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct Contents {
    /// Area and fund, `320100/WORK_INJURY`, in order.
    pub(crate) books: Vec<String>,
    /// Name and checksum.
    pub(crate) papers: Vec<(String, String)>,
}

const CONTENTS: &str = "earmark.package/v1";

impl Contents {
    pub(crate) fn to_text(&self) -> String {
        let mut lines = format!("{CONTENTS}\n");
        for (name, sum) in &self.papers {
            let _ = writeln!(lines, "paper {name} {sum}");
        }
        for book in &self.books {
            let _ = writeln!(lines, "book {book}");
        }
        sealed(lines)
    }

    pub(crate) fn parse(file: &str, bytes: &[u8]) -> Result<Self, PackageError> {
        let lines = unsealed(file, bytes)?;
        let mut contents = Self::default();
        let mut rest = lines.lines();
        if rest.next() != Some(CONTENTS) {
            return Err(PackageError::damaged(file, format!("its first line is not `{CONTENTS}`")));
        }
        for line in rest {
            let words: Vec<_> = line.split(' ').collect();
            match words.as_slice() {
                ["paper", name, sum] => contents.papers.push(((*name).into(), (*sum).into())),
                ["book", book] => contents.books.push((*book).into()),
                _ => {
                    let what = "a line is neither `paper NAME SHA256` nor `book AREA/FUND`";
                    return Err(PackageError::damaged(file, what));
                }
            }
        }
        if contents.to_text().as_bytes() != bytes
            || !contents.books.is_sorted_by(|a, b| a < b)
            || !contents.papers.is_sorted_by(|a, b| a < b)
        {
            let what = "its lines are not in order, each once, papers before books";
            return Err(PackageError::damaged(file, what));
        }
        Ok(contents)
    }
}

/// What a replay must know of a book beside its events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct About {
    pub(crate) book: BookId,
    pub(crate) utc_offset: UtcOffset,
    /// The closed lists of its fund, as the ledger keeps them.
    pub(crate) vocabulary: String,
}

const ABOUT: &str = "earmark.book/v1";

impl About {
    pub(crate) fn to_text(&self) -> String {
        let (book, minutes) = (self.book, self.utc_offset.minutes());
        sealed(format!("{ABOUT}\nbook {book}\noffset {minutes}\n{}", self.vocabulary))
    }

    pub(crate) fn parse(book: BookId, file: &str, bytes: &[u8]) -> Result<Self, PackageError> {
        let damaged = |what: String| PackageError::damaged(file, what);
        let lines = unsealed(file, bytes)?;
        let rest = lines
            .strip_prefix(&format!("{ABOUT}\n"))
            .ok_or_else(|| damaged(format!("its first line is not `{ABOUT}`")))?;
        let rest = rest
            .strip_prefix(&format!("book {book}\n"))
            .ok_or_else(|| damaged(format!("its second line is not `book {book}`")))?;
        let offset = || damaged("its third line is not `offset` and minutes east of UTC".into());
        let (line, vocabulary) = rest.split_once('\n').ok_or_else(offset)?;
        let minutes = line.strip_prefix("offset ").and_then(|it| it.parse().ok());
        let utc_offset = minutes.and_then(UtcOffset::from_minutes).ok_or_else(offset)?;
        let about = Self { book, utc_offset, vocabulary: vocabulary.to_owned() };
        // One text for each value: no `+480`, no `0480`.
        if about.to_text().as_bytes() == bytes { Ok(about) } else { Err(offset()) }
    }
}

/// Where a commit stands in its book, and its key. The tree does not bind these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Boundary {
    pub(crate) first_seq: u64,
    pub(crate) count: u32,
    pub(crate) key: Key,
}

const COMMITS: &str = "earmark.commits/v1";

/// The commits that begin in one bundle of entries.
pub(crate) struct Boundaries;

impl Boundaries {
    /// Where they stand, below the place of the book.
    pub(crate) fn path(tile: Tile) -> String {
        tile.entries_path().replacen("tile/entries/", "commits/", 1)
    }

    pub(crate) fn to_text(book: BookId, tile: Tile, boundaries: &[Boundary]) -> String {
        let (first, last) = events_of(tile);
        let mut lines = format!("{COMMITS} {book} {first} {last}\n");
        for Boundary { first_seq, count, key } in boundaries {
            let key = hexadecimal(&key.bytes());
            let _ = writeln!(lines, "{first_seq} {count} {key}");
        }
        sealed(lines)
    }

    /// Reads them; they overlap or leave gaps nowhere.
    pub(crate) fn parse(
        book: BookId,
        tile: Tile,
        file: &str,
        bytes: &[u8],
    ) -> Result<Vec<Boundary>, PackageError> {
        let damaged = |what: String| PackageError::damaged(file, what);
        let (first, last) = events_of(tile);
        let lines = unsealed(file, bytes)?;
        let head = format!("{COMMITS} {book} {first} {last}\n");
        let rest = lines
            .strip_prefix(&head)
            .ok_or_else(|| damaged(format!("its first line is not `{}`", head.trim_end())))?;
        let mut boundaries: Vec<Boundary> = Vec::new();
        for line in rest.lines() {
            let boundary =
                boundary(line).filter(|it| (first..=last).contains(&it.first_seq)).ok_or_else(
                    || damaged(format!("`{}` is no commit of these events", line.escape_debug())),
                )?;
            let next = boundaries.last().map(|it| it.first_seq.saturating_add(it.count.into()));
            if next.is_some_and(|next| next != boundary.first_seq) {
                let what = format!(
                    "a commit begins at event {} and not where the one before it ends",
                    boundary.first_seq
                );
                return Err(damaged(what));
            }
            boundaries.push(boundary);
        }
        if Self::to_text(book, tile, &boundaries).as_bytes() == bytes {
            Ok(boundaries)
        } else {
            Err(damaged("a line is not as this format has it".into()))
        }
    }
}

/// The first and the last event of a bundle.
fn events_of(tile: Tile) -> (u64, u64) {
    let before = tile.index().saturating_mul(256);
    (before + 1, before.saturating_add(tile.width()))
}

fn boundary(line: &str) -> Option<Boundary> {
    let mut words = line.split(' ');
    let first_seq = words.next().and_then(number)?;
    let count = words.next().and_then(number).and_then(|count| u32::try_from(count).ok())?;
    let key = words.next().filter(|key| key.len() == 32)?;
    let value = u128::from_str_radix(key, 16).ok()?;
    let fits = words.next().is_none() && (1..=65_536).contains(&count);
    let key = Key::from_bytes(value.to_be_bytes());
    fits.then_some(Boundary { first_seq, count, key })
}

/// That a book is being written: what stands in its folder belongs to one of two sizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Writing {
    pub(crate) from: u64,
    pub(crate) to: u64,
}

impl Writing {
    pub(crate) const FILE: &str = "writing";

    pub(crate) fn to_text(self) -> String {
        sealed(format!("earmark.writing/v1\n{} {}\n", self.from, self.to))
    }

    pub(crate) fn parse(file: &str, bytes: &[u8]) -> Result<Self, PackageError> {
        let lines = unsealed(file, bytes)?;
        let sizes = lines
            .strip_prefix("earmark.writing/v1\n")
            .and_then(|rest| rest.strip_suffix('\n'))
            .and_then(|sizes| sizes.split_once(' '))
            .and_then(|(from, to)| Some(Self { from: number(from)?, to: number(to)? }));
        sizes.ok_or_else(|| PackageError::damaged(file, "it does not name two sizes"))
    }
}

#[cfg(test)]
mod tests {
    use earmark_core::fund::{Fund, WorkInjury};
    use earmark_core::id::area;
    use proptest::prelude::*;

    use super::*;

    fn book() -> BookId {
        BookId::new(area("320100").unwrap(), WorkInjury::SPEC)
    }

    fn some() -> (Tile, Vec<Boundary>, String) {
        let tile = Tile::of(300, 0, 1).unwrap();
        let at = |first_seq, count| Boundary { first_seq, count, key: Key::from_bytes([7; 16]) };
        let boundaries = vec![at(260, 2), at(262, 65_536)];
        let text = Boundaries::to_text(book(), tile, &boundaries);
        (tile, boundaries, text)
    }

    #[test]
    fn texts_read_back_and_nothing_else_does() {
        let (tile, boundaries, text) = some();
        let parse = |bytes: &[u8]| Boundaries::parse(book(), tile, "f", bytes);
        assert_eq!(parse(text.as_bytes()).unwrap(), boundaries);
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            assert!(parse(&bytes).is_err(), "{at}");
            assert!(parse(&text.as_bytes()[..at]).is_err(), "{at}");
        }
        let about = About {
            book: book(),
            utc_offset: UtcOffset::CHINA,
            vocabulary: WorkInjury::SPEC.vocabulary(),
        };
        let text = about.to_text();
        assert_eq!(About::parse(book(), "f", text.as_bytes()).unwrap(), about);
        let contents = Contents {
            books: vec!["320100/WORK_INJURY".into()],
            papers: vec![("README".into(), "00".into())],
        };
        assert_eq!(Contents::parse("f", contents.to_text().as_bytes()).unwrap(), contents);
        let writing = Writing { from: 3, to: 900 };
        assert_eq!(Writing::parse("f", writing.to_text().as_bytes()).unwrap(), writing);
    }

    #[test]
    fn other_spellings_under_a_right_checksum_are_refused() {
        let (tile, ..) = some();
        let head = "earmark.commits/v1 320100/WORK_INJURY 257 300\n";
        let key = "07070707070707070707070707070707";
        for lines in [
            format!("{head}0260 2 {key}\n"),
            format!("{head}260 +2 {key}\n"),
            format!("{head}260 2 {}\n", key.to_uppercase().replace("07", "0A")),
            format!("{head}260 2 {key} \n"),
            format!("{head}260 2 {key}\n\n"),
            format!("{head}260 0 {key}\n"),
            format!("{head}260 65537 {key}\n"),
            format!("{head}256 1 {key}\n"),
            format!("{head}301 1 {key}\n"),
            format!("{head}260 2 {key}\n263 1 {key}\n"),
            format!("{head}260 2 {key}\n260 2 {key}\n"),
            format!("{head}262 2 {key}\n260 2 {key}\n"),
            format!("{head}260 2 {}\n", &key[1..]),
            head.replace("320100", "320200"),
            head.replace("300", "299"),
            String::new(),
        ] {
            let text = sealed(lines.clone());
            assert!(Boundaries::parse(book(), tile, "f", text.as_bytes()).is_err(), "{lines}");
        }
        let vocabulary = WorkInjury::SPEC.vocabulary();
        for offset in ["+480", "0480", "481.0", "900", "", "-0"] {
            let text = sealed(format!("{ABOUT}\nbook {}\noffset {offset}\n{vocabulary}", book()));
            assert!(About::parse(book(), "f", text.as_bytes()).is_err(), "{offset}");
        }
        for lines in ["book B\nbook A\n", "book A\nbook A\n", "book A\npaper P 0\n", "shelf A\n"] {
            let text = sealed(format!("{CONTENTS}\n{lines}"));
            assert!(Contents::parse("f", text.as_bytes()).is_err(), "{lines}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn no_bytes_panic(lines in "[a-z0-9/. \n]{0,60}", junk in proptest::collection::vec(any::<u8>(), 0..80)) {
            let (tile, ..) = some();
            for bytes in [sealed(lines).into_bytes(), junk] {
                let _ = Boundaries::parse(book(), tile, "f", &bytes);
                let _ = About::parse(book(), "f", &bytes);
                let _ = Contents::parse("f", &bytes);
                let _ = Writing::parse("f", &bytes);
            }
        }
    }
}
