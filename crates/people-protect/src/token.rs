//! The server token: fetched once, used until shortly before it expires.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::{HeaderValue, StatusCode};
use jiff::Timestamp;
use people_protect_api::{SecretText, types};

use crate::call::{Bearer, Call};
use crate::core::Core;
use crate::{Answer, Error, ErrorKind};

/// How long before its end a token is no longer used, at most.
const MARGIN: Duration = Duration::from_secs(60);
/// The lifetime of a token whose answer names none. An assumption: none is documented.
const UNNAMED_LIFETIME: Duration = Duration::from_secs(300);
/// An `expiresIn` above this is a point in time in seconds since 1970, not a lifetime (C02).
const EPOCH_ABOVE: i64 = 1_000_000_000;

/// A token and until when it is used.
pub(crate) struct ServerToken {
    pub(crate) header: HeaderValue,
    use_until: Timestamp,
}

impl fmt::Debug for ServerToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerToken")
            .field("use_until", &self.use_until)
            .finish_non_exhaustive()
    }
}

/// A token out of the cache, and whether it was there before it was asked for.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub(crate) token: Arc<ServerToken>,
    pub(crate) from_cache: bool,
}

/// Holds one token; lets one caller at a time fetch another.
#[derive(Debug, Default)]
pub(crate) struct TokenCache {
    held: Mutex<Option<Arc<ServerToken>>>,
    flight: tokio::sync::Mutex<()>,
}

impl TokenCache {
    /// The cached token, or a new one (R04). While one caller fetches, the others wait for it.
    pub(crate) async fn get(&self, core: &Arc<Core>) -> Result<Held, Error> {
        if let Some(token) = self.usable(core) {
            return Ok(Held {
                token,
                from_cache: true,
            });
        }
        let _flight = self.flight.lock().await;
        // Whoever held the flight before may have brought one.
        if let Some(token) = self.usable(core) {
            return Ok(Held {
                token,
                from_cache: true,
            });
        }
        let token = Arc::new(fetch(core).await?);
        *self.lock() = Some(Arc::clone(&token));
        Ok(Held {
            token,
            from_cache: false,
        })
    }

    /// Drops a token the server refused, unless another has taken its place already.
    pub(crate) fn forget(&self, refused: &Arc<ServerToken>) {
        let mut held = self.lock();
        if held
            .as_ref()
            .is_some_and(|token| Arc::ptr_eq(token, refused))
        {
            *held = None;
        }
    }

    fn usable(&self, core: &Core) -> Option<Arc<ServerToken>> {
        let now = core.clock.now();
        self.lock()
            .as_ref()
            .filter(|token| now < token.use_until)
            .cloned()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Arc<ServerToken>>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn fetch(core: &Arc<Core>) -> Result<ServerToken, Error> {
    let call = Arc::new(Call::new(Arc::clone(core), Bearer::None));
    let request = types::TokenRequest::new(
        core.credentials.client_id(),
        core.credentials.client_secret().clone(),
    );
    // The lifetime is counted from before the request, so that a slow answer shortens it.
    let asked = core.clock.now();
    let raw = core.raw(&call);
    call.begin_attempt();
    let answer = call.join(raw.create_oauth_token(&request).await)?;
    read(&answer, asked).ok_or_else(|| {
        Error::new(ErrorKind::UndecodableAnswer)
            .with_operation(Some("create_oauth_token"))
            .with_answer(answer.status, answer.headers.clone(), answer.body.clone())
            .with_reached(true)
            .with_attempts(1)
            .with_detail("the answer has no access token")
            .with_hint("check the base address: something other than AURA may have answered")
    })
}

fn read(answer: &Answer<types::Token>, asked: Timestamp) -> Option<ServerToken> {
    // C01: the older documentation's spelling is read too.
    let text = [&answer.access_token, &answer.access_token_superseded]
        .into_iter()
        .flatten()
        .find(|text| !text.reveal().is_empty())?;
    let expires_in = answer.expires_in.or(answer.expires_in_superseded);
    Some(ServerToken {
        header: bearer(text)?,
        use_until: use_until(expires_in, asked),
    })
}

/// Until when a token asked for at `asked` is used.
fn use_until(expires_in: Option<i64>, asked: Timestamp) -> Timestamp {
    let lifetime = match expires_in {
        None => UNNAMED_LIFETIME,
        Some(at) if at > EPOCH_ABOVE => {
            Duration::from_secs(u64::try_from(at - asked.as_second()).unwrap_or(0))
        }
        Some(seconds) => Duration::from_secs(u64::try_from(seconds).unwrap_or(0)),
    };
    // A short-lived token keeps nine tenths of its life; a long-lived one all but a minute.
    let used = lifetime - MARGIN.min(lifetime / 10);
    asked.checked_add(used).unwrap_or(Timestamp::MAX)
}

/// The header that carries a token; none if the text cannot stand in a header.
pub(crate) fn bearer(token: &SecretText) -> Option<HeaderValue> {
    let mut header = HeaderValue::from_str(&format!("Bearer {}", token.reveal().trim())).ok()?;
    header.set_sensitive(true);
    Some(header)
}

/// Whether an answer to a call with a cached token calls for a new one.
pub(crate) fn is_refusal(status: Option<StatusCode>) -> bool {
    status == Some(StatusCode::UNAUTHORIZED)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(expires_in: Option<i64>) -> i64 {
        let asked = Timestamp::from_second(1_780_000_000).unwrap();
        use_until(expires_in, asked).as_second() - asked.as_second()
    }

    #[test]
    fn c02_large_values_are_points_in_time_and_small_ones_lifetimes() {
        assert_eq!(seconds(Some(3600)), 3540);
        assert_eq!(seconds(Some(100)), 90);
        assert_eq!(seconds(Some(1_780_003_600)), 3540);
        assert_eq!(seconds(Some(1_700_000_000)), 0);
        assert_eq!(seconds(Some(0)), 0);
        assert_eq!(seconds(Some(-5)), 0);
        assert_eq!(seconds(None), 270);
        assert!(seconds(Some(i64::MAX)) > 0);
    }

    #[test]
    fn a_token_that_cannot_stand_in_a_header_is_none() {
        assert!(bearer(&"a\nb".into()).is_none());
        assert!(bearer(&"abc".into()).unwrap().is_sensitive());
    }
}
