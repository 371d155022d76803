//! What cannot be written: each forbidden program beside the words in which the compiler refuses it.
//!
//! Programs and words are those of `tests/compile_fail`, where a test compiles every one of them, so
//! what is printed here is what happens.

macro_rules! programs {
    ($($name:literal)+) => {
        [$((
            $name,
            include_str!(concat!("../tests/compile_fail/", $name, ".rs")),
            include_str!(concat!("../tests/compile_fail/", $name, ".stderr")),
        )),+]
    };
}

fn main() {
    let programs = programs! {
        "adding_amounts_of_two_funds"
        "paying_another_funds_benefit"
        "premium_into_the_expenditure_account"
        "benefit_out_of_the_revenue_account"
        "joint_commit_of_two_funds"
        "returning_another_funds_payment"
        "investing_work_injury_money"
        "settling_across_provinces_without_a_medical_fund"
        "administration_purpose"
        "amount_by_its_fields"
        "recorded_event_by_its_fields"
    };
    for (name, program, refusal) in programs {
        println!("── {} ──\n", name.replace('_', " "));
        println!("{}\n", indented("    ", program.lines()));
        println!("{}\n", indented("  ", first_error(refusal)));
    }
    println!("{} programs, none of which compiles.", programs.len());
}

fn indented<'a>(by: &str, lines: impl Iterator<Item = &'a str>) -> String {
    let lines: Vec<_> = lines.map(|line| format!("{by}{line}").trim_end().to_owned()).collect();
    lines.join("\n")
}

/// The first error up to its place in the program and the notes written for it, without the compiler's
/// list of what else exists.
fn first_error(refusal: &str) -> impl Iterator<Item = &str> {
    refusal.lines().take_while(|line| {
        !line.starts_with("help:")
            && !line.starts_with("note:")
            && !line.contains("= help: the following")
    })
}
