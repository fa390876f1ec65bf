//! Request bodies the generator can send.

use serde_json::{Value, json};

use super::answers::encoding;
use crate::lint::rule;
use crate::lint::survey::{Part, Survey};
use crate::operation::Operation;
use crate::pointer::join;

pub(super) fn check(survey: &mut Survey<'_>) {
    for operation in survey.operations() {
        if let Some(body) = survey.request(operation) {
            request(survey, operation, &body);
        }
    }
}

fn request(survey: &mut Survey<'_>, operation: &Operation, body: &Part<'_>) {
    let content = survey.media(body);
    if !content.is_empty() && !operation.request_required {
        let hint = "say required: true, or describe the call without a body as its own operation";
        let message = "the body is optional and would be taken as required";
        survey.report(rule::OPTIONAL_BODY, &body.pointer, message, hint);
    }
    let [media] = content.as_slice() else {
        if content.len() > 1 {
            let names: Vec<&str> = content.iter().map(|media| media.key).collect();
            let message = format!("the body has several media types: {}", names.join(", "));
            let at = join(&body.pointer, "content");
            survey.report(rule::REQUEST_MEDIA_TYPES, at, message, "keep one of them");
        }
        return;
    };
    let essence = media.key.split(';').next().unwrap_or_default();
    let known = ["application/json", "application/x-www-form-urlencoded"];
    let exact = match essence {
        "application/octet-stream" => Some(json!({"type": "string", "format": "binary"})),
        "text/plain" | "text/x-markdown" => Some(json!({"type": "string"})),
        essence if known.contains(&essence) => None,
        _ => {
            let message = format!("the generator cannot send `{}`", media.key);
            let hint = "leave the operation out of the generated client and write it by hand";
            survey.report(rule::REQUEST_MEDIA_TYPE, &media.pointer, message, hint);
            return;
        }
    };
    let Some(schema) = media.node.get("schema") else {
        let message = format!("`{}` has no schema", media.key);
        let hint = "refer to a schema component";
        survey.report(rule::REQUEST_WITHOUT_SCHEMA, &media.pointer, message, hint);
        return;
    };
    match exact {
        Some(exact) => {
            let (schema, pointer) = survey.follow(schema, &join(&media.pointer, "schema"));
            if essentials(schema) != exact {
                let message = format!("the schema of `{}` is not exactly {exact}", media.key);
                let hint = "remove everything else from it, texts aside";
                survey.report(rule::RAW_BODY_SCHEMA, pointer, message, hint);
            }
        }
        None => encoding(survey, media),
    }
}

/// A schema without what only describes it.
fn essentials(schema: &Value) -> Value {
    let texts = [
        "title",
        "description",
        "example",
        "externalDocs",
        "deprecated",
    ];
    let mut schema = schema.clone();
    if let Value::Object(map) = &mut schema {
        map.retain(|key, value| {
            let silent = key == "nullable" && *value == json!(false);
            !texts.contains(&key.as_str()) && !key.starts_with("x-") && !silent
        });
    }
    schema
}
