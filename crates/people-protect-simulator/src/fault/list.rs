//! The faults that are set, and whose turn it is.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use super::Fault;
use crate::error::{Error, ErrorKind};
use crate::seed::Seed;

/// Beside the state, under a lock of its own: a fault changes what becomes of a call, not what the
/// simulator knows.
pub(crate) struct Faults {
    seed: Seed,
    /// Whether there is any: almost always there is none, and then nothing is locked.
    any: AtomicBool,
    /// Counts the changes, so that the state takes them up only when there are any.
    version: AtomicU64,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    /// Those given at the start.
    started: Vec<Fault>,
    set: Vec<Set>,
    next: u64,
}

/// A fault that is set, with what it has done.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Set {
    pub(crate) id: u64,
    fault: Fault,
    /// How many calls matched.
    calls: u64,
    /// How many of them went wrong.
    hits: u64,
}

/// A fault whose turn it is.
#[derive(Debug)]
pub(crate) struct Due {
    pub(crate) id: u64,
    pub(crate) fault: Fault,
}

impl Faults {
    pub(crate) fn new(seed: Seed) -> Self {
        Self {
            seed,
            any: AtomicBool::new(false),
            version: AtomicU64::new(0),
            held: Mutex::default(),
        }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn changed(&self, held: &Held) {
        self.any.store(!held.set.is_empty(), Ordering::Release);
        self.version.fetch_add(1, Ordering::AcqRel);
    }

    /// What is set, if that changed since the version that was seen last.
    pub(crate) fn newer_than(&self, seen: &mut u64) -> Option<Vec<Set>> {
        if self.version.load(Ordering::Acquire) == *seen {
            return None;
        }
        let held = self.held();
        *seen = self.version.load(Ordering::Acquire);
        Some(held.set.clone())
    }

    /// Sets what was kept, counts included, in place of what is set.
    pub(crate) fn replace(&self, kept: Vec<Set>) {
        let mut held = self.held();
        held.next = kept.iter().map(|set| set.id).fold(held.next, u64::max);
        held.set = kept;
        self.changed(&held);
    }

    /// Goes on with what was kept, and with those given at the start that are not among it.
    pub(crate) fn go_on_with(&self, mut kept: Vec<Set>) {
        let mut next = kept.iter().map(|set| set.id).max().unwrap_or_default();
        for started in self.held().started.clone() {
            if kept.iter().all(|set| set.fault != started) {
                next += 1;
                kept.push(Set::new(next, started));
            }
        }
        self.replace(kept);
    }

    /// Sets the faults that a simulator starts with and goes back to.
    pub(crate) fn start_with(&self, faults: Vec<Fault>) -> Result<(), Error> {
        faults.iter().try_for_each(Fault::check)?;
        self.held().started = faults;
        self.reset();
        Ok(())
    }

    /// Goes back to the faults given at the start, with nothing counted.
    pub(crate) fn reset(&self) {
        let mut held = self.held();
        let Held { started, set, next } = &mut *held;
        *next = started.len() as u64;
        *set = (1..)
            .zip(started.iter())
            .map(|(id, fault)| Set::new(id, fault.clone()))
            .collect();
        self.changed(&held);
    }

    /// Adds one and returns its number.
    pub(crate) fn add(&self, fault: Fault) -> Result<Set, Error> {
        fault.check()?;
        let mut held = self.held();
        held.next += 1;
        let set = Set::new(held.next, fault);
        held.set.push(set.clone());
        self.changed(&held);
        Ok(set)
    }

    /// Removes one.
    pub(crate) fn remove(&self, id: u64) -> Result<(), Error> {
        let mut held = self.held();
        let before = held.set.len();
        held.set.retain(|set| set.id != id);
        self.changed(&held);
        if held.set.len() == before {
            return Err(Error::new(
                ErrorKind::UnknownFault,
                format!("there is no fault {id}: GET /_simulator/faults lists them"),
            ));
        }
        Ok(())
    }

    /// Removes all, also those given at the start; a reset brings these back.
    pub(crate) fn clear(&self) {
        let mut held = self.held();
        held.set.clear();
        self.changed(&held);
    }

    pub(crate) fn list(&self) -> Vec<Set> {
        self.held().set.clone()
    }

    /// Counts a call, and says which fault it meets: the first whose turn it is. `customer` is asked
    /// only if a fault wants to know.
    pub(crate) fn due(
        &self,
        operation: &str,
        customer: impl FnOnce() -> Option<i64>,
    ) -> Option<Due> {
        if !self.any.load(Ordering::Acquire) {
            return None;
        }
        // Asked before the lock is taken: it looks into the state, under the other lock.
        let wanted = self
            .held()
            .set
            .iter()
            .any(|set| set.fault.customer.is_some());
        let customer = wanted.then(customer).flatten();
        let mut due = None;
        let mut held = self.held();
        for set in &mut held.set {
            if set.fault.matches(operation, customer) && set.turn(self.seed) && due.is_none() {
                set.hits += 1;
                due = Some(Due {
                    id: set.id,
                    fault: set.fault.clone(),
                });
            }
        }
        // Whether it was its turn or not, it has been counted.
        self.version.fetch_add(1, Ordering::AcqRel);
        due
    }
}

impl Set {
    /// Whether it may be set at all.
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.fault.check()
    }

    fn new(id: u64, fault: Fault) -> Self {
        Self {
            id,
            fault,
            calls: 0,
            hits: 0,
        }
    }

    /// Counts a call that matches and says whether it goes wrong.
    fn turn(&mut self, seed: Seed) -> bool {
        self.calls += 1;
        let (calls, fault) = (self.calls, &self.fault);
        fault.limit.is_none_or(|limit| self.hits < limit)
            && fault.nth.is_none_or(|nth| nth == calls)
            && fault
                .probability
                .is_none_or(|chance| draw(seed, self.id, calls) < chance)
    }
}

impl Fault {
    fn matches(&self, operation: &str, customer: Option<i64>) -> bool {
        let named = self.operation.as_deref();
        named.is_none_or(|named| named == operation || named == "all")
            && self.customer.is_none_or(|id| customer == Some(id))
    }
}

/// A number from 0 to below 1 that belongs to this call of this fault.
fn draw(seed: Seed, fault: u64, call: u64) -> f64 {
    let bytes = seed.bytes(&format!("fault {fault}"), call.cast_signed());
    let [a, b, c, d, ..] = bytes;
    f64::from(u32::from_be_bytes([a, b, c, d])) / (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests {
    use super::Faults;
    use crate::fault::Fault;
    use crate::seed::Seed;

    fn hits(faults: &Faults, calls: usize) -> Vec<bool> {
        (0..calls)
            .map(|_| faults.due("get_callout", || None).is_some())
            .collect()
    }

    #[test]
    fn nth_and_limit_choose_the_calls() {
        let faults = Faults::new(Seed(0));
        faults
            .add(Fault::on("get_callout").nth(2).reset_after())
            .unwrap();
        assert_eq!(hits(&faults, 3), [false, true, false]);
        faults.clear();
        faults.add(Fault::on_all().limit(2).reset_after()).unwrap();
        assert_eq!(hits(&faults, 3), [true, true, false]);
        faults.clear();
        faults
            .add(Fault::on("cancel_callout").reset_after())
            .unwrap();
        assert_eq!(hits(&faults, 1), [false]);
    }

    #[test]
    fn a_probability_follows_from_the_seed_and_is_met() {
        let drawn = |seed| {
            let faults = Faults::new(Seed(seed));
            faults
                .add(Fault::on_all().probability(0.25).reset_after())
                .unwrap();
            hits(&faults, 2000)
        };
        assert_eq!(drawn(1), drawn(1));
        assert_ne!(drawn(1), drawn(2));
        let met = drawn(1).iter().filter(|hit| **hit).count();
        assert!((400..600).contains(&met), "{met}");
    }

    #[test]
    fn the_first_whose_turn_it_is_decides_and_all_count() {
        let faults = Faults::new(Seed(0));
        faults.add(Fault::on_all().nth(2).status(500)).unwrap();
        faults.add(Fault::on_all().status(503)).unwrap();
        let due: Vec<_> = (0..3)
            .map(|_| faults.due("get_callout", || None).unwrap().id)
            .collect();
        assert_eq!(due, [2, 1, 2]);
        let counts: Vec<_> = faults
            .list()
            .iter()
            .map(|set| (set.calls, set.hits))
            .collect();
        assert_eq!(counts, [(3, 1), (3, 2)]);
    }

    #[test]
    fn a_reset_brings_back_what_was_given_at_the_start() {
        let faults = Faults::new(Seed(0));
        faults
            .start_with(vec![Fault::on_all().nth(1).status(500)])
            .unwrap();
        faults.add(Fault::on_all().status(503)).unwrap();
        assert_eq!(hits(&faults, 2), [true, true]);
        faults.reset();
        assert_eq!(hits(&faults, 2), [true, false]);
        faults.clear();
        assert_eq!(hits(&faults, 1), [false]);
        assert!(faults.remove(1).is_err());
    }
}
