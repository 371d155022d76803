//! A system test of one's own program, with what earmark is tested with: strategies make the input, a ledger
//! file takes it, and the reference model says what must come of it.
//!
//! `pay_month` is the program under test. The rest is the test, as it would stand in a `#[test]`.

use earmark::account::Account;
use earmark::command::AnyCommand;
use earmark::prelude::*;
use earmark::time::UtcOffset;
use earmark_testkit::clock::HandClock;
use earmark_testkit::given::PAPERS;
use earmark_testkit::history::{Call, Line};
use earmark_testkit::model::{Answer, Model};
use earmark_testkit::strategy::amount::{everyday_amounts, in_major};
use earmark_testkit::strategy::name::parties;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

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
    let kind = WorkInjuryBenefit::Disability;
    let pay = |(to, amount): &Benefit| PayBenefit {
        from: ExpenditureAccount,
        kind,
        to: *to,
        amount: *amount,
    };
    book.record(
        key(&format!("benefits of {month}")),
        by,
        people.iter().map(pay).collect::<Vec<_>>(),
    )
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (mut paid, mut refused) = (0, 0);
    let months = vec(vec((parties(), everyday_amounts::<WorkInjury>()), 1..5), 1..7);
    let mut runner =
        TestRunner::new(Config { failure_persistence: None, cases: 64, ..Config::default() });
    let tried = std::cell::RefCell::new((&mut paid, &mut refused));
    runner.run(&(1_u64..20_000_000, months), |(held, months)| {
        let (clock, folder) = (HandClock::new(), tempfile::tempdir()?);
        let ledger = earmark::Options::new()
            .clock(clock.clone())
            .open(folder.path().join("book.earmark"))?;
        let book = ledger.book::<WorkInjury>(area("320100")?)?;
        let voucher = book.voucher(clock.today(), PAPERS)?;
        let opening = BringForward { into: ExpenditureAccount, amount: Amount::from_minor(held)? };
        book.record(key("opening"), &voucher, (OpenAccount(ExpenditureAccount), opening))?;

        // The model starts from the same, and is then asked what the program asks of the ledger.
        let mut model = Model::new();
        let there = model.open(area("320100")?, WorkInjury::SPEC);
        for text in [PAPERS.register, PAPERS.basis, PAPERS.actor] {
            model.register(there, text);
        }
        let ask = |model: &mut Model, name: &str, commands: Vec<AnyCommand>| {
            let line = |command| Line {
                on: clock.today(),
                actor: PAPERS.actor.into(),
                link: None,
                command,
            };
            let lines = commands.into_iter().map(line).collect();
            let at = clock.now();
            model.take(&Call { book: there, at, key: key(name), lines }, at.day(UtcOffset::CHINA))
        };
        let account = Account::Expenditure;
        let amount = in_major(held);
        let forward = AnyCommand::BringForward { into: account, amount };
        ask(&mut model, "opening", vec![AnyCommand::OpenAccount { account }, forward]);

        for (number, people) in (1..).zip(&months) {
            let month = Month::new(2021, number)?;
            let answer = pay_month(&book, &voucher, month, people);
            let pay = |(to, amount): &Benefit| AnyCommand::PayBenefit {
                from: account,
                kind: "Disability".into(),
                to: *to,
                amount: in_major(amount.minor()),
            };
            match (
                &answer,
                ask(&mut model, &format!("benefits of {month}"), people.iter().map(pay).collect()),
            ) {
                (Ok(receipt), Answer::Recorded { first_seq, .. }) => {
                    prop_assert_eq!(receipt.first_seq(), first_seq);
                    prop_assert!(pay_month(&book, &voucher, month, people)?.repeated());
                    *tried.borrow_mut().0 += 1;
                }
                (Err(Error::Rejected(rejected)), Answer::Refused(rules)) => {
                    prop_assert!(rules.contains(rejected.rule().code()), "{}", rejected);
                    *tried.borrow_mut().1 += 1;
                }
                (answer, expected) => prop_assert!(false, "{:?}, expected {:?}", answer, expected),
            }
            prop_assert_eq!(book.account(account)?.balance_minor, model.minor(there, account));
        }
        prop_assert!(ledger.verify()?.is_sound());
        Ok(())
    })?;
    println!(
        "64 offices tried: {paid} months paid, {refused} refused, every answer as the model's"
    );
    Ok(())
}
