//! Hosted sign-ups: opening one, and reading how far it has come.

use std::fmt;

use people_protect_api::types;

use crate::lacking::lacks;
use crate::wrapped::Wrapped;
use crate::{
    Answer, CustomerId, Error, HostedUrl, PeopleProtect, SignupRequest, SignupSessionId, SignupView,
};

impl PeopleProtect {
    /// Opens a hosted sign-up (R52): send the person to [`hosted_url`](StartedSignup::hosted_url)
    /// and keep the [`session_id`](StartedSignup::session_id).
    ///
    /// ```no_run
    /// # use people_protect::{PeopleProtect, SignupRequest};
    /// # async fn example(aura: PeopleProtect) -> Result<(), people_protect::Error> {
    /// let back = "https://shop.example.com/signup-done";
    /// let request = SignupRequest::by_reference("partner-user-123", back)?;
    /// let started = aura.start_signup(request).await?;
    /// let (keep, open) = (started.session_id().reveal(), started.hosted_url().reveal());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`UndecodableAnswer`](crate::ErrorKind::UndecodableAnswer) if the answer lacks the session or a
    /// page that can be opened, or names your own return URL as that page (R89). It is not
    /// repeated on its own: a repeat opens a second session.
    pub async fn start_signup(&self, request: SignupRequest) -> Result<StartedSignup, Error> {
        let body = &request.0;
        let read = |answer| started(answer, &body.return_url);
        self.call_and_read(
            |raw| async move { raw.create_signup_session(body).await },
            read,
        )
        .await
    }

    /// A hosted sign-up by its session's id. Nothing is sent yet.
    #[must_use]
    pub fn signup(&self, session: impl Into<SignupSessionId>) -> Signup {
        Signup {
            aura: self.clone(),
            id: session.into(),
        }
    }
}

/// What was opened, if the answer names all that is needed.
fn started(
    answer: Answer<types::SignupSessionCreated>,
    return_url: &str,
) -> Result<StartedSignup, Error> {
    let wrapped = types::SignupSessionCreated::unwrapped(answer.body());
    let created = wrapped.as_ref().unwrap_or(&answer);
    let session = created
        .session_id
        .as_ref()
        .filter(|id| !id.reveal().trim().is_empty());
    let page = HostedUrl::from_answer(created.return_url.as_ref());
    let problem = match (session, page) {
        (Some(_), Some(page)) if page.reveal() == return_url => {
            "the page to open is your own return URL"
        }
        (Some(session), Some(hosted_url)) => {
            return Ok(StartedSignup {
                session_id: SignupSessionId::new(session.clone()),
                hosted_url,
                customer: created.customer_id.and_then(customer),
                answer,
            });
        }
        (None, _) => "the answer has no session id",
        (_, None) => "the answer has no page that can be opened",
    };
    Err(lacks(
        answer,
        "create_signup_session",
        problem,
        "`body()` has what was sent; a session may be open, a new one does no harm",
    ))
}

/// A hosted sign-up that has just been opened.
///
/// ```no_run
/// # async fn example(started: people_protect::StartedSignup) {
/// // Nobody has signed up yet; the page is not your return URL.
/// assert_eq!(started.customer(), None);
/// println!("{}", started.hosted_url());
/// # }
/// ```
pub struct StartedSignup {
    session_id: SignupSessionId,
    hosted_url: HostedUrl,
    customer: Option<CustomerId>,
    answer: Answer<types::SignupSessionCreated>,
}

impl StartedSignup {
    /// The session's id. Keep it with the person: it is what confirms the return.
    #[must_use]
    pub fn session_id(&self) -> &SignupSessionId {
        &self.session_id
    }

    /// The page to open for the person. AURA calls this field `returnUrl` as well (R89, P06).
    #[must_use]
    pub fn hosted_url(&self) -> &HostedUrl {
        &self.hosted_url
    }

    /// The customer, if there is one already; none is usual (P19).
    #[must_use]
    pub fn customer(&self) -> Option<CustomerId> {
        self.customer
    }

    /// The whole answer.
    #[must_use]
    pub fn answer(&self) -> &Answer<types::SignupSessionCreated> {
        &self.answer
    }
}

impl fmt::Debug for StartedSignup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StartedSignup")
            .field("hosted_url", &self.hosted_url)
            .field("customer", &self.customer)
            .finish_non_exhaustive()
    }
}

/// A hosted sign-up by its session's id.
#[derive(Debug, Clone)]
pub struct Signup {
    pub(crate) aura: PeopleProtect,
    pub(crate) id: SignupSessionId,
}

impl Signup {
    /// The session's id.
    #[must_use]
    pub fn session_id(&self) -> &SignupSessionId {
        &self.id
    }

    /// Reads the session: the truth, however the person left the hosted flow (R52, C33).
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if the id is blank;
    /// [`NotFound`](crate::ErrorKind::NotFound) if there is no such session, or not for these
    /// credentials (R16). How long a session lives is not documented.
    pub async fn get(&self) -> Result<SignupView, Error> {
        let id = self.id.reveal().trim();
        if id.is_empty() {
            return Err(Error::invalid(
                "the signup session's id is blank",
                "pass the id that `start_signup` answered",
            ));
        }
        self.aura
            .call(|raw| async move { raw.get_signup_session(id).await })
            .await
            .map(SignupView::new)
    }
}

/// A customer id, if the number can be one: some back ends write 0 for none.
pub(crate) fn customer(id: i64) -> Option<CustomerId> {
    (id > 0).then(|| CustomerId::new(id))
}
