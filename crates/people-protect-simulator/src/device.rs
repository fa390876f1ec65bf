//! Devices that are linked to customers.

use jiff::Timestamp;
use people_protect_api::PersonalText;
use serde::{Deserialize, Serialize};

use crate::problem::Problem;
use crate::source::Source;
use crate::state::{Next, State};
use crate::switch::people::{LINKED_DEVICE_STATUS, UNPROVISIONED_DEVICE_STATUS};

/// A linked device as the simulator keeps it. `Debug` shows neither serial nor alias.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct Device {
    /// The id of the link, from 501 upwards.
    pub id: i64,
    /// The customer source it belongs to.
    pub source: i64,
    /// Whose device it is.
    pub customer_id: i64,
    /// What events name it by; derived from the serial (R54).
    pub device_id: i64,
    /// The serial number, as sent.
    pub serial: PersonalText,
    /// The type, given or worked out from the supplier (R87).
    pub type_id: i64,
    /// A name for people.
    pub alias: Option<PersonalText>,
    /// The firmware.
    pub firmware_version: Option<String>,
    /// When it last reported in.
    pub health_check_at: Option<Timestamp>,
    /// When it was linked.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A device template: the serials that are provisioned, and the type they have. AURA registers
/// templates per supplier.
#[derive(Debug, Clone)]
pub(crate) struct Template {
    pub(crate) supplier: String,
    /// What a serial begins with; eight digits follow.
    pub(crate) prefix: String,
    pub(crate) type_id: i64,
}

impl Template {
    pub(crate) fn new(supplier: &str, prefix: &str, type_id: i64) -> Self {
        Self {
            supplier: supplier.to_owned(),
            prefix: prefix.to_owned(),
            type_id,
        }
    }
}

/// The supplier whose template a serial fits, for the earlier form that names none (C35).
pub(crate) fn supplier_of<'a>(templates: &'a [Template], serial: &str) -> Option<&'a str> {
    templates
        .iter()
        .find(|template| serial.starts_with(&template.prefix))
        .map(|template| template.supplier.as_str())
}

/// What linking asks for.
#[derive(Debug)]
pub(crate) struct Linking {
    pub(crate) customer_id: i64,
    pub(crate) serial: PersonalText,
    pub(crate) supplier: String,
    pub(crate) type_id: Option<i64>,
    pub(crate) alias: Option<PersonalText>,
    pub(crate) firmware_version: Option<String>,
}

impl Linking {
    /// The device id and the type of a device that is provisioned (R87; that anything else is 400
    /// is an assumption). The serial is not repeated.
    fn resolve(&self, templates: &[Template]) -> Result<(i64, i64), Problem> {
        let supplier = self.supplier.trim();
        let template = templates
            .iter()
            .find(|template| template.supplier.eq_ignore_ascii_case(supplier))
            .ok_or_else(|| {
                Problem::bad_request("no device of this `deviceSupplier` is known")
                    .decided_by(&UNPROVISIONED_DEVICE_STATUS)
            })?;
        if self.type_id.is_some_and(|given| given != template.type_id) {
            return Err(Problem::bad_request(
                "`deviceType` is no type of this `deviceSupplier`",
            ));
        }
        // R54: the id is a part of the serial.
        let device_id = self
            .serial
            .reveal()
            .strip_prefix(template.prefix.as_str())
            .filter(|digits| digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|digits| digits.parse().ok())
            .ok_or_else(|| {
                Problem::bad_request("no device with this `deviceSerial` is provisioned")
                    .decided_by(&UNPROVISIONED_DEVICE_STATUS)
            })?;
        Ok((device_id, template.type_id))
    }
}

impl State {
    /// Links a device to a customer (R54).
    pub(crate) fn link_device(
        &mut self,
        source: &Source,
        linking: Linking,
        now: Timestamp,
    ) -> Result<&Device, Problem> {
        self.named_customer(source.id, linking.customer_id)?;
        let (device_id, type_id) = linking.resolve(&source.devices)?;
        // How a device that is linked already is answered is not documented: an assumption, and
        // that another source's link counts as well.
        if self
            .devices
            .values()
            .any(|device| device.device_id == device_id && device.type_id == type_id)
        {
            return Err(Problem::bad_request(
                "the device with this `deviceSerial` is linked already: unlink it first with DELETE /devices/{deviceId}",
            )
            .decided_by(&LINKED_DEVICE_STATUS));
        }
        let id = Next::take(&mut self.next.device);
        Ok(self.devices.entry(id).or_insert(Device {
            id,
            source: source.id,
            customer_id: linking.customer_id,
            device_id,
            serial: linking.serial,
            type_id,
            alias: linking.alias,
            firmware_version: linking.firmware_version,
            health_check_at: None,
            created_at: now,
            updated_at: now,
        }))
    }

    /// A device of this source (R16) by the id that linking answered, never by its serial (R54).
    pub(crate) fn device(&self, source: i64, device_id: &str) -> Result<&Device, Problem> {
        self.devices
            .values()
            .find(|device| device.source == source && device.device_id.to_string() == device_id)
            .ok_or_else(|| Problem::not_found("no device with this `deviceId` is linked"))
    }

    /// Changes the type or the alias; what is absent stays (an assumption).
    pub(crate) fn change_device(
        &mut self,
        source: &Source,
        customer_id: i64,
        device_id: &str,
        type_id: Option<i64>,
        alias: Option<PersonalText>,
        now: Timestamp,
    ) -> Result<&Device, Problem> {
        let device = self.device(source.id, device_id)?;
        if device.customer_id != customer_id {
            return Err(Problem::not_found(
                "no device with this `deviceId` is linked to this customer",
            ));
        }
        let id = device.id;
        if type_id.is_some_and(|id| source.devices.iter().all(|known| known.type_id != id)) {
            return Err(Problem::bad_request("`deviceTypeId` is no type of device"));
        }
        let device = self.devices.get_mut(&id).ok_or_else(Problem::defect)?;
        device.type_id = type_id.unwrap_or(device.type_id);
        device.alias = alias.or_else(|| device.alias.take());
        device.updated_at = now;
        Ok(device)
    }

    /// Unlinks a device. That a repeat is 404 is an assumption.
    pub(crate) fn unlink_device(&mut self, source: i64, device_id: &str) -> Result<(), Problem> {
        let id = self.device(source, device_id)?.id;
        self.devices.remove(&id);
        Ok(())
    }
}
