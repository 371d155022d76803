//! What is refused, and in which words.

use earmark::prelude::*;

use crate::funds::OldAge;
use crate::loan;
use crate::replay::{Books, Keeper, ReplayError, millions};

/// Something asked of the ledger, and its answer.
pub(crate) struct Refusal {
    pub(crate) asked: &'static str,
    pub(crate) answer: Rejected,
}

/// The words of the program that does not compile, and those of the compiler.
pub(crate) const NOT_COMPILING: (&str, &str) = (
    include_str!("../../tests/compile_fail/loan_of_a_chinese_fund.rs"),
    include_str!("../../tests/compile_fail/loan_of_a_chinese_fund.stderr"),
);

/// The loan, as a service would send it.
const AUTHORISE_LOAN: &str = r#"{"command":"authorise_loan","authorisation":"interfund-loan-1982",
    "limit":"17519000000","from":"1982-01-01","until":"1982-12-31","repay_by":"1986-12-31"}"#;
const MAKE_LOAN: &str = r#"{"command":"make_loan","under":1,"amount":"5081000000"}"#;
const PAY_ADMINISTRATION: &str = r#"{"command":"pay_benefit","from":"expenditure",
    "kind":"Administration","to":"00000000-0000-0000-0000-000000000003","amount":"1"}"#;

fn refused(asked: &'static str, outcome: Result<Receipt, Error>) -> Result<Refusal, ReplayError> {
    match outcome {
        Ok(_) => Err(ReplayError::NotRefused { asked }),
        Err(Error::Rejected(answer)) => Ok(Refusal { asked, answer }),
        Err(error) => Err(error.into()),
    }
}

/// Until 1981 nobody could authorise a loan.
pub(crate) fn before_the_law(old_age: &Keeper<OldAge>) -> Result<Refusal, ReplayError> {
    let book = &old_age.book;
    let first = day("1981-12-31")?;
    let command = AuthoriseLoan { from: first, ..loan::authorisation(book, 1)? };
    let asked = "OASI: the loan is authorised a day too early, on 1981-12-31";
    refused(asked, book.record(key(asked), &loan::voucher(book)?.on(first), command))
}

/// What is tried once a year is recorded.
pub(crate) fn after_year(books: &Books, year: i32) -> Result<Vec<Refusal>, ReplayError> {
    let (Some(borrowed), Some(lent)) = (&books.old_age.under, &books.disability.under) else {
        return Ok(Vec::new());
    };
    let old_age = |asked: &'static str, day, millions_asked| {
        let voucher = books.old_age.voucher.on(day);
        let command = ReceiveLoan { under: borrowed, amount: millions(millions_asked)? };
        refused(asked, books.old_age.book.record(key(asked), &voucher, command))
    };
    match year {
        1982 => {
            let asked =
                "OASI: the same authorisation is granted a second time, for another million";
            let book = &books.old_age.book;
            let again = loan::authorisation(book, 1)?;
            let again = book.record(key(asked), &loan::voucher(book)?, again);
            let lender = "DI, which the authorisation names as a lender: borrows a million";
            let (book, voucher) = (&books.disability.book, books.disability.voucher_of(1982)?);
            let borrow = ReceiveLoan { under: lent, amount: millions(1)? };
            let borrow = book.record(key(lender), &voucher, borrow);
            Ok(vec![
                old_age(
                    "OASI, when all is drawn: another million in 1982, over the limit",
                    day("1982-12-31")?,
                    1,
                )?,
                refused(asked, again)?,
                refused(lender, borrow)?,
            ])
        }
        1985 => {
            let late = day("1983-06-30")?;
            let (asked, book) = ("DI: lends a million in 1983", &books.disability.book);
            let lend = MakeLoan { under: lent, amount: millions(1)? };
            let lend = book.record(key(asked), &books.disability.voucher.on(late), lend);
            let asked_back = "OASI: repays 13,156 in 1986, where 13,155 is owed";
            let repay = RepayLoan { under: borrowed, amount: millions(13_156)? };
            let voucher = books.old_age.voucher_of(1986)?;
            let repay = books.old_age.book.record(key(asked_back), &voucher, repay);
            let derived = "DI: gets 2,542 back in 1986, the figure derived from the table";
            let get = ReceiveRepayment { under: lent, amount: millions(2_542)? };
            let get = book.record(key(derived), &books.disability.voucher_of(1986)?, get);
            Ok(vec![
                old_age("OASI, with 4,364 repaid: a million is drawn in 1983", late, 1)?,
                old_age(
                    "OASI, with 4,364 repaid: a million is drawn again, for a day of 1982",
                    day("1982-12-31")?,
                    1,
                )?,
                refused(asked, lend)?,
                refused(asked_back, repay)?,
                refused(derived, get)?,
            ])
        }
        _ => Ok(Vec::new()),
    }
}

/// The same loan, and more of that law, in a book under the Chinese profile: the types leave no way
/// to write it down, so it comes through the dynamic door.
pub(crate) fn chinese(ledger: &Ledger) -> Result<Vec<Refusal>, ReplayError> {
    let book = ledger.book::<WorkInjury>(Area::CENTRAL)?;
    let papers = Papers {
        register: "orders",
        document: 1,
        basis: "Social Insurance Law art 64",
        actor: "finance_department",
    };
    let voucher = book.voucher(day("2021-01-04")?, papers)?;
    book.record(key("opening"), &voucher, AdoptProfile { profile: Profile::national() })?;
    book.register(loan::ID)?;
    let mut refusals = Vec::new();
    for (asked, json) in [
        ("work injury fund of China: the same authorisation, as JSON", AUTHORISE_LOAN),
        ("work injury fund of China: lends, as JSON", MAKE_LOAN),
        ("work injury fund of China: pays administration, as JSON", PAY_ADMINISTRATION),
    ] {
        let command: AnyCommand = serde_json::from_str(json)?;
        refusals.push(refused(asked, book.record_any(key(asked), &[(voucher, command)]))?);
    }
    let asked = "work injury fund of China: adopts the profile us-oasdi";
    let adoption = AdoptProfile { profile: Profile::us_oasdi() };
    refusals.push(refused(asked, book.record(key(asked), &voucher, adoption))?);
    Ok(refusals)
}
