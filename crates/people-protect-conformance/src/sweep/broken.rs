//! Bodies that do not keep the contract, made from one that does.

use serde_json::{Value, json};

use crate::contract::contract;

/// Each with what is wrong with it.
pub(super) fn bodies(id: &str, whole: &Value) -> Vec<(String, Value)> {
    let Some(schema) = schema(id) else {
        return Vec::new();
    };
    let mut bodies = Vec::new();
    for other in [json!([]), json!("text")] {
        bodies.push((
            format!("the body is {}", crate::redact::kind(&other)),
            other,
        ));
    }
    walk(schema, whole, "", &mut bodies, whole);
    bodies
}

/// The schema of the JSON body of an operation.
fn schema(id: &str) -> Option<&'static Value> {
    let operation = contract().operation(id)?;
    let node = contract().value().pointer(&operation.pointer)?;
    let body = contract().follow(node.get("requestBody")?);
    let media = body.get("content")?.get("application/json")?;
    Some(whole_of(media.get("schema")?))
}

fn whole_of(schema: &'static Value) -> &'static Value {
    let followed = contract().follow(schema);
    match followed
        .get("allOf")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
    {
        Some([one]) => whole_of(one),
        _ => followed,
    }
}

fn walk(
    schema: &'static Value,
    here: &Value,
    at: &str,
    bodies: &mut Vec<(String, Value)>,
    whole: &Value,
) {
    let required = schema.get("required").and_then(Value::as_array);
    for name in required.into_iter().flatten().filter_map(Value::as_str) {
        let mut lacking = whole.clone();
        let parent = lacking.pointer_mut(at).and_then(Value::as_object_mut);
        if parent.and_then(|parent| parent.remove(name)).is_some() {
            bodies.push((format!("`{at}/{name}` is missing"), lacking));
        }
    }
    let properties = schema.get("properties").and_then(Value::as_object);
    for (name, property) in properties.into_iter().flatten() {
        let Some(value) = here.get(name) else {
            continue;
        };
        let property = whole_of(property);
        let place = format!("{at}/{}", people_protect_contract::pointer::escape(name));
        let mut put = |wrong: &str, other: Value| {
            let mut body = whole.clone();
            if let Some(spot) = body.pointer_mut(&place) {
                *spot = other;
                bodies.push((format!("`{place}` {wrong}"), body));
            }
        };
        match property.get("type").and_then(Value::as_str) {
            Some("string") => put("is an object", json!({})),
            Some("integer" | "number") => put("is a text", json!("many")),
            Some("boolean") => put("is a text", json!("perhaps")),
            Some("array") => put("is a text", json!("one")),
            Some("object") => put("is a list", json!([])),
            _ => {}
        }
        if let Some(least) = property.get("minimum").and_then(Value::as_i64) {
            put("is below its bound", json!(least - 1));
        }
        if let Some(most) = property.get("maximum").and_then(Value::as_i64) {
            put("is above its bound", json!(most + 1));
        }
        match property.get("format").and_then(Value::as_str) {
            Some("date-time") => put("is no time", json!("someday")),
            Some("email") => put("is no address", json!("nobody")),
            _ => {}
        }
        if property.get("type").and_then(Value::as_str) == Some("integer") {
            put("is a fraction", json!(1.5));
        }
        walk(property, value, &place, bodies, whole);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::bodies;

    #[test]
    fn each_field_is_left_out_and_each_has_another_type() {
        let whole = json!({
            "customer": { "name": "Jane", "surname": "Doe", "mobile": "+27821234567" },
        });
        let wrong: Vec<String> = bodies("create_customer", &whole)
            .into_iter()
            .map(|(wrong, _)| wrong)
            .collect();
        for one in [
            "the body is array",
            "`/customer` is missing",
            "`/customer` is a list",
            "`/customer/mobile` is missing",
            "`/customer/mobile` is an object",
        ] {
            assert!(wrong.iter().any(|wrong| wrong == one), "{one} in {wrong:?}");
        }
    }

    #[test]
    fn bounds_are_passed_by_one() {
        let all = bodies("create_rating", &json!({ "calloutId": 1, "rating": 5 }));
        let six = all
            .iter()
            .find(|(wrong, _)| wrong == "`/rating` is above its bound");
        assert_eq!(six.unwrap().1["rating"], 6);
    }
}
