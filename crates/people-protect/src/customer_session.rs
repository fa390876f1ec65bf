//! What is done as a customer: the hosted subscription management.

use std::fmt;
use std::future::IntoFuture;

use people_protect_api::{Client as Raw, types};

use crate::clock::BoxFuture;
use crate::lacking::lacks;
use crate::wrapped::Wrapped;
use crate::{
    Answer, CustomerToken, Error, HostedUrl, PeopleProtect, UnverifiedClaims, return_address,
};

impl PeopleProtect {
    /// Acts as a customer, with the customer's own token. Nothing is sent yet.
    ///
    /// What only a customer may do is on [`CustomerSession`] and nowhere else, so that a client
    /// with its server token cannot call it (R07).
    #[must_use]
    pub fn as_customer(&self, token: CustomerToken) -> CustomerSession {
        let claims = token.unverified_claims().clone();
        CustomerSession {
            aura: self.with_bearer_token(token.into_secret()),
            claims,
        }
    }
}

/// A customer by access token.
#[derive(Debug, Clone)]
pub struct CustomerSession {
    aura: PeopleProtect,
    claims: UnverifiedClaims,
}

impl CustomerSession {
    /// What the token says about itself, unverified.
    #[must_use]
    pub fn unverified_claims(&self) -> &UnverifiedClaims {
        &self.claims
    }

    /// Begins to open the page on which the customer manages the subscription; await it.
    ///
    /// The customer comes from the token. What is changed there emits the usual webhooks (R48);
    /// the return says nothing, so read the subscriptions again. The path of the operation is an
    /// assumption: if it answers 404, ask AURA for it.
    ///
    /// ```no_run
    /// # use people_protect::{CustomerToken, PeopleProtect};
    /// # async fn example(aura: PeopleProtect, token: CustomerToken) -> Result<(), people_protect::Error> {
    /// let page = aura
    ///     .as_customer(token)
    ///     .manage_subscription("https://shop.example.com/account")
    ///     .locale("en")
    ///     .await?;
    /// let open = page.hosted_url().reveal();
    /// # Ok(())
    /// # }
    /// ```
    pub fn manage_subscription(&self, return_url: impl Into<String>) -> ManageSubscription {
        ManageSubscription {
            aura: self.aura.clone(),
            request: types::CreateSubscriptionManagementSessionRequest::new(return_url),
        }
    }
}

/// A subscription management to open; see
/// [`manage_subscription`](CustomerSession::manage_subscription).
///
/// # Errors
///
/// [`InvalidRequest`](crate::ErrorKind::InvalidRequest), with nothing sent, if the return URL is not
/// absolute, is http (but for the own machine) or carries a password;
/// [`WrongTokenScope`](crate::ErrorKind::WrongTokenScope) if AURA finds no customer in the token (R07);
/// [`UndecodableAnswer`](crate::ErrorKind::UndecodableAnswer) if the answer has no page to open. It is
/// not repeated on its own: a repeat opens a second session.
#[must_use = "nothing is opened until it is awaited"]
pub struct ManageSubscription {
    aura: PeopleProtect,
    request: types::CreateSubscriptionManagementSessionRequest,
}

impl ManageSubscription {
    /// The language of the pages, such as `en`.
    pub fn locale(mut self, locale: impl Into<String>) -> Self {
        self.request.locale = Some(locale.into());
        self
    }

    /// The identifier of a configuration of the hosted pages.
    pub fn configuration(mut self, identifier: impl Into<String>) -> Self {
        self.request.configuration = Some(identifier.into());
        self
    }
}

impl IntoFuture for ManageSubscription {
    type Output = Result<ManagementPage, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let mut request = self.request;
            request.return_url = return_address::checked(&request.return_url)?.to_owned();
            let body = &request;
            let read = |answer: Answer<types::SubscriptionManagementSession>| {
                let wrapped = types::SubscriptionManagementSession::unwrapped(answer.body());
                let session = wrapped.as_ref().unwrap_or(&answer);
                let page = HostedUrl::from_answer(session.url.as_ref())
                    .filter(|page| page.reveal() != body.return_url);
                match page {
                    Some(hosted_url) => Ok(ManagementPage { hosted_url, answer }),
                    None => Err(lacks(
                        answer,
                        "create_subscription_management_session",
                        "the answer has no page that can be opened",
                        "`body()` has what was sent",
                    )),
                }
            };
            let create =
                |raw: Raw| async move { raw.create_subscription_management_session(body).await };
            self.aura.call_and_read(create, read).await
        })
    }
}

impl fmt::Debug for ManageSubscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The return URL is the caller's, and may carry anything.
        f.debug_struct("ManageSubscription")
            .field("locale", &self.request.locale)
            .field("configuration", &self.request.configuration)
            .finish_non_exhaustive()
    }
}

/// An open subscription management.
#[derive(Debug)]
pub struct ManagementPage {
    hosted_url: HostedUrl,
    answer: Answer<types::SubscriptionManagementSession>,
}

impl ManagementPage {
    /// The page to open for the customer.
    #[must_use]
    pub fn hosted_url(&self) -> &HostedUrl {
        &self.hosted_url
    }

    /// The whole answer.
    #[must_use]
    pub fn answer(&self) -> &Answer<types::SubscriptionManagementSession> {
        &self.answer
    }
}
