//! Deliveries that wait, and the log of those that are over.
//!
//! They belong to the state: what an acknowledged change has set off is sent also if the simulator
//! is killed before. One that was under way then is sent once more, as nobody knows whether it has
//! arrived.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;

use jiff::{SignedDuration, Timestamp};
use people_protect_api::SecretText;
use serde::{Deserialize, Deserializer, Serialize};

use super::{DeliveryOutcome, DeliveryRecord};
use crate::error::{Error, ErrorKind};
use crate::happening::About;
use crate::seed::Seed;
use crate::table::Table;

/// As many that are over are kept; older ones are forgotten first.
const KEPT: usize = 1000;
/// As many may wait per customer source; further ones are lost.
const MOST_WAITING: usize = 10_000;
/// How long one is held back at most that nothing overtakes.
const HELD_BACK: SignedDuration = SignedDuration::from_secs(60);

/// What is to be sent. `Debug` shows neither address, headers nor body.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Letter {
    pub(crate) source: i64,
    pub(crate) event: String,
    /// None for a callback.
    pub(crate) about: Option<About>,
    pub(crate) url: SecretText,
    pub(crate) headers: Vec<(String, SecretText)>,
    pub(crate) body: SecretText,
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
    pub(crate) number: u64,
    pub(crate) letter: Letter,
}

/// A delivery as it is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Row {
    pub(crate) letter: Letter,
    attempt: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    repeats: Option<u64>,
    at: Timestamp,
    due: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    finished_at: Option<Timestamp>,
    /// Whether a later one is to overtake it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    held_back: bool,
    #[serde(flatten)]
    outcome: DeliveryOutcome,
}

impl Row {
    fn record(&self, number: u64) -> DeliveryRecord {
        DeliveryRecord {
            number,
            source: self.letter.source,
            event: self.letter.event.clone(),
            entity: self.letter.about.map(About::key),
            entity_id: self.letter.about.map(About::id),
            attempt: self.attempt,
            repeats: self.repeats,
            at: self.at,
            due: self.due,
            finished_at: self.finished_at,
            outcome: self.outcome,
        }
    }
}

/// All of them. What is kept are the rows; the rest follows from them.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(transparent)]
pub(crate) struct Deliveries {
    pub(crate) rows: Table<u64, Row>,
    /// The numbers of those that are over, oldest first.
    #[serde(skip)]
    over: VecDeque<u64>,
    #[serde(skip)]
    waiting: BTreeMap<Lane, BTreeSet<(Timestamp, u64)>>,
    /// Those of the waiting ones that a later one is to overtake.
    #[serde(skip)]
    held_back: BTreeMap<Lane, BTreeSet<u64>>,
    #[serde(skip)]
    busy: BTreeSet<Lane>,
}

impl<'de> Deserialize<'de> for Deliveries {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let rows = Table::deserialize(from)?;
        Ok(Self {
            rows,
            ..Self::default()
        })
    }
}

impl Deliveries {
    /// Finds the order of rows that have been read. What was under way waits again.
    pub(crate) fn reindex(&mut self) {
        let mut over = BTreeSet::new();
        let mut sending = Vec::new();
        self.waiting.clear();
        self.held_back.clear();
        self.busy.clear();
        for (number, row) in &self.rows {
            let (number, lane) = (*number, row.letter.lane());
            match row.outcome {
                DeliveryOutcome::Waiting => {}
                DeliveryOutcome::Sending => sending.push(number),
                _ => {
                    over.insert((row.finished_at, number));
                    continue;
                }
            }
            let waiting = self.waiting.entry(lane).or_default();
            waiting.insert((row.due, number));
            if row.held_back {
                self.held_back.entry(lane).or_default().insert(number);
            }
        }
        self.over = over.into_iter().map(|(_, number)| number).collect();
        for number in sending {
            if let Some(row) = self.rows.get_mut(&number) {
                row.outcome = DeliveryOutcome::Waiting;
            }
        }
    }

    /// How many there have been.
    pub(crate) fn count(&self) -> u64 {
        self.rows.last_key_value().map_or(0, |(number, _)| *number)
    }

    /// The log, oldest first.
    pub(crate) fn log(&self) -> Vec<DeliveryRecord> {
        self.rows
            .iter()
            .map(|(number, row)| row.record(*number))
            .collect()
    }

    /// Takes a letter in, and does to it what the switches say.
    pub(crate) fn file(&mut self, letter: Letter, chances: &Chances, now: Timestamp) {
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
            let lane = letter.lane();
            self.reschedule(lane, number, later);
            self.held_back.entry(lane).or_default().insert(number);
            if let Some(row) = self.rows.get_mut(&number) {
                row.held_back = true;
            }
        }
    }

    /// Sends one again, as it was, on request.
    pub(crate) fn redeliver(&mut self, number: u64, now: Timestamp) -> Result<u64, Error> {
        let row = self.rows.get(&number).ok_or_else(|| {
            let text =
                format!("there is no delivery {number}: GET /_simulator/deliveries lists them");
            Error::new(ErrorKind::UnknownDelivery, text)
        })?;
        let letter = row.letter.clone();
        Ok(self.add(&letter, 1, Some(number), now, now))
    }

    fn add(
        &mut self,
        letter: &Letter,
        attempt: u32,
        repeats: Option<u64>,
        now: Timestamp,
        due: Timestamp,
    ) -> u64 {
        let number = self.count() + 1;
        let row = Row {
            letter: letter.clone(),
            attempt,
            repeats,
            at: now,
            due,
            finished_at: None,
            held_back: false,
            outcome: DeliveryOutcome::Waiting,
        };
        self.rows.insert(number, row);
        let waiting = self.waiting.entry(letter.lane()).or_default();
        waiting.insert((due, number));
        if waiting.len() > MOST_WAITING {
            self.end(number, DeliveryOutcome::Overflowed, now);
        }
        number
    }

    fn reschedule(&mut self, lane: Lane, number: u64, due: Timestamp) {
        let Some(row) = self.rows.get_mut(&number) else {
            return;
        };
        if let Some(waiting) = self.waiting.get_mut(&lane)
            && waiting.remove(&(row.due, number))
        {
            row.due = due;
            row.held_back = false;
            waiting.insert((due, number));
        }
    }

    fn end(&mut self, number: u64, outcome: DeliveryOutcome, now: Timestamp) {
        let Some(row) = self.rows.get_mut(&number) else {
            return;
        };
        row.outcome = outcome;
        row.finished_at = Some(now);
        if let Some(waiting) = self.waiting.get_mut(&row.letter.lane()) {
            waiting.remove(&(row.due, number));
        }
        self.over.push_back(number);
        // The latest stays whatever happens: the next number follows from it.
        let latest = self.count();
        if self.over.len() > KEPT
            && let Some(oldest) = self.over.iter().position(|number| *number != latest)
            && let Some(oldest) = self.over.remove(oldest)
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
            row.outcome = DeliveryOutcome::Sending;
            self.busy.insert(*lane);
            taken.push(Taken {
                number,
                letter: row.letter.clone(),
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
        let (number, lane) = (taken.number, taken.letter.lane());
        self.busy.remove(&lane);
        let attempt = self.rows.get(&number).map_or(1, |row| row.attempt);
        self.end(number, outcome, now);
        if let Some(held_back) = self.held_back.get_mut(&lane) {
            let later = held_back.split_off(&number);
            for overtaken in std::mem::replace(held_back, later) {
                self.reschedule(lane, overtaken, now);
            }
        }
        if !outcome.is_delivered() && u64::from(attempt) < retry.attempts {
            let after = SignedDuration::from_secs(i64::try_from(retry.after_s).unwrap_or(i64::MAX));
            let due = now.saturating_add(after).unwrap_or(Timestamp::MAX);
            self.add(&taken.letter, attempt + 1, Some(number), now, due);
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::{Chances, Deliveries, KEPT, Letter, MOST_WAITING, Retry};
    use crate::clock::Clock;
    use crate::delivery::DeliveryOutcome;
    use crate::happening::About;
    use crate::seed::Seed;

    const ONCE: Retry = Retry {
        attempts: 1,
        after_s: 0,
    };
    const GOOD: DeliveryOutcome = DeliveryOutcome::Answered { status: 200 };

    fn chances(percent: [u64; 3], seed: u64) -> Chances {
        let [drop, duplicate, reorder] = percent;
        Chances {
            seed: Seed(seed),
            drop,
            duplicate,
            reorder,
            delay_s: 0,
        }
    }

    fn letter() -> Letter {
        Letter {
            source: 12,
            event: "NEW_CALLOUT".to_owned(),
            about: Some(About::Callout(992_011)),
            url: "https://example.com/?key=planted".into(),
            headers: vec![("x-secret".to_owned(), "planted".into())],
            body: "planted".into(),
        }
    }

    /// Sends all that is due, in its order.
    fn drain(deliveries: &mut Deliveries, now: Timestamp) -> Vec<u64> {
        let mut sent = Vec::new();
        loop {
            let taken = deliveries.take(now);
            let Some(taken) = taken.first() else {
                return sent;
            };
            sent.push(taken.number);
            deliveries.finish(taken, GOOD, ONCE, now);
        }
    }

    #[test]
    fn the_log_is_bounded_and_what_waits_is_never_forgotten() {
        let (mut deliveries, now) = (Deliveries::default(), Clock::manual().base());
        let late = Chances {
            delay_s: 60,
            ..chances([0; 3], 0)
        };
        deliveries.file(letter(), &late, now);
        for _ in 0..KEPT + 5 {
            deliveries.file(letter(), &chances([0; 3], 0), now);
        }
        assert_eq!(drain(&mut deliveries, now).len(), KEPT + 5);
        let log = deliveries.log();
        assert_eq!(log.len(), KEPT + 1);
        assert_eq!((log[0].number, log[1].number), (1, 7));
        assert!(deliveries.is_idle(now));
        assert!(!deliveries.is_idle(now + SignedDuration::from_secs(60)));
    }

    #[test]
    fn a_queue_that_is_full_loses_the_latest_and_says_so() {
        let (mut deliveries, now) = (Deliveries::default(), Clock::manual().base());
        for _ in 0..=MOST_WAITING {
            deliveries.file(letter(), &chances([0; 3], 0), now);
        }
        let log = deliveries.log();
        assert_eq!(log[MOST_WAITING].outcome, DeliveryOutcome::Overflowed);
        assert_eq!(drain(&mut deliveries, now).len(), MOST_WAITING);
    }

    #[test]
    fn what_is_held_back_is_overtaken_by_one() {
        let (mut deliveries, now) = (Deliveries::default(), Clock::manual().base());
        deliveries.file(letter(), &chances([0, 0, 100], 0), now);
        deliveries.file(letter(), &chances([0; 3], 0), now);
        deliveries.file(letter(), &chances([0; 3], 0), now);
        let order = drain(&mut deliveries, now);
        assert_eq!(order[0], 2);
        assert_eq!(order.len(), 3);
    }

    #[test]
    fn rows_that_are_read_again_wait_in_the_same_order_and_what_was_under_way_is_sent_again() {
        let (mut deliveries, now) = (Deliveries::default(), Clock::manual().base());
        deliveries.file(letter(), &chances([0; 3], 0), now);
        deliveries.file(letter(), &chances([0, 0, 100], 0), now);
        deliveries.file(letter(), &chances([0; 3], 0), now);
        let ended = deliveries.take(now);
        deliveries.finish(&ended[0], GOOD, ONCE, now);
        let under_way = deliveries.take(now);
        assert_eq!(under_way[0].number, 3);

        let text = serde_json::to_string(&deliveries).unwrap();
        let mut read: Deliveries = serde_json::from_str(&text).unwrap();
        read.reindex();
        assert_eq!(read.log()[0].outcome, GOOD);
        assert_eq!(read.log()[2].outcome, DeliveryOutcome::Waiting);
        assert_eq!(drain(&mut read, now), [3, 2], "what is held back still is");
        read.file(letter(), &chances([0; 3], 0), now);
        assert_eq!(read.count(), 4);
    }

    #[test]
    fn chances_are_about_what_they_say() {
        let (mut deliveries, now) = (Deliveries::default(), Clock::manual().base());
        for _ in 0..800 {
            deliveries.file(letter(), &chances([25, 0, 0], 7), now);
        }
        let log = deliveries.log();
        let dropped = log
            .iter()
            .filter(|one| one.outcome == DeliveryOutcome::Dropped)
            .count();
        assert!((150..250).contains(&dropped), "{dropped}");
    }

    #[test]
    fn debug_shows_neither_address_nor_headers_nor_body() {
        let (mut deliveries, now) = (Deliveries::default(), Clock::manual().base());
        deliveries.file(letter(), &chances([0; 3], 0), now);
        let shown = format!("{deliveries:?} {:?}", deliveries.take(now));
        assert!(!shown.contains("planted") && !shown.contains("example.com"));
        assert!(shown.contains("NEW_CALLOUT"));
    }
}
