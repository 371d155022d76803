//! The transcript as a program that can be pasted into a test.

use std::fmt::Write;

use super::{Clerk, Kept, Turn};

impl Clerk {
    /// Everything that was offered so far, as a test that offers it again: paste it, and it fails there
    /// as it failed here. It is judged line by line by the [`Script`](super::Script) that it drives.
    #[must_use]
    pub fn program(&self) -> String {
        let made = &self.made_by;
        let mut text = String::from(
            "#[test]\nfn it_happened() {\n    use earmark_testkit::clerk::{Script, by};\n    use \
             earmark_testkit::clock::HandClock;\n",
        );
        if made.contains("ledger_in_memory") {
            text.push_str("    use earmark_testkit::given::ledger_in_memory;\n");
        }
        text.push_str("\n    let clock = HandClock::new();\n");
        let _ = writeln!(text, "    let mut script = Script::new(&clock, {made});");
        for kept in &self.kept {
            let _ = write!(text, "{}", founded(kept));
        }
        for turn in &self.turns {
            let _ = write!(text, "{}", said(turn));
        }
        text.push_str("    script.is_right();\n}\n");
        text
    }
}

fn founded(kept: &Kept) -> String {
    let texts = kept.texts.iter().map(|text| format!("{text:?}")).collect::<Vec<_>>().join(", ");
    format!("    script.book(\"{}\", \"{}\", &[{texts}]);\n", kept.area, kept.fund.code())
}

fn said(turn: &Turn) -> String {
    let call = &turn.call;
    let key = u128::from_be_bytes(call.key.bytes());
    let mut text = format!("    script.call({}, \"{}\", 0x{key:x}, &[\n", call.book, call.at);
    for line in &call.lines {
        let json = serde_json::to_string(&line.command)
            .expect("a command has no part that is not of JSON");
        let hashes = "#".repeat(hashes_for(&json));
        let on = line.link.map_or(String::new(), |link| format!(".on(\"{link}\")"));
        let _ = writeln!(
            text,
            "        by({:?}, \"{}\", r{hashes}\"{json}\"{hashes}){on},",
            line.actor, line.on
        );
    }
    let _ = writeln!(text, "    ]).is({:?});", turn.expected);
    text
}

/// How many hashes a raw string needs that holds this text.
fn hashes_for(text: &str) -> usize {
    let mut most = 0;
    for part in text.split('"').skip(1) {
        most = most.max(part.chars().take_while(|it| *it == '#').count());
    }
    most + 1
}
