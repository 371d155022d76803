//! What is generated about each fund: which part of its published income and expenditure each kind
//! makes up, and how many of the events. None of these shares is published; all of them add up to
//! what is.

use earmark::prelude::*;

use crate::figures::Published;

/// A fund whose year is replayed.
pub(crate) trait Replayed: Fund {
    /// Under which published fund its figures are.
    const PUBLISHED: Published;
    /// Which part of the published figures is this fund's.
    const PART: Part;
    /// Its place in [`every_fund!`], from which its random draws follow.
    const ORDINAL: u64;
    /// How it invests, where the law lets it.
    const INVESTING: Option<Investing<Self>>;
    /// What comes in, by kind.
    const INCOME: &'static [Line<Self>];
    /// What goes out, by kind. The first line is the main benefit: some of its payments bounce.
    const EXPENDITURE: &'static [Line<Self>];
}

/// Calls a macro with every fund that is replayed, in the order of their ordinals.
macro_rules! every_fund {
    ($macro:ident) => {
        $macro! {
            enterprise_pension: EnterprisePension,
            civil_service_pension: CivilServicePension,
            residents_pension: ResidentsPension,
            employee_medical: EmployeeMedical,
            residents_medical: ResidentsMedical,
            work_injury: WorkInjury,
            unemployment: Unemployment,
        }
    };
}
pub(crate) use every_fund;

/// Per mille of a published figure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    pub(crate) opening: u64,
    pub(crate) income: u64,
    pub(crate) expenditure: u64,
}

impl Part {
    const WHOLE: Self = Self { opening: 1000, income: 1000, expenditure: 1000 };
}

/// How a fund invests: its part, per mille, of what is published for all pension funds, and the
/// commands. That the commands are made from the fund's type keeps every fund that must not invest
/// from having them: `Investing::<WorkInjury>::of` does not compile.
#[derive(Clone, Copy)]
pub(crate) struct Investing<F: Fund> {
    pub(crate) part_of_return: u64,
    pub(crate) part_of_entrusted: u64,
    pub(crate) earn: Invest<F>,
    pub(crate) place: Invest<F>,
    pub(crate) redeem: Invest<F>,
}

/// Appends a command of investment to a batch.
pub(crate) type Invest<F> = fn(&mut Batch<F>, &Voucher, Amount<F>);

impl<F: Invests> Investing<F> {
    const fn of(part_of_return: u64, part_of_entrusted: u64) -> Option<Self> {
        Some(Self {
            part_of_return,
            part_of_entrusted,
            earn: |batch, voucher, amount| batch.push(voucher, ReceiveInvestmentReturn { amount }),
            place: |batch, voucher, amount| batch.push(voucher, PlaceInvestment { amount }),
            redeem: |batch, voucher, amount| batch.push(voucher, RedeemInvestment { amount }),
        })
    }
}

/// A kind of income or expenditure over the year.
#[derive(Clone, Copy)]
pub(crate) struct Line<F: Fund> {
    pub(crate) flow: Flow<F>,
    pub(crate) size: Size,
    /// Its weight when events are given out; 0 for a line with one event in each of its months.
    pub(crate) events: u64,
    pub(crate) season: Season,
    pub(crate) who: Who,
}

/// What one event of a line is.
#[derive(Clone, Copy)]
pub(crate) enum Flow<F: Fund> {
    Premium(F::Premium, Collector),
    Subsidy,
    /// Interest of the special account.
    Interest,
    /// Into the special account.
    OtherIncome(OtherIncome),
    Benefit(F::Benefit),
    StateUse(F::StateUse),
    /// By the month's use plan.
    Release(Month),
    /// Month's collections, on to the special account.
    Collections(Collector),
    /// Interest of the expenditure account.
    OwnInterest,
    HandOverInterest,
    /// Return on investment.
    Earn(Invest<F>),
    Place(Invest<F>),
    Redeem(Invest<F>),
    RemitToSuperior(Area),
    AdoptProfile(Law),
    OpenAccount(Account),
    BringForwardSpecial,
    BringForwardInvestment,
    DraftBudget(BudgetLine),
    /// Income and expenditure of all lines, in fen.
    ApproveBudget {
        income: u64,
        expenditure: u64,
    },
    ApprovePlan(Month),
    Close(Period),
}

/// By which profile a book is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Law {
    National,
    /// The province's layer over the nation's.
    Jiangsu,
}

impl Law {
    /// That of an area.
    pub(crate) fn of(area: Area) -> Self {
        if Profile::jiangsu().fits(area).is_ok() { Self::Jiangsu } else { Self::National }
    }

    pub(crate) fn profile(self) -> Profile {
        match self {
            Self::National => Profile::national(),
            Self::Jiangsu => Profile::jiangsu(),
        }
    }
}

impl<F: Fund> Flow<F> {
    /// The line of the budget that it falls under; none for what is neither income nor expenditure.
    pub(crate) fn budget_line(self) -> Option<BudgetLine> {
        let income = match self {
            Self::Premium(kind, _) => F::SPEC.premium(kind.code()).map(|it| it.item),
            Self::Subsidy => Some(IncomeItem::FiscalSubsidy),
            Self::Interest | Self::OwnInterest => Some(IncomeItem::Interest),
            Self::OtherIncome(_) => Some(IncomeItem::Other),
            Self::Earn(_) => Some(IncomeItem::InvestmentReturn),
            _ => None,
        };
        let expenditure = match self {
            Self::Benefit(kind) => F::SPEC.benefit(kind.code()).map(|it| it.item),
            Self::StateUse(kind) => F::SPEC.state_use(kind.code()).map(|it| it.item),
            Self::RemitToSuperior(_) => Some(ExpenditureItem::SuperiorRemittance),
            _ => None,
        };
        income.map(BudgetLine::Income).or(expenditure.map(BudgetLine::Expenditure))
    }
}

/// Who collects a premium.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Collector {
    /// Tax, into the treasury.
    Tax,
    /// The agency, into its revenue account, in the areas where it still does; elsewhere, tax.
    Agency,
}

/// How much a line makes up.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Size {
    /// Per mille of the fund's income, or expenditure, beyond what is published by kind.
    PerMille(u64),
    /// The medical premiums that the unemployment fund paid (X1): published.
    PremiumsForUnemployed,
}

/// The weights of the twelve months.
pub(crate) type Season = [u64; 12];

pub(crate) const EVEN: Season = [1; 12];
pub(crate) const QUARTERLY: Season = [0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1];
/// Residents pay for the coming year towards the end of this one.
const YEAR_END: Season = [6, 5, 4, 4, 5, 5, 6, 8, 12, 15, 16, 14];

/// The population from which the payers or payees of a line come. A worker of an area is the same
/// person in every fund's book.
#[derive(Clone, Copy, Debug)]
#[repr(u64)]
pub(crate) enum Who {
    Employer = 1,
    Worker,
    SelfEmployed,
    CivilServant,
    Resident,
    VillageCollective,
    Retired,
    Survivor,
    Patient,
    Hospital,
    Pharmacy,
    Injured,
    Unemployed,
    School,
    Insurer,
    /// The office of another fund of the same area.
    MedicalOffice,
    /// The office of another fund of the same area.
    UnemploymentOffice,
    /// No payer or payee outside.
    Nobody,
}

const fn line<F: Fund>(flow: Flow<F>, per_mille: u64, events: u64, who: Who) -> Line<F> {
    Line { flow, size: Size::PerMille(per_mille), events, season: EVEN, who }
}

impl<F: Fund> Line<F> {
    const fn premium(kind: F::Premium, per_mille: u64, events: u64, who: Who) -> Self {
        line(Flow::Premium(kind, Collector::Tax), per_mille, events, who)
    }

    /// A premium that the agency collects, in the areas where it still does.
    const fn by_agency(kind: F::Premium, per_mille: u64, events: u64, who: Who) -> Self {
        line(Flow::Premium(kind, Collector::Agency), per_mille, events, who)
    }

    const fn subsidy(per_mille: u64) -> Self {
        line(Flow::Subsidy, per_mille, 0, Who::Nobody)
    }

    const fn interest(per_mille: u64) -> Self {
        line(Flow::Interest, per_mille, 0, Who::Nobody).season(QUARTERLY)
    }

    const fn other(kind: OtherIncome, per_mille: u64, who: Who) -> Self {
        line(Flow::OtherIncome(kind), per_mille, 1, who)
    }

    const fn benefit(kind: F::Benefit, per_mille: u64, events: u64, who: Who) -> Self {
        line(Flow::Benefit(kind), per_mille, events, who)
    }

    const fn season(mut self, season: Season) -> Self {
        self.season = season;
        self
    }

    /// The line whose size is what the unemployment fund paid for the unemployed.
    const fn for_unemployed(mut self) -> Self {
        self.size = Size::PremiumsForUnemployed;
        self
    }
}

impl Replayed for EnterprisePension {
    const PUBLISHED: Published = Published::UrbanEmployeePension;
    const PART: Part = Part { opening: 900, income: 760, expenditure: 760 };
    const ORDINAL: u64 = 0;
    const INVESTING: Option<Investing<Self>> = Investing::of(760, 790);
    const INCOME: &'static [Line<Self>] = {
        use EnterprisePensionPremium::*;
        &[
            Line::premium(Unit, 560, 40, Who::Employer),
            Line::premium(Individual, 250, 110, Who::Worker),
            Line::by_agency(FlexibleEmployment, 70, 40, Who::SelfEmployed),
            Line::subsidy(105),
            Line::interest(12),
            Line::other(OtherIncome::LateFee, 3, Who::Employer),
        ]
    };
    const EXPENDITURE: &'static [Line<Self>] = {
        use EnterprisePensionBenefit::*;
        &[
            Line::benefit(BasicPension, 963, 150, Who::Retired),
            Line::benefit(MedicalSubsidy, 1, 1, Who::Retired),
            Line::benefit(FuneralAndSurvivors, 28, 6, Who::Survivor),
            Line::benefit(Disability, 8, 3, Who::Worker),
        ]
    };
}

impl Replayed for CivilServicePension {
    const PUBLISHED: Published = Published::UrbanEmployeePension;
    const PART: Part = Part { opening: 100, income: 240, expenditure: 240 };
    const ORDINAL: u64 = 1;
    const INVESTING: Option<Investing<Self>> = Investing::of(50, 40);
    const INCOME: &'static [Line<Self>] = {
        use CivilServicePensionPremium::*;
        &[
            Line::premium(Unit, 560, 10, Who::Employer),
            Line::premium(Individual, 275, 30, Who::CivilServant),
            Line::subsidy(155),
            Line::interest(8),
            Line::other(OtherIncome::LateFee, 2, Who::Employer),
        ]
    };
    const EXPENDITURE: &'static [Line<Self>] = {
        use CivilServicePensionBenefit::*;
        &[
            Line::benefit(BasicPension, 975, 30, Who::Retired),
            Line::benefit(FuneralAndSurvivors, 23, 1, Who::Survivor),
            Line::benefit(Disability, 2, 1, Who::CivilServant),
        ]
    };
}

impl Replayed for ResidentsPension {
    const PUBLISHED: Published = Published::ResidentsPension;
    const PART: Part = Part::WHOLE;
    const ORDINAL: u64 = 2;
    const INVESTING: Option<Investing<Self>> = Investing::of(190, 170);
    const INCOME: &'static [Line<Self>] = {
        use ResidentsPensionPremium::*;
        &[
            Line::by_agency(Individual, 260, 60, Who::Resident).season(YEAR_END),
            Line::by_agency(CollectiveSubsidy, 5, 1, Who::VillageCollective),
            Line::subsidy(715),
            Line::interest(19),
            Line::other(OtherIncome::Donation, 1, Who::VillageCollective),
        ]
    };
    const EXPENDITURE: &'static [Line<Self>] = {
        use ResidentsPensionBenefit::*;
        &[
            Line::benefit(BasicPension, 860, 90, Who::Resident),
            Line::benefit(IndividualAccountPension, 125, 50, Who::Resident),
            Line::benefit(Funeral, 15, 3, Who::Survivor),
        ]
    };
}

impl Replayed for EmployeeMedical {
    const PUBLISHED: Published = Published::EmployeeMedical;
    const PART: Part = Part::WHOLE;
    const ORDINAL: u64 = 3;
    const INVESTING: Option<Investing<Self>> = None;
    const INCOME: &'static [Line<Self>] = {
        use EmployeeMedicalPremium::*;
        &[
            Line::premium(Unit, 640, 40, Who::Employer),
            Line::premium(Individual, 260, 70, Who::Worker),
            Line::by_agency(FlexibleEmployment, 80, 15, Who::SelfEmployed),
            Line::premium(ForUnemployed, 0, 0, Who::UnemploymentOffice).for_unemployed(),
            Line::subsidy(5),
            Line::interest(13),
            Line::other(OtherIncome::BreachMoney, 2, Who::Hospital),
        ]
    };
    const EXPENDITURE: &'static [Line<Self>] = {
        use EmployeeMedicalBenefit::*;
        &[
            Line::benefit(Hospital, 400, 25, Who::Hospital),
            Line::benefit(PooledOutpatient, 130, 40, Who::Hospital),
            Line::benefit(MaternityMedical, 25, 3, Who::Hospital),
            Line::benefit(MaternityAllowance, 45, 2, Who::Worker),
            Line::benefit(AccountOutpatient, 165, 40, Who::Patient),
            Line::benefit(AccountHospital, 35, 8, Who::Patient),
            Line::benefit(AccountPharmacy, 200, 50, Who::Pharmacy),
        ]
    };
}

impl Replayed for ResidentsMedical {
    const PUBLISHED: Published = Published::ResidentsMedical;
    const PART: Part = Part::WHOLE;
    const ORDINAL: u64 = 4;
    const INVESTING: Option<Investing<Self>> = None;
    const INCOME: &'static [Line<Self>] = &[
        Line::by_agency(ResidentsMedicalPremium::Individual, 350, 40, Who::Resident)
            .season(YEAR_END),
        Line::subsidy(636),
        Line::interest(12),
        Line::other(OtherIncome::BreachMoney, 2, Who::Hospital),
    ];
    const EXPENDITURE: &'static [Line<Self>] = &[
        Line::benefit(ResidentsMedicalBenefit::Hospital, 780, 25, Who::Hospital),
        Line::benefit(ResidentsMedicalBenefit::Outpatient, 150, 35, Who::Hospital),
        line(Flow::StateUse(ResidentsMedicalUse::CriticalIllnessInsurance), 70, 1, Who::Insurer),
    ];
}

impl Replayed for WorkInjury {
    const PUBLISHED: Published = Published::WorkInjury;
    const PART: Part = Part::WHOLE;
    const ORDINAL: u64 = 5;
    const INVESTING: Option<Investing<Self>> = None;
    const INCOME: &'static [Line<Self>] = &[
        Line::premium(WorkInjuryPremium::Unit, 955, 25, Who::Employer),
        Line::subsidy(5),
        Line::interest(36),
        Line::other(OtherIncome::LateFee, 4, Who::Employer),
    ];
    const EXPENDITURE: &'static [Line<Self>] = {
        use WorkInjuryBenefit::*;
        &[
            Line::benefit(Disability, 470, 12, Who::Injured),
            Line::benefit(Medical, 300, 10, Who::Hospital),
            Line::benefit(Death, 190, 2, Who::Survivor),
            Line::benefit(Appraisal, 10, 1, Who::Injured),
            Line::benefit(Prevention, 30, 1, Who::Employer),
        ]
    };
}

impl Replayed for Unemployment {
    const PUBLISHED: Published = Published::Unemployment;
    const PART: Part = Part::WHOLE;
    const ORDINAL: u64 = 6;
    const INVESTING: Option<Investing<Self>> = None;
    const INCOME: &'static [Line<Self>] = {
        use UnemploymentPremium::*;
        &[
            Line::premium(Unit, 470, 25, Who::Employer),
            Line::premium(Individual, 465, 35, Who::Worker),
            Line::subsidy(5),
            Line::interest(58),
            Line::other(OtherIncome::LateFee, 2, Who::Employer),
        ]
    };
    const EXPENDITURE: &'static [Line<Self>] = {
        use UnemploymentBenefit::*;
        &[
            Line::benefit(UnemploymentPay, 560, 12, Who::Unemployed),
            Line::benefit(MedicalPremium, 0, 0, Who::MedicalOffice).for_unemployed(),
            Line::benefit(FuneralAndSurvivors, 6, 1, Who::Survivor),
            Line::benefit(TrainingAndPlacement, 100, 3, Who::School),
            Line::benefit(MigrantWorkerGrant, 12, 1, Who::Unemployed),
            Line::benefit(PriceSubsidy, 12, 1, Who::Unemployed),
            Line::benefit(JobStabilisation, 240, 4, Who::Employer),
            Line::benefit(SkillUpgrading, 70, 3, Who::Worker),
        ]
    };
}

/// The lines of the Wuxi work injury fund, whose sizes are published by quarter.
pub(crate) mod wuxi {
    use super::{Flow, Line, Who, line};
    use earmark::prelude::*;

    pub(crate) const PREMIUM: Line<WorkInjury> =
        Line::premium(WorkInjuryPremium::Unit, 1000, 3, Who::Employer);
    pub(crate) const INTEREST: Line<WorkInjury> = Line::interest(1000);
    pub(crate) const OTHER_INCOME: Line<WorkInjury> =
        Line { events: 0, ..Line::other(OtherIncome::LateFee, 1000, Who::Employer) };
    /// Which part of the benefits is which is not published.
    pub(crate) const BENEFITS: [Line<WorkInjury>; 3] = [
        Line::benefit(WorkInjuryBenefit::Disability, 450, 2, Who::Injured),
        Line::benefit(WorkInjuryBenefit::Medical, 360, 2, Who::Hospital),
        Line::benefit(WorkInjuryBenefit::Death, 190, 1, Who::Survivor),
    ];
    pub(crate) const PREVENTION: Line<WorkInjury> =
        Line::benefit(WorkInjuryBenefit::Prevention, 1000, 0, Who::Employer)
            .season(super::QUARTERLY);

    /// A remittance to the superior level in the last month of a quarter.
    pub(crate) const fn remittance(to: Area) -> Line<WorkInjury> {
        line(Flow::RemitToSuperior(to), 1000, 0, Who::Nobody).season(super::QUARTERLY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn adds_up<F: Replayed>() {
        for lines in [F::INCOME, F::EXPENDITURE] {
            let shares: u64 = lines
                .iter()
                .map(|line| match line.size {
                    Size::PerMille(share) => share,
                    Size::PremiumsForUnemployed => 0,
                })
                .sum();
            assert_eq!(shares, 1000, "{}", F::SPEC.code());
        }
        assert!(matches!(F::EXPENDITURE[0].flow, Flow::Benefit(_)));
    }

    #[test]
    fn the_shares_of_every_fund_add_up_and_ordinals_count_from_0() {
        let mut ordinal = 0;
        macro_rules! check {
            ($($name:ident: $fund:ident,)*) => {$(
                adds_up::<$fund>();
                assert_eq!($fund::ORDINAL, ordinal);
                ordinal += 1;
            )*};
        }
        every_fund!(check);
        assert_eq!(ordinal, 7);
    }

    #[test]
    fn the_parts_of_the_split_pension_fund_make_a_whole() {
        let (this, other) = (EnterprisePension::PART, CivilServicePension::PART);
        assert_eq!(this.opening + other.opening, 1000);
        assert_eq!(this.income + other.income, 1000);
        assert_eq!(this.expenditure + other.expenditure, 1000);
        let invested: Vec<_> = [
            EnterprisePension::INVESTING.map(|it| (it.part_of_return, it.part_of_entrusted)),
            CivilServicePension::INVESTING.map(|it| (it.part_of_return, it.part_of_entrusted)),
            ResidentsPension::INVESTING.map(|it| (it.part_of_return, it.part_of_entrusted)),
        ]
        .into_iter()
        .flatten()
        .collect();
        assert_eq!(invested.iter().map(|part| part.0).sum::<u64>(), 1000);
        assert_eq!(invested.iter().map(|part| part.1).sum::<u64>(), 1000);
    }
}
