//! A test of one's own program with what earmark is tested with: strategies make offices, people and amounts,
//! and a ledger file on a clock moved by hand takes them.
//!
//! `pay_month` is the program under test. `main` is the test, as it would stand in a `#[test]`. The docs of
//! `earmark_testkit::clerk` show one that asks the reference model beside the ledger.

use earmark::account::Account;
use earmark::prelude::*;
use earmark_testkit::clock::HandClock;
use earmark_testkit::given::{PAPERS, rule_of};
use earmark_testkit::strategy::amount::everyday_amounts;
use earmark_testkit::strategy::name::parties;
use proptest::collection::vec;
use proptest::prelude::*;

/// One person's disability benefit of a month.
type Benefit = (Party, Amount<WorkInjury>);

/// The program under test: pays a month's benefits, all of them or none, and again as often as it is asked
/// without paying twice.
fn pay_month(
    book: &Book<WorkInjury>,
    by: &Voucher,
    month: Month,
    people: &[Benefit],
) -> Result<Receipt, Error> {
    let (from, kind) = (ExpenditureAccount, WorkInjuryBenefit::Disability);
    let pay = |(to, amount): &Benefit| PayBenefit { from, kind, to: *to, amount: *amount };
    let benefits: Vec<_> = people.iter().map(pay).collect();
    book.record(key(&format!("benefits of {month}")), by, benefits)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let months = vec(vec((parties(), everyday_amounts::<WorkInjury>()), 1..5), 1..7);
    proptest!(ProptestConfig::with_cases(64), |(held in 1_u64..20_000_000, months in months)| {
        let (clock, folder) = (HandClock::new(), tempfile::tempdir()?);
        let file = folder.path().join("book.earmark");
        let ledger = earmark::Options::new().clock(clock.clone()).open(file)?;
        let book = ledger.book::<WorkInjury>(area("320100")?)?;
        let voucher = book.voucher(clock.today(), PAPERS)?;
        let opening = BringForward { into: ExpenditureAccount, amount: Amount::from_minor(held)? };
        book.record(key("opening"), &voucher, (OpenAccount(ExpenditureAccount), opening))?;

        let mut left = held;
        for (number, people) in (1..).zip(&months) {
            let month = Month::new(2021, number)?;
            let sum: u64 = people.iter().map(|(_, amount)| amount.minor()).sum();
            let paid = pay_month(&book, &voucher, month, people);
            if sum <= left {
                prop_assert_eq!(usize::try_from(paid?.count())?, people.len());
                prop_assert!(pay_month(&book, &voucher, month, people)?.repeated());
                left -= sum;
            } else {
                prop_assert_eq!(rule_of(paid), "no-overdraft");
            }
            prop_assert_eq!(book.account(Account::Expenditure)?.balance_minor, left);
        }
        prop_assert!(ledger.verify()?.is_sound());
    });
    println!("64 offices tried: every month is paid to all or to nobody, and once");
    Ok(())
}
