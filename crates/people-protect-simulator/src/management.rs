//! Sessions on the hosted subscription management.

use jiff::Timestamp;
use people_protect_api::{SecretText, types};
use serde::{Deserialize, Serialize};

use crate::problem::Problem;
use crate::seed::Seed;
use crate::signup::check_return_url;
use crate::state::{Next, State};

/// An open subscription management as the simulator keeps it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct ManagementSession {
    /// What its page's link carries.
    pub id: SecretText,
    /// The customer, from the token (R07).
    pub customer_id: i64,
    /// Where the browser is sent in the end.
    pub return_url: SecretText,
    /// The language that was asked for.
    pub locale: Option<String>,
    /// The configuration that was asked for.
    pub configuration: Option<String>,
    /// When it was opened.
    pub created_at: Timestamp,
}

impl State {
    /// Opens one for a customer of this source.
    pub(crate) fn open_management(
        &mut self,
        seed: Seed,
        source: i64,
        customer: i64,
        request: types::CreateSubscriptionManagementSessionRequest,
        now: Timestamp,
    ) -> Result<&ManagementSession, Problem> {
        check_return_url(&request.return_url)?;
        // A token can outlive its customer. 401 is an assumption: the page lists no 404.
        if self.customer(source, customer).is_err() {
            return Err(Problem::unauthorised("the token's customer is not there"));
        }
        let number = Next::take(&mut self.next.management);
        let session = ManagementSession {
            // The number in front finds it, the rest opens it.
            id: format!("{number}-{}", seed.text("management session", number)).into(),
            customer_id: customer,
            return_url: request.return_url.into(),
            locale: request.locale,
            configuration: request.configuration,
            created_at: now,
        };
        Ok(self.managements.entry(number).or_insert(session))
    }

    /// The one that a link opens.
    pub(crate) fn management(&self, id: &str) -> Option<&ManagementSession> {
        let (number, _) = id.split_once('-')?;
        self.managements
            .get(&number.parse().ok()?)
            .filter(|session| session.id.reveal() == id)
    }
}
