//! The PostgreSQL server of a run: made, started and stopped by the program.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::side::postgres::{FOLDER, ROLE};

/// Where Debian keeps the binaries of PostgreSQL 15.
const BINARIES: &str = "/usr/lib/postgresql/15/bin";

/// The version of the server's binaries.
pub fn version() -> Result<String> {
    let output = Command::new(Path::new(BINARIES).join("postgres"))
        .arg("--version")
        .output()
        .with_context(|| format!("no PostgreSQL 15 in {BINARIES}"))?;
    let text = String::from_utf8(output.stdout)?;
    let version = text.split_whitespace().nth(2).context("a version")?;
    Ok(version.to_owned())
}

/// A cluster: data and socket in a folder. Its server runs only while a side is measured on it, so that what
/// it does in the background disturbs nobody else.
pub struct Cluster {
    folder: PathBuf,
    log: PathBuf,
}

impl Cluster {
    /// Makes a cluster in a folder.
    pub fn new(shared: &Path) -> Result<Self> {
        let folder = shared.join(FOLDER);
        std::fs::create_dir(&folder)?;
        if is_root()? {
            // The server refuses root; its own user must be able to reach the folder.
            for passed in [shared, folder.as_path()] {
                std::fs::set_permissions(passed, std::fs::Permissions::from_mode(0o755))?;
            }
            run(Command::new("chown").arg(format!("{ROLE}:")).arg(&folder), "chown")?;
        }
        let mut made = server_command("initdb")?;
        made.args(["--auth=trust", "--encoding=UTF8", "--no-locale", "--username", ROLE, "-D"]);
        run(made.arg(folder.join("data")), "initdb")?;
        Ok(Self { folder, log: shared.join("postgres.log") })
    }

    /// Starts its server: settings as they come, on a Unix socket alone.
    pub fn start(&self) -> Result<Server> {
        let process = server_command("postgres")?
            .arg("-D")
            .arg(self.folder.join("data"))
            .arg("-k")
            .arg(&self.folder)
            .args(["-c", "listen_addresses=", "-c", "fsync=on", "-c", "synchronous_commit=on"])
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(&self.log)?)
            .spawn()?;
        let mut server = Server { folder: self.folder.clone(), process };
        server.wait_until_ready(&self.log)?;
        Ok(server)
    }
}

/// A server that runs; stopped when dropped.
pub struct Server {
    folder: PathBuf,
    process: Child,
}

impl Server {
    fn wait_until_ready(&mut self, log: &Path) -> Result<()> {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(30) {
            if self.process.try_wait()?.is_some() {
                break;
            }
            let ready = Command::new(Path::new(BINARIES).join("pg_isready"))
                .arg("-q")
                .arg("-h")
                .arg(&self.folder)
                .status()?;
            if ready.success() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        bail!("PostgreSQL does not start: {}", std::fs::read_to_string(log)?.trim())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let stopped = server_command("pg_ctl").and_then(|mut command| {
            command.args(["stop", "--silent", "-m", "fast", "-D"]).arg(self.folder.join("data"));
            run(&mut command, "pg_ctl")
        });
        if let Err(error) = stopped {
            eprintln!("{error:#}; the server is killed");
            // It may have ended by itself.
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
    }
}

/// A command of the server, run by its own user where this program is run by root.
fn server_command(name: &str) -> Result<Command> {
    let path = Path::new(BINARIES).join(name);
    let mut command = if is_root()? {
        let mut command = Command::new("setpriv");
        command.args(["--reuid", ROLE, "--regid", ROLE, "--clear-groups", "--"]).arg(path);
        command
    } else {
        Command::new(path)
    };
    command.current_dir("/");
    Ok(command)
}

fn is_root() -> Result<bool> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let users = status.lines().find_map(|line| line.strip_prefix("Uid:")).context("a user")?;
    Ok(users.split_whitespace().nth(1) == Some("0"))
}

fn run(command: &mut Command, what: &str) -> Result<()> {
    let output = command.output().with_context(|| what.to_owned())?;
    if !output.status.success() {
        bail!("{what}: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}
