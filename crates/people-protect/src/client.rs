//! The client.

use std::future::Future;
use std::sync::Arc;

use people_protect_api::{CallError, Client as Raw, ResponseValue, SecretText};

use crate::call::{Bearer, Call};
use crate::core::Core;
use crate::{
    Answer, Builder, Callout, CalloutId, Credentials, Customer, CustomerId, Environment, Error,
    NewCustomer, Register, ResponseTypes, SubscriptionTypes,
};

/// A client of AURA's People Protect API for one environment and one set of credentials.
///
/// Cloning is cheap; clones share connections and the token. Make one at start-up and keep it.
///
/// ```no_run
/// use people_protect::{Credentials, Environment, PeopleProtect};
///
/// # async fn example() -> Result<(), people_protect::Error> {
/// let aura = PeopleProtect::builder(Environment::Staging, Credentials::from_env()?).build()?;
/// aura.warm_up().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct PeopleProtect {
    core: Arc<Core>,
    bearer: Bearer,
}

impl PeopleProtect {
    /// Begins a client.
    #[must_use = "a builder does nothing until `build`"]
    pub fn builder(environment: Environment, credentials: Credentials) -> Builder {
        Builder::new(environment, credentials)
    }

    /// Begins a client from `AURA_ENVIRONMENT`, `AURA_CLIENT_ID` and `AURA_CLIENT_SECRET`.
    ///
    /// # Errors
    ///
    /// [`Configuration`](crate::ErrorKind::Configuration) if one of them is missing or unusable.
    pub fn from_env() -> Result<Builder, Error> {
        Ok(Self::builder(
            Environment::from_env()?,
            Credentials::from_env()?,
        ))
    }

    pub(crate) fn from_core(core: Core) -> Self {
        Self {
            core: Arc::new(core),
            bearer: Bearer::Server,
        }
    }

    /// A clone that sends this token in place of the server token: a customer's own (R08), or one
    /// scoped to a customer's callouts (R57).
    ///
    /// The token is sent as it is: it is neither cached nor renewed here.
    #[must_use]
    pub fn with_bearer_token(&self, token: impl Into<SecretText>) -> Self {
        Self {
            core: Arc::clone(&self.core),
            bearer: Bearer::Given(token.into()),
        }
    }

    /// The environment this client talks to.
    #[must_use]
    pub fn environment(&self) -> &Environment {
        &self.core.environment
    }

    /// Fetches the server token if none is cached, so that no panic waits for it later (P02).
    ///
    /// # Errors
    ///
    /// [`NotAuthorised`](crate::ErrorKind::NotAuthorised) if AURA does not know the credentials
    /// (R09); transport errors as everywhere.
    pub async fn warm_up(&self) -> Result<(), Error> {
        let call = Call::new(Arc::clone(&self.core), Bearer::None);
        let fetch = async { self.core.tokens.get(&self.core).await.map(drop) };
        match self.within_deadline(fetch).await {
            Some(done) => done,
            None => Err(call.timed_out().with_operation(Some("create_oauth_token"))),
        }
    }

    /// Calls any operation of the contract, with the token, the deadline and the whole answer.
    ///
    /// `operation` is given a raw client and calls **one** method on it. It may be called more
    /// than once: after a 401 to a cached token the token is renewed and the operation sent again,
    /// once.
    ///
    /// ```no_run
    /// # async fn example(aura: people_protect::PeopleProtect) -> Result<(), people_protect::Error> {
    /// let lead_id = String::from("3f0c7f1e-7f3c-4a53-9d3d-0c4a2a5f9a10");
    /// let id = lead_id.as_str();
    /// let lead = aura.call(|raw| async move { raw.get_lead(id).await }).await?;
    /// println!("{:?}: {} bytes", lead.status, lead.body().len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Every answer but a readable 2xx. 285 counts as an error:
    /// [`CalloutClosed`](crate::ErrorKind::CalloutClosed) (R33).
    pub async fn call<T, E, F, Fut>(&self, operation: F) -> Result<Answer<T>, Error>
    where
        F: Fn(Raw) -> Fut,
        Fut: Future<Output = Result<ResponseValue<T>, CallError<E>>>,
    {
        let call = Arc::new(Call::new(Arc::clone(&self.core), self.bearer.clone()));
        let attempts = async {
            let mut renewed = false;
            loop {
                call.begin_attempt();
                let result = operation(self.core.raw(&call)).await;
                let error = match call.join(result) {
                    Ok(answer) => return Ok(answer),
                    Err(error) => error,
                };
                match call.refused_token(&error) {
                    Some(held) if !renewed => {
                        self.core.tokens.forget(&held.token);
                        renewed = true;
                    }
                    _ => return Err(error),
                }
            }
        };
        match self.within_deadline(attempts).await {
            Some(result) => result,
            None => Err(call.timed_out()),
        }
    }

    /// The kinds of subscription of this customer source (R18).
    ///
    /// # Errors
    ///
    /// As [`call`](Self::call).
    pub async fn subscription_types(&self) -> Result<SubscriptionTypes, Error> {
        let answer = self
            .call(|raw| async move { raw.list_subscription_types().await })
            .await?;
        Ok(SubscriptionTypes::new(answer, Arc::clone(&self.core.clock)))
    }

    /// The kinds of response of this customer source (R82). The path of this operation is an
    /// assumption: if it answers 404, configure the id AURA told you with
    /// [`ResponseTypeId::new`](crate::ResponseTypeId::new).
    ///
    /// # Errors
    ///
    /// As [`call`](Self::call).
    pub async fn response_types(&self) -> Result<ResponseTypes, Error> {
        self.call(|raw| async move { raw.list_response_types().await })
            .await
            .map(ResponseTypes::new)
    }

    /// Begins to register a customer; say next whether there is a subscription.
    pub fn register(&self, customer: NewCustomer) -> Register {
        Register::new(self.clone(), customer)
    }

    /// A customer by id. Nothing is sent yet.
    #[must_use]
    pub fn customer(&self, id: impl Into<CustomerId>) -> Customer {
        Customer::new(self.clone(), id.into())
    }

    /// A callout by id. Nothing is sent yet.
    #[must_use]
    pub fn callout(&self, id: impl Into<CalloutId>) -> Callout {
        Callout::new(self.clone(), id.into())
    }

    pub(crate) fn core(&self) -> &Core {
        &self.core
    }

    async fn within_deadline<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            done = work => Some(done),
            () = self.core.clock.sleep(self.core.deadline) => None,
        }
    }
}
