//! The kinds of failure.

use std::fmt;

/// What kind of failure an [`Error`](crate::Error) is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The customer has no active subscription, so a live callout is refused (R26).
    ///
    /// 403 is documented earlier and unconfirmed (C06). A 400 or 401 on raising counts too if its
    /// message speaks of a subscription; that reading is ours.
    NoActiveSubscription,
    /// The mobile number belongs to a customer already (R11; 409 is documented earlier).
    AlreadyRegistered,
    /// A registration may have happened: the answer was lost or came too late.
    ///
    /// Register the same customer again, with the same mobile number.
    /// [`AlreadyRegistered`](Self::AlreadyRegistered) then most likely means that the first time
    /// worked; the customer's id comes from your own records, the portal or AURA, as no documented
    /// operation finds a customer by number.
    RegistrationUnknown,
    /// The customer has an active subscription already (R23).
    AlreadySubscribed,
    /// Another conflict with what the server holds: 409 on any other operation.
    Conflict,
    /// There is no such thing, or not for these credentials (R16, R63).
    NotFound,
    /// The credentials or the token were refused (R09), or do not permit this.
    NotAuthorised,
    /// The token is good but not for this operation (R06, R07).
    WrongTokenScope,
    /// Too many requests; see [`retry_after`](crate::Error::retry_after) (R21).
    RateLimited,
    /// The callout is closed; [`callout`](crate::Error::callout) has its final state (R33).
    CalloutClosed,
    /// The request is wrong and must be changed, not repeated.
    InvalidRequest,
    /// The server failed: 5xx (R56).
    ServerFailure,
    /// The server could not be reached, or the connection broke.
    Unreachable,
    /// No answer within the deadline.
    TimedOut,
    /// An answer arrived that is not what the contract describes: a proxy's page, cut-off JSON,
    /// a missing id.
    UndecodableAnswer,
    /// The server reported success but gave no callout id (P01). Help is **not** known to come.
    NoCallout,
    /// The client is set up wrongly: credentials, addresses, options.
    Configuration,
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ErrorKind::NoActiveSubscription => "no active subscription",
            ErrorKind::AlreadyRegistered => "already registered",
            ErrorKind::RegistrationUnknown => "registered or not is unknown",
            ErrorKind::AlreadySubscribed => "already subscribed",
            ErrorKind::Conflict => "conflict",
            ErrorKind::NotFound => "not found",
            ErrorKind::NotAuthorised => "not authorised",
            ErrorKind::WrongTokenScope => "wrong kind of token",
            ErrorKind::RateLimited => "too many requests",
            ErrorKind::CalloutClosed => "the callout is closed",
            ErrorKind::InvalidRequest => "invalid request",
            ErrorKind::ServerFailure => "the server failed",
            ErrorKind::Unreachable => "cannot reach the server",
            ErrorKind::TimedOut => "no answer in time",
            ErrorKind::UndecodableAnswer => "unreadable answer",
            ErrorKind::NoCallout => "no callout was confirmed",
            ErrorKind::Configuration => "configuration",
        })
    }
}
