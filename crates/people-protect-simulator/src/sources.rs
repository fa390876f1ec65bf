//! Customer sources from a TOML file.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use people_protect_api::SecretText;
use serde::Deserialize;
use toml::Spanned;

use crate::device::Template;
use crate::error::{Error, ErrorKind};
use crate::rating::Aspect;
use crate::source::{Credentials, ResponseType, Source, SubscriptionType};

/// The whole file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    source: Vec<Spanned<Entry>>,
}

/// One `[[source]]`. What is absent is as with the built-in source at this place.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    client_id: Spanned<String>,
    client_secret: Spanned<SecretText>,
    customer_source_id: Option<Spanned<i64>>,
    token_lifetime_s: Option<Spanned<i64>>,
    response_types: Option<Spanned<Vec<Typed>>>,
    subscription_types: Option<Spanned<Vec<Valued>>>,
    classifications: Option<Spanned<Vec<Valued>>>,
    exception_reasons: Option<Spanned<Vec<Worded>>>,
    rating_items: Option<Spanned<Vec<Rated>>>,
    devices: Option<Vec<Provisioned>>,
    service_types: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Typed {
    id: i64,
    value: String,
    description: Option<String>,
    emergency: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Valued {
    id: i64,
    value: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Worded {
    id: i64,
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rated {
    id: i64,
    key: String,
    description: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Provisioned {
    supplier: String,
    prefix: String,
    type_id: i64,
}

/// What does not fit, and where in the text.
struct Misfit {
    at: Option<Range<usize>>,
    why: String,
}

/// Reads a file.
pub(crate) fn read(path: &Path) -> Result<Vec<Source>, Error> {
    let refused = |why: String| Error::new(ErrorKind::SourcesRefused, why);
    let text = std::fs::read_to_string(path).map_err(|error| {
        refused(format!(
            "cannot read the customer sources in {}: {error}",
            path.display()
        ))
    })?;
    parse(&text).map_err(|misfit| {
        let line = misfit.at.map_or(1, |at| {
            let before = text.get(..at.start).unwrap_or_default();
            before.matches('\n').count() + 1
        });
        refused(format!("{}:{line}: {}", path.display(), misfit.why))
    })
}

fn parse(text: &str) -> Result<Vec<Source>, Misfit> {
    let file: File = toml::from_str(text).map_err(|error| Misfit {
        at: error.span(),
        // What does not parse may be a secret: the message has names and kinds only.
        why: error.message().replace('\n', " "),
    })?;
    if file.source.is_empty() {
        return Err(Misfit {
            at: None,
            why: "there is no customer source: begin one with [[source]]".to_owned(),
        });
    }
    let (mut clients, mut ids) = (BTreeMap::new(), BTreeMap::new());
    let mut sources = Vec::new();
    for (place, entry) in file.source.into_iter().enumerate() {
        let whole = entry.span();
        let misfit = |at: &Range<usize>, why: String| {
            Err(Misfit {
                at: Some(at.clone()),
                why,
            })
        };
        let Ok(place) = u8::try_from(place) else {
            return misfit(
                &whole,
                "there are more than 256 customer sources: leave some out".to_owned(),
            );
        };
        let entry = entry.into_inner();
        let client = entry.client_id.get_ref().clone();
        let id_at = entry
            .customer_source_id
            .as_ref()
            .map_or(whole, Spanned::span);
        let client_at = entry.client_id.span();
        let source = source(place, entry)?;
        if clients.insert(client.clone(), ()).is_some() {
            return misfit(
                &client_at,
                format!(
                    "client_id {client:?} is that of an earlier source: give each source its own"
                ),
            );
        }
        if let Some(earlier) = ids.insert(source.id, client) {
            return misfit(
                &id_at,
                format!(
                    "customer_source_id {} is that of {earlier:?}: give each source its own",
                    source.id
                ),
            );
        }
        sources.push(source);
    }
    Ok(sources)
}

fn source(place: u8, entry: Entry) -> Result<Source, Misfit> {
    let misfit = |at: Range<usize>, why: &str| {
        Err(Misfit {
            at: Some(at),
            why: why.to_owned(),
        })
    };
    if entry.client_id.get_ref().trim().is_empty() {
        return misfit(entry.client_id.span(), "client_id must not be blank");
    }
    if entry.client_secret.get_ref().reveal().trim().is_empty() {
        return misfit(
            entry.client_secret.span(),
            "client_secret must not be blank",
        );
    }
    let secret = entry.client_secret.get_ref().reveal();
    let mut source = Source::numbered(place, Credentials::new(entry.client_id.get_ref(), secret));
    if let Some(id) = &entry.customer_source_id {
        if *id.get_ref() < 1 {
            return misfit(id.span(), "customer_source_id must be 1 or more");
        }
        source.id = *id.get_ref();
    }
    if let Some(seconds) = &entry.token_lifetime_s {
        // A year: beyond that no clock needs to go.
        if !(1..=31_536_000).contains(seconds.get_ref()) {
            return misfit(
                seconds.span(),
                "token_lifetime_s must be from 1 to 31536000 seconds",
            );
        }
        source.token_lifetime_s = *seconds.get_ref();
    }
    if let Some(types) = entry.response_types {
        source.response_types = list("response_types", types, true, |kind| kind.id)?
            .into_iter()
            .map(|kind| ResponseType {
                id: kind.id,
                description: kind.description.unwrap_or_else(|| kind.value.clone()),
                emergency: kind.emergency.unwrap_or_else(|| kind.value.clone()),
                value: kind.value,
            })
            .collect();
    }
    if let Some(types) = entry.subscription_types {
        source.subscription_types = list("subscription_types", types, true, |kind| kind.id)?
            .into_iter()
            .map(|kind| SubscriptionType {
                id: kind.id,
                value: kind.value,
            })
            .collect();
    }
    if let Some(classifications) = entry.classifications {
        let listed = list("classifications", classifications, false, |kind| kind.id)?;
        source.classifications = listed
            .into_iter()
            .map(|kind| (kind.id, kind.value))
            .collect();
    }
    if let Some(reasons) = entry.exception_reasons {
        let listed = list("exception_reasons", reasons, false, |reason| reason.id)?;
        source.exception_reasons = listed
            .into_iter()
            .map(|reason| (reason.id, reason.text))
            .collect();
    }
    if let Some(items) = entry.rating_items {
        source.rating_items = list("rating_items", items, false, |item| item.id)?
            .into_iter()
            .map(|item| Aspect {
                id: item.id,
                key: item.key,
                description: item.description,
            })
            .collect();
    }
    if let Some(devices) = entry.devices {
        source.devices = devices
            .iter()
            .map(|device| Template::new(&device.supplier, &device.prefix, device.type_id))
            .collect();
    }
    if let Some(services) = entry.service_types {
        source.service_types = services;
    }
    Ok(source)
}

/// A list whose ids are each there once.
fn list<T>(
    name: &str,
    entries: Spanned<Vec<T>>,
    needed: bool,
    id: impl Fn(&T) -> i64,
) -> Result<Vec<T>, Misfit> {
    let at = entries.span();
    let entries = entries.into_inner();
    let misfit = |why: String| {
        Err(Misfit {
            at: Some(at.clone()),
            why,
        })
    };
    if needed && entries.is_empty() {
        return misfit(format!(
            "{name} must have an entry: leave it out for the built-in ones"
        ));
    }
    let mut seen = BTreeMap::new();
    for entry in &entries {
        if seen.insert(id(entry), ()).is_some() {
            return misfit(format!(
                "{name} has the id {} twice: give each entry its own",
                id(entry)
            ));
        }
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn refused(text: &str) -> (usize, String) {
        let Err(misfit) = parse(text) else {
            panic!("taken: {text}")
        };
        let line = misfit
            .at
            .map_or(1, |at| text[..at.start].matches('\n').count() + 1);
        (line, misfit.why)
    }

    const ONE: &str = "[[source]]\nclient_id = \"a\"\nclient_secret = \"s\"\n";

    #[test]
    fn credentials_are_enough_and_the_rest_is_built_in() {
        let sources = parse(&format!(
            "{ONE}[[source]]\nclient_id = \"b\"\nclient_secret = \"t\"\n"
        ));
        let Ok(sources) = sources else {
            panic!("refused")
        };
        let ids: Vec<_> = sources
            .iter()
            .map(|source| (source.id, source.response_types[0].id))
            .collect();
        assert_eq!(ids, [(12, 1), (13, 11)]);
        assert_eq!(sources[0].credentials.client_id(), "a");
    }

    #[test]
    fn what_is_given_stands_in_place_of_what_is_built_in() {
        let text = format!(
            "{ONE}customer_source_id = 99\ntoken_lifetime_s = 60\nservice_types = []\n[[source.response_types]]\nid = 7\nvalue = \"FIRE\"\n"
        );
        let Ok(sources) = parse(&text) else {
            panic!("refused")
        };
        let source = &sources[0];
        assert_eq!((source.id, source.token_lifetime_s), (99, 60));
        assert!(source.service_types.is_empty());
        assert!(source.response_type(1).is_none());
        assert_eq!(source.response_type(7).unwrap().emergency, "FIRE");
        assert!(source.subscription_type(4).is_some());
    }

    #[test]
    fn what_does_not_fit_is_named_with_its_line_and_what_to_do() {
        for (text, line, why) in [
            (String::new(), 1, "begin one with [[source]]"),
            (
                format!("{ONE}client_name = \"x\"\n"),
                4,
                "unknown field `client_name`",
            ),
            (
                format!("{ONE}{ONE}"),
                5,
                "is that of an earlier source: give each source its own",
            ),
            (
                format!(
                    "{ONE}[[source]]\nclient_id = \"b\"\nclient_secret = \"t\"\ncustomer_source_id = 12\n"
                ),
                7,
                "customer_source_id 12 is that of \"a\"",
            ),
            (
                format!("{ONE}token_lifetime_s = 0\n"),
                4,
                "from 1 to 31536000",
            ),
            (
                format!("{ONE}response_types = []\n"),
                4,
                "leave it out for the built-in ones",
            ),
            (
                format!(
                    "{ONE}classifications = [{{ id = 1, value = \"A\" }}, {{ id = 1, value = \"B\" }}]\n"
                ),
                4,
                "has the id 1 twice",
            ),
            (
                "[[source]]\nclient_id = \"a\"\n".to_owned(),
                1,
                "missing field `client_secret`",
            ),
            (
                "[[source]]\nclient_id = \"a\"\nclient_secret = \" \"\n".to_owned(),
                3,
                "must not be blank",
            ),
            ("[[source]\n".to_owned(), 1, ""),
        ] {
            let (at, text) = refused(&text);
            assert!(text.contains(why), "{text}");
            assert_eq!(at, line, "{text}");
        }
    }

    #[test]
    fn no_message_repeats_a_secret() {
        for text in [
            "[[source]]\nclient_id = \"a\"\nclient_secret = [\"planted\"]\n",
            "[[source]]\nclient_id = \"a\"\nclient_secret = planted\n",
        ] {
            let (_, why) = refused(text);
            assert!(!why.contains("planted"), "{why}");
        }
    }
}
