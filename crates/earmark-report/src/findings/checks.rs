//! What each kind of finding is, in terms of what was gathered of one book.

use earmark_core::account::Account;
use earmark_core::money::SignedFigure;
use earmark_core::register::{BudgetLine, BudgetStatus, BudgetYearEntry, RegisterKey};
use earmark_core::rules::Requirement;
use earmark_core::time::{Day, Month, Period};

use super::finding::message;
use super::lots::{after, lots};
use super::survey::{Claim, Money, Survey, Verified};
use super::{Finding, FindingKind};
use crate::error::StatementError;
use crate::reading::Knowledge;
use crate::receivables::{Ground, Receivables};

impl Survey<'_> {
    /// Everything that one book shows by itself.
    pub(super) fn findings(&self) -> Result<Vec<Finding>, StatementError> {
        let mut found = Vec::new();
        for year in self.period.first().year()..=self.period.last().year() {
            self.budget(year, &mut found);
            self.spent_early(year, &mut found);
            self.subsidy(year, &mut found);
        }
        self.collections(&mut found);
        self.month_ends(&mut found);
        self.money(&mut found);
        for claim in self.claims.values() {
            found.extend(self.claim(claim));
        }
        self.receivables(&mut found)?;
        Ok(found)
    }

    fn figure(&self, minor: i128) -> SignedFigure {
        SignedFigure::from_minor(minor, self.book.fund().currency())
    }

    fn finding(&self, kind: FindingKind, day: Day, message: super::finding::Message) -> Finding {
        Finding::new(kind, self.book.id(), day, message)
    }

    fn budget_year(&self, year: i32) -> BudgetYearEntry {
        self.registers.entry(&RegisterKey::BudgetYear(year)).budget_year()
    }

    /// What the budget in force has for a line, in minor units.
    fn planned(&self, year: i32, line: BudgetLine) -> i128 {
        let entry = self.registers.entry(&RegisterKey::BudgetLine { year, line: line.code() });
        let adjustments = self.budget_year(year).adjustments;
        i128::from(entry.budget_line().in_force_minor(adjustments))
    }

    fn budget(&self, year: i32, found: &mut Vec<Finding>) {
        let of_year = self.budget_year(year);
        if of_year.status != BudgetStatus::Approved {
            return;
        }
        let planned = |income: bool| -> i128 {
            let lines = BudgetLine::all().filter(|line| line.is_income() == income);
            lines.map(|line| self.planned(year, line)).sum()
        };
        let (income, expenditure) = (planned(true), planned(false));
        let approvals = || self.approvals.iter().filter(|approval| approval.year == year);
        let day = of_year.approved_on.unwrap_or(self.period.last());
        let (shown_in, shown_out) = (self.figure(income), self.figure(expenditure));
        let message = message!(
            "the budget of {year} plans income of {shown_in} and expenditure of {shown_out}",
            "{year}年预算收入{shown_in}，支出{shown_out}"
        );
        let kind = if expenditure > income {
            self.is_chinese().then_some(FindingKind::BudgetDeficit)
        } else {
            let wanted = approvals().any(|approval| approval.surplus_wanted);
            (wanted && expenditure == income).then_some(FindingKind::BudgetWithoutSurplus)
        };
        found.extend(kind.map(|kind| {
            self.finding(kind, day, message)
                .amount("income", "收入", income)
                .amount("expenditure", "支出", expenditure)
                .events(approvals().map(|approval| approval.seq))
        }));
        for line in BudgetLine::all() {
            let BudgetLine::Expenditure(item) = line else { continue };
            let limit = self.planned(year, line);
            let mut spent: Vec<Money> = self
                .spent
                .iter()
                .filter(|spent| spent.item == item && spent.money.day.year() == year)
                .map(|spent| spent.money)
                .collect();
            spent.sort_by_key(|money| (money.day, money.seq));
            let total: i128 = spent.iter().map(|money| money.minor).sum();
            if total <= limit {
                continue;
            }
            // The events from the one with which the line went over, and stayed over.
            let (mut sum, mut over) = (0, 0);
            for (place, money) in spent.iter().enumerate() {
                sum += money.minor;
                if sum <= limit {
                    over = place + 1;
                }
            }
            let over = spent.get(over..).unwrap_or_default();
            let day = over.first().map_or(self.period.last(), |money| money.day);
            let (en, zh) = (line.name(), line.name_zh());
            let (shown, of) = (self.figure(total), self.figure(limit));
            let message = message!(
                "{shown} was spent in {year} under `{en}`; the budget has {of}",
                "{year}年“{zh}”支出{shown}，预算{of}"
            );
            found.push(
                self.finding(FindingKind::OverspentLine, day, message)
                    .amount("budget in force", "预算数", limit)
                    .amount("spent", "支出数", total)
                    .amount("over the budget", "超支数", total - limit)
                    .events(over.iter().map(|money| money.seq)),
            );
        }
    }

    fn spent_early(&self, year: i32, found: &mut Vec<Finding>) {
        let approved_on = self.budget_year(year).approved_on;
        let early: Vec<Money> = self
            .spent
            .iter()
            .filter(|spent| spent.needs_budget && spent.money.minor > 0)
            .map(|spent| spent.money)
            .filter(|money| money.day.year() == year && self.stands(money))
            .filter(|money| approved_on.is_none_or(|from| money.day < from))
            .collect();
        let Some(day) = early.iter().map(|money| money.day).min() else { return };
        let sum = early.iter().map(|money| money.minor).sum();
        let shown = self.figure(sum);
        let message = match approved_on {
            Some(from) => message!(
                "{shown} was spent before the budget of {year} was in force on {from}",
                "{year}年预算自{from}起生效，此前支出{shown}"
            ),
            None => message!(
                "{shown} was spent in {year}, and no budget of the year is approved",
                "{year}年预算未经批准，已支出{shown}"
            ),
        };
        found.push(
            self.finding(FindingKind::SpentBeforeApproval, day, message)
                .amount("spent", "支出数", sum)
                .events(early.iter().map(|money| money.seq)),
        );
    }

    /// Whether an event of the period was not reversed.
    fn stands(&self, money: &Money) -> bool {
        self.period.contains(money.day) && !self.reversed.contains(&money.seq)
    }

    fn subsidy(&self, year: i32, found: &mut Vec<Finding>) {
        let Ok(of_year) = Period::year(year) else { return };
        if !self.period.contains(of_year.last())
            || self.budget_year(year).status != BudgetStatus::Approved
        {
            return;
        }
        let line = BudgetLine::Income(earmark_core::fund::IncomeItem::FiscalSubsidy);
        let planned = self.planned(year, line);
        let within = self.subsidies.iter().filter(|(day, _)| of_year.contains(*day));
        let received: i128 = within.map(|(_, sum)| sum).sum();
        if received >= planned {
            return;
        }
        let (shown, of) = (self.figure(received), self.figure(planned));
        let message = message!(
            "{shown} of fiscal subsidy came in over {year}; the budget has {of}",
            "{year}年财政补贴到位{shown}，预算{of}"
        );
        let approvals = self.approvals.iter().filter(|approval| approval.year == year);
        found.push(
            self.finding(FindingKind::SubsidyShort, of_year.last(), message)
                .amount("budget in force", "预算数", planned)
                .amount("received", "到位数", received)
                .events(approvals.map(|approval| approval.seq)),
        );
    }

    fn collections(&self, found: &mut Vec<Finding>) {
        for (account, moved) in &self.held {
            for lot in lots(moved, self.period.last()) {
                let Some(until) = lot.until.filter(|until| self.period.contains(*until)) else {
                    continue;
                };
                // What is still there on the last day of the limit is not late yet.
                let staying = if until < self.period.last() { lot.left } else { 0 };
                let late = lot.late + staying;
                if late == 0 {
                    continue;
                }
                let shown = self.figure(late);
                let (en, zh) = (account.name(), account.name_zh());
                let message = message!(
                    "{shown} was in the {en} after {until}, its last day",
                    "{shown}在{until}期满后仍未由{zh}缴入财政专户"
                );
                found.push(
                    self.finding(FindingKind::CollectionsLate, until, message)
                        .amount("late", "迟缴数", late)
                        .amount("not deposited", "未缴数", staying)
                        .events([lot.seq].into_iter().chain(lot.late_events)),
                );
            }
        }
    }

    fn month_ends(&self, found: &mut Vec<Finding>) {
        let mut month = Some(self.period.first().month());
        while let Some(at) = month.filter(|month| *month <= self.period.last().month()) {
            month = at.next();
            let day = at.last_day();
            if !self.period.contains(day) {
                continue;
            }
            if self.asks(Requirement::RevenueAccountZeroAtMonthEnd, day) {
                found.extend(self.revenue_left(day));
            }
            if at.number() % 3 == 0 && self.is_chinese() {
                found.extend(self.interest_left(day, at));
            }
        }
    }

    fn revenue_left(&self, day: Day) -> Option<Finding> {
        let moved = self.held.get(&Account::Revenue)?;
        let left: Vec<_> = lots(moved, day).into_iter().filter(|lot| lot.left > 0).collect();
        let sum: i128 = left.iter().map(|lot| lot.left).sum();
        let shown = self.figure(sum);
        let message = message!(
            "the revenue account holds {shown} at the end of {day}",
            "{day}收入户余额{shown}"
        );
        (sum > 0).then(|| {
            self.finding(FindingKind::RevenueNotZero, day, message)
                .amount("balance", "余额", sum)
                .events(left.iter().map(|lot| lot.seq))
        })
    }

    fn interest_left(&self, day: Day, quarter_end: Month) -> Option<Finding> {
        let left: Vec<_> =
            lots(&self.interest, day).into_iter().filter(|lot| lot.left > 0).collect();
        let sum: i128 = left.iter().map(|lot| lot.left).sum();
        let shown = self.figure(sum);
        let message = message!(
            "the expenditure account holds interest of {shown} at the end of {quarter_end}",
            "{quarter_end}末支出户未缴利息{shown}"
        );
        (sum > 0).then(|| {
            self.finding(FindingKind::InterestHeld, day, message)
                .amount("interest held", "未缴利息", sum)
                .events(left.iter().map(|lot| lot.seq))
        })
    }

    /// Releases, receipts and payments that lack what the profile flags.
    fn money(&self, found: &mut Vec<Finding>) {
        let one = |kind, money: &Money, message| {
            self.finding(kind, money.day, message)
                .about(money.party)
                .amount("amount", "金额", money.minor)
                .events([money.seq])
        };
        for (month, money) in self.unplanned.iter().filter(|(_, money)| self.stands(money)) {
            let shown = self.figure(money.minor);
            let message = message!(
                "{shown} was released for {month}, which has no approved use plan",
                "{month}无批准的用款计划，拨款{shown}"
            );
            found.push(one(FindingKind::ReleaseWithoutPlan, money, message));
        }
        for (month, money) in self.late_releases.iter().filter(|(_, money)| self.stands(money)) {
            let (shown, day) = (self.figure(money.minor), money.day);
            let message = message!(
                "{shown} for {month} was released on {day}",
                "{month}用款{shown}于{day}拨付"
            );
            found.push(one(FindingKind::ReleaseLate, money, message));
        }
        for money in self.undue.iter().filter(|money| self.stands(money)) {
            let shown = self.figure(money.minor);
            let message = message!(
                "a premium of {shown} names no month for which it is due",
                "保险费{shown}未对应费款所属期"
            );
            found.push(one(FindingKind::ReceiptWithoutDue, money, message));
        }
        for money in self.unclaimed.iter().filter(|money| self.stands(money)) {
            let shown = self.figure(money.minor);
            let message =
                message!("a benefit of {shown} was paid on no claim", "支付待遇{shown}无对应申请");
            found.push(one(FindingKind::PaymentWithoutClaim, money, message));
        }
    }

    /// At most one finding of a claim: what is not paid is not late as well.
    fn claim(&self, claim: &Claim) -> Option<Finding> {
        if claim.refused {
            return None;
        }
        let last = self.period.last();
        let until = claim.deadline.and_then(|allowed| after(claim.filed.day, allowed));
        let until = match (until, claim.verified) {
            (Some(until), Some(verified)) => Some(until.max(verified.payable_from)),
            (until, _) => until,
        };
        let Some(verified) = claim.verified else {
            let until = until.filter(|until| *until < last && self.period.contains(*until))?;
            let message = message!(
                "a claim is not decided; its time ended on {until}",
                "待遇申请于{until}期满，尚未核定"
            );
            return Some(
                self.finding(FindingKind::ClaimLate, until, message)
                    .about(claim.filed.party)
                    .amount("claimed", "申请金额", claim.filed.minor)
                    .events([claim.filed.seq]),
            );
        };
        let paid: i128 = claim.payments.iter().map(|money| money.minor).sum();
        let decided = [claim.filed.seq, verified.money.seq];
        if paid == 0 {
            return self.unpaid(claim, verified, until, decided);
        }
        let first = claim.payments.iter().filter(|money| self.stood(money)).min_by_key(|it| it.day);
        if let (Some(first), Some(until)) = (first, until)
            && first.day > until
            && self.period.contains(first.day)
        {
            let day = first.day;
            let message = message!(
                "a claim was paid on {day}; its time ended on {until}",
                "待遇于{day}支付，时限为{until}"
            );
            return Some(
                self.finding(FindingKind::ClaimLate, day, message)
                    .about(claim.filed.party)
                    .amount("verified", "核定金额", verified.money.minor)
                    .events(decided.into_iter().chain([first.seq])),
            );
        }
        self.underpaid(claim, verified, paid, decided)
    }

    fn stood(&self, money: &Money) -> bool {
        money.minor > 0 && !self.reversed.contains(&money.seq)
    }

    fn unpaid(
        &self,
        claim: &Claim,
        verified: Verified,
        until: Option<Day>,
        decided: [u64; 2],
    ) -> Option<Finding> {
        let from = verified.payable_from.max(verified.money.day);
        let day = until.map_or(from, |until| until.max(from));
        if day >= self.period.last() {
            return None;
        }
        let shown = self.figure(verified.money.minor);
        let message = message!(
            "{shown} was verified, can be paid since {from}, and is not paid",
            "已核定待遇{shown}自{from}起可支付，尚未支付"
        );
        Some(
            self.finding(FindingKind::ClaimUnpaid, day, message)
                .about(claim.filed.party)
                .amount("verified", "核定金额", verified.money.minor)
                .events(decided),
        )
    }

    fn underpaid(
        &self,
        claim: &Claim,
        verified: Verified,
        paid: i128,
        decided: [u64; 2],
    ) -> Option<Finding> {
        let last = claim.payments.iter().max_by_key(|money| (money.day, money.seq))?;
        let standing = claim.payments.iter().filter(|money| self.stood(money)).count();
        let all_paid = u64::try_from(standing).is_ok_and(|count| count >= verified.instalments);
        // A lower verification, and what was recovered, are no shortfall of the payment.
        let went_out: i128 =
            claim.payments.iter().filter(|it| self.stood(it)).map(|it| it.minor).sum();
        let approved = verified.money.minor;
        if !all_paid || went_out >= approved || !self.period.contains(last.day) {
            return None;
        }
        let (shown, of) = (self.figure(went_out), self.figure(approved));
        let message = message!(
            "{shown} was paid in all instalments of a claim; {of} was verified",
            "待遇已全部分期支付{shown}，核定{of}"
        );
        Some(
            self.finding(FindingKind::ClaimUnderpaid, last.day, message)
                .about(claim.filed.party)
                .amount("verified", "核定金额", approved)
                .amount("paid", "已付金额", paid)
                .events(decided.into_iter().chain(claim.payments.iter().map(|money| money.seq))),
        )
    }

    fn receivables(&self, found: &mut Vec<Finding>) -> Result<(), StatementError> {
        let known = Knowledge::Through(self.registers.through);
        for line in Receivables::of(self.book, self.period.last(), known)?.lines() {
            let kind = match line.ground {
                Ground::InAdvance => FindingKind::AdvanceOutstanding,
                Ground::Demanded => FindingKind::RecoveryOutstanding,
            };
            let (shown, of) = (line.outstanding, line.payment);
            let message = message!(
                "{shown} of the payment in event {of} is to be paid back and outstanding",
                "事件{of}所付款项尚有{shown}未偿还"
            );
            found.push(
                self.finding(kind, line.paid_on, message)
                    .about(line.liable)
                    .amount("demanded", "应退金额", line.demanded.minor())
                    .amount("outstanding", "未退金额", line.outstanding.minor())
                    .events([line.payment].into_iter().chain(line.demand)),
            );
        }
        Ok(())
    }
}
