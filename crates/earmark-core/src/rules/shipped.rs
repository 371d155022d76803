//! The profiles that come with the crate, as files to read, review and build on.

/// The nation's layer: the financial and accounting systems of 2017 and the laws over them.
pub const CN_NATIONAL_2017: &str = include_str!("../../profiles/cn-national-2017.toml");

/// Jiangsu's layer over [`CN_NATIONAL_2017`].
pub const CN_JIANGSU: &str = include_str!("../../profiles/cn-jiangsu.toml");

/// The trust funds OASI, DI and HI of the United States.
pub const US_OASDI: &str = include_str!("../../profiles/us-oasdi.toml");

#[cfg(test)]
mod tests {
    use crate::account::Account;
    use crate::fund::{BUILT_IN, EnterprisePension, Fund, Maternity, Unemployment, WorkInjury};
    use crate::id::area;
    use crate::rules::{
        Act, BufferUse, Deadline, LadderStep, MAX_BUNDLE_BYTES, Mark, Profile, Requirement,
        Strength, Topic,
    };
    use crate::time::{Day, day};

    fn on(text: &str) -> Day {
        day(text).unwrap()
    }

    #[test]
    fn every_rule_has_a_source_and_every_fund_fits() {
        for profile in [Profile::national(), Profile::jiangsu(), Profile::us_oasdi()] {
            assert!(profile.text().len() <= MAX_BUNDLE_BYTES);
            assert!(profile.rules().iter().all(|rule| rule.source().len() > 3), "{profile}");
        }
        for fund in BUILT_IN {
            Profile::national().fits_fund(fund).unwrap();
            Profile::jiangsu().fits_fund(fund).unwrap();
            let error = Profile::us_oasdi().fits_fund(fund).unwrap_err();
            assert_eq!(error.field(), "profile.jurisdiction");
        }
    }

    #[test]
    fn jiangsu_is_for_jiangsu_alone() {
        for code in ["320000", "320200", "320282", "329999"] {
            Profile::jiangsu().fits(area(code).unwrap()).unwrap();
        }
        for code in ["319999", "330000", "000000", "440100"] {
            assert!(Profile::jiangsu().fits(area(code).unwrap()).is_err(), "{code}");
            Profile::national().fits(area(code).unwrap()).unwrap();
        }
    }

    #[test]
    fn the_revenue_account_goes_when_tax_collects() {
        let jiangsu = Profile::jiangsu().for_fund(Unemployment::SPEC);
        let exists = |text| jiangsu.account_exists(Account::Revenue, on(text)).map(|r| r.value);
        assert_eq!(exists("1999-06-30"), None);
        assert_eq!(exists("1999-07-01"), Some(true));
        assert_eq!(exists("2017-12-31"), Some(true));
        assert_eq!(exists("2018-01-01"), Some(false));
        assert!(jiangsu.on(on("1999-06-30")).has_account(Account::Revenue));
        assert!(jiangsu.on(on("2017-12-31")).has_account(Account::Revenue));
        assert!(!jiangsu.on(on("2018-01-01")).has_account(Account::Revenue));
        assert!(jiangsu.on(on("2018-01-01")).has_account(Account::Special));
        assert_eq!(
            jiangsu.why(Topic::Account, "revenue", on("2021-03-05")).to_string(),
            "not allowed on 2021-03-05 by rule `account revenue` of layer `cn-jiangsu` line 17 \
             (财社〔2017〕144号 art 40; Jiangsu regulation art 18), in force from 2018-01-01 until \
             further notice, its first day recalled; overrides layer `cn-national-2017` line 35"
        );
    }

    #[test]
    fn figures_of_the_nation() {
        let today = on("2021-03-05");
        let national = Profile::national();
        let pension = national.for_fund(EnterprisePension::SPEC);
        let unit = pension.rate("Unit", today).unwrap();
        assert_eq!((unit.value.ppm(), unit.rule.mark()), (160_000, Mark::Recalled));
        assert_eq!(pension.rate("Unit", on("2019-04-30")), None);
        assert_eq!(pension.undeclared_factor(today).unwrap().value.to_string(), "1.1");
        assert_eq!(pension.equities_max(today).unwrap().value.to_string(), "0.3");
        assert_eq!(pension.buffer_months(BufferUse::BeforeInvesting, today).unwrap().value, 2);
        assert_eq!(pension.pooled_part(today).unwrap().value.to_string(), "0.12");
        assert_eq!(pension.base_bounds(today), None, "no average wage is shipped");

        let injury = national.for_fund(WorkInjury::SPEC);
        assert!(!injury.may_invest(today).unwrap().value);
        assert_eq!(injury.equities_max(today), None);
        assert_eq!(injury.buffer_months(BufferUse::BeforeInvesting, today), None);
        assert_eq!(
            injury.authority(Act::DrawReserve, today).unwrap().value,
            ["finance_department"]
        );
        assert!(injury.authority(Act::GrantAuthorisation, today).unwrap().value.is_empty());
        assert_eq!(pension.authority(Act::DrawReserve, today), None);
        let older = injury.late_fee(on("2011-06-30")).unwrap().value;
        assert_eq!(older.of_minor(100_000, 1), Some(200));
        let limit = injury.deadline(Deadline::WorkInjuryClaim, on("2023-12-01")).unwrap().value;
        assert_eq!((limit.days(), limit.working_days()), (20, true));
        assert_eq!(injury.deadline(Deadline::WorkInjuryClaim, on("2023-11-30")), None);
        assert_eq!(injury.deadline(Deadline::DepositCollections, today), None);

        let rates =
            |day| national.for_fund(Unemployment::SPEC).rate("Unit", on(day)).unwrap().value;
        assert_eq!((rates("2016-12-31").ppm(), rates("2017-01-01").ppm()), (20_000, 5_000));
    }

    #[test]
    fn strengths_of_nation_and_province() {
        use Requirement as R;
        let strengths = |profile: Profile| {
            let today = profile.for_fund(Maternity::SPEC).on(on("2021-03-05"));
            R::ALL.iter().map(|what| (*what, today.strength(*what))).collect::<Vec<_>>()
        };
        let mut expected = vec![
            (R::BudgetBeforePayment, Strength::Refuse),
            (R::ClaimBeforePayment, Strength::Off),
            (R::DueBeforeReceipt, Strength::Off),
            (R::UsePlanBeforeRelease, Strength::Refuse),
            (R::RevenueAccountZeroAtMonthEnd, Strength::Flag),
            (R::ShortfallLadder, Strength::Refuse),
            (R::AgreementBeforeSettlement, Strength::Refuse),
            (R::BudgetSurplus, Strength::Off),
        ];
        assert_eq!(strengths(Profile::national()), expected);
        expected[7].1 = Strength::Flag;
        assert_eq!(strengths(Profile::jiangsu()), expected);
    }

    #[test]
    fn employees_medical_insurance_has_a_step_of_its_own() {
        let today = on("2021-03-05");
        let steps = |fund| {
            let rules = Profile::national().for_fund(fund);
            rules.ladder(today).unwrap().value.to_vec()
        };
        let medical = steps(crate::fund::EmployeeMedical::SPEC);
        assert_eq!(steps(WorkInjury::SPEC).len(), 5);
        assert_eq!(medical.get(4), Some(&LadderStep::AdjustSplit));
    }

    #[test]
    fn reorganisations_are_named_by_their_two_funds() {
        let jiangsu = Profile::jiangsu();
        let raised = |text| jiangsu.reorganisation("ENT_PENSION", "ENT_PENSION", on(text));
        assert_eq!(raised("2021-12-31"), None);
        assert_eq!(raised("2022-01-01").unwrap().value.id(), "enterprise-pension-to-province");
        assert!(raised("2022-12-31").is_some());
        assert_eq!(raised("2023-01-01"), None);
        assert!(jiangsu.reorganisation("MATERNITY", "EMP_MEDICAL", on("2021-01-01")).is_some());
        assert_eq!(jiangsu.reorganisation("EMP_MEDICAL", "MATERNITY", on("2021-01-01")), None);
        assert_eq!(jiangsu.reorganisation("WORK_INJURY", "UNEMPLOYMENT", on("2021-01-01")), None);
    }

    #[test]
    fn the_one_interfund_loan_is_bounded_and_dated() {
        let oasdi = Profile::us_oasdi();
        let loan = oasdi.authorisation("interfund-loan-1982", on("1982-12-31")).unwrap().value;
        assert!(loan.allows("US_HI", "US_OASI") && !loan.allows("US_OASI", "US_HI"));
        let usd = crate::money::Currency::USD;
        assert_eq!(loan.limit_minor(usd), Some(1_751_900_000_000));
        assert_eq!(loan.repay_by(), Some(on("1986-12-31")));
        assert_eq!(oasdi.authorisations(on("1982-01-01")).count(), 1);
        assert_eq!(oasdi.authorisations(on("1981-12-31")).count(), 0);
        assert_eq!(oasdi.authorisations(on("1983-01-01")).count(), 0);
        assert_eq!(Profile::jiangsu().authorisations(on("1982-06-01")).count(), 0);
    }
}
