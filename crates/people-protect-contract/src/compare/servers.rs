//! Where the API is: for the document, for a path or for one operation.

use std::collections::BTreeSet;

use serde_json::Value;

use super::change::{Direction, Rust, Wire};
use super::notes::{Note, Notes, Site};
use super::operations::Side;
use crate::pointer::join;

/// As many addresses are written out for the values of variables; beyond that they count as free.
const MOST: usize = 64;

/// An address and what its variables may be, without the names of the variables.
fn addresses(server: &Value) -> Vec<String> {
    let url = server.get("url").and_then(Value::as_str).unwrap_or("/");
    let mut all = vec![String::new()];
    let mut rest = url;
    while let Some((before, name, after)) = rest
        .split_once('{')
        .and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
        .map(|(before, (name, after))| (before, name, after))
    {
        let values = server.pointer(&format!("{}/enum", join("/variables", name)));
        let values: Vec<&str> = values
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let values = match values.is_empty() || all.len() * values.len() > MOST {
            true => vec!["{}"],
            false => values,
        };
        all = all
            .iter()
            .flat_map(|start| {
                values
                    .iter()
                    .map(move |value| format!("{start}{before}{value}"))
            })
            .collect();
        rest = after;
    }
    all.iter()
        .map(|start| format!("{start}{rest}").trim_end_matches('/').to_owned())
        .collect()
}

/// The address with what its variables are unless somebody says otherwise.
fn by_default(server: &Value) -> String {
    let mut url = server
        .get("url")
        .and_then(Value::as_str)
        .unwrap_or("/")
        .to_owned();
    let variables = server.get("variables").and_then(Value::as_object);
    for (name, variable) in variables.into_iter().flatten() {
        let value = variable.get("default").and_then(Value::as_str);
        url = url.replace(&format!("{{{name}}}"), value.unwrap_or("{}"));
    }
    url.trim_end_matches('/').to_owned()
}

/// The servers of a document, and without any the one that serves the document.
struct Servers {
    all: BTreeSet<String>,
    defaults: BTreeSet<String>,
    at: String,
}

impl Servers {
    fn of(list: Option<&Value>, at: String) -> Self {
        let list = list.and_then(Value::as_array).cloned().unwrap_or_default();
        let list = match list.is_empty() {
            true => vec![serde_json::json!({"url": "/"})],
            false => list,
        };
        Self {
            all: list.iter().flat_map(addresses).collect(),
            defaults: list.iter().map(by_default).collect(),
            at,
        }
    }

    fn for_operation(side: &Side<'_>) -> Self {
        let own = [
            (side.node, side.at.as_str()),
            (side.path_item, side.path_item_at.as_str()),
            (side.document, ""),
        ];
        let found = own
            .iter()
            .find_map(|(node, at)| Some((node.get("servers")?, join(at, "servers"))));
        match found {
            Some((list, at)) => Self::of(Some(list), at),
            None => Self::of(None, "/servers".to_owned()),
        }
    }
}

/// Those of the whole document.
pub(super) fn compare(notes: &mut Notes<'_>) {
    let of = |document: &Value| Servers::of(document.get("servers"), "/servers".to_owned());
    let (old, new) = (of(notes.old), of(notes.new));
    both(notes, Site::Nowhere, &old, &new);
}

/// Those of an operation, where it or its path has its own on either side.
pub(super) fn of_operation(notes: &mut Notes<'_>, site: Site, old: &Side<'_>, new: &Side<'_>) {
    let own = |side: &Side<'_>| {
        let has = |node: &Value| node.get("servers").is_some();
        has(side.node) || has(side.path_item)
    };
    if own(old) || own(new) {
        let (old, new) = (Servers::for_operation(old), Servers::for_operation(new));
        both(notes, site, &old, &new);
    }
}

fn both(notes: &mut Notes<'_>, site: Site, old: &Servers, new: &Servers) {
    let mut say = |rule, wire, text: String| {
        let note = Note::new(rule, Direction::Server, wire, Rust::Patch, text)
            .at(old.at.clone(), new.at.clone());
        notes.note(site, note);
    };
    if old.all == new.all {
        if old.defaults != new.defaults {
            let text = "another server is called unless a caller chooses".to_owned();
            say("server-default-changed", Wire::Warning, text);
        }
        return;
    }
    let list = |urls: &[&String]| {
        let name = |url: &&String| {
            if url.is_empty() {
                "/".to_owned()
            } else {
                (*url).clone()
            }
        };
        urls.iter().map(name).collect::<Vec<_>>().join(", ")
    };
    let gone: Vec<_> = old.all.difference(&new.all).collect();
    let came: Vec<_> = new.all.difference(&old.all).collect();
    if !gone.is_empty() {
        // Where an address is relative, nobody knows what it was or is.
        let relative = |url: &&String| !url.contains("://") && !url.starts_with("{}");
        let known = !gone.iter().any(relative) && !came.iter().any(relative);
        let wire = match gone.len() == old.all.len() && known {
            true => Wire::Breaking,
            false => Wire::Warning,
        };
        say(
            "server-removed",
            wire,
            format!("{} is not named any more", list(&gone)),
        );
    }
    if !came.is_empty() {
        say(
            "server-added",
            Wire::Safe,
            format!("{} is named now", list(&came)),
        );
    }
}
