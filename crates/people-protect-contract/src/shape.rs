//! Whether a value is shaped like an OpenAPI 3.0 document, and where it is not.
//!
//! `openapiv3` reports neither place nor name ("data did not match any variant of untagged enum"),
//! so a document it refuses is taken apart until the smallest part that does not fit is found.

use openapiv3::{
    Example, Header, Info, MediaType, OpenAPI, Operation, Parameter, PathItem, ReferenceOr,
    RequestBody, Response, Schema, SecurityScheme, Server, Tag,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::LoadError;
use crate::operation::METHODS;
use crate::pointer::join;

/// Parses the document, or says which part of it is not OpenAPI.
pub(crate) fn check(document: &Value, name: &str) -> Result<OpenAPI, LoadError> {
    match serde_json::from_value::<OpenAPI>(document.clone()) {
        Ok(openapi) => Ok(openapi),
        Err(error) => Err(match locate(document) {
            Some((pointer, message)) => LoadError::shape(name, pointer, message),
            None => LoadError::shape(name, "", error.to_string()),
        }),
    }
}

type Fault = (String, String);

fn locate(document: &Value) -> Option<Fault> {
    fault::<Info>(document.get("info").unwrap_or(&Value::Null), "/info")
        .or_else(|| items::<Server>(document, "", "servers"))
        .or_else(|| items::<Tag>(document, "", "tags"))
        .or_else(|| {
            entries(document, "", "paths", |item, at| {
                fault::<ReferenceOr<PathItem>>(item, at)
                    .map(|found| path_item(item, at).unwrap_or(found))
            })
        })
        .or_else(|| components(document.get("components")?))
}

fn path_item(item: &Value, at: &str) -> Option<Fault> {
    items::<ReferenceOr<Parameter>>(item, at, "parameters").or_else(|| {
        METHODS.iter().find_map(|method| {
            let operation = item.get(method)?;
            let at = join(at, method);
            let found = fault::<Operation>(operation, &at)?;
            Some(operation_part(operation, &at).unwrap_or(found))
        })
    })
}

fn operation_part(operation: &Value, at: &str) -> Option<Fault> {
    let parameters = operation.get("parameters").and_then(Value::as_array);
    for (index, parameter) in parameters.into_iter().flatten().enumerate() {
        let at = join(&join(at, "parameters"), &index.to_string());
        if let Some(found) = parameter_fault(parameter, &at) {
            return Some(found);
        }
    }
    if let Some(body) = operation.get("requestBody") {
        let at = join(at, "requestBody");
        if let Some(found) = fault::<ReferenceOr<RequestBody>>(body, &at) {
            return Some(content(body, &at).unwrap_or(found));
        }
    }
    entries(operation, at, "responses", response_fault)
}

fn components(components: &Value) -> Option<Fault> {
    const AT: &str = "/components";
    entries(components, AT, "schemas", schema_fault)
        .or_else(|| entries(components, AT, "parameters", parameter_fault))
        .or_else(|| entries(components, AT, "responses", response_fault))
        .or_else(|| {
            entries(components, AT, "requestBodies", |body, at| {
                let found = fault::<ReferenceOr<RequestBody>>(body, at)?;
                Some(content(body, at).unwrap_or(found))
            })
        })
        .or_else(|| entries(components, AT, "headers", fault::<ReferenceOr<Header>>))
        .or_else(|| entries(components, AT, "examples", fault::<ReferenceOr<Example>>))
        .or_else(|| {
            entries(
                components,
                AT,
                "securitySchemes",
                fault::<ReferenceOr<SecurityScheme>>,
            )
        })
}

fn parameter_fault(parameter: &Value, at: &str) -> Option<Fault> {
    let found = fault::<ReferenceOr<Parameter>>(parameter, at)?;
    let schema = parameter.get("schema");
    Some(
        schema
            .and_then(|schema| schema_fault(schema, &join(at, "schema")))
            .unwrap_or(found),
    )
}

fn response_fault(response: &Value, at: &str) -> Option<Fault> {
    let found = fault::<ReferenceOr<Response>>(response, at)?;
    Some(content(response, at).unwrap_or(found))
}

fn content(holder: &Value, at: &str) -> Option<Fault> {
    entries(holder, at, "content", |media, at| {
        let found = fault::<MediaType>(media, at)?;
        let schema = media.get("schema");
        Some(
            schema
                .and_then(|schema| schema_fault(schema, &join(at, "schema")))
                .unwrap_or(found),
        )
    })
}

fn schema_fault(schema: &Value, at: &str) -> Option<Fault> {
    let found = fault::<ReferenceOr<Schema>>(schema, at)?;
    let deeper = entries(schema, at, "properties", schema_fault)
        .or_else(|| {
            ["items", "additionalProperties", "not"]
                .iter()
                .find_map(|key| {
                    let child = schema.get(key).filter(|child| child.is_object())?;
                    schema_fault(child, &join(at, key))
                })
        })
        .or_else(|| {
            ["allOf", "anyOf", "oneOf"].iter().find_map(|key| {
                let list = schema.get(key)?.as_array()?;
                let at = join(at, key);
                list.iter()
                    .enumerate()
                    .find_map(|(index, child)| schema_fault(child, &join(&at, &index.to_string())))
            })
        });
    Some(deeper.unwrap_or(found))
}

/// Every entry of the map under `key`, unless it is an extension.
fn entries(
    holder: &Value,
    at: &str,
    key: &str,
    check: impl Fn(&Value, &str) -> Option<Fault>,
) -> Option<Fault> {
    let at = join(at, key);
    let value = holder.get(key)?;
    let Some(map) = value.as_object() else {
        return Some((at, format!("is {}, not a map", kind(value))));
    };
    map.iter()
        .filter(|(name, _)| !name.starts_with("x-"))
        .find_map(|(name, value)| check(value, &join(&at, name)))
}

fn items<T: DeserializeOwned>(holder: &Value, at: &str, key: &str) -> Option<Fault> {
    let at = join(at, key);
    let list = holder.get(key)?.as_array()?;
    list.iter()
        .enumerate()
        .find_map(|(index, value)| fault::<T>(value, &join(&at, &index.to_string())))
}

fn fault<T: DeserializeOwned>(value: &Value, at: &str) -> Option<Fault> {
    let error = serde_json::from_value::<T>(value.clone()).err()?;
    let error = error.to_string();
    let message = if error.contains("untagged enum") || error.contains("flatten") {
        format!("is no valid {}", noun::<T>())
    } else {
        format!("is no valid {}: {error}", noun::<T>())
    };
    Some((at.to_owned(), message))
}

fn noun<T>() -> String {
    let name = std::any::type_name::<T>();
    let inner = name.rsplit("::").next().unwrap_or(name);
    let words: String = inner
        .trim_end_matches('>')
        .chars()
        .flat_map(|c| {
            c.is_uppercase()
                .then_some(' ')
                .into_iter()
                .chain(c.to_lowercase())
        })
        .collect();
    words.trim().to_owned()
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refusal(patch: impl FnOnce(&mut Value)) -> String {
        let mut document = json!({
            "openapi": "3.0.3",
            "info": {"title": "t", "version": "1"},
            "paths": {"/a": {"get": {"responses": {"200": {"description": "d", "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/A"}}
            }}}}}},
            "components": {"schemas": {"A": {"type": "object", "properties": {
                "list": {"type": "array", "items": {"type": "string"}}
            }}}}
        });
        assert!(check(&document, "x").is_ok());
        patch(&mut document);
        check(&document, "x").unwrap_err().to_string()
    }

    #[test]
    fn the_smallest_part_that_does_not_fit_is_named() {
        let at = |message: &str, pointer: &str| {
            assert!(
                message.starts_with(&format!("x at {pointer}: ")),
                "{message}"
            );
        };
        at(
            &refusal(|d| {
                d["components"]["schemas"]["A"]["properties"]["list"]["items"]["type"] =
                    json!(["a"]);
            }),
            "/components/schemas/A/properties/list/items",
        );
        at(
            &refusal(|d| {
                d["paths"]["/a"]["get"]["responses"]["200"]["content"]["application/json"]["schema"] =
                    json!({"type": 1});
            }),
            "/paths/~1a/get/responses/200/content/application~1json/schema",
        );
        at(
            &refusal(|d| d["paths"]["/a"]["get"]["parameters"] = json!([{"in": "query"}])),
            "/paths/~1a/get/parameters/0",
        );
        at(&refusal(|d| d["info"]["version"] = json!(1.0)), "/info");
        at(
            &refusal(|d| d["components"]["schemas"] = json!([])),
            "/components/schemas",
        );
    }

    #[test]
    fn the_message_says_what_the_part_should_have_been() {
        let message = refusal(|d| d["info"]["version"] = json!(1.5));
        assert!(
            message.contains("is no valid info: invalid type"),
            "{message}"
        );
        let message = refusal(|d| d["components"]["securitySchemes"] = json!({"a": {}}));
        assert!(message.contains("is no valid security scheme"), "{message}");
    }
}
