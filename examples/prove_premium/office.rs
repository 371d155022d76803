//! Who signs: the agency, three offices that answer to different superiors, and the department with its mirror.

use std::path::Path;

use earmark::audit::archive::Archive;
use earmark::audit::notary::{Notary, OfficeKey, WhenAway, WitnessOffice, policy_text};
use earmark::fund::{EnterprisePension, Fund};
use earmark::id::{BookId, area};
use earmark::tlog::note::{Algorithm, KeyName, Signer, VerifierKey};
use earmark::tlog::policy::Policy;

use crate::Outcome;
use crate::year::Calendar;

/// Under what name the agency's logs are known.
pub(crate) const AGENCY: &str = "ledger.nanjing.example";

/// Those who see every checkpoint.
const WITNESSES: [&str; 3] = ["supervision.example", "finance.example", "audit.example"];

/// The department that holds a mirror.
const MIRROR: &str = "mirror.supervision.example";

/// How many of the three are believed together.
const QUORUM: usize = 2;

/// The keys of all offices. In an example they are made of nothing; in life each office makes its own at random,
/// and no two lie on one machine.
pub(crate) struct Offices {
    agency: [u8; 32],
}

impl Offices {
    pub(crate) const fn new() -> Self {
        Self { agency: [1; 32] }
    }

    fn book(&self) -> Outcome<BookId> {
        Ok(BookId::new(area("320100")?, EnterprisePension::SPEC))
    }

    fn key(&self) -> OfficeKey {
        OfficeKey::from_secret(self.agency)
    }

    /// The key that signs the book's checkpoints, as everybody knows it.
    pub(crate) fn log_key(&self) -> Outcome<VerifierKey> {
        Ok(self.key().verifier(&KeyName::new(AGENCY)?, self.book()?)?)
    }

    /// Whom to believe: the agency with two of the three witnesses.
    pub(crate) fn policy(&self) -> Outcome<String> {
        let mut witnesses = Vec::new();
        for place in 0..WITNESSES.len() {
            witnesses.push(witness(place)?.verifier().clone());
        }
        Ok(policy_text(&[self.log_key()?], &witnesses, QUORUM)?)
    }

    /// The agency's notary, which asks all three. Without two of them it gives out no checkpoint.
    pub(crate) fn notary(
        &self,
        folder: &Path,
        policy: Policy,
        calendar: &Calendar,
    ) -> Outcome<Notary> {
        let archive = Archive::open(folder.join("archive"))?;
        let office = KeyName::new(AGENCY)?;
        let mut notary = Notary::new(office, vec![self.key()], policy, archive, WhenAway::Refuse);
        for (place, name) in WITNESSES.iter().enumerate() {
            let (memory, logs) = (folder.join(name), vec![self.log_key()?]);
            let office = WitnessOffice::open(memory, witness(place)?, logs, calendar.clone())?;
            notary = notary.witness(office);
        }
        Ok(notary)
    }

    /// With what the department cosigns a checkpoint, and signs what it found.
    pub(crate) fn mirror_keys(&self) -> Outcome<(Signer, Signer)> {
        let name = KeyName::new(MIRROR)?;
        let cosigner = Signer::new(name.clone(), Algorithm::Cosignature, [31; 32])?;
        Ok((cosigner, Signer::new(name, Algorithm::Ed25519, [32; 32])?))
    }
}

fn witness(place: usize) -> Outcome<Signer> {
    let name = WITNESSES.get(place).copied().ok_or("no such witness")?;
    let secret = [u8::try_from(place)? + 11; 32];
    Ok(Signer::new(KeyName::new(name)?, Algorithm::Cosignature, secret)?)
}
