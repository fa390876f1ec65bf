//! Walking a document while knowing what each node is.
//!
//! A key such as `default` or `x-note` means one thing in a schema, another as the name of a
//! property and nothing at all inside an example. The walker keeps the three apart.

use serde_json::Value;

use crate::pointer;

/// What a node of the document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// A schema object.
    Schema,
    /// A map from names to schemas: its keys are names, not keywords.
    SchemaMap,
    /// A list of schemas: `allOf` and its kin.
    SchemaList,
    /// A map from names to other things.
    Names,
    /// Instance data: an example, a default, an enum value, an extension.
    Data,
    /// Any other part of the document.
    Plain,
}

impl Role {
    /// The role of what stands under `key`.
    pub(crate) fn of_child(self, key: &str) -> Self {
        match self {
            Self::Data => Self::Data,
            Self::SchemaMap | Self::SchemaList => Self::Schema,
            Self::Names => Self::Plain,
            _ if key.starts_with("x-") => Self::Data,
            Self::Schema => match key {
                "properties" | "patternProperties" | "$defs" | "definitions"
                | "dependentSchemas" => Self::SchemaMap,
                "items"
                | "additionalProperties"
                | "not"
                | "if"
                | "then"
                | "else"
                | "contains"
                | "propertyNames"
                | "unevaluatedItems"
                | "unevaluatedProperties" => Self::Schema,
                "allOf" | "anyOf" | "oneOf" | "prefixItems" => Self::SchemaList,
                "example" | "examples" | "default" | "enum" | "const" => Self::Data,
                _ => Self::Plain,
            },
            Self::Plain => match key {
                "schema" => Self::Schema,
                "schemas" => Self::SchemaMap,
                "example" | "value" | "default" | "enum" | "security" => Self::Data,
                "examples" | "responses" | "headers" | "content" | "parameters"
                | "requestBodies" | "securitySchemes" | "links" | "callbacks" | "paths"
                | "webhooks" | "pathItems" | "encoding" | "variables" | "scopes" | "mapping" => {
                    Self::Names
                }
                _ => Self::Plain,
            },
        }
    }
}

/// Calls `visit` for the root and everything below it, parents first, with each node's pointer.
pub(crate) fn walk<'a>(root: &'a Value, visit: &mut dyn FnMut(&str, Role, &'a Value)) {
    walk_from(root, "", Role::Plain, visit);
}

/// [`walk`] from a node whose pointer and role are known.
pub(crate) fn walk_from<'a>(
    node: &'a Value,
    pointer: &str,
    role: Role,
    visit: &mut dyn FnMut(&str, Role, &'a Value),
) {
    let mut path = pointer.to_owned();
    step(node, &mut path, role, visit);
}

fn step<'a>(
    node: &'a Value,
    path: &mut String,
    role: Role,
    visit: &mut dyn FnMut(&str, Role, &'a Value),
) {
    visit(path, role, node);
    let length = path.len();
    match node {
        Value::Object(map) => {
            for (key, child) in map {
                path.push('/');
                path.push_str(&pointer::escape(key));
                step(child, path, role.of_child(key), visit);
                path.truncate(length);
            }
        }
        Value::Array(list) => {
            for (index, child) in list.iter().enumerate() {
                path.push('/');
                path.push_str(&index.to_string());
                step(child, path, role.of_item(), visit);
                path.truncate(length);
            }
        }
        _ => {}
    }
}

impl Role {
    /// The role of an item of an array that has this role.
    pub(crate) fn of_item(self) -> Self {
        match self {
            Self::SchemaList => Self::Schema,
            Self::Data => Self::Data,
            // `parameters` is a list in an operation and a map in components.
            _ => Self::Plain,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pointers_with(role: Role, document: &Value) -> Vec<String> {
        let mut found = Vec::new();
        walk(document, &mut |pointer, here, _| {
            if here == role {
                found.push(pointer.to_owned());
            }
        });
        found
    }

    #[test]
    fn schemas_are_found_wherever_openapi_puts_them() {
        let document = json!({
            "paths": {"/a": {"get": {
                "parameters": [{"name": "q", "schema": {"type": "string"}}],
                "responses": {"default": {"content": {"application/json": {
                    "schema": {"type": "array", "items": {"$ref": "#/x"}}
                }}}}
            }}},
            "components": {"schemas": {"A": {"properties": {"default": {"allOf": [{}]}}}}}
        });
        assert_eq!(
            pointers_with(Role::Schema, &document),
            [
                "/paths/~1a/get/parameters/0/schema",
                "/paths/~1a/get/responses/default/content/application~1json/schema",
                "/paths/~1a/get/responses/default/content/application~1json/schema/items",
                "/components/schemas/A",
                "/components/schemas/A/properties/default",
                "/components/schemas/A/properties/default/allOf/0",
            ]
        );
    }

    #[test]
    fn nothing_inside_an_example_is_taken_for_a_schema() {
        let document = json!({
            "example": {"schema": {"type": "x"}},
            "examples": {"one": {"value": {"schema": {}}}},
            "components": {"schemas": {"A": {"default": {"items": {}}, "x-y": {"items": {}}}}}
        });
        assert_eq!(
            pointers_with(Role::Schema, &document),
            ["/components/schemas/A"]
        );
    }
}
