//! A client that can do the callout flow of one customer, and nothing else.

use people_protect_api::SecretText;

use crate::call::Bearer;
use crate::{
    Builder, Callout, CalloutId, CalloutToken, CustomerId, Environment, Error, PeopleProtect,
    Place, Raise, ResponseTypeId,
};

/// A client for one customer's callouts: raising, following, positions, chat, cancelling.
///
/// It goes with a callout token, which AURA accepts for these operations only; which they are is
/// not documented publicly, and the contract's set is an assumption. What the token does not
/// permit is not there to be called.
///
/// From a client with credentials, which fetches and renews the token:
///
/// ```no_run
/// # use people_protect::{CustomerId, PeopleProtect, Position, ResponseTypeId};
/// # async fn example(aura: PeopleProtect, jane: CustomerId, security: ResponseTypeId) -> Result<(), people_protect::Error> {
/// let callouts = aura.callouts_of(jane);
/// callouts.warm_up().await?;
/// let raised = callouts.raise(Position::new(-26.12345, 28.12345)?, security).live().await?;
/// let view = callouts.callout(raised.id()).get().await?;
/// # Ok(())
/// # }
/// ```
///
/// In an app that was handed a token: [`CalloutClient::builder`].
///
/// It registers nobody and reads no profile; that does not compile:
///
/// ```compile_fail,E0599
/// # fn example(callouts: people_protect::CalloutClient, jane: people_protect::NewCustomer) {
/// callouts.register(jane);
/// # }
/// ```
///
/// ```compile_fail,E0599
/// # fn example(callouts: people_protect::CalloutClient) {
/// callouts.customer(178_921);
/// # }
/// ```
///
/// ```compile_fail,E0599
/// # fn example(callouts: people_protect::CalloutClient) {
/// callouts.callout_record(992_011);
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct CalloutClient {
    aura: PeopleProtect,
    customer: CustomerId,
}

impl CalloutClient {
    pub(crate) fn new(aura: PeopleProtect, customer: CustomerId) -> Self {
        Self { aura, customer }
    }

    /// Begins a client from a token that a back end made with
    /// [`callout_token`](Self::callout_token) and handed over. It cannot renew the token: after
    /// the first 401, ask the back end for another.
    ///
    /// ```
    /// use people_protect::{CalloutClient, CustomerId, Environment};
    ///
    /// let callouts = CalloutClient::builder(Environment::Staging)
    ///     .with_user_agent("panic-button/2.0")
    ///     .build_with_callout_token(CustomerId::new(178_921), "the token")?;
    /// # Ok::<(), people_protect::Error>(())
    /// ```
    #[must_use = "a builder does nothing until it is built"]
    pub fn builder(environment: Environment) -> CalloutClientBuilder {
        CalloutClientBuilder(Builder::without_credentials(environment))
    }

    /// Whose callouts these are.
    #[must_use]
    pub fn customer(&self) -> CustomerId {
        self.customer
    }

    /// Fetches the token if none is cached, so that no panic waits for it later (P02).
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) if there is no such customer (R05).
    pub async fn warm_up(&self) -> Result<(), Error> {
        self.aura.warm_up().await
    }

    /// The token, to hand to the customer's app. It is cached until shortly before it expires.
    ///
    /// # Errors
    ///
    /// As [`warm_up`](Self::warm_up); [`Configuration`](crate::ErrorKind::Configuration) if this
    /// client was itself made from a token.
    pub async fn callout_token(&self) -> Result<CalloutToken, Error> {
        self.aura.callout_token(self.customer).await
    }

    /// Begins to raise a callout for the customer; say next whether it is live or a test
    /// (P07, R99).
    pub fn raise(&self, place: impl Into<Place>, response_type: ResponseTypeId) -> Raise {
        Raise::new(
            self.aura.clone(),
            self.customer,
            place.into(),
            response_type,
        )
    }

    /// A callout of the customer by id. Nothing is sent yet.
    ///
    /// Another customer's callout is refused by the server (R57).
    #[must_use]
    pub fn callout(&self, id: impl Into<CalloutId>) -> Callout {
        self.aura.callout(id)
    }
}

/// Sets up a [`CalloutClient`] in an app that holds a token and no credentials.
#[derive(Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct CalloutClientBuilder(Builder);

impl CalloutClientBuilder {
    /// As [`Builder::with_user_agent`].
    pub fn with_user_agent(self, product: impl Into<String>) -> Self {
        self.with(|builder| builder.with_user_agent(product))
    }

    /// Any other option of [`Builder`]: deadlines, clocks, classifications.
    ///
    /// ```
    /// use std::time::Duration;
    /// use people_protect::{CalloutClient, Environment};
    ///
    /// let builder = CalloutClient::builder(Environment::Staging)
    ///     .with(|builder| builder.with_deadline(Duration::from_secs(20)));
    /// ```
    pub fn with(self, change: impl FnOnce(Builder) -> Builder) -> Self {
        Self(change(self.0))
    }

    /// Makes the client.
    ///
    /// # Errors
    ///
    /// As [`Builder::build`].
    pub fn build_with_callout_token(
        self,
        customer: impl Into<CustomerId>,
        token: impl Into<SecretText>,
    ) -> Result<CalloutClient, Error> {
        let aura = self.0.build()?.with_bearer(Bearer::Given(token.into()));
        Ok(CalloutClient::new(aura, customer.into()))
    }
}
