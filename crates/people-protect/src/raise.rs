//! Raising a callout: the one call a life may depend on.

use std::future::IntoFuture;
use std::sync::LazyLock;
use std::time::Duration;

use people_protect_api::types;
use serde::Deserialize;
use tracing::warn;

use crate::clock::BoxFuture;
use crate::{
    Answer, CalloutId, ClassificationId, CustomerId, Environment, Error, ErrorKind, PeopleProtect,
    Place, ResponseTypeId, Stage, TrackingUrl,
};

/// A callout that does not say yet whether it is live or a test.
///
/// There is no default (P07): this type cannot be awaited.
///
/// ```compile_fail,E0277
/// # async fn example(raise: people_protect::Raise) {
/// raise.await;
/// # }
/// ```
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
    /// [`with_live_classification`](crate::Builder::with_live_classification). Without one it goes
    /// out all the same, since the documentation asks for none and nobody's help may fail over a
    /// setting; a warning says so. A warning also tells of a live callout on staging (P07).
    pub fn live(self) -> RaiseNow {
        let core = self.aura.core();
        if core.live_classification.is_none() {
            warn!(
                target: "people_protect",
                "a live callout goes out without a classification; set AURA's id for live ones"
            );
        }
        if matches!(core.environment, Environment::Staging) {
            warn!(target: "people_protect", "a live callout is raised on staging: nobody comes");
        }
        let classification = Ok(core.live_classification);
        self.classified(classification)
    }

    /// A test, with the classification configured by
    /// [`with_test_classification`](crate::Builder::with_test_classification).
    ///
    /// Without one it is refused when awaited, and nothing is sent: AURA's ids have no meaning
    /// known to everybody (C25), and a test that went out as live would send responders. On
    /// production a warning tells of it (P07): a customer may take it for help.
    pub fn test(self) -> RaiseNow {
        if matches!(self.aura.core().environment, Environment::Production) {
            warn!(target: "people_protect", "a test callout is raised on production: nobody comes");
        }
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
/// the answer (R27), so a raise is repeated without harm: after failures that may pass, until the
/// deadline of the call.
///
/// # Errors
///
/// - [`NoActiveSubscription`](ErrorKind::NoActiveSubscription): nobody comes (R26).
/// - [`NoCallout`](ErrorKind::NoCallout): the server reported success and named no callout (P01).
/// - Everything else as [`call`](PeopleProtect::call), after repeats until the deadline. If
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
        let raise = &self.raise;
        let mut request = types::CreateCustomerCalloutRequest::new(raise.response_type.get());
        // R25: one or the other, never both. R65: no `internalTest`.
        match raise.place {
            Place::Position(position) => request.location = Some(position.to_location()),
            Place::FixedLocation(id) => request.predefined_location_id = Some(id.get()),
        }
        request.callout_classification_id = classification.map(ClassificationId::get);
        let (customer, body) = (raise.customer, &request);
        raise
            .aura
            .call_and_read(
                |raw| async move { raw.create_customer_callout(customer.get(), body).await },
                Raised::read,
            )
            .await
            .map_err(|error| match error.kind() {
                _ if error.earlier_attempt_may_have_succeeded() && !error.is_retryable() => error
                    .with_hint(
                        "an earlier attempt may have raised a callout: look it up with \
                     `Customer::callouts` or raise again, the answer is the active one (R27)",
                    ),
                ErrorKind::NoActiveSubscription if error.is_retryable() => error,
                ErrorKind::NoActiveSubscription => error.with_hint(format!(
                    "customer {customer} has no active subscription: activate one with \
                     `aura.customer({customer}).subscribe(..)`; live callouts need it (R26)"
                )),
                ErrorKind::NotFound => error.with_hint(format!(
                    "customer {customer} does not exist for these credentials on {}",
                    raise.aura.environment()
                )),
                _ if error.may_have_reached_server() && error.is_retryable() => error.with_hint(
                    "a callout may have been raised: raise again, the answer is the active one \
                     (R27); until then do not say that help is coming",
                ),
                _ => error,
            })
    }
}

/// The callout of the answer if it is not in the documented place: flat (C13), or in a wrapper. A
/// flat one must have something of a callout besides an id: that alone may be anybody's.
fn elsewhere(answer: &Answer<types::CalloutCreated>) -> Option<types::Callout> {
    let body = answer.json();
    // P06: one integrator met it in `data`.
    if let Some(nested) = body.get("data").and_then(|data| data.get("callout")) {
        return types::Callout::deserialize(nested).ok();
    }
    let flat = types::Callout::deserialize(body).ok()?;
    let known = flat.url.is_some() || flat.status.is_some() || flat.created_at.is_some();
    known.then_some(flat)
}

fn stage_of(callout: &types::Callout) -> Stage {
    Stage::of_status(callout.status.as_deref().unwrap_or_default())
}

fn no_callout(answer: Answer<types::CalloutCreated>, detail: &'static str) -> Error {
    Error::new(ErrorKind::NoCallout)
        .with_operation(Some("create_customer_callout"))
        .with_attempts(answer.attempts)
        .with_answer(answer.answered)
        .with_reached(true)
        .with_retryable(true)
        .with_detail(detail)
        .with_hint("do not tell anybody that help is coming; raise again (R27)")
}

/// A callout that AURA has confirmed.
#[derive(Debug)]
pub struct Raised {
    id: CalloutId,
    tracking_url: Option<TrackingUrl>,
    /// The callout, if the answer does not have it in the documented place.
    elsewhere: Option<Box<types::Callout>>,
    answer: Answer<types::CalloutCreated>,
}

/// What stands for a callout that is not there. `Raised::read` makes sure that one is.
static NONE: LazyLock<types::Callout> = LazyLock::new(types::Callout::default);

impl Raised {
    fn read(answer: Answer<types::CalloutCreated>) -> Result<Self, Error> {
        let elsewhere = match &answer.callout {
            Some(_) => None,
            None => elsewhere(&answer).map(Box::new),
        };
        // Some back ends write 0 for no id.
        let with_id = elsewhere
            .as_deref()
            .or(answer.callout.as_ref())
            .and_then(|callout| Some((callout, callout.id.filter(|id| *id > 0)?)));
        // P01: no id, no success, whatever the status says; nor is one that is over help.
        let (callout, id) = match with_id {
            None => return Err(no_callout(answer, "the answer names no callout")),
            Some((over, _)) if stage_of(over).is_over() => {
                return Err(no_callout(answer, "the callout in the answer is over"));
            }
            Some(found) => found,
        };
        // C13: the documented place first, the top level of the answer after it.
        let tracking_url = TrackingUrl::from_answer(callout.url.as_ref())
            .or_else(|| TrackingUrl::from_answer(answer.url.as_ref()));
        Ok(Self {
            id: CalloutId::new(id),
            tracking_url,
            elsewhere,
            answer,
        })
    }

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
        stage_of(self.raw())
    }

    /// Whether an attempt before the answered one may have raised this callout already. It is the
    /// same callout either way (R27): nothing is doubled.
    #[must_use]
    pub fn may_be_repeat(&self) -> bool {
        self.answer.may_be_repeat()
    }

    /// Whether the callout was active before this call (R27): an app then shows "help is already
    /// on its way" instead of "help was called".
    ///
    /// The answer does not say so itself. It is concluded from a stage past the first, or from a
    /// `createdAt` earlier than the answer's `Date` header by more than the call took, both by
    /// the server's clock. None if there is nothing to conclude from.
    #[must_use]
    pub fn was_active_before(&self) -> Option<bool> {
        if !matches!(self.stage(), Stage::Raised | Stage::Other(_)) {
            return Some(true);
        }
        let created = self.raw().created_at.as_ref()?.instant()?;
        let date = self.answer.headers().get(http::header::DATE)?;
        let answered = jiff::fmt::rfc2822::parse(date.to_str().ok()?).ok()?;
        let age = Duration::try_from(answered.timestamp().duration_since(created));
        // Dates in headers are whole seconds.
        Some(age.unwrap_or_default() > self.answer.took + Duration::from_secs(1))
    }

    /// The callout as the raw type.
    #[must_use]
    pub fn raw(&self) -> &types::Callout {
        let documented = self.answer.callout.as_ref();
        self.elsewhere.as_deref().or(documented).unwrap_or(&NONE)
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
