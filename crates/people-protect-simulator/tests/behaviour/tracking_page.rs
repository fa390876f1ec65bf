//! The page behind the tracking link.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use std::time::Duration;

use crate::common::{Bench, JANE, cry};
use people_protect_simulator::{Cancellation, Clock, Simulator, Stage};
use reqwest::redirect::Policy;
use serde_json::{Value, json};

/// A callout and whoever opened its link.
struct Visit {
    bench: Bench,
    url: String,
    /// Does not go where it is sent.
    person: reqwest::Client,
}

impl Visit {
    async fn new() -> Self {
        let bench = Bench::new().await;
        let customer = bench.covered(JANE).await;
        let created = bench.raise(customer).await.expect(201);
        Self::of(bench, &created)
    }

    fn of(bench: Bench, created: &Value) -> Self {
        let url = created["callout"]["url"].as_str().unwrap().to_owned();
        let person = reqwest::Client::builder().redirect(Policy::none());
        let person = person.build().unwrap();
        Self { bench, url, person }
    }

    /// One more address with the same query.
    fn at(&self, path: &str) -> String {
        self.url.replace("/tracking?", &format!("{path}?"))
    }

    async fn page(&self) -> String {
        let (status, page) = open(&self.bench, &self.url).await;
        assert_eq!(status, 200);
        page
    }

    /// Sends a form as a browser without scripts does: status and what is shown then.
    async fn send(&self, form: &str, fields: &[(&str, &str)]) -> (u16, String) {
        let body = fields.iter().copied();
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(body)
            .finish();
        let request = self.person.post(self.at(&format!("/tracking/{form}")));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = request.body(body).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// The same as a script does.
    async fn script(&self, form: &str, body: &'static str) -> (u16, String) {
        let request = self.person.post(self.at(&format!("/tracking/{form}")));
        let request = request.header("accept", "text/plain").body(body);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    fn stage(&self, stage: Stage) {
        self.bench.simulator.set_stage(992_011, stage).unwrap();
    }

    fn advance(&self, seconds: u64) {
        let by = Duration::from_secs(seconds);
        self.bench.simulator.advance(by).unwrap();
    }

    async fn follow(&self) -> News {
        let url = self.at("/tracking/follow");
        News::of(self.bench.client.get(url).send().await.unwrap())
    }
}

/// An open stream of events.
struct News {
    response: reqwest::Response,
    text: String,
}

impl News {
    fn of(response: reqwest::Response) -> Self {
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self {
            response,
            text: String::new(),
        }
    }

    /// The next event that is more than a sign of life: its name and data; none at the end.
    async fn next(&mut self) -> Option<(String, String)> {
        loop {
            while let Some((event, rest)) = self.text.split_once("\n\n") {
                let line = |name: &str| {
                    let lines = event.lines();
                    let mut found = lines.filter_map(|line| line.strip_prefix(name));
                    found.next().unwrap_or_default().trim().to_owned()
                };
                let event = (line("event:"), line("data:"));
                self.text = rest.to_owned();
                if event.0 != "alive" {
                    return Some(event);
                }
            }
            let chunk = self.response.chunk().await.unwrap()?;
            self.text += std::str::from_utf8(&chunk).unwrap();
        }
    }

    async fn view(&mut self) -> Value {
        let (name, data) = self.next().await.unwrap();
        assert_eq!(name, "view");
        serde_json::from_str(&data).unwrap()
    }
}

fn part(view: &Value, id: &str) -> String {
    let parts = view["parts"].as_array().unwrap();
    let part = parts.iter().find(|part| part["id"] == id).unwrap();
    part["html"].as_str().unwrap().to_owned()
}

async fn open(bench: &Bench, url: &str) -> (u16, String) {
    let response = bench.client.get(url).send().await.unwrap();
    let policy = response.headers()["content-security-policy"].clone();
    let policy = policy.to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"));
    assert_eq!(response.headers()["referrer-policy"], "no-referrer");
    assert_eq!(response.headers()["cache-control"], "no-store");
    (response.status().as_u16(), response.text().await.unwrap())
}

/// The value of the first attribute of that name.
fn attribute<'a>(page: &'a str, name: &str) -> &'a str {
    let rest = page.split(&format!(" {name}=\"")).nth(1).unwrap();
    rest.split('"').next().unwrap()
}

#[tokio::test]
async fn it_shows_the_stages_with_their_times_and_loads_again_until_the_end() {
    let visit = Visit::new().await;
    visit.stage(Stage::Dispatched);
    let page = visit.page().await;
    assert!(page.contains("A responder is on the way."));
    assert!(page.contains("2026-06-10 08:00:00 UTC"));
    assert!(page.contains("data-stage=\"dispatched\" aria-current=\"step\""));
    assert!(page.contains("http-equiv=\"refresh\""));
    // Whoever writes without scripts can stop that.
    let (_, still) = open(&visit.bench, &format!("{}&still=yes", visit.url)).await;
    assert!(!still.contains("http-equiv"));
    visit.stage(Stage::Closed);
    let page = visit.page().await;
    assert!(page.contains("The callout is closed.") && !page.contains("http-equiv"));
}

#[tokio::test]
async fn a_cancellation_without_a_code_shows() {
    let visit = Visit::new().await;
    let cancel = visit.bench.post("/callouts/992011/cancel", json!({}));
    cancel.await.expect(200);
    let page = visit.page().await;
    assert!(page.contains("The callout was cancelled.") && !page.contains("Responder arrived"));
}

#[tokio::test]
async fn r94_a_wrong_or_missing_session_token_opens_and_does_nothing() {
    let visit = Visit::new().await;
    let (base, query) = visit.url.split_once("/tracking?").unwrap();
    let mut queries = vec![
        String::new(),
        "calloutId=992011".to_owned(),
        "sessionToken=x&calloutId=992011".to_owned(),
        "sessionToken=&calloutId=992011".to_owned(),
        "calloutId=%ff".to_owned(),
        query.replace("992011", "992012"),
        query.replace("calloutId", "other"),
    ];
    let last = query.find('&').unwrap() - 1;
    let mut near = query.to_owned();
    near.replace_range(
        last..=last,
        if &query[last..=last] == "0" { "1" } else { "0" },
    );
    queries.push(near);
    for query in queries {
        for path in ["/tracking", "/tracking/follow"] {
            let (status, page) = open(&visit.bench, &format!("{base}{path}?{query}")).await;
            assert_eq!(status, 403, "{path} {query}");
            assert!(!page.contains("Jane"));
        }
        for (form, body) in [
            ("message", "text=planted"),
            ("cancel", "safeCode=4567"),
            ("rating", "rating=5"),
        ] {
            let url = format!("{base}/tracking/{form}?{query}");
            let answer = visit.person.post(url).body(body).send().await.unwrap();
            assert_eq!(answer.status(), 403, "{form} {query}");
        }
    }
    let snapshot = visit.bench.simulator.snapshot();
    let callout = snapshot.callout(992_011).unwrap();
    assert!(callout.events.is_empty() && callout.stage.is_active());
}

#[tokio::test]
async fn everything_is_escaped_and_nothing_comes_from_elsewhere() {
    let bench = Bench::new().await;
    let body = json!({
        "customer": { "name": "<script>alert(1)</script>", "surname": "\"><img src=x>", "mobile": JANE },
        "subscription": { "subscriptionTypeId": 4 },
    });
    bench.post("/customers", body).await.expect(201);
    let create = bench.post("/customers/178921/callouts", cry());
    let created = create.await.expect(201);
    let visit = Visit::of(bench, &created);
    let said = json!({ "source": "<i>who</i>", "event": "<script>alert(2)</script>" });
    let say = visit.bench.post("/callouts/992011/events", said);
    say.await.expect(201);
    let planted = "</textarea><script>alert(3)</script>";
    visit.send("message", &[("text", planted)]).await;
    // A refused text comes back into its field.
    let long = format!("{planted}{}", "x".repeat(1000));
    let (status, refused) = visit.send("message", &[("text", &long)]).await;
    assert_eq!(status, 400);
    for page in [visit.page().await, refused] {
        assert_eq!(page.matches("<script").count(), 1, "{page}");
        assert!(page.contains("<script src=\"/tracking.js\" defer></script>"));
        assert!(!page.contains("<img") && !page.contains("<i>") && page.contains("alert(2)"));
        let page = page.replace("http://www.w3.org/2000/svg", "");
        assert!(!page.contains("http:") && !page.contains("https:") && !page.contains(" style="));
    }
    let mut news = visit.follow().await;
    let view = news.view().await;
    assert!(!part(&view, "messages").contains("<script"));
}

#[tokio::test]
async fn the_responder_moves_with_the_clock_and_arrives_with_the_stage_only() {
    let visit = Visit::new().await;
    assert!(!visit.page().await.contains("map-responder"));
    visit.stage(Stage::Dispatched);
    let metres = |page: &str| attribute(page, "data-left-m").parse::<f64>().unwrap();
    let start = visit.page().await;
    assert!(
        !start.contains("data-moving"),
        "a standing clock moves nobody"
    );
    visit.advance(30);
    let later = visit.page().await;
    assert!((metres(&start) - metres(&later) - 300.0).abs() < 1.0);
    assert_ne!(
        start.split("map-responder\"").nth(1),
        later.split("map-responder\"").nth(1)
    );
    visit.advance(3600);
    let late = visit.page().await;
    assert!(late.contains("any moment") && metres(&late) > 0.0);
    assert!(late.contains("A responder is on the way."));
    visit.stage(Stage::Arrived);
    let there = visit.page().await;
    assert!(there.contains("The responder is with you.") && !there.contains("data-left-m"));
}

#[tokio::test]
async fn with_the_machines_clock_the_page_moves_the_responder_itself() {
    let bench = Bench::with(Simulator::start().await.unwrap()).await;
    let customer = json!({ "name": "Jane", "surname": "Doe", "mobile": JANE });
    let body = json!({ "customer": customer, "subscription": { "subscriptionTypeId": 4 } });
    bench.post("/customers", body).await.expect(201);
    let created = bench.raise(178_921).await.expect(201);
    let visit = Visit::of(bench, &created);
    visit.stage(Stage::Dispatched);
    assert!(visit.page().await.contains(" data-moving"));
}

#[tokio::test]
async fn news_comes_at_once_and_whenever_what_is_seen_changes() {
    let visit = Visit::new().await;
    let mut news = visit.follow().await;
    assert!(part(&news.view().await, "status").contains("has your callout"));
    visit.stage(Stage::Dispatched);
    let view = news.view().await;
    assert_eq!(view["shown"], "dispatched");
    assert!(view["title"].as_str().unwrap().starts_with("A responder"));
    // What is no news of this callout is none: the next event is the message.
    visit.bench.covered("+27829876543").await;
    let (status, _) = visit.script("message", "text=Upstairs").await;
    assert_eq!(status, 204);
    let view = news.view().await;
    assert!(part(&view, "messages").contains("Upstairs"));
    visit.advance(60);
    assert!(part(&news.view().await, "journey").contains("map-responder"));
    // Whoever comes later catches up.
    assert_eq!(visit.follow().await.view().await["shown"], "dispatched");
    visit.bench.simulator.reset();
    assert_eq!(news.next().await.unwrap().0, "gone");
    assert_eq!(news.next().await, None);
}

#[tokio::test]
async fn open_streams_end_with_the_simulator() {
    let visit = Visit::new().await;
    let mut news = visit.follow().await;
    news.view().await;
    let Visit { bench, .. } = visit;
    bench.simulator.shutdown().await.unwrap();
    assert_eq!(news.next().await, None);
}

#[tokio::test]
async fn streams_are_bounded_and_a_place_is_given_up() {
    let visit = Visit::new().await;
    let mut open = Vec::new();
    for _ in 0..256 {
        open.push(visit.follow().await);
    }
    let url = visit.at("/tracking/follow");
    let full = visit.bench.client.get(&url).send().await.unwrap();
    assert_eq!(full.status(), 503);
    assert_eq!(full.headers()["retry-after"], "10");
    open.clear();
    // The server learns of the closed connections in its own time.
    loop {
        let again = visit.bench.client.get(&url).send().await.unwrap();
        if again.status() == 200 {
            break;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_message_is_an_event_of_the_customer() {
    let visit = Visit::new().await;
    let (status, _) = visit
        .send("message", &[("text", " Upstairs\0, @admin ")])
        .await;
    assert_eq!(status, 303);
    let events = visit.bench.get("/callouts/992011/events").await.expect(200);
    assert_eq!(events[0]["event"]["message"], "Upstairs, @admin");
    assert_eq!(events[0]["event"]["source"], "customer");
    let said = json!({ "source": "control_room", "event": "Stay there." });
    let say = visit.bench.post("/callouts/992011/events", said);
    say.await.expect(201);
    let page = visit.page().await;
    assert!(page.contains("Control room · ") && page.contains("Stay there."));
}

#[tokio::test]
async fn what_is_refused_is_said_at_its_form_and_nothing_written_is_lost() {
    let visit = Visit::new().await;
    let long = "x".repeat(1001);
    for (form, fields, why) in [
        ("message", vec![("text", " \n")], "Write something first."),
        ("message", vec![], "Write something first."),
        ("message", vec![("text", long.as_str())], "too long"),
        ("cancel", vec![("safeCode", " ")], "Enter your safe code."),
        ("cancel", vec![], "Enter your safe code."),
        (
            "cancel",
            vec![("safeCode", long.as_str())],
            "shorter than that",
        ),
    ] {
        let (status, page) = visit.send(form, &fields).await;
        assert_eq!(status, 400, "{form} {why}");
        let at = page.split(&format!("id=\"{form}-error\"")).nth(1).unwrap();
        assert!(
            at.split("</div>").next().unwrap().contains(why),
            "{form} {why}"
        );
        assert!(!page.contains("http-equiv"));
        assert_eq!(
            page.contains(&long),
            form == "message" && fields.len() == 1 && why == "too long"
        );
    }
    let (status, why) = visit.script("message", "text=").await;
    assert_eq!((status, why.as_str()), (400, "Write something first."));
    let huge: &'static str = "text=xxxxxxxx".repeat(100_000).leak();
    assert_eq!(visit.script("message", huge).await.0, 413);
    let get = visit.bench.client.get(visit.at("/tracking/cancel"));
    assert_eq!(get.send().await.unwrap().status(), 405);
    assert!(
        visit
            .bench
            .simulator
            .snapshot()
            .callout(992_011)
            .unwrap()
            .stage
            .is_active()
    );
}

#[tokio::test]
async fn r34_the_safe_code_cancels() {
    let visit = Visit::new().await;
    let (status, _) = visit.send("cancel", &[("safeCode", " 4567 ")]).await;
    assert_eq!(status, 303);
    let snapshot = visit.bench.simulator.snapshot();
    let callout = snapshot.callout(992_011).unwrap();
    assert_eq!(callout.cancellation, Some(Cancellation::Verified));
    assert!(
        visit
            .page()
            .await
            .contains("Your cancellation was received.")
    );
}

/// Everything that whoever holds the link can see or do, with one code or the other.
#[tokio::test]
async fn r34_a_wrong_code_looks_like_the_right_one_from_then_on() {
    let mut seen = Vec::new();
    for code in ["4567", "0000"] {
        let visit = Visit::new().await;
        visit.advance(5);
        visit.stage(Stage::Dispatched);
        visit.advance(60);
        let mut news = visit.follow().await;
        news.view().await;
        let mut all = Vec::new();
        let (status, page) = visit.send("cancel", &[("safeCode", code)]).await;
        all.push(format!("{status} {page}"));
        let shown = visit.page().await;
        assert!(shown.contains("Your cancellation was received."), "{code}");
        all.push(shown);
        all.push(news.view().await.to_string());
        let goes_on = code == "0000";
        let callout = visit.bench.simulator.snapshot();
        let callout = callout.callout(992_011).unwrap();
        assert_eq!(callout.stage.is_active(), goes_on);
        assert_eq!(callout.duress_at.is_some(), goes_on);
        // The responder goes on to whoever is in danger, and the customer moves.
        if goes_on {
            visit.advance(60);
            visit.stage(Stage::Arrived);
            let place = json!({ "latitude": -26.2, "longitude": 28.2 });
            let moved = visit.bench.post("/callouts/992011/location", place);
            moved.await.expect(200);
            visit.stage(Stage::Closed);
        } else {
            visit.advance(60);
        }
        all.push(visit.page().await);
        all.push(format!(
            "{:?}",
            visit.send("cancel", &[("safeCode", "1111")]).await
        ));
        all.push(format!(
            "{:?}",
            visit.script("cancel", "safeCode=4567").await
        ));
        all.push(format!("{:?}", visit.script("rating", "rating=5").await));
        all.push(format!(
            "{:?}",
            visit.script("message", "text=Still+here").await
        ));
        // None of what went on was news: the next is the message.
        all.push(news.view().await.to_string());
        all.push(visit.page().await);
        let map = visit
            .bench
            .client
            .get(visit.at("/map"))
            .send()
            .await
            .unwrap();
        all.push(map.status().to_string());
        // Ports differ, and nothing of a page names one.
        assert!(!all.join("").contains("127.0.0.1"));
        seen.push(all);
    }
    for (right, wrong) in seen[0].iter().zip(&seen[1]) {
        assert_eq!(right, wrong);
    }
}

#[tokio::test]
async fn a_callout_without_a_customer_has_no_safe_code_to_ask_for() {
    let bench = Bench::new().await;
    let place = json!({
        "externalReferenceId": "site_9944",
        "locationIdentifier": "site_9944",
        "latitude": "-26.12345",
        "longitude": "28.12345",
    });
    bench.post("/predefinedLocations", place).await.expect(201);
    let raise = bench.post(
        "/predefinedLocations/externalRef/site_9944/callouts",
        json!({}),
    );
    let created = raise.await.expect(201);
    let visit = Visit::of(bench, &created);
    assert!(!visit.page().await.contains("cancel-form"));
    let (status, why) = visit.script("cancel", "safeCode=4567").await;
    assert_eq!(status, 400);
    assert!(why.contains("no safe code"));
}

#[tokio::test]
async fn r75_it_can_be_rated_once_when_it_is_over() {
    let visit = Visit::new().await;
    assert!(!visit.page().await.contains("rating-form"));
    let (status, why) = visit.script("rating", "rating=5").await;
    assert_eq!(
        (status, why.as_str()),
        (400, "It can be rated when it is over.")
    );
    visit.stage(Stage::Closed);
    assert!(visit.page().await.contains("rating-form"));
    for rating in ["0", "6", "4.5", "-1", "", "five", "99999999999999999999"] {
        let (status, page) = visit.send("rating", &[("rating", rating)]).await;
        assert_eq!(status, 400, "{rating}");
        assert!(page.contains("Choose a number from 1 to 5."));
    }
    let fields = [("rating", "4"), ("remark", "<b>Quick</b>")];
    assert_eq!(visit.send("rating", &fields).await.0, 303);
    let page = visit.page().await;
    assert!(page.contains("You gave 4 of 5.") && page.contains("&lt;b&gt;Quick"));
    let (status, why) = visit.script("rating", "rating=1").await;
    assert_eq!((status, why.as_str()), (400, "It was rated already."));
    let snapshot = visit.bench.simulator.snapshot();
    let rating = snapshot.callout(992_011).unwrap().rating.clone().unwrap();
    assert_eq!(rating.rating, 4);
}

#[tokio::test]
async fn the_same_seed_draws_the_same_page() {
    let mut pages = Vec::new();
    for seed in [7, 7, 8] {
        let builder = Simulator::builder().clock(Clock::manual()).seed(seed);
        let bench = Bench::of(builder).await;
        let customer = bench.covered(JANE).await;
        let created = bench.raise(customer).await.expect(201);
        let visit = Visit::of(bench, &created);
        visit.stage(Stage::Dispatched);
        pages.push(visit.page().await);
    }
    assert_eq!(pages[0], pages[1]);
    assert_ne!(
        attribute(&pages[0], "points"),
        attribute(&pages[2], "points")
    );
}

#[tokio::test]
async fn what_the_page_loads_comes_with_its_type() {
    let bench = Bench::new().await;
    let origin = bench.simulator.control_url().replace("_simulator", "");
    for (asset, media) in [
        ("page.css", "text/css; charset=utf-8"),
        ("tracking.css", "text/css; charset=utf-8"),
        ("tracking.js", "text/javascript; charset=utf-8"),
        ("icon.svg", "image/svg+xml"),
    ] {
        let got = bench.client.get(format!("{origin}{asset}")).send();
        let got = got.await.unwrap();
        assert_eq!(got.headers()["content-type"], media);
        assert_eq!(got.headers()["x-content-type-options"], "nosniff");
    }
}

/// A browser that may not tell where a form stands (the page's `Referrer-Policy`) says `null`.
#[tokio::test]
async fn a_form_of_the_page_is_taken_from_an_origin_that_is_not_told() {
    let bench = Bench::new().await;
    let (_, callout) = bench.raised().await;
    let shown = bench.control_get(&format!("callouts/{callout}")).await;
    let link = shown["tracking"].as_str().unwrap().to_owned();
    let origin = bench.simulator.control_url().replace("/_simulator", "");
    let form = link.replacen("/tracking?", "/tracking/message?", 1);
    let send = |url: String, from: &'static str| {
        let request = bench.client.post(url).header("origin", from);
        let request = request.header("accept", "text/plain");
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        request.body("text=Hello").send()
    };
    let sent = send(form.clone(), "null").await.unwrap();
    assert_eq!(sent.status(), 204);
    // Another site that is named is refused, and so is whoever has no session token.
    let sent = send(form, "http://example.org").await.unwrap();
    assert_eq!(sent.status(), 403);
    let sent = send(
        format!("{origin}/tracking/message?calloutId={callout}"),
        "null",
    );
    assert_eq!(sent.await.unwrap().status(), 403);
    // Nothing else is done for an origin that is not told.
    let sent = send(format!("{origin}/_simulator/reset"), "null");
    assert_eq!(sent.await.unwrap().status(), 403);
    assert_eq!(
        bench
            .simulator
            .snapshot()
            .callout(callout)
            .unwrap()
            .events
            .len(),
        1
    );
}
