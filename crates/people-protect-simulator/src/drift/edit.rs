//! What is changed in an answer.

use axum::http::HeaderValue;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A JSON type that a value gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
#[allow(missing_docs, reason = "named like the types of JSON")]
pub enum JsonType {
    String,
    Number,
    Boolean,
    Null,
    Array,
    Object,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Edit {
    Drop(String),
    Rename {
        pointer: String,
        to: String,
    },
    Retype {
        pointer: String,
        to: JsonType,
    },
    Add {
        pointer: String,
        name: String,
        value: Value,
    },
    Status(u16),
    MediaType(String),
}

impl Edit {
    /// Refuses what cannot be, by the name of the field.
    pub(super) fn check(&self) -> Result<(), &'static str> {
        const POINTER: &str =
            "a pointer must be a JSON pointer such as `/callout/id`; `*` is every item of a list";
        match self {
            Self::Drop(pointer) | Self::Rename { pointer, .. } if !pointer.starts_with('/') => {
                Err(POINTER)
            }
            Self::Retype { pointer, .. } | Self::Add { pointer, .. }
                if !pointer.is_empty() && !pointer.starts_with('/') =>
            {
                Err(POINTER)
            }
            Self::Status(status) if !(200..=599).contains(status) => {
                Err("`status` must be between 200 and 599")
            }
            Self::MediaType(text) if text.is_empty() || HeaderValue::from_str(text).is_err() => {
                Err("`media_type` must be a text that HTTP allows in a header")
            }
            _ => Ok(()),
        }
    }

    /// Changes a body, if it is JSON and has the place.
    pub(super) fn apply(&self, body: &mut Vec<u8>) {
        let Ok(mut value) = serde_json::from_slice(body) else {
            return;
        };
        match self {
            Self::Drop(pointer) => field(&mut value, pointer, &mut |fields, name| {
                fields.remove(name);
            }),
            Self::Rename { pointer, to } => field(&mut value, pointer, &mut |fields, name| {
                if let Some(value) = fields.remove(name) {
                    fields.insert(to.clone(), value);
                }
            }),
            Self::Retype { pointer, to } => at(&mut value, pointer, &mut |value| {
                *value = retyped(value, *to);
            }),
            Self::Add {
                pointer,
                name,
                value: new,
            } => at(&mut value, pointer, &mut |value| {
                if let Value::Object(fields) = value {
                    fields.insert(name.clone(), new.clone());
                }
            }),
            Self::Status(_) | Self::MediaType(_) => return,
        }
        // What was read as JSON can be written as JSON.
        if let Ok(bytes) = serde_json::to_vec(&value) {
            *body = bytes;
        }
    }
}

fn retyped(value: &Value, to: JsonType) -> Value {
    match to {
        JsonType::String => match value {
            Value::String(_) => value.clone(),
            other => Value::String(other.to_string()),
        },
        JsonType::Number => json!(1),
        JsonType::Boolean => json!(true),
        JsonType::Null => Value::Null,
        JsonType::Array => json!([value]),
        JsonType::Object => json!({ "value": value }),
    }
}

fn unescaped(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

type Fields = serde_json::Map<String, Value>;

/// The object around a pointer, and the name in it.
fn field(value: &mut Value, pointer: &str, change: &mut dyn FnMut(&mut Fields, &str)) {
    let Some((parent, name)) = pointer.rsplit_once('/') else {
        return;
    };
    let name = unescaped(name);
    at(value, parent, &mut |value| {
        if let Value::Object(fields) = value {
            change(fields, &name);
        }
    });
}

/// Everything at a pointer.
fn at(value: &mut Value, pointer: &str, change: &mut dyn FnMut(&mut Value)) {
    let Some(rest) = pointer.strip_prefix('/') else {
        change(value);
        return;
    };
    let (token, rest) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    match value {
        Value::Array(items) if token == "*" => {
            for item in items {
                at(item, rest, change);
            }
        }
        Value::Array(items) => {
            let index: Option<usize> = token.parse().ok();
            if let Some(item) = index.and_then(|index| items.get_mut(index)) {
                at(item, rest, change);
            }
        }
        Value::Object(fields) => {
            if let Some(inner) = fields.get_mut(&unescaped(token)) {
                at(inner, rest, change);
            }
        }
        _ => {}
    }
}
