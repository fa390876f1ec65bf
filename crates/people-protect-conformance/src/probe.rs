//! A contradiction turned into requests: which alternative does the server show?

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use crate::case::{Need, Running, Stop};
use crate::report::ProbeReport;
use crate::session::{Session, locked};

/// One of the alternatives of a contradiction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Side {
    /// What it is called.
    pub name: &'static str,
    /// What to change in the contract if the server takes it; empty for the side taken there.
    pub edit: &'static str,
}

/// A contradiction turned into requests. It never says that a server is wrong.
#[derive(Clone)]
pub struct Probe {
    contradiction: &'static str,
    title: &'static str,
    sides: Vec<Side>,
    needs: &'static [Need],
    run: Arc<dyn Fn(Session) -> Running<Result<String, Stop>> + Send + Sync>,
}

impl fmt::Debug for Probe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Probe")
            .field("contradiction", &self.contradiction)
            .finish_non_exhaustive()
    }
}

impl Probe {
    pub(crate) fn new<F, R, T, const N: usize>(
        contradiction: &'static str,
        title: &'static str,
        sides: [Side; N],
        run: F,
    ) -> Self
    where
        F: Fn(Session) -> R + Send + Sync + 'static,
        R: Future<Output = Result<T, Stop>> + Send + 'static,
        T: Into<String>,
    {
        let run = Arc::new(run);
        Self {
            contradiction,
            title,
            sides: sides.to_vec(),
            needs: &[],
            run: Arc::new(move |session| {
                let run = run.clone();
                Box::pin(async move { run(session).await.map(Into::into) })
            }),
        }
    }

    pub(crate) fn needs(mut self, needs: &'static [Need]) -> Self {
        self.needs = needs;
        self
    }

    /// The contradiction's id.
    #[must_use]
    pub fn contradiction(&self) -> &'static str {
        self.contradiction
    }

    /// What disagrees.
    #[must_use]
    pub fn title(&self) -> &'static str {
        self.title
    }

    /// The alternatives; the first is the one the contract takes.
    #[must_use]
    pub fn sides(&self) -> &[Side] {
        &self.sides
    }

    /// What it cannot do without.
    #[must_use]
    pub fn required(&self) -> &'static [Need] {
        self.needs
    }

    pub(crate) fn runs_alone(&self) -> bool {
        let shared = [
            Need::SecondSource,
            Need::Stages,
            Need::Control,
            Need::Device,
        ];
        self.needs.iter().any(|need| !shared.contains(need))
    }

    pub(crate) fn start(&self, session: Session) -> Running<Result<String, Stop>> {
        (self.run)(session)
    }

    /// What to change in the contract if that was seen.
    pub(crate) fn edit(&self, seen: &str) -> String {
        let known = self.sides.iter().find(|side| side.name == seen);
        known.map_or_else(
            || {
                format!(
                    "describe what was seen at {}: no alternative fits",
                    self.contradiction
                )
            },
            |side| side.edit.to_owned(),
        )
    }

    pub(crate) fn report(&self, session: &Session, outcome: Result<String, Stop>) -> ProbeReport {
        let exchanges = std::mem::take(&mut locked(&session.log).exchanges);
        let (seen, not_run) = match outcome {
            Ok(seen) => (seen, String::new()),
            Err(stop) => (String::new(), stop.to_string()),
        };
        ProbeReport {
            contradiction: self.contradiction.to_owned(),
            title: self.title.to_owned(),
            taken: self
                .sides
                .first()
                .map(|side| side.name.to_owned())
                .unwrap_or_default(),
            edit: match seen.as_str() {
                "" => String::new(),
                seen => self.edit(seen),
            },
            seen,
            not_run,
            exchanges,
        }
    }
}
