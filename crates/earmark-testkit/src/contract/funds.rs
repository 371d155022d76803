//! A fund of a user's own, as it grew, and another that claims its code.

pub(super) mod pilot {
    earmark_core::fund! {
        /// A pilot of one city.
        pub(crate) Care {
            code: "CARE_PILOT", name: "care pilot" "护理试点", currency: CNY, jurisdiction: China,
            invests: no, settles_across_provinces: no, transfers: no, settles_directly: no,
        }
        premiums CarePremium { Unit = 1 "unit premium" "单位缴费" => Premium }
        benefits CareBenefit { HomeCare = 1 "home care" "居家护理" => Benefit }
    }
}

pub(super) mod grown {
    earmark_core::fund! {
        /// The pilot a year later: it pays one thing more.
        pub(crate) Care {
            code: "CARE_PILOT", name: "care pilot" "护理试点", currency: CNY, jurisdiction: China,
            invests: no, settles_across_provinces: no, transfers: no, settles_directly: no,
        }
        premiums CarePremium { Unit = 1 "unit premium" "单位缴费" => Premium }
        benefits CareBenefit {
            HomeCare = 1 "home care" "居家护理" => Benefit,
            DayCare = 2 "day care" "日间护理" => Benefit,
        }
    }
}

pub(super) mod impostor {
    earmark_core::fund! {
        /// Another fund under the same code, with the same words and one more thing it may do.
        pub(crate) Care {
            code: "CARE_PILOT", name: "care pilot" "护理试点", currency: CNY, jurisdiction: Other,
            invests: yes, settles_across_provinces: no, transfers: no, settles_directly: no,
        }
        premiums CarePremium { Unit = 1 "unit premium" "单位缴费" => Premium }
        benefits CareBenefit {
            HomeCare = 1 "home care" "居家护理" => Benefit,
            Salaries = 2 "salaries" "工资" => Administration,
        }
    }
}
