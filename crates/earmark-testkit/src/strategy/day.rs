//! Days, months, periods and moments.

use earmark_core::time::{Day, Month, Period, Timestamp};
use proptest::prelude::*;

/// Days of 1900 to 9999, often at the end of a month, of a year, of February in leap years and others.
///
/// They shrink towards 2021-01-01.
///
/// ```
/// use earmark_testkit::strategy::day::days;
/// use proptest::prelude::*;
///
/// proptest!(|(day in days())| {
///     prop_assert!(day.month().first_day() <= day && day <= day.month().last_day());
///     prop_assert_eq!(day.to_string().parse(), Ok(day));
/// });
/// ```
pub fn days() -> impl Strategy<Value = Day> {
    prop_oneof![
        6 => days_of(2021, 2021),
        4 => month_ends(2019, 2025),
        2 => year_ends(),
        2 => leap_ends(),
        1 => (Day::MIN.days()..=Day::MAX.days()).prop_map(day),
        1 => proptest::sample::select(vec![Day::MIN, Day::MAX]),
    ]
}

/// Days of these years.
pub fn days_of(first: i32, last: i32) -> impl Strategy<Value = Day> {
    let (first, last) = (Day::new(first, 1, 1).unwrap(), Day::new(last, 12, 31).unwrap());
    (first.days()..=last.days()).prop_map(day)
}

/// First and last days of months of these years, and the days beside them.
pub fn month_ends(first: i32, last: i32) -> impl Strategy<Value = Day> {
    (months_of(first, last), -1..=1_i32, any::<bool>()).prop_map(|(month, beside, end)| {
        let edge = if end { month.last_day() } else { month.first_day() };
        day(edge.days() + beside)
    })
}

fn year_ends() -> impl Strategy<Value = Day> {
    (1901..=9998_i32, -1..=1_i32)
        .prop_map(|(year, beside)| day(Day::new(year, 12, 31).unwrap().days() + beside))
}

/// The end of February: of leap years, of years that are none, and of centuries.
fn leap_ends() -> impl Strategy<Value = Day> {
    let years = proptest::sample::select(vec![2020, 2021, 2024, 2000, 1900, 2100, 2400]);
    (years, -1..=1_i32)
        .prop_map(|(year, beside)| day(Month::new(year, 2).unwrap().last_day().days() + beside))
}

fn day(days: i32) -> Day {
    Day::from_days(days).unwrap()
}

/// Months of 1900 to 9999, mostly near 2021. They shrink towards January 2021.
pub fn months() -> impl Strategy<Value = Month> {
    prop_oneof![
        6 => months_of(2021, 2021),
        3 => months_of(2019, 2025),
        1 => months_of(1900, 9999),
        1 => proptest::sample::select(vec![
            Month::new(1900, 1).unwrap(),
            Month::new(9999, 12).unwrap(),
        ]),
    ]
}

/// Months of these years.
pub fn months_of(first: i32, last: i32) -> impl Strategy<Value = Month> {
    (first..=last, 1..=12_u32).prop_map(|(year, month)| Month::new(year, month).unwrap())
}

/// Periods: months, quarters, years, and any days from one to another. They shrink towards the month of
/// January 2021.
///
/// ```
/// use earmark_testkit::strategy::day::periods;
/// use proptest::prelude::*;
///
/// proptest!(|(period in periods())| {
///     prop_assert!(period.contains(period.first()) && period.contains(period.last()));
/// });
/// ```
pub fn periods() -> impl Strategy<Value = Period> {
    prop_oneof![
        4 => months().prop_map(Period::month),
        2 => (2019..=2025_i32, 1..=4_u32).prop_map(|(year, quarter)| {
            Period::quarter(year, quarter).unwrap()
        }),
        2 => (2019..=2025_i32).prop_map(|year| Period::year(year).unwrap()),
        2 => (days_of(2019, 2025), 0..800_i32).prop_map(|(first, long)| {
            Period::new(first, day(first.days() + long)).unwrap()
        }),
    ]
}

/// Moments, often at midnight of some zone, of a month's end, or a microsecond beside.
pub fn timestamps() -> impl Strategy<Value = Timestamp> {
    let offsets = proptest::sample::select(vec![0_i64, 8 * 60, -8 * 60, 330, 14 * 60, -12 * 60]);
    let day_micros = 86_400_000_000_i64;
    prop_oneof![
        4 => (month_ends(2019, 2025), offsets, -1..=1_i64).prop_map(
            move |(day, minutes, beside)| {
                i64::from(day.days()) * day_micros - minutes * 60_000_000 + beside
            }
        ),
        2 => (days_of(1970, 2100), 0..day_micros).prop_map(move |(day, within)| {
            i64::from(day.days()) * day_micros + within
        }),
    ]
    .prop_filter_map("in the range of timestamps", Timestamp::from_micros)
}

/// How long a clock waits between two acts, in microseconds: not at all, minutes, over midnight, weeks,
/// and now and then a step back.
pub fn waits() -> impl Strategy<Value = i64> {
    prop_oneof![
        4 => Just(0_i64),
        8 => 1_i64..3_600_000_000,
        1 => 80_000_000_000_i64..40 * 86_400_000_000,
        1 => Just(-5_000_000_i64),
    ]
}
