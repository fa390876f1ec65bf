//! Examples: present, and true.

use serde_json::Value;

use crate::lint::rule;
use crate::lint::survey::{Part, Survey, carries_json};
use crate::pointer::join;
use crate::validate::{Mode, Validator, ViolationKind};

pub(super) fn check(survey: &mut Survey<'_>) {
    // References that lead nowhere make validation impossible; they are the generator lint's.
    let validator = Validator::new(survey.contract).ok();
    for operation in survey.operations() {
        if let Some(body) = survey.request(operation) {
            for media in survey
                .media(&body)
                .iter()
                .filter(|media| carries_json(media.key))
            {
                let examples = examples(survey, media);
                if examples.is_empty() {
                    let hint = "add an example that could be sent as it is";
                    let message = "the request body has no example";
                    survey.report(rule::REQUEST_EXAMPLE, &media.pointer, message, hint);
                }
                judge(survey, validator.as_ref(), media, examples);
            }
        }
        // 200 and 201 carry the same answer: one example shows both.
        let mut shown = Vec::new();
        for response in survey.responses(operation) {
            for media in survey
                .media(&response)
                .iter()
                .filter(|media| carries_json(media.key))
            {
                let examples = examples(survey, media);
                let schema = media.node.get("schema");
                if !examples.is_empty() {
                    shown.push(schema);
                }
                if response.key.starts_with('2') && !shown.contains(&schema) {
                    let hint = "add an example of an answer";
                    let message = format!("{} has no example", response.what());
                    survey.report(rule::RESPONSE_EXAMPLE, &media.pointer, message, hint);
                }
                judge(survey, validator.as_ref(), media, examples);
            }
        }
    }
}

/// The examples of a media type: its own, else those its schema component gives.
fn examples<'a>(survey: &Survey<'a>, media: &Part<'a>) -> Vec<(String, &'a Value)> {
    if let Some(example) = media.node.get("example") {
        return vec![(join(&media.pointer, "example"), example)];
    }
    let at = join(&media.pointer, "examples");
    let named = media.node.get("examples").and_then(Value::as_object);
    let named: Vec<_> = named
        .into_iter()
        .flatten()
        .filter_map(|(name, example)| {
            let (example, pointer) = survey.follow(example, &join(&at, name));
            Some((join(&pointer, "value"), example.get("value")?))
        })
        .collect();
    if !named.is_empty() {
        return named;
    }
    let schema = media.node.get("schema");
    let schema = schema.map(|schema| survey.follow(schema, &join(&media.pointer, "schema")));
    schema
        .and_then(|(schema, pointer)| Some((join(&pointer, "example"), schema.get("example")?)))
        .into_iter()
        .collect()
}

fn judge(
    survey: &mut Survey<'_>,
    validator: Option<&Validator>,
    media: &Part<'_>,
    examples: Vec<(String, &Value)>,
) {
    let (Some(validator), Some(schema)) = (validator, media.node.get("schema")) else {
        return;
    };
    let (_, schema) = survey.follow(schema, &join(&media.pointer, "schema"));
    for (pointer, example) in examples {
        for violation in validator.at(&schema, example, Mode::Closed) {
            let at = format!("{pointer}{}", existing(example, &violation.instance_path));
            if violation.kind == ViolationKind::UnknownField {
                let message = format!("the example is not covered: {}", violation.message);
                let hint = "describe the field in the schema, or take it out of the example";
                survey.report(rule::EXAMPLE_UNDOCUMENTED, at, message, hint);
            } else {
                let message = format!("the example does not fit: {violation}");
                let hint = "correct the example, or the schema if the example was observed";
                survey.report(rule::EXAMPLE_INVALID, at, message, hint);
            }
        }
    }
}

/// The part of a path that exists: a missing field is reported at the object that lacks it.
fn existing<'p>(example: &Value, path: &'p str) -> &'p str {
    match example.pointer(path) {
        Some(_) => path,
        None => path.rsplit_once('/').map_or("", |(parent, _)| parent),
    }
}
