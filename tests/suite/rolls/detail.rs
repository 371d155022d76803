//! Personal detail: bound by a commitment, kept elsewhere, erased while everything stands.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use earmark_core::command::*;
use earmark_core::commit::Receipt;
use earmark_core::error::Error;
use earmark_core::event::{Detail, Kind};
use earmark_core::report::TrailFilter;
use earmark_tlog::leaf_hash;

use super::{Injury, month, roll, with_may};
use crate::given::{Desk, key_of, on, party};

/// Salts and details, as an agency keeps them outside the ledger.
#[derive(Default)]
struct Drawer(BTreeMap<[u8; 32], (&'static [u8; 16], &'static str)>);

impl Drawer {
    fn commitment(salt: &[u8; 16], detail: &str) -> [u8; 32] {
        leaf_hash(&[salt.as_slice(), detail.as_bytes()].concat()).0
    }

    fn keep(&mut self, salt: &'static [u8; 16], detail: &'static str) -> [u8; 32] {
        let commitment = Self::commitment(salt, detail);
        self.0.insert(commitment, (salt, detail));
        commitment
    }

    /// The detail, where it is kept and is what was bound.
    fn open(&self, commitment: &[u8; 32]) -> Option<&'static str> {
        let (salt, detail) = self.0.get(commitment)?;
        (Self::commitment(salt, detail) == *commitment).then_some(*detail)
    }
}

fn bind(desk: &Injury, party_is: Option<u128>, event: Option<u64>) -> Result<Receipt, Error> {
    let what = BindDetail { party: party_is.map(party), event, commitment: [5; 32] };
    desk.record(&format!("{party_is:?} {event:?}"), what)
}

#[track_caller]
fn refused(outcome: Result<Receipt, Error>, rule: &str, reason: &str) {
    match outcome {
        Err(Error::Rejected(rejected)) => {
            assert_eq!((rejected.rule().code(), rejected.reason()), (rule, reason));
        }
        other => panic!("expected `{rule}`, {reason}; found {other:?}"),
    }
}

#[test]
fn inv_43_what_is_bound_can_be_erased_and_every_proof_stands() {
    let mut drawer = Drawer::default();
    let name = "Zhang Wei, 320102199003071234, left hand";
    let commitment = drawer.keep(b"16 by pure luck!", name);
    let desk = Desk::in_memory().with_accounts();
    let past = desk.voucher.on(on("2021-05-20"));
    let bound = BindDetail { party: Some(party(3)), event: None, commitment };
    let seq = desk.book.record(key_of("bound"), &past, bound).unwrap().last_seq();
    desk.record("close", ClosePeriod { period: month(5) }).unwrap();
    let may = roll(&desk, month(5));
    desk.record("roll", AttestRoll::of(&may)).unwrap();
    let tree = desk.book.tree().unwrap();
    let (proved, size, root) = (tree.prove(seq).unwrap().unwrap(), tree.size(), tree.root());
    let line = may.prove(party(3));
    let stands = |desk: &Injury| {
        proved.proof.verify(leaf_hash(&proved.record), root).unwrap();
        let counted = line.check(may.attested(), party(3)).unwrap().unwrap();
        assert_eq!((counted.events, counted.last_seq), (1, seq));
        assert!(desk.ledger.verify().unwrap().is_sound());
    };
    assert_eq!(drawer.open(&commitment), Some(name));
    stands(&desk);

    // What is erased is nowhere in the book.
    drawer.0.clear();
    assert_eq!(drawer.open(&commitment), None);
    stands(&desk);
    let again = desk.book.tree().unwrap();
    assert_eq!(
        (again.size(), again.root(), again.prove(seq).unwrap()),
        (size, root, Some(proved.clone()))
    );
    let each = &mut |commit: earmark_core::store::StoredCommit<'_>| {
        let frame = commit.frame;
        for part in ["Zhang", "320102199003071234", "left hand", "16 by pure luck!"] {
            assert!(!frame.windows(part.len()).any(|it| it == part.as_bytes()), "{part}");
        }
        Ok(ControlFlow::Continue(()))
    };
    desk.ledger.store().commits(desk.book.id(), 1, each).unwrap();
    // And what is left of it tells nobody what it was: without the salt, no guess can be tried.
    assert_ne!(Drawer::commitment(&[0; 16], name), commitment);
}

#[test]
fn detail_belongs_to_a_party_to_an_event_or_to_both() {
    let desk = with_may();
    let trail = desk.book.trail(&TrailFilter::all()).unwrap();
    let find = |kind| trail.iter().find(|it| it.kind() == kind).unwrap().seq();
    let (came, claim) = (find(Kind::PremiumReceived), find(Kind::BenefitClaimed));
    let opened = find(Kind::AccountOpened);
    bind(&desk, Some(77), None).unwrap();
    bind(&desk, None, Some(opened)).unwrap();
    bind(&desk, Some(77), Some(opened)).unwrap();
    bind(&desk, Some(1), Some(came)).unwrap();
    bind(&desk, Some(3), Some(claim)).unwrap();
    let of_liable = bind(&desk, Some(4), Some(claim)).unwrap().last_seq();
    bind(&desk, None, Some(of_liable)).unwrap();
    let event = desk.book.event(of_liable).unwrap().unwrap();
    let Detail::Bound(bound) = event.event().fact().detail() else { panic!("{event:?}") };
    assert_eq!(
        (event.party(), bound.event(), bound.commitment()),
        (Some(party(4)), Some(claim), [5; 32])
    );
    let json = serde_json::to_value(&event).unwrap();
    assert_eq!(json["commitment"], "05".repeat(32));
    assert_eq!((&json["event"], &json["party"]), (&claim.into(), &party(4).to_string().into()));
    // It is an event of its party like any other.
    let of_party = TrailFilter::all().of_party(party(4)).of_kind(Kind::DetailBound);
    assert_eq!(desk.book.trail(&of_party).unwrap().len(), 1);
    assert!(desk.ledger.verify().unwrap().is_sound());
}

#[test]
fn detail_of_nothing_or_of_somebody_else_is_refused() {
    let desk = with_may();
    let trail = desk.book.trail(&TrailFilter::all()).unwrap();
    let find = |kind| trail.iter().find(|it| it.kind() == kind).unwrap().seq();
    let (came, claim) = (find(Kind::PremiumReceived), find(Kind::BenefitClaimed));
    let next = desk.book.last_seq().unwrap() + 1;
    let nothing = "bound detail names neither a party nor an event; it belongs to at least one";
    refused(bind(&desk, None, None), "detail-fits", nothing);
    let field = "the field `detail` does not fit an event of kind `detail_bound`";
    refused(bind(&desk, None, Some(0)), "closed-list", field);
    refused(bind(&desk, Some(1), Some(0)), "closed-list", field);
    for seq in [next, next + 1, u64::MAX] {
        let reason = format!("event {seq} is not recorded");
        refused(bind(&desk, None, Some(seq)), "detail-fits", &reason);
    }
    for (seq, who) in [(came, 2), (claim, 1)] {
        let reason = format!("event {seq} names another party than {}", party(who));
        refused(bind(&desk, Some(who), Some(seq)), "detail-fits", &reason);
    }
    // Not what the same commit is about to record.
    let own = BindDetail { party: None, event: Some(next), commitment: [5; 32] };
    let both = (super::premium(1, "1.00"), own);
    refused(desk.record("own", both), "detail-fits", &format!("event {next} is not recorded"));
    assert_eq!(desk.book.last_seq().unwrap(), next - 1);
}

#[test]
fn a_commitment_has_one_spelling() {
    let desk = with_may();
    let any = |text: &str| {
        let json =
            serde_json::json!({"command": "bind_detail", "party": party(1), "commitment": text});
        let command: AnyCommand = serde_json::from_value(json).unwrap();
        desk.book.record_any(key_of(text), &[(desk.voucher, command)])
    };
    let long = "ab".repeat(60);
    for text in [
        "",
        "ab",
        &"AB".repeat(32),
        &"ab".repeat(31),
        &"ab".repeat(33),
        &"g0".repeat(32),
        &"é".repeat(32),
        &long,
    ] {
        let shown: String = text.chars().take(80).collect();
        let reason =
            format!("`{shown}` is not a commitment: expected 64 digits of lower-case hexadecimal");
        refused(any(text), "detail-fits", &reason);
    }
    let typed = with_may();
    let commitment = std::array::from_fn(|place| u8::try_from(place * 8).unwrap() | 5);
    typed
        .book
        .record(
            key_of("it"),
            &typed.voucher,
            BindDetail { party: Some(party(1)), event: None, commitment },
        )
        .unwrap();
    let text: String = commitment.iter().map(|byte| format!("{byte:02x}")).collect();
    any(&text).unwrap();
    let of = |desk: &Injury| {
        let event = desk.book.event(desk.book.last_seq().unwrap()).unwrap().unwrap();
        event.event().fact().clone()
    };
    assert_eq!(of(&desk), of(&typed));
}
