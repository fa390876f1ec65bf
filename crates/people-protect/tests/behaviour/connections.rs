//! Connections that end, break or carry what no server should send.

use std::time::Duration;

use people_protect::{
    Attempt, BoxFuture, CalloutId, Error, ErrorKind, Middleware, NewCustomer, Next, PeopleProtect,
    Position, Raised, ResponseTypeId, Retries, TransportError,
};
use tokio::task::JoinHandle;

use crate::clock::ManualClock;
use crate::hurried::HurriedClock;
use crate::server::DEADLINE;
use crate::socket::{Gate, Socket, Step, answer};

const CALLOUT: &str = r#"{"id":1,"status":"CREATED"}"#;
const OTHER: &str = r#"{"id":2,"status":"CREATED"}"#;

/// The id in the answer to a read of callout 1: whatever id, to tell answers apart.
async fn read(aura: &PeopleProtect) -> Result<CalloutId, Error> {
    let answer = aura.call(|raw| async move { raw.get_callout(1).await });
    Ok(CalloutId::new(answer.await?.json()["id"].as_i64().unwrap()))
}

/// How a read ends on a connection that plays this script.
async fn failure(script: Vec<Step>) -> Error {
    let socket = Socket::playing([script]).await;
    let aura = socket.client_that_tries_once().await;
    let error = read(&aura).await.unwrap_err();
    assert_eq!(error.attempts(), 1);
    assert!(error.may_have_reached_server(), "{error:?}");
    assert_eq!(error.operation(), Some("get_callout"));
    error
}

/// The answer broke off before it said anything.
#[track_caller]
fn is_unanswered(error: &Error) {
    assert_eq!(error.kind(), ErrorKind::Unreachable, "{error:?}");
    assert_eq!(error.status(), None);
    assert!(error.is_retryable());
    assert!(error.to_string().contains("read the current state"));
}

/// What answered is not what the address should lead to. It may have acted all the same.
#[track_caller]
fn is_no_http(error: &Error) {
    assert_eq!(error.kind(), ErrorKind::UndecodableAnswer, "{error:?}");
    assert_eq!(error.status(), None);
    assert!(error.is_retryable() && error.may_have_reached_server());
    assert!(error.to_string().contains("does not speak HTTP"), "{error}");
    assert!(error.hint().unwrap().contains("port"), "{error}");
}

#[tokio::test]
async fn a_connection_is_used_again() {
    let script = vec![
        Step::Read,
        Step::answer(CALLOUT),
        Step::Read,
        Step::answer(OTHER),
    ];
    let socket = Socket::playing([script]).await;
    let aura = socket.client().await;
    assert_eq!(read(&aura).await.unwrap(), CalloutId::new(1));
    assert_eq!(read(&aura).await.unwrap(), CalloutId::new(2));
    assert_eq!(socket.connections(), 2);
}

#[tokio::test]
async fn an_idle_connection_the_server_closed_costs_no_call() {
    let (go, gone) = (Gate::default(), Gate::default());
    let stale = vec![
        Step::Read,
        Step::answer(CALLOUT),
        Step::Wait(go.clone()),
        Step::Close(gone.clone()),
    ];
    let fresh = vec![Step::Read, Step::answer(OTHER)];
    let socket = Socket::playing([stale, fresh]).await;
    let aura = socket.client().await;
    assert_eq!(read(&aura).await.unwrap(), CalloutId::new(1));
    go.open();
    gone.opened().await;
    assert_eq!(read(&aura).await.unwrap(), CalloutId::new(2));
    assert_eq!(socket.connections(), 3);
}

#[tokio::test]
async fn a_used_connection_that_is_reset_under_a_call_costs_no_read_and_repeats_no_registration() {
    let used = || vec![Step::Read, Step::answer(CALLOUT), Step::Read, Step::Reset];
    let fresh = || vec![Step::Read, Step::answer(OTHER)];
    let socket = Socket::playing([used(), fresh()]).await;
    let aura = socket.client().await;
    assert_eq!(read(&aura).await.unwrap(), CalloutId::new(1));
    let again = aura.call(|raw| async move { raw.get_callout(1).await });
    assert_eq!(again.await.unwrap().attempts(), 2);
    assert_eq!(socket.requests(), 3);

    // R11: a second registration is a second customer or a refusal, so it is never repeated.
    let socket = Socket::playing([used(), fresh()]).await;
    let aura = socket.client().await;
    assert_eq!(read(&aura).await.unwrap(), CalloutId::new(1));
    let jane = NewCustomer::new("Jane", "Doe", "+27821234567".parse().unwrap());
    let error = aura
        .register(jane)
        .without_subscription()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RegistrationUnknown);
    assert!(error.may_have_reached_server() && !error.is_retryable());
    assert_eq!(error.attempts(), 1);
    assert_eq!(socket.requests(), 2);
}

#[tokio::test]
async fn the_call_after_a_broken_connection_gets_a_new_one() {
    let broken = vec![Step::Read, Step::Reset];
    let fresh = vec![Step::Read, Step::answer(OTHER)];
    let socket = Socket::playing([broken, fresh]).await;
    let aura = socket.client().await;
    assert_eq!(read(&aura).await.unwrap(), CalloutId::new(2));
    assert_eq!((socket.requests(), socket.connections()), (2, 3));
}

/// Connections that answer once all of them have been asked, so that none takes another's request.
struct Together {
    asked: Vec<Gate>,
    answers: Vec<Gate>,
}

impl Together {
    fn so_many(count: usize) -> Self {
        let gates = || (0..count).map(|_| Gate::default()).collect();
        Self {
            asked: gates(),
            answers: gates(),
        }
    }

    /// What each of them plays: an answer, and then this.
    fn scripts(&self, then: impl Fn(usize) -> Vec<Step>) -> Vec<Vec<Step>> {
        let script = |place: usize| {
            let mut script = vec![
                Step::Arrival,
                Step::Open(self.asked[place].clone()),
                Step::Wait(self.answers[place].clone()),
                Step::Read,
                Step::answer(CALLOUT),
            ];
            script.extend(then(place));
            script
        };
        (0..self.asked.len()).map(script).collect()
    }

    /// Asks each, and waits until all have answered and are kept.
    async fn ask(&self, aura: &PeopleProtect) {
        aura.warm_up().await.unwrap();
        let let_through = async {
            for one in &self.asked {
                one.opened().await;
            }
            self.answers.iter().for_each(Gate::open);
        };
        let reads = self.asked.iter().map(|_| read(aura));
        let (read, ()) = tokio::join!(futures_util::future::join_all(reads), let_through);
        assert!(read.iter().all(Result::is_ok));
    }
}

/// Connections that have answered once and are kept, and what is played on the next one.
struct Kept {
    socket: Socket,
    clock: ManualClock,
    aura: PeopleProtect,
    /// Opens when one of them has a second request, which it leaves without an answer.
    lost: Gate,
    /// Until these are open, which is for the test to do.
    late: Vec<Gate>,
}

impl Kept {
    async fn so_many(count: usize, fresh: Vec<Step>) -> Self {
        let together = Together::so_many(count);
        let lost = Gate::default();
        let late: Vec<_> = (0..count).map(|_| Gate::default()).collect();
        let mut scripts = together.scripts(|place| {
            vec![
                Step::Read,
                Step::Open(lost.clone()),
                Step::Wait(late[place].clone()),
                Step::answer(CALLOUT),
            ]
        });
        scripts.push(fresh);
        let socket = Socket::playing(scripts).await;
        let clock = ManualClock::at("2026-06-10T00:00:00Z");
        let aura = socket.builder().with_clock(clock.clone()).build().unwrap();
        together.ask(&aura).await;
        Self {
            socket,
            clock,
            aura,
            lost,
            late,
        }
    }

    /// A raise with this deadline, on its way.
    fn raise(&self, deadline: Duration) -> JoinHandle<Result<Raised, Error>> {
        let aura = self.aura.with_deadline(deadline);
        tokio::spawn(async move {
            let here = Position::new(-26.12345, 28.12345).unwrap();
            let customer = aura.customer(178_921);
            customer.raise(here, ResponseTypeId::new(1)).live().await
        })
    }
}

#[tokio::test]
async fn of_several_kept_connections_that_say_nothing_any_more_a_raise_tries_one() {
    // Nor is the other one tried after a new one has answered.
    let failed = answer("{}").replace("200 OK", "503 Unavailable");
    let raised = Step::answer(r#"{"callout":{"id":992011}}"#);
    let kept = Kept::so_many(2, vec![Step::Read, Step::text(failed), Step::Read, raised]).await;
    let (clock, lost) = (&kept.clock, &kept.lost);
    let mut raise = kept.raise(DEADLINE);
    lost.opened().await;
    let attempt = Duration::from_secs(10);
    clock.advance(attempt);
    // The pauses between attempts pass, and no further attempt's time does.
    let pauses = async {
        loop {
            let pause = clock.next_sleep_but(&[DEADLINE, attempt]).await;
            clock.advance(pause);
        }
    };
    let raised = tokio::select! {
        raised = &mut raise => raised.unwrap().unwrap(),
        () = lost.opened() => panic!("the other one was tried as well"),
        () = pauses => unreachable!(),
    };
    assert_eq!(raised.answer().attempts(), 3);
    assert_eq!(kept.socket.connections(), 4);
}

#[tokio::test]
async fn a_callers_short_deadline_says_nothing_about_the_other_connections() {
    let kept = Kept::so_many(2, Vec::new()).await;
    let raise = kept.raise(Duration::from_secs(1));
    kept.lost.opened().await;
    kept.clock.advance(Duration::from_secs(1));
    let error = raise.await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    let aura = kept.aura.with_retries(Retries::none());
    let mut again = tokio::spawn(async move { read(&aura).await });
    tokio::select! {
        ended = &mut again => panic!("it did not go to the other one: {ended:?}"),
        () = kept.lost.opened() => kept.late.iter().for_each(Gate::open),
    }
    again.await.unwrap().unwrap();
    assert_eq!(kept.socket.connections(), 3);
}

#[tokio::test]
async fn calls_that_were_given_up_one_after_the_other_leave_the_connections_behind() {
    let raised = Step::answer(r#"{"callout":{"id":992011}}"#);
    let kept = Kept::so_many(3, vec![Step::Read, raised]).await;
    // The caller drops the first; the second ends by its own deadline.
    let raise = kept.raise(DEADLINE);
    kept.lost.opened().await;
    kept.clock.advance(Duration::from_secs(3));
    raise.abort();
    assert!(raise.await.unwrap_err().is_cancelled());
    let raise = kept.raise(Duration::from_secs(3));
    kept.lost.opened().await;
    kept.clock.advance(Duration::from_secs(3));
    raise.await.unwrap().unwrap_err();
    let mut raise = kept.raise(DEADLINE);
    let raised = tokio::select! {
        raised = &mut raise => raised.unwrap().unwrap(),
        () = kept.lost.opened() => panic!("the third one was tried as well"),
    };
    assert_eq!(raised.answer().attempts(), 1);
    assert_eq!(kept.socket.connections(), 5);
}

#[tokio::test]
async fn of_several_kept_connections_that_are_reset_a_raise_meets_two() {
    let together = Together::so_many(4);
    let mut scripts = together.scripts(|_| vec![Step::Read, Step::Reset]);
    scripts.push(vec![
        Step::Read,
        Step::answer(r#"{"callout":{"id":992011}}"#),
    ]);
    let socket = Socket::playing(scripts).await;
    let builder = socket.builder().with_clock(HurriedClock::new());
    let aura = builder.build().unwrap();
    together.ask(&aura).await;
    let here = Position::new(-26.12345, 28.12345).unwrap();
    let raise = aura.customer(178_921).raise(here, ResponseTypeId::new(1));
    let raised = raise.live().await.unwrap();
    assert_eq!(raised.answer().attempts(), 3);
    assert_eq!(socket.connections(), 6);
}

/// Opens a gate when the head of an answer has come.
#[derive(Debug)]
struct HeadCame(Gate);

impl Middleware for HeadCame {
    fn handle<'a>(
        &'a self,
        request: reqwest::Request,
        attempt: &'a Attempt,
        next: Next<'a>,
    ) -> BoxFuture<'a, Result<reqwest::Response, TransportError>> {
        Box::pin(async move {
            let answer = next.run(request).await;
            if attempt.operation() != "create_oauth_token" {
                self.0.open();
            }
            answer
        })
    }
}

/// How a call with this deadline ends whose answer stops coming after so much.
async fn stalled<T>(
    deadline: Duration,
    came: String,
    call: impl AsyncFnOnce(PeopleProtect) -> Result<T, Error>,
) -> Error {
    let script = vec![Step::Read, Step::text(came), Step::Wait(Gate::default())];
    let socket = Socket::playing([script]).await;
    let clock = ManualClock::at("2026-06-10T00:00:00Z");
    let head = Gate::default();
    let builder = socket.builder().with_retries(Retries::none());
    let builder = builder
        .with_clock(clock.clone())
        .with_middleware(HeadCame(head.clone()));
    let aura = builder.with_deadline(deadline).build().unwrap();
    aura.warm_up().await.unwrap();
    let time = async {
        head.opened().await;
        // What was written with the head is there; now it is read.
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        clock.advance(deadline.min(Duration::from_secs(10)));
    };
    let (ended, ()) = tokio::join!(call(aura), time);
    ended.err().unwrap()
}

#[tokio::test]
async fn what_came_of_a_body_is_kept_when_the_time_of_attempt_or_call_runs_out() {
    for deadline in [30, 5] {
        let came = answer(CALLOUT).replace(r#""CREATED"}"#, "");
        let deadline = Duration::from_secs(deadline);
        let error = stalled(deadline, came, async |aura| read(&aura).await).await;
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        assert_eq!(error.status().unwrap(), 200);
        assert_eq!(error.body(), br#"{"id":1,"status":"#);
    }
}

#[tokio::test]
async fn r26_a_refused_raise_is_no_proxys_page_because_its_body_stops_coming() {
    // Whether the attempt's time or the call's ends it.
    for deadline in [30, 5] {
        refused_and_stalled(Duration::from_secs(deadline)).await;
    }
}

async fn refused_and_stalled(deadline: Duration) {
    let came = answer(r#"{"message":"no active subscription"}"#).replace("200 OK", "403 Forbidden");
    let came = came.replace(r#"subscription"}"#, "");
    let error = stalled(deadline, came, async |aura| {
        let here = Position::new(-26.12345, 28.12345).unwrap();
        let customer = aura.customer(178_921);
        customer.raise(here, ResponseTypeId::new(1)).live().await
    })
    .await;
    assert_eq!(error.kind(), ErrorKind::NoActiveSubscription);
    assert_eq!(error.body(), br#"{"message":"no active "#);
}

#[tokio::test]
async fn a_half_closed_connection_without_an_answer_is_unreachable() {
    is_unanswered(&failure(vec![Step::Read, Step::HalfClose]).await);
}

#[tokio::test]
async fn a_half_closed_connection_within_the_body_keeps_what_came() {
    let cut = answer(CALLOUT).replace(r#""CREATED"}"#, "");
    let error = failure(vec![Step::Read, Step::text(cut), Step::HalfClose]).await;
    assert_eq!(error.kind(), ErrorKind::UndecodableAnswer);
    assert_eq!(error.status().unwrap(), 200);
    assert_eq!(error.body(), br#"{"id":1,"status":"#);
    assert!(error.is_retryable());
}

#[tokio::test]
async fn a_half_closed_connection_after_the_answer_is_no_failure() {
    let socket = Socket::playing([vec![Step::Read, Step::answer(CALLOUT), Step::HalfClose]]).await;
    assert_eq!(
        read(&socket.client().await).await.unwrap(),
        CalloutId::new(1)
    );
}

#[tokio::test]
async fn a_reset_within_the_body_keeps_the_status() {
    let cut = answer(CALLOUT).replace(r#""CREATED"}"#, "");
    let (go, gone) = (Gate::default(), Gate::default());
    let script = vec![
        Step::Read,
        Step::text(cut),
        Step::Wait(go.clone()),
        Step::Reset,
        Step::Close(gone.clone()),
    ];
    let socket = Socket::playing([script]).await;
    let aura = socket.client_that_tries_once().await;
    let call = tokio::spawn(async move { read(&aura).await });
    go.open();
    gone.opened().await;
    let error = call.await.unwrap().unwrap_err();
    assert!(error.may_have_reached_server() && error.is_retryable());
    // A reset may overtake what was sent before it.
    match error.status() {
        Some(status) => {
            assert_eq!(status, 200);
            assert_eq!(error.kind(), ErrorKind::UndecodableAnswer);
        }
        None => is_unanswered(&error),
    }
}

#[tokio::test]
async fn a_header_without_end_is_given_up_and_is_no_http() {
    let head = "HTTP/1.1 200 OK\r\nx-long: ";
    let script = vec![Step::Read, Step::text(head), Step::Endless(&[b'x'; 4096])];
    is_no_http(&failure(script).await);
}

#[tokio::test]
async fn headers_without_number_are_given_up_and_are_no_http() {
    let head = "HTTP/1.1 200 OK\r\n";
    let script = vec![
        Step::Read,
        Step::text(head),
        Step::Endless(b"x-more: 1\r\n"),
    ];
    is_no_http(&failure(script).await);
}

#[tokio::test]
async fn a_body_without_end_is_given_up_at_eight_mebibytes() {
    const CHUNK: &[u8] = &{
        let mut chunk = [b' '; 4096 + 8];
        let head = b"1000\r\n";
        let mut at = 0;
        while at < head.len() {
            chunk[at] = head[at];
            at += 1;
        }
        chunk[4096 + 6] = b'\r';
        chunk[4096 + 7] = b'\n';
        chunk
    };
    let head =
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
    let given_up = Gate::default();
    let script = vec![
        Step::Read,
        Step::text(head),
        Step::Endless(CHUNK),
        Step::Close(given_up.clone()),
    ];
    let error = failure(script).await;
    assert_eq!(error.kind(), ErrorKind::UndecodableAnswer);
    assert_eq!(error.status().unwrap(), 200);
    assert!(error.to_string().contains("8 MiB"), "{error}");
    assert!(error.body().len() <= 8 << 20);
    // The server's writing ends: nobody drains the rest in the background.
    given_up.opened().await;
}

#[tokio::test]
async fn a_length_of_eighteen_digits_reserves_no_memory() {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 900000000000000000\r\n\r\n";
    let given_up = Gate::default();
    let script = vec![
        Step::Read,
        Step::text(head),
        Step::Endless(&[b' '; 4096]),
        Step::Close(given_up.clone()),
    ];
    let error = failure(script).await;
    assert_eq!(error.kind(), ErrorKind::UndecodableAnswer);
    assert!(error.body().len() <= 8 << 20);
    given_up.opened().await;
}

#[tokio::test]
async fn a_chunked_body_that_is_cut_off_is_unreadable_and_not_an_empty_success() {
    let head =
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
    for body in [
        "",
        "1",
        "1a\r\n{\"id\":1",
        "8\r\n{\"id\":1}\r\n",
        "zz\r\n{}\r\n0\r\n\r\n",
    ] {
        let error = failure(vec![Step::Read, Step::text(format!("{head}{body}"))]).await;
        assert_eq!(error.kind(), ErrorKind::UndecodableAnswer, "{body:?}");
        assert_eq!(error.status().unwrap(), 200);
    }
}

#[tokio::test]
async fn what_is_no_http_is_an_unreadable_answer() {
    for text in [
        "SSH-2.0-OpenSSH_9.6\r\n\r\n",
        "HTTP/1.1 abc OK\r\n\r\n",
        "HTTP/9.9 200 OK\r\n\r\n",
        "\u{0}\u{1}\u{2}\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}",
    ] {
        is_no_http(&failure(vec![Step::Read, Step::text(text)]).await);
    }
}

#[tokio::test]
async fn r56_what_is_no_http_is_read_again_and_never_registered_again() {
    let odd = || vec![Step::Read, Step::text("SSH-2.0-OpenSSH_9.6\r\n\r\n")];
    let fresh = || vec![Step::Read, Step::answer(OTHER)];
    let socket = Socket::playing([odd(), fresh()]).await;
    assert_eq!(
        read(&socket.client().await).await.unwrap(),
        CalloutId::new(2)
    );

    let socket = Socket::playing([odd(), fresh()]).await;
    let jane = NewCustomer::new("Jane", "Doe", "+27821234567".parse().unwrap());
    let error = socket.client().await.register(jane).without_subscription();
    let error = error.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RegistrationUnknown);
    assert!(error.may_have_reached_server() && !error.is_retryable());
    assert_eq!((error.attempts(), socket.requests()), (1, 1));
}

const BUSY: &str = "HTTP/1.1 503 Busy\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

#[tokio::test]
async fn an_answer_to_a_request_that_was_not_read_is_an_answer() {
    let error = failure(vec![Step::Arrival, Step::text(BUSY), Step::HalfClose]).await;
    assert_eq!(error.kind(), ErrorKind::ServerFailure);
    assert_eq!(error.status().unwrap(), 503);
}

#[tokio::test]
async fn an_answer_before_the_request_is_a_failure_a_repeat_may_mend() {
    // The client may see it before or after it has sent its request; either way it is no success.
    let error = failure(vec![Step::text(BUSY), Step::HalfClose]).await;
    assert!(error.is_retryable(), "{error:?}");
    if error.status().is_none() {
        is_unanswered(&error);
    }
}

#[tokio::test]
async fn an_answer_nobody_asked_for_is_never_taken_for_the_next_calls() {
    let two = format!("{}{}", answer(CALLOUT), answer(r#"{"id":666}"#));
    let fresh = vec![Step::Read, Step::answer(OTHER)];
    let socket = Socket::playing([vec![Step::Read, Step::text(two), Step::HalfClose], fresh]).await;
    let aura = socket.client().await;
    assert_eq!(read(&aura).await.unwrap(), CalloutId::new(1));
    assert_eq!(read(&aura).await.unwrap(), CalloutId::new(2));
}
