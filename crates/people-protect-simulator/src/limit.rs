//! The limit of the customer subscription list (R21).

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use crate::problem::Problem;
use crate::state::State;
use crate::switch::people::{
    RETRY_AFTER, SUBSCRIPTION_LIST_LIMIT, SUBSCRIPTION_LIST_LIMITED, SUBSCRIPTION_LIST_WINDOW_S,
};

/// When a source asked for lists lately: never more times than the limit.
#[derive(Debug, Clone, Default)]
pub(crate) struct ListReads(VecDeque<Timestamp>);

impl State {
    /// R21: about 50 requests per 10 s and source, else 429. That the window slides with the
    /// requests, that refused ones do not count, and `Retry-After` are assumptions.
    pub(crate) fn count_list_read(&mut self, source: i64, now: Timestamp) -> Result<(), Problem> {
        let settings = &self.settings;
        if !settings.is_on(&SUBSCRIPTION_LIST_LIMITED) || !settings.keeps("R21") {
            return Ok(());
        }
        let limit = usize::try_from(settings.number(&SUBSCRIPTION_LIST_LIMIT));
        let seconds = i64::try_from(settings.number(&SUBSCRIPTION_LIST_WINDOW_S));
        let (Ok(limit), Ok(seconds)) = (limit, seconds) else {
            return Err(Problem::defect());
        };
        let window = SignedDuration::from_secs(seconds);
        let says_when = settings.is_on(&RETRY_AFTER);
        let reads = &mut self.list_reads.entry(source).or_default().0;
        while reads
            .front()
            .is_some_and(|first| now.duration_since(*first) >= window)
        {
            reads.pop_front();
        }
        // A limit that was lowered meanwhile leaves more than it allows: the last ones count.
        while reads.len() > limit {
            reads.pop_front();
        }
        let Some(first) = reads.front().filter(|_| reads.len() == limit) else {
            reads.push_back(now);
            return Ok(());
        };
        let left = window - now.duration_since(*first);
        let seconds = u64::try_from(left.as_millis().max(0))
            .unwrap_or_default()
            .div_ceil(1000)
            .max(1);
        Err(Problem::too_many(
            format!(
                "more than {limit} requests for customer subscription lists in {} seconds: slow down",
                window.as_secs()
            ),
            says_when.then_some(seconds),
        ))
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use crate::clock::Clock;
    use crate::state::State;

    #[test]
    fn r21_the_window_slides_and_each_source_has_its_own() {
        let (mut state, start) = (State::default(), Clock::manual().base());
        let at = |milliseconds| start + SignedDuration::from_millis(milliseconds);
        for n in 0..50 {
            assert!(state.count_list_read(12, at(n * 100)).is_ok(), "{n}");
        }
        for late in [4900, 9999] {
            let refused = state.count_list_read(12, at(late)).unwrap_err();
            assert_eq!(refused.status, 429);
        }
        assert!(state.count_list_read(13, at(4900)).is_ok());
        // The first one is ten seconds old now, the second is not.
        assert!(state.count_list_read(12, at(10_000)).is_ok());
        assert!(state.count_list_read(12, at(10_050)).is_err());
        assert!(state.count_list_read(12, at(10_100)).is_ok());
        assert_eq!(state.list_reads[&12].0.len(), 50);
    }
}
