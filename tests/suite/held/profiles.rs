//! Profiles at the edges of what they may say, and how they say it.

use earmark_core::fund::{EmployeeMedical, Fund};
use earmark_core::rules::{
    CN_NATIONAL_2017, MAX_BUNDLE_BYTES, MAX_LAYERS, Profile, SEPARATOR, Topic,
};

use crate::given::on;
use crate::law::{loans, pooled};

fn read(jurisdiction: &str, rules: &str) -> Result<Profile, String> {
    let head = "[profile]\nid = \"test\"\nname = \"a test\"\nname_zh = \"测试\"\nedition = \"7\"\njurisdiction = ";
    let text = format!("{head}\"{jurisdiction}\"\n\n{rules}");
    Profile::parse(&text).map_err(|error| {
        assert_eq!(error.layer(), "test", "{error}");
        error.to_string()
    })
}

const SINCE: &str = "from = 2020-01-01\nsource = \"a test\"\n";

#[test]
fn a_layer_says_its_names_and_edition() {
    let profile = read("China", "").unwrap();
    let [layer] = profile.layers() else { panic!("one layer") };
    assert_eq!((layer.name(), layer.name_zh(), layer.edition()), ("a test", Some("测试"), "7"));
    assert!(format!("{profile:?}").contains("test"), "{profile:?}");
}

#[test]
fn figures_at_their_edges_are_read() {
    let base = |floor: &str, cap: &str| {
        read(
            "China",
            &format!(
                "[[base]]\nfund = \"WORK_INJURY\"\nfloor_of_average = \"{floor}\"\n\
                      cap_of_average = \"{cap}\"\n{SINCE}"
            ),
        )
    };
    base("0.60", "0.60").unwrap();
    assert!(base("0.60", "0.59").is_err());
    let rate = |rate: &str| {
        read(
            "China",
            &format!(
                "[[rate]]\nfund = \"WORK_INJURY\"\npremium = \"Unit\"\nrate = \"{rate}\"\n{SINCE}"
            ),
        )
    };
    rate("0").unwrap();
    rate("1").unwrap();
    assert!(rate("1.000001").is_err());
    assert!(rate("-0.1").is_err());
    let named = |name: &str| {
        read(
            "Other",
            &format!("[[rate]]\nfund = \"X\"\npremium = \"{name}\"\nrate = \"1\"\n{SINCE}"),
        )
    };
    named(&"n".repeat(64)).unwrap();
    named("a_1").unwrap();
    assert!(named(&"n".repeat(65)).is_err());
    assert!(named("a-1").is_err());
    let loan = |repay_by: &str| {
        read(
            "Other",
            &format!(
                "[[authorisation]]\nid = \"a\"\nlender = \"ONE\"\nborrower = \"TWO\"\n\
                      repay_by = {repay_by}\n{SINCE}"
            ),
        )
    };
    loan("2020-01-01").unwrap();
    // It names its funds itself, and is of no one fund.
    assert!(loan("2020-01-01\nfund = \"ONE\"").is_err());
    assert!(loan("2019-12-31").is_err());
}

#[test]
fn an_authorisation_and_a_reorganisation_name_their_funds() {
    let loans = loans();
    let day = on("2021-06-01");
    let lending = loans.authorisation("interfund-lending", day).unwrap().value;
    assert_eq!(lending.id(), "interfund-lending");
    assert!(lending.allows("TRUST", "OTHER"));
    assert!(!lending.allows("OTHER", "TRUST"));
    assert!(!lending.allows("TRUST", "TRUST"));
    assert!(!lending.allows("OTHER", "OTHER"));
    let said = lending.to_string();
    assert!(said.contains("TRUST may lend to OTHER") && said.contains("2025-12-31"), "{said}");
    assert_eq!(loans.authorisations(day).count(), 2);
    assert_eq!(loans.authorisations(on("2022-01-01")).count(), 0);

    let pooled = pooled();
    let pooling = pooled.reorganisation("ENT_PENSION", "ENT_PENSION", day).unwrap().value;
    assert!(pooling.to_string().contains("ENT_PENSION"), "{pooling}");
    assert!(pooled.reorganisation("ENT_PENSION", "RES_PENSION", day).is_none());
    assert!(pooled.reorganisation("RES_PENSION", "ENT_PENSION", day).is_none());
    assert_eq!(pooled.reorganisations(day).count(), 1);
}

#[test]
fn pooling_at_a_higher_level_keeps_the_one_fund() {
    let raise = |out_of: &str, into: &str| {
        read(
            "China",
            &format!(
                "[[reorganisation]]\nid = \"r\"\nwhat = \"raise_pooling_level\"\n\
                      out_of = {out_of}\ninto = \"{into}\"\n{SINCE}"
            ),
        )
    };
    raise("\"ENT_PENSION\"", "ENT_PENSION").unwrap();
    assert!(raise("[\"ENT_PENSION\", \"RES_PENSION\"]", "ENT_PENSION").is_err());
    assert!(raise("\"RES_PENSION\"", "ENT_PENSION").is_err());
}

#[test]
fn a_profile_names_only_what_the_fund_has() {
    // A fund that is not built in is compared when its book adopts the profile.
    let profile = |list: &str, name: &str| {
        read(
            "Other",
            &format!(
                "[[purpose]]\nfund = \"TRUST\"\nlist = \"{list}\"\nname = \"{name}\"\n\
                      open = false\n{SINCE}"
            ),
        )
        .unwrap()
    };
    let fits = |profile: Profile| profile.fits_fund(crate::law::Trust::SPEC);
    fits(profile("benefit", "Pension")).unwrap();
    let error = fits(profile("benefit", "Pensions")).unwrap_err();
    assert_eq!((error.layer(), error.field(), error.line()), ("test", "purpose.name", 8));
    assert!(error.problem().contains("Pensions"), "{error}");
    let rate = |name: &str| {
        read(
            "Other",
            &format!("[[rate]]\nfund = \"TRUST\"\npremium = \"{name}\"\nrate = \"1\"\n{SINCE}"),
        )
        .unwrap()
    };
    fits(rate("Payroll")).unwrap();
    assert_eq!(fits(rate("Payrolls")).unwrap_err().field(), "rate.premium");
    // Of another law.
    assert!(read("China", "").unwrap().fits_fund(crate::law::Trust::SPEC).is_err());
}

#[test]
fn layers_stand_on_one_another_with_or_without_a_last_line_end() {
    let over = "[profile]\nid = \"over\"\nname = \"over\"\njurisdiction = \"China\"\nedition = \"1\"\n\
                over = \"cn-national-2017\"";
    let with = format!("{over}\n");
    for files in [[CN_NATIONAL_2017, over], [CN_NATIONAL_2017.trim_end(), &with]] {
        let profile = Profile::of_layers(files).unwrap();
        assert_eq!(Profile::parse(profile.text()).unwrap().layers().len(), 2);
        // Between the two stands the separator on a line of its own, and no line more.
        let lower = CN_NATIONAL_2017.trim_end();
        let joined = format!("{lower}\n{SEPARATOR}\n{}", files[1]);
        assert!(profile.text() == joined, "another text between the layers");
    }
    // An empty file is no layer, wherever it stands.
    assert!(Profile::of_layers(["", over]).is_err());
    assert!(Profile::of_layers([CN_NATIONAL_2017, ""]).is_err());
}

#[test]
fn an_area_is_that_of_the_layer_below_or_within_it() {
    let layer = |id: &str, area: &str, over: &str| {
        format!(
            "[profile]\nid = \"{id}\"\nname = \"n\"\njurisdiction = \"China\"\nedition = \"1\"\n\
             area = \"{area}\"\n{over}\n"
        )
    };
    let stacked = |lower: &str, upper: &str| {
        let (one, two) = (layer("one", lower, ""), layer("two", upper, "over = \"one\""));
        Profile::of_layers([one.as_str(), two.as_str()])
    };
    for (lower, upper) in [("320000", "320000"), ("320000", "320100"), ("320100", "320102")] {
        stacked(lower, upper).unwrap();
    }
    for (lower, upper) in [("320000", "330000"), ("320100", "320200"), ("320102", "320100")] {
        assert!(stacked(lower, upper).is_err(), "{upper} over {lower}");
    }
}

#[test]
fn rules_print_their_notes_figures_and_debug_form() {
    let national = Profile::national();
    assert!(national.rules().iter().any(|rule| rule.note().is_some_and(|note| note.len() > 10)));
    assert!(national.rules().iter().any(|rule| rule.note().is_none()));
    let jiangsu = Profile::jiangsu();
    for topic in [Topic::Rounding, Topic::Deadline, Topic::AverageWage] {
        for rule in jiangsu.rules().iter().filter(|rule| rule.topic() == topic) {
            assert!(!rule.says().is_empty(), "{}", rule.name());
        }
    }
    let wage = read(
        "China",
        &format!(
            "[[average_wage]]\nmonthly = \"8123.5\"\n{SINCE}\n[[deadline]]\nwhat = \"{}\"\n\
                  days = 15\nworking_days = true\n{SINCE}\n[[rounding]]\nmode = \"half_up\"\n\
                  to = \"minor_unit\"\n{SINCE}",
            jiangsu
                .rules()
                .iter()
                .find(|rule| rule.topic() == Topic::Deadline)
                .map_or("pay_premium".to_owned(), |rule| rule.subject().to_owned())
        ),
    );
    let wage = wage.unwrap();
    let says = |topic| {
        let rule = wage.rules().iter().find(|rule| rule.topic() == topic).unwrap();
        rule.says()
    };
    assert!(says(Topic::AverageWage).contains("8123.50"), "{}", says(Topic::AverageWage));
    assert!(says(Topic::Deadline).contains("15"), "{}", says(Topic::Deadline));
    assert!(says(Topic::Rounding).contains("minor"), "{}", says(Topic::Rounding));
    let rules = wage.for_fund(EmployeeMedical::SPEC);
    assert!(rules.rounding(on("2021-01-01")).is_some());
    assert!(rules.rounding(on("2019-12-31")).is_none());
    assert!(format!("{rules:?}").contains("EMP_MEDICAL"), "{rules:?}");
}

#[test]
fn as_many_layers_and_bytes_as_may_be_are_read_and_one_more_is_not() {
    let layer = |level: usize| {
        let over = if level == 0 { String::new() } else { format!("over = \"l{}\"\n", level - 1) };
        format!(
            "[profile]\nid = \"l{level}\"\nname = \"n\"\njurisdiction = \"China\"\n\
             edition = \"1\"\n{over}"
        )
    };
    let stacked = |count: usize| {
        let files: Vec<String> = (0..count).map(layer).collect();
        Profile::of_layers(files.iter().map(String::as_str)).map(|it| it.layers().len())
    };
    assert_eq!(stacked(MAX_LAYERS).unwrap(), MAX_LAYERS);
    let error = stacked(MAX_LAYERS + 1).unwrap_err();
    assert!(error.problem().contains("layers, found 9"), "{error}");

    let one = layer(0);
    let of_length = |bytes: usize| {
        let mut text = one.clone();
        text.push('#');
        text.push_str(&"x".repeat(bytes - text.len() - 1));
        text.push('\n');
        assert_eq!(text.len(), bytes);
        Profile::parse(&text).map(|it| it.layers().len())
    };
    assert_eq!(of_length(MAX_BUNDLE_BYTES).unwrap(), 1);
    let error = of_length(MAX_BUNDLE_BYTES + 1).unwrap_err();
    assert!(error.problem().contains("bytes, found"), "{error}");
}

#[test]
fn an_error_names_the_layer_by_an_id_that_can_be_one() {
    let named = |id: &str| {
        let text = format!("[profile]\nid = \"{id}\"\nunknown = 1\n");
        Profile::parse(&text).unwrap_err().layer().to_owned()
    };
    let long = "n".repeat(64);
    for id in ["a", "a-1", "0", "-", long.as_str()] {
        assert_eq!(named(id), id);
    }
    for id in ["", "A", "a_b", "a b", &"n".repeat(65)] {
        assert_eq!(named(id), "#1", "{id}");
    }
}

#[test]
fn where_no_rule_is_in_force_the_answer_says_what_follows() {
    let rules = read("China", "").unwrap().for_fund(EmployeeMedical::SPEC);
    let day = on("2021-01-01");
    let says = |topic, subject: &str| rules.why(topic, subject, day).to_string();
    for (topic, subject, follows) in [
        (Topic::Account, "revenue", "an account without a rule exists"),
        (Topic::Purpose, "benefit Hospital", "a purpose without a rule is open"),
        (Topic::Requirement, "budget_before_payment", "without a rule nothing is required"),
    ] {
        let why = says(topic, subject);
        assert!(why.starts_with("no rule") && why.ends_with(follows), "{why}");
    }
    assert!(says(Topic::Ladder, "").ends_with("is in force on 2021-01-01"));
    let marks: Vec<String> =
        Profile::national().rules().iter().map(|it| it.mark().to_string()).collect();
    assert!(marks.iter().any(|mark| mark == "read") && marks.iter().any(|mark| mark == "recalled"));
}
