//! The access token of a customer.

use std::fmt;

use jiff::Timestamp;
use people_protect_api::SecretText;
use serde_json::{Map, Value};

use crate::{CustomerId, Error, ErrorKind, jwt, signup};

/// A customer's own access token: a JWT that names the customer (R08).
///
/// Your app has it from AURA, or your payment page is opened with it; no documented operation
/// issues one to a server. `Debug` does not show it.
///
/// ```
/// use people_protect::{CustomerToken, ErrorKind};
///
/// // {"customerId":178921,"sub":"user-17"}
/// let text = "e30.eyJjdXN0b21lcklkIjoxNzg5MjEsInN1YiI6InVzZXItMTcifQ.c2ln";
/// let token = CustomerToken::new(text)?;
/// assert_eq!(token.unverified_claims().customer().get(), 178_921);
/// assert_eq!(token.unverified_claims().subject(), Some("user-17"));
///
/// // {"sub":"client-id"}: a server token.
/// let error = CustomerToken::new("e30.eyJzdWIiOiJjbGllbnQtaWQifQ.c2ln").unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::WrongTokenScope);
/// # Ok::<(), people_protect::Error>(())
/// ```
#[derive(Clone)]
pub struct CustomerToken {
    text: SecretText,
    claims: UnverifiedClaims,
}

/// What a token says about itself. **Nothing of it is verified**: whoever wrote the token chose it.
///
/// Good for choosing whom to greet, no proof of who is there: AURA verifies a token when it is used.
#[derive(Clone)]
pub struct UnverifiedClaims {
    customer: CustomerId,
    subject: Option<String>,
    all: Map<String, Value>,
}

impl CustomerToken {
    /// A token as it was received, with or without `Bearer ` before it.
    ///
    /// # Errors
    ///
    /// [`WrongTokenScope`](ErrorKind::WrongTokenScope) if it is no JWT or names no customer: such
    /// a token, the server's for one, is answered 400 (R07), so it is refused before anything is
    /// sent. AURA has not settled yet which credential of a customer is to be used; for one of
    /// another kind, [`with_bearer_token`](crate::PeopleProtect::with_bearer_token) and
    /// [`call`](crate::PeopleProtect::call) remain.
    pub fn new(token: impl Into<SecretText>) -> Result<Self, Error> {
        let token = token.into();
        let text = token.reveal().trim();
        let text = match text.split_once(' ') {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("bearer") => rest.trim(),
            _ => text,
        };
        let refused = |detail: &'static str| {
            Error::new(ErrorKind::WrongTokenScope)
                .with_detail(detail)
                .with_hint(
                    "pass the customer's own access token: a JWT with the claim customerId (R08)",
                )
        };
        let all = jwt::claims(text).ok_or_else(|| refused("the token is no JWT"))?;
        let customer = all
            .get("customerId")
            .and_then(|id| id.as_i64().or_else(|| id.as_str()?.trim().parse().ok()))
            .and_then(signup::customer)
            .ok_or_else(|| refused("the token names no customer; a server token does not (R07)"))?;
        let subject = match all.get("sub") {
            Some(Value::String(text)) => Some(text.clone()),
            Some(Value::Number(number)) => Some(number.to_string()),
            _ => None,
        };
        Ok(Self {
            text: text.into(),
            claims: UnverifiedClaims {
                customer,
                subject,
                all,
            },
        })
    }

    /// What it says about itself, unverified.
    #[must_use]
    pub fn unverified_claims(&self) -> &UnverifiedClaims {
        &self.claims
    }

    /// The token itself. Whoever holds it acts as the customer.
    #[must_use]
    pub fn reveal(&self) -> &str {
        self.text.reveal()
    }

    pub(crate) fn into_secret(self) -> SecretText {
        self.text
    }
}

impl UnverifiedClaims {
    /// The customer it claims to be of (`customerId`, R08).
    #[must_use]
    pub fn customer(&self) -> CustomerId {
        self.customer
    }

    /// The subject (`sub`, R08): a payment page is given the same text as `userid`.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// When it expires (`exp`, the standard claim; that AURA sets it is an assumption).
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        Timestamp::from_second(self.all.get("exp")?.as_i64()?).ok()
    }

    /// Any other claim by name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.all.get(name)
    }
}

impl fmt::Debug for CustomerToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CustomerToken(REDACTED)")
    }
}

impl fmt::Debug for UnverifiedClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnverifiedClaims")
            .field("customer", &self.customer)
            .finish_non_exhaustive()
    }
}
