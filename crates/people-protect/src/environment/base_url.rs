//! Base addresses in every careless form (P05).

use reqwest::Url;

use crate::Error;

/// The two bases of an environment, without slashes at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BaseUrls {
    pub(crate) api: String,
    pub(crate) csv: String,
}

/// Normalises the address of an API.
pub(crate) fn parse(address: &str) -> Result<BaseUrls, Error> {
    let url = checked(address)?;
    let mut segments = segments(&url);
    let unknown = || {
        refused(
            "the address has a path that is not the API's",
            "give the host alone, or the address up to /panic-api/v2",
        )
    };
    let api = |segment: &String| segment.eq_ignore_ascii_case("panic-api");
    if let Some(at) = segments.iter().position(api) {
        // `/panic-api` alone was the first generation's base; only v2 is spoken here (C39).
        if !matches!(&segments[at + 1..], [] | [_]) {
            return Err(unknown());
        }
        if segments
            .get(at + 1)
            .is_some_and(|version| !version.eq_ignore_ascii_case("v2"))
        {
            return Err(unknown());
        }
        segments.truncate(at);
    } else if segments
        .last()
        .is_some_and(|last| last.eq_ignore_ascii_case("v2"))
    {
        segments.pop();
    }
    const ROUTES: [&str; 5] = [
        "oauth",
        "customers",
        "callouts",
        "subscriptions",
        "predefinedLocations",
    ];
    // What is left is the path of a proxy, which has neither routes nor versions of the API in it;
    // AURA's own hosts have no such path at all.
    let foreign = |segment: &String| {
        ROUTES
            .iter()
            .any(|route| segment.eq_ignore_ascii_case(route))
            || matches!(segment.to_ascii_lowercase().as_str(), "v1" | "v2")
    };
    let aura = url
        .host_str()
        .is_some_and(|host| host.ends_with(".aura.services"));
    if segments.iter().any(foreign) || (aura && !segments.is_empty()) {
        return Err(unknown());
    }
    let mut prefix = url.origin().ascii_serialization();
    for segment in &segments {
        prefix.push('/');
        prefix.push_str(segment);
    }
    Ok(BaseUrls {
        api: format!("{prefix}/panic-api/v2"),
        csv: format!("{prefix}/v1"),
    })
}

/// Normalises the base of the CSV routes; `/v1` is added to a bare host (R50).
pub(crate) fn parse_csv(address: &str) -> Result<String, Error> {
    let url = checked(address)?;
    let mut base = url.origin().ascii_serialization();
    let segments = segments(&url);
    if segments.is_empty() {
        base.push_str("/v1");
    }
    for segment in &segments {
        base.push('/');
        base.push_str(segment);
    }
    Ok(base)
}

/// Whether a base is on the own machine.
pub(crate) fn is_loopback(base: &str) -> bool {
    Url::parse(base).is_ok_and(|url| host_is_loopback(&url))
}

fn checked(address: &str) -> Result<Url, Error> {
    let text = address.trim().trim_matches(['"', '\'']).trim();
    let lower = text.to_ascii_lowercase();
    // What is left in settings when a template was not filled in.
    let placeholder = text.is_empty()
        || text.contains(['{', '}', '<', '>', '$'])
        || matches!(
            lower.trim_matches('/'),
            "baseurl" | "base_url" | "undefined" | "null" | "none" | "url" | "your_base_url"
        );
    if placeholder {
        return Err(refused(
            "the base address is a placeholder or empty",
            "set it to the real address, for example https://staging-panic.aura.services",
        ));
    }
    let Some((scheme, _)) = text.split_once("://") else {
        return Err(refused(
            "the base address has no scheme",
            "begin it with https://",
        ));
    };
    let not_an_address = || {
        refused(
            "the base address is not an address",
            "expected something like https://staging-panic.aura.services",
        )
    };
    let mut url = Url::parse(text).map_err(|_| not_an_address())?;
    // A dot after the host means the same host to DNS, and upper case does too (the parser has
    // lowered it): one host has one form, or production would pass for another environment.
    if let Some(host) = url.host_str().and_then(|host| host.strip_suffix('.')) {
        let host = host.trim_end_matches('.').to_owned();
        url.set_host(Some(&host)).map_err(|_| not_an_address())?;
    }
    match scheme.to_ascii_lowercase().as_str() {
        "https" => {}
        "http" if host_is_loopback(&url) => {}
        "http" => {
            return Err(refused(
                "the base address is http, which would send the token in clear",
                "use https; http is for the own machine only",
            ));
        }
        _ => {
            return Err(refused(
                "the base address is not https",
                "begin it with https://",
            ));
        }
    }
    if url.port() == Some(0) {
        return Err(refused("the base address has port 0", "name the real port"));
    }
    let Some(host) = url.host_str().filter(|host| !host.is_empty()) else {
        return Err(refused("the base address has no host", "name the host"));
    };
    // The parser lets through what no name in DNS has, `$` or `'` behind a percent sign among it.
    let of_a_host =
        |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.' | '_');
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if bare.parse::<std::net::Ipv6Addr>().is_err() && !bare.chars().all(of_a_host) {
        return Err(not_an_address());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refused(
            "the base address carries a user or password",
            "leave them out; credentials are passed as such",
        ));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(refused(
            "the base address carries a query or fragment",
            "leave off everything from ? or # on",
        ));
    }
    Ok(url)
}

fn segments(url: &Url) -> Vec<String> {
    url.path()
        .split('/')
        .filter(|segment| !segment.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Whether a URL is on the own machine: the only place http may go to.
pub(crate) fn host_is_loopback(url: &Url) -> bool {
    let Some(host) = url.host_str() else {
        return false;
    };
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost")
        || bare
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

fn refused(detail: &'static str, hint: &'static str) -> Error {
    // The address itself is left out: careless ones carry passwords.
    Error::configuration(detail, hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p05_every_careless_form_of_an_address_comes_out_the_same() {
        for address in [
            "https://staging-panic.aura.services",
            "https://staging-panic.aura.services/",
            "https://staging-panic.aura.services//",
            "https://staging-panic.aura.services/panic-api",
            "https://staging-panic.aura.services/panic-api/",
            "https://staging-panic.aura.services/panic-api/v2",
            "https://staging-panic.aura.services/panic-api/v2/",
            "https://staging-panic.aura.services//panic-api//v2//",
            "https://staging-panic.aura.services/v2",
            "HTTPS://Staging-Panic.Aura.Services:443/panic-api/v2",
            "https://staging-panic.aura.services.",
            "https://STAGING-PANIC.AURA.SERVICES.:443/panic-api/v2/",
            "https://staging-panic.aura.services../panic-api/v2",
            "https://staging-panic.aura.services%2E/panic-api/v2",
            "https://staging-panic.aura.services\u{3002}/panic-api/v2",
            "  \"https://staging-panic.aura.services/panic-api/v2\"\n",
        ] {
            let bases = parse(address).unwrap_or_else(|error| panic!("{address}: {error}"));
            assert_eq!(
                bases.api, "https://staging-panic.aura.services/panic-api/v2",
                "{address}"
            );
            assert_eq!(
                bases.csv, "https://staging-panic.aura.services/v1",
                "{address}"
            );
        }
    }

    #[test]
    fn p05_what_cannot_be_meant_is_refused_with_a_hint() {
        for address in [
            "",
            "   ",
            "baseUrl",
            "{{baseUrl}}",
            "${AURA_URL}",
            "https://{{host}}/panic-api/v2",
            "undefined",
            "staging-panic.aura.services",
            "staging-panic.aura.services:443/panic-api/v2",
            "http://staging-panic.aura.services",
            "http://127.0.0.1.example.com",
            "ftp://staging-panic.aura.services",
            "https://",
            "https://./",
            "https://../panic-api/v2",
            "https://1%24s/",
            "https://a%27b.example.com",
            "https://a!b.example.com",
            "https://user:planted@staging-panic.aura.services",
            "https://staging-panic.aura.services/panic-api/v2?token=planted",
            "https://staging-panic.aura.services/#planted",
            "https://staging-panic.aura.services/panic-api/v1",
            "https://staging-panic.aura.services/panic-api/v2/customers",
            "https://staging-panic.aura.services/oauth/token",
        ] {
            let error = parse(address).expect_err(address);
            assert!(error.hint().is_some(), "{address}");
            assert!(
                !format!("{error} {error:?}").contains("planted"),
                "{address}"
            );
        }
    }

    #[test]
    fn production_is_recognised_in_every_form_of_its_host() {
        for host in [
            "panic.aura.services",
            "panic.aura.services.",
            "PANIC.Aura.Services",
            "Panic.AURA.services.:443",
        ] {
            let bases = parse(&format!("https://{host}/panic-api/v2")).unwrap();
            assert_eq!(bases.api, crate::Environment::Production.api_base());
            assert_eq!(bases.csv, crate::Environment::Production.csv_base());
            let csv = parse_csv(&format!("https://{host}/v1")).unwrap();
            assert_eq!(csv, crate::Environment::Production.csv_base());
        }
    }

    #[test]
    fn p05_http_is_for_the_own_machine_only() {
        for host in [
            "127.0.0.1:4010",
            "localhost:4010",
            "[::1]:4010",
            "127.8.0.1",
        ] {
            let bases = parse(&format!("http://{host}")).unwrap();
            assert_eq!(bases.api, format!("http://{host}/panic-api/v2"));
            assert!(is_loopback(&bases.api));
        }
        let dotted = parse("http://localhost.:4010").unwrap();
        assert_eq!(dotted.api, "http://localhost:4010/panic-api/v2");
        assert!(!is_loopback("https://localhost.example.com/v1"));
    }

    #[test]
    fn a_prefix_of_a_gateway_is_kept() {
        for address in [
            "https://gateway.example.com/aura",
            "https://gateway.example.com/aura/panic-api/v2",
        ] {
            let bases = parse(address).unwrap();
            assert_eq!(bases.api, "https://gateway.example.com/aura/panic-api/v2");
            assert_eq!(bases.csv, "https://gateway.example.com/aura/v1");
        }
    }

    #[test]
    fn r50_the_csv_base_stands_apart_from_the_api() {
        assert_eq!(
            parse_csv("https://csv.example.com").unwrap(),
            "https://csv.example.com/v1"
        );
        assert_eq!(
            parse_csv("https://csv.example.com//v1/").unwrap(),
            "https://csv.example.com/v1"
        );
        assert!(parse_csv("http://csv.example.com/v1").is_err());
    }
}
