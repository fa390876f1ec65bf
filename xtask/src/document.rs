//! `crates/people-protect-conformance/src/generated.rs`: the contract as JSON.

use quote::quote;
use serde::Serialize as _;
use serde_json::Value;
use serde_json::ser::{PrettyFormatter, Serializer};

use crate::failure::Failure;

/// A file with the document in a form that is read in a fraction of the time YAML takes.
///
/// # Errors
///
/// [`Failure::Input`] if the document cannot stand in a Rust file.
pub(crate) fn read(document: &Value) -> Result<syn::File, Failure> {
    let literal = literal(document)?;
    let file = syn::parse2(quote! {
        /// The contract, as JSON.
        pub(crate) const CONTRACT: &str = #literal;
    });
    file.map_err(|error| Failure::Input(format!("the contract as JSON is no Rust: {error}")))
}

/// One member a line, so that a change of the contract is as small here; without indentation, which nobody reads.
fn literal(document: &Value) -> Result<proc_macro2::Literal, Failure> {
    let mut json = Vec::new();
    let unfit = |error: &dyn std::fmt::Display| {
        Failure::Input(format!("the contract as JSON is no text for Rust: {error}"))
    };
    document
        .serialize(&mut Serializer::with_formatter(
            &mut json,
            PrettyFormatter::with_indent(b""),
        ))
        .map_err(|error| unfit(&error))?;
    let json = String::from_utf8(json).map_err(|error| unfit(&error))?;
    let mut hashes = String::from("#");
    while json.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    format!("r{hashes}\"{json}\"{hashes}")
        .parse()
        .map_err(|error: proc_macro2::LexError| unfit(&error))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::read;

    #[test]
    fn the_text_in_the_file_is_the_document() {
        let document = json!({ "b": "\"# and \"## end no text", "a": [1, -26.12345, null] });
        let file = read(&document).unwrap();
        let [syn::Item::Const(item)] = file.items.as_slice() else {
            panic!("one constant");
        };
        let syn::Expr::Lit(literal) = &*item.expr else {
            panic!("a literal");
        };
        let syn::Lit::Str(text) = &literal.lit else {
            panic!("a text");
        };
        let back: serde_json::Value = serde_json::from_str(&text.value()).unwrap();
        assert_eq!(back, document);
    }
}
