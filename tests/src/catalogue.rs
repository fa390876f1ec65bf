//! What a test can do with any generated type.

use std::fmt::Debug;

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// One component of the contract and the Rust type generated for it.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The component's name.
    pub name: &'static str,
    /// Reads JSON into the type and shows what `Debug` prints, plain and pretty.
    pub debug: fn(Value) -> serde_json::Result<String>,
    /// Reads JSON into the type and writes it again.
    pub round_trip: fn(Value) -> serde_json::Result<Value>,
    /// The JSON Schema of the type, with everything it refers to.
    pub schema: fn() -> Value,
}

impl Row {
    /// The row of a type.
    #[must_use]
    pub const fn of<T: DeserializeOwned + Serialize + Debug + JsonSchema>(
        name: &'static str,
    ) -> Self {
        Self {
            name,
            debug: |json| {
                serde_json::from_value::<T>(json).map(|value| format!("{value:?}\n{value:#?}"))
            },
            round_trip: |json| serde_json::to_value(serde_json::from_value::<T>(json)?),
            schema: || schemars::schema_for!(T).to_value(),
        }
    }

    /// The row of a component.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Row> {
        crate::TYPES.iter().find(|row| row.name == name)
    }
}
