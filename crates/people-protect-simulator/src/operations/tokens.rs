//! Tokens (R01, R03, R05, R09, R58).

use people_protect_api::types;

use crate::answer::Answer;
use crate::call::Call;
use crate::problem::Problem;
use crate::source::Source;
use crate::state::{Next, State};
use crate::token::{Caller, Scope};

pub(crate) fn create_oauth_token(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    // R58: both are required. R03: a lifetime in the body is not looked at.
    let request: types::TokenRequest = call.body()?;
    let source = call.setup.sources.iter().find(|source| {
        source.credentials.client_id() == request.client_id
            && source.credentials.client_secret() == &request.client_secret
    });
    // R09: which of the two is wrong is nobody's business.
    let source =
        source.ok_or_else(|| Problem::unauthorised("unknown clientId or wrong clientSecret"))?;
    issue(state, call, source, Scope::Server)
}

pub(crate) fn create_callout_token(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let request: types::CalloutTokenRequest = call.body()?;
    let source = call.source()?;
    // R05: 404 for an unknown customer.
    let customer = state.customer(source.id, request.customer_id)?.id;
    issue(state, call, source, Scope::Callout { customer })
}

/// C01: camelCase. C02: a lifetime in seconds. A callout token lives as long as a server token:
/// that it is shorter was documented earlier, how much is not known.
fn issue(
    state: &mut State,
    call: &Call<'_>,
    source: &Source,
    scope: Scope,
) -> Result<Answer, Problem> {
    let number = Next::take(&mut state.next.token);
    let caller = Caller {
        source: source.id,
        scope,
    };
    let token = call.setup.signer.issue(
        caller,
        source.credentials.client_id(),
        number,
        call.now,
        source.token_lifetime_s,
    )?;
    let mut answer = types::Token::default();
    answer.access_token = Some(token);
    answer.token_type = Some("Bearer".to_owned());
    answer.expires_in = Some(source.token_lifetime_s);
    Answer::ok(&answer)
}
