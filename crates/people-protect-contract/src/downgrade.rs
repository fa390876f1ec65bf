//! From OpenAPI 3.1 to 3.0, or a refusal that names the construct.
//!
//! Only what keeps its meaning is converted. What 3.0 cannot say is refused rather than dropped,
//! unless it has no bearing on messages (`webhooks`, `jsonSchemaDialect`, an SPDX identifier).

mod schema;

use serde_json::{Map, Value, json};

use crate::error::LoadError;
use crate::operation::METHODS;
use crate::pointer::{escape, join};
use crate::walk::Role;

/// Collects what was changed and knows the document's name for refusals.
struct Converter<'n> {
    name: &'n str,
    notes: Vec<String>,
}

impl Converter<'_> {
    fn note(&mut self, pointer: &str, what: &str) {
        self.notes.push(format!("{pointer}: {what}"));
    }

    fn refuse(&self, pointer: &str, what: &str) -> LoadError {
        LoadError::unsupported(
            self.name,
            pointer,
            format!("uses {what}, which OpenAPI 3.0 cannot express"),
            "rewrite this place by hand for 3.0 and load the document again",
        )
    }
}

/// Takes 3.0 as it is, converts 3.1, refuses the rest. The notes list every change.
pub(crate) fn to_3_0(mut document: Value, name: &str) -> Result<(Value, Vec<String>), LoadError> {
    let version = match (document.get("openapi"), document.get("swagger")) {
        (Some(Value::String(version)), _) => version.clone(),
        (Some(other), _) => {
            return Err(LoadError::unsupported(
                name,
                "/openapi",
                format!("the version is {other}, not a string"),
                "write openapi: \"3.0.3\" in quotes",
            ));
        }
        (None, Some(_)) => {
            return Err(LoadError::unsupported(
                name,
                "/swagger",
                "is a Swagger 2 document",
                "convert it to OpenAPI 3.0 first, for example with swagger2openapi",
            ));
        }
        (None, None) => {
            return Err(LoadError::unsupported(
                name,
                "",
                "is no OpenAPI document: the key `openapi` is missing",
                "give a document that starts with openapi: 3.0.3",
            ));
        }
    };
    if version.starts_with("3.0.") {
        return Ok((document, Vec::new()));
    }
    if version != "3.1" && !version.starts_with("3.1.") {
        return Err(LoadError::unsupported(
            name,
            "/openapi",
            format!("the OpenAPI version is {version}"),
            "only 3.0 is taken, and 3.1 where it can be converted",
        ));
    }
    let mut converter = Converter {
        name,
        notes: Vec::new(),
    };
    converter.root(&mut document)?;
    let mut pointer = String::new();
    converter.node(&mut document, &mut pointer, Role::Plain)?;
    Ok((document, converter.notes))
}

impl Converter<'_> {
    fn root(&mut self, document: &mut Value) -> Result<(), LoadError> {
        document["openapi"] = json!("3.0.3");
        self.note("/openapi", "3.1 read as 3.0.3");
        let Some(root) = document.as_object_mut() else {
            return Ok(());
        };
        for key in ["webhooks", "jsonSchemaDialect"] {
            self.drop_key(root, "", key);
        }
        if let Some(info) = root.get_mut("info").and_then(Value::as_object_mut) {
            self.drop_key(info, "/info", "summary");
            if let Some(license) = info.get_mut("license").and_then(Value::as_object_mut) {
                self.drop_key(license, "/info/license", "identifier");
            }
        }
        if !root.contains_key("paths") {
            root.insert("paths".to_owned(), json!({}));
            self.note("/paths", "absent in 3.1, empty here");
        }
        self.security_schemes(root)?;
        self.path_items(root)
    }

    fn security_schemes(&self, root: &Map<String, Value>) -> Result<(), LoadError> {
        let schemes = root
            .get("components")
            .and_then(|components| components.get("securitySchemes"))
            .and_then(Value::as_object);
        for (name, scheme) in schemes.into_iter().flatten() {
            if scheme.get("type").and_then(Value::as_str) == Some("mutualTLS") {
                let pointer = join("/components/securitySchemes", name);
                return Err(self.refuse(&pointer, "security of type mutualTLS"));
            }
        }
        Ok(())
    }

    /// Puts `components.pathItems` where they are used; 3.0 has no such place.
    fn path_items(&mut self, root: &mut Map<String, Value>) -> Result<(), LoadError> {
        let shared = root
            .get_mut("components")
            .and_then(Value::as_object_mut)
            .and_then(|components| components.shift_remove("pathItems"));
        let Some(Value::Object(paths)) = root.get_mut("paths") else {
            return Ok(());
        };
        for (path, item) in paths.iter_mut() {
            let pointer = join("/paths", path);
            let target = item
                .get("$ref")
                .and_then(Value::as_str)
                .and_then(|reference| reference.strip_prefix("#/components/pathItems/"))
                .map(crate::pointer::unescape);
            if let Some(target) = target {
                let Some(found) = shared.as_ref().and_then(|items| items.get(&target)) else {
                    return Err(self.refuse(&pointer, "a reference to an absent path item"));
                };
                *item = found.clone();
                self.note(&pointer, "path item from components/pathItems put in place");
            }
            for method in METHODS {
                let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) else {
                    continue;
                };
                if !operation.contains_key("responses") {
                    operation.insert("responses".to_owned(), json!({}));
                    self.note(
                        &join(&pointer, method),
                        "responses absent in 3.1, empty here",
                    );
                }
            }
        }
        Ok(())
    }

    fn drop_key(&mut self, map: &mut Map<String, Value>, pointer: &str, key: &str) {
        if map.shift_remove(key).is_some() {
            self.note(&join(pointer, key), "dropped, 3.0 does not know it");
        }
    }

    /// Children first, so that a schema is wrapped only after its own parts are converted.
    fn node(
        &mut self,
        node: &mut Value,
        pointer: &mut String,
        role: Role,
    ) -> Result<(), LoadError> {
        if role == Role::Data {
            return Ok(());
        }
        let length = pointer.len();
        match node {
            Value::Object(map) => {
                for (key, child) in map.iter_mut() {
                    pointer.push('/');
                    pointer.push_str(&escape(key));
                    self.node(child, pointer, role.of_child(key))?;
                    pointer.truncate(length);
                }
            }
            Value::Array(list) => {
                for (index, child) in list.iter_mut().enumerate() {
                    pointer.push('/');
                    pointer.push_str(&index.to_string());
                    self.node(child, pointer, role.of_item())?;
                    pointer.truncate(length);
                }
            }
            _ => {}
        }
        match (role, &mut *node) {
            (Role::Schema, _) => self.schema(node, pointer),
            (Role::Plain, Value::Object(map)) if map.contains_key("$ref") => {
                for key in ["summary", "description"] {
                    self.drop_key(map, pointer, key);
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(openapi: &str) -> Value {
        json!({"openapi": openapi, "info": {"title": "t", "version": "1"}, "paths": {}})
    }

    fn refused(document: Value) -> String {
        to_3_0(document, "x.yaml").unwrap_err().to_string()
    }

    #[test]
    fn a_3_0_document_passes_untouched() {
        let input = document("3.0.4");
        assert_eq!(to_3_0(input.clone(), "x").unwrap(), (input, Vec::new()));
    }

    #[test]
    fn other_versions_are_refused_with_what_to_do() {
        assert!(
            refused(json!({"swagger": "2.0"}))
                .contains("/swagger: is a Swagger 2 document; convert")
        );
        assert!(refused(document("3.2.0")).contains("the OpenAPI version is 3.2.0"));
        assert!(refused(json!({"openapi": 3.0})).contains("in quotes"));
        assert!(refused(json!({"a": 1})).contains("`openapi` is missing"));
        assert!(refused(json!([1])).contains("`openapi` is missing"));
    }

    #[test]
    fn what_has_no_bearing_on_messages_is_dropped_and_noted() {
        let mut input = document("3.1.0");
        input["info"]["summary"] = json!("s");
        input["info"]["license"] = json!({"name": "MIT", "identifier": "MIT"});
        input["webhooks"] = json!({"a": {}});
        input["jsonSchemaDialect"] = json!("https://example.org");
        let (output, notes) = to_3_0(input, "x").unwrap();
        assert_eq!(output["openapi"], "3.0.3");
        assert_eq!(
            output["info"],
            json!({"title": "t", "version": "1", "license": {"name": "MIT"}})
        );
        assert!(output.get("webhooks").is_none() && output.get("jsonSchemaDialect").is_none());
        assert_eq!(notes.len(), 5, "{notes:?}");
    }

    #[test]
    fn shared_path_items_are_put_in_place() {
        let mut input = document("3.1.0");
        input["paths"] = json!({"/a": {"$ref": "#/components/pathItems/A"}});
        input["components"] = json!({"pathItems": {"A": {"get": {"operationId": "a"}}}});
        let (output, _) = to_3_0(input, "x").unwrap();
        assert_eq!(
            output["paths"]["/a"],
            json!({"get": {"operationId": "a", "responses": {}}})
        );
        assert_eq!(output["components"], json!({}));
    }

    #[test]
    fn an_absent_path_item_and_mutual_tls_are_refused() {
        let mut input = document("3.1.0");
        input["paths"] = json!({"/a": {"$ref": "#/components/pathItems/A"}});
        assert!(refused(input).contains("at /paths/~1a: uses a reference to an absent path item"));
        let mut input = document("3.1.0");
        input["components"] = json!({"securitySchemes": {"m": {"type": "mutualTLS"}}});
        assert!(refused(input).contains("/components/securitySchemes/m"));
    }

    #[test]
    fn texts_beside_a_reference_are_dropped_outside_schemas() {
        let mut input = document("3.1.0");
        input["paths"] = json!({"/a": {"get": {"responses": {
            "200": {"$ref": "#/components/responses/Ok", "description": "d"}
        }}}});
        let (output, notes) = to_3_0(input, "x").unwrap();
        assert_eq!(
            output["paths"]["/a"]["get"]["responses"]["200"],
            json!({"$ref": "#/components/responses/Ok"})
        );
        assert!(
            notes
                .iter()
                .any(|note| note.contains("/responses/200/description"))
        );
    }
}
