//! Parameters the generator can turn into arguments.

use serde_json::Value;

use crate::identifier::snake;
use crate::lint::rule;
use crate::lint::survey::{Parameter, Survey, type_of};
use crate::operation::Operation;
use crate::pointer::join;

pub(super) fn check(survey: &mut Survey<'_>) {
    for operation in survey.operations() {
        let parameters = survey.parameters(operation);
        for parameter in &parameters {
            match parameter.place {
                "cookie" => {
                    let message = format!("the parameter `{}` is a cookie", parameter.name);
                    let hint = "remove it, and set the cookie below the generated client";
                    survey.report(rule::COOKIE_PARAMETER, &parameter.pointer, message, hint);
                    continue;
                }
                "query" => query(survey, parameter),
                "header" => header(survey, parameter),
                _ => {}
            }
            style(survey, parameter);
        }
        template(survey, operation, &parameters);
        names(survey, operation, &parameters);
    }
}

fn query(survey: &mut Survey<'_>, parameter: &Parameter<'_>) {
    let schema = parameter
        .node
        .get("schema")
        .map(|schema| survey.contract.follow(schema));
    let is = |name: &str| schema.and_then(type_of) == Some(name);
    if is("array") && parameter.node.get("explode") == Some(&Value::Bool(false)) {
        let message = format!("`{}` says explode: false, which is ignored", parameter.name);
        let hint = "make it a string and join the values by hand, or drop explode: false";
        survey.report(
            rule::QUERY_EXPLODE,
            join(&parameter.pointer, "explode"),
            message,
            hint,
        );
    }
    let has_properties = schema.is_some_and(|schema| schema.get("properties").is_some());
    if is("object") || has_properties {
        let message = format!("the query parameter `{}` is an object", parameter.name);
        let hint = "describe each of its fields as a parameter";
        survey.report(rule::QUERY_OBJECT, &parameter.pointer, message, hint);
    }
}

fn header(survey: &mut Survey<'_>, parameter: &Parameter<'_>) {
    let reserved = ["authorization", "accept", "content-type"];
    if reserved.contains(&parameter.name.to_ascii_lowercase().as_str()) {
        let message = format!("the header `{}` becomes an argument", parameter.name);
        let hint = "remove it: security and content say the same";
        survey.report(rule::RESERVED_HEADER, &parameter.pointer, message, hint);
    }
}

fn style(survey: &mut Survey<'_>, parameter: &Parameter<'_>) {
    let default = if parameter.place == "query" {
        "form"
    } else {
        "simple"
    };
    let style = parameter
        .node
        .get("style")
        .and_then(Value::as_str)
        .unwrap_or(default);
    if style != default {
        let message = format!("`{}` has style {style}", parameter.name);
        let at = join(&parameter.pointer, "style");
        survey.report(rule::PARAMETER_STYLE, at, message, format!("use {default}"));
    }
    if parameter.node.get("content").is_some() {
        let message = format!("`{}` has content instead of a schema", parameter.name);
        let at = join(&parameter.pointer, "content");
        let hint = "give it a schema of type string and encode the value by hand";
        survey.report(rule::PARAMETER_CONTENT, at, message, hint);
    }
}

fn template(survey: &mut Survey<'_>, operation: &Operation, parameters: &[Parameter<'_>]) {
    let names = placeholders(&operation.path);
    let in_path = |parameter: &&Parameter<'_>| parameter.place == "path";
    for name in &names {
        if !parameters
            .iter()
            .filter(in_path)
            .any(|parameter| parameter.name == *name)
        {
            let message = format!("the path names `{name}`, which is not declared");
            let hint = "add a parameter of that name in the path";
            survey.report(rule::PATH_UNDECLARED, &operation.pointer, message, hint);
        }
    }
    for parameter in parameters.iter().filter(in_path) {
        if !names.contains(&parameter.name) {
            let message = format!("the path does not name `{}`", parameter.name);
            let hint = "correct the name, or remove the parameter";
            survey.report(rule::PATH_UNUSED, &parameter.pointer, message, hint);
        }
        if parameter.node.get("required") != Some(&Value::Bool(true)) {
            let message = format!("the path parameter `{}` is not required", parameter.name);
            survey.report(
                rule::PATH_OPTIONAL,
                &parameter.pointer,
                message,
                "say required: true",
            );
        }
    }
}

fn placeholders(path: &str) -> Vec<&str> {
    let opened = path.split('{').skip(1);
    opened
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
        .collect()
}

fn names(survey: &mut Survey<'_>, operation: &Operation, parameters: &[Parameter<'_>]) {
    for (index, parameter) in parameters.iter().enumerate() {
        let earlier = parameters.iter().take(index);
        let same = earlier.clone().find(|other| other.name == parameter.name);
        let equal = earlier
            .clone()
            .find(|other| snake(other.name) == snake(parameter.name));
        if let Some(other) = same {
            let message = format!(
                "`{}` is a parameter in the {} and in the {}",
                parameter.name, other.place, parameter.place
            );
            let hint = "rename one, or leave one out of the document the generator reads";
            survey.report(rule::PARAMETER_TWICE, &parameter.pointer, message, hint);
        } else if let Some(other) = equal {
            let message = format!(
                "`{}` and `{}` both become the argument `{}`",
                other.name,
                parameter.name,
                snake(parameter.name)
            );
            let hint = "rename one of the two";
            survey.report(rule::PARAMETER_COLLISION, &parameter.pointer, message, hint);
        }
        if snake(parameter.name) == "body" && survey.request(operation).is_some() {
            let message = "the parameter `body` collides with the argument for the request body";
            let hint = "rename the parameter in the document the generator reads";
            survey.report(rule::PARAMETER_COLLISION, &parameter.pointer, message, hint);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_taken_from_anywhere_in_the_path() {
        assert_eq!(placeholders("/a/{b}/c.{d}"), ["b", "d"]);
        assert!(placeholders("/a/{b").is_empty());
    }
}
