//! Drift: answers whose shape is not the documented one, to check whoever checks shapes.
//!
//! The operation itself is as ever; what changes is how its answer goes out. Only answers that say
//! success are changed.

mod edit;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Response, StatusCode};
use people_protect_api::Operation;
use serde::{Deserialize, Serialize};

use self::edit::Edit;
pub use self::edit::JsonType;
use crate::answer::Answer;
use crate::error::{Error, ErrorKind};
use crate::server::respond;

/// One change to the successful answers of one operation.
///
/// A pointer is a JSON pointer in which `*` stands for every item of a list.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), people_protect_simulator::Error> {
/// use people_protect_simulator::{Drift, JsonType, Simulator};
///
/// let simulator = Simulator::builder()
///     .drift(Drift::drop_field("create_customer_callout", "/callout/url"))
///     .start()
///     .await?;
/// simulator.add_drift(Drift::retype_field("get_callout", "/callout/id", JsonType::String))?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[must_use]
pub struct Drift {
    operation: String,
    edit: Edit,
}

impl Drift {
    fn new(operation: impl Into<String>, edit: Edit) -> Self {
        let operation = operation.into();
        Self { operation, edit }
    }

    /// A field is not there.
    pub fn drop_field(operation: impl Into<String>, pointer: impl Into<String>) -> Self {
        Self::new(operation, Edit::Drop(pointer.into()))
    }

    /// A field has another name.
    pub fn rename_field(
        operation: impl Into<String>,
        pointer: impl Into<String>,
        to: impl Into<String>,
    ) -> Self {
        let (pointer, to) = (pointer.into(), to.into());
        Self::new(operation, Edit::Rename { pointer, to })
    }

    /// A value has another type.
    pub fn retype_field(
        operation: impl Into<String>,
        pointer: impl Into<String>,
        to: JsonType,
    ) -> Self {
        let pointer = pointer.into();
        Self::new(operation, Edit::Retype { pointer, to })
    }

    /// The object at the pointer has one field more.
    pub fn add_field(
        operation: impl Into<String>,
        pointer: impl Into<String>,
        name: impl Into<String>,
        value: serde_json::Value,
    ) -> Self {
        let (pointer, name) = (pointer.into(), name.into());
        let edit = Edit::Add {
            pointer,
            name,
            value,
        };
        Self::new(operation, edit)
    }

    /// The status is another.
    pub fn status(operation: impl Into<String>, status: u16) -> Self {
        Self::new(operation, Edit::Status(status))
    }

    /// The content type is another; the body is as ever.
    pub fn media_type(operation: impl Into<String>, media: impl Into<String>) -> Self {
        Self::new(operation, Edit::MediaType(media.into()))
    }

    /// Whether it may be set at all.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if Operation::find(&self.operation).is_none() {
            return Err(refused(
                "`operation` must be the id of an operation, such as `get_callout`",
            ));
        }
        self.edit.check().map_err(refused)
    }
}

fn refused(text: impl Into<String>) -> Error {
    Error::new(ErrorKind::DriftRefused, text.into())
}

/// What a simulator was told to answer otherwise.
#[derive(Debug, Default)]
pub(crate) struct Drifts {
    /// Spares the lock for the many simulators without drift.
    any: AtomicBool,
    /// Counts the changes, so that the state takes them up only when there are any.
    version: AtomicU64,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    /// What the simulator was started with and goes back to.
    started: Vec<Drift>,
    set: Vec<Drift>,
}

impl Drifts {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn changed(&self, held: &Held) {
        self.any.store(!held.set.is_empty(), Ordering::Release);
        self.version.fetch_add(1, Ordering::AcqRel);
    }

    /// What is set, if that changed since the version that was seen last.
    pub(crate) fn newer_than(&self, seen: &mut u64) -> Option<Vec<Drift>> {
        if self.version.load(Ordering::Acquire) == *seen {
            return None;
        }
        let held = self.held();
        *seen = self.version.load(Ordering::Acquire);
        Some(held.set.clone())
    }

    /// Sets what was kept in place of what is set.
    pub(crate) fn replace(&self, kept: Vec<Drift>) {
        let mut held = self.held();
        held.set = kept;
        self.changed(&held);
    }

    /// Goes on with what was kept, and with what was given at the start and is not among it.
    pub(crate) fn go_on_with(&self, mut kept: Vec<Drift>) {
        for started in self.held().started.clone() {
            if !kept.contains(&started) {
                kept.push(started);
            }
        }
        self.replace(kept);
    }

    /// Sets what a simulator starts with and goes back to.
    pub(crate) fn start_with(&self, drifts: Vec<Drift>) -> Result<(), Error> {
        drifts.iter().try_for_each(Drift::check)?;
        self.held().started = drifts;
        self.reset();
        Ok(())
    }

    /// Goes back to what was given at the start.
    pub(crate) fn reset(&self) {
        let mut held = self.held();
        held.set = held.started.clone();
        self.changed(&held);
    }

    pub(crate) fn add(&self, drift: Drift) -> Result<(), Error> {
        drift.check()?;
        let mut held = self.held();
        held.set.push(drift);
        self.changed(&held);
        Ok(())
    }

    /// Removes all, also those given at the start; a reset brings these back.
    pub(crate) fn clear(&self) {
        let mut held = self.held();
        held.set.clear();
        self.changed(&held);
    }

    pub(crate) fn list(&self) -> Vec<Drift> {
        self.held().set.clone()
    }

    /// The answer of an operation as it goes out.
    pub(crate) fn respond(&self, operation: &str, mut answer: Answer) -> Response<Body> {
        if !self.any.load(Ordering::Acquire) || !answer.status.is_success() {
            return respond(answer);
        }
        let mut media = None;
        for drift in &self.held().set {
            if drift.operation != operation {
                continue;
            }
            match &drift.edit {
                // Both were checked when they were set.
                Edit::Status(status) => {
                    answer.status = StatusCode::from_u16(*status).unwrap_or(answer.status);
                }
                Edit::MediaType(text) => media = HeaderValue::from_str(text).ok(),
                edit => edit.apply(&mut answer.body),
            }
        }
        let mut response = respond(answer);
        if let Some(media) = media {
            response.headers_mut().insert(CONTENT_TYPE, media);
        }
        response
    }
}
