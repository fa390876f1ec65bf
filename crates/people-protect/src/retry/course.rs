//! The course of one call: after each failure, again or not, and when.

use std::time::Duration;

use people_protect_api::Retry;

use super::{Budget, Failure, Retries};
use crate::{Error, Random};

/// How much longer than the own backoff somebody in danger waits for a server that asks for it.
const LONGEST_ASKED_IN_DANGER: Duration = Duration::from_secs(5);
/// With less time than this left, no further attempt can be answered.
const TOO_LATE: Duration = Duration::from_millis(250);

/// What to do after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// Send again after this wait.
    Again(Duration),
    /// The failure is the result, for this reason.
    Stop(Reason),
}

/// What there is to repeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Subject {
    pub(crate) class: Retry,
    /// Somebody may be in danger who waits for it.
    pub(crate) brings_help: bool,
    /// How long connecting may take, and the whole call.
    pub(crate) connecting: Duration,
    pub(crate) deadline: Duration,
}

impl Subject {
    /// Whether it is repeated past the usual number of attempts, to the deadline. What may happen twice only if
    /// it cannot have happened at all.
    fn goes_to_the_deadline(self, failure: Failure, left: Duration) -> bool {
        match self.class {
            // It may be the token, or the customer, who is to be told before long.
            _ if failure == Failure::NoOtherToken => {
                self.brings_help && left > self.deadline - self.deadline / 3
            }
            Retry::Deduplicated => failure.is_worth_the_deadline(),
            _ => self.brings_help && failure == Failure::NotSent,
        }
    }
}

/// Why a call is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    /// Repeating is of no use, or may do harm.
    NotRepeatable,
    /// All attempts were made.
    Attempts,
    /// Other calls have used up the budget.
    Budget,
    /// The server asked for a longer wait than allowed.
    RetryAfter,
    /// The deadline comes before the next attempt.
    Deadline,
}

/// Where one call stands.
#[derive(Debug)]
pub(crate) struct Course {
    retries: Retries,
    repeats: u32,
    /// Those of the repeats whose number is limited.
    limited: u32,
    /// A connection that had been idle broke once already.
    stale_seen: bool,
}

impl Course {
    pub(crate) fn new(retries: Retries) -> Self {
        Self {
            retries,
            repeats: 0,
            limited: 0,
            stale_seen: false,
        }
    }

    /// Decides after a failure of one attempt. `left` is what is left of the deadline.
    pub(crate) fn next(
        &mut self,
        error: &Error,
        failure: Failure,
        subject: Subject,
        left: Duration,
        budget: &Budget,
        random: &dyn Random,
    ) -> Next {
        if self.retries.attempts == 1 || !failure.may_be_repeated(subject.class) {
            return Next::Stop(Reason::NotRepeatable);
        }
        // The likely cause is a kept connection the server had closed: a new one is tried at
        // once, and neither the attempts nor the budget pay for it.
        if error.broke_without_an_answer() && subject.class != Retry::Never && !self.stale_seen {
            self.stale_seen = true;
            return Next::Again(Duration::ZERO);
        }
        let to_the_deadline = subject.goes_to_the_deadline(failure, left);
        // What may wait for nobody's convenience.
        let urgent = to_the_deadline || subject.class == Retry::Deduplicated;
        let is_last = failure == Failure::NoOtherToken || self.limited + 1 >= self.retries.attempts;
        if !to_the_deadline && is_last {
            return Next::Stop(Reason::Attempts);
        }
        let own = self.retries.backoff(self.repeats + 1, random.unit());
        let mut wait = match error.retry_after() {
            None => own,
            Some(asked) if urgent => asked.clamp(own, own + LONGEST_ASKED_IN_DANGER),
            Some(asked) if asked <= self.retries.longest_retry_after => asked.max(own),
            Some(_) => return Next::Stop(Reason::RetryAfter),
        };
        if wait >= left {
            if !to_the_deadline || left < TOO_LATE {
                return Next::Stop(Reason::Deadline);
            }
            // The last attempts come closer together rather than not at all.
            wait = left / 2;
        }
        // Cut off while it connects, it would look as if it might have arrived, and nobody would dare to repeat it.
        let short = subject.deadline <= subject.connecting;
        let cut_off = left < wait + subject.connecting && !short;
        if subject.class == Retry::Never && to_the_deadline && cut_off {
            return Next::Stop(Reason::Deadline);
        }
        if !urgent && !subject.brings_help && !budget.withdraw() {
            return Next::Stop(Reason::Budget);
        }
        self.repeats += 1;
        self.limited += u32::from(!to_the_deadline);
        Next::Again(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;
    use crate::retry::RetryBudget;

    #[derive(Debug)]
    struct Half;

    impl Random for Half {
        fn unit(&self) -> f64 {
            0.0
        }
    }

    /// One that brings help if it is a raise.
    fn subject(class: Retry) -> Subject {
        Subject {
            class,
            brings_help: class == Retry::Deduplicated,
            connecting: Duration::from_secs(5),
            deadline: LEFT,
        }
    }

    const LEFT: Duration = Duration::from_secs(30);

    fn course(error: &Error, class: Retry, left: Duration, times: usize) -> Vec<Next> {
        let mut course = Course::new(Retries::default());
        let budget = Budget::new(RetryBudget::default());
        (0..times)
            .map(|_| {
                course.next(
                    error,
                    Failure::of(error),
                    subject(class),
                    left,
                    &budget,
                    &Half,
                )
            })
            .collect()
    }

    fn millis(next: &[Next]) -> Vec<u128> {
        next.iter()
            .filter_map(|next| match next {
                Next::Again(wait) => Some(wait.as_millis()),
                Next::Stop(_) => None,
            })
            .collect()
    }

    #[test]
    fn a_safe_call_is_sent_four_times_with_growing_waits() {
        let error = Error::new(ErrorKind::ServerFailure).with_reached(true);
        let next = course(&error, Retry::Safe, LEFT, 4);
        assert_eq!(millis(&next), [100, 200, 400]);
        assert_eq!(next[3], Next::Stop(Reason::Attempts));
    }

    #[test]
    fn a_raise_goes_on_to_the_deadline() {
        let error = Error::new(ErrorKind::ServerFailure).with_reached(true);
        assert_eq!(
            millis(&course(&error, Retry::Deduplicated, LEFT, 50)).len(),
            50
        );
        let late = course(&error, Retry::Deduplicated, Duration::from_millis(300), 9);
        assert_eq!(millis(&late)[..2], [100, 200]);
        assert_eq!(millis(&late)[3], 150, "half of what is left");
        let too_late = Duration::from_millis(90);
        assert_eq!(
            course(&error, Retry::Deduplicated, too_late, 1)[0],
            Next::Stop(Reason::Deadline)
        );
    }

    #[test]
    fn a_raise_whose_answer_cannot_be_read_is_not_repeated_for_ever() {
        let error = Error::new(ErrorKind::NoCallout).with_reached(true);
        assert_eq!(
            millis(&course(&error, Retry::Deduplicated, LEFT, 50)).len(),
            3
        );
    }

    #[test]
    fn failures_that_pass_do_not_count_against_an_answer_that_cannot_be_read() {
        let budget = Budget::new(RetryBudget::default());
        let mut course = Course::new(Retries::default());
        let mut next = |kind| {
            let error = Error::new(kind).with_reached(true);
            let raise = subject(Retry::Deduplicated);
            course.next(&error, Failure::of(&error), raise, LEFT, &budget, &Half)
        };
        for _ in 0..9 {
            assert!(matches!(next(ErrorKind::ServerFailure), Next::Again(_)));
        }
        for _ in 0..3 {
            assert!(matches!(next(ErrorKind::NoCallout), Next::Again(_)));
        }
        assert_eq!(next(ErrorKind::NoCallout), Next::Stop(Reason::Attempts));
    }

    #[test]
    fn what_brings_help_and_was_not_sent_goes_on_to_the_deadline_and_only_then() {
        let urgent = Subject {
            brings_help: true,
            ..subject(Retry::Never)
        };
        let budget = Budget::new(RetryBudget::new(0, 0));
        let mut course = Course::new(Retries::default());
        let mut next =
            |error: &Error| course.next(error, Failure::of(error), urgent, LEFT, &budget, &Half);
        for _ in 0..50 {
            assert!(matches!(
                next(&Error::new(ErrorKind::Unreachable)),
                Next::Again(_)
            ));
        }
        // What will not have failed to connect when the deadline comes is not begun.
        let late = Error::new(ErrorKind::Unreachable);
        let late = course.next(&late, Failure::of(&late), urgent, LEFT / 6, &budget, &Half);
        assert_eq!(late, Next::Stop(Reason::Deadline));
        // Of a call that has no longer than that in all, it is begun all the same.
        let short = Subject {
            deadline: LEFT / 6,
            ..urgent
        };
        let late = Error::new(ErrorKind::Unreachable);
        let late = course.next(&late, Failure::of(&late), short, LEFT / 7, &budget, &Half);
        assert!(matches!(late, Next::Again(_)));
        // R21: that a 429 was not acted on is an assumption, which is not relied on for half a minute; and whoever
        // asks for patience gets it.
        let mut next =
            |error: &Error| course.next(error, Failure::of(error), urgent, LEFT, &budget, &Half);
        let refused = Error::new(ErrorKind::RateLimited)
            .with_reached(true)
            .with_retry_after(Some(Duration::from_secs(20)));
        for _ in 0..3 {
            assert_eq!(next(&refused), Next::Again(Duration::from_secs(20)));
        }
        assert_eq!(next(&refused), Next::Stop(Reason::Attempts));
        let lost = Error::new(ErrorKind::Unreachable).with_reached(true);
        assert_eq!(next(&lost), Next::Stop(Reason::NotRepeatable));
    }

    #[test]
    fn what_may_have_happened_is_not_repeated_if_the_contract_says_never() {
        let reached = Error::new(ErrorKind::Unreachable).with_reached(true);
        assert_eq!(
            course(&reached, Retry::Never, LEFT, 1)[0],
            Next::Stop(Reason::NotRepeatable)
        );
        let refused = Error::new(ErrorKind::Unreachable);
        assert_eq!(millis(&course(&refused, Retry::Never, LEFT, 9)).len(), 3);
    }

    #[test]
    fn a_server_that_asks_for_patience_gets_some() {
        let after = |seconds| {
            Error::new(ErrorKind::RateLimited)
                .with_reached(true)
                .with_retry_after(Some(Duration::from_secs(seconds)))
        };
        assert_eq!(
            course(&after(7), Retry::Safe, LEFT, 1)[0],
            Next::Again(Duration::from_secs(7))
        );
        assert_eq!(millis(&course(&after(0), Retry::Safe, LEFT, 1)), [100]);
        assert_eq!(
            course(&after(21), Retry::Safe, LEFT, 1)[0],
            Next::Stop(Reason::RetryAfter)
        );
        assert_eq!(
            course(&after(20), Retry::Safe, Duration::from_secs(10), 1)[0],
            Next::Stop(Reason::Deadline)
        );
        // Nobody in danger waits an hour because a proxy says so.
        assert_eq!(
            course(&after(3600), Retry::Deduplicated, LEFT, 1)[0],
            Next::Again(Duration::from_millis(5100))
        );
    }

    #[test]
    fn the_budget_stops_everything_but_a_raise() {
        let error = Error::new(ErrorKind::ServerFailure).with_reached(true);
        let budget = Budget::new(RetryBudget::new(0, 0));
        let mut first = Course::new(Retries::default());
        assert_eq!(
            first.next(
                &error,
                Failure::of(&error),
                subject(Retry::Safe),
                LEFT,
                &budget,
                &Half
            ),
            Next::Stop(Reason::Budget)
        );
        assert!(matches!(
            first.next(
                &error,
                Failure::of(&error),
                subject(Retry::Deduplicated),
                LEFT,
                &budget,
                &Half
            ),
            Next::Again(_)
        ));
    }

    #[test]
    fn a_connection_that_broke_without_an_answer_is_replaced_at_once_and_once() {
        let error = Error::new(ErrorKind::Unreachable)
            .with_reached(true)
            .with_broken();
        let next = course(&error, Retry::Safe, LEFT, 5);
        assert_eq!(millis(&next), [0, 100, 200, 400]);
        let never = course(&error, Retry::Never, LEFT, 1);
        assert_eq!(never[0], Next::Stop(Reason::NotRepeatable));
    }

    #[test]
    fn without_retries_nothing_is_repeated() {
        let budget = Budget::new(RetryBudget::default());
        let error = Error::new(ErrorKind::Unreachable);
        let next = Course::new(Retries::none()).next(
            &error,
            Failure::of(&error),
            subject(Retry::Deduplicated),
            LEFT,
            &budget,
            &Half,
        );
        assert_eq!(next, Next::Stop(Reason::NotRepeatable));
    }
}
