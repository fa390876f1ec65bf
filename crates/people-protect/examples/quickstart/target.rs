//! Where the quickstart runs, and who plays the responder there.

use std::time::Duration;

use people_protect::{
    CalloutId, Credentials, Environment, Pace, PeopleProtect, Stage, TrackingUrl,
};
use people_protect_simulator::{Simulator, Stage as Played};

use super::arguments::Arguments;
use super::flow::Outcome;

/// Quick enough to watch, slow enough to see each step.
const SIMULATOR_PACE: Duration = Duration::from_millis(250);

pub(crate) struct Target {
    environment: Environment,
    credentials: Credentials,
    simulator: Option<Simulator>,
}

impl Target {
    /// The simulator if nothing is set, else what is set.
    pub(crate) async fn choose(
        arguments: &Arguments,
        lookup: impl Fn(&str) -> Option<String>,
    ) -> Outcome<Self> {
        let names = ["AURA_CLIENT_ID", "AURA_CLIENT_SECRET", "AURA_ENVIRONMENT"];
        let set = |name: &&str| lookup(name).is_some_and(|value| !value.trim().is_empty());
        if arguments.simulator || !names.iter().any(set) {
            return Self::simulator().await;
        }
        let credentials = Credentials::from_lookup(&lookup)?;
        let environment = match lookup("AURA_ENVIRONMENT") {
            Some(text) if !text.trim().is_empty() => text.parse()?,
            _ => Environment::Staging,
        };
        // The host decides: another port or a path before the API's is production all the same.
        if host(&environment) == host(&Environment::Production) {
            return Err("the quickstart does not run against production: a callout there sends real responders; set AURA_ENVIRONMENT to staging".into());
        }
        Ok(Self {
            environment,
            credentials,
            simulator: None,
        })
    }

    async fn simulator() -> Outcome<Self> {
        let simulator = Simulator::start().await?;
        let known = simulator.credentials();
        Ok(Self {
            environment: Environment::custom(&simulator.api_url())?,
            credentials: Credentials::new(known.client_id(), known.client_secret().reveal())?,
            simulator: Some(simulator),
        })
    }

    pub(crate) fn is_simulator(&self) -> bool {
        self.simulator.is_some()
    }

    pub(crate) fn description(&self) -> String {
        match &self.simulator {
            Some(simulator) => format!("simulator at {}", simulator.api_url()),
            None => self.environment.to_string(),
        }
    }

    pub(crate) fn client(&self, arguments: &Arguments) -> Outcome<PeopleProtect> {
        let mut builder =
            PeopleProtect::builder(self.environment.clone(), self.credentials.clone())
                .with_user_agent("quickstart");
        if let Some(id) = arguments.test_classification {
            builder = builder.with_test_classification(id);
        }
        Ok(builder.build()?)
    }

    /// AURA asks for 5 to 20 seconds between reads (R61), and gets 10; only a simulator on the own
    /// machine is read more often.
    pub(crate) fn pace(&self) -> Pace {
        Pace::for_simulator(SIMULATOR_PACE)
    }

    /// Opens the tracking page if it is the simulator's; a real one is for the customer to open.
    pub(crate) async fn open(&self, link: &TrackingUrl) -> Outcome<&'static str> {
        if self.simulator.is_none() {
            return Ok("");
        }
        let response = local_http()?
            .get(link.reveal())
            .send()
            .await
            // The error would show the link.
            .map_err(reqwest::Error::without_url)?;
        let status = response.status();
        let page = response.text().await.map_err(reqwest::Error::without_url)?;
        if !status.is_success() || !page.contains("</html>") {
            return Err(format!("the tracking page did not open: HTTP {status}").into());
        }
        Ok("opens: ")
    }

    /// What somebody has to do now, if nobody plays the responder here.
    pub(crate) fn what_to_do(&self, callout: CalloutId) -> Option<String> {
        if self.simulator.is_some() {
            return None;
        }
        Some(format!(
            "Now drive callout {callout} in the portal's Responder Simulator: dispatch, arrive, \
             complete, close.\nCtrl-C stops watching; the callout stays active then."
        ))
    }

    /// Plays the responder's next move after a stage was seen.
    pub(crate) fn act(&self, callout: CalloutId, seen: &Stage) -> Outcome<()> {
        let Some(simulator) = &self.simulator else {
            return Ok(());
        };
        let next = match seen {
            Stage::Raised | Stage::Acknowledged => Played::Dispatched,
            Stage::Dispatched => Played::Arrived,
            Stage::Arrived => Played::Completed,
            Stage::Completed => Played::Closed,
            other => return Err(format!("the simulator is at an unexpected stage: {other}").into()),
        };
        Ok(simulator.set_stage(callout.get(), next)?)
    }

    /// Stops the simulator and reports what went wrong inside it.
    pub(crate) async fn stop(self) -> Outcome<()> {
        match self.simulator {
            Some(simulator) => Ok(simulator.shutdown().await?),
            None => Ok(()),
        }
    }
}

fn host(environment: &Environment) -> Option<String> {
    let url = reqwest::Url::parse(environment.api_base()).ok()?;
    url.host_str().map(str::to_owned)
}

/// A client for the own machine: no proxy, and no certificates to look for.
fn local_http() -> reqwest::Result<reqwest::Client> {
    let builder = reqwest::Client::builder().no_proxy();
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    let builder = builder.tls_certs_only([]);
    builder.build()
}
