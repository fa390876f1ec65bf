//! Registered webhooks: where a customer source wants events delivered to.

use std::collections::BTreeMap;

use jiff::Timestamp;
use people_protect_api::types::{self, WebhookEventName};
use people_protect_api::{PersonalText, SecretText};
use serde::{Deserialize, Serialize};

use crate::problem::Problem;
use crate::state::State;

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
        now: Timestamp,
    ) -> Result<Self, Problem> {
        // R40: that anything else is 400 is an assumption.
        let url = request.url.reveal().trim();
        let secure = url
            .get(..8)
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"));
        let host = url
            .get(8..)
            .unwrap_or_default()
            .split(['/', '?', '#'])
            .next();
        if !secure || host.is_none_or(str::is_empty) {
            return Err(Problem::bad_request("`url` must be an https address"));
        }
        let events = names(request.events.unwrap_or_default())?;
        let method = request.method.unwrap_or_else(|| METHOD.to_owned());
        let headers = request.headers.map(BTreeMap::from).unwrap_or_default();
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
        config.method = Some(self.method.clone());
        config.headers = Some(self.headers.clone().into());
        let mut notifier = types::Notifier::default();
        notifier.config = Some(vec![config]);
        notifier
    }
}

/// R41, C47: the list is closed; C40: its deprecated name is taken too, an assumption. That a
/// registration without any event is 400 is one as well.
fn names(events: Vec<WebhookEventName>) -> Result<Vec<String>, Problem> {
    if events.is_empty() {
        return Err(Problem::bad_request("`events` must name an event"));
    }
    events
        .into_iter()
        .enumerate()
        .map(|(at, event)| match event {
            WebhookEventName::Known(known) => Ok(known.to_string()),
            _ => Err(Problem::bad_request(format!(
                "`events[{at}]` is not an event that can be registered (R41)"
            ))),
        })
        .collect()
}

impl State {
    /// R42: one per customer source; a new one replaces it.
    pub(crate) fn register_webhook(&mut self, webhook: Webhook) {
        self.webhooks.insert(webhook.source, webhook);
    }
}
