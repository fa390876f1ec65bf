//! The types a schema can name.

use crate::lint::rule;
use crate::lint::survey::{Survey, type_of};
use crate::pointer::join;

const TYPES: [&str; 6] = ["string", "number", "integer", "boolean", "object", "array"];

pub(super) fn check(survey: &mut Survey<'_>) {
    for schema in survey.schemas().iter() {
        // Beside a reference nothing counts.
        if schema.map.contains_key("$ref") {
            continue;
        }
        if let Some(name) = type_of(schema.value).filter(|name| !TYPES.contains(name)) {
            let at = join(&schema.pointer, "type");
            let message = format!("`{name}` is no type of OpenAPI 3.0");
            let hint = format!("use one of {}", TYPES.join(", "));
            survey.report(rule::UNKNOWN_TYPE, at, message, hint);
        }
    }
}
