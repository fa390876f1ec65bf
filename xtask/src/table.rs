//! The operation table: what the contract says about each operation, as Rust.

use people_protect_contract::Contract;
use quote::{format_ident, quote};
use serde_json::Value;

use crate::failure::Failure;
use crate::rewrite::{METHODS, is_by_hand};

/// One row, as text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) tag: String,
    pub(crate) auth: String,
    pub(crate) retry: String,
    pub(crate) evidence: String,
    pub(crate) source: String,
    pub(crate) rules: Vec<String>,
    pub(crate) by_hand: bool,
    pub(crate) csv_base: bool,
}

/// Reads the rows in the contract's order.
///
/// # Errors
///
/// [`Failure::Input`] naming the operation and the extension that is missing.
pub(crate) fn rows(contract: &Value) -> Result<Vec<Row>, Failure> {
    let paths = contract
        .get("paths")
        .and_then(Value::as_object)
        .ok_or_else(|| Failure::Input("/paths: the contract has no paths".to_owned()))?;
    let mut rows = Vec::new();
    for (path, item) in paths {
        for (method, operation) in item.as_object().into_iter().flatten() {
            if !METHODS.contains(&method.as_str()) {
                continue;
            }
            let text = |key: &str| {
                operation
                    .get(key)
                    .and_then(Value::as_str)
                    .map(str::to_owned)
                    .ok_or_else(|| {
                        Failure::Input(format!("/paths/{path}/{method}: {key} is missing; add it"))
                    })
            };
            rows.push(Row {
                id: text("operationId")?,
                method: method.to_ascii_uppercase(),
                path: path.clone(),
                tag: operation
                    .pointer("/tags/0")
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .to_owned(),
                auth: text("x-auth")?,
                retry: text("x-retry")?,
                evidence: text("x-evidence")?,
                source: text("x-source")?,
                rules: operation
                    .get("x-rules")
                    .and_then(Value::as_array)
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_str)
                    .map(str::to_owned)
                    .collect(),
                by_hand: is_by_hand(operation),
                csv_base: item.get("servers").is_some(),
            });
        }
    }
    Ok(rows)
}

/// The table as a Rust file.
///
/// # Errors
///
/// As [`rows`], and for a value no variant stands for.
pub(crate) fn operations(contract: &Contract) -> Result<syn::File, Failure> {
    let rows = rows(contract.value())?;
    let count = rows.len();
    let mut entries = Vec::new();
    for row in &rows {
        let Row {
            id,
            method,
            path,
            tag,
            source,
            rules,
            by_hand,
            ..
        } = row;
        let auth = variant(row, "x-auth", &row.auth, &AUTH)?;
        let retry = variant(row, "x-retry", &row.retry, &RETRY)?;
        let evidence = variant(row, "x-evidence", &row.evidence, &EVIDENCE)?;
        let base = format_ident!("{}", if row.csv_base { "Csv" } else { "Api" });
        entries.push(quote! {
            Operation {
                id: #id,
                method: #method,
                base: Base::#base,
                path: #path,
                tag: #tag,
                auth: Auth::#auth,
                retry: Retry::#retry,
                evidence: Evidence::#evidence,
                source: #source,
                rules: &[#(#rules),*],
                by_hand: #by_hand,
            }
        });
    }
    syn::parse2(quote! {
        use crate::operation::{Auth, Base, Evidence, Operation, Retry};

        /// Every operation of the contract, in the contract's order.
        pub static OPERATIONS: [Operation; #count] = [#(#entries),*];
    })
    .map_err(|error| Failure::Input(format!("the operation table is not Rust: {error}")))
}

const AUTH: [(&str, &str); 4] = [
    ("none", "None"),
    ("server", "Server"),
    ("server-or-callout", "ServerOrCallout"),
    ("customer", "Customer"),
];
const RETRY: [(&str, &str); 3] = [
    ("safe", "Safe"),
    ("deduplicated", "Deduplicated"),
    ("never", "Never"),
];
const EVIDENCE: [(&str, &str); 5] = [
    ("S", "Stated"),
    ("W", "Wire"),
    ("O", "Older"),
    ("B", "Reported"),
    ("I", "Inferred"),
];

fn variant(
    row: &Row,
    key: &str,
    value: &str,
    known: &[(&str, &str)],
) -> Result<syn::Ident, Failure> {
    known
        .iter()
        .find(|(text, _)| *text == value)
        .map(|(_, rust)| format_ident!("{rust}"))
        .ok_or_else(|| {
            let allowed: Vec<&str> = known.iter().map(|(text, _)| *text).collect();
            Failure::Input(format!(
                "{}: {key} is {value:?}; use one of {}",
                row.id,
                allowed.join(", ")
            ))
        })
}
