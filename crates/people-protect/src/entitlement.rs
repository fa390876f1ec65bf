//! Whether a customer is entitled to a live response.

use jiff::Timestamp;

use crate::{Customer, Error, SubscriptionId, SubscriptionState, SubscriptionView};

/// Whether a customer is covered, and if not, why.
///
/// Offer live panic only where [`may_raise_live`](Self::may_raise_live) says so (R99), a test panic
/// separately. AURA decides when it comes to it, and refuses with
/// [`NoActiveSubscription`](crate::ErrorKind::NoActiveSubscription) (R26).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Entitlement {
    /// A live callout is covered.
    #[non_exhaustive]
    Covered {
        /// The subscription that covers longest, if its id could be read.
        subscription: Option<SubscriptionId>,
        /// When that one ends. Others may follow it.
        until: Timestamp,
    },
    /// Nothing of the customer's own covers a live callout.
    NotCovered(NotCovered),
}

/// Why a customer is not covered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotCovered {
    /// There is no subscription. A member of somebody else's may be covered all the same (R22).
    NoSubscription,
    /// The last one has ended; it cannot be revived, activate a new one (R20).
    #[non_exhaustive]
    Lapsed {
        /// When it ended.
        since: Timestamp,
    },
    /// The last one was cancelled; it cannot be revived, activate a new one (R20).
    #[non_exhaustive]
    Cancelled {
        /// When, if that could be read.
        at: Option<Timestamp>,
    },
    /// Cover begins later.
    #[non_exhaustive]
    NotYetBegun {
        /// When it begins.
        from: Timestamp,
    },
    /// A subscription is there, but its dates cannot be read.
    Unclear,
}

impl Entitlement {
    /// Whether a live callout is covered.
    #[must_use]
    pub fn is_covered(&self) -> bool {
        matches!(self, Entitlement::Covered { .. })
    }

    /// Whether to offer live panic (R99): yes for who is covered, and for
    /// [`Unclear`](NotCovered::Unclear), where AURA decides.
    #[must_use]
    pub fn may_raise_live(&self) -> bool {
        self.is_covered() || *self == Entitlement::NotCovered(NotCovered::Unclear)
    }

    pub(crate) fn of<'a>(
        views: impl IntoIterator<Item = &'a SubscriptionView>,
        now: Timestamp,
    ) -> Self {
        let views: Vec<&SubscriptionView> = views.into_iter().collect();
        let covering = views
            .iter()
            .filter(|view| view.is_active(now))
            .filter_map(|view| Some((view.valid_to()?, view.id())))
            .max_by_key(|(until, _)| *until);
        match covering {
            Some((until, subscription)) => Entitlement::Covered {
                subscription,
                until,
            },
            None => Entitlement::NotCovered(NotCovered::of(&views, now)),
        }
    }
}

impl NotCovered {
    /// The reason to tell: what may still cover comes first, then what ended last.
    fn of(views: &[&SubscriptionView], now: Timestamp) -> Self {
        let begins = |state| views.iter().filter(move |view| view.state(now) == state);
        if begins(SubscriptionState::Unclear).next().is_some() {
            return NotCovered::Unclear;
        }
        let soonest = begins(SubscriptionState::NotYetBegun)
            .filter_map(|view| view.valid_from())
            .min();
        if let Some(from) = soonest {
            return NotCovered::NotYetBegun { from };
        }
        let ended = views.iter().map(|view| match view.state(now) {
            SubscriptionState::Cancelled => (
                view.cancelled_at(),
                NotCovered::Cancelled {
                    at: view.cancelled_at(),
                },
            ),
            _ => match view.valid_to() {
                Some(since) => (Some(since), NotCovered::Lapsed { since }),
                None => (None, NotCovered::Unclear),
            },
        });
        ended
            .max_by_key(|(end, _)| *end)
            .map_or(NotCovered::NoSubscription, |(_, why)| why)
    }
}

impl Customer {
    /// Whether the customer is covered now, and if not, why (R98, R99).
    ///
    /// It reads the customer's list of subscriptions, as servers are asked to; never a single one.
    /// "Now" is the client's clock: a machine whose clock is wrong sees the wrong cover.
    ///
    /// Only the customer's own subscriptions are in that list as far as is documented. Somebody
    /// who is covered as a **dependant** of another customer may look uncovered here (R22); ask
    /// the main member's list, with
    /// [`entitlement_of_dependant`](crate::Subscriptions::entitlement_of_dependant). The grace
    /// for a first callout that some customer sources have (R26) does not show either.
    ///
    /// ```no_run
    /// use people_protect::Entitlement;
    ///
    /// # async fn example(jane: people_protect::Customer) -> Result<(), people_protect::Error> {
    /// let entitlement = jane.entitlement().await?;
    /// println!("show live panic: {}", entitlement.may_raise_live());
    /// if let Entitlement::NotCovered(why) = entitlement {
    ///     println!("offer a subscription: {why:?}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`subscriptions`](Self::subscriptions). An error says nothing about the cover: never
    /// take it for "not covered".
    pub async fn entitlement(&self) -> Result<Entitlement, Error> {
        let subscriptions = self.subscriptions().await?;
        Ok(subscriptions.entitlement(self.aura().core().clock.now()))
    }
}
