//! Where responders come: plain boxes, made up for the simulator.

use std::fmt::Write as _;

/// The edges of a box in degrees.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Edges {
    west: f64,
    south: f64,
    east: f64,
    north: f64,
}

/// An area that is covered, but for the hole in it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Area {
    name: &'static str,
    edges: Edges,
    hole: Option<Edges>,
}

const fn edges(west: f64, south: f64, east: f64, north: f64) -> Edges {
    Edges {
        west,
        south,
        east,
        north,
    }
}

const SECURITY: [Area; 2] = [
    Area {
        name: "Johannesburg",
        edges: edges(27.9, -26.3, 28.2, -26.0),
        hole: None,
    },
    Area {
        name: "Cape Town",
        edges: edges(18.3, -34.1, 18.7, -33.8),
        // Nobody lives on the mountain.
        hole: Some(edges(18.38, -33.99, 18.42, -33.95)),
    },
];

const MEDICAL: [Area; 1] = [Area {
    name: "Johannesburg",
    edges: edges(28.0, -26.25, 28.1, -26.1),
    hole: None,
}];

/// The areas of a response type, by its value; none for a value that is not known.
pub(crate) fn areas(value: &str) -> &'static [Area] {
    match value {
        "SECURITY" => &SECURITY,
        "MEDICAL" => &MEDICAL,
        _ => &[],
    }
}

impl Area {
    /// Whether a position is covered; the edges are.
    pub(crate) fn covers(&self, latitude: f64, longitude: f64) -> bool {
        let within = self.edges.south <= latitude
            && latitude <= self.edges.north
            && self.edges.west <= longitude
            && longitude <= self.edges.east;
        let in_hole = self.hole.is_some_and(|hole| {
            hole.south < latitude
                && latitude < hole.north
                && hole.west < longitude
                && longitude < hole.east
        });
        within && !in_hole
    }
}

/// R83: KML, one placemark per polygon. KML writes longitude before latitude.
pub(crate) fn kml(areas: &[Area]) -> String {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document>\n",
    );
    for area in areas {
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "<Placemark><name>{}</name><Polygon><outerBoundaryIs>{}</outerBoundaryIs>",
            area.name,
            ring(area.edges)
        );
        if let Some(hole) = area.hole {
            let _ = write!(text, "<innerBoundaryIs>{}</innerBoundaryIs>", ring(hole));
        }
        text.push_str("</Polygon></Placemark>\n");
    }
    text.push_str("</Document></kml>\n");
    text
}

fn ring(edges: Edges) -> String {
    let Edges {
        west,
        south,
        east,
        north,
    } = edges;
    format!(
        "<LinearRing><coordinates>{west},{south} {east},{south} {east},{north} {west},{north} {west},{south}</coordinates></LinearRing>"
    )
}

#[cfg(test)]
mod tests {
    use super::{SECURITY, areas, kml};

    #[test]
    fn r83_there_is_one_placemark_per_polygon() {
        for value in ["SECURITY", "MEDICAL"] {
            let text = kml(areas(value));
            assert_eq!(
                text.matches("<Placemark>").count(),
                text.matches("<Polygon>").count()
            );
            assert_eq!(text.matches("<Placemark>").count(), areas(value).len());
        }
    }

    #[test]
    fn a_hole_is_not_covered_and_its_edge_is() {
        let [_, cape_town] = SECURITY;
        assert!(cape_town.covers(-33.9249, 18.4241));
        assert!(!cape_town.covers(-33.97, 18.4));
        assert!(cape_town.covers(-33.97, 18.42));
        assert!(!cape_town.covers(-26.12345, 28.12345));
    }
}
