//! The operations the generator cannot express: the CSV upload and download and the coverage
//! document. They go through the same client and the same hook, and stand in the same table.

use bytes::Bytes;
use progenitor_client::{ClientInfo, ResponseValue};

use crate::multipart::Form;
use crate::{CallError, Client, answered, types};

/// A CSV file of fixed locations to upload, with what goes along with it.
///
/// ```
/// use people_protect_api::CsvUpload;
///
/// let mut upload = CsvUpload::new("a,b\n", "https://example.com/hooks/csv");
/// upload.delimiter = Some(";".to_owned());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CsvUpload {
    /// The file. It replaces the whole portfolio: locations it lacks are marked deleted (R49).
    pub locations: crate::PersonalText,
    /// HTTPS address the result is posted to (R50, R81).
    pub callback_url: crate::SecretText,
    /// Who is told by e-mail.
    pub user_email: Option<crate::PersonalText>,
    /// The delimiter; a comma by default.
    pub delimiter: Option<String>,
    /// A label for the upload.
    pub source: Option<String>,
}

impl CsvUpload {
    /// An upload with what it requires.
    pub fn new(
        locations: impl Into<crate::PersonalText>,
        callback_url: impl Into<crate::SecretText>,
    ) -> Self {
        Self {
            locations: locations.into(),
            callback_url: callback_url.into(),
            user_email: None,
            delimiter: None,
            source: None,
        }
    }
}

type Answer<T> = Result<ResponseValue<T>, CallError<types::ErrorBody>>;

impl Client {
    /// Uploads the portfolio of fixed locations as CSV: `POST <csv base>/predefinedlocations/upload`.
    ///
    /// The answer only accepts the file; the result is posted to the callback address later (R81).
    ///
    /// Evidence: stated by the current documentation (S). Rules: R49, R50, R80, R81.
    ///
    /// # Errors
    ///
    /// As every operation. The file is a full sync, so an ambiguous failure may have synced.
    pub async fn upload_fixed_locations(
        &self,
        upload: &CsvUpload,
    ) -> Answer<types::FixedLocationsUploadAccepted> {
        let locations = upload.locations.reveal();
        let mut form = Form::of_file("locations", "locations.csv", "text/csv", locations);
        form.text("callbackUrl", upload.callback_url.reveal());
        let email = upload.user_email.as_ref().map(|email| email.reveal());
        for (name, value) in [
            ("userEmail", email),
            ("delimiter", upload.delimiter.as_deref()),
            ("source", upload.source.as_deref()),
        ] {
            if let Some(value) = value {
                form.text(name, value);
            }
        }
        // Whole, so that a middleware can send it again after a refused token.
        let (media, body) = form.written();
        let request = self
            .client()
            .post(format!("{}/predefinedlocations/upload", csv_base(self)))
            .header(reqwest::header::ACCEPT, "application/json")
            .header(reqwest::header::CONTENT_TYPE, media)
            .body(body)
            .build()?;
        answered::json(self, self.send(request, "upload_fixed_locations").await)
    }

    /// Downloads the portfolio of fixed locations as CSV: `GET <csv base>/predefinedlocations/download`.
    ///
    /// Evidence: stated by the current documentation (S); that the answer is CSV is an
    /// assumption (I). Rules: R50.
    ///
    /// # Errors
    ///
    /// As every operation.
    pub async fn download_fixed_locations(&self) -> Answer<Bytes> {
        let request = self
            .client()
            .get(format!("{}/predefinedlocations/download", csv_base(self)))
            .header(reqwest::header::ACCEPT, "text/csv, application/json;q=0.5")
            .build()?;
        answered::bytes(self, self.send(request, "download_fixed_locations").await)
    }

    /// Reads where a response type is available: `GET /coverage/{responseTypeId}`.
    ///
    /// The answer is a KML document with one placemark per polygon, not JSON (R83).
    ///
    /// Evidence: stated by the current documentation (S). Rules: R82, R83.
    ///
    /// # Errors
    ///
    /// As every operation.
    pub async fn get_coverage(&self, response_type_id: i64) -> Answer<Bytes> {
        let request = self
            .client()
            .get(format!("{}/coverage/{response_type_id}", self.baseurl()))
            .header(
                reqwest::header::ACCEPT,
                "application/vnd.google-earth.kml+xml, application/xml;q=0.9, application/json;q=0.5",
            )
            .build()?;
        answered::bytes(self, self.send(request, "get_coverage").await)
    }
}

/// The CSV routes are on the same host under `/v1`, without the API's prefix (R50).
fn csv_base(client: &Client) -> String {
    if let Some(base) = client.inner().csv_base() {
        return base.trim_end_matches('/').to_owned();
    }
    let base = client.baseurl();
    let authority = base.find("://").map_or(0, |scheme| scheme + 3);
    let host = base[authority..]
        .find('/')
        .map_or(base, |path| &base[..authority + path]);
    format!("{host}/v1")
}

#[cfg(test)]
mod tests {
    use super::csv_base;
    use crate::{Client, Inner};

    fn client(base: &str, inner: Inner) -> Client {
        Client::new_with_client(base, reqwest::Client::new(), inner)
    }

    #[test]
    fn the_csv_base_is_v1_on_the_same_host() {
        for base in [
            "http://127.0.0.1:4010/panic-api/v2",
            "http://127.0.0.1:4010",
        ] {
            let client = client(base, Inner::default());
            assert_eq!(csv_base(&client), "http://127.0.0.1:4010/v1");
        }
    }

    #[test]
    fn a_csv_base_that_is_set_wins() {
        let inner = Inner::default().with_csv_base("http://127.0.0.1:9/csv/");
        assert_eq!(
            csv_base(&client("http://127.0.0.1:1", inner)),
            "http://127.0.0.1:9/csv"
        );
    }
}
