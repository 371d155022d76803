//! Which part of an SQLite file a byte is, for saying where a flip did no harm.

const HEADER: [(usize, &str); 21] = [
    (0, "magic"),
    (16, "page size"),
    (18, "write version"),
    (19, "read version"),
    (20, "reserved space"),
    (21, "payload fractions"),
    (24, "change counter"),
    (28, "page count"),
    (32, "first free page"),
    (36, "free pages"),
    (40, "schema cookie"),
    (44, "schema format"),
    (48, "suggested cache size"),
    (52, "largest root page"),
    (56, "text encoding"),
    (60, "user version"),
    (64, "incremental vacuum"),
    (68, "application id"),
    (72, "reserved for expansion"),
    (92, "version-valid-for"),
    (96, "version of SQLite that wrote it"),
];

const PAGE: usize = 8192;

/// The part, in words.
pub(crate) fn part(file: &[u8], at: usize) -> String {
    if at < 100 {
        let field = HEADER.iter().rev().find(|(start, _)| *start <= at).unwrap().1;
        return format!("file header: {field}");
    }
    let start = at / PAGE * PAGE;
    let page = &file[start..(start + PAGE).min(file.len())];
    let (at, head) = (at - start, if start == 0 { 100 } else { 0 });
    let number = |at: usize| usize::from(page[at]) << 8 | usize::from(page[at + 1]);
    let head_length = match page[head] {
        2 | 5 => 12,
        10 | 13 => 8,
        _ => return "page of overflow".to_owned(),
    };
    let pointers_end = head + head_length + 2 * number(head + 3);
    if at < head + head_length {
        return format!("page header, byte {}", at - head);
    }
    if at < pointers_end {
        return "cell pointers".to_owned();
    }
    if at < number(head + 5) {
        return "unallocated space".to_owned();
    }
    let mut free = number(head + 1);
    while free != 0 {
        if (free..free + number(free + 2)).contains(&at) {
            return "free block".to_owned();
        }
        free = number(free);
    }
    "cell".to_owned()
}

const LOG_HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// The part of a write-ahead log, in words.
pub(crate) fn log_part(at: usize) -> &'static str {
    match at.checked_sub(LOG_HEADER).map(|at| at % (FRAME_HEADER + PAGE)) {
        None => "log header",
        Some(0..FRAME_HEADER) => "header of a page in the log",
        Some(_) => "page in the log",
    }
}

/// Whether a byte of a file is of a page that its log holds too.
pub(crate) fn is_in_log(log: &[u8], at: usize) -> bool {
    let frames = log.get(LOG_HEADER..).unwrap_or_default().chunks(FRAME_HEADER + PAGE);
    frames.into_iter().any(|frame| {
        let number = frame.first_chunk().map_or(0, |bytes| u32::from_be_bytes(*bytes));
        number as usize == at / PAGE + 1
    })
}
