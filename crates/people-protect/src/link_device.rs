//! Linking a device to a customer.

use std::fmt;
use std::ops::Deref;

use people_protect_api::{PersonalText, types};

use crate::lacking::lacks;
use crate::{
    Answer, CustomerId, Device, DeviceId, DeviceSerial, DeviceTypeId, Error, ErrorKind,
    PeopleProtect,
};

const OPERATION: &str = "link_device";

const OPEN: &str = "the device may be linked, and no operation reads that: ask AURA before linking \
                    it again (how a device that is linked already is answered is not documented)";

/// A device to link: whose, which and by whom it is made (R54).
///
/// ```
/// use people_protect::{CustomerId, DeviceTypeId, LinkDevice};
///
/// let jane = CustomerId::new(178_921);
/// let button = LinkDevice::new(jane, "EX-26217939".parse()?, "ExampleBrand")
///     .device_type(DeviceTypeId::new(5))
///     .alias("Reception button")
///     .firmware_version("1.0.0");
/// assert!(!format!("{button:?}").contains("26217939"));
/// # Ok::<(), people_protect::Error>(())
/// ```
#[derive(Clone, PartialEq)]
#[must_use = "it is linked by `PeopleProtect::link_device`"]
pub struct LinkDevice(types::LinkDeviceRequest);

impl LinkDevice {
    /// A device of a customer. The serial must match a device template registered with AURA for
    /// the supplier (the brand).
    pub fn new(
        customer: impl Into<CustomerId>,
        serial: DeviceSerial,
        supplier: impl Into<String>,
    ) -> Self {
        Self(types::LinkDeviceRequest::new(
            customer.into().get(),
            serial.reveal(),
            supplier,
        ))
    }

    /// The type of the device. Without it AURA works it out from the supplier (R87).
    pub fn device_type(mut self, device_type: DeviceTypeId) -> Self {
        self.0.device_type = Some(device_type.get());
        self
    }

    /// A name for people.
    pub fn alias(mut self, alias: impl Into<PersonalText>) -> Self {
        self.0.device_alias = Some(alias.into());
        self
    }

    /// The firmware of the device.
    pub fn firmware_version(mut self, version: impl Into<String>) -> Self {
        self.0.firmware_version = Some(version.into());
        self
    }
}

impl fmt::Debug for LinkDevice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LinkDevice")
            .field("customer", &self.0.customer_id)
            .field("device_type", &self.0.device_type)
            .finish_non_exhaustive()
    }
}

impl PeopleProtect {
    /// Links a device that is provisioned with AURA to a customer (R54, R87).
    ///
    /// ```no_run
    /// # use people_protect::{CustomerId, LinkDevice, PeopleProtect};
    /// # async fn example(aura: PeopleProtect, jane: CustomerId) -> Result<(), people_protect::Error> {
    /// let button = LinkDevice::new(jane, "EX-26217939".parse()?, "ExampleBrand");
    /// let linked = aura.link_device(button).await?;
    /// println!("events come from device {}", linked.id());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// - [`InvalidRequest`](ErrorKind::InvalidRequest) if the serial or its template is not
    ///   provisioned, although the request is well formed (R87; that the status is 400 is an
    ///   assumption), or if the supplier is blank: then nothing is sent.
    /// - [`UndecodableAnswer`](ErrorKind::UndecodableAnswer) if the answer names no device id.
    /// - Everything else as [`call`](Self::call). It is never repeated on its own: if
    ///   [`may_have_reached_server`](Error::may_have_reached_server) is true, the device may be
    ///   linked.
    pub async fn link_device(&self, device: LinkDevice) -> Result<LinkedDevice, Error> {
        if device.0.device_supplier.trim().is_empty() {
            return Err(Error::invalid(
                "the supplier of the device is blank",
                "pass the brand as AURA has registered it (R54)",
            )
            .with_operation(Some(OPERATION)));
        }
        let body = &device.0;
        let read = |answer: Answer<types::DeviceLink>| {
            let id = answer.device_id.as_ref().map(ToString::to_string);
            match id.and_then(|id| id.parse::<DeviceId>().ok()) {
                Some(id) => Ok(LinkedDevice {
                    device: self.device(id),
                    answer,
                }),
                None => Err(lacks(
                    answer,
                    OPERATION,
                    "the answer names no device id",
                    "the device may be linked; do not use the serial in its place (R54), ask AURA",
                )),
            }
        };
        self.call_and_read(|raw| async move { raw.link_device(body).await }, read)
            .await
            .map_err(|error| match error.kind() {
                ErrorKind::InvalidRequest if error.may_have_reached_server() => error.with_hint(
                    "the serial may not be provisioned, or match no template of this supplier: \
                     compare serial and supplier with what AURA has registered (R87)",
                ),
                _ => error.with_hint_if_unknown(OPEN),
            })
    }
}

/// A device that AURA has linked. It can do what a [`Device`] can.
#[derive(Debug)]
pub struct LinkedDevice {
    device: Device,
    answer: Answer<types::DeviceLink>,
}

impl LinkedDevice {
    /// The type AURA has worked out or taken. Events carry it: store it with the
    /// [`id`](Device::id).
    #[must_use]
    pub fn device_type(&self) -> Option<DeviceTypeId> {
        self.answer.device_type_id.map(DeviceTypeId::new)
    }

    /// The whole answer.
    #[must_use]
    pub fn answer(&self) -> &Answer<types::DeviceLink> {
        &self.answer
    }
}

impl Deref for LinkedDevice {
    type Target = Device;

    fn deref(&self) -> &Device {
        &self.device
    }
}

impl From<&LinkedDevice> for DeviceId {
    fn from(linked: &LinkedDevice) -> Self {
        linked.device.id().clone()
    }
}
