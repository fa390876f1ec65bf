//! Everything that every crate logs and traces at its finest, through all that a back end does:
//! no secret and nothing personal shows.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot set its stage should stop"
)]

#[path = "fault_sweep/clock.rs"]
mod clock;

use std::collections::BTreeSet;
use std::fmt::{Debug, Write as _};
use std::io;
use std::sync::{Arc, Mutex};

use people_protect::webhooks::{Event, Receiver};
use people_protect::{
    Attempt, BoxFuture, Credentials, CustomerToken, Environment, Error, ErrorKind, LinkDevice,
    Middleware, NewCustomer, NewFixedLocation, NewLead, Next, Pace, PeopleProtect, Position,
    ReturnUrl, SafeCode, SignupRequest, TransportError,
};
use people_protect_simulator::{Clock, SignupOutcome, Simulator, Stage};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tracing_log::log;
use tracing_subscriber::fmt::format::FmtSpan;

use clock::{ATTEMPT, DEADLINE, Middle, SweepClock};

const MOBILE: &str = "+27837654091";
const MAIL: &str = "planted.person@example.com";
const WEBHOOK_SECRET: &str = "planted-webhook-secret";
const BACK: &str = "https://shop.example.com/done?basket=planted-basket";

/// What must not show, in small letters: tokens come on top as they are seen.
const PLANTED: [&str; 7] = [
    "planted",
    "837654091",
    "4091",
    "26.713942",
    "28.339417",
    // The serial; the id that AURA makes of its digits is none.
    "ex-26217939",
    "o-negative",
];

/// What has been written so far.
#[derive(Debug, Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    fn take(&self) -> String {
        String::from_utf8(std::mem::take(&mut *self.0.lock().unwrap())).unwrap()
    }
}

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Catches every event and span of every crate, and what goes to `log`.
fn catch_everything() -> Written {
    let written = Written::default();
    let writer = written.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(FmtSpan::FULL)
        // Digits that change could look like planted ones.
        .without_time()
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();
    tracing_log::LogTracer::builder()
        .with_max_level(log::LevelFilter::Trace)
        .init()
        .unwrap();
    written
}

/// What must not show.
#[derive(Debug, Clone, Default)]
struct Hidden(Arc<Mutex<BTreeSet<String>>>);

impl Hidden {
    fn add(&self, text: &str) {
        // The parts of a token, of which one alone may show.
        for part in text.split(['.', ' ']).filter(|part| part.len() >= 8) {
            self.0.lock().unwrap().insert(part.to_lowercase());
        }
    }

    /// What of it shows in a text, ports aside: they are any number.
    fn shown_in(&self, text: &str) -> Option<String> {
        let mut kept = text.to_lowercase();
        for before in ["127.0.0.1:", "server.port=", "port("] {
            kept = without_numbers_after(before, &kept);
        }
        let gathered = self.0.lock().unwrap();
        let all = PLANTED
            .into_iter()
            .chain(gathered.iter().map(String::as_str));
        let shown = all.into_iter().find(|hidden| shows(&kept, hidden));
        shown.map(|hidden| {
            let line = kept.lines().find(|line| line.contains(hidden));
            format!("{hidden} in {}", line.unwrap_or(&kept))
        })
    }

    #[track_caller]
    fn demand(&self, text: &str) {
        assert_eq!(self.shown_in(text), None);
    }

    #[track_caller]
    fn demand_of(&self, value: &impl Debug) {
        self.demand(&format!("{value:?} {value:#?}"));
    }

    /// Every form an error is shown in, and every error below it.
    #[track_caller]
    fn demand_of_error(&self, error: &Error) {
        let mut shown = format!("{error} {error:?} {error:#?}");
        let mut source = std::error::Error::source(error);
        while let Some(below) = source {
            write!(shown, " {below} {below:?} {below:#?}").unwrap();
            source = below.source();
        }
        self.demand(&shown);
    }
}

/// The text without the digits that follow each `before`.
fn without_numbers_after(before: &str, text: &str) -> String {
    let mut parts = text.split(before);
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        kept.push_str(before);
        kept.push_str(part.trim_start_matches(|letter: char| letter.is_ascii_digit()));
    }
    kept
}

/// Four digits are a part of many a number that means nothing, such as a port or a time: a short code shows
/// where it stands alone.
fn shows(text: &str, hidden: &str) -> bool {
    let is_code = hidden.len() <= 4 && hidden.bytes().all(|byte| byte.is_ascii_digit());
    text.match_indices(hidden).any(|(start, _)| {
        let digit = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_digit());
        let before = text[..start].chars().next_back();
        let after = text[start + hidden.len()..].chars().next();
        !is_code || !(digit(before) || digit(after))
    })
}

/// Sees each token on its way out.
impl Middleware for Hidden {
    fn handle<'a>(
        &'a self,
        request: reqwest::Request,
        _attempt: &'a Attempt,
        next: Next<'a>,
    ) -> BoxFuture<'a, Result<reqwest::Response, TransportError>> {
        if let Some(token) = request.headers().get(AUTHORIZATION) {
            self.add(token.to_str().unwrap());
        }
        next.run(request)
    }
}

fn client(
    simulator: &Simulator,
    origin: &str,
    clock: &SweepClock,
    hidden: &Hidden,
) -> PeopleProtect {
    let known = simulator.credentials();
    let secret = known.client_secret().reveal();
    hidden.add(secret);
    let credentials = Credentials::new(known.client_id(), secret).unwrap();
    PeopleProtect::builder(Environment::custom(origin).unwrap(), credentials)
        .with_clock(clock.clone())
        .with_random(Middle)
        .with_deadline(DEADLINE)
        .with_attempt_timeout(ATTEMPT)
        .with_middleware(hidden.clone())
        .build()
        .unwrap()
}

fn here() -> Position {
    Position::new(-26.713_942, 28.339_417).unwrap()
}

fn jane() -> NewCustomer {
    NewCustomer::new("Plantedname", "Plantedsurname", MOBILE.parse().unwrap())
        .email(MAIL)
        .external_reference_id("planted-reference")
        .with_profile(|profile| {
            profile.allergies = Some("plantedallergy".into());
            profile.bloodtype = Some("O-negative".into());
            profile.medications = Some("plantedmedication".into());
            profile.medical_conditions = Some("plantedcondition".into());
            profile.next_of_kin_name = Some("Plantedkin".into());
        })
}

/// All that goes well.
async fn days_work(simulator: &Simulator, aura: &PeopleProtect, hidden: &Hidden) {
    aura.warm_up().await.unwrap();
    let security = aura.response_types().await.unwrap();
    let security = security.by_value("SECURITY").unwrap();
    let plans = aura.subscription_types().await.unwrap();
    let plan = plans.by_value("WEB_SIGNUP_SINGLE").unwrap();
    let cover = plan.starting_now_for_days(365);
    let registered = aura.register(jane()).without_subscription().await.unwrap();
    hidden.demand_of(&registered);
    let customer = aura.customer(&registered);
    hidden.demand_of(&customer.subscribe(cover).await.unwrap());
    hidden.demand_of(&customer.get().await.unwrap());
    let changed = customer.update(|profile| profile.gender = Some("planted".into()));
    hidden.demand_of(&changed.await.unwrap());

    // As the customer's app: with a token for callouts only.
    let app = aura.callouts_of(&registered);
    let raised = app.raise(here(), security).live().await.unwrap();
    hidden.demand_of(&raised);
    let tracking = raised.tracking_url().unwrap().reveal();
    let (_, session) = tracking.split_once('=').unwrap();
    hidden.add(session);
    let callout = aura.callout(&raised);
    hidden.demand_of(&callout.say("customer", "planted words").await.unwrap());
    hidden.demand_of(&callout.events().await.unwrap());
    let mut watch = callout
        .watch()
        .with_pace(Pace::for_simulator(DEADLINE * 2))
        .with_position(here());
    hidden.demand_of(&watch.try_next().await.unwrap());
    let (feeder, stream) = callout.stream_locations();
    let mut monitor = stream.monitor();
    let stream = stream.spawn();
    feeder.feed(here());
    hidden.demand_of(&monitor.changed().await);
    simulator
        .set_stage(raised.id().get(), Stage::Closed)
        .unwrap();
    feeder.feed(here());
    hidden.demand_of(&stream.await.unwrap().unwrap());
    while let Some(update) = watch.try_next().await.unwrap() {
        hidden.demand_of(&update);
    }
    let again = app.raise(here(), security).live().await.unwrap();
    let code = SafeCode::new("4091").unwrap();
    let cancelled = app.callout(&again).cancel(Some(code)).await.unwrap();
    hidden.demand_of(&cancelled);

    let place = NewFixedLocation::new("site_9944", "site_9944", here())
        .formatted_address("17 Plantedstreet, Plantedtown");
    let place = aura.create_fixed_location(place).await.unwrap();
    hidden.demand_of(&place);
    hidden.demand_of(&aura.download_fixed_locations().await.unwrap());
    let raised = aura
        .fixed_location_callout("site_9944")
        .live()
        .await
        .unwrap();
    hidden.demand_of(&raised);

    let button = LinkDevice::new(&registered, "EX-26217939".parse().unwrap(), "ExampleBrand");
    let linked = aura
        .link_device(button.alias("Planted desk"))
        .await
        .unwrap();
    hidden.demand_of(&linked);
    let device = aura.device(&linked);
    let event = device.event(linked.device_type().unwrap()).message_type(1);
    let event = event.position(here());
    hidden.demand_of(&event.await.unwrap());

    let lead = NewLead::new(MOBILE.parse().unwrap(), [("name", "Plantedname")]);
    hidden.demand_of(&aura.create_lead(lead).await.unwrap());

    let request = SignupRequest::by_email(MAIL, BACK).unwrap();
    let started = aura.start_signup(request).await.unwrap();
    hidden.demand_of(&started);
    let session = started.session_id().reveal();
    hidden.add(session);
    let back = simulator.finish_signup(session, SignupOutcome::Completed);
    let back = ReturnUrl::parse(back.unwrap().reveal());
    hidden.demand_of(&aura.confirm(&back).await.unwrap());
    let token = simulator.customer_token(registered.id().get()).unwrap();
    hidden.add(token.reveal());
    let session = aura.as_customer(CustomerToken::new(token).unwrap());
    hidden.demand_of(&session.manage_subscription(BACK).await.unwrap());

    let webhook = aura
        .register_webhook("https://your-server.example.com/hook?key=planted-key")
        .events([Event::NewCallout])
        .header("x-webhook-secret", WEBHOOK_SECRET);
    hidden.demand_of(&webhook.await.unwrap());
    deliveries(hidden);
    hidden.demand_of(&customer.retire().await.unwrap());
}

/// What is received.
fn deliveries(hidden: &Hidden) {
    let receiver = Receiver::new("x-webhook-secret", WEBHOOK_SECRET).unwrap();
    let mut headers = HeaderMap::new();
    let body = format!(
        r#"{{"message": "NEW_CALLOUT", "customer": {{"name": "Plantedname", "mobile": "{MOBILE}"}},
            "callout": {{"id": 1, "url": "https://t.example/?sessionToken=planted"}}}}"#
    );
    let rejection = receiver.receive(&headers, body.as_bytes()).unwrap_err();
    hidden.demand(&format!("{rejection} {rejection:?}"));
    headers.insert("x-webhook-secret", HeaderValue::from_static(WEBHOOK_SECRET));
    for body in [body.as_bytes(), b"planted", b"{\"message\": \"PLANTED\"}"] {
        let delivery = receiver.receive(&headers, body).unwrap();
        hidden.demand_of(&delivery.callout());
        hidden.demand_of(&delivery.customer());
        hidden.demand_of(&delivery.entity());
    }
}

/// Every call that carries something planted.
async fn errors_of(aura: &PeopleProtect) -> Vec<Error> {
    let customer = aura.customer(178_921);
    let callout = aura.callout(992_011);
    let here = here();
    let place = || NewFixedLocation::new("s", "s", here).formatted_address("17 Plantedstreet");
    let serial = "EX-26217939".parse().unwrap();
    let request = SignupRequest::by_email(MAIL, BACK).unwrap();
    let webhook = aura
        .register_webhook("https://your-server.example.com/?key=planted-key")
        .events([Event::NewCallout])
        .header("x-webhook-secret", WEBHOOK_SECRET);
    let lead = NewLead::new(MOBILE.parse().unwrap(), [("name", "Plantedname")]);
    let code = SafeCode::new("4091").unwrap();
    let register = aura.register(jane()).without_subscription();
    let link = LinkDevice::new(178_921, serial, "ExampleBrand");
    [
        register.await.err(),
        customer.get().await.err(),
        customer.replace(jane()).await.err(),
        customer.raise(here, 1.into()).live().await.err(),
        callout.update_location(here).await.err(),
        callout.send_location(here).await.err(),
        callout.say("customer", "planted words").await.err(),
        callout.cancel(Some(code)).await.err(),
        aura.create_fixed_location(place()).await.err(),
        aura.fixed_location(1).update(place()).await.err(),
        aura.link_device(link).await.err(),
        aura.create_lead(lead).await.err(),
        aura.start_signup(request).await.err(),
        aura.signup("planted-session").get().await.err(),
        aura.callouts_of(178_921).callout(1).get().await.err(),
        webhook.await.err(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// How a server answers that shows back whatever it was sent.
#[derive(Debug, Clone, Copy)]
enum Echo {
    Page(u16),
    /// The message of an error, as AURA writes it.
    Message(u16),
    /// Says nothing; the time of the attempt runs out.
    Silence,
}

/// Starts such a server.
async fn echo(how: Echo, with_token: bool, clock: SweepClock) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut bytes = Vec::new();
            let text = loop {
                if stream.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
                    break None;
                }
                let text = String::from_utf8_lossy(&bytes);
                let Some((head, body)) = text.split_once("\r\n\r\n") else {
                    continue;
                };
                let length = head
                    .lines()
                    .find_map(|line| line.strip_prefix("content-length: "))
                    .map_or(0, |length| length.parse().unwrap());
                if body.len() >= length {
                    break Some(text.into_owned());
                }
            };
            let Some(text) = text else { continue };
            let (status, media, body) = match how {
                _ if with_token
                    && text
                        .lines()
                        .next()
                        .is_some_and(|line| line.contains("/oauth/token ")) =>
                {
                    let token = r#"{"accessToken":"planted.echo.token","expiresIn":3600}"#;
                    (200, "application/json", token.to_owned())
                }
                Echo::Page(status) => {
                    let page = format!(
                        "<html><title>Plantedname {MOBILE}</title><pre>{text}</pre></html>"
                    );
                    (status, "text/html", page)
                }
                Echo::Message(status) => {
                    let message = format!(
                        "no {MOBILE} or {MAIL} at -26.713942, 28.339417: {}",
                        "https://t.example/?sessionToken=planted"
                    );
                    let body =
                        format!(r#"{{"message":"{message}","customer":{{"name":"Plantedname"}}}}"#);
                    (status, "application/json", body)
                }
                Echo::Silence => {
                    clock.stall();
                    tokio::spawn(async move { stream.read(&mut [0; 8]).await });
                    continue;
                }
            };
            let head = format!(
                "HTTP/1.1 {status} Planted\r\nconnection: close\r\nserver: planted\r\n\
                 location: https://planted.example.com/?planted\r\nset-cookie: planted=planted\r\n\
                 content-type: {media}\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            );
            let _ = stream.write_all(head.as_bytes()).await;
            let _ = stream.shutdown().await;
        }
    });
    origin
}

/// All that goes wrong; returns what kinds of error there were.
async fn bad_days(
    simulator: &Simulator,
    aura: &PeopleProtect,
    clock: &SweepClock,
    hidden: &Hidden,
) -> BTreeSet<String> {
    let mut errors = errors_of(aura).await;
    errors.extend("+2782planted".parse::<people_protect::Mobile>().err());
    errors.extend(SafeCode::new("planted").err());
    errors.extend(Position::new(126.713_942, 28.339_417).err());
    errors.extend(Environment::custom("planted://planted").err());
    errors.extend(CustomerToken::new("planted").err());
    let given = aura.with_bearer_token("planted\nplanted");
    errors.extend(given.response_types().await.err());
    let server_token = aura.callouts_of(1);
    errors.extend(server_token.raise(here(), 1.into()).test().await.err());
    let pages = [
        200, 285, 302, 400, 401, 403, 404, 409, 422, 429, 500, 503, 504,
    ]
    .map(Echo::Page);
    let messages = [200, 285, 400, 401, 403, 404, 409, 422, 429, 500].map(Echo::Message);
    let mut ways: Vec<(Echo, bool)> = pages
        .into_iter()
        .chain(messages)
        .chain([Echo::Silence])
        .map(|how| (how, true))
        .collect();
    ways.extend([Echo::Page(502), Echo::Message(401), Echo::Silence].map(|how| (how, false)));
    for (how, with_token) in ways {
        let origin = echo(how, with_token, clock.clone()).await;
        let met = errors_of(&client(simulator, &origin, clock, hidden)).await;
        assert!(!met.is_empty(), "{how:?}");
        errors.extend(met);
    }
    let nowhere = tokio::net::TcpSocket::new_v4().unwrap();
    nowhere.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let origin = format!("http://{}", nowhere.local_addr().unwrap());
    errors.extend(errors_of(&client(simulator, &origin, clock, hidden)).await);
    for error in &errors {
        hidden.demand_of_error(error);
    }
    errors
        .iter()
        .map(|error| format!("{:?}", error.kind()))
        .collect()
}

#[tokio::test]
async fn p12_nothing_secret_or_personal_is_logged_or_traced_by_any_crate() {
    let written = catch_everything();
    let simulator = Simulator::builder().clock(Clock::manual()).start().await;
    let simulator = Arc::new(simulator.unwrap());
    let clock = SweepClock::new(&simulator);
    let hidden = Hidden::default();
    let aura = client(&simulator, &simulator.api_url(), &clock, &hidden);
    hidden.demand_of(&aura);
    days_work(&simulator, &aura, &hidden).await;
    let kinds = bad_days(&simulator, &aura, &clock, &hidden).await;

    let text = written.take();
    hidden.demand(&text);
    // Something was there to be seen: of ours, of the pool below it, and of what uses `log`.
    for target in [
        "people_protect.call",
        "people_protect: attempt ended",
        "people_protect: will be repeated",
        "people_protect_simulator",
        "hyper_util::client::legacy::pool",
        "reqwest::connect",
    ] {
        assert!(text.contains(target), "nothing of {target}");
    }
    let gathered = hidden.0.lock().unwrap().len();
    assert!(gathered >= 10, "only {gathered} parts of tokens were seen");
    for kind in [
        ErrorKind::AlreadyRegistered,
        ErrorKind::CalloutClosed,
        ErrorKind::Configuration,
        ErrorKind::Conflict,
        ErrorKind::InvalidRequest,
        ErrorKind::NotAuthorised,
        ErrorKind::NotFound,
        ErrorKind::RateLimited,
        ErrorKind::RegistrationUnknown,
        ErrorKind::ServerFailure,
        ErrorKind::TimedOut,
        ErrorKind::UndecodableAnswer,
        ErrorKind::Unreachable,
    ] {
        assert!(
            kinds.contains(&format!("{kind:?}")),
            "no {kind:?} in {kinds:?}"
        );
    }

    // A port that begins as the code does is none.
    assert_eq!(hidden.shown_in("port=some(port(40913)) in 0.14091 s"), None);
    // Whatever way something gets out, it is seen.
    let token = hidden.0.lock().unwrap().first().cloned().unwrap();
    let leaks: [(&str, &dyn Fn()); 6] = [
        ("a code", &|| tracing::debug!(code = 4091, "safe")),
        ("a message", &|| tracing::trace!("for {MOBILE}")),
        ("a field", &|| tracing::trace!(mail = MAIL, "sent")),
        ("a span", &|| {
            drop(tracing::trace_span!("raise", latitude = -26.713_942))
        }),
        ("a record", &|| log::trace!("header {WEBHOOK_SECRET}")),
        ("a token", &|| tracing::debug!("bearer {token}")),
    ];
    for (what, leak) in leaks {
        leak();
        assert!(
            hidden.shown_in(&written.take()).is_some(),
            "{what} is not seen"
        );
    }
}
