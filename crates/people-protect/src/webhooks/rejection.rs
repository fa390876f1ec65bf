//! A delivery that is not taken in.

use std::fmt;

use http::StatusCode;

/// Why a request was not taken in as a delivery; answer its [`status`](Rejection::status).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rejection {
    /// The header with the secret is not there: not from AURA, or registered without it.
    MissingHeader,
    /// The header has another value than the ones accepted: not from AURA, or the registration
    /// has an older secret.
    WrongHeader,
    /// The body is larger than the limit, in bytes.
    TooLarge {
        /// The limit.
        largest: usize,
    },
    /// The body did not arrive whole, or not in time.
    Incomplete,
}

impl Rejection {
    /// 401 without the right header, 413 for a body that is too large, 400 for one that broke
    /// off or took too long. A body that cannot be read is no reason to reject.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Rejection::MissingHeader | Rejection::WrongHeader => StatusCode::UNAUTHORIZED,
            Rejection::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Rejection::Incomplete => StatusCode::BAD_REQUEST,
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rejection::MissingHeader => f.write_str(
                "the header with the webhook's secret is missing; compare the header names of the receiver and of the registration",
            ),
            Rejection::WrongHeader => f.write_str(
                "the header with the webhook's secret has a wrong value; if the secret was changed, accept the former one too until AURA sends the new one",
            ),
            Rejection::TooLarge { largest } => {
                write!(f, "the body is larger than {largest} bytes; raise `with_largest_body`")
            }
            Rejection::Incomplete => f.write_str("the body did not arrive whole, or not in time"),
        }
    }
}

impl std::error::Error for Rejection {}
