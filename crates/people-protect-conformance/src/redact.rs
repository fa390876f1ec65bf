//! What of an exchange may be shown: an allow-list made from the contract.

use std::collections::{HashMap, HashSet};

use people_protect_contract::Contract;
use serde_json::{Map, Value};

/// Knows which fields may be shown. Everything else keeps its name and type and loses its value.
#[derive(Debug)]
pub(crate) struct Redactor {
    harmless: HashSet<String>,
}

/// Keys of our own in texts of a contract that are classified nowhere.
const HARMLESS_TEXTS: &[&str] = &["message", "error"];

impl Redactor {
    /// A field is harmless if each property of that name in the contract says so.
    pub(crate) fn new(contract: &Contract) -> Self {
        let mut seen: HashMap<String, bool> = HashMap::new();
        let schemas = contract.value().pointer("/components/schemas");
        for schema in schemas
            .and_then(Value::as_object)
            .into_iter()
            .flat_map(Map::values)
        {
            let properties = schema.get("properties").and_then(Value::as_object);
            for (name, property) in properties.into_iter().flatten() {
                let harmless = property.get("x-personal-data") == Some(&Value::Bool(false))
                    && property.get("x-secret") != Some(&Value::Bool(true));
                let all = seen.entry(name.clone()).or_insert(true);
                *all = *all && harmless;
            }
        }
        // Which source was asked is the business of whoever asks, not of whoever reads the report.
        seen.insert("clientId".to_owned(), false);
        let harmless = seen.into_iter().filter(|(_, harmless)| *harmless);
        Self {
            harmless: harmless.map(|(name, _)| name).collect(),
        }
    }

    /// The body with the values that may be shown.
    pub(crate) fn body(&self, value: &Value) -> Value {
        self.inside(value, false)
    }

    fn inside(&self, value: &Value, harmless: bool) -> Value {
        match value {
            Value::Object(fields) => {
                let shown = fields.iter().map(|(name, value)| {
                    let harmless = self.harmless.contains(name);
                    (name.clone(), self.inside(value, harmless))
                });
                Value::Object(shown.collect())
            }
            Value::Array(items) => items
                .iter()
                .map(|item| self.inside(item, harmless))
                .collect(),
            Value::Null => Value::Null,
            Value::String(text) if harmless => Value::String(tame(text)),
            plain if harmless => plain.clone(),
            hidden => Value::String(format!("<{}>", kind(hidden))),
        }
    }

    /// A sentence of the server with everything that may be a value taken out.
    pub(crate) fn sentence(text: &str) -> String {
        tame(text)
    }

    /// Whether the value of that field may be shown.
    pub(crate) fn shows(&self, name: &str) -> bool {
        self.harmless.contains(name) || HARMLESS_TEXTS.contains(&name)
    }
}

/// The JSON type of a value.
pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Long digits, addresses, links and whatever looks like a token go; words stay.
fn tame(text: &str) -> String {
    let words = text.split(' ').map(|word| {
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        let link = word.contains("://");
        let query = word.contains('?') && word.contains('=');
        let dotted = word.matches('.').count() >= 2 && word.len() > 40;
        if digits > 6 && !is_time(word) || word.contains('@') || link || query || dotted {
            "<redacted>"
        } else {
            word
        }
    });
    let words: Vec<_> = words.collect();
    let mut all = words.join(" ");
    if all.chars().count() > 300 {
        all = all.chars().take(300).collect();
        all.push('…');
    }
    all
}

/// Times and uuids have many digits and are nobody's.
fn is_time(word: &str) -> bool {
    let bytes = word.as_bytes();
    let at = |place: usize, wanted: u8| bytes.get(place) == Some(&wanted);
    at(4, b'-') && at(7, b'-') && at(10, b'T')
        || word.len() == 36 && [8, 13, 18, 23].iter().all(|place| at(*place, b'-'))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Redactor;
    use crate::contract::contract;

    #[test]
    fn only_what_the_contract_calls_harmless_keeps_its_value() {
        let body = json!({
            "message": "x",
            "customer": { "id": 1, "name": "Jane", "mobile": "+27821234567", "allergies": "nuts" },
            "unheard": "of",
            "accessToken": "a.b.c",
            "callout": { "url": "https://x/?t=1", "latitude": -26.1 },
        });
        let shown = Redactor::new(contract()).body(&body).to_string();
        for secret in ["Jane", "2782", "nuts", "\"of\"", "a.b.c", "https", "26.1"] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
        assert!(shown.contains("\"unheard\":\"<string>\""), "{shown}");
        assert!(shown.contains("\"latitude\":\"<number>\""), "{shown}");
    }

    #[test]
    fn a_sentence_loses_numbers_links_and_addresses() {
        let sentence = Redactor::sentence(
            "mobile +27821234567 of jane@example.com at https://a/b is taken since 2026-06-10T08:00:00Z",
        );
        assert_eq!(
            sentence,
            "mobile <redacted> of <redacted> at <redacted> is taken since 2026-06-10T08:00:00Z"
        );
    }
}
