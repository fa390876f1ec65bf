//! Raising a callout: the one call a life may depend on.

use std::future::IntoFuture;

use people_protect_api::types;

use crate::clock::BoxFuture;
use crate::{
    Answer, CalloutId, ClassificationId, CustomerId, Error, ErrorKind, PeopleProtect, Place,
    ResponseTypeId, Stage, TrackingUrl,
};

/// A callout that does not say yet whether it is live or a test.
///
/// There is no default (P07): this type cannot be awaited.
#[derive(Debug)]
#[must_use = "say `live()` or `test()`, then await it"]
pub struct Raise {
    aura: PeopleProtect,
    customer: CustomerId,
    place: Place,
    response_type: ResponseTypeId,
}

impl Raise {
    pub(crate) fn new(
        aura: PeopleProtect,
        customer: CustomerId,
        place: Place,
        response_type: ResponseTypeId,
    ) -> Self {
        Self {
            aura,
            customer,
            place,
            response_type,
        }
    }

    /// A real emergency: on production, responders are sent.
    ///
    /// It goes out with the classification configured by
    /// [`with_live_classification`](crate::Builder::with_live_classification), or without one.
    pub fn live(self) -> RaiseNow {
        let classification = Ok(self.aura.core().live_classification);
        self.classified(classification)
    }

    /// A test, with the classification configured by
    /// [`with_test_classification`](crate::Builder::with_test_classification).
    ///
    /// Without one it is refused when awaited, and nothing is sent: AURA's ids have no meaning
    /// known to everybody (C25), and a test that went out as live would send responders.
    pub fn test(self) -> RaiseNow {
        let classification = self
            .aura
            .core()
            .test_classification
            .map(Some)
            .ok_or(MissingTestId);
        self.classified(classification)
    }

    fn classified(
        self,
        classification: Result<Option<ClassificationId>, MissingTestId>,
    ) -> RaiseNow {
        RaiseNow {
            raise: self,
            classification,
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct MissingTestId;

/// A callout ready to be awaited.
///
/// It succeeds only with a callout id (P01). If the customer has an active callout, that one is
/// the answer (R27), so a raise may be repeated without harm. Which of the two happened, the
/// answer does not tell.
///
/// # Errors
///
/// - [`NoActiveSubscription`](ErrorKind::NoActiveSubscription): nobody comes (R26).
/// - [`NoCallout`](ErrorKind::NoCallout): the server reported success and named no callout (P01).
/// - Everything else as [`call`](PeopleProtect::call). If
///   [`may_have_reached_server`](Error::may_have_reached_server) is true, a callout may have been
///   raised; raise again to learn its id.
#[derive(Debug)]
#[must_use = "a callout is raised when it is awaited"]
pub struct RaiseNow {
    raise: Raise,
    classification: Result<Option<ClassificationId>, MissingTestId>,
}

impl IntoFuture for RaiseNow {
    type Output = Result<Raised, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl RaiseNow {
    async fn send(self) -> Result<Raised, Error> {
        let classification = self.classification.map_err(|MissingTestId| {
            Error::configuration(
                "no test classification is configured, so the test was not sent",
                "ask AURA which classification id means test for your customer source, and pass it \
                 to `with_test_classification` (C25)",
            )
            .with_operation(Some("create_customer_callout"))
        })?;
        let raise = self.raise;
        let mut request = types::CreateCustomerCalloutRequest::new(raise.response_type.get());
        // R25: one or the other, never both. R65: no `internalTest`.
        match raise.place {
            Place::Position(position) => request.location = Some(position.to_location()),
            Place::FixedLocation(id) => request.predefined_location_id = Some(id.get()),
        }
        request.callout_classification_id = classification.map(ClassificationId::get);
        let (customer, body) = (raise.customer, &request);
        let answer = raise
            .aura
            .call(|raw| async move { raw.create_customer_callout(customer.get(), body).await })
            .await
            .map_err(|error| match error.kind() {
                ErrorKind::NoActiveSubscription => error.with_hint(format!(
                    "customer {customer} has no active subscription: activate one; live callouts \
                     need it (R26)"
                )),
                ErrorKind::NotFound => error.with_hint(format!(
                    "customer {customer} does not exist for these credentials on {}",
                    raise.aura.environment()
                )),
                _ => error,
            })?;
        let Some((id, callout)) = callout(&answer) else {
            // P01: no id, no success, whatever the status says.
            return Err(Error::new(ErrorKind::NoCallout)
                .with_operation(Some("create_customer_callout"))
                .with_attempts(answer.attempts)
                .with_answer(answer.status, answer.headers, answer.body)
                .with_reached(true)
                .with_retryable(true)
                .with_detail("the answer names no callout")
                .with_hint("do not tell anybody that help is coming; raise again (R27)"));
        };
        // C13: the documented place first, the top level of the answer after it.
        let tracking_url = TrackingUrl::from_answer(callout.url.as_ref())
            .or_else(|| TrackingUrl::from_answer(answer.url.as_ref()));
        Ok(Raised {
            id,
            tracking_url,
            callout,
            answer,
        })
    }
}

/// The callout of the answer, wrapped or flat (C13), if it has an id.
fn callout(answer: &Answer<types::CalloutCreated>) -> Option<(CalloutId, types::Callout)> {
    let callout = match &answer.callout {
        Some(callout) => callout.clone(),
        None => serde_json::from_slice(answer.body()).ok()?,
    };
    Some((CalloutId::new(callout.id?), callout))
}

/// A callout that AURA has confirmed.
#[derive(Debug)]
pub struct Raised {
    id: CalloutId,
    tracking_url: Option<TrackingUrl>,
    callout: types::Callout,
    answer: Answer<types::CalloutCreated>,
}

impl Raised {
    /// The callout's id. Store it: cancelling and following need it.
    #[must_use]
    pub fn id(&self) -> CalloutId {
        self.id
    }

    /// The page on which the customer follows the callout. The documentation says it is always
    /// there (R28); if it is not, none is made up (P01).
    #[must_use]
    pub fn tracking_url(&self) -> Option<&TrackingUrl> {
        self.tracking_url.as_ref()
    }

    /// How far the callout has come; past [`Raised`](Stage::Raised) if it was active before.
    #[must_use]
    pub fn stage(&self) -> Stage {
        Stage::of_status(self.callout.status.as_deref().unwrap_or_default())
    }

    /// The callout as the raw type.
    #[must_use]
    pub fn raw(&self) -> &types::Callout {
        &self.callout
    }

    /// The whole answer.
    #[must_use]
    pub fn answer(&self) -> &Answer<types::CalloutCreated> {
        &self.answer
    }
}

impl From<&Raised> for CalloutId {
    fn from(raised: &Raised) -> Self {
        raised.id
    }
}
