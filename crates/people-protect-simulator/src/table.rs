//! The rows of one noun, and which of them changed since somebody last asked.
//!
//! A [`Table`] reads like a `BTreeMap` and writes like one. As long as nobody collects its changes,
//! it costs what a map costs; from the first [`collect`](Table::collect) on it remembers the keys
//! that may have changed, so that keeping a change costs the same however much there is.

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet, btree_map};
use std::ops::Deref;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What rows are found by.
pub(crate) trait Key: Ord + Clone + Serialize + DeserializeOwned {
    /// As it is kept.
    fn text(&self) -> String;
    /// Read again.
    fn read(text: &str) -> Option<Self>;
}

impl Key for i64 {
    fn text(&self) -> String {
        self.to_string()
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Key for u64 {
    fn text(&self) -> String {
        self.to_string()
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Key for String {
    fn text(&self) -> String {
        self.clone()
    }

    fn read(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

/// What a row is.
pub(crate) trait Row: Serialize + DeserializeOwned {}

impl<T: Serialize + DeserializeOwned> Row for T {}

/// The rows of one noun, by key.
#[derive(Debug, Clone)]
pub(crate) struct Table<K, V> {
    rows: BTreeMap<K, V>,
    /// What may have changed; none as long as nobody wants to know.
    changed: Option<Changed<K>>,
}

#[derive(Debug, Clone)]
enum Changed<K> {
    Keys(BTreeSet<K>),
    /// Any of them, also ones that are gone.
    All,
}

/// What changed in one table.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Changes {
    /// Whether everything that is kept of it goes before the rows are written.
    pub(crate) cleared: bool,
    /// Key and new row; no row if it is gone.
    pub(crate) rows: Vec<(String, Option<Vec<u8>>)>,
}

impl Changes {
    pub(crate) fn is_empty(&self) -> bool {
        !self.cleared && self.rows.is_empty()
    }
}

impl<K: Key, V> Table<K, V> {
    pub(crate) const fn new() -> Self {
        Self {
            rows: BTreeMap::new(),
            changed: None,
        }
    }

    fn touch(&mut self, key: &K) {
        if let Some(Changed::Keys(keys)) = &mut self.changed
            && !keys.contains(key)
        {
            keys.insert(key.clone());
        }
    }

    fn touch_all(&mut self) {
        if self.changed.is_some() {
            self.changed = Some(Changed::All);
        }
    }

    pub(crate) fn get_mut<Q>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        if let Some(Changed::Keys(keys)) = &mut self.changed
            && !keys.contains(key)
            && let Some((key, _)) = self.rows.get_key_value(key)
        {
            keys.insert(key.clone());
        }
        self.rows.get_mut(key)
    }

    pub(crate) fn insert(&mut self, key: K, row: V) -> Option<V> {
        self.touch(&key);
        self.rows.insert(key, row)
    }

    pub(crate) fn remove<Q>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        let (key, row) = self.rows.remove_entry(key)?;
        self.touch(&key);
        Some(row)
    }

    pub(crate) fn entry(&mut self, key: K) -> btree_map::Entry<'_, K, V> {
        self.touch(&key);
        self.rows.entry(key)
    }

    /// Every row to change: keeping that costs as much as there are rows.
    #[allow(
        dead_code,
        reason = "a map has it, and whoever needs it must find the tracking one"
    )]
    pub(crate) fn values_mut(&mut self) -> btree_map::ValuesMut<'_, K, V> {
        self.touch_all();
        self.rows.values_mut()
    }

    /// Keeps some rows: that costs as much as there are rows.
    #[allow(
        dead_code,
        reason = "a map has it, and whoever needs it must find the tracking one"
    )]
    pub(crate) fn retain(&mut self, keep: impl FnMut(&K, &mut V) -> bool) {
        self.touch_all();
        self.rows.retain(keep);
    }

    /// Takes the rows that are kept already.
    pub(crate) fn load(&mut self, rows: BTreeMap<K, V>) {
        self.rows = rows;
        self.changed = Some(Changed::Keys(BTreeSet::new()));
    }
}

impl<K: Key, V: Row> Table<K, V> {
    /// What changed since the last time; everything, the first time.
    pub(crate) fn collect(&mut self) -> Result<Changes, serde_json::Error> {
        let changed = match &mut self.changed {
            Some(Changed::Keys(keys)) if keys.is_empty() => return Ok(Changes::default()),
            changed => changed.replace(Changed::Keys(BTreeSet::new())),
        };
        match changed {
            Some(Changed::Keys(keys)) => {
                let row = |key: K| {
                    let row = self.rows.get(&key).map(serde_json::to_vec).transpose()?;
                    Ok((key.text(), row))
                };
                Ok(Changes {
                    cleared: false,
                    rows: keys.into_iter().map(row).collect::<Result<_, _>>()?,
                })
            }
            Some(Changed::All) | None => {
                let row = |(key, row): (&K, &V)| Ok((key.text(), Some(serde_json::to_vec(row)?)));
                Ok(Changes {
                    cleared: true,
                    rows: self.rows.iter().map(row).collect::<Result<_, _>>()?,
                })
            }
        }
    }
}

impl<K: Key, V> Default for Table<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

/// Reading is a map's. There is no `DerefMut`: a change that nobody remembers would be lost.
impl<K, V> Deref for Table<K, V> {
    type Target = BTreeMap<K, V>;

    fn deref(&self) -> &BTreeMap<K, V> {
        &self.rows
    }
}

impl<'a, K, V> IntoIterator for &'a Table<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = btree_map::Iter<'a, K, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.rows.iter()
    }
}

impl<K: Serialize, V: Serialize> Serialize for Table<K, V> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.rows.serialize(to)
    }
}

impl<'de, K: Key, V: Deserialize<'de>> Deserialize<'de> for Table<K, V> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        BTreeMap::deserialize(from).map(|rows| Self {
            rows,
            changed: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Table;

    type Numbers = Table<i64, u8>;

    fn collected(table: &mut Numbers) -> (bool, Vec<(String, Option<String>)>) {
        let changes = table.collect().unwrap();
        let text = |row: Vec<u8>| String::from_utf8(row).unwrap();
        let rows = changes.rows.into_iter();
        (
            changes.cleared,
            rows.map(|(key, row)| (key, row.map(text))).collect(),
        )
    }

    fn one(key: &str, row: Option<&str>) -> (bool, Vec<(String, Option<String>)>) {
        (false, vec![(key.to_owned(), row.map(str::to_owned))])
    }

    fn nothing() -> (bool, Vec<(String, Option<String>)>) {
        (false, vec![])
    }

    #[test]
    fn the_first_time_everything_counts_as_changed_and_then_only_what_was_touched() {
        let mut table = Numbers::new();
        table.insert(1, 10);
        table.insert(2, 20);
        let (cleared, rows) = collected(&mut table);
        assert_eq!((cleared, rows.len()), (true, 2));
        assert_eq!(collected(&mut table), nothing());

        *table.get_mut(&2).unwrap() = 21;
        assert_eq!(collected(&mut table), one("2", Some("21")));
        table.remove(&1);
        assert_eq!(collected(&mut table), one("1", None));
        *table.entry(3).or_insert(30) += 1;
        assert_eq!(collected(&mut table), one("3", Some("31")));
        assert_eq!(collected(&mut table), nothing());
    }

    #[test]
    fn what_is_not_there_or_only_read_is_no_change() {
        let mut table = Numbers::new();
        collected(&mut table);
        assert!(table.get_mut(&1).is_none() && table.remove(&1).is_none());
        assert!(table.get(&1).is_none() && table.values().next().is_none());
        assert_eq!(collected(&mut table), nothing());
    }

    #[test]
    fn a_change_of_any_row_writes_all_of_them() {
        let mut table = Numbers::new();
        table.load([(1, 10), (2, 20)].into());
        assert_eq!(collected(&mut table), nothing());
        table.values_mut().for_each(|row| *row += 1);
        assert_eq!(collected(&mut table).1.len(), 2);
        table.retain(|key, _| *key == 1);
        let (cleared, rows) = collected(&mut table);
        assert!(cleared, "or the row that is gone would stay in the file");
        assert_eq!(rows, [("1".to_owned(), Some("11".to_owned()))]);
    }

    #[test]
    fn it_is_written_and_read_as_an_object() {
        let mut table = Numbers::new();
        table.insert(7, 70);
        let text = serde_json::to_string(&table).unwrap();
        assert_eq!(text, r#"{"7":70}"#);
        let read: Numbers = serde_json::from_str(&text).unwrap();
        assert_eq!(read[&7], 70);
    }
}
