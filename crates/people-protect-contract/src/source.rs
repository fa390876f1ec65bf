//! From text to a JSON value: YAML or JSON, in source order, each key once.

use std::fmt;
use std::path::Path;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use serde_saphyr::budget::BudgetBreach;

use crate::error::LoadError;

/// The two notations an OpenAPI document comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notation {
    Json,
    Yaml,
}

impl Notation {
    /// By extension where there is a telling one, else by the first character that is not blank.
    pub(crate) fn of(name: &str, text: &str) -> Self {
        let extension = Path::new(name).extension().and_then(|ext| ext.to_str());
        match extension.map(str::to_ascii_lowercase).as_deref() {
            Some("json") => Self::Json,
            Some("yaml" | "yml") => Self::Yaml,
            // A flow mapping at the root of a YAML file is JSON in all files seen in practice.
            _ if text.trim_start().starts_with('{') => Self::Json,
            _ => Self::Yaml,
        }
    }
}

/// The bytes of a file as text.
pub(crate) fn text<'b>(bytes: &'b [u8], name: &str) -> Result<&'b str, LoadError> {
    std::str::from_utf8(bytes).map_err(|error| {
        let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
        not_text(name, &String::from_utf8_lossy(good))
    })
}

/// `before`: what stands before the first byte that is none of a text.
fn not_text(name: &str, before: &str) -> LoadError {
    let line = before.matches('\n').count() as u64 + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() as u64 + 1;
    let hint = "give a YAML or JSON file, saved as UTF-8";
    LoadError::syntax(name, Some((line, column)), "is not text", hint)
}

/// Parses `text`, which is called `name` in messages.
pub(crate) fn parse(text: &str, name: &str) -> Result<Value, LoadError> {
    // No text has it, and many files that are none are UTF-8 by chance.
    if let Some((before, _)) = text.split_once('\0') {
        return Err(not_text(name, before));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match Notation::of(name, text) {
        Notation::Json => json(text, name),
        Notation::Yaml => yaml(text, name),
    }
}

fn json(text: &str, name: &str) -> Result<Value, LoadError> {
    serde_json::from_str::<Unique>(text)
        .map(|unique| unique.0)
        .map_err(|error| {
            let at = (error.line() as u64, error.column() as u64);
            let message = error.to_string();
            // serde_json repeats the place at the end of its message.
            let message = message.split(" at line ").next().unwrap_or(&message);
            LoadError::syntax(name, (at.0 > 0).then_some(at), message, remedy(message))
        })
}

fn yaml(text: &str, name: &str) -> Result<Value, LoadError> {
    let options = serde_saphyr::options! {
        // YAML 1.2: `no` and `on` are strings, as every other OpenAPI tool reads them.
        strict_booleans: true,
        with_snippet: false,
    };
    serde_saphyr::from_str_with_options::<Unique>(text, options)
        .map(|unique| unique.0)
        .map_err(|error| {
            let at = error
                .location()
                .map(|location| (location.line(), location.column()));
            let (message, hint) = explained(&error);
            LoadError::syntax(name, at, message, hint)
        })
}

const MEND: &str = "mend the YAML or JSON at this place";
const ONE_KEY: &str = "keep one of the two keys";
const DUPLICATE: &str = "duplicate key";

/// What is wrong and what to do, in words that say nothing of the parser's own interface.
fn explained(error: &serde_saphyr::Error) -> (String, &'static str) {
    use serde_saphyr::Error;

    let split = "split it, or load a part of it";
    match error {
        Error::DuplicateMappingKey { .. } => (first_line(&error.to_string()), ONE_KEY),
        Error::NullIntoString { .. } => (
            "a key has no name here".to_owned(),
            "write the key before its colon, or remove the line",
        ),
        Error::MultipleDocuments { .. } => (
            "holds more than one document".to_owned(),
            "keep the first, and remove what follows it",
        ),
        Error::Budget { breach, .. } => match breach {
            // The count is the one that was too many.
            BudgetBreach::Nodes { nodes } => (
                format!(
                    "is too large to be a contract (more than {} nodes)",
                    nodes.saturating_sub(1)
                ),
                split,
            ),
            BudgetBreach::Depth { depth } => (
                format!(
                    "is nested too deeply to be a contract (more than {} levels)",
                    depth.saturating_sub(1)
                ),
                "name the inner parts as components and refer to them",
            ),
            _ => ("is too large to be a contract".to_owned(), split),
        },
        _ => {
            let message = first_line(&error.to_string());
            let hint = remedy(&message);
            (message, hint)
        }
    }
}

/// `1` and `"1"` are two keys to the YAML parser, and one to us.
fn remedy(message: &str) -> &'static str {
    if message.starts_with(DUPLICATE) {
        ONE_KEY
    } else {
        MEND
    }
}

fn first_line(message: &str) -> String {
    let line = message.lines().next().unwrap_or(message);
    // The place is given in front, and options of the library are no remedy for the reader.
    let line = line.split(" at line ").next().unwrap_or(line);
    line.split(", set ").next().unwrap_or(line).to_owned()
}

/// A JSON value whose objects were checked for repeated keys, which `serde_json` would let the
/// last one win.
struct Unique(Value);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UniqueVisitor).map(Self)
    }
}

struct UniqueVisitor;

impl<'de> Visitor<'de> for UniqueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that JSON can express")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom("a number that JSON cannot express"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Unique(value)) = access.next_element()? {
            list.push(value);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = access.next_key::<String>()? {
            if map.contains_key(&key) {
                return Err(A::Error::custom(format!("duplicate key `{key}`")));
            }
            let Unique(value) = access.next_value()?;
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn yaml_and_json_give_the_same_value_in_source_order() {
        let yaml = parse("b: 1\na: [x, null, 1.5, true]\n", "x.yaml").unwrap();
        let json = parse(r#"{"b": 1, "a": ["x", null, 1.5, true]}"#, "x.json").unwrap();
        assert_eq!(yaml, json);
        assert_eq!(yaml.to_string(), json.to_string());
        let keys: Vec<_> = yaml.as_object().unwrap().keys().cloned().collect();
        assert_eq!(keys, ["b", "a"]);
    }

    #[test]
    fn an_unknown_extension_is_sniffed() {
        assert_eq!(Notation::of("spec", " {\"a\": 1}"), Notation::Json);
        assert_eq!(Notation::of("spec.txt", "a: 1"), Notation::Yaml);
        assert_eq!(Notation::of("spec.JSON", "a: 1"), Notation::Json);
        assert_eq!(Notation::of("spec.yml", "{}"), Notation::Yaml);
    }

    #[test]
    fn a_byte_order_mark_is_ignored() {
        assert_eq!(
            parse("\u{feff}{\"a\": 1}", "x.json").unwrap(),
            json!({"a": 1})
        );
    }

    #[test]
    fn status_codes_become_string_keys_and_yaml_1_1_booleans_stay_strings() {
        let value = parse("200: {a: no, b: on, c: true}\n", "x.yaml").unwrap();
        assert_eq!(value, json!({"200": {"a": "no", "b": "on", "c": true}}));
    }

    #[test]
    fn a_duplicate_key_is_refused_with_its_place_in_both_notations() {
        let yaml = parse("a: 1\nb: 2\na: 3\n", "x.yaml").unwrap_err();
        assert_eq!(yaml.line_and_column(), Some((3, 1)), "{yaml}");
        let expected = "x.yaml:3:1: duplicate mapping key: a; keep one of the two keys";
        assert_eq!(yaml.to_string(), expected);
        let json = parse("{\"a\": 1,\n \"a\": 2}", "x.json").unwrap_err();
        assert_eq!(json.line_and_column().map(|at| at.0), Some(2), "{json}");
        assert!(
            json.to_string().contains("keep one of the two keys"),
            "{json}"
        );
    }

    #[test]
    fn what_the_parser_gives_up_on_is_said_in_words_a_person_can_act_on() {
        let large = format!("a:\n{}", "- 1\n".repeat(250_000));
        let deep = format!("{}1{}", "[".repeat(80), "]".repeat(80));
        for (text, expected) in [
            (
                "a: 1\n: 2\n",
                "x.yaml:2:1: a key has no name here; write the key",
            ),
            (
                "a: 1\n---\nb: 2\n",
                "x.yaml:3:1: holds more than one document; keep the first",
            ),
            (
                large.as_str(),
                "x.yaml:249999:3: is too large to be a contract (more than 250000 nodes); split it",
            ),
            (
                deep.as_str(),
                "x.yaml:1:65: is nested too deeply to be a contract (more than 64 levels); name",
            ),
            (
                "a: 1\nb\0: 2\n",
                "x.yaml:2:2: is not text; give a YAML or JSON file",
            ),
        ] {
            let error = parse(text, "x.yaml").unwrap_err().to_string();
            assert!(error.starts_with(expected), "{error}");
        }
        let error = parse("1: a\n\"1\": b\n", "x.yaml").unwrap_err();
        assert_eq!(error.hint(), "keep one of the two keys", "{error}");
    }

    #[test]
    fn bytes_that_are_no_text_are_named_with_their_place() {
        assert_eq!(text("é: 1".as_bytes(), "x.yaml").unwrap(), "é: 1");
        let error = text(b"a: 1\nb: caf\xe9\n", "x.yaml").unwrap_err();
        let expected = "x.yaml:2:7: is not text; give a YAML or JSON file, saved as UTF-8";
        assert_eq!(error.to_string(), expected);
        assert_eq!(error.line_and_column(), Some((2, 7)));
    }

    #[test]
    fn bad_syntax_is_reported_with_file_line_and_column() {
        let yaml = parse("a:\n  b: [1, 2\nc: 3\n", "dir/x.yaml").unwrap_err();
        assert!(yaml.to_string().starts_with("dir/x.yaml:"), "{yaml}");
        assert!(yaml.line_and_column().is_some(), "{yaml}");
        assert!(!yaml.to_string().contains('\n'), "{yaml}");
        let json = parse("{\"a\": 1,\n  nope}", "x.json").unwrap_err();
        assert_eq!(json.line_and_column(), Some((2, 3)), "{json}");
        assert!(!json.to_string().contains(" at line "), "{json}");
    }
}
