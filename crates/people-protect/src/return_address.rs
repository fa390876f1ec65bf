//! Where a hosted flow sends the person back to.

use reqwest::Url;

use crate::Error;
use crate::environment::host_is_loopback;

/// Schemes that run code or read files when opened.
const DANGEROUS: [&str; 7] = [
    "javascript",
    "vbscript",
    "data",
    "blob",
    "file",
    "about",
    "view-source",
];

/// Checks a return URL of ours before it is sent: https, http on the own machine, or an app's
/// scheme (R52). Returns it without white space around it.
pub(crate) fn checked(url: &str) -> Result<&str, Error> {
    let text = url.trim();
    let parsed = parse(text)?;
    if DANGEROUS.contains(&parsed.scheme()) {
        return Err(refused(
            "the return URL has a scheme that is not for returning",
            "use https, or your app's own scheme such as myapp://signup-done",
        ));
    }
    secure(&parsed)?;
    Ok(text)
}

/// As [`checked`], for the web only: https, or http on the own machine.
pub(crate) fn checked_web(url: &str) -> Result<Url, Error> {
    let parsed = parse(url.trim())?;
    if !matches!(parsed.scheme(), "https" | "http") {
        return Err(refused(
            "the return URL is not https",
            "begin it with https://",
        ));
    }
    secure(&parsed)?;
    Ok(parsed)
}

/// Whether a page AURA names can be opened: https, or http on the own machine (the simulator).
pub(crate) fn is_page(url: &str) -> bool {
    parse(url.trim()).is_ok_and(|url| {
        url.scheme() == "https" || (url.scheme() == "http" && host_is_loopback(&url))
    })
}

fn parse(text: &str) -> Result<Url, Error> {
    let malformed = || {
        refused(
            "the return URL is not an absolute URL",
            "pass the whole of it, such as https://shop.example.com/signup-done",
        )
    };
    if text.contains(|c: char| c.is_control() || c.is_whitespace()) {
        return Err(malformed());
    }
    Url::parse(text).map_err(|_| malformed())
}

fn secure(url: &Url) -> Result<(), Error> {
    if url.scheme() == "http" && !host_is_loopback(url) {
        return Err(refused(
            "the return URL is http, which would send what it carries in clear",
            "use https; http is for the own machine only",
        ));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refused(
            "the return URL carries a user or password",
            "leave them out",
        ));
    }
    Ok(())
}

fn refused(detail: &'static str, hint: &'static str) -> Error {
    // The URL itself is left out: it may carry what nobody should read in a log.
    Error::invalid(detail, hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r52_a_return_url_is_https_or_the_apps_own_scheme() {
        for good in [
            " https://shop.example.com/done?order=1#top ",
            "myapp://signup-done",
            "com.example.app:/done",
            "http://localhost:3000/done",
            "http://127.0.0.1/done",
            "http://[::1]:80/done",
        ] {
            assert_eq!(checked(good).unwrap(), good.trim());
        }
        for bad in [
            "",
            "/done",
            "shop.example.com/done",
            "http://shop.example.com/done",
            "http://127.0.0.1.example.com/done",
            "https://user:planted@shop.example.com",
            "JavaScript:alert(1)",
            "data:text/html,x",
            "https://shop.example.com/a\r\nb",
        ] {
            let error = checked(bad).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("planted"));
        }
    }

    #[test]
    fn a_page_to_open_is_on_the_web() {
        assert!(is_page("https://signup.example.com/session/x"));
        assert!(is_page("http://127.0.0.1:4010/signup/x"));
        for bad in ["", "myapp://x", "javascript:1", "http://signup.example.com"] {
            assert!(!is_page(bad), "{bad}");
        }
        assert!(checked_web("myapp://done").is_err());
    }
}
