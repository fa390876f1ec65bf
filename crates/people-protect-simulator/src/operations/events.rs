//! Callout events (R72, R73, C19).

use people_protect_api::{OpenValue, types};
use serde_json::{Value, json};

use super::callouts::reached;
use super::shape;
use crate::answer::Answer;
use crate::call::Call;
use crate::event::Event;
use crate::problem::Problem;
use crate::settings::Settings;
use crate::state::State;
use crate::switch::callouts::{EVENT_LIST, EVENT_ORDER, EVENT_SHAPE, EVENTS_AFTER_END};

/// A bare list, oldest first: both are assumptions.
pub(crate) fn list_callout_events(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let id = reached(state, call)?;
    let callout = state.callout(call.source()?.id, id)?;
    let settings = &state.settings;
    let events = callout.events.iter();
    let events: Result<Vec<Value>, Problem> =
        events.map(|event| shown(settings, id, event)).collect();
    let mut events = events?;
    if settings.value(&EVENT_ORDER) == "newest-first" {
        events.reverse();
    }
    let wrapped = settings.value(&EVENT_LIST) == "wrapped";
    Answer::ok_as_is(&shape::list(events, "calloutEvents", wrapped))
}

/// C19: as documented now or earlier.
fn shown(settings: &Settings, callout: i64, event: &Event) -> Result<Value, Problem> {
    if settings.value(&EVENT_SHAPE) == "older" {
        return Ok(json!({
            "id": event.id,
            "calloutId": callout,
            "message": event.text.reveal(),
            "createdAt": event.created_at,
        }));
    }
    shape::value(&wire(callout, event))
}

/// R72: `{calloutEvent, calloutEventTags}`.
pub(crate) fn create_callout_event(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let older = state.settings.value(&EVENT_SHAPE) == "older";
    let request: types::CreateCalloutEventRequest = if older {
        shape::recast(call, |sent| {
            sent.remove("event");
            shape::rename(sent, "message", "event");
            sent.insert("source".to_owned(), "customer".into());
        })
        .map_err(older_name)?
    } else if state.settings.keeps("R72") {
        call.body()?
    } else {
        shape::recast(call, |sent| {
            sent.entry("source").or_insert("customer".into());
        })?
    };
    let id = reached(state, call)?;
    let ended = !state.callout(call.source()?.id, id)?.stage.is_active();
    if ended && state.settings.value(&EVENTS_AFTER_END) == "400" {
        let text = format!("callout {id} has ended: it takes no events any more");
        return Err(Problem::bad_request(text));
    }
    let event = state
        .say(id, request.source, request.event, call.now)
        .map_err(|problem| if older { older_name(problem) } else { problem })?
        .clone();
    if older {
        return Answer::created(&shown(&state.settings, id, &event)?);
    }
    let event = &event;
    let mut answer = types::CalloutEventCreated::default();
    answer.callout_event_tags = Some(tags(event));
    answer.callout_event = Some(wire(id, event));
    Answer::created(&answer)
}

/// C19: the text was `message`.
fn older_name(mut problem: Problem) -> Problem {
    problem.message = problem.message.replace("`event`", "`message`");
    problem
}

/// What stands in `event`, `calloutEventType` and a tag, and that `createdBy` repeats the source,
/// is an assumption: the documentation names the objects and not what is in them.
fn wire(callout: i64, event: &Event) -> types::CalloutEvent {
    let mut answer = types::CalloutEvent::default();
    answer.id = Some(event.id);
    answer.callout_id = Some(callout);
    answer.callout_event_type_id = Some(1);
    answer.event = Some(OpenValue::from(json!({
        "message": event.text.reveal(),
        "source": event.source,
    })));
    answer.created_by = Some(event.source.as_str().into());
    answer.created_at = Some(event.created_at.into());
    answer.updated_at = Some(event.created_at.into());
    answer.callout_event_type = Some(OpenValue::from(json!({ "id": 1, "value": "MESSAGE" })));
    answer.callout_event_tags = Some(tags(event));
    answer
}

fn tags(event: &Event) -> Vec<OpenValue> {
    let tags = event.tags.iter();
    tags.map(|tag| OpenValue::from(json!({ "tag": tag.reveal() })))
        .collect()
}
