//! Rust identifiers, made from names the way the generator makes them.

use std::collections::HashSet;

use heck::{ToPascalCase, ToSnakeCase};

/// The name of a type or variant.
pub(crate) fn pascal(name: &str) -> String {
    finish(words(name).to_pascal_case(), "X")
}

/// The name of a field, argument or method. Keywords get an underscore later, which cannot make
/// two names equal that were not.
pub(crate) fn snake(name: &str) -> String {
    finish(words(name).to_snake_case(), "x")
}

/// A name with everything removed that a reader might overlook: case and punctuation.
pub(crate) fn bare(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// The names of the variants of an enum: as they are, or, if two become equal, with an `X` for each
/// character that is no part of an identifier. The generator gives up if that is not enough.
pub(crate) fn variants(values: &[&str]) -> Vec<String> {
    let plain: Vec<String> = values.iter().map(|value| pascal(value)).collect();
    let mut met = HashSet::new();
    if plain.iter().all(|name| met.insert(name)) {
        return plain;
    }
    let marked = |value: &&str| pascal(&value.replace(|c: char| c == '_' || !continues(c), "X"));
    values.iter().map(marked).collect()
}

fn words(name: &str) -> String {
    match name {
        // Else both would be "1".
        "+1" => "plus1".to_owned(),
        "-1" => "minus1".to_owned(),
        _ => name.replace('\'', "").replace(|c: char| !continues(c), "-"),
    }
}

/// Close enough to XID_Continue for names of an API.
fn continues(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn finish(name: String, prefix: &str) -> String {
    match name.chars().next() {
        None => prefix.to_owned(),
        Some(first) if first.is_alphabetic() => name,
        Some(_) => format!("{prefix}{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_identifiers_as_the_generator_makes_them() {
        assert_eq!(pascal("get_thing-response"), "GetThingResponse");
        assert_eq!(pascal("2XX"), "X2xx");
        assert_eq!(pascal(""), "X");
        assert_eq!(snake("customerId"), "customer_id");
        assert_eq!(snake("a-b"), snake("a_b"));
        assert_eq!(snake("it's"), "its");
        assert_ne!(pascal("+1"), pascal("-1"));
        assert_eq!(bare("Get_Thing"), bare("getthing"));
    }

    #[test]
    fn variants_are_told_apart_by_their_punctuation_if_need_be() {
        assert_eq!(variants(&["a", "b"]), ["A", "B"]);
        let told = variants(&["<", ">=", "<="]);
        assert_eq!(told.len(), 3);
        let same = variants(&["in progress", "in-progress"]);
        assert_eq!(same[0], same[1]);
    }
}
