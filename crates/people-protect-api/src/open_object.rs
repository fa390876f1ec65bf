//! Objects and values the contract does not know the inside of.

use std::fmt;
use std::ops::{Deref, DerefMut};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// An open JSON object. `Debug` shows how many members it has, not what they are: nobody has
/// said that they may be shown.
///
/// ```
/// use people_protect_api::OpenObject;
///
/// let open: OpenObject = serde_json::from_str(r#"{"name": "planted"}"#).unwrap();
/// assert_eq!(open["name"], "planted");
/// assert_eq!(format!("{open:?}"), "OpenObject(1 member, REDACTED)");
/// ```
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OpenObject(pub Map<String, Value>);

impl Deref for OpenObject {
    type Target = Map<String, Value>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for OpenObject {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl From<Map<String, Value>> for OpenObject {
    fn from(members: Map<String, Value>) -> Self {
        Self(members)
    }
}

impl FromIterator<(String, Value)> for OpenObject {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(members: I) -> Self {
        Self(members.into_iter().collect())
    }
}

impl fmt::Debug for OpenObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.0.len() == 1 { "" } else { "s" };
        write!(f, "OpenObject({} member{plural}, REDACTED)", self.0.len())
    }
}

/// Any JSON value. `Debug` shows its type only: nobody has said that it may be shown.
///
/// ```
/// use people_protect_api::OpenValue;
///
/// let open = OpenValue::from("planted");
/// assert_eq!(open.as_str(), Some("planted"));
/// assert_eq!(format!("{open:?}"), "OpenValue(REDACTED)");
/// ```
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OpenValue(pub Value);

impl<T: Into<Value>> From<T> for OpenValue {
    fn from(value: T) -> Self {
        Self(value.into())
    }
}

impl Deref for OpenValue {
    type Target = Value;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl From<OpenObject> for Value {
    fn from(object: OpenObject) -> Self {
        Value::Object(object.0)
    }
}

impl fmt::Debug for OpenValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OpenValue(REDACTED)")
    }
}
