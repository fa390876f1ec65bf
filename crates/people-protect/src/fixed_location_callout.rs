//! Raising a callout at a fixed location.

use std::collections::BTreeMap;

use people_protect_api::{Client as Raw, OpenValue, types};
use serde_json::Value;

use crate::lacking::lacks;
use crate::{
    Answer, CalloutId, Error, ErrorKind, FixedLocationId, PeopleProtect, Stage, TrackingUrl,
};

/// A callout at a fixed location, not raised yet.
///
/// AURA takes the position from the stored place. The operation has no field for a test: every
/// callout raised here is live (P07).
///
/// ```no_run
/// # use people_protect::PeopleProtect;
/// # async fn example(aura: PeopleProtect) -> Result<(), people_protect::Error> {
/// let raised = aura.fixed_location_callout("site_9944").with_installer("installer_7").live().await?;
/// println!("callout {}", raised.id());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing is raised until `live` is awaited"]
pub struct FixedLocationCallout {
    aura: PeopleProtect,
    external_reference: String,
    request: types::CreateFixedLocationCalloutRequest,
}

impl FixedLocationCallout {
    pub(crate) fn new(aura: PeopleProtect, external_reference: String) -> Self {
        Self {
            aura,
            external_reference,
            request: types::CreateFixedLocationCalloutRequest::new(),
        }
    }

    /// Groups AURA's reports and billing by installer (R79).
    pub fn with_installer(mut self, identifier: impl Into<String>) -> Self {
        self.request.installer_identifier = Some(identifier.into());
        self
    }

    /// Sends a further field of the request as it is. An earlier documentation had a response type,
    /// a classification and a test flag; whether AURA still looks at them is unconfirmed (C23).
    pub fn with_field(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        let fields: &mut BTreeMap<String, OpenValue> = &mut self.request.extra;
        fields.insert(name.into(), OpenValue(value.into()));
        self
    }

    /// Raises it: on production, responders are sent.
    ///
    /// It succeeds only with a callout id (P01). Once it may have been sent it is **never repeated** on its
    /// own, but for a refused token and a 429: that a second callout is folded into the first is stated for
    /// customers only (R27), so a repeat may send responders twice. As long as nothing was sent it is
    /// tried to the deadline.
    ///
    /// # Errors
    ///
    /// - [`InvalidRequest`](ErrorKind::InvalidRequest): AURA knows no such place; the answer is 400,
    ///   not 404, and its message says so (R31). Or the reference is blank, and nothing was sent.
    /// - [`NoCallout`](ErrorKind::NoCallout): success was reported and no callout named (P01).
    /// - Everything else as [`call`](PeopleProtect::call). If
    ///   [`may_have_reached_server`](Error::may_have_reached_server) is true and the error is no
    ///   refusal, a callout may have been raised: list the active callouts before raising again.
    pub async fn live(self) -> Result<FixedLocationRaised, Error> {
        const OPERATION: &str = "create_fixed_location_callout";
        if self.external_reference.trim().is_empty() {
            return Err(Error::invalid(
                "the external reference is blank",
                "nothing was sent; pass the key the place was stored with",
            )
            .with_operation(Some(OPERATION)));
        }
        let (reference, body) = (self.external_reference.as_str(), &self.request);
        let read = |answer: Answer<types::FixedLocationCalloutCreated>| {
            let callout = answer.callout.clone();
            let Some((id, callout)) =
                callout.and_then(|callout| Some((callout.id.filter(|id| *id > 0)?, callout)))
            else {
                // P01: no id, no success, whatever the status says.
                return Err(lacks(
                    answer,
                    OPERATION,
                    "the answer names no callout",
                    "do not tell anybody that help is coming; list the active callouts, and raise \
                     again only if there is none for this place",
                )
                .with_kind(ErrorKind::NoCallout));
            };
            Ok(FixedLocationRaised {
                id: CalloutId::new(id),
                tracking_url: TrackingUrl::from_answer(callout.url.as_ref()),
                callout,
                answer,
            })
        };
        let raise =
            |raw: Raw| async move { raw.create_fixed_location_callout(reference, body).await };
        self.aura
            .call_and_read(raise, read)
            .await
            .map_err(|error| self.explained(error))
    }

    fn explained(&self, error: Error) -> Error {
        if error.outcome_is_unknown() {
            return error.with_retryable(false).with_hint_if_unknown(
                "a callout may have been raised: list the active callouts and look for this place \
                 before raising again, a second one may send responders twice",
            );
        }
        match error.status().map(|status| status.as_u16()) {
            Some(400) => error.with_hint(format!(
                "check that the external reference is a fixed location of these credentials on {} \
                 (R31)",
                self.aura.environment()
            )),
            _ => error,
        }
    }
}

/// A callout at a fixed location that AURA has confirmed.
#[derive(Debug)]
pub struct FixedLocationRaised {
    id: CalloutId,
    tracking_url: Option<TrackingUrl>,
    callout: types::CalloutSummary,
    answer: Answer<types::FixedLocationCalloutCreated>,
}

impl FixedLocationRaised {
    /// The callout's id. Store it: cancelling and following need it.
    #[must_use]
    pub fn id(&self) -> CalloutId {
        self.id
    }

    /// Your key of the place, as AURA answers it (R79).
    #[must_use]
    pub fn external_reference(&self) -> Option<&str> {
        self.answer.external_reference_id.as_deref()
    }

    /// The installer, as AURA answers it (R79); that it is what was sent is an assumption.
    #[must_use]
    pub fn installer(&self) -> Option<&str> {
        self.answer.installer_identifier.as_deref()
    }

    /// AURA's id of the place; documented earlier, unconfirmed.
    #[must_use]
    pub fn fixed_location(&self) -> Option<FixedLocationId> {
        self.callout.predefined_location_id.map(Into::into)
    }

    /// The page on which the callout can be followed. It is stated for customers' callouts only
    /// (R28): expect none.
    #[must_use]
    pub fn tracking_url(&self) -> Option<&TrackingUrl> {
        self.tracking_url.as_ref()
    }

    /// How far the callout has come.
    #[must_use]
    pub fn stage(&self) -> Stage {
        Stage::of_status(self.callout.status.as_deref().unwrap_or_default())
    }

    /// The callout as the raw type.
    #[must_use]
    pub fn raw(&self) -> &types::CalloutSummary {
        &self.callout
    }

    /// The whole answer.
    #[must_use]
    pub fn answer(&self) -> &Answer<types::FixedLocationCalloutCreated> {
        &self.answer
    }
}

impl From<&FixedLocationRaised> for CalloutId {
    fn from(raised: &FixedLocationRaised) -> Self {
        raised.id
    }
}
