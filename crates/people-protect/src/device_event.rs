//! What a device reports.

use std::collections::BTreeMap;
use std::fmt;
use std::future::IntoFuture;

use people_protect_api::{IdOrText, OpenValue, types};
use serde_json::Value;

use crate::clock::BoxFuture;
use crate::{Answer, CalloutId, DeviceId, DeviceTypeId, Error, ErrorKind, PeopleProtect, Position};

const OPERATION: &str = "create_device_event";

/// The fields this type writes itself.
const OWN: [&str; 4] = ["device_id", "device_type_id", "message_type", "location"];

const OPEN: &str = "the event may have been acted on, and a late repeat may act on another callout: \
                    if help is needed, raise a callout for the customer (a second one is the \
                    active one, R27)";

/// An event of a device, ready to be awaited.
///
/// AURA reads it by the template of the device and acts on it: a new callout, a new position, a
/// cancellation, a report of battery or health (R88, C36). The page is current; the route was
/// documented earlier and is unconfirmed.
///
/// # Errors
///
/// - [`InvalidRequest`](ErrorKind::InvalidRequest), with nothing sent, if [`field`](Self::field)
///   was given a name of its own; from AURA, if no such device is linked (an assumption).
/// - Everything else as [`call`](PeopleProtect::call). As long as nothing was sent, an
///   event is tried to the deadline. It is never repeated once it may have been sent, but for a refused
///   token and a 429: if [`may_have_reached_server`](Error::may_have_reached_server) is true, AURA may
///   have acted.
#[must_use = "an event is sent when it is awaited"]
pub struct DeviceEvent {
    aura: PeopleProtect,
    device: DeviceId,
    device_type: DeviceTypeId,
    message_type: Option<i64>,
    position: Option<Position>,
    fields: BTreeMap<String, OpenValue>,
}

impl DeviceEvent {
    pub(crate) fn new(aura: PeopleProtect, device: DeviceId, device_type: DeviceTypeId) -> Self {
        Self {
            aura,
            device,
            device_type,
            message_type: None,
            position: None,
            fields: BTreeMap::new(),
        }
    }

    /// Selects the action on a structured device; which number does what is a matter of its
    /// template. Documented earlier; unconfirmed.
    pub fn message_type(mut self, message_type: i64) -> Self {
        self.message_type = Some(message_type);
        self
    }

    /// Where the device is. Documented earlier; unconfirmed.
    pub fn position(mut self, position: Position) -> Self {
        self.position = Some(position);
        self
    }

    /// A further field that the template of the device asks for, such as a raw payload.
    pub fn field(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.fields.insert(name.into(), OpenValue(value.into()));
        self
    }

    fn request(&self) -> Result<types::DeviceEventRequest, Error> {
        if self.fields.keys().any(|name| OWN.contains(&name.as_str())) {
            return Err(Error::invalid(
                "a further field of the event has the name of a field that is there already",
                "use `message_type` and `position`; ids are set by `device` and `event`",
            ));
        }
        // A number in the only example there is. An id that is none goes as linking answered it.
        let device = self
            .device
            .number()
            .map_or_else(|| self.device.as_str().into(), IdOrText::from);
        let mut request = types::DeviceEventRequest::new(device, self.device_type.get());
        request.message_type = self.message_type;
        request.location = self.position.map(location);
        request.extra = self.fields.clone();
        Ok(request)
    }
}

fn location(position: Position) -> types::DeviceEventLocation {
    let position = position.to_location();
    let mut location = types::DeviceEventLocation::default();
    location.latitude = Some(position.latitude);
    location.longitude = Some(position.longitude);
    location.accuracy = position.accuracy;
    location
}

impl IntoFuture for DeviceEvent {
    type Output = Result<ResolvedEvent, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let request = self
                .request()
                .map_err(|error| error.with_operation(Some(OPERATION)))?;
            let body = &request;
            let answer = self
                .aura
                .call(|raw| async move { raw.create_device_event(body).await })
                .await
                .map_err(explain)?;
            Ok(ResolvedEvent { answer })
        })
    }
}

fn explain(error: Error) -> Error {
    match (error.kind(), error.status().map(|status| status.as_u16())) {
        (ErrorKind::InvalidRequest, Some(_)) => error.with_hint(
            "compare device id and type with what linking answered (R54), and the other fields \
             with the template of the device",
        ),
        _ => error.with_hint_if_unknown(OPEN),
    }
}

impl fmt::Debug for DeviceEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceEvent")
            .field("device", &self.device)
            .field("device_type", &self.device_type)
            .field("message_type", &self.message_type)
            .finish_non_exhaustive()
    }
}

/// What AURA made of an event (R88).
#[derive(Debug)]
pub struct ResolvedEvent {
    answer: Answer<types::DeviceEventResult>,
}

impl ResolvedEvent {
    /// The callout the event led to. Documented earlier; unconfirmed.
    ///
    /// None means that no callout is known: do not tell anybody that help is coming (P01).
    #[must_use]
    pub fn callout_id(&self) -> Option<CalloutId> {
        let event = self.answer.resolved_aura_event.as_ref()?;
        event
            .event_response
            .as_ref()?
            .callout_id
            .map(CalloutId::new)
    }

    /// What the event became, such as `NEW_CALLOUT`: one, several or none. The list of names is
    /// not documented; one text was documented earlier, a list is an assumption.
    pub fn event_types(&self) -> impl Iterator<Item = &str> {
        let event = self.answer.resolved_aura_event.as_ref();
        let types = event.and_then(|event| event.event_types.as_ref());
        types
            .into_iter()
            .flat_map(|types| types.iter())
            .map(String::as_str)
    }

    /// The event as AURA received it. It may hold a position.
    #[must_use]
    pub fn input(&self) -> Option<&OpenValue> {
        self.answer.input.as_ref()
    }

    /// The whole answer.
    #[must_use]
    pub fn answer(&self) -> &Answer<types::DeviceEventResult> {
        &self.answer
    }
}
