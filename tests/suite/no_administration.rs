//! No built-in fund has a word for running cost (Social Insurance Law art 64 and 69; Jiangsu regulation
//! art 10).

use earmark_core::fund::{BUILT_IN, ExpenditureItem, Jurisdiction};

/// What running cost is called, in names and labels of either language.
const RUNNING_COST: [&str; 24] = [
    "admin",
    "staff",
    "salar",
    "wage",
    "office",
    "manage",
    "operat",
    "running",
    "overhead",
    "personnel",
    "equipment",
    "vehicle",
    "building",
    "conference",
    "管理费",
    "人员经费",
    "办公",
    "经费",
    "工资",
    "手续费",
    "运行",
    "机构费",
    "车辆",
    "基建",
];

#[test]
fn inv_03_no_purpose_is_of_the_item_administration() {
    let mut seen = 0;
    for fund in BUILT_IN {
        assert_eq!(fund.jurisdiction(), Jurisdiction::China, "{}", fund.code());
        for purpose in fund.benefits().iter().chain(fund.state_uses()) {
            assert_ne!(purpose.item, ExpenditureItem::Administration, "{}", purpose.name);
            seen += 1;
        }
    }
    assert_eq!(seen, 37, "a new purpose: read its label, then raise this number");
}

#[test]
fn no_name_or_label_suggests_running_cost() {
    for fund in BUILT_IN {
        for purpose in fund.benefits().iter().chain(fund.state_uses()) {
            let words = format!("{} {} {}", purpose.name, purpose.label, purpose.label_zh);
            for cost in RUNNING_COST {
                let found = words.to_lowercase().contains(cost);
                assert!(!found, "{}: `{words}` speaks of `{cost}`", fund.code());
            }
        }
    }
}
