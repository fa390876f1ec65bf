//! The client.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use people_protect_api::{CallError, Client as Raw, ResponseValue, SecretText};
use tracing::Instrument;

use crate::call::{Bearer, Call, Renewal, unconfirmed};
use crate::core::Core;
use crate::limits::Limits;
use crate::retry::{Course, Failure, Next};
use crate::telemetry::Telemetry;
use crate::token::{self, Held, TokenKind};
use crate::{
    Answer, Builder, Callout, CalloutClient, CalloutId, CalloutToken, Credentials, Customer,
    CustomerId, Environment, Error, NewCustomer, Register, ResponseTypes, Retries,
    SubscriptionTypes,
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
    limits: Limits,
}

impl PeopleProtect {
    /// Begins a client.
    #[must_use = "a builder does nothing until `build`"]
    pub fn builder(environment: Environment, credentials: Credentials) -> Builder {
        Builder::new(environment, credentials)
    }

    /// Begins a client from `AURA_ENVIRONMENT`, `AURA_CLIENT_ID` and `AURA_CLIENT_SECRET`, and, if
    /// they are set, `AURA_LIVE_CLASSIFICATION` and `AURA_TEST_CLASSIFICATION` (C25).
    ///
    /// # Errors
    ///
    /// [`Configuration`](crate::ErrorKind::Configuration) if one of them is missing or unusable.
    pub fn from_env() -> Result<Builder, Error> {
        let lookup = |name: &str| std::env::var(name).ok();
        Self::builder(
            Environment::from_lookup(lookup)?,
            Credentials::from_lookup(lookup)?,
        )
        .with_classifications_from_lookup(lookup)
    }

    pub(crate) fn from_core(core: Core) -> Self {
        Self {
            limits: core.limits,
            core: Arc::new(core),
            bearer: Bearer::Server,
        }
    }

    pub(crate) fn with_bearer(&self, bearer: Bearer) -> Self {
        Self {
            bearer,
            ..self.clone()
        }
    }

    /// A clone whose calls may take so long in all. A deadline of zero ends every call at once.
    ///
    /// ```no_run
    /// # use std::time::Duration;
    /// # async fn example(aura: people_protect::PeopleProtect) -> Result<(), people_protect::Error> {
    /// let types = aura.with_deadline(Duration::from_secs(5)).subscription_types().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_deadline(&self, deadline: Duration) -> Self {
        let mut clone = self.clone();
        clone.limits.deadline = deadline;
        clone
    }

    /// A clone whose calls may take so long for each attempt.
    #[must_use]
    pub fn with_attempt_timeout(&self, timeout: Duration) -> Self {
        let mut clone = self.clone();
        clone.limits.attempt = timeout;
        clone
    }

    /// A clone whose calls are repeated otherwise.
    #[must_use]
    pub fn with_retries(&self, retries: Retries) -> Self {
        let mut clone = self.clone();
        clone.limits.retries = retries;
        clone
    }

    /// A clone that sends this token in place of the server token: a customer's own (R08), or one
    /// scoped to a customer's callouts (R57).
    ///
    /// The token is sent as it is: it is neither cached nor renewed here.
    #[must_use]
    pub fn with_bearer_token(&self, token: impl Into<SecretText>) -> Self {
        self.with_bearer(Bearer::Given(token.into()))
    }

    /// The environment this client talks to.
    #[must_use]
    pub fn environment(&self) -> &Environment {
        &self.core.environment
    }

    /// Fetches the token if none is cached, so that no panic waits for it later (P02).
    ///
    /// # Errors
    ///
    /// [`NotAuthorised`](crate::ErrorKind::NotAuthorised) if AURA does not know the credentials
    /// (R09); transport errors as everywhere.
    pub async fn warm_up(&self) -> Result<(), Error> {
        let kind = match self.bearer {
            Bearer::Server => TokenKind::Server,
            Bearer::Callout(customer) => TokenKind::Callout(customer),
            Bearer::Given(_) | Bearer::None => return Ok(()),
        };
        self.held(kind).await.map(drop)
    }

    /// A client that can do one customer's callout flow and nothing else; its token is fetched
    /// when it is needed, and kept (R57, P03).
    #[must_use]
    pub fn callouts_of(&self, customer: impl Into<CustomerId>) -> CalloutClient {
        let customer = customer.into();
        CalloutClient::new(self.with_bearer(Bearer::Callout(customer)), customer)
    }

    pub(crate) async fn callout_token(&self, customer: CustomerId) -> Result<CalloutToken, Error> {
        let held = self.held(TokenKind::Callout(customer)).await?;
        Ok(CalloutToken::new(customer, held.token.stored().clone()))
    }

    /// A token, with the deadline and the repeats of a call.
    async fn held(&self, kind: TokenKind) -> Result<Held, Error> {
        let call = Call::new(Arc::clone(&self.core), Bearer::None, self.limits);
        call.is_for(match kind {
            TokenKind::Server => "create_oauth_token",
            TokenKind::Callout(_) => "create_callout_token",
        });
        // Pinned here and lent out: what thousands may wait in is not kept twice.
        let attempts = pin!(async {
            let mut course = Course::new(self.limits.retries);
            let mut attempt = 0;
            loop {
                attempt += 1;
                let error = match token::held(&self.core, kind, call.need()).await {
                    Ok(held) => return Ok(held),
                    Err(error) => error.with_attempts(attempt),
                };
                let failure = Failure::of(&error);
                self.pause(&mut course, &call, error, failure).await?;
            }
        });
        match self.within_deadline(attempts).await {
            Some(done) => done,
            None => Err(call.timed_out()),
        }
    }

    /// Calls any operation of the contract, with the token, the deadline and the whole answer.
    ///
    /// `operation` is given a raw client and calls **one** method on it. It may be called more
    /// than once: after a failure that the contract's retry class allows to repeat (see
    /// [`Retries`]), and after a 401 to a cached token, which is renewed: once, or twice if a
    /// shared store holds another that is refused as well.
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
        self.call_and_read(operation, Ok).await
    }

    /// As [`call`](Self::call); an answer that `read` refuses counts as a failure of the attempt.
    pub(crate) async fn call_and_read<T, E, F, Fut, U>(
        &self,
        operation: F,
        read: impl Fn(Answer<T>) -> Result<U, Error>,
    ) -> Result<U, Error>
    where
        F: Fn(Raw) -> Fut,
        Fut: Future<Output = Result<ResponseValue<T>, CallError<E>>>,
    {
        let core = &self.core;
        let call = Arc::new(Call::new(
            Arc::clone(core),
            self.bearer.clone(),
            self.limits,
        ));
        core.budget.deposit();
        let span = Telemetry::call();
        // Pinned here and lent out: a future of this size is not moved into its span and its deadline.
        let attempts = pin!(async {
            let mut course = Course::new(self.limits.retries);
            let mut renewals = 0;
            loop {
                call.begin_attempt();
                // In a block, and what seldom happens on the heap: the future of a call keeps room for
                // whatever may be there while it waits.
                let (error, failure) = {
                    let answer = call.join(operation(core.raw(&call)).await);
                    let status = answer.as_ref().map(Answer::status).unwrap_or_default();
                    let read = |answer| read(answer).map_err(|error| call.unfit(error));
                    match answer.and_then(read) {
                        Ok(read) => return Ok((read, status)),
                        Err(error) => {
                            // Of this attempt: what an earlier one may have done is no part of it.
                            let failure = Failure::of(&error);
                            (call.settle(error), failure)
                        }
                    }
                };
                let renewal = match call.refused_token(&error) {
                    Some(held) => Box::pin(call.renewal(&held, &error, renewals)).await,
                    None => Renewal::No,
                };
                let (error, failure) = match renewal {
                    Renewal::Again => {
                        renewals += 1;
                        continue;
                    }
                    Renewal::NotYet => (unconfirmed(error), Failure::NoOtherToken),
                    Renewal::No => (error, failure),
                };
                Box::pin(self.pause(&mut course, &call, error, failure)).await?;
            }
        });
        let done = self
            .within_deadline(attempts.instrument(span.clone()))
            .await
            .unwrap_or_else(|| Err(call.timed_out()));
        let outcome = done.as_ref().map(|(_, status)| *status);
        Telemetry::call_ended(&span, &call.attempt(), outcome);
        done.map(|(read, _)| read)
    }

    /// Waits before the next attempt.
    ///
    /// # Errors
    ///
    /// The failure itself, if there is to be no next attempt.
    async fn pause(
        &self,
        course: &mut Course,
        call: &Call,
        error: Error,
        failure: Failure,
    ) -> Result<(), Error> {
        let core = &self.core;
        let subject = call.subject();
        match course.next(
            &error,
            failure,
            subject,
            call.left(),
            &core.budget,
            &*core.random,
        ) {
            Next::Stop(reason) => Err(error.with_stop(reason)),
            Next::Again(wait) => {
                let attempt = call.attempt();
                Telemetry::will_repeat(&attempt, &error, wait);
                core.observe(|observer| observer.will_repeat(&attempt, &error, wait));
                if !wait.is_zero() {
                    core.clock.sleep(wait).await;
                }
                Ok(())
            }
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
            () = self.core.clock.sleep(self.limits.deadline) => None,
        }
    }
}
