//! What must hold of any two documents.

use people_protect_contract::compare::{Wire, compare_values};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::{base, with};

fn panic_api() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/panic-api.yaml");
    people_protect_contract::compare::read(path).unwrap()
}

/// Writes a document otherwise and means the same: keys, required names and values in another order, a
/// schema in one `allOf` or in several parts of it, a component written out, texts changed.
fn rewritten(whole: &Value, random: &mut fastrand::Rng) -> Value {
    part(whole, whole, random, "", 0)
}

/// So deep components are written out.
const DEEPEST: u8 = 2;

fn part(whole: &Value, value: &Value, random: &mut fastrand::Rng, name: &str, depth: u8) -> Value {
    let schema = matches!(name, "schema" | "items");
    match value {
        Value::Object(map) => {
            let target = map.get("$ref").and_then(Value::as_str);
            let inner = target.and_then(|target| whole.pointer(target.strip_prefix('#')?));
            // What an alternative is called may tell it apart, so those stay as they are.
            if let Some(inner) = inner
                && schema
                && depth < DEEPEST
                && random.u8(0..4) == 0
            {
                return part(whole, inner, random, name, depth + 1);
            }
            let mut entries: Vec<_> = map.iter().collect();
            random.shuffle(&mut entries);
            let inner: Map<String, Value> = entries
                .into_iter()
                .map(|(name, inner)| {
                    if (name == "description" || name == "summary") && inner.is_string() {
                        return (name.clone(), json!("other words"));
                    }
                    (name.clone(), part(whole, inner, random, name, depth))
                })
                .collect();
            match random.u8(0..6) {
                0 | 1 if schema => json!({ "allOf": [inner] }),
                2 if schema => split(inner, random),
                _ => Value::Object(inner),
            }
        }
        Value::Array(list) => {
            let mut list: Vec<_> = list
                .iter()
                .map(|one| part(whole, one, random, "", depth))
                .collect();
            if name == "required" || name == "enum" {
                random.shuffle(&mut list);
            }
            list.into()
        }
        other => other.clone(),
    }
}

/// Properties and required names in two parts that hold at once.
fn split(mut schema: Map<String, Value>, random: &mut fastrand::Rng) -> Value {
    // A part that takes no other names would refuse those of its neighbour.
    if schema.contains_key("additionalProperties") {
        return schema.into();
    }
    let Some(Value::Object(properties)) = schema.remove("properties") else {
        return schema.into();
    };
    let (one, other): (Vec<_>, Vec<_>) = properties.into_iter().partition(|_| random.bool());
    let [one, other] = [one, other].map(|part| part.into_iter().collect::<Map<_, _>>());
    let required = schema.remove("required").unwrap_or(json!([]));
    schema.insert("properties".into(), one.into());
    json!({"allOf": [schema, {"type": "object", "properties": other}, {"required": required}]})
}

/// The real contract with one operation changed so that whoever calls it is broken.
fn broken(mut document: Value, random: &mut fastrand::Rng) -> (String, Value) {
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let methods = item.as_object().unwrap().iter();
        let methods = methods.filter(|(_, node)| node.get("responses").is_some());
        all.extend(methods.map(|(method, _)| (path.clone(), method.clone())));
    }
    let (path, method) = all[random.usize(0..all.len())].clone();
    let item = document["paths"][&path].as_object_mut().unwrap();
    let node = item.get_mut(&method).unwrap().as_object_mut().unwrap();
    let kind = random.u8(0..6);
    match kind {
        0 => drop(item.remove(&method)),
        1 => {
            let must = json!({"name": "must", "in": "query", "required": true, "schema": {"type": "string"}});
            let list = node.entry("parameters").or_insert(json!([]));
            list.as_array_mut().unwrap().push(must);
        }
        2 => drop(node.insert("responses".into(), json!({"default": {"description": "d"}}))),
        3 => {
            let body = json!({"required": true, "content": {"text/odd": {"schema": {"type": "string", "maxLength": 0}}}});
            node.insert("requestBody".into(), body);
        }
        4 => drop(node.insert("security".into(), json!([{"another": []}]))),
        _ => drop(node.insert(
            "servers".into(),
            json!([{"url": "https://away.example.com"}]),
        )),
    }
    (format!("{kind} {method} {path}"), document)
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
        // The real contract is large, so it has its turn less often.
        for document in [Some(base()), (seed % 3 == 0).then(panic_api)].into_iter().flatten() {
            let other = rewritten(&document, &mut random);
            let found = compare_values(&document, &other);
            prop_assert!(found.changes().is_empty(), "{}", found.to_text());
        }
    }

    #[test]
    fn a_breaking_change_is_found_however_the_document_is_written(seed: u64) {
        let mut random = fastrand::Rng::with_seed(seed);
        let (at, value) = breaking(&mut random);
        let new = rewritten(&with(base(), &at, &value), &mut random);
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_break_anywhere_in_the_real_contract_is_found(seed: u64) {
        let mut random = fastrand::Rng::with_seed(seed);
        let (what, new) = broken(panic_api(), &mut random);
        let found = compare_values(&panic_api(), &new);
        prop_assert_eq!(found.wire(), Some(Wire::Breaking), "{}", what);
        prop_assert!(found.changes()[0].operations.len() == 1, "{}", what);
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
