//! Every place that can hold free data is said to be secret, personal or neither.

use serde_json::Value;

use crate::lint::rule;
use crate::lint::survey::{Survey, members, type_of};
use crate::pointer::join;

pub(super) fn check(survey: &mut Survey<'_>) {
    for schema in survey.schemas().iter() {
        if !schema.pointer.starts_with("/components/schemas/") {
            continue;
        }
        let at = join(&schema.pointer, "properties");
        let properties = schema.map.get("properties").and_then(Value::as_object);
        for (name, property) in properties.into_iter().flatten() {
            let demanded = is_leaf(survey, property, &mut Vec::new());
            judge(survey, &join(&at, name), name, property, demanded);
        }
    }
    for operation in survey.operations() {
        for parameter in survey.parameters(operation) {
            let schema = parameter.node.get("schema");
            // Numbers, flags and lists of fixed words in a URL are identifiers and switches.
            let demanded = matches!(parameter.place, "path" | "query")
                && schema.is_some_and(|schema| {
                    type_of(survey.contract.follow(schema)) == Some("string")
                        && !Marks::of(schema).once()
                        && is_leaf(survey, schema, &mut Vec::new())
                });
            let (at, node) = (&parameter.pointer, parameter.node);
            judge(survey, at, parameter.name, node, demanded);
        }
    }
}

/// `demanded`: whether the place can hold free data, so that it has to be classified.
fn judge(survey: &mut Survey<'_>, at: &str, name: &str, node: &Value, demanded: bool) {
    let marks = Marks::of(node);
    let odd = ["x-secret", "x-personal-data"]
        .into_iter()
        .find(|key| node.get(key).is_some_and(|value| !value.is_boolean()));
    if marks.twice() {
        let message = format!("`{name}` carries both x-secret and x-personal-data");
        let hint = "keep x-secret for credentials, x-personal-data for people";
        survey.report(rule::CLASSIFIED_TWICE, at, message, hint);
    } else if let Some(key) = odd {
        let message = format!("{key} of `{name}` is neither true nor false");
        let hint = format!("write {key}: true or {key}: false, without quotes");
        survey.report(rule::UNCLASSIFIED, at, message, hint);
    } else if demanded && !marks.once() {
        let message = format!("`{name}` can hold free data and is not classified");
        let hint = "add x-secret: true, x-personal-data: true or x-personal-data: false";
        survey.report(rule::UNCLASSIFIED, at, message, hint);
    }
}

struct Marks {
    secret: Option<bool>,
    personal: Option<bool>,
}

impl Marks {
    fn of(schema: &Value) -> Self {
        let flag = |key: &str| schema.get(key).and_then(Value::as_bool);
        Self {
            secret: flag("x-secret"),
            personal: flag("x-personal-data"),
        }
    }

    fn twice(&self) -> bool {
        self.secret.is_some() && self.personal.is_some()
    }

    /// `x-secret: false` says nothing: whether the data is personal stays open.
    fn once(&self) -> bool {
        self.secret == Some(true) || self.personal.is_some()
    }
}

/// Whether a property holds data itself, rather than through a component with properties of its
/// own, and of a kind that can tell something about a person.
fn is_leaf<'a>(survey: &Survey<'a>, schema: &'a Value, seen: &mut Vec<&'a Value>) -> bool {
    let target = survey.contract.follow(schema);
    // Schemas may contain themselves; what was looked at before holds nothing new.
    if seen.iter().any(|other| std::ptr::eq(*other, target)) {
        return false;
    }
    seen.push(target);
    if !std::ptr::eq(target, schema) && Marks::of(target).once() {
        return false;
    }
    if target.get("enum").is_some() || target.get("properties").is_some() {
        return false;
    }
    if let [only] = members(target, "allOf") {
        return is_leaf(survey, only, seen);
    }
    if !members(target, "allOf").is_empty() {
        return false;
    }
    let alternatives: Vec<&Value> = ["oneOf", "anyOf"]
        .iter()
        .flat_map(|key| members(target, key))
        .collect();
    if !alternatives.is_empty() {
        return alternatives
            .iter()
            .any(|alternative| is_leaf(survey, alternative, seen));
    }
    let format = target.get("format").and_then(Value::as_str);
    match type_of(target) {
        Some("string") => !matches!(format, Some("date-time" | "date")),
        Some("number" | "boolean") => true,
        Some("array") => target
            .get("items")
            .is_some_and(|items| is_leaf(survey, items, seen)),
        // A map is as free as its values; without a schema for them, anything goes.
        Some("object") => match target.get("additionalProperties") {
            Some(values) if values.is_object() => is_leaf(survey, values, seen),
            _ => true,
        },
        Some(_) => false,
        // No type at all: any value.
        None => true,
    }
}
