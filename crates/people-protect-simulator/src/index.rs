//! What is found through an index, and how the indexes follow from the rows.

use crate::customer::mobile_key;
use crate::state::State;

impl State {
    /// Makes the indexes of a state that has been read: they are neither exported nor kept.
    pub(crate) fn reindex(&mut self) {
        let Self {
            settings: _,
            next: _,
            advanced_ms: _,
            customers,
            subscriptions: _,
            callouts,
            signups,
            managements: _,
            devices: _,
            leads: _,
            scheduled: _,
            webhooks: _,
            fixed_locations,
            fixed_locations_uploads: _,
            by_mobile,
            by_signup,
            by_external_reference,
            by_location_identifier,
            active,
            rated,
        } = self;
        *by_mobile = customers
            .values()
            .filter(|customer| customer.retired_at.is_none())
            .map(|customer| {
                let mobile = mobile_key(&customer.profile);
                ((customer.source, mobile), customer.id)
            })
            .collect();
        *by_signup = signups
            .iter()
            .map(|(number, session)| (session.id.clone(), *number))
            .collect();
        let places = || {
            fixed_locations
                .values()
                .filter(|place| place.deleted_at.is_none())
        };
        *by_external_reference = places()
            .map(|known| {
                let reference = known.place.external_reference_id.clone();
                ((known.source, reference), known.id)
            })
            .collect();
        *by_location_identifier = places()
            .map(|known| {
                let identifier = known.place.location_identifier.clone();
                ((known.source, identifier), known.id)
            })
            .collect();
        *active = callouts
            .values()
            .filter(|callout| callout.stage.is_active())
            .map(|callout| (callout.source, callout.id))
            .collect();
        *rated = callouts
            .values()
            .filter_map(|callout| Some((callout.rating.as_ref()?.id, callout.id)))
            .collect();
    }
}
