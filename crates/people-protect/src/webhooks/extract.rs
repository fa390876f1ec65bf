//! Deliveries for axum.

use std::pin::pin;
use std::sync::Arc;

use axum_core::extract::{DefaultBodyLimit, FromRef, FromRequest, Request};
use axum_core::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::future::{Either, select};
use http::StatusCode;

use super::{Delivery, Overflow, Receiver, Rejection};

/// A checked delivery as an argument of an axum handler.
///
/// The [`Receiver`] comes out of the router's state: the state is one, is an `Arc` of one, or has
/// one by `FromRef`. The header is checked before the body is read, the body is read up to the
/// receiver's limits of size and time (a `DefaultBodyLimit` of the router does not apply), and a request without the
/// right header is answered 401.
///
/// ```
/// use http::StatusCode;
/// use people_protect::webhooks::{Delivery, Inbox, Receiver, WebhookDelivery};
///
/// # fn example() -> Result<axum::Router, people_protect::Error> {
/// let receiver = Receiver::new("x-webhook-secret", "a-long-random-text")?;
/// let (inbox, deliveries) = Inbox::new(1000);
/// # drop(deliveries);
/// let handler = async move |WebhookDelivery(delivery): WebhookDelivery| {
///     let Err(overflow) = inbox.accept(delivery) else {
///         return StatusCode::OK;
///     };
///     let no_room = overflow.status();
///     // It may never come again (C49): keep it, and let somebody know.
///     if store(overflow.into_delivery()) { StatusCode::OK } else { no_room }
/// };
/// let app = axum::Router::new()
///     .route("/aura", axum::routing::post(handler))
///     .with_state(receiver);
/// # Ok(app)
/// # }
/// # fn store(delivery: Delivery) -> bool {
/// #     !delivery.body().is_empty()
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct WebhookDelivery(pub Delivery);

impl<S> FromRequest<S> for WebhookDelivery
where
    S: Send + Sync,
    Receiver: FromRef<S>,
{
    type Rejection = Rejection;

    async fn from_request(mut request: Request, state: &S) -> Result<Self, Rejection> {
        let receiver = Receiver::from_ref(state);
        receiver.check(request.headers())?;
        let largest = receiver.largest_body();
        DefaultBodyLimit::max(largest).apply(&mut request);
        let body = pin!(Bytes::from_request(request, state));
        let too_long = receiver.clock().sleep(receiver.body_timeout());
        let Either::Left((body, _)) = select(body, too_long).await else {
            return Err(Rejection::Incomplete);
        };
        match body {
            Ok(body) => Ok(Self(Delivery::from(body))),
            Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Err(Rejection::TooLarge { largest })
            }
            Err(_) => Err(Rejection::Incomplete),
        }
    }
}

impl FromRef<Arc<Receiver>> for Receiver {
    fn from_ref(state: &Arc<Receiver>) -> Self {
        Receiver::clone(state)
    }
}

impl IntoResponse for Rejection {
    /// The status alone: whoever forges deliveries learns nothing.
    fn into_response(self) -> Response {
        self.status().into_response()
    }
}

impl IntoResponse for Overflow {
    /// 503, and the delivery is dropped: for a sender that is known to send again. Whether AURA
    /// does is not documented (C49), so take [`into_delivery`](Overflow::into_delivery) and store
    /// it instead.
    fn into_response(self) -> Response {
        self.status().into_response()
    }
}
