//! Tokens shared through Redis.

use std::fmt;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{AsyncCommands, Client, RedisError, Script, SetExpiry, SetOptions};

use super::{StoredToken, TokenKey, TokenStore, TokenStoreError};
use crate::{BoxFuture, Error};

/// Drops a token only if it is still the one that was refused: another replica may have saved a
/// new one since.
const FORGET: &str = r"
if redis.call('GET', KEYS[1]) == ARGV[1] then
    return redis.call('DEL', KEYS[1])
end
return 0";

/// Keeps tokens in Redis 6.2 or later, where every replica of a back end finds them. They expire
/// there when they expire at AURA.
///
/// Whoever reads that Redis reads the tokens: give it a password and TLS (`rediss://`), as for any
/// store of secrets. `Debug` shows neither address nor password.
///
/// ```no_run
/// use people_protect::{PeopleProtect, RedisTokenStore};
///
/// # fn example() -> Result<(), people_protect::Error> {
/// let store = RedisTokenStore::new("rediss://:password@redis.internal:6379/0")?;
/// let aura = PeopleProtect::from_env()?.with_token_store(store).build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct RedisTokenStore {
    client: Client,
    /// Made with the first request, as it needs a runtime; remade when it breaks.
    connection: std::sync::Arc<tokio::sync::OnceCell<ConnectionManager>>,
}

impl RedisTokenStore {
    /// A store at a `redis://`, `rediss://` or `unix://` address. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// [`Configuration`](crate::ErrorKind::Configuration) if it is no such address.
    pub fn new(address: &str) -> Result<Self, Error> {
        // The library's error may quote the address, and with it the password.
        let client = Client::open(address).map_err(|_| {
            Error::configuration(
                "the address of the Redis server cannot be read",
                "write it as redis://host:6379/0, or rediss:// for TLS",
            )
        })?;
        Ok(Self {
            client,
            connection: std::sync::Arc::default(),
        })
    }

    async fn connection(&self) -> Result<ConnectionManager, TokenStoreError> {
        self.connection
            .get_or_try_init(|| async {
                let config = ConnectionManagerConfig::new().set_number_of_retries(1);
                ConnectionManager::new_with_config(self.client.clone(), config).await
            })
            .await
            .cloned()
            .map_err(|error| failed(&error))
    }
}

impl TokenStore for RedisTokenStore {
    fn load<'a>(
        &'a self,
        key: &'a TokenKey,
    ) -> BoxFuture<'a, Result<Option<StoredToken>, TokenStoreError>> {
        Box::pin(async move {
            let mut connection = self.connection().await?;
            let found: Option<Vec<u8>> = connection
                .get(key.as_str())
                .await
                .map_err(|error| failed(&error))?;
            // What another version wrote and this one cannot read is as good as absent.
            Ok(found.and_then(|text| serde_json::from_slice(&text).ok()))
        })
    }

    fn save<'a>(
        &'a self,
        key: &'a TokenKey,
        token: &'a StoredToken,
    ) -> BoxFuture<'a, Result<(), TokenStoreError>> {
        Box::pin(async move {
            let mut connection = self.connection().await?;
            let expiry = u64::try_from(token.expires_at().as_millisecond()).unwrap_or(0);
            let options = SetOptions::default().with_expiration(SetExpiry::PXAT(expiry));
            connection
                .set_options(key.as_str(), text_of(token)?, options)
                .await
                .map_err(|error| failed(&error))
        })
    }

    fn forget<'a>(
        &'a self,
        key: &'a TokenKey,
        token: &'a StoredToken,
    ) -> BoxFuture<'a, Result<(), TokenStoreError>> {
        Box::pin(async move {
            let mut connection = self.connection().await?;
            Script::new(FORGET)
                .key(key.as_str())
                .arg(text_of(token)?)
                .invoke_async(&mut connection)
                .await
                .map_err(|error| failed(&error))
        })
    }
}

impl fmt::Debug for RedisTokenStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RedisTokenStore")
    }
}

/// The same token always makes the same text, which `forget` compares.
fn text_of(token: &StoredToken) -> Result<Vec<u8>, TokenStoreError> {
    serde_json::to_vec(token).map_err(|_| "the token cannot be written".into())
}

/// The kind of failure only: the library's text may quote addresses and arguments.
fn failed(error: &RedisError) -> TokenStoreError {
    format!("Redis: {}", error.category()).into()
}
