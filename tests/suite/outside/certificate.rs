//! Certificates from outside. The fuzz target `certificate` is made of this file too.

use std::sync::LazyLock;

use earmark_audit::certificate::Certificate;
use earmark_testkit::outside::Reading;
use earmark_tlog::policy::Policy;

/// The policy of the example in `docs/certificate.md`.
static EXAMPLE: LazyLock<Policy> = LazyLock::new(|| {
    let page = include_str!("../../../docs/certificate.md");
    let example = page.split("```text\n").nth(2).expect("a second example");
    let (text, _) = example.split_once("```").expect("its end");
    Policy::parse(text.as_bytes()).expect("a policy")
});

/// One text for each, and what is believed is of a log that is believed, with the witnesses that were asked for.
pub(crate) fn certificate(bytes: &[u8]) -> Reading {
    let Ok(certificate) = Certificate::parse(bytes) else { return Reading::Refused };
    assert_eq!(certificate.to_string().as_bytes(), bytes, "the one text");
    let nobody = Policy::parse(b"quorum none\n").expect("a policy that believes nobody");
    assert!(certificate.verify(&nobody).is_err(), "nobody is believed");
    if let Ok(statement) = certificate.verify(&EXAMPLE) {
        assert!(EXAMPLE.logs().any(|log| log.name() == certificate.origin()), "another log");
        assert!(statement.believed().cosignatures.len() >= 2, "two witnesses were asked for");
        assert_eq!(
            (statement.party(), statement.period()),
            (certificate.party(), certificate.period())
        );
    }
    Reading::Accepted
}
