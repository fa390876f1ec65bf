//! What is found through an index, and how the indexes follow from the rows.

use crate::customer::mobile_key;
use crate::state::State;
use crate::switch::people::RETIRED_MOBILE;

impl State {
    /// Makes the indexes of a state that has been read: they are neither exported nor kept.
    pub(crate) fn reindex(&mut self) {
        let Self {
            settings,
            next: _,
            advanced_ms: _,
            faults: _,
            drift: _,
            customers,
            subscriptions: _,
            callouts,
            signups,
            managements: _,
            devices: _,
            leads: _,
            scheduled: _,
            webhooks: _,
            deliveries,
            fixed_locations,
            fixed_locations_uploads: _,
            by_mobile,
            by_signup,
            by_external_reference,
            by_location_identifier,
            active,
            rated,
            paced,
            list_reads: _,
            outbox: _,
        } = self;
        let taken = settings.value(&RETIRED_MOBILE) == "taken";
        *paced = callouts
            .values()
            .filter_map(|callout| Some((callout.run.as_ref()?.due, callout.id)))
            .collect();
        *by_mobile = customers
            .values()
            .filter(|customer| customer.retired_at.is_none() || taken)
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
        deliveries.reindex();
        *rated = callouts
            .values()
            .filter_map(|callout| Some((callout.rating.as_ref()?.id, callout.id)))
            .collect();
    }
}

#[cfg(test)]
mod tests {
    use people_protect_api::types::{
        CreateSignupSessionRequest, CustomerInput, FixedLocationInput,
    };

    use crate::callout::Cry;
    use crate::clock::Clock;
    use crate::position::Position;
    use crate::seed::Seed;
    use crate::signup::SignupOutcome;
    use crate::source::Source;
    use crate::stage::Stage;
    use crate::state::State;

    /// Does one thing to a state, which may well be refused.
    fn change(state: &mut State, random: &mut fastrand::Rng) {
        let (sources, now, seed) = (Source::built_in(), Clock::manual().base(), Seed(0));
        let source = &sources[random.usize(0..2)];
        let jane = CustomerInput::new("Jane", "Doe", format!("+2782{:07}", random.u8(0..6)));
        let customer = 178_921 + random.i64(0..6);
        let callout = 992_011 + random.i64(0..6);
        let key = || random.clone().u8(0..4).to_string();
        let place = FixedLocationInput::new(key(), key(), "-26.12345", "28.12345");
        let place_id = 99_001 + random.i64(0..4);
        match random.u8(0..11) {
            0 | 1 => drop(state.register(source.id, jane, now)),
            2 => drop(state.change_customer(source.id, customer, jane, now)),
            3 => drop(state.retire_customer(source.id, customer, now)),
            4 => {
                state.settings.set("grace", "on").unwrap();
                let cry = Cry {
                    position: Position::read((-26.1).into(), 28.1.into(), None, "").unwrap(),
                    response_type_id: source.response_types[0].id,
                    classification_id: None,
                    internal_test: None,
                    predefined_location_id: None,
                };
                if state.customer(source.id, customer).is_ok() {
                    drop(state.raise(source, seed, customer, cry, now));
                }
            }
            5 => drop(
                state
                    .set_stage(callout, Stage::PATH[random.usize(1..5)], now)
                    .map(|_| ()),
            ),
            6 => state.cancel_callout(callout, None, now),
            7 => drop(state.store_fixed_location(source.id, place, now)),
            8 => drop(state.change_fixed_location(source.id, place_id, place, now)),
            9 => drop(state.delete_fixed_location(source.id, place_id, now)),
            _ => {
                let mut request = CreateSignupSessionRequest::new("myapp://done");
                request.customer_reference_id = Some("a".into());
                let opened = state.open_signup(seed, source.id, request, now).unwrap();
                let id = opened.id.reveal().to_owned();
                let outcome = SignupOutcome::Completed;
                state.finish_signup(&sources, &id, outcome, now).unwrap();
            }
        }
    }

    #[test]
    fn indexes_that_are_made_again_are_those_that_were_kept_in_step() {
        for seed in 0..40 {
            let mut random = fastrand::Rng::with_seed(seed);
            let mut state = State::default();
            for step in 0..60 {
                change(&mut state, &mut random);
                let text = serde_json::to_string(&state).unwrap();
                let mut read: State = serde_json::from_str(&text).unwrap();
                read.reindex();
                let at = format!("seed {seed}, step {step}");
                assert_eq!(serde_json::to_string(&read).unwrap(), text, "{at}");
                assert!(read.by_mobile == state.by_mobile, "by_mobile, {at}");
                assert!(read.by_signup == state.by_signup, "by_signup, {at}");
                assert_eq!(
                    read.by_external_reference, state.by_external_reference,
                    "{at}"
                );
                assert_eq!(
                    read.by_location_identifier, state.by_location_identifier,
                    "{at}"
                );
                assert_eq!(read.active, state.active, "{at}");
                assert_eq!(read.rated, state.rated, "{at}");
                let misfit = read.check(&Source::built_in()).err();
                assert_eq!(
                    misfit, None,
                    "what came about by itself holds together, {at}"
                );
            }
        }
    }
}
