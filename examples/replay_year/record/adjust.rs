//! The central adjustment: joint commits of many books of one fund.

use earmark::prelude::*;

use crate::papers::Office;
use crate::plan::{Adjustment, YEAR};

use super::RecordError;
use super::desk::{Desk, Stage};
use super::keeper::Keeper;

/// The central adjustment: every province remits to the centre in one commit, recorded in all books
/// or in none; then the centre subsidises every province in another.
pub(super) fn adjust(
    ledger: &Ledger,
    provinces: &mut [Keeper<'_, EnterprisePension>],
    central: &mut Keeper<'_, EnterprisePension>,
    adjustment: &Adjustment,
    desk: &mut Desk<'_>,
) -> Result<(), RecordError> {
    let last_day = Month::new(YEAR, adjustment.month)?.last_day();
    for (stage, amounts) in [(Stage::Remit, &adjustment.up), (Stage::Subsidise, &adjustment.down)] {
        let seqs = central.next..central.next + amounts.len() as u64;
        let recorded = central.skips(seqs.clone())?;
        let advice = central.voucher(Office::Levels)?.on(last_day).document(seqs.start);
        let (mut remitted, mut subsidised) = (Vec::new(), Vec::new());
        let mut joint = ledger.joint(desk.key(adjustment.month, stage, 0, "all provinces"));
        for (province, amount) in provinces.iter_mut().zip(amounts) {
            let own = province.next..province.next + 1;
            if province.skips(own.clone())? != recorded {
                return Err(province.torn(own));
            }
            let voucher = province.voucher(Office::Levels)?.on(last_day).document(own.start);
            let (from, to) = (SpecialAccount, Area::CENTRAL);
            let (into, area, amount) =
                (SpecialAccount, province.plan.area, Amount::from_minor(*amount)?);
            joint = if matches!(stage, Stage::Remit) {
                remitted.push(ReceiveLowerRemittance { into, from: area, amount });
                joint.with(&province.book, &voucher, RemitToSuperior { from, to, amount })
            } else {
                subsidised.push(SubsidiseLower { from, to: area, amount });
                let from = Area::CENTRAL;
                joint.with(&province.book, &voucher, ReceiveSuperiorSubsidy { into, from, amount })
            };
            province.next = own.end;
        }
        joint = if matches!(stage, Stage::Remit) {
            joint.with(&central.book, &advice, remitted)
        } else {
            joint.with(&central.book, &advice, subsidised)
        };
        if !recorded {
            desk.clock.set(last_day);
            joint.record()?;
            desk.listener.durable(2 * (seqs.end - seqs.start));
        }
        central.next = seqs.end;
    }
    Ok(())
}
