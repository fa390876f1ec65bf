//! Tokens shared through a real Redis.
//!
//! `PEOPLE_PROTECT_REDIS_URL` names the server; `.ci/run redis` starts one. Without the variable
//! there is nothing to test against, and the tests say so by failing.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use people_protect::{
    Credentials, Environment, ErrorKind, PeopleProtect, RedisTokenStore, TokenStore,
};
use people_protect_simulator::{Clock, Simulator};
use redis::AsyncCommands;

fn address() -> String {
    let address = std::env::var("PEOPLE_PROTECT_REDIS_URL")
        .expect("set PEOPLE_PROTECT_REDIS_URL, or run `.ci/run redis`");
    address.trim_end_matches('/').to_owned()
}

struct Stage {
    simulator: Simulator,
    redis: redis::aio::MultiplexedConnection,
}

impl Stage {
    /// An empty Redis and a simulator on today's time, as Redis lets keys expire by its own clock.
    async fn set(database: u8) -> Self {
        let client = redis::Client::open(format!("{}/{database}", address())).unwrap();
        let mut redis = client.get_multiplexed_async_connection().await.unwrap();
        redis::cmd("FLUSHDB").exec_async(&mut redis).await.unwrap();
        let simulator = Simulator::builder().clock(Clock::system()).start().await;
        Self {
            simulator: simulator.unwrap(),
            redis,
        }
    }

    fn replica(&self, store: impl TokenStore + 'static) -> PeopleProtect {
        let known = self.simulator.credentials();
        PeopleProtect::builder(
            Environment::custom(&self.simulator.api_url()).unwrap(),
            Credentials::new(known.client_id(), known.client_secret().reveal()).unwrap(),
        )
        .with_token_store(store)
        .build()
        .unwrap()
    }

    fn tokens_asked_for(&self) -> usize {
        let requests = self.simulator.requests();
        requests
            .iter()
            .filter(|request| request.operation == Some("create_oauth_token"))
            .count()
    }

    async fn keys(&mut self) -> Vec<String> {
        self.redis.keys("*").await.unwrap()
    }
}

fn store(database: u8) -> RedisTokenStore {
    RedisTokenStore::new(&format!("{}/{database}", address())).unwrap()
}

#[tokio::test]
async fn replicas_share_one_token_and_it_expires_there() {
    let mut stage = Stage::set(1).await;
    for _ in 0..3 {
        let replica = stage.replica(store(1));
        replica.subscription_types().await.unwrap();
    }
    assert_eq!(stage.tokens_asked_for(), 1);
    let keys = stage.keys().await;
    assert_eq!(keys.len(), 1);
    let left: i64 = stage.redis.ttl(&keys[0]).await.unwrap();
    assert!(left > 0, "a token is not kept for ever");
}

#[tokio::test]
async fn what_cannot_be_read_is_replaced() {
    let mut stage = Stage::set(2).await;
    stage.replica(store(2)).warm_up().await.unwrap();
    let key = stage.keys().await.remove(0);
    let _: () = stage.redis.set(&key, "not a token").await.unwrap();
    stage.replica(store(2)).subscription_types().await.unwrap();
    assert_eq!(stage.tokens_asked_for(), 2);
    let kept: String = stage.redis.get(&key).await.unwrap();
    assert!(kept.contains("expires_at"));
}

#[tokio::test]
async fn a_refused_token_is_dropped_and_a_newer_one_is_not() {
    let mut stage = Stage::set(3).await;
    let first = stage.replica(store(3));
    first.warm_up().await.unwrap();
    let key = stage.keys().await.remove(0);
    let old: String = stage.redis.get(&key).await.unwrap();
    // A replica that holds the old token in memory while the store has another.
    let newer = old.replacen("\"token\":\"", "\"token\":\"x", 1);
    let _: () = stage.redis.set(&key, &newer).await.unwrap();
    let token = serde_json::from_str(&old).unwrap();
    // The store knows its keys only through a client, so the client's own key is used again.
    let kept = KeyOf::default();
    stage.replica(kept.clone()).warm_up().await.unwrap();
    let token_key = kept.key();
    store(3).forget(&token_key, &token).await.unwrap();
    let still: Option<String> = stage.redis.get(&key).await.unwrap();
    assert_eq!(still, Some(newer.clone()));
    let token = serde_json::from_str(&newer).unwrap();
    store(3).forget(&token_key, &token).await.unwrap();
    let gone: Option<String> = stage.redis.get(&key).await.unwrap();
    assert_eq!(gone, None);
}

/// Learns the key a client uses.
#[derive(Debug, Clone, Default)]
struct KeyOf(std::sync::Arc<std::sync::Mutex<Option<people_protect::TokenKey>>>);

impl KeyOf {
    fn key(&self) -> people_protect::TokenKey {
        self.0.lock().unwrap().clone().unwrap()
    }
}

impl TokenStore for KeyOf {
    fn load<'a>(
        &'a self,
        key: &'a people_protect::TokenKey,
    ) -> people_protect::BoxFuture<
        'a,
        Result<Option<people_protect::StoredToken>, people_protect::TokenStoreError>,
    > {
        *self.0.lock().unwrap() = Some(key.clone());
        Box::pin(async { Ok(None) })
    }

    fn save<'a>(
        &'a self,
        _: &'a people_protect::TokenKey,
        _: &'a people_protect::StoredToken,
    ) -> people_protect::BoxFuture<'a, Result<(), people_protect::TokenStoreError>> {
        Box::pin(async { Ok(()) })
    }

    fn forget<'a>(
        &'a self,
        _: &'a people_protect::TokenKey,
        _: &'a people_protect::StoredToken,
    ) -> people_protect::BoxFuture<'a, Result<(), people_protect::TokenStoreError>> {
        Box::pin(async { Ok(()) })
    }
}

#[tokio::test]
async fn a_redis_that_is_not_there_fails_no_call() {
    let stage = Stage::set(4).await;
    // Nobody listens on port 1; and a server without TLS is no TLS server.
    let plain = address();
    let tls = plain.replacen("redis://", "rediss://", 1);
    for address in ["redis://127.0.0.1:1/0", tls.as_str()] {
        let store = RedisTokenStore::new(address).unwrap();
        let replica = stage.replica(store);
        replica.subscription_types().await.unwrap();
    }
}

#[test]
fn p12_neither_address_nor_password_is_shown() {
    let store = RedisTokenStore::new("redis://:planted@redis.example:6379/0").unwrap();
    let shown = format!("{store:?}");
    assert!(!shown.contains("planted") && !shown.contains("example"));
    let error = RedisTokenStore::new("http://:planted@redis.example").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(!format!("{error} {error:?}").contains("planted"));
}
