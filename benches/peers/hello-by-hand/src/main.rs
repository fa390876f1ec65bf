//! Raises a callout and prints its id, by hand.
//!
//! The environment says where and who: AURA_URL, AURA_ID, AURA_SECRET, AURA_CUSTOMER.

use std::env::var;
use std::error::Error;
use std::time::Duration;

use serde::{Deserialize, Serialize};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Credentials {
    client_id: String,
    client_secret: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Token {
    access_token: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Raise {
    location: Location,
    response_type_id: i64,
}

#[derive(Serialize)]
struct Location {
    latitude: f64,
    longitude: f64,
}

#[derive(Deserialize)]
struct Raised {
    callout: Callout,
}

#[derive(Deserialize)]
struct Callout {
    id: i64,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let base = var("AURA_URL")?;
    let http = reqwest::Client::builder()
        .connect_timeout(Duration::from_secs(5))
        .timeout(Duration::from_secs(10))
        .redirect(reqwest::redirect::Policy::none())
        .build()?;
    let credentials = Credentials {
        client_id: var("AURA_ID")?,
        client_secret: var("AURA_SECRET")?,
    };
    let request = http.post(format!("{base}/oauth/token")).json(&credentials);
    let token: Token = request.send().await?.error_for_status()?.json().await?;
    let customer: i64 = var("AURA_CUSTOMER")?.parse()?;
    let raise = Raise {
        location: Location {
            latitude: -26.12345,
            longitude: 28.12345,
        },
        response_type_id: 1,
    };
    let request = http
        .post(format!("{base}/customers/{customer}/callouts"))
        .bearer_auth(token.access_token)
        .json(&raise);
    let raised: Raised = request.send().await?.error_for_status()?.json().await?;
    println!("callout {} is raised", raised.callout.id);
    Ok(())
}
