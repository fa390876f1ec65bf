//! One incident of a callout.

use people_protect_api::{IdOrText, PersonalText, types};
use serde_json::{Map, Value};

use super::lenient;
use crate::Position;

/// One entry of `incidentInformation`, whatever its spelling: a thin reader over
/// [`types::IncidentInformation`], which [`raw`](Incident::raw) hands out.
///
/// `Debug` shows no position and no address.
#[derive(Debug, Clone, PartialEq)]
pub struct Incident {
    raw: types::IncidentInformation,
}

impl Incident {
    pub(crate) fn new(object: &Map<String, Value>) -> Self {
        Self {
            raw: lenient::read(object),
        }
    }

    /// The category, for people, in either spelling of its key (C43).
    #[must_use]
    pub fn category(&self) -> Option<&str> {
        [&self.raw.incidentcategory, &self.raw.incident_category]
            .into_iter()
            .flatten()
            .find_map(|category| category.description.as_deref())
    }

    /// The fixed location it is at, number or text alike (C45, R92). Compare it by its text.
    #[must_use]
    pub fn fixed_location_id(&self) -> Option<&IdOrText> {
        self.raw
            .predefined_location_id
            .as_ref()
            .filter(|id| !id.to_string().trim().is_empty())
    }

    /// Where the callout is now, from numbers or text (C46, R92); none if there is no such place
    /// on the globe.
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        let place = self.raw.callout_current_location.as_ref()?;
        let latitude = place.latitude.as_ref()?.degrees()?;
        let longitude = place.longitude.as_ref()?.degrees()?;
        Position::new(latitude, longitude).ok()
    }

    /// The address of where the callout is now.
    #[must_use]
    pub fn address(&self) -> Option<&PersonalText> {
        self.raw
            .callout_current_location
            .as_ref()?
            .formatted_address
            .as_ref()
    }

    /// Everything, as the raw type: response type, kind of emergency, responder, supplier, times.
    /// Most of these names are assumptions; [`Delivery::json`](super::Delivery::json) has what
    /// was sent.
    #[must_use]
    pub fn raw(&self) -> &types::IncidentInformation {
        &self.raw
    }

    pub(crate) fn into_raw(self) -> types::IncidentInformation {
        self.raw
    }
}
