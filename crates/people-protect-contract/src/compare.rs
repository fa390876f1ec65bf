//! What a changed document breaks: on the wire, for kinder readers, and in generated Rust.
//!
//! The wire verdict asks: would a client that was built from the old document, and that takes it at
//! its word, still work against a server that follows the new one? So requests may only widen and
//! responses may only narrow. It looks at what documents mean, not at how they are written:
//! references, `allOf` of one, the order of keys and texts make no difference.
//!
//! ```
//! use people_protect_contract::{Contract, compare};
//!
//! let document = |required: &str| {
//!     let text = format!(
//!         "
//! openapi: 3.0.3
//! info: {{title: Things, version: '1'}}
//! paths:
//!   /things:
//!     get:
//!       operationId: list_things
//!       parameters: [{{name: kind, in: query, required: {required}, schema: {{type: string}}}}]
//!       responses: {{'204': {{description: Nothing}}}}
//! "
//!     );
//!     Contract::parse(&text, "things.yaml")
//! };
//! let found = compare::compare(&document("false")?, &document("true")?);
//! assert_eq!(found.wire(), Some(compare::Wire::Breaking));
//! assert_eq!(found.changes()[0].id, "request-parameter-became-required");
//! assert_eq!(found.changes()[0].operations, ["GET /things"]);
//! # Ok::<(), people_protect_contract::LoadError>(())
//! ```

use std::path::Path;

mod accepted;
mod bounds;
mod change;
mod discriminator;
mod heirs;
mod line;
mod made;
mod meaning;
mod media;
mod more;
mod node;
mod notes;
mod operations;
mod parameters;
mod report;
mod responses;
mod schema;
mod security;
mod seen;
mod servers;
mod union;

pub use self::accepted::{Accepted, Stale};
pub use self::change::{Change, Comparison, Direction, Places, Rust, Wire};
use self::notes::Notes;
pub use self::report::{Format, Threshold, Written};
pub use self::seen::Seen;
use crate::contract::Contract;
use crate::error::LoadError;
use crate::source;
use serde_json::Value;

/// Reads a document to be compared: YAML or JSON, OpenAPI 3.0 or 3.1. It is not checked further, as a
/// document that other tools accept is to be compared whatever else it lacks.
///
/// # Errors
///
/// The file cannot be read, is neither YAML nor JSON, repeats a key, is too large, or does not say
/// that it is OpenAPI 3.
pub fn read(path: impl AsRef<Path>) -> Result<Value, LoadError> {
    let path = path.as_ref();
    let name = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|error| LoadError::read(&name, &error))?;
    parse(source::text(&bytes, &name)?, &name)
}

/// Reads a document from a text. `name` stands in messages, and its extension chooses between YAML and
/// JSON.
///
/// # Errors
///
/// As [`read`], without the file.
pub fn parse(text: &str, name: &str) -> Result<Value, LoadError> {
    let value = source::parse(text, name)?;
    let version = value.get("openapi").and_then(Value::as_str);
    if version.is_some_and(|version| version.starts_with("3.")) {
        return Ok(value);
    }
    let (message, hint) = match value.get("swagger").is_some() {
        true => (
            "is Swagger 2.0, not OpenAPI 3",
            "convert it, for example with swagger2openapi",
        ),
        false => (
            "has no `openapi: 3.0.x` or `3.1.x`",
            "give an OpenAPI document of one of these versions",
        ),
    };
    Err(LoadError::unsupported(name, "", message, hint))
}

/// Compares two documents. Either may have been written as OpenAPI 3.1.
///
/// Changes come breaking ones first, then by operation. The same document twice gives none.
#[must_use]
pub fn compare(old: &Contract, new: &Contract) -> Comparison {
    compare_values(old.written(), new.written())
}

/// The same for documents that are values already, and need not be without fault: what is not
/// understood is passed over.
#[must_use]
pub fn compare_values(old: &Value, new: &Value) -> Comparison {
    let mut notes = Notes::new(old, new);
    operations::compare(&mut notes);
    schema::drain(&mut notes);
    notes.finish()
}
