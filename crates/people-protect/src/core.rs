//! What every clone of a client shares.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use people_protect_api::{Client, Inner};

use crate::call::Call;
use crate::token::TokenCache;
use crate::{ClassificationId, Clock, Credentials, Environment};

pub(crate) struct Core {
    pub(crate) environment: Environment,
    pub(crate) credentials: Credentials,
    pub(crate) http: reqwest::Client,
    pub(crate) user_agent: HeaderValue,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) deadline: Duration,
    pub(crate) live_classification: Option<ClassificationId>,
    pub(crate) test_classification: Option<ClassificationId>,
    pub(crate) tokens: TokenCache,
}

impl Core {
    /// A raw client whose requests go through a call.
    pub(crate) fn raw(&self, call: &Arc<Call>) -> Client {
        let middleware = Arc::clone(call);
        let inner = Inner::new(middleware).with_csv_base(self.environment.csv_base());
        Client::new_with_client(self.environment.api_base(), self.http.clone(), inner)
    }
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Core")
            .field("environment", &self.environment)
            .field("deadline", &self.deadline)
            .field("clock", &self.clock)
            .finish_non_exhaustive()
    }
}
