//! One call of an operation, as its handler sees it.

use jiff::Timestamp;
use people_protect_api::SecretText;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::answer::Answer;
use crate::body;
use crate::callout::Callout;
use crate::management::ManagementSession;
use crate::problem::Problem;
use crate::seed::Seed;
use crate::signup::SignupSession;
use crate::source::Source;
use crate::state::State;
use crate::token::{Caller, Signer};

/// What does not change while a simulator runs.
#[derive(Debug)]
pub(crate) struct Setup {
    pub(crate) sources: Vec<Source>,
    pub(crate) seed: Seed,
    pub(crate) signer: Signer,
    /// `http://127.0.0.1:<port>`.
    pub(crate) origin: String,
}

impl Setup {
    /// R28: an absolute link. Its form is an assumption, but for the two query parameters, which
    /// AURA's own sample shows. It opens the callout without any other token: a secret (R94).
    pub(crate) fn tracking_url(&self, callout: &Callout) -> SecretText {
        format!(
            "{}/tracking?sessionToken={}&calloutId={}",
            self.origin,
            callout.session_token.reveal(),
            callout.id
        )
        .into()
    }

    /// R89: the hosted page of a sign-up. Its form is an assumption. The control route
    /// `finish` does what a person would do there.
    pub(crate) fn signup_page(&self, session: &SignupSession) -> SecretText {
        format!("{}/signup/{}", self.origin, session.id.reveal()).into()
    }

    /// The hosted page of a subscription management; likewise.
    pub(crate) fn management_page(&self, session: &ManagementSession) -> SecretText {
        let id = session.id.reveal();
        format!("{}/subscription-management/{id}", self.origin).into()
    }

    /// The picture of a callout that has ended (R35). A link like the one before, and as secret.
    pub(crate) fn map_url(&self, callout: &Callout) -> String {
        format!(
            "{}/map?sessionToken={}&calloutId={}",
            self.origin,
            callout.session_token.reveal(),
            callout.id
        )
    }
}

/// What an operation does: no network, no waiting, one state.
pub(crate) type Run = fn(&mut State, &Call<'_>) -> Result<Answer, Problem>;

/// One call.
pub(crate) struct Call<'a> {
    pub(crate) setup: &'a Setup,
    /// Who calls, and the source it belongs to; none only where no token is asked for.
    pub(crate) caller: Option<(Caller, &'a Source)>,
    pub(crate) path: &'a [(String, String)],
    pub(crate) content_type: Option<&'a str>,
    pub(crate) body: &'a [u8],
    pub(crate) now: Timestamp,
}

impl Call<'_> {
    /// The body, as the contract types it.
    pub(crate) fn body<T: DeserializeOwned + Serialize>(&self) -> Result<T, Problem> {
        self.check_type()?;
        body::read(self.body)
    }

    /// The body as it was sent.
    pub(crate) fn sent(&self) -> Result<serde_json::Value, Problem> {
        self.check_type()?;
        body::parsed(self.body)
    }

    /// A body that is said to be something else is not read as JSON; one of which nothing is said
    /// is. What AURA does with either is not documented: an assumption.
    fn check_type(&self) -> Result<(), Problem> {
        let json = |sent: &str| {
            let essence = sent.split(';').next().unwrap_or_default().trim();
            let essence = essence.to_ascii_lowercase();
            essence == "application/json" || essence.ends_with("+json")
        };
        if self.body.trim_ascii().is_empty() || self.content_type.is_none_or(json) {
            return Ok(());
        }
        Err(body::malformed(
            "the header `Content-Type` must be application/json for this body",
        ))
    }

    /// A text from the path.
    pub(crate) fn text(&self, name: &str) -> Result<&str, Problem> {
        self.path
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
            .ok_or_else(Problem::defect)
    }

    /// A numeric id from the path.
    pub(crate) fn id(&self, name: &str) -> Result<i64, Problem> {
        let text = self.text(name)?;
        let digits = text.strip_prefix('-').unwrap_or(text);
        let whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().map_err(|_| match whole {
            // The contract sets no bound to ids: one that is too large is merely nobody's (R63).
            true => Problem::not_found(format!("nothing has this `{name}`")),
            false => Problem::bad_request(format!("`{name}` in the path must be a whole number")),
        })
    }

    /// Who calls.
    pub(crate) fn caller(&self) -> Result<Caller, Problem> {
        self.caller
            .map(|(caller, _)| caller)
            .ok_or_else(Problem::defect)
    }

    /// The source of the token (there is no other way to name one).
    pub(crate) fn source(&self) -> Result<&Source, Problem> {
        self.caller
            .map(|(_, source)| source)
            .ok_or_else(Problem::defect)
    }
}
