//! JSON, of which no part is too deep to be read.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Deeper than any delivery is, shallower than what `serde_json` reads (128).
const DEEPEST: usize = 64;

/// Most objects of a delivery have no more members, so that few have to grow while they are read.
const MEMBERS: usize = 4;

/// Reads a body as `serde_json` does; none if it is no JSON, or a part is nested too deeply.
pub(crate) fn whole(body: &[u8]) -> Option<Value> {
    to_the_end(body, Shallow(usize::MAX))
}

/// Reads a body of which some part is nested too deeply. That part becomes `null`, so that an odd
/// field does not hide what has happened, and to whom.
pub(crate) fn read(body: &[u8]) -> Option<Value> {
    to_the_end(body, Shallow(DEEPEST))
}

fn to_the_end(body: &[u8], seed: Shallow) -> Option<Value> {
    let mut from = serde_json::Deserializer::from_slice(body);
    let json = seed.deserialize(&mut from).ok()?;
    from.end().ok()?;
    Some(json)
}

/// A value down to so many levels.
struct Shallow(usize);

impl<'de> DeserializeSeed<'de> for Shallow {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        if self.0 == 0 {
            // Passed over without recursion, whatever its depth.
            return from
                .deserialize_ignored_any(IgnoredAny)
                .map(|_| Value::Null);
        }
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Shallow {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Shallow(self.0 - 1))? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let Some(first) = members.next_key::<String>()? else {
            return Ok(Value::Object(Map::new()));
        };
        let mut object = Map::with_capacity(MEMBERS);
        object.insert(first, members.next_value_seed(Shallow(self.0 - 1))?);
        while let Some(key) = members.next_key::<String>()? {
            object.insert(key, members.next_value_seed(Shallow(self.0 - 1))?);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::whole;

    #[test]
    fn what_is_read_is_what_serde_json_reads() {
        let deep = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
        let (last, more) = (deep(127), deep(128));
        for text in [
            r#"{"a": 1, "b": -1, "c": 1.5, "d": 18446744073709551615, "e": [{}, [], null, true]}"#,
            r#"{"a": 1, "b": {"a": {"x": "\u00fc\n"}}, "a": 2}"#,
            r#"{"1": 1, "2": 2, "3": 3, "4": 4, "5": 5, "6": 6, "7": 7, "8": 8, "9": 9}"#,
            "1e400",
            r#""\ud800""#,
            "\"\u{fffd}\"",
            "{\"a\": 1} x",
            "{\"a\": 1",
            "{\"a\"}",
            " [1, 2 ] ",
            "[1,]",
            "nul",
            "",
            &last,
            &more,
        ] {
            let expected: Option<Value> = serde_json::from_slice(text.as_bytes()).ok();
            assert_eq!(whole(text.as_bytes()), expected, "{text}");
            let order = |json: Option<Value>| json.map(|json| json.to_string());
            assert_eq!(order(whole(text.as_bytes())), order(expected), "{text}");
        }
        assert_eq!(whole(b"\"\xff\""), None);
        assert!(whole(last.as_bytes()).is_some());
        assert!(whole(more.as_bytes()).is_none());
    }
}
