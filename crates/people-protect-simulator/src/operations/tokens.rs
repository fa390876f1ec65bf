//! Tokens (R01, R03, R05, R09, R58).

use people_protect_api::{SecretText, types};
use serde::Serialize;
use serde_json::Value;

use crate::answer::Answer;
use crate::body;
use crate::call::Call;
use crate::problem::Problem;
use crate::source::Source;
use crate::state::{Next, State};
use crate::switch::people::{
    CALLOUT_TOKEN_LIFETIME_S, EXPIRES_IN, REQUESTED_LIFETIME, TOKEN_FIELD_NAMES,
};
use crate::token::{Caller, Scope};

pub(crate) fn create_oauth_token(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let settings = &state.settings;
    let mut sent = call.sent()?;
    // R58: both are required.
    let unproven = !settings.keeps("R58") && sent.get("clientSecret").is_none();
    if unproven {
        sent["clientSecret"] = "".into();
    }
    let request: types::TokenRequest = body::typed(&sent)?;
    let source = call.setup.sources.iter().find(|source| {
        source.credentials.client_id() == request.client_id
            && (unproven
                || !settings.keeps("R09")
                || source.credentials.client_secret() == &request.client_secret)
    });
    // R09: which of the two is wrong is nobody's business.
    let source =
        source.ok_or_else(|| Problem::unauthorised("unknown clientId or wrong clientSecret"))?;
    // R03, C03: a lifetime in the body is not looked at.
    let mut lifetime = source.token_lifetime_s;
    if settings.is_on(&REQUESTED_LIFETIME) || !settings.keeps("R03") {
        let asked = sent.get("expiresIn").and_then(Value::as_i64);
        lifetime = asked.map_or(lifetime, |asked| asked.clamp(1, lifetime.max(1)));
    }
    issue(state, call, source, Scope::Server, lifetime)
}

pub(crate) fn create_callout_token(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let request: types::CalloutTokenRequest = call.body()?;
    let source = call.source()?;
    let customer = request.customer_id;
    call.caller()?.may_reach(customer)?;
    // R05: 404 for an unknown customer.
    if state.settings.keeps("R05") {
        state.customer(source.id, customer)?;
    }
    // That it is shorter was documented earlier, how much is not known.
    let lifetime = state.settings.number(&CALLOUT_TOKEN_LIFETIME_S);
    let lifetime = i64::try_from(lifetime).unwrap_or(source.token_lifetime_s);
    let lifetime = lifetime.min(source.token_lifetime_s);
    issue(state, call, source, Scope::Callout { customer }, lifetime)
}

/// C01: the names of an earlier generation are in snake case.
#[derive(Serialize)]
struct Snake {
    access_token: SecretText,
    token_type: String,
    expires_in: i64,
}

/// C01: camelCase. C02: a lifetime in seconds.
fn issue(
    state: &mut State,
    call: &Call<'_>,
    source: &Source,
    scope: Scope,
    lifetime_s: i64,
) -> Result<Answer, Problem> {
    let number = Next::take(&mut state.next.token);
    let caller = Caller {
        source: source.id,
        scope,
    };
    let subject = source.credentials.client_id();
    let signer = &call.setup.signer;
    let mut token = signer.issue(caller, subject, number, call.now, lifetime_s)?;
    let settings = &state.settings;
    if scope == Scope::Server && !settings.keeps("R01") {
        token = token.into_revealed().replace('.', "~").into();
    }
    let expires_in = match settings.value(&EXPIRES_IN) {
        "epoch" => call.now.as_second().saturating_add(lifetime_s),
        _ => lifetime_s,
    };
    let token_type = "Bearer".to_owned();
    if settings.value(&TOKEN_FIELD_NAMES) == "snake" {
        return Answer::ok(&Snake {
            access_token: token,
            token_type,
            expires_in,
        });
    }
    let mut answer = types::Token::default();
    answer.access_token = Some(token);
    answer.token_type = Some(token_type);
    answer.expires_in = Some(expires_in);
    Answer::ok(&answer)
}
