//! Profiles small enough to read at a glance, and a fund of a law that knows loans between funds.

use earmark_core::fund;
use earmark_core::rules::Profile;

fund! {
    /// A trust fund of another law: it may lend to another, and borrow, where that law says so.
    pub(crate) Trust {
        code: "TRUST", name: "trust fund" "信托基金", currency: USD, jurisdiction: Other,
        invests: yes, settles_across_provinces: no, transfers: no, settles_directly: no,
        borrows: yes,
    }
    premiums TrustTax { Payroll = 1 "payroll tax" "工薪税" => Premium, }
    benefits TrustUse { Pension = 1 "pension" "养老金" => Benefit, }
}

/// The loan by which [`loans`] lets the trust fund lend.
pub(crate) const LENDING: &str = "interfund-lending";

/// The loan by which it lets it borrow.
pub(crate) const BORROWING: &str = "interfund-borrowing";

/// A profile of one layer.
pub(crate) fn profile(jurisdiction: &str, rules: &str) -> Profile {
    let head = "[profile]\nid = \"test\"\nname = \"test\"\nedition = \"1\"\njurisdiction = ";
    let text = format!("{head}\"{jurisdiction}\"\n\n{rules}");
    Profile::of_layers([text.as_str()]).unwrap()
}

/// Of the trust fund's law: loans of 2021, to and from another fund.
pub(crate) fn loans() -> Profile {
    profile(
        "Other",
        "[[authorisation]]\nid = \"interfund-lending\"\nlender = \"TRUST\"\nborrower = \"OTHER\"\n\
         repay_by = 2025-12-31\nfrom = 2021-01-01\nuntil = 2021-12-31\nsource = \"an act\"\n\n\
         [[authorisation]]\nid = \"interfund-borrowing\"\nlender = \"OTHER\"\nborrower = \"TRUST\"\n\
         repay_by = 2025-12-31\nfrom = 2021-01-01\nuntil = 2021-12-31\nsource = \"an act\"\n",
    )
}

/// Enterprise pension insurance is pooled by the province.
pub(crate) fn pooled() -> Profile {
    profile(
        "China",
        "[[reorganisation]]\nid = \"pooled\"\nwhat = \"raise_pooling_level\"\n\
         out_of = \"ENT_PENSION\"\ninto = \"ENT_PENSION\"\nfrom = 2021-01-01\nuntil = 2021-12-31\n\
         source = \"a decree\"\n",
    )
}
