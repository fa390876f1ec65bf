//! A point on the earth.

use people_protect_api::PersonalNumber;
use serde::{Deserialize, Serialize};

use crate::problem::Problem;

/// Where somebody is. `Debug` does not show it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Position {
    /// Degrees north.
    pub latitude: PersonalNumber,
    /// Degrees east.
    pub longitude: PersonalNumber,
    /// Metres.
    pub accuracy: Option<PersonalNumber>,
}

impl Position {
    /// Reads a position from a request. Ranges are an assumption: nothing says what is refused.
    pub(crate) fn read(
        latitude: PersonalNumber,
        longitude: PersonalNumber,
        accuracy: Option<PersonalNumber>,
        under: &str,
    ) -> Result<Self, Problem> {
        within(latitude, 90.0, under, "latitude")?;
        within(longitude, 180.0, under, "longitude")?;
        if accuracy.is_some_and(|metres| metres.reveal() < 0.0) {
            return Err(Problem::bad_request(format!(
                "`{under}accuracy` must be zero or more metres"
            )));
        }
        Ok(Self::unchecked(latitude, longitude, accuracy))
    }

    /// The same, wherever it may be.
    pub(crate) fn unchecked(
        latitude: PersonalNumber,
        longitude: PersonalNumber,
        accuracy: Option<PersonalNumber>,
    ) -> Self {
        Self {
            latitude,
            longitude,
            accuracy,
        }
    }
}

fn within(degrees: PersonalNumber, limit: f64, under: &str, name: &str) -> Result<(), Problem> {
    // A number that is no number is in no range.
    if degrees.reveal().abs() <= limit {
        return Ok(());
    }
    Err(Problem::bad_request(format!(
        "`{under}{name}` must be degrees from -{limit} to {limit}"
    )))
}

#[cfg(test)]
mod tests {
    use super::Position;

    #[test]
    fn a_position_off_the_earth_is_refused_by_name() {
        let read = |latitude: f64, longitude: f64, accuracy: f64| {
            Position::read(
                latitude.into(),
                longitude.into(),
                Some(accuracy.into()),
                "location.",
            )
            .map_err(|problem| problem.message)
        };
        assert!(read(-26.12345, 28.12345, 10.0).is_ok());
        assert!(read(90.0, -180.0, 0.0).is_ok());
        assert!(
            read(90.1, 0.0, 0.0)
                .unwrap_err()
                .contains("location.latitude")
        );
        assert!(
            read(0.0, -180.1, 0.0)
                .unwrap_err()
                .contains("location.longitude")
        );
        assert!(
            read(0.0, 0.0, -1.0)
                .unwrap_err()
                .contains("location.accuracy")
        );
        assert!(read(f64::NAN, 0.0, 0.0).is_err());
    }
}
