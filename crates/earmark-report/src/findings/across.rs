//! What two books show together.

use std::collections::{BTreeMap, BTreeSet};

use earmark_core::event::Kind;
use earmark_core::id::{Area, Party};
use earmark_core::money::SignedFigure;
use earmark_core::time::Period;

use super::finding::message;
use super::survey::{Money, Survey};
use super::{EventRef, Finding, FindingKind};
use crate::placement::kind_label;

/// One side of the flows between two areas, event by event.
type Side = Vec<(EventRef, Money)>;

/// What one area sent another over the period is what that recorded as received: 上解上级 = 下级上解,
/// 补助下级 = 上级补助. Flows are compared where the ledger has the books of both areas.
pub(super) fn levels(surveys: &[Survey<'_>], period: Period, found: &mut Vec<Finding>) {
    // By fund; a reorganisation can go from one fund to another.
    let mut flows = BTreeMap::<(Kind, &str, Area, Area), (Side, Side)>::new();
    for survey in surveys {
        for flow in survey.flows.iter().filter(|flow| period.contains(flow.money.day)) {
            let merges = flow.kind == Kind::ReorganisedOut;
            let fund = if merges { "" } else { survey.book.fund().code() };
            let key = (flow.kind, fund, flow.sender, flow.receiver);
            let event = EventRef { book: survey.book.id(), seq: flow.money.seq };
            let (sent, received) = flows.entry(key).or_default();
            if flow.sends { sent } else { received }.push((event, flow.money));
        }
    }
    for ((kind, fund, sender, receiver), (sent, received)) in flows {
        let sum = |side: &Side| side.iter().map(|(_, money)| money.minor).sum::<i128>();
        let (out, into) = (sum(&sent), sum(&received));
        let kept = |area| {
            let of_fund = |survey: &&Survey<'_>| survey.book.fund().code() == fund;
            surveys.iter().filter(of_fund).any(|survey| survey.book.area() == area)
        };
        // Whether a reorganisation has its other side in this ledger, only that side can tell.
        let both = (!sent.is_empty() && !received.is_empty()) || (kept(sender) && kept(receiver));
        let first =
            sent.iter().chain(&received).map(|(event, money)| (money.day, event.book)).min();
        let (true, true, Some((day, book))) = (both, out != into, first) else { continue };
        let currency = book.fund().currency();
        let figure = |minor| SignedFigure::from_minor(minor, currency);
        let (shown_out, shown_in) = (figure(out), figure(into));
        let label = kind_label(kind);
        let (en, zh) = (label.en, label.zh);
        let message = message!(
            "{en} from {sender} to {receiver}: {shown_out} was sent and {shown_in} received",
            "{zh}：{sender}转出{shown_out}，{receiver}收到{shown_in}"
        );
        found.push(
            Finding::new(FindingKind::LevelsDiffer, book, day, message)
                .amount("sent", "转出", out)
                .amount("received", "收到", into)
                .amount("unmatched", "差额", (out - into).abs())
                .events_of(unmatched(&sent, &received)),
        );
    }
}

/// The events of both sides, less pairs of the same amount.
fn unmatched(sent: &Side, received: &Side) -> Vec<EventRef> {
    let mut left: Side = received.clone();
    let mut events = Vec::new();
    for (event, money) in sent {
        match left.iter().position(|(_, other)| other.minor == money.minor) {
            Some(place) => {
                left.remove(place);
            }
            None => events.push(*event),
        }
    }
    events.extend(left.iter().map(|(event, _)| *event));
    events
}

/// Only one funeral grant among the funds (X6). Found where the last of several was paid in the period.
pub(super) fn funerals(surveys: &[Survey<'_>], period: Period, found: &mut Vec<Finding>) {
    let mut persons = BTreeMap::<Party, Side>::new();
    for survey in surveys {
        for (person, money) in &survey.funerals {
            let event = EventRef { book: survey.book.id(), seq: money.seq };
            persons.entry(*person).or_default().push((event, *money));
        }
    }
    for (person, payments) in persons {
        // What was paid out of each fund, and did not come back.
        let mut funds = BTreeMap::<&str, i128>::new();
        for (event, money) in &payments {
            *funds.entry(event.book.fund().code()).or_default() += money.minor;
        }
        funds.retain(|_, sum| *sum > 0);
        let paying: BTreeSet<&str> = funds.keys().copied().collect();
        let standing = payments
            .iter()
            .filter(|(event, money)| paying.contains(event.book.fund().code()) && money.minor > 0);
        let standing: Vec<_> = standing.collect();
        let last = standing.iter().max_by_key(|(event, money)| (money.day, *event));
        let Some((event, money)) = last.filter(|(_, money)| period.contains(money.day)) else {
            continue;
        };
        if paying.len() < 2 {
            continue;
        }
        let names: Vec<&str> = paying.iter().copied().collect();
        let names = names.join(", ");
        let message = message!(
            "a funeral grant for {person} was paid by {names}",
            "{person}的丧葬补助金由{names}支付"
        );
        let mut finding = Finding::new(FindingKind::FuneralTwice, event.book, money.day, message)
            .about(Some(person))
            .events_of(standing.iter().map(|(event, _)| *event));
        for (_, sum) in funds {
            finding = finding.amount("paid", "已付", sum);
        }
        found.push(finding);
    }
}
