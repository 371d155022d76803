//! Sums and bounds at their edges, in the engines that callers use before they record.

use earmark_core::assess::fine::{Multiples, non_payment};
use earmark_core::assess::late_fee::{Arrears, DayCount, daily_rates, late_fee};
use earmark_core::assess::portability::{PaidMonth, PooledRule, transferable};
use earmark_core::assess::premium::BaseBounds;
use earmark_core::assess::rounding::Exact;
use earmark_core::assess::shares::by_weight;
use earmark_core::assess::work_injury::Grade;
use earmark_core::fund::{FundSpec, WorkInjury};
use earmark_core::id::Area;
use earmark_core::money::{Amount, Currency, Figure, MAX_MINOR, yuan};
use earmark_core::time::{Month, Period, UtcOffset};

use crate::given::on;

#[test]
fn bounds_and_multiples_give_back_what_they_are_of() {
    let bounds = non_payment();
    let bounds = bounds.on(on("2021-01-01")).unwrap();
    assert_eq!(bounds.value.to_string(), "1 to 3 times");
    let fine = bounds.value.of(500).unwrap();
    assert_eq!((fine.least(), fine.most()), (500, 1_500));
    let most = Multiples::new(1, 1).unwrap();
    assert_eq!(most.of(MAX_MINOR).unwrap().most(), MAX_MINOR);
    assert!(Multiples::new(1, 2).unwrap().of(MAX_MINOR).is_err());
    let bases = BaseBounds::new(100, 300).unwrap();
    assert_eq!((bases.floor(), bases.cap()), (100, 300));
    assert_eq!(Grade::new(7).unwrap().number(), 7);
    let arrears = Arrears::new(1_000, on("2021-01-01")).unwrap();
    let arrears = arrears.paid(on("2021-01-02"), 300).unwrap();
    assert_eq!((arrears.principal(), arrears.owed()), (1_000, 700));
    let rates = daily_rates();
    let fee = late_fee(&arrears, on("2021-01-31"), DayCount::PaymentDayFree, &rates).unwrap();
    assert!(fee.lines().iter().all(|line| line.basis() == "Social Insurance Law art 86"), "{fee}");
    assert!(!rates.entries().is_empty());
    assert!(rates.entries().iter().all(|entry| !entry.basis.is_empty()));
}

#[test]
fn an_exact_sum_holds_the_greatest_amount() {
    let one = "1".parse().unwrap();
    let most = Exact::product(MAX_MINOR, one).unwrap();
    assert_eq!(most.half_up(), Ok(MAX_MINOR));
    assert_eq!(most.to_string(), "999,999,999,999,999.99");
    assert!(most.plus(Exact::product(1, one).unwrap()).is_err());
    let almost = Exact::product(1, "0.9999999999".parse().unwrap()).unwrap();
    let greatest = most.plus(almost).unwrap();
    assert!(greatest.plus(Exact::product(1, "0.0000000001".parse().unwrap()).unwrap()).is_err());
    assert_eq!(Exact::product(150_000, one).unwrap().to_string(), "1,500.00");
}

#[test]
fn who_loses_most_by_rounding_gets_the_fen_that_is_left() {
    assert_eq!(by_weight(100, &[1, 2, 3]).unwrap(), [17, 33, 50]);
    assert_eq!(by_weight(10, &[6, 2, 2]).unwrap(), [6, 2, 2]);
    assert_eq!(by_weight(11, &[7, 1, 2]).unwrap(), [8, 1, 2]);
}

#[test]
fn a_year_of_bases_may_come_to_the_greatest_amount() {
    let rule = PooledRule::state();
    let month = |number, base| {
        let month = Month::new(2021, number).unwrap();
        PaidMonth { month, base }
    };
    let half = MAX_MINOR / 2;
    let all = transferable(0, &[month(1, half), month(2, MAX_MINOR - half)], &rule).unwrap();
    assert_eq!(all.years()[0].base(), MAX_MINOR);
    assert!(transferable(0, &[month(1, half), month(2, MAX_MINOR - half + 1)], &rule).is_err());
}

#[test]
fn amounts_are_read_as_they_are_written() {
    let read = |text: &str| yuan::<WorkInjury>(text).map_err(|error| error.to_string());
    let minus_nothing = read("-0").unwrap_err();
    assert_ne!(
        minus_nothing,
        read("-1").unwrap_err(),
        "minus nothing is no number, not below zero"
    );
    assert_eq!(minus_nothing, read("x").unwrap_err());
    assert_eq!(minus_nothing, read("-").unwrap_err());
    let decimal = |text: &str| Amount::<WorkInjury>::from_decimal(text.parse().unwrap());
    assert_eq!(decimal("-0.00").unwrap(), Amount::ZERO);
    assert_eq!(decimal("-0.01"), Err(earmark_core::money::AmountError::Negative));
    let whole = Figure::from_minor(12_345, Currency::new("JPY", 0));
    assert_eq!(whole.to_string(), "12,345");
    let figure = Figure::from_minor(12_345, Currency::CNY);
    assert_eq!(Option::from(figure), Some(yuan::<WorkInjury>("123.45").unwrap().to_decimal()));
}

#[test]
fn a_code_of_an_area_has_six_digits_at_most() {
    assert_eq!(Area::from_code(999_999).unwrap().code(), 999_999);
    assert!(Area::from_code(1_000_000).is_err());
    assert!(Area::from_code(1_000_001).is_err());
    assert!("1000000".parse::<Area>().is_err());
}

#[test]
fn quarters_and_their_months() {
    for (quarter, first, last) in [
        (1, "2021-01-01", "2021-03-31"),
        (2, "2021-04-01", "2021-06-30"),
        (3, "2021-07-01", "2021-09-30"),
        (4, "2021-10-01", "2021-12-31"),
    ] {
        let period = Period::quarter(2021, quarter).unwrap();
        assert_eq!((period.first(), period.last()), (on(first), on(last)));
        assert_eq!(period.whole_months(), Some(3));
    }
    assert!(Period::quarter(2021, 0).is_err() && Period::quarter(2021, 5).is_err());
    let of = |first: &str, last: &str| Period::new(on(first), on(last)).unwrap().whole_months();
    assert_eq!(of("2020-11-01", "2021-02-28"), Some(4));
    assert_eq!(of("2019-12-01", "2021-01-31"), Some(14));
    assert_eq!(of("2021-01-01", "2021-01-30"), None);
    assert_eq!(of("2021-01-02", "2021-01-31"), None);
    assert_eq!(UtcOffset::CHINA.minutes(), 480);
    assert_eq!(UtcOffset::from_minutes(-300).unwrap().minutes(), -300);
}

mod again {
    use earmark_core::fund;

    fund! {
        /// The fund of `crate::law`, defined a second time.
        pub(super) Trust {
            code: "TRUST", name: "trust fund" "信托基金", currency: USD, jurisdiction: Other,
            invests: yes, settles_across_provinces: no, transfers: no, settles_directly: no,
            borrows: yes,
        }
        premiums TrustTax { Payroll = 1 "payroll tax" "工薪税" => Premium, }
        benefits TrustUse { Pension = 1 "pension" "养老金" => Benefit, }
    }
}

#[test]
fn two_definitions_are_equal_where_their_lists_are() {
    use earmark_core::fund::Fund;
    let (here, there): (&FundSpec, &FundSpec) = (crate::law::Trust::SPEC, again::Trust::SPEC);
    assert_eq!(here, there);
    assert_ne!(here, WorkInjury::SPEC);
    assert_eq!(here.name(), "trust fund");
}
