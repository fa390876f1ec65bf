//! Registering a webhook.

use std::collections::BTreeMap;
use std::fmt;
use std::future::IntoFuture;

use http::{HeaderName, HeaderValue};
use people_protect_api::{SecretText, types};
use reqwest::Url;

use super::Event;
use crate::clock::BoxFuture;
use crate::environment::host_is_loopback;
use crate::{Answer, Error, PeopleProtect};

impl PeopleProtect {
    /// Begins to register where AURA delivers events to.
    ///
    /// **It replaces the registration before it**: one is active per customer source (R42), and no
    /// documented operation reads or removes it. Another process, another team or the portal may
    /// have made it. Registering the same again has the same effect.
    ///
    /// ```no_run
    /// use people_protect::webhooks::Event;
    ///
    /// # async fn example(aura: people_protect::PeopleProtect, secret: String) -> Result<(), people_protect::Error> {
    /// aura.register_webhook("https://your-server.example.com/aura")
    ///     .events(Event::LISTED.iter().cloned())
    ///     .header("x-webhook-secret", secret)
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn register_webhook(&self, url: impl Into<SecretText>) -> RegisterWebhook {
        RegisterWebhook {
            aura: self.clone(),
            url: url.into(),
            events: Vec::new(),
            unlisted: Vec::new(),
            method: None,
            headers: BTreeMap::new(),
            headerless: false,
        }
    }
}

/// A webhook to register, ready to be awaited. It **replaces** the one before (R42).
///
/// # Errors
///
/// [`InvalidRequest`](crate::ErrorKind::InvalidRequest), with nothing sent, if the address is not
/// https (R40), there is no event, an event is not on the list (R41), or there is no header; the
/// same after sending if AURA refuses. Then the registration before is taken to be still active:
/// an assumption.
#[must_use = "a registration does nothing until it is awaited"]
pub struct RegisterWebhook {
    aura: PeopleProtect,
    url: SecretText,
    events: Vec<Event>,
    unlisted: Vec<String>,
    method: Option<String>,
    headers: BTreeMap<String, SecretText>,
    headerless: bool,
}

impl RegisterWebhook {
    /// Adds events to deliver. Each must be [listed](Event::is_listed) (R41).
    pub fn events(mut self, events: impl IntoIterator<Item = Event>) -> Self {
        self.events.extend(events);
        self
    }

    /// Adds an event by name, as it is, that is not on the list this version knows: one AURA has
    /// added since, or a deprecated one (C40). AURA answers 400 if it does not know it (R41).
    pub fn with_unlisted_event(mut self, name: impl Into<String>) -> Self {
        self.unlisted.push(name.into());
        self
    }

    /// Adds a header that AURA sends with every delivery (R45): what a
    /// [`Receiver`](super::Receiver) checks. A name given twice keeps the last value.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<SecretText>) -> Self {
        let name = name.into().trim().to_ascii_lowercase();
        self.headers.insert(name, value.into());
        self
    }

    /// Registers without any header. Deliveries prove nothing then: anyone who finds the address
    /// can forge them.
    pub fn without_header(mut self) -> Self {
        self.headerless = true;
        self
    }

    /// The way of delivery. AURA takes `webhook` if it is not said (R90); no other is documented.
    pub fn method(mut self, method: impl Into<String>) -> Self {
        self.method = Some(method.into());
        self
    }

    fn request(&self) -> Result<types::RegisterWebhookRequest, Error> {
        let url = self.url.reveal().trim();
        check_url(url, self.aura.environment().is_loopback())?;
        let mut names: Vec<&str> = Vec::new();
        for event in &self.events {
            match event.name() {
                Some(name) if event.is_listed() => names.push(name),
                _ => return Err(not_listed(event)),
            }
        }
        for name in &self.unlisted {
            let name = name.trim();
            if name.is_empty() {
                return Err(Error::invalid(
                    "the name of an event is empty",
                    "name the event as AURA does, such as NEW_CALLOUT",
                ));
            }
            names.push(name);
        }
        if names.is_empty() {
            return Err(Error::invalid(
                "a webhook without events would deliver nothing, in place of the one before (R42)",
                "name the events to deliver, for example all of `Event::LISTED`",
            ));
        }
        if self.headers.is_empty() && !self.headerless {
            return Err(Error::invalid(
                "without a header nothing proves that a delivery is AURA's (R45)",
                "add a secret with `header`, or say `without_header`",
            ));
        }
        for (name, value) in &self.headers {
            check_header(name, value)?;
        }
        let mut request = types::RegisterWebhookRequest::new(url);
        let mut events: Vec<types::WebhookEventName> = Vec::new();
        for name in names {
            let name = match name.parse::<types::WebhookEventNameKnown>() {
                Ok(known) => known.into(),
                Err(_) => types::WebhookEventName::Other(name.to_owned()),
            };
            if !events.contains(&name) {
                events.push(name);
            }
        }
        request.events = Some(events);
        request.method = self.method.clone();
        if !self.headers.is_empty() {
            request.headers = Some(self.headers.clone().into());
        }
        Ok(request)
    }
}

fn check_url(url: &str, to_own_machine: bool) -> Result<(), Error> {
    let parsed = Url::parse(url).map_err(|_| {
        Error::invalid(
            "the webhook's address is not an address",
            "expected something like https://your-server.example.com/aura",
        )
    })?;
    // R40. A simulator on the own machine may be told to deliver there.
    let local = to_own_machine && host_is_loopback(&parsed);
    if parsed.scheme() != "https" && !(parsed.scheme() == "http" && local) {
        return Err(Error::invalid(
            "the webhook's address is not https, and AURA delivers to nothing else (R40)",
            "register an https address that can be reached from the internet",
        ));
    }
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return Err(Error::invalid(
            "the webhook's address carries a user or password",
            "send a secret as a header, with `header`",
        ));
    }
    Ok(())
}

fn check_header(name: &str, value: &SecretText) -> Result<(), Error> {
    if HeaderName::from_bytes(name.as_bytes()).is_err() {
        return Err(Error::invalid(
            "a webhook's header has a name no header can have",
            "use letters, digits and hyphens, such as x-webhook-secret",
        ));
    }
    let value = value.reveal();
    if value.is_empty() || value.trim() != value || HeaderValue::from_str(value).is_err() {
        return Err(Error::invalid(
            "a webhook's header has a value that could not arrive as it is, or none",
            "leave out line breaks, control characters and space at its ends",
        ));
    }
    Ok(())
}

fn not_listed(event: &Event) -> Error {
    let hint = match event {
        Event::ResponderAcknowledgedCalloutWithEta => {
            "it is deprecated (R46): register RESPONDER_ACKNOWLEDGED_CALLOUT, or insist with `with_unlisted_event`"
        }
        _ => {
            "AURA refuses names it does not list (R41); if it has added this one, use `with_unlisted_event`"
        }
    };
    Error::invalid(
        format!("{event} is not on the list of events to register"),
        hint,
    )
}

impl IntoFuture for RegisterWebhook {
    type Output = Result<Answer<types::WebhookRegistered>, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let request = self
                .request()
                .map_err(|error| error.with_operation(Some("register_webhook")))?;
            let body = &request;
            self.aura
                .call(|raw| async move { raw.register_webhook(body).await })
                .await
        })
    }
}

impl fmt::Debug for RegisterWebhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegisterWebhook")
            .field("events", &self.events)
            .field("unlisted_events", &self.unlisted.len())
            .field("headers", &self.headers.len())
            .finish_non_exhaustive()
    }
}
