//! What changed between two contracts, operation by operation.

mod normal;

use std::fmt;

use serde_json::{Map, Value, json};
use similar::TextDiff;

pub use self::normal::normalise;
use crate::contract::Contract;
use crate::operation::Operation;
use crate::pointer::last;
use crate::reach;
use crate::walk::Role;

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    ignore_texts: bool,
    ignore_extensions: bool,
}

impl Options {
    /// Compares everything.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Leaves out summaries, descriptions, titles, external documentation and examples.
    #[must_use]
    pub fn ignore_texts(mut self) -> Self {
        self.ignore_texts = true;
        self
    }

    /// Leaves out everything that starts with `x-`, which an upstream document does not have.
    #[must_use]
    pub fn ignore_extensions(mut self) -> Self {
        self.ignore_extensions = true;
        self
    }
}

/// What happened to an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Change {
    /// Only the new contract has it.
    Added,
    /// Only the old contract has it.
    Removed,
    /// Both have it and it differs, or a schema it reaches does.
    Changed,
    /// Both have it and nothing compared differs.
    Same,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
            Self::Same => "same",
        })
    }
}

/// One operation in two contracts.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OperationDiff {
    /// The old contract's id, or the new one's for an added operation; method and path where
    /// there is none.
    pub operation: String,
    /// Method in upper case.
    pub method: String,
    /// Path in the old contract, or in the new one for an added operation.
    pub path: String,
    /// What happened to it.
    pub change: Change,
    /// A unified diff of the operation and of everything it reaches, as JSON in a fixed order.
    /// Empty for [`Change::Same`].
    pub text: String,
}

/// Compares two contracts: operations of the old one in its order, then those only the new one has.
///
/// Operations belong together when method and path are the same, names of path parameters aside;
/// what is left over is matched by `operationId`.
///
/// ```
/// use people_protect_contract::{Contract, diff};
/// use serde_json::json;
///
/// let contract = |status: &str| {
///     Contract::from_value(
///         json!({
///             "openapi": "3.0.3", "info": {"title": "t", "version": "1"},
///             "paths": {"/things": {"get": {"operationId": "list_things",
///                 "responses": {status: {"description": "d"}}}}}
///         }),
///         "t",
///     )
/// };
/// let changes = diff::by_operation(&contract("200")?, &contract("204")?, diff::Options::new());
/// assert_eq!(changes[0].change, diff::Change::Changed);
/// assert!(changes[0].text.contains("+      \"204\": {"));
/// # Ok::<(), people_protect_contract::LoadError>(())
/// ```
#[must_use]
pub fn by_operation(old: &Contract, new: &Contract, options: Options) -> Vec<OperationDiff> {
    let mut left: Vec<&Operation> = new.operations().iter().collect();
    let mut pairs: Vec<(&Operation, Option<&Operation>)> = old
        .operations()
        .iter()
        .map(|operation| (operation, None))
        .collect();
    // Places first for all of them, so that an id that moved does not take another's partner.
    let same_place = |a: &Operation, b: &Operation| place(a) == place(b);
    let same_id = |a: &Operation, b: &Operation| a.has_id && b.has_id && a.id == b.id;
    take(&mut pairs, &mut left, &same_place);
    take(&mut pairs, &mut left, &same_id);
    let mut diffs: Vec<OperationDiff> = pairs
        .into_iter()
        .map(|(before, after)| {
            let before_text = render(old, before, options);
            let after_text = after.map(|after| render(new, after, options));
            compare(
                before,
                Some(before_text),
                after_text,
                (old.name(), new.name()),
            )
        })
        .collect();
    diffs.extend(left.into_iter().map(|added| {
        let text = render(new, added, options);
        compare(added, None, Some(text), (old.name(), new.name()))
    }));
    diffs
}

/// Gives each old operation without a partner the first new one left that matches.
fn take<'a>(
    pairs: &mut [(&'a Operation, Option<&'a Operation>)],
    left: &mut Vec<&'a Operation>,
    matches: &dyn Fn(&Operation, &Operation) -> bool,
) {
    for (old, partner) in pairs.iter_mut().filter(|(_, partner)| partner.is_none()) {
        if let Some(index) = left.iter().position(|new| matches(old, new)) {
            *partner = Some(left.remove(index));
        }
    }
}

/// Method and path with the names of path parameters blanked: `{id}` and `{thingId}` are one place.
fn place(operation: &Operation) -> (String, String) {
    let blank = |segment: &str| {
        let template = segment.starts_with('{') && segment.ends_with('}');
        if template {
            "{}".to_owned()
        } else {
            segment.to_owned()
        }
    };
    let segments: Vec<String> = operation.path.split('/').map(blank).collect();
    (operation.method.clone(), segments.join("/"))
}

fn compare(
    operation: &Operation,
    old: Option<String>,
    new: Option<String>,
    names: (&str, &str),
) -> OperationDiff {
    let change = match (&old, &new) {
        (None, _) => Change::Added,
        (_, None) => Change::Removed,
        (Some(old), Some(new)) if old == new => Change::Same,
        _ => Change::Changed,
    };
    let (old, new) = (old.unwrap_or_default(), new.unwrap_or_default());
    let text = match change {
        Change::Same => String::new(),
        _ => unified(&old, &new, names),
    };
    OperationDiff {
        operation: operation.id.clone(),
        method: operation.method.clone(),
        path: operation.path.clone(),
        change,
        text,
    }
}

/// A unified diff whose hunk headers say, as git's do for functions, which part they lie in.
fn unified(old: &str, new: &str, names: (&str, &str)) -> String {
    let diff = TextDiff::from_lines(old, new);
    let mut text = format!("--- {}\n+++ {}\n", names.0, names.1);
    for hunk in diff.unified_diff().context_radius(3).iter_hunks() {
        let first = hunk.ops().first();
        let (old_at, new_at) =
            first.map_or((0, 0), |op| (op.old_range().start, op.new_range().start));
        // An added operation has no old side to take the heading from.
        let heading = heading(old, old_at)
            .or_else(|| heading(new, new_at))
            .unwrap_or_default();
        let body = hunk.to_string();
        let lines = body.split_once('\n').map_or("", |(_, lines)| lines);
        text.push_str(&format!("{} {heading}\n{lines}", hunk.header()));
    }
    text
}

/// The last line at the outermost level of the rendering, up to the end of a hunk's first context.
fn heading(text: &str, line: usize) -> Option<&str> {
    let outer = |line: &&str| line.starts_with("  \"");
    let found = text.lines().take(line + 4).filter(outer).last()?;
    found.split('"').nth(1)
}

/// The operation with everything it reaches, in a fixed order and spelling.
fn render(contract: &Contract, operation: &Operation, options: Options) -> String {
    let root = contract.value();
    let body = contract
        .resolve(&operation.pointer)
        .cloned()
        .unwrap_or_default();
    let item = crate::pointer::join("/paths", &operation.path);
    let shared = contract
        .resolve(&item)
        .and_then(|item| item.get("parameters"))
        .cloned();
    let mut start: Vec<(&Value, Role)> = vec![(&body, Role::Plain)];
    start.extend(shared.iter().map(|shared| (shared, Role::Plain)));
    let mut reached: Vec<String> = reach::closure(root, &start);
    reached.sort();
    let mut parts = Map::new();
    parts.insert("method".to_owned(), json!(operation.method));
    parts.insert("path".to_owned(), json!(operation.path));
    if let Some(shared) = &shared {
        parts.insert(
            "parameters of the path".to_owned(),
            normal::part(shared, Role::Plain, options),
        );
    }
    parts.insert(
        "operation".to_owned(),
        normal::part(&body, Role::Plain, options),
    );
    for pointer in reached {
        if let Some(node) = root.pointer(&pointer) {
            let section = pointer.split('/').nth(2).unwrap_or_default();
            let name = format!("{section} {}", last(&pointer));
            parts.insert(name, normal::part(node, reach::role_of(&pointer), options));
        }
    }
    // A rendering of plain maps cannot fail; if it did, the two sides would still compare equal.
    let mut text = serde_json::to_string_pretty(&Value::Object(parts)).unwrap_or_default();
    text.push('\n');
    text
}

#[cfg(test)]
mod tests;
