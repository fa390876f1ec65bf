//! Reads what can be read.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// Reads an object as a type whose members are all optional. A member that does not fit is left
/// out, so that one odd field does not hide the others.
pub(crate) fn read<T: DeserializeOwned + Default>(object: &Map<String, Value>) -> T {
    if let Ok(whole) = T::deserialize(object) {
        return whole;
    }
    let fits = |(key, value): &(&String, &Value)| {
        let alone: Map<String, Value> = [((*key).clone(), (*value).clone())].into_iter().collect();
        T::deserialize(&alone).is_ok()
    };
    let fitting: Map<String, Value> = object
        .iter()
        .filter(fits)
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    T::deserialize(&fitting).unwrap_or_default()
}

/// The objects of a list, or the one object that stands in its place (C48).
pub(crate) fn objects(value: Option<&Value>) -> Vec<&Map<String, Value>> {
    match value {
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_object).collect(),
        Some(Value::Object(one)) => vec![one],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use people_protect_api::types::Customer;
    use serde_json::{Value, json};

    use super::{objects, read};

    #[test]
    fn one_odd_member_does_not_hide_the_others() {
        let Value::Object(object) = json!({"id": 178_921, "mobile": {"odd": 1}, "more": []}) else {
            panic!("an object")
        };
        let customer: Customer = read(&object);
        assert_eq!(customer.id, Some(178_921));
    }

    #[test]
    fn c48_a_list_and_a_single_object_read_the_same() {
        assert_eq!(
            objects(Some(&json!([{"a": 1}, 5]))),
            objects(Some(&json!({"a": 1})))
        );
        assert!(objects(Some(&json!("text"))).is_empty());
        assert!(objects(None).is_empty());
    }
}
