//! The accounts of the law are a closed list: nobody makes one of their own.
use earmark::prelude::*;

#[derive(Clone, Copy)]
struct SlushFund;

impl StatutoryAccount for SlushFund {
    const ACCOUNT: Account = Account::Special;
}

fn main() {}
