//! One linked device.

use std::future::IntoFuture;

use people_protect_api::{PersonalText, types};

use crate::clock::BoxFuture;
use crate::{
    Answer, CustomerId, DeviceEvent, DeviceId, DeviceTypeId, Error, ErrorKind, PeopleProtect,
};

/// A linked device by its id: the place to change it, unlink it and pass on what it reports.
#[derive(Debug, Clone)]
pub struct Device {
    aura: PeopleProtect,
    id: DeviceId,
}

impl PeopleProtect {
    /// A linked device by the id that linking answered. Nothing is sent yet.
    ///
    /// ```no_run
    /// # use people_protect::{DeviceId, PeopleProtect};
    /// # async fn example(aura: PeopleProtect, stored: DeviceId) -> Result<(), people_protect::Error> {
    /// aura.device(stored).unlink().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn device(&self, id: impl Into<DeviceId>) -> Device {
        Device {
            aura: self.clone(),
            id: id.into(),
        }
    }
}

impl Device {
    /// The id. Store it: events and unlinking name the device by it, never by its serial (R54).
    #[must_use]
    pub fn id(&self) -> &DeviceId {
        &self.id
    }

    /// Begins to change the alias or the type of the device; the request names its customer.
    ///
    /// ```no_run
    /// # use people_protect::{CustomerId, Device};
    /// # async fn example(device: Device, jane: CustomerId) -> Result<(), people_protect::Error> {
    /// device.update(jane).alias("Back office button").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn update(&self, customer: impl Into<CustomerId>) -> UpdateDevice {
        UpdateDevice {
            aura: self.aura.clone(),
            request: types::UpdateDeviceRequest::new(customer.into().get(), self.id.as_str()),
        }
    }

    /// Unlinks the device: events of it reach nobody from then on. The shape of the answer is an
    /// assumption. It may be repeated without harm.
    ///
    /// # Errors
    ///
    /// [`NotFound`](ErrorKind::NotFound) if no such device is linked, or not any more; everything
    /// else as [`call`](PeopleProtect::call).
    pub async fn unlink(&self) -> Result<Answer<types::MessageResponse>, Error> {
        let id = self.id.as_str();
        self.aura
            .call(|raw| async move { raw.unlink_device(id).await })
            .await
            .map_err(not_linked)
    }

    /// Begins an event: something the device reports. Every event carries the type of the device
    /// (R54); [`LinkedDevice::device_type`](crate::LinkedDevice::device_type) has it.
    ///
    /// ```no_run
    /// # use people_protect::{Device, DeviceTypeId, Position};
    /// # async fn example(device: Device) -> Result<(), people_protect::Error> {
    /// let here = Position::new(-26.12345, 28.12345)?.accuracy_m(70.0);
    /// let pressed = device.event(DeviceTypeId::new(5)).message_type(1).position(here).await?;
    /// match pressed.callout_id() {
    ///     Some(callout) => println!("callout {callout}"),
    ///     None => println!("no callout is known: raise one for the customer"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn event(&self, device_type: DeviceTypeId) -> DeviceEvent {
        DeviceEvent::new(self.aura.clone(), self.id.clone(), device_type)
    }
}

fn not_linked(error: Error) -> Error {
    match error.kind() {
        ErrorKind::NotFound => error.with_hint(
            "no such device is linked: pass the device id that linking answered, not the serial \
             (R54); after a repeat it may be unlinked already",
        ),
        _ => error,
    }
}

/// A change of a device, ready to be awaited. What is not named stays as it is (an assumption).
///
/// The route is current; its body was documented earlier and is unconfirmed (C35), and the name
/// of the alias in it is an assumption. A repeat writes the same values again.
///
/// # Errors
///
/// [`InvalidRequest`](ErrorKind::InvalidRequest), with nothing sent, if there is nothing to
/// change; [`NotFound`](ErrorKind::NotFound) if the device is not linked to the customer;
/// everything else as [`call`](PeopleProtect::call).
#[derive(Debug)]
#[must_use = "a change is made when it is awaited"]
pub struct UpdateDevice {
    aura: PeopleProtect,
    request: types::UpdateDeviceRequest,
}

impl UpdateDevice {
    /// The new name for people.
    pub fn alias(mut self, alias: impl Into<PersonalText>) -> Self {
        self.request.device_alias = Some(alias.into());
        self
    }

    /// The new type.
    pub fn device_type(mut self, device_type: DeviceTypeId) -> Self {
        self.request.device_type_id = Some(device_type.get());
        self
    }
}

impl IntoFuture for UpdateDevice {
    type Output = Result<Answer<types::DeviceLink>, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let body = &self.request;
            if body.device_alias.is_none() && body.device_type_id.is_none() {
                return Err(Error::invalid(
                    "the change of the device changes nothing",
                    "give it an `alias` or a `device_type`",
                )
                .with_operation(Some("update_device")));
            }
            self.aura
                .call(|raw| async move { raw.update_device(body).await })
                .await
                .map_err(not_linked)
        })
    }
}
