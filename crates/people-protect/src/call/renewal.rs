//! What to do about a token that was refused.

use people_protect_api::Retry;

use super::Call;
use crate::token::{self, Held};
use crate::{Error, ErrorKind};

/// Whether a call goes out once more after a 401.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Renewal {
    /// At once, with another token.
    Again,
    /// For some time, as there may be another token by then.
    NotYet,
    /// The refusal is the answer, or was none.
    No,
}

/// A refusal that may be about the token, for which there was no other.
pub(crate) fn unconfirmed(error: Error) -> Error {
    error.with_retryable(true).with_hint(
        "it may be about the token, and no other was to be had: try again, and believe it if it is said again",
    )
}

impl Call {
    /// The token of this attempt, if the server refused it.
    pub(crate) fn refused_token(&self, error: &Error) -> Option<Held> {
        if !token::is_refusal(error.status()) {
            return None;
        }
        self.record().token.clone()
    }

    /// Gets rid of a refused token, after so many renewals.
    pub(crate) async fn renewal(&self, held: &Held, error: &Error, renewals: u32) -> Renewal {
        // A token just fetched that is refused would be so again. A raise tries all the same: one request
        // more is nothing against a callout less.
        let subject = self.subject();
        let raising = subject.class == Retry::Deduplicated;
        // R26: said of the customer, as far as can be read, and all others need the token.
        if error.kind() == ErrorKind::NoActiveSubscription {
            if renewals > 0 || !(raising || held.from_cache) {
                return Renewal::No;
            }
            // Said, should the deadline come before it can be asked again.
            self.record().refusal = Some(unconfirmed(error.shared()));
            return match held.replace(&self.core, self.need()).await {
                true => Renewal::Again,
                // It may be the token after all, and a callout depends on it.
                false if subject.brings_help => Renewal::NotYet,
                false => Renewal::No,
            };
        }
        held.forget(&self.core).await;
        if renewals < token::most_renewals(held) || (raising && renewals == 0) {
            Renewal::Again
        } else {
            Renewal::No
        }
    }
}
