//! A list of every generated type for the tests: what holds for all types is tested on all.

use quote::quote;

use crate::failure::Failure;
use crate::rewrite::{READERS, Rewritten};

/// `tests/src/generated.rs`: one row per component, with what a test can do with its type.
///
/// # Errors
///
/// [`Failure::Input`] if a component's name is no Rust type.
pub(crate) fn types(rewritten: &Rewritten) -> Result<syn::File, Failure> {
    let names = rewritten
        .document
        .pointer("/components/schemas")
        .and_then(serde_json::Value::as_object)
        .into_iter()
        .flat_map(|schemas| schemas.keys())
        .filter(|name| !READERS.iter().any(|(reader, _)| reader == name));
    let mut rows = Vec::new();
    for name in names {
        let path = match rewritten.replacements.get(name) {
            Some(rust) => rust.replace("crate::", "people_protect_api::"),
            None => format!("people_protect_api::types::{name}"),
        };
        let path: syn::Type = syn::parse_str(&path).map_err(|error| {
            Failure::Input(format!(
                "/components/schemas/{name}: not usable as a type name ({error}); rename it"
            ))
        })?;
        rows.push(quote!(Row::of::<#path>(#name)));
    }
    let count = rows.len();
    syn::parse2(quote! {
        use crate::catalogue::Row;

        /// Every component of the contract that has a Rust type, in the contract's order.
        pub static TYPES: [Row; #count] = [#(#rows),*];
    })
    .map_err(|error| Failure::Input(format!("the list of types is not Rust: {error}")))
}
