//! Readers beside recorders: what they see is of one moment and never goes back.

use earmark_core::account::TreasuryDeposit;
use earmark_core::command::{AdoptProfile, OpenAccount};
use earmark_core::commit::Proposal;
use earmark_core::fund::WorkInjury;
use earmark_core::id::key;
use earmark_core::rules::Profile;
use earmark_core::store::Store;
use earmark_sqlite::schedule::plan;
use earmark_testkit::clock::HandClock;
use earmark_testkit::given::{PAPERS, ledger_in_memory};
use shuttle::thread;

use crate::orders::try_orders;
use crate::place::{Place, now, part, proposal, template};

/// Where both books stand, at one moment.
fn at_one_moment(store: &dyn Store) -> [u64; 2] {
    let mut seqs = [0; 2];
    store
        .at_one_moment(&mut |store| {
            for (seq, book) in seqs.iter_mut().zip(template().books) {
                *seq = store.head(book)?.unwrap().state.seq();
            }
            Ok(())
        })
        .unwrap();
    seqs
}

/// Looks again and again; recorders record the same number of events in both books.
fn look(store: &dyn Store, times: usize) {
    let (mut one, mut joint) = (0, [0; 2]);
    for _ in 0..times {
        let head = store.head(template().books[0]).unwrap().unwrap();
        assert!(head.state.seq() >= one, "a head does not go back");
        assert!(head.state.seq() >= joint[0], "nor behind what was seen at one moment");
        assert_eq!(head.rules.is_some(), head.state.standing().rules_seq != 0);
        one = head.state.seq();
        let seen = at_one_moment(store);
        assert_eq!(seen[0], seen[1], "a joint commit is seen whole or not at all");
        assert!(seen[0] >= one.max(joint[0]), "a moment does not go back");
        joint = seen;
    }
}

#[test]
fn readers_of_a_file_see_one_moment_after_another() {
    template();
    try_orders("readers of a file", 150, || {
        let (place, store) = Place::new();
        plan([]);
        let recording = {
            let (place, store) = (place.clone(), store.clone());
            thread::spawn(move || {
                for name in ["one", "two"] {
                    let it = place.submit(&store, "recorder", name, &[0, 1], &[3, 4]);
                    assert!(place.wait(it));
                }
            })
        };
        let readers: Vec<_> = (0..2)
            .map(|_| {
                let store = store.clone();
                thread::spawn(move || look(&*store, 2))
            })
            .collect();
        recording.join().unwrap();
        readers.into_iter().for_each(|it| it.join().unwrap());
        place.check_in(&store);
    });
}

/// The rules that a head shows are those that the book follows at that head.
#[test]
fn a_head_has_the_rules_that_it_follows() {
    template();
    let text = "[profile]\nid = \"sample\"\nname = \"sample\"\njurisdiction = \"China\"\n\
                edition = \"1\"\n\n[[purpose]]\nfund = \"WORK_INJURY\"\nlist = \"benefit\"\n\
                name = [\"Prevention\"]\nopen = false\nfrom = 2000-01-01\nuntil = 2010-12-31\n\
                source = \"a law\"\n";
    let profile = Profile::of_layers([text]).unwrap();
    try_orders("rules of a head", 150, move || {
        let (_place, store) = Place::new();
        plan([]);
        let adopt = AdoptProfile { profile: profile.clone() };
        let parts = [0, 1].map(|book| part(book, key("adopt"), adopt.clone()));
        let recording = {
            let store = store.clone();
            thread::spawn(move || {
                store.submit(Proposal::joint(parts.into(), now()).unwrap()).wait().unwrap();
                store.submit(proposal("after", &[0, 1], &[1])).wait().unwrap();
            })
        };
        let readers: Vec<_> = (0..2)
            .map(|_| {
                let store = store.clone();
                thread::spawn(move || look(&*store, 2))
            })
            .collect();
        recording.join().unwrap();
        readers.into_iter().for_each(|it| it.join().unwrap());
        look(&*store, 1);
    });
}

/// The store in memory keeps the same promises.
#[test]
fn readers_of_memory_see_one_moment_after_another() {
    template();
    try_orders("readers of memory", 500, || {
        let clock = HandClock::new();
        let ledger = ledger_in_memory(&clock);
        let books = template().books.map(|book| {
            let book = ledger.book::<WorkInjury>(book.area()).unwrap();
            let voucher = book.voucher(clock.today(), PAPERS).unwrap();
            (book, voucher)
        });
        let recording = {
            let ledger = ledger.clone();
            thread::spawn(move || {
                let [(one, papers), (other, others)] = &books;
                for name in ["one", "two"] {
                    let (account, name) = (OpenAccount(TreasuryDeposit), key(name));
                    // The second is refused, and changes nothing.
                    let joint = ledger.joint(name).with(one, papers, account);
                    let _ = joint.with(other, others, account).record();
                }
            })
        };
        let readers: Vec<_> = (0..2)
            .map(|_| {
                let ledger = ledger.clone();
                thread::spawn(move || look(ledger.store(), 2))
            })
            .collect();
        recording.join().unwrap();
        readers.into_iter().for_each(|it| it.join().unwrap());
        assert_eq!(at_one_moment(ledger.store()), [4, 4]);
    });
}
