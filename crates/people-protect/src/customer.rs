//! One customer.

use people_protect_api::types;

use crate::{Answer, CustomerId, Error, PeopleProtect, Place, Raise, ResponseTypeId};

/// A customer by id: the place to raise a callout from.
#[derive(Debug, Clone)]
pub struct Customer {
    aura: PeopleProtect,
    id: CustomerId,
}

impl Customer {
    pub(crate) fn new(aura: PeopleProtect, id: CustomerId) -> Self {
        Self { aura, id }
    }

    /// The id.
    #[must_use]
    pub fn id(&self) -> CustomerId {
        self.id
    }

    pub(crate) fn aura(&self) -> &PeopleProtect {
        &self.aura
    }

    /// Begins to raise a callout at a position or a fixed location; say next whether it is live
    /// or a test (P07, R99).
    ///
    /// ```no_run
    /// # use people_protect::{PeopleProtect, CustomerId, Position, ResponseTypeId};
    /// # async fn example(aura: PeopleProtect, jane: CustomerId, security: ResponseTypeId) -> Result<(), people_protect::Error> {
    /// let here = Position::new(-26.12345, 28.12345)?.accuracy_m(10.0);
    /// let raised = aura.customer(jane).raise(here, security).live().await?;
    /// println!("callout {}", raised.id());
    /// # Ok(())
    /// # }
    /// ```
    pub fn raise(&self, place: impl Into<Place>, response_type: ResponseTypeId) -> Raise {
        Raise::new(self.aura.clone(), self.id, place.into(), response_type)
    }

    /// Reads the profile. The shape of the answer is an assumption; fields may be absent.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) if there is none, or not for these credentials
    /// (R16).
    pub async fn get(&self) -> Result<Answer<types::CustomerResponse>, Error> {
        let id = self.id.get();
        self.aura
            .call(|raw| async move { raw.get_customer(id).await })
            .await
    }
}
