//! Calls that fail are repeated where that does no harm.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::StatusCode;
use people_protect::{
    Attempt, BoxFuture, Error, ErrorKind, Middleware, Next, Observer, PeopleProtect, Position,
    ResponseTypeId, Retries, RetryBudget, TransportError,
};

use crate::hurried::{Fixed, HurriedClock};
use crate::server::{Reply, Server, token};

const TYPES: &str = r#"{"subscriptionTypes":[{"id":4,"value":"WEB_SIGNUP_SINGLE"}]}"#;
const CALLOUT: &str = r#"{"message":"ok","callout":{"id":992011}}"#;

fn failing(times: usize) -> impl Iterator<Item = Reply> {
    (0..times).map(|_| Reply::with(502, "content-type: text/html\r\n", "<h1>502</h1>"))
}

fn client(server: &Server, clock: &HurriedClock) -> PeopleProtect {
    server
        .repeating()
        .with_clock(clock.clone())
        .with_random(Fixed(0.5))
        .build()
        .unwrap()
}

async fn raise(aura: &PeopleProtect) -> Result<people_protect::Raised, Error> {
    let here = Position::new(-26.12345, 28.12345).unwrap();
    aura.customer(178_921)
        .raise(here, ResponseTypeId::new(1))
        .live()
        .await
}

#[tokio::test]
async fn r56_p10_a_502_and_then_a_200_is_a_success_after_a_short_wait() {
    let server = Server::replying(failing(2).chain([Reply::json(200, TYPES)])).await;
    let clock = HurriedClock::new();
    let types = client(&server, &clock).subscription_types().await.unwrap();
    assert_eq!(types.answer().attempts(), 3);
    assert!(types.answer().may_be_repeat());
    // Three quarters of 200 and 400 ms, as the draw is in the middle.
    assert_eq!(clock.waits(), [150, 300]);
}

#[tokio::test]
async fn r56_a_400_is_sent_once() {
    let server = Server::replying([Reply::json(400, r#"{"message":"no"}"#)]).await;
    let clock = HurriedClock::new();
    let error = client(&server, &clock).callout(1).get().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::InvalidRequest, 1)
    );
    assert!(clock.waits().is_empty());
}

#[tokio::test]
async fn r27_a_lost_answer_to_a_raise_is_no_lost_callout() {
    // Nine lost answers are more than any other call is repeated.
    let lost = (0..9).map(|_| Reply::raw(""));
    let server = Server::replying(lost.chain([Reply::json(201, CALLOUT)])).await;
    let raised = raise(&client(&server, &HurriedClock::new())).await.unwrap();
    assert_eq!(raised.id().get(), 992_011);
    assert!(raised.may_be_repeat());
    assert_eq!(server.count("/callouts"), 10);
}

#[tokio::test]
async fn a_raise_that_was_answered_at_once_is_no_repeat() {
    let server = Server::replying([Reply::json(201, CALLOUT)]).await;
    let raised = raise(&client(&server, &HurriedClock::new())).await.unwrap();
    assert!(!raised.may_be_repeat());
}

#[tokio::test]
async fn p01_a_raise_that_never_works_says_that_a_callout_may_exist() {
    let server = Server::replying([]).await;
    let error = raise(&client(&server, &HurriedClock::new()))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ServerFailure);
    assert!(error.may_have_reached_server() && error.attempts() > 8);
    let shown = error.to_string();
    assert!(shown.contains("may have been raised"), "{shown}");
    assert!(shown.contains("until the deadline"), "{shown}");
}

#[tokio::test]
async fn p01_what_the_first_attempt_may_have_done_is_not_forgotten() {
    let server = Server::replying([Reply::raw("")]).await;
    let aura = server
        .repeating()
        .with_clock(HurriedClock::new())
        .with_middleware(RefuseLater)
        .build()
        .unwrap();
    // The last attempts cannot even connect; the first may have raised a callout.
    let error = raise(&aura).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable);
    assert!(error.attempts() > 2);
    assert!(error.may_have_reached_server());
    assert_eq!(server.count("/callouts"), 1);
}

/// Lets the first attempt of a call through and no other.
#[derive(Debug)]
struct RefuseLater;

impl Middleware for RefuseLater {
    fn handle<'a>(
        &'a self,
        request: reqwest::Request,
        attempt: &'a Attempt,
        next: Next<'a>,
    ) -> BoxFuture<'a, Result<reqwest::Response, TransportError>> {
        if attempt.number() > 1 {
            let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
            return Box::pin(async { Err(TransportError::not_sent(refused)) });
        }
        next.run(request)
    }
}

#[tokio::test]
async fn p01_a_refusal_after_a_lost_answer_says_that_a_callout_may_be_active() {
    let refusal = Reply::json(403, r#"{"message":"no"}"#);
    let server = Server::replying([Reply::raw(""), refusal]).await;
    let error = raise(&client(&server, &HurriedClock::new()))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoActiveSubscription);
    assert!(error.earlier_attempt_may_have_succeeded());
    assert!(error.hint().unwrap().contains("earlier attempt"), "{error}");

    let server = Server::replying([Reply::json(403, r#"{"message":"no"}"#)]).await;
    let error = raise(&client(&server, &HurriedClock::new()))
        .await
        .unwrap_err();
    assert!(!error.earlier_attempt_may_have_succeeded());
}

#[tokio::test]
async fn a_success_without_a_callout_id_is_asked_again_and_then_an_error() {
    let empty = || Reply::json(200, r#"{"message":"ok"}"#);
    let server = Server::replying([empty(), Reply::json(200, CALLOUT)]).await;
    let raised = raise(&client(&server, &HurriedClock::new())).await.unwrap();
    assert_eq!(raised.id().get(), 992_011);

    let server = Server::replying((0..20).map(|_| empty())).await;
    let error = raise(&client(&server, &HurriedClock::new()))
        .await
        .unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::NoCallout, 4));
}

#[tokio::test]
async fn r21_retry_after_is_honoured_and_bounded() {
    let busy = |seconds: u32| {
        let header = format!("retry-after: {seconds}\r\n");
        Reply::with(429, &header, r#"{"message":"slow down"}"#)
    };
    let server = Server::replying([busy(7), Reply::json(200, TYPES)]).await;
    let clock = HurriedClock::new();
    client(&server, &clock).subscription_types().await.unwrap();
    assert_eq!(clock.waits(), [7000]);

    let server = Server::replying([busy(600)]).await;
    let clock = HurriedClock::new();
    let error = client(&server, &clock)
        .subscription_types()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(600)));
    assert!(error.to_string().contains("longer wait"), "{error}");
    assert!(clock.waits().is_empty());
}

#[tokio::test]
async fn calls_share_a_budget_for_repeats_and_a_raise_does_not_need_it() {
    let server = Server::replying([]).await;
    let clock = HurriedClock::new();
    let aura = server
        .repeating()
        .with_clock(clock.clone())
        .with_retry_budget(RetryBudget::new(0, 4))
        .build()
        .unwrap();
    let attempts = |error: Error| error.attempts();
    assert_eq!(attempts(aura.callout(1).get().await.unwrap_err()), 4);
    let spent = aura.clone().callout(1).get().await.unwrap_err();
    assert!(spent.to_string().contains("too many calls fail"), "{spent}");
    assert_eq!(attempts(spent), 2);
    assert!(attempts(raise(&aura).await.unwrap_err()) > 4);
}

#[tokio::test]
async fn limits_can_be_set_for_one_call() {
    let server = Server::replying([]).await;
    let aura = client(&server, &HurriedClock::new());
    let once = aura.with_retries(Retries::none());
    assert_eq!(once.callout(1).get().await.unwrap_err().attempts(), 1);
    let twice = aura.with_retries(Retries::default().with_attempts(2));
    assert_eq!(twice.callout(1).get().await.unwrap_err().attempts(), 2);
    // No time for a second attempt.
    let hasty = aura.with_deadline(Duration::from_millis(100));
    let error = hasty.callout(1).get().await.unwrap_err();
    assert_eq!(error.attempts(), 1);
}

#[tokio::test]
async fn a_registration_whose_answer_was_lost_is_not_repeated_and_says_what_to_do() {
    let taken = r#"{"message":"already registered"}"#;
    let server = Server::replying([Reply::raw(""), Reply::json(409, taken)]).await;
    let aura = client(&server, &HurriedClock::new());
    let register = || {
        let mobile = "+27821234567".parse().unwrap();
        let jane = people_protect::NewCustomer::new("Jane", "Doe", mobile);
        aura.register(jane).without_subscription().into_future()
    };
    let error = register().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RegistrationUnknown);
    assert_eq!((error.attempts(), server.count("/customers")), (1, 1));
    assert!(
        error
            .hint()
            .unwrap()
            .contains("register the same customer again")
    );

    let error = register().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyRegistered);
}

#[tokio::test]
async fn a_registration_that_was_never_sent_is_repeated() {
    let server = Server::replying([Reply::json(201, r#"{"customer":{"id":7}}"#)]).await;
    let aura = server
        .repeating()
        .with_clock(HurriedClock::new())
        .with_middleware(RefuseFirst::default())
        .build()
        .unwrap();
    let mobile = "+27821234567".parse().unwrap();
    let jane = people_protect::NewCustomer::new("Jane", "Doe", mobile);
    let registered = aura.register(jane).without_subscription().await.unwrap();
    assert_eq!(registered.answer().attempts(), 2);
    assert!(!registered.answer().may_be_repeat());
}

/// Refuses the first attempt of every call but the one for the token.
#[derive(Debug, Default)]
struct RefuseFirst(AtomicU64);

impl Middleware for RefuseFirst {
    fn handle<'a>(
        &'a self,
        mut request: reqwest::Request,
        attempt: &'a Attempt,
        next: Next<'a>,
    ) -> BoxFuture<'a, Result<reqwest::Response, TransportError>> {
        if attempt.number() == 1 && attempt.operation() != "create_oauth_token" {
            self.0.fetch_add(1, Ordering::Relaxed);
            let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
            return Box::pin(async { Err(TransportError::not_sent(refused)) });
        }
        let number = attempt.number().to_string();
        request
            .headers_mut()
            .insert("x-attempt", number.parse().unwrap());
        next.run(request)
    }
}

#[tokio::test]
async fn a_middleware_sees_every_attempt_below_the_repeats_and_may_change_it() {
    let server = Server::replying([Reply::json(200, TYPES)]).await;
    let aura = server
        .repeating()
        .with_clock(HurriedClock::new())
        .with_middleware(RefuseFirst::default())
        .build()
        .unwrap();
    aura.subscription_types().await.unwrap();
    let seen = server.seen();
    assert_eq!(seen[0].header("x-attempt"), Some("1"));
    assert_eq!(seen[1].header("x-attempt"), Some("2"));
    assert_eq!(seen.len(), 2);
}

#[derive(Debug, Clone, Default)]
struct Diary(Arc<Mutex<Vec<String>>>);

impl Diary {
    fn write(&self, line: String) {
        self.0.lock().unwrap().push(line);
    }
}

impl Observer for Diary {
    fn attempt_started(&self, attempt: &Attempt) {
        self.write(format!("{} {}", attempt.operation(), attempt.number()));
    }

    fn attempt_ended(&self, _: &Attempt, status: Option<StatusCode>, _: Duration) {
        self.write(format!("-> {:?}", status.map(|status| status.as_u16())));
    }

    fn will_repeat(&self, _: &Attempt, error: &Error, wait: Duration) {
        self.write(format!("{:?}, wait {wait:?}", error.kind()));
    }
}

#[tokio::test]
async fn an_observer_is_told_about_every_attempt() {
    let server = Server::replying(failing(1).chain([Reply::json(200, TYPES)])).await;
    let diary = Diary::default();
    let aura = server
        .repeating()
        .with_clock(HurriedClock::new())
        .with_random(Fixed(0.5))
        .with_observer(diary.clone())
        .build()
        .unwrap();
    aura.subscription_types().await.unwrap();
    assert_eq!(
        *diary.0.lock().unwrap(),
        [
            "create_oauth_token 1",
            "-> Some(200)",
            "list_subscription_types 1",
            "-> Some(502)",
            "ServerFailure, wait 150ms",
            "list_subscription_types 2",
            "-> Some(200)",
        ]
    );
}

#[derive(Debug)]
struct Panicking;

impl Observer for Panicking {
    fn attempt_started(&self, _: &Attempt) {
        panic!("an observer's own mistake");
    }
}

#[tokio::test]
async fn an_observer_that_panics_stops_no_raise() {
    let server = Server::replying([Reply::json(201, CALLOUT)]).await;
    let aura = server.builder().with_observer(Panicking).build().unwrap();
    raise(&aura).await.unwrap();
}

#[tokio::test]
async fn p01_a_token_that_cannot_be_had_does_not_end_a_raise_whose_first_attempt_was_lost() {
    // 503, then a refused token, then a page of somebody else's where the token should come from.
    let (tokens, raises) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let server = Server::start(move |request| {
        let reply = if request.path.ends_with("/oauth/token") {
            match tokens.fetch_add(1, Ordering::SeqCst) {
                1 => Reply::with(302, "location: /maintenance\r\n", "<h1>soon</h1>"),
                number => token(&format!("t{number}"), 3600),
            }
        } else {
            match raises.fetch_add(1, Ordering::SeqCst) {
                0 => Reply::json(503, "{}"),
                1 => Reply::json(401, "{}"),
                _ => Reply::json(201, CALLOUT),
            }
        };
        async move { reply }
    })
    .await;
    let raised = raise(&client(&server, &HurriedClock::new())).await.unwrap();
    assert_eq!(raised.id().get(), 992_011);
    assert_eq!(server.count("/oauth/token"), 3);
}

#[tokio::test]
async fn p01_a_function_that_gives_up_on_its_request_does_not_say_that_nothing_was_sent() {
    let arrived = Arc::new(tokio::sync::Notify::new());
    let server = Server::start({
        let arrived = arrived.clone();
        move |request| {
            let arrived = arrived.clone();
            async move {
                if request.path.ends_with("/oauth/token") {
                    return token("t", 3600);
                }
                arrived.notify_one();
                std::future::pending().await
            }
        }
    })
    .await;
    let aura = server.client();
    let arrived = &arrived;
    let error = aura
        .call(|raw| async move {
            tokio::select! {
                answer = raw.delete_customer(5) => answer,
                () = arrived.notified() => {
                    Err(people_protect::raw::Error::Custom("no patience".to_owned()).into())
                }
            }
        })
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable);
    assert!(error.may_have_reached_server());
    assert!(
        error.to_string().contains("read the current state"),
        "{error}"
    );
}

#[tokio::test]
async fn a_callout_at_a_fixed_location_waits_for_its_token_as_long_as_nothing_was_sent() {
    let refusals = AtomicU64::new(0);
    let server = Server::start(move |request| {
        let reply = if !request.path.ends_with("/oauth/token") {
            Reply::json(201, CALLOUT)
        } else if refusals.fetch_add(1, Ordering::Relaxed) < 9 {
            Reply::json(429, "{}")
        } else {
            token("server-token", 3600)
        };
        async move { reply }
    })
    .await;
    let aura = client(&server, &HurriedClock::new());
    let raised = aura
        .fixed_location_callout("site_9944")
        .live()
        .await
        .unwrap();
    assert_eq!(raised.id().get(), 992_011);
    assert_eq!(server.count("/oauth/token"), 10);
    assert_eq!(server.seen().len(), 11, "and sent once");
}
