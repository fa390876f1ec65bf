//! What can go wrong for the program that runs a simulator.

use std::fmt;
use std::net::SocketAddr;

/// A simulator that could not be started, driven or ended.
///
/// What an API caller sees is an HTTP answer, never this.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    source: Option<std::io::Error>,
}

/// What went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The port is taken by another program.
    PortInUse,
    /// The operating system refused the port for another reason.
    CannotListen,
    /// There is no callout with that id.
    UnknownCallout,
    /// There is no lead with that UUID.
    UnknownLead,
    /// A callout's stage does not go backwards, and nothing follows an end.
    StageRefused,
    /// A callout runs no slower and no faster than that.
    SpeedRefused,
    /// There is no such signup session.
    UnknownSignup,
    /// A completed sign-up does not go on, and one whose person cannot be registered does not end.
    SignupRefused,
    /// There is no customer with that id.
    UnknownCustomer,
    /// There is no subscription with that id.
    UnknownSubscription,
    /// An event's name is made of capitals, digits and underscores.
    EventRefused,
    /// There is no delivery with that number in the log.
    UnknownDelivery,
    /// There is no switch of that name.
    UnknownSwitch,
    /// A switch does not take that value.
    SwitchRefused,
    /// There is no rule with that id that could be broken.
    UnknownRule,
    /// A fault that says what cannot be.
    FaultRefused,
    /// A change to answers that cannot be, or of an operation that is not known.
    DriftRefused,
    /// There is no fault with that number.
    UnknownFault,
    /// The clock only goes forward, and not beyond the calendar.
    ClockRefused,
    /// The public URL is none, or has more than a scheme, a host and a port.
    PublicUrlRefused,
    /// The file of customer sources cannot be read or does not fit.
    SourcesRefused,
    /// Another program has the state file.
    StateFileInUse,
    /// The state file cannot be used: it is no such file, or of another version, seed or clock, or
    /// of other customer sources.
    StateFileRefused,
    /// The state file could not be written, so that the change may be lost.
    StateNotKept,
    /// A document to import is malformed or does not hold together.
    StateRefused,
    /// Something inside the simulator panicked: a defect of the simulator.
    Panicked,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            source: None,
        }))
    }

    /// A callout that does not exist.
    pub(crate) fn unknown_callout(id: i64) -> Self {
        Self::new(
            ErrorKind::UnknownCallout,
            format!(
                "there is no callout {id}: GET /_simulator/callouts lists those that are active"
            ),
        )
    }

    /// A port that could not be opened.
    pub(crate) fn listen(address: SocketAddr, source: std::io::Error) -> Self {
        let port = address.port();
        let (kind, message) = match source.kind() {
            std::io::ErrorKind::AddrInUse => (
                ErrorKind::PortInUse,
                format!(
                    "port {port} is in use: end the program that has it, or choose another port (0 takes any free one)"
                ),
            ),
            std::io::ErrorKind::PermissionDenied => (
                ErrorKind::CannotListen,
                format!(
                    "port {port} is not allowed for this user: choose one above 1023 (0 takes any free one)"
                ),
            ),
            _ => (
                ErrorKind::CannotListen,
                format!(
                    "cannot listen on {address} ({source}): choose an address of this machine, or another port (0 takes any free one)"
                ),
            ),
        };
        Self(Box::new(Inner {
            kind,
            message,
            source: Some(source),
        }))
    }

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("message", &self.0.message)
            .finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_ref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::{Error, ErrorKind};

    #[test]
    fn an_error_is_one_word_wide_and_one_line_long() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
        let error = Error::listen(
            ([127, 0, 0, 1], 4010).into(),
            std::io::Error::from(std::io::ErrorKind::AddrInUse),
        );
        assert_eq!(error.kind(), ErrorKind::PortInUse);
        assert!(!error.to_string().contains('\n'));
        assert!(error.to_string().contains("choose another port"));
    }
}
