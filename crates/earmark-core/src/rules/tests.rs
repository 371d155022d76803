//! Precedence, dates, and what must hold of every text.

use proptest::prelude::*;

use super::*;
use crate::account::Account;
use crate::fund::{Fund, FundSpec, Unemployment, WorkInjury};
use crate::id::area;
use crate::time::{Day, day};

fn on(text: &str) -> Day {
    day(text).unwrap()
}

fn layer(level: usize, rules: &str) -> String {
    let over = if level == 0 { String::new() } else { format!("over = \"l{}\"\n", level - 1) };
    format!(
        "[profile]\nid = \"l{level}\"\nname = \"layer\"\njurisdiction = \"China\"\nedition = \"1\"\n{over}\n{rules}"
    )
}

fn stack(rules: &[&str]) -> Profile {
    let files: Vec<_> = rules.iter().enumerate().map(|(level, text)| layer(level, text)).collect();
    Profile::of_layers(files.iter().map(String::as_str)).unwrap()
}

fn requirement(fund: &str, strength: &str, from: &str, until: &str) -> String {
    let until = if until.is_empty() { String::new() } else { format!("until = {until}\n") };
    format!(
        "[[requirement]]\nfund = \"{fund}\"\nwhat = \"shortfall_ladder\"\nstrength = \"{strength}\"\n\
         from = {from}\n{until}source = \"a law\"\n\n"
    )
}

fn strength(profile: &Profile, fund: &'static FundSpec, text: &str) -> Option<Strength> {
    let rules = profile.for_fund(fund);
    let ruling = rules.requirement(Requirement::ShortfallLadder, on(text)).map(|r| r.value);
    let hot = rules.on(on(text)).strength(Requirement::ShortfallLadder);
    assert_eq!(hot, ruling.unwrap_or(Strength::Off));
    ruling
}

#[test]
fn within_a_layer_the_fund_goes_before_every_fund() {
    let rules = requirement("*", "refuse", "2020-01-01", "")
        + &requirement("WORK_INJURY", "flag", "2020-02-01", "2020-02-29");
    let profile = stack(&[&rules]);
    for (text, expected) in [
        ("2019-12-31", None),
        ("2020-01-01", Some(Strength::Refuse)),
        ("2020-01-31", Some(Strength::Refuse)),
        ("2020-02-01", Some(Strength::Flag)),
        ("2020-02-29", Some(Strength::Flag)),
        ("2020-03-01", Some(Strength::Refuse)),
        ("9999-12-31", Some(Strength::Refuse)),
    ] {
        assert_eq!(strength(&profile, WorkInjury::SPEC, text), expected, "{text}");
    }
    assert_eq!(strength(&profile, Unemployment::SPEC, "2020-02-10"), Some(Strength::Refuse));
}

#[test]
fn an_upper_layer_goes_before_a_lower_one_and_leaves_gaps_to_it() {
    let lower = requirement("WORK_INJURY", "refuse", "2000-01-01", "2020-12-31");
    let upper = requirement("*", "flag", "2010-01-01", "2010-12-31")
        + &requirement("*", "off", "2012-01-01", "");
    let profile = stack(&[&lower, &upper]);
    for (text, injury, unemployment) in [
        ("1999-12-31", None, None),
        ("2000-01-01", Some(Strength::Refuse), None),
        ("2010-01-01", Some(Strength::Flag), Some(Strength::Flag)),
        ("2010-12-31", Some(Strength::Flag), Some(Strength::Flag)),
        ("2011-01-01", Some(Strength::Refuse), None),
        ("2012-01-01", Some(Strength::Off), Some(Strength::Off)),
        ("2021-01-01", Some(Strength::Off), Some(Strength::Off)),
    ] {
        assert_eq!(strength(&profile, WorkInjury::SPEC, text), injury, "{text}");
        assert_eq!(strength(&profile, Unemployment::SPEC, text), unemployment, "{text}");
    }
    let rules = profile.for_fund(WorkInjury::SPEC);
    let why = rules.why(Topic::Requirement, "shortfall_ladder", on("2010-06-01"));
    assert_eq!(
        why.to_string(),
        "wanted, and flagged where it is missing on 2010-06-01 by rule `requirement shortfall_ladder` of layer `l1` line 8 (a law), in \
         force from 2010-01-01 until 2010-12-31; overrides layer `l0` line 7"
    );
    assert_eq!(why.rule().unwrap().fund(), None);
    assert_eq!(why.overridden().len(), 1);
    assert_eq!(
        rules.why(Topic::Requirement, "shortfall_ladder", on("1999-01-01")).to_string(),
        "no rule `requirement shortfall_ladder` for fund `WORK_INJURY` is in force on 1999-01-01; \
         without a rule nothing is required"
    );
}

#[test]
fn the_ends_of_the_calendar_are_days_like_others() {
    let profile = stack(&[&requirement("*", "refuse", "1900-01-01", "9999-12-31")]);
    for text in ["1900-01-01", "2021-03-05", "9999-12-31"] {
        assert_eq!(strength(&profile, WorkInjury::SPEC, text), Some(Strength::Refuse));
    }
}

#[test]
fn a_closed_purpose_is_a_bit_of_its_list() {
    let profile = stack(&["[[purpose]]\nfund = \"WORK_INJURY\"\nlist = \"benefit\"\n\
         name = [\"Prevention\", \"Death\"]\nopen = false\nfrom = 2020-01-01\nuntil = 2020-12-31\n\
         source = \"a law\"\n"]);
    let rules = profile.for_fund(WorkInjury::SPEC);
    let (before, within) = (rules.on(on("2019-12-31")), rules.on(on("2020-12-31")));
    assert_eq!(before, DayRules::NONE);
    assert_eq!(within.closed(PurposeList::Benefit), 1 << 5 | 1 << 3);
    assert!(!within.is_open(PurposeList::Benefit, 5) && within.is_open(PurposeList::Premium, 1));
    assert!(within.is_open(PurposeList::Benefit, 63) && !within.is_open(PurposeList::Benefit, 64));
    assert!(!within.is_open(PurposeList::StateUse, u16::MAX));
    assert_eq!(rules.on(on("2021-01-01")), DayRules::NONE);
    let ruling = rules.purpose_open(PurposeList::Benefit, "Death", on("2020-01-01")).unwrap();
    assert!(!ruling.value);
    assert_eq!(ruling.rule.name(), "purpose benefit Death");
    assert_eq!(profile.for_fund(Unemployment::SPEC).on(on("2020-06-01")), DayRules::NONE);
}

#[test]
fn base_bounds_are_rounded_half_up_once() {
    let wage = |monthly: &str, from: &str, until: &str| {
        format!(
            "[[average_wage]]\nmonthly = \"{monthly}\"\nfrom = {from}\nuntil = {until}\nsource = \"notice\"\n"
        )
    };
    let upper = wage("9000.00", "2020-07-01", "2021-06-30")
        + &wage("9123.01", "2021-07-01", "2022-06-30")
        + "[[base]]\nfloor_of_average = \"0.50\"\ncap_of_average = \"3.00\"\nfrom = 2021-07-01\nsource = \"x\"\n";
    let text = upper.replace("[[base]]", "[[base]]\nfund = \"WORK_INJURY\"");
    let file = layer(0, &text).replace("id = \"l0\"", "id = \"town\"\nover = \"cn-national-2017\"");
    let profile = Profile::of_layers([CN_NATIONAL_2017, &file]).unwrap();
    let rules = profile.for_fund(WorkInjury::SPEC);
    let bounds =
        |text| rules.base_bounds(on(text)).map(|bounds| (bounds.floor_minor, bounds.cap_minor));
    assert_eq!(bounds("2020-06-30"), None);
    assert_eq!(bounds("2020-07-01"), Some((540_000, 2_700_000)));
    assert_eq!(bounds("2021-06-30"), Some((540_000, 2_700_000)));
    // Half of 9123.01 is 4561.505.
    assert_eq!(bounds("2021-07-01"), Some((456_151, 2_736_903)));
    assert_eq!(bounds("2022-07-01"), None);
    let both = rules.base_bounds(on("2021-01-01")).unwrap();
    assert_eq!((both.band.layer(), both.wage.layer()), ("cn-national-2017", "town"));
}

#[test]
fn a_late_fee_is_exact_and_bounded() {
    let fee = |rounding| LateFee {
        per_day: "0.0005".parse().unwrap(),
        first_day: FirstDay::DayOfDefault,
        rounding,
    };
    // 0.15 fen, 0.50 fen, 0.75 fen.
    for (overdue, half_up, down, up) in [(300, 0, 0, 1), (1_000, 1, 0, 1), (1_500, 1, 0, 1)] {
        assert_eq!(fee(RoundingMode::HalfUp).of_minor(overdue, 1), Some(half_up));
        assert_eq!(fee(RoundingMode::Down).of_minor(overdue, 1), Some(down));
        assert_eq!(fee(RoundingMode::Up).of_minor(overdue, 1), Some(up));
    }
    assert_eq!(fee(RoundingMode::HalfUp).of_minor(10_000_000, 30), Some(150_000));
    assert_eq!(fee(RoundingMode::HalfUp).of_minor(u64::MAX, u32::MAX), None);
    let most = LateFee { per_day: Rate::MAX, ..fee(RoundingMode::Up) };
    assert_eq!(most.of_minor(u64::MAX, u32::MAX), None);
}

#[test]
fn the_text_is_given_back_byte_by_byte() {
    let (one, two) = (layer(0, "# a remark\n"), layer(1, ""));
    let bundle = format!("{one}{SEPARATOR}\n{two}");
    let profile = Profile::parse(&bundle).unwrap();
    assert_eq!(profile.text(), bundle);
    assert_eq!(profile.to_string(), "l0 < l1");
    assert_eq!(Profile::of_layers([one.trim_end(), two.as_str()]).unwrap(), profile);
    assert_ne!(Profile::of_layers([one.as_str()]).unwrap(), profile);
    let windows = bundle.replace('\n', "\r\n");
    assert_eq!(Profile::parse(&windows).unwrap().layers().len(), 2);
    assert_eq!(Profile::parse(Profile::jiangsu().text()).unwrap(), Profile::jiangsu());
    assert_eq!(Profile::jiangsu().to_string(), "cn-national-2017 < cn-jiangsu");
}

#[test]
fn a_layer_covers_its_area_and_those_below() {
    let fits = |own: &str, code: &str| {
        let file = layer(0, "").replace("edition", &format!("area = \"{own}\"\nedition"));
        Profile::parse(&file).unwrap().fits(area(code).unwrap()).is_ok()
    };
    for (own, inside, outside) in [
        ("320000", ["320000", "320200", "329999"], ["319999", "330000", "000000"]),
        ("320200", ["320200", "320282", "320299"], ["320100", "320300", "320000"]),
        ("320282", ["320282", "320282", "320282"], ["320281", "320283", "320200"]),
        ("000000", ["000000", "000000", "000000"], ["000001", "110000", "320282"]),
    ] {
        for code in inside {
            assert!(fits(own, code), "{own} {code}");
        }
        for code in outside {
            assert!(!fits(own, code), "{own} {code}");
        }
    }
}

#[test]
fn a_profile_is_shared_between_threads() {
    fn shared<T: Send + Sync + Clone + 'static>() {}
    shared::<Profile>();
    shared::<FundRules>();
    shared::<DayRules>();
    assert!(size_of::<DayRules>() <= 32);
}

#[test]
fn words_and_members_are_inverse() {
    for topic in Topic::ALL {
        assert_eq!(Topic::from_word(topic.word()), Some(*topic));
    }
    for requirement in Requirement::ALL {
        assert_eq!(Requirement::from_word(requirement.word()), Some(*requirement));
    }
    assert_eq!(Act::from_word("do_as_one_likes"), None);
}

/// A rule of the model: fund, strength, first day, last day.
type Spanned = (bool, usize, i32, i32);

/// Spans that follow one another, so that no two overlap.
fn spans() -> impl Strategy<Value = Vec<Spanned>> {
    prop::collection::vec((any::<bool>(), 0..3_usize, 0..20_i32, 0..20_i32), 0..8)
}

#[test]
fn large_odd_texts_are_refused_in_good_time() {
    let units = [
        "[",
        "[[a]]\n",
        "a.",
        "a=[",
        "{",
        "\"",
        "[[rate]]\n",
        "\n",
        "é",
        "[a.b]\n",
        "a={b=",
        "'''",
    ];
    for unit in units {
        let text = unit.repeat(MAX_BUNDLE_BYTES / unit.len());
        assert!(Profile::parse(&text).is_err(), "{unit}");
        let text = layer(0, "") + &unit.repeat(50_000 / unit.len());
        assert_eq!(Profile::parse(&text).is_ok(), unit == "\n", "{unit}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn answers_agree_with_a_plain_search(layers in prop::collection::vec(spans(), 1..4)) {
        let start = on("2020-01-01").days();
        let at = |days: i32| Day::from_days(start + days).unwrap();
        let mut model: Vec<Vec<(bool, Strength, Day, Day)>> = Vec::new();
        let mut texts = Vec::new();
        for spans in &layers {
            let (mut next, mut rules, mut text) = ([0, 0], Vec::new(), String::new());
            for (own, strength, gap, length) in spans {
                let from = next[usize::from(*own)] + gap;
                next[usize::from(*own)] = from + length + 1;
                let strength = Strength::ALL[*strength];
                rules.push((*own, strength, at(from), at(from + length)));
                let fund = if *own { "WORK_INJURY" } else { "*" };
                let (from, until) = (at(from).to_string(), at(from + length).to_string());
                text += &requirement(fund, strength.word(), &from, &until);
            }
            model.push(rules);
            texts.push(text);
        }
        let profile = stack(&texts.iter().map(String::as_str).collect::<Vec<_>>());
        let rules = profile.for_fund(WorkInjury::SPEC);
        for day in (-1..340).map(at) {
            let holds = |own: bool| move |rule: &&(bool, Strength, Day, Day)|
                rule.0 == own && rule.2 <= day && day <= rule.3;
            let expected = model.iter().rev().find_map(|rules| {
                rules.iter().find(holds(true)).or_else(|| rules.iter().find(holds(false)))
            });
            let expected = expected.map(|rule| rule.1);
            let found = rules.requirement(Requirement::ShortfallLadder, day).map(|r| r.value);
            prop_assert_eq!(found, expected);
            let hot = rules.on(day).strength(Requirement::ShortfallLadder);
            prop_assert_eq!(hot, expected.unwrap_or(Strength::Off));
        }
    }

    #[test]
    fn the_day_agrees_with_its_rulings(days in 0..60_000_i32, fund in 0..8_usize) {
        let day = Day::from_days(Day::MIN.days() + days).unwrap();
        let fund = crate::fund::BUILT_IN[fund];
        let rules = Profile::jiangsu().for_fund(fund);
        let today = rules.on(day);
        for account in Account::ALL {
            let exists = rules.account_exists(account, day).is_none_or(|ruling| ruling.value);
            prop_assert_eq!(today.has_account(account), exists);
        }
        for benefit in fund.benefits() {
            let open = rules
                .purpose_open(PurposeList::Benefit, benefit.name, day)
                .is_none_or(|ruling| ruling.value);
            prop_assert_eq!(today.is_open(PurposeList::Benefit, benefit.code), open);
        }
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,200}") {
        let _ = Profile::parse(&text);
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = Profile::parse(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn no_truncated_file_panics(at in 0..CN_NATIONAL_2017.len()) {
        if let Some(text) = CN_NATIONAL_2017.get(..at) && let Err(error) = Profile::parse(text) {
            prop_assert!(error.line() <= text.lines().count() + 1, "{}", error);
            prop_assert!(!error.field().is_empty() && !error.problem().is_empty());
        }
    }

    #[test]
    fn no_damaged_file_panics(
        at in 0..CN_JIANGSU.len(),
        length in 0..40_usize,
        put in "[\\[\\]{}\"'=,.#\\n\\r 0-9a-z*%-]{0,12}",
    ) {
        let mut text = CN_JIANGSU.to_owned();
        let end = (at + length).min(text.len());
        if text.is_char_boundary(at) && text.is_char_boundary(end) {
            text.replace_range(at..end, &put);
            let bundle = format!("{CN_NATIONAL_2017}{SEPARATOR}\n{text}");
            match Profile::parse(&bundle) {
                Ok(profile) => prop_assert_eq!(profile.text(), bundle),
                Err(error) => prop_assert!(error.line() >= 1),
            }
        }
    }

    #[test]
    fn any_value_in_any_field_is_read_or_refused(
        topic in 0..Topic::ALL.len(),
        field in "[a-z_]{1,12}|fund|what|account|who|steps|name|list|rate|from|until|source|days",
        value in "[0-9]{1,30}|-1|0x1F|1e9|nan|true|\"[^\"\\\\\\n]{0,12}\"|\\[\\]|\\[\"a\", 1\\]|\\{ a = 1 \\}|2021-0[0-9]-3[0-9]|2021-01-01T00:00:00Z",
    ) {
        let topic = Topic::ALL[topic];
        let _ = Profile::parse(&layer(0, &format!("[[{topic}]]\n{field} = {value}\n")));
    }
}
