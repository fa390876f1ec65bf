//! A service to order for later.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use people_protect_api::{OpenObject, PersonalText, types};
use serde_json::Value;

use crate::{CustomerId, Error, Position, ServiceType};

/// R51: how far ahead a request must begin.
const LEAD_TIME: SignedDuration = SignedDuration::from_mins(5);

/// Where a scheduled service starts: a position, an address for people, or both. `Debug` shows
/// neither.
///
/// ```
/// use people_protect::{Position, ServiceLocation};
///
/// let gate = ServiceLocation::from(Position::new(-26.12345, 28.12345)?)
///     .address("123 Main Street, Johannesburg");
/// let by_address = ServiceLocation::at_address("123 Main Street, Johannesburg");
/// assert_ne!(gate, by_address);
/// assert_eq!(format!("{gate:?}"), "ServiceLocation(REDACTED)");
/// # Ok::<(), people_protect::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct ServiceLocation(types::InitialLocation);

impl ServiceLocation {
    /// A place by its address alone.
    #[must_use]
    pub fn at_address(address: impl Into<PersonalText>) -> Self {
        let mut location = types::InitialLocation::default();
        location.formatted_address = Some(address.into());
        Self(location)
    }

    /// The address for people, beside the position.
    #[must_use]
    pub fn address(mut self, address: impl Into<PersonalText>) -> Self {
        self.0.formatted_address = Some(address.into());
        self
    }

    fn is_somewhere(&self) -> bool {
        let address = self.0.formatted_address.as_ref();
        self.0.latitude.is_some() || address.is_some_and(|text| !text.reveal().trim().is_empty())
    }
}

impl From<Position> for ServiceLocation {
    /// The accuracy of the position is left out: the request has no place for it.
    fn from(position: Position) -> Self {
        let mut location = types::InitialLocation::default();
        location.latitude = Some(position.latitude().into());
        location.longitude = Some(position.longitude().into());
        Self(location)
    }
}

impl fmt::Debug for ServiceLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServiceLocation(REDACTED)")
    }
}

/// A service to order for later. `Debug` shows its type, customer and dates.
///
/// ```
/// use people_protect::{CustomerId, NewScheduledRequest, Position};
///
/// let gate = Position::new(-26.12345, 28.12345)?;
/// let from = "2026-06-10T18:00:00Z".parse()?;
/// let to = "2026-06-11T06:00:00Z".parse()?;
/// let night = NewScheduledRequest::new("guarding".parse()?, CustomerId::new(178_921), gate, from, to)
///     .name("Night watch")
///     .special_instructions("Ring at the side gate.")
///     .number_of_guards(2)
///     .armed_preference("unarmed")
///     .contact([("name", "Jane Doe")]);
/// assert!(!format!("{night:?}").contains("side gate"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq)]
#[must_use = "it is ordered by `PeopleProtect::schedule`"]
pub struct NewScheduledRequest {
    service_type: ServiceType,
    customer: CustomerId,
    location: ServiceLocation,
    from: Timestamp,
    to: Timestamp,
    config: types::ScheduledRequestConfig,
}

impl NewScheduledRequest {
    /// A service for a customer, starting somewhere, from a first to a last day. The first must lie
    /// at least 5 minutes ahead when it is ordered (R51).
    ///
    /// That AURA takes the two as date and time is an assumption.
    pub fn new(
        service_type: ServiceType,
        customer: impl Into<CustomerId>,
        location: impl Into<ServiceLocation>,
        from: Timestamp,
        to: Timestamp,
    ) -> Self {
        Self {
            service_type,
            customer: customer.into(),
            location: location.into(),
            from,
            to,
            config: types::ScheduledRequestConfig::default(),
        }
    }

    /// A name for people.
    pub fn name(mut self, name: impl Into<PersonalText>) -> Self {
        self.config.name = Some(name.into());
        self
    }

    /// Anything the guards should know.
    pub fn special_instructions(mut self, text: impl Into<PersonalText>) -> Self {
        self.config.special_instructions = Some(text.into());
        self
    }

    /// How many guards.
    pub fn number_of_guards(mut self, guards: u32) -> Self {
        self.details().number_of_guards = Some(guards.into());
        self
    }

    /// Whether the guards are to be armed. The values are not documented: ask AURA.
    pub fn armed_preference(mut self, preference: impl Into<String>) -> Self {
        self.details().armed_preference = Some(preference.into());
        self
    }

    /// One more person to reach. The names inside are not documented: ask AURA.
    pub fn contact<K, V>(mut self, contact: impl IntoIterator<Item = (K, V)>) -> Self
    where
        K: Into<String>,
        V: Into<Value>,
    {
        let contact = open(contact);
        self.details()
            .contacts
            .get_or_insert_default()
            .push(contact);
        self
    }

    /// How the service repeats: single or repeating, the start time, the length of the window.
    /// The names inside are not documented: ask AURA. It is passed on as it is, and left out
    /// unless given.
    pub fn repeats<K, V>(mut self, config: impl IntoIterator<Item = (K, V)>) -> Self
    where
        K: Into<String>,
        V: Into<Value>,
    {
        self.config.repeats_config = Some(open(config));
        self
    }

    /// Any other field of the contract's configuration. The two dates are set when it is ordered.
    pub fn with_config(mut self, set: impl FnOnce(&mut types::ScheduledRequestConfig)) -> Self {
        set(&mut self.config);
        self
    }

    fn details(&mut self) -> &mut types::ScheduledServiceDetails {
        self.config.details.get_or_insert_default()
    }

    pub(crate) fn service_type(&self) -> &ServiceType {
        &self.service_type
    }

    /// The request, or why AURA would refuse it (R51).
    pub(crate) fn request(
        self,
        now: Timestamp,
    ) -> Result<types::CreateScheduledServiceRequest, Error> {
        if self.from.duration_since(now) < LEAD_TIME {
            return Err(Error::invalid(
                "the service begins less than 5 minutes ahead",
                "begin it later, with a margin for the way to AURA, and check this machine's clock (R51)",
            ));
        }
        // Both may be one day: the contract calls them the first and the last.
        if self.to < self.from {
            return Err(Error::invalid(
                "the service ends before it begins",
                "pass the start first, the end second",
            ));
        }
        if !self.location.is_somewhere() {
            return Err(Error::invalid(
                "the service starts nowhere: the address is blank",
                "pass a position, an address, or both",
            ));
        }
        let mut config = self.config;
        config.date_from = Some(self.from.into());
        config.date_to = Some(self.to.into());
        let mut request = types::CreateScheduledServiceRequest::default();
        request.customer_id = Some(self.customer.get());
        request.scheduled_request_config = Some(config);
        request.initial_location = Some(self.location.0);
        Ok(request)
    }
}

fn open<K, V>(members: impl IntoIterator<Item = (K, V)>) -> OpenObject
where
    K: Into<String>,
    V: Into<Value>,
{
    members
        .into_iter()
        .map(|(name, value)| (name.into(), value.into()))
        .collect()
}

impl fmt::Debug for NewScheduledRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewScheduledRequest")
            .field("service_type", &self.service_type)
            .field("customer", &self.customer)
            .field("from", &self.from)
            .field("to", &self.to)
            .finish_non_exhaustive()
    }
}
