//! Where replicas of a back end may share a token.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use people_protect_api::SecretText;
use serde::{Deserialize, Serialize};
use tracing::warn;

use super::{Need, Token, TokenKind};
use crate::BoxFuture;
use crate::core::Core;

/// A store is waited for so long.
const PATIENCE: Duration = Duration::from_secs(1);
/// The same while somebody is in danger.
const URGENT_PATIENCE: Duration = Duration::from_millis(200);

/// A store of tokens that replicas of a back end share, so that they do not ask AURA for one each.
///
/// Every client keeps its token in memory anyway. The store is asked when that one is about to
/// expire, and told when AURA gave out another. It is a convenience: if it fails or takes longer
/// than a second (for a raise, 200 ms), the client goes on as if there were no store, and says so
/// in a warning.
///
/// Tokens are secrets: keep them where you keep secrets, and let them expire there at
/// [`StoredToken::expires_at`].
///
/// ```
/// use people_protect::{BoxFuture, StoredToken, TokenKey, TokenStore, TokenStoreError};
///
/// #[derive(Debug)]
/// struct Nowhere;
///
/// impl TokenStore for Nowhere {
///     fn load<'a>(
///         &'a self,
///         _: &'a TokenKey,
///     ) -> BoxFuture<'a, Result<Option<StoredToken>, TokenStoreError>> {
///         Box::pin(async { Ok(None) })
///     }
///
///     fn save<'a>(
///         &'a self,
///         _: &'a TokenKey,
///         _: &'a StoredToken,
///     ) -> BoxFuture<'a, Result<(), TokenStoreError>> {
///         Box::pin(async { Ok(()) })
///     }
///
///     fn forget<'a>(
///         &'a self,
///         _: &'a TokenKey,
///         _: &'a StoredToken,
///     ) -> BoxFuture<'a, Result<(), TokenStoreError>> {
///         Box::pin(async { Ok(()) })
///     }
/// }
/// ```
pub trait TokenStore: fmt::Debug + Send + Sync {
    /// The token under a key, if there is one.
    ///
    /// # Errors
    ///
    /// Whatever keeps the store from telling. The client then asks AURA.
    fn load<'a>(
        &'a self,
        key: &'a TokenKey,
    ) -> BoxFuture<'a, Result<Option<StoredToken>, TokenStoreError>>;

    /// Keeps a token under a key, in place of any other.
    ///
    /// # Errors
    ///
    /// Whatever keeps the store from it. The client goes on.
    fn save<'a>(
        &'a self,
        key: &'a TokenKey,
        token: &'a StoredToken,
    ) -> BoxFuture<'a, Result<(), TokenStoreError>>;

    /// Drops this token, which AURA refused, unless another has taken its place.
    ///
    /// # Errors
    ///
    /// Whatever keeps the store from it. The client goes on, and will not take that token again.
    fn forget<'a>(
        &'a self,
        key: &'a TokenKey,
        token: &'a StoredToken,
    ) -> BoxFuture<'a, Result<(), TokenStoreError>>;
}

/// Why a store failed. It is shown in logs: it must not name secrets.
pub type TokenStoreError = Box<dyn std::error::Error + Send + Sync>;

/// What a token is kept under: environment, client id, and whose token it is.
///
/// Tokens of different credentials or environments never share a key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TokenKey(String);

impl TokenKey {
    pub(crate) fn new(core: &Core, kind: TokenKind) -> Option<Self> {
        let client = core.credentials.as_ref()?.client_id();
        let base = core.environment.api_base();
        Some(Self(match kind {
            TokenKind::Server => format!("people-protect:{base}:{client}:server"),
            TokenKind::Callout(customer) => {
                format!("people-protect:{base}:{client}:callout:{customer}")
            }
        }))
    }

    /// The key as text. It holds the client id, and no secret.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A token as a store keeps it. `Debug` does not show the token; serialising does.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredToken {
    token: SecretText,
    use_until: Timestamp,
    expires_at: Timestamp,
}

impl StoredToken {
    pub(crate) fn new(token: SecretText, use_until: Timestamp, expires_at: Timestamp) -> Self {
        Self {
            token,
            use_until,
            expires_at,
        }
    }

    /// The token.
    #[must_use]
    pub fn token(&self) -> &SecretText {
        &self.token
    }

    /// From when on another is looked for.
    #[must_use]
    pub fn use_until(&self) -> Timestamp {
        self.use_until
    }

    /// From when on it is of no use.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }
}

impl fmt::Debug for StoredToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredToken")
            .field("use_until", &self.use_until)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// Keeps tokens in this process, for clients that do not share one [`PeopleProtect`] but should
/// share its tokens. A clone shares what is kept.
///
/// [`PeopleProtect`]: crate::PeopleProtect
#[derive(Debug, Clone, Default)]
pub struct MemoryTokenStore(Arc<Mutex<HashMap<TokenKey, StoredToken>>>);

impl MemoryTokenStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn with<T>(&self, work: impl FnOnce(&mut HashMap<TokenKey, StoredToken>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl TokenStore for MemoryTokenStore {
    fn load<'a>(
        &'a self,
        key: &'a TokenKey,
    ) -> BoxFuture<'a, Result<Option<StoredToken>, TokenStoreError>> {
        Box::pin(async move { Ok(self.with(|kept| kept.get(key).cloned())) })
    }

    fn save<'a>(
        &'a self,
        key: &'a TokenKey,
        token: &'a StoredToken,
    ) -> BoxFuture<'a, Result<(), TokenStoreError>> {
        Box::pin(async move {
            self.with(|kept| kept.insert(key.clone(), token.clone()));
            Ok(())
        })
    }

    fn forget<'a>(
        &'a self,
        key: &'a TokenKey,
        token: &'a StoredToken,
    ) -> BoxFuture<'a, Result<(), TokenStoreError>> {
        Box::pin(async move {
            self.with(|kept| {
                if kept.get(key) == Some(token) {
                    kept.remove(key);
                }
            });
            Ok(())
        })
    }
}

/// The shared token, if it is fresh and not the one the server has just refused.
pub(super) async fn load(
    core: &Core,
    kind: TokenKind,
    need: Need,
    refused: Option<&SecretText>,
) -> Option<Token> {
    let (store, key) = of(core, kind)?;
    let found = bounded(core, "load", patience(need), store.load(&key)).await??;
    let now = core.clock.now();
    Token::new(found).filter(|token| token.is_fresh(now) && Some(token.stored().token()) != refused)
}

pub(super) async fn save(core: &Core, kind: TokenKind, need: Need, token: &StoredToken) {
    if let Some((store, key)) = of(core, kind) {
        bounded(core, "save", patience(need), store.save(&key, token)).await;
    }
}

pub(super) async fn forget(core: &Core, kind: TokenKind, token: &StoredToken) {
    if let Some((store, key)) = of(core, kind) {
        bounded(core, "forget", URGENT_PATIENCE, store.forget(&key, token)).await;
    }
}

fn of(core: &Core, kind: TokenKind) -> Option<(&dyn TokenStore, TokenKey)> {
    Some((core.token_store.as_deref()?, TokenKey::new(core, kind)?))
}

fn patience(need: Need) -> Duration {
    if need.urgent {
        URGENT_PATIENCE
    } else {
        PATIENCE
    }
}

/// What the store says, unless it fails or takes too long.
async fn bounded<T>(
    core: &Core,
    doing: &'static str,
    patience: Duration,
    work: BoxFuture<'_, Result<T, TokenStoreError>>,
) -> Option<T> {
    let done = tokio::select! {
        biased;
        done = work => done,
        () = core.clock.sleep(patience) => Err(format!("no answer within {patience:?}").into()),
    };
    match done {
        Ok(done) => Some(done),
        Err(error) => {
            warn!(target: "people_protect", doing, %error, "the token store failed");
            None
        }
    }
}
