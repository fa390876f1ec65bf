//! Whether the suite can see: a simulator that breaks one rule at a time, and what the cases say.

use std::collections::BTreeMap;

use crate::grade::Grade;
use crate::report::Verdict;
use crate::rule::rule;
use crate::run::{CannotRun, Run};
use crate::session::Options;
use crate::target::Target;

/// Cases that do not hold either while another rule is broken, and why: the case's rule, the broken
/// rules, the reason.
pub const ALSO: &[(&str, &[&str], &str)] = &[
    (
        "R07",
        &["R55"],
        "its text stands in `message`, which R55 takes away",
    ),
    (
        "R31",
        &["R55"],
        "it asks for the `message` that R55 takes away",
    ),
    (
        "R64",
        &["R14"],
        "it asks of the legacy way what R14 asks of the other",
    ),
    (
        "R88",
        &["R54"],
        "its event needs the id that linking answers",
    ),
    ("R43", &["R42"], REPLACED),
    ("R44", &["R42"], REPLACED),
    ("R45", &["R42"], REPLACED),
    ("R46", &["R42"], REPLACED),
    ("R48", &["R42"], REPLACED),
    ("R95", &["R42"], REPLACED),
    ("R96", &["R42"], REPLACED),
];

const REPLACED: &str = "its receiver gets nothing where a registration replaces none before it";

/// A rule that a simulator broke, and what the cases said.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mutant {
    /// The rule.
    pub rule: String,
    /// What the simulator did.
    pub broken: String,
    /// Whether the rule's own case holds while nothing is broken.
    pub held: bool,
    /// What the rule's own case said.
    pub verdict: Option<Verdict>,
    /// Other cases that did not hold, without a reason on [`ALSO`].
    pub others: Vec<String>,
    /// Cases that could not be asked any more, without a reason on [`ALSO`].
    pub not_run: Vec<String>,
}

impl Mutant {
    /// Whether the rule's own case saw it, and no other was mistaken.
    #[must_use]
    pub fn is_killed(&self) -> bool {
        self.verdict.is_some_and(Verdict::is_against) && self.others.is_empty()
    }
}

/// Breaks each rule in turn and runs all cases.
///
/// # Errors
///
/// A simulator does not start, or cannot be asked.
pub async fn mutants() -> Result<Vec<Mutant>, CannotRun> {
    let target = Target::embedded(0, |simulator| simulator).await;
    let target = target.map_err(|error| CannotRun(error.to_string()))?;
    let run = Run::of(crate::cases::cases());
    let kept = run.against(target, Options::default()).await?;
    let mut all = Vec::new();
    for (id, what) in breakable().await? {
        let mut one = mutant(&id, what).await?;
        one.held = kept
            .case(&id)
            .is_some_and(|case| case.verdict == Verdict::Holds);
        all.push(one);
    }
    Ok(all)
}

/// What a simulator can break: rule and what it does then.
///
/// # Errors
///
/// As [`mutants`].
pub async fn breakable() -> Result<BTreeMap<String, String>, CannotRun> {
    let target = Target::embedded(0, |simulator| simulator).await;
    let target = target.map_err(|error| CannotRun(error.to_string()))?;
    let shared = crate::session::Shared::new(target, Options::default(), Box::new(|_| {}));
    let session = crate::session::Session::new(&shared.map_err(CannotRun)?, "mutants");
    let listed = session.control(reqwest::Method::GET, "/rules", None).await;
    let listed = listed.map_err(|stop| CannotRun(stop.to_string()))?;
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let rules = listed["rules"].as_array().into_iter().flatten();
    Ok(rules
        .map(|rule| (text(&rule["id"]), text(&rule["effect"])))
        .collect())
}

/// Breaks one rule and runs all cases.
///
/// # Errors
///
/// As [`mutants`].
pub async fn mutant(id: &str, broken: String) -> Result<Mutant, CannotRun> {
    let target = Target::embedded(0, |simulator| simulator.break_rule(id)).await;
    let target = target.map_err(|error| CannotRun(error.to_string()))?;
    let run = Run::of(crate::cases::cases());
    let report = run.against(target, Options::default()).await?;
    let explained = |case: &str| {
        let fits = |(of, by, _): &&(&str, &[&str], &str)| *of == case && by.contains(&id);
        ALSO.iter().any(|one| fits(&one))
    };
    let others = report
        .cases
        .iter()
        .filter(|case| case.rule != id && case.verdict.is_against() && !explained(&case.rule))
        .map(|case| case.rule.clone())
        .collect();
    let not_run = report
        .cases
        .iter()
        .filter(|case| case.verdict == Verdict::NotRun && !explained(&case.rule))
        .map(|case| case.rule.clone())
        .collect();
    Ok(Mutant {
        rule: id.to_owned(),
        broken,
        held: false,
        verdict: report.case(id).map(|case| case.verdict),
        others,
        not_run,
    })
}

/// A table of the grades: how many rules, how many of them bind a server, have a case, and were
/// seen when they were broken.
#[must_use]
pub fn grades(mutants: &[Mutant]) -> String {
    let mut out = String::from(
        "| grade | rules | bind a server, and have a case | held by the simulator | seen when broken |\n\
         | --- | --- | --- | --- | --- |\n",
    );
    let cases = crate::cases::cases();
    for grade in [Grade::S, Grade::W, Grade::O, Grade::B, Grade::I] {
        let of = |id: &str| rule(id).is_some_and(|row| row.grade() == grade);
        let rules = crate::rule::rules()
            .iter()
            .filter(|row| row.grade() == grade)
            .count();
        let asked = cases.iter().filter(|case| of(case.rule())).count();
        let these: Vec<_> = mutants.iter().filter(|mutant| of(&mutant.rule)).collect();
        let held = these.iter().filter(|mutant| mutant.held).count();
        let killed = these.iter().filter(|mutant| mutant.is_killed()).count();
        out.push_str(&format!(
            "| {grade} | {rules} | {asked} | {held} | {killed} |\n"
        ));
    }
    out
}

/// A table of the rules: grade, case, mutant, whether it was killed.
#[must_use]
pub fn matrix(mutants: &[Mutant]) -> String {
    let mut out = String::from(
        "| rule | grade | case | what the broken simulator does | seen |\n| --- | --- | --- | --- | --- |\n",
    );
    for mutant in mutants {
        let grade = rule(&mutant.rule).map_or(Grade::I, crate::rule::Rule::grade);
        let case = crate::cases::cases()
            .into_iter()
            .find(|case| case.rule() == mutant.rule);
        let title = case.map(|case| case.title().to_owned()).unwrap_or_default();
        let seen = match mutant.verdict {
            Some(verdict) if mutant.is_killed() => verdict.name(),
            _ => "NOT SEEN",
        };
        let line = format!(
            "| {} | {grade} | {title} | {} | {seen} |\n",
            mutant.rule, mutant.broken
        );
        out.push_str(&line);
    }
    out
}
