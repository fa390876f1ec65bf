//! What the contract says about an operation, as a value.

use std::fmt;

/// One operation of the contract.
///
/// ```
/// use people_protect_api::{Operation, Retry};
///
/// let raise = Operation::find("create_customer_callout").unwrap();
/// assert_eq!(raise.retry, Retry::Deduplicated);
/// assert_eq!(raise.path, "/customers/{customerId}/callouts");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// The operation's id in the contract, and the name of its method on [`Client`](crate::Client).
    pub id: &'static str,
    /// The HTTP method.
    pub method: &'static str,
    /// Which base the path is relative to.
    pub base: Base,
    /// The path template.
    pub path: &'static str,
    /// The tag, as the documentation groups operations.
    pub tag: &'static str,
    /// Which token the operation takes.
    pub auth: Auth,
    /// Whether it may be repeated.
    pub retry: Retry,
    /// How sure the method and path are.
    pub evidence: Evidence,
    /// The documentation page, relative to the documentation host.
    pub source: &'static str,
    /// The behaviour rules it rests on.
    pub rules: &'static [&'static str],
    /// True if the generator cannot express it and the method is written by hand.
    pub by_hand: bool,
}

impl Operation {
    /// Finds an operation by its id.
    #[must_use]
    pub fn find(id: &str) -> Option<&'static Operation> {
        crate::OPERATIONS
            .iter()
            .find(|operation| operation.id == id)
    }
}

/// The base a path is relative to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Base {
    /// `<host>/panic-api/v2`.
    Api,
    /// `<host>/v1`, for the two CSV routes (R50).
    Csv,
}

/// The token an operation takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Auth {
    /// No token: the operation that hands them out.
    None,
    /// A server token.
    Server,
    /// A server token or one scoped to a single customer's callouts.
    ServerOrCallout,
    /// A customer's own token.
    Customer,
}

/// Whether an operation may be sent again when its first answer is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Retry {
    /// Repeating has no effect, or the same one.
    Safe,
    /// The server folds a repeat into the first (R27).
    Deduplicated,
    /// A repeat may do harm or be refused as a duplicate.
    Never,
}

/// How sure a fact about the API is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Evidence {
    /// S: stated by the current documentation.
    Stated,
    /// W: seen on the wire, or in AURA's own sample code.
    Wire,
    /// O: documented earlier; unconfirmed.
    Older,
    /// B: reported by an integrator.
    Reported,
    /// I: an assumption of this project.
    Inferred,
}

impl Evidence {
    /// The grade's letter.
    #[must_use]
    pub fn letter(self) -> char {
        match self {
            Evidence::Stated => 'S',
            Evidence::Wire => 'W',
            Evidence::Older => 'O',
            Evidence::Reported => 'B',
            Evidence::Inferred => 'I',
        }
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Evidence::Stated => "stated by the current documentation (S)",
            Evidence::Wire => "seen on the wire (W)",
            Evidence::Older => "documented earlier; unconfirmed (O)",
            Evidence::Reported => "reported by an integrator (B)",
            Evidence::Inferred => "an assumption, not documented (I)",
        })
    }
}
