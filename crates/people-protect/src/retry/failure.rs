//! What a failure means for repeating a call.

use people_protect_api::Retry;

use crate::{Error, ErrorKind};

/// Failures, told apart as far as repeating is concerned: the columns of RETRIES.md.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Nothing was sent: refused connection, no address, no token to be had.
    NotSent,
    /// The connection broke or the time ran out after sending began.
    Unknown,
    /// 429: refused before it was acted on (an assumption).
    TooMany,
    /// 5xx, 408: the server failed, perhaps halfway.
    Server,
    /// A success that is not what the contract describes: cut off, a proxy's page.
    Unreadable,
    /// A 401 that may be about the token, and no other was to be had: refused before it was acted on
    /// (an assumption).
    NoOtherToken,
    /// Everything else: a clear answer, or a mistake of the caller.
    Final,
}

impl Failure {
    pub(crate) fn of(error: &Error) -> Self {
        let reached = error.may_have_reached_server();
        match error.kind() {
            // No token was to be had, so the call itself did not leave.
            ErrorKind::ServerFailure
            | ErrorKind::TimedOut
            | ErrorKind::UndecodableAnswer
            | ErrorKind::RateLimited
                if !reached =>
            {
                Self::NotSent
            }
            ErrorKind::RateLimited => Self::TooMany,
            ErrorKind::ServerFailure => Self::Server,
            ErrorKind::TimedOut if error.status().is_some() => Self::Server,
            ErrorKind::Unreachable if !reached => Self::NotSent,
            ErrorKind::Unreachable | ErrorKind::TimedOut => Self::Unknown,
            ErrorKind::NoCallout => Self::Unreadable,
            // Without a status it was no HTTP.
            ErrorKind::UndecodableAnswer if error.status().is_none_or(|s| s.is_success()) => {
                Self::Unreadable
            }
            _ => Self::Final,
        }
    }

    /// Whether an operation of this class may be sent again after this failure.
    pub(crate) fn may_be_repeated(self, class: Retry) -> bool {
        match self {
            // It did not happen, so it cannot happen twice.
            Self::NotSent | Self::TooMany | Self::NoOtherToken => true,
            Self::Unknown | Self::Server | Self::Unreadable => class != Retry::Never,
            Self::Final => false,
        }
    }

    /// Whether a raise goes on past the usual number of attempts, to the deadline. An answer that
    /// cannot be read will hardly read better the tenth time; a network that is gone may return.
    pub(crate) fn is_worth_the_deadline(self) -> bool {
        matches!(
            self,
            Self::NotSent | Self::Unknown | Self::Server | Self::TooMany
        )
    }
}
