//! What a signup session says.

use std::fmt;

use people_protect_api::{PersonalText, types};
use serde_json::Value;

use crate::signup::customer;
use crate::wrapped::Wrapped;
use crate::{Answer, CustomerId};

/// A signup session as it was read: the truth about a hosted sign-up (R52).
pub struct SignupView {
    session: types::SignupSession,
    answer: Answer<types::SignupSession>,
}

/// How far a hosted sign-up has come.
///
/// How a finished session is told from the answer is not documented. A customer in it is the sign
/// to look for, and the only one read here (P19).
///
/// ```
/// use people_protect::{CustomerId, SignupState};
///
/// let state = SignupState::Completed { customer: CustomerId::new(987_654) };
/// assert_eq!(state.customer(), Some(CustomerId::new(987_654)));
/// assert_eq!(SignupState::Pending.customer(), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignupState {
    /// A customer exists. Whether a subscription covers it, the customer's subscriptions tell
    /// (R98).
    Completed {
        /// The customer.
        customer: CustomerId,
    },
    /// No customer exists yet: the person is still in the flow, or left it. The two cannot be told
    /// apart from the documented answer.
    Pending,
}

impl SignupState {
    /// The customer, once there is one.
    #[must_use]
    pub fn customer(self) -> Option<CustomerId> {
        match self {
            SignupState::Completed { customer } => Some(customer),
            SignupState::Pending => None,
        }
    }
}

impl SignupView {
    pub(crate) fn new(answer: Answer<types::SignupSession>) -> Self {
        let session =
            types::SignupSession::unwrapped(answer.body()).unwrap_or_else(|| (*answer).clone());
        Self { session, answer }
    }

    /// How far it has come. Nobody is signed up before this is
    /// [`Completed`](SignupState::Completed) (P19).
    #[must_use]
    pub fn state(&self) -> SignupState {
        match self.customer() {
            Some(customer) => SignupState::Completed { customer },
            None => SignupState::Pending,
        }
    }

    /// The customer, once there is one.
    #[must_use]
    pub fn customer(&self) -> Option<CustomerId> {
        self.session.customer_id.and_then(customer)
    }

    /// Your own reference from the request: compare it with the person you think came back.
    #[must_use]
    pub fn customer_reference_id(&self) -> Option<&PersonalText> {
        self.session.customer_reference_id.as_ref()
    }

    /// The steps of the flow, such as `payment`, `auth` and `download`. Their shape is not
    /// documented.
    #[must_use]
    pub fn flows(&self) -> Option<&Value> {
        self.session.flows.as_ref().map(|flows| &flows.0)
    }

    /// The state as free text, such as `pending_verification` (documented earlier; unconfirmed).
    /// Nothing is decided by it here.
    #[must_use]
    pub fn status_text(&self) -> Option<&str> {
        self.session.status.as_deref()
    }

    /// Every field the contract knows.
    #[must_use]
    pub fn raw(&self) -> &types::SignupSession {
        &self.session
    }

    /// The whole answer.
    #[must_use]
    pub fn answer(&self) -> &Answer<types::SignupSession> {
        &self.answer
    }
}

impl fmt::Debug for SignupView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignupView")
            .field("state", &self.state())
            .field("answer", &self.answer)
            .finish_non_exhaustive()
    }
}
