//! Work of the writer that is no commit, between groups of commits.

use earmark_core::event::Recorded;
use earmark_core::fund::{BUILT_IN, Fund, WorkInjury};
use earmark_core::id::{BookId, Party, area};
use earmark_core::projection::{Attached, Cells, Projection};
use earmark_core::store::Store;
use earmark_sqlite::OpenOptions;
use earmark_sqlite::schedule::plan;
use shuttle::thread;

use crate::orders::try_orders;
use crate::place::{Place, template};

/// What each party has paid.
struct Paid;

impl Projection for Paid {
    const NAME: &'static str = "paid";
    const VERSION: u32 = 1;
    type Key = Party;
    type Value = u64;

    fn apply(&self, recorded: &Recorded, cells: &mut Cells<'_, Party, u64>) {
        let amount = recorded.event().fact().amount_minor();
        if let Some(party) = recorded.party() {
            cells.update(party, |sum| *sum += amount);
        }
    }
}

/// A projection that is attached while others record counts every event once.
#[test]
fn a_projection_is_attached_between_groups() {
    template();
    try_orders("attaching", 200, || {
        let (place, store) = Place::new();
        plan([]);
        let recorders: Vec<_> = (0..2)
            .map(|who: usize| {
                let (place, store) = (place.clone(), store.clone());
                thread::spawn(move || {
                    for number in 0..2_u64 {
                        let name = format!("{who}/{number}");
                        let it =
                            place.submit(&store, &who.to_string(), &name, &[0], &[10 + number]);
                        assert!(place.wait(it));
                    }
                })
            })
            .collect();
        let attaching = {
            let store = store.clone();
            thread::spawn(move || store.attach(Box::new(Attached::new(Paid)), &BUILT_IN).unwrap())
        };
        recorders.into_iter().for_each(|it| it.join().unwrap());
        attaching.join().unwrap();
        let book = template().books[0];
        let seq = store.head(book).unwrap().unwrap().state.seq();
        assert_eq!(store.projected_to(book, Paid::NAME).unwrap().unwrap().seq, seq);
        let mut sums = Vec::new();
        store
            .cells(book, Paid::NAME, &[], &mut |_, value| {
                sums.push(<u64 as earmark_core::projection::CellPart>::decode(value).unwrap());
                Ok(std::ops::ControlFlow::Continue(()))
            })
            .unwrap();
        assert_eq!(sums, [2 * (10 + 11)]);
        place.check_in(&store);
    });
}

/// One book is made by several at once, and used at once by those who made it.
#[test]
fn a_book_is_made_between_groups() {
    template();
    try_orders("making a book", 200, || {
        let (place, store) = Place::new();
        plan([]);
        let book = BookId::new(area("320700").unwrap(), WorkInjury::SPEC);
        let makers: Vec<_> = (0..2)
            .map(|who: usize| {
                let (place, store) = (place.clone(), store.clone());
                thread::spawn(move || {
                    let name = who.to_string();
                    let it = place.submit(&store, &name, &name, &[who], &[1, 2]);
                    store.create_book(book).unwrap();
                    assert!(store.head(book).unwrap().is_some(), "it is there");
                    assert!(place.wait(it));
                })
            })
            .collect();
        makers.into_iter().for_each(|it| it.join().unwrap());
        assert_eq!(store.books().unwrap().len(), 3);
        place.check_in(&store);
        drop(store);
        assert_eq!(
            OpenOptions::new().read_only().open(&place.path).unwrap().books().unwrap().len(),
            3
        );
    });
}
