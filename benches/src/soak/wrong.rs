//! What went wrong, counted by kind; the first few of each in words.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

/// As many of each kind are told in words; more would say nothing new.
const TOLD: u64 = 5;

/// A promise that was broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wrong {
    /// What was acknowledged is not there, or not so.
    Lost,
    /// A customer had two callouts at once (R27).
    Doubled,
    /// A repeat of a raise was answered with another callout than the active one (R27).
    Second,
    /// A raise was said not to have reached the server, and there is a callout.
    NotTrue,
    /// A watch did not end as its callout did.
    Watch,
    /// A delivery was worked on twice, or never.
    Delivery,
    /// A failure that none of the faults explains.
    Unexplained,
    /// Memory grows with the calls.
    Memory,
    /// Descriptors grow with the calls.
    Descriptors,
    /// A task outlived everything that could want it.
    Tasks,
    /// The run did not do what it is there for.
    Idle,
}

/// All that went wrong.
#[derive(Debug, Default)]
pub struct Wrongs(Mutex<Held>);

/// How often, and in words.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Held {
    /// How often each kind.
    pub counts: BTreeMap<Wrong, u64>,
    /// The first few of each.
    pub words: Vec<String>,
}

impl Wrongs {
    /// Notes one.
    pub fn note(&self, wrong: Wrong, words: impl FnOnce() -> String) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = held.counts.entry(wrong).or_default();
        *count += 1;
        if *count <= TOLD {
            let words = words();
            held.words.push(words);
        }
    }

    /// All of them.
    #[must_use]
    pub fn held(&self) -> Held {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Held {
    /// How often this kind.
    #[must_use]
    pub fn count(&self, wrong: Wrong) -> u64 {
        self.counts.get(&wrong).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::{TOLD, Wrong, Wrongs};

    #[test]
    fn every_one_counts_and_the_first_few_are_told() {
        let wrongs = Wrongs::default();
        for number in 0..100 {
            wrongs.note(Wrong::Lost, || format!("callout {number}"));
        }
        wrongs.note(Wrong::Tasks, || "a task".to_owned());
        let held = wrongs.held();
        assert_eq!(held.count(Wrong::Lost), 100);
        assert_eq!(held.count(Wrong::Doubled), 0);
        assert_eq!(held.words.len() as u64, TOLD + 1);
    }
}
