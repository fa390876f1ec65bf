//! What is said about a callout: the chat with the control centre.

use people_protect_api::{List, OpenValue, PersonalText, types};
use serde_json::Value;

use crate::{Answer, Callout, Error};

impl Callout {
    /// Reads the events of the callout, chat included (R73).
    ///
    /// Order and paging are not documented publicly; the entries come as AURA sends them. That a
    /// token for a customer's callouts may read them is an assumption.
    ///
    /// ```no_run
    /// # use people_protect::{CalloutId, PeopleProtect};
    /// # async fn example(aura: PeopleProtect, id: CalloutId) -> Result<(), people_protect::Error> {
    /// for event in aura.callout(id).events().await?.iter() {
    ///     if event.mentions("admin") {
    ///         println!("event {:?} is for us", event.raw().id);
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) if there is no such callout (an assumption).
    pub async fn events(&self) -> Result<CalloutEvents, Error> {
        let id = self.id().get();
        self.aura()
            .call(|raw| async move { raw.list_callout_events(id).await })
            .await
            .map(CalloutEvents::new)
    }

    /// Says something to the control centre (R72). A mention such as `@admin` becomes a tag (R73).
    ///
    /// `source` says who speaks, such as `customer`; other values are not documented publicly.
    ///
    /// ```no_run
    /// # use people_protect::{CalloutId, PeopleProtect};
    /// # async fn example(aura: PeopleProtect, id: CalloutId) -> Result<(), people_protect::Error> {
    /// let said = aura.callout(id).say("customer", "I am behind the house.").await?;
    /// println!("{} tags", said.tags().len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest), before anything is sent, if one of
    /// the two is blank. If [`may_have_reached_server`](Error::may_have_reached_server) is true
    /// and nothing was refused (no answer, 5xx), the text may be there already: read
    /// [`events`](Self::events) before saying it again.
    pub async fn say(
        &self,
        source: impl Into<String>,
        text: impl Into<PersonalText>,
    ) -> Result<Said, Error> {
        let request = types::CreateCalloutEventRequest::new(source, text);
        for (name, value) in [
            ("the source", request.source.as_str()),
            ("the text", request.event.reveal()),
        ] {
            if value.trim().is_empty() {
                return Err(Error::invalid(
                    format!("{name} of a callout event is blank"),
                    "AURA takes both, such as `customer` and what the customer wrote (R72)",
                )
                .with_operation(Some("create_callout_event")));
            }
        }
        let (id, body) = (self.id().get(), &request);
        self.aura()
            .call(|raw| async move { raw.create_callout_event(id, body).await })
            .await
            .map(Said::new)
            .map_err(|error| {
                error.with_hint_if_unknown(
                    "the text may be posted already: read the events before saying it again",
                )
            })
    }
}

/// The events of a callout, as AURA ordered them.
#[derive(Debug)]
pub struct CalloutEvents {
    events: Vec<CalloutEvent>,
    answer: Answer<List<types::CalloutEvent>>,
}

impl CalloutEvents {
    fn new(answer: Answer<List<types::CalloutEvent>>) -> Self {
        let events = answer.iter().cloned().map(CalloutEvent::new).collect();
        Self { events, answer }
    }

    /// The events.
    pub fn iter(&self) -> impl Iterator<Item = &CalloutEvent> {
        self.events.iter()
    }

    /// The whole answer.
    #[must_use]
    pub fn answer(&self) -> &Answer<List<types::CalloutEvent>> {
        &self.answer
    }
}

/// One event of a callout. `Debug` shows no text.
#[derive(Debug, Clone, PartialEq)]
pub struct CalloutEvent {
    raw: types::CalloutEvent,
    text: Option<PersonalText>,
}

/// Where the text of an event may stand: the names inside `event` are not documented.
const TEXT_KEYS: [&str; 5] = ["message", "text", "body", "messageBody", "event"];

impl CalloutEvent {
    fn new(raw: types::CalloutEvent) -> Self {
        let within = raw.event.as_ref().and_then(|event| {
            let inner = TEXT_KEYS.iter().find_map(|key| event.get(*key)?.as_str());
            inner.or_else(|| event.as_str())
        });
        let text = within.map(Into::into);
        Self {
            // C19: an older form has it beside the id.
            text: text.or_else(|| raw.message.clone()),
            raw,
        }
    }

    /// What was said, if it can be found: AURA documents that the text is in `event`, not under
    /// which name; bare text is found as well. [`raw`](Self::raw) has what came.
    #[must_use]
    pub fn text(&self) -> Option<&PersonalText> {
        self.text.as_ref()
    }

    /// The tags found in the text (R73); what is in one is not documented.
    #[must_use]
    pub fn tags(&self) -> &[OpenValue] {
        self.raw.callout_event_tags.as_deref().unwrap_or_default()
    }

    /// Whether a tag holds this name, with or without `@` and in any case.
    #[must_use]
    pub fn mentions(&self, name: &str) -> bool {
        holds(self.tags(), name)
    }

    /// The event as the raw type.
    #[must_use]
    pub fn raw(&self) -> &types::CalloutEvent {
        &self.raw
    }
}

/// An event that AURA took.
#[derive(Debug)]
pub struct Said {
    event: Option<CalloutEvent>,
    answer: Answer<types::CalloutEventCreated>,
}

impl Said {
    fn new(answer: Answer<types::CalloutEventCreated>) -> Self {
        let event = answer.callout_event.clone().map(CalloutEvent::new);
        Self { event, answer }
    }

    /// The event as stored; documented to be there always.
    #[must_use]
    pub fn event(&self) -> Option<&CalloutEvent> {
        self.event.as_ref()
    }

    /// The tags found in the text (R73).
    #[must_use]
    pub fn tags(&self) -> &[OpenValue] {
        let beside = self.answer.callout_event_tags.as_deref();
        let within = self.event().map(CalloutEvent::tags);
        beside
            .filter(|tags| !tags.is_empty())
            .or(within)
            .unwrap_or_default()
    }

    /// Whether a tag holds this name, with or without `@` and in any case.
    #[must_use]
    pub fn mentions(&self, name: &str) -> bool {
        holds(self.tags(), name)
    }

    /// The whole answer.
    #[must_use]
    pub fn answer(&self) -> &Answer<types::CalloutEventCreated> {
        &self.answer
    }
}

fn holds(tags: &[OpenValue], name: &str) -> bool {
    let bare = |text: &str| text.trim().trim_start_matches('@').to_lowercase();
    let name = bare(name);
    let named = |value: &Value| value.as_str().is_some_and(|text| bare(text) == name);
    tags.iter().any(|tag| match &tag.0 {
        Value::Object(members) => members.values().any(named),
        other => named(other),
    })
}
