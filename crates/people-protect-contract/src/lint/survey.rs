//! One pass over the document, and the questions the rules ask of it.

use std::collections::HashMap;
use std::rc::Rc;

use serde_json::{Map, Value};

use super::finding::Finding;
use super::rule::Rule;
use crate::contract::Contract;
use crate::operation::Operation;
use crate::pointer::{self, from_reference, join};
use crate::reach;
use crate::walk::{Role, walk, walk_from};

/// An object of the document that is not instance data.
#[derive(Debug, Clone)]
pub(super) struct Node<'a> {
    pub(super) pointer: String,
    pub(super) role: Role,
    pub(super) map: &'a Map<String, Value>,
    pub(super) value: &'a Value,
}

/// A parameter of an operation, wherever it is written.
#[derive(Debug, Clone)]
pub(super) struct Parameter<'a> {
    pub(super) pointer: String,
    pub(super) node: &'a Value,
    pub(super) name: &'a str,
    pub(super) place: &'a str,
}

/// A request body or a response, or one media type of either.
#[derive(Debug, Clone)]
pub(super) struct Part<'a> {
    /// The status or the media type; `requestBody` for a request.
    pub(super) key: &'a str,
    /// Where it is written, references followed.
    pub(super) pointer: String,
    pub(super) node: &'a Value,
}

impl Part<'_> {
    /// What to call a response. A shared one is not called by a status, of which it has many.
    pub(super) fn what(&self) -> String {
        match self.pointer.strip_prefix("/components/responses/") {
            Some(name) => format!("the response `{}`", pointer::unescape(name)),
            None => format!("status {}", self.key),
        }
    }
}

/// The document and what was gathered about it, plus the findings so far.
pub(super) struct Survey<'a> {
    pub(super) contract: &'a Contract,
    pub(super) root: &'a Value,
    nodes: Rc<[Node<'a>]>,
    schemas: Rc<[Node<'a>]>,
    findings: Vec<Finding>,
    /// Which of them lie at each place.
    places: HashMap<String, Vec<usize>>,
}

impl<'a> Survey<'a> {
    pub(super) fn new(contract: &'a Contract) -> Self {
        let root = contract.value();
        let mut nodes = Vec::new();
        walk(root, &mut |pointer, role, value| {
            if role != Role::Data
                && let Value::Object(map) = value
            {
                nodes.push(Node {
                    pointer: pointer.to_owned(),
                    role,
                    map,
                    value,
                });
            }
        });
        let is_schema = |node: &&Node<'_>| node.role == Role::Schema;
        let schemas = nodes.iter().filter(is_schema).cloned().collect();
        Self {
            contract,
            root,
            nodes: nodes.into(),
            schemas,
            findings: Vec::new(),
            places: HashMap::new(),
        }
    }

    pub(super) fn report(
        &mut self,
        rule: Rule,
        pointer: impl Into<String>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        let pointer = pointer.into();
        let operation = self
            .contract
            .operation_at(&pointer)
            .map(|operation| operation.id.clone());
        let finding = Finding {
            rule: rule.id,
            operation,
            pointer,
            message: message.into(),
            hint: hint.into(),
        };
        // A shared response is met once per operation that uses it.
        let here = self.places.entry(finding.pointer.clone()).or_default();
        if !here.iter().any(|index| self.findings[*index] == finding) {
            here.push(self.findings.len());
            self.findings.push(finding);
        }
    }

    /// The findings in reading order.
    pub(super) fn into_findings(mut self) -> Vec<Finding> {
        let mut positions = pointer::Positions::new(self.root);
        self.findings
            .sort_by_cached_key(|finding| positions.of(&finding.pointer));
        self.findings
    }

    /// Every object that is not instance data. Shared, so that findings can be reported meanwhile.
    pub(super) fn nodes(&self) -> Rc<[Node<'a>]> {
        Rc::clone(&self.nodes)
    }

    /// Every schema object, components and inline.
    pub(super) fn schemas(&self) -> Rc<[Node<'a>]> {
        Rc::clone(&self.schemas)
    }

    /// The entries of one section of `components`, with their pointers.
    pub(super) fn components(&self, section: &str) -> Vec<(&'a str, String, &'a Value)> {
        let at = join("/components", section);
        let map = self.root.pointer(&at).and_then(Value::as_object);
        map.into_iter()
            .flatten()
            .map(|(name, value)| (name.as_str(), join(&at, name), value))
            .collect()
    }

    pub(super) fn operations(&self) -> &'a [Operation] {
        self.contract.operations()
    }

    pub(super) fn node(&self, operation: &Operation) -> Option<&'a Value> {
        self.root.pointer(&operation.pointer)
    }

    /// Follows references, keeping track of where the node is written.
    pub(super) fn follow(&self, node: &'a Value, pointer: &str) -> (&'a Value, String) {
        let (mut here, mut at) = (node, pointer.to_owned());
        for _ in 0..32 {
            let target = here
                .get("$ref")
                .and_then(Value::as_str)
                .and_then(from_reference);
            match target.and_then(|target| Some((self.root.pointer(&target)?, target))) {
                Some((next, pointer)) => (here, at) = (next, pointer),
                None => break,
            }
        }
        (here, at)
    }

    /// The parameters an operation has: its own, and those of its path that it does not override.
    pub(super) fn parameters(&self, operation: &Operation) -> Vec<Parameter<'a>> {
        let path = join("/paths", &operation.path);
        let mut parameters: Vec<Parameter<'a>> = Vec::new();
        for holder in [operation.pointer.as_str(), path.as_str()] {
            let at = join(holder, "parameters");
            let list = self.root.pointer(&at).and_then(Value::as_array);
            for (index, parameter) in list.into_iter().flatten().enumerate() {
                let (node, pointer) = self.follow(parameter, &join(&at, &index.to_string()));
                let text = |key: &str| node.get(key).and_then(Value::as_str).unwrap_or_default();
                let (name, place) = (text("name"), text("in"));
                if !parameters
                    .iter()
                    .any(|other| other.name == name && other.place == place)
                {
                    parameters.push(Parameter {
                        pointer,
                        node,
                        name,
                        place,
                    });
                }
            }
        }
        parameters
    }

    /// The request body, where it is written.
    pub(super) fn request(&self, operation: &Operation) -> Option<Part<'a>> {
        let body = self.node(operation)?.get("requestBody")?;
        let (node, pointer) = self.follow(body, &join(&operation.pointer, "requestBody"));
        Some(Part {
            key: "requestBody",
            pointer,
            node,
        })
    }

    /// The responses, where they are written, by status.
    pub(super) fn responses(&self, operation: &Operation) -> Vec<Part<'a>> {
        let at = join(&operation.pointer, "responses");
        let map = self.root.pointer(&at).and_then(Value::as_object);
        map.into_iter()
            .flatten()
            .filter(|(status, _)| !status.starts_with("x-"))
            .map(|(status, response)| {
                let (node, pointer) = self.follow(response, &join(&at, status));
                Part {
                    key: status.as_str(),
                    pointer,
                    node,
                }
            })
            .collect()
    }

    /// The media types of a request body or response.
    pub(super) fn media(&self, part: &Part<'a>) -> Vec<Part<'a>> {
        let at = join(&part.pointer, "content");
        let map = part.node.get("content").and_then(Value::as_object);
        map.into_iter()
            .flatten()
            .map(|(name, node)| Part {
                key: name.as_str(),
                pointer: join(&at, name),
                node,
            })
            .collect()
    }

    /// Every schema that can occur inside these parts: inline ones and all they refer to.
    pub(super) fn reachable_schemas(&self, parts: &[Part<'a>]) -> Vec<Node<'a>> {
        let media: Vec<Part<'a>> = parts.iter().flat_map(|part| self.media(part)).collect();
        let start: Vec<(&Value, Role)> = media
            .iter()
            .map(|media| (media.node, Role::Plain))
            .collect();
        let mut found = Vec::new();
        for media in &media {
            self.gather(media.node, &media.pointer, Role::Plain, &mut found);
        }
        for pointer in reach::closure(self.root, &start) {
            if let Some(node) = self.root.pointer(&pointer) {
                self.gather(node, &pointer, reach::role_of(&pointer), &mut found);
            }
        }
        found
    }

    fn gather(&self, node: &'a Value, pointer: &str, role: Role, found: &mut Vec<Node<'a>>) {
        walk_from(node, pointer, role, &mut |pointer, role, value| {
            if role == Role::Schema
                && let Value::Object(map) = value
            {
                found.push(Node {
                    pointer: pointer.to_owned(),
                    role,
                    map,
                    value,
                });
            }
        });
    }
}

/// Whether a media type is what the generator takes for JSON.
pub(super) fn is_json(media_type: &str) -> bool {
    media_type == "application/json" || media_type.starts_with("application/json;")
}

/// Whether a media type carries JSON, whatever its spelling.
pub(super) fn carries_json(media_type: &str) -> bool {
    let essence = media_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    essence == "application/json" || essence.ends_with("+json")
}

/// `type` of a schema.
pub(super) fn type_of(schema: &Value) -> Option<&str> {
    schema.get("type").and_then(Value::as_str)
}

/// Members of `allOf`, `anyOf` or `oneOf`.
pub(super) fn members<'v>(schema: &'v Value, key: &str) -> &'v [Value] {
    schema
        .get(key)
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default()
}

/// The one reference of an `allOf: [$ref]` wrapper, which stands for a reference with siblings.
pub(super) fn wrapped_reference(schema: &Value) -> Option<&str> {
    let shapes = ["properties", "items", "anyOf", "oneOf", "not", "enum"];
    match members(schema, "allOf") {
        [only] if !shapes.iter().any(|key| schema.get(key).is_some()) => {
            only.get("$ref").and_then(Value::as_str)
        }
        _ => None,
    }
}
