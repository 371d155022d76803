//! A code stands for one fund: what it may do and what its words mean.

use earmark_core::FaultKind;
use earmark_core::fund::Fund;
use earmark_testkit::clock::HandClock;
use earmark_testkit::given::ledger_in_memory;

use super::desk::Shelf;
use crate::given::{nanjing, wuxi};

mod first {
    earmark_core::fund! {
        /// A fund of one city.
        pub(crate) Lodging {
            code: "LODGING", name: "lodging fund" "住宿基金", currency: CNY, jurisdiction: China,
            invests: no, settles_across_provinces: no, transfers: no, settles_directly: no,
        }
        premiums LodgingPremium { Unit = 1 "unit premium" "单位缴费" => Premium, }
        benefits LodgingBenefit { Bed = 1 "bed" "床位" => Benefit, }
    }
}

mod longer {
    earmark_core::fund! {
        /// The same with one more purpose.
        pub(crate) Lodging {
            code: "LODGING", name: "lodging fund" "住宿基金", currency: CNY, jurisdiction: China,
            invests: no, settles_across_provinces: no, transfers: no, settles_directly: no,
        }
        premiums LodgingPremium { Unit = 1 "unit premium" "单位缴费" => Premium, }
        benefits LodgingBenefit {
            Bed = 1 "bed" "床位" => Benefit,
            Meal = 2 "meal" "膳食" => Benefit,
        }
    }
}

mod renamed {
    earmark_core::fund! {
        /// The same code for another purpose.
        pub(crate) Lodging {
            code: "LODGING", name: "lodging fund" "住宿基金", currency: CNY, jurisdiction: China,
            invests: no, settles_across_provinces: no, transfers: no, settles_directly: no,
        }
        premiums LodgingPremium { Unit = 1 "unit premium" "单位缴费" => Premium, }
        benefits LodgingBenefit { Horse = 1 "stable for a horse" "马厩" => Benefit, }
    }
}

mod bolder {
    earmark_core::fund! {
        /// The same with one more thing that it may do.
        pub(crate) Lodging {
            code: "LODGING", name: "lodging fund" "住宿基金", currency: CNY, jurisdiction: China,
            invests: yes, settles_across_provinces: no, transfers: no, settles_directly: no,
        }
        premiums LodgingPremium { Unit = 1 "unit premium" "单位缴费" => Premium, }
        benefits LodgingBenefit { Bed = 1 "bed" "床位" => Benefit, }
    }
}

/// Each time a new program opens the file, and knows the fund as it is written there.
#[test]
fn inv_12_lists_only_grow_and_no_code_gets_another_meaning() {
    let clock = HandClock::new();
    let shelf = Shelf::new(&clock);
    shelf.open().book::<first::Lodging>(nanjing()).unwrap();
    shelf.open().book::<longer::Lodging>(nanjing()).unwrap();
    // One at a time: a file has one writer.
    let another_meaning = [
        |shelf: &Shelf| shelf.open().book::<first::Lodging>(nanjing()).unwrap_err(),
        |shelf: &Shelf| shelf.open().book::<renamed::Lodging>(nanjing()).unwrap_err(),
        |shelf: &Shelf| shelf.open().book::<bolder::Lodging>(nanjing()).unwrap_err(),
    ];
    for refused in another_meaning {
        let fault = refused(&shelf);
        assert_eq!(fault.kind(), FaultKind::UnknownFund, "{fault}");
        assert!(fault.to_string().contains("320100/LODGING"), "{fault}");
    }
    shelf.open().book::<longer::Lodging>(nanjing()).unwrap();
}

/// Within one program a code stands for one definition, whichever was known first. (That a program cannot
/// define a fund under the code of a built-in one is proved while compiling.)
#[test]
fn inv_14_a_known_code_cannot_be_redefined() {
    let ledger = ledger_in_memory(&HandClock::new());
    ledger.know::<first::Lodging>().unwrap();
    ledger.know::<first::Lodging>().unwrap();
    for redefined in [ledger.know::<renamed::Lodging>(), ledger.know::<bolder::Lodging>()] {
        assert_eq!(redefined.unwrap_err().kind(), FaultKind::UnknownFund);
    }
    let fault = ledger.book::<bolder::Lodging>(wuxi()).unwrap_err();
    assert_eq!(fault.kind(), FaultKind::UnknownFund, "{fault}");
    let known: Vec<_> = ledger.funds().into_iter().filter(|it| it.code() == "LODGING").collect();
    assert_eq!(known, [first::Lodging::SPEC]);
    assert!(ledger.books().unwrap().is_empty(), "a book was made all the same");
}
