//! Doubles for the operations whose answers are not JSON.

use httpmock::{Method, Mock, MockServer, Then, When};

/// Doubles for the CSV routes and the coverage document.
///
/// The methods give plain [`When`] and [`Then`]: there are no types to hold the caller to. The
/// method and path are set already.
///
/// ```
/// use httpmock::MockServer;
/// use people_protect_httpmock::ByHandExt;
///
/// let server = MockServer::start();
/// let double = server.get_coverage(1, |_, then| {
///     then.status(200)
///         .header("content-type", "application/vnd.google-earth.kml+xml")
///         .body("<kml/>");
/// });
/// assert_eq!(double.calls(), 0);
/// ```
pub trait ByHandExt {
    /// A double for `POST /v1/predefinedlocations/upload`.
    fn upload_fixed_locations<F: FnOnce(When, Then)>(&self, configure: F) -> Mock<'_>;

    /// A double for `GET /v1/predefinedlocations/download`.
    fn download_fixed_locations<F: FnOnce(When, Then)>(&self, configure: F) -> Mock<'_>;

    /// A double for `GET /coverage/{responseTypeId}`.
    fn get_coverage<F: FnOnce(When, Then)>(&self, response_type_id: i64, configure: F) -> Mock<'_>;
}

impl ByHandExt for MockServer {
    fn upload_fixed_locations<F: FnOnce(When, Then)>(&self, configure: F) -> Mock<'_> {
        self.mock(|when, then| {
            let when = when
                .method(Method::POST)
                .path("/v1/predefinedlocations/upload");
            configure(when, then);
        })
    }

    fn download_fixed_locations<F: FnOnce(When, Then)>(&self, configure: F) -> Mock<'_> {
        self.mock(|when, then| {
            let when = when
                .method(Method::GET)
                .path("/v1/predefinedlocations/download");
            configure(when, then);
        })
    }

    fn get_coverage<F: FnOnce(When, Then)>(&self, response_type_id: i64, configure: F) -> Mock<'_> {
        self.mock(|when, then| {
            let when = when
                .method(Method::GET)
                .path_suffix(format!("/coverage/{response_type_id}"));
            configure(when, then);
        })
    }
}
