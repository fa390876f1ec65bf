//! Coverage (R82, R83).

use crate::answer::Answer;
use crate::call::Call;
use crate::coverage;
use crate::problem::Problem;
use crate::state::State;
use crate::switch::people::{COVERAGE_MEDIA, UNKNOWN_COVERAGE_STATUS};

/// The content type is an assumption, and so is 404 for an unknown response type.
pub(crate) fn get_coverage(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let id = call.id("responseTypeId")?;
    let kind = call.source()?.response_type(id).ok_or_else(|| {
        Problem::not_found(format!(
            "there is no response type {id}: see GET /responseTypes"
        ))
        .decided_by(&UNKNOWN_COVERAGE_STATUS)
    })?;
    let media = match state.settings.value(&COVERAGE_MEDIA) {
        "application/xml" => "application/xml",
        "text/xml" => "text/xml",
        _ => "application/vnd.google-earth.kml+xml",
    };
    if !state.settings.keeps("R83") {
        return Answer::ok(&serde_json::json!({ "responseTypeId": id, "polygons": [] }));
    }
    Ok(Answer::text(
        media,
        coverage::kml(coverage::areas(&kind.value)),
    ))
}
