//! Where a response type is available.

mod kml;

use std::fmt;

use geo::coordinate_position::{CoordPos, CoordinatePosition};
use geo::{BoundingRect, Coord, Polygon, Rect};

use crate::{Answer, Error, PeopleProtect, Position, ResponseTypeId};

impl PeopleProtect {
    /// Reads where a kind of response is available (R82, R83).
    ///
    /// Keep the answer and read it anew from time to time, not per position. The KML itself is the
    /// [`body`](Answer::body) of the answer.
    ///
    /// **Coverage is advice.** Do not hold a callout back because of it: the areas may be old, and a
    /// position may be off.
    ///
    /// ```no_run
    /// # use people_protect::{PeopleProtect, Position};
    /// # async fn example(aura: PeopleProtect) -> Result<(), people_protect::Error> {
    /// let security = aura.response_types().await?.by_value("SECURITY")?;
    /// let coverage = aura.coverage(security).await?;
    /// let here = Position::new(-26.12345, 28.12345)?;
    /// match coverage.area_at(here) {
    ///     Some(area) => println!("covered: {}", area.name().unwrap_or("an area without a name")),
    ///     None => println!("not covered"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// - [`NotFound`](crate::ErrorKind::NotFound) if there is no such response type (an assumption).
    /// - [`UndecodableAnswer`](crate::ErrorKind::UndecodableAnswer) if the answer is no KML that can
    ///   be relied on: see [`Coverage::from_kml`].
    /// - Everything else as [`call`](Self::call).
    pub async fn coverage(
        &self,
        response_type: impl Into<ResponseTypeId>,
    ) -> Result<Answer<Coverage>, Error> {
        let id = response_type.into().get();
        let answer = self
            .call(|raw| async move { raw.get_coverage(id).await })
            .await?;
        let read = std::str::from_utf8(answer.body())
            .map_err(|_| kml::unreadable("the text is not UTF-8"))
            .and_then(Coverage::from_kml);
        match read {
            Ok(coverage) => Ok(answer.with_value(coverage)),
            Err(error) => Err(error
                .with_operation(Some("get_coverage"))
                .with_attempts(answer.attempts)
                .with_answer(answer.answered)
                .with_reached(true)
                .with_retryable(true)),
        }
    }
}

/// The areas in which a kind of response is available.
///
/// - A point on a border is covered, on that of a hole as well: two areas that touch leave no gap.
/// - Borders are straight between their points in degrees, as on a plain map, and not along great
///   circles. Over the few kilometres between such points nobody sees a difference.
/// - An area across the antimeridian is read if its longitudes go on (`179`, `181`) or if it is
///   parted there. One that jumps from `179` to `-179` is refused, as it could be either side.
///
/// ```
/// use people_protect::{Coverage, Position};
///
/// let coverage = Coverage::from_kml(
///     r#"<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark>
///          <name>Johannesburg</name>
///          <Polygon><outerBoundaryIs><LinearRing><coordinates>
///            28.0,-26.2 28.2,-26.2 28.2,-26.0 28.0,-26.0 28.0,-26.2
///          </coordinates></LinearRing></outerBoundaryIs></Polygon>
///        </Placemark></Document></kml>"#,
/// )?;
/// let here = Position::new(-26.12345, 28.12345)?;
/// assert!(coverage.contains(here));
/// assert_eq!(coverage.area_at(here).and_then(|area| area.name()), Some("Johannesburg"));
/// # Ok::<(), people_protect::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct Coverage {
    areas: Vec<CoverageArea>,
}

/// One polygon of a [`Coverage`], with its holes.
#[derive(Clone, PartialEq)]
pub struct CoverageArea {
    name: Option<String>,
    polygon: Polygon,
    bounds: Rect,
}

impl Coverage {
    /// Reads a KML document that was kept.
    ///
    /// Every polygon counts, alone or in a `MultiGeometry`, with its inner boundaries as holes;
    /// points, lines and styles are passed over.
    ///
    /// # Errors
    ///
    /// [`UndecodableAnswer`](crate::ErrorKind::UndecodableAnswer) if it is no KML, breaks off, is
    /// nested deeper than 64 elements, links to another document (`NetworkLink`), or has a boundary
    /// that is none: no ring, fewer than three points, or coordinates that are no degrees. A part that cannot be read spoils the whole: a coverage with
    /// an area or a hole missing would give wrong answers.
    pub fn from_kml(text: &str) -> Result<Self, Error> {
        let shapes = kml::read(text)?;
        let areas = shapes.into_iter().filter_map(|(name, polygon)| {
            // There is one: a boundary has points.
            let bounds = polygon.bounding_rect()?;
            Some(CoverageArea {
                name,
                polygon,
                bounds,
            })
        });
        Ok(Self {
            areas: areas.collect(),
        })
    }

    /// Whether a position is covered.
    #[must_use]
    pub fn contains(&self, position: Position) -> bool {
        self.area_at(position).is_some()
    }

    /// The first area, in the order of the document, that covers a position.
    #[must_use]
    pub fn area_at(&self, position: Position) -> Option<&CoverageArea> {
        self.areas.iter().find(|area| area.contains(position))
    }

    /// The areas, in the order of the document.
    #[must_use]
    pub fn areas(&self) -> &[CoverageArea] {
        &self.areas
    }

    /// Whether nothing at all is covered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.areas.is_empty()
    }
}

impl CoverageArea {
    /// The name of its placemark.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Whether it covers a position.
    #[must_use]
    pub fn contains(&self, position: Position) -> bool {
        let (x, y) = (position.longitude(), position.latitude());
        // The same place, for an area that is written past the antimeridian.
        [x, x + 360.0, x - 360.0].into_iter().any(|x| {
            let (min, max) = (self.bounds.min(), self.bounds.max());
            min.x <= x
                && x <= max.x
                && min.y <= y
                && y <= max.y
                && self.polygon.coordinate_position(&Coord { x, y }) != CoordPos::Outside
        })
    }
}

impl fmt::Debug for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Coverage")
            .field("areas", &self.areas.len())
            .finish()
    }
}

impl fmt::Debug for CoverageArea {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CoverageArea")
            .field("name", &self.name)
            .field("points", &self.polygon.exterior().0.len())
            .field("holes", &self.polygon.interiors().len())
            .finish()
    }
}
