//! Limits that are checked while an answer is read.

use crate::lint::rule;
use crate::lint::survey::{Part, Survey};

pub(super) fn check(survey: &mut Survey<'_>) {
    let responses: Vec<Part<'_>> = survey
        .operations()
        .iter()
        .flat_map(|operation| survey.responses(operation))
        .collect();
    for schema in survey.reachable_schemas(&responses) {
        let limits: Vec<&str> = ["pattern", "minLength", "maxLength"]
            .into_iter()
            .filter(|key| schema.map.contains_key(*key))
            .collect();
        if !limits.is_empty() {
            let message = format!("{} would refuse a whole answer", limits.join(" and "));
            let hint = "strip it from the document the generator reads, or use it in requests only";
            survey.report(rule::RESPONSE_STRING_LIMITS, &schema.pointer, message, hint);
        }
    }
}
