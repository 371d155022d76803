//! What a fund's definition is held to while it compiles, asked at run time.

use super::purpose::mask_of;
use super::spec::{is_reserved, no_administration};
use super::{BUILT_IN, ExpenditureItem, PurposeSpec};

const fn purpose(code: u16, item: ExpenditureItem) -> PurposeSpec<ExpenditureItem> {
    PurposeSpec { code, name: "Name", label: "a label", label_zh: "名称", item }
}

#[test]
fn each_code_has_its_bit() {
    const LIST: &[PurposeSpec<ExpenditureItem>] = &[
        purpose(1, ExpenditureItem::Benefit),
        purpose(2, ExpenditureItem::Benefit),
        purpose(63, ExpenditureItem::Benefit),
    ];
    assert_eq!(mask_of(LIST), 0b110 | 1 << 63);
    assert_eq!(mask_of::<ExpenditureItem>(&[]), 0);
}

#[test]
#[should_panic(expected = "share a code")]
fn no_code_stands_twice() {
    const LIST: &[PurposeSpec<ExpenditureItem>] =
        &[purpose(3, ExpenditureItem::Benefit), purpose(3, ExpenditureItem::Benefit)];
    let _ = mask_of(LIST);
}

#[test]
#[should_panic(expected = "a purpose code is 1 to 63")]
fn no_code_is_nothing() {
    let _ = mask_of(const { &[purpose(0, ExpenditureItem::Benefit)] });
}

#[test]
#[should_panic(expected = "a purpose code is 1 to 63")]
fn no_code_is_over_63() {
    let _ = mask_of(const { &[purpose(64, ExpenditureItem::Benefit)] });
}

#[test]
#[should_panic(expected = "may not pay administration")]
fn no_running_cost_is_listed() {
    no_administration(
        const { &[purpose(1, ExpenditureItem::Benefit), purpose(2, ExpenditureItem::Administration)] },
    );
}

#[test]
fn just_the_codes_of_the_built_in_funds_are_reserved() {
    no_administration(const { &[purpose(1, ExpenditureItem::Benefit)] });
    for fund in BUILT_IN {
        assert!(is_reserved(fund.code()), "{}", fund.code());
    }
    for code in ["", "WORK", "WORK_INJURY_2", "ENT_PENSIOM", "XNT_PENSION", "TRUST"] {
        assert!(!is_reserved(code), "{code}");
    }
}
