//! From what was seen on the wire to an answer or an error.

use http::StatusCode;
use people_protect_api::{Answered, CallError, Error as RawError, ResponseValue, Retry};

use super::{Call, LARGEST_BODY, Record, is_success, retry_of};
use crate::error::{Refusal, leaves, scrub};
use crate::middleware::{TransportError, TransportErrorKind};
use crate::retry::Reason;
use crate::{Answer, Error, ErrorKind};

impl Call {
    /// Makes one of the generated code's result and what was seen on the wire.
    pub(crate) fn join<T, E>(
        &self,
        result: Result<ResponseValue<T>, CallError<E>>,
    ) -> Result<Answer<T>, Error> {
        let mut record = self.record();
        let attempts = record.attempts;
        if let Some(error) = record.refused.take() {
            return Err(error.with_attempts(attempts));
        }
        let refused = |answer: &Answered| !is_success(answer.status());
        let error = if record.too_large && !record.answer.as_ref().is_some_and(refused) {
            self.unreadable(&mut record).with_detail(format!(
                "the body is larger than {} MiB",
                LARGEST_BODY >> 20
            ))
        } else if let Some(failure) = record.failure.take() {
            self.cut_off(&mut record, failure)
        } else {
            match (result.map_err(CallError::into_inner), record.answer.take()) {
                (Ok(value), Some(answered)) if answered.status().as_u16() != 285 => {
                    return Ok(Answer {
                        value: value.into_inner(),
                        answered,
                        attempts,
                        may_be_repeat: record.reached_before,
                        took: record.ended.saturating_sub(self.began),
                    });
                }
                (Err(error), Some(answer)) if is_success(answer.status()) => {
                    record.answer = Some(answer);
                    let failed = self.unreadable(&mut record);
                    match error {
                        // The text of a JSON error quotes the body; its place is enough.
                        RawError::InvalidResponsePayload(_, error) => failed.with_detail(format!(
                            "{} error at line {}, column {} of the body",
                            match error.classify() {
                                serde_json::error::Category::Eof => "cut-off JSON:",
                                serde_json::error::Category::Data => "JSON of another shape:",
                                _ => "no JSON:",
                            },
                            error.line(),
                            error.column()
                        )),
                        _ => failed,
                    }
                }
                (_, Some(answer)) => self.refusal(record.operation, answer, !record.too_large),
                // The exchange was dropped on its way: by the caller's own function, as nothing else can.
                (_, None) if record.sent => self.given_up(&record),
                (Err(RawError::InvalidRequest(text)), None) => {
                    // The text quotes the argument.
                    Error::invalid(scrub(&text), "nothing was sent; mend the argument")
                        .with_operation(record.operation)
                }
                (Err(RawError::CommunicationError(error)), None) => {
                    self.cut_off(&mut record, error.into())
                }
                // Without an answer the generated code has nothing else to report.
                (Err(_), None) => {
                    Error::new(ErrorKind::InvalidRequest).with_operation(record.operation)
                }
                // A caller's own function gave a value without calling an operation.
                (Ok(_), None) => Error::configuration(
                    "the function given to `call` called no operation of its client",
                    "call exactly one operation on the client it is given",
                ),
            }
        };
        Err(error
            .with_attempts(attempts)
            .with_sent(leaves(&record.body)))
    }

    /// The error for a request that left and whose answer nobody waited for.
    fn given_up(&self, record: &Record) -> Error {
        let retry = retry_of(record.operation);
        Error::new(ErrorKind::Unreachable)
            .with_operation(record.operation)
            .with_reached(true)
            .with_retryable(retry != Retry::Never)
            .with_detail("the function given to `call` gave up while its request was under way")
            .with_hint("the server may have acted on it; read the current state before repeating")
    }

    /// The error for a call that ran out of time.
    pub(crate) fn timed_out(&self) -> Error {
        let mut record = self.record();
        let retry = retry_of(record.operation);
        let reached = record.sent || record.reached_before;
        let refusal = record.refusal.take();
        if let Some(refusal) = refusal.filter(|_| !record.under_way) {
            return refusal
                .with_attempts(record.attempts)
                .with_earlier(record.reached_before)
                .with_stop(Reason::Deadline);
        }
        record.gather();
        // The status says enough, though its body is not whole.
        if let Some(answer) = record.answer.take_if(|answer| !is_success(answer.status())) {
            // The next call renews a token that was refused.
            let is_of_the_token = answer.status() == StatusCode::UNAUTHORIZED;
            let refusal = self.refusal(record.operation, answer, false);
            let is_retryable = refusal.is_retryable() || is_of_the_token;
            return refusal
                .with_retryable(is_retryable)
                .with_attempts(record.attempts)
                .with_earlier(record.reached_before)
                .with_sent(leaves(&record.body));
        }
        let mut error = Error::new(ErrorKind::TimedOut);
        if let Some(answer) = record.answer.take() {
            error = error.with_answer(answer);
        }
        error
            .with_operation(record.operation)
            .with_attempts(record.attempts)
            .with_reached(reached)
            .with_earlier(record.reached_before)
            .with_retryable(!reached || retry != Retry::Never)
            .with_sent(leaves(&record.body))
            .with_detail(format!("the deadline of {:?} passed", self.limits.deadline))
            .with_hint(if reached {
                "the server may have acted on it; read the current state before repeating"
            } else {
                "nothing was sent; try again, and check the network"
            })
    }

    /// The error for an answer that did not come, or not all of it.
    fn cut_off(&self, record: &mut Record, failure: TransportError) -> Error {
        let in_time = failure.kind != TransportErrorKind::TimedOut;
        match record.answer.take() {
            Some(answer) if is_success(answer.status()) => {
                record.answer = Some(answer);
                let failed = self.unreadable(record).with_transport(failure);
                if in_time {
                    failed.with_detail("the connection broke within the body")
                } else {
                    failed
                        .with_kind(ErrorKind::TimedOut)
                        .with_detail(self.attempt_passed("the body was not complete"))
                }
            }
            // The status says enough, though its body is not whole.
            Some(answer) => self
                .refusal(record.operation, answer, false)
                .with_transport(failure),
            None => self.not_answered(record, failure),
        }
    }

    fn not_answered(&self, record: &mut Record, failure: TransportError) -> Error {
        if failure.kind == TransportErrorKind::Builder {
            return Error::invalid(
                "the request could not be built",
                "check the ids and texts passed in",
            )
            .with_operation(record.operation)
            .with_transport(failure);
        }
        if failure.kind == TransportErrorKind::NotHttp {
            return self
                .unreadable(record)
                .with_detail("what answered does not speak HTTP, or its head is too large")
                .with_hint("check the address, the port and any proxy or sign-in page between")
                .with_transport(failure);
        }
        let reached = record.sent && failure.may_have_reached_server();
        let retry = retry_of(record.operation);
        let timed_out = failure.kind == TransportErrorKind::TimedOut;
        Error::new(if timed_out {
            ErrorKind::TimedOut
        } else {
            ErrorKind::Unreachable
        })
        .with_operation(record.operation)
        .with_reached(reached)
        .with_retryable(!reached || retry != Retry::Never)
        .with_detail(match (timed_out, reached) {
            (true, _) => self.attempt_passed("no answer came"),
            (false, true) => "the connection broke before the answer".to_owned(),
            (false, false) => "no connection".to_owned(),
        })
        .with_hint(if reached {
            "the server may have acted on it; read the current state before repeating"
        } else {
            "nothing was sent; check the network, the address and any firewall"
        })
        .with_transport(failure)
    }

    fn attempt_passed(&self, what: &str) -> String {
        format!("{what} within the attempt's {:?}", self.limits.attempt)
    }

    fn refusal(&self, operation: Option<&'static str>, answered: Answered, whole: bool) -> Error {
        Refusal {
            operation,
            whole,
            environment: &self.core.environment.to_string(),
            answered,
            now: self.core.clock.now(),
        }
        .into_error()
    }

    /// A success status whose body is not what the contract describes.
    fn unreadable(&self, record: &mut Record) -> Error {
        let retry = retry_of(record.operation);
        let mut error = Error::new(ErrorKind::UndecodableAnswer);
        if let Some(answer) = record.answer.take() {
            error = error.with_answer(answer);
        }
        error
            .with_operation(record.operation)
            .with_attempts(record.attempts)
            .with_reached(true)
            .with_retryable(retry != Retry::Never)
            .with_hint("check the address and any proxy between; `body()` has what was sent")
    }
}
