//! Who may call.

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
    let ((before, old_at), (mut after, new_at)) = (alternatives(old), alternatives(new));
    for alternative in &mut after {
        let known = std::mem::take(alternative).into_iter();
        alternative.extend(known.map(|(name, scopes)| (known_as(notes, name), scopes)));
    }
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

/// The old name of a scheme of the new document: its own, or that of one that means the same.
fn known_as(notes: &Notes<'_>, name: String) -> String {
    let all = |document: &'_ Value| -> Option<serde_json::Map<String, Value>> {
        document.pointer(SCHEMES)?.as_object().cloned()
    };
    let (Some(old), Some(new)) = (all(notes.old), all(notes.new)) else {
        return name;
    };
    let Some(scheme) = new.get(&name).filter(|_| !old.contains_key(&name)) else {
        return name;
    };
    let meant = shown_by(notes.new, scheme);
    let same = old
        .iter()
        .find(|(_, scheme)| shown_by(notes.old, scheme) == meant);
    same.map_or(name, |(name, _)| name.clone())
}

const SCHEMES: &str = "/components/securitySchemes";

/// What says how credentials are shown.
const SHOWN: [&str; 5] = ["type", "in", "name", "openIdConnectUrl", "scheme"];

/// One of those as it counts: names of headers and of HTTP schemes have no case.
fn said(node: &Value, key: &str) -> Option<String> {
    let value = node.get(key)?.to_string();
    let any_case = match key {
        "name" => node.get("in").is_some_and(|place| place == "header"),
        key => key == "scheme",
    };
    Some(if any_case {
        value.to_ascii_lowercase()
    } else {
        value
    })
}

/// All that tells a scheme from others but its own name.
fn shown_by(document: &Value, scheme: &Value) -> (Vec<Option<String>>, Vec<String>) {
    let node = follow(document, scheme);
    let flows = node.get("flows").and_then(Value::as_object);
    let mut parts = Vec::new();
    for (flow, one) in flows.into_iter().flatten() {
        for key in FLOW_URLS {
            parts.push(format!("{flow} {key} {:?}", one.get(key)));
        }
        let scopes = one.get("scopes").and_then(Value::as_object);
        let scopes = scopes.into_iter().flatten();
        parts.extend(scopes.map(|(scope, _)| format!("{flow} {scope}")));
    }
    parts.sort_unstable();
    (SHOWN.iter().map(|key| said(node, key)).collect(), parts)
}

const FLOW_URLS: [&str; 3] = ["authorizationUrl", "tokenUrl", "refreshUrl"];

/// What changed in how credentials are shown.
fn scheme(notes: &mut Notes<'_>, site: Site, name: &str) {
    let at = join(SCHEMES, name);
    let (Some(old), Some(new)) = (notes.old.pointer(&at), notes.new.pointer(&at)) else {
        return;
    };
    let (old, new) = (follow(notes.old, old), follow(notes.new, new));
    let mut say = |rule: &'static str, wire, keys: &[&str], text: String| {
        let place = keys.iter().fold(at.clone(), |at, key| join(&at, key));
        let note =
            Note::new(rule, Direction::Security, wire, Rust::Patch, text).at(place.clone(), place);
        notes.note(site, note);
    };
    let other = |key: &&&str| said(old, key) != said(new, key);
    let changed: Vec<&str> = SHOWN.iter().filter(other).copied().collect();
    if !changed.is_empty() {
        // Several at once are one change, of the scheme.
        let place = if changed.len() == 1 {
            changed.as_slice()
        } else {
            &[]
        };
        let keys: Vec<_> = changed.iter().map(|key| format!("`{key}`")).collect();
        say(
            "security-scheme-changed",
            Wire::Breaking,
            place,
            format!(
                "{} of `{name}` changed: credentials are shown in another way",
                keys.join(", ")
            ),
        );
    }
    if old.get("bearerFormat") != new.get("bearerFormat") {
        say(
            "security-bearer-format-changed",
            Wire::Safe,
            &["bearerFormat"],
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
                &["flows", flow],
                format!("`{name}` has no flow `{flow}` any more"),
            );
            continue;
        };
        for key in FLOW_URLS {
            if one.get(key) != other.get(key) {
                say(
                    "security-flow-url-changed",
                    Wire::Breaking,
                    &["flows", flow, key],
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
                &["flows", flow, "scopes"],
                format!("`{name}` gives no {} any more", gone.join(", ")),
            );
        }
        let came: Vec<_> = scopes(other).difference(&scopes(one)).cloned().collect();
        if !came.is_empty() {
            say(
                "security-scope-added",
                Wire::Safe,
                &["flows", flow, "scopes"],
                format!("`{name}` gives {} as well", came.join(", ")),
            );
        }
    }
    for flow in after.keys().filter(|flow| !before.contains_key(*flow)) {
        say(
            "security-flow-added",
            Wire::Safe,
            &["flows", flow],
            format!("`{name}` has a flow `{flow}` as well"),
        );
    }
}
