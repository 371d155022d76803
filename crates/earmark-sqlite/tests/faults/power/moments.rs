//! A read that fails while a ledger is read at one moment.

use std::ops::ControlFlow;

use earmark_core::id::{BookId, key};
use earmark_core::projection::{Projection, Totals};
use earmark_core::store::Store;
use earmark_core::{Fault, FaultKind};
use earmark_vfs::{Kind, Trouble};

use super::Rig;
use crate::sample::{NANJING, premium, ready};

/// How far a store says that a book goes, each in another way.
fn reaches(store: &dyn Store, book: BookId) -> [Result<u64, Fault>; 3] {
    let mut last = 0;
    let commits = store.commits(book, 1, &mut |commit| {
        last = commit.first_seq + u64::from(commit.count) - 1;
        Ok(ControlFlow::Continue(()))
    });
    let projected = store.projected_to(book, Totals::NAME);
    [
        commits.map(|()| last),
        store.head(book).map(|head| head.unwrap().state.seq()),
        projected.map(|projected| projected.unwrap().seq),
    ]
}

/// A fault may end the transaction of which the moment is made. What is read then is of that moment or a fault.
#[test]
fn a_failed_read_does_not_move_a_moment() {
    let rig = Rig::new(None);
    let ledger = rig.open().unwrap();
    let (book, voucher) = ready(&ledger, NANJING);
    let mut failed = 0;
    for number in 0.. {
        let before = book.last_seq().unwrap();
        let mut struck = false;
        ledger
            .store()
            .at_one_moment(&mut |moment| {
                let name = key(&number.to_string());
                book.record(name, &voucher, premium(number, 100)).unwrap();
                let counts = rig.drive.counts();
                let first = counts.reads + number;
                rig.drive.plan(Trouble { kind: Kind::ReadFails, first, times: 1 });
                let told = [reaches(moment, book.id()), reaches(moment, book.id())];
                rig.drive.mend();
                struck = rig.drive.counts().struck > counts.struck;
                for told in told.into_iter().flatten() {
                    match told {
                        Ok(seq) => assert_eq!(seq, before, "read {number} failed"),
                        Err(fault) => {
                            assert_eq!(fault.kind(), FaultKind::Io, "{fault}");
                            failed += 1;
                        }
                    }
                }
                Ok(())
            })
            .unwrap();
        if !struck {
            break;
        }
        assert!(number < 10_000, "every reading reads");
    }
    println!("{failed} readings failed");
    assert!(failed > 3, "{failed}");
    assert!(ledger.verify().unwrap().is_sound());
}
