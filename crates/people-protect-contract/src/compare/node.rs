//! What a schema asks for, however it is written.
//!
//! A [`Node`] is one or several schema objects that hold at once: references are followed and
//! `allOf` is opened, so that one object, a reference to it and three parts of it look the same.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::pointer::{from_reference, join};

/// A document and nothing else.
pub(super) type Document<'a> = &'a Value;

/// One schema object and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Part<'a> {
    pub(super) schema: &'a Value,
    pub(super) at: String,
}

/// Schema objects that hold at once, without references or `allOf`.
#[derive(Debug, Clone)]
pub(super) struct Node<'a> {
    pub(super) parts: Vec<Part<'a>>,
    /// Where it was asked for, before any reference was followed.
    pub(super) at: String,
}

/// As many references and `allOf` are followed; a document with more is not one that people write.
const MOST_PARTS: usize = 256;

impl<'a> Node<'a> {
    pub(super) fn new(document: Document<'a>, schema: &'a Value, at: &str) -> Self {
        Self::of(document, vec![(schema, at.to_owned())])
    }

    pub(super) fn of(document: Document<'a>, schemas: Vec<(&'a Value, String)>) -> Self {
        let newer = document
            .get("openapi")
            .and_then(Value::as_str)
            .is_some_and(|version| !version.starts_with("3.0"));
        let at = schemas
            .first()
            .map(|(_, at)| at.clone())
            .unwrap_or_default();
        let mut parts: Vec<Part<'a>> = Vec::new();
        let mut seen = BTreeSet::new();
        let mut open = schemas;
        open.reverse();
        while let Some((schema, at)) = open.pop() {
            if parts.len() >= MOST_PARTS || !seen.insert(at.clone()) {
                continue;
            }
            if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
                let found = from_reference(target).or_else(|| anchored(document, target));
                let found = found.and_then(|at| Some((document.pointer(&at)?, at)));
                let leads = found.is_some();
                open.extend(found);
                // Beside a reference nothing counts, but from 3.1 on. One that leads out of the
                // document is all that is known.
                let alone = !newer || schema.as_object().is_none_or(|map| map.len() == 1);
                if leads && alone {
                    continue;
                }
            }
            if let Some(all) = schema.get("allOf").and_then(Value::as_array) {
                let list = join(&at, "allOf");
                for (index, one) in all.iter().enumerate().rev() {
                    open.push((one, join(&list, &index.to_string())));
                }
            }
            // One alternative, and perhaps null, is no choice.
            for name in ["oneOf", "anyOf"] {
                let list = schema.get(name).and_then(Value::as_array);
                if let Some((index, one)) = list.and_then(|list| only(list)) {
                    open.push((one, join(&join(&at, name), &index.to_string())));
                }
            }
            parts.push(Part { schema, at });
        }
        Self { parts, at }
    }

    /// What tells it from other nodes.
    pub(super) fn key(&self) -> String {
        let mut places: Vec<&str> = self.parts.iter().map(|part| part.at.as_str()).collect();
        places.sort_unstable();
        places.join("\n")
    }

    /// Where to point at: the object itself rather than what refers to it.
    pub(super) fn place(&self) -> String {
        match self.parts.as_slice() {
            [first, ..] => first.at.clone(),
            [] => self.at.clone(),
        }
    }

    pub(super) fn all(&self, name: &'static str) -> impl Iterator<Item = (&'a Value, &str)> {
        self.parts
            .iter()
            .filter_map(move |part| Some((part.schema.get(name)?, part.at.as_str())))
    }

    pub(super) fn first(&self, name: &'static str) -> Option<&'a Value> {
        self.all(name).next().map(|(value, _)| value)
    }

    pub(super) fn flag(&self, name: &'static str) -> bool {
        self.all(name).any(|(value, _)| value == &Value::Bool(true))
    }

    pub(super) fn text(&self, name: &'static str) -> Option<&'a str> {
        self.all(name).find_map(|(value, _)| value.as_str())
    }

    /// Where a keyword stands. If it does not, the part that is to the node what the part that has
    /// it is to the other, so that it is one place whoever refers to that part.
    pub(super) fn at_keyword(&self, name: &'static str, other: &Self) -> String {
        if let Some((_, at)) = self.all(name).next() {
            return join(at, name);
        }
        let has = |part: &Part<'_>| part.schema.get(name).is_some();
        let part = other.parts.iter().position(has).and_then(|index| {
            let at = &other.parts[index].at;
            let same = self.parts.iter().find(|part| part.at == *at);
            let alike = self.parts.len() == other.parts.len();
            same.or_else(|| self.parts.get(index).filter(|_| alike))
        });
        part.map_or_else(|| self.place(), |part| part.at.clone())
    }

    /// Whether no value at all fits, as 3.1 can say.
    pub(super) fn is_never(&self) -> bool {
        let nothing = |part: &Part<'_>| {
            part.schema == &Value::Bool(false)
                || part.schema.get("not").is_some_and(|not| {
                    not == &Value::Bool(true) || not.as_object().is_some_and(|map| map.is_empty())
                })
        };
        self.parts.iter().any(nothing)
    }

    /// References that lead nowhere in the document.
    pub(super) fn outside(&self, document: Document<'a>) -> BTreeSet<&'a str> {
        let lost = |target: &&str| {
            let at = from_reference(target).or_else(|| anchored(document, target));
            at.is_none_or(|at| document.pointer(&at).is_none())
        };
        let targets = self.all("$ref").filter_map(|(value, _)| value.as_str());
        targets.filter(lost).collect()
    }

    /// The types that a value may have, without null; none if any may be.
    pub(super) fn types(&self) -> Option<BTreeSet<&'a str>> {
        let mut types: Option<BTreeSet<&str>> = None;
        for (value, _) in self.all("type") {
            let here: BTreeSet<&str> = match value {
                Value::String(one) => [one.as_str()].into(),
                Value::Array(many) => many.iter().filter_map(Value::as_str).collect(),
                _ => continue,
            };
            types = Some(match types {
                None => here,
                Some(before) => common(&before, &here),
            });
        }
        let mut types = types.or_else(|| self.types_of_values())?;
        types.remove("null");
        // Every integer is a number.
        if types.contains("number") {
            types.remove("integer");
        }
        Some(types)
    }

    /// Values that are listed have the types that they have.
    fn types_of_values(&self) -> Option<BTreeSet<&'a str>> {
        let list = self.first("enum").and_then(Value::as_array);
        let kind = |value: &Value| match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(number) if number.is_f64() => "number",
            Value::Number(_) => "integer",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        match list {
            Some(list) => Some(list.iter().map(|value| kind(&plain(value))).collect()),
            None => self
                .first("const")
                .map(|value| [kind(&plain(value))].into()),
        }
    }

    /// Whether null is a value of it.
    pub(super) fn takes_null(&self) -> bool {
        let unions = self.all("anyOf").chain(self.all("oneOf"));
        let in_union = unions.filter_map(|(value, _)| value.as_array()).flatten();
        let mut open = self.all("type").next().is_none()
            && self.parts.iter().all(|part| {
                ["oneOf", "anyOf", "enum", "const", "properties", "items"]
                    .iter()
                    .all(|name| part.schema.get(*name).is_none())
            });
        open &= !self.parts.is_empty() && self.all("$ref").next().is_none();
        let of_type = self.all("type").any(|(value, _)| {
            value == "null"
                || value
                    .as_array()
                    .is_some_and(|many| many.iter().any(|one| one == "null"))
        });
        // Where values are listed, null is one of them or none.
        let listed = self.lists().fold(None, |known: Option<bool>, list| {
            Some(known.unwrap_or(true) && list.iter().any(Value::is_null))
        });
        open || self.flag("nullable")
            || (of_type && listed != Some(false))
            || (listed == Some(true) && self.all("type").next().is_none())
            || in_union
                .into_iter()
                .any(|one| one.get("nullable") == Some(&Value::Bool(true)) || is_null(one))
    }

    /// The lists of values, one for each part that has any.
    fn lists(&self) -> impl Iterator<Item = Vec<Value>> {
        self.parts.iter().filter_map(|part| {
            let list = part.schema.get("enum").and_then(Value::as_array).cloned();
            list.or_else(|| part.schema.get("const").map(|one| vec![one.clone()]))
        })
    }

    /// The values that are listed, without null; none if there is no list.
    pub(super) fn values(&self) -> Option<BTreeSet<String>> {
        let mut values: Option<BTreeSet<String>> = None;
        for list in self.lists() {
            let here = list
                .iter()
                .filter(|one| !one.is_null())
                .map(|one| plain(one).to_string())
                .collect();
            values = Some(match values {
                None => here,
                Some(before) => before.intersection(&here).cloned().collect(),
            });
        }
        values
    }

    pub(super) fn required(&self) -> BTreeSet<&'a str> {
        self.all("required")
            .filter_map(|(value, _)| value.as_array())
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    }

    pub(super) fn property_names(&self) -> BTreeSet<&'a str> {
        self.all("properties")
            .filter_map(|(value, _)| value.as_object())
            .flat_map(|map| map.keys().map(String::as_str))
            .collect()
    }

    pub(super) fn property(&self, document: Document<'a>, name: &str) -> Option<Node<'a>> {
        let found: Vec<_> = self
            .all("properties")
            .filter_map(|(value, at)| Some((value.get(name)?, join(&join(at, "properties"), name))))
            .collect();
        (!found.is_empty()).then(|| Node::of(document, found))
    }

    pub(super) fn items(&self, document: Document<'a>) -> Option<Node<'a>> {
        let found: Vec<_> = self
            .all("items")
            .filter(|(value, _)| value.is_object() || *value == &Value::Bool(false))
            .map(|(value, at)| (value, join(at, "items")))
            .collect();
        (!found.is_empty()).then(|| Node::of(document, found))
    }

    /// What becomes of fields without a name.
    pub(super) fn additional(&self, document: Document<'a>) -> Additional<'a> {
        if self
            .all("additionalProperties")
            .any(|(value, _)| value == &Value::Bool(false))
        {
            return Additional::Closed;
        }
        let found: Vec<_> = self
            .all("additionalProperties")
            .filter(|(value, _)| value.as_object().is_some_and(|map| !map.is_empty()))
            .map(|(value, at)| (value, join(at, "additionalProperties")))
            .collect();
        match found.is_empty() {
            true => Additional::Open,
            false => Additional::Typed(Node::of(document, found)),
        }
    }

    /// Lists of alternatives, those of more than one and null. Of each list one must fit.
    pub(super) fn choices(&self, document: Document<'a>) -> Vec<Choice<'a>> {
        let lists = self.parts.iter().flat_map(|part| {
            ["oneOf", "anyOf"].into_iter().filter_map(move |name| {
                let list = part.schema.get(name)?.as_array()?;
                only(list)
                    .is_none()
                    .then(|| (name, list, join(&part.at, name)))
            })
        });
        lists
            .map(|(keyword, list, at)| {
                let nodes = list.iter().enumerate().filter(|(_, one)| !is_null(one));
                let nodes = nodes
                    .map(|(index, one)| Node::new(document, one, &join(&at, &index.to_string())));
                Choice {
                    keyword,
                    nodes: nodes.collect(),
                }
            })
            .collect()
    }

    /// The name of the component that it is, if it is one.
    pub(super) fn component(&self) -> Option<&str> {
        let place = self.parts.first()?.at.as_str();
        let name = place.strip_prefix("/components/schemas/")?;
        (!name.contains('/')).then_some(name)
    }
}

/// Alternatives, and under which word they stand.
#[derive(Debug, Clone)]
pub(super) struct Choice<'a> {
    pub(super) keyword: &'static str,
    pub(super) nodes: Vec<Node<'a>>,
}

fn is_null(schema: &Value) -> bool {
    let nothing = |list: &Vec<Value>| !list.is_empty() && list.iter().all(Value::is_null);
    let listed = schema.get("enum").and_then(Value::as_array);
    schema
        .get("type")
        .is_some_and(|kind| kind == "null" || *kind == serde_json::json!(["null"]))
        || schema.get("const").is_some_and(Value::is_null)
        || listed.is_some_and(nothing)
}

/// Types that are among both; an integer is a number.
pub(super) fn common<'a>(one: &BTreeSet<&'a str>, other: &BTreeSet<&'a str>) -> BTreeSet<&'a str> {
    let within = |kind: &str, all: &BTreeSet<&str>| {
        all.contains(kind) || (kind == "integer" && all.contains("number"))
    };
    let both = one.union(other).copied();
    both.filter(|kind| within(kind, one) && within(kind, other))
        .collect()
}

/// A number is what it is however it is written.
pub(super) fn plain(value: &Value) -> Value {
    match value.as_f64() {
        Some(number) if number.fract() == 0.0 && number.abs() < 9e15 => format!("{number:.0}")
            .parse()
            .map_or_else(|_| value.clone(), |whole: i64| whole.into()),
        _ => value.clone(),
    }
}

/// Where the anchor of a reference is: in a component or in what that defines for itself.
fn anchored(document: &Value, target: &str) -> Option<String> {
    let name = target.strip_prefix('#')?;
    let is = |schema: &Value| schema.get("$anchor").and_then(Value::as_str) == Some(name);
    let schemas = document.pointer("/components/schemas")?.as_object()?;
    schemas.iter().find_map(|(component, schema)| {
        let at = join("/components/schemas", component);
        if is(schema) {
            return Some(at);
        }
        let own = schema.get("$defs").and_then(Value::as_object);
        let (inner, _) = own.into_iter().flatten().find(|(_, schema)| is(schema))?;
        Some(join(&join(&at, "$defs"), inner))
    })
}

/// The only alternative that is not null, and its index.
fn only(list: &[Value]) -> Option<(usize, &Value)> {
    let mut all = list.iter().enumerate().filter(|(_, one)| !is_null(one));
    let first = all.next()?;
    all.next().is_none().then_some(first)
}

/// What becomes of fields without a name.
#[derive(Debug, Clone)]
pub(super) enum Additional<'a> {
    Open,
    Closed,
    Typed(Node<'a>),
}
