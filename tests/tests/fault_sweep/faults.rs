//! What can go wrong with one exchange.

use std::fmt;

/// A kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nobody listens at the address.
    Refused,
    /// The connection is reset with the request unread.
    ResetUnread,
    /// The request arrives and gets no further; the connection is reset.
    ResetUnacted,
    /// The server acts; the connection is reset before the answer.
    ResetActed,
    /// The server acts; the connection is reset in the middle of the answer's body.
    ResetMidBody,
    /// The server acts; no answer comes.
    Timeout,
    /// The token is refused.
    Unauthorised,
    /// Too many requests.
    TooMany,
    /// Too many requests, and when to come back.
    TooManyUntil,
    /// The server fails before it acts.
    ServerFailure,
    /// The server fails after it acted.
    ServerFailureActed,
    /// A gateway answers in the server's place, with a page.
    GatewayPage,
    /// The server acts; its answer is cut, and looks whole to HTTP.
    TruncatedJson,
    /// The server acts; a page stands in the place of its answer.
    Page,
    /// The server acts; its answer says so, and names nothing (P01).
    Nameless,
    /// The server acts; the beginning of its answer comes, and then nothing.
    SlowDrip,
}

impl Fault {
    /// All of them.
    pub(crate) const ALL: [Self; 16] = [
        Self::Refused,
        Self::ResetUnread,
        Self::ResetUnacted,
        Self::ResetActed,
        Self::ResetMidBody,
        Self::Timeout,
        Self::Unauthorised,
        Self::TooMany,
        Self::TooManyUntil,
        Self::ServerFailure,
        Self::ServerFailureActed,
        Self::GatewayPage,
        Self::TruncatedJson,
        Self::Page,
        Self::Nameless,
        Self::SlowDrip,
    ];

    /// Whether the request gets to the server in spite of the fault.
    pub(crate) fn is_acted_on(self) -> bool {
        matches!(
            self,
            Self::ResetActed
                | Self::ResetMidBody
                | Self::Timeout
                | Self::ServerFailureActed
                | Self::TruncatedJson
                | Self::Page
                | Self::Nameless
                | Self::SlowDrip
        )
    }

    /// Whether the caller can know that the server did not act: it was refused, or never reached.
    pub(crate) fn is_a_clear_no(self) -> bool {
        matches!(
            self,
            Self::Refused | Self::Unauthorised | Self::TooMany | Self::TooManyUntil
        )
    }

    /// Whether the client gets to see the server's own status in spite of the fault.
    pub(crate) fn shows_the_status(self) -> bool {
        matches!(
            self,
            Self::ResetMidBody | Self::TruncatedJson | Self::Nameless | Self::SlowDrip
        )
    }
}

/// A fault at one exchange, or from one exchange on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) fault: Fault,
    /// Counted from 1.
    pub(crate) at: usize,
    pub(crate) lasting: Lasting,
}

/// How long a fault lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lasting {
    /// For one exchange.
    Once,
    /// For good.
    FromThenOn,
    /// For one exchange; after it another one lasts.
    Then(Fault),
}

impl Lasting {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::Once, Self::FromThenOn, Self::Then(Fault::Refused)];
}

impl Plan {
    /// The fault at this exchange, if there is one.
    pub(crate) fn at(&self, exchange: usize) -> Option<Fault> {
        if exchange == self.at {
            return Some(self.fault);
        }
        match self.lasting {
            Lasting::FromThenOn if exchange > self.at => Some(self.fault),
            Lasting::Then(fault) if exchange > self.at => Some(fault),
            _ => None,
        }
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { fault, at, lasting } = self;
        write!(f, "{fault:?} at exchange {at}, {lasting:?}")
    }
}
