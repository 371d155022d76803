//! Other processes: the test binary runs itself again in a role, with the role's test alone.

use std::io::{BufRead, BufReader, Lines, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

const ROLE: &str = "EARMARK_TEST_ROLE";
const LEDGER: &str = "EARMARK_TEST_LEDGER";
const SEED: &str = "EARMARK_TEST_SEED";

/// A process in a role. It is killed, at the latest, when the handle is dropped.
pub(crate) struct Role {
    process: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Role {
    pub(crate) fn start(role: &str, ledger: &Path, seed: u64) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child::a_role_is_played", "--test-threads=1"])
            .envs([(ROLE, role), (LEDGER, ledger.to_str().unwrap()), (SEED, &seed.to_string())])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        Self { process, lines }
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// The next line that the role says; none once it is dead. A line cut off by death is none.
    pub(crate) fn hear(&mut self) -> Option<String> {
        loop {
            let line = self.lines.next()?.ok()?;
            if let Some((_, said)) = line.split_once("role> ") {
                return said.strip_suffix('.').map(str::to_owned);
            }
        }
    }

    /// Tells the role to go on.
    pub(crate) fn nudge(&mut self) {
        self.process.stdin.as_mut().unwrap().write_all(b"\n").unwrap();
    }

    /// Kills it as an operating system does: at once and without a word (SIGKILL).
    pub(crate) fn kill(&mut self) {
        let _ = self.process.kill();
        self.process.wait().unwrap();
    }
}

impl Drop for Role {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Said by a role, and heard whole or not at all.
pub(crate) fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(format!("\nrole> {line}.\n").as_bytes());
    let _ = out.flush();
}

/// Waits until the role is nudged.
pub(crate) fn wait() {
    let mut line = String::new();
    if std::io::stdin().read_line(&mut line).unwrap_or(0) == 0 {
        std::process::exit(0);
    }
}

/// Does nothing unless this process was started in a role.
#[test]
fn a_role_is_played() {
    let Ok(role) = std::env::var(ROLE) else { return };
    let path = PathBuf::from(std::env::var_os(LEDGER).unwrap());
    let seed: u64 = std::env::var(SEED).unwrap().parse().unwrap();
    match role.as_str() {
        "hold" => crate::writers::hold(&path),
        "record" => crate::kills::record_until_killed(&path, seed),
        "upgrade" => crate::kills::upgrade(&path),
        "attach" => crate::attaching::attach(&path),
        "flood" => crate::memory::flood(&path),
        "watch" => crate::concurrency::racing::watch(&path),
        "intrude" => crate::concurrency::racing::intrude(&path),
        "turns" => crate::two_processes::take_turns(&path, seed),
        other => panic!("no role `{other}`"),
    }
}
