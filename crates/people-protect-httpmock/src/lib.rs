//! Typed test doubles for AURA's People Protect API.
//!
//! [`MockServerExt`] adds one method per operation of the contract to
//! [`httpmock::MockServer`]. `when` takes the operation's parameters and body, `then` answers
//! with the documented types; `into_inner()` on either leaves the types behind, for shapes the
//! contract does not allow.
//!
//! Use a double for an answer the simulator never gives: nulls, unknown fields, an HTML error
//! page. For behaviour, use the simulator: a double has no state. A client built on a double
//! through the raw crate has no retries and no token either.
//!
//! A double answers at the operation's path, with or without the API's `/panic-api/v2` before it.
//!
//! A request that matches no double is answered 404 with a `message`, which looks like a
//! documented error: assert on the double's hits too.
//!
//! ```
//! use httpmock::MockServer;
//! use people_protect_api::{Client, Inner, types};
//! use people_protect_httpmock::MockServerExt;
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! let server = MockServer::start_async().await;
//! let double = server.create_oauth_token(|when, then| {
//!     when.body(&types::TokenRequest::new("id", "secret"));
//!     let mut token = types::Token::default();
//!     token.access_token = Some("a.b.c".into());
//!     then.success(200, &token);
//! });
//!
//! let client = Client::new_with_client(&server.base_url(), reqwest::Client::new(), Inner::default());
//! let token = client
//!     .create_oauth_token(&types::TokenRequest::new("id", "secret"))
//!     .await
//!     .unwrap();
//! assert_eq!(token.access_token.as_ref().unwrap().reveal(), "a.b.c");
//! double.assert();
//! # });
//! ```

mod by_hand;

#[rustfmt::skip]
#[allow(
    missing_docs,
    unreachable_pub,
    unused_qualifications,
    rustdoc::all,
    clippy::all,
    clippy::unwrap_used
)]
mod generated;

pub use by_hand::ByHandExt;
pub use generated::{MockServerExt, operations};
