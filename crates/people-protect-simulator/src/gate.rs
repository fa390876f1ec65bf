//! Who may reach what is no part of the API.
//!
//! The control surface needs no token, so the machine it runs on is its only protection. A web page
//! that is open in a browser on that machine must not be able to use it: neither by a request across
//! sites (`Origin`), nor by a name that it makes point here (`Host`).

use std::net::{IpAddr, Ipv6Addr};

use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, Method, Uri, Version};

use crate::problem::Problem;
use crate::server::{API, CSV};

/// What shows or changes everything: the control surface, the responder's page, and the front page
/// with its credentials.
fn is_private(path: &str) -> bool {
    path == "/" || path.starts_with("/_simulator") || path.starts_with("/responder")
}

/// Says no, or nothing.
pub(crate) fn check(
    method: &Method,
    uri: &Uri,
    version: Version,
    headers: &HeaderMap,
    peer: IpAddr,
    from_anywhere: bool,
) -> Result<(), Problem> {
    let mut hosts = headers.get_all(HOST).iter();
    let host = hosts.next();
    if hosts.next().is_some() || (host.is_none() && version == Version::HTTP_11) {
        return Err(Problem::bad_request(
            "the request must have exactly one Host header",
        ));
    }
    let path = uri.path();
    if path.starts_with(API) || path.starts_with(CSV) {
        return Ok(());
    }
    let host = host.map(|host| host.to_str().unwrap_or_default());
    let private = is_private(path);
    if private && !from_anywhere {
        if !is_loopback(peer) {
            return Err(Problem::forbidden(
                "this is open to the simulator's own machine only: start it with --control-from-anywhere to change that",
            ));
        }
        // Only HTTP/1.0 may leave it out, and no browser speaks that; what cannot be checked is refused.
        if host.is_none() && uri.authority().is_none() {
            return Err(Problem::bad_request(
                "the request must have exactly one Host header",
            ));
        }
        let named = [host, uri.authority().map(|authority| authority.as_str())];
        if named.into_iter().flatten().any(|host| !is_own(host)) {
            return Err(Problem::forbidden(
                "the Host header must be an IP address or `localhost` here: a web page could have made another name point to this machine",
            ));
        }
    }
    // Browsers send it with every request that is not a plain look at something.
    if private || !method.is_safe() {
        let mut origins = headers.get_all(ORIGIN).iter();
        // The tracking page tells nobody where its forms stand, so a browser says `null`. Each needs
        // the session token of the callout (R94), which no other page knows.
        let untold = path.starts_with("/tracking/");
        let own = |origin: &str| is_same(origin, host) || (untold && origin == "null");
        if !origins.all(|origin| origin.to_str().is_ok_and(own)) {
            return Err(Problem::forbidden(
                "the Origin header names another site: only the simulator's own pages may do this in a browser",
            ));
        }
    }
    Ok(())
}

fn is_loopback(peer: IpAddr) -> bool {
    match peer {
        IpAddr::V4(peer) => peer.is_loopback(),
        IpAddr::V6(peer) => {
            peer.is_loopback() || peer.to_ipv4_mapped().is_some_and(|peer| peer.is_loopback())
        }
    }
}

/// Whether a `Host` is no name that somebody else could have given to this machine. Ports differ
/// where they are forwarded.
fn is_own(host: &str) -> bool {
    if let Some(rest) = host.strip_prefix('[') {
        return rest
            .split_once(']')
            .is_some_and(|(address, _)| address.parse::<Ipv6Addr>().is_ok());
    }
    let name = host.split_once(':').map_or(host, |(name, _)| name);
    name.eq_ignore_ascii_case("localhost") || name.parse::<std::net::Ipv4Addr>().is_ok()
}

fn is_same(origin: &str, host: Option<&str>) -> bool {
    let site = origin
        .strip_prefix("http://")
        .or_else(|| origin.strip_prefix("https://"));
    match (site, host) {
        (Some(site), Some(host)) => site.eq_ignore_ascii_case(host),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{is_loopback, is_own, is_private, is_same};

    #[test]
    fn names_of_others_are_not_own() {
        for own in [
            "127.0.0.1:4010",
            "localhost",
            "LOCALHOST:1",
            "[::1]:4010",
            "192.168.1.5",
        ] {
            assert!(is_own(own), "{own}");
        }
        for foreign in [
            "",
            "example.org",
            "localhost.example.org",
            "127.0.0.1.example.org:4010",
            "[::1",
            "a@127.0.0.1",
        ] {
            assert!(!is_own(foreign), "{foreign}");
        }
    }

    #[test]
    fn an_origin_is_the_same_site_with_its_port_or_foreign() {
        assert!(is_same("http://127.0.0.1:4010", Some("127.0.0.1:4010")));
        for foreign in ["null", "", "http://127.0.0.1:3000", "http://example.org"] {
            assert!(!is_same(foreign, Some("127.0.0.1:4010")), "{foreign}");
        }
        assert!(!is_same("http://127.0.0.1:4010", None));
    }

    #[test]
    fn what_shows_everything_is_private() {
        for path in [
            "/",
            "/_simulator",
            "/_simulator/state",
            "/responder",
            "/responder/run",
        ] {
            assert!(is_private(path), "{path}");
        }
        assert!(!is_private("/tracking"));
    }

    #[test]
    fn an_ipv4_address_in_ipv6_clothes_is_the_same_machine() {
        assert!(is_loopback("::ffff:127.0.0.1".parse().unwrap()));
        assert!(!is_loopback("::ffff:10.0.0.1".parse().unwrap()));
        assert!(!is_loopback("192.168.1.5".parse().unwrap()));
    }
}
