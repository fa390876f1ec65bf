//! What an operation answers: one kind of success, one kind of error.

use serde_json::Value;

use crate::lint::rule;
use crate::lint::survey::{Part, Survey, carries_json, is_json};
use crate::operation::Operation;
use crate::pointer::{join, last};

pub(super) fn check(survey: &mut Survey<'_>) {
    for operation in survey.operations() {
        let responses = survey.responses(operation);
        kinds(survey, operation, &responses);
        statuses(survey, operation, &responses);
        for response in &responses {
            content(survey, response);
        }
    }
}

/// What a status can carry, as the generator tells bodies apart.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Nothing,
    Raw,
    Json(String),
}

impl Kind {
    fn of(survey: &Survey<'_>, response: &Part<'_>) -> Self {
        let media = survey.media(response);
        match media.iter().find(|media| is_json(media.key)) {
            Some(json) => {
                let schema = json.node.get("schema").unwrap_or(&Value::Null);
                let reference = schema.get("$ref").and_then(Value::as_str);
                Self::Json(reference.map_or_else(|| schema.to_string(), last))
            }
            None if media.is_empty() => Self::Nothing,
            None => Self::Raw,
        }
    }

    fn describe(&self) -> String {
        match self {
            Self::Nothing => "no body".to_owned(),
            Self::Raw => "raw bytes".to_owned(),
            Self::Json(name) if name.starts_with('{') => "an inline schema".to_owned(),
            Self::Json(name) => name.clone(),
        }
    }
}

fn kinds(survey: &mut Survey<'_>, operation: &Operation, responses: &[Part<'_>]) {
    let error_only = default_is_error_only(responses);
    let success = |key: &str| key.starts_with('2') || (key == "default" && !error_only);
    let error = |key: &str| key.starts_with(['4', '5']) || key == "default";
    let at = join(&operation.pointer, "responses");
    for (rule, what, belongs) in [
        (
            rule::SUCCESS_KINDS,
            "success",
            &success as &dyn Fn(&str) -> bool,
        ),
        (rule::ERROR_KINDS, "error", &error),
    ] {
        let mut found: Vec<(Kind, Vec<&str>)> = Vec::new();
        for response in responses.iter().filter(|response| belongs(response.key)) {
            let kind = Kind::of(survey, response);
            match found.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, statuses)) => statuses.push(response.key),
                None => found.push((kind, vec![response.key])),
            }
        }
        if found.len() > 1 {
            let list: Vec<String> = found
                .iter()
                .map(|(kind, statuses)| format!("{} for {}", kind.describe(), statuses.join(", ")))
                .collect();
            let message = format!("has {} kinds of {what}: {}", found.len(), list.join("; "));
            let hint = "give all of them the same component; a default beside concrete statuses \
                        counts as success and as error";
            survey.report(rule, &at, message, hint);
        }
    }
}

/// Beside 2XX the generator takes the default for an error only, but it finds the 2XX by position:
/// statuses sorted by number, 2XX counting as 200, it must stand last before the default.
fn default_is_error_only(responses: &[Part<'_>]) -> bool {
    let number = |key: &str| {
        let number = key.to_ascii_uppercase().replace("XX", "00");
        number
            .parse::<u16>()
            .ok()
            .filter(|number| (200..300).contains(number))
    };
    let mut successes: Vec<(u16, &str)> = responses
        .iter()
        .filter_map(|response| Some((number(response.key)?, response.key)))
        .collect();
    successes.sort_by_key(|(number, _)| *number);
    successes
        .last()
        .is_some_and(|(_, key)| key.eq_ignore_ascii_case("2XX"))
}

fn statuses(survey: &mut Survey<'_>, operation: &Operation, responses: &[Part<'_>]) {
    let at = join(&operation.pointer, "responses");
    let success = |key: &str| key.starts_with('2') || key == "default" || key == "101";
    if !responses.iter().any(|response| success(response.key)) {
        let hint = "list the status of success; without one the client returns raw bytes";
        survey.report(rule::NO_SUCCESS, &at, "lists no success status", hint);
    }
    for response in responses {
        if response.key.starts_with(['1', '3']) && response.key != "101" {
            let message = format!("status {} is ignored by the generator", response.key);
            let hint = "remove it, or handle it below the generated client";
            survey.report(rule::IGNORED_STATUS, join(&at, response.key), message, hint);
        }
    }
}

fn content(survey: &mut Survey<'_>, response: &Part<'_>) {
    let content = survey.media(response);
    let json = content.iter().find(|media| is_json(media.key));
    if let Some(media) = json {
        if media.node.get("schema").is_none() {
            let hint = "refer to a schema component";
            let message = "JSON content has no schema";
            survey.report(rule::JSON_WITHOUT_SCHEMA, &media.pointer, message, hint);
        }
        encoding(survey, media);
        return;
    }
    for media in content.iter().filter(|media| carries_json(media.key)) {
        let message = format!("`{}` is read as raw bytes, not as JSON", media.key);
        let hint = "spell it application/json in the document the generator reads";
        survey.report(rule::RAW_JSON, &media.pointer, message, hint);
    }
}

/// Also used for request bodies, which fail in the same way.
pub(super) fn encoding(survey: &mut Survey<'_>, media: &Part<'_>) {
    let encoding = media.node.get("encoding").and_then(Value::as_object);
    if encoding.is_some_and(|encoding| !encoding.is_empty()) {
        let at = join(&media.pointer, "encoding");
        let message = format!("`{}` has an encoding", media.key);
        survey.report(rule::MEDIA_ENCODING, at, message, "remove it");
    }
}
