//! Fixed locations over REST.

use bytes::Bytes;
use people_protect_api::{List, types};

use crate::{
    Answer, Error, ErrorKind, FixedLocationCallout, FixedLocationId, NewFixedLocation,
    PeopleProtect,
};

/// A fixed location by AURA's id. To raise a callout there, go by your own key:
/// [`fixed_location_callout`](PeopleProtect::fixed_location_callout).
#[derive(Debug, Clone)]
pub struct FixedLocation {
    aura: PeopleProtect,
    id: FixedLocationId,
}

impl PeopleProtect {
    /// Lists the fixed locations of this customer source.
    ///
    /// That they can be listed is documented; the path and the form of the answer are assumptions,
    /// and whether there is paging is not known.
    ///
    /// # Errors
    ///
    /// As [`call`](Self::call).
    pub async fn fixed_locations(&self) -> Result<Answer<List<types::FixedLocation>>, Error> {
        self.call(|raw| async move { raw.list_fixed_locations().await })
            .await
    }

    /// A fixed location by AURA's id. Nothing is sent yet.
    #[must_use]
    pub fn fixed_location(&self, id: impl Into<FixedLocationId>) -> FixedLocation {
        FixedLocation {
            aura: self.clone(),
            id: id.into(),
        }
    }

    /// Stores a fixed location (R77).
    ///
    /// The answer has no wrapper. Its six keys with a dot, such as `calloutLocationType.id`, are
    /// literal, and null unless a type of place is set: `callout_location_type_dot_id` (R78).
    ///
    /// A later CSV upload that lacks the place deletes it (R80): keep the portfolio over REST or as
    /// CSV, not both.
    ///
    /// ```no_run
    /// # use people_protect::{NewFixedLocation, PeopleProtect, Position};
    /// # async fn example(aura: PeopleProtect) -> Result<(), people_protect::Error> {
    /// let here = Position::new(-26.12345, 28.12345)?;
    /// let branch = NewFixedLocation::new("site_9944", "site_9944", here).description("Branch");
    /// let stored = aura.create_fixed_location(branch).await?;
    /// println!("{:?}, security: {:?}", stored.id, stored.security_coverage);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// - [`InvalidRequest`](ErrorKind::InvalidRequest): a key is blank, has spaces around it or could
    ///   not name the place when a callout is raised (nothing is sent then), or AURA refuses a field
    ///   (R77).
    /// - [`Conflict`](ErrorKind::Conflict): one of the keys is in use. 409 is an assumption.
    /// - If [`may_have_reached_server`](Error::may_have_reached_server) is true, the place may have
    ///   been stored: list the places before storing it again.
    pub async fn create_fixed_location(
        &self,
        place: NewFixedLocation,
    ) -> Result<Answer<types::FixedLocation>, Error> {
        let place = place.checked("create_fixed_location")?;
        let body = &place;
        self.call(|raw| async move { raw.create_fixed_location(body).await })
            .await
            .map_err(|error| match error.kind() {
                ErrorKind::Conflict => error.with_hint(
                    "another place has this external reference or identifier: list the places, and \
                     update that one",
                ),
                _ if error.outcome_is_unknown() => error.with_hint(
                    "the place may have been stored: list the places before storing it again",
                ),
                _ => error,
            })
    }

    /// Downloads the portfolio of fixed locations as AURA writes it (R50).
    ///
    /// That the answer is CSV is an assumption, and its columns are not documented.
    ///
    /// # Errors
    ///
    /// As [`call`](Self::call).
    pub async fn download_fixed_locations(&self) -> Result<Answer<Bytes>, Error> {
        self.call(|raw| async move { raw.download_fixed_locations().await })
            .await
    }

    /// Begins to raise a callout at a fixed location, by your own key of it (R30); say next that it
    /// is [`live`](FixedLocationCallout::live). Nothing is sent yet.
    pub fn fixed_location_callout(
        &self,
        external_reference: impl Into<String>,
    ) -> FixedLocationCallout {
        FixedLocationCallout::new(self.clone(), external_reference.into())
    }
}

impl FixedLocation {
    /// The id.
    #[must_use]
    pub fn id(&self) -> FixedLocationId {
        self.id
    }

    /// Reads the place. The path and the form of the answer are assumptions.
    ///
    /// # Errors
    ///
    /// [`NotFound`](ErrorKind::NotFound) if there is none, or not for these credentials (R16).
    pub async fn get(&self) -> Result<Answer<types::FixedLocation>, Error> {
        let id = self.id.get();
        self.aura
            .call(|raw| async move { raw.get_fixed_location(id).await })
            .await
    }

    /// Writes the place anew. Give it whole: what becomes of a field that is left out is not
    /// documented. The route was documented earlier and is unconfirmed.
    ///
    /// # Errors
    ///
    /// As [`create_fixed_location`](PeopleProtect::create_fixed_location), and
    /// [`NotFound`](ErrorKind::NotFound) if there is none. A repeat writes the same place again.
    pub async fn update(
        &self,
        place: NewFixedLocation,
    ) -> Result<Answer<types::FixedLocation>, Error> {
        let place = place.checked("update_fixed_location")?;
        let (id, body) = (self.id.get(), &place);
        self.aura
            .call(|raw| async move { raw.update_fixed_location(id, body).await })
            .await
    }

    /// Deletes the place: no callout can be raised there any more. The path is an assumption, and
    /// whether the place is kept somewhere is not known.
    ///
    /// # Errors
    ///
    /// [`NotFound`](ErrorKind::NotFound) if there is none; after a failure without an answer, that
    /// means that the first attempt did it.
    pub async fn delete(&self) -> Result<Answer<types::MessageResponse>, Error> {
        let id = self.id.get();
        self.aura
            .call(|raw| async move { raw.delete_fixed_location(id).await })
            .await
    }
}
