//! Where answers differ from the contract in shape.

use std::collections::BTreeMap;

use people_protect_contract::{Body, Mode, Violation, ViolationKind, pointer};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::contract::{contract, validator};
use crate::grade::Grade;
use crate::redact::{Redactor, kind};

/// What kind of drift it is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum DriftKind {
    /// A field the contract does not name: the earliest sign of an API that moves.
    UnknownField,
    /// A required field is absent, or one that is stated was in none of the answers.
    MissingField,
    /// A value has another type, format or form.
    WrongType,
    /// The operation does not document this status.
    UndocumentedStatus,
    /// The status does not document this media type.
    WrongMediaType,
}

impl DriftKind {
    /// As it stands in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::UnknownField => "unknown-field",
            Self::MissingField => "missing-field",
            Self::WrongType => "wrong-type",
            Self::UndocumentedStatus => "undocumented-status",
            Self::WrongMediaType => "wrong-media-type",
        }
    }
}

/// One way in which the answers of one operation differ from the contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Drift {
    /// The operation's id.
    pub operation: String,
    /// Where in the body; `*` is any item of a list. Empty for the answer as a whole.
    pub pointer: String,
    /// What kind.
    pub kind: DriftKind,
    /// The status of the answer; 0 if it was seen in several.
    pub status: u16,
    /// What the contract expects.
    pub expected: String,
    /// What came, without values.
    pub seen: String,
    /// In how many exchanges.
    pub count: u64,
    /// Of how many exchanges that could have shown it.
    pub of: u64,
    /// The case that saw it first.
    pub first_case: String,
}

/// One place at which one answer differs from the contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Misfit {
    /// Where in the body; `*` is any item of a list. Empty for the answer as a whole.
    pub pointer: String,
    /// What kind.
    pub kind: DriftKind,
    /// What the contract expects.
    pub expected: String,
    /// What came, without values.
    pub seen: String,
}

/// A documented field that was in none of the answers that could have had it. It is no drift: the
/// contract does not say that it always comes, or knows it no better than by its grade.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Unseen {
    /// The operation's id.
    pub operation: String,
    /// Where in the body; `*` is any item of a list.
    pub pointer: String,
    /// The status of the answers.
    pub status: u16,
    /// The grade of the field.
    pub grade: String,
    /// In how many answers, or items of lists, it could have been.
    pub of: u64,
}

/// Fields that are stated and come on a condition only.
const CONDITIONAL: &[(&str, &str, &str)] = &[
    (
        "",
        "formattedAddress",
        "of callouts at fixed locations that have one",
    ),
    ("", "internalTest", "legacy: where it was sent (R65)"),
    (
        "create_customer",
        "externalReferenceId",
        "where it was sent",
    ),
    ("get_customer", "externalReferenceId", "where it was sent"),
    (
        "update_customer",
        "externalReferenceId",
        "where it was sent",
    ),
    (
        "get_signup_session",
        "customerReferenceId",
        "where it was sent",
    ),
    ("update_subscription", "links", "one of two readings, C28"),
    ("", "calloutClassification", "in one of two places, C44"),
];

/// What all exchanges together showed.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    found: BTreeMap<(String, String, DriftKind, u16), Drift>,
    /// How many answers an operation gave with a status.
    answers: BTreeMap<(String, u16), u64>,
    /// Documented fields of objects that came, by operation, status and pointer: how often the
    /// object was there, and how often the field in it.
    fields: BTreeMap<(String, u16, String), (u64, u64)>,
}

/// One answer, as the ledger reads it.
pub(crate) struct Seen<'a> {
    pub(crate) operation: &'a str,
    pub(crate) status: u16,
    pub(crate) content_type: Option<&'a str>,
    pub(crate) body: Body<'a>,
    pub(crate) case: &'a str,
}

impl Ledger {
    /// Holds an answer to the contract: where it differs.
    pub(crate) fn read(&mut self, seen: &Seen<'_>, redactor: &Redactor) -> Vec<Misfit> {
        let judged = validator().response(
            seen.operation,
            seen.status,
            seen.content_type,
            seen.body,
            Mode::Closed,
        );
        let Ok(violations) = judged else {
            return Vec::new();
        };
        let place = (seen.operation.to_owned(), seen.status);
        *self.answers.entry(place).or_default() += 1;
        let mut misfits: Vec<_> = violations
            .iter()
            .map(|violation| self.entry(violation, seen, redactor))
            .collect();
        misfits.sort();
        misfits.dedup();
        let mut differs = Vec::new();
        for key in &misfits {
            if let Some(drift) = self.found.get_mut(key) {
                drift.count += 1;
                differs.push(Misfit {
                    pointer: drift.pointer.clone(),
                    kind: drift.kind,
                    expected: drift.expected.clone(),
                    seen: drift.seen.clone(),
                });
            }
        }
        if let Body::Json(value) = seen.body {
            self.notice(seen, value);
        }
        differs
    }

    fn entry(
        &mut self,
        violation: &Violation,
        seen: &Seen<'_>,
        redactor: &Redactor,
    ) -> (String, String, DriftKind, u16) {
        let kind = kind_of(violation.kind);
        let pointer = starred(&violation.instance_path, seen.body);
        let key = (
            seen.operation.to_owned(),
            pointer.clone(),
            kind,
            seen.status,
        );
        self.found.entry(key.clone()).or_insert_with(|| Drift {
            operation: seen.operation.to_owned(),
            kind,
            status: seen.status,
            expected: violation.expected.clone(),
            seen: what(violation, seen, redactor),
            count: 0,
            of: 0,
            first_case: seen.case.to_owned(),
            pointer,
        });
        key
    }

    /// Counts which documented fields came.
    fn notice(&mut self, seen: &Seen<'_>, value: &Value) {
        let status = seen.status.to_string();
        let Some(operation) = contract().operation(seen.operation) else {
            return;
        };
        let root = contract().value();
        let answers = root
            .pointer(&operation.pointer)
            .and_then(|node| node.get("responses"));
        let answer = answers.and_then(|answers| answers.get(&status));
        let Some(answer) = answer.map(|answer| contract().follow(answer)) else {
            return;
        };
        let content = answer.get("content").and_then(Value::as_object);
        let json = content
            .into_iter()
            .flatten()
            .find(|(name, _)| name.contains("json"));
        if let Some(schema) = json.and_then(|(_, media)| media.get("schema")) {
            let place = (seen.operation, seen.status);
            self.walk(place, schema, value, "", 0);
        }
    }

    fn walk(
        &mut self,
        place: (&str, u16),
        schema: &'static Value,
        value: &Value,
        at: &str,
        depth: u8,
    ) {
        // Recursive schemas end where the answer does; this is for answers that do not.
        if depth > 12 {
            return;
        }
        let schema = whole(schema);
        match value {
            Value::Object(fields) => {
                for (name, property) in properties(schema) {
                    let path = pointer::join(at, name);
                    let key = (place.0.to_owned(), place.1, path.clone());
                    let counted = self.fields.entry(key).or_default();
                    counted.0 += 1;
                    if let Some(inner) = fields.get(name) {
                        counted.1 += 1;
                        self.walk(place, property, inner, &path, depth + 1);
                    }
                }
            }
            Value::Array(items) => {
                if let Some(of) = schema.get("items") {
                    let path = format!("{at}/*");
                    for item in items {
                        self.walk(place, of, item, &path, depth + 1);
                    }
                }
            }
            _ => {}
        }
    }

    /// Documented fields that came in none of the answers, and that are not an older or a second
    /// name for another.
    fn absent(&self) -> impl Iterator<Item = (Unseen, Option<Grade>)> {
        self.fields
            .iter()
            .filter_map(|((operation, status, at), (there, came))| {
                if *came > 0 || !(200..300).contains(status) {
                    return None;
                }
                let known = (
                    operation.clone(),
                    at.clone(),
                    DriftKind::MissingField,
                    *status,
                );
                if self.found.contains_key(&known) {
                    return None;
                }
                let property = property(operation, *status, at)?;
                if property.get("deprecated") == Some(&Value::Bool(true)) {
                    return None;
                }
                let grade = property.get("x-evidence").and_then(Value::as_str);
                let unseen = Unseen {
                    operation: operation.clone(),
                    pointer: at.clone(),
                    status: *status,
                    grade: grade.unwrap_or_default().to_owned(),
                    of: *there,
                };
                Some((unseen, grade.and_then(|grade| grade.parse().ok())))
            })
    }

    /// Documented fields that never came, and of which that is no drift.
    pub(crate) fn unseen(&self) -> Vec<Unseen> {
        let drift = |one: &Unseen, grade: Option<Grade>| {
            grade.is_some_and(Grade::binds) && !conditional(&one.operation, &one.pointer)
        };
        let all = self.absent().filter(|(one, grade)| !drift(one, *grade));
        all.map(|(one, _)| one).collect()
    }

    /// Everything that was found, sorted, with the stated fields that never came.
    pub(crate) fn all(&self) -> Vec<Drift> {
        let mut all: Vec<Drift> = self.found.values().cloned().collect();
        for (one, grade) in self.absent() {
            if grade.is_some_and(Grade::binds) && !conditional(&one.operation, &one.pointer) {
                all.push(Drift {
                    operation: one.operation,
                    pointer: one.pointer,
                    kind: DriftKind::MissingField,
                    status: one.status,
                    expected: "a documented field".to_owned(),
                    seen: "in none of the answers".to_owned(),
                    count: one.of,
                    of: one.of,
                    first_case: String::new(),
                });
            }
        }
        for drift in &mut all {
            if drift.of == 0 {
                let place = (drift.operation.clone(), drift.status);
                drift.of = self.answers.get(&place).copied().unwrap_or(drift.count);
            }
        }
        all.sort_by(|one, other| {
            let key = |drift: &Drift| {
                let place = (drift.operation.clone(), drift.pointer.clone());
                (place, drift.kind, drift.status)
            };
            key(one).cmp(&key(other))
        });
        all
    }
}

fn conditional(operation: &str, at: &str) -> bool {
    let name = pointer::last(at);
    let fits = |of: &str| of.is_empty() || of == operation;
    CONDITIONAL
        .iter()
        .any(|(of, field, _)| *field == name && fits(of))
}

/// The property of an answer at a starred pointer.
pub(crate) fn property(operation: &str, status: u16, at: &str) -> Option<&'static Value> {
    let operation = contract().operation(operation)?;
    let node = contract().value().pointer(&operation.pointer)?;
    let answer = contract().follow(node.get("responses")?.get(status.to_string())?);
    let content = answer.get("content")?.as_object()?;
    let (_, media) = content.iter().find(|(name, _)| name.contains("json"))?;
    let mut here = media.get("schema")?;
    for token in at.split('/').skip(1) {
        let schema = whole(here);
        here = if token == "*" {
            schema.get("items")?
        } else {
            let name = pointer::unescape(token);
            properties(schema).find(|(known, _)| **known == name)?.1
        };
    }
    Some(here)
}

/// Through a reference, and through an `allOf` that holds nothing but one.
fn whole(schema: &'static Value) -> &'static Value {
    let followed = contract().follow(schema);
    match followed.get("allOf").and_then(Value::as_array) {
        Some(parts) if followed.get("properties").is_none() => match parts.as_slice() {
            [one] => whole(one),
            _ => followed,
        },
        _ => followed,
    }
}

fn properties(schema: &'static Value) -> impl Iterator<Item = (&'static String, &'static Value)> {
    schema
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
}

fn kind_of(kind: ViolationKind) -> DriftKind {
    match kind {
        ViolationKind::UndocumentedStatus => DriftKind::UndocumentedStatus,
        ViolationKind::UndocumentedMediaType
        | ViolationKind::MissingBody
        | ViolationKind::UnexpectedBody => DriftKind::WrongMediaType,
        ViolationKind::MissingRequired => DriftKind::MissingField,
        ViolationKind::UnknownField => DriftKind::UnknownField,
        _ => DriftKind::WrongType,
    }
}

/// The same place in every item of a list is one place.
fn starred(path: &str, body: Body<'_>) -> String {
    let Body::Json(root) = body else {
        return path.to_owned();
    };
    let mut here = Some(root);
    let mut starred = String::new();
    for token in path.split('/').skip(1) {
        let list = here.is_some_and(Value::is_array);
        starred.push('/');
        starred.push_str(if list { "*" } else { token });
        here = match here {
            Some(Value::Array(items)) => token.parse().ok().and_then(|at: usize| items.get(at)),
            Some(Value::Object(fields)) => fields.get(&pointer::unescape(token)),
            _ => None,
        };
    }
    starred
}

fn what(violation: &Violation, seen: &Seen<'_>, redactor: &Redactor) -> String {
    match kind_of(violation.kind) {
        DriftKind::UndocumentedStatus => seen.status.to_string(),
        DriftKind::WrongMediaType => match seen.content_type {
            Some(kind) => Redactor::sentence(kind),
            None => "no content type".to_owned(),
        },
        DriftKind::MissingField => "nothing".to_owned(),
        DriftKind::UnknownField | DriftKind::WrongType => {
            let Body::Json(root) = seen.body else {
                return "not JSON".to_owned();
            };
            match root.pointer(&violation.instance_path) {
                Some(value) if redactor.shows(&pointer::last(&violation.instance_path)) => redactor
                    .body(&serde_json::json!({
                        pointer::last(&violation.instance_path): value
                    }))
                    .as_object()
                    .and_then(|fields| fields.values().next().map(ToString::to_string))
                    .unwrap_or_default(),
                Some(value) => kind(value).to_owned(),
                None => "nothing".to_owned(),
            }
        }
    }
}
