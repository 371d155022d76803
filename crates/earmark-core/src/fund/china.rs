//! The eight funds of Chinese social insurance.
//!
//! Items per fund follow 财社〔2017〕144号 arts 20-30 and the Social Insurance Law; where a list could
//! only be recalled and not read, `docs/glossary.md` says so. Work injury and maternity insurance are not
//! transferred between places (Order 765 art 15); direct settlement with institutions is for medical,
//! maternity and work injury treatment (Order 765 art 20, 22).

use crate::fund;

fund! {
    /// Basic pension insurance of enterprise employees (企业职工基本养老保险基金).
    pub EnterprisePension {
        code: "ENT_PENSION",
        name: "enterprise employees' pension fund" "企业职工基本养老保险基金",
        currency: CNY, jurisdiction: China, invests: yes, settles_across_provinces: no, transfers: yes,
        settles_directly: no,
    }
    premiums EnterprisePensionPremium {
        Unit = 1 "unit premium" "单位缴费" => Premium,
        Individual = 2 "individual premium" "职工个人缴费" => Premium,
        FlexibleEmployment = 3 "flexible employment premium" "灵活就业人员缴费" => Premium,
    }
    benefits EnterprisePensionBenefit {
        BasicPension = 1 "basic pension" "基本养老金" => Benefit,
        MedicalSubsidy = 2 "medical subsidy" "医疗补助金" => Benefit,
        FuneralAndSurvivors = 3 "funeral grant and survivors' benefit" "丧葬补助金和抚恤金" => Benefit,
        Disability = 4 "disability allowance" "病残津贴" => Benefit,
        // 财社〔2017〕144号 art 25: a residents' pension drawn twice is deducted here and returned (X3).
        DuplicateResidentsPension = 5 "residents' pension drawn twice, returned" "重复领取居民养老保险待遇退还" => Other,
    }
}

fund! {
    /// Basic pension insurance of urban and rural residents (城乡居民基本养老保险基金).
    pub ResidentsPension {
        code: "RES_PENSION",
        name: "residents' pension fund" "城乡居民基本养老保险基金",
        currency: CNY, jurisdiction: China, invests: yes, settles_across_provinces: no, transfers: yes,
        settles_directly: no,
    }
    premiums ResidentsPensionPremium {
        Individual = 1 "individual payment" "个人缴费" => Premium,
        CollectiveSubsidy = 2 "collective subsidy" "集体补助" => CollectiveSubsidy,
    }
    benefits ResidentsPensionBenefit {
        BasicPension = 1 "basic pension" "基础养老金" => Benefit,
        IndividualAccountPension = 2 "individual account pension" "个人账户养老金" => Benefit,
        Funeral = 3 "funeral grant" "丧葬补助金" => Benefit,
    }
}

fund! {
    /// Basic pension insurance of civil service and public institutions (机关事业单位基本养老保险基金).
    pub CivilServicePension {
        code: "GOV_PENSION",
        name: "civil service pension fund" "机关事业单位基本养老保险基金",
        currency: CNY, jurisdiction: China, invests: yes, settles_across_provinces: no, transfers: yes,
        settles_directly: no,
    }
    premiums CivilServicePensionPremium {
        Unit = 1 "unit premium" "单位缴费" => Premium,
        Individual = 2 "individual premium" "个人缴费" => Premium,
    }
    benefits CivilServicePensionBenefit {
        BasicPension = 1 "basic pension" "基本养老金" => Benefit,
        FuneralAndSurvivors = 2 "funeral grant and survivors' benefit" "丧葬补助金和抚恤金" => Benefit,
        Disability = 3 "disability allowance" "病残津贴" => Benefit,
    }
}

fund! {
    /// Basic medical insurance of employees, maternity included (职工基本医疗保险基金, 含生育保险).
    pub EmployeeMedical {
        code: "EMP_MEDICAL",
        name: "employees' medical fund" "职工基本医疗保险基金",
        currency: CNY, jurisdiction: China, invests: no, settles_across_provinces: yes, transfers: yes,
        settles_directly: yes,
    }
    premiums EmployeeMedicalPremium {
        Unit = 1 "unit premium" "单位缴费" => Premium,
        Individual = 2 "individual premium" "职工个人缴费" => Premium,
        FlexibleEmployment = 3 "flexible employment premium" "灵活就业人员缴费" => Premium,
        // X1: Social Insurance Law art 48; paid by the unemployment fund as its own expenditure.
        ForUnemployed = 4 "premium paid for the unemployed" "失业保险基金代缴医疗保险费" => Premium,
    }
    benefits EmployeeMedicalBenefit {
        Hospital = 1 "hospital treatment, pooled" "统筹基金住院支出" => Benefit,
        PooledOutpatient = 2 "outpatient treatment, pooled" "统筹基金门诊支出" => Benefit,
        MaternityMedical = 3 "maternity medical cost" "生育医疗费用" => Benefit,
        MaternityAllowance = 4 "maternity allowance" "生育津贴" => Benefit,
        AccountOutpatient = 5 "outpatient treatment, individual account" "个人账户门诊支出" => Benefit,
        AccountHospital = 6 "hospital treatment, individual account" "个人账户住院支出" => Benefit,
        AccountPharmacy = 7 "pharmacy, individual account" "个人账户药店支出" => Benefit,
    }
}

fund! {
    /// Basic medical insurance of urban and rural residents (城乡居民基本医疗保险基金).
    pub ResidentsMedical {
        code: "RES_MEDICAL",
        name: "residents' medical fund" "城乡居民基本医疗保险基金",
        currency: CNY, jurisdiction: China, invests: no, settles_across_provinces: yes, transfers: no,
        settles_directly: yes,
    }
    premiums ResidentsMedicalPremium {
        Individual = 1 "individual payment" "个人缴费" => Premium,
    }
    benefits ResidentsMedicalBenefit {
        Hospital = 1 "hospital treatment" "住院费用支出" => Benefit,
        Outpatient = 2 "outpatient treatment" "门诊费用支出" => Benefit,
        CriticalIllnessInsurance = 3 "purchase of critical illness insurance" "购买大病保险" => CriticalIllnessInsurance,
    }
    state_uses ResidentsMedicalUse {
        CriticalIllnessInsurance = 1 "purchase of critical illness insurance" "购买大病保险" => CriticalIllnessInsurance,
    }
}

fund! {
    /// Work injury insurance (工伤保险基金). It may not invest: 工伤保险条例 art 12.
    pub WorkInjury {
        code: "WORK_INJURY",
        name: "work injury fund" "工伤保险基金",
        currency: CNY, jurisdiction: China, invests: no, settles_across_provinces: no, transfers: no,
        settles_directly: yes,
    }
    premiums WorkInjuryPremium {
        // Employees pay nothing: Social Insurance Law art 33.
        Unit = 1 "unit premium" "单位缴费" => Premium,
    }
    benefits WorkInjuryBenefit {
        Medical = 1 "medical treatment and rehabilitation" "工伤医疗待遇" => Benefit,
        Disability = 2 "disability benefit" "伤残待遇" => Benefit,
        Death = 3 "work-related death benefit" "工亡待遇" => Benefit,
        Appraisal = 4 "labour capacity appraisal" "劳动能力鉴定" => CapacityAppraisal,
        Prevention = 5 "injury prevention" "工伤预防" => InjuryPrevention,
    }
}

fund! {
    /// Unemployment insurance (失业保险基金).
    pub Unemployment {
        code: "UNEMPLOYMENT",
        name: "unemployment fund" "失业保险基金",
        currency: CNY, jurisdiction: China, invests: no, settles_across_provinces: no, transfers: yes,
        settles_directly: no,
    }
    premiums UnemploymentPremium {
        Unit = 1 "unit premium" "单位缴费" => Premium,
        Individual = 2 "individual premium" "个人缴费" => Premium,
    }
    benefits UnemploymentBenefit {
        UnemploymentPay = 1 "unemployment pay" "失业保险金" => Benefit,
        // X1: Social Insurance Law art 48; premium income of the medical fund.
        MedicalPremium = 2 "medical premium for the unemployed" "基本医疗保险费" => Benefit,
        FuneralAndSurvivors = 3 "funeral grant and survivors' benefit" "丧葬补助金和抚恤金" => Benefit,
        TrainingAndPlacement = 4 "training and placement subsidy" "职业培训和职业介绍补贴" => Benefit,
        MigrantWorkerGrant = 5 "one-off grant to contract workers from the countryside" "农民合同制工人一次性生活补助" => Benefit,
        PriceSubsidy = 6 "temporary price subsidy" "价格临时补贴" => Benefit,
        JobStabilisation = 7 "job stabilisation subsidy" "稳定岗位补贴" => JobStabilisation,
        SkillUpgrading = 8 "skill upgrading subsidy" "技能提升补贴" => SkillUpgrading,
    }
}

fund! {
    /// Maternity insurance (生育保险基金), where it is not merged into employees' medical insurance.
    pub Maternity {
        code: "MATERNITY",
        name: "maternity fund" "生育保险基金",
        currency: CNY, jurisdiction: China, invests: no, settles_across_provinces: no, transfers: no,
        settles_directly: yes,
    }
    premiums MaternityPremium {
        // Employees pay nothing: Social Insurance Law art 53.
        Unit = 1 "unit premium" "单位缴费" => Premium,
    }
    benefits MaternityBenefit {
        Medical = 1 "maternity medical cost" "生育医疗费用" => Benefit,
        Allowance = 2 "maternity allowance" "生育津贴" => Benefit,
    }
}

/// The eight built-in funds.
pub const BUILT_IN: [&super::FundSpec; 8] = {
    use super::Fund;
    [
        EnterprisePension::SPEC,
        ResidentsPension::SPEC,
        CivilServicePension::SPEC,
        EmployeeMedical::SPEC,
        ResidentsMedical::SPEC,
        WorkInjury::SPEC,
        Unemployment::SPEC,
        Maternity::SPEC,
    ]
};
