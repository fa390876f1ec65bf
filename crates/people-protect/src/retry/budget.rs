//! A bound on repeats that all calls of a client share.

use std::sync::{Mutex, PoisonError};

/// How many repeats the calls of one client may add to a struggling server.
///
/// Every call puts a part of a repeat aside, every repeat takes a whole one. When nothing is
/// left, failures are reported at once: a server that fails for everybody does not get a multiple
/// of its load. Raising a callout and renewing a refused token take nothing from it and are never
/// refused by it; nor is a callout at a fixed location or a device's event.
///
/// ```
/// use people_protect::RetryBudget;
///
/// // One repeat for five calls, and ten in reserve: the default.
/// assert_eq!(RetryBudget::default(), RetryBudget::new(20, 10));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryBudget {
    percent: u32,
    reserve: u32,
}

impl RetryBudget {
    /// `percent` repeats for 100 calls, and a reserve of `reserve` repeats to begin with.
    #[must_use]
    pub const fn new(percent: u32, reserve: u32) -> Self {
        Self { percent, reserve }
    }

    /// No bound but each call's own.
    #[must_use]
    pub const fn unlimited() -> Self {
        Self::new(u32::MAX, u32::MAX)
    }
}

impl Default for RetryBudget {
    fn default() -> Self {
        Self::new(20, 10)
    }
}

/// What is left of a budget, in hundredths of a repeat.
#[derive(Debug)]
pub(crate) struct Budget {
    settings: RetryBudget,
    left: Mutex<u64>,
}

impl Budget {
    pub(crate) fn new(settings: RetryBudget) -> Self {
        Self {
            settings,
            left: Mutex::new(u64::from(settings.reserve) * 100),
        }
    }

    /// A call begins.
    pub(crate) fn deposit(&self) {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        // Ten reserves: a quiet day must not pay for a storm at night.
        let most = u64::from(self.settings.reserve.max(1)) * 1000;
        *left = left
            .saturating_add(u64::from(self.settings.percent))
            .min(most);
    }

    /// Takes a repeat, if there is one.
    pub(crate) fn withdraw(&self) -> bool {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        let enough = *left >= 100;
        if enough {
            *left -= 100;
        }
        enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_calls_pay_for_one_repeat_and_the_reserve_for_ten() {
        let budget = Budget::new(RetryBudget::default());
        for _ in 0..10 {
            assert!(budget.withdraw());
        }
        assert!(!budget.withdraw());
        for _ in 0..4 {
            budget.deposit();
        }
        assert!(!budget.withdraw());
        budget.deposit();
        assert!(budget.withdraw());
        assert!(!budget.withdraw());
    }

    #[test]
    fn savings_have_an_end_and_an_unlimited_budget_has_none() {
        let budget = Budget::new(RetryBudget::default());
        for _ in 0..100_000 {
            budget.deposit();
        }
        let mut repeats = 0;
        while budget.withdraw() {
            repeats += 1;
        }
        assert_eq!(repeats, 100);

        let budget = Budget::new(RetryBudget::unlimited());
        budget.deposit();
        for _ in 0..1000 {
            assert!(budget.withdraw());
        }
    }
}
