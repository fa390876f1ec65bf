//! Fixed locations: the places of a source, and their synchronisation.

use std::collections::BTreeSet;

use jiff::Timestamp;
use people_protect_api::{PersonalNumber, SecretText, types};
use serde::{Deserialize, Serialize};

use crate::callout::Cry;
use crate::happening::Happening;
use crate::position::Position;
use crate::problem::Problem;
use crate::seed::Seed;
use crate::source::Source;
use crate::state::{Next, State};
use crate::switch::callouts::{CSV_BAD_ROW, PLACE_CALLOUT_REPEAT};

/// A fixed location as the simulator keeps it. `Debug` shows ids, keys and times only.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct FixedLocation {
    /// The id, from 99001 upwards.
    pub id: i64,
    /// The customer source it belongs to.
    pub source: i64,
    /// Whether it was stored by an upload, not over REST.
    pub from_upload: bool,
    /// The place, as last sent.
    pub place: types::FixedLocationInput,
    /// When it was stored.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When it was deleted, over REST or by an upload that left it out (R49, R80).
    pub deleted_at: Option<Timestamp>,
}

/// What a CSV upload did (R49).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct FixedLocationsUpload {
    /// The customer source it belongs to.
    pub source: i64,
    /// When it arrived; it is applied at once.
    pub at: Timestamp,
    /// Where its result is to be posted (R81).
    pub callback_url: SecretText,
    /// Its label.
    pub label: Option<String>,
    /// How many places were added.
    pub added: usize,
    /// How many rows there were for places already known.
    pub updated: usize,
    /// How many places were deleted, because the file lacks them.
    pub deleted: usize,
}

impl FixedLocation {
    /// Where it is.
    pub(crate) fn position(&self) -> Result<Position, Problem> {
        position_of(&self.place)
    }
}

/// R77: coordinates are text. Which texts are refused is not documented: that they must be degrees
/// is an assumption.
fn position_of(place: &types::FixedLocationInput) -> Result<Position, Problem> {
    let degrees = |text: &str, name: &str| -> Result<PersonalNumber, Problem> {
        text.trim()
            .parse::<f64>()
            .map(Into::into)
            .map_err(|_| Problem::bad_request(format!("`{name}` must be decimal text")))
    };
    Position::read(
        degrees(place.latitude.reveal(), "latitude")?,
        degrees(place.longitude.reveal(), "longitude")?,
        None,
        "",
    )
}

impl State {
    /// A fixed location of this source that is not deleted (R16).
    pub(crate) fn fixed_location(&self, source: i64, id: i64) -> Result<&FixedLocation, Problem> {
        self.fixed_locations
            .get(&id)
            .filter(|place| place.source == source && place.deleted_at.is_none())
            .ok_or_else(|| Problem::not_found(format!("there is no fixed location {id}")))
    }

    /// The same, by the source's own key.
    pub(crate) fn fixed_location_by(&self, source: i64, reference: &str) -> Option<&FixedLocation> {
        let id = self
            .by_external_reference
            .get(&(source, reference.to_owned()))?;
        self.fixed_locations.get(id)
    }

    /// All of a source that are not deleted, by id.
    pub(crate) fn fixed_locations_of(&self, source: i64) -> impl Iterator<Item = &FixedLocation> {
        self.fixed_locations
            .values()
            .filter(move |place| place.source == source && place.deleted_at.is_none())
    }

    /// Stores a place (R77). That a key used before is 409 is an assumption.
    pub(crate) fn store_fixed_location(
        &mut self,
        source: i64,
        place: types::FixedLocationInput,
        now: Timestamp,
    ) -> Result<i64, Problem> {
        self.check_place(source, &place)?;
        self.check_keys(source, &place, None)?;
        Ok(self.put_place(source, None, place, now, false))
    }

    /// Replaces a place. That its keys may change is an assumption.
    pub(crate) fn change_fixed_location(
        &mut self,
        source: i64,
        id: i64,
        place: types::FixedLocationInput,
        now: Timestamp,
    ) -> Result<(), Problem> {
        self.fixed_location(source, id)?;
        self.check_place(source, &place)?;
        self.check_keys(source, &place, Some(id))?;
        self.put_place(source, Some(id), place, now, false);
        Ok(())
    }

    /// Deletes a place; that it is kept and only marked is an assumption for REST (R49 says so for
    /// uploads).
    pub(crate) fn delete_fixed_location(
        &mut self,
        source: i64,
        id: i64,
        now: Timestamp,
    ) -> Result<(), Problem> {
        self.fixed_location(source, id)?;
        self.drop_place(id, now);
        Ok(())
    }

    /// R49, R80: makes the file the whole portfolio. Everything is checked before anything changes,
    /// so that a bad row leaves no half of it behind (an assumption).
    pub(crate) fn sync_fixed_locations(
        &mut self,
        source: i64,
        rows: Vec<types::FixedLocationInput>,
        upload: (SecretText, Option<String>),
        now: Timestamp,
    ) -> Result<(), Problem> {
        let (mut references, mut identifiers) = (BTreeSet::new(), BTreeSet::new());
        let skips = self.settings.value(&CSV_BAD_ROW) == "skipped";
        let mut good = Vec::with_capacity(rows.len());
        for (index, row) in rows.into_iter().enumerate() {
            let checked = self.check_place(source, &row).and_then(|()| {
                if references.contains(&row.external_reference_id) {
                    return Err(taken("externalReferenceId"));
                }
                if identifiers.contains(&row.location_identifier) {
                    return Err(taken("locationIdentifier"));
                }
                Ok(())
            });
            match checked {
                Ok(()) => {
                    references.insert(row.external_reference_id.clone());
                    identifiers.insert(row.location_identifier.clone());
                    good.push(row);
                }
                // That a file is refused for one bad row is an assumption.
                Err(_) if skips => {}
                Err(problem) => {
                    return Err(Problem::bad_request(format!(
                        "row {}: {}",
                        index + 1,
                        problem.message
                    )));
                }
            }
        }
        let rows = good;
        let gone: Vec<i64> = self
            .fixed_locations_of(source)
            .filter(|place| !references.contains(&place.place.external_reference_id))
            // R49 and R80 say the same of places from an upload and from REST.
            .filter(|place| {
                self.settings
                    .keeps(if place.from_upload { "R49" } else { "R80" })
            })
            .map(|place| place.id)
            .collect();
        for id in &gone {
            self.drop_place(*id, now);
        }
        let (mut added, mut updated) = (0, 0);
        for row in rows {
            let known = self
                .fixed_location_by(source, &row.external_reference_id)
                .map(|place| place.id);
            *(if known.is_some() {
                &mut updated
            } else {
                &mut added
            }) += 1;
            self.put_place(source, known, row, now, true);
        }
        let (callback_url, label) = upload;
        self.fixed_locations_uploads.push(FixedLocationsUpload {
            source,
            at: now,
            callback_url,
            label,
            added,
            updated,
            deleted: gone.len(),
        });
        // R81.
        if self.settings.keeps("R81") {
            let index = self.fixed_locations_uploads.len() - 1;
            self.outbox.push(Happening::Upload(index));
        }
        Ok(())
    }

    /// Raises a callout at a place (R30). The response type is not in the request: that the
    /// source's first one is meant is an assumption, and so is that a repeat is not folded as it is
    /// for customers (R27): it opens a second callout.
    pub(crate) fn raise_at(
        &mut self,
        source: &Source,
        seed: Seed,
        reference: &str,
        installer: Option<String>,
        now: Timestamp,
    ) -> Result<i64, Problem> {
        // R31: 400, not 404.
        let place = self
            .fixed_location_by(source.id, reference)
            .ok_or_else(|| {
                let text = "there is no fixed location with this `externalReferenceId`";
                if self.settings.keeps("R31") {
                    Problem::bad_request(text)
                } else {
                    Problem::not_found(text)
                }
            })?;
        if self.settings.value(&PLACE_CALLOUT_REPEAT) == "returned"
            && let Some(active) = self.active_callout_at(source.id, place.id)
        {
            return Ok(active);
        }
        let kind = source.response_types.first().ok_or_else(Problem::defect)?;
        let cry = Cry {
            position: place.position()?,
            response_type_id: kind.id,
            classification_id: None,
            internal_test: None,
            predefined_location_id: Some(place.id),
        };
        let id = self.open(source, seed, cry, now);
        if let Some(callout) = self.callouts.get_mut(&id) {
            callout.installer_identifier = installer;
        }
        Ok(id)
    }

    /// The callout that was raised at a place by its reference and is still open.
    fn active_callout_at(&self, source: i64, place: i64) -> Option<i64> {
        self.active
            .range((source, i64::MIN)..=(source, i64::MAX))
            .filter_map(|(_, id)| self.callouts.get(id))
            .find(|callout| {
                callout.predefined_location_id == Some(place) && callout.customer_id.is_none()
            })
            .map(|callout| callout.id)
    }

    fn check_place(&self, source: i64, place: &types::FixedLocationInput) -> Result<(), Problem> {
        for (name, text) in [
            ("externalReferenceId", &place.external_reference_id),
            ("locationIdentifier", &place.location_identifier),
        ] {
            if text.trim().is_empty() {
                return Err(Problem::bad_request(format!("`{name}` must not be blank")));
            }
        }
        position_of(place)?;
        match place.customer_id {
            // An assumption.
            Some(id) if self.customer(source, id).is_err() => Err(Problem::bad_request(format!(
                "`customerId` {id} is not a customer of this customer source"
            ))),
            _ => Ok(()),
        }
    }

    fn check_keys(
        &self,
        source: i64,
        place: &types::FixedLocationInput,
        own: Option<i64>,
    ) -> Result<(), Problem> {
        for (index, key, name) in [
            (
                &self.by_external_reference,
                &place.external_reference_id,
                "externalReferenceId",
            ),
            (
                &self.by_location_identifier,
                &place.location_identifier,
                "locationIdentifier",
            ),
        ] {
            let holder = index.get(&(source, key.clone())).copied();
            if holder.is_some() && holder != own {
                return Err(taken(name));
            }
        }
        Ok(())
    }

    fn put_place(
        &mut self,
        source: i64,
        known: Option<i64>,
        place: types::FixedLocationInput,
        now: Timestamp,
        from_upload: bool,
    ) -> i64 {
        let id = match known {
            Some(id) => {
                self.forget_keys(id);
                id
            }
            None => Next::take(&mut self.next.fixed_location),
        };
        let reference = (source, place.external_reference_id.clone());
        let identifier = (source, place.location_identifier.clone());
        self.by_external_reference.insert(reference, id);
        self.by_location_identifier.insert(identifier, id);
        let (created_at, from_upload) = self
            .fixed_locations
            .get(&id)
            .map_or((now, from_upload), |before| {
                (before.created_at, before.from_upload)
            });
        self.fixed_locations.insert(
            id,
            FixedLocation {
                id,
                source,
                from_upload,
                place,
                created_at,
                updated_at: now,
                deleted_at: None,
            },
        );
        id
    }

    fn drop_place(&mut self, id: i64, now: Timestamp) {
        self.forget_keys(id);
        if let Some(place) = self.fixed_locations.get_mut(&id) {
            place.deleted_at = Some(now);
            place.updated_at = now;
        }
    }

    /// Takes a place out of the indexes, unless another one has its keys by now.
    fn forget_keys(&mut self, id: i64) {
        let Some(known) = self.fixed_locations.get(&id) else {
            return;
        };
        let reference = (known.source, known.place.external_reference_id.clone());
        let identifier = (known.source, known.place.location_identifier.clone());
        if self.by_external_reference.get(&reference) == Some(&id) {
            self.by_external_reference.remove(&reference);
        }
        if self.by_location_identifier.get(&identifier) == Some(&id) {
            self.by_location_identifier.remove(&identifier);
        }
    }
}

fn taken(name: &str) -> Problem {
    Problem::conflict(format!(
        "a fixed location with this `{name}` is there already"
    ))
}

#[cfg(test)]
mod tests {
    use people_protect_api::types::FixedLocationInput;

    use crate::clock::Clock;
    use crate::state::State;

    fn place(reference: &str, identifier: &str) -> FixedLocationInput {
        FixedLocationInput::new(reference, identifier, "-26.12345", "28.12345")
    }

    fn sync(state: &mut State, rows: Vec<FixedLocationInput>) -> Result<(), u16> {
        state
            .sync_fixed_locations(
                12,
                rows,
                ("https://example.com/".into(), None),
                Clock::manual().base(),
            )
            .map_err(|problem| problem.status.as_u16())
    }

    #[test]
    fn r49_two_places_may_swap_their_identifiers_in_one_upload() {
        let mut state = State::default();
        sync(&mut state, vec![place("a", "1"), place("b", "2")]).unwrap();
        sync(&mut state, vec![place("a", "2"), place("b", "1")]).unwrap();
        assert_eq!(state.by_location_identifier[&(12, "1".to_owned())], 99_002);
        assert_eq!(state.by_location_identifier[&(12, "2".to_owned())], 99_001);
        assert_eq!(state.by_location_identifier.len(), 2);
    }

    #[test]
    fn r49_a_bad_row_changes_nothing() {
        let mut state = State::default();
        sync(&mut state, vec![place("a", "1")]).unwrap();
        let mut astray = place("b", "2");
        astray.latitude = "north".into();
        for rows in [
            vec![astray],
            vec![place("b", "2"), place("b", "3")],
            vec![place("b", "2"), place("c", "2")],
            vec![place(" ", "2")],
        ] {
            assert_eq!(sync(&mut state, rows), Err(400));
        }
        assert_eq!(state.fixed_locations_of(12).count(), 1);
        assert_eq!(state.fixed_locations_uploads.len(), 1);
    }

    #[test]
    fn r16_keys_belong_to_the_source() {
        let (mut state, now) = (State::default(), Clock::manual().base());
        state
            .store_fixed_location(12, place("a", "1"), now)
            .unwrap();
        state
            .store_fixed_location(13, place("a", "1"), now)
            .unwrap();
        for (reference, identifier) in [("a", "2"), ("b", "1")] {
            let problem = state.store_fixed_location(12, place(reference, identifier), now);
            assert_eq!(problem.unwrap_err().status, 409);
        }
        sync(&mut state, vec![]).unwrap();
        assert_eq!(state.fixed_locations_of(13).count(), 1);
    }

    #[test]
    fn debug_shows_neither_position_nor_address() {
        let mut state = State::default();
        let mut place = place("a", "1");
        place.formatted_address = Some("planted".into());
        sync(&mut state, vec![place]).unwrap();
        let shown = format!("{state:?}");
        for hidden in ["26.12345", "28.12345", "planted", "https://example.com/"] {
            assert!(!shown.contains(hidden), "{hidden}");
        }
    }
}
