//! What an auditor runs on an audit package: `check_package FOLDER POLICY`. Signatures by the policy, every byte
//! under its root, every event decided again, every roll made again.
//!
//! It knows the built-in funds. A book of a fund of one's own is read by a program that names its definition, with
//! `PackageReader::open_with`.

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use earmark::audit::package::PackageReader;
use earmark::tlog::policy::Policy;

fn main() -> ExitCode {
    match check() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("NOT PROVED: {error}");
            ExitCode::FAILURE
        }
    }
}

fn check() -> Result<(), Box<dyn Error>> {
    let [folder, policy] =
        std::env::args_os().skip(1).map(PathBuf::from).collect::<Vec<_>>().try_into().map_err(
            |_| "give the package's folder, and the file of a policy that you did not take from it",
        )?;
    let bytes = std::fs::read(&policy).map_err(|error| format!("{}: {error}", policy.display()))?;
    let policy = Policy::parse(&bytes)?;
    let package = PackageReader::open(folder, &policy)?;
    for book in package.books() {
        let replay = book.replay()?;
        let (checkpoint, seen) = (book.checkpoint(), book.cosignatures().len());
        println!("{}", checkpoint.origin());
        println!(
            "{} events in {} commits, root {}, {seen} cosignatures: replayed, every rule kept",
            checkpoint.size(),
            replay.commits(),
            checkpoint.root()
        );
        println!("{}\n", replay.balances());
    }
    Ok(())
}
