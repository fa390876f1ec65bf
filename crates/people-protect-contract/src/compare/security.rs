//! Who may call, and where.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::change::{Direction, Rust, Wire};
use super::notes::{Note, Notes, Site};
use super::operations::Side;
use crate::operation::follow;
use crate::pointer::join;

/// Schemes that are needed at once, each with its scopes.
type Alternative = BTreeMap<String, BTreeSet<String>>;

fn alternatives(side: &Side<'_>) -> (Vec<Alternative>, String) {
    let own = side.node.get("security");
    let at = match own {
        Some(_) => join(&side.at, "security"),
        None => "/security".to_owned(),
    };
    let given = own.or_else(|| side.document.get("security"));
    let list = given.and_then(Value::as_array);
    let mut all: Vec<Alternative> = list
        .into_iter()
        .flatten()
        .filter_map(Value::as_object)
        .map(|schemes| {
            let scopes = |value: &Value| -> BTreeSet<String> {
                let list = value.as_array();
                list.into_iter()
                    .flatten()
                    .filter_map(Value::as_str)
                    .map(ToOwned::to_owned)
                    .collect()
            };
            schemes
                .iter()
                .map(|(name, value)| (name.clone(), scopes(value)))
                .collect()
        })
        .collect();
    // Nothing asked for is one alternative that asks for nothing.
    if all.is_empty() {
        all.push(Alternative::new());
    }
    (all, at)
}

/// Whether whoever has the one may call where the other is asked for.
fn suffices(has: &Alternative, asked: &Alternative) -> bool {
    asked
        .iter()
        .all(|(name, scopes)| has.get(name).is_some_and(|own| scopes.is_subset(own)))
}

/// Whether both ask for the same schemes, whatever the scopes.
fn alike(one: &Alternative, other: &Alternative) -> bool {
    one.keys().eq(other.keys())
}

pub(super) fn compare(notes: &mut Notes<'_>, site: Site, old: &Side<'_>, new: &Side<'_>) {
    let ((before, old_at), (after, new_at)) = (alternatives(old), alternatives(new));
    let shut_out = before
        .iter()
        .any(|has| !after.iter().any(|asked| suffices(has, asked)));
    if before != after {
        let let_in = after
            .iter()
            .any(|has| !before.iter().any(|asked| suffices(has, asked)));
        let open = |all: &[Alternative]| all.iter().any(Alternative::is_empty);
        let (id, wire, text) = if shut_out && open(&before) {
            (
                "security-added",
                Wire::Breaking,
                "whoever calls must say who it is now",
            )
        } else if shut_out {
            (
                "security-tightened",
                Wire::Breaking,
                "what was enough to call is not any more",
            )
        } else if open(&after) && !open(&before) {
            ("security-removed", Wire::Safe, "anybody may call now")
        } else if let_in
            && !after
                .iter()
                .all(|one| before.iter().any(|has| alike(has, one)))
        {
            (
                "security-alternative-added",
                Wire::Safe,
                "there is another way to be let in",
            )
        } else {
            ("security-loosened", Wire::Safe, "less is enough to call")
        };
        let moved = shut_out || let_in || before.len() != after.len();
        let only_order = !moved && before.iter().all(|one| after.contains(one));
        if !only_order {
            let note = Note::new(
                "security-changed",
                Direction::Security,
                wire,
                Rust::Patch,
                text.to_owned(),
            )
            .named(id.to_owned())
            .at(old_at, new_at)
            .action(if wire == Wire::Breaking {
                "get the credentials or scopes that are asked for before the server changes"
            } else {
                "nothing"
            });
            notes.note(site, note);
        }
    }
    let used: BTreeSet<&String> = before.iter().flat_map(BTreeMap::keys).collect();
    for name in used {
        scheme(notes, site, name);
    }
}

/// What changed in how credentials are shown.
fn scheme(notes: &mut Notes<'_>, site: Site, name: &str) {
    let at = join("/components/securitySchemes", name);
    let (Some(old), Some(new)) = (notes.old.pointer(&at), notes.new.pointer(&at)) else {
        return;
    };
    let (old, new) = (follow(notes.old, old), follow(notes.new, new));
    let mut say = |rule: &'static str, wire, key: &str, text: String| {
        let place = join(&at, key);
        let note =
            Note::new(rule, Direction::Security, wire, Rust::Patch, text).at(place.clone(), place);
        notes.note(site, note);
    };
    for key in ["type", "in", "name", "openIdConnectUrl", "scheme"] {
        let value = |node: &Value| {
            node.get(key)
                .map(|one| one.to_string().to_ascii_lowercase())
        };
        if value(old) != value(new) {
            say(
                "security-scheme-changed",
                Wire::Breaking,
                key,
                format!("`{key}` of `{name}` changed: credentials are shown in another way"),
            );
        }
    }
    if old.get("bearerFormat") != new.get("bearerFormat") {
        say(
            "security-bearer-format-changed",
            Wire::Safe,
            "bearerFormat",
            format!("the form of the tokens of `{name}` changed"),
        );
    }
    let flows = |node: &Value| -> BTreeMap<String, Value> {
        let all = node.get("flows").and_then(Value::as_object);
        all.into_iter()
            .flatten()
            .map(|(name, flow)| (name.clone(), flow.clone()))
            .collect()
    };
    let (before, after) = (flows(old), flows(new));
    for (flow, one) in &before {
        let Some(other) = after.get(flow) else {
            say(
                "security-flow-removed",
                Wire::Breaking,
                "flows",
                format!("`{name}` has no flow `{flow}` any more"),
            );
            continue;
        };
        for key in ["authorizationUrl", "tokenUrl", "refreshUrl"] {
            if one.get(key) != other.get(key) {
                say(
                    "security-flow-url-changed",
                    Wire::Breaking,
                    "flows",
                    format!("`{key}` of `{name}` changed"),
                );
            }
        }
        let scopes = |flow: &Value| -> BTreeSet<String> {
            let all = flow.get("scopes").and_then(Value::as_object);
            all.into_iter()
                .flatten()
                .map(|(name, _)| name.clone())
                .collect()
        };
        let gone: Vec<_> = scopes(one).difference(&scopes(other)).cloned().collect();
        if !gone.is_empty() {
            say(
                "security-scope-removed",
                Wire::Breaking,
                "flows",
                format!("`{name}` gives no {} any more", gone.join(", ")),
            );
        }
        let came: Vec<_> = scopes(other).difference(&scopes(one)).cloned().collect();
        if !came.is_empty() {
            say(
                "security-scope-added",
                Wire::Safe,
                "flows",
                format!("`{name}` gives {} as well", came.join(", ")),
            );
        }
    }
    for flow in after.keys().filter(|flow| !before.contains_key(*flow)) {
        say(
            "security-flow-added",
            Wire::Safe,
            "flows",
            format!("`{name}` has a flow `{flow}` as well"),
        );
    }
}

/// Where the API is, for the document as a whole.
pub(super) fn servers(notes: &mut Notes<'_>) {
    let urls = |document: &Value| -> BTreeSet<String> {
        let list = document.get("servers").and_then(Value::as_array);
        let url = |one: &Value| {
            one.get("url")
                .and_then(Value::as_str)
                .map(|url| url.trim_end_matches('/').to_owned())
        };
        list.into_iter().flatten().filter_map(url).collect()
    };
    let (old, new) = (urls(notes.old), urls(notes.new));
    if old == new {
        return;
    }
    let mut say = |rule, wire, text: String| {
        let place = Some("/servers".to_owned());
        let note =
            Note::new(rule, Direction::Server, wire, Rust::Patch, text).at(place.clone(), place);
        notes.note(Site::Nowhere, note);
    };
    let list = |urls: Vec<&String>| urls.into_iter().cloned().collect::<Vec<_>>().join(", ");
    let gone: Vec<_> = old.difference(&new).collect();
    let came: Vec<_> = new.difference(&old).collect();
    if !gone.is_empty() {
        // Where no address is left, nobody knows that the API is still there.
        let wire = if gone.len() == old.len() && !new.is_empty() {
            Wire::Breaking
        } else {
            Wire::Warning
        };
        say(
            "server-removed",
            wire,
            format!("{} is not named any more", list(gone)),
        );
    }
    if !came.is_empty() {
        say(
            "server-added",
            Wire::Safe,
            format!("{} is named now", list(came)),
        );
    }
}
