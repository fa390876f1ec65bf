//! A portfolio of fixed locations as a CSV file.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use people_protect_api::{PersonalText, types};

use crate::new_fixed_location::misfits;
use crate::{Error, NewFixedLocation};

/// The columns every file has, and those that a file has if a row fills them. AURA documents no
/// column: that they are named as the fields of the API is an assumption.
const REQUIRED: [&str; 4] = [
    "externalReferenceId",
    "locationIdentifier",
    "latitude",
    "longitude",
];
pub(crate) const OPTIONAL: [&str; 7] = [
    "locationDescription",
    "locationAdditionalInformation",
    "formattedAddress",
    "w3w",
    "calloutLocationTypeId",
    "customerId",
    "duressCode",
];

/// How many faults of a file an error names.
const NAMED: usize = 5;

/// A row of a CSV file: a fixed location, and columns of your own arrangement with AURA.
///
/// `Debug` shows the external reference only.
///
/// ```
/// use people_protect::{FixedLocationRow, NewFixedLocation, Position};
///
/// let here = Position::new(-26.12345, 28.12345)?;
/// let row = FixedLocationRow::new(NewFixedLocation::new("site_9944", "site_9944", here))
///     .with_column("region", "north");
/// assert_eq!(row.external_reference(), "site_9944");
/// # Ok::<(), people_protect::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct FixedLocationRow {
    place: types::FixedLocationInput,
    extra: BTreeMap<String, PersonalText>,
}

impl FixedLocationRow {
    /// A row for a place.
    #[must_use]
    pub fn new(place: NewFixedLocation) -> Self {
        Self {
            place: place.into(),
            extra: BTreeMap::new(),
        }
    }

    /// Fills a column that the API has no field for. AURA documents no columns: use the names it
    /// told you.
    #[must_use]
    pub fn with_column(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.extra.insert(name.into(), value.into().into());
        self
    }

    /// Your key of the place.
    #[must_use]
    pub fn external_reference(&self) -> &str {
        &self.place.external_reference_id
    }

    /// The place as the raw type.
    #[must_use]
    pub fn raw(&self) -> &types::FixedLocationInput {
        &self.place
    }

    /// The cell of a column; empty without a value.
    pub(crate) fn cell(&self, column: &str) -> String {
        let text = |text: &Option<PersonalText>| {
            text.as_ref()
                .map(|text| text.reveal().to_owned())
                .unwrap_or_default()
        };
        let number = |id: Option<i64>| id.map(|id| id.to_string()).unwrap_or_default();
        let place = &self.place;
        match column {
            "externalReferenceId" => place.external_reference_id.clone(),
            "locationIdentifier" => place.location_identifier.clone(),
            "latitude" => place.latitude.reveal().to_owned(),
            "longitude" => place.longitude.reveal().to_owned(),
            "locationDescription" => text(&place.location_description),
            "locationAdditionalInformation" => text(&place.location_additional_information),
            "formattedAddress" => text(&place.formatted_address),
            "w3w" => text(&place.w3w),
            "calloutLocationTypeId" => number(place.callout_location_type_id),
            "customerId" => number(place.customer_id),
            "duressCode" => place
                .duress_code
                .as_ref()
                .map(|code| code.reveal().to_owned())
                .unwrap_or_default(),
            other => self
                .extra
                .get(other)
                .map(|text| text.reveal().to_owned())
                .unwrap_or_default(),
        }
    }

    /// Fills a cell of a file that was read; false if the text does not fit the column.
    fn fill(&mut self, column: &str, text: &str) -> bool {
        let some = || (!text.trim().is_empty()).then(|| text.into());
        let number = |field: &mut Option<i64>| match text.trim() {
            "" => true,
            digits => {
                *field = digits.parse().ok();
                field.is_some()
            }
        };
        let place = &mut self.place;
        match column {
            "externalReferenceId" => place.external_reference_id = text.to_owned(),
            "locationIdentifier" => place.location_identifier = text.to_owned(),
            "latitude" => place.latitude = text.trim().into(),
            "longitude" => place.longitude = text.trim().into(),
            "locationDescription" => place.location_description = some(),
            "locationAdditionalInformation" => place.location_additional_information = some(),
            "formattedAddress" => place.formatted_address = some(),
            "w3w" => place.w3w = some(),
            "calloutLocationTypeId" => return number(&mut place.callout_location_type_id),
            "customerId" => return number(&mut place.customer_id),
            "duressCode" => {
                place.duress_code = (!text.trim().is_empty()).then(|| text.into());
            }
            other => {
                self.extra.insert(other.to_owned(), text.into());
            }
        }
        true
    }
}

impl From<NewFixedLocation> for FixedLocationRow {
    fn from(place: NewFixedLocation) -> Self {
        Self::new(place)
    }
}

impl fmt::Debug for FixedLocationRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "FixedLocationRow({:?}, REDACTED)",
            self.external_reference()
        )
    }
}

/// A whole portfolio as a CSV file, checked.
///
/// The same rows in any order make the same bytes: rows stand by external reference, columns in a
/// fixed order, and an optional column is there if a row fills it. AURA documents no columns; that
/// they are named as the fields of the API is an assumption. `Debug` shows counts only.
///
/// ```
/// use people_protect::{FixedLocationsCsv, NewFixedLocation, Position};
///
/// let here = Position::new(-26.12345, 28.12345)?;
/// let file = FixedLocationsCsv::new([
///     NewFixedLocation::new("site_2", "site_2", here),
///     NewFixedLocation::new("site_1", "site_1", here).description("Depot, back gate"),
/// ])?;
/// assert_eq!(
///     file.text().reveal(),
///     "externalReferenceId,locationIdentifier,latitude,longitude,locationDescription\n\
///      site_1,site_1,-26.12345,28.12345,\"Depot, back gate\"\n\
///      site_2,site_2,-26.12345,28.12345,\n"
/// );
/// # Ok::<(), people_protect::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct FixedLocationsCsv {
    rows: Vec<FixedLocationRow>,
    columns: Vec<String>,
    delimiter: u8,
    text: PersonalText,
}

impl FixedLocationsCsv {
    /// A file of these rows, separated by commas.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest), naming the rows by number and never
    /// what stands in them, if two rows share a key, a key is blank or has spaces around it, or
    /// there is no row: for that see [`deleting_everything`](Self::deleting_everything).
    pub fn new<R: Into<FixedLocationRow>>(
        rows: impl IntoIterator<Item = R>,
    ) -> Result<Self, Error> {
        let rows: Vec<FixedLocationRow> = rows.into_iter().map(Into::into).collect();
        if rows.is_empty() {
            return Err(Error::invalid(
                "the file has no row, so uploading it would delete every fixed location (R49)",
                "if that is meant, say `FixedLocationsCsv::deleting_everything()`",
            ));
        }
        Self::checked(rows, b',', "row", |index| index as u64 + 1)
    }

    /// A file without a row: uploading it deletes every fixed location (R49).
    ///
    /// # Errors
    ///
    /// None in practice.
    pub fn deleting_everything() -> Result<Self, Error> {
        Self::checked(Vec::new(), b',', "row", |index| index as u64)
    }

    /// Reads a file of your own, with a header and any of the delimiters `,`, `;`, `|` and tab.
    ///
    /// A column that the API has no field for is kept as it is.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new), with the numbers of lines; or if it is no CSV with the four required
    /// columns.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let no_file = |why: &str| {
            Error::invalid(
                format!("the text is no file of fixed locations: {why}"),
                "begin with a header that has externalReferenceId, locationIdentifier, latitude and longitude",
            )
        };
        let (delimiter, header) =
            header(text).ok_or_else(|| no_file("no header has a column externalReferenceId"))?;
        for column in REQUIRED {
            if !header.iter().any(|name| name == column) {
                return Err(no_file(&format!("the column {column} is missing")));
            }
        }
        if header.iter().collect::<BTreeSet<_>>().len() < header.len() {
            return Err(no_file("a column is there twice"));
        }
        let (mut rows, mut lines) = (Vec::new(), Vec::new());
        for record in reader(text, delimiter).records() {
            let record = record.map_err(|error| no_file(&place_of(&error)))?;
            let line = record.position().map_or(0, csv::Position::line);
            let mut row = FixedLocationRow {
                place: types::FixedLocationInput::new("", "", "", ""),
                extra: BTreeMap::new(),
            };
            for (column, cell) in header.iter().zip(&record) {
                if !row.fill(column, cell) {
                    return Err(no_file(&format!(
                        "line {line}: {column} is no whole number"
                    )));
                }
            }
            rows.push(row);
            lines.push(line);
        }
        if rows.is_empty() {
            return Self::new(rows);
        }
        Self::checked(rows, delimiter, "line", |index| {
            lines.get(index).copied().unwrap_or_default()
        })
    }

    /// The same file with another delimiter: `,`, `;`, `|` or a tab. The upload tells AURA (R81).
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for any other.
    pub fn with_delimiter(self, delimiter: char) -> Result<Self, Error> {
        let known = DELIMITERS
            .into_iter()
            .find(|known| char::from(*known) == delimiter);
        let Some(delimiter) = known else {
            return Err(Error::invalid(
                "the delimiter may stand within a cell",
                "take a comma, a semicolon, a bar or a tab",
            ));
        };
        Self::checked(self.rows, delimiter, "row", |index| index as u64 + 1)
    }

    /// The rows, by external reference.
    #[must_use]
    pub fn rows(&self) -> &[FixedLocationRow] {
        &self.rows
    }

    /// The names of the columns.
    #[must_use]
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The delimiter.
    #[must_use]
    pub fn delimiter(&self) -> char {
        char::from(self.delimiter)
    }

    /// The file itself.
    #[must_use]
    pub fn text(&self) -> &PersonalText {
        &self.text
    }

    fn checked(
        mut rows: Vec<FixedLocationRow>,
        delimiter: u8,
        unit: &str,
        number: impl Fn(usize) -> u64,
    ) -> Result<Self, Error> {
        let mut faults = Vec::new();
        let (mut references, mut identifiers) = (HashMap::new(), HashMap::new());
        for (index, row) in rows.iter().enumerate() {
            let here = number(index);
            let found = misfits(&row.place);
            faults.extend(found.into_iter().map(|why| format!("{unit} {here}: {why}")));
            let place = &row.place;
            for (seen, key, name) in [
                (&mut references, &place.external_reference_id, REQUIRED[0]),
                (&mut identifiers, &place.location_identifier, REQUIRED[1]),
            ] {
                if let Some(first) = seen.insert(key.as_str(), here) {
                    faults.push(format!("{unit}s {first} and {here} have the same `{name}`"));
                }
            }
            let known = |name: &String| REQUIRED.iter().chain(&OPTIONAL).any(|known| known == name);
            if row.extra.keys().any(known) {
                faults.push(format!(
                    "{unit} {here}: a further column has the name of a field"
                ));
            }
        }
        if !faults.is_empty() {
            let more = faults.len().saturating_sub(NAMED);
            faults.truncate(NAMED);
            let mut detail = faults.join("; ");
            if more > 0 {
                detail.push_str(&format!("; and {more} more"));
            }
            return Err(Error::invalid(detail, "nothing was sent; mend the rows"));
        }
        rows.sort_by(|one, other| one.external_reference().cmp(other.external_reference()));
        let columns = columns(&rows);
        let text = write(&rows, &columns, delimiter).ok_or_else(|| {
            Error::invalid("the rows cannot be written as CSV", "please report this")
        })?;
        Ok(Self {
            rows,
            columns,
            delimiter,
            text: text.into(),
        })
    }
}

impl fmt::Debug for FixedLocationsCsv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FixedLocationsCsv")
            .field("rows", &self.rows.len())
            .field("columns", &self.columns.len())
            .field("delimiter", &self.delimiter())
            .finish_non_exhaustive()
    }
}

const DELIMITERS: [u8; 4] = *b",;|\t";

/// Finds the delimiter by which the first line has the key's column, and the names in it, known
/// ones in the spelling of the API.
pub(crate) fn header(text: &str) -> Option<(u8, Vec<String>)> {
    DELIMITERS.into_iter().find_map(|delimiter| {
        let mut reader = reader(text, delimiter);
        let names: Vec<String> = reader.headers().ok()?.iter().map(spelled).collect();
        names
            .iter()
            .any(|name| name == REQUIRED[0])
            .then_some((delimiter, names))
    })
}

/// A name of the API, however it is cased and parted; another one as it is.
fn spelled(name: &str) -> String {
    let plain = |text: &str| -> String {
        text.chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|letter| letter.to_ascii_lowercase())
            .collect()
    };
    let wanted = plain(name);
    REQUIRED
        .iter()
        .chain(&OPTIONAL)
        .find(|known| plain(known) == wanted)
        .map_or_else(|| name.trim().to_owned(), |known| (*known).to_owned())
}

pub(crate) fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .from_reader(text.as_bytes())
}

/// Where a file cannot be read. The library's own text could quote it.
fn place_of(error: &csv::Error) -> String {
    match error.position() {
        Some(position) => format!("line {} has another number of cells", position.line()),
        None => "it cannot be read".to_owned(),
    }
}

fn columns(rows: &[FixedLocationRow]) -> Vec<String> {
    let filled = |column: &&str| rows.iter().any(|row| !row.cell(column).is_empty());
    let extra: BTreeSet<&String> = rows.iter().flat_map(|row| row.extra.keys()).collect();
    REQUIRED
        .into_iter()
        .chain(OPTIONAL.into_iter().filter(filled))
        .map(str::to_owned)
        .chain(extra.into_iter().cloned())
        .collect()
}

fn write(rows: &[FixedLocationRow], columns: &[String], delimiter: u8) -> Option<String> {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .from_writer(Vec::new());
    writer.write_record(columns).ok()?;
    for row in rows {
        let cells = columns.iter().map(|column| row.cell(column));
        writer.write_record(cells).ok()?;
    }
    String::from_utf8(writer.into_inner().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Position;

    fn site(reference: &str) -> NewFixedLocation {
        let here = Position::new(-26.12345, 28.12345).unwrap();
        NewFixedLocation::new(reference, reference, here)
    }

    #[test]
    fn faults_are_named_by_row_and_not_repeated() {
        let planted = site("planted").with_place(|place| place.latitude = "planted".into());
        let error = FixedLocationsCsv::new([site("a"), planted, site("a"), site(" ")]).unwrap_err();
        let shown = error.to_string();
        for fault in [
            "row 2: `latitude` and `longitude` are no position in degrees",
            "rows 1 and 3 have the same `externalReferenceId`",
            "rows 1 and 3 have the same `locationIdentifier`",
            "row 4: `externalReferenceId` is blank",
            "row 4: `locationIdentifier` is blank",
        ] {
            assert!(shown.contains(fault), "{fault} is not in {shown}");
        }
        assert!(!shown.contains("planted"));
        assert!(!error.may_have_reached_server());
    }

    #[test]
    fn many_faults_are_counted() {
        let blank = std::iter::repeat_with(|| site(" ")).take(20);
        let shown = FixedLocationsCsv::new(blank).unwrap_err().to_string();
        assert!(shown.contains("and "), "{shown}");
        assert!(shown.len() < 500, "{shown}");
    }

    #[test]
    fn an_empty_file_must_be_said() {
        let none: [NewFixedLocation; 0] = [];
        let error = FixedLocationsCsv::new(none).unwrap_err();
        assert!(error.to_string().contains("deleting_everything"));
        let empty = FixedLocationsCsv::deleting_everything().unwrap();
        assert_eq!(
            empty.text().reveal(),
            "externalReferenceId,locationIdentifier,latitude,longitude\n"
        );
    }

    #[test]
    fn a_file_is_read_as_it_is_written_with_any_delimiter() {
        for delimiter in [',', ';', '|', '\t'] {
            let rows = [
                FixedLocationRow::new(site("0012").description("a,b;c|d\te \"f\"\nwith a line"))
                    .with_column("region", "north"),
                FixedLocationRow::new(site("true").customer(7)),
            ];
            let file = FixedLocationsCsv::new(rows)
                .and_then(|file| file.with_delimiter(delimiter))
                .unwrap();
            let read = FixedLocationsCsv::parse(file.text().reveal()).unwrap();
            assert_eq!(read.delimiter(), delimiter);
            // A cell of a column of one's own is there or empty, never absent, once it was read.
            assert_eq!(read.text(), file.text());
            assert_eq!(read.rows()[0], file.rows()[0]);
        }
        assert!(
            FixedLocationsCsv::deleting_everything()
                .unwrap()
                .with_delimiter('1')
                .is_err()
        );
    }

    #[test]
    fn headers_are_read_in_any_case_and_with_a_mark_before_them() {
        let text =
            "\u{feff}Location Identifier;external_reference_id;LATITUDE;Longitude\n1;a;1;2\n";
        let file = FixedLocationsCsv::parse(text).unwrap();
        assert_eq!(file.rows()[0].external_reference(), "a");
        assert_eq!(file.rows()[0].raw().location_identifier, "1");
    }

    #[test]
    fn what_is_no_such_file_is_refused_with_the_line() {
        for (text, why) in [
            ("", "no header"),
            ("{\"planted\": 1}", "no header"),
            (
                "externalReferenceId,locationIdentifier,latitude\n",
                "longitude",
            ),
            (
                "externalReferenceId,locationIdentifier,latitude,longitude\na,1,1\n",
                "line 2",
            ),
            (
                "externalReferenceId,locationIdentifier,latitude,longitude\na,1,1,2\nb,2,planted,2\n",
                "line 3",
            ),
            (
                "externalReferenceId,locationIdentifier,latitude,longitude,customerId\na,1,1,2,planted\n",
                "line 2",
            ),
            (
                "externalReferenceId,externalReferenceId,locationIdentifier,latitude,longitude\na,a,1,1,2\n",
                "twice",
            ),
            (
                "externalReferenceId,locationIdentifier,latitude,longitude\n",
                "deleting_everything",
            ),
        ] {
            let shown = FixedLocationsCsv::parse(text).unwrap_err().to_string();
            assert!(shown.contains(why), "{why} is not in {shown}");
            assert!(!shown.contains("planted"), "{shown}");
        }
    }
}
