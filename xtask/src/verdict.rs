//! `cargo xtask verdicts`: what a change is said to mean for Rust, held against the compiler.
//!
//! For each case of the table both clients are generated. A caller that uses all of the old one is
//! compiled against the new one, and what the old server answers is read by the new one.

mod answer;
mod batch;
mod consumer;
mod plain;
pub(crate) mod surface;
// The verdict for the wire is not the compiler's to judge.
#[allow(dead_code, reason = "the tests of the contract crate use all of it")]
#[path = "../../crates/people-protect-contract/tests/compare/table.rs"]
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use people_protect_contract::compare::Rust;
use quote::ToTokens as _;
use serde_json::Value;

use self::answer::Amount;
use self::batch::{Batch, Reading};
use self::surface::Moved;
use crate::failure::Failure;
use crate::generate;
use crate::say::say;

/// Cases about which the compiler and the table may disagree, and why: id, place, reason.
const BY_RULE: &[(&str, &str, &str)] = &[
    (
        "response-property-classification-changed",
        "/components/schemas/Out/properties/code/x-personal-data",
        "such texts are another type in this workspace's client, and in no other",
    ),
    (
        "retry-class-changed",
        "/paths/~1things/get/x-retry",
        "repeats depend on it, and no compiler sees that",
    ),
    (
        "none",
        "/components/schemas/Out/required",
        "the order has no meaning; the constructor takes its arguments in it",
    ),
    (
        "none",
        "/components/schemas/Out/properties/one",
        "the same shape; what is written out gets a type of its own",
    ),
    (
        "none",
        "/components/schemas/In/properties/shape/oneOf",
        "the same alternatives; what is written out has no name",
    ),
    (
        "none",
        "/components/schemas/In/additionalProperties",
        "the same shape; what is written out gets a field of its own",
    ),
    (
        "none",
        "/components/schemas/In/properties/note/minLength",
        "every text is that long; what is written out gets a type of its own",
    ),
];

/// Cases of which one document is refused by the generator: id, place.
const REFUSED: &[(&str, &str)] = &[
    (
        "operation-id-changed",
        "/paths/~1things~1{thingId}/post/operationId",
    ),
    (
        "request-parameter-style-changed",
        "/paths/~1things~1{thingId}/post/parameters/1/style",
    ),
    (
        "request-body-schema-removed",
        "/paths/~1things~1{thingId}/post/requestBody/content/application~1json/schema",
    ),
    (
        "request-body-schema-added",
        "/paths/~1things~1{thingId}/post/requestBody/content/application~1json/schema",
    ),
    (
        "request-encoding-changed",
        "/paths/~1things~1{thingId}/post/requestBody/content/application~1json/encoding",
    ),
    // A method has one type for what succeeds and one for what fails.
    (
        "response-success-status-added",
        "/paths/~1things~1{thingId}/post/responses/201",
    ),
    (
        "response-status-added",
        "/paths/~1things~1{thingId}/post/responses/429",
    ),
    // XML and ranges.
    (
        "request-media-type-widened",
        "/paths/~1things~1{thingId}/post/requestBody/content",
    ),
    (
        "request-media-type-narrowed",
        "/paths/~1things~1{thingId}/post/requestBody/content",
    ),
    // Not a text, as the document must have it.
    ("none", "/info/version"),
];

/// One case, generated.
struct Generated {
    number: usize,
    id: String,
    at: String,
    /// What the table says, as `compare` does.
    said: String,
    moved: Moved,
    same: bool,
    caller: Option<usize>,
}

/// Compiles and compares.
///
/// # Errors
///
/// [`Failure::Check`] if a verdict is not the compiler's, [`Failure::Input`] if nothing can be
/// compiled.
pub(crate) fn run(root: &Path) -> Result<(), Failure> {
    let mut batch = Batch::default();
    let mut cases = Vec::new();
    let mut refused = Vec::new();
    for (number, case) in table::cases().map_err(Failure::Input)?.iter().enumerate() {
        let (old, new) = case.documents().map_err(Failure::Input)?;
        match generated(&mut batch, number, &old, &new) {
            Ok((moved, same, caller)) => cases.push(Generated {
                number,
                id: case.id.clone(),
                at: case.at.clone(),
                said: case.rust.clone(),
                moved,
                same,
                caller,
            }),
            Err(why) => refused.push((case.id.clone(), case.at.clone(), why.to_string())),
        }
    }
    let (clients, callers) = batch.size();
    say!(
        "{} cases, {clients} clients, {callers} callers",
        cases.len()
    );
    let broken = batch.compile(root)?;
    let unread = batch.read(root, &broken)?;
    let wrong = judge(&cases, &broken, &unread, &refused);
    for line in &wrong {
        say!("{line}");
    }
    if wrong.is_empty() {
        let (ruled, refused) = (BY_RULE.len(), refused.len());
        say!(
            "{} verdicts are the compiler's, {ruled} stand for a reason; {refused} more cases cannot be generated",
            cases.len() - ruled
        );
        return Ok(());
    }
    Err(Failure::Check(format!(
        "{} verdicts are not the compiler's; mend compare, or the table, or give the reason",
        wrong.len()
    )))
}

/// Puts both clients of a case into the batch, and the old one's caller and answers.
fn generated(
    batch: &mut Batch,
    number: usize,
    old: &Value,
    new: &Value,
) -> Result<(Moved, bool, Option<usize>), Failure> {
    let (was, is) = (plain::client(old)?, plain::client(new)?);
    let moved = Moved::between(&was, &is);
    let (from, to) = (text(&was), text(&is));
    if from == to {
        return Ok((moved, true, None));
    }
    let caller = consumer::of(&was);
    let types = answered(&was);
    let (from, to) = (batch.client(from), batch.client(to));
    // A caller that does not even compile against its own client would prove nothing.
    batch.caller(from, &caller);
    let own = batch.caller(to, &caller);
    for amount in [Amount::All, Amount::Least] {
        for (id, answer) in answer::all(old, amount) {
            let Some((_, ty)) = types.iter().find(|(method, _)| *method == id) else {
                continue;
            };
            batch.readings.push(Reading {
                case: number,
                own: from,
                client: to,
                caller: own,
                ty: ty.clone(),
                text: answer.to_string(),
            });
        }
    }
    Ok((moved, false, Some(own)))
}

/// The client as text, without what only people read.
fn text(file: &syn::File) -> String {
    prettyplease::unparse(&generate::without_docs(file.clone()))
}

/// What each method of the client answers, as the text of a type.
fn answered(client: &syn::File) -> Vec<(String, String)> {
    let methods = client.items.iter().filter_map(|item| match item {
        syn::Item::Impl(item) if item.trait_.is_none() => Some(&item.items),
        _ => None,
    });
    let mut found = Vec::new();
    for item in methods.flatten() {
        let syn::ImplItem::Fn(method) = item else {
            continue;
        };
        let answer = method
            .sig
            .output
            .to_token_stream()
            .to_string()
            .replace(' ', "");
        let answer = answer
            .split_once("ResponseValue<")
            .and_then(|(_, rest)| rest.split_once(">,crate::CallError"))
            .map(|(answer, _)| answer.to_owned());
        if let Some(answer) = answer.filter(|answer| answer != "()" && answer != "ByteStream") {
            found.push((method.sig.ident.to_string(), answer));
        }
    }
    found
}

/// What is not as the table says, a line each.
fn judge(
    cases: &[Generated],
    broken: &BTreeMap<usize, String>,
    unread: &BTreeSet<usize>,
    refused: &[(String, String, String)],
) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut used = BTreeSet::new();
    for case in cases {
        let (seen, why) = case.seen(broken, unread);
        let Generated { id, at, said, .. } = case;
        if visible(seen) == visible_name(said) {
            continue;
        }
        match BY_RULE.iter().position(|row| (row.0, row.1) == (id, at)) {
            Some(row) => drop(used.insert(row)),
            None => wrong.push(format!(
                "{id} at {at}: said {said}, the compiler {seen}: {why}"
            )),
        }
    }
    for (row, (id, at, _)) in BY_RULE.iter().enumerate() {
        if !used.contains(&row) {
            wrong.push(format!(
                "{id} at {at}: the compiler says so too; it needs no reason any more"
            ));
        }
    }
    for (id, at, why) in refused {
        if !REFUSED
            .iter()
            .any(|known| known == &(id.as_str(), at.as_str()))
        {
            wrong.push(format!("{id} at {at}: the generator refuses it: {why}"));
        }
    }
    for (id, at) in REFUSED {
        if !refused
            .iter()
            .any(|known| (known.0.as_str(), known.1.as_str()) == (*id, *at))
        {
            wrong.push(format!(
                "{id} at {at}: the generator takes it now; its verdict can be tried"
            ));
        }
    }
    wrong
}

impl Generated {
    /// What the compiler makes of it, and why.
    fn seen(&self, broken: &BTreeMap<usize, String>, unread: &BTreeSet<usize>) -> (Rust, String) {
        if let Some(why) = self.caller.and_then(|caller| broken.get(&caller)) {
            (Rust::Major, why.clone())
        } else if unread.contains(&self.number) {
            (
                Rust::Major,
                "an answer of the old server is not read".to_owned(),
            )
        } else if self.same {
            (Rust::None, "the same text is generated".to_owned())
        } else if self.moved == Moved::default() {
            (Rust::Patch, "only the insides move".to_owned())
        } else {
            (
                Rust::Minor,
                format!("there is more: {}", self.moved.come.join(", ")),
            )
        }
    }
}

/// What a caller sees of a bump: none and patch look the same.
fn visible(rust: Rust) -> &'static str {
    visible_name(rust.name())
}

fn visible_name(name: &str) -> &str {
    if name == "none" { "patch" } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(said: &str, caller: Option<usize>) -> Generated {
        Generated {
            number: 7,
            id: "a".to_owned(),
            at: "/b".to_owned(),
            said: said.to_owned(),
            moved: Moved::default(),
            same: false,
            caller,
        }
    }

    /// What is said of one case, beside what is said of cases that are not there.
    fn judged(case: Generated, broken: &[usize], unread: &[usize]) -> Vec<String> {
        let broken = broken
            .iter()
            .map(|caller| (*caller, "no such field".to_owned()));
        let mut wrong = judge(
            &[case],
            &broken.collect(),
            &unread.iter().copied().collect(),
            &[],
        );
        wrong.retain(|line| line.starts_with("a at /b"));
        wrong
    }

    #[test]
    fn a_verdict_that_is_not_the_compilers_is_named_with_the_reason() {
        assert_eq!(
            judged(case("patch", Some(1)), &[], &[]),
            Vec::<String>::new()
        );
        assert_eq!(
            judged(case("none", Some(1)), &[2], &[8]),
            Vec::<String>::new()
        );
        assert_eq!(
            judged(case("minor", Some(1)), &[1], &[]),
            ["a at /b: said minor, the compiler major: no such field"]
        );
        assert_eq!(
            judged(case("patch", Some(1)), &[], &[7]),
            ["a at /b: said patch, the compiler major: an answer of the old server is not read"]
        );
        assert_eq!(judged(case("major", Some(1)), &[], &[]).len(), 1);
        let mut more = case("patch", Some(1));
        more.moved.come.push("types::A".to_owned());
        assert_eq!(
            judged(more, &[], &[]),
            ["a at /b: said patch, the compiler minor: there is more: types::A"]
        );
    }

    #[test]
    fn a_reason_that_is_needed_no_more_and_a_case_that_is_refused_unforeseen_are_named() {
        let (id, at, _) = BY_RULE[0];
        let ruled = |same| Generated {
            id: id.to_owned(),
            at: at.to_owned(),
            same,
            ..case("major", if same { None } else { Some(1) })
        };
        let broken = BTreeMap::from([(1, "x".to_owned())]);
        let left = |case| {
            let wrong = judge(&[case], &broken, &BTreeSet::new(), &[]);
            let stale = wrong.iter().filter(|line| line.contains("no reason"));
            stale.count()
        };
        assert_eq!(left(ruled(true)), BY_RULE.len() - 1);
        assert_eq!(left(ruled(false)), BY_RULE.len());
        let refused = ("new".to_owned(), "/c".to_owned(), "panicked".to_owned());
        let wrong = judge(&[], &broken, &BTreeSet::new(), &[refused]);
        assert!(wrong.contains(&"new at /c: the generator refuses it: panicked".to_owned()));
        assert_eq!(wrong.len(), 1 + REFUSED.len() + BY_RULE.len());
    }
}
