//! JSON pointers (RFC 6901) and the `#/...` references built on them.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::{Map, Value};

/// Escapes one reference token: `~` becomes `~0`, `/` becomes `~1`.
///
/// ```
/// assert_eq!(people_protect_contract::pointer::escape("/things/{id}"), "~1things~1{id}");
/// ```
#[must_use]
pub fn escape(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

/// Undoes [`escape`].
#[must_use]
pub fn unescape(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

/// Appends one token, escaped, to a pointer.
///
/// ```
/// use people_protect_contract::pointer::join;
/// assert_eq!(join("/paths", "/things"), "/paths/~1things");
/// ```
#[must_use]
pub fn join(pointer: &str, token: &str) -> String {
    format!("{pointer}/{}", escape(token))
}

/// The pointer inside a same-document reference: `#/a/b` gives `/a/b`, `#` gives the empty pointer.
///
/// A string that already is a pointer is returned as it is. `None` means that the reference leads
/// out of the document. Percent-encoding, which a URI fragment may carry, is decoded.
#[must_use]
pub fn from_reference(reference: &str) -> Option<String> {
    let fragment = match reference.strip_prefix('#') {
        Some(fragment) => percent_decoded(fragment),
        None => reference.to_owned(),
    };
    (fragment.is_empty() || fragment.starts_with('/')).then_some(fragment)
}

/// The last token of a pointer or reference, unescaped.
#[must_use]
pub fn last(pointer: &str) -> String {
    unescape(pointer.rsplit('/').next().unwrap_or_default())
}

/// Where pointers stand in a document, as the index taken at each level.
///
/// Sorting by it brings findings into the order in which a person reads the file.
pub(crate) struct Positions<'a> {
    root: &'a Value,
    /// The places of the keys of each object that was asked for: thousands of pointers lead through the
    /// same ones.
    objects: HashMap<*const Map<String, Value>, HashMap<&'a str, usize>>,
}

impl<'a> Positions<'a> {
    pub(crate) fn new(root: &'a Value) -> Self {
        Self {
            root,
            objects: HashMap::new(),
        }
    }

    pub(crate) fn of(&mut self, pointer: &str) -> Vec<usize> {
        let mut here = Some(self.root);
        let mut position = Vec::new();
        for token in pointer.split('/').skip(1) {
            let token = match token.contains('~') {
                true => Cow::Owned(unescape(token)),
                false => Cow::Borrowed(token),
            };
            let (index, next) = match here {
                Some(Value::Object(map)) => {
                    let keys = self.objects.entry(map).or_insert_with(|| {
                        let keys = map.keys().enumerate();
                        keys.map(|(index, key)| (key.as_str(), index)).collect()
                    });
                    let index = keys.get(&*token).copied();
                    (index.unwrap_or(usize::MAX), map.get(&*token))
                }
                Some(Value::Array(list)) => {
                    let index = token.parse().unwrap_or(usize::MAX);
                    (index, list.get(index))
                }
                _ => (usize::MAX, None),
            };
            position.push(index);
            here = next;
        }
        position
    }
}

fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let pair = text.get(at + 1..at + 3);
        match pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(decoded) if byte == b'%' => {
                out.push(decoded);
                at += 3;
            }
            _ => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_token_survives_escaping_and_unescaping() {
        for token in ["plain", "/a/b", "~", "~1", "a~/b"] {
            assert_eq!(unescape(&escape(token)), token);
        }
    }

    #[test]
    fn a_reference_becomes_a_pointer_only_inside_the_document() {
        assert_eq!(from_reference("#/a/b").as_deref(), Some("/a/b"));
        assert_eq!(from_reference("#/a%7Bb").as_deref(), Some("/a{b"));
        assert_eq!(from_reference("#/100%").as_deref(), Some("/100%"));
        assert_eq!(from_reference("#").as_deref(), Some(""));
        assert_eq!(from_reference("other.yaml#/a"), None);
        assert_eq!(from_reference("#anchor"), None);
    }

    #[test]
    fn positions_sort_in_reading_order() {
        let root = json!({"b": {"x": 1, "a": 2}, "a": [1, 2, 3]});
        let mut pointers = ["/a/2", "/b/a", "/a/0", "/missing", "/b/x", "/b"];
        let mut positions = Positions::new(&root);
        pointers.sort_by_cached_key(|pointer| positions.of(pointer));
        assert_eq!(pointers, ["/b", "/b/x", "/b/a", "/a/0", "/a/2", "/missing"]);
    }
}
