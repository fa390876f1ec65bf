//! Tokens that reach one customer's callouts only.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use people_protect_api::SecretText;

use crate::CustomerId;
use crate::token::{StoredToken, TokenSource};

/// How many customers' tokens are kept by default: some 2 MB.
pub(crate) const KEPT: NonZeroUsize = NonZeroUsize::MIN.saturating_add(999);

/// The callout tokens of the customers who needed one last.
///
/// By hand, since three crates for it would be built by every user.
pub(crate) struct CalloutTokens {
    kept: NonZeroUsize,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    sources: HashMap<CustomerId, (u64, Arc<TokenSource>)>,
    /// The same customers by when they were asked for last.
    order: BTreeMap<u64, CustomerId>,
    asked: u64,
}

impl CalloutTokens {
    pub(crate) fn new(kept: NonZeroUsize) -> Self {
        Self {
            kept,
            held: Mutex::default(),
        }
    }

    /// Where the customer's token comes from. The one not asked for longest makes room.
    pub(crate) fn source(&self, customer: CustomerId) -> Arc<TokenSource> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let Held {
            sources,
            order,
            asked,
        } = &mut *held;
        *asked += 1;
        if let Some((last, source)) = sources.get_mut(&customer) {
            order.remove(last);
            order.insert(*asked, customer);
            *last = *asked;
            return Arc::clone(source);
        }
        if sources.len() >= self.kept.get()
            && let Some((_, oldest)) = order.pop_first()
        {
            sources.remove(&oldest);
        }
        let source = Arc::default();
        sources.insert(customer, (*asked, Arc::clone(&source)));
        order.insert(*asked, customer);
        source
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        let held = self.held.lock().unwrap();
        assert_eq!(held.sources.len(), held.order.len());
        held.sources.len()
    }
}

impl fmt::Debug for CalloutTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CalloutTokens")
    }
}

/// A token that reaches one customer's callouts and nothing else (R57), to hand to an app that
/// must not hold your credentials (P12).
///
/// `Debug` does not show it.
#[derive(Clone)]
pub struct CalloutToken {
    customer: CustomerId,
    stored: StoredToken,
}

impl CalloutToken {
    pub(crate) fn new(customer: CustomerId, stored: StoredToken) -> Self {
        Self { customer, stored }
    }

    /// Whose callouts it reaches.
    #[must_use]
    pub fn customer(&self) -> CustomerId {
        self.customer
    }

    /// The token.
    #[must_use]
    pub fn token(&self) -> &SecretText {
        self.stored.token()
    }

    /// From when on it is of no use, by this computer's clock.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        self.stored.expires_at()
    }
}

impl fmt::Debug for CalloutToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CalloutToken")
            .field("customer", &self.customer)
            .field("expires_at", &self.expires_at())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_tokens_are_kept_than_the_bound() {
        let tokens = CalloutTokens::new(NonZeroUsize::new(2).unwrap());
        let first = tokens.source(CustomerId::new(1));
        tokens.source(CustomerId::new(2));
        assert!(Arc::ptr_eq(&first, &tokens.source(CustomerId::new(1))));
        tokens.source(CustomerId::new(3));
        assert_eq!(tokens.len(), 2);
        // The first was used after the second, so the second made room.
        assert!(Arc::ptr_eq(&first, &tokens.source(CustomerId::new(1))));
    }
}
