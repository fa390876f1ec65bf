//! Answers as a server gives them by a document, to be read by the client of another one.

use serde_json::{Map, Value, json};

/// How much of what a schema allows an answer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Amount {
    /// Everything, at its longest.
    All,
    /// What is required, at its shortest.
    Least,
}

/// The success of each operation that answers JSON: the operation's id and the answer.
pub(crate) fn all(document: &Value, amount: Amount) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    let paths = document.get("paths").and_then(Value::as_object);
    for operation in paths
        .into_iter()
        .flat_map(Map::values)
        .filter_map(Value::as_object)
        .flat_map(Map::values)
    {
        let id = operation.get("operationId").and_then(Value::as_str);
        let answers = operation.get("responses").and_then(Value::as_object);
        let schema = answers
            .into_iter()
            .flatten()
            .filter(|(status, _)| status.starts_with('2'))
            .find_map(|(_, answer)| answer.pointer("/content/application~1json/schema"));
        if let (Some(id), Some(schema)) = (id, schema) {
            found.push((id.to_owned(), answer(document, schema, amount, 0)));
        }
    }
    found
}

fn answer(document: &Value, schema: &Value, amount: Amount, depth: usize) -> Value {
    let deeper = |schema: &Value| answer(document, schema, amount, depth + 1);
    if let Some(target) = schema
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|reference| document.pointer(reference.strip_prefix('#')?))
    {
        return deeper(target);
    }
    let list = |key: &str| schema.get(key).and_then(Value::as_array);
    if let Some(parts) = list("allOf") {
        let mut whole = Map::new();
        for part in parts {
            match deeper(part) {
                Value::Object(map) => whole.extend(map),
                other => return other,
            }
        }
        return Value::Object(whole);
    }
    let at_an_end = |values: &[Value]| match amount {
        Amount::All => values.last().cloned(),
        Amount::Least => values.first().cloned(),
    };
    if let Some(value) = list("enum").and_then(|values| at_an_end(values)) {
        return value;
    }
    if let Some(one) = list("oneOf")
        .or(list("anyOf"))
        .and_then(|all| at_an_end(all))
    {
        return deeper(&one);
    }
    if amount == Amount::All && schema.get("nullable") == Some(&Value::Bool(true)) && depth % 2 == 1
    {
        return Value::Null;
    }
    let number = |key: &str| schema.get(key).and_then(Value::as_f64);
    match schema.get("type").and_then(Value::as_str) {
        Some("array") => {
            let item = schema.get("items").map(deeper);
            let most = number("maxItems").map_or(2, |most| most as usize);
            let count = match amount {
                Amount::All if depth < 6 => most,
                _ => number("minItems").map_or(0, |least| least as usize),
            };
            Value::Array(vec![item.unwrap_or(Value::Null); count])
        }
        Some("integer") => json!(ends(number("minimum"), number("maximum"), amount) as i64),
        Some("number") => json!(ends(number("minimum"), number("maximum"), amount)),
        Some("boolean") => json!(amount == Amount::All),
        Some("string") => json!(text(schema, amount)),
        _ => {
            let required = list("required");
            let is_required =
                |name: &str| required.is_some_and(|names| names.iter().any(|other| other == name));
            let mut map = Map::new();
            let properties = schema.get("properties").and_then(Value::as_object);
            for (name, property) in properties.into_iter().flatten() {
                let is = |key: &str| property.get(key) == Some(&Value::Bool(true));
                let optional = amount == Amount::All && depth < 4;
                if !is("writeOnly") && (optional || is_required(name)) {
                    map.insert(name.clone(), deeper(property));
                }
            }
            if let Some(values) = schema.get("additionalProperties").filter(|v| v.is_object())
                && amount == Amount::All
            {
                map.insert("more".to_owned(), deeper(values));
            }
            Value::Object(map)
        }
    }
}

fn ends(least: Option<f64>, most: Option<f64>, amount: Amount) -> f64 {
    match amount {
        Amount::All => most.or(least).unwrap_or(7.0),
        Amount::Least => least.or(most).unwrap_or(0.0),
    }
}

fn text(schema: &Value, amount: Amount) -> String {
    match schema.get("format").and_then(Value::as_str) {
        Some("date-time") => return "2026-06-10T08:00:00Z".to_owned(),
        Some("date") => return "2026-06-10".to_owned(),
        Some("uuid") => return "00000000-0000-4000-8000-000000000001".to_owned(),
        _ => {}
    }
    let length = |key: &str| {
        let length = schema.get(key).and_then(Value::as_u64);
        length.and_then(|length| usize::try_from(length).ok())
    };
    // An upper-case letter: the patterns of the table take it.
    "A".repeat(match amount {
        Amount::All => length("maxLength").unwrap_or(8),
        Amount::Least => length("minLength").unwrap_or(1),
    })
}

#[cfg(test)]
mod tests {
    use super::{Amount, all};
    use serde_json::json;

    #[test]
    fn an_answer_has_everything_or_what_is_required() {
        let document = json!({
            "paths": {"/a": {"get": {"operationId": "a", "responses": {"200": {"content": {"application/json": {"schema":
                {"$ref": "#/components/schemas/A"}}}}}}}},
            "components": {"schemas": {"A": {"type": "object", "required": ["name"], "properties": {
                "name": {"type": "string", "maxLength": 3},
                "size": {"type": "integer", "maximum": 9},
                "secret": {"type": "string", "writeOnly": true}
            }}}}
        });
        assert_eq!(
            all(&document, Amount::All),
            [("a".to_owned(), json!({"name": "AAA", "size": 9}))]
        );
        assert_eq!(
            all(&document, Amount::Least),
            [("a".to_owned(), json!({"name": "A"}))]
        );
    }
}
