//! Several projections beside one another, and what a snapshot says of the one it is of.

use earmark_core::account::SpecialAccount;
use earmark_core::command::{OpenAccount, ReceiveInterest};
use earmark_core::event::Recorded;
use earmark_core::fund::WorkInjury;
use earmark_core::money::yuan;
use earmark_core::projection::{Cells, Projection};

use crate::given::Desk;

macro_rules! counting {
    ($name:ident $text:literal $version:literal) => {
        /// Counts events.
        #[derive(Clone, Copy)]
        struct $name;

        impl Projection for $name {
            const NAME: &'static str = $text;
            const VERSION: u32 = $version;
            type Key = u8;
            type Value = u64;

            fn apply(&self, _: &Recorded, cells: &mut Cells<'_, u8, u64>) {
                assert!(format!("{cells:?}").contains("held"), "{cells:?}");
                cells.update(0, |count| *count += 1);
            }
        }
    };
}

counting!(One "one" 3);
counting!(Two "two" 1);

fn desk() -> Desk<WorkInjury> {
    let desk = Desk::<WorkInjury>::in_memory();
    desk.record("open", OpenAccount(SpecialAccount)).unwrap();
    desk
}

fn finds(desk: &Desk<WorkInjury>) -> Vec<String> {
    desk.ledger.verify().unwrap().findings().iter().map(ToString::to_string).collect()
}

#[test]
fn each_projection_that_is_watched_is_compared() {
    // Neither is kept, so verification misses the cells of both.
    let desk = desk();
    assert!(finds(&desk).is_empty());
    desk.ledger.watch(One);
    let one = finds(&desk);
    assert!(one.iter().any(|finding| finding.contains("`one`")), "{one:?}");
    desk.ledger.watch(Two);
    let both = finds(&desk);
    for name in ["`one`", "`two`"] {
        assert!(both.iter().any(|finding| finding.contains(name)), "{name}: {both:?}");
    }
    // Watched twice, it is compared once.
    desk.ledger.watch(Two);
    assert_eq!(finds(&desk), both);
}

#[test]
fn projections_side_by_side_keep_to_themselves() {
    let desk = desk();
    desk.ledger.attach(One).unwrap();
    desk.ledger.attach(Two).unwrap();
    let interest = ReceiveInterest { into: SpecialAccount, amount: yuan("1").unwrap() };
    desk.record("interest", interest).unwrap();
    let events = desk.book.last_seq().unwrap();
    assert_eq!(desk.book.cell::<One>(&0).unwrap(), events);
    assert_eq!(desk.book.cell::<Two>(&0).unwrap(), events);
    let snapshot = desk.book.snapshot::<One>().unwrap();
    assert_eq!((snapshot.name(), snapshot.version(), snapshot.position()), ("one", 3, events));
    assert_eq!(snapshot.cells().count(), 1);
    assert!(finds(&desk).is_empty());
}
