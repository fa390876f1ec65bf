//! The keys that come as null where they have no value: the contract's types leave an absent value out.

use serde_json::Value;

/// What marks an object, and the keys it always has.
const MARKS: [(&str, &[&str]); 6] = [
    // R17: `CancelledDate` is null unless cancelled.
    ("subscriptionTypeId", &["CancelledDate"]),
    // Both session answers print it: null until there is a customer (R52).
    ("sessionId", &["customerId"]),
    ("flows", &["customerId"]),
    // Older examples print it; the type is integer or null.
    ("responseTypeId", &["predefinedLocationId"]),
    // R73: null where no integration account is behind an event.
    (
        "calloutEventTypeId",
        &["integrationUserId", "integrationUser"],
    ),
    (
        "calloutCurrentLocation",
        &[
            "predefinedLocationId",
            "dispatchedAt",
            "arrivedAt",
            "completedAt",
        ],
    ),
];

/// Writes them into a value.
pub(crate) fn write(body: &mut Value) {
    match body {
        Value::Array(items) => items.iter_mut().for_each(write),
        Value::Object(members) => {
            for (mark, keys) in MARKS {
                if members.contains_key(mark) {
                    for key in keys {
                        members.entry(*key).or_insert(Value::Null);
                    }
                }
            }
            members.values_mut().for_each(write);
        }
        _ => {}
    }
}

/// The same for a text that `serde_json` has written without spaces: no value has to be made of it, which
/// costs several times more than the writing.
pub(crate) fn written(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 128);
    let mut copied = 0;
    // The keys of the objects that are open, and how many there were before each object or list.
    let mut keys: Vec<&[u8]> = Vec::new();
    let mut open = Vec::new();
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        match byte {
            b'{' | b'[' => open.push(keys.len()),
            b']' => drop(open.pop()),
            b'}' => {
                let begin = open.pop().unwrap_or_default();
                for (mark, wanted) in MARKS {
                    let has = |keys: &[&[u8]], key: &str| {
                        let own = keys.get(begin..).unwrap_or_default();
                        own.contains(&key.as_bytes())
                    };
                    if !has(&keys, mark) {
                        continue;
                    }
                    for key in wanted {
                        if !has(&keys, key) {
                            keys.push(key.as_bytes());
                            out.extend_from_slice(text.get(copied..at).unwrap_or_default());
                            copied = at;
                            out.extend_from_slice(b",\"");
                            out.extend_from_slice(key.as_bytes());
                            out.extend_from_slice(b"\":null");
                        }
                    }
                }
                keys.truncate(begin);
            }
            b'"' => {
                let begin = at + 1;
                at = end_of_text(text, begin);
                // Only a key is followed by a colon.
                if text.get(at + 1) == Some(&b':') {
                    keys.extend(text.get(begin..at));
                }
            }
            _ => {}
        }
        at += 1;
    }
    out.extend_from_slice(text.get(copied..).unwrap_or_default());
    out
}

/// Where the quotation mark is that ends a text.
fn end_of_text(json: &[u8], mut at: usize) -> usize {
    loop {
        match json.get(at) {
            Some(b'\\') => at += 2,
            Some(b'"') | None => return at,
            Some(_) => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Map, Value, json};

    use super::{MARKS, write, written};

    fn both(mut value: Value) -> (String, String) {
        let text = written(&serde_json::to_vec(&value).unwrap());
        write(&mut value);
        (String::from_utf8(text).unwrap(), value.to_string())
    }

    #[test]
    fn the_keys_of_a_marked_object_come_as_null() {
        let (text, _) = both(json!({ "sessionId": "a", "list": [{ "responseTypeId": 1 }] }));
        assert_eq!(
            text,
            r#"{"sessionId":"a","list":[{"responseTypeId":1,"predefinedLocationId":null}],"customerId":null}"#
        );
    }

    #[test]
    fn what_only_looks_like_a_mark_is_none() {
        let value = json!({ "said": "\"flows\":", "tricky\\": "}", "deep": ["flows", {}] });
        let (text, same) = both(value.clone());
        assert_eq!((text, same), (value.to_string(), value.to_string()));
    }

    /// Any JSON, its keys often those that matter and its texts full of what could mislead.
    fn any_json() -> impl Strategy<Value = Value> {
        let names = MARKS
            .iter()
            .flat_map(|(mark, keys)| keys.iter().chain([mark]));
        let names: Vec<&'static str> = names.copied().collect();
        let key = prop_oneof![
            proptest::sample::select(names).prop_map(str::to_owned),
            r#"[a"\\{}\[\]:,é]{0,4}"#,
        ];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<i64>().prop_map(Value::from),
            r#"[a"\\{}\[\]:,é\n]{0,6}"#.prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, move |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::vec((key.clone(), inner), 0..6)
                    .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_text_gets_what_a_value_gets(value in any_json()) {
            let (text, expected) = both(value);
            prop_assert_eq!(text, expected);
        }
    }
}
