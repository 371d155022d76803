//! A reference model, written from the rules and not from the library: plain sums, plain rules.

use std::collections::BTreeMap;

use earmark_core::account::Account::{self, Expenditure, Investment, Revenue, Special, Treasury};
use earmark_core::command::AnyCommand;
use earmark_core::id::{Area, Key};
use earmark_core::time::Day;

use super::histories::REASON;

const LARGEST: u64 = 99_999_999_999_999_999;

/// Why a commit is refused: the code of the rule.
pub(super) type Refusal = &'static str;

/// One book as the model keeps it.
#[derive(Clone, Debug)]
pub(super) struct Book {
    area: Area,
    pension: bool,
    accounts: BTreeMap<Account, Purse>,
    interest: u64,
    pub(super) entries: Vec<Entry>,
    commits: BTreeMap<Key, Vec<(Day, AnyCommand)>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Purse {
    open: bool,
    fen: u64,
    /// Whether its opening balance stands (or stands reversed), once one was given.
    opening: Option<bool>,
    other_money: bool,
}

impl Purse {
    /// An opening balance is the first money of an account, or put right where it stands reversed.
    fn takes_opening(self) -> bool {
        self.opening.map_or(!self.other_money, |stands| !stands)
    }
}

/// What the model remembers of an event. Its place in the list is its sequence number less one.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// None for a registered text.
    pub(super) command: Option<AnyCommand>,
    pub(super) day: Day,
    pub(super) fen: u64,
    pub(super) from: Option<Account>,
    pub(super) to: Option<Account>,
    taken_back: u64,
}

impl Book {
    pub(super) fn new(area: Area, fund: &str, texts: usize, today: Day) -> Self {
        let text = Entry { command: None, day: today, fen: 0, from: None, to: None, taken_back: 0 };
        let accounts = Account::ALL.into_iter().map(|account| (account, Purse::default()));
        Self {
            area,
            pension: fund == "ENT_PENSION",
            accounts: accounts.collect(),
            interest: 0,
            entries: vec![text; texts],
            commits: BTreeMap::new(),
        }
    }

    pub(super) fn fen(&self, account: Account) -> u64 {
        self.accounts[&account].fen
    }

    /// Takes a commit, or says which rule refuses it. `Ok(true)`: it was recorded before.
    pub(super) fn take(
        &mut self,
        key: Key,
        commit: &[(Day, AnyCommand)],
        today: Day,
    ) -> Result<bool, Refusal> {
        for (day, command) in commit {
            self.shape(*day, command)?;
        }
        if let Some(earlier) = self.commits.get(&key) {
            return if earlier == commit { Ok(true) } else { Err("key-fresh") };
        }
        let mut next = self.clone();
        for (day, command) in commit {
            next.enter(*day, command, today, self.entries.len())?;
        }
        next.commits.insert(key, commit.to_vec());
        *self = next;
        Ok(false)
    }

    fn entry(&self, seq: u64) -> Option<&Entry> {
        usize::try_from(seq).ok()?.checked_sub(1).and_then(|at| self.entries.get(at))
    }

    /// Whether the command can be said at all in a book of this fund.
    fn shape(&self, day: Day, command: &AnyCommand) -> Result<(), Refusal> {
        use AnyCommand as C;
        if let C::Reverse { reason, .. } = command
            && reason != REASON
        {
            return Err("voucher-complete");
        }
        let original = match original(command) {
            Some(of) => Some(self.entry(of).ok_or("original-fits")?),
            None => None,
        };
        let listed = match command {
            C::ReceivePremium { kind, .. } => self.premiums().contains(&kind.as_str()),
            C::PayBenefit { kind, .. }
            | C::SettleDirectly { kind, .. }
            | C::SettleAcrossProvinces { kind, .. } => self.benefits().contains(&kind.as_str()),
            C::PayStateUse { .. } => false,
            _ => true,
        };
        if !listed {
            return Err("closed-list");
        }
        let sum = fen(command);
        if sum.is_some_and(|fen| fen > LARGEST) {
            return Err("range");
        }
        if original.is_some_and(|of| !may_be_taken_back(command, of)) {
            return Err("original-fits");
        }
        if sum == Some(0) {
            return Err("range");
        }
        let open_to_fund = match command {
            C::ReceiveInvestmentReturn { .. }
            | C::PlaceInvestment { .. }
            | C::RedeemInvestment { .. }
            | C::OpenAccount { account: Investment }
            | C::CloseAccount { account: Investment }
            | C::BringForward { into: Investment, .. } => self.pension,
            C::SettleAcrossProvinces { .. }
            | C::SettleDirectly { .. }
            | C::PayBenefit { from: Special, .. } => !self.pension,
            _ => true,
        };
        let late = original.is_some_and(|of| day.year() > of.day.year());
        if open_to_fund && has_flow(command, late) { Ok(()) } else { Err("closed-list") }
    }

    fn premiums(&self) -> &'static [&'static str] {
        if self.pension {
            &["Unit", "Individual"]
        } else {
            &["Unit", "Individual", "ForUnemployed"]
        }
    }

    fn benefits(&self) -> &'static [&'static str] {
        if self.pension {
            &["BasicPension", "FuneralAndSurvivors"]
        } else {
            &["Hospital", "MaternityAllowance"]
        }
    }

    /// Where money leaves and where it arrives; the outside is none.
    fn ends(&self, command: &AnyCommand) -> (Option<Account>, Option<Account>) {
        use AnyCommand as C;
        match command {
            C::BringForward { into, .. }
            | C::ReceivePremium { into, .. }
            | C::ReceiveInterest { into, .. }
            | C::ReceiveTransferIn { into, .. }
            | C::ReceiveSuperiorSubsidy { into, .. }
            | C::ReceiveLowerRemittance { into, .. }
            | C::ReceiveOtherIncome { into, .. }
            | C::RecoverBenefit { into, .. } => (None, Some(*into)),
            C::ReceiveFiscalSubsidy { .. } | C::ReceiveInvestmentReturn { .. } => {
                (None, Some(Special))
            }
            C::ReturnPayment { of, .. } => (None, self.entry(*of).and_then(|of| of.from)),
            C::TransferCollections { from, .. } => (Some(*from), Some(Special)),
            C::Release { .. } => (Some(Special), Some(Expenditure)),
            C::HandOverInterest { .. } => (Some(Expenditure), Some(Special)),
            C::PlaceInvestment { .. } => (Some(Special), Some(Investment)),
            C::RedeemInvestment { .. } => (Some(Investment), Some(Special)),
            C::RefundPremium { from, .. }
            | C::ReturnTransferIn { from, .. }
            | C::PayBenefit { from, .. }
            | C::RemitToSuperior { from, .. }
            | C::SubsidiseLower { from, .. } => (Some(*from), None),
            C::SettleDirectly { .. } | C::SettleAcrossProvinces { .. } | C::PayStateUse { .. } => {
                (Some(Special), None)
            }
            C::PayTransferOut { .. } => (Some(Expenditure), None),
            C::Reverse { of, .. } => match self.entry(*of) {
                Some(entry) => (entry.to, entry.from),
                None => (None, None),
            },
            _ => (None, None),
        }
    }

    fn enter(
        &mut self,
        day: Day,
        command: &AnyCommand,
        today: Day,
        recorded: usize,
    ) -> Result<(), Refusal> {
        if day > today {
            return Err("not-in-future");
        }
        if other_area(command) == Some(self.area) {
            return Err("other-area");
        }
        let mut sum = fen(command).unwrap_or(0);
        if let Some(of) = original(command) {
            assert!(of <= recorded as u64, "the shape was checked against what is recorded");
            let original = self.entry(of).unwrap().clone();
            if day < original.day {
                return Err("after-original");
            }
            if let AnyCommand::RecoverBenefit { into, .. } = command
                && day.year() == original.day.year()
                && Some(*into) != original.from
            {
                return Err("recovery-year");
            }
            let whole = matches!(command, AnyCommand::Reverse { .. });
            if whole {
                sum = original.fen;
            }
            if sum > original.fen - original.taken_back || (whole && original.taken_back > 0) {
                return Err("corrected-once");
            }
        }
        let (from, to) = self.ends(command);
        match command {
            AnyCommand::OpenAccount { account } => {
                let purse = self.accounts.get_mut(account).unwrap();
                if purse.open {
                    return Err("open-once");
                }
                purse.open = true;
            }
            AnyCommand::CloseAccount { account } => {
                let purse = self.accounts.get_mut(account).unwrap();
                if !purse.open {
                    return Err("account-open");
                }
                if purse.fen > 0 {
                    return Err("close-empty");
                }
                purse.open = false;
            }
            AnyCommand::BringForward { into, .. } if !self.accounts[into].takes_opening() => {
                return Err("forward-first");
            }
            _ => {}
        }
        self.pour(from, to, sum)?;
        self.mind_opening(command, from, to);
        self.mind_interest(command, sum)?;
        self.mind_originals(command, sum);
        let command = Some(command.clone());
        self.entries.push(Entry { command, day, fen: sum, from, to, taken_back: 0 });
        Ok(())
    }

    fn pour(
        &mut self,
        from: Option<Account>,
        to: Option<Account>,
        sum: u64,
    ) -> Result<(), Refusal> {
        if let Some(account) = from {
            let purse = self.accounts.get_mut(&account).unwrap();
            if !purse.open {
                return Err("account-open");
            }
            purse.fen = purse.fen.checked_sub(sum).ok_or("no-overdraft")?;
        }
        if let Some(account) = to {
            let purse = self.accounts.get_mut(&account).unwrap();
            if !purse.open {
                return Err("account-open");
            }
            if purse.fen + sum > LARGEST {
                return Err("range");
            }
            purse.fen += sum;
        }
        Ok(())
    }

    fn mind_opening(&mut self, command: &AnyCommand, from: Option<Account>, to: Option<Account>) {
        let undone = match command {
            AnyCommand::Reverse { of, .. } => self.entry(*of).and_then(|it| it.command.clone()),
            _ => None,
        };
        for account in [from, to].into_iter().flatten() {
            let purse = self.accounts.get_mut(&account).unwrap();
            match (command, &undone) {
                (AnyCommand::BringForward { .. }, _) => purse.opening = Some(true),
                (_, Some(AnyCommand::BringForward { .. })) => purse.opening = Some(false),
                _ => purse.other_money = true,
            }
        }
    }

    /// The expenditure account hands over its own interest and no more.
    fn mind_interest(&mut self, command: &AnyCommand, sum: u64) -> Result<(), Refusal> {
        use AnyCommand as C;
        let reversed = match command {
            C::Reverse { of, .. } => self.entry(*of).and_then(|entry| entry.command.clone()),
            _ => None,
        };
        let what = reversed.as_ref().unwrap_or(command);
        let more = match what {
            C::ReceiveInterest { into: Expenditure, .. } => reversed.is_none(),
            C::HandOverInterest { .. } => reversed.is_some(),
            _ => return Ok(()),
        };
        if more {
            self.interest += sum;
        } else {
            self.interest = self.interest.checked_sub(sum).ok_or("own-interest")?;
        }
        Ok(())
    }

    fn mind_originals(&mut self, command: &AnyCommand, sum: u64) {
        let Some(of) = original(command) else { return };
        let at = usize::try_from(of).unwrap() - 1;
        self.entries[at].taken_back += sum;
        if !matches!(command, AnyCommand::Reverse { .. }) {
            return;
        }
        let undone = self.entries[at].command.clone().unwrap();
        // A return that is itself reversed was no return.
        if let Some(first) = original(&undone) {
            self.entries[usize::try_from(first).unwrap() - 1].taken_back -= sum;
        }
    }
}

/// The matrix, from memory: where each flow may touch an account. What comes back is late where it
/// comes in a later year.
fn has_flow(command: &AnyCommand, late: bool) -> bool {
    use AnyCommand as C;
    match command {
        C::ReceivePremium { into, .. } => [Treasury, Revenue, Special].contains(into),
        C::ReceiveInterest { into, .. } | C::ReceiveSuperiorSubsidy { into, .. } => {
            [Revenue, Expenditure, Special].contains(into)
        }
        C::ReceiveTransferIn { into, .. }
        | C::ReceiveLowerRemittance { into, .. }
        | C::ReceiveOtherIncome { into, .. } => [Revenue, Special].contains(into),
        C::RecoverBenefit { into, .. } if late => [Revenue, Special].contains(into),
        C::RecoverBenefit { into, .. } => [Expenditure, Special].contains(into),
        C::TransferCollections { from, .. } => [Treasury, Revenue].contains(from),
        C::RefundPremium { from, .. } | C::ReturnTransferIn { from, .. } => {
            [Revenue, Special].contains(from)
        }
        C::PayBenefit { from, .. } | C::SubsidiseLower { from, .. } => {
            [Expenditure, Special].contains(from)
        }
        C::RemitToSuperior { from, .. } => [Revenue, Expenditure, Special].contains(from),
        _ => true,
    }
}

fn original(command: &AnyCommand) -> Option<u64> {
    match command {
        AnyCommand::ReturnPayment { of, .. }
        | AnyCommand::RecoverBenefit { of, .. }
        | AnyCommand::RefundPremium { of, .. }
        | AnyCommand::ReturnTransferIn { of, .. }
        | AnyCommand::Reverse { of, .. } => Some(*of),
        _ => None,
    }
}

fn may_be_taken_back(command: &AnyCommand, of: &Entry) -> bool {
    use AnyCommand as C;
    let Some(of) = &of.command else { return false };
    match command {
        C::ReturnPayment { .. } => is_benefit(of) || matches!(of, C::PayTransferOut { .. }),
        C::RecoverBenefit { .. } => is_benefit(of),
        C::RefundPremium { .. } => matches!(of, C::ReceivePremium { .. }),
        C::ReturnTransferIn { .. } => matches!(of, C::ReceiveTransferIn { .. }),
        _ => !matches!(of, C::Reverse { .. } | C::OpenAccount { .. } | C::CloseAccount { .. }),
    }
}

pub(super) fn is_benefit(command: &AnyCommand) -> bool {
    use AnyCommand as C;
    matches!(
        command,
        C::PayBenefit { .. } | C::SettleDirectly { .. } | C::SettleAcrossProvinces { .. }
    )
}

/// The other level's area, which is not one's own.
fn other_area(command: &AnyCommand) -> Option<Area> {
    use AnyCommand as C;
    match command {
        C::ReceiveSuperiorSubsidy { from: area, .. }
        | C::ReceiveLowerRemittance { from: area, .. }
        | C::RemitToSuperior { to: area, .. }
        | C::SubsidiseLower { to: area, .. } => Some(*area),
        _ => None,
    }
}

/// The sum that a command names, in fen.
fn fen(command: &AnyCommand) -> Option<u64> {
    use AnyCommand as C;
    let (C::BringForward { amount, .. }
    | C::ReceivePremium { amount, .. }
    | C::RefundPremium { amount, .. }
    | C::ReceiveFiscalSubsidy { amount }
    | C::ReceiveInterest { amount, .. }
    | C::ReceiveInvestmentReturn { amount }
    | C::ReceiveTransferIn { amount, .. }
    | C::ReceiveSuperiorSubsidy { amount, .. }
    | C::ReceiveLowerRemittance { amount, .. }
    | C::ReceiveOtherIncome { amount, .. }
    | C::TransferCollections { amount, .. }
    | C::Release { amount, .. }
    | C::HandOverInterest { amount }
    | C::PlaceInvestment { amount }
    | C::RedeemInvestment { amount }
    | C::PayBenefit { amount, .. }
    | C::SettleDirectly { amount, .. }
    | C::SettleAcrossProvinces { amount, .. }
    | C::PayStateUse { amount, .. }
    | C::PayTransferOut { amount, .. }
    | C::RemitToSuperior { amount, .. }
    | C::SubsidiseLower { amount, .. }
    | C::ReturnPayment { amount, .. }
    | C::RecoverBenefit { amount, .. }
    | C::ReturnTransferIn { amount, .. }) = command
    else {
        return None;
    };
    Some(amount.replace('.', "").parse().unwrap())
}
