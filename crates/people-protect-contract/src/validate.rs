//! Whether a body fits the contract, and where it does not.

mod dialect;
mod exchange;
mod schemas;
mod unknown;
mod violation;

use std::collections::HashMap;
use std::fmt;

use serde_json::Value;

use self::exchange::{Exchange, Place};
use self::schemas::Schemas;
pub use self::violation::{Violation, ViolationKind};
use crate::contract::Contract;

/// How strictly a body is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Fields the contract does not name are allowed, as for a tolerant client.
    Open,
    /// Every such field is reported, at any depth. An object without `properties`, and a map with
    /// a schema for its values, stay open in this mode too: the contract names no fields there.
    Closed,
}

/// A body as it came over the wire.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Body<'a> {
    /// JSON that parsed.
    Json(&'a Value),
    /// Anything else that is not empty.
    Text(&'a str),
    /// Nothing.
    Empty,
}

impl<'a> From<&'a Value> for Body<'a> {
    fn from(value: &'a Value) -> Self {
        Self::Json(value)
    }
}

/// An operation or a schema was asked for that the contract does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotInContract {
    what: &'static str,
    name: String,
}

impl NotInContract {
    /// The name that was asked for.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for NotInContract {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, name } = self;
        write!(
            f,
            "the contract has no {what} `{name}`; check the spelling, case counts"
        )
    }
}

impl std::error::Error for NotInContract {}

/// A contract whose schemas cannot be used for validation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnusableSchema {
    pointer: String,
    message: String,
}

impl UnusableSchema {
    /// Where the schema stands.
    #[must_use]
    pub fn pointer(&self) -> &str {
        &self.pointer
    }
}

impl fmt::Display for UnusableSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pointer, message } = self;
        write!(
            f,
            "{pointer}: {message}; mend this schema, then validate again"
        )
    }
}

impl std::error::Error for UnusableSchema {}

/// Judges requests and responses against a contract.
///
/// It owns what it needs, is `Send + Sync`, and compiles each schema once, on first use.
///
/// ```
/// use people_protect_contract::{Body, Contract, Mode, Validator, ViolationKind};
/// use serde_json::json;
///
/// let contract = Contract::from_value(
///     json!({
///         "openapi": "3.0.3",
///         "info": {"title": "Things", "version": "1"},
///         "paths": {"/things": {"get": {"operationId": "get_thing", "responses": {"200": {
///             "description": "A thing",
///             "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}
///         }}}}},
///         "components": {"schemas": {"Thing": {
///             "type": "object",
///             "required": ["id"],
///             "properties": {"id": {"type": "integer"}}
///         }}}
///     }),
///     "things",
/// )?;
/// let validator = Validator::new(&contract)?;
/// let body = json!({"id": 1, "new": true});
/// let json = Some("application/json; charset=utf-8");
/// assert!(validator.response("get_thing", 200, json, &body, Mode::Open)?.is_empty());
///
/// let drift = validator.response("get_thing", 200, json, &body, Mode::Closed)?;
/// assert_eq!(drift[0].kind, ViolationKind::UnknownField);
/// assert_eq!(drift[0].instance_path, "/new");
///
/// let gone = validator.response("get_thing", 410, None, Body::Empty, Mode::Open)?;
/// assert_eq!(gone[0].kind, ViolationKind::UndocumentedStatus);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Validator {
    exchanges: HashMap<String, Exchange>,
    schemas: Schemas,
}

impl fmt::Debug for Validator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Validator")
            .field("operations", &self.exchanges.len())
            .finish_non_exhaustive()
    }
}

impl Validator {
    /// Prepares a contract for validation.
    ///
    /// # Errors
    ///
    /// A reference leads nowhere or out of the document, or a pattern is no regular expression.
    pub fn new(contract: &Contract) -> Result<Self, UnusableSchema> {
        let exchanges = exchange::all(contract);
        let schemas = Schemas::new(contract, exchanges.values())?;
        Ok(Self { exchanges, schemas })
    }

    /// Judges a request body. `content_type` is compared without parameters and case; `None`
    /// means unknown and is not held against the request.
    ///
    /// # Errors
    ///
    /// The contract has no such operation.
    pub fn request<'b>(
        &self,
        operation: &str,
        content_type: Option<&str>,
        body: impl Into<Body<'b>>,
        mode: Mode,
    ) -> Result<Vec<Violation>, NotInContract> {
        let exchange = self.exchange(operation)?;
        let body = body.into();
        Ok(match &exchange.request {
            None if is_empty(body) => Vec::new(),
            None => vec![Violation::unexpected_body("the request")],
            Some(_) if is_empty(body) && !exchange.request_required => Vec::new(),
            Some(place) => self.judge(place, content_type, body, mode),
        })
    }

    /// Judges a response. The status is looked up exactly first, then as `2XX`, then as `default`;
    /// `content_type` is treated as in [`Validator::request`].
    ///
    /// # Errors
    ///
    /// The contract has no such operation.
    pub fn response<'b>(
        &self,
        operation: &str,
        status: u16,
        content_type: Option<&str>,
        body: impl Into<Body<'b>>,
        mode: Mode,
    ) -> Result<Vec<Violation>, NotInContract> {
        let exchange = self.exchange(operation)?;
        let body = body.into();
        let Some(place) = exchange.response(status) else {
            let known = exchange.statuses();
            return Ok(vec![Violation::undocumented_status(status, &known)]);
        };
        if place.media.is_empty() {
            return Ok(match is_empty(body) {
                true => Vec::new(),
                false => vec![Violation::unexpected_body(&format!("status {status}"))],
            });
        }
        if exchange.bodiless {
            return Ok(Vec::new());
        }
        Ok(self.judge(place, content_type, body, mode))
    }

    /// Judges a value against a schema component.
    ///
    /// # Errors
    ///
    /// The contract has no such component.
    pub fn schema(
        &self,
        name: &str,
        value: &Value,
        mode: Mode,
    ) -> Result<Vec<Violation>, NotInContract> {
        let pointer = crate::pointer::join("/components/schemas", name);
        if !self.schemas.has(&pointer) {
            return Err(NotInContract {
                what: "schema",
                name: name.to_owned(),
            });
        }
        Ok(self.schemas.judge(&pointer, value, mode))
    }

    /// Judges a value against the schema a media type of the contract leads to.
    pub(crate) fn at(&self, pointer: &str, value: &Value, mode: Mode) -> Vec<Violation> {
        self.schemas.judge(pointer, value, mode)
    }

    /// Judges a value against any schema of the contract, however deep, in open mode.
    pub(crate) fn inner(&self, pointer: &str, value: &Value) -> Vec<Violation> {
        self.schemas.judge_inner(pointer, value)
    }

    fn exchange(&self, operation: &str) -> Result<&Exchange, NotInContract> {
        self.exchanges.get(operation).ok_or_else(|| NotInContract {
            what: "operation",
            name: operation.to_owned(),
        })
    }

    fn judge(
        &self,
        place: &Place,
        content_type: Option<&str>,
        body: Body<'_>,
        mode: Mode,
    ) -> Vec<Violation> {
        if is_empty(body) {
            return vec![Violation::missing_body(&place.media_types())];
        }
        let Some(media) = place.media_for(content_type) else {
            let given = content_type.unwrap_or("an unknown content type");
            return vec![Violation::undocumented_media_type(
                given,
                &place.media_types(),
            )];
        };
        match (body, &media.schema) {
            (Body::Json(value), Some(pointer)) if media.structured => {
                self.schemas.judge(pointer, value, mode)
            }
            (Body::Text(_), _) if media.json => vec![Violation::not_json()],
            _ => Vec::new(),
        }
    }
}

fn is_empty(body: Body<'_>) -> bool {
    matches!(body, Body::Empty | Body::Text(""))
}

#[cfg(test)]
mod tests;
