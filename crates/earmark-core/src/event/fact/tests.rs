//! The shape of facts, against a table written down a second time.

use super::*;
use crate::fund::{EnterprisePension, Fund, WorkInjury};
use crate::time::{Day, day};

/// The fields of a matter in the order amount, base, party, other party, from, until, number, text:
/// `!` is there, `?` may be there, `-` is not there.
const MATTERS: &[(Kind, &str)] = &[
    (Kind::PeriodClosed, "----!!--"),
    (Kind::PeriodReopened, "----!!-!"),
    (Kind::LoanAuthorised, "!---!!!!"),
    (Kind::PremiumDeclared, "??!-!-!-"),
    (Kind::PremiumVerified, "??!-!-!-"),
    (Kind::PremiumAssessed, "!-!-!---"),
    (Kind::DueCorrected, "??!-!-?!"),
    (Kind::LateFeeCharged, "!!!-!!!-"),
    (Kind::BenefitClaimed, "!-!?!---"),
    (Kind::ClaimVerified, "!---!-!-"),
    (Kind::ClaimRefused, "-------!"),
    (Kind::BenefitStopped, "--!-!--!"),
    (Kind::BenefitResumed, "--!-!--!"),
    (Kind::ProviderAgreed, "--!-!?--"),
    (Kind::ProviderEnded, "--!-!--!"),
    (Kind::RecoveryDemanded, "!!!-?-!!"),
    (Kind::RecoveryWaived, "!-----!!"),
    (Kind::BudgetLineDrafted, "?-----!-"),
    (Kind::BudgetLineAdjusted, "?-----!!"),
    (Kind::BudgetApproved, "??----!?"),
    (Kind::BudgetAdjusted, "------!!"),
    (Kind::UsePlanApproved, "!---!---"),
    (Kind::ShortfallStepTaken, "?---!-!!"),
    (Kind::ReserveSetAside, "!-------"),
    (Kind::InvestmentReported, "!?--!---"),
    (Kind::ReserveDrawn, "!------!"),
];

const FIELDS: [&str; 8] =
    ["amount", "base", "party", "other party", "from", "until", "number", "reason"];

fn on(text: &str) -> Day {
    day(text).expect("a day of the test")
}

/// A matter with just those fields.
fn matter(there: [bool; 8]) -> (u64, Option<Party>, Matter) {
    let [amount, base, party, other, from, until, number, text] = there;
    let someone = |there: bool, number| there.then(|| Party::from_u128(number));
    let matter = Matter {
        base_minor: u64::from(base),
        from: from.then(|| on("2021-01-01")),
        until: until.then(|| on("2021-01-01")),
        number: u64::from(number),
        other: someone(other, 2),
        text: u32::from(text),
    };
    (u64::from(amount), someone(party, 1), matter)
}

fn needs(shape: &str) -> [char; 8] {
    let mut needs = ['-'; 8];
    for (need, sign) in needs.iter_mut().zip(shape.chars()) {
        *need = sign;
    }
    needs
}

#[test]
fn a_matter_has_the_fields_of_its_kind_and_no_other() {
    for (kind, shape) in MATTERS {
        let needs = needs(shape);
        let all_that_must = needs.map(|need| need == '!');
        for (index, (need, field)) in needs.into_iter().zip(FIELDS).enumerate() {
            for there in [false, true] {
                let mut fields = all_that_must;
                if let Some(field) = fields.get_mut(index) {
                    *field = there;
                }
                let (amount, party, matter) = matter(fields);
                let fits = need == '?' || there == (need == '!');
                let expected =
                    if fits { Ok(()) } else { Err(FactError::Field { kind: *kind, field }) };
                assert_eq!(matter.check(*kind, amount, party), expected, "{kind} {field} {there}");
            }
        }
        let all_that_may = needs.map(|need| need != '-');
        let (amount, party, matter) = matter(all_that_may);
        assert_eq!(matter.check(*kind, amount, party), Ok(()), "{kind}");
    }
    for kind in Kind::ALL {
        let listed = MATTERS.iter().any(|(of, _)| of == kind);
        assert_eq!(listed, kind.is_matter(), "{kind}");
        if !listed {
            let (amount, party, matter) = matter([false; 8]);
            let error = FactError::Field { kind: *kind, field: "detail" };
            assert_eq!(matter.check(*kind, amount, party), Err(error), "{kind}");
        }
    }
}

#[test]
fn the_second_amount_of_a_matter_is_in_range_and_its_days_are_in_order() {
    let kind = Kind::LateFeeCharged;
    let held = |base_minor, from: &str, until: &str| {
        let (from, until) = (Some(on(from)), Some(on(until)));
        let matter = Matter { base_minor, from, until, number: 202_101, other: None, text: 0 };
        matter.check(kind, 1, Some(Party::from_u128(1)))
    };
    assert_eq!(held(MAX_MINOR, "2021-01-31", "2021-01-31"), Ok(()));
    assert_eq!(held(MAX_MINOR, "2021-01-30", "2021-01-31"), Ok(()));
    for base_minor in [MAX_MINOR + 1, u64::MAX] {
        let error = FactError::AmountOutOfRange { amount_minor: base_minor };
        assert_eq!(held(base_minor, "2021-01-31", "2021-01-31"), Err(error));
    }
    for until in ["2021-01-30", "2020-12-31"] {
        let error = FactError::Field { kind, field: "until" };
        assert_eq!(held(1, "2021-01-31", until), Err(error), "{until}");
    }
}

fn fact(kind: Kind, account: Option<Account>, detail: Detail) -> Fact {
    let amount_minor = u64::from(kind.moves_money());
    Fact { kind, account, purpose: 0, amount_minor, party: None, detail }
}

fn injury(fact: &Fact) -> Result<(), FactError> {
    fact.clone().checked(WorkInjury::SPEC).map(|_| ())
}

fn original(seq: u64, kind: Kind) -> Original {
    Original { seq, kind }
}

#[test]
fn what_concerns_no_account_names_none() {
    let text = |account| fact(Kind::TextRegistered, account, text_of(1, 1));
    assert_eq!(injury(&text(None)), Ok(()));
    let error = |kind| Err(FactError::Field { kind, field: "account" });
    assert_eq!(injury(&text(Some(Account::Special))), error(Kind::TextRegistered));
    let opened = |account| fact(Kind::AccountOpened, account, Detail::None);
    assert_eq!(injury(&opened(Some(Account::Special))), Ok(()));
    assert_eq!(injury(&opened(None)), error(Kind::AccountOpened));
}

fn text_of(number: u32, bytes: usize) -> Detail {
    Detail::Text { number, text: "t".repeat(bytes).into() }
}

#[test]
fn a_text_and_a_profile_have_a_length() {
    let text = |number, bytes| injury(&fact(Kind::TextRegistered, None, text_of(number, bytes)));
    assert_eq!(text(1, MAX_TEXT_BYTES), Ok(()));
    for bytes in [0, MAX_TEXT_BYTES + 1, MAX_TEXT_BYTES + 2] {
        assert_eq!(text(1, bytes), Err(FactError::TextLength { bytes }));
    }
    let unnumbered = FactError::Field { kind: Kind::TextRegistered, field: "detail" };
    assert_eq!(text(0, 1), Err(unnumbered));

    let profile = |bytes: usize| {
        let detail = Detail::Profile("p".repeat(bytes).into());
        injury(&fact(Kind::ProfileAdopted, None, detail))
    };
    assert_eq!(profile(MAX_BUNDLE_BYTES), Ok(()));
    for bytes in [0, MAX_BUNDLE_BYTES + 1, MAX_BUNDLE_BYTES + 2] {
        assert_eq!(profile(bytes), Err(FactError::ProfileLength { bytes }));
    }
}

/// What a fact that fits in all else says about its detail.
fn detail_fits(kind: Kind, detail: Detail) -> bool {
    fact(kind, None, detail).check_detail().is_ok()
}

#[test]
fn each_kind_has_its_own_detail() {
    let period = crate::time::Period::month(on("2021-05-01").month());
    let (closing, salt, root) = (9, [0; 16], earmark_tlog::Hash([7; 32]));
    let roll = AttestedRoll { period, closing, parties: 1, salt, root };
    let bound = BoundDetail { event: Some(1), commitment: [1; 32] };
    let details = || {
        [
            ("roll", Detail::Roll(Box::new(roll))),
            ("bound", Detail::Bound(Box::new(bound))),
            ("none", Detail::None),
            ("text", text_of(1, 1)),
            ("profile", Detail::Profile("p".into())),
            ("area", Detail::Area(crate::id::area("320100").expect("an area"))),
            ("plan", Detail::Plan(on("2021-01-01").month())),
            ("owed", Detail::Owed(on("2021-01-01").month())),
            ("under", Detail::Under(1)),
            ("original", Detail::Original(original(1, Kind::BenefitPaid))),
            (
                "reversal",
                Detail::Reversal { of: original(1, Kind::BenefitPaid), first: None, reason: 1 },
            ),
        ]
    };
    for kind in Kind::ALL {
        let wanted: &[&str] = match kind {
            Kind::TextRegistered => &["text"],
            Kind::ProfileAdopted => &["profile"],
            Kind::RollAttested => &["roll"],
            Kind::DetailBound => &["bound"],
            Kind::TransferInReceived
            | Kind::TransferOutPaid
            | Kind::SuperiorSubsidyReceived
            | Kind::LowerRemittanceReceived
            | Kind::SuperiorRemitted
            | Kind::LowerSubsidised
            | Kind::CrossProvinceSettled
            | Kind::ReorganisedIn
            | Kind::ReorganisedOut => &["area"],
            Kind::Released => &["plan"],
            Kind::PremiumReceived => &["none", "owed"],
            Kind::LoanReceived
            | Kind::LoanRepaid
            | Kind::LoanMade
            | Kind::LoanRepaymentReceived => &["under"],
            Kind::PremiumRefunded
            | Kind::TransferInReturned
            | Kind::PaymentReturned
            | Kind::BenefitRecovered
            | Kind::LatePaymentReturned
            | Kind::LateBenefitRecovered => &["original"],
            Kind::Reversed => &["reversal"],
            kind if kind.is_matter() => &[],
            _ => &["none"],
        };
        for (name, detail) in details() {
            assert_eq!(detail_fits(*kind, detail), wanted.contains(&name), "{kind} with {name}");
        }
    }
}

#[test]
fn what_is_named_by_its_number_has_one() {
    assert!(!detail_fits(Kind::LoanMade, Detail::Under(0)));
    let kind = Kind::PaymentReturned;
    assert!(!detail_fits(kind, Detail::Original(original(0, Kind::BenefitPaid))));
    let reversal =
        |of, first, reason| detail_fits(Kind::Reversed, Detail::Reversal { of, first, reason });
    assert!(reversal(original(1, Kind::BenefitPaid), None, 1));
    assert!(!reversal(original(0, Kind::BenefitPaid), None, 1));
    assert!(!reversal(original(1, Kind::BenefitPaid), None, 0));

    // What took back another event itself names it, and that one came before.
    let back = original(5, Kind::PaymentReturned);
    let paid = |seq| Some(original(seq, Kind::BenefitPaid));
    assert!(reversal(back, paid(4), 1));
    assert!(!reversal(back, None, 1), "the first is left out");
    assert!(!reversal(original(5, Kind::BenefitPaid), paid(4), 1), "a payment takes nothing back");
    assert!(!reversal(back, paid(0), 1));
    assert!(!reversal(back, paid(5), 1));
    assert!(!reversal(back, paid(6), 1));
    assert!(!reversal(back, Some(original(4, Kind::PremiumReceived)), 1));
}

#[test]
fn what_moves_no_money_and_a_reversal_are_not_reversed() {
    for kind in Kind::ALL {
        let moves = kind.moves_money() && *kind != Kind::Reversed;
        assert_eq!(can_take_back(Kind::Reversed, *kind), moves, "{kind}");
    }
}

#[test]
fn the_greatest_amount_is_in_range_and_one_more_is_not() {
    let interest = |amount_minor| {
        let fact = fact(Kind::InterestReceived, Some(Account::Special), Detail::None);
        injury(&Fact { amount_minor, ..fact })
    };
    assert_eq!(interest(MAX_MINOR), Ok(()));
    assert_eq!(interest(1), Ok(()));
    let kind = Kind::InterestReceived;
    assert_eq!(interest(0), Err(FactError::AmountNotPositive { kind }));
    let amount_minor = MAX_MINOR + 1;
    assert_eq!(interest(amount_minor), Err(FactError::AmountOutOfRange { amount_minor }));
}

#[test]
fn a_code_of_64_and_more_is_in_no_list_of_a_fund() {
    for fund in [WorkInjury::SPEC, EnterprisePension::SPEC] {
        for code in [64, 65, 128, u16::MAX] {
            assert!(!fund.has_premium(code), "{code}");
            assert!(!fund.has_benefit(code), "{code}");
            assert!(!fund.has_state_use(code), "{code}");
        }
        for code in 0..64 {
            assert_eq!(fund.has_premium(code), fund.premium(code).is_some(), "{code}");
            assert_eq!(fund.has_benefit(code), fund.benefit(code).is_some(), "{code}");
            assert_eq!(fund.has_state_use(code), fund.state_use(code).is_some(), "{code}");
        }
    }
}

fn outside(kind: Kind, party: Option<Party>, detail: Detail) -> Result<Fact, FactError> {
    let fact = Fact { kind, account: None, purpose: 0, amount_minor: 0, party, detail };
    fact.checked(WorkInjury::SPEC)
}

#[test]
fn a_roll_is_of_some_closing_and_its_root_fits_its_lines() {
    let period = crate::time::Period::new(on("2021-05-01"), on("2021-05-31")).expect("a month");
    let some = earmark_tlog::Hash([7; 32]);
    let none = earmark_tlog::EMPTY_ROOT;
    for (closing, parties, root, fits) in [
        (9, 1, some, true),
        (9, 18, some, true),
        (9, 19, some, false),
        (9, 0, none, true),
        (9, 0, some, false),
        (9, 1, none, false),
        (0, 0, none, false),
        (u64::MAX, u64::MAX, some, true),
    ] {
        let roll = AttestedRoll { period, closing, parties, salt: [0; 16], root };
        let detail = || Detail::Roll(Box::new(roll));
        assert_eq!(outside(Kind::RollAttested, None, detail()).is_ok(), fits, "{roll:?}");
        // No party, no money, and no other kind.
        assert!(outside(Kind::RollAttested, Some(Party::from_u128(1)), detail()).is_err());
        assert!(outside(Kind::DetailBound, None, detail()).is_err());
        assert!(outside(Kind::PeriodClosed, None, detail()).is_err());
    }
    assert!(outside(Kind::RollAttested, None, Detail::None).is_err());
}

#[test]
fn detail_is_bound_to_somebody_or_something() {
    let bound = |event| Detail::Bound(Box::new(BoundDetail { event, commitment: [1; 32] }));
    let someone = Some(Party::from_u128(1));
    for (party, event, fits) in [
        (someone, None, true),
        (None, Some(3), true),
        (someone, Some(3), true),
        (someone, Some(0), false),
        (None, Some(0), false),
    ] {
        assert_eq!(outside(Kind::DetailBound, party, bound(event)).is_ok(), fits, "{event:?}");
        assert!(outside(Kind::RollAttested, party, bound(event)).is_err());
    }
    assert_eq!(outside(Kind::DetailBound, None, bound(None)), Err(FactError::NothingBound));
    assert_eq!(FactError::NothingBound.rule(), Rule::DetailFits);
    assert!(outside(Kind::DetailBound, someone, Detail::None).is_err());
    let fact = Fact {
        kind: Kind::DetailBound,
        account: None,
        purpose: 0,
        amount_minor: 1,
        party: someone,
        detail: bound(None),
    };
    assert!(fact.clone().checked(WorkInjury::SPEC).is_err(), "it moves no money");
    let account = Some(Account::Special);
    assert!(Fact { amount_minor: 0, account, ..fact }.checked(WorkInjury::SPEC).is_err());
}
