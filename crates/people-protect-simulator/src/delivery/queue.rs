//! Deliveries that wait, and the log of those that are over. In memory only: what waits when a
//! simulator ends is lost, as AURA promises no delivery either (C49).

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use people_protect_api::SecretText;

use super::{DeliveryOutcome, DeliveryRecord};
use crate::error::{Error, ErrorKind};
use crate::happening::About;
use crate::seed::Seed;

/// As many that are over are kept; older ones are forgotten first.
const KEPT: usize = 1000;
/// As many may wait per customer source; further ones are lost.
const MOST_WAITING: usize = 10_000;
/// How long one is held back at most that nothing overtakes.
const HELD_BACK: SignedDuration = SignedDuration::from_secs(60);

/// What is to be sent. `Debug` shows neither address, headers nor body.
pub(crate) struct Letter {
    pub(crate) source: i64,
    pub(crate) event: String,
    /// None for a callback.
    pub(crate) about: Option<About>,
    pub(crate) url: SecretText,
    pub(crate) headers: Vec<(String, SecretText)>,
    pub(crate) body: Vec<u8>,
}

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Letter")
            .field("source", &self.source)
            .field("event", &self.event)
            .field("about", &self.about)
            .finish_non_exhaustive()
    }
}

/// What the letters of one lane have in common: they are sent one after the other. A source's
/// webhook and its callbacks may be different receivers, so they do not wait for each other.
type Lane = (i64, bool);

impl Letter {
    fn lane(&self) -> Lane {
        (self.source, self.about.is_none())
    }
}

/// What happens to deliveries on purpose.
#[derive(Debug)]
pub(crate) struct Chances {
    pub(crate) seed: Seed,
    pub(crate) drop: u64,
    pub(crate) duplicate: u64,
    pub(crate) reorder: u64,
    pub(crate) delay_s: u64,
}

impl Chances {
    /// Whether this one is among `percent` of a hundred.
    fn hits(&self, percent: u64, purpose: &str, number: u64) -> bool {
        if percent == 0 {
            return false;
        }
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        let bytes = self.seed.bytes(purpose, number);
        let drawn = u64::from(u16::from_be_bytes([bytes[0], bytes[1]]));
        drawn * 100 < percent * (u64::from(u16::MAX) + 1)
    }
}

/// How a failed attempt is repeated.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Retry {
    pub(crate) attempts: u64,
    pub(crate) after_s: u64,
}

/// What the courier takes along.
#[derive(Debug)]
pub(crate) struct Taken {
    pub(crate) epoch: u64,
    pub(crate) number: u64,
    pub(crate) letter: Arc<Letter>,
}

#[derive(Debug)]
struct Row {
    record: DeliveryRecord,
    letter: Arc<Letter>,
    held_back: bool,
}

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct Deliveries {
    /// Tells the answers to what was sent before a reset from those after it.
    epoch: u64,
    count: u64,
    rows: BTreeMap<u64, Row>,
    /// The numbers of those that are over, oldest first.
    over: VecDeque<u64>,
    waiting: BTreeMap<Lane, BTreeSet<(Timestamp, u64)>>,
    busy: BTreeSet<Lane>,
}

impl Deliveries {
    /// Forgets all. What is under way is not called back, and its outcome not noted.
    pub(crate) fn reset(&mut self) {
        *self = Self {
            epoch: self.epoch + 1,
            ..Self::default()
        };
    }

    /// How many there have been.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// The log, oldest first.
    pub(crate) fn log(&self) -> Vec<DeliveryRecord> {
        self.rows.values().map(|row| row.record.clone()).collect()
    }

    /// Takes a letter in, and does to it what the switches say.
    pub(crate) fn file(&mut self, letter: Letter, chances: &Chances, now: Timestamp) {
        let letter = Arc::new(letter);
        let delay = SignedDuration::from_secs(i64::try_from(chances.delay_s).unwrap_or(i64::MAX));
        let due = now.saturating_add(delay).unwrap_or(Timestamp::MAX);
        let number = self.add(&letter, 1, None, now, due);
        if chances.hits(chances.drop, "delivery dropped", number) {
            self.end(number, DeliveryOutcome::Dropped, now);
            return;
        }
        if chances.hits(chances.duplicate, "delivery duplicated", number) {
            self.add(&letter, 1, Some(number), now, due);
        }
        if chances.hits(chances.reorder, "delivery held back", number) {
            let later = due.saturating_add(HELD_BACK).unwrap_or(Timestamp::MAX);
            self.reschedule(number, later, true);
        }
    }

    /// Sends one again, as it was, on request.
    pub(crate) fn redeliver(&mut self, number: u64, now: Timestamp) -> Result<u64, Error> {
        let row = self.rows.get(&number).ok_or_else(|| {
            let text =
                format!("there is no delivery {number}: GET /_simulator/deliveries lists them");
            Error::new(ErrorKind::UnknownDelivery, text)
        })?;
        let letter = Arc::clone(&row.letter);
        Ok(self.add(&letter, 1, Some(number), now, now))
    }

    fn add(
        &mut self,
        letter: &Arc<Letter>,
        attempt: u32,
        repeats: Option<u64>,
        now: Timestamp,
        due: Timestamp,
    ) -> u64 {
        self.count += 1;
        let number = self.count;
        let record = DeliveryRecord {
            number,
            source: letter.source,
            event: letter.event.clone(),
            entity: letter.about.map(About::key),
            entity_id: letter.about.map(About::id),
            attempt,
            repeats,
            at: now,
            due,
            finished_at: None,
            outcome: DeliveryOutcome::Waiting,
        };
        let row = Row {
            record,
            letter: Arc::clone(letter),
            held_back: false,
        };
        self.rows.insert(number, row);
        let waiting = self.waiting.entry(letter.lane()).or_default();
        waiting.insert((due, number));
        if waiting.len() > MOST_WAITING {
            self.end(number, DeliveryOutcome::Overflowed, now);
        }
        number
    }

    fn reschedule(&mut self, number: u64, due: Timestamp, held_back: bool) {
        let Some(row) = self.rows.get_mut(&number) else {
            return;
        };
        let before = std::mem::replace(&mut row.record.due, due);
        row.held_back = held_back;
        if let Some(waiting) = self.waiting.get_mut(&row.letter.lane())
            && waiting.remove(&(before, number))
        {
            waiting.insert((due, number));
        }
    }

    fn end(&mut self, number: u64, outcome: DeliveryOutcome, now: Timestamp) {
        let Some(row) = self.rows.get_mut(&number) else {
            return;
        };
        row.record.outcome = outcome;
        row.record.finished_at = Some(now);
        if let Some(waiting) = self.waiting.get_mut(&row.letter.lane()) {
            waiting.remove(&(row.record.due, number));
        }
        self.over.push_back(number);
        if self.over.len() > KEPT
            && let Some(oldest) = self.over.pop_front()
        {
            self.rows.remove(&oldest);
        }
    }

    /// What is due, one of each lane that is free.
    pub(crate) fn take(&mut self, now: Timestamp) -> Vec<Taken> {
        let mut taken = Vec::new();
        for (lane, waiting) in &mut self.waiting {
            if self.busy.contains(lane) {
                continue;
            }
            let Some((due, number)) = waiting.first().copied() else {
                continue;
            };
            if due > now {
                continue;
            }
            waiting.remove(&(due, number));
            let Some(row) = self.rows.get_mut(&number) else {
                continue;
            };
            row.record.outcome = DeliveryOutcome::Sending;
            self.busy.insert(*lane);
            taken.push(Taken {
                epoch: self.epoch,
                number,
                letter: Arc::clone(&row.letter),
            });
        }
        taken
    }

    /// When the next one is due, of those that need not wait for another.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        self.waiting
            .iter()
            .filter(|(lane, _)| !self.busy.contains(lane))
            .filter_map(|(_, waiting)| waiting.first())
            .map(|(due, _)| *due)
            .min()
    }

    /// Whether all is sent and answered that is due.
    pub(crate) fn is_idle(&self, now: Timestamp) -> bool {
        self.busy.is_empty() && self.next_due().is_none_or(|due| due > now)
    }

    /// Notes what came of one, lets go what it has overtaken, and plans the next attempt.
    pub(crate) fn finish(
        &mut self,
        taken: &Taken,
        outcome: DeliveryOutcome,
        retry: Retry,
        now: Timestamp,
    ) {
        if taken.epoch != self.epoch {
            return;
        }
        let (number, lane) = (taken.number, taken.letter.lane());
        self.busy.remove(&lane);
        let attempt = self.rows.get(&number).map_or(1, |row| row.record.attempt);
        self.end(number, outcome, now);
        let overtaken: Vec<u64> = self
            .waiting
            .get(&lane)
            .into_iter()
            .flatten()
            .map(|(_, waiting)| *waiting)
            .filter(|waiting| *waiting < number)
            .filter(|waiting| self.rows.get(waiting).is_some_and(|row| row.held_back))
            .collect();
        for overtaken in overtaken {
            self.reschedule(overtaken, now, false);
        }
        if !outcome.is_delivered() && u64::from(attempt) < retry.attempts {
            let after = SignedDuration::from_secs(i64::try_from(retry.after_s).unwrap_or(i64::MAX));
            let due = now.saturating_add(after).unwrap_or(Timestamp::MAX);
            self.add(&taken.letter, attempt + 1, Some(number), now, due);
        }
    }
}
