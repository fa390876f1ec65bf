//! Which schema belongs to which operation, status and media type.

use std::collections::HashMap;

use serde_json::Value;

use crate::contract::Contract;
use crate::operation::Operation;
use crate::pointer::{from_reference, join};

/// What an operation takes and answers.
#[derive(Debug)]
pub(super) struct Exchange {
    pub(super) request: Option<Place>,
    pub(super) request_required: bool,
    /// An answer to HEAD has the headers of a body and no body.
    pub(super) bodiless: bool,
    responses: Vec<(String, Place)>,
}

/// A place where a body is described: a request or one status.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) media: Vec<Media>,
}

/// One media type of a place.
#[derive(Debug)]
pub(super) struct Media {
    name: String,
    /// Pointer of the schema, references followed as far as they are nothing but references.
    pub(super) schema: Option<String>,
    pub(super) json: bool,
    /// A JSON value can stand for the body: JSON itself, and a form given as an object.
    pub(super) structured: bool,
}

/// Every operation by id; of operations that share an id the first.
pub(super) fn all(contract: &Contract) -> HashMap<String, Exchange> {
    let mut exchanges = HashMap::new();
    for operation in contract.operations() {
        exchanges
            .entry(operation.id.clone())
            .or_insert_with(|| Exchange::read(contract, operation));
    }
    exchanges
}

impl Exchange {
    fn read(contract: &Contract, operation: &Operation) -> Self {
        let node = contract.resolve(&operation.pointer);
        let request = node.and_then(|node| node.get("requestBody"));
        let responses = node
            .and_then(|node| node.get("responses"))
            .and_then(Value::as_object);
        Self {
            request: request
                .map(|body| Place::read(contract, body, &join(&operation.pointer, "requestBody"))),
            request_required: operation.request_required,
            bodiless: operation.method == "HEAD",
            responses: responses
                .into_iter()
                .flatten()
                .filter(|(status, _)| !status.starts_with("x-"))
                .map(|(status, response)| {
                    let at = join(&join(&operation.pointer, "responses"), status);
                    (
                        status.to_ascii_uppercase(),
                        Place::read(contract, response, &at),
                    )
                })
                .collect(),
        }
    }

    pub(super) fn response(&self, status: u16) -> Option<&Place> {
        let exact = status.to_string();
        let range = format!("{}XX", status / 100);
        [exact.as_str(), range.as_str(), "DEFAULT"]
            .iter()
            .find_map(|key| self.responses.iter().find(|(status, _)| status == key))
            .map(|(_, place)| place)
    }

    pub(super) fn statuses(&self) -> String {
        let keys: Vec<_> = self.responses.iter().map(|(key, _)| key.as_str()).collect();
        keys.join(", ")
    }

    pub(super) fn places(&self) -> impl Iterator<Item = &Place> {
        self.request
            .iter()
            .chain(self.responses.iter().map(|(_, place)| place))
    }
}

impl Place {
    fn read(contract: &Contract, holder: &Value, pointer: &str) -> Self {
        let (holder, pointer) = follow(contract, holder, pointer);
        let content = holder.get("content").and_then(Value::as_object);
        let media = content
            .into_iter()
            .flatten()
            .map(|(name, media)| {
                let at = join(&join(&join(&pointer, "content"), name), "schema");
                let name = essence(name);
                let json = is_json(&name);
                Media {
                    schema: media
                        .get("schema")
                        .map(|schema| follow(contract, schema, &at).1),
                    structured: json || name == "application/x-www-form-urlencoded",
                    json,
                    name,
                }
            })
            .collect();
        Self { media }
    }

    /// The media type that fits best: the same, then `type/*`, then `*/*`. Without a content type
    /// the first JSON one, else the first.
    pub(super) fn media_for(&self, content_type: Option<&str>) -> Option<&Media> {
        let Some(content_type) = content_type else {
            return self
                .media
                .iter()
                .find(|media| media.json)
                .or_else(|| self.media.first());
        };
        let given = essence(content_type);
        let family = given.split('/').next().unwrap_or_default();
        [given.clone(), format!("{family}/*"), "*/*".to_owned()]
            .iter()
            .find_map(|wanted| self.media.iter().find(|media| media.name == *wanted))
    }

    pub(super) fn media_types(&self) -> String {
        let names: Vec<_> = self.media.iter().map(|media| media.name.as_str()).collect();
        names.join(", ")
    }
}

/// A media type without parameters, in lower case.
fn essence(content_type: &str) -> String {
    let bare = content_type.split(';').next().unwrap_or_default();
    bare.trim().to_ascii_lowercase()
}

fn is_json(essence: &str) -> bool {
    essence == "application/json" || essence == "*/*" || essence.ends_with("+json")
}

/// Follows references and keeps track of the pointer; stops at one that leads nowhere.
fn follow<'a>(contract: &'a Contract, node: &'a Value, pointer: &str) -> (&'a Value, String) {
    let (mut here, mut at) = (node, pointer.to_owned());
    for _ in 0..32 {
        let next = here
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(from_reference)
            .and_then(|pointer| Some((contract.value().pointer(&pointer)?, pointer)));
        match next {
            Some((target, pointer)) => (here, at) = (target, pointer),
            None => break,
        }
    }
    (here, at)
}
