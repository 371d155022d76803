use earmark_tlog::note::VerifierKey;
use earmark_tlog::policy::{Policy, PolicyError};

/// Writes a policy (C2SP tlog-policy) that others use: checkpoints signed by one of the logs' keys and cosigned by
/// any `quorum` of the witnesses. A quorum of 0 asks for no witness.
///
/// ```
/// use earmark_audit::notary::policy_text;
///
/// let log = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k".parse()?;
/// assert!(policy_text(&[log], &[], 0)?.ends_with("quorum none\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`PolicyError`] where this is no policy: a key twice, a key for something else, more asked for than there are
/// witnesses, too many keys for one file.
pub fn policy_text(
    logs: &[VerifierKey],
    witnesses: &[VerifierKey],
    quorum: usize,
) -> Result<String, PolicyError> {
    let mut text = String::new();
    for log in logs {
        text.push_str(&format!("log {log}\n"));
    }
    for witness in witnesses {
        text.push_str(&format!("witness {} {witness}\n", witness.name()));
    }
    if quorum == 0 {
        text.push_str("quorum none\n");
    } else {
        let names: Vec<_> = witnesses.iter().map(|it| it.name().as_str()).collect();
        text.push_str(&format!(
            "group the-quorum {quorum} {}\nquorum the-quorum\n",
            names.join(" ")
        ));
    }
    Policy::parse(text.as_bytes())?;
    Ok(text)
}
