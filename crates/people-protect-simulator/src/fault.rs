//! Faults: what a network and a gateway do to a call, below the operations.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

mod check;
mod effect;
mod list;
mod text;

pub(crate) use effect::run;
pub(crate) use list::{Due, Faults, Set};

/// Which calls go wrong, and how.
///
/// Without [`nth`](Self::nth), [`probability`](Self::probability) and [`limit`](Self::limit) every
/// call that matches goes wrong. `..._after` means after the operation: the state has changed, and
/// the caller does not know.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), people_protect_simulator::Error> {
/// use people_protect_simulator::{Fault, Simulator};
///
/// let simulator = Simulator::builder()
///     .fault(Fault::on("create_customer_callout").nth(1).reset_after())
///     .start()
///     .await?;
/// simulator.add_fault("get_callout probability=0.2 status=503".parse()?)?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[must_use]
pub struct Fault {
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nth: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    probability: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    delay_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    delay_after_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_after: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    headers: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reset: Option<When>,
    #[serde(skip_serializing_if = "Option::is_none")]
    truncate: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    drip_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_type: Option<String>,
}

/// On which side of the change of state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum When {
    Before,
    After,
}

impl Fault {
    /// A fault of one operation, by its id in the contract, such as `create_customer_callout`.
    pub fn on(operation: impl Into<String>) -> Self {
        Self {
            operation: Some(operation.into()),
            ..Self::default()
        }
    }

    /// A fault of every operation.
    pub fn on_all() -> Self {
        Self::default()
    }

    /// Only calls about this customer: in the path, in the body's `customerId`, or the customer of
    /// the callout in the path.
    pub fn customer(mut self, id: i64) -> Self {
        self.customer = Some(id);
        self
    }

    /// Only the `nth` call that matches, from 1.
    pub fn nth(mut self, nth: u64) -> Self {
        self.nth = Some(nth);
        self
    }

    /// Only so many of the calls, between 0 and 1. Which ones follows from the simulator's seed.
    pub fn probability(mut self, probability: f64) -> Self {
        self.probability = Some(probability);
        self
    }

    /// At most so many times.
    pub fn limit(mut self, times: u64) -> Self {
        self.limit = Some(times);
        self
    }

    /// Holds the call back before the operation, by the simulator's clock. It is carried out even if
    /// its caller has hung up by then, as behind a gateway.
    pub fn delay(mut self, wait: Duration) -> Self {
        self.delay_ms = Some(millis(wait));
        self
    }

    /// Holds the answer back after the operation, by the simulator's clock.
    pub fn delay_after(mut self, wait: Duration) -> Self {
        self.delay_after_ms = Some(millis(wait));
        self
    }

    /// Answers this status in place of the operation: nothing changes.
    pub fn status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// Answers this status after the operation, as a gateway that has lost the true answer.
    pub fn status_after(mut self, status: u16) -> Self {
        self.status_after = Some(status);
        self
    }

    /// The body that goes with the status; a JSON object with a `message` by default.
    pub fn body(mut self, text: impl Into<String>) -> Self {
        self.body = Some(text.into());
        self
    }

    /// A header that goes with the status, such as `Retry-After`.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.insert(name.into(), value.into());
        self
    }

    /// Resets the connection in place of the operation: nothing changes.
    pub fn reset_before(mut self) -> Self {
        self.reset = Some(When::Before);
        self
    }

    /// Resets the connection after the operation: the state has changed.
    pub fn reset_after(mut self) -> Self {
        self.reset = Some(When::After);
        self
    }

    /// Announces the whole body and closes the connection after so many bytes of it, at the latest
    /// before the last one.
    pub fn truncate(mut self, bytes: u64) -> Self {
        self.truncate = Some(bytes);
        self
    }

    /// Sends the body byte by byte with this pause before each, by the simulator's clock. After 4096
    /// bytes the rest comes at once.
    pub fn drip(mut self, pause: Duration) -> Self {
        self.drip_ms = Some(millis(pause));
        self
    }

    /// Says that the body is something else.
    pub fn content_type(mut self, media: impl Into<String>) -> Self {
        self.content_type = Some(media.into());
        self
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
