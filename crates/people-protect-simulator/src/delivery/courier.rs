//! Sends what is due. One task for the whole simulator; it ends with it, whatever a receiver does.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use tokio::task::JoinSet;

use super::queue::{Letter, Retry, Taken};
use super::{DeliveryError, DeliveryOutcome};
use crate::app::App;
use crate::clock::at_most;
use crate::switch::delivery::{ATTEMPTS, RETRY_AFTER, TIMEOUT};
use crate::webhook::is_loopback;

/// Delivers as long as it runs. Dropping it breaks off what is under way.
pub(crate) async fn run(app: Arc<App>) {
    let (mut plain, mut secure) = (None, None);
    let mut under_way = JoinSet::new();
    loop {
        for (epoch, taken) in app.take_due() {
            let https = is_https(&taken.letter);
            let client = if https { &mut secure } else { &mut plain };
            if client.is_none() {
                *client = make_client(https).await;
            }
            let (app, client) = (Arc::clone(&app), client.clone());
            under_way.spawn(async move {
                let (outcome, retry) = deliver(&app, client.as_ref(), &taken).await;
                app.delivered(epoch, &taken, outcome, retry);
            });
        }
        let next = app.until_next_delivery();
        let woken = async {
            tokio::select! {
                () = app.deliveries_changed() => {}
                Some(_) = under_way.join_next() => {}
            }
        };
        match next {
            Some(wait) => {
                at_most(wait, woken).await;
            }
            None => woken.await,
        }
    }
}

fn is_https(letter: &Letter) -> bool {
    let scheme = letter.url.reveal().trim().get(..6);
    scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("https:"))
}

/// Made when it is needed first: reading the machine's certificates takes time, and most simulators
/// deliver to this machine only, or nothing.
async fn make_client(https: bool) -> Option<Client> {
    tokio::task::spawn_blocking(move || {
        let builder = Client::builder();
        let builder = if https {
            builder
        } else {
            builder.tls_certs_only([])
        };
        builder
            .user_agent(concat!(
                "people-protect-simulator/",
                env!("CARGO_PKG_VERSION")
            ))
            // Headers of the registration are secrets of its receiver and of nobody else.
            .redirect(Policy::none())
            .no_proxy()
            // A delivery is one request: nothing is sent twice unless a switch says so.
            .retry(reqwest::retry::never())
            .pool_max_idle_per_host(0)
            .build()
            // Without its cause: that could name files of this machine.
            .inspect_err(|_| {
                tracing::warn!("no client for deliveries: can the machine's certificates be read?")
            })
            .ok()
    })
    .await
    .ok()
    .flatten()
}

async fn deliver(app: &App, client: Option<&Client>, taken: &Taken) -> (DeliveryOutcome, Retry) {
    let (timeout, retry) = {
        let held = app.lock();
        let settings = &held.state.settings;
        let retry = Retry {
            attempts: settings.number(&ATTEMPTS),
            after_s: settings.number(&RETRY_AFTER),
        };
        (Duration::from_secs(settings.number(&TIMEOUT)), retry)
    };
    let sent = async {
        // What is told must not be forgotten: it is in the state file before it is sent.
        app.settled().await.map_err(|_| DeliveryError::NotKept)?;
        let client = client.ok_or(DeliveryError::Broken)?;
        send(client, &taken.letter).await
    };
    let outcome = match at_most(timeout, sent).await {
        Some(Ok(status)) => DeliveryOutcome::Answered { status },
        Some(Err(error)) => DeliveryOutcome::Failed { error },
        None => DeliveryOutcome::Failed {
            error: DeliveryError::Timeout,
        },
    };
    let (number, event) = (taken.number, &taken.letter.event);
    tracing::info!("delivery {number} {event}: {outcome:?}");
    (outcome, retry)
}

async fn send(client: &Client, letter: &Letter) -> Result<u16, DeliveryError> {
    let url = Url::parse(letter.url.reveal().trim()).map_err(|_| DeliveryError::Address)?;
    // R40: nothing of a person goes over the network unencrypted, not even with the rule broken.
    if url.scheme() != "https" && !is_loopback(&url) {
        return Err(DeliveryError::Address);
    }
    let mut headers = HeaderMap::new();
    // R45. What could not be sent was refused when it was registered.
    for (name, value) in &letter.headers {
        if let (Ok(name), Ok(mut value)) = (
            HeaderName::from_bytes(name.as_bytes()),
            HeaderValue::from_str(value.reveal()),
        ) {
            value.set_sensitive(true);
            headers.insert(name, value);
        }
    }
    // R43.
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let request = client
        .post(url)
        .headers(headers)
        .body(letter.body.reveal().to_owned());
    match request.send().await {
        Ok(answer) => Ok(answer.status().as_u16()),
        Err(error) if error.is_timeout() => Err(DeliveryError::Timeout),
        Err(error) if error.is_connect() => Err(DeliveryError::Connect),
        Err(_) => Err(DeliveryError::Broken),
    }
}
