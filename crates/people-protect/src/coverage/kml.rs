//! The polygons of a KML document.
//!
//! Read event by event rather than with the `kml` crate (0.15): that one never returns from a
//! document that breaks off within a placemark, panics on a point without coordinates, and has no
//! limit of depth.

use std::borrow::Cow;

use geo::{Coord, LineString, Polygon};
use quick_xml::Reader;
use quick_xml::events::Event;

use crate::{Error, ErrorKind};

/// Deeper than any map is, shallower than any stack.
const DEEPEST: usize = 64;

type Shape = (Option<String>, Polygon);

/// Every polygon with the name of its placemark.
pub(super) fn read(text: &str) -> Result<Vec<Shape>, Error> {
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    reader.config_mut().expand_empty_elements = true;
    let mut document = Document::default();
    loop {
        let event = reader.read_event().map_err(|_| {
            unreadable(format!(
                "no well-formed XML near byte {}",
                reader.error_position()
            ))
        })?;
        match event {
            Event::Start(element) => document.begin(element.local_name().as_ref())?,
            Event::End(_) => document.end()?,
            Event::Text(text) => {
                let text = text.xml10_content();
                document.text(&text.map_err(|_| unreadable("the text is not UTF-8"))?);
            }
            Event::CData(text) => {
                let text = text.xml10_content();
                document.text(&text.map_err(|_| unreadable("the text is not UTF-8"))?);
            }
            Event::GeneralRef(reference) => {
                let name = reference.decode().unwrap_or(Cow::Borrowed(""));
                let letter = match name.as_ref() {
                    "amp" => Some('&'),
                    "lt" => Some('<'),
                    "gt" => Some('>'),
                    "quot" => Some('"'),
                    "apos" => Some('\''),
                    // Entities of the document's own are not expanded: nothing here can grow.
                    _ => reference.resolve_char_ref().ok().flatten(),
                };
                match letter {
                    Some(letter) => document.text(letter.encode_utf8(&mut [0; 4])),
                    None => document.unknown_reference()?,
                }
            }
            Event::Eof => return document.finish(),
            Event::Empty(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_) => {}
        }
    }
}

/// The error for a document that cannot be relied on.
pub(super) fn unreadable(why: impl Into<Cow<'static, str>>) -> Error {
    let why = why.into();
    Error::new(ErrorKind::UndecodableAnswer)
        .with_detail(format!("the coverage is no readable KML: {why}"))
        .with_hint(
            "keep the coverage read before, and never hold a callout back for the lack of it",
        )
}

#[derive(Default)]
struct Document {
    /// The elements that are open.
    open: Vec<Element>,
    seen_root: bool,
    /// Whether there is text before or after the root.
    stray_text: bool,
    /// The text of the element at the top, if it is one that counts.
    text: String,
    /// The name of the open placemark, and where its polygons begin.
    name: Option<String>,
    first: usize,
    /// The boundaries of the open polygon.
    outer: Option<LineString>,
    inner: Vec<LineString>,
    /// The rings of the open boundary, and the coordinates of the open ring.
    rings: usize,
    coordinates: usize,
    shapes: Vec<Shape>,
}

#[derive(Clone, Copy, PartialEq)]
enum Element {
    Placemark,
    Name,
    Polygon,
    Outer,
    Inner,
    Ring,
    Coordinates,
    Other,
}

impl Element {
    /// Names count in any case: KML knows one spelling, and a hole in another is a hole.
    fn of(name: &[u8], parent: Element) -> Result<Self, Error> {
        let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
        let boundary = if is("outerBoundaryIs") {
            Some(Element::Outer)
        } else if is("innerBoundaryIs") {
            Some(Element::Inner)
        } else {
            None
        };
        if let Some(boundary) = boundary {
            return match parent {
                Element::Polygon => Ok(boundary),
                _ => Err(unreadable("a boundary is outside a polygon")),
            };
        }
        if is("NetworkLink") {
            return Err(unreadable(
                "it links to another document, so the coverage, or a part of it, is elsewhere",
            ));
        }
        Ok(match parent {
            _ if is("Placemark") => Element::Placemark,
            _ if is("Polygon") => Element::Polygon,
            Element::Placemark if is("name") => Element::Name,
            Element::Outer | Element::Inner if is("LinearRing") => Element::Ring,
            Element::Ring if is("coordinates") => Element::Coordinates,
            _ => Element::Other,
        })
    }
}

fn holds_points(name: &[u8]) -> bool {
    [&b"LinearRing"[..], b"coordinates"]
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known))
}

impl Document {
    fn begin(&mut self, name: &[u8]) -> Result<(), Error> {
        if self.open.is_empty() {
            if !name.eq_ignore_ascii_case(b"kml") || self.seen_root {
                return Err(unreadable("its root is not `kml`"));
            }
            self.seen_root = true;
        }
        if self.open.len() >= DEEPEST {
            return Err(unreadable(format!(
                "it is nested deeper than {DEEPEST} elements"
            )));
        }
        let parent = self.open.last().copied().unwrap_or(Element::Other);
        let element = Element::of(name, parent)?;
        let in_polygon = self.open.contains(&Element::Polygon);
        if parent == Element::Coordinates {
            return Err(unreadable("an element is inside coordinates"));
        }
        if element == Element::Other && in_polygon && holds_points(name) {
            return Err(unreadable("a boundary is not where a boundary belongs"));
        }
        if matches!(element, Element::Placemark | Element::Polygon) && self.open.contains(&element)
        {
            return Err(unreadable("a placemark or polygon is inside another one"));
        }
        match element {
            Element::Placemark => {
                self.name = None;
                self.first = self.shapes.len();
            }
            Element::Polygon => {
                self.outer = None;
                self.inner.clear();
            }
            Element::Outer | Element::Inner => self.rings = 0,
            Element::Ring => self.coordinates = 0,
            Element::Name | Element::Coordinates => self.text.clear(),
            Element::Other => {}
        }
        self.open.push(element);
        Ok(())
    }

    fn text(&mut self, text: &str) {
        self.stray_text |= self.open.is_empty() && !text.trim().is_empty();
        if matches!(self.open.last(), Some(Element::Name | Element::Coordinates)) {
            self.text.push_str(text);
        }
    }

    /// What an entity of the document's own stands for is not known: a point, for all we know.
    fn unknown_reference(&mut self) -> Result<(), Error> {
        self.stray_text |= self.open.is_empty();
        match self.open.last() {
            Some(Element::Coordinates) => Err(unreadable("coordinates have an unknown entity")),
            _ => Ok(()),
        }
    }

    fn end(&mut self) -> Result<(), Error> {
        match self.open.pop() {
            Some(Element::Name) => {
                let name = self.text.trim();
                self.name = (!name.is_empty()).then(|| name.to_owned());
            }
            Some(Element::Coordinates) => {
                let ring = ring(&self.text)?;
                self.coordinates += 1;
                // The ring's parent says which boundary it is.
                if self.open.iter().rev().nth(1) == Some(&Element::Inner) {
                    self.inner.push(ring);
                } else if self.outer.replace(ring).is_some() {
                    return Err(unreadable("a polygon has two outer boundaries"));
                }
            }
            Some(Element::Ring) => {
                if self.coordinates != 1 {
                    return Err(unreadable("a ring has no coordinates, or has them twice"));
                }
                self.rings += 1;
            }
            // A hole that is passed over would be covered ground.
            Some(Element::Outer | Element::Inner) if self.rings == 0 => {
                return Err(unreadable("a boundary has no ring"));
            }
            Some(Element::Polygon) => {
                let outer = self
                    .outer
                    .take()
                    .ok_or_else(|| unreadable("a polygon has no outer boundary"))?;
                let polygon = Polygon::new(outer, std::mem::take(&mut self.inner));
                self.shapes.push((None, polygon));
            }
            Some(Element::Placemark) => {
                // The name may stand behind the polygons.
                for (name, _) in &mut self.shapes[self.first..] {
                    name.clone_from(&self.name);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn finish(self) -> Result<Vec<Shape>, Error> {
        if !self.seen_root {
            return Err(unreadable("it has no element"));
        }
        if !self.open.is_empty() {
            return Err(unreadable("it breaks off"));
        }
        if self.stray_text {
            return Err(unreadable("there is text outside its root"));
        }
        Ok(self.shapes)
    }
}

/// `longitude,latitude[,altitude]` between blanks.
fn ring(text: &str) -> Result<LineString, Error> {
    let mut points: Vec<Coord> = Vec::new();
    for tuple in text.split_ascii_whitespace() {
        let point = point(tuple)
            .ok_or_else(|| unreadable("a boundary has coordinates that are no degrees"))?;
        if let Some(before) = points.last() {
            // A whole turn is a box around the world.
            let wide = (point.x - before.x).abs();
            if wide > 180.0 && wide < 360.0 {
                return Err(unreadable("a boundary jumps across the antimeridian"));
            }
        }
        points.push(point);
    }
    let closed = points.len() > 1 && points.first() == points.last();
    if points.len() - usize::from(closed) < 3 {
        return Err(unreadable("a boundary has fewer than three points"));
    }
    Ok(LineString::new(points))
}

fn point(tuple: &str) -> Option<Coord> {
    let mut parts = tuple.split(',');
    let x: f64 = parts.next()?.parse().ok()?;
    let y: f64 = parts.next()?.parse().ok()?;
    if let Some(altitude) = parts.next() {
        altitude.parse::<f64>().ok()?;
    }
    let in_range = x.abs() <= 360.0 && y.abs() <= 90.0 && parts.next().is_none();
    in_range.then_some(Coord { x, y })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kml(inside: &str) -> String {
        format!("<?xml version=\"1.0\"?><kml><Document>{inside}</Document></kml>")
    }

    fn refused(text: &str) -> String {
        let error = read(text).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UndecodableAnswer);
        error.to_string()
    }

    const BOX: &str = "<outerBoundaryIs><LinearRing><coordinates>0,0 1,0 1,1 0,1 0,0</coordinates></LinearRing></outerBoundaryIs>";

    #[test]
    fn what_is_no_kml_is_refused_and_never_hangs() {
        for (text, why) in [
            ("", "no element"),
            ("{\"message\": \"planted\"}", "no element"),
            ("<html><body>planted</body></html>", "root"),
            ("<kml></kml><kml></kml>", "root"),
            ("<kml><Document>", "breaks off"),
            ("<kml><Document><Placemark>", "breaks off"),
            ("<kml><Placemark><name>planted", "breaks off"),
            ("<kml></Document>", "well-formed"),
            ("<kml><!-- planted", "well-formed"),
        ] {
            let shown = refused(text);
            assert!(shown.contains(why), "{why} is not in {shown}");
            assert!(!shown.contains("planted"), "{shown}");
        }
    }

    #[test]
    fn every_cut_of_a_document_is_refused() {
        let whole = kml(&format!(
            "<Placemark><name>a &amp; b</name><Polygon>{BOX}</Polygon></Placemark>"
        ));
        assert_eq!(read(&whole).unwrap().len(), 1);
        for end in 0..whole.len() {
            refused(&whole[..end]);
        }
    }

    #[test]
    fn depth_is_bounded() {
        let deep = "<Folder>".repeat(1_000_000);
        assert!(refused(&kml(&deep)).contains("nested deeper"));
        let flat = "<Folder></Folder>".repeat(10_000);
        assert!(read(&kml(&flat)).unwrap().is_empty());
    }

    #[test]
    fn a_boundary_that_is_none_spoils_the_whole() {
        for (coordinates, why) in [
            ("", "three points"),
            ("0,0 1,0 0,0", "three points"),
            ("0,0 1,0 1,x", "no degrees"),
            ("0,0 1,0 1", "no degrees"),
            ("0,0 1,0 1,NaN", "no degrees"),
            ("0,0 1,0 1,91", "no degrees"),
            ("0,0 1,0 1,1,1,1", "no degrees"),
            ("0, 0 1, 0 1, 1", "no degrees"),
            ("179,0 -179,0 -179,1 179,1 179,0", "antimeridian"),
        ] {
            let ring = format!("<LinearRing><coordinates>{coordinates}</coordinates></LinearRing>");
            let polygon = format!("<Polygon><outerBoundaryIs>{ring}</outerBoundaryIs></Polygon>");
            let shown = refused(&kml(&format!("<Placemark>{polygon}</Placemark>")));
            assert!(shown.contains(why), "{why} is not in {shown}");
        }
        let shown = refused(&kml("<Placemark><Polygon/></Placemark>"));
        assert!(shown.contains("no outer boundary"), "{shown}");
        let shown = refused(&kml(&format!(
            "<Placemark><Polygon>{BOX}{BOX}</Polygon></Placemark>"
        )));
        assert!(shown.contains("two outer boundaries"), "{shown}");
    }

    #[test]
    fn a_hole_that_cannot_be_read_is_never_covered_ground() {
        const HOLE: &str = "<LinearRing><coordinates>0,0 1,0 1,1 0,0</coordinates></LinearRing>";
        const POINTS: &str = "<coordinates>0,0 1,0 1,1 0,0</coordinates>";
        for (hole, why) in [
            ("<innerBoundaryIs/>".to_owned(), "no ring"),
            (
                "<innerBoundaryIs><LinearRing/></innerBoundaryIs>".to_owned(),
                "no coordinates",
            ),
            (
                format!("<innerBoundaryIs>{POINTS}</innerBoundaryIs>"),
                "not where",
            ),
            (
                format!("<innerBoundaryIs><Ring>{POINTS}</Ring></innerBoundaryIs>"),
                "not where",
            ),
            (
                format!(
                    "<innerBoundaryIs><LinearRing>{POINTS}{POINTS}</LinearRing></innerBoundaryIs>"
                ),
                "twice",
            ),
            (
                format!("<hole><innerBoundaryIs>{HOLE}</innerBoundaryIs></hole>"),
                "outside a polygon",
            ),
            (format!("<hole>{HOLE}</hole>"), "not where"),
            (HOLE.to_owned(), "not where"),
            (
                "<innerBoundaryIs><LinearRing><coordinates>0,0 1,0 1,1 &more; 0,0</coordinates>\
                 </LinearRing></innerBoundaryIs>"
                    .to_owned(),
                "unknown entity",
            ),
            (
                "<innerBoundaryIs><LinearRing><coordinates>0,0 1,0 <b>5,5</b> 1,1 0,0</coordinates>\
                 </LinearRing></innerBoundaryIs>"
                    .to_owned(),
                "inside coordinates",
            ),
        ] {
            let polygon = format!("<Placemark><Polygon>{BOX}{hole}</Polygon></Placemark>");
            let shown = refused(&kml(&polygon));
            assert!(shown.contains(why), "{why} is not in {shown}");
        }
        let beside = format!("<Polygon>{BOX}</Polygon><innerBoundaryIs>{HOLE}</innerBoundaryIs>");
        assert!(refused(&kml(&beside)).contains("outside a polygon"));
    }

    #[test]
    fn names_of_elements_count_in_any_case() {
        let hole = BOX.replace("outer", "inner");
        let text = kml(&format!(
            "<Placemark><Polygon>{BOX}{hole}</Polygon></Placemark>"
        ));
        for text in [
            text.to_ascii_lowercase(),
            text.replace("innerB", "InnerB"),
            text,
        ] {
            let shapes = read(&text).unwrap();
            assert_eq!(shapes.len(), 1, "{text}");
            assert_eq!(shapes[0].1.interiors().len(), 1, "{text}");
        }
    }

    #[test]
    fn a_link_says_that_the_coverage_is_elsewhere() {
        const LINK: &str =
            "<NetworkLink><Link><href>https://example.com/</href></Link></NetworkLink>";
        let area = format!("<Placemark><Polygon>{BOX}</Polygon></Placemark>");
        for text in [
            LINK.to_owned(),
            format!("{area}{LINK}"),
            LINK.to_lowercase(),
        ] {
            assert!(refused(&kml(&text)).contains("elsewhere"), "{text}");
        }
    }

    #[test]
    fn text_outside_the_root_is_refused() {
        let whole = kml("");
        for text in [
            format!("error {whole}"),
            format!("{whole} error"),
            format!("{whole}<![CDATA[error]]>"),
            format!("{whole}&amp;"),
        ] {
            refused(&text);
        }
        assert!(
            read(&format!(
                "\n{}\n<!-- end -->\n",
                kml("").replace("<?xml version=\"1.0\"?>", "")
            ))
            .is_ok()
        );
    }

    #[test]
    fn points_lines_styles_and_foreign_elements_are_passed_over() {
        let text = kml(
            r##"<name>All of it</name><Style id="s"><LineStyle><color>7f00ffff</color></LineStyle></Style>
            <Folder><Placemark><Point/></Placemark>
            <Placemark><LineString><coordinates>x</coordinates></LineString></Placemark>
            <gx:Tour xmlns:gx="http://www.google.com/kml/ext/2.2"><name>x</name></gx:Tour></Folder>"##,
        );
        assert!(read(&text).unwrap().is_empty());
    }

    #[test]
    fn names_belong_to_their_placemark_and_are_unescaped() {
        let text = kml(&format!(
            "<Placemark><Polygon>{BOX}</Polygon><name> a &amp; <![CDATA[<b>]]> &#99; </name></Placemark>\
             <Placemark><MultiGeometry><Polygon>{BOX}</Polygon><Polygon>{BOX}</Polygon></MultiGeometry></Placemark>"
        ));
        let names: Vec<_> = read(&text)
            .unwrap()
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        assert_eq!(names, [Some("a & <b> c".to_owned()), None, None]);
    }
}
