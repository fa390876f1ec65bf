//! What every operation says about itself.

use serde_json::Value;

use crate::extension::{Auth, Retry};
use crate::lint::rule::{self, Rule};
use crate::lint::survey::Survey;
use crate::operation::Operation;
use crate::pointer::join;

pub(super) fn check(survey: &mut Survey<'_>) {
    let declared: Vec<String> = survey
        .root
        .get("tags")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|tag| tag.get("name")?.as_str().map(str::to_owned))
        .collect();
    for operation in survey.operations() {
        texts(survey, operation);
        tags(survey, operation, &declared);
        extensions(survey, operation);
    }
}

fn texts(survey: &mut Survey<'_>, operation: &Operation) {
    if !operation.has_id || !is_snake_case(&operation.id) {
        let message = match operation.has_id {
            true => format!("operationId `{}` is not snake_case", operation.id),
            false => "has no operationId".to_owned(),
        };
        let hint = "name it in snake_case, verb first";
        survey.report(rule::OPERATION_ID_STYLE, &operation.pointer, message, hint);
    }
    let blank = |text: &Option<String>| text.as_deref().is_none_or(|text| text.trim().is_empty());
    if blank(&operation.summary) {
        let hint = "say in one line what it does";
        survey.report(rule::SUMMARY, &operation.pointer, "has no summary", hint);
    }
    if blank(&operation.description) {
        let hint = "describe behaviour, limits and errors in our own words";
        survey.report(
            rule::DESCRIPTION,
            &operation.pointer,
            "has no description",
            hint,
        );
    }
}

fn tags(survey: &mut Survey<'_>, operation: &Operation, declared: &[String]) {
    let at = join(&operation.pointer, "tags");
    if operation.tags.len() != 1 {
        let message = format!("has {} tags", operation.tags.len());
        survey.report(
            rule::TAG_COUNT,
            &operation.pointer,
            message,
            "give it exactly one",
        );
    }
    for tag in operation.tags.iter().filter(|tag| !declared.contains(tag)) {
        let message = format!("the tag `{tag}` is not declared");
        let hint = "add it to the list of tags at the top, or correct the spelling";
        survey.report(rule::TAG_UNDECLARED, &at, message, hint);
    }
}

fn extensions(survey: &mut Survey<'_>, operation: &Operation) {
    let Some(node) = survey.node(operation) else {
        return;
    };
    let source = node.get("x-source");
    if !source
        .and_then(Value::as_str)
        .is_some_and(|page| page.starts_with('/'))
    {
        let hint = "give the path of the documentation page, starting with /";
        fault(survey, rule::SOURCE, operation, "x-source", source, hint);
    }
    let rules = node.get("x-rules");
    if !rules
        .and_then(Value::as_array)
        .is_some_and(|list| list.iter().all(is_rule))
    {
        let hint = "give a list of rules from R01 to R99; [] if none applies";
        fault(
            survey,
            rule::RULE_REFERENCES,
            operation,
            "x-rules",
            rules,
            hint,
        );
    }
    if operation.retry.is_none() {
        let hint = format!("use one of {}", Retry::SPELLINGS.join(", "));
        fault(
            survey,
            rule::RETRY_CLASS,
            operation,
            "x-retry",
            node.get("x-retry"),
            &hint,
        );
    }
    if operation.auth.is_none() {
        let hint = format!("use one of {}", Auth::SPELLINGS.join(", "));
        fault(
            survey,
            rule::AUTH_CLASS,
            operation,
            "x-auth",
            node.get("x-auth"),
            &hint,
        );
    }
}

/// Reports an extension that is absent (at the operation) or wrong (at the extension).
fn fault(
    survey: &mut Survey<'_>,
    rule: Rule,
    operation: &Operation,
    key: &str,
    found: Option<&Value>,
    hint: &str,
) {
    match found {
        None => survey.report(rule, &operation.pointer, format!("has no {key}"), hint),
        Some(value) => {
            let message = format!("{key} is {value}");
            survey.report(rule, join(&operation.pointer, key), message, hint);
        }
    }
}

fn is_rule(value: &Value) -> bool {
    match value.as_str().map(str::as_bytes) {
        Some([b'R', tens, ones]) => {
            tens.is_ascii_digit() && ones.is_ascii_digit() && (tens, ones) != (&b'0', &b'0')
        }
        _ => false,
    }
}

fn is_snake_case(id: &str) -> bool {
    id.starts_with(|c: char| c.is_ascii_lowercase())
        && !id.ends_with('_')
        && !id.contains("__")
        && id
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rules_run_from_r01_to_r99() {
        for good in ["R01", "R10", "R99"] {
            assert!(is_rule(&json!(good)), "{good}");
        }
        for bad in [
            json!("R00"),
            json!("R1"),
            json!("r01"),
            json!("R1"),
            json!(1),
        ] {
            assert!(!is_rule(&bad), "{bad}");
        }
    }

    #[test]
    fn snake_case_is_lower_case_words_with_single_underscores() {
        for good in ["list", "get_thing", "create_v2_thing"] {
            assert!(is_snake_case(good), "{good}");
        }
        for bad in [
            "getThing",
            "get__thing",
            "_get",
            "get_",
            "2get",
            "get-thing",
            "",
        ] {
            assert!(!is_snake_case(bad), "{bad}");
        }
    }
}
