//! Takes callouts through their stages: on the control surface of a simulator, or by a person at
//! the Responder Simulator.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use crate::case::{Need, Stop};
use crate::clock::wait;
use crate::session::Session;

/// A stage that a callout is to reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    Dispatched,
    Closed,
}

impl Stage {
    fn name(self) -> &'static str {
        match self {
            Self::Dispatched => "dispatched",
            Self::Closed => "closed",
        }
    }

    /// What a status has in it once the stage is reached; its texts are free (R39).
    fn is_reached(self, status: &str) -> bool {
        let status = status.to_lowercase();
        let parts: &[&str] = match self {
            Self::Dispatched => &["dispatch", "acknowledg", "en route", "enroute", "arriv"],
            Self::Closed => &["clos", "resolved"],
        };
        parts.iter().any(|part| status.contains(part))
    }

    fn buttons(self) -> &'static str {
        match self {
            Self::Dispatched => "open it and press Own, then Dispatch",
            Self::Closed => "open it and press Own, Dispatch, Arrive, Complete and Close",
        }
    }
}

/// R61: no more often than this.
const POLL: Duration = Duration::from_secs(5);

impl Session {
    /// Brings a callout to a stage.
    pub(crate) async fn reach(&self, callout: i64, stage: Stage) -> Result<(), Stop> {
        if self.has_control() {
            let path = format!("/callouts/{callout}/stage");
            let body = json!({ "stage": stage.name() });
            self.control(Method::POST, &path, Some(body)).await?;
            return Ok(());
        }
        let Some(patience) = self.options().patience else {
            return Err(Stop::NotRun(Need::Stages.lacking().to_owned()));
        };
        (self.shared.tell)(&format!(
            "{}: in the portal, Responder Simulator, find callout {callout}: {}. Waiting {} s.",
            self.case,
            stage.buttons(),
            patience.as_secs()
        ));
        let mut waited = Duration::ZERO;
        while waited < patience {
            let read = self.read(callout).await?;
            if stage.is_reached(read.text_at("/callout/status")) {
                return Ok(());
            }
            wait(POLL).await;
            waited += POLL;
        }
        Err(Stop::NotRun(format!(
            "nobody took callout {callout} to `{}` within {} s",
            stage.name(),
            patience.as_secs()
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::Stage;

    #[test]
    fn a_stage_is_known_in_any_case() {
        assert!(Stage::Closed.is_reached("CLOSED"));
        assert!(Stage::Dispatched.is_reached("Responder Dispatched"));
        assert!(!Stage::Closed.is_reached("created"));
    }
}
