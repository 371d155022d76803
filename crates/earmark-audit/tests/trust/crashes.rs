//! Crashes: what is half-written, and what was signed and not given out.

use earmark_audit::archive::Archive;
use earmark_audit::notary::{Away, NotaryError, WhenAway, Witness};
use earmark_audit::vault::{Detail, FolderVault, Kept, Vault};
use earmark_tlog::witness::Request;

use crate::given::{Desk, witness_key};

const LOG: &str = "archive/ledger.funds.example%2F320100%2FWORK_INJURY";

#[test]
fn what_was_signed_and_not_given_out_binds() {
    let desk = Desk::in_memory();
    // The process dies after the signature was kept and before anybody got it: as if no witness were asked.
    let notary = desk.notary(desk.policy(&[witness_key(1)], 1), WhenAway::Refuse);
    desk.record(6);
    assert!(notary.checkpoint(&desk.book, desk.now()).is_err());
    drop(notary);
    let other = Desk::in_memory();
    other.record(3);
    other.record(9);
    let notary = desk.notary(desk.policy(&[], 0), WhenAway::GoOn);
    assert!(matches!(
        notary.checkpoint(&other.book, other.now()),
        Err(NotaryError::RolledBack { .. })
    ));
    // The book itself goes on, and the one in between is no hindrance.
    desk.record(1);
    assert!(notary.checkpoint(&desk.book, desk.now()).unwrap().quorum);
}

#[test]
fn half_written_files_count_for_nothing_and_are_taken_away() {
    let desk = Desk::in_memory();
    let notary = desk.notary(desk.policy(&[], 0), WhenAway::Refuse);
    let first = notary.checkpoint(&desk.book, desk.now()).unwrap();
    desk.record(1);
    notary.checkpoint(&desk.book, desk.now()).unwrap();
    drop(notary);
    let parts = [
        desk.path(LOG).join(".signed.part"),
        desk.path(LOG).join(".last.part"),
        desk.path(LOG).join("past/.00000000000000000099.part"),
        desk.path("archive/.lock.part"),
    ];
    for part in &parts {
        std::fs::write(part, "half a no").unwrap();
    }
    // A folder whose first file was never written.
    std::fs::create_dir(desk.path("archive/ledger.funds.example%2F320100%2FMATERNITY")).unwrap();
    let reader = Archive::open_read_only(desk.path("archive")).unwrap();
    let origins = reader.origins().unwrap();
    assert_eq!(origins.len(), 1);
    assert_eq!(reader.past_sizes(&origins[0]).unwrap(), [first.checkpoint.size()]);
    let notary = desk.notary(desk.policy(&[], 0), WhenAway::Refuse);
    assert!(parts.iter().all(|part| !part.exists()));
    notary.checkpoint(&desk.book, desk.now()).unwrap();
}

#[test]
fn a_crash_between_the_files_of_one_checkpoint_is_made_good() {
    // After `past`, `signed` and `last` were each written or not: the earlier state of any of them is one that a
    // crash may leave.
    for behind in ["last", "past"] {
        let desk = Desk::in_memory();
        let notary = desk.notary(desk.policy(&[], 0), WhenAway::Refuse);
        notary.checkpoint(&desk.book, desk.now()).unwrap();
        let before = std::fs::read(desk.path(LOG).join("last")).unwrap();
        desk.record(1);
        notary.checkpoint(&desk.book, desk.now()).unwrap();
        drop(notary);
        std::fs::write(desk.path(LOG).join("last"), &before).unwrap();
        if behind == "past" {
            std::fs::remove_dir_all(desk.path(LOG).join("past")).unwrap();
        }
        let notary = desk.notary(desk.policy(&[], 0), WhenAway::Refuse);
        desk.record(1);
        let given = notary.checkpoint(&desk.book, desk.now()).unwrap();
        let origin = notary.origin(desk.book.id()).unwrap();
        assert_eq!(notary.archive().last(&origin).unwrap().unwrap().note, given.note);
        assert_eq!(notary.archive().past_sizes(&origin).unwrap().len(), 1);
    }
}

#[test]
fn a_vault_finishes_what_it_began_to_erase() {
    let folder = tempfile::tempdir().unwrap();
    let vault = FolderVault::open(folder.path()).unwrap();
    let detail = Detail::new(b"Zhang San").unwrap();
    let commitment = vault.keep(&detail).unwrap();
    let file = folder.path().join(commitment.to_string());
    drop(vault);
    // The mark is there, the file is not gone yet; and another detail was half-written.
    std::fs::write(folder.path().join(format!("{commitment}.erased")), "").unwrap();
    let part = folder.path().join(format!(".{commitment}.part"));
    std::fs::write(&part, "half a Zhang San").unwrap();
    let vault = FolderVault::open(folder.path()).unwrap();
    assert!(!file.exists() && !part.exists());
    assert_eq!(vault.get(commitment).unwrap(), Kept::Erased);
}

/// A witness that looks into the archive while it is asked.
struct Onlooker {
    archive: std::path::PathBuf,
    key: earmark_tlog::note::VerifierKey,
    seen: std::sync::Arc<std::sync::Mutex<Vec<String>>>,
}

impl Witness for Onlooker {
    fn key(&self) -> &earmark_tlog::note::VerifierKey {
        &self.key
    }

    fn cosign(&self, request: &[u8]) -> Result<Vec<u8>, Away> {
        let request = Request::parse(request).unwrap();
        let asked = request.note.text_unverified();
        let archive = Archive::open_read_only(&self.archive).unwrap();
        let origin = &archive.origins().unwrap()[0];
        let kept = archive.signed(origin).unwrap().expect("nothing is shown that is not kept");
        assert_eq!(kept.note.text_unverified(), asked);
        self.seen.lock().unwrap().push(asked.to_owned());
        Err(Away::NoAnswer { reason: "it only looks".to_owned() })
    }
}

#[test]
fn a_signature_is_kept_before_any_witness_sees_it() {
    let desk = Desk::in_memory();
    let seen = std::sync::Arc::default();
    let archive = desk.path("archive");
    let onlooker = Onlooker { archive, key: witness_key(1), seen: std::sync::Arc::clone(&seen) };
    let policy = desk.policy(&[witness_key(1)], 1);
    let notary = desk.notary(policy, WhenAway::GoOn).witness(onlooker);
    for _ in 0..2 {
        desk.record(3);
        notary.checkpoint(&desk.book, desk.now()).unwrap();
    }
    assert_eq!(seen.lock().unwrap().len(), 2, "it was asked");
}
