//! Coverage (R82, R83).

use crate::answer::Answer;
use crate::call::Call;
use crate::coverage;
use crate::problem::Problem;
use crate::state::State;

/// The content type is an assumption, and so is 404 for an unknown response type.
pub(crate) fn get_coverage(_: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let id = call.id("responseTypeId")?;
    let kind = call.source()?.response_type(id).ok_or_else(|| {
        Problem::not_found(format!(
            "there is no response type {id}: see GET /responseTypes"
        ))
    })?;
    Ok(Answer::text(
        "application/vnd.google-earth.kml+xml",
        coverage::kml(coverage::areas(&kind.value)),
    ))
}
