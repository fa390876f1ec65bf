//! What the generator makes of a value that has no parts: the same Rust type before and after is no
//! change for callers. Held against the generator itself by `cargo xtask verdicts`.

use super::bounds;
use super::node::Node;

/// A Rust type, as far as two of them are told apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Made {
    /// A type of the language or of a library.
    Named(&'static str),
    /// A text that is checked when it is made, in a type of its own.
    Checked,
    /// An enum.
    Listed,
    /// Something with parts, or anything.
    Other,
}

/// Format, type and type without zero, least and most; the narrowest first.
const INTEGERS: [(&str, &str, &str, f64, f64); 8] = [
    ("int8", "i8", "NonZeroU8", i8::MIN as f64, i8::MAX as f64),
    ("uint8", "u8", "NonZeroU8", 0.0, u8::MAX as f64),
    (
        "int16",
        "i16",
        "NonZeroU16",
        i16::MIN as f64,
        i16::MAX as f64,
    ),
    ("uint16", "u16", "NonZeroU16", 0.0, u16::MAX as f64),
    (
        "int32",
        "i32",
        "NonZeroU32",
        i32::MIN as f64,
        i32::MAX as f64,
    ),
    ("uint32", "u32", "NonZeroU32", 0.0, u32::MAX as f64),
    (
        "int64",
        "i64",
        "NonZeroU64",
        i64::MIN as f64,
        i64::MAX as f64,
    ),
    ("uint64", "u64", "NonZeroU64", 0.0, u64::MAX as f64),
];

pub(super) fn of(node: &Node<'_>) -> Made {
    let Some(types) = node.types() else {
        return Made::Other;
    };
    let is = |name| types.len() == 1 && types.contains(name);
    if is("integer") {
        return Made::Named(integer(node));
    }
    if is("number") {
        return Made::Named(match node.text("format") {
            Some("float") => "f32",
            _ => "f64",
        });
    }
    if !is("string") {
        return Made::Other;
    }
    if node.values().is_some() {
        return Made::Listed;
    }
    match node.text("format") {
        Some("uuid") => Made::Named("Uuid"),
        Some("date") => Made::Named("NaiveDate"),
        Some("date-time") => Made::Named("DateTime"),
        Some("ip") => Made::Named("IpAddr"),
        Some("ipv4") => Made::Named("Ipv4Addr"),
        Some("ipv6") => Made::Named("Ipv6Addr"),
        _ => {
            let checked = ["minLength", "maxLength", "pattern"];
            match checked.iter().any(|name| node.first(name).is_some()) {
                true => Made::Checked,
                false => Made::Named("String"),
            }
        }
    }
}

fn integer(node: &Node<'_>) -> &'static str {
    let (mut least, mut most) = bounds::of_integer(node);
    let known = |format: &str| INTEGERS.iter().find(|row| row.0 == format);
    if let Some(row) = node.text("format").and_then(known) {
        let within =
            least.is_none_or(|least| least >= row.3) && most.is_none_or(|most| most <= row.4);
        if within && node.first("multipleOf").is_none() {
            return if least == Some(1.0) { row.2 } else { row.1 };
        }
        least = least.or(Some(row.3));
        most = most.or(Some(row.4));
    }
    let same = |one: f64, other: f64| (one - other).abs() <= f64::EPSILON;
    let fits = |row: &&(&str, &'static str, &'static str, f64, f64)| match (least, most) {
        (None, None) => false,
        (Some(1.0), _) => true,
        (least, most) => {
            least.is_none_or(|least| same(row.3, least))
                && most.is_none_or(|most| same(row.4, most))
        }
    };
    match INTEGERS.iter().rev().find(fits) {
        Some(row) if least == Some(1.0) => row.2,
        Some(row) => row.1,
        None => "i64",
    }
}

#[cfg(test)]
mod tests {
    use super::{Made, of};
    use crate::compare::node::Node;
    use serde_json::json;

    #[test]
    fn numbers_and_texts_are_told_apart_as_the_generator_does() {
        for (schema, made) in [
            (json!({"type": "integer"}), Made::Named("i64")),
            (
                json!({"type": "integer", "format": "int32"}),
                Made::Named("i32"),
            ),
            (
                json!({"type": "integer", "format": "int32", "minimum": 1}),
                Made::Named("NonZeroU32"),
            ),
            (
                json!({"type": "integer", "minimum": 0, "exclusiveMinimum": true}),
                Made::Named("NonZeroU64"),
            ),
            (json!({"type": "integer", "minimum": 0}), Made::Named("u64")),
            (
                json!({"type": "integer", "minimum": 0, "maximum": 255}),
                Made::Named("u8"),
            ),
            (
                json!({"type": "integer", "minimum": 0, "maximum": 100}),
                Made::Named("i64"),
            ),
            (
                json!({"type": "integer", "format": "int32", "multipleOf": 7}),
                Made::Named("i32"),
            ),
            (
                json!({"type": "integer", "minimum": 0, "maximum": 256, "exclusiveMaximum": true}),
                Made::Named("u8"),
            ),
            (
                json!({"type": "number", "format": "float"}),
                Made::Named("f32"),
            ),
            (json!({"type": "string"}), Made::Named("String")),
            (json!({"type": "string", "maxLength": 3}), Made::Checked),
            (
                json!({"type": "string", "format": "uuid"}),
                Made::Named("Uuid"),
            ),
            (
                json!({"type": "string", "format": "date"}),
                Made::Named("NaiveDate"),
            ),
            (
                json!({"type": "string", "format": "date-time"}),
                Made::Named("DateTime"),
            ),
            (
                json!({"type": "string", "format": "ip"}),
                Made::Named("IpAddr"),
            ),
            (
                json!({"type": "string", "format": "ipv4"}),
                Made::Named("Ipv4Addr"),
            ),
            (
                json!({"type": "string", "format": "ipv6"}),
                Made::Named("Ipv6Addr"),
            ),
            (
                json!({"type": "integer", "format": "int32", "minimum": 0, "maximum": 3e9}),
                Made::Named("i64"),
            ),
            (json!({"type": "string", "enum": ["a"]}), Made::Listed),
            (json!({"type": "object"}), Made::Other),
        ] {
            assert_eq!(of(&Node::new(&json!({}), &schema, "")), made, "{schema}");
        }
    }
}
