//! Successes that lack what makes them one.

use crate::{Answer, Error, ErrorKind};

/// The error for a success that lacks what makes it one. It is not to be repeated blindly.
pub(crate) fn lacks<T>(
    answer: Answer<T>,
    operation: &'static str,
    detail: &'static str,
    hint: &'static str,
) -> Error {
    Error::new(ErrorKind::UndecodableAnswer)
        .with_operation(Some(operation))
        .with_attempts(answer.attempts)
        .with_answer(answer.answered)
        .with_reached(true)
        .with_detail(detail)
        .with_hint(hint)
        .with_own_hint()
}
