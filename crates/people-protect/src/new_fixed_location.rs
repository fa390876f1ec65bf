//! A fixed location as it is written.

use std::fmt;

use people_protect_api::types;

use crate::{CustomerId, Error, FixedLocationId, Position};

/// A fixed location to store: the four required fields, and what else is known (R77).
///
/// The API takes coordinates as text here; a [`Position`] is written so. `Debug` shows the external
/// reference only.
///
/// ```
/// use people_protect::{NewFixedLocation, Position};
///
/// let here = Position::new(-26.12345, 28.12345)?;
/// let branch = NewFixedLocation::new("site_9944", "site_9944", here)
///     .description("Downtown Branch")
///     .formatted_address("123 Main Street, Johannesburg");
/// assert_eq!(branch.raw().latitude.reveal(), "-26.12345");
/// assert_eq!(format!("{branch:?}"), "NewFixedLocation(\"site_9944\", REDACTED)");
/// # Ok::<(), people_protect::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct NewFixedLocation(types::FixedLocationInput);

impl NewFixedLocation {
    /// A place by your own stable key, your second text that is unique per site, and where it is.
    ///
    /// Callouts and CSV uploads find the place by `external_reference`: never use one again for
    /// another place.
    pub fn new(
        external_reference: impl Into<String>,
        identifier: impl Into<String>,
        position: Position,
    ) -> Self {
        Self(types::FixedLocationInput::new(
            external_reference,
            identifier,
            degrees(position.latitude()),
            degrees(position.longitude()),
        ))
    }

    /// What the place is.
    #[must_use]
    pub fn description(mut self, text: impl Into<String>) -> Self {
        self.0.location_description = Some(text.into().into());
        self
    }

    /// How to get in, whom to ask.
    #[must_use]
    pub fn additional_information(mut self, text: impl Into<String>) -> Self {
        self.0.location_additional_information = Some(text.into().into());
        self
    }

    /// The address, for people.
    #[must_use]
    pub fn formatted_address(mut self, text: impl Into<String>) -> Self {
        self.0.formatted_address = Some(text.into().into());
        self
    }

    /// The what3words address.
    #[must_use]
    pub fn w3w(mut self, words: impl Into<String>) -> Self {
        self.0.w3w = Some(words.into().into());
        self
    }

    /// The customer the place belongs to.
    #[must_use]
    pub fn customer(mut self, id: impl Into<CustomerId>) -> Self {
        self.0.customer_id = Some(id.into().get());
        self
    }

    /// Sets any other field, such as the type of place; its ids are not documented publicly.
    #[must_use]
    pub fn with_place(mut self, change: impl FnOnce(&mut types::FixedLocationInput)) -> Self {
        change(&mut self.0);
        self
    }

    /// The place as the raw type.
    #[must_use]
    pub fn raw(&self) -> &types::FixedLocationInput {
        &self.0
    }

    /// The raw type, if its keys can name a place.
    pub(crate) fn checked(
        self,
        operation: &'static str,
    ) -> Result<types::FixedLocationInput, Error> {
        match misfits(&self.0).into_iter().next() {
            None => Ok(self.0),
            Some(why) => Err(
                Error::invalid(why, "nothing was sent; mend the fixed location")
                    .with_operation(Some(operation)),
            ),
        }
    }
}

#[cfg(feature = "csv")]
impl From<NewFixedLocation> for types::FixedLocationInput {
    fn from(place: NewFixedLocation) -> Self {
        place.0
    }
}

impl fmt::Debug for NewFixedLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "NewFixedLocation({:?}, REDACTED)",
            self.0.external_reference_id
        )
    }
}

impl Position {
    /// Where a fixed location is; none if the answer has no coordinates that can be read.
    ///
    /// ```
    /// use people_protect::{Position, raw};
    ///
    /// let place: raw::types::FixedLocation =
    ///     serde_json::from_str(r#"{"latitude": "-26.12345", "longitude": "28.12345"}"#)?;
    /// let position = Position::of_fixed_location(&place).ok_or("no position")?;
    /// assert_eq!(position.latitude(), -26.12345);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn of_fixed_location(place: &types::FixedLocation) -> Option<Position> {
        let latitude = place.latitude.as_ref()?.reveal();
        let longitude = place.longitude.as_ref()?.reveal();
        position(latitude, longitude)
    }
}

impl FixedLocationId {
    /// The id of a fixed location in an answer.
    #[must_use]
    pub fn of(place: &types::FixedLocation) -> Option<FixedLocationId> {
        place.id.map(FixedLocationId::new)
    }
}

pub(crate) fn position(latitude: &str, longitude: &str) -> Option<Position> {
    Position::new(
        latitude.trim().parse().ok()?,
        longitude.trim().parse().ok()?,
    )
    .ok()
}

/// Degrees as decimal text: as many digits as tell the number apart, never an exponent.
fn degrees(degrees: f64) -> String {
    // Adding zero makes -0 a plain 0.
    format!("{}", degrees + 0.0)
}

/// What is wrong with a place, without repeating more of it than the names of its fields.
pub(crate) fn misfits(place: &types::FixedLocationInput) -> Vec<String> {
    let mut found = Vec::new();
    for (name, text) in [
        ("externalReferenceId", &place.external_reference_id),
        ("locationIdentifier", &place.location_identifier),
    ] {
        if text.trim().is_empty() {
            found.push(format!("`{name}` is blank"));
        } else if text.trim() != text {
            // Another system would trim it, and take it for another place (R49).
            found.push(format!("`{name}` has spaces around it"));
        }
    }
    let reference = &place.external_reference_id;
    if matches!(reference.as_str(), "." | "..") || reference.contains('\\') {
        // A callout is raised by it, and such a text does not survive in an address.
        found.push(
            "`externalReferenceId` is `.`, `..` or has a backslash, so that no callout could be \
             raised by it"
                .to_owned(),
        );
    }
    if position(place.latitude.reveal(), place.longitude.reveal()).is_none() {
        found.push("`latitude` and `longitude` are no position in degrees".to_owned());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r77_degrees_are_plain_decimal_text() {
        for (number, text) in [
            (-26.12345, "-26.12345"),
            (28.0, "28"),
            (-0.0, "0"),
            (0.000_000_1, "0.0000001"),
            (-180.0, "-180"),
        ] {
            assert_eq!(degrees(number), text);
        }
    }

    #[test]
    fn what_cannot_name_a_place_is_found() {
        let here = Position::new(-26.12345, 28.12345).unwrap();
        let misfits = |reference: &str| misfits(NewFixedLocation::new(reference, "x", here).raw());
        assert_eq!(misfits("a"), Vec::<String>::new());
        assert_eq!(misfits(" "), ["`externalReferenceId` is blank"]);
        for reference in [".", "..", "a\\b"] {
            assert!(misfits(reference)[0].contains("no callout could be raised"));
        }
        assert_eq!(misfits("a/b?c#d%e .."), Vec::<String>::new());
        assert_eq!(
            misfits("a "),
            ["`externalReferenceId` has spaces around it"]
        );
    }

    #[test]
    fn text_that_is_no_position_is_none() {
        assert!(position(" -26.12345", "28.12345\n").is_some());
        for (latitude, longitude) in [("", "1"), ("north", "1"), ("91", "1"), ("1", "NaN")] {
            assert!(position(latitude, longitude).is_none());
        }
    }
}
