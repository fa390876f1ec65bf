//! Bearer tokens: issued to a source, narrowed to a customer, read back with every call.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use people_protect_api::SecretText;
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::problem::Problem;
use crate::seed::Seed;

/// The only header there is, so a token cannot choose another algorithm.
const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;
const ISSUER: &str = "people-protect-simulator";

/// How far a token reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Everything of its source.
    Server,
    /// The callouts of one customer and nothing else (R06, R57).
    Callout {
        /// The customer.
        customer: i64,
    },
    /// What one customer may do alone: the subscription management (R07, R08).
    Customer {
        /// The customer.
        customer: i64,
    },
}

/// Who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Caller {
    pub(crate) source: i64,
    pub(crate) scope: Scope,
}

impl Caller {
    /// R57: a callout token works for its own customer only; that others are 401 is an assumption.
    pub(crate) fn may_reach(&self, customer: impl Into<Option<i64>>) -> Result<(), Problem> {
        match self.scope {
            Scope::Callout { customer: own } if Some(own) != customer.into() => Err(
                Problem::unauthorised("this callout token belongs to another customer"),
            ),
            _ => Ok(()),
        }
    }
}

impl Caller {
    /// A customer's access token may activate that customer's subscription at most.
    pub(crate) fn may_activate(&self, customer: i64) -> Result<(), Problem> {
        match self.scope {
            Scope::Customer { customer: own } if own != customer => Err(Problem::unauthorised(
                "this customer token belongs to another customer",
            )),
            _ => Ok(()),
        }
    }
}

/// What a token says. `exp` and `iat` are seconds since the epoch.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Claims {
    iss: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    sub: String,
    iat: i64,
    exp: i64,
    /// Two tokens of the same second differ.
    jti: String,
    scope: String,
    customer_source_id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_id: Option<i64>,
}

/// What was read of a token whose signature is right: when it ends, and who calls, if its scope is known.
type Said = (i64, Option<Caller>);

/// How many tokens are known at most; then they are read anew.
const KNOWN: usize = 64;

/// Signs tokens and reads them (R01). The key follows from the seed, so a token outlives a reset.
pub(crate) struct Signer {
    key: Hmac<Sha256>,
    /// Tokens whose signature was right: callers send the same one with call after call, and what it
    /// says never changes. Whether it has ended is asked each time.
    known: Mutex<HashMap<String, Said>>,
}

impl Signer {
    pub(crate) fn new(seed: Seed) -> Self {
        // A key of one block needs no preparation and cannot have a wrong length.
        let mut key = [0; 64];
        key[..32].copy_from_slice(&seed.bytes("token key", 0));
        Self {
            key: Hmac::new(&key.into()),
            known: Mutex::default(),
        }
    }

    /// Issues a token. `number` tells tokens apart.
    pub(crate) fn issue(
        &self,
        caller: Caller,
        subject: &str,
        number: i64,
        now: Timestamp,
        lifetime_s: i64,
    ) -> Result<SecretText, Problem> {
        let (scope, customer_id) = match caller.scope {
            Scope::Server => ("server", None),
            Scope::Callout { customer } => ("callout", Some(customer)),
            Scope::Customer { customer } => ("customer", Some(customer)),
        };
        let claims = Claims {
            iss: ISSUER.to_owned(),
            sub: subject.to_owned(),
            iat: now.as_second(),
            exp: now.as_second().saturating_add(lifetime_s),
            jti: number.to_string(),
            scope: scope.to_owned(),
            customer_source_id: caller.source,
            customer_id,
        };
        let claims = serde_json::to_vec(&claims).map_err(|_| Problem::defect())?;
        let signed = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(HEADER),
            URL_SAFE_NO_PAD.encode(claims)
        );
        let signature = URL_SAFE_NO_PAD.encode(self.mac(&signed).finalize().into_bytes());
        Ok(format!("{signed}.{signature}").into())
    }

    /// R09: a token that is not ours, damaged or past its time is 401 (documented earlier for
    /// bad tokens in general, and listed on every page of an operation).
    pub(crate) fn read(&self, token: &str, now: Timestamp) -> Result<Caller, Problem> {
        let (ends, caller) = self.said(token).ok_or_else(|| {
            Problem::unauthorised("the token is not valid: ask POST /oauth/token for one")
        })?;
        if ends <= now.as_second() {
            return Err(Problem::unauthorised(
                "the token has expired: ask POST /oauth/token for a new one",
            ));
        }
        caller.ok_or_else(|| Problem::unauthorised("the token has no known scope"))
    }

    fn said(&self, token: &str) -> Option<Said> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(said) = known.get(token) {
            return Some(*said);
        }
        let claims = self.claims(token)?;
        let scope = match (claims.scope.as_str(), claims.customer_id) {
            ("server", None) => Some(Scope::Server),
            ("callout", Some(customer)) => Some(Scope::Callout { customer }),
            ("customer", Some(customer)) => Some(Scope::Customer { customer }),
            _ => None,
        };
        let source = claims.customer_source_id;
        let said = (claims.exp, scope.map(|scope| Caller { source, scope }));
        if known.len() >= KNOWN {
            known.clear();
        }
        known.insert(token.to_owned(), said);
        Some(said)
    }

    fn claims(&self, token: &str) -> Option<Claims> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        self.mac(signed).verify_slice(&signature).ok()?;
        if URL_SAFE_NO_PAD.decode(header).ok()? != HEADER.as_bytes() {
            return None;
        }
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
    }

    fn mac(&self, text: &str) -> Hmac<Sha256> {
        let mut mac = self.key.clone();
        mac.update(text.as_bytes());
        mac
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signer(REDACTED)")
    }
}

#[cfg(test)]
mod tests {
    use super::{Caller, Scope, Signer};
    use crate::clock::Clock;
    use crate::seed::Seed;

    const SERVER: Caller = Caller {
        source: 12,
        scope: Scope::Server,
    };

    #[test]
    fn r01_a_token_has_three_parts_and_reads_back() {
        let (signer, now) = (Signer::new(Seed(0)), Clock::manual().base());
        for scope in [
            Scope::Server,
            Scope::Callout { customer: 178_921 },
            Scope::Customer { customer: 178_921 },
        ] {
            let caller = Caller { source: 12, scope };
            let token = signer.issue(caller, "one", 1, now, 3600).unwrap();
            assert_eq!(token.reveal().split('.').count(), 3);
            assert_eq!(signer.read(token.reveal(), now), Ok(caller));
        }
    }

    #[test]
    fn r09_a_token_ends_with_its_lifetime() {
        let (signer, now) = (Signer::new(Seed(0)), Clock::manual().base());
        let token = signer.issue(SERVER, "one", 1, now, 1).unwrap();
        let later = now + jiff::SignedDuration::from_secs(1);
        assert!(signer.read(token.reveal(), now).is_ok());
        assert_eq!(signer.read(token.reveal(), later).unwrap_err().status, 401);
    }

    #[test]
    fn r09_a_changed_or_foreign_token_is_refused() {
        let (signer, now) = (Signer::new(Seed(0)), Clock::manual().base());
        let token = signer
            .issue(SERVER, "one", 1, now, 3600)
            .unwrap()
            .into_revealed();
        assert!(Signer::new(Seed(1)).read(&token, now).is_err());
        let mut parts: Vec<&str> = token.split('.').collect();
        let other = signer
            .issue(SERVER, "two", 2, now, 3600)
            .unwrap()
            .into_revealed();
        parts[1] = other.split('.').nth(1).unwrap();
        for bad in [
            "",
            ".",
            "..",
            "a.b.c",
            &parts.join("."),
            &token[1..],
            &format!("{token}.x"),
        ] {
            assert!(signer.read(bad, now).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_token_that_is_known_is_no_better_than_one_that_is_not() {
        let (signer, now) = (Signer::new(Seed(0)), Clock::manual().base());
        let issue = |number| {
            let token = signer.issue(SERVER, "one", number, now, 1).unwrap();
            token.into_revealed()
        };
        let first = issue(0);
        for _ in 0..2 {
            assert_eq!(signer.read(&first, now), Ok(SERVER));
        }
        let changed = format!("{}A", &first[..first.len() - 1]);
        assert!(changed != first && signer.read(&changed, now).is_err());
        // More than are kept, so that the first is read anew.
        for number in 1..=super::KNOWN as i64 {
            assert_eq!(signer.read(&issue(number), now), Ok(SERVER));
        }
        assert!(signer.known.lock().unwrap().len() <= super::KNOWN);
        assert_eq!(signer.read(&first, now), Ok(SERVER));
        let later = now + jiff::SignedDuration::from_secs(1);
        assert_eq!(signer.read(&first, later).unwrap_err().status, 401);
    }

    #[test]
    fn r57_a_callout_token_reaches_its_own_customer_only() {
        let caller = Caller {
            source: 12,
            scope: Scope::Callout { customer: 1 },
        };
        assert!(caller.may_reach(1).is_ok());
        assert_eq!(caller.may_reach(2).unwrap_err().status, 401);
        assert!(SERVER.may_reach(2).is_ok());
    }

    #[test]
    fn debug_does_not_show_the_key() {
        assert_eq!(format!("{:?}", Signer::new(Seed(0))), "Signer(REDACTED)");
    }
}
