//! Three trust funds of another law: they pay their own administration, and may lend to one another
//! within what the profile authorises.
//!
//! Each purpose is named after the line of the published table to which it belongs. Where the table
//! has a net line that can be negative, money that goes the other way has a purpose of its own, in the
//! list of the other direction: nothing is netted in the ledger.

use earmark::prelude::*;

use crate::figures::Line;

/// The two funds of the table have the same lines.
macro_rules! trust_fund {
    ($(#[$doc:meta])* $fund:ident $income:ident $spending:ident $other:ident $code:literal $name:literal $zh:literal) => {
        fund! {
            $(#[$doc])*
            pub $fund {
                code: $code,
                name: $name $zh,
                currency: USD,
                jurisdiction: Other,
                invests: no,
                settles_across_provinces: no,
                transfers: no,
                settles_directly: no,
                borrows: yes,
            }
            premiums $income {
                PayrollTax = 1 "net payroll tax contributions" "工薪税净额" => Premium,
                TaxationOfBenefits = 2 "income from taxation of benefits" "津贴所得税" => Other,
                RailroadRetirement = 3 "received from Railroad Retirement" "铁路退休转入" => Other,
                RoundingOfReceipts = 4 "rounding of the table: receipts" "表列收入尾差" => Other,
                RoundingOfExpenditure = 5 "rounding of the table: expenditures" "表列支出尾差" => Other,
                RoundingOfNetIncrease = 6 "rounding of the table: net increase" "表列增减尾差" => Other,
                RoundingOfAssets = 7 "rounding of the table: assets" "表列资产尾差" => Other,
            }
            benefits $spending {
                Benefits = 1 "benefit payments" "津贴支出" => Benefit,
                // In a fund of `jurisdiction: China` this line does not compile.
                Administration = 2 "administrative expenses" "管理费用" => Administration,
                RailroadRetirement = 3 "transfers to Railroad Retirement" "转铁路退休" => Other,
            }
            state_uses $other {
                TaxationOfBenefits = 1 "taxation of benefits, given back" "退津贴所得税" => Other,
                Reimbursements = 2 "returned to the general fund" "退回普通基金" => Other,
                RoundingOfReceipts = 3 "rounding of the table: receipts" "表列收入尾差" => Other,
                RoundingOfExpenditure = 4 "rounding of the table: expenditures" "表列支出尾差" => Other,
                RoundingOfNetIncrease = 5 "rounding of the table: net increase" "表列增减尾差" => Other,
                RoundingOfAssets = 6 "rounding of the table: assets" "表列资产尾差" => Other,
            }
        }
    };
}

trust_fund! {
    /// Old-age and survivors insurance (42 USC 401(a)).
    OldAge OldAgeReceipt OldAgeUse OldAgeOther
    "US_OASI" "old-age and survivors insurance trust fund" "美国老年遗属保险信托基金"
}

trust_fund! {
    /// Disability insurance (42 USC 401(b)).
    Disability DisabilityReceipt DisabilityUse DisabilityOther
    "US_DI" "disability insurance trust fund" "美国残障保险信托基金"
}

fund! {
    /// Hospital insurance. Its accounts are not in the table: only its side of the loan is replayed.
    pub Hospital {
        code: "US_HI",
        name: "hospital insurance trust fund" "美国住院保险信托基金",
        currency: USD,
        jurisdiction: Other,
        invests: no,
        settles_across_provinces: no,
        transfers: no,
        settles_directly: no,
        borrows: yes,
    }
    premiums HospitalReceipt {
        PayrollTax = 1 "net payroll tax contributions" "工薪税净额" => Premium,
    }
    benefits HospitalUse {
        Benefits = 1 "benefit payments" "津贴支出" => Benefit,
        Administration = 2 "administrative expenses" "管理费用" => Administration,
    }
}

/// How a fund books money of a line; none where its law knows no such flow.
pub(crate) fn received<F: Fund>(line: Line) -> Option<F::Premium> {
    let listed = F::SPEC.premiums().iter().find(|it| it.name == line.name())?;
    F::Premium::from_code(listed.code)
}

pub(crate) fn paid<F: Fund>(line: Line) -> Option<F::Benefit> {
    let listed = F::SPEC.benefits().iter().find(|it| it.name == line.name())?;
    F::Benefit::from_code(listed.code)
}

pub(crate) fn given_back<F: Fund>(line: Line) -> Option<F::StateUse> {
    let listed = F::SPEC.state_uses().iter().find(|it| it.name == line.name())?;
    F::StateUse::from_code(listed.code)
}
