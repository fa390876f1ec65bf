//! Lists of callouts.

use people_protect_api::{List, types};

use crate::{Answer, Customer, Error, PeopleProtect};

impl PeopleProtect {
    /// The active callouts of the whole customer source. Documented earlier and unconfirmed, as
    /// is the shape of the entries; every field may be absent.
    ///
    /// ```no_run
    /// # async fn example(aura: people_protect::PeopleProtect) -> Result<(), people_protect::Error> {
    /// for callout in &*aura.active_callouts().await? {
    ///     println!("{:?} is {:?}", callout.id, callout.status);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`NotAuthorised`](crate::ErrorKind::NotAuthorised) with a token for one customer's
    /// callouts (R06).
    pub async fn active_callouts(&self) -> Result<Answer<List<types::CalloutSummary>>, Error> {
        self.call(|raw| async move { raw.list_active_callouts().await })
            .await
    }
}

impl Customer {
    /// The customer's callouts. The path is an assumption, and so is that only active ones are
    /// listed; by R27 that is at most one.
    ///
    /// Do not take an empty list for proof that no callout was raised.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) if there is no such customer, not for these
    /// credentials (R16), or if AURA has no such path.
    pub async fn callouts(&self) -> Result<Answer<List<types::CalloutSummary>>, Error> {
        let id = self.id().get();
        self.aura()
            .call(|raw| async move { raw.list_customer_callouts(id).await })
            .await
    }
}
