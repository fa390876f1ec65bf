//! One operation of the contract, as a plain value.

use serde_json::Value;

use crate::extension::{Auth, Evidence, Retry};
use crate::pointer;

/// The methods OpenAPI knows, in the spelling of the document.
pub(crate) const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// One operation: what identifies it, its extensions, and which media types and statuses it names.
///
/// Values are read leniently: an absent or misspelt extension is `None` here and a finding in
/// [`lint::house`](crate::lint::house).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// The `operationId`; without one, method and path (`GET /things`), so that it can be named.
    pub id: String,
    /// Whether the document gives an `operationId`.
    pub has_id: bool,
    /// The method in upper case.
    pub method: String,
    /// The path template as the document writes it.
    pub path: String,
    /// Where the operation object stands, for example `/paths/~1things/get`.
    pub pointer: String,
    /// The tags, in order.
    pub tags: Vec<String>,
    /// The `summary`.
    pub summary: Option<String>,
    /// The `description`.
    pub description: Option<String>,
    /// `deprecated: true`.
    pub deprecated: bool,
    /// `x-evidence`.
    pub evidence: Option<Evidence>,
    /// `x-source`: the documentation page.
    pub source: Option<String>,
    /// `x-rules`: behaviour rules this operation rests on.
    pub rules: Vec<String>,
    /// `x-contradictions`: contradictions that were decided here.
    pub contradictions: Vec<String>,
    /// `x-retry`.
    pub retry: Option<Retry>,
    /// `x-auth`.
    pub auth: Option<Auth>,
    /// Media types of the request body, references followed. Empty without a body.
    pub request_media_types: Vec<String>,
    /// Whether the request body is required.
    pub request_required: bool,
    /// The response keys in order: `200`, `4XX`, `default`.
    pub statuses: Vec<String>,
}

impl Operation {
    /// The first tag.
    #[must_use]
    pub fn tag(&self) -> Option<&str> {
        self.tags.first().map(String::as_str)
    }

    /// Every operation of a document, in its order.
    pub(crate) fn all(document: &Value) -> Vec<Self> {
        let mut operations = Vec::new();
        let Some(paths) = document.get("paths").and_then(Value::as_object) else {
            return operations;
        };
        for (path, item) in paths {
            let Some(item) = item.as_object() else {
                continue;
            };
            for (method, body) in item {
                if METHODS.contains(&method.as_str()) && body.is_object() {
                    operations.push(Self::read(document, path, method, body));
                }
            }
        }
        operations
    }

    fn read(document: &Value, path: &str, method: &str, body: &Value) -> Self {
        let text = |key: &str| body.get(key).and_then(Value::as_str).map(str::to_owned);
        let declared = text("operationId").filter(|id| !id.is_empty());
        let request = body.get("requestBody").map(|body| follow(document, body));
        let method_name = method.to_ascii_uppercase();
        Self {
            has_id: declared.is_some(),
            id: declared.unwrap_or_else(|| format!("{method_name} {path}")),
            pointer: pointer::join(&pointer::join("/paths", path), method),
            method: method_name,
            path: path.to_owned(),
            tags: strings(body.get("tags")),
            summary: text("summary"),
            description: text("description"),
            deprecated: body.get("deprecated") == Some(&Value::Bool(true)),
            evidence: text("x-evidence").and_then(|text| Evidence::from_spelling(&text)),
            source: text("x-source"),
            rules: strings(body.get("x-rules")),
            contradictions: strings(body.get("x-contradictions")),
            retry: text("x-retry").and_then(|text| Retry::from_spelling(&text)),
            auth: text("x-auth").and_then(|text| Auth::from_spelling(&text)),
            request_media_types: keys(request.and_then(|body| body.get("content"))),
            request_required: request.and_then(|body| body.get("required"))
                == Some(&Value::Bool(true)),
            statuses: keys(body.get("responses"))
                .into_iter()
                .filter(|key| !key.starts_with("x-"))
                .collect(),
        }
    }
}

/// Follows `$ref` until something that is none. Gives up, with the last node, on a reference that
/// leads nowhere or runs in a circle.
pub(crate) fn follow<'a>(document: &'a Value, node: &'a Value) -> &'a Value {
    let mut here = node;
    // No sensible document chains more references than this; a circle would.
    for _ in 0..32 {
        let target = here
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(pointer::from_reference)
            .and_then(|pointer| document.pointer(&pointer));
        match target {
            Some(target) => here = target,
            None => break,
        }
    }
    here
}

fn strings(value: Option<&Value>) -> Vec<String> {
    value
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|item| item.as_str().map(str::to_owned))
        .collect()
}

fn keys(value: Option<&Value>) -> Vec<String> {
    value
        .and_then(Value::as_object)
        .map(|map| map.keys().cloned().collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_operation_is_read_with_its_extensions_and_through_references() {
        let document = json!({
            "paths": {
                "/things": {
                    "parameters": [],
                    "post": {
                        "operationId": "create_thing", "tags": ["Things"], "deprecated": true,
                        "summary": "s", "x-evidence": "S", "x-source": "/page", "x-rules": ["R01"],
                        "x-retry": "never", "x-auth": "server-or-callout",
                        "x-contradictions": ["C01"],
                        "requestBody": {"$ref": "#/components/requestBodies/Thing"},
                        "responses": {"201": {}, "4XX": {}, "default": {}, "x-note": 1}
                    },
                    "get": {"x-evidence": "?", "responses": {}}
                }
            },
            "components": {"requestBodies": {"Thing": {
                "required": true, "content": {"application/json": {}, "text/plain": {}}
            }}}
        });
        let operations = Operation::all(&document);
        let [create, list] = operations.as_slice() else {
            panic!("two operations");
        };
        assert_eq!((create.id.as_str(), create.has_id), ("create_thing", true));
        assert_eq!(create.method, "POST");
        assert_eq!(create.pointer, "/paths/~1things/post");
        assert_eq!(create.tag(), Some("Things"));
        assert!(create.deprecated && create.request_required);
        assert_eq!(create.evidence, Some(Evidence::Stated));
        assert_eq!(create.retry, Some(Retry::Never));
        assert_eq!(create.auth, Some(Auth::ServerOrCallout));
        assert_eq!(create.rules, ["R01"]);
        assert_eq!(create.contradictions, ["C01"]);
        assert_eq!(
            create.request_media_types,
            ["application/json", "text/plain"]
        );
        assert_eq!(create.statuses, ["201", "4XX", "default"]);
        assert_eq!((list.id.as_str(), list.has_id), ("GET /things", false));
        assert_eq!(list.evidence, None);
    }

    #[test]
    fn a_circle_of_references_ends() {
        let document = json!({"a": {"$ref": "#/b"}, "b": {"$ref": "#/a"}});
        assert!(follow(&document, &document["a"]).get("$ref").is_some());
    }
}
