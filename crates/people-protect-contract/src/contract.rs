//! The document: read, checked for being OpenAPI 3.0, and kept in source order.

use std::collections::HashMap;
use std::path::Path;

use openapiv3::OpenAPI;
use serde_json::Value;

use crate::error::LoadError;
use crate::operation::{self, Operation};
use crate::{downgrade, pointer, shape, source};

/// An OpenAPI 3.0 document, as JSON in source order and as [`OpenAPI`].
///
/// A 3.1 document is converted while loading; [`Contract::converted`] says what was changed.
///
/// ```
/// use people_protect_contract::Contract;
///
/// let contract = Contract::parse(
///     "
/// openapi: 3.0.3
/// info: {title: Things, version: '1'}
/// paths:
///   /things:
///     get:
///       operationId: list_things
///       responses: {'204': {description: Nothing}}
/// ",
///     "things.yaml",
/// )?;
/// assert_eq!(contract.operations()[0].id, "list_things");
/// # Ok::<(), people_protect_contract::LoadError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Contract {
    name: String,
    value: Value,
    openapi: OpenAPI,
    operations: Vec<Operation>,
    /// Which of them stands at a pointer.
    places: HashMap<String, usize>,
    converted: Vec<String>,
    /// As it was written, where that was 3.1.
    written: Option<Value>,
}

impl Contract {
    /// Reads a `.yaml`, `.yml` or `.json` file; with any other extension the text decides.
    ///
    /// # Errors
    ///
    /// The file cannot be read, is not text, is neither YAML nor JSON, holds more than one
    /// document, is too large, repeats a key, is not OpenAPI 3.0 or a 3.1 that can be converted,
    /// or is not shaped like an OpenAPI document.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, LoadError> {
        let path = path.as_ref();
        let name = path.display().to_string();
        let bytes = std::fs::read(path).map_err(|error| LoadError::read(&name, &error))?;
        Self::parse(source::text(&bytes, &name)?, &name)
    }

    /// Parses a text. `name` stands in messages, and its extension chooses between YAML and JSON.
    ///
    /// # Errors
    ///
    /// As [`Contract::read`], without the file.
    pub fn parse(text: &str, name: &str) -> Result<Self, LoadError> {
        Self::from_value(source::parse(text, name)?, name)
    }

    /// Takes a document that is already a value, for example a rewritten one.
    ///
    /// # Errors
    ///
    /// The value is not OpenAPI 3.0 or a 3.1 that can be converted, or is not shaped like an
    /// OpenAPI document. The error gives the JSON pointer of the smallest part that does not fit.
    pub fn from_value(value: Value, name: &str) -> Result<Self, LoadError> {
        let newer = value
            .get("openapi")
            .and_then(Value::as_str)
            .is_some_and(|version| !version.starts_with("3.0"));
        let written = newer.then(|| value.clone());
        let (value, converted) = downgrade::to_3_0(value, name)?;
        let openapi = shape::check(&value, name)?;
        let operations = Operation::all(&value);
        let place = |(index, operation): (usize, &Operation)| (operation.pointer.clone(), index);
        Ok(Self {
            name: name.to_owned(),
            places: operations.iter().enumerate().map(place).collect(),
            operations,
            value,
            openapi,
            converted,
            written,
        })
    }

    /// The document as JSON, in source order. This is what the lint and the validator look at.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The document as it was written, before any conversion from OpenAPI 3.1.
    #[must_use]
    pub fn written(&self) -> &Value {
        self.written.as_ref().unwrap_or(&self.value)
    }

    /// The document as the generator takes it.
    #[must_use]
    pub fn openapi(&self) -> &OpenAPI {
        &self.openapi
    }

    /// The name it was loaded under.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// `info.version`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.openapi.info.version
    }

    /// Every operation, in document order.
    #[must_use]
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// The operation with this `operationId` (exact; the first if it is not unique).
    #[must_use]
    pub fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }

    /// The operation inside which a JSON pointer lies.
    #[must_use]
    pub fn operation_at(&self, pointer: &str) -> Option<&Operation> {
        // `/paths`, the path, the method.
        let end = pointer.match_indices('/').nth(3);
        let operation = pointer.get(..end.map_or(pointer.len(), |(at, _)| at))?;
        self.operations.get(*self.places.get(operation)?)
    }

    /// The schema component of this name.
    #[must_use]
    pub fn schema(&self, name: &str) -> Option<&Value> {
        self.value.get("components")?.get("schemas")?.get(name)
    }

    /// The node a pointer (`/a/b`) or same-document reference (`#/a/b`) leads to.
    #[must_use]
    pub fn resolve(&self, reference: &str) -> Option<&Value> {
        self.value.pointer(&pointer::from_reference(reference)?)
    }

    /// Follows `$ref` from a node until one that carries none; a node without `$ref` is itself.
    ///
    /// A reference that leads nowhere, or in a circle, ends at the node that carries it.
    #[must_use]
    pub fn follow<'a>(&'a self, node: &'a Value) -> &'a Value {
        operation::follow(&self.value, node)
    }

    /// What the conversion from OpenAPI 3.1 changed, one line each; empty for a 3.0 document.
    #[must_use]
    pub fn converted(&self) -> &[String] {
        &self.converted
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn things() -> Value {
        json!({
            "openapi": "3.0.3",
            "info": {"title": "Things", "version": "7"},
            "paths": {
                "/things": {"get": {"operationId": "list", "responses": {"200": {"description": "d"}}}},
                "/things/{id}": {"get": {"operationId": "get", "responses": {"200": {"description": "d"}}}}
            },
            "components": {"schemas": {
                "A": {"type": "string"}, "B": {"$ref": "#/components/schemas/A"}
            }}
        })
    }

    #[test]
    fn a_contract_answers_by_id_pointer_and_reference() {
        let contract = Contract::from_value(things(), "t").unwrap();
        assert_eq!((contract.name(), contract.version()), ("t", "7"));
        assert_eq!(contract.operation("get").unwrap().path, "/things/{id}");
        assert!(contract.operation("GET").is_none());
        let inside = "/paths/~1things/get/responses/200";
        assert_eq!(contract.operation_at(inside).unwrap().id, "list");
        assert_eq!(
            contract.operation_at("/paths/~1things/get").unwrap().id,
            "list"
        );
        for outside in ["", "/paths/~1things", "/paths/~1things/gets/responses"] {
            assert!(contract.operation_at(outside).is_none(), "{outside}");
        }
        assert_eq!(
            contract.schema("A"),
            contract.resolve("#/components/schemas/A")
        );
        let b = contract.schema("B").unwrap();
        assert_eq!(contract.follow(b), &json!({"type": "string"}));
        assert_eq!(contract.openapi().paths.paths.len(), 2);
        assert!(contract.converted().is_empty());
    }

    #[test]
    fn a_file_is_read_and_a_missing_one_is_named() {
        let error = Contract::read("no/such/file.yaml").unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("no/such/file.yaml: cannot be read"),
            "{error}"
        );
    }
}
