//! Which part of an object is the list that was asked for.
//!
//! An object may wrap the list, be its only entry, or be about something else, such as an error
//! sent as a success. The last must never be read as "there are none".

use serde::de::value::Error as Stop;
use serde::de::{DeserializeOwned, Deserializer, Error, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};

/// Names of wrappers that say nothing about what they wrap.
const GENERAL: [&str; 6] = ["data", "items", "list", "records", "results", "rows"];

/// Keys that every kind of record may have.
const COMMON: [&str; 6] = [
    "id",
    "message",
    "status",
    "success",
    "createdAt",
    "updatedAt",
];

/// What was found in an object.
pub(crate) enum Found {
    /// The list.
    Many(Vec<Value>),
    /// The only entry, in place of the list.
    One(Value),
}

/// Finds the list of `T` in an object, or says why it is none. The text repeats no key and no value.
pub(crate) fn find<T: DeserializeOwned>(
    mut object: Map<String, Value>,
) -> Result<Found, &'static str> {
    let record = Record::of::<T>();
    if says_failure(&object, &record) {
        return Err("expected a list, found an object that reports an error");
    }
    if record.is(&object) {
        return Ok(Found::One(Value::Object(object)));
    }
    let lists: Vec<String> = keys(&object, Value::is_array);
    if let [key] = lists.as_slice()
        && record.names_list(key)
        && let Some(Value::Array(items)) = object.remove(key)
    {
        return Ok(Found::Many(items));
    }
    let named: Vec<String> = keys(&object, Value::is_object)
        .into_iter()
        .filter(|key| record.names(key))
        .filter(|key| object[key].as_object().is_some_and(|one| record.is(one)))
        .collect();
    if let [key] = named.as_slice()
        && let Some(one) = object.remove(key)
    {
        return Ok(Found::One(one));
    }
    match lists.as_slice() {
        [] => Err("expected a list, found an object without one"),
        // Under a name nobody knows, only entries that can be recognised are believed.
        [key] => match object.remove(key) {
            Some(Value::Array(items)) if record.are(&items) => Ok(Found::Many(items)),
            _ => Err("expected a list, found an object with a list of something else"),
        },
        _ => Err("expected one list, found an object with several"),
    }
}

fn keys(object: &Map<String, Value>, is: fn(&Value) -> bool) -> Vec<String> {
    let fit = object.iter().filter(|(_, value)| is(value));
    fit.map(|(key, _)| key.clone()).collect()
}

/// An error, or errors, or no success. What is empty or zero says that there was none.
fn says_failure(object: &Map<String, Value>, record: &Record) -> bool {
    object.iter().any(|(key, value)| {
        let says = match value {
            Value::Null => false,
            Value::Bool(says) => *says,
            Value::Number(code) => code.as_f64() != Some(0.0),
            Value::String(text) => !text.is_empty(),
            Value::Array(errors) => !errors.is_empty(),
            Value::Object(error) => !error.is_empty(),
        };
        let lower = key.to_ascii_lowercase();
        let error = says && lower.contains("error");
        let failed = lower == "success" && *value == Value::Bool(false);
        (error || failed) && !record.fields.contains(&key.as_str())
    })
}

/// What is known about `T`: the name of its struct and the keys it reads. Both are empty if it is
/// no struct.
struct Record {
    words: Vec<String>,
    fields: &'static [&'static str],
}

impl Record {
    fn of<T: DeserializeOwned>() -> Self {
        let mut probe = Probe::default();
        // It always stops: only what it was asked for is of interest.
        let _ = T::deserialize(&mut probe);
        let mut words: Vec<String> = Vec::new();
        for letter in probe.name.chars() {
            match words.last_mut() {
                Some(word) if !letter.is_ascii_uppercase() => word.push(letter),
                _ => words.push(letter.to_ascii_lowercase().to_string()),
            }
        }
        Self {
            words,
            fields: probe.fields,
        }
    }

    /// Whether a key is called after the record, in the singular or the plural.
    fn names(&self, key: &str) -> bool {
        let key = key.to_ascii_lowercase();
        let key = key.strip_suffix('s').unwrap_or(&key);
        self.words.iter().any(|word| key.ends_with(word))
    }

    fn names_list(&self, key: &str) -> bool {
        self.names(key) || GENERAL.iter().any(|name| key.eq_ignore_ascii_case(name))
    }

    /// Whether the object is such a record: it has keys of its own, not only those all have.
    fn is(&self, object: &Map<String, Value>) -> bool {
        let own = |field: &&&str| !COMMON.contains(*field);
        let own: Vec<_> = self.fields.iter().filter(own).collect();
        let there = own.iter().filter(|field| object.contains_key(***field));
        !own.is_empty() && there.count() >= own.len().min(2)
    }

    /// Whether these are such records. Of scalars and open values nothing can be said.
    fn are(&self, items: &[Value]) -> bool {
        let mut items = items.iter();
        items.len() > 0
            && items.all(|item| {
                self.fields.is_empty() || item.as_object().is_some_and(|object| self.is(object))
            })
    }
}

/// Learns the name and the keys of a struct from what it asks of its reader.
#[derive(Default)]
struct Probe {
    name: &'static str,
    fields: &'static [&'static str],
}

impl<'de> Deserializer<'de> for &mut Probe {
    type Error = Stop;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Stop> {
        Err(Stop::custom("no struct"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Stop> {
        self.name = name;
        self.fields = fields;
        Err(Stop::custom("a struct"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use crate::List;
    use crate::types::{
        CalloutEvent, CalloutSummary, ExceptionReason, FixedLocation, Subscription,
    };
    use serde::de::DeserializeOwned;

    /// How many entries are read; none if it is an error.
    fn count<T: DeserializeOwned>(text: &str) -> Option<usize> {
        let list: List<T> = serde_json::from_str(text).ok()?;
        Some(list.len())
    }

    #[test]
    fn what_reports_an_error_is_no_list() {
        for text in [
            r#"{"errors": []}"#,
            r#"{"message": "no", "errors": []}"#,
            r#"{"message": "no", "details": []}"#,
            r#"{"errors": [{"id": 1}]}"#,
            r#"{"details": [{"id": 1, "text": "no"}]}"#,
            r#"{"errors": [{"validFrom": "x", "validTo": "x"}]}"#,
            r#"{"error": "no", "subscriptions": []}"#,
            r#"{"error": "no", "validFrom": "x", "validTo": "x"}"#,
            r#"{"errorCode": 7, "data": []}"#,
            r#"{"success": false, "data": []}"#,
            r#"{"callouts": []}"#,
            r#"{"subscription": {}}"#,
            r#"{"subscription": {"id": 1, "message": "no"}}"#,
            r#"{"id": 1, "message": "no"}"#,
            "{}",
        ] {
            assert_eq!(count::<Subscription>(text), None, "{text}");
        }
    }

    #[test]
    fn a_list_is_found_under_its_own_and_under_general_names() {
        for key in [
            "subscriptions",
            "Subscriptions",
            "activeSubscriptions",
            "data",
            "items",
        ] {
            let empty = format!(r#"{{"message": "ok", "errorCode": 0, "{key}": []}}"#);
            assert_eq!(count::<Subscription>(&empty), Some(0), "{key}");
            let one = format!(r#"{{"message": "ok", "success": true, "{key}": [{{"id": 1}}]}}"#);
            assert_eq!(count::<Subscription>(&one), Some(1), "{key}");
        }
        assert_eq!(
            count::<CalloutSummary>(r#"{"activeCallouts": []}"#),
            Some(0)
        );
        assert_eq!(count::<CalloutEvent>(r#"{"events": []}"#), Some(0));
        assert_eq!(
            count::<ExceptionReason>(r#"{"exceptionReasons": []}"#),
            Some(0)
        );
        assert_eq!(
            count::<FixedLocation>(r#"{"predefinedLocations": []}"#),
            Some(0)
        );
    }

    #[test]
    fn entries_that_can_be_recognised_are_believed_under_any_name() {
        let text = r#"{"cover": [{"id": 1, "validFrom": "x", "validTo": "x"}]}"#;
        assert_eq!(count::<Subscription>(text), Some(1));
        assert_eq!(count::<Subscription>(r#"{"cover": []}"#), None);
        assert_eq!(count::<i64>(r#"{"ids": [1, 2]}"#), Some(2));
        assert_eq!(count::<i64>(r#"{"ids": []}"#), None);
    }

    #[test]
    fn the_only_entry_in_place_of_the_list_is_read_with_its_own_lists() {
        for text in [
            r#"{"id": 1, "validFrom": "x", "validTo": "x", "dependantCustomerIds": [2, 3]}"#,
            r#"{"id": 1, "validFrom": "x", "validTo": "x", "dependantCustomerIds": []}"#,
            r#"{"message": "ok", "subscription": {"validFrom": "x", "validTo": "x"}, "dependents": [2]}"#,
            r#"{"message": "ok", "subscription": {"validFrom": "x", "validTo": "x"}, "dependents": []}"#,
        ] {
            let list: List<Subscription> = serde_json::from_str(text).unwrap();
            assert_eq!(list.len(), 1, "{text}");
            assert_eq!(list[0].valid_to.as_ref().unwrap().as_str(), "x");
        }
        assert_eq!(
            count::<CalloutEvent>(r#"{"callout": {"id": 1, "status": "x"}}"#),
            None
        );
    }
}
