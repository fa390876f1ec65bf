//! What a delivery is about, by its name.

use std::fmt;

/// The longest unknown name that is shown.
const LONGEST: usize = 64;
/// The most digits an unknown name is shown with; more may be somebody's number.
const MOST_DIGITS: usize = 3;

macro_rules! events {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// What has happened, by the `message` of a delivery (R43).
        ///
        /// Receiving is wider than registering: a name that is not known is kept as
        /// [`Other`](Event::Other) (R91), and a body that cannot be read is
        /// [`Unreadable`](Event::Unreadable) instead of an error. `Debug` and `Display` show the
        /// name; an unknown one only if it looks like one.
        ///
        /// ```
        /// use people_protect::webhooks::Event;
        ///
        /// assert_eq!(Event::from("CALLOUT_CLOSED"), Event::CalloutClosed);
        /// assert_eq!(Event::from("CALLOUT_TELEPORTED").to_string(), "CALLOUT_TELEPORTED");
        /// assert!(!Event::from("CALLOUT_TELEPORTED").is_listed());
        /// ```
        #[derive(Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Event {
            $($(#[$doc])* $variant,)*
            /// A name this version does not know, as sent.
            Other(String),
            /// The body names no event; the delivery still has the bytes.
            Unreadable(Unreadable),
        }

        impl Event {
            fn known(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Event::$variant),)*
                    _ => None,
                }
            }

            /// The name as AURA writes it, or as it was sent; none of what is unreadable.
            #[must_use]
            pub fn name(&self) -> Option<&str> {
                match self {
                    $(Event::$variant => Some($name),)*
                    Event::Other(name) => Some(name),
                    Event::Unreadable(_) => None,
                }
            }
        }
    };
}

events! {
    /// A callout was created.
    NewCallout = "NEW_CALLOUT",
    /// A controller has sent a responder by hand.
    ResponderManuallyDispatched = "RESPONDER_MANUALLY_DISPATCHED",
    /// A responder was dispatched automatically.
    ResponderAcknowledgedCallout = "RESPONDER_ACKNOWLEDGED_CALLOUT",
    /// The same under its deprecated name: registrations that have it keep working (R46).
    ResponderAcknowledgedCalloutWithEta = "RESPONDER_ACKNOWLEDGED_CALLOUT_WITH_ETA",
    /// A responder is on the scene.
    ResponderArrivedOnScene = "RESPONDER_ARRIVED_ON_SCENE",
    /// A responder has finished.
    ResponderCompleted = "RESPONDER_COMPLETED",
    /// A controller has taken the callout over.
    CalloutOwned = "CALLOUT_OWNED",
    /// Something has changed in the callout's stream of events, such as a new line of chat. Read
    /// it: what has changed is not known to be in the delivery.
    CalloutEventsChanged = "CALLOUT_EVENTS_CHANGED",
    /// The customer has soft-cancelled. Which way of cancelling sends this is not documented
    /// publicly, nor that it is the end of the callout.
    CalloutSoftCancelledByCustomer = "CALLOUT_SOFT_CANCELLED_BY_CUSTOMER",
    /// The callout was cancelled, or its responder stood down.
    CalloutNoLongerRequiresResponse = "CALLOUT_NO_LONGER_REQUIRES_RESPONSE",
    /// The callout was closed.
    CalloutClosed = "CALLOUT_CLOSED",
    /// Undocumented. Reported by an integrator, who handles it like a new callout (C47, R91).
    NewCalloutForInstance = "NEW_CALLOUT_FOR_INSTANCE",
    /// A subscription was activated.
    SubscriptionCreated = "SUBSCRIPTION_CREATED",
    /// A subscription has changed, for example its members.
    SubscriptionUpdated = "SUBSCRIPTION_UPDATED",
    /// A subscription was cancelled, also in the hosted flow (R48).
    SubscriptionCancelled = "SUBSCRIPTION_CANCELLED",
    /// The cancellation of a subscription has failed.
    SubscriptionCancelledFailed = "SUBSCRIPTION_CANCELLED_FAILED",
    /// A customer was created. The only known name of a group that may hold more.
    CreatedCustomer = "CREATED_CUSTOMER",
}

/// Why no event could be read from a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unreadable {
    /// The body is not JSON, or is cut off.
    NotJson,
    /// The body is JSON but no object.
    NotAnObject,
    /// The object has no text `message`.
    NoMessage,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Unreadable::NotJson => "the body is not JSON",
            Unreadable::NotAnObject => "the body is no JSON object",
            Unreadable::NoMessage => "the body names no event in `message`",
        })
    }
}

impl Event {
    /// Every event a new registration may name (R41): the current list without its deprecated
    /// name (C40).
    pub const LISTED: &[Event] = &[
        Event::NewCallout,
        Event::ResponderManuallyDispatched,
        Event::ResponderAcknowledgedCallout,
        Event::ResponderArrivedOnScene,
        Event::ResponderCompleted,
        Event::CalloutOwned,
        Event::CalloutEventsChanged,
        Event::CalloutSoftCancelledByCustomer,
        Event::CalloutNoLongerRequiresResponse,
        Event::CalloutClosed,
        Event::SubscriptionCreated,
        Event::SubscriptionUpdated,
        Event::SubscriptionCancelled,
        Event::SubscriptionCancelledFailed,
        Event::CreatedCustomer,
    ];

    /// Whether a new registration may name it: it is one of [`LISTED`](Self::LISTED).
    #[must_use]
    pub fn is_listed(&self) -> bool {
        Self::LISTED.contains(self)
    }

    /// Whether somebody has called for help: `NEW_CALLOUT`, or the undocumented
    /// `NEW_CALLOUT_FOR_INSTANCE`, which an integrator handles in the same way.
    #[must_use]
    pub fn is_new_callout(&self) -> bool {
        matches!(self, Event::NewCallout | Event::NewCalloutForInstance)
    }

    /// Whether it can come only once for one entity, so that its name and the entity's id tell a
    /// repeat (R47). Everything else may legitimately come again (P08), and what is not known is
    /// taken to: a callout may be closed, or a cancellation succeed, a second time. To handle a
    /// repeat of those twice does no harm.
    pub(crate) fn happens_once(&self) -> bool {
        matches!(self, Event::NewCallout | Event::CreatedCustomer)
    }

    /// The name, if it can be shown: nobody has said what an unknown text holds.
    pub(crate) fn plain_name(&self) -> Option<&str> {
        let looks_like_one = |name: &&str| {
            name.len() <= LONGEST
                && name.starts_with(|letter: char| letter.is_ascii_uppercase())
                && name
                    .bytes()
                    .all(|letter| matches!(letter, b'A'..=b'Z' | b'0'..=b'9' | b'_'))
                && name.bytes().filter(u8::is_ascii_digit).count() <= MOST_DIGITS
        };
        self.name().filter(looks_like_one)
    }
}

impl From<&str> for Event {
    /// Reads a name, in any case.
    fn from(name: &str) -> Self {
        // As AURA writes it, first: then there is nothing to change.
        Event::known(name)
            .or_else(|| Event::known(&name.trim().to_ascii_uppercase()))
            .unwrap_or_else(|| Event::Other(name.to_owned()))
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, self.plain_name()) {
            (Event::Unreadable(why), _) => write!(f, "unreadable: {why}"),
            (_, Some(name)) => f.write_str(name),
            (_, None) => f.write_str("an unknown event, REDACTED"),
        }
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Event({self})")
    }
}
