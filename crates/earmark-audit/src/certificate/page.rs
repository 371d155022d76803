//! A verifier as one HTML file: no network, no server, nothing to install.
//!
//! The page checks what [`Certificate::verify`](super::Certificate::verify) checks, with code of its own in
//! the browser's JavaScript. Whom it believes is written into it, and it says so: who hands the page out answers
//! for that, and publishes the keys elsewhere too.

use std::fmt::Write;

use earmark_core::fund::{BUILT_IN, FundSpec};
use earmark_tlog::policy::{Policy, PolicyError};

use super::Certificate;

/// The page as it is kept: it believes nobody, and asks for a policy. It knows the built-in funds.
pub const BARE: &str = include_str!("verifier.html");

/// Where the policy stands in the page.
const POLICY: &str =
    "<textarea id=\"policy\" rows=\"8\" spellcheck=\"false\" autocomplete=\"off\">";

/// Where the funds stand in the page.
const FUNDS: &str = "<script type=\"application/json\" id=\"funds\">";

/// Makes pages that believe the signatures of one policy.
///
/// ```
/// use earmark_audit::certificate::page::Verifier;
///
/// let policy = "log example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n\
///               quorum none\n";
/// let page = Verifier::new(policy)?.page();
/// assert!(page.contains("example.com/foo+530d903a"));
/// # Ok::<(), earmark_tlog::policy::PolicyError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Verifier {
    policy: String,
    funds: Vec<&'static FundSpec>,
}

impl Verifier {
    /// Pages that believe as this policy file says.
    ///
    /// # Errors
    /// [`PolicyError`] where it is none.
    pub fn new(policy: &str) -> Result<Self, PolicyError> {
        Policy::parse(policy.as_bytes())?;
        Ok(Self { policy: policy.to_owned(), funds: BUILT_IN.to_vec() })
    }

    /// The same, knowing a user's own fund as well.
    #[must_use]
    pub fn knowing(mut self, fund: &'static FundSpec) -> Self {
        if !self.funds.iter().any(|known| known.code() == fund.code()) {
            self.funds.push(fund);
        }
        self
    }

    /// The page, to be saved as one file.
    #[must_use]
    pub fn page(&self) -> String {
        self.page_with(&[])
    }

    /// The page with certificates in it, which it checks when it is opened: for one person, of one period or
    /// several.
    #[must_use]
    pub fn page_with(&self, certificates: &[&Certificate]) -> String {
        let mut embedded = String::new();
        for certificate in certificates {
            // The first newline after the tag is not of the text.
            let text = escaped(&certificate.to_string());
            embedded.push_str("<textarea class=\"embedded\" readonly hidden>\n");
            embedded.push_str(&text);
            embedded.push_str("</textarea>\n");
        }
        let policy = format!("{POLICY}\n{}", escaped(&self.policy));
        let (before, funds, after) = parts();
        let funds = if self.funds == BUILT_IN { funds.to_owned() } else { funds_text(&self.funds) };
        let before = before.replacen(POLICY, &policy, 1);
        format!("{before}{embedded}{FUNDS}{funds}{after}")
    }
}

/// The page before its funds, the funds, and what follows.
fn parts() -> (&'static str, &'static str, &'static str) {
    let (before, rest) = BARE.split_once(FUNDS).unwrap_or((BARE, ""));
    let end = rest.find("</script>").unwrap_or(rest.len());
    let (funds, after) = rest.split_at(end);
    (before, funds, after)
}

/// Text as the content of an element.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The funds as the page reads them: JSON, a line each.
fn funds_text(funds: &[&'static FundSpec]) -> String {
    let mut text = String::from("[");
    for (place, fund) in funds.iter().enumerate() {
        text.push_str(if place == 0 { "\n" } else { ",\n" });
        fund_text(fund, &mut text);
    }
    text.push_str("\n]");
    text
}

fn fund_text(fund: &FundSpec, text: &mut String) {
    let vocabulary: Vec<_> = fund.vocabulary().lines().map(quoted).collect();
    let premiums = fund.premiums().iter().map(|it| ("premium", it.code, it.label, it.label_zh));
    let benefits = fund.benefits().iter().map(|it| ("benefit", it.code, it.label, it.label_zh));
    let uses = fund.state_uses().iter().map(|it| ("state_use", it.code, it.label, it.label_zh));
    let labels: Vec<_> = premiums
        .chain(benefits)
        .chain(uses)
        .map(|(list, code, label, label_zh)| {
            format!(
                "{}: [{}, {}]",
                quoted(&format!("{list} {code}")),
                quoted(label),
                quoted(label_zh)
            )
        })
        .collect();
    // Writing to a string does not fail.
    let _ = write!(
        text,
        "{{\"name\": {}, \"name_zh\": {},\n  \"vocabulary\": [{}],\n  \"labels\": {{{}}}}}",
        quoted(fund.name()),
        quoted(fund.name_zh()),
        vocabulary.join(",\n    "),
        labels.join(", ")
    );
}

/// A JSON string that ends no element of a page.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for char in text.chars() {
        match char {
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(char);
            }
            '<' | '>' | '&' | '\0'..='\x1f' => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(char));
            }
            char => quoted.push(char),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use earmark_core::event::{Kind, OtherIncome};
    use earmark_tlog::note::{Algorithm, KeyName, VerifierKey};
    use sha2::{Digest, Sha256};

    use super::*;
    use crate::certificate::labels::KINDS;

    fn between(start: &str, end: &str) -> &'static str {
        let (_, rest) =
            BARE.split_once(start).unwrap_or_else(|| panic!("`{start}` is not in the page"));
        rest.split_once(end).unwrap().0
    }

    /// Run with `EARMARK_WRITE=1` where a fund or the page's own text has changed: it writes the funds and
    /// the hashes anew.
    #[test]
    fn the_page_has_the_funds_of_the_library_and_the_hashes_of_its_own_text() {
        let hash = |text: &str| format!("sha256-{}", STANDARD.encode(Sha256::digest(text)));
        let (before, funds, after) = parts();
        let script = hash(between("<script>", "</script>"));
        let style = hash(between("<style>", "</style>"));
        let (old_script, old_style) = (between("script-src '", "'"), between("style-src '", "'"));
        if std::env::var_os("EARMARK_WRITE").is_some() {
            let before = before.replace(old_script, &script).replace(old_style, &style);
            let page = format!("{before}{FUNDS}{}{after}", funds_text(&BUILT_IN));
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/certificate/verifier.html");
            std::fs::write(path, page).unwrap();
        } else {
            assert_eq!(funds, funds_text(&BUILT_IN));
            assert_eq!((old_script, old_style), (script.as_str(), style.as_str()));
        }
    }

    #[test]
    fn the_page_names_kinds_and_other_income_as_the_library_does() {
        for (code, name, label, label_zh) in KINDS {
            let row = format!("[{code}, \"{name}\", \"{label}\", \"{label_zh}\", ");
            assert!(BARE.contains(&row), "{row}");
            if let Some(kind) = Kind::from_code(*code) {
                assert_eq!(kind.name(), *name);
            }
        }
        for income in OtherIncome::ALL {
            let row = format!("[{}, [\"{}\", \"{}\"]]", income.code, income.label, income.label_zh);
            assert!(BARE.contains(&row), "{row}");
        }
    }

    #[test]
    fn the_page_fetches_nothing() {
        assert!(
            between("http-equiv=\"Content-Security-Policy\" content=\"", "\"")
                .starts_with("default-src 'none';")
        );
        for word in [
            "http://",
            "https://",
            " src=",
            " href=",
            "fetch(",
            "XMLHttpRequest",
            "WebSocket",
            "import(",
            "innerHTML",
            "eval(",
        ] {
            assert!(!BARE.contains(word), "{word}");
        }
    }

    #[test]
    fn keys_that_the_page_calls_weak_are_weak_here() {
        let weak = between("const WEAK_KEYS = [", "]");
        let mut seen = 0;
        for digits in weak.split('"').filter(|part| part.len() == 64) {
            let pairs: Vec<_> = (0..32).map(|at| &digits[at * 2..at * 2 + 2]).collect();
            let bytes: Vec<_> =
                pairs.iter().map(|it| u8::from_str_radix(it, 16).unwrap()).collect();
            let name = KeyName::new("weak.example").unwrap();
            let key = VerifierKey::new(name, Algorithm::Ed25519, &bytes);
            assert!(key.is_err(), "{digits}");
            seen += 1;
        }
        assert_eq!(seen, 7);
    }

    #[test]
    fn a_page_holds_what_it_is_given() {
        let policy = "# <b>&\nquorum none\n";
        let page = Verifier::new(policy).unwrap().page();
        assert!(page.contains("autocomplete=\"off\">\n# &lt;b&gt;&amp;\nquorum none\n</textarea>"));
        assert_eq!(page.len(), BARE.len() + escaped(policy).len() + 1);
        assert!(Verifier::new("quorum some\n").is_err());
    }
}
