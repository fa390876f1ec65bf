//! Whether a live server already shows what changed, by a report of the conformance suite.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

use super::change::{Change, Comparison, Direction};
use super::node::Node;
use crate::operation::{Operation, follow};
use crate::pointer::{join, unescape};

/// What a live server shows of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Seen {
    /// Its answers are already as the new document has them.
    Shown,
    /// It was asked, and its answers are as the old document has them.
    NotShown,
    /// None of the operations that the change reaches was asked.
    NotAsked,
}

impl Seen {
    /// As it stands in reports for people.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Shown => "the server already shows it",
            Self::NotShown => "the server does not show it yet",
            Self::NotAsked => "the server was not asked",
        }
    }
}

impl Comparison {
    /// Holds the changes of answers against a report of the conformance suite, as its `--report json=FILE`
    /// writes it, of a run by the old document. What is sent cannot be seen in answers: such changes
    /// are left as they are.
    ///
    /// # Errors
    ///
    /// If the value is no such report.
    pub fn seen(mut self, old: &Value, new: &Value, report: &Value) -> Result<Self, String> {
        let report = Report::read(report)?;
        let documents = [Document::of(old), Document::of(new)];
        for change in &mut self.changes {
            change.seen = report.judge(change, &documents);
        }
        Ok(self)
    }
}

/// A finding of the suite, and where it is in both documents.
struct Drift<'a> {
    operation: &'a str,
    kind: &'a str,
    pointer: &'a str,
    status: u64,
}

struct Report<'a> {
    asked: BTreeSet<&'a str>,
    drift: Vec<Drift<'a>>,
}

/// A document and its operations.
struct Document<'a> {
    value: &'a Value,
    operations: Vec<Operation>,
}

impl<'a> Report<'a> {
    fn read(value: &'a Value) -> Result<Self, String> {
        let list = |name: &str| value.get(name).and_then(Value::as_array);
        let (Some(cases), Some(drift)) = (list("cases"), list("drift")) else {
            return Err(
                "this is no JSON report of the conformance suite; make one with --report json=FILE"
                    .to_owned(),
            );
        };
        let probes = list("probes").into_iter().flatten();
        let exchanges = cases
            .iter()
            .chain(probes)
            .filter_map(|one| one.get("exchanges")?.as_array())
            .flatten()
            .filter_map(|one| one.get("operation")?.as_str());
        let text = |one: &'a Value, name: &str| one.get(name).and_then(Value::as_str).unwrap_or("");
        let found = |one: &'a Value, kind: &'a str| Drift {
            operation: text(one, "operation"),
            kind,
            pointer: text(one, "pointer"),
            status: one.get("status").and_then(Value::as_u64).unwrap_or(0),
        };
        let drift: Vec<Drift<'a>> = drift
            .iter()
            .map(|one| found(one, text(one, "kind")))
            .chain(
                list("unseen")
                    .into_iter()
                    .flatten()
                    .map(|one| found(one, "unseen")),
            )
            .collect();
        let asked = exchanges
            .chain(drift.iter().map(|one| one.operation))
            .collect();
        Ok(Self { asked, drift })
    }

    fn judge(&self, change: &Change, documents: &[Document<'a>; 2]) -> Option<Seen> {
        if !matches!(
            change.direction,
            Direction::Response | Direction::Component | Direction::Status | Direction::MediaType
        ) || change.id.starts_with("request-")
        {
            return None;
        }
        let reached: BTreeSet<&str> = documents
            .iter()
            .flat_map(|document| &document.operations)
            .filter(|one| {
                change
                    .operations
                    .contains(&format!("{} {}", one.method, one.path))
            })
            .map(|one| one.id.as_str())
            .collect();
        if !reached.iter().any(|id| self.asked.contains(id)) {
            return Some(Seen::NotAsked);
        }
        let shown = self
            .drift
            .iter()
            .filter(|one| reached.contains(one.operation))
            .any(|one| one.is_of(change, documents));
        Some(if shown { Seen::Shown } else { Seen::NotShown })
    }
}

impl<'a> Drift<'a> {
    fn is_of(&self, change: &Change, documents: &[Document<'a>; 2]) -> bool {
        let pointers = [&change.pointer.old, &change.pointer.new].map(Option::as_deref);
        match self.kind {
            "undocumented-status" => {
                let status = self.status.to_string();
                let last = pointers[1].and_then(|place| place.rsplit('/').next());
                change.direction == Direction::Status
                    && last.is_some_and(|last| last == status || is_range(last, &status))
            }
            "wrong-media-type" => change.direction == Direction::MediaType,
            kind => {
                let fits = match kind {
                    "unknown-field" => pointers[0].is_none(),
                    "unseen" => pointers[1].is_none(),
                    "missing-field" => pointers[1].is_none() || change.id.contains("optional"),
                    _ => pointers.iter().all(Option::is_some),
                };
                fits && documents.iter().zip(pointers).any(|(document, pointer)| {
                    pointer.is_some_and(|pointer| {
                        let places = document.places(self);
                        places.iter().any(|place| is_at(pointer, place))
                    })
                })
            }
        }
    }
}

/// `4XX` is a range of which 404 is one.
fn is_range(range: &str, status: &str) -> bool {
    range.len() == 3 && range[1..].eq_ignore_ascii_case("XX") && range.get(..1) == status.get(..1)
}

/// Whether a pointer leads to a place or to a keyword of it, and not to something deeper.
fn is_at(pointer: &str, place: &str) -> bool {
    pointer.strip_prefix(place).is_some_and(|rest| {
        rest.is_empty()
            || (rest.starts_with('/') && !rest.contains("/properties/") && !rest.contains("/items"))
    })
}

impl<'a> Document<'a> {
    fn of(value: &'a Value) -> Self {
        Self {
            value,
            operations: Operation::all(value),
        }
    }

    /// Where the schema of a part of an answer stands: what refers to it, and what it is made of.
    fn places(&self, drift: &Drift<'_>) -> Vec<String> {
        let Some(operation) = self.operations.iter().find(|one| one.id == drift.operation) else {
            return Vec::new();
        };
        let mut nodes = Vec::new();
        let answers = self
            .value
            .pointer(&operation.pointer)
            .and_then(|node| node.get("responses")?.as_object());
        for (status, answer) in answers.into_iter().flatten() {
            let wanted = drift.status.to_string();
            if drift.status != 0
                && *status != wanted
                && !is_range(status, &wanted)
                && status != "default"
            {
                continue;
            }
            let at = join(&join(&operation.pointer, "responses"), status);
            let answer = follow(self.value, answer);
            let content = answer.get("content").and_then(Value::as_object);
            for (media, body) in content.into_iter().flatten() {
                if let Some(schema) = body.get("schema") {
                    let at = join(&join(&join(&at, "content"), media), "schema");
                    nodes.push(Node::new(self.value, schema, &at));
                }
            }
        }
        for token in drift.pointer.split('/').skip(1).map(unescape) {
            let options = nodes
                .iter()
                .flat_map(|node| node.choices(self.value))
                .flat_map(|choice| choice.nodes);
            let all: Vec<Node<'a>> = options.chain(nodes.iter().cloned()).collect();
            nodes = all
                .iter()
                .filter_map(|node| match token.as_str() {
                    "*" => node.items(self.value),
                    name => node.property(self.value, name),
                })
                .collect();
        }
        nodes
            .iter()
            .flat_map(|node| {
                node.parts
                    .iter()
                    .map(|part| part.at.clone())
                    .chain([node.at.clone()])
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Seen;
    use crate::compare::compare_values;
    use serde_json::{Value, json};

    fn document(properties: Value, statuses: &[&str]) -> Value {
        let mut responses = json!({"200": {"content": {"application/json": {"schema": {
            "type": "array", "items": {"$ref": "#/components/schemas/Thing"}}}}}});
        for status in statuses {
            responses[*status] = json!({"description": "more"});
        }
        json!({
            "openapi": "3.0.3",
            "paths": {"/things": {"get": {"operationId": "list_things", "parameters": [], "responses": responses}}},
            "components": {"schemas": {"Thing": {"type": "object", "properties": properties}}}
        })
    }

    fn report(drift: Value, unseen: Value) -> Value {
        json!({
            "cases": [{"exchanges": [{"operation": "list_things", "status": 200}]}],
            "drift": drift, "unseen": unseen
        })
    }

    fn seen(old: &Value, new: &Value, report: &Value) -> Vec<Option<Seen>> {
        let found = compare_values(old, new).seen(old, new, report).unwrap();
        found.changes().iter().map(|change| change.seen).collect()
    }

    #[test]
    fn what_is_no_answer_cannot_be_seen_in_answers() {
        let old = document(json!({"a": {"type": "string"}}), &[]);
        let mut new = old.clone();
        new["servers"] = json!([{"url": "https://a.example.com"}]);
        new["paths"]["/things"]["get"]["parameters"] =
            json!([{"name": "size", "in": "query", "schema": {"type": "integer"}}]);
        let judged = seen(&old, &new, &report(json!([]), json!([])));
        assert!(judged.len() >= 2, "{judged:?}");
        assert!(judged.iter().all(Option::is_none), "{judged:?}");
    }

    #[test]
    fn a_change_is_shown_where_the_suite_found_that_very_drift() {
        let old = document(
            json!({"a": {"type": "string"}, "b": {"type": "string"}}),
            &[],
        );
        let with = |kind: &str, pointer: &str| {
            report(
                json!([{"operation": "list_things", "pointer": pointer, "kind": kind, "status": 200}]),
                json!([]),
            )
        };
        let more = document(
            json!({"a": {"type": "string"}, "b": {"type": "string"}, "c": {"type": "string"}}),
            &[],
        );
        assert_eq!(
            seen(&old, &more, &with("unknown-field", "/*/c")),
            [Some(Seen::Shown)]
        );
        assert_eq!(
            seen(&old, &more, &with("unknown-field", "/*/d")),
            [Some(Seen::NotShown)]
        );
        assert_eq!(
            seen(&old, &more, &with("wrong-type", "/*/c")),
            [Some(Seen::NotShown)]
        );
        let other = document(
            json!({"a": {"type": "integer"}, "b": {"type": "string"}}),
            &[],
        );
        assert_eq!(
            seen(&old, &other, &with("wrong-type", "/*/a")),
            [Some(Seen::Shown)]
        );
        assert_eq!(
            seen(&old, &other, &with("wrong-type", "/*/b")),
            [Some(Seen::NotShown)]
        );
        let less = document(json!({"a": {"type": "string"}}), &[]);
        assert_eq!(
            seen(&old, &less, &with("missing-field", "/*/b")),
            [Some(Seen::Shown)]
        );
        let unseen = json!([{"operation": "list_things", "pointer": "/*/b", "status": 200}]);
        assert_eq!(
            seen(&old, &less, &report(json!([]), unseen)),
            [Some(Seen::Shown)]
        );
        let status = document(
            json!({"a": {"type": "string"}, "b": {"type": "string"}}),
            &["429"],
        );
        let drift = json!([{"operation": "list_things", "pointer": "", "kind": "undocumented-status", "status": 429}]);
        assert_eq!(
            seen(&old, &status, &report(drift, json!([]))),
            [Some(Seen::Shown)]
        );
        assert_eq!(
            seen(&old, &status, &with("unknown-field", "")),
            [Some(Seen::NotShown)]
        );
    }

    #[test]
    fn a_status_is_shown_by_itself_or_by_its_range() {
        let properties = json!({"a": {"type": "string"}});
        let old = document(properties.clone(), &[]);
        let shows = |new: &str, status: u64, kind: &str| {
            let new = document(properties.clone(), &[new]);
            let drift = json!([{"operation": "list_things", "pointer": "", "kind": kind, "status": status}]);
            seen(&old, &new, &report(drift, json!([])))
        };
        for (new, status, shown) in [
            ("4XX", 404, Seen::Shown),
            ("4xx", 404, Seen::Shown),
            ("4XX", 503, Seen::NotShown),
            ("404", 404, Seen::Shown),
            ("404", 429, Seen::NotShown),
            ("default", 404, Seen::NotShown),
        ] {
            assert_eq!(
                shows(new, status, "undocumented-status"),
                [Some(shown)],
                "{new} {status}"
            );
        }
        assert_eq!(
            shows("404", 404, "wrong-media-type"),
            [Some(Seen::NotShown)]
        );
    }

    #[test]
    fn what_another_status_shows_is_not_this_ones() {
        let schema = |kind: &str| json!({"type": "object", "properties": {"a": {"type": kind}}});
        let two = |kind: &str, range: &str| {
            let mut all = document(json!({}), &[range]);
            all["paths"]["/things"]["get"]["responses"][range]["content"] =
                json!({"application/json": {"schema": schema(kind)}});
            all
        };
        let drift = |status: u64, pointer: &str| {
            let found = json!([{"operation": "list_things", "pointer": pointer, "kind": "wrong-type", "status": status}]);
            report(found, json!([]))
        };
        for (range, status, shown) in [
            ("404", 404, Seen::Shown),
            ("404", 200, Seen::NotShown),
            ("4XX", 404, Seen::Shown),
            ("4XX", 500, Seen::NotShown),
            ("default", 500, Seen::Shown),
            // The suite does not say which.
            ("404", 0, Seen::Shown),
        ] {
            let found = seen(
                &two("string", range),
                &two("integer", range),
                &drift(status, "/a"),
            );
            assert_eq!(found, [Some(shown)], "{range} {status}");
        }
        // What lies deeper is not it, nor what it lies in.
        let found = seen(
            &two("string", "404"),
            &two("integer", "404"),
            &drift(404, ""),
        );
        assert_eq!(found, [Some(Seen::NotShown)]);
    }

    #[test]
    fn each_answer_to_the_question_has_its_sentence() {
        let sentences = [Seen::Shown, Seen::NotShown, Seen::NotAsked].map(Seen::sentence);
        assert_eq!(
            sentences,
            [
                "the server already shows it",
                "the server does not show it yet",
                "the server was not asked"
            ]
        );
    }

    #[test]
    fn what_was_not_asked_is_said_and_what_is_sent_is_left_open() {
        let old = document(json!({"a": {"type": "string"}}), &[]);
        let new = document(json!({"a": {"type": "integer"}}), &[]);
        let nothing = json!({"cases": [], "drift": []});
        assert_eq!(seen(&old, &new, &nothing), [Some(Seen::NotAsked)]);
        let mut asks = old.clone();
        asks["paths"]["/things"]["get"]["parameters"] =
            json!([{"name": "q", "in": "query", "required": true, "schema": {"type": "string"}}]);
        assert_eq!(seen(&old, &asks, &report(json!([]), json!([]))), [None]);
        assert!(
            compare_values(&old, &new)
                .seen(&old, &new, &json!({}))
                .is_err()
        );
    }
}
