//! One walk over a book's events, which gathers what the checks ask for.

use std::collections::{BTreeMap, BTreeSet};

use earmark_core::account::Account;
use earmark_core::error::{Fault, FaultKind};
use earmark_core::event::{Detail, Kind, PurposeList, Recorded};
use earmark_core::fund::{ExpenditureItem, IncomeItem, Jurisdiction};
use earmark_core::id::{Area, Link, Party};
use earmark_core::ledger::AnyBook;
use earmark_core::report::StatementItem;
use earmark_core::rules::{Deadline, FundRules, Profile, Requirement, Strength};
use earmark_core::time::{Day, Month, Period};

use super::lots::Moved;
use crate::arrears::root_of;
use crate::reading::{Entry, Knowledge};
use crate::registers::Folded;

/// What was gathered of one book, until the last day of a period.
pub(super) struct Survey<'a> {
    pub(super) book: &'a AnyBook,
    pub(super) period: Period,
    pub(super) registers: Folded,
    /// The rules adopted last.
    pub(super) rules: Option<FundRules>,
    pub(super) spent: Vec<Spent>,
    pub(super) subsidies: Vec<(Day, i128)>,
    pub(super) held: BTreeMap<Account, Vec<Moved>>,
    pub(super) interest: Vec<Moved>,
    pub(super) claims: BTreeMap<Link, Claim>,
    pub(super) unclaimed: Vec<Money>,
    pub(super) undue: Vec<Money>,
    pub(super) unplanned: Vec<(Month, Money)>,
    pub(super) late_releases: Vec<(Month, Money)>,
    pub(super) approvals: Vec<Approval>,
    pub(super) flows: Vec<Flow>,
    pub(super) funerals: Vec<(Party, Money)>,
    /// Events that were reversed.
    pub(super) reversed: BTreeSet<u64>,
    plans: BTreeSet<Month>,
    case_of: BTreeMap<u64, Link>,
    damaged: Option<Fault>,
}

/// Money of one event, with the sign of what it takes back.
#[derive(Clone, Copy)]
pub(super) struct Money {
    pub(super) day: Day,
    pub(super) seq: u64,
    pub(super) minor: i128,
    pub(super) party: Option<Party>,
}

/// Expenditure of a line.
pub(super) struct Spent {
    pub(super) item: ExpenditureItem,
    pub(super) money: Money,
    /// Whether the rules, as they were, ask for a budget first.
    pub(super) needs_budget: bool,
}

/// A claim and what was paid on it.
pub(super) struct Claim {
    pub(super) filed: Money,
    pub(super) deadline: Option<earmark_core::rules::DaysAllowed>,
    pub(super) verified: Option<Verified>,
    pub(super) refused: bool,
    pub(super) payments: Vec<Money>,
}

/// What was verified of a claim.
#[derive(Clone, Copy)]
pub(super) struct Verified {
    pub(super) money: Money,
    pub(super) payable_from: Day,
    pub(super) instalments: u64,
}

/// An act that put a budget, or its adjustments, in force.
pub(super) struct Approval {
    pub(super) year: i32,
    pub(super) seq: u64,
    pub(super) surplus_wanted: bool,
}

/// Money between two areas, as one of them records it.
pub(super) struct Flow {
    /// The kind under which the sender records it.
    pub(super) kind: Kind,
    pub(super) sender: Area,
    pub(super) receiver: Area,
    pub(super) sends: bool,
    pub(super) money: Money,
}

impl<'a> Survey<'a> {
    pub(super) fn of(book: &'a AnyBook, period: Period, known: Knowledge) -> Result<Self, Fault> {
        let mut survey = Self {
            book,
            period,
            registers: Folded { entries: BTreeMap::new(), through: 0 },
            rules: None,
            spent: Vec::new(),
            subsidies: Vec::new(),
            held: BTreeMap::new(),
            interest: Vec::new(),
            claims: BTreeMap::new(),
            unclaimed: Vec::new(),
            undue: Vec::new(),
            unplanned: Vec::new(),
            late_releases: Vec::new(),
            approvals: Vec::new(),
            flows: Vec::new(),
            funerals: Vec::new(),
            reversed: BTreeSet::new(),
            plans: BTreeSet::new(),
            case_of: BTreeMap::new(),
            damaged: None,
        };
        let folded =
            Folded::of(book, Some(period.last()), known, &mut |recorded| survey.take(recorded))?;
        survey.registers = folded;
        match survey.damaged.take() {
            Some(fault) => Err(fault),
            None => Ok(survey),
        }
    }

    /// How firmly the rules so far ask for something; none where no profile was adopted.
    fn strength(&self, what: Requirement, day: Day) -> Option<Strength> {
        self.rules.as_ref().map(|rules| rules.on(day).strength(what))
    }

    /// Whether the fund is one of Chinese law, whose articles hold without a profile too.
    pub(super) fn is_chinese(&self) -> bool {
        self.book.fund().jurisdiction() == Jurisdiction::China
    }

    /// Whether the rules so far, or the law where none were adopted, ask for something.
    pub(super) fn asks(&self, what: Requirement, day: Day) -> bool {
        match self.strength(what, day) {
            Some(strength) => strength != Strength::Off,
            None => self.is_chinese(),
        }
    }

    fn take(&mut self, recorded: &Recorded) {
        let fact = recorded.event().fact();
        match (fact.kind(), fact.detail()) {
            (_, Detail::Profile(text)) => self.adopt(text),
            (kind, Detail::Matter(matter)) => self.take_matter(kind, matter, recorded),
            _ => self.take_money(recorded),
        }
    }

    fn adopt(&mut self, text: &str) {
        match Profile::parse(text) {
            Ok(profile) => self.rules = Some(profile.for_fund(self.book.fund())),
            Err(error) => {
                let at = format!("book {}, a rule profile", self.book.id());
                self.damaged = Some(Fault::new(FaultKind::Damaged, at, error));
            }
        }
    }

    fn take_matter(
        &mut self,
        kind: Kind,
        matter: &earmark_core::event::Matter,
        recorded: &Recorded,
    ) {
        let (event, money) = (recorded.event(), Money::of(recorded));
        match kind {
            Kind::UsePlanApproved => self.plans.extend(matter.from().map(Day::month)),
            Kind::BudgetApproved | Kind::BudgetAdjusted => {
                let Ok(year) = i32::try_from(matter.number()) else { return };
                let wanted = self.strength(Requirement::BudgetSurplus, money.day);
                let surplus_wanted = !matches!(wanted, None | Some(Strength::Off));
                self.approvals.push(Approval { year, seq: money.seq, surplus_wanted });
            }
            Kind::BenefitClaimed => {
                let Some(case) = event.correlation() else { return };
                let deadline = deadline_of(self.book, recorded.purpose_name())
                    .zip(self.rules.as_ref())
                    .and_then(|(what, rules)| rules.deadline(what, money.day))
                    .map(|ruling| ruling.value);
                let (verified, payments) = (None, Vec::new());
                let claim = Claim { filed: money, deadline, verified, refused: false, payments };
                self.claims.insert(case, claim);
            }
            Kind::ClaimVerified => {
                let claim = event.correlation().and_then(|case| self.claims.get_mut(&case));
                if let (Some(claim), Some(payable_from)) = (claim, matter.from()) {
                    let instalments = matter.number();
                    claim.verified = Some(Verified { money, payable_from, instalments });
                }
            }
            Kind::ClaimRefused => {
                let claim = event.correlation().and_then(|case| self.claims.get_mut(&case));
                claim.into_iter().for_each(|claim| claim.refused = true);
            }
            _ => {}
        }
    }

    fn take_money(&mut self, recorded: &Recorded) {
        let Some(entry) = Entry::of_event(recorded) else { return };
        let fact = recorded.event().fact();
        let (kind, root, money) = (fact.kind(), fact.root_kind(), Money::of(recorded));
        let original = fact.original();
        if kind == Kind::Reversed {
            self.reversed.extend(original.map(|original| original.seq));
        }
        let item = match entry.item {
            StatementItem::Expenditure(item) => Some(item),
            _ => None,
        };
        if let Some(item) = item {
            let needs_budget = self.asks(Requirement::BudgetBeforePayment, money.day);
            let money = Money { minor: entry.counted, ..money };
            self.spent.push(Spent { item, money, needs_budget });
        }
        if entry.item == StatementItem::Income(IncomeItem::FiscalSubsidy) {
            self.subsidies.push((money.day, entry.counted));
        }
        for account in [Account::Treasury, Account::Revenue] {
            let moved = self.moved(&entry, account, recorded, true);
            self.held.entry(account).or_default().extend(moved);
        }
        if matches!(root, Kind::InterestReceived | Kind::InterestHandedOver) {
            let moved = self.moved(&entry, Account::Expenditure, recorded, false);
            self.interest.extend(moved);
        }
        self.take_flow(recorded, money);
        match kind {
            Kind::PremiumReceived if !matches!(fact.detail(), Detail::Owed(_)) => {
                let wanted = self.strength(Requirement::DueBeforeReceipt, money.day);
                self.undue.extend((wanted == Some(Strength::Flag)).then_some(money));
            }
            Kind::Released => self.take_release(fact.detail(), money),
            _ => {}
        }
        if matches!(root, Kind::BenefitPaid | Kind::CrossProvinceSettled) {
            self.take_benefit(recorded, money);
        }
    }

    fn moved(
        &self,
        entry: &Entry,
        account: Account,
        recorded: &Recorded,
        dated: bool,
    ) -> Option<Moved> {
        let change = entry.change(account);
        let day = recorded.effective_on();
        let deadline = self.rules.as_ref().filter(|_| dated && change > 0).and_then(|rules| {
            rules.deadline(Deadline::DepositCollections, day).map(|ruling| ruling.value)
        });
        let undoes = recorded.event().fact().original().map(|original| original.seq);
        let moved = Moved { day, seq: recorded.seq(), change, undoes, deadline };
        (change != 0).then_some(moved)
    }

    fn take_release(&mut self, detail: &Detail, money: Money) {
        let Detail::Plan(month) = *detail else { return };
        let wanted = self.strength(Requirement::UsePlanBeforeRelease, money.day);
        if wanted == Some(Strength::Flag) && !self.plans.contains(&month) {
            self.unplanned.push((month, money));
        }
        if !matches!(wanted, None | Some(Strength::Off)) && money.day > month.last_day() {
            self.late_releases.push((month, money));
        }
    }

    fn take_benefit(&mut self, recorded: &Recorded, money: Money) {
        let event = recorded.event();
        let first = event.fact().original().is_none();
        let root = root_of(recorded);
        let case = match event.correlation().filter(|case| self.claims.contains_key(case)) {
            Some(case) if first => {
                self.case_of.insert(root, case);
                Some(case)
            }
            _ if first => None,
            _ => self.case_of.get(&root).copied(),
        };
        let claim = case.and_then(|case| self.claims.get_mut(&case));
        let person = claim.as_ref().and_then(|claim| claim.filed.party).or(money.party);
        match claim {
            Some(claim) => claim.payments.push(money),
            None if first => {
                let wanted = self.strength(Requirement::ClaimBeforePayment, money.day);
                self.unclaimed.extend((wanted == Some(Strength::Flag)).then_some(money));
            }
            None => {}
        }
        let named = event.fact().purpose_list() == PurposeList::Benefit
            && recorded.purpose_name().is_some_and(|name| name.contains("Funeral"));
        if let Some(person) = person.filter(|_| named && self.is_chinese()) {
            self.funerals.push((person, money));
        }
    }

    fn take_flow(&mut self, recorded: &Recorded, money: Money) {
        let fact = recorded.event().fact();
        // A reversal does not name the other area; its original does.
        let original = match *fact.detail() {
            Detail::Reversal { of, .. } => of.seq,
            _ => recorded.seq(),
        };
        if original != recorded.seq() {
            let found = self.flows.iter().find(|flow| flow.money.seq == original);
            let undone = found.map(|flow| Flow { money, ..*flow });
            self.flows.extend(undone);
            return;
        }
        let Detail::Area(other) = *fact.detail() else { return };
        let own = self.book.area();
        let (kind, sends) = match fact.kind() {
            Kind::SuperiorRemitted => (Kind::SuperiorRemitted, true),
            Kind::LowerRemittanceReceived => (Kind::SuperiorRemitted, false),
            Kind::LowerSubsidised => (Kind::LowerSubsidised, true),
            Kind::SuperiorSubsidyReceived => (Kind::LowerSubsidised, false),
            Kind::ReorganisedOut => (Kind::ReorganisedOut, true),
            Kind::ReorganisedIn => (Kind::ReorganisedOut, false),
            _ => return,
        };
        let (sender, receiver) = if sends { (own, other) } else { (other, own) };
        self.flows.push(Flow { kind, sender, receiver, sends, money });
    }
}

impl Money {
    fn of(recorded: &Recorded) -> Self {
        Self {
            day: recorded.effective_on(),
            seq: recorded.seq(),
            minor: i128::from(recorded.net_minor()),
            party: recorded.party(),
        }
    }
}

/// Which time limit a claim of a benefit has (Order 765), where one is known for it.
fn deadline_of(book: &AnyBook, benefit: Option<&str>) -> Option<Deadline> {
    Some(match (book.fund().code(), benefit?) {
        ("ENT_PENSION" | "RES_PENSION" | "GOV_PENSION", "BasicPension" | "Disability")
        | ("RES_PENSION", "IndividualAccountPension") => Deadline::PensionApplication,
        ("EMP_MEDICAL" | "MATERNITY", "MaternityAllowance" | "Allowance") => {
            Deadline::MaternityAllowance
        }
        ("EMP_MEDICAL" | "RES_MEDICAL" | "MATERNITY", _) => Deadline::MedicalClaim,
        ("WORK_INJURY", "Medical" | "Disability" | "Death") => Deadline::WorkInjuryClaim,
        ("UNEMPLOYMENT", "UnemploymentPay") => Deadline::UnemploymentPay,
        ("UNEMPLOYMENT", "TrainingAndPlacement") => Deadline::TrainingSubsidy,
        _ => return None,
    })
}
