//! A rule turned into requests and an expectation.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use serde::Serialize;

use crate::rule::{Rule, rule};
use crate::session::Session;

/// What a case cannot do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Need {
    /// A second customer source with credentials of its own.
    SecondSource,
    /// A clock that can be moved: a simulator's.
    Clock,
    /// Somebody who takes callouts through their stages: the control surface, or a person at the
    /// Responder Simulator.
    Stages,
    /// A device that is provisioned for the source.
    Device,
    /// What only the control surface of a simulator shows or does.
    Control,
    /// A receiver that the server can reach, and leave to replace the source's webhook.
    Receiver,
    /// Leave to replace all fixed locations of the source by an upload.
    FullSync,
    /// Leave to use up the limit of the customer subscription list.
    RateLimit,
}

impl Need {
    /// What is missing, for people.
    #[must_use]
    pub fn lacking(self) -> &'static str {
        match self {
            Self::SecondSource => {
                "needs a second customer source; set AURA_OTHER_CLIENT_ID and AURA_OTHER_CLIENT_SECRET"
            }
            Self::Clock => "needs a clock that can be moved, which only a simulator has",
            Self::Stages => {
                "needs somebody who drives the stages; give --patience and follow what it says"
            }
            Self::Device => {
                "needs a device that is provisioned and linked to nobody; give --device SERIAL,SUPPLIER"
            }
            Self::Control => "needs the control surface of a simulator",
            Self::Receiver => {
                "replaces the webhook of the source; give --receiver-url and --allow webhook"
            }
            Self::FullSync => {
                "replaces all fixed locations of the source; give --allow full-sync if that is wanted"
            }
            Self::RateLimit => {
                "uses up a limit that others share; give --allow rate-limit if that is wanted"
            }
        }
    }
}

/// Why a case ended before its end.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stop {
    /// The server does not do what the rule says. The text says what was seen, without values.
    Against(String),
    /// What the case stands on could not be had, so it says nothing about its rule.
    NotRun(String),
    /// No answer came, or none that is HTTP.
    Transport(String),
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Against(text) | Self::NotRun(text) | Self::Transport(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for Stop {}

/// What a case comes to.
pub type Outcome = Result<(), Stop>;

pub(crate) type Running<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// A rule turned into requests and an expectation.
///
/// A team adds its own beside the built-in ones:
///
/// ```
/// use people_protect_conformance::{Case, Need, against};
///
/// let case = Case::new("R24", "our response type is known")
///     .steps("list the response types")
///     .expects("`SECURITY` is among them")
///     .run(|session| async move {
///         let types = session.call("list_response_types").send().await?;
///         let known = types.text_at("/responseTypes/0/value") == "SECURITY";
///         if known { Ok(()) } else { against("another type comes first") }
///     });
/// assert_eq!(case.rule(), "R24");
/// assert!(!case.required().contains(&Need::Clock));
/// ```
#[derive(Clone)]
pub struct Case {
    rule: String,
    title: String,
    steps: String,
    expects: String,
    needs: Vec<Need>,
    alone: bool,
    run: Arc<dyn Fn(Session) -> Running<Outcome> + Send + Sync>,
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Case")
            .field("rule", &self.rule)
            .field("title", &self.title)
            .field("needs", &self.needs)
            .finish_non_exhaustive()
    }
}

impl Case {
    /// A case of a rule. Without [`run`](Self::run) it holds without asking anything.
    #[must_use]
    pub fn new(rule: &str, title: &str) -> Self {
        Self {
            rule: rule.to_owned(),
            title: title.to_owned(),
            steps: String::new(),
            expects: String::new(),
            needs: Vec::new(),
            alone: false,
            run: Arc::new(|_| Box::pin(async { Ok(()) })),
        }
    }

    /// What is done, for people.
    #[must_use]
    pub fn steps(mut self, steps: &str) -> Self {
        steps.clone_into(&mut self.steps);
        self
    }

    /// What is expected, for people.
    #[must_use]
    pub fn expects(mut self, expects: &str) -> Self {
        expects.clone_into(&mut self.expects);
        self
    }

    /// What it cannot do without. All but a second source also make it run [alone](Self::alone).
    #[must_use]
    pub fn needs(mut self, needs: &[Need]) -> Self {
        needs.clone_into(&mut self.needs);
        self
    }

    /// It runs while no other case does, as it changes what others stand on.
    #[must_use]
    pub fn alone(mut self) -> Self {
        self.alone = true;
        self
    }

    /// What it does.
    #[must_use]
    pub fn run<F, R>(mut self, run: F) -> Self
    where
        F: Fn(Session) -> R + Send + Sync + 'static,
        R: Future<Output = Outcome> + Send + 'static,
    {
        self.run = Arc::new(move |session| Box::pin(run(session)));
        self
    }

    /// The id of its rule.
    #[must_use]
    pub fn rule(&self) -> &str {
        &self.rule
    }

    /// What it is called.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What is done, for people.
    #[must_use]
    pub fn described_steps(&self) -> &str {
        &self.steps
    }

    /// What is expected, for people.
    #[must_use]
    pub fn expectation(&self) -> &str {
        &self.expects
    }

    /// What it cannot do without.
    #[must_use]
    pub fn required(&self) -> &[Need] {
        &self.needs
    }

    /// The row of the rule, if it is one of ours.
    #[must_use]
    pub fn row(&self) -> Option<&'static Rule> {
        rule(&self.rule)
    }

    /// Whether it runs while no other does.
    #[must_use]
    pub fn runs_alone(&self) -> bool {
        let shared = [
            Need::SecondSource,
            Need::Stages,
            Need::Control,
            Need::Device,
        ];
        self.alone || self.needs.iter().any(|need| !shared.contains(need))
    }

    pub(crate) fn start(&self, session: Session) -> Running<Outcome> {
        (self.run)(session)
    }
}

/// Ends a case: the server does not do what the rule says.
///
/// # Errors
///
/// Always; it is meant for the end of a case.
pub fn against<T>(seen: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Against(seen.into()))
}

/// Goes on if it is so, and ends the case if not.
///
/// # Errors
///
/// [`Stop::Against`] if it is not so.
pub fn expect(so: bool, otherwise: impl FnOnce() -> String) -> Outcome {
    if so { Ok(()) } else { against(otherwise()) }
}
