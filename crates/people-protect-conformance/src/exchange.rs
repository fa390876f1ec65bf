//! One request and its answer, as a report shows them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::drift::Misfit;

/// One request and its answer, with nothing in it that must not be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Exchange {
    /// The operation's id; empty for a request that is none.
    pub operation: String,
    /// The method.
    pub method: String,
    /// The path below the server, without query.
    pub path: String,
    /// Who asked: `server`, `other source`, `token` or `nobody`.
    pub asked_by: String,
    /// The request's body.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub request: Option<Value>,
    /// The status; absent if no answer came.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub status: Option<u16>,
    /// The content type.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub content_type: Option<String>,
    /// The answer's body. Of what is not JSON, its length only.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub response: Option<Value>,
    /// Why no answer came.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub failed: Option<String>,
    /// Where the answer differs from the contract.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub misfits: Vec<Misfit>,
}

impl Exchange {
    /// `POST /customers -> 201`, for a line of text.
    #[must_use]
    pub fn line(&self) -> String {
        let Self { method, path, .. } = self;
        match (self.status, &self.failed) {
            (Some(status), _) => format!("{method} {path} -> {status}"),
            (None, Some(failed)) => format!("{method} {path} -> {failed}"),
            (None, None) => format!("{method} {path}"),
        }
    }
}
