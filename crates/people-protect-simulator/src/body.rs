//! Reads a request's body as the contract types it.

mod json;

use std::collections::BTreeSet;

use people_protect_api::Timestamp as WireTime;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::problem::Problem;
use crate::switch::people::MALFORMED_STATUS;

/// The largest body any operation takes.
pub(crate) const LIMIT: usize = 1024 * 1024;

/// The largest CSV upload: a portfolio of some 100,000 places.
pub(crate) const UPLOAD_LIMIT: usize = 16 * 1024 * 1024;

/// Reads a body. No body counts as `{}`: what it lacks is then named like any other field.
///
/// The contract's types read tolerantly, because as a client one must. A server is strict: what was
/// read is compared with what was sent, and a value that changed its kind on the way is refused.
pub(crate) fn read<T: DeserializeOwned + Serialize>(body: &[u8]) -> Result<T, Problem> {
    typed(&parsed(body)?)
}

/// Reads a body as the JSON object it must be.
pub(crate) fn parsed(body: &[u8]) -> Result<Value, Problem> {
    let sent = if body.trim_ascii().is_empty() {
        Value::Object(serde_json::Map::new())
    } else {
        json::parse(body).map_err(Problem::bad_request)?
    };
    if !sent.is_object() {
        return Err(Problem::bad_request(format!(
            "the body must be a JSON object, not {}",
            kind(&sent)
        )));
    }
    Ok(sent)
}

/// Types a body that has been parsed.
pub(crate) fn typed<T: DeserializeOwned + Serialize>(sent: &Value) -> Result<T, Problem> {
    // As nearly always: where nothing is wrong, nothing keeps account of where it would be.
    if !holds_null(sent)
        && let Ok(read) = T::deserialize(sent)
        && serde_json::to_value(&read).is_ok_and(|read| changed(sent, &read).is_none())
    {
        return Ok(read);
    }
    judged(sent)
}

/// The same, and what is wrong with it.
fn judged<T: DeserializeOwned + Serialize>(sent: &Value) -> Result<T, Problem> {
    let mut undeclared = BTreeSet::new();
    let mut note = |path: serde_ignored::Path<'_>| {
        undeclared.insert(path.to_string());
    };
    let noticing = serde_ignored::Deserializer::new(sent, &mut note);
    let read: T =
        serde_path_to_error::deserialize(noticing).map_err(|error| malformed(misfit(&error)))?;
    let read_back = serde_json::to_value(&read).map_err(|_| Problem::defect())?;
    if let Some(Changed { path, sent, read }) = changed(sent, &read_back) {
        return Err(malformed(format!("`{path}` must be {read}, not {sent}")));
    }
    no_nulls(sent, &read_back, &undeclared, "")?;
    Ok(read)
}

/// 400 for a field that is missing or of a wrong kind, unless the switch says otherwise.
pub(crate) fn malformed(message: impl Into<String>) -> Problem {
    Problem::bad_request(message).decided_by(&MALFORMED_STATUS)
}

/// The same for a field that is missing.
pub(crate) fn required(name: &str) -> Problem {
    malformed(format!("`{name}` is required"))
}

/// Reads a point in time that the contract keeps as text.
pub(crate) fn time(text: &WireTime, field: &str) -> Result<jiff::Timestamp, Problem> {
    text.instant().ok_or_else(|| {
        malformed(format!(
            "`{field}` must be a date and time with an offset, such as 2026-06-10T00:00:00Z"
        ))
    })
}

/// A point in time that may be absent.
pub(crate) fn optional_time(
    text: Option<&WireTime>,
    field: &str,
) -> Result<Option<jiff::Timestamp>, Problem> {
    text.map(|text| time(text, field)).transpose()
}

/// Names the field and what it should have been, and repeats nothing of what was sent: error
/// messages end up in logs.
fn misfit(error: &serde_path_to_error::Error<serde_json::Error>) -> String {
    let path = match error.path().to_string() {
        root if root == "." => String::new(),
        path => path,
    };
    let text = error.inner().to_string();
    if let Some(name) = text
        .strip_prefix("missing field `")
        .and_then(|rest| rest.split('`').next())
    {
        let under = if path.is_empty() {
            String::new()
        } else {
            format!("{path}.")
        };
        return format!("`{under}{name}` is required");
    }
    let expected = match text.rsplit_once("expected ").map(|(_, expected)| expected) {
        Some("i64" | "u64" | "i32" | "u32") => "a whole number".to_owned(),
        Some("f64" | "f32") => "a number".to_owned(),
        Some("a string") => "text".to_owned(),
        Some("a boolean") => "true or false".to_owned(),
        Some("a sequence") => "a list".to_owned(),
        Some(expected) if expected.starts_with("struct ") => "an object".to_owned(),
        Some(expected) => expected
            .split(", found")
            .next()
            .unwrap_or(expected)
            .to_owned(),
        None => "another kind of value".to_owned(),
    };
    format!("`{path}` must be {expected}")
}

fn holds_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.iter().any(holds_null),
        Value::Object(members) => members.values().any(holds_null),
        _ => false,
    }
}

/// A value that changed its kind on the way.
struct Changed {
    /// Its place, made on the way out: where nothing changed, no place is needed.
    path: String,
    sent: &'static str,
    read: &'static str,
}

impl Changed {
    fn under(mut self, name: &str) -> Self {
        let between = match self.path.starts_with('[') || self.path.is_empty() {
            true => "",
            false => ".",
        };
        self.path = format!("{name}{between}{}", self.path);
        self
    }
}

/// The first value of which something of another kind was read.
fn changed(sent: &Value, read: &Value) -> Option<Changed> {
    match (sent, read) {
        (Value::Object(sent), Value::Object(read)) => read
            .iter()
            .find_map(|(name, read)| Some(changed(sent.get(name)?, read)?.under(name))),
        (Value::Array(sent), Value::Array(read)) => {
            let both = sent.iter().zip(read).enumerate();
            let mut found = both.filter_map(|(index, (sent, read))| {
                Some(changed(sent, read)?.under(&format!("[{index}]")))
            });
            found.next()
        }
        (sent, read) => (kind(sent) != kind(read)).then(|| Changed {
            path: String::new(),
            sent: kind(sent),
            read: kind(read),
        }),
    }
}

/// The contract has no request field that may be null, and its types read null as absent.
fn no_nulls(
    sent: &Value,
    read: &Value,
    undeclared: &BTreeSet<String>,
    path: &str,
) -> Result<(), Problem> {
    let under = |name: &str| match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    };
    match (sent, read) {
        (Value::Object(sent), Value::Object(read)) => sent.iter().try_for_each(|(name, sent)| {
            let place = under(name);
            match read.get(name) {
                None if sent.is_null() && !undeclared.contains(&place) => {
                    Err(Problem::bad_request(format!(
                        "`{place}` must not be null: leave it out instead"
                    )))
                }
                None => Ok(()),
                Some(read) => no_nulls(sent, read, undeclared, &place),
            }
        }),
        (Value::Array(sent), Value::Array(read)) => {
            sent.iter()
                .zip(read)
                .enumerate()
                .try_for_each(|(at, (sent, read))| {
                    no_nulls(sent, read, undeclared, &under(&at.to_string()))
                })
        }
        _ => Ok(()),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use people_protect_api::types::{CreateCustomerCalloutRequest, CreateCustomerRequest};
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::{changed, judged, read, typed};

    fn refused(body: &str) -> String {
        let problem = read::<CreateCustomerCalloutRequest>(body.as_bytes()).unwrap_err();
        assert_eq!(problem.status, 400);
        problem.message
    }

    #[test]
    fn what_is_no_object_is_refused() {
        assert_eq!(
            refused("{"),
            "the body is not valid JSON (line 1, column 1)"
        );
        assert_eq!(refused("[]"), "the body must be a JSON object, not a list");
        assert_eq!(
            refused("\u{fffd}"),
            "the body is not valid JSON (line 1, column 1)"
        );
    }

    #[test]
    fn a_missing_field_is_named_with_its_place() {
        assert_eq!(refused(""), "`responseTypeId` is required");
        assert_eq!(
            refused(r#"{"responseTypeId": 1, "location": {"latitude": 1}}"#),
            "`location.longitude` is required"
        );
    }

    #[test]
    fn a_field_of_another_kind_is_named_and_not_repeated() {
        for (body, message) in [
            (
                r#"{"responseTypeId": "planted"}"#,
                "`responseTypeId` must be a whole number",
            ),
            (
                r#"{"responseTypeId": 1.5}"#,
                "`responseTypeId` must be a whole number",
            ),
            (r#"{"responseTypeId": 1, "location": []}"#, "`location"),
            (
                r#"{"responseTypeId": 1, "location": {"latitude": "-26.1", "longitude": 28}}"#,
                "`location.latitude` must be a number, not text",
            ),
            (
                r#"{"responseTypeId": 1, "internalTest": "planted"}"#,
                "`internalTest` must be true or false",
            ),
        ] {
            let refused = refused(body);
            assert!(refused.starts_with(message), "{refused}");
            assert!(!refused.contains("planted"), "{refused}");
        }
    }

    #[test]
    fn a_declared_field_is_never_null_and_an_unknown_one_may_be() {
        for (body, message) in [
            (
                r#"{"responseTypeId": 1, "internalTest": null}"#,
                "`internalTest` must not be null: leave it out instead",
            ),
            (
                r#"{"responseTypeId": 1, "location": {"latitude": 1, "longitude": 1, "accuracy": null}}"#,
                "`location.accuracy` must not be null: leave it out instead",
            ),
        ] {
            assert_eq!(refused(body), message);
        }
        let body = r#"{"responseTypeId": 1, "somethingElse": null}"#;
        assert!(read::<CreateCustomerCalloutRequest>(body.as_bytes()).is_ok());
    }

    #[test]
    fn text_is_text_and_unknown_fields_pass() {
        let body = r#"{"customer": {"name": 5, "surname": "Doe", "mobile": "+27821234567"}}"#;
        let problem = read::<CreateCustomerRequest>(body.as_bytes()).unwrap_err();
        assert_eq!(
            problem.message,
            "`customer.name` must be text, not a number"
        );
        let body = r#"{"responseTypeId": 1, "somethingElse": [1]}"#;
        assert!(read::<CreateCustomerCalloutRequest>(body.as_bytes()).is_ok());
    }

    const NAMES: [&str; 8] = [
        "location",
        "latitude",
        "longitude",
        "accuracy",
        "responseTypeId",
        "predefinedLocationId",
        "internalTest",
        "somethingElse",
    ];

    #[test]
    fn a_value_that_changed_its_kind_is_found_at_its_place() {
        let place = |sent: Value, read: Value| changed(&sent, &read).map(|found| found.path);
        assert_eq!(
            place(
                json!({ "a": [1, { "b": "2" }] }),
                json!({ "a": [1, { "b": 2 }] })
            ),
            Some("a[1].b".to_owned())
        );
        assert_eq!(
            place(json!([["1"]]), json!([[1]])),
            Some("[0][0]".to_owned())
        );
        assert_eq!(place(json!({ "a": 1 }), json!({ "a": 2, "b": "" })), None);
    }

    /// Any request to raise, its members often those that are declared and of any kind.
    fn any_raise() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            (-90.0..90.0).prop_map(Value::from),
            prop_oneof![Just("1"), Just("-26.1"), Just("x"), Just("")].prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 6, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                proptest::collection::vec((proptest::sample::select(&NAMES[..]), inner), 0..6)
                    .prop_map(|members| members
                        .into_iter()
                        .map(|(name, value)| (name.to_owned(), value))
                        .collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_short_way_takes_what_the_long_one_takes(mut sent in any_raise(), fitting in any::<bool>()) {
            if fitting && let Some(members) = sent.as_object_mut() {
                members.insert("responseTypeId".to_owned(), 1.into());
                members.insert("location".to_owned(), json!({ "latitude": 1, "longitude": 2 }));
            }
            let short = typed::<CreateCustomerCalloutRequest>(&sent);
            let long = judged::<CreateCustomerCalloutRequest>(&sent);
            prop_assert_eq!(
                short.map_err(|problem| problem.message),
                long.map_err(|problem| problem.message)
            );
        }
    }
}
