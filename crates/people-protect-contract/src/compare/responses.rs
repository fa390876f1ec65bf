//! Statuses, headers and bodies of answers.

use std::collections::BTreeMap;

use serde_json::Value;

use super::change::{Direction, Rust, Wire};
use super::media::{empty, media};
use super::node::Node;
use super::notes::{Note, Notes, Site, Subject, Way};
use super::operations::Side;
use crate::operation::follow;
use crate::pointer::join;

/// An answer and where it stands.
type Answers<'a> = BTreeMap<String, (&'a Value, String)>;

fn answers<'a>(side: &Side<'a>) -> Answers<'a> {
    let all = side.node.get("responses").and_then(Value::as_object);
    all.into_iter()
        .flatten()
        .filter(|(status, _)| !status.starts_with("x-"))
        .map(|(status, given)| {
            let at = match given.get("$ref").and_then(Value::as_str) {
                Some(target) => crate::pointer::from_reference(target).unwrap_or_default(),
                None => join(&join(&side.at, "responses"), status),
            };
            (
                status.to_ascii_uppercase(),
                (follow(side.document, given), at),
            )
        })
        .collect()
}

fn is_success(status: &str) -> bool {
    status.starts_with('2')
}

/// The answer that covers a status: itself, its range, or the default.
fn covering<'a, 'b>(answers: &'b Answers<'a>, status: &str) -> Option<&'b (&'a Value, String)> {
    let range = format!("{}XX", &status.get(..1).unwrap_or_default());
    answers
        .get(status)
        .or_else(|| answers.get(&range))
        .or_else(|| answers.get("DEFAULT"))
}

pub(super) fn compare<'a>(
    notes: &mut Notes<'a>,
    site: Site,
    old: &Side<'a>,
    new: &Side<'a>,
    turned: bool,
) {
    let (before, after) = (answers(old), answers(new));
    let way = if turned { Way::Sent } else { Way::Got };
    let still = before
        .keys()
        .any(|status| is_success(status) && after.contains_key(status));
    for (status, one) in &before {
        let direct = after.get(status);
        // What is left for a success by the default alone is what is documented of failures.
        let covered = covering(&after, status).filter(|other| {
            let by_default = after.get("DEFAULT").is_some_and(|one| one.1 == other.1);
            !(is_success(status) && by_default)
        });
        let found = direct.or(covered);
        if direct.is_none() {
            // A range that is now written out is still there.
            let spelled = status.ends_with("XX")
                && after
                    .keys()
                    .any(|other| other.len() == 3 && other.starts_with(&status[..1]));
            let wire = match (found.is_some() || spelled, is_success(status)) {
                (true, _) | (false, false) => Wire::Safe,
                (false, true) if still => Wire::Warning,
                (false, true) => Wire::Breaking,
            };
            let gone_default = status == "DEFAULT"
                && !after
                    .keys()
                    .any(|other| is_success(other) || other == "3XX");
            let wire = if gone_default { Wire::Breaking } else { wire };
            let id = match is_success(status) {
                true => "response-success-status-removed",
                false => "response-status-removed",
            };
            let text = format!("{} is not documented any more", status.to_ascii_lowercase());
            let rust = generated(&after, status, one.0);
            let note = Note::new("status-removed", Direction::Status, wire, rust, text)
                .named(id.to_owned())
                .at(one.1.clone(), None);
            notes.note(site, note);
        }
        if let Some(other) = found {
            answer(notes, site, one, other, way);
        }
    }
    for (status, other) in &after {
        if before.contains_key(status) {
            continue;
        }
        let covered = covering(&before, status);
        let wire = match (covered.is_some(), is_success(status)) {
            (false, true) => Wire::Warning,
            _ => Wire::Safe,
        };
        let id = match is_success(status) {
            true => "response-success-status-added",
            false => "response-status-added",
        };
        let text = format!("{} is documented now", status.to_ascii_lowercase());
        let rust = generated(&before, status, other.0);
        let note = Note::new("status-added", Direction::Status, wire, rust, text)
            .named(id.to_owned())
            .open(Wire::Safe)
            .at(None, other.1.clone());
        notes.note(site, note);
        if let Some(one) = covered {
            answer(notes, site, one, other, way);
        }
    }
}

/// What it means for the generated method that one of its answers comes or goes: it has one type for
/// what succeeds and one for what fails, and they stay if the other document has them too.
fn generated(other: &Answers<'_>, status: &str, one: &Value) -> Rust {
    let body = |node: &Value| {
        let content = node.get("content").and_then(Value::as_object);
        content
            .into_iter()
            .flatten()
            .next()
            .map(|(_, body)| body.get("schema").cloned())
    };
    let mut there = other
        .iter()
        .filter(|(other, _)| is_success(other) == is_success(status))
        .map(|(_, (other, _))| body(other));
    let own = body(one);
    match there.any(|other| other == own) || (own.is_none() && !is_success(status)) {
        true => Rust::None,
        false => Rust::Major,
    }
}

fn answer<'a>(
    notes: &mut Notes<'a>,
    site: Site,
    (old, old_at): &(&'a Value, String),
    (new, new_at): &(&'a Value, String),
    way: Way,
) {
    headers(notes, site, (old, old_at), (new, new_at), way);
    let content = |node: &'a Value| node.get("content").and_then(Value::as_object);
    let none = empty();
    media(
        notes,
        site,
        (content(old).unwrap_or(none), &join(old_at, "content")),
        (content(new).unwrap_or(none), &join(new_at, "content")),
        way,
    );
}

fn headers<'a>(
    notes: &mut Notes<'a>,
    site: Site,
    (old, old_at): (&'a Value, &str),
    (new, new_at): (&'a Value, &str),
    way: Way,
) {
    let find = |document: &'a Value, node: &'a Value, at: &str| -> Answers<'a> {
        let all = node.get("headers").and_then(Value::as_object);
        all.into_iter()
            .flatten()
            .filter(|(name, _)| !name.eq_ignore_ascii_case("content-type"))
            .map(|(name, given)| {
                let at = join(&join(at, "headers"), name);
                (name.to_ascii_lowercase(), (follow(document, given), at))
            })
            .collect()
    };
    let (before, after) = (find(notes.old, old, old_at), find(notes.new, new, new_at));
    let required = |node: &Value| node.get("required") == Some(&Value::Bool(true));
    for (name, (one, at)) in &before {
        let Some((other, other_at)) = after.get(name) else {
            let (id, wire) = match required(one) {
                true => ("response-required-header-removed", Wire::Breaking),
                false => ("response-header-removed", Wire::Warning),
            };
            let note = Note::new(
                "header-removed",
                Direction::Response,
                wire,
                Rust::None,
                format!("the header {name} does not come any more"),
            )
            .named(id.to_owned())
            .at(at.clone(), None);
            notes.note(site, note);
            continue;
        };
        let (id, wire) = match (required(one), required(other)) {
            (true, false) => ("response-header-became-optional", Wire::Breaking),
            (false, true) => ("response-header-became-required", Wire::Safe),
            _ => ("", Wire::Safe),
        };
        if !id.is_empty() {
            let note = Note::new(
                "header-required-changed",
                Direction::Response,
                wire,
                Rust::None,
                format!("whether the header {name} always comes changed"),
            )
            .named(id.to_owned())
            .at(at.clone(), other_at.clone());
            notes.note(site, note);
        }
        let content = |node: &'a Value| node.get("content").and_then(Value::as_object);
        match (one.get("schema"), other.get("schema")) {
            (Some(one), Some(other)) => {
                let one = Node::new(notes.old, one, &join(at, "schema"));
                let other = Node::new(notes.new, other, &join(other_at, "schema"));
                notes.pair(site, one, other, way, Subject::Header);
            }
            (None, None) => {
                if let (Some(one), Some(other)) = (content(one), content(other)) {
                    let places = (join(at, "content"), join(other_at, "content"));
                    media(notes, site, (one, &places.0), (other, &places.1), way);
                }
            }
            // A media type in the place of a schema, or the other way round.
            _ if content(one).is_some() || content(other).is_some() => {
                let text = format!("the header {name} is written in another way");
                let note = Note::new(
                    "header-written-otherwise",
                    Direction::Response,
                    Wire::Warning,
                    Rust::None,
                    text,
                )
                .named("response-header-written-otherwise".to_owned())
                .at(at.clone(), other_at.clone());
                notes.note(site, note);
            }
            _ => {}
        }
    }
    for (name, (_, at)) in &after {
        if !before.contains_key(name) {
            let note = Note::new(
                "header-added",
                Direction::Response,
                Wire::Safe,
                Rust::None,
                format!("the header {name} comes now"),
            )
            .named("response-header-added".to_owned())
            .at(None, at.clone());
            notes.note(site, note);
        }
    }
}
