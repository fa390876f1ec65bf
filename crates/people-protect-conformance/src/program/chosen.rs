//! What a person asked for on the command line.

use std::time::Duration;

use crate::{Grade, Need, Options, Run, Source, Target};
use clap::{Args, ValueEnum};

/// What to run.
#[derive(Debug, Args)]
pub(crate) struct Chosen {
    /// Only rules, contradictions or `sweep`; `*` stands for anything. May be given several times.
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    only: Vec<String>,
    /// Only rules and contradictions about operations with this tag of the contract.
    #[arg(long)]
    tag: Option<String>,
    /// Only rules of these grades, such as S,W.
    #[arg(long, value_delimiter = ',', value_name = "GRADES")]
    grade: Vec<Grade>,
}

impl Chosen {
    pub(crate) fn run(&self) -> Result<Run, String> {
        let mut run = Run::new();
        if !self.only.is_empty() {
            let patterns: Vec<&str> = self.only.iter().map(String::as_str).collect();
            run = run.only(&patterns);
        }
        if let Some(tag) = &self.tag {
            run = run.tagged(tag);
        }
        if !self.grade.is_empty() {
            run = run.graded(&self.grade);
        }
        Ok(run)
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Leave {
    /// Replace the source's webhook.
    Webhook,
    /// Replace all fixed locations of the source.
    FullSync,
    /// Use up the limit of the customer subscription list.
    RateLimit,
}

/// Whom to ask, and how.
#[derive(Debug, Args)]
pub(crate) struct Server {
    /// `staging`, or the address of an API such as http://127.0.0.1:4010/panic-api/v2. Without it a
    /// simulator is started. Production is refused.
    #[arg(long, value_name = "TARGET")]
    target: Option<String>,
    /// Consent to register customers and raise callouts at a server that is not this machine.
    #[arg(long)]
    yes_staging: bool,
    /// The control surface of a simulator, if it is not at /_simulator of the target.
    #[arg(long, value_name = "URL")]
    control: Option<String>,
    /// The base of the two CSV routes, if it is not /v1 at the target's host.
    #[arg(long, value_name = "URL")]
    csv: Option<String>,
    /// How many cases run at once.
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=256))]
    concurrency: u16,
    /// Seconds that one answer may take.
    #[arg(long, default_value_t = 10, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=600))]
    timeout: u64,
    /// What mobiles and references follow from. At a server that is not this machine any number
    /// unless it is given, as customers of an earlier run may still be there.
    #[arg(long)]
    seed: Option<u64>,
    /// `calloutClassificationId` of what is raised: a test classification, if the source has one.
    #[arg(long, default_value_t = 1)]
    classification: i64,
    /// `calloutClassificationId` where a live callout is meant to be refused.
    #[arg(long, default_value_t = 1)]
    live_classification: i64,
    /// Seconds to wait for a person who drives the stages in the portal.
    #[arg(long, value_name = "SECONDS")]
    patience: Option<u64>,
    /// Seconds to wait for a webhook.
    #[arg(long, default_value_t = 10, value_name = "SECONDS")]
    settle: u64,
    /// What the receiver's address begins with, as the server can reach it (https).
    #[arg(long, value_name = "URL")]
    receiver_url: Option<String>,
    /// Where the receiver listens.
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS")]
    receiver_listen: String,
    /// Leave for what changes more than the run's own customers.
    #[arg(long, value_enum, value_delimiter = ',')]
    allow: Vec<Leave>,
    /// Serial and supplier of a device that is provisioned and linked to nobody.
    #[arg(long, value_name = "SERIAL,SUPPLIER")]
    device: Option<String>,
    /// A type of scheduled service of the source.
    #[arg(long, default_value = "guarding")]
    service: String,
}

impl Server {
    pub(crate) fn seed(&self) -> u64 {
        self.seed.unwrap_or_default()
    }

    pub(crate) async fn target(&self) -> Result<(Target, Options), String> {
        let target = match &self.target {
            None => Target::embedded(self.seed(), |simulator| simulator).await,
            Some(address) => self.at(address).await,
        };
        let target = target.map_err(|error| error.to_string())?;
        let mut options = Options {
            concurrency: usize::from(self.concurrency),
            timeout: Duration::from_secs(self.timeout),
            ..Options::default()
        };
        options.seed = match self.seed {
            Some(seed) => seed,
            None if target.has_own_world() => 0,
            None => fastrand::u64(..),
        };
        options.classification = self.classification;
        options.live_classification = self.live_classification;
        options.patience = self.patience.map(Duration::from_secs);
        options.settle = Duration::from_secs(self.settle);
        options.receiver_url.clone_from(&self.receiver_url);
        options.receiver_listen.clone_from(&self.receiver_listen);
        options.allow = self
            .allow
            .iter()
            .map(|leave| match leave {
                Leave::Webhook => Need::Receiver,
                Leave::FullSync => Need::FullSync,
                Leave::RateLimit => Need::RateLimit,
            })
            .collect();
        options.device = match &self.device {
            None => None,
            Some(text) => match text.split_once(',') {
                Some((serial, supplier)) => Some((serial.to_owned(), supplier.to_owned())),
                None => return Err("--device takes SERIAL,SUPPLIER".to_owned()),
            },
        };
        options.service.clone_from(&self.service);
        Ok((target, options))
    }

    async fn at(&self, address: &str) -> Result<Target, crate::Refused> {
        let given = |id: &str, secret: &str| {
            let value = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
            Some(Source::new(value(id)?, value(secret)?))
        };
        let target = Target::found(
            address,
            self.control.clone(),
            given("AURA_CLIENT_ID", "AURA_CLIENT_SECRET"),
            given("AURA_OTHER_CLIENT_ID", "AURA_OTHER_CLIENT_SECRET"),
            self.yes_staging,
        )
        .await?;
        Ok(match &self.csv {
            Some(base) => target.with_csv(base),
            None => target,
        })
    }
}
