//! Lists whose wrapping nobody has confirmed.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use serde::de::{DeserializeOwned, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::wrapping::{self, Found};

/// A list answered bare, or inside an object that has exactly one list, or as its only entry.
///
/// Written as a bare list, the form the contract describes. An object is believed if the list is
/// called after its entries (or `data`, `items`, ...), or if its entries can be recognised; an
/// object that reports an error never is. So `{"errors": []}` is an error and not an empty list.
///
/// ```
/// use people_protect_api::List;
///
/// let bare: List<i64> = serde_json::from_str("[1, 2]").unwrap();
/// let wrapped: List<i64> = serde_json::from_str(r#"{"message": "ok", "ids": [1, 2]}"#).unwrap();
/// assert_eq!(bare, wrapped);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct List<T>(pub Vec<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Deref for List<T> {
    type Target = Vec<T>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<T> DerefMut for List<T> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl<T> From<Vec<T>> for List<T> {
    fn from(items: Vec<T>) -> Self {
        Self(items)
    }
}

impl<T> IntoIterator for List<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a List<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ListVisitor(PhantomData)).map(Self)
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: DeserializeOwned> Visitor<'de> for ListVisitor<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list, or an object with one list in it")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::with_capacity(items.size_hint().unwrap_or(0).min(1024));
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut object = Map::new();
        while let Some((key, value)) = members.next_entry::<String, Value>()? {
            object.insert(key, value);
        }
        match wrapping::find::<T>(object).map_err(A::Error::custom)? {
            Found::Many(items) => serde_json::from_value(Value::Array(items)),
            Found::One(one) => serde_json::from_value(one).map(|one| vec![one]),
        }
        .map_err(A::Error::custom)
    }
}

/// One value or a list of them (C28). Written as a list, the form the contract prefers.
///
/// ```
/// use people_protect_api::OneOrMany;
///
/// let one: OneOrMany<i64> = serde_json::from_str("1").unwrap();
/// let many: OneOrMany<i64> = serde_json::from_str("[1]").unwrap();
/// assert_eq!(one, many);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct OneOrMany<T>(pub Vec<T>);

impl<T> Deref for OneOrMany<T> {
    type Target = Vec<T>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<T> From<Vec<T>> for OneOrMany<T> {
    fn from(items: Vec<T>) -> Self {
        Self(items)
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(from)?;
        match value {
            Value::Array(_) => serde_json::from_value(value).map(Self),
            one => serde_json::from_value(one).map(|one| Self(vec![one])),
        }
        .map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::List;

    #[test]
    fn an_object_without_exactly_one_list_is_an_error() {
        for text in ["{}", r#"{"a": 1}"#, r#"{"a": [], "b": []}"#, "3", "\"x\""] {
            assert!(serde_json::from_str::<List<i64>>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn null_is_an_empty_list() {
        assert!(
            serde_json::from_str::<List<i64>>("null")
                .unwrap()
                .is_empty()
        );
    }

    #[test]
    fn a_list_is_written_bare() {
        assert_eq!(serde_json::to_string(&List(vec![1, 2])).unwrap(), "[1,2]");
    }
}
