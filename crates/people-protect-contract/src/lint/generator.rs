//! What the generator refuses opaquely or gets wrong in silence.

mod answers;
mod bodies;
mod circles;
mod composition;
mod defaults;
mod identifiers;
mod inline;
mod names;
mod parameters;
mod references;
mod strictness;
mod types;

use super::survey::Survey;

pub(super) fn check(survey: &mut Survey<'_>) {
    names::check(survey);
    answers::check(survey);
    bodies::check(survey);
    parameters::check(survey);
    references::check(survey);
    circles::check(survey);
    types::check(survey);
    inline::check(survey);
    composition::check(survey);
    identifiers::check(survey);
    strictness::check(survey);
    defaults::check(survey);
}
