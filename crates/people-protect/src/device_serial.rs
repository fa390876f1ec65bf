//! The serial number on a device.

use std::fmt;
use std::str::FromStr;

use crate::Error;

/// The serial number of a device, as printed on it. `Debug` does not show it: it identifies the
/// device of a person.
///
/// Linking takes it, and nothing else does: events and unlinking take the
/// [`DeviceId`](crate::DeviceId) that linking answers (R54).
///
/// ```
/// use people_protect::DeviceSerial;
///
/// let serial: DeviceSerial = "EX-26217939".parse()?;
/// assert_eq!(format!("{serial:?}"), "DeviceSerial(REDACTED)");
/// assert!("".parse::<DeviceSerial>().is_err());
/// # Ok::<(), people_protect::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct DeviceSerial(String);

impl DeviceSerial {
    /// The serial number.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl FromStr for DeviceSerial {
    type Err = Error;

    /// Takes any text that is not blank; white space around it is dropped, as scanners add it.
    fn from_str(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Error::invalid(
                "the serial number is blank",
                "pass it as printed on the device",
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for DeviceSerial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceSerial(REDACTED)")
    }
}
