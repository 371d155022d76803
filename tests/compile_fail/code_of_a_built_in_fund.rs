//! A fund cannot call itself by the code of another.
use earmark::prelude::*;

fund! {
    /// Another fund that calls itself work injury and may invest.
    pub Impostor {
        code: "WORK_INJURY", name: "impostor" "冒名", currency: CNY, jurisdiction: Other,
        invests: yes, settles_across_provinces: no, transfers: no, settles_directly: no,
    }
    premiums ImpostorPremium { Unit = 1 "unit premium" "单位缴费" => Premium }
    benefits ImpostorBenefit { Medical = 1 "medical treatment" "工伤医疗待遇" => Benefit }
}

fn main() {}
