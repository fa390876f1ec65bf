//! Where help is needed.

use std::fmt;

use people_protect_api::types;

use crate::{Error, FixedLocationId};

/// A position in degrees (WGS 84). `Debug` does not show it.
///
/// ```
/// use people_protect::Position;
///
/// let here = Position::new(-26.12345, 28.12345)?.accuracy_m(10.0);
/// assert!(Position::new(28.12345, 526.0).is_err());
/// assert_eq!(format!("{here:?}"), "Position(REDACTED)");
/// # Ok::<(), people_protect::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq)]
pub struct Position {
    latitude: f64,
    longitude: f64,
    accuracy: Option<f64>,
}

impl Position {
    /// A position from latitude (-90 to 90) and longitude (-180 to 180), in degrees.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if one is out of range or no number.
    pub fn new(latitude: f64, longitude: f64) -> Result<Self, Error> {
        // Comparisons with NaN are false, so these refuse it too.
        if !(-90.0..=90.0).contains(&latitude) {
            return Err(Error::invalid(
                "the latitude is not between -90 and 90 degrees",
                "latitude comes first, longitude second",
            ));
        }
        if !(-180.0..=180.0).contains(&longitude) {
            return Err(Error::invalid(
                "the longitude is not between -180 and 180 degrees",
                "latitude comes first, longitude second",
            ));
        }
        Ok(Self {
            latitude,
            longitude,
            accuracy: None,
        })
    }

    /// The radius of uncertainty in metres.
    ///
    /// A value that is negative or no number is left out: a sensor's odd reading must not keep a
    /// callout from being raised.
    #[must_use]
    pub fn accuracy_m(mut self, metres: f64) -> Self {
        self.accuracy = (metres.is_finite() && metres >= 0.0).then_some(metres);
        self
    }

    /// Degrees of latitude.
    #[must_use]
    pub fn latitude(&self) -> f64 {
        self.latitude
    }

    /// Degrees of longitude.
    #[must_use]
    pub fn longitude(&self) -> f64 {
        self.longitude
    }

    pub(crate) fn to_location(self) -> types::CalloutLocation {
        let mut location = types::CalloutLocation::new(self.latitude, self.longitude);
        location.accuracy = self.accuracy.map(Into::into);
        location
    }

    pub(crate) fn to_update(self) -> types::UpdateCalloutLocationRequest {
        let mut update = types::UpdateCalloutLocationRequest::new(self.latitude, self.longitude);
        update.accuracy = self.accuracy.map(Into::into);
        update
    }

    pub(crate) fn to_update_and_return(self) -> types::UpdateCalloutLocationAndReturnRequest {
        let mut update =
            types::UpdateCalloutLocationAndReturnRequest::new(self.latitude, self.longitude);
        update.accuracy = self.accuracy.map(Into::into);
        update
    }
}

impl fmt::Debug for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Position(REDACTED)")
    }
}

/// Where a callout is raised: at a position or at a fixed location, never both (R25).
///
/// ```
/// use people_protect::{FixedLocationId, Place, Position};
///
/// let a: Place = Position::new(-26.12345, 28.12345)?.into();
/// let b: Place = FixedLocationId::new(99_001).into();
/// assert_ne!(a, b);
/// # Ok::<(), people_protect::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Place {
    /// A position.
    Position(Position),
    /// A fixed location known to AURA.
    FixedLocation(FixedLocationId),
}

impl From<Position> for Place {
    fn from(position: Position) -> Self {
        Place::Position(position)
    }
}

impl From<FixedLocationId> for Place {
    fn from(id: FixedLocationId) -> Self {
        Place::FixedLocation(id)
    }
}

#[cfg(test)]
mod tests {
    use super::Position;

    #[test]
    fn positions_off_the_globe_are_refused_without_being_repeated() {
        for (latitude, longitude) in [
            (90.1, 0.0),
            (-90.1, 0.0),
            (0.0, 180.1),
            (0.0, -180.1),
            (f64::NAN, 0.0),
            (0.0, f64::NAN),
            (f64::INFINITY, 0.0),
            (123.456, 0.0),
        ] {
            let error = Position::new(latitude, longitude).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("123.456"));
        }
        for (latitude, longitude) in [(90.0, 180.0), (-90.0, -180.0), (0.0, 0.0)] {
            assert!(Position::new(latitude, longitude).is_ok());
        }
    }

    #[test]
    fn an_odd_accuracy_is_left_out() {
        let position = Position::new(1.0, 2.0).unwrap();
        for metres in [f64::NAN, f64::INFINITY, -1.0] {
            assert!(position.accuracy_m(metres).to_location().accuracy.is_none());
        }
        assert!(position.accuracy_m(0.0).to_location().accuracy.is_some());
    }
}
