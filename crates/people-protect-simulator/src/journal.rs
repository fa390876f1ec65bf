//! The latest requests, for tests that count them (R04).

use std::collections::VecDeque;

use jiff::Timestamp;
use people_protect_api::Operation;
use serde::Serialize;

/// As many as are kept; older ones are forgotten first.
const KEPT: usize = 1000;

/// One request that reached the API. Neither query, headers nor body are kept.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct RequestRecord {
    /// Counts all requests since the start or the last reset, from 1.
    pub number: u64,
    /// When it was answered, by the simulator's clock.
    pub at: Timestamp,
    /// The HTTP method.
    pub method: String,
    /// The operation's id in the contract; none if there is no such operation here.
    pub operation: Option<&'static str>,
    /// The status of the answer; 0 if a fault cut the connection before there was one.
    pub status: u16,
    /// The rules that the operation rests on.
    pub rules: &'static [&'static str],
    /// The rule that a refusal rests on, where one is known.
    pub rule: Option<&'static str>,
}

#[derive(Debug, Default)]
pub(crate) struct Journal {
    latest: VecDeque<RequestRecord>,
    count: u64,
}

impl Journal {
    pub(crate) fn note(
        &mut self,
        at: Timestamp,
        method: &str,
        operation: Option<&'static Operation>,
        status: u16,
        rule: Option<&'static str>,
    ) {
        self.count += 1;
        if self.latest.len() == KEPT {
            self.latest.pop_front();
        }
        self.latest.push_back(RequestRecord {
            number: self.count,
            at,
            method: method.to_owned(),
            operation: operation.map(|operation| operation.id),
            status,
            rules: operation.map_or(&[], |operation| operation.rules),
            rule,
        });
    }

    /// Those that came after the one with that number.
    pub(crate) fn after(&self, number: u64) -> Vec<RequestRecord> {
        let known = |record: &RequestRecord| record.number <= number;
        let from = self.latest.partition_point(known);
        self.latest.range(from..).cloned().collect()
    }

    pub(crate) fn latest(&self) -> Vec<RequestRecord> {
        self.latest.iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Journal, KEPT};
    use crate::clock::Clock;

    #[test]
    fn the_journal_is_bounded_and_keeps_counting() {
        let mut journal = Journal::default();
        for _ in 0..KEPT + 5 {
            journal.note(Clock::manual().base(), "GET", None, 404, None);
        }
        let latest = journal.latest();
        assert_eq!(latest.len(), KEPT);
        assert_eq!(
            (latest[0].number, latest[KEPT - 1].number),
            (6, KEPT as u64 + 5)
        );
    }
}
