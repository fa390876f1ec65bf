//! Services ordered for later.

use std::ops::Deref;

use jiff::Timestamp;
use people_protect_api::types;

use crate::lacking::lacks;
use crate::{Answer, Error, ErrorKind, NewScheduledRequest, PeopleProtect, ScheduledRequestId};

const OPERATION: &str = "create_scheduled_service";

const OPEN: &str = "the service may be ordered, and no operation reads that: ask AURA before \
                    ordering again, a repeat orders a second one";

impl PeopleProtect {
    /// Orders a service for later (R51).
    ///
    /// ```no_run
    /// # use people_protect::{NewScheduledRequest, PeopleProtect};
    /// # async fn example(aura: PeopleProtect, night: NewScheduledRequest) -> Result<(), people_protect::Error> {
    /// let scheduled = aura.schedule(night).await?;
    /// println!("{} happens at {:?}", scheduled.id(), scheduled.next_occurrence());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// - [`InvalidRequest`](ErrorKind::InvalidRequest), with nothing sent, if it begins less than
    ///   5 minutes ahead by the client's clock (R51), ends before it begins or starts nowhere; and
    ///   if AURA refuses it.
    /// - [`NotFound`](ErrorKind::NotFound) if the customer source may not have this type of
    ///   service (documented earlier; unconfirmed).
    /// - [`UndecodableAnswer`](ErrorKind::UndecodableAnswer) if the answer names no request id.
    /// - Everything else as [`call`](Self::call). It is never repeated on its own: if
    ///   [`may_have_reached_server`](Error::may_have_reached_server) is true, the service may be
    ///   ordered, and a repeat orders a second one.
    pub async fn schedule(&self, request: NewScheduledRequest) -> Result<Scheduled, Error> {
        let service_type = request.service_type().clone();
        let request = request
            .request(self.core().clock.now())
            .map_err(|error| error.with_operation(Some(OPERATION)))?;
        let (service_type, body) = (service_type.as_str(), &request);
        let read = |answer| match id_of(&answer) {
            Some(id) => Ok(Scheduled {
                request: self.scheduled_request(id),
                answer,
            }),
            None => Err(lacks(
                answer,
                OPERATION,
                "the answer names no request id",
                "the service may be ordered; without the id it cannot be cancelled here, ask AURA",
            )),
        };
        self.call_and_read(
            |raw| async move { raw.create_scheduled_service(service_type, body).await },
            read,
        )
        .await
        .map_err(|error| match error.kind() {
            ErrorKind::InvalidRequest if error.may_have_reached_server() => error.with_hint(
                "by AURA's clock it must begin at least 5 minutes ahead (R51); otherwise \
                     compare the details with what AURA has agreed for this type of service",
            ),
            ErrorKind::NotFound => error.with_hint(format!(
                "on {} this customer source may have no service of the type {service_type:?}: \
                     types belong to the customer source, ask AURA",
                self.environment()
            )),
            _ => error.with_hint_if_unknown(OPEN),
        })
    }

    /// A scheduled request by the id that ordering it answered. Nothing is sent yet.
    ///
    /// A type of service is no id and cannot be cancelled (R97):
    ///
    /// ```compile_fail,E0277
    /// # fn example(aura: people_protect::PeopleProtect, guarding: people_protect::ServiceType) {
    /// aura.scheduled_request(guarding);
    /// # }
    /// ```
    #[must_use]
    pub fn scheduled_request(&self, id: impl Into<ScheduledRequestId>) -> ScheduledRequest {
        ScheduledRequest {
            aura: self.clone(),
            id: id.into(),
        }
    }
}

fn id_of(answer: &Answer<types::ScheduledServiceCreated>) -> Option<ScheduledRequestId> {
    let request = answer.scheduled_request.as_ref()?;
    request.id.as_ref()?.to_string().parse().ok()
}

/// A scheduled request by its id.
#[derive(Debug, Clone)]
pub struct ScheduledRequest {
    aura: PeopleProtect,
    id: ScheduledRequestId,
}

impl ScheduledRequest {
    /// The id. Store it: no documented operation lists what is scheduled.
    #[must_use]
    pub fn id(&self) -> &ScheduledRequestId {
        &self.id
    }

    /// Cancels the request (R97). The shape of the answer is an assumption. It may be repeated
    /// without harm.
    ///
    /// ```no_run
    /// # use people_protect::{PeopleProtect, ScheduledRequestId};
    /// # async fn example(aura: PeopleProtect, stored: ScheduledRequestId) -> Result<(), people_protect::Error> {
    /// aura.scheduled_request(stored).cancel().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`NotFound`](ErrorKind::NotFound) if there is no such request, or not any more; everything
    /// else as [`call`](PeopleProtect::call).
    pub async fn cancel(&self) -> Result<Answer<types::MessageResponse>, Error> {
        let id = self.id.as_str();
        self.aura
            .call(|raw| async move { raw.cancel_scheduled_service(id).await })
            .await
            .map_err(|error| match error.kind() {
                ErrorKind::NotFound => error.with_hint(
                    "pass the id that ordering the service answered (R97); after a repeat it may \
                     be cancelled already",
                ),
                _ => error,
            })
    }
}

/// A service that AURA has scheduled. It can do what a [`ScheduledRequest`] can.
#[derive(Debug)]
pub struct Scheduled {
    request: ScheduledRequest,
    answer: Answer<types::ScheduledServiceCreated>,
}

impl Scheduled {
    /// When the service happens next, as AURA worked it out (R51); none if the answer has no date
    /// and time there. Compare it with what was ordered.
    #[must_use]
    pub fn next_occurrence(&self) -> Option<Timestamp> {
        let request = self.answer.scheduled_request.as_ref()?;
        request.next_occurrence.as_ref()?.instant()
    }

    /// The whole answer.
    #[must_use]
    pub fn answer(&self) -> &Answer<types::ScheduledServiceCreated> {
        &self.answer
    }
}

impl Deref for Scheduled {
    type Target = ScheduledRequest;

    fn deref(&self) -> &ScheduledRequest {
        &self.request
    }
}

impl From<&Scheduled> for ScheduledRequestId {
    fn from(scheduled: &Scheduled) -> Self {
        scheduled.request.id.clone()
    }
}
