//! Exception reasons: why a callout did not go as callouts do.

use std::future::IntoFuture;

use people_protect_api::{List, PersonalText, types};

use crate::clock::BoxFuture;
use crate::{Answer, CalloutRecord, Error, ExceptionReasonId};

/// The exception reasons to choose from (R74).
#[derive(Debug)]
pub struct ExceptionReasons {
    answer: Answer<List<types::ExceptionReason>>,
}

impl ExceptionReasons {
    pub(crate) fn new(answer: Answer<List<types::ExceptionReason>>) -> Self {
        Self { answer }
    }

    /// The id of the reason with this text. Case does not matter.
    ///
    /// # Errors
    ///
    /// [`Configuration`](crate::ErrorKind::Configuration), naming the reasons there are, if there
    /// is no such one.
    pub fn by_reason(&self, reason: &str) -> Result<ExceptionReasonId, Error> {
        let wanted = reason.trim().to_lowercase();
        self.iter()
            .find(|(_, text)| text.trim().to_lowercase() == wanted)
            .map(|(id, _)| id)
            .ok_or_else(|| {
                let known: Vec<&str> = self.iter().map(|(_, text)| text).collect();
                Error::configuration(
                    format!("there is no exception reason {reason:?}"),
                    match known.as_slice() {
                        [] => "AURA lists none; ask AURA for the id".to_owned(),
                        known => format!("there are: {}", known.join(", ")),
                    },
                )
            })
    }

    /// Every reason that has both an id and a text.
    pub fn iter(&self) -> impl Iterator<Item = (ExceptionReasonId, &str)> {
        self.answer
            .iter()
            .filter_map(|reason| Some((reason.id?.into(), reason.reason.as_deref()?)))
    }

    /// The whole answer.
    #[must_use]
    pub fn answer(&self) -> &Answer<List<types::ExceptionReason>> {
        &self.answer
    }
}

/// An exception reason about to be attached. `Debug` does not show the notes.
///
/// # Errors
///
/// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for an unknown reason (an assumption). If
/// [`may_have_reached_server`](Error::may_have_reached_server) is true and nothing was refused (no
/// answer, 5xx), the reason may be attached; whether a repeat attaches it twice is not documented.
#[derive(Debug)]
#[must_use = "a reason is attached when it is awaited"]
pub struct AddExceptionReason {
    record: CalloutRecord,
    request: types::CreateExceptionReasonRequest,
}

impl AddExceptionReason {
    pub(crate) fn new(record: CalloutRecord, reason: ExceptionReasonId) -> Self {
        Self {
            record,
            request: types::CreateExceptionReasonRequest::new(reason.get()),
        }
    }

    /// Anything to add.
    pub fn notes(mut self, notes: impl Into<PersonalText>) -> Self {
        self.request.notes = Some(notes.into());
        self
    }
}

impl IntoFuture for AddExceptionReason {
    type Output = Result<Answer<types::ExceptionReasonCreated>, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let (id, body) = (self.record.id().get(), &self.request);
            self.record
                .aura()
                .call(|raw| async move { raw.create_exception_reason(id, body).await })
                .await
                .map_err(|error| {
                    error.with_hint_if_unknown(
                        "the reason may be attached already, and a repeat may attach it twice",
                    )
                })
        })
    }
}
