//! What must hold of any two documents.

use people_protect_contract::compare::{Wire, compare_values};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::{base, with};

fn panic_api() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/panic-api.yaml");
    people_protect_contract::compare::read(path).unwrap()
}

/// Writes a document otherwise and means the same: keys in another order, a schema as the only part
/// of an `allOf`, texts changed.
fn rewritten(value: &Value, random: &mut fastrand::Rng, schema: bool) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            random.shuffle(&mut entries);
            let inner: Map<String, Value> = entries
                .into_iter()
                .map(|(name, inner)| {
                    if (name == "description" || name == "summary") && inner.is_string() {
                        return (name.clone(), json!("other words"));
                    }
                    let is_schema = matches!(name.as_str(), "schema" | "items");
                    (name.clone(), rewritten(inner, random, is_schema))
                })
                .collect();
            let inner = Value::Object(inner);
            if schema && random.u8(0..3) == 0 {
                return json!({ "allOf": [inner] });
            }
            inner
        }
        Value::Array(list) => list
            .iter()
            .map(|one| rewritten(one, random, false))
            .collect(),
        other => other.clone(),
    }
}

/// Places where a change surely breaks somebody: what is sent gets narrower, or what comes is gone.
fn breaking(random: &mut fastrand::Rng) -> (String, Value) {
    let inputs = ["name", "note", "size", "state", "tags", "code"];
    let outputs = ["id", "name", "size", "state", "tags", "at"];
    match random.u8(0..5) {
        0 => {
            let name = inputs[random.usize(0..inputs.len())];
            (
                format!("/components/schemas/In/properties/{name}"),
                json!({"type": "boolean"}),
            )
        }
        1 => {
            let name = outputs[random.usize(0..outputs.len())];
            (
                format!("/components/schemas/Out/properties/{name}"),
                json!({"type": "boolean"}),
            )
        }
        2 => ("/components/schemas/Out/required".to_owned(), json!([])),
        3 => {
            let method = ["get", "put"][random.usize(0..2)];
            (format!("/paths/~1things/{method}"), Value::Null)
        }
        _ => {
            let name = inputs[random.usize(1..inputs.len())];
            (
                "/components/schemas/In/required".to_owned(),
                json!(["name", name]),
            )
        }
    }
}

#[test]
fn a_document_compared_with_itself_gives_nothing() {
    for document in [base(), panic_api()] {
        let found = compare_values(&document, &document);
        assert!(found.changes().is_empty(), "{}", found.to_text());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_document_that_is_only_written_otherwise_gives_nothing(seed: u64) {
        let mut random = fastrand::Rng::with_seed(seed);
        for document in [base(), panic_api()] {
            let other = rewritten(&document, &mut random, false);
            let found = compare_values(&document, &other);
            prop_assert!(found.changes().is_empty(), "{}", found.to_text());
        }
    }

    #[test]
    fn a_breaking_change_is_found_however_the_document_is_written(seed: u64) {
        let mut random = fastrand::Rng::with_seed(seed);
        let (at, value) = breaking(&mut random);
        let new = rewritten(&with(base(), &at, &value), &mut random, false);
        let found = compare_values(&base(), &new);
        prop_assert_eq!(found.wire(), Some(Wire::Breaking), "{}", at);
    }

    #[test]
    fn there_and_back_there_are_changes_both_ways(seed: u64) {
        let mut random = fastrand::Rng::with_seed(seed);
        let (at, value) = breaking(&mut random);
        let new = with(base(), &at, &value);
        let (there, back) = (compare_values(&base(), &new), compare_values(&new, &base()));
        prop_assert!(!there.changes().is_empty() && !back.changes().is_empty());
        let places = |found: &people_protect_contract::compare::Comparison, turned: bool| {
            let mut all: Vec<_> = found.changes().iter().map(|change| {
                let (old, new) = (change.pointer.old.clone(), change.pointer.new.clone());
                if turned { (new, old) } else { (old, new) }
            }).collect();
            all.sort();
            all
        };
        prop_assert_eq!(places(&there, false), places(&back, true));
    }

    #[test]
    fn nothing_that_stands_anywhere_makes_it_fail(seed: u64) {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut broken = [base(), base()];
        for document in &mut broken {
            for _ in 0..random.usize(1..12) {
                damage(document, &mut random);
            }
        }
        let [old, new] = broken;
        let _ = compare_values(&old, &new).to_json();
    }
}

/// Puts something unexpected somewhere.
fn damage(value: &mut Value, random: &mut fastrand::Rng) {
    let odd = [
        json!(null),
        json!(true),
        json!([]),
        json!({}),
        json!("#/components/schemas/Both"),
        json!({"$ref": "#/components/schemas/In"}),
        json!({"$ref": "#/nowhere"}),
        json!({"allOf": [{"$ref": "#/components/schemas/Both"}]}),
        json!({"oneOf": [{"$ref": "#/components/schemas/Out"}, {"type": "string"}]}),
        json!(-1e300),
    ];
    let deeper = random.u8(0..6) > 0;
    match value {
        Value::Object(map) if deeper && !map.is_empty() => {
            let index = random.usize(0..map.len());
            if let Some((_, inner)) = map.iter_mut().nth(index) {
                damage(inner, random);
            }
        }
        Value::Array(list) if deeper && !list.is_empty() => {
            let index = random.usize(0..list.len());
            damage(&mut list[index], random);
        }
        other => *other = odd[random.usize(0..odd.len())].clone(),
    }
}
