//! A return from a hosted sign-up, confirmed.

use std::fmt;

use crate::{
    CustomerId, Error, ErrorKind, PeopleProtect, ReturnStatus, ReturnUrl, Signup, SignupView,
};

impl PeopleProtect {
    /// Reads the session a return URL names, and tells what became of the sign-up (R52, C33).
    ///
    /// The URL chooses the session here, and anybody can write another one into it. If the session
    /// was kept when the sign-up began, [`Signup::confirm`] is the safer call; otherwise compare
    /// [`customer_reference_id`](SignupView::customer_reference_id) with the person who is there.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](ErrorKind::InvalidRequest) if the URL names no session; otherwise as
    /// [`Signup::confirm`].
    pub async fn confirm(&self, back: &ReturnUrl) -> Result<ConfirmedSignup, Error> {
        let id = back.session_id().ok_or_else(|| {
            Error::invalid(
                "the return URL names no signup session",
                "pass all of the URL the browser came back with, or confirm by the session you kept",
            )
        })?;
        self.signup(id).confirm(back).await
    }
}

impl Signup {
    /// Reads this session, and tells what became of the sign-up that came back (R52, P13, P19).
    ///
    /// ```no_run
    /// # use people_protect::{PeopleProtect, ReturnUrl, SignupOutcome};
    /// # async fn example(aura: PeopleProtect, kept: &str, url: &str) -> Result<(), people_protect::Error> {
    /// let confirmed = aura.signup(kept).confirm(&ReturnUrl::parse(url)).await?;
    /// match confirmed.outcome() {
    ///     SignupOutcome::Completed { customer } => println!("customer {customer}"),
    ///     SignupOutcome::Pending => println!("not yet: read the session again later"),
    ///     SignupOutcome::Failed { .. } | SignupOutcome::Cancelled => println!("offer to try again"),
    ///     _ => println!("a customer without a finished sign-up: look at the subscriptions"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](ErrorKind::InvalidRequest), with nothing sent, if the URL names another
    /// session; [`Conflict`](ErrorKind::Conflict) if it names another customer than the session:
    /// somebody changed it, or it belongs to another sign-up. Otherwise as [`get`](Self::get).
    pub async fn confirm(&self, back: &ReturnUrl) -> Result<ConfirmedSignup, Error> {
        let own = self.id.reveal().trim();
        if back
            .session_id()
            .is_some_and(|named| named.reveal().trim() != own)
        {
            return Err(Error::invalid(
                "the return URL names another signup session than this one",
                "somebody else's URL was opened here, or it was changed: begin the sign-up anew",
            ));
        }
        let session = self.get().await?;
        if let (Some(named), Some(customer)) = (back.customer(), session.customer())
            && named != customer
        {
            let answer = session.answer();
            return Err(Error::new(ErrorKind::Conflict)
                .with_operation(Some("get_signup_session"))
                .with_attempts(answer.attempts)
                .with_answer(answer.answered.clone())
                .with_reached(true)
                .with_detail(format!(
                    "the return URL names customer {named}, the session customer {customer}"
                ))
                .with_hint("do not use the URL: it was changed, or is another sign-up's; the session is right"));
        }
        Ok(ConfirmedSignup {
            outcome: outcome(back, session.customer()),
            session,
        })
    }
}

fn outcome(back: &ReturnUrl, customer: Option<CustomerId>) -> SignupOutcome {
    let error_code = || back.error_code().map(str::to_owned);
    match (back.status(), customer) {
        (None | Some(ReturnStatus::Completed), Some(customer)) => {
            SignupOutcome::Completed { customer }
        }
        (Some(status), Some(customer)) => SignupOutcome::Unfinished {
            customer,
            status: status.clone(),
            error_code: error_code(),
        },
        (Some(ReturnStatus::Failed), None) => SignupOutcome::Failed {
            error_code: error_code(),
        },
        (Some(ReturnStatus::Cancelled), None) => SignupOutcome::Cancelled,
        (_, None) => SignupOutcome::Pending,
    }
}

/// What became of a hosted sign-up: the session's word first, the redirect's second.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignupOutcome {
    /// The session has a customer, and the redirect does not speak against it. Whether a
    /// subscription covers the customer, the customer's subscriptions tell (R98).
    Completed {
        /// The customer, from the session.
        customer: CustomerId,
    },
    /// The session has a customer, but the redirect says `failed`, `cancelled` or something
    /// unknown: the person was created, and a later step, such as payment, did not end well.
    Unfinished {
        /// The customer, from the session.
        customer: CustomerId,
        /// What the redirect says.
        status: ReturnStatus,
        /// Why, if it says so.
        error_code: Option<String>,
    },
    /// The session has no customer, whatever the redirect says about success (P19). Read it again
    /// later.
    Pending,
    /// The session has no customer and the redirect says that it failed.
    Failed {
        /// Why, if it says so; such as `payment_failed`.
        error_code: Option<String>,
    },
    /// The session has no customer and the redirect says that the person gave up.
    Cancelled,
}

impl fmt::Debug for SignupOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The error code comes out of a browser, and does not show.
        match self {
            Self::Completed { customer } => write!(f, "Completed({customer})"),
            Self::Unfinished {
                customer, status, ..
            } => write!(f, "Unfinished({customer}, {status:?})"),
            Self::Pending => f.write_str("Pending"),
            Self::Failed { .. } => f.write_str("Failed"),
            Self::Cancelled => f.write_str("Cancelled"),
        }
    }
}

/// A return that was compared with its session.
#[derive(Debug)]
pub struct ConfirmedSignup {
    outcome: SignupOutcome,
    session: SignupView,
}

impl ConfirmedSignup {
    /// What became of the sign-up.
    #[must_use]
    pub fn outcome(&self) -> &SignupOutcome {
        &self.outcome
    }

    /// The customer, if the session has one: the id to store.
    #[must_use]
    pub fn customer(&self) -> Option<CustomerId> {
        self.session.customer()
    }

    /// The session that was read.
    #[must_use]
    pub fn session(&self) -> &SignupView {
        &self.session
    }
}
