//! What every clone of a client shares.

use std::fmt;
use std::sync::Arc;

use http::HeaderValue;
use people_protect_api::Client;

use crate::call::Call;
use crate::callout_token::CalloutTokens;
use crate::http_client::HttpClient;
use crate::limits::Limits;
use crate::retry::Budget;
use crate::telemetry::Telemetry;
use crate::token::{TokenKind, TokenSource, TokenStore};
use crate::{ClassificationId, Clock, Credentials, Environment, Middleware, Observer, Random};

pub(crate) struct Core {
    pub(crate) environment: Environment,
    /// None for a client that was made from a callout token.
    pub(crate) credentials: Option<Credentials>,
    /// A raw client without a call, from which those of calls are made.
    pub(crate) raw: Client,
    /// What the requests of calls go out with.
    pub(crate) http: HttpClient,
    pub(crate) user_agent: HeaderValue,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) limits: Limits,
    pub(crate) budget: Budget,
    pub(crate) middlewares: Vec<Arc<dyn Middleware>>,
    pub(crate) observers: Vec<Arc<dyn Observer>>,
    pub(crate) telemetry: Telemetry,
    pub(crate) live_classification: Option<ClassificationId>,
    pub(crate) test_classification: Option<ClassificationId>,
    pub(crate) server_token: Arc<TokenSource>,
    pub(crate) callout_tokens: CalloutTokens,
    pub(crate) token_store: Option<Arc<dyn TokenStore>>,
}

impl Core {
    /// A raw client whose requests go through a call.
    pub(crate) fn raw(&self, call: &Arc<Call>) -> Client {
        let call: Arc<Call> = Arc::clone(call);
        self.raw.with_middleware(call)
    }

    /// Where tokens of this kind come from.
    pub(crate) fn token_source(&self, kind: TokenKind) -> Arc<TokenSource> {
        match kind {
            TokenKind::Server => Arc::clone(&self.server_token),
            TokenKind::Callout(customer) => self.callout_tokens.source(customer),
        }
    }

    pub(crate) fn observe(&self, tell: impl Fn(&dyn Observer)) {
        for observer in &self.observers {
            // Whoever counts calls must not be able to stop one. The panic is still reported.
            let told = std::panic::AssertUnwindSafe(|| tell(&**observer));
            let _ = std::panic::catch_unwind(told);
        }
    }
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Core")
            .field("environment", &self.environment)
            .field("limits", &self.limits)
            .field("clock", &self.clock)
            .finish_non_exhaustive()
    }
}
