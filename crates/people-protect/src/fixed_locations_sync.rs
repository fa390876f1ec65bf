//! Synchronising the portfolio of fixed locations: what an upload would do, then the upload.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use people_protect_api::{CsvUpload, PersonalText, SecretText, types};
use reqwest::Url;

use crate::fixed_locations_csv::{OPTIONAL, header, reader};
use crate::{Answer, Error, ErrorKind, FixedLocationRow, FixedLocationsCsv, PeopleProtect};

const UPLOAD: Option<&str> = Some("upload_fixed_locations");

impl PeopleProtect {
    /// Compares a file with the portfolio as it is, and says what uploading it would do. Nothing is
    /// changed.
    ///
    /// An upload is a full synchronisation: every place that the file lacks is deleted, also one
    /// stored over REST (R49, R80). Look at [`deleted`](FixedLocationsSync::deleted) before
    /// [`upload`](FixedLocationsSync::upload).
    ///
    /// Whether AURA shows deleted places too is not known; if it does, the plan counts them among the
    /// deletions, which errs on the safe side.
    ///
    /// The portfolio is downloaded and listed: places that either lacks count ([`SyncBasis`]), as a
    /// download that came short would hide their deletion. A download that is answered 404 or with
    /// something that cannot be read is passed over.
    ///
    /// # Errors
    ///
    /// As [`call`](Self::call), for the download or the list.
    pub async fn plan_fixed_locations_sync(
        &self,
        file: &FixedLocationsCsv,
    ) -> Result<FixedLocationsSync, Error> {
        let difference = Difference::between(file, &Portfolio::read(self).await?);
        Ok(FixedLocationsSync {
            aura: self.clone(),
            file: file.clone(),
            difference,
            allowed_deletions: 0,
            user_email: None,
            source_label: None,
        })
    }
}

/// What uploading a file of fixed locations would do, and the upload.
///
/// `Debug` shows counts only.
///
/// ```no_run
/// # use people_protect::{FixedLocationsCsv, PeopleProtect};
/// # async fn example(aura: PeopleProtect, file: FixedLocationsCsv) -> Result<(), people_protect::Error> {
/// let plan = aura.plan_fixed_locations_sync(&file).await?;
/// println!("{plan}");
/// for reference in plan.deleted() {
///     println!("would be deleted: {reference}");
/// }
/// plan.with_allowed_deletions(2).upload("https://example.com/hooks/csv").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "nothing is changed until `upload` is awaited"]
pub struct FixedLocationsSync {
    aura: PeopleProtect,
    file: FixedLocationsCsv,
    difference: Difference,
    allowed_deletions: usize,
    user_email: Option<PersonalText>,
    source_label: Option<String>,
}

/// A place that an upload would change.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FixedLocationChange {
    /// Your key of the place.
    pub external_reference: String,
    /// The columns whose values differ.
    pub columns: Vec<String>,
}

/// What a plan was compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SyncBasis {
    /// The downloaded portfolio, which has every place of the list over REST.
    Download,
    /// The downloaded portfolio, and the list over REST for places that the download lacks: it may
    /// be old or incomplete. Of those places only the columns of the download were compared.
    DownloadAndList,
    /// The list over REST, because the download could not be read. Whether that list is ever
    /// answered in pages is not known: compare the number of places before you trust the plan.
    List,
}

impl FixedLocationsSync {
    /// The external references of the places that would be added.
    pub fn added(&self) -> impl ExactSizeIterator<Item = &str> {
        self.difference.added.iter().map(String::as_str)
    }

    /// The places that would be changed. A column that the file does not have counts as unchanged;
    /// what AURA does about it is not documented.
    #[must_use]
    pub fn changed(&self) -> &[FixedLocationChange] {
        &self.difference.changed
    }

    /// The external references of the places that would be **deleted**, because the file lacks
    /// them (R49), also of those stored over REST (R80).
    pub fn deleted(&self) -> impl ExactSizeIterator<Item = &str> {
        self.difference.deleted.iter().map(String::as_str)
    }

    /// How many places would be deleted: those of [`deleted`](Self::deleted), and those without an
    /// external reference, which no file can keep.
    #[must_use]
    pub fn deletions(&self) -> usize {
        self.difference.deletions()
    }

    /// How many places stay as they are.
    #[must_use]
    pub fn unchanged(&self) -> usize {
        self.difference.unchanged
    }

    /// The columns of the file that could not be compared, because the portfolio did not show them.
    #[must_use]
    pub fn not_compared(&self) -> &[String] {
        &self.difference.not_compared
    }

    /// What the file was compared with.
    #[must_use]
    pub fn basis(&self) -> SyncBasis {
        self.difference.basis
    }

    /// Whether the upload would change nothing that was compared.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.difference.added.is_empty()
            && self.difference.changed.is_empty()
            && self.deletions() == 0
    }

    /// How many places the upload may delete; none by default.
    pub fn with_allowed_deletions(mut self, count: usize) -> Self {
        self.allowed_deletions = count;
        self
    }

    /// Whom AURA tells by e-mail.
    pub fn with_user_email(mut self, address: impl Into<String>) -> Self {
        self.user_email = Some(address.into().into());
        self
    }

    /// A label for the upload.
    pub fn with_source_label(mut self, label: impl Into<String>) -> Self {
        self.source_label = Some(label.into());
        self
    }

    /// Uploads the file, if the portfolio is still the one that was planned for.
    ///
    /// The answer only says that AURA took the file: the work runs later, and its result is posted
    /// to `callback`, an https address (R50, R81). What it looks like is not documented. **Do not
    /// upload again before it came**: a late older file deletes what a newer one added.
    ///
    /// The portfolio is read once more just before, so that a plan somebody looked at for an hour
    /// does not delete what came meanwhile. Between that reading and the upload nothing protects it.
    ///
    /// # Errors
    ///
    /// - [`InvalidRequest`](ErrorKind::InvalidRequest): more places would be deleted than
    ///   [`with_allowed_deletions`](Self::with_allowed_deletions) allows, or `callback` is no https
    ///   address. Nothing was uploaded.
    /// - [`Conflict`](ErrorKind::Conflict): the portfolio changed since the plan. Nothing was
    ///   uploaded; plan again.
    /// - Everything else as [`call`](PeopleProtect::call). If the operation of the error is
    ///   `upload_fixed_locations` and [`may_have_reached_server`](Error::may_have_reached_server) is
    ///   true, AURA may have taken the file: wait for the callback, then plan again.
    pub async fn upload(
        &self,
        callback: impl Into<SecretText>,
    ) -> Result<Answer<types::FixedLocationsUploadAccepted>, Error> {
        let callback = callback.into();
        let https = Url::parse(callback.reveal().trim())
            .is_ok_and(|url| url.scheme() == "https" && url.has_host());
        if !https {
            return Err(refused(
                "the callback is no https address",
                "AURA posts the result to https addresses only (R50)",
            ));
        }
        let (would, may) = (self.deletions(), self.allowed_deletions);
        if would > may {
            return Err(refused(
                format!("the upload would delete {would} fixed locations, and {may} are allowed"),
                "look at `deleted()`; if they are to go, allow them with `with_allowed_deletions`",
            ));
        }
        let now = Difference::between(&self.file, &Portfolio::read(&self.aura).await?);
        if now != self.difference {
            return Err(Error::new(ErrorKind::Conflict)
                .with_operation(UPLOAD)
                .with_detail("the portfolio changed since the plan")
                .with_hint("nothing was uploaded; plan again and look at it again"));
        }
        let mut upload = CsvUpload::new(self.file.text().clone(), callback.reveal().trim());
        upload.user_email.clone_from(&self.user_email);
        upload.source.clone_from(&self.source_label);
        // R81: a comma needs no word.
        let delimiter = self.file.delimiter();
        upload.delimiter = (delimiter != ',').then(|| delimiter.to_string());
        let form = &upload;
        self.aura
            .call(|raw| async move { raw.upload_fixed_locations(form).await })
            .await
            .map_err(|error| {
                if error.outcome_is_unknown() {
                    error.with_retryable(false).with_hint(
                        "AURA may have taken the file: wait for the callback, then plan again; a \
                         late repeat deletes what was added since",
                    )
                } else {
                    error
                }
            })
    }
}

fn refused(detail: impl Into<String>, hint: &'static str) -> Error {
    Error::invalid(detail.into(), hint).with_operation(UPLOAD)
}

impl fmt::Display for FixedLocationsSync {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} to add, {} to change, {} to delete, {} unchanged",
            self.difference.added.len(),
            self.difference.changed.len(),
            self.deletions(),
            self.difference.unchanged
        )?;
        if self.difference.basis == SyncBasis::DownloadAndList {
            f.write_str("; the download lacks places that the list has")?;
        }
        Ok(())
    }
}

impl fmt::Debug for FixedLocationsSync {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FixedLocationsSync")
            .field("added", &self.difference.added.len())
            .field("changed", &self.difference.changed.len())
            .field("deletions", &self.deletions())
            .field("unchanged", &self.difference.unchanged)
            .field("allowed_deletions", &self.allowed_deletions)
            .field("basis", &self.difference.basis)
            .finish_non_exhaustive()
    }
}

/// What differs between a file and the portfolio.
#[derive(Clone, PartialEq)]
struct Difference {
    added: Vec<String>,
    changed: Vec<FixedLocationChange>,
    deleted: Vec<String>,
    /// Places without an external reference: no row can name them.
    nameless: usize,
    unchanged: usize,
    not_compared: Vec<String>,
    basis: SyncBasis,
}

impl Difference {
    fn between(file: &FixedLocationsCsv, portfolio: &Portfolio) -> Self {
        let (compared, not_compared): (Vec<&String>, Vec<&String>) = file
            .columns()
            .iter()
            .partition(|column| portfolio.columns.contains(*column));
        let mut difference = Self {
            added: Vec::new(),
            changed: Vec::new(),
            deleted: Vec::new(),
            nameless: portfolio.nameless,
            unchanged: 0,
            not_compared: not_compared.into_iter().cloned().collect(),
            basis: portfolio.basis,
        };
        for row in file.rows() {
            let reference = row.external_reference();
            let Some(held) = portfolio.places.get(reference) else {
                difference.added.push(reference.to_owned());
                continue;
            };
            let columns: Vec<String> = compared
                .iter()
                .filter(|column| differs(row, held, column))
                .map(|column| (*column).clone())
                .collect();
            if columns.is_empty() {
                difference.unchanged += 1;
            } else {
                difference.changed.push(FixedLocationChange {
                    external_reference: reference.to_owned(),
                    columns,
                });
            }
        }
        let kept: BTreeSet<&str> = file
            .rows()
            .iter()
            .map(FixedLocationRow::external_reference)
            .collect();
        let gone = portfolio.places.keys();
        let gone = gone.filter(|reference| !kept.contains(reference.as_str()));
        difference.deleted = gone.cloned().collect();
        difference
    }

    fn deletions(&self) -> usize {
        self.deleted.len() + self.nameless
    }
}

fn differs(row: &FixedLocationRow, held: &BTreeMap<String, String>, column: &str) -> bool {
    let new = row.cell(column);
    let old = held.get(column).map(String::as_str).unwrap_or_default();
    let (new, old) = (new.trim(), old.trim());
    if matches!(column, "latitude" | "longitude") {
        // Trailing zeros move nothing.
        return match (new.parse::<f64>(), old.parse::<f64>()) {
            (Ok(new), Ok(old)) => new != old,
            _ => new != old,
        };
    }
    new != old
}

/// The portfolio as it is: cells by external reference and column.
struct Portfolio {
    places: BTreeMap<String, BTreeMap<String, String>>,
    nameless: usize,
    columns: BTreeSet<String>,
    basis: SyncBasis,
}

impl Portfolio {
    async fn read(aura: &PeopleProtect) -> Result<Self, Error> {
        let downloaded = match aura.download_fixed_locations().await {
            Ok(answer) => {
                let text = std::str::from_utf8(answer.body()).unwrap_or_default();
                Self::of_csv(text)
            }
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let listed = Self::of_list(&aura.fixed_locations().await?);
        Ok(match downloaded {
            Some(downloaded) => downloaded.with_places_of(listed),
            None => listed,
        })
    }

    /// Adds what the download lacks, so that nothing is deleted unseen.
    fn with_places_of(mut self, listed: Self) -> Self {
        let mut lacks = self.nameless < listed.nameless;
        self.nameless = self.nameless.max(listed.nameless);
        for (reference, cells) in listed.places {
            self.places.entry(reference).or_insert_with(|| {
                lacks = true;
                cells
            });
        }
        if lacks {
            self.basis = SyncBasis::DownloadAndList;
        }
        self
    }

    fn empty(basis: SyncBasis, columns: impl IntoIterator<Item = String>) -> Self {
        Self {
            places: BTreeMap::new(),
            nameless: 0,
            columns: columns.into_iter().collect(),
            basis,
        }
    }

    fn insert(&mut self, reference: &str, cells: BTreeMap<String, String>) {
        if reference.trim().is_empty() {
            self.nameless += 1;
        } else {
            self.places.insert(reference.to_owned(), cells);
        }
    }

    /// None if the text is no CSV with the column that names a place, or breaks off in a row.
    fn of_csv(text: &str) -> Option<Self> {
        let (delimiter, names) = header(text)?;
        let mut portfolio = Self::empty(SyncBasis::Download, names.iter().cloned());
        for record in reader(text, delimiter).records() {
            let record = record.ok()?;
            let cells: BTreeMap<String, String> = names
                .iter()
                .cloned()
                .zip(record.iter().map(str::to_owned))
                .collect();
            let reference = cells.get("externalReferenceId").cloned();
            portfolio.insert(&reference.unwrap_or_default(), cells);
        }
        Some(portfolio)
    }

    fn of_list(list: &[types::FixedLocation]) -> Self {
        let columns = [
            "externalReferenceId",
            "locationIdentifier",
            "latitude",
            "longitude",
        ];
        let columns = columns.into_iter().chain(OPTIONAL).map(str::to_owned);
        let mut portfolio = Self::empty(SyncBasis::List, columns);
        for place in list {
            let text =
                |text: &Option<PersonalText>| text.as_ref().map(|text| text.reveal().to_owned());
            let number = |id: Option<i64>| id.map(|id| id.to_string());
            let cells = [
                ("externalReferenceId", place.external_reference_id.clone()),
                ("locationIdentifier", place.location_identifier.clone()),
                ("latitude", text(&place.latitude)),
                ("longitude", text(&place.longitude)),
                ("locationDescription", text(&place.location_description)),
                (
                    "locationAdditionalInformation",
                    text(&place.location_additional_information),
                ),
                ("formattedAddress", text(&place.formatted_address)),
                ("w3w", text(&place.w3w)),
                (
                    "calloutLocationTypeId",
                    number(place.callout_location_type_id),
                ),
                ("customerId", number(place.customer_id)),
                (
                    "duressCode",
                    place
                        .duress_code
                        .as_ref()
                        .map(|code| code.reveal().to_owned()),
                ),
            ];
            let cells = cells
                .into_iter()
                .filter_map(|(column, cell)| Some((column.to_owned(), cell?)))
                .collect();
            let reference = place.external_reference_id.as_deref();
            portfolio.insert(reference.unwrap_or_default(), cells);
        }
        portfolio
    }
}
