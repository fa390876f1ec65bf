//! The way back from a white-label payment page.

use std::fmt;

use people_protect_api::SecretText;
use reqwest::Url;

use crate::return_url::{find, parameters};
use crate::{Activated, CustomerToken, Error, return_address};

/// Where a payment page sends the person back to, with `success=true` or `success=false` (R93).
///
/// Every parameter the URL has is kept as it is and in order; `success` is added behind them,
/// before a fragment. A `success` that is there already is left out, so that there is one and it
/// is the right one.
///
/// ```
/// use people_protect::PaymentReturn;
///
/// let back = PaymentReturn::new("https://app.example.com/paid?order=7&success=true&note=a%20b#top")?;
/// assert_eq!(
///     back.failure().reveal(),
///     "https://app.example.com/paid?order=7&note=a%20b&success=false#top"
/// );
/// assert!(PaymentReturn::new("http://app.example.com/paid").is_err());
/// # Ok::<(), people_protect::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct PaymentReturn(Url);

impl PaymentReturn {
    /// The `redirectUrl` the payment page was opened with.
    ///
    /// It came in a query that anybody can write: before sending a browser there, compare
    /// [`host`](Self::host) with the hosts you know.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if it is not absolute, not https (but
    /// for the own machine) or carries a password.
    pub fn new(redirect_url: &str) -> Result<Self, Error> {
        return_address::checked_web(redirect_url).map(Self)
    }

    /// The host it leads to, without the port.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// The URL after a payment whose subscription is active.
    #[must_use]
    pub fn success(&self) -> SecretText {
        self.with("success=true")
    }

    /// The URL after anything else.
    #[must_use]
    pub fn failure(&self) -> SecretText {
        self.with("success=false")
    }

    /// The URL for what became of an activation: success only if there is a subscription (P15).
    #[must_use]
    pub fn after(&self, activation: &Result<Activated, Error>) -> SecretText {
        match activation {
            Ok(_) => self.success(),
            Err(_) => self.failure(),
        }
    }

    fn with(&self, success: &str) -> SecretText {
        let mut url = self.0.clone();
        // Taken apart as text: what is kept keeps its every byte.
        let kept = url.query().unwrap_or_default().split('&');
        let kept = kept.filter(|part| !part.is_empty() && !is_success(part));
        let query: Vec<&str> = kept.chain([success]).collect();
        url.set_query(Some(&query.join("&")));
        String::from(url).into()
    }
}

fn is_success(part: &str) -> bool {
    form_urlencoded::parse(part.as_bytes()).any(|(name, _)| name.eq_ignore_ascii_case("success"))
}

impl fmt::Debug for PaymentReturn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PaymentReturn({}, REDACTED)", self.host())
    }
}

/// A person on your white-label payment page: what the page was opened with.
///
/// ```
/// use people_protect::PaymentVisit;
///
/// // {"customerId":178921,"sub":"user-17"}
/// let token = "e30.eyJjdXN0b21lcklkIjoxNzg5MjEsInN1YiI6InVzZXItMTcifQ.c2ln";
/// let url = format!(
///     "/pay?token={token}&redirectUrl=https%3A%2F%2Fapp.example.com%2Fpaid%3Forder%3D7&userid=user-17"
/// );
/// let visit = PaymentVisit::parse(&url)?;
/// assert_eq!(visit.payment_return().host(), "app.example.com");
/// assert_eq!(visit.token().unverified_claims().customer().get(), 178_921);
/// # Ok::<(), people_protect::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct PaymentVisit {
    token: CustomerToken,
    payment_return: PaymentReturn,
}

impl PaymentVisit {
    /// Reads the URL your payment page was opened with, or its query: `token`, `redirectUrl` and
    /// `userid`.
    ///
    /// The token in it is a secret: keep such URLs out of logs and of `Referer` headers.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if `token` or `redirectUrl` is
    /// missing, if `userid` is not the token's `sub`, or as [`PaymentReturn::new`];
    /// [`WrongTokenScope`](crate::ErrorKind::WrongTokenScope) as [`CustomerToken::new`].
    pub fn parse(url_or_query: &str) -> Result<Self, Error> {
        let parameters = parameters(url_or_query);
        let required = |name: &str, missing: &'static str| {
            find(&parameters, name).ok_or_else(|| {
                Error::invalid(
                    missing,
                    "the page is opened by the app with token, redirectUrl and userid; pass all of its URL",
                )
            })
        };
        let token = required("token", "the payment page was opened without a token")?;
        let back = required(
            "redirecturl",
            "the payment page was opened without a redirectUrl",
        )?;
        let token = CustomerToken::new(token)?;
        let subject = token.unverified_claims().subject();
        let user = find(&parameters, "userid");
        if user.as_deref().is_some_and(|user| subject != Some(user)) {
            return Err(Error::invalid(
                "the userid the payment page was opened with is not the token's subject",
                "the URL was changed, or put together wrongly: open the page from the app again",
            ));
        }
        Ok(Self {
            token,
            payment_return: PaymentReturn::new(&back)?,
        })
    }

    /// The customer's token. It is not verified here: AURA does that when it is used.
    #[must_use]
    pub fn token(&self) -> &CustomerToken {
        &self.token
    }

    /// The way back.
    #[must_use]
    pub fn payment_return(&self) -> &PaymentReturn {
        &self.payment_return
    }
}
