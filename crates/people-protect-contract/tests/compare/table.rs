//! The table of cases: one small change each, and what it means to whom. The gate that generates both
//! clients of each case reads it too.

use serde::Deserialize;
use serde_json::Value;

/// Where, what it was and what it is; and what that means.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    pub(crate) at: String,
    pub(crate) was: Value,
    pub(crate) is: Value,
    pub(crate) id: String,
    pub(crate) wire: String,
    pub(crate) rust: String,
    pub(crate) why: String,
}

impl Case {
    /// The document as it was and as it is.
    pub(crate) fn documents(&self) -> Result<(Value, Value), String> {
        let base: Value = read(include_str!("base.yaml"))?;
        Ok((
            with(base.clone(), &self.at, &self.was)?,
            with(base, &self.at, &self.is)?,
        ))
    }
}

pub(crate) fn cases() -> Result<Vec<Case>, String> {
    read(include_str!("cases.yaml"))
}

pub(crate) fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_saphyr::from_str(text).map_err(|error| error.to_string())
}

/// The document with something else, or nothing, at a place.
pub(crate) fn with(mut document: Value, at: &str, value: &Value) -> Result<Value, String> {
    let nothing = || format!("{at}: nothing there");
    let (parent, name) = at.rsplit_once('/').ok_or_else(nothing)?;
    let name = name.replace("~1", "/").replace("~0", "~");
    match document.pointer_mut(parent).ok_or_else(nothing)? {
        Value::Object(map) if value.is_null() => drop(map.shift_remove(&name)),
        Value::Object(map) => drop(map.insert(name, value.clone())),
        Value::Array(list) => {
            let index: usize = name.parse().map_err(|error| format!("{at}: {error}"))?;
            match list.get_mut(index) {
                _ if value.is_null() => list.truncate(index),
                Some(there) => *there = value.clone(),
                None => list.push(value.clone()),
            }
        }
        _ => return Err(format!("{at}: neither a map nor a list")),
    }
    Ok(document)
}
