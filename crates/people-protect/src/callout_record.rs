//! What is kept of a callout: the part that needs the server token.

use people_protect_api::{OpenObject, types};

use crate::{
    AddExceptionReason, Answer, CalloutId, Error, ErrorKind, ExceptionReasonId, ExceptionReasons,
    PeopleProtect, Rate, RateItem, Rating, RatingId, RatingItem,
};

impl PeopleProtect {
    /// The record of a callout, by id. Nothing is sent yet.
    #[must_use]
    pub fn callout_record(&self, id: impl Into<CalloutId>) -> CalloutRecord {
        CalloutRecord {
            aura: self.clone(),
            id: id.into(),
        }
    }
}

/// The record of a callout: exception reasons, rating, report and map.
///
/// Everything here takes the server token; with a token for a customer's callouts it is refused
/// (R06).
#[derive(Debug, Clone)]
pub struct CalloutRecord {
    aura: PeopleProtect,
    id: CalloutId,
}

impl CalloutRecord {
    /// The callout's id.
    #[must_use]
    pub fn id(&self) -> CalloutId {
        self.id
    }

    pub(crate) fn aura(&self) -> &PeopleProtect {
        &self.aura
    }

    /// The exception reasons to choose from. Documented earlier and unconfirmed; that this is the
    /// catalogue, and not what is attached already, is an assumption.
    ///
    /// # Errors
    ///
    /// As [`call`](PeopleProtect::call).
    pub async fn exception_reasons(&self) -> Result<ExceptionReasons, Error> {
        let id = self.id.get();
        self.aura
            .call(|raw| async move { raw.list_exception_reasons(id).await })
            .await
            .map(ExceptionReasons::new)
    }

    /// Begins to attach an exception reason (R74); add notes if you like, then await it.
    ///
    /// ```no_run
    /// # use people_protect::{CalloutId, PeopleProtect};
    /// # async fn example(aura: PeopleProtect, id: CalloutId) -> Result<(), people_protect::Error> {
    /// let record = aura.callout_record(id);
    /// let mistake = record.exception_reasons().await?.by_reason("False alarm triggered")?;
    /// record.add_exception_reason(mistake).notes("pressed by a child").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn add_exception_reason(&self, reason: impl Into<ExceptionReasonId>) -> AddExceptionReason {
        AddExceptionReason::new(self.clone(), reason.into())
    }

    /// Begins to rate the callout once it is over (R75); add details if you like, then await it.
    ///
    /// ```no_run
    /// # use people_protect::{CalloutId, PeopleProtect, Rating};
    /// # async fn example(aura: PeopleProtect, id: CalloutId) -> Result<(), people_protect::Error> {
    /// let rated = aura
    ///     .callout_record(id)
    ///     .rate(Rating::Five)
    ///     .additional_details("Quick and kind.")
    ///     .await?;
    /// println!("rating {:?}", rated.id());
    /// # Ok(())
    /// # }
    /// ```
    pub fn rate(&self, rating: Rating) -> Rate {
        Rate::new(self.clone(), rating)
    }

    /// Begins to rate one aspect of a rated callout (R76); add a sentiment if you like, then await
    /// it. The rating's id says which callout it is about.
    ///
    /// ```no_run
    /// # use people_protect::{CalloutId, PeopleProtect, RatingId};
    /// # async fn example(aura: PeopleProtect, id: CalloutId, rating: RatingId) -> Result<(), people_protect::Error> {
    /// let record = aura.callout_record(id);
    /// let arrival = record.rating_items().await?.by_description("Arrival time")?;
    /// record.rate_item(rating, arrival).sentiment("positive").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn rate_item(&self, rating: impl Into<RatingId>, item: impl Into<RatingItem>) -> RateItem {
        RateItem::new(self.clone(), rating.into(), item.into())
    }

    /// The report of a closed callout: response and resolution times and the outcome (R35).
    ///
    /// That it exists was documented earlier and is unconfirmed. Path, names of the fields and
    /// that it is JSON are assumptions: if AURA sends a document instead, the error is
    /// [`UndecodableAnswer`](ErrorKind::UndecodableAnswer) and [`Error::body`] is the document.
    ///
    /// # Errors
    ///
    /// [`NotFound`](ErrorKind::NotFound) before the callout is closed (the status is an
    /// assumption), and if there is no such callout.
    pub async fn resolution_report(&self) -> Result<Answer<OpenObject>, Error> {
        let id = self.id.get();
        self.aura
            .call(|raw| async move { raw.get_resolution_report(id).await })
            .await
            .map_err(|error| too_early(error, "there is no report"))
    }

    /// The map of a closed callout, with markers for customer and responder (R35). Documented
    /// earlier and unconfirmed.
    ///
    /// Its address shows where somebody was: hand it to nobody else.
    ///
    /// # Errors
    ///
    /// As [`resolution_report`](Self::resolution_report).
    pub async fn map(&self) -> Result<Answer<types::CalloutMap>, Error> {
        let id = self.id.get();
        self.aura
            .call(|raw| async move { raw.get_callout_map(id).await })
            .await
            .map_err(|error| too_early(error, "there is no map"))
    }
}

/// R35: which status says so is not documented, so every refusal that can mean it gets the hint.
fn too_early(error: Error, what: &str) -> Error {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::InvalidRequest | ErrorKind::Conflict => {
            error.with_hint(format!(
                "{what} before the callout is closed (R35): wait for its end, and check the id"
            ))
        }
        _ => error,
    }
}
