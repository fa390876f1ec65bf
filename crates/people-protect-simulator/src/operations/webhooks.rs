//! Webhooks (R40, R41, R42, R90, C40).

use people_protect_api::types;

use crate::answer::{Answer, DONE};
use crate::call::Call;
use crate::problem::Problem;
use crate::state::State;
use crate::webhook::Webhook;

/// 200 was documented earlier.
pub(crate) fn register_webhook(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let request: types::RegisterWebhookRequest = call.body()?;
    let webhook = Webhook::new(call.source()?.id, request, &state.settings, call.now)?;
    let mut answer = types::WebhookRegistered::default();
    answer.message = Some(DONE.to_owned());
    answer.notifier = Some(webhook.notifier());
    state.register_webhook(webhook);
    Answer::ok(&answer)
}
