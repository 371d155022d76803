//! Nobody can say that a fund of their own takes the money of another.
use earmark::prelude::*;

fund! {
    /// A fund that would like to be a bridge.
    pub Bridge {
        code: "BRIDGE",
        name: "bridge" "桥",
        currency: CNY,
        jurisdiction: China,
        invests: no,
        settles_across_provinces: no,
        transfers: no,
        settles_directly: no,
    }
    premiums BridgePremium { Unit = 1 "unit premium" "单位缴费" => Premium, }
    benefits BridgeBenefit { Aid = 1 "aid" "补助" => Benefit, }
}

impl TakesMoneyOf<EmployeeMedical> for Bridge {}

fn main() {}
