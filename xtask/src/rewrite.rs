//! Turns the contract into the document the generator reads.
//!
//! The contract says what the server does; the generator would turn some of that into a client
//! that breaks on the first surprise. The differences are made here, in memory, so that the
//! contract stays an honest description and the reader stays tolerant. `openapi/README.md` lists
//! every difference.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

/// The document to generate from, with what the later steps need to know about it.
#[derive(Debug)]
pub(crate) struct Rewritten {
    /// The OpenAPI document handed to the generator.
    pub(crate) document: Value,
    /// Component name to the hand-written Rust type that stands for it.
    pub(crate) replacements: BTreeMap<String, String>,
    /// Components that only answers use.
    pub(crate) answers: BTreeSet<String>,
    /// The path that all servers put before the operations' own, such as `/panic-api/v2`.
    pub(crate) base_path: String,
    /// Property names that had to change for the generator: new name to the one on the wire.
    pub(crate) renamed: BTreeMap<String, String>,
}

impl Rewritten {
    /// What a component requires, in the contract's order.
    pub(crate) fn required(&self, component: &str) -> Vec<&str> {
        self.document
            .pointer(&format!("/components/schemas/{component}/required"))
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    }
}

/// Why a document cannot be rewritten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RewriteError {
    /// JSON pointer of the place.
    pub(crate) pointer: String,
    /// What is wrong, and what to do.
    pub(crate) message: String,
}

impl std::fmt::Display for RewriteError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.pointer, self.message)
    }
}

/// The HTTP methods a path item can hold.
pub(crate) const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "patch", "options", "head", "trace",
];

const JSON: &str = "application/json";

/// Components that only the rewritten document has, and the types written by hand for them.
pub(crate) const READERS: [(&str, &str); 7] = [
    ("SecretText", "crate::SecretText"),
    ("PersonalText", "crate::PersonalText"),
    ("PersonalNumber", "crate::PersonalNumber"),
    ("PersonalFlag", "crate::PersonalFlag"),
    ("Timestamp", "crate::Timestamp"),
    ("OpenObject", "crate::OpenObject"),
    ("OpenValue", "crate::OpenValue"),
];

/// True if the generator cannot express this operation: a body or an answer that is not JSON.
pub(crate) fn is_by_hand(operation: &Value) -> bool {
    let body = operation.pointer("/requestBody/content");
    let answers = operation.get("responses").and_then(Value::as_object);
    let success = answers
        .into_iter()
        .flatten()
        .filter(|(status, _)| status.starts_with('2'))
        .filter_map(|(_, answer)| answer.get("content"));
    body.into_iter()
        .chain(success)
        .filter_map(Value::as_object)
        .flat_map(Map::keys)
        .any(|media| media != JSON)
}

/// Rewrites `contract`.
///
/// # Errors
///
/// If an operation answers with two kinds of success or error, or a reference leads nowhere.
pub(crate) fn rewrite(contract: &Value) -> Result<Rewritten, RewriteError> {
    let mut document = contract.clone();
    // Answers of the operations written by hand are generated types; their forms are not.
    let answered = reachable(&document, Side::Answer);
    drop_by_hand(&mut document);
    merge_statuses(&mut document)?;
    let requests = reachable(&document, Side::Request);
    let answers: BTreeSet<String> = answered.difference(&requests).cloned().collect();
    if let Some(schemas) = document
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
    {
        schemas.retain(|name, _| requests.contains(name) || answers.contains(name));
    }
    let mut replacements = BTreeMap::new();
    let mut renamed = BTreeMap::new();
    for (_, operation) in operations_mut(&mut document) {
        plain_text_parameters(operation);
        // A body that may be left out is sent as `{}`, which the API takes as well (R30).
        if let Some(body) = operation
            .get_mut("requestBody")
            .and_then(Value::as_object_mut)
        {
            body.insert("required".to_owned(), Value::Bool(true));
        }
    }
    let whole = whole_answers(&mut document);
    rewrite_components(
        &mut document,
        &answers,
        &whole,
        &mut replacements,
        &mut renamed,
    );
    note_evidence(&mut document);
    strip(&mut document);
    Ok(Rewritten {
        base_path: base_path(contract),
        document,
        replacements,
        answers,
        renamed,
    })
}

fn base_path(contract: &Value) -> String {
    let url = contract.pointer("/servers/0/url").and_then(Value::as_str);
    let after_scheme = url
        .and_then(|url| url.split_once("://"))
        .map_or("", |(_, rest)| rest);
    let path = after_scheme
        .find('/')
        .map_or("", |start| &after_scheme[start..]);
    path.trim_end_matches('/').to_owned()
}

fn drop_by_hand(document: &mut Value) {
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else {
        return;
    };
    for item in paths.values_mut().filter_map(Value::as_object_mut) {
        item.retain(|key, operation| !METHODS.contains(&key.as_str()) || !is_by_hand(operation));
    }
    paths.retain(|_, item| {
        item.as_object()
            .is_some_and(|item| item.keys().any(|key| METHODS.contains(&key.as_str())))
    });
}

/// One success range and two error ranges per operation: any 2xx is read as the documented
/// answer, any error as the documented error, also where the documentation lists fewer codes.
pub(crate) fn merge_statuses(document: &mut Value) -> Result<(), RewriteError> {
    let source = document.clone();
    let common_error = source
        .pointer("/components/schemas/ErrorBody")
        .map(|_| json!({"$ref": "#/components/schemas/ErrorBody"}));
    for (pointer, operation) in operations_mut(document) {
        let Some(answers) = operation
            .get_mut("responses")
            .and_then(Value::as_object_mut)
        else {
            continue;
        };
        let mut success: Option<Value> = None;
        let mut error: Option<Value> = None;
        for (status, answer) in answers.iter() {
            let answer = resolve(&source, answer);
            let schema = answer
                .pointer("/content/application~1json/schema")
                .cloned()
                .unwrap_or(Value::Null);
            let kind = if status.starts_with('2') {
                &mut success
            } else {
                &mut error
            };
            match kind {
                Some(first) if *first != schema => {
                    let side = if status.starts_with('2') {
                        "success"
                    } else {
                        "error"
                    };
                    return Err(RewriteError {
                        pointer: format!("{pointer}/responses/{status}"),
                        message: format!(
                            "answers {side} with a second type; give every {side} status of an operation the same $ref"
                        ),
                    });
                }
                Some(_) => {}
                None => *kind = Some(schema),
            }
        }
        let mut merged = Map::new();
        let mut put = |range: &str, schema: Option<&Value>| {
            if let Some(schema) = schema {
                let mut answer = json!({"description": range});
                if !schema.is_null() {
                    answer["content"] = json!({JSON: {"schema": schema}});
                }
                merged.insert(range.to_owned(), answer);
            }
        };
        put("2XX", success.as_ref());
        let error = error.or_else(|| common_error.clone());
        put("4XX", error.as_ref());
        put("5XX", error.as_ref());
        *answers = merged;
    }
    Ok(())
}

/// Every operation of the document with its JSON pointer.
fn operations_mut(document: &mut Value) -> Vec<(String, &mut Value)> {
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (path, item) in paths.iter_mut() {
        let Some(item) = item.as_object_mut() else {
            continue;
        };
        for (method, operation) in item.iter_mut() {
            if METHODS.contains(&method.as_str()) {
                found.push((format!("/paths/{}/{method}", escape(path)), operation));
            }
        }
    }
    found
}

fn escape(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    value
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|reference| reference.strip_prefix('#'))
        .and_then(|pointer| document.pointer(pointer))
        .unwrap_or(value)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Request,
    Answer,
}

/// The components reached from one side of every operation.
fn reachable(document: &Value, side: Side) -> BTreeSet<String> {
    let mut queue: Vec<&Value> = Vec::new();
    let paths = document.get("paths").and_then(Value::as_object);
    for item in paths.into_iter().flat_map(Map::values) {
        for (method, operation) in item.as_object().into_iter().flatten() {
            if METHODS.contains(&method.as_str()) {
                queue.extend(match side {
                    Side::Request => operation.get("requestBody"),
                    Side::Answer => operation.get("responses"),
                });
                if side == Side::Request {
                    queue.extend(operation.get("parameters"));
                }
            }
        }
    }
    let mut seen = BTreeSet::new();
    let mut shared = BTreeSet::new();
    while let Some(value) = queue.pop() {
        match value {
            Value::Object(map) => {
                match component(map) {
                    Some(name) if seen.insert(name.to_owned()) => {
                        queue.extend(document.pointer(&format!("/components/schemas/{name}")));
                    }
                    Some(_) => {}
                    // A shared response or parameter; each once, as references may go in circles.
                    None => {
                        if let Some(reference) = map.get("$ref").and_then(Value::as_str)
                            && shared.insert(reference.to_owned())
                        {
                            queue.push(resolve(document, value));
                        }
                    }
                }
                // Other media than JSON are read by hand.
                let read = |key: &str| key != "example" && (!key.contains('/') || key == JSON);
                queue.extend(
                    map.iter()
                        .filter(|(key, _)| read(key))
                        .map(|(_, value)| value),
                );
            }
            Value::Array(items) => queue.extend(items),
            _ => {}
        }
    }
    seen
}

/// The components that are an operation's answer as a whole.
fn whole_answers(document: &mut Value) -> BTreeSet<String> {
    let mut whole = BTreeSet::new();
    for (_, operation) in operations_mut(document) {
        let answers = operation.get("responses").and_then(Value::as_object);
        whole.extend(
            answers
                .into_iter()
                .flat_map(Map::values)
                .filter_map(|answer| answer.pointer("/content/application~1json/schema"))
                .filter_map(Value::as_object)
                .filter_map(component)
                .map(str::to_owned),
        );
    }
    whole
}

fn component(schema: &Map<String, Value>) -> Option<&str> {
    schema
        .get("$ref")?
        .as_str()?
        .strip_prefix("#/components/schemas/")
}

/// Ids in paths stay text: a strict format would refuse an id the API itself gave.
fn plain_text_parameters(operation: &mut Value) {
    let parameters = operation
        .get_mut("parameters")
        .and_then(Value::as_array_mut);
    for schema in parameters
        .into_iter()
        .flatten()
        .filter_map(|parameter| parameter.get_mut("schema")?.as_object_mut())
    {
        if schema.get("type").and_then(Value::as_str) == Some("string") {
            schema.remove("format");
        }
    }
}

/// What the reader makes of one component.
fn rewrite_components(
    document: &mut Value,
    answers: &BTreeSet<String>,
    whole: &BTreeSet<String>,
    replacements: &mut BTreeMap<String, String>,
    renamed: &mut BTreeMap<String, String>,
) {
    for (name, rust) in READERS {
        replacements.insert(name.to_owned(), rust.to_owned());
    }
    let Some(schemas) = document
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
    else {
        return;
    };
    let mut added = Map::new();
    let source = schemas.clone();
    for (name, schema) in schemas.iter_mut() {
        let in_answer = answers.contains(name);
        if let Some(mut rust) = replaced_by(schema, &source) {
            // Where nobody knows what is inside, an object is no surer than the rest: text or an
            // id in its place must not cost the caller the whole answer.
            if rust == "crate::OpenObject" && in_answer && !whole.contains(name) {
                "crate::OpenValue".clone_into(&mut rust);
            }
            replacements.insert(name.clone(), rust);
            continue;
        }
        if schema.get("enum").is_some() {
            let known = format!("{name}Known");
            let other = json!({"title": format!("{name}Other"), "type": "string"});
            let description = schema.get("description").cloned();
            let closed = std::mem::replace(
                schema,
                json!({"oneOf": [{"$ref": format!("#/components/schemas/{known}")}, other]}),
            );
            if let Some(description) = description {
                schema["description"] = description;
            }
            added.insert(known, closed);
            continue;
        }
        if in_answer {
            // What an answer lacks is the caller's to judge, with the status and body at hand.
            schema
                .as_object_mut()
                .map(|schema| schema.remove("required"));
        }
        let secret = schema.get("x-secret").cloned();
        if let Some(values) = schema.get_mut("additionalProperties") {
            if let (Some(secret), Some(values)) = (secret, values.as_object_mut()) {
                values.insert("x-secret".to_owned(), secret);
            }
            rewrite_property(values);
            if values.as_object().is_some_and(Map::is_empty) || values.as_bool() == Some(true) {
                *values = json!({"$ref": "#/components/schemas/OpenValue"});
            }
        }
        let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else {
            continue;
        };
        let mut taken = BTreeSet::new();
        for (key, mut property) in std::mem::take(properties) {
            rewrite_property(&mut property);
            let name = free_key(&key, &mut taken);
            if name != key {
                renamed.insert(name.clone(), key);
            }
            properties.insert(name, property);
        }
    }
    schemas.extend(added);
    for name in replacements.keys() {
        schemas
            .entry(name.clone())
            .or_insert_with(|| json!({"type": "string"}));
    }
}

/// Components whose reader is written by hand: open objects, bare lists, unions of scalars.
fn replaced_by(schema: &Value, all: &Map<String, Value>) -> Option<String> {
    let named = |schema: &Value| schema.as_object().and_then(component).map(str::to_owned);
    let item = |schema: &Value| named(schema).map(|name| format!("crate::types::{name}"));
    if let Some(variants) = schema.get("oneOf").and_then(Value::as_array) {
        let is_list = |variant: &&Value| {
            let target = named(variant).and_then(|name| all.get(&name));
            target
                .unwrap_or(variant)
                .get("type")
                .and_then(Value::as_str)
                == Some("array")
        };
        let types: Vec<&str> = variants
            .iter()
            .filter_map(|variant| variant.get("type").and_then(Value::as_str))
            .collect();
        if variants.iter().any(|variant| is_list(&variant)) {
            let one = variants.iter().find(|variant| !is_list(variant))?;
            let shown = schema.get("x-personal-data").and_then(Value::as_bool) == Some(false);
            let text = (shown && one.get("type").and_then(Value::as_str) == Some("string"))
                .then(|| "::std::string::String".to_owned());
            return item(one)
                .or(text)
                .map(|one| format!("crate::OneOrMany<{one}>"));
        }
        return if types.contains(&"number") {
            Some("crate::Coordinate".to_owned())
        } else if types.contains(&"integer") {
            Some("crate::IdOrText".to_owned())
        } else {
            None
        };
    }
    let Some(kind) = schema.get("type").and_then(Value::as_str) else {
        let closed = ["allOf", "anyOf", "enum", "$ref"]
            .iter()
            .any(|key| schema.get(key).is_some());
        return (!closed).then(|| "crate::OpenValue".to_owned());
    };
    match kind {
        "array" => schema
            .get("items")
            .and_then(item)
            .map(|one| format!("crate::List<{one}>")),
        "object" => (schema.get("properties").is_none()
            && schema
                .get("additionalProperties")
                .is_none_or(|more| more.as_bool() == Some(true)))
        .then(|| "crate::OpenObject".to_owned()),
        _ => None,
    }
}

/// Property types: redacting where the contract does not say a value may be shown, text kept as
/// sent where a strict format would turn a surprise into a lost answer, null read as absent.
fn rewrite_property(property: &mut Value) {
    let Some(schema) = property.as_object_mut() else {
        return;
    };
    let secret = schema.get("x-secret").and_then(Value::as_bool) == Some(true);
    let personal = schema.get("x-personal-data").and_then(Value::as_bool);
    let format = schema.get("format").and_then(Value::as_str);
    let replacement = match schema.get("type").and_then(Value::as_str) {
        Some("string") if secret => Some("SecretText"),
        Some("string") if personal != Some(false) && format != Some("date-time") => {
            Some("PersonalText")
        }
        Some("string") if personal == Some(true) => Some("PersonalText"),
        Some("string") if format == Some("date-time") => Some("Timestamp"),
        Some("number") if personal != Some(false) => Some("PersonalNumber"),
        Some("boolean") if personal == Some(true) => Some("PersonalFlag"),
        Some("object")
            if !schema.contains_key("properties")
                && !schema.contains_key("additionalProperties") =>
        {
            Some("OpenObject")
        }
        Some("array") => {
            if let Some(items) = schema.get_mut("items") {
                rewrite_property(items);
            }
            schema.insert("nullable".to_owned(), Value::Bool(true));
            None
        }
        _ => None,
    };
    if let Some(name) = replacement {
        let reference = json!({"$ref": format!("#/components/schemas/{name}")});
        for key in ["type", "format", "nullable", "minimum", "maximum"] {
            schema.remove(key);
        }
        schema.insert("allOf".to_owned(), json!([reference]));
    } else if schema.get("type").and_then(Value::as_str) == Some("string") {
        schema.remove("format");
    }
    if schema.contains_key("allOf") {
        schema.remove("nullable");
    }
}

/// A property name that becomes a Rust name of its own: `a.b` and `aB`, or `aB` and `a_b`, would
/// become the same. The wire name is put back after generation.
fn free_key(key: &str, taken: &mut BTreeSet<String>) -> String {
    let mut parts = key.split('.');
    let mut name = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut letters = part.chars();
        name.push_str("Dot");
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    while !taken.insert(snake(&name)) {
        name.push_str("_superseded");
    }
    name
}

fn snake(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !snake.is_empty() && !snake.ends_with('_') {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

/// The words that go into the documentation for a grade.
pub(crate) fn evidence_words(grade: &str) -> &'static str {
    match grade {
        "S" => "stated by the current documentation (S)",
        "W" => "seen on the wire (W)",
        "O" => "documented earlier; unconfirmed (O)",
        "B" => "reported by an integrator (B)",
        _ => "an assumption, not documented (I)",
    }
}

/// Carries grades, rules and retry classes into the generated documentation.
fn note_evidence(document: &mut Value) {
    for (_, operation) in operations_mut(document) {
        let text = |key: &str| {
            operation
                .get(key)
                .and_then(Value::as_str)
                .map(str::to_owned)
        };
        let rules: Vec<&str> = operation
            .get("x-rules")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let mut note = String::new();
        if let Some(grade) = text("x-evidence") {
            note.push_str(&format!("Evidence: {}. ", evidence_words(&grade)));
        }
        if !rules.is_empty() {
            note.push_str(&format!("Rules: {}. ", rules.join(", ")));
        }
        if let Some(auth) = text("x-auth") {
            note.push_str(&format!("Token: {auth}. "));
        }
        if let Some(retry) = text("x-retry") {
            note.push_str(&format!("Repeating it: {retry}."));
        }
        append_description(operation, note.trim());
    }
    let schemas = document
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut);
    for schema in schemas.into_iter().flat_map(Map::values_mut) {
        let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
        for property in properties.into_iter().flat_map(Map::values_mut) {
            if let Some(grade) = property.get("x-evidence").and_then(Value::as_str) {
                let note = format!("Evidence: {grade}.");
                append_description(property, &note);
            }
        }
    }
}

fn append_description(value: &mut Value, note: &str) {
    if note.is_empty() {
        return;
    }
    let Some(map) = value.as_object_mut() else {
        return;
    };
    let description = match map.get("description").and_then(Value::as_str) {
        Some(text) => format!("{}\n\n{note}", text.trim_end()),
        None => note.to_owned(),
    };
    map.insert("description".to_owned(), Value::String(description));
}

/// Removes what the generator would only copy into comments or stumble over.
pub(crate) fn strip(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|key, _| {
                !key.starts_with("x-")
                    && !matches!(
                        key.as_str(),
                        "example" | "examples" | "security" | "servers"
                    )
            });
            for (key, inner) in map.iter_mut() {
                match inner {
                    // Property names are the API's: none of them is an annotation.
                    Value::Object(properties) if key == "properties" => {
                        properties.values_mut().for_each(strip);
                    }
                    _ => strip(inner),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}
