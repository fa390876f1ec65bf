//! Tokens: fetched once, shared, used until shortly before they expire.

mod expiry;
#[cfg(feature = "redis")]
mod redis;
mod source;
mod store;

use std::fmt;
use std::sync::Arc;

use http::{HeaderValue, StatusCode};
use jiff::Timestamp;
use people_protect_api::{SecretText, types};

use crate::call::{Bearer, Call};
use crate::core::Core;
use crate::limits::Limits;
use crate::{Answer, CustomerId, Error, ErrorKind, Retries};

#[cfg(feature = "redis")]
pub use redis::RedisTokenStore;
pub(crate) use source::{Held, TokenSource};
pub use store::{MemoryTokenStore, StoredToken, TokenKey, TokenStore, TokenStoreError};

/// Which token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// The server token of the client's credentials.
    Server,
    /// The callout token of a customer (R57).
    Callout(CustomerId),
}

/// A token and how long it is good for.
#[derive(Clone)]
pub(crate) struct Token {
    header: HeaderValue,
    stored: StoredToken,
}

impl Token {
    fn new(stored: StoredToken) -> Option<Self> {
        Some(Self {
            header: bearer(stored.token())?,
            stored,
        })
    }

    pub(crate) fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    /// The token as it may be shared or handed out.
    pub(crate) fn stored(&self) -> &StoredToken {
        &self.stored
    }

    /// Good enough to use without looking for another.
    fn is_fresh(&self, now: Timestamp) -> bool {
        now < self.stored.use_until()
    }

    /// Still good, though it is time for another.
    fn is_valid(&self, now: Timestamp) -> bool {
        now < self.stored.expires_at()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.stored.fmt(f)
    }
}

/// A token of this kind: out of the cache, or a new one (R04).
///
/// Urgent callers never wait for a renewal while the token at hand is valid.
pub(crate) async fn held(core: &Arc<Core>, kind: TokenKind, need: Need) -> Result<Held, Error> {
    core.token_source(kind).get(core, kind, need).await
}

/// The token [`held`] would bring without waiting for anything; none if it would have to wait.
pub(crate) fn at_hand(core: &Core, kind: TokenKind, need: Need) -> Option<Held> {
    core.token_source(kind).at_hand(core, kind, need)
}

/// What the call that asks for a token is like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Need {
    /// Somebody is in danger: a valid token is good enough, and no failure is remembered.
    pub(crate) urgent: bool,
    pub(crate) limits: Limits,
}

/// Asks AURA for a token of this kind, once.
async fn fetch(core: &Arc<Core>, kind: TokenKind, need: Need) -> Result<Token, Error> {
    // The lifetime is counted from before the request, so that a slow answer shortens it.
    let asked = core.clock.now();
    let (answered, operation) = match kind {
        TokenKind::Server => (fetch_server(core, need).await, "create_oauth_token"),
        TokenKind::Callout(customer) => (
            fetch_callout(core, customer, need).await,
            "create_callout_token",
        ),
    };
    let (answer, call) = match answered {
        Ok(both) => both,
        // A field of another type costs the typed answer, and must not cost the token.
        Err(error) => {
            let salvaged = match error.kind() {
                ErrorKind::UndecodableAnswer => read(error.body(), asked),
                _ => None,
            };
            return salvaged.ok_or(error);
        }
    };
    read(answer.body(), asked).ok_or_else(|| {
        let error = Error::new(ErrorKind::UndecodableAnswer)
            .with_operation(Some(operation))
            .with_answer(answer.answered.clone())
            .with_reached(true)
            .with_retryable(true)
            .with_attempts(answer.attempts)
            .with_detail("the answer has no access token")
            .with_hint("check the base address: something other than AURA may have answered");
        call.unfit(error)
    })
}

/// A call of the token's own: one attempt, as the call that needs the token does the repeating.
fn token_call(core: &Arc<Core>, bearer: Bearer, need: Need) -> Arc<Call> {
    let limits = Limits {
        retries: Retries::none(),
        ..need.limits
    };
    Arc::new(Call::new(Arc::clone(core), bearer, limits).for_somebody_in_danger(need.urgent))
}

/// The answer, and the call that brought it.
type Fetched = (Answer<types::Token>, Arc<Call>);

async fn fetch_server(core: &Arc<Core>, need: Need) -> Result<Fetched, Error> {
    let Some(credentials) = &core.credentials else {
        return Err(Error::configuration(
            "this client has no credentials",
            "it was made from a callout token and ends with it: ask your back end for another",
        ));
    };
    let call = token_call(core, Bearer::None, need);
    let request =
        types::TokenRequest::new(credentials.client_id(), credentials.client_secret().clone());
    let raw = core.raw(&call);
    call.begin_attempt();
    let answer = call.join(raw.create_oauth_token(&request).await)?;
    Ok((answer, call))
}

/// R57: a server token and the customer's id, never the credentials (P04).
async fn fetch_callout(
    core: &Arc<Core>,
    customer: CustomerId,
    need: Need,
) -> Result<Fetched, Error> {
    let call = token_call(core, Bearer::Server, need);
    let request = types::CalloutTokenRequest::new(customer.get());
    let mut renewals = 0;
    loop {
        let raw = core.raw(&call);
        call.begin_attempt();
        let error = match call.join(raw.create_callout_token(&request).await) {
            Ok(answer) => return Ok((answer, call)),
            Err(error) => error,
        };
        match call.refused_token(&error) {
            Some(held) if renewals < most_renewals(&held) => {
                held.forget(core).await;
                renewals += 1;
            }
            _ => return Err(error),
        }
    }
}

fn read(body: &[u8], asked: Timestamp) -> Option<Token> {
    let answer: serde_json::Value = serde_json::from_slice(body).ok()?;
    // C01: the older documentation's spelling is read too.
    let text = ["accessToken", "access_token"]
        .iter()
        .filter_map(|key| answer.get(key)?.as_str())
        .find(|text| !text.trim().is_empty())?;
    let (use_until, expires_at) = expiry::of(text, lifetime(&answer), asked);
    Token::new(StoredToken::new(text.into(), use_until, expires_at))
}

/// The lifetime in the answer, in either spelling (C01). One that cannot be read is as good as
/// absent: the token is there, and it is the token that is needed.
fn lifetime(answer: &serde_json::Value) -> Option<i64> {
    ["expiresIn", "expires_in"]
        .iter()
        .filter_map(|key| answer.get(key))
        .find_map(expiry::whole_seconds)
}

/// The header that carries a token; none if the text cannot stand in a header.
pub(crate) fn bearer(token: &SecretText) -> Option<HeaderValue> {
    let mut header = HeaderValue::from_str(&format!("Bearer {}", token.reveal().trim())).ok()?;
    header.set_sensitive(true);
    Some(header)
}

/// How often a call may ask for another token after this one was refused. Of two that are kept, one here and one
/// in a shared store, either may be refused before a new one is fetched; one that was just fetched would be
/// refused again.
pub(crate) fn most_renewals(held: &Held) -> u32 {
    if held.from_cache { 2 } else { 0 }
}

/// Whether an answer to a call with a cached token calls for a new one.
pub(crate) fn is_refusal(status: Option<StatusCode>) -> bool {
    status == Some(StatusCode::UNAUTHORIZED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_that_cannot_stand_in_a_header_is_none() {
        assert!(bearer(&"a\nb".into()).is_none());
        assert!(bearer(&"abc".into()).unwrap().is_sensitive());
    }
}
