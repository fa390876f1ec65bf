//! The whole state as one JSON document, out and in.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::body;
use crate::problem::Problem;
use crate::state::State;

/// The form of the document, and of what a state file keeps. It changes when older ones no longer
/// fit.
pub(crate) const VERSION: u32 = 1;

/// The document. The journal of requests is no part of it: it tells of this run.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document<S> {
    version: u32,
    now: Timestamp,
    state: S,
}

impl App {
    /// Everything, personal data and secrets included.
    pub(crate) fn export(&self) -> Result<Vec<u8>, Problem> {
        let mut held = self.lock();
        // Faults count without changing the state.
        self.mirror(&mut held);
        let document = Document {
            version: VERSION,
            now: held.now(),
            state: &held.state,
        };
        serde_json::to_vec(&document).map_err(|_| Problem::defect())
    }

    /// Takes a document's state in place of its own; or changes nothing and says at which place the
    /// document does not fit. The clock goes on from the document's time.
    pub(crate) fn import(&self, document: &[u8]) -> Result<(), Problem> {
        let Document {
            version,
            now: then,
            mut state,
        } = body::read::<Document<State>>(document)?;
        if version != VERSION {
            return Err(Problem::bad_request(format!(
                "`version` is {version}: this simulator reads version {VERSION}; export the state again with this version"
            )));
        }
        state.check(&self.setup.sources).map_err(|misfit| {
            Problem::bad_request(format!("`state.{}` {}", misfit.place, misfit.why))
        })?;
        state.reindex();
        self.change(|held, _| {
            state.advanced_ms = then
                .as_millisecond()
                .saturating_sub(held.base.as_millisecond());
            self.faults.replace(state.faults.clone());
            self.drifts.replace(state.drift.clone());
            held.replace(state);
        });
        Ok(())
    }
}
