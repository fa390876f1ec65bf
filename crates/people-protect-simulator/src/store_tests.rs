//! A disk that gives up, and the state it leaves.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use people_protect_api::types::CustomerInput;
use redb::backends::InMemoryBackend;
use redb::{Database, StorageBackend};

use super::{Purpose, attach};
use crate::app::App;
use crate::call::Setup;
use crate::clock::Clock;
use crate::delivery::{DeliveryError, DeliveryOutcome};
use crate::error::ErrorKind;
use crate::seed::Seed;
use crate::settings::Settings;
use crate::source::Source;
use crate::token::Signer;
use crate::webhook::Webhook;

/// A disk in memory that is full once it is told so.
#[derive(Debug)]
struct Disk {
    pages: InMemoryBackend,
    full: Arc<AtomicBool>,
    /// As long as it is, nothing is written.
    busy: Arc<AtomicBool>,
}

impl Disk {
    fn check(&self) -> std::io::Result<()> {
        if self.full.load(Ordering::SeqCst) {
            return Err(std::io::Error::other("no space left"));
        }
        Ok(())
    }
}

impl StorageBackend for Disk {
    fn len(&self) -> std::io::Result<u64> {
        self.pages.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> std::io::Result<()> {
        self.pages.read(offset, out)
    }

    fn set_len(&self, len: u64) -> std::io::Result<()> {
        self.check()?;
        self.pages.set_len(len)
    }

    fn sync_data(&self) -> std::io::Result<()> {
        while self.busy.load(Ordering::SeqCst) {
            std::thread::yield_now();
        }
        self.check()?;
        self.pages.sync_data()
    }

    fn write(&self, offset: u64, data: &[u8]) -> std::io::Result<()> {
        self.check()?;
        self.pages.write(offset, data)
    }
}

fn app() -> (App, Arc<AtomicBool>) {
    let (app, full, _) = with_disk();
    (app, full)
}

fn with_disk() -> (App, Arc<AtomicBool>, Arc<AtomicBool>) {
    let full = Arc::new(AtomicBool::new(false));
    let busy = Arc::new(AtomicBool::new(false));
    let disk = Disk {
        pages: InMemoryBackend::new(),
        full: Arc::clone(&full),
        busy: Arc::clone(&busy),
    };
    let database = Database::builder().create_with_backend(disk).unwrap();
    let setup = Setup {
        sources: Source::built_in(),
        seed: Seed(0),
        signer: Signer::new(Seed(0)),
        origin: String::new(),
    };
    let app = App::new(setup, Clock::manual(), Settings::default());
    let purpose = Purpose {
        seed: Seed(0),
        clock: Clock::manual(),
        sources: &app.setup.sources,
    };
    let (store, kept) = attach(database, Path::new("a disk"), &purpose).unwrap();
    assert!(kept.is_none());
    let app = app.keeping(store, kept, |_| Ok(())).unwrap();
    (app, full, busy)
}

fn register(app: &App, mobile: &str) {
    let jane = CustomerInput::new("Jane", "Doe", mobile);
    app.change(|held, now| held.state.register(12, jane, now))
        .unwrap();
}

#[tokio::test]
async fn a_disk_that_is_full_ends_every_acknowledgement_and_says_why() {
    let (app, full) = app();
    register(&app, "+27821234567");
    app.settled().await.unwrap();
    app.wait_settled().unwrap();
    app.keeps().unwrap();

    full.store(true, Ordering::SeqCst);
    register(&app, "+27821234568");
    let error = app.settled().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StateNotKept);
    assert!(error.to_string().contains("no space left"), "{error}");
    assert!(app.wait_settled().is_err());

    // Room again is not enough: the state in memory is ahead of the file.
    full.store(false, Ordering::SeqCst);
    register(&app, "+27821234569");
    assert!(app.keeps().is_err());
    assert!(app.settled().await.is_err());
}

#[tokio::test]
async fn what_comes_after_the_end_is_not_acknowledged() {
    let (app, _) = app();
    register(&app, "+27821234567");
    app.close();
    assert!(app.settled().await.is_ok(), "what came before was written");
    register(&app, "+27821234568");
    assert!(app.settled().await.is_err());
    assert!(app.wait_settled().is_err());
}

#[tokio::test]
async fn over_http_a_full_disk_is_503_and_only_reading_the_state_is_left() {
    let (app, full) = app();
    let app = Arc::new(app);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let router = crate::server::router(Arc::clone(&app));
    let server = tokio::spawn(async move { axum::serve(listener, router).await });
    let client = reqwest::Client::new();
    let sign_in = || async {
        let body = serde_json::json!({
            "clientId": "simulator-one",
            "clientSecret": "not-a-real-secret-one",
        });
        let url = format!("{origin}/panic-api/v2/oauth/token");
        let answer = client.post(url).json(&body).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    assert_eq!(sign_in().await.0, 200);
    full.store(true, Ordering::SeqCst);
    for _ in 0..2 {
        let (status, body) = sign_in().await;
        assert_eq!(status, 503, "{body}");
        assert!(body.contains("state file"), "{body}");
        assert!(!body.contains("accessToken"), "{body}");
    }
    let url = format!("{origin}/_simulator/state");
    assert_eq!(client.get(url).send().await.unwrap().status(), 200);
    server.abort();
}

/// Registers a webhook to a receiver that listens here, and has deliveries sent.
async fn delivering(app: &Arc<App>) -> (tokio::net::TcpListener, tokio::task::JoinHandle<()>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    app.change(|held, now| {
        let webhook = Webhook {
            source: 12,
            url: url.into(),
            events: vec!["CREATED_CUSTOMER".to_owned()],
            method: String::new(),
            headers: std::collections::BTreeMap::new(),
            registered_at: now,
        };
        held.state.webhooks.insert(12, webhook);
    });
    app.settled().await.unwrap();
    let courier = tokio::spawn(crate::delivery::courier::run(Arc::clone(app)));
    (listener, courier)
}

#[tokio::test]
async fn a_delivery_is_sent_only_when_what_it_tells_of_is_in_the_file() {
    let (app, _, busy) = with_disk();
    let app = Arc::new(app);
    let (listener, courier) = delivering(&app).await;
    let accepted = listener.accept();
    tokio::pin!(accepted);
    busy.store(true, Ordering::SeqCst);
    register(&app, "+27821234567");
    for _ in 0..2000 {
        tokio::select! {
            biased;
            _ = &mut accepted => {
                busy.store(false, Ordering::SeqCst);
                panic!("sent before it was kept");
            }
            () = tokio::task::yield_now() => {}
        }
    }
    busy.store(false, Ordering::SeqCst);
    accepted.await.unwrap();
    app.settled().await.unwrap();
    courier.abort();
}

#[tokio::test]
async fn what_cannot_be_kept_is_not_delivered_and_the_log_says_why() {
    let (app, full, _) = with_disk();
    let app = Arc::new(app);
    let (listener, courier) = delivering(&app).await;
    full.store(true, Ordering::SeqCst);
    register(&app, "+27821234567");
    tokio::select! {
        biased;
        _ = listener.accept() => panic!("sent and not kept"),
        () = app.idle() => {}
    }
    let log = app.lock().state.deliveries.log();
    let error = DeliveryError::NotKept;
    assert_eq!(log[0].outcome, DeliveryOutcome::Failed { error });
    courier.abort();
}
