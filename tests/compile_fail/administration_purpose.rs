//! A Chinese fund has no purpose for running cost (Social Insurance Law art 64, 69).
use earmark::prelude::*;

fund! {
    /// A fund that pays its own office.
    pub Padded {
        code: "PADDED", name: "padded fund" "虚列", currency: CNY, jurisdiction: China,
        invests: no, settles_across_provinces: no, transfers: no, settles_directly: no,
    }
    premiums PaddedPremium { Unit = 1 "unit premium" "单位缴费" => Premium }
    benefits PaddedBenefit { Salaries = 1 "salaries" "工资" => Administration }
}

fn main() {}
