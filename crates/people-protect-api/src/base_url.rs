//! The address every request begins with.

use std::fmt::{self, Write as _};
use std::sync::Arc;

use reqwest::Url;

/// A base address, parsed once: to parse the whole address for each request costs more than to
/// build the rest of it.
#[derive(Clone)]
pub(crate) struct BaseUrl(Arc<Parts>);

struct Parts {
    text: String,
    /// None if it is no address to which a path can be appended; each request says so then.
    parsed: Option<Parsed>,
}

struct Parsed {
    url: Url,
    /// What of the path belongs to the base, without a slash at the end.
    path: String,
}

impl BaseUrl {
    pub(crate) fn as_str(&self) -> &str {
        &self.0.text
    }

    /// The address of a path, whose values are encoded already. It is the one that the text of both
    /// together would be parsed as.
    ///
    /// # Errors
    ///
    /// What reqwest says of an address that is none.
    pub(crate) fn at(
        &self,
        http: &reqwest::Client,
        path: fmt::Arguments<'_>,
    ) -> reqwest::Result<Url> {
        let Some(base) = &self.0.parsed else {
            let text = format!("{}{path}", self.0.text);
            return match Url::parse(&text) {
                Ok(url) => Ok(url),
                Err(_) => http.get(text).build().map(|request| request.url().clone()),
            };
        };
        let mut whole = String::with_capacity(base.path.len() + 64);
        // Writing to a String cannot fail.
        let _ = write!(whole, "{}{path}", base.path);
        let mut url = base.url.clone();
        url.set_path(&whole);
        Ok(url)
    }
}

impl From<&str> for BaseUrl {
    fn from(text: &str) -> Self {
        Self(Arc::new(Parts {
            text: text.to_owned(),
            parsed: parse(text),
        }))
    }
}

fn parse(text: &str) -> Option<Parsed> {
    // With a slash at the end, as a path follows; whatever the path of the base is made of then.
    let url = Url::parse(&format!("{text}/")).ok()?;
    let path = url.path().strip_suffix('/')?.to_owned();
    let plain = url.has_host() && url.query().is_none() && url.fragment().is_none();
    plain.then_some(Parsed { url, path })
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::BaseUrl;

    #[test]
    fn an_address_is_the_one_its_text_is_parsed_as() {
        let http = reqwest::Client::new();
        let mut good = 0;
        for base in [
            "http://127.0.0.1:4010",
            "http://127.0.0.1:4010/",
            "https://Example.com:443/panic-api/v2",
            "https://example.com/a/../b",
            "https://example.com/a/..",
            "https://example.com/a b",
            "https://user:word@[::1]:8080/x//",
            "https://bücher.example/ü",
            "https://example.com?a=b",
            "https://example.com/x#y",
            "HTTP:\\\\example.com\\x",
            " https://example.com",
            "https://example.com ",
            "file:///tmp",
            "data:text",
            "no address",
            "",
        ] {
            for path in [
                "/callouts/7",
                "/callouts/-7/events",
                "/sites/site%209%2F44%3F%23%25",
                "/customers/%C3%BC/callouts",
            ] {
                let text = format!("{base}{path}");
                let expected = http.get(&text).build();
                let found = BaseUrl::from(base)
                    .at(&http, format_args!("{path}"))
                    .and_then(|url| http.get(url).build());
                match (expected, found) {
                    (Ok(expected), Ok(found)) => {
                        good += 1;
                        assert_eq!(found.url(), expected.url(), "{text}");
                        assert_eq!(found.url().path(), expected.url().path(), "{text}");
                        // A user and password in the address become a header.
                        assert_eq!(found.headers(), expected.headers(), "{text}");
                    }
                    (Err(expected), Err(found)) => {
                        assert_eq!(found.to_string(), expected.to_string(), "{text}");
                    }
                    (expected, found) => panic!("{text}: {expected:?} is not {found:?}"),
                }
            }
        }
        assert!(good > 30, "{good}");
    }
}
