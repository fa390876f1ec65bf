//! Parses JSON more strictly than `serde_json` does, and says where it does not fit.
//!
//! Of a name that stands twice in an object, a parser takes the first, the last or neither: two
//! readers of one request would then see two requests.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// What an error of a repeated name begins with.
const REPEATED: &str = "repeated: ";

/// Parses a text, or says in a sentence what is wrong and where. Nothing of its values is repeated.
pub(super) fn parse(text: &[u8]) -> Result<Value, String> {
    let mut parser = serde_json::Deserializer::from_slice(text);
    let parsed = Once.deserialize(&mut parser);
    let parsed = parsed.and_then(|value| parser.end().map(|()| value));
    parsed.map_err(|error| explain(text, &error))
}

/// Reads once more, slower, to know the place.
fn explain(text: &[u8], error: &serde_json::Error) -> String {
    let message = error.to_string();
    let place = || {
        let mut parser = serde_json::Deserializer::from_slice(text);
        let mut track = serde_path_to_error::Track::new();
        let _ = Once.deserialize(serde_path_to_error::Deserializer::new(
            &mut parser,
            &mut track,
        ));
        match track.path().to_string() {
            root if root == "." => String::new(),
            path => path,
        }
    };
    if message.starts_with("number out of range") {
        return match place() {
            root if root.is_empty() => {
                "the body is a number beyond the range of numbers".to_owned()
            }
            path => format!("`{path}` is beyond the range of numbers"),
        };
    }
    if message.starts_with("recursion limit") {
        return "the body is nested too deeply: at most 127 levels are read".to_owned();
    }
    if let Some(rest) = message.strip_prefix(REPEATED) {
        let name = rest.rsplit_once(" at line ").map_or(rest, |(name, _)| name);
        let under = place();
        // A name that is none may be anything, also what must not stand in a log.
        return match (under.is_empty(), is_name(name)) {
            (true, true) => format!("`{name}` is given twice"),
            (false, true) => format!("`{under}.{name}` is given twice"),
            (true, false) => "a field is given twice".to_owned(),
            (false, false) => format!("a field of `{under}` is given twice"),
        };
    }
    let (line, column) = (error.line(), error.column());
    format!("the body is not valid JSON (line {line}, column {column})")
}

fn is_name(text: &str) -> bool {
    let part = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_' || byte == b'.';
    !text.is_empty() && text.len() <= 64 && text.bytes().all(part)
}

/// A value in which no name stands twice.
struct Once;

impl<'de> DeserializeSeed<'de> for Once {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Once {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
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

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut read = Vec::new();
        while let Some(item) = items.next_element_seed(Once)? {
            read.push(item);
        }
        Ok(Value::Array(read))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut read = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if read.contains_key(&name) {
                return Err(A::Error::custom(format_args!("{REPEATED}{name}")));
            }
            let value = members.next_value_seed(Once)?;
            read.insert(name, value);
        }
        Ok(Value::Object(read))
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn refused(text: &str) -> String {
        parse(text.as_bytes()).unwrap_err()
    }

    #[test]
    fn it_reads_what_serde_json_reads() {
        let text = r#"{"a": [1, -2, 3.5, 1e3, true, null, "\u00e9"], "b": {"c": {}, "d": ""}} "#;
        let expected: serde_json::Value = serde_json::from_str(text).unwrap();
        assert_eq!(parse(text.as_bytes()).unwrap(), expected);
        for text in ["{} {}", "{", "nul", "[1,]", "\u{fffd}"] {
            assert!(refused(text).contains("not valid JSON (line 1"), "{text}");
        }
    }

    #[test]
    fn a_number_out_of_range_is_named_with_its_place() {
        let body = "{\"responseTypeId\": 1,\n \"location\": {\"latitude\": 1e400}}";
        assert_eq!(
            refused(body),
            "`location.latitude` is beyond the range of numbers"
        );
        assert_eq!(
            refused(r#"{"ids": [1, 1e400]}"#),
            "`ids[1]` is beyond the range of numbers"
        );
        assert_eq!(
            refused("1e400"),
            "the body is a number beyond the range of numbers"
        );
    }

    #[test]
    fn a_name_that_stands_twice_is_refused_with_its_place_and_nothing_it_holds() {
        assert_eq!(refused(r#"{"a": 1, "b": 2, "a": 1}"#), "`a` is given twice");
        assert_eq!(
            refused(r#"{"location": {"latitude": 1, "latitude": "planted"}}"#),
            "`location.latitude` is given twice"
        );
        assert_eq!(
            refused(r#"{"+27821234567": 1, "+27821234567": 1}"#),
            "a field is given twice"
        );
        assert_eq!(
            refused(r#"{"x": {"planted at line 7": 1, "planted at line 7": 1}}"#),
            "a field of `x` is given twice"
        );
        assert!(parse(br#"[{"a": 1}, {"a": 1}]"#).is_ok());
    }

    #[test]
    fn what_is_too_deep_is_called_so() {
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        assert!(refused(&deep).contains("nested too deeply"));
        let fine = format!("{}{}", "[".repeat(127), "]".repeat(127));
        assert!(parse(fine.as_bytes()).is_ok());
    }
}
