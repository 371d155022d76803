//! Every way in which a file is refused: the smallest text that causes it, and the pinned message.

use super::*;
use crate::fund::{Fund, WorkInjury};

const HEAD: &str = r#"[profile]
id = "town"
name = "a town"
jurisdiction = "China"
edition = "1"
"#;

const RATE: &str = r#"[[rate]]
fund = "WORK_INJURY"
premium = "Unit"
rate = "0.16"
from = 2021-01-01
until = 2021-12-31
source = "a law"
"#;

fn refused(text: &str) -> String {
    Profile::parse(text).unwrap_err().to_string()
}

/// The message where the head is followed by this, from line 6 on.
fn rules(text: &str) -> String {
    refused(&format!("{HEAD}{text}"))
}

/// The message where one thing of a good rate is put in another way.
fn rate(old: &str, new: &str) -> String {
    assert!(RATE.contains(old));
    rules(&RATE.replace(old, new))
}

fn entry(topic: &str, fields: &str) -> String {
    rules(&format!("[[{topic}]]\n{fields}\nfrom = 2021-01-01\nsource = \"a law\"\n"))
}

#[test]
fn the_good_text_is_good() {
    Profile::parse(&format!("{HEAD}{RATE}")).unwrap();
}

#[test]
fn the_bundle() {
    assert_eq!(
        refused(&"#".repeat(60_001)),
        "layer `#1`, line 1, field `bundle`: expected at most 60000 bytes, found 60001"
    );
    assert_eq!(
        refused(&format!("{SEPARATOR}\n").repeat(8)),
        "layer `#1`, line 1, field `bundle`: expected at most 8 layers, found 9"
    );
    assert_eq!(
        refused(""),
        "layer `#1`, line 1, field `profile`: expected a table `[profile]`, found none"
    );
    let letters = |prefix: &str| -> String {
        let names: Vec<_> = (0..64).map(|n| format!("\"{prefix}{n}\"")).collect();
        names.join(",")
    };
    let (funds, names) = (letters("F"), letters("N"));
    let wide = format!(
        "[[purpose]]\nfund = [{funds}]\nlist = \"benefit\"\nname = [{names}]\nopen = true\n\
         from = 2021-01-01\nsource = \"x\"\n"
    );
    Profile::parse(&format!("{HEAD}{wide}")).unwrap();
    assert_eq!(
        rules(&format!("{wide}{RATE}")),
        "layer `town`, line 13, field `rate`: expected at most 4096 rules in a layer, found more"
    );
}

#[test]
fn what_is_not_toml() {
    // What follows is in the words of the reader of TOML.
    let unclosed = refused(&format!("{HEAD}[[rate]\n"));
    assert!(unclosed.starts_with("layer `town`, line 6, field `toml`: "), "{unclosed}");
    assert_eq!(
        refused("[profile]\nid = 'x'\nid = 'y'\n"),
        "layer `x`, line 3, field `toml`: duplicate key"
    );
}

#[test]
fn the_head() {
    let head = |old: &str, new: &str| {
        assert!(HEAD.contains(old));
        refused(&HEAD.replace(old, new))
    };
    assert_eq!(
        head("id = \"town\"\n", ""),
        "layer `#1`, line 1, field `profile.id`: expected this field, found none"
    );
    assert_eq!(
        head("\"town\"", "\"A Town\""),
        "layer `#1`, line 2, field `profile.id`: expected an id of up to 64 characters of a-z, 0-9 \
         and `-`, found `\"A Town\"`"
    );
    assert_eq!(
        head("\"China\"", "\"china\""),
        "layer `town`, line 4, field `profile.jurisdiction`: expected one of `China`, `Other`, found \
         `\"china\"`"
    );
    assert_eq!(
        head("edition = \"1\"", "edition = 1"),
        "layer `town`, line 5, field `profile.edition`: expected a text in quotes, found `1`"
    );
    assert_eq!(
        head("edition = \"1\"", "edition = \"1\"\narea = \"Wuxi\""),
        "layer `town`, line 6, field `profile.area`: expected six digits such as `\"320000\"`, found \
         `\"Wuxi\"`"
    );
    assert_eq!(
        head("edition = \"1\"", "edition = \"1\"\nin_force = true"),
        "layer `town`, line 6, field `profile.in_force`: no such field; expected one of `id`, `name`, \
         `name_zh`, `edition`, `jurisdiction`, `area`, `over`"
    );
    assert_eq!(
        head("[profile]", "[[profile]]"),
        "layer `#1`, line 1, field `profile`: expected one table `[profile]`, found something else"
    );
}

#[test]
fn topics_and_fields() {
    assert!(rules("[[rates]]\n").starts_with(
        "layer `town`, line 6, field `rates`: no such topic; expected one of `account`, `purpose`"
    ));
    assert_eq!(
        rules("[rate]\nrate = \"0.1\"\n"),
        "layer `town`, line 6, field `rate`: expected tables `[[rate]]`, found something else"
    );
    assert_eq!(
        rate("source", "sauce"),
        "layer `town`, line 12, field `rate.sauce`: no such field; expected one of `premium`, `rate`, \
         `fund`, `from`, `until`, `source`, `mark`, `from_mark`, `note`"
    );
    assert_eq!(
        rate("source = \"a law\"\n", ""),
        "layer `town`, line 6, field `rate.source`: expected this field, found none"
    );
    assert_eq!(
        rate("\"a law\"", "\" \""),
        "layer `town`, line 12, field `rate.source`: expected a text that is not empty, found `\" \"`"
    );
    assert_eq!(
        rate("until = 2021-12-31", "mark = \"sure\""),
        "layer `town`, line 11, field `rate.mark`: expected one of `read`, `recalled`, found `\"sure\"`"
    );
}

#[test]
fn days() {
    assert_eq!(
        rate("from = 2021-01-01\n", ""),
        "layer `town`, line 6, field `rate.from`: expected this field, found none"
    );
    for wrong in
        ["\"2021-1-1\"", "20210101", "2021-01-01T00:00:00Z", "\"1899-12-31\"", "1899-12-31"]
    {
        assert_eq!(
            rate("from = 2021-01-01", &format!("from = {wrong}")),
            format!(
                "layer `town`, line 10, field `rate.from`: expected a day from 1900 to 9999 such as \
                 `2021-01-31`, found `{wrong}`"
            )
        );
    }
    assert_eq!(
        rate("2021-12-31", "2020-12-31"),
        "layer `town`, line 11, field `rate.until`: expected no day before `from` (2021-01-01), found \
         `2020-12-31`"
    );
    let quoted = RATE.replace("2021-01-01", "\"2021-01-01\"").replace("2021-12-31", "2021-01-01");
    Profile::parse(&format!("{HEAD}{quoted}")).unwrap();
}

#[test]
fn figures() {
    for wrong in ["0.16", "\"16%\"", "\"-0.1\"", "\"1e-1\"", "\".5\"", "\"0.0000001\"", "true"] {
        assert_eq!(
            rate("\"0.16\"", wrong),
            format!(
                "layer `town`, line 9, field `rate.rate`: expected a plain decimal in quotes such as \
                 `\"0.16\"`, found `{wrong}`"
            )
        );
    }
    assert_eq!(
        rate("\"0.16\"", "\"16\""),
        "layer `town`, line 9, field `rate.rate`: expected a decimal from 0 to 1, found `\"16\"`"
    );
    assert_eq!(
        entry("base", "floor_of_average = \"3\"\ncap_of_average = \"0.6\""),
        "layer `town`, line 8, field `base.cap_of_average`: expected no less than the floor (3), found \
         `0.6`"
    );
    for wrong in ["9000", "\"0\"", "\"9,000\"", "\"1.00001\"", "\"99999999999999\""] {
        assert_eq!(
            entry("average_wage", &format!("monthly = {wrong}")),
            format!(
                "layer `town`, line 7, field `average_wage.monthly`: expected a sum above zero as a \
                 plain decimal in quotes such as `\"9000.00\"`, found `{wrong}`"
            )
        );
    }
    for wrong in ["0", "-1", "10001", "2.0", "\"2\"", "0x2", "99999999999999999999"] {
        assert_eq!(
            entry("buffer", &format!("use = \"before_investing\"\nmonths = {wrong}")),
            format!(
                "layer `town`, line 8, field `buffer.months`: expected a whole number from 1 to 10000, \
                 found `{wrong}`"
            )
        );
    }
    assert_eq!(
        entry("account", "account = \"revenue\"\nexists = \"yes\""),
        "layer `town`, line 8, field `account.exists`: expected `true` or `false`, found `\"yes\"`"
    );
    assert_eq!(
        entry("investment", "may = false\nequities_max = \"0.30\""),
        "layer `town`, line 8, field `investment.equities_max`: expected only where `may` is `true`, \
         found where it is `false`"
    );
}

#[test]
fn words_and_lists() {
    assert_eq!(
        entry("account", "account = \"savings\"\nexists = true"),
        "layer `town`, line 7, field `account.account`: expected one of `treasury`, `revenue`, \
         `special`, `expenditure`, `investment`, found `\"savings\"`"
    );
    assert_eq!(
        entry("account", "account = []\nexists = true"),
        "layer `town`, line 7, field `account.account`: expected a list of 1 to 64 items, found 0"
    );
    assert_eq!(
        entry("account", "account = [\"special\", \"special\"]\nexists = true"),
        "layer `town`, line 7, field `account.account`: expected each item once, found `special` twice"
    );
    assert_eq!(
        entry("requirement", "what = \"shortfall_ladder\"\nstrength = \"maybe\""),
        "layer `town`, line 8, field `requirement.strength`: expected one of `off`, `flag`, `refuse`, \
         found `\"maybe\"`"
    );
    let long =
        format!("strength = \"off\"\nwhat = \"{}\n\"", "长".repeat(60)).replace("\n\"", "\"");
    assert!(entry("requirement", &long).ends_with(&format!("found `\"{}…\"`", "长".repeat(40))));
}

#[test]
fn funds_and_purposes() {
    assert_eq!(
        rate("WORK_INJURY", "work injury"),
        "layer `town`, line 7, field `rate.fund`: expected a fund code of up to 32 characters of A-Z, \
         0-9 and `_`, found `\"work injury\"`"
    );
    assert_eq!(
        rate("fund = \"WORK_INJURY\"\n", ""),
        "layer `town`, line 6, field `rate.fund`: expected this field, found none"
    );
    assert_eq!(
        rate("\"Unit\"", "\"Individual\""),
        "layer `town`, line 8, field `rate.premium`: the list `premium` of fund `WORK_INJURY` has \
         `Unit`; found `Individual`"
    );
    assert_eq!(
        entry(
            "purpose",
            "fund = \"WORK_INJURY\"\nlist = \"state_use\"\nname = \"Salaries\"\nopen = true"
        ),
        "layer `town`, line 9, field `purpose.name`: the list `state_use` of fund `WORK_INJURY` has \
         nothing; found `Salaries`"
    );
    assert_eq!(
        refused(&format!("{HEAD}{RATE}").replace("\"China\"", "\"Other\"")),
        "layer `town`, line 7, field `rate.fund`: expected a fund of jurisdiction `Other`, found \
         `WORK_INJURY` of `China`"
    );
}

#[test]
fn flows_between_funds() {
    let text = |fields: &str| {
        format!(
            "{HEAD}[[authorisation]]\nid = \"loan\"\n{fields}\nfrom = 2021-01-01\nsource = \"a law\"\n"
        )
    };
    let loan = |fields: &str| refused(&text(fields).replace("\"China\"", "\"Other\""));
    assert_eq!(
        refused(&text("lender = \"A\"\nborrower = \"B\"")),
        "layer `town`, line 7, field `authorisation.id`: expected none in jurisdiction `China`, where \
         money is never shifted between funds (Social Insurance Law art 64, 69)"
    );
    assert_eq!(
        loan("lender = \"A\"\nborrower = \"ENT_PENSION\""),
        "layer `town`, line 9, field `authorisation.borrower`: expected a fund of jurisdiction `Other`, \
         found `ENT_PENSION` of `China`"
    );
    assert_eq!(
        loan("lender = [\"A\", \"B\"]\nborrower = \"B\""),
        "layer `town`, line 8, field `authorisation.lender`: expected no fund that borrows too, found \
         `B`"
    );
    assert_eq!(
        loan("lender = \"A\"\nborrower = \"B\"\nrepay_by = 2020-12-31"),
        "layer `town`, line 10, field `authorisation.repay_by`: expected no day before `from` \
         (2021-01-01), found `2020-12-31`"
    );
    let merge = |what: &str, out_of: &str, into: &str| {
        let fields = format!("id = \"m\"\nwhat = \"{what}\"\nout_of = {out_of}\ninto = {into}");
        entry("reorganisation", &fields)
    };
    assert_eq!(
        merge("merge_funds", "[\"A\", \"B\"]", "\"B\""),
        "layer `town`, line 10, field `reorganisation.into`: expected another fund than those of \
         `out_of`, found `B`"
    );
    assert_eq!(
        merge("raise_pooling_level", "\"A\"", "\"B\""),
        "layer `town`, line 10, field `reorganisation.into`: expected the one fund of `out_of`, found \
         `B`"
    );
    assert_eq!(
        merge("merge_funds", "\"A\"", "[\"B\", \"C\"]"),
        "layer `town`, line 6, field `reorganisation.into`: expected one fund code, found several"
    );
}

#[test]
fn two_rules_about_the_same_day() {
    let text = format!("{HEAD}{RATE}{}", RATE.replace("2021-01-01", "2021-12-31"));
    assert_eq!(
        refused(&text),
        "layer `town`, line 13, field `rate.from`: expected one rule `rate Unit` for fund `WORK_INJURY` \
         on a day, found those of lines 6 and 13 both in force on 2021-12-31"
    );
    let next = RATE.replace("2021-01-01", "2022-01-01").replace("2021-12-31", "2022-12-31");
    Profile::parse(&format!("{HEAD}{next}{RATE}")).unwrap();
    let open = RATE.replace("until = 2021-12-31\n", "");
    assert_eq!(
        refused(&format!("{HEAD}{next}{open}")),
        "layer `town`, line 13, field `rate.from`: expected one rule `rate Unit` for fund `WORK_INJURY` \
         on a day, found those of lines 6 and 13 both in force on 2022-01-01"
    );
}

#[test]
fn layers_that_do_not_stand_on_each_other() {
    let upper = |more: &str| HEAD.replace("\"town\"", "\"street\"") + more;
    let stack = |upper: &str| Profile::of_layers([HEAD, upper]).unwrap_err().to_string();
    assert_eq!(
        refused(&upper("over = \"town\"\n")),
        "layer `street`, line 6, field `profile.over`: expected a layer `town` below this one, found \
         none"
    );
    assert_eq!(
        stack(&upper("")),
        "layer `street`, line 1, field `profile.over`: expected the layer below, `town`, found none"
    );
    assert_eq!(
        stack(&upper("over = \"city\"\n")),
        "layer `street`, line 6, field `profile.over`: expected the layer below, `town`, found `city`"
    );
    assert_eq!(
        stack(&format!("{HEAD}over = \"town\"\n")),
        "layer `town`, line 2, field `profile.id`: expected another id than `town` below"
    );
    assert_eq!(
        stack(&upper("over = \"town\"\n").replace("\"China\"", "\"Other\"")),
        "layer `street`, line 4, field `profile.jurisdiction`: expected `China` as in the layer below, \
         found `Other`"
    );
    let province = format!("{HEAD}area = \"320000\"\n");
    let elsewhere = upper("over = \"town\"\narea = \"330100\"\n");
    let error = Profile::of_layers([province.as_str(), elsewhere.as_str()]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "layer `street`, line 7, field `profile.area`: expected area 320000 or one below it, as in the \
         layers below, found 330100"
    );
}

#[test]
fn books_that_the_profile_is_not_for() {
    assert_eq!(
        Profile::us_oasdi().fits_fund(WorkInjury::SPEC).unwrap_err().to_string(),
        "layer `us-oasdi`, line 12, field `profile.jurisdiction`: expected a fund of jurisdiction \
         `Other`, found `WORK_INJURY` of `China`"
    );
    assert_eq!(
        Profile::jiangsu().fits("440100".parse().unwrap()).unwrap_err().to_string(),
        "layer `cn-jiangsu`, line 12, field `profile.area`: expected a book of area 320000 or below \
         it, found area 440100"
    );
}
