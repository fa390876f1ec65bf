//! Sessions on hosted pages (R07, R52, R89).

use people_protect_api::types;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::call::Call;
use crate::problem::Problem;
use crate::signup::{SignupOutcome, SignupSession};
use crate::state::State;
use crate::switch::people::SIGNUP_SHAPE;
use crate::token::Scope;

pub(crate) fn create_signup_session(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let request: types::CreateSignupSessionRequest = call.body()?;
    let older = state.settings.value(&SIGNUP_SHAPE) == "older";
    let hosted = state.settings.keeps("R89");
    let session = state.open_signup(call.setup.seed, call.source()?.id, request, call.now)?;
    if older {
        return Answer::created(&in_older_shape(call, session));
    }
    // R89: the `returnUrl` of the answer is the hosted page, not the one that was sent.
    let mut answer = types::SignupSessionCreated::default();
    answer.return_url = Some(if hosted {
        call.setup.signup_page(session)
    } else {
        session.return_url.clone()
    });
    answer.session_id = Some(session.id.clone());
    Answer::created(&answer)
}

/// C32: the four fields of an earlier generation. `pending_verification` stands in its example, the
/// other words are assumptions.
fn in_older_shape(call: &Call<'_>, session: &SignupSession) -> Value {
    let status = match &session.outcome {
        None => "pending_verification",
        Some(SignupOutcome::Completed) => "completed",
        Some(SignupOutcome::Failed { .. }) => "failed",
        Some(SignupOutcome::Abandoned) => "cancelled",
    };
    json!({
        "id": session.id,
        "status": status,
        "url": call.setup.signup_page(session),
        "customerId": session.customer_id,
    })
}

/// C32: the four current fields, bare; that nothing surrounds them is an assumption, as is what
/// stands in `flows`.
pub(crate) fn get_signup_session(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let session = state.signup(call.source()?.id, call.text("sessionId")?)?;
    if state.settings.value(&SIGNUP_SHAPE) == "older" {
        return Answer::ok(&in_older_shape(call, session));
    }
    let mut answer = types::SignupSession::default();
    answer.customer_id = session.customer_id;
    answer.customer_reference_id = session.customer_reference_id.clone();
    answer.flows = Some(serde_json::json!(["auth", "payment", "download"]).into());
    let site = serde_json::to_value(&session.site_details).map_err(|_| Problem::defect())?;
    answer.site_details = Some(match site {
        Value::Object(site) => site.into(),
        _ => serde_json::Map::new().into(),
    });
    Answer::ok(&answer)
}

/// R07, R08: the customer is the token's. The path is an assumption of the contract.
pub(crate) fn create_subscription_management_session(
    state: &mut State,
    call: &Call<'_>,
) -> Result<Answer, Problem> {
    let request: types::CreateSubscriptionManagementSessionRequest = call.body()?;
    let Scope::Customer { customer } = call.caller()?.scope else {
        // Only while R07 is broken: a token without a customer passes until here.
        return Err(Problem::unauthorised("this needs a customer's token"));
    };
    let source = call.source()?.id;
    let session = state.open_management(call.setup.seed, source, customer, request, call.now)?;
    let mut answer = types::SubscriptionManagementSession::default();
    answer.url = Some(call.setup.management_page(session));
    Answer::created(&answer)
}
