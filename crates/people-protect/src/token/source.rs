//! One token for all callers: one of them fetches, the others share what it brings.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use people_protect_api::SecretText;

use super::{Need, Token, TokenKind, fetch, store};
use crate::core::Core;
use crate::{BoxFuture, Error};

/// How long after a failed renewal the next one is tried, while the old token is valid: doubled
/// with each failure, up to the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// The same while there is no valid token: failures are shared so long.
const FIRST_SHARED: Duration = Duration::from_millis(100);
const LONGEST_SHARED: Duration = Duration::from_secs(1);

/// A token, and whether it was there before it was asked for.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub(crate) token: Arc<Token>,
    pub(crate) from_cache: bool,
    kind: TokenKind,
    /// Where it came from, which another may have taken the place of since.
    source: Arc<TokenSource>,
}

/// Holds one token; lets one caller at a time fetch another.
#[derive(Debug, Default)]
pub(crate) struct TokenSource {
    slot: Mutex<Slot>,
    flight: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Slot {
    token: Option<Arc<Token>>,
    /// What the server refused last; the store may still hold it.
    refused: Option<SecretText>,
    /// How many flights have ended.
    flights: u64,
    failures: u32,
    failure: Option<Failure>,
}

#[derive(Debug)]
struct Failure {
    error: Error,
    at: Duration,
}

enum Cached {
    Fresh(Arc<Token>),
    /// Valid, but it is time for another.
    Ageing(Arc<Token>),
    None,
}

impl TokenSource {
    /// A token that is good enough as it is.
    pub(crate) fn at_hand(
        self: Arc<Self>,
        core: &Core,
        kind: TokenKind,
        need: Need,
    ) -> Option<Held> {
        let token = match self.cached(core.clock.now()) {
            Cached::Fresh(token) => token,
            // Nobody in danger renews it.
            Cached::Ageing(token) if need.urgent => token,
            Cached::Ageing(_) | Cached::None => return None,
        };
        Some(Held {
            token,
            from_cache: true,
            kind,
            source: self,
        })
    }

    pub(crate) async fn get(
        self: Arc<Self>,
        core: &Arc<Core>,
        kind: TokenKind,
        need: Need,
    ) -> Result<Held, Error> {
        let urgent = need.urgent;
        let held = |token, from_cache| Held {
            token,
            from_cache,
            kind,
            source: Arc::clone(&self),
        };
        let now = core.clock.now();
        match self.cached(now) {
            Cached::Fresh(token) => return Ok(held(token, true)),
            Cached::Ageing(token) => {
                // Only one caller renews ahead, and nobody in danger is that caller.
                let free = (!urgent && !self.is_pausing(core))
                    .then(|| self.flight.try_lock().ok())
                    .flatten();
                let Some(flight) = free else {
                    return Ok(held(token, true));
                };
                return match self.renew(core, kind, need, flight).await {
                    Ok((token, from_cache)) => Ok(held(token, from_cache)),
                    // P03: a failed renewal does not end what still works.
                    Err(_) if token.is_valid(core.clock.now()) => Ok(held(token, true)),
                    Err(error) => Err(error),
                };
            }
            Cached::None => {}
        }
        let flights = self.slot().flights;
        if !urgent && let Some(error) = self.recent_failure(core) {
            return Err(error);
        }
        let flight = self.flight.lock().await;
        // Whoever held the flight before may have brought a token, or a failure that is ours too.
        if let Cached::Fresh(token) | Cached::Ageing(token) = self.cached(core.clock.now()) {
            return Ok(held(token, true));
        }
        if let Some(error) = self.failure_since(flights) {
            return Err(error);
        }
        let (token, from_cache) = self.renew(core, kind, need, flight).await?;
        Ok(held(token, from_cache))
    }

    /// Brings a token, and tells the store of it.
    ///
    /// In a box: nearly every call finds a token, and should not have to carry, and a herd of
    /// waiting ones not have to keep, the room that fetching one needs.
    fn renew<'a>(
        &'a self,
        core: &'a Arc<Core>,
        kind: TokenKind,
        need: Need,
        flight: tokio::sync::MutexGuard<'a, ()>,
    ) -> BoxFuture<'a, Result<(Arc<Token>, bool), Error>> {
        Box::pin(async move {
            let brought = self.bring(core, kind, need).await;
            // Whoever waits for the token does not wait for the store.
            drop(flight);
            let (token, from_cache) = brought?;
            share(core, kind, need, &token, from_cache).await;
            Ok((token, from_cache))
        })
    }

    /// Brings a token, from the shared store or from AURA. The caller holds the flight.
    async fn bring(
        &self,
        core: &Arc<Core>,
        kind: TokenKind,
        need: Need,
    ) -> Result<(Arc<Token>, bool), Error> {
        let refused = self.slot().refused.clone();
        if let Some(token) = store::load(core, kind, need, refused.as_ref()).await {
            let token = Arc::new(token);
            self.landed(&token);
            return Ok((token, true));
        }
        match fetch(core, kind, need).await {
            Ok(token) => {
                let token = Arc::new(token);
                self.landed(&token);
                Ok((token, false))
            }
            Err(error) => {
                let mut slot = self.slot();
                slot.flights += 1;
                slot.failures = slot.failures.saturating_add(1);
                slot.failure = Some(Failure {
                    error: error.shared(),
                    at: core.clock.monotonic(),
                });
                Err(error)
            }
        }
    }

    fn landed(&self, token: &Arc<Token>) {
        let mut slot = self.slot();
        slot.token = Some(Arc::clone(token));
        slot.flights += 1;
        slot.failures = 0;
        slot.failure = None;
    }

    fn cached(&self, now: Timestamp) -> Cached {
        match &self.slot().token {
            Some(token) if token.is_fresh(now) => Cached::Fresh(Arc::clone(token)),
            Some(token) if token.is_valid(now) => Cached::Ageing(Arc::clone(token)),
            _ => Cached::None,
        }
    }

    fn is_pausing(&self, core: &Core) -> bool {
        let slot = self.slot();
        let pause = doubled(FIRST_PAUSE, slot.failures, LONGEST_PAUSE);
        slot.failure
            .as_ref()
            .is_some_and(|failure| core.clock.monotonic() < failure.at + pause)
    }

    /// The failure that would be met again if one asked again so soon.
    fn recent_failure(&self, core: &Core) -> Option<Error> {
        let slot = self.slot();
        let span = doubled(FIRST_SHARED, slot.failures, LONGEST_SHARED);
        slot.failure
            .as_ref()
            .filter(|failure| core.clock.monotonic() < failure.at + span)
            .map(|failure| failure.error.shared())
    }

    /// The failure of a flight that ended after `flights` had.
    fn failure_since(&self, flights: u64) -> Option<Error> {
        let slot = self.slot();
        slot.failure
            .as_ref()
            .filter(|_| slot.flights > flights)
            .map(|failure| failure.error.shared())
    }

    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    /// Drops a token the server refused, unless another has taken its place already; from the
    /// shared store in any case.
    pub(crate) async fn forget(&self, core: &Core) {
        {
            let mut slot = self.source.slot();
            let current = slot.token.as_ref();
            if current.is_some_and(|token| Arc::ptr_eq(token, &self.token)) {
                slot.token = None;
            }
            slot.refused = Some(self.token.stored().token().clone());
        }
        store::forget(core, self.kind, self.token.stored()).await;
    }

    /// Puts a new token in the place of one that one customer's call was refused with, unless another has
    /// taken it already. All others go on with the old one meanwhile, and if there is no new one to be had: then
    /// it says no.
    pub(crate) async fn replace(&self, core: &Arc<Core>, need: Need) -> bool {
        let source = &self.source;
        let flight = source.flight.lock().await;
        let current = source.slot().token.clone();
        if !current.is_some_and(|token| Arc::ptr_eq(&token, &self.token)) {
            return true;
        }
        let Ok(token) = fetch(core, self.kind, need).await else {
            return false;
        };
        let token = Arc::new(token);
        source.landed(&token);
        drop(flight);
        share(core, self.kind, need, &token, false).await;
        true
    }
}

/// Tells the other replicas of a token that AURA has just given out.
async fn share(core: &Core, kind: TokenKind, need: Need, token: &Token, from_cache: bool) {
    if !from_cache {
        store::save(core, kind, need, token.stored()).await;
    }
}

fn doubled(first: Duration, failures: u32, longest: Duration) -> Duration {
    first
        .saturating_mul(1 << failures.saturating_sub(1).min(16))
        .min(longest)
}
