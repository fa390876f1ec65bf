//! Our own conventions.

mod classification;
mod components;
mod evidence;
mod examples;
mod extensions;
mod operations;

use super::survey::Survey;

pub(super) fn check(survey: &mut Survey<'_>) {
    operations::check(survey);
    evidence::check(survey);
    classification::check(survey);
    extensions::check(survey);
    components::check(survey);
    examples::check(survey);
}
