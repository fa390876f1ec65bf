//! Where responders come.

use people_protect::{Coverage, ErrorKind, Position};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::fixed_locations::{scene, site};
use crate::server::{Reply, Server};

fn at(latitude: f64, longitude: f64) -> Position {
    Position::new(latitude, longitude).unwrap()
}

fn ring(west: f64, south: f64, east: f64, north: f64) -> String {
    format!(
        "<LinearRing><coordinates>{west},{south} {east},{south},7.5 {east},{north}\n{west},{north} {west},{south}</coordinates></LinearRing>"
    )
}

fn polygon(outer: &str, holes: &[String]) -> String {
    let mut text = format!("<Polygon><outerBoundaryIs>{outer}</outerBoundaryIs>");
    for hole in holes {
        text.push_str(&format!("<innerBoundaryIs>{hole}</innerBoundaryIs>"));
    }
    text + "</Polygon>"
}

fn coverage(placemarks: &str) -> Coverage {
    Coverage::from_kml(&format!(
        "<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document>{placemarks}</Document></kml>"
    ))
    .unwrap()
}

fn placemark(name: &str, inside: &str) -> String {
    format!("<Placemark><name>{name}</name>{inside}</Placemark>")
}

#[tokio::test]
async fn r82_r83_the_coverage_of_a_response_type_is_asked_by_position() {
    let (_simulator, aura) = scene().await;
    let types = aura.response_types().await.unwrap();
    let security = types.by_value("SECURITY").unwrap();
    let coverage = aura.coverage(security).await.unwrap();
    assert!(coverage.body().starts_with(b"<?xml"));
    let name = |latitude, longitude| {
        let area = coverage.area_at(at(latitude, longitude));
        area.map(|area| area.name().unwrap())
    };
    assert_eq!(name(-26.12345, 28.12345), Some("Johannesburg"));
    assert_eq!(name(-33.9249, 18.4241), Some("Cape Town"));
    // A hole, and the middle of nowhere.
    assert_eq!(name(-33.97, 18.4), None);
    assert_eq!(name(0.0, 0.0), None);
    let medical = types.by_value("MEDICAL").unwrap();
    let medical = aura.coverage(medical).await.unwrap();
    assert!(!medical.contains(at(-26.12345, 28.12345)));
    let error = aura.coverage(404).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn a_fixed_location_is_covered_where_the_coverage_says_so() {
    let (_simulator, aura) = scene().await;
    let stored = aura.create_fixed_location(site("a")).await.unwrap();
    let security = aura.response_types().await.unwrap();
    let security = security.by_value("SECURITY").unwrap();
    let coverage = aura.coverage(security).await.unwrap();
    let position = Position::of_fixed_location(&stored).unwrap();
    assert_eq!(stored.security_coverage, Some(coverage.contains(position)));
}

#[tokio::test]
async fn r83_what_is_no_kml_is_an_unreadable_answer_with_the_body() {
    for body in [
        "",
        r#"{"text": "planted"}"#,
        "<html>planted</html>",
        "<kml><Document><Placemark><name>planted",
    ] {
        let server = Server::replying([Reply::with(200, "", body)]).await;
        let error = server.client().coverage(1).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UndecodableAnswer, "{body}");
        assert_eq!(error.operation(), Some("get_coverage"));
        assert_eq!(error.body(), body.as_bytes());
        assert!(!format!("{error} {error:?}").contains("planted"), "{error}");
    }
    let bytes = Reply::raw("HTTP/1.1 200 X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    let server = Server::replying([bytes]).await;
    assert!(server.client().coverage(1).await.is_err());
}

#[test]
fn borders_are_covered_on_the_outside_and_around_holes() {
    let with_hole = polygon(&ring(0.0, 0.0, 4.0, 4.0), &[ring(1.0, 1.0, 3.0, 3.0)]);
    let coverage = coverage(&placemark("a", &with_hole));
    for (latitude, longitude, covered) in [
        (0.0, 0.0, true),
        (4.0, 2.0, true),
        (0.5, 0.5, true),
        (1.0, 2.0, true),
        (2.0, 3.0, true),
        (2.0, 2.0, false),
        (4.1, 2.0, false),
    ] {
        let inside = coverage.contains(at(latitude, longitude));
        assert_eq!(inside, covered, "{latitude}, {longitude}");
    }
}

#[test]
fn every_polygon_of_a_multi_geometry_counts_and_bears_its_placemarks_name() {
    let both = format!(
        "<MultiGeometry>{}<MultiGeometry>{}</MultiGeometry></MultiGeometry>",
        polygon(&ring(0.0, 0.0, 1.0, 1.0), &[]),
        polygon(&ring(5.0, 5.0, 6.0, 6.0), &[])
    );
    let text =
        placemark("both", &both) + &placemark("last", &polygon(&ring(0.0, 0.0, 9.0, 9.0), &[]));
    let coverage = coverage(&text);
    assert_eq!(coverage.areas().len(), 3);
    let name = |degrees| {
        coverage
            .area_at(at(degrees, degrees))
            .and_then(|area| area.name())
    };
    assert_eq!(name(0.5), Some("both"));
    assert_eq!(name(5.5), Some("both"));
    assert_eq!(name(3.0), Some("last"));
    assert_eq!(name(9.5), None);
}

#[test]
fn longitude_stands_before_latitude() {
    let coverage = coverage(&placemark(
        "a",
        &polygon(&ring(28.0, -27.0, 29.0, -26.0), &[]),
    ));
    assert!(coverage.contains(at(-26.5, 28.5)));
    assert!(!coverage.contains(at(28.5, -26.5)));
}

#[test]
fn an_area_that_goes_on_past_the_antimeridian_is_one() {
    let east = coverage(&placemark(
        "a",
        &polygon(&ring(179.0, 0.0, 181.0, 1.0), &[]),
    ));
    let west = coverage(&placemark(
        "a",
        &polygon(&ring(-181.0, 0.0, -179.0, 1.0), &[]),
    ));
    for area in [east, west] {
        for longitude in [179.5, -179.5, 180.0, -180.0] {
            assert!(area.contains(at(0.5, longitude)), "{longitude}");
        }
        assert!(!area.contains(at(0.5, 0.0)));
    }
}

#[test]
fn debug_counts_and_does_not_list() {
    let coverage = coverage(&placemark(
        "a",
        &polygon(&ring(28.125, -27.0, 29.0, -26.0), &[]),
    ));
    let shown = format!("{coverage:?} {:?}", coverage.areas());
    assert!(shown.contains("Coverage { areas: 1 }"), "{shown}");
    assert!(!shown.contains("28.125"), "{shown}");
}

fn edge() -> impl Strategy<Value = f64> {
    // Whole numbers as well, so that points fall on borders and corners.
    prop_oneof![-6.0..6.0, (-6i32..6).prop_map(f64::from)]
}

proptest! {
    // The same cases in every run.
    #![proptest_config(ProptestConfig {
        rng_seed: RngSeed::Fixed(83),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_box_with_a_hole_is_as_simple_arithmetic_says(
        (west, east, south, north) in (edge(), edge(), edge(), edge()),
        (x, y) in (edge(), edge()),
        hole in 0.1..0.4,
    ) {
        let (west, east) = (west.min(east), west.max(east) + 1.0);
        let (south, north) = (south.min(north), south.max(north) + 1.0);
        let (wide, high) = ((east - west) * hole, (north - south) * hole);
        let inner = (west + wide, south + high, east - wide, north - high);
        let text = polygon(
            &ring(west, south, east, north),
            &[ring(inner.0, inner.1, inner.2, inner.3)],
        );
        let coverage = coverage(&placemark("a", &text));
        let in_box = west <= x && x <= east && south <= y && y <= north;
        let in_hole = inner.0 < x && x < inner.2 && inner.1 < y && y < inner.3;
        prop_assert_eq!(coverage.contains(at(y, x)), in_box && !in_hole);
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "(<|>|/|kml|Placemark|Polygon|coordinates| |1,2|&|;|!\\[CDATA\\[|\\]\\]){0,40}") {
        let _ = Coverage::from_kml(&text);
    }
}
