//! The client that a team writes in an afternoon: reqwest, serde, a token that is kept. It repeats
//! nothing, watches no deadline but the request's, tells no unknown outcome and redacts nothing.

use std::time::Duration;

use reqwest::header::{ACCEPT, HeaderValue};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

/// What goes wrong: it is not told apart.
pub type Failed = Box<dyn std::error::Error>;

/// The client.
#[derive(Debug)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    token: Mutex<Option<String>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Credentials<'a> {
    pub(crate) client_id: &'a str,
    pub(crate) client_secret: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Token {
    pub(crate) access_token: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Raise {
    pub(crate) location: Location,
    pub(crate) response_type_id: i64,
}

/// A position.
#[derive(Debug, Serialize, Deserialize)]
pub struct Location {
    /// Degrees.
    pub latitude: f64,
    /// Degrees.
    pub longitude: f64,
}

/// What stands around every answer.
#[derive(Debug, Deserialize)]
pub struct Envelope<T> {
    /// The sentence of the API.
    pub message: String,
    /// The callout.
    pub callout: T,
}

/// A callout as it is created.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Raised {
    /// Its id.
    pub id: i64,
    /// Whose it is.
    pub customer_id: i64,
    /// The word of the API.
    pub status: String,
    /// The tracking link.
    pub url: String,
    /// When.
    pub created_at: String,
    /// Degrees.
    pub latitude: f64,
    /// Degrees.
    pub longitude: f64,
    /// What kind of help.
    pub response_type_id: i64,
    /// Live or test.
    pub callout_classification_id: i64,
    /// A fixed location.
    pub predefined_location_id: Option<i64>,
}

/// A callout as it is read back.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Callout {
    /// Its id.
    pub id: i64,
    /// Whose it is.
    pub customer_id: i64,
    /// The word of the API.
    pub status: String,
    /// When.
    pub created_at: String,
    /// Live or test.
    pub callout_classification: Named,
    /// What is known of it.
    pub incident_information: Vec<Incident>,
}

/// Something with a value.
#[derive(Debug, Deserialize)]
pub struct Named {
    /// The value.
    pub value: String,
}

/// Something with a description.
#[derive(Debug, Deserialize)]
pub struct Described {
    /// The description.
    pub description: String,
}

/// One incident of a callout.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Incident {
    /// Live or test.
    pub callout_classification: Named,
    /// Where the person is.
    pub callout_current_location: Location,
    /// The category, as the API spells it.
    #[serde(rename = "incidentcategory")]
    pub incident_category: Described,
    /// What kind of help.
    pub response_type: Named,
    /// What happened.
    pub type_of_emergency: Described,
    /// A fixed location.
    pub predefined_location_id: Option<i64>,
    /// When somebody set out.
    pub dispatched_at: Option<String>,
    /// When somebody was there.
    pub arrived_at: Option<String>,
    /// When it was done.
    pub completed_at: Option<String>,
}

impl Client {
    /// A client of a server at this address.
    ///
    /// # Errors
    ///
    /// If there is no TLS to be had.
    pub fn new(base: &str) -> Result<Self, Failed> {
        // What a server may ask of any client, and what the wrapper sends: a name, and what it reads.
        let accept = HeaderValue::from_static("application/json");
        let http = reqwest::Client::builder()
            .user_agent("by-hand/1.0")
            .default_headers([(ACCEPT, accept)].into_iter().collect())
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(10))
            .no_proxy()
            .tls_certs_only([])
            .build()?;
        Ok(Self {
            http,
            base: base.to_owned(),
            token: Mutex::default(),
        })
    }

    async fn token(&self) -> Result<String, Failed> {
        let mut held = self.token.lock().await;
        if let Some(token) = &*held {
            return Ok(token.clone());
        }
        let credentials = Credentials {
            client_id: "id",
            client_secret: "secret",
        };
        let request = self
            .http
            .post(format!("{}/oauth/token", self.base))
            .json(&credentials);
        let token: Token = request.send().await?.error_for_status()?.json().await?;
        Ok(held.insert(token.access_token).clone())
    }

    /// Calls for help.
    ///
    /// # Errors
    ///
    /// Whatever went wrong.
    pub async fn raise(&self, customer: i64, location: Location) -> Result<Raised, Failed> {
        let token = self.token().await?;
        let raise = Raise {
            location,
            response_type_id: 1,
        };
        let request = self
            .http
            .post(format!("{}/customers/{customer}/callouts", self.base))
            .bearer_auth(token)
            .json(&raise);
        let answer: Envelope<Raised> = request.send().await?.error_for_status()?.json().await?;
        Ok(answer.callout)
    }

    /// Reads a callout.
    ///
    /// # Errors
    ///
    /// Whatever went wrong.
    pub async fn get(&self, callout: i64) -> Result<Callout, Failed> {
        let token = self.token().await?;
        let request = self
            .http
            .get(format!("{}/callouts/{callout}", self.base))
            .bearer_auth(token);
        let answer: Envelope<Callout> = request.send().await?.error_for_status()?.json().await?;
        Ok(answer.callout)
    }
}
