//! The client that the generator makes of any document, without this workspace's tolerant reader.

use progenitor_impl::{GenerationSettings, Generator};
use serde_json::{Map, Value};

use crate::failure::Failure;
use crate::rewrite::{self, Rewritten};
use crate::{generate, polish};

const JSON: &str = "application/json";

/// Generates from a document as it is written, polished as ours is: types may grow.
///
/// # Errors
///
/// A sentence if the generator does not take the document.
pub(crate) fn client(document: &Value) -> Result<syn::File, Failure> {
    let mut document = document.clone();
    json_only(&mut document);
    rewrite::merge_statuses(&mut document).map_err(|e| Failure::Input(e.to_string()))?;
    rewrite::strip(&mut document);
    let spec = serde_json::from_value(document.clone())
        .map_err(|error| Failure::Input(format!("it does not load: {error}")))?;
    let mut settings = GenerationSettings::new();
    settings
        .with_derive("PartialEq")
        .with_map_type("::std::collections::BTreeMap");
    let tokens = generate::guarded(|| Generator::new(&settings).generate_tokens(&spec))?;
    let rewritten = Rewritten {
        document,
        replacements: Default::default(),
        answers: Default::default(),
        base_path: String::new(),
        renamed: Default::default(),
    };
    polish::plain(tokens, &rewritten).map_err(|error| Failure::Input(error.to_string()))
}

/// The generator knows one media type for each body; where JSON is among them, it is that one.
fn json_only(value: &mut Value) {
    match value {
        Value::Object(map) => {
            if let Some(Value::Object(content)) = map.get_mut("content") {
                let is_json = |media: &str| media.split(';').next().map(str::trim) == Some(JSON);
                let json: Option<Value> = content
                    .iter()
                    .find(|(media, _)| is_json(media))
                    .map(|(_, body)| body.clone());
                if let Some(body) = json {
                    *content = Map::from_iter([(JSON.to_owned(), body)]);
                }
            }
            // Nothing is generated of what the server calls.
            map.remove("callbacks");
            map.values_mut().for_each(json_only);
        }
        Value::Array(items) => items.iter_mut().for_each(json_only),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::client;

    #[test]
    fn an_operation_becomes_a_method_and_a_component_a_type() {
        let document = json!({
            "openapi": "3.0.3", "info": {"title": "Things", "version": "1"},
            "paths": {"/things": {"get": {"operationId": "list_things", "responses": {"200": {
                "description": "All",
                "content": {"application/json; charset=utf-8": {"schema": {"$ref": "#/components/schemas/Thing"}}}
            }}}}},
            "components": {"schemas": {"Thing": {"type": "object", "properties": {"name": {"type": "string"}}}}}
        });
        let text = prettyplease::unparse(&client(&document).unwrap());
        assert!(text.contains("pub async fn list_things"), "{text}");
        assert!(text.contains("pub struct Thing"), "{text}");
    }
}
