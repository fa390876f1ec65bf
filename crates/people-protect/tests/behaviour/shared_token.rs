//! Tokens when things go wrong, and when several share them.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use people_protect::{
    BoxFuture, CalloutClient, ErrorKind, MemoryTokenStore, PeopleProtect, Position, ResponseTypeId,
    StoredToken, TokenKey, TokenStore, TokenStoreError,
};
use tokio::sync::Notify;

use crate::clock::ManualClock;
use crate::hurried::HurriedClock;
use crate::server::{Reply, Server, token};

const TYPES: &str = r#"{"subscriptionTypes":[{"id":4,"value":"WEB_SIGNUP_SINGLE"}]}"#;
const CALLOUT: &str = r#"{"message":"ok","callout":{"id":992011}}"#;

/// Token requests are answered in turn; when the list is over, with 500. Everything else is fine.
async fn with_tokens(replies: impl IntoIterator<Item = Reply>) -> Server {
    let replies: Vec<Reply> = replies.into_iter().collect();
    let replies = Arc::new(Mutex::new(std::collections::VecDeque::from(replies)));
    Server::start(move |request| {
        let reply = if request.path.ends_with("/oauth/token") {
            let next = replies.lock().unwrap().pop_front();
            next.unwrap_or_else(|| Reply::json(500, "{}"))
        } else if request.path.ends_with("/callouts") {
            Reply::json(201, CALLOUT)
        } else {
            Reply::json(200, TYPES)
        };
        async move { reply }
    })
    .await
}

async fn raise(aura: &PeopleProtect) -> Result<people_protect::Raised, people_protect::Error> {
    let here = Position::new(-26.12345, 28.12345).unwrap();
    aura.customer(178_921)
        .raise(here, ResponseTypeId::new(1))
        .live()
        .await
}

#[tokio::test]
async fn p03_a_failed_renewal_keeps_a_token_that_is_still_valid_and_backs_off() {
    let server = with_tokens([token("one", 3600)]).await;
    let clock = ManualClock::at("2026-06-10T00:00:00Z");
    let aura = server.builder().with_clock(clock.clone()).build().unwrap();
    aura.warm_up().await.unwrap();
    // Time for another, which AURA fails to give: the old one goes on.
    clock.advance(Duration::from_secs(3550));
    for _ in 0..5 {
        aura.subscription_types().await.unwrap();
    }
    assert_eq!(server.count("/oauth/token"), 2, "four of five did not ask");
    clock.advance(Duration::from_secs(1));
    aura.subscription_types().await.unwrap();
    assert_eq!(
        server.count("/oauth/token"),
        3,
        "after the pause one asks again"
    );
    clock.advance(Duration::from_secs(1));
    aura.subscription_types().await.unwrap();
    assert_eq!(server.count("/oauth/token"), 3, "the pause grows");
    // The token is over: without one nothing can be sent.
    clock.advance(Duration::from_secs(60));
    let error = aura.subscription_types().await.unwrap_err();
    assert_eq!(error.operation(), Some("create_oauth_token"));
    assert!(!error.may_have_reached_server());
}

#[tokio::test]
async fn p02_a_raise_does_not_wait_for_a_renewal_while_the_token_is_valid() {
    let server = with_tokens([token("one", 3600)]).await;
    let clock = ManualClock::at("2026-06-10T00:00:00Z");
    let aura = server.builder().with_clock(clock.clone()).build().unwrap();
    aura.warm_up().await.unwrap();
    clock.advance(Duration::from_secs(3550));
    raise(&aura).await.unwrap();
    assert_eq!(server.seen().len(), 2, "one token, one raise");
    // Nor does one that must not be repeated.
    let placed = aura.fixed_location_callout("site_9944").live().await;
    assert_eq!(placed.unwrap().id().get(), 992_011);
    assert_eq!(server.seen().len(), 3, "and another raise");
}

/// Refuses raises of one customer with 401 for want of a subscription (R26), and takes those of others.
async fn with_one_uncovered(tokens: impl IntoIterator<Item = Reply>) -> Server {
    let tokens: Vec<Reply> = tokens.into_iter().collect();
    let tokens = Arc::new(Mutex::new(std::collections::VecDeque::from(tokens)));
    Server::start(move |request| {
        let reply = if request.path.ends_with("/oauth/token") {
            let next = tokens.lock().unwrap().pop_front();
            next.unwrap_or_else(|| Reply::json(500, "{}"))
        } else if request.path.contains("/customers/7/") {
            Reply::json(401, r#"{"message":"Customer has no active subscription"}"#)
        } else {
            Reply::json(201, CALLOUT)
        };
        async move { reply }
    })
    .await
}

#[tokio::test]
async fn r26_a_401_for_want_of_a_subscription_takes_the_token_from_nobody_else() {
    let server = with_one_uncovered([token("one", 3600)]).await;
    let aura = server.client();
    aura.warm_up().await.unwrap();
    let here = Position::new(-26.12345, 28.12345).unwrap();
    let uncovered = aura.customer(7).raise(here, ResponseTypeId::new(1)).live();
    let error = uncovered.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoActiveSubscription);
    assert_eq!(error.attempts(), 1);
    // No other token is to be had, and none is needed.
    raise(&aura).await.unwrap();
    assert_eq!(server.count("/oauth/token"), 2);
    let seen = server.seen();
    assert_eq!(
        seen.last().unwrap().header("authorization"),
        Some("Bearer one")
    );
}

#[tokio::test]
async fn r26_such_a_401_is_asked_again_with_a_new_token_which_all_go_on_with() {
    let server = with_one_uncovered([token("one", 3600), token("two", 3600)]).await;
    let aura = server.client();
    aura.warm_up().await.unwrap();
    let here = Position::new(-26.12345, 28.12345).unwrap();
    let uncovered = aura.customer(7).raise(here, ResponseTypeId::new(1)).live();
    uncovered.await.unwrap_err();
    raise(&aura).await.unwrap();
    let sent: Vec<_> = server
        .seen()
        .iter()
        .filter_map(|request| request.header("authorization").map(str::to_owned))
        .collect();
    assert_eq!(sent, ["Bearer one", "Bearer two", "Bearer two"]);
}

#[tokio::test]
async fn r26_an_uncovered_customer_is_told_so_though_no_other_token_is_to_be_had() {
    let server = with_one_uncovered([token("one", 3600)]).await;
    let clock = HurriedClock::new();
    let builder = server.repeating().with_clock(clock.clone());
    let aura = builder.build().unwrap();
    aura.warm_up().await.unwrap();
    let here = Position::new(-26.12345, 28.12345).unwrap();
    let uncovered = aura.customer(7).raise(here, ResponseTypeId::new(1)).live();
    let error = uncovered.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoActiveSubscription);
    assert_eq!(error.status().unwrap(), 401);
    assert!(!error.earlier_attempt_may_have_succeeded());
    // Not before it was tried for a while, and not after half a minute.
    let waited: u128 = clock.waits().iter().sum();
    assert!((8_000..15_000).contains(&waited), "{waited}");
    // Nobody has confirmed it.
    assert!(error.is_retryable());
    assert!(
        error.hint().unwrap().contains("may be about the token"),
        "{error}"
    );
}

#[tokio::test]
async fn r26_a_refusal_is_said_when_the_deadline_comes_while_another_token_is_asked_for() {
    let asked = Arc::new(AtomicUsize::new(0));
    let hanging = Arc::new(Notify::new());
    let server = Server::start({
        let hanging = hanging.clone();
        move |request| {
            let (asked, hanging) = (asked.clone(), hanging.clone());
            async move {
                if !request.path.ends_with("/oauth/token") {
                    return Reply::json(401, r#"{"message":"no subscription"}"#);
                }
                if asked.fetch_add(1, Ordering::SeqCst) > 0 {
                    hanging.notify_one();
                    std::future::pending::<()>().await;
                }
                token("one", 3600)
            }
        }
    })
    .await;
    let clock = ManualClock::at("2026-06-10T00:00:00Z");
    let aura = server.builder().with_clock(clock.clone()).build().unwrap();
    aura.warm_up().await.unwrap();
    let aura = aura.with_deadline(Duration::from_secs(8));
    let late = async {
        hanging.notified().await;
        clock.advance(Duration::from_secs(8));
    };
    let (raised, ()) = tokio::join!(raise(&aura), late);
    let error = raised.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoActiveSubscription);
    assert_eq!(error.status().unwrap(), 401);
    assert!(error.is_retryable() && error.hint().unwrap().contains("token"));
}

#[tokio::test]
async fn a_raise_is_tried_with_another_token_once_there_is_one_whatever_a_401_says() {
    let failed = (0..6).map(|_| Reply::json(503, "{}"));
    let tokens = std::iter::once(token("one", 3600)).chain(failed);
    let tokens = tokens.chain([token("two", 3600)]);
    let tokens: std::collections::VecDeque<Reply> = tokens.collect();
    let tokens = Arc::new(Mutex::new(tokens));
    let server = Server::start(move |request| {
        let reply = if request.path.ends_with("/oauth/token") {
            tokens.lock().unwrap().pop_front().unwrap()
        } else if request.header("authorization") == Some("Bearer one") {
            Reply::json(401, r#"{"message":"Invalid subscription key"}"#)
        } else {
            Reply::json(201, CALLOUT)
        };
        async move { reply }
    })
    .await;
    let clock = HurriedClock::new();
    let aura = server.repeating().with_clock(clock).build().unwrap();
    aura.warm_up().await.unwrap();
    raise(&aura).await.unwrap();
    assert_eq!(server.count("/oauth/token"), 8);
}

#[tokio::test]
async fn p02_warmed_up_a_raise_is_one_request() {
    let server = with_tokens([token("one", 3600)]).await;
    let aura = server.client();
    aura.warm_up().await.unwrap();
    let before = server.seen().len();
    raise(&aura).await.unwrap();
    assert_eq!(server.seen().len() - before, 1);
}

#[tokio::test]
async fn r04_a_hundred_tasks_on_an_expired_token_make_one_token_request() {
    let (gate, asked) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let requests = Arc::new(AtomicUsize::new(0));
    let server = Server::start({
        let (gate, asked, requests) = (gate.clone(), asked.clone(), requests.clone());
        move |request| {
            let (gate, asked, requests) = (gate.clone(), asked.clone(), requests.clone());
            async move {
                if !request.path.ends_with("/oauth/token") {
                    return Reply::json(200, TYPES);
                }
                if requests.fetch_add(1, Ordering::SeqCst) > 0 {
                    asked.notify_one();
                    gate.notified().await;
                }
                token("t", 3600)
            }
        }
    })
    .await;
    let clock = ManualClock::at("2026-06-10T00:00:00Z");
    let aura = server.builder().with_clock(clock.clone()).build().unwrap();
    aura.warm_up().await.unwrap();
    clock.advance(Duration::from_secs(3601));
    let calls: Vec<_> = (0..100)
        .map(|_| {
            let aura = aura.clone();
            tokio::spawn(async move { aura.subscription_types().await.map(drop) })
        })
        .collect();
    asked.notified().await;
    for _ in 0..1000 {
        tokio::task::yield_now().await;
    }
    // The gate is shut: whoever could have asked has done so.
    assert_eq!(requests.load(Ordering::SeqCst), 2);
    gate.notify_one();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(requests.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn those_who_waited_for_a_failed_token_request_share_its_failure() {
    let (gate, asked) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let server = Server::start({
        let (gate, asked) = (gate.clone(), asked.clone());
        move |_| {
            let (gate, asked) = (gate.clone(), asked.clone());
            async move {
                asked.notify_one();
                gate.notified().await;
                Reply::json(503, r#"{"message":"later"}"#)
            }
        }
    })
    .await;
    let aura = server.client();
    let calls: Vec<_> = (0..50)
        .map(|_| {
            let aura = aura.clone();
            tokio::spawn(async move { aura.subscription_types().await.map(drop) })
        })
        .collect();
    asked.notified().await;
    for _ in 0..1000 {
        tokio::task::yield_now().await;
    }
    gate.notify_one();
    for call in calls {
        let error = call.await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ServerFailure);
        assert_eq!(error.message(), Some("later"));
    }
    assert_eq!(server.count("/oauth/token"), 1);
}

#[tokio::test]
async fn a_token_request_that_fails_once_does_not_fail_the_call() {
    let server = with_tokens([Reply::json(500, "{}"), token("two", 3600)]).await;
    let aura = server
        .repeating()
        .with_clock(HurriedClock::new())
        .build()
        .unwrap();
    aura.subscription_types().await.unwrap();
    assert_eq!(server.count("/oauth/token"), 2);

    let server = with_tokens([Reply::raw(""), token("two", 3600)]).await;
    let aura = server
        .repeating()
        .with_clock(HurriedClock::new())
        .build()
        .unwrap();
    aura.warm_up().await.unwrap();
}

#[tokio::test]
async fn p04_a_callout_token_is_asked_for_with_a_server_token_and_the_customers_id() {
    let server = callout_server().await;
    let callouts = server.client().callouts_of(178_921);
    callouts.warm_up().await.unwrap();
    let asked = &server.seen()[1];
    assert!(asked.path.ends_with("/oauth/calloutToken"));
    assert_eq!(asked.header("authorization"), Some("Bearer server"));
    assert_eq!(asked.body, r#"{"customerId":178921}"#);
}

/// Hands out the token `server`, and callout tokens named after the customer.
async fn callout_server() -> Server {
    Server::start(|request| async move {
        if request.path.ends_with("/oauth/token") {
            return token("server", 3600);
        }
        if request.path.ends_with("/oauth/calloutToken") {
            let body: serde_json::Value = serde_json::from_str(&request.body).unwrap();
            return token(&format!("of-{}", body["customerId"]), 3600);
        }
        Reply::json(201, CALLOUT)
    })
    .await
}

#[tokio::test]
async fn p03_callout_tokens_are_kept_per_customer_and_within_a_bound() {
    let server = callout_server().await;
    let aura = server
        .builder()
        .with_callout_tokens_kept(NonZeroUsize::new(2).unwrap())
        .build()
        .unwrap();
    let here = Position::new(-26.12345, 28.12345).unwrap();
    for customer in [1, 2, 1, 2, 3, 1] {
        let callouts = aura.callouts_of(customer);
        let raised = callouts.raise(here, ResponseTypeId::new(1)).live().await;
        raised.unwrap();
        let sent = server.seen().pop().unwrap();
        let header = sent.header("authorization").unwrap().to_owned();
        assert_eq!(header, format!("Bearer of-{customer}"));
    }
    // 1, 2, 3, and 1 again, who had made room for 3.
    assert_eq!(server.count("/oauth/calloutToken"), 4);
    assert_eq!(server.count("/oauth/token"), 1);
}

#[tokio::test]
async fn p12_an_app_that_was_handed_a_token_needs_no_credentials() {
    let server = callout_server().await;
    let token = server
        .client()
        .callouts_of(7)
        .callout_token()
        .await
        .unwrap();
    assert_eq!(token.token().reveal(), "of-7");
    assert!(!format!("{token:?}").contains("of-7"));

    let environment = people_protect::Environment::custom(&server.origin).unwrap();
    let app = CalloutClient::builder(environment)
        .build_with_callout_token(token.customer(), token.token().clone())
        .unwrap();
    let here = Position::new(-26.12345, 28.12345).unwrap();
    app.raise(here, ResponseTypeId::new(1))
        .live()
        .await
        .unwrap();
    let sent = server.seen().pop().unwrap();
    assert_eq!(sent.header("authorization"), Some("Bearer of-7"));
    // It cannot mint another: that takes credentials.
    let error = app.callout_token().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
}

#[tokio::test]
async fn replicas_share_a_token_through_a_store() {
    let server = with_tokens([token("one", 3600)]).await;
    let store = MemoryTokenStore::new();
    let replica = || {
        let builder = server.builder().with_token_store(store.clone());
        builder.build().unwrap()
    };
    replica().subscription_types().await.unwrap();
    replica().subscription_types().await.unwrap();
    assert_eq!(server.count("/oauth/token"), 1);
}

#[tokio::test]
async fn credentials_and_environments_never_share_a_stored_token() {
    let store = MemoryTokenStore::new();
    for number in 0..2 {
        let server = with_tokens([token(&format!("t{number}"), 3600)]).await;
        let aura = server.builder().with_token_store(store.clone()).build();
        aura.unwrap().subscription_types().await.unwrap();
        assert_eq!(server.count("/oauth/token"), 1);
    }
}

#[tokio::test]
async fn p03_a_refused_token_is_not_taken_from_the_store_again() {
    let server = Server::start({
        let handed = Arc::new(AtomicUsize::new(0));
        move |request| {
            let handed = handed.clone();
            async move {
                if request.path.ends_with("/oauth/token") {
                    let number = handed.fetch_add(1, Ordering::SeqCst);
                    return token(&format!("t{number}"), 3600);
                }
                match request.header("authorization") {
                    Some("Bearer t0") => Reply::json(401, "{}"),
                    _ => Reply::json(200, TYPES),
                }
            }
        }
    })
    .await;
    // A store that forgets to forget.
    let store = Stubborn::default();
    let builder = || server.builder().with_token_store(store.clone());
    builder().build().unwrap().warm_up().await.unwrap();
    let other = builder().build().unwrap();
    other.subscription_types().await.unwrap();
    assert_eq!(server.count("/oauth/token"), 2);
}

#[tokio::test]
async fn p03_two_old_tokens_one_here_and_one_in_the_store_are_both_replaced() {
    let server = Server::start({
        let handed = Arc::new(AtomicUsize::new(0));
        move |request| {
            let handed = handed.clone();
            async move {
                if request.path.ends_with("/oauth/token") {
                    let number = handed.fetch_add(1, Ordering::SeqCst);
                    return token(&format!("t{number}"), 3600);
                }
                match request.header("authorization") {
                    Some("Bearer t0" | "Bearer t1") => Reply::json(401, "{}"),
                    _ if request.path.ends_with("/callouts") => Reply::json(201, CALLOUT),
                    _ => Reply::json(200, TYPES),
                }
            }
        }
    })
    .await;
    // Two replicas that start at the same moment: neither finds a token, and the store keeps the later one.
    let store = Late::default();
    let client = || server.builder().with_token_store(store.clone()).build();
    let (one, other) = (client().unwrap(), client().unwrap());
    one.warm_up().await.unwrap();
    other.warm_up().await.unwrap();
    assert_eq!(raise(&one).await.unwrap().id().get(), 992_011);
    assert_eq!(server.count("/oauth/token"), 3);
    assert_eq!(server.count("/callouts"), 3);
}

/// Has nothing for the first two who ask.
#[derive(Debug, Clone, Default)]
struct Late(MemoryTokenStore, Arc<AtomicUsize>);

impl TokenStore for Late {
    fn load<'a>(
        &'a self,
        key: &'a TokenKey,
    ) -> BoxFuture<'a, Result<Option<StoredToken>, TokenStoreError>> {
        if self.1.fetch_add(1, Ordering::SeqCst) < 2 {
            return Box::pin(async { Ok(None) });
        }
        self.0.load(key)
    }

    fn save<'a>(
        &'a self,
        key: &'a TokenKey,
        token: &'a StoredToken,
    ) -> BoxFuture<'a, Result<(), TokenStoreError>> {
        self.0.save(key, token)
    }

    fn forget<'a>(
        &'a self,
        key: &'a TokenKey,
        token: &'a StoredToken,
    ) -> BoxFuture<'a, Result<(), TokenStoreError>> {
        self.0.forget(key, token)
    }
}

#[derive(Debug, Clone, Default)]
struct Stubborn(MemoryTokenStore);

impl TokenStore for Stubborn {
    fn load<'a>(
        &'a self,
        key: &'a TokenKey,
    ) -> BoxFuture<'a, Result<Option<StoredToken>, TokenStoreError>> {
        self.0.load(key)
    }

    fn save<'a>(
        &'a self,
        key: &'a TokenKey,
        token: &'a StoredToken,
    ) -> BoxFuture<'a, Result<(), TokenStoreError>> {
        self.0.save(key, token)
    }

    fn forget<'a>(
        &'a self,
        _: &'a TokenKey,
        _: &'a StoredToken,
    ) -> BoxFuture<'a, Result<(), TokenStoreError>> {
        Box::pin(async { Ok(()) })
    }
}

/// Fails, or never answers.
#[derive(Debug)]
struct Broken {
    hangs: bool,
}

impl Broken {
    async fn work<T>(&self) -> Result<T, TokenStoreError> {
        if self.hangs {
            std::future::pending::<()>().await;
        }
        Err("out of order".into())
    }
}

impl TokenStore for Broken {
    fn load<'a>(
        &'a self,
        _: &'a TokenKey,
    ) -> BoxFuture<'a, Result<Option<StoredToken>, TokenStoreError>> {
        Box::pin(self.work())
    }

    fn save<'a>(
        &'a self,
        _: &'a TokenKey,
        _: &'a StoredToken,
    ) -> BoxFuture<'a, Result<(), TokenStoreError>> {
        Box::pin(self.work())
    }

    fn forget<'a>(
        &'a self,
        _: &'a TokenKey,
        _: &'a StoredToken,
    ) -> BoxFuture<'a, Result<(), TokenStoreError>> {
        Box::pin(self.work())
    }
}

#[tokio::test]
async fn a_store_that_fails_or_hangs_fails_no_call() {
    for hangs in [false, true] {
        let server = with_tokens([token("one", 3600)]).await;
        let aura = server
            .repeating()
            .with_clock(HurriedClock::new())
            .with_token_store(Broken { hangs })
            .build()
            .unwrap();
        aura.subscription_types().await.unwrap();
        assert_eq!(server.count("/oauth/token"), 1);
    }
}

#[tokio::test]
async fn p02_a_raise_by_a_callout_client_does_not_wait_for_the_server_token_either() {
    let asked = Arc::new(AtomicUsize::new(0));
    let server = Server::start(move |request| {
        let asked = asked.clone();
        async move {
            if request.path.ends_with("/oauth/token") {
                // The first is given; the renewal never comes.
                if asked.fetch_add(1, Ordering::SeqCst) > 0 {
                    std::future::pending::<()>().await;
                }
                return token("server", 3600);
            }
            if request.path.ends_with("/oauth/calloutToken") {
                return token("of-7", 3600);
            }
            Reply::json(201, CALLOUT)
        }
    })
    .await;
    let clock = ManualClock::at("2026-06-10T00:00:00Z");
    let aura = server.builder().with_clock(clock.clone()).build().unwrap();
    aura.warm_up().await.unwrap();
    clock.advance(Duration::from_secs(3550));
    let here = Position::new(-26.12345, 28.12345).unwrap();
    let callouts = aura.callouts_of(7);
    let raised = callouts.raise(here, ResponseTypeId::new(1)).live().await;
    assert_eq!(raised.unwrap().id().get(), 992_011);
    assert_eq!(server.count("/oauth/token"), 1);
}

#[tokio::test]
async fn p03_a_refused_callout_token_is_forgotten_though_another_took_its_place() {
    let handed = Arc::new(AtomicUsize::new(0));
    let server = Server::start(move |request| {
        let handed = handed.clone();
        async move {
            if request.path.ends_with("/oauth/token") {
                return token("server", 3600);
            }
            if request.path.ends_with("/oauth/calloutToken") {
                let number = handed.fetch_add(1, Ordering::SeqCst);
                return token(&format!("c{number}"), 3600);
            }
            match request.header("authorization") {
                Some("Bearer c0") => Reply::json(401, "{}"),
                _ => Reply::json(201, CALLOUT),
            }
        }
    })
    .await;
    let store = MemoryTokenStore::new();
    let builder = || {
        let builder = server.builder().with_token_store(store.clone());
        builder.with_callout_tokens_kept(NonZeroUsize::MIN)
    };
    builder()
        .build()
        .unwrap()
        .callouts_of(1)
        .warm_up()
        .await
        .unwrap();
    // Another replica finds the first token in the store, and has room for one customer only.
    let aura = builder().build().unwrap();
    let here = Position::new(-26.12345, 28.12345).unwrap();
    let raise = aura.callouts_of(1).raise(here, ResponseTypeId::new(1));
    let raise = raise.live().into_future();
    aura.callouts_of(2).warm_up().await.unwrap();
    raise.await.unwrap();
}

#[tokio::test]
async fn a_calls_own_time_for_an_attempt_holds_for_its_token_too() {
    let server = Server::start(|_| std::future::pending::<Reply>()).await;
    let clock = ManualClock::at("2026-06-10T00:00:00Z");
    let aura = server.builder().with_clock(clock.clone()).build().unwrap();
    let hasty = aura.with_attempt_timeout(Duration::from_millis(200));
    let call = tokio::spawn(async move { hasty.subscription_types().await.map(drop) });
    let slept = clock.next_sleep(crate::server::DEADLINE).await;
    assert_eq!(slept, Duration::from_millis(200));
    clock.advance(slept);
    let error = call.await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    assert_eq!(error.operation(), Some("create_oauth_token"));
}

#[tokio::test]
async fn attempts_that_ended_at_the_token_are_counted() {
    let server = with_tokens([]).await;
    let aura = server.repeating().with_clock(HurriedClock::new());
    let error = aura.build().unwrap().callout(1).get().await.unwrap_err();
    assert_eq!((error.attempts(), server.count("/oauth/token")), (4, 4));
}
