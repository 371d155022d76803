use super::fact::own_direction;
use super::{Detail, Fact, Kind};
use crate::account::Account;
use crate::flow::Direction;

/// The posting of an event: money leaves one place and enters another. `None` is the outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Movement {
    /// The account that money leaves.
    pub from: Option<Account>,
    /// The account that money enters.
    pub to: Option<Account>,
    /// How much, in minor units.
    pub amount_minor: u64,
}

impl Movement {
    const fn reversed(self) -> Self {
        Self { from: self.to, to: self.from, amount_minor: self.amount_minor }
    }
}

impl Fact {
    /// The posting; none where the event moves no money.
    #[must_use]
    pub const fn movement(&self) -> Option<Movement> {
        if !self.kind.moves_money() {
            return None;
        }
        match self.detail {
            Detail::Reversal { of, .. } => {
                Some(movement_of(of.kind, self.account, self.amount_minor).reversed())
            }
            _ => Some(movement_of(self.kind, self.account, self.amount_minor)),
        }
    }
}

/// The posting of a kind of event at an account.
pub(crate) const fn movement_of(
    kind: Kind,
    account: Option<Account>,
    amount_minor: u64,
) -> Movement {
    match own_direction(kind) {
        Direction::Out => Movement { from: account, to: route_target(kind), amount_minor },
        Direction::In => Movement { from: None, to: account, amount_minor },
    }
}

/// Where the money of a route goes; none for what leaves the book.
const fn route_target(kind: Kind) -> Option<Account> {
    match kind {
        Kind::CollectionsTransferred | Kind::InterestHandedOver | Kind::InvestmentRedeemed => {
            Some(Account::Special)
        }
        Kind::Released => Some(Account::Expenditure),
        Kind::InvestmentPlaced => Some(Account::Investment),
        _ => None,
    }
}
