//! A list that grows at its end, and which of it changed since somebody last asked.

use std::ops::{Deref, DerefMut};

use serde::{Deserialize, Serialize};

use crate::table::{Changes, Row};

/// What happened, oldest first.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Log<T> {
    entries: Vec<T>,
    /// How many entries from the beginning are kept as they are; none if nobody wants to know.
    #[serde(skip)]
    kept: Option<usize>,
}

impl<T> Log<T> {
    pub(crate) const fn new() -> Self {
        Self {
            entries: Vec::new(),
            kept: None,
        }
    }

    pub(crate) fn push(&mut self, entry: T) {
        self.entries.push(entry);
    }

    /// Takes the entries that are kept already.
    pub(crate) fn load(&mut self, entries: Vec<T>) {
        self.kept = Some(entries.len());
        self.entries = entries;
    }
}

impl<T: Row> Log<T> {
    /// What changed since the last time; everything, the first time.
    pub(crate) fn collect(&mut self) -> Result<Changes, serde_json::Error> {
        let kept = self.kept.replace(self.entries.len());
        let fresh = self.entries.iter().enumerate().skip(kept.unwrap_or(0));
        let row = |(at, entry): (usize, &T)| Ok((at.to_string(), Some(serde_json::to_vec(entry)?)));
        Ok(Changes {
            cleared: kept.is_none(),
            rows: fresh.map(row).collect::<Result<_, _>>()?,
        })
    }
}

impl<T> Default for Log<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Deref for Log<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.entries
    }
}

/// To change an entry: keeping that costs as much as there are entries.
impl<T> DerefMut for Log<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        if let Some(kept) = &mut self.kept {
            *kept = 0;
        }
        &mut self.entries
    }
}

#[cfg(test)]
mod tests {
    use super::Log;

    #[test]
    fn only_what_was_added_is_collected_until_an_entry_changes() {
        let mut log = Log::new();
        log.push(1);
        let first = log.collect().unwrap();
        assert_eq!((first.cleared, first.rows.len()), (true, 1));
        assert!(log.collect().unwrap().is_empty());
        log.push(2);
        let more = log.collect().unwrap();
        assert_eq!(more.rows, [("1".to_owned(), Some(b"2".to_vec()))]);
        log[0] = 3;
        assert_eq!(log.collect().unwrap().rows.len(), 2);
        assert!(log.collect().unwrap().is_empty());
    }
}
