//! The callouts of a [`WatchMany`](crate::WatchMany), and whose turn it is.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, VecDeque};
use std::sync::Arc;
use std::task::Waker;
use std::time::Duration;

use jiff::Timestamp;

use super::elapsed::Elapsed;
use super::track::{Outcome, Policy, Track};
use crate::{CalloutId, CalloutView, Error, Random};

/// A turn of a callout. It counts while it is the one the callout's entry names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Turn {
    due: Duration,
    number: u64,
    id: CalloutId,
}

#[derive(Debug)]
struct Entry {
    track: Track,
    turn: u64,
    reading: bool,
    /// Poked while a read was under way that may have missed the news.
    poked: bool,
}

/// A read that is to begin.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Begun {
    pub(crate) id: CalloutId,
    pub(crate) turn: u64,
    /// The read before failed.
    pub(crate) failing: bool,
}

/// Shared by the stream and its handles; locked for moments only.
#[derive(Debug)]
pub(crate) struct Table {
    entries: HashMap<CalloutId, Entry>,
    turns: BinaryHeap<Reverse<Turn>>,
    /// Due, but failing, while such callouts have all the places they get.
    held_back: VecDeque<Turn>,
    last_turn: u64,
    pub(crate) elapsed: Elapsed,
    pub(crate) policy: Policy,
    random: Arc<dyn Random>,
    /// How many handles there are.
    pub(crate) handles: usize,
    pub(crate) waker: Option<Waker>,
}

impl Table {
    pub(crate) fn new(elapsed: Elapsed, policy: Policy, random: Arc<dyn Random>) -> Self {
        Self {
            entries: HashMap::new(),
            turns: BinaryHeap::new(),
            held_back: VecDeque::new(),
            last_turn: 0,
            elapsed,
            policy,
            random,
            handles: 0,
            waker: None,
        }
    }

    /// Whether it was not there yet.
    pub(crate) fn add(&mut self, id: CalloutId) -> bool {
        if self.entries.contains_key(&id) {
            return false;
        }
        let wait = self.policy.rhythm.first(self.random.unit());
        let track = Track::new(self.elapsed.now().elapsed + wait);
        let entry = Entry {
            turn: 0,
            reading: false,
            poked: false,
            track,
        };
        self.entries.insert(id, entry);
        self.schedule(id);
        true
    }

    /// Whether it was there.
    pub(crate) fn remove(&mut self, id: CalloutId) -> bool {
        self.entries.remove(&id).is_some()
    }

    /// Whether it was there.
    pub(crate) fn poke(&mut self, id: CalloutId) -> bool {
        let Some(entry) = self.entries.get_mut(&id) else {
            return false;
        };
        if entry.reading {
            entry.poked = true;
            return true;
        }
        let before = entry.track.due();
        entry.track.poke(self.elapsed.now(), &self.policy);
        if entry.track.due() < before {
            self.schedule(id);
        }
        true
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn contains(&self, id: CalloutId) -> bool {
        self.entries.contains_key(&id)
    }

    pub(crate) fn read_at(&self, id: CalloutId) -> Option<Timestamp> {
        self.entries.get(&id)?.track.read_at()
    }

    /// Begins the read that has been due for longest; failing callouts only while there is a
    /// place for such.
    pub(crate) fn begin(&mut self, place_for_failing: bool) -> Option<Begun> {
        let now = self.elapsed.now();
        loop {
            let turn = match self.held_back.front().copied() {
                Some(held) if place_for_failing => {
                    self.held_back.pop_front();
                    held
                }
                _ => {
                    let Reverse(next) = *self.turns.peek()?;
                    if next.due > now.elapsed && self.counts(next) {
                        return None;
                    }
                    self.turns.pop();
                    next
                }
            };
            if !self.counts(turn) {
                continue;
            }
            let Some(entry) = self.entries.get_mut(&turn.id) else {
                continue;
            };
            let failing = entry.track.failures() > 0;
            if failing && !place_for_failing {
                self.held_back.push_back(turn);
                continue;
            }
            entry.reading = true;
            entry.track.begin(now);
            return Some(Begun {
                id: turn.id,
                turn: turn.number,
                failing,
            });
        }
    }

    /// Takes the result of a read; nothing if the callout was removed meanwhile.
    pub(crate) fn finish(
        &mut self,
        begun: Begun,
        result: Result<CalloutView, Error>,
    ) -> Option<(Outcome, Option<Timestamp>)> {
        let now = self.elapsed.now();
        let entry = self
            .entries
            .get_mut(&begun.id)
            .filter(|entry| entry.turn == begun.turn)?;
        let chance = self.random.unit();
        let outcome = entry.track.finish(result, now, &self.policy, chance);
        let read_at = entry.track.read_at();
        entry.reading = false;
        if std::mem::take(&mut entry.poked) {
            entry.track.poke(now, &self.policy);
        }
        if matches!(outcome, Outcome::Over(..) | Outcome::Lost(..)) {
            self.entries.remove(&begun.id);
        } else {
            self.schedule(begun.id);
        }
        Some((outcome, read_at))
    }

    /// When the next read is due that is not held back.
    pub(crate) fn next_due(&mut self) -> Option<Duration> {
        while let Some(Reverse(next)) = self.turns.peek().copied() {
            if self.counts(next) {
                return Some(next.due);
            }
            self.turns.pop();
        }
        None
    }

    /// For how long the read that waits longest has been due.
    pub(crate) fn behind(&mut self) -> Duration {
        let now = self.elapsed.now().elapsed;
        let held = self.held_back.iter().filter(|turn| self.counts(**turn));
        let held = held.map(|turn| turn.due).min();
        let due = [held, self.next_due()].into_iter().flatten().min();
        due.map_or(Duration::ZERO, |due| now.saturating_sub(due))
    }

    fn counts(&self, turn: Turn) -> bool {
        self.entries
            .get(&turn.id)
            .is_some_and(|entry| entry.turn == turn.number && !entry.reading)
    }

    fn schedule(&mut self, id: CalloutId) {
        self.last_turn += 1;
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.turn = self.last_turn;
            self.turns.push(Reverse(Turn {
                due: entry.track.due(),
                number: entry.turn,
                id,
            }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_watched_callout_costs_less_than_a_quarter_of_a_kilobyte() {
        let bytes = size_of::<(CalloutId, Entry)>() + size_of::<Turn>();
        assert!(bytes <= 256, "{bytes}");
    }
}
