//! A callout as it stands.

use jiff::Timestamp;
use people_protect_api::{Timestamp as Text, types};

use crate::{CalloutId, CustomerId, Stage, TrackingUrl};

/// A callout as a read, an update or a cancellation answers it: a thin reader over
/// [`types::CalloutView`], which [`raw`](CalloutView::raw) hands out.
///
/// ```
/// use people_protect::{CalloutView, Stage, raw::types};
///
/// let raw: types::CalloutView = serde_json::from_str(
///     r#"{"id": 992011, "status": "Responder Dispatched",
///         "incidentInformation": [{"arrivedAt": "2026-06-10T00:07:00Z"}]}"#,
/// ).unwrap();
/// let view = CalloutView::from(raw);
/// assert_eq!(view.stage(), Stage::Arrived);
/// assert!(!view.is_over());
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CalloutView {
    raw: types::CalloutView,
    refused_as_closed: bool,
}

impl From<types::CalloutView> for CalloutView {
    fn from(raw: types::CalloutView) -> Self {
        Self {
            raw,
            refused_as_closed: false,
        }
    }
}

impl CalloutView {
    /// The wrapped answer's view, or a flat answer read as one (C14, C16).
    pub(crate) fn from_answer(wrapped: Option<types::CalloutView>, body: &[u8]) -> Option<Self> {
        let raw = match wrapped {
            Some(raw) => raw,
            None => serde_json::from_slice(body)
                .ok()
                .filter(|raw: &types::CalloutView| raw.id.is_some())?,
        };
        Some(raw.into())
    }

    /// The state in the body of a 285 (R33).
    pub(crate) fn from_body(body: &[u8]) -> Option<Self> {
        let read: Option<types::CalloutRead> = serde_json::from_slice(body).ok();
        let view = Self::from_answer(read.and_then(|read| read.callout), body)?;
        (!view.is_empty()).then(|| view.known_closed())
    }

    /// Whether it neither says which callout it is of nor how that stands.
    pub(crate) fn is_empty(&self) -> bool {
        let status = self.status().unwrap_or_default().trim();
        self.raw.id.is_none() && status.is_empty() && self.incidents().is_empty()
    }

    /// Whether it is of this callout, or does not say of which.
    pub(crate) fn may_be_of(&self, id: CalloutId) -> bool {
        self.id().is_none_or(|told| told == id)
    }

    /// The same state without room to spare: a list is read with room for four incidents, and has one.
    pub(crate) fn without_spare_room(mut self) -> Self {
        if let Some(incidents) = &mut self.raw.incident_information {
            incidents.shrink_to_fit();
        }
        self
    }

    /// The same state, of a callout an update was refused for as closed.
    pub(crate) fn known_closed(mut self) -> Self {
        self.refused_as_closed = true;
        self
    }

    /// The callout's id.
    #[must_use]
    pub fn id(&self) -> Option<CalloutId> {
        self.raw.id.map(CalloutId::new)
    }

    /// The customer it is for.
    #[must_use]
    pub fn customer_id(&self) -> Option<CustomerId> {
        self.raw.customer_id.map(CustomerId::new)
    }

    /// The status as sent (R39). For decisions, [`stage`](Self::stage).
    #[must_use]
    pub fn status(&self) -> Option<&str> {
        self.raw.status.as_deref()
    }

    /// How far it has come.
    ///
    /// The later of what the status says and what the times say. A state that came with the
    /// refusal of an update (285, R33) is over, whatever its status says.
    #[must_use]
    pub fn stage(&self) -> Stage {
        let by_times = if self.completed_at().is_some() {
            Some(Stage::Completed)
        } else if self.arrived_at().is_some() {
            Some(Stage::Arrived)
        } else if self.dispatched_at().is_some() {
            Some(Stage::Dispatched)
        } else {
            None
        };
        let stage = Stage::of_status(self.status().unwrap_or_default()).or_later(by_times);
        if self.refused_as_closed && !stage.is_over() {
            return Stage::Closed;
        }
        stage
    }

    /// Whether the callout is closed or cancelled.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.stage().is_over()
    }

    /// The tracking page, if the answer repeats it.
    #[must_use]
    pub fn tracking_url(&self) -> Option<TrackingUrl> {
        TrackingUrl::from_answer(self.raw.url.as_ref())
    }

    /// When it was raised.
    ///
    /// Here and in the next three, a time before 2000 or from 2100 on counts as none: servers fill
    /// empty fields with such times. [`raw`](Self::raw) has them as sent.
    #[must_use]
    pub fn created_at(&self) -> Option<Timestamp> {
        self.raw.created_at.as_ref().and_then(plausible)
    }

    /// When a responder was dispatched. That the answer has such a time is documented, its name
    /// is an assumption; so are the next two.
    #[must_use]
    pub fn dispatched_at(&self) -> Option<Timestamp> {
        self.latest(|incident| incident.dispatched_at.as_ref())
    }

    /// When a responder arrived.
    #[must_use]
    pub fn arrived_at(&self) -> Option<Timestamp> {
        self.latest(|incident| incident.arrived_at.as_ref())
    }

    /// When the responder was done.
    #[must_use]
    pub fn completed_at(&self) -> Option<Timestamp> {
        self.latest(|incident| incident.completed_at.as_ref())
    }

    /// What is known about the incident and its responders (R29).
    #[must_use]
    pub fn incidents(&self) -> &[types::IncidentInformation] {
        self.raw.incident_information.as_deref().unwrap_or_default()
    }

    /// Everything the answer had, as the raw type.
    #[must_use]
    pub fn raw(&self) -> &types::CalloutView {
        &self.raw
    }

    fn latest(
        &self,
        time: impl Fn(&types::IncidentInformation) -> Option<&Text>,
    ) -> Option<Timestamp> {
        self.incidents()
            .iter()
            .filter_map(|incident| time(incident).and_then(plausible))
            .max()
    }
}

/// The instant of a time that may have been meant, from 2000 to 2099.
fn plausible(time: &Text) -> Option<Timestamp> {
    const FIRST: Timestamp = Timestamp::constant(946_684_800, 0);
    const END: Timestamp = Timestamp::constant(4_102_444_800, 0);
    time.instant()
        .filter(|instant| (FIRST..END).contains(instant))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_that_stands_for_none_says_nothing_about_the_stage() {
        let stage = |time: &str| {
            let raw: types::CalloutView = serde_json::from_str(&format!(
                r#"{{"status":"created","createdAt":"{time}",
                     "incidentInformation":[{{"completedAt":"{time}"}}]}}"#
            ))
            .unwrap();
            let view = CalloutView::from(raw);
            assert_eq!(view.created_at(), view.completed_at());
            view.stage()
        };
        for none in [
            "0001-01-01T00:00:00Z",
            "1970-01-01T00:00:00Z",
            "1999-12-31T23:59:59Z",
            "2100-01-01T00:00:00Z",
            "9999-12-31T00:00:00Z",
        ] {
            assert_eq!(stage(none), Stage::Raised, "{none}");
        }
        for some in ["2000-01-01T00:00:00Z", "2099-12-31T23:59:59Z"] {
            assert_eq!(stage(some), Stage::Completed, "{some}");
        }
    }

    #[test]
    fn c14_nested_and_flat_answers_read_the_same() {
        let nested = br#"{"message":"ok","callout":{"id":992011,"status":"created"}}"#;
        let flat = br#"{"id":992011,"status":"created"}"#;
        let read = |body: &[u8]| {
            let wrapped: types::CalloutRead = serde_json::from_slice(body).unwrap();
            CalloutView::from_answer(wrapped.callout, body)
        };
        assert_eq!(read(nested), read(flat));
        assert_eq!(read(nested).unwrap().id(), Some(CalloutId::new(992_011)));
        assert_eq!(read(br#"{"message":"ok"}"#), None);
    }

    #[test]
    fn r33_the_state_in_a_285_is_over_whatever_its_status_says() {
        let view = CalloutView::from_body(br#"{"callout":{"id":1,"status":"Finalised"}}"#).unwrap();
        assert_eq!(view.stage(), Stage::Closed);
        let view = CalloutView::from_body(br#"{"callout":{"id":1,"status":"Cancelled"}}"#).unwrap();
        assert_eq!(view.stage(), Stage::Cancelled);
        assert_eq!(CalloutView::from_body(br#"{"message":"closed"}"#), None);
        assert_eq!(CalloutView::from_body(br#"{"callout":{}}"#), None);
    }
}
