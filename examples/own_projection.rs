//! A projection of one's own: what each person has been paid. It is kept in the same transaction as
//! the events, caught up with what was there before, and proved by `verify`.

use earmark::prelude::*;

/// What each party has been paid in benefits, less what came back from it.
struct PaidTo;

impl Projection for PaidTo {
    const NAME: &'static str = "paid_to";
    const VERSION: u32 = 1;
    type Key = Party;
    type Value = i64;

    fn apply(&self, recorded: &Recorded, cells: &mut Cells<'_, Party, i64>) {
        let benefit = recorded.event().fact().root_kind() == Kind::BenefitPaid;
        if let (true, Some(party)) = (benefit, recorded.party()) {
            cells.update(party, |paid| *paid += recorded.net_minor());
        }
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let ledger = earmark::open(folder.path().join("wuxi.earmark"))?;
    let injury = ledger.book::<WorkInjury>(area("320200")?)?;
    let voucher = injury.voucher(
        day("2021-01-15")?,
        Papers {
            register: "payment orders 2021",
            document: 1,
            basis: "Social Insurance Law art 38",
            actor: "payments desk",
        },
    )?;
    let [anna, boris] = [Party::from_u128(1), Party::from_u128(2)];
    let pay = |to, amount| -> Result<_, AmountError> {
        let kind = WorkInjuryBenefit::Disability;
        Ok(PayBenefit { from: ExpenditureAccount, kind, to, amount: yuan(amount)? })
    };
    let opening = BringForward { into: ExpenditureAccount, amount: yuan("5000.00")? };
    injury.record(key("opening"), &voucher, (OpenAccount(ExpenditureAccount), opening))?;
    let january =
        injury.record(key("january"), &voucher, [pay(anna, "800.00")?, pay(boris, "640.00")?])?;

    ledger.attach(PaidTo)?; // it catches up with January
    injury.record(key("february"), &voucher.document(2), pay(anna, "800.00")?)?;
    if let Some(paid) = injury.event(january.last_seq())? {
        let returned = ReturnPayment { of: &paid, amount: yuan("640.00")? };
        injury.record(key("returned"), &voucher.document(3), returned)?;
    }

    for (name, party) in [("Anna", anna), ("Boris", boris)] {
        let fen = i128::from(injury.cell::<PaidTo>(&party)?);
        let paid = SignedFigure::from_minor(fen, Currency::CNY);
        println!("{name:<6} has been paid {paid:>10} yuan");
    }
    let snapshot = injury.snapshot::<PaidTo>()?;
    println!("fingerprint at event {}: {}", snapshot.position(), snapshot.fingerprint());
    let verification = ledger.verify()?;
    for finding in verification.findings() {
        eprintln!("{finding}");
    }
    println!("{} events proved, sound: {}", verification.events(), verification.is_sound());
    if verification.is_sound() { Ok(()) } else { Err("the ledger is not sound".into()) }
}
