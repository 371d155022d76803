use std::collections::BTreeMap;

use super::Part;
use crate::event::{Detail, Fact, Kind};
use crate::id::{Area, BookId, Party};
use crate::money::Figure;
use crate::rejected::{Rejected, Rule};

/// A flow between two areas, as its sender and its receiver record it. Kinds of one flow are told apart
/// by their sender's kind, and flows of persons by the person.
type Flow = (Kind, Option<Party>, Area, Area);

/// INVARIANT(INV-40): where both sides of a flow between two areas are in one commit, they are equal: what
/// one sends, the other receives (上解上级 = 下级上解, 补助下级 = 上级补助, 转移支出 = 转移收入).
pub(super) fn check(parts: &[Part]) -> Result<(), Rejected> {
    let areas: Vec<Area> = parts.iter().map(|part| part.book.area()).collect();
    let mut flows: BTreeMap<Flow, (i128, BookId)> = BTreeMap::new();
    for part in parts {
        for draft in part.batch.drafts() {
            let Some((flow, sign)) = flow_of(&draft.fact, part.book.area()) else { continue };
            let (_, _, sender, receiver) = flow;
            if sender == receiver || !areas.contains(&sender) || !areas.contains(&receiver) {
                continue;
            }
            let (sum, _) = flows.entry(flow).or_insert((0, part.book));
            *sum += sign * i128::from(draft.fact.amount_minor);
        }
    }
    for ((kind, _, sender, receiver), (sum, book)) in flows {
        if sum != 0 {
            let figure = Figure::from_minor(sum.unsigned_abs(), book.fund().currency());
            let (more, less) = if sum > 0 { ("sent", "received") } else { ("received", "sent") };
            let reason = format!(
                "`{kind}` from {sender} to {receiver}: {figure} more is {more} than {less}"
            );
            return Err(Rejected::new(Rule::LevelsMirror, book, reason));
        }
    }
    Ok(())
}

/// The flow of a fact of the book of an area, and whether the fact sends (+1) or receives (-1).
fn flow_of(fact: &Fact, own: Area) -> Option<(Flow, i128)> {
    let Detail::Area(other) = fact.detail else { return None };
    let sends = |kind, party| Some(((kind, party, own, other), 1));
    let receives = |kind, party| Some(((kind, party, other, own), -1));
    match fact.kind {
        Kind::SuperiorRemitted => sends(Kind::SuperiorRemitted, None),
        Kind::LowerRemittanceReceived => receives(Kind::SuperiorRemitted, None),
        Kind::LowerSubsidised => sends(Kind::LowerSubsidised, None),
        Kind::SuperiorSubsidyReceived => receives(Kind::LowerSubsidised, None),
        Kind::TransferOutPaid => sends(Kind::TransferOutPaid, fact.party),
        Kind::TransferInReceived => receives(Kind::TransferOutPaid, fact.party),
        Kind::ReorganisedOut => sends(Kind::ReorganisedOut, None),
        Kind::ReorganisedIn => receives(Kind::ReorganisedOut, None),
        _ => None,
    }
}
