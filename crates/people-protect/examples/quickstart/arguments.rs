//! What can be said on the command line.

use std::error::Error;

use clap::Parser;
use people_protect::{Mobile, Position};

/// Walks through a whole emergency: token, customer with subscription, callout, tracking page,
/// dispatch, arrival, completion, closure.
///
/// With nothing set it runs against a simulator inside this program. With AURA_CLIENT_ID and
/// AURA_CLIENT_SECRET set it runs against AURA's staging, or against AURA_ENVIRONMENT (`staging`
/// or an address), asks before it raises a callout, and waits for somebody to drive the portal's
/// Responder Simulator.
///
/// Exit code 0: the callout was seen closed. 1: it was not. 2: wrong usage.
#[derive(Debug, Parser)]
#[command(name = "quickstart")]
pub(crate) struct Arguments {
    /// Print the whole tracking link; whoever holds it can follow the callout.
    #[arg(long)]
    pub(crate) show_link: bool,

    /// Keep the simulator's tracking page open: wait for Enter before the responder acts, and again
    /// before the end. On a terminal, --show-link alone does this too. A page of AURA's needs no
    /// waiting: it does not end with this program.
    #[arg(long, requires = "show_link")]
    pub(crate) wait: bool,

    /// Run against the simulator even if credentials are set.
    #[arg(long)]
    pub(crate) simulator: bool,

    /// Raise for this customer instead of registering one.
    #[arg(long, value_name = "ID")]
    pub(crate) customer: Option<i64>,

    /// The mobile number to register, with its country code.
    #[arg(long, value_name = "NUMBER", default_value = "+27821234567")]
    pub(crate) mobile: Mobile,

    /// The kind of subscription to activate.
    #[arg(long, value_name = "VALUE", default_value = "WEB_SIGNUP_SINGLE")]
    pub(crate) subscription_type: String,

    /// The kind of response to ask for.
    #[arg(long, value_name = "VALUE", default_value = "SECURITY")]
    pub(crate) response_type: String,

    /// The same by id, where the kinds cannot be listed.
    #[arg(long, value_name = "ID")]
    pub(crate) response_type_id: Option<i64>,

    /// Raise a test with this classification id instead of a live callout. Ask AURA for the id.
    #[arg(long, value_name = "ID")]
    pub(crate) test_classification: Option<i64>,

    /// Degrees of latitude to raise at.
    #[arg(
        long,
        value_name = "DEGREES",
        default_value_t = -26.12345,
        allow_negative_numbers = true,
        value_parser = latitude
    )]
    pub(crate) latitude: f64,

    /// Degrees of longitude to raise at.
    #[arg(
        long,
        value_name = "DEGREES",
        default_value_t = 28.12345,
        allow_negative_numbers = true,
        value_parser = longitude
    )]
    pub(crate) longitude: f64,
}

fn latitude(text: &str) -> Result<f64, Box<dyn Error + Send + Sync>> {
    let degrees = text.parse()?;
    Ok(Position::new(degrees, 0.0)?.latitude())
}

fn longitude(text: &str) -> Result<f64, Box<dyn Error + Send + Sync>> {
    let degrees = text.parse()?;
    Ok(Position::new(0.0, degrees)?.longitude())
}
