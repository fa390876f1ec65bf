//! Registered webhooks: where a customer source wants events delivered to.

use std::collections::BTreeMap;

use jiff::Timestamp;
use people_protect_api::types::{self, WebhookEventName};
use people_protect_api::{PersonalText, SecretText};
use reqwest::Url;
use reqwest::header::{HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};

use crate::problem::Problem;
use crate::settings::Settings;
use crate::state::State;
use crate::switch::delivery::HTTP_WEBHOOKS;

/// R90: what `method` is if it is not said.
const METHOD: &str = "webhook";

/// A webhook as the simulator keeps it. `Debug` shows neither address nor header values.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct Webhook {
    /// The customer source it belongs to.
    pub source: i64,
    /// Where deliveries go.
    pub url: SecretText,
    /// The events to deliver, by name (R41).
    pub events: Vec<String>,
    /// The way of delivery (R90).
    pub method: String,
    /// Sent with every delivery (R45).
    pub headers: BTreeMap<String, SecretText>,
    /// When it was registered.
    pub registered_at: Timestamp,
}

impl Webhook {
    /// Checks what a request asks for.
    pub(crate) fn new(
        source: i64,
        request: types::RegisterWebhookRequest,
        settings: &Settings,
        now: Timestamp,
    ) -> Result<Self, Problem> {
        // R40: that anything else is 400 is an assumption.
        if !is_deliverable(request.url.reveal(), settings) && settings.keeps("R40") {
            return Err(Problem::bad_request("`url` must be an https address"));
        }
        let events = names(request.events.unwrap_or_default(), settings)?;
        let default = if settings.keeps("R90") { METHOD } else { "" };
        let method = request.method.unwrap_or_else(|| default.to_owned());
        let headers: BTreeMap<_, SecretText> =
            request.headers.map(BTreeMap::from).unwrap_or_default();
        for (name, value) in &headers {
            check_header(name, value)?;
        }
        Ok(Self {
            source,
            url: request.url,
            events,
            method,
            headers,
            registered_at: now,
        })
    }

    /// The registration as answered.
    pub(crate) fn notifier(&self) -> types::Notifier {
        let mut config = types::NotifierConfig::default();
        config.url = Some(self.url.clone());
        config.events = Some(
            self.events
                .iter()
                .map(|name| PersonalText::from(name.as_str()))
                .collect(),
        );
        config.method = (!self.method.is_empty()).then(|| self.method.clone());
        config.headers = Some(self.headers.clone().into());
        let mut notifier = types::Notifier::default();
        notifier.config = Some(vec![config]);
        notifier
    }
}

/// R41, C47: the list is closed; C40: its deprecated name is taken too, an assumption. That a
/// registration without any event is 400 is one as well.
fn names(events: Vec<WebhookEventName>, settings: &Settings) -> Result<Vec<String>, Problem> {
    if events.is_empty() {
        return Err(Problem::bad_request("`events` must name an event"));
    }
    events
        .into_iter()
        .enumerate()
        .map(|(at, event)| match event {
            WebhookEventName::Known(known) => Ok(known.to_string()),
            WebhookEventName::Other(name) if !settings.keeps("R41") => Ok(name),
            _ => Err(Problem::bad_request(format!(
                "`events[{at}]` is not an event that can be registered (R41)"
            ))),
        })
        .collect()
}

/// Whether something can be delivered to this address (R40, R81): over https, or to this machine if
/// that is switched on.
pub(crate) fn is_deliverable(address: &str, settings: &Settings) -> bool {
    let address = address.trim();
    // A parser of addresses forgives a missing host; this does not.
    let host = address.split_once("://").map(|(_, rest)| rest);
    let host = host.and_then(|rest| rest.split(['/', '?', '#']).next());
    if host.is_none_or(str::is_empty) {
        return false;
    }
    Url::parse(address).is_ok_and(|url| {
        url.scheme() == "https" || (is_loopback(&url) && settings.is_on(&HTTP_WEBHOOKS))
    })
}

/// Whether this is plain http to this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    url.scheme() == "http" && matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"))
}

/// What decides over a message instead of standing in it.
const FRAMING: [&str; 9] = [
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// That a header which cannot be sent (R45) is 400 is an assumption. Its value is not repeated.
fn check_header(name: &str, value: &SecretText) -> Result<(), Problem> {
    let refused = |why: &str| Err(Problem::bad_request(format!("`headers` {why}")));
    let Ok(name) = HeaderName::from_bytes(name.as_bytes()) else {
        return refused("has a name that no HTTP header can have");
    };
    if FRAMING.contains(&name.as_str()) {
        return refused(&format!("must not hold `{name}`"));
    }
    if HeaderValue::from_str(value.reveal()).is_err() {
        return refused(&format!(
            "has a value of `{name}` that no HTTP header can have"
        ));
    }
    Ok(())
}

impl State {
    /// R42: one per customer source; a new one replaces it.
    pub(crate) fn register_webhook(&mut self, webhook: Webhook) {
        if self.settings.keeps("R42") {
            self.webhooks.insert(webhook.source, webhook);
        } else {
            self.webhooks.entry(webhook.source).or_insert(webhook);
        }
    }
}
