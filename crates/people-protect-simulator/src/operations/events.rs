//! Callout events (R72, R73, C19).

use people_protect_api::{List, OpenValue, types};
use serde_json::json;

use super::callouts::reached;
use crate::answer::Answer;
use crate::call::Call;
use crate::event::Event;
use crate::problem::Problem;
use crate::state::State;

/// A bare list, oldest first: both are assumptions.
pub(crate) fn list_callout_events(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let id = reached(state, call)?;
    let callout = state.callout(call.source()?.id, id)?;
    let events = callout.events.iter().map(|event| wire(id, event));
    Answer::ok(&List(events.collect::<Vec<_>>()))
}

/// R72: `{calloutEvent, calloutEventTags}`.
pub(crate) fn create_callout_event(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let request: types::CreateCalloutEventRequest = call.body()?;
    let id = reached(state, call)?;
    let event = state.say(id, request.source, request.event, call.now)?;
    let mut answer = types::CalloutEventCreated::default();
    answer.callout_event_tags = Some(tags(event));
    answer.callout_event = Some(wire(id, event));
    Answer::created(&answer)
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
