//! The way back to the integrator.

use std::fmt::Write as _;

use maud::{Markup, html};

/// What a content security policy must name so that a form may end at this URL: scheme, host and
/// port. What could be read as more of the policy is never put into it: then it is the scheme only.
pub(super) fn policy_source(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once(':')?;
    let scheme = scheme.to_ascii_lowercase();
    if !matches!(scheme.as_str(), "http" | "https") {
        return Some(format!("{scheme}:"));
    }
    let authority = rest
        .trim_start_matches(['/', '\\'])
        .split(['/', '\\', '?', '#'])
        .next()
        .unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':');
    if host.is_empty() || !host.chars().all(plain) {
        return Some(format!("{scheme}:"));
    }
    Some(format!("{scheme}://{host}"))
}

/// As a header can carry it: what is not ASCII is percent-encoded.
pub(super) fn ascii(url: &str) -> String {
    url.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_graphic() {
            out.push(char::from(byte));
        } else {
            // Writing into a String does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

/// Whether an app takes over, and a browser that has no such app shows nothing.
pub(super) fn is_app(url: &str) -> bool {
    let scheme = url.split(':').next().unwrap_or_default();
    !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https")
}

pub(super) fn link(url: &str) -> Markup {
    html! { p { a .button href=(url) { "Go back to where you came from" } } }
}

#[cfg(test)]
mod tests {
    use super::{ascii, policy_source};

    #[test]
    fn the_policy_names_the_origin_and_nothing_that_extends_it() {
        for (url, source) in [
            ("https://a.example/done?x=1", "https://a.example"),
            ("http://localhost:3000/done", "http://localhost:3000"),
            ("HTTPS://user@a.example#top", "https://a.example"),
            ("myapp://signup-done", "myapp:"),
            ("https://a.example;script-src", "https:"),
            ("https://a,b/", "https:"),
            ("https://[::1]:3000/", "https:"),
            ("https:///", "https:"),
        ] {
            assert_eq!(policy_source(url).as_deref(), Some(source), "{url}");
        }
    }

    #[test]
    fn a_header_carries_ascii_only() {
        assert_eq!(
            ascii("https://a.example/ü?\n"),
            "https://a.example/%C3%BC?%0A"
        );
    }
}
