//! The account flow matrix, row by row: what it allows is recorded, what it does not name is refused.
//!
//! `data/account_flow_matrix.csv` is the closed list of what may enter and leave each statutory
//! account; see `data/README.md` for its source.

mod allowed;
mod forbidden;

use earmark_core::account::Account;
use earmark_core::event::Kind;
use earmark_core::flow::{Direction, FLOWS, FlowRow};

const MATRIX: &str = include_str!("../data/account_flow_matrix.csv");

/// One row of the matrix.
struct MatrixRow {
    account: Account,
    direction: Direction,
    code: &'static str,
    allowed: bool,
}

fn matrix() -> Vec<MatrixRow> {
    MATRIX
        .lines()
        .skip(1)
        .map(|line| {
            let fields: Vec<_> = line.split(',').collect();
            let [account, direction, code, _, _, allowed, ..] = fields[..] else {
                panic!("a row of the matrix has eight fields: {line}");
            };
            let account = match account.split('(').next() {
                Some("REVENUE") => Account::Revenue,
                Some("EXPENDITURE") => Account::Expenditure,
                Some("SPECIAL") => Account::Special,
                Some("TREASURY") => Account::Treasury,
                _ => panic!("the matrix has no account `{account}`"),
            };
            let direction = if direction == "in" { Direction::In } else { Direction::Out };
            MatrixRow { account, direction, code, allowed: allowed == "yes" }
        })
        .collect()
}

/// The other end of an investment: the matrix names only the special account's side of it.
fn is_far_end_of_investment(flow: &FlowRow) -> bool {
    flow.account == Account::Investment && matches!(flow.row, "S10" | "S3")
}

#[test]
fn the_matrix_has_32_rows_two_of_them_for_everything_else() {
    let rows = matrix();
    assert_eq!(rows.len(), 32);
    let refused: Vec<_> = rows.iter().filter(|row| !row.allowed).map(|row| row.code).collect();
    assert_eq!(refused, ["R9", "E5"]);
}

#[test]
fn every_allowed_row_is_in_the_table_of_flows() {
    for row in matrix().iter().filter(|row| row.allowed) {
        assert!(
            FLOWS.iter().any(|flow| flow.row == row.code
                && flow.account == row.account
                && flow.direction == row.direction),
            "row {} has no flow",
            row.code
        );
    }
}

/// A direct settlement (row S9, out) that comes back comes back to the account it left, as E4 says of
/// the expenditure account. The matrix has no row of its own for it.
fn is_direct_settlement_back(flow: &FlowRow) -> bool {
    let back = [Kind::PaymentReturned, Kind::LatePaymentReturned, Kind::BenefitRecovered];
    (flow.row, flow.direction) == ("S9", Direction::In) && back.contains(&flow.kind)
}

/// Flows of no row: X4, by which a reorganisation laid down by law takes a balance over, and F3, the
/// authorised loans of funds of another law.
fn is_beyond_the_matrix(flow: &FlowRow) -> bool {
    match flow.row {
        "X4" => matches!(flow.kind, Kind::ReorganisedIn | Kind::ReorganisedOut),
        "F3" => flow.kind.is_loan() && flow.account == Account::Special,
        _ => false,
    }
}

#[test]
fn the_table_of_flows_has_nothing_that_the_matrix_does_not_allow() {
    let rows = matrix();
    let named = |flow: &&FlowRow| {
        !is_far_end_of_investment(flow)
            && !is_direct_settlement_back(flow)
            && !is_beyond_the_matrix(flow)
    };
    for flow in FLOWS.iter().filter(named) {
        let row = rows.iter().find(|row| row.code == flow.row);
        let row = row.unwrap_or_else(|| panic!("{flow:?} is not a row of the matrix"));
        assert!(row.allowed, "{flow:?}");
        assert_eq!((row.account, row.direction), (flow.account, flow.direction), "{flow:?}");
    }
    // Both ends of an investment, gains, losses and fees; three returns; five accounts in and out; four
    // flows of loans.
    let additions = FLOWS.iter().filter(|flow| !named(flow)).count();
    assert_eq!(additions, 2 + 3 + 3 + 2 * 5 + 4, "the documented additions");
    for (index, flow) in FLOWS.iter().enumerate() {
        let again = FLOWS.iter().skip(index + 1).any(|other| {
            (other.account, other.direction, other.kind)
                == (flow.account, flow.direction, flow.kind)
        });
        assert!(!again, "{flow:?} is listed twice");
    }
}

/// Row S2 speaks of interest that the tax authority or the revenue account hands in. The account's own
/// interest is recorded under the same row: it posts directly there (财社〔2017〕144号 art 42).
#[test]
fn the_special_accounts_own_interest_is_under_row_s2() {
    let own = FLOWS.iter().filter(|flow| flow.kind == Kind::InterestReceived);
    let rows: Vec<_> = own.map(|flow| (flow.account, flow.row)).collect();
    assert_eq!(
        rows,
        [(Account::Revenue, "R3"), (Account::Expenditure, "E3"), (Account::Special, "S2")]
    );
}
