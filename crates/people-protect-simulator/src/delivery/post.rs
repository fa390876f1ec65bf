//! Makes deliveries of what has happened: who hears of it, under which name, at which address.

use people_protect_api::SecretText;
use people_protect_api::types::WebhookEventName;
use serde_json::Value;

use super::body;
use super::queue::{Chances, Letter};
use crate::app::Held;
use crate::call::Setup;
use crate::happening::{ACKNOWLEDGED, About, Happening};
use crate::settings::Settings;
use crate::state::State;
use crate::switch::delivery::{ACKNOWLEDGED_NAME, DELAY, DROP, DUPLICATE, REORDER};
use crate::webhook::Webhook;

/// The deprecated name of [`ACKNOWLEDGED`] (R46, C40).
const WITH_ETA: &str = "RESPONDER_ACKNOWLEDGED_CALLOUT_WITH_ETA";

/// What a delivery to a callback address is called in the log.
const UPLOAD: &str = "fixed locations upload";

impl Held {
    /// Empties the outbox into the queue.
    pub(crate) fn post(&mut self, setup: &Setup) {
        if self.state.outbox.is_empty() {
            return;
        }
        let now = self.now();
        let chances = chances(setup, &self.state.settings);
        for happening in std::mem::take(&mut self.state.outbox) {
            for letter in letters(&self.state, setup, &happening) {
                self.state.deliveries.file(letter, &chances, now);
            }
        }
    }
}

fn chances(setup: &Setup, settings: &Settings) -> Chances {
    Chances {
        seed: setup.seed,
        drop: settings.number(&DROP),
        duplicate: settings.number(&DUPLICATE),
        reorder: settings.number(&REORDER),
        delay_s: settings.number(&DELAY),
    }
}

fn letters(state: &State, setup: &Setup, happening: &Happening) -> Vec<Letter> {
    match happening {
        Happening::Upload(index) => {
            let upload = state.fixed_locations_uploads.get(*index);
            let letter = upload.and_then(|upload| {
                Some(Letter {
                    source: upload.source,
                    event: UPLOAD.to_owned(),
                    about: None,
                    url: upload.callback_url.clone(),
                    headers: Vec::new(),
                    body: text(&body::upload(upload))?,
                })
            });
            letter.into_iter().collect()
        }
        Happening::Event { name, about } => events(state, setup, name, *about),
    }
}

fn events(state: &State, setup: &Setup, name: &str, about: About) -> Vec<Letter> {
    let source = match about {
        About::Callout(id) => state.callouts.get(&id).map(|callout| callout.source),
        About::Customer(id) => state.customers.get(&id).map(|customer| customer.source),
        About::Subscription(id) => state.subscriptions.get(&id).map(|known| known.source),
    };
    let source = source.and_then(|id| setup.sources.iter().find(|source| source.id == id));
    let Some(source) = source else {
        return Vec::new();
    };
    let Some(webhook) = state.webhooks.get(&source.id) else {
        return Vec::new();
    };
    let headers: Vec<(String, SecretText)> = if state.settings.keeps("R45") {
        webhook
            .headers
            .iter()
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    } else {
        Vec::new()
    };
    names(webhook, &state.settings, name)
        .into_iter()
        .filter_map(|name| {
            let body = text(&body::event(state, source, name, about)?)?;
            Some(Letter {
                source: source.id,
                event: name.to_owned(),
                about: Some(about),
                url: webhook.url.clone(),
                headers: headers.clone(),
                body,
            })
        })
        .collect()
}

/// The names that this webhook hears of an event under: what it has registered. A name outside the
/// list cannot be registered (R41), and can only be announced on purpose: it always comes.
fn names<'a>(webhook: &Webhook, settings: &Settings, event: &'a str) -> Vec<&'a str> {
    let registered = |name: &str| webhook.events.iter().any(|event| event == name);
    if event == ACKNOWLEDGED {
        let either = registered(ACKNOWLEDGED) || registered(WITH_ETA);
        let (short, with_eta) = match settings.value(&ACKNOWLEDGED_NAME) {
            "short" => (either, false),
            "with-eta" => (false, either),
            _ => (registered(ACKNOWLEDGED), registered(WITH_ETA)),
        };
        let with_eta = with_eta && settings.keeps("R46");
        return [(short, ACKNOWLEDGED), (with_eta, WITH_ETA)]
            .into_iter()
            .filter_map(|(wanted, name)| wanted.then_some(name))
            .collect();
    }
    if registered(event) || !is_listed(event) {
        vec![event]
    } else {
        Vec::new()
    }
}

fn is_listed(name: &str) -> bool {
    serde_json::from_value(name.into())
        .is_ok_and(|name: WebhookEventName| matches!(name, WebhookEventName::Known(_)))
}

fn text(body: &Value) -> Option<SecretText> {
    serde_json::to_string(body).ok().map(SecretText::from)
}
