//! `cargo xtask generate`: everything that derives from the contract.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Once;

use people_protect_contract::Contract;
use progenitor_impl::{GenerationSettings, Generator, HooksMode, TypeImpl};
use quote::quote;

use crate::failure::Failure;
use crate::lint::Linted;
use crate::origin::{self, Origin};
use crate::rewrite::Rewritten;
use crate::say::say;
use crate::{catalogue, document, lint, polish, table};

/// Where the contract lies, from the workspace root.
pub(crate) const CONTRACT: &str = "openapi/panic-api.yaml";

/// What derives from it, from the workspace root.
pub(crate) const ARTEFACTS: [&str; 5] = [
    "crates/people-protect-api/src/generated.rs",
    "crates/people-protect-api/src/operations.rs",
    "crates/people-protect-httpmock/src/generated.rs",
    "tests/src/generated.rs",
    "crates/people-protect-conformance/src/generated.rs",
];

/// A file that derives from the contract.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Artefact {
    /// From the workspace root.
    pub(crate) path: PathBuf,
    /// What it should hold.
    pub(crate) content: String,
}

/// Writes what is stale, or with `check` only reports it.
///
/// # Errors
///
/// [`Failure::Input`] if the contract cannot be generated from (nothing is written then),
/// [`Failure::Check`] if `check` finds a stale file.
pub(crate) fn run(root: &Path, check: bool) -> Result<(), Failure> {
    let mut stale = 0;
    let mut reasons = BTreeSet::new();
    let artefacts = artefacts(&lint::contract(&root.join(CONTRACT))?)?;
    for artefact in &artefacts {
        let path = root.join(&artefact.path);
        let present = std::fs::read_to_string(&path).unwrap_or_default();
        if present == artefact.content {
            continue;
        }
        stale += 1;
        if check {
            print_diff(&artefact.path, &present, &artefact.content);
            for reason in origin::why(&present, &artefact.content) {
                reasons.insert(reason);
            }
        } else {
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder).map_err(|e| Failure::io(folder, &e))?;
            }
            std::fs::write(&path, &artefact.content).map_err(|e| Failure::io(&path, &e))?;
            say!("wrote {}", artefact.path.display());
        }
    }
    match (check, stale) {
        (_, 0) => say!("{} generated files are up to date", artefacts.len()),
        (false, _) => {}
        (true, _) => {
            return Err(Failure::Check(format!(
                "{stale} of {} generated files do not follow from {CONTRACT}: {}; if the contract is right, run: cargo xtask generate",
                artefacts.len(),
                reasons.into_iter().collect::<Vec<_>>().join("; ")
            )));
        }
    }
    Ok(())
}

/// Generates every artefact in memory.
///
/// # Errors
///
/// [`Failure::Input`] with a place and what to do.
fn artefacts(linted: &Linted) -> Result<Vec<Artefact>, Failure> {
    let Linted {
        contract,
        rewritten,
    } = linted;
    let written = contract.value().to_string();
    let [client, operations, doubles, types, document] = ARTEFACTS;
    // Syntax cannot leave its thread, so each file is made in one, from the contract to its text. The
    // client is more than half of the work.
    std::thread::scope(|scope| {
        let others = scope.spawn(|| {
            Ok([
                artefact(operations, &table::operations(contract)?, &written)?,
                artefact(doubles, &self::doubles(rewritten)?, &written)?,
                artefact(types, &catalogue::types(rewritten)?, &written)?,
                artefact(document, &document::read(contract.value())?, &written)?,
            ])
        });
        let client = self::client(rewritten).and_then(|file| {
            none_missing(contract, &file)?;
            artefact(client, &file, &written)
        });
        let others = others.join();
        let client = client?;
        let others = others.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        Ok(std::iter::once(client).chain(others).collect())
    })
}

/// Whatever the reason, an operation that did not become a method is not lost in silence.
fn none_missing(contract: &Contract, client: &syn::File) -> Result<(), Failure> {
    let methods: Vec<String> = client
        .items
        .iter()
        .filter_map(|item| match item {
            syn::Item::Impl(item) if item.trait_.is_none() => Some(&item.items),
            _ => None,
        })
        .flatten()
        .filter_map(|item| match item {
            syn::ImplItem::Fn(method) => Some(method.sig.ident.to_string()),
            _ => None,
        })
        .collect();
    for row in table::rows(contract.value())? {
        if !row.by_hand && !methods.contains(&row.id) {
            return Err(Failure::Input(format!(
                "{} {}: {} did not become a method of the client; does its path begin with a slash?",
                row.method, row.path, row.id
            )));
        }
    }
    Ok(())
}

fn artefact(path: &str, file: &syn::File, contract: &str) -> Result<Artefact, Failure> {
    let text = prettyplease::unparse(file);
    let text = progenitor_impl::space_out_items(text)
        .map_err(|error| Failure::Input(format!("{path}: {error}")))?;
    let origin = Origin::new(contract, &text).line();
    Ok(Artefact {
        path: PathBuf::from(path),
        content: format!(
            "// @generated by `cargo xtask generate` from {CONTRACT}. Do not edit: change the contract.\n{origin}\n{text}"
        ),
    })
}

fn settings(rewritten: &Rewritten) -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    settings
        .with_hooks(HooksMode::Expected)
        .with_inner_type(quote!(crate::Inner))
        .with_derive("PartialEq")
        .with_map_type("::std::collections::BTreeMap");
    for (name, rust) in &rewritten.replacements {
        let none: [TypeImpl; 0] = [];
        settings.with_replacement(name, rust, none.into_iter());
    }
    settings
}

/// The file without what only people read.
pub(crate) fn without_docs(mut file: syn::File) -> syn::File {
    struct NoDocs;
    impl syn::visit_mut::VisitMut for NoDocs {
        fn visit_attributes_mut(&mut self, attrs: &mut Vec<syn::Attribute>) {
            attrs.retain(|attr| !attr.path().is_ident("doc"));
        }
    }
    syn::visit_mut::VisitMut::visit_file_mut(&mut NoDocs, &mut file);
    file
}

/// Generates the client.
///
/// # Errors
///
/// [`Failure::Input`] if the generator does not take the document.
pub(crate) fn client(rewritten: &Rewritten) -> Result<syn::File, Failure> {
    let spec = openapi(rewritten)?;
    let tokens = guarded(|| Generator::new(&settings(rewritten)).generate_tokens(&spec))?;
    polish::client(tokens, rewritten).map_err(|error| not_rust("types", &error))
}

/// Generates the typed doubles.
fn doubles(rewritten: &Rewritten) -> Result<syn::File, Failure> {
    let spec = openapi(rewritten)?;
    let tokens =
        guarded(|| Generator::new(&settings(rewritten)).httpmock(&spec, "people_protect_api"))?;
    polish::doubles(tokens, rewritten).map_err(|error| not_rust("doubles", &error))
}

fn not_rust(what: &str, error: &syn::Error) -> Failure {
    Failure::Input(format!("the generated {what} are not Rust: {error}"))
}

fn openapi(rewritten: &Rewritten) -> Result<openapiv3::OpenAPI, Failure> {
    serde_json::from_value(rewritten.document.clone())
        .map_err(|error| Failure::Input(format!("the rewritten contract does not load: {error}")))
}

/// The generator panics on some input; a person gets a sentence all the same.
pub(crate) fn guarded<T>(
    generate: impl FnOnce() -> progenitor_impl::Result<T> + std::panic::UnwindSafe,
) -> Result<T, Failure> {
    thread_local! {
        static QUIET: Cell<bool> = const { Cell::new(false) };
    }
    // There is one hook for all threads, and another may generate at the same time.
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let loud = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !QUIET.get() {
                loud(panic);
            }
        }));
    });
    QUIET.set(true);
    let result = std::panic::catch_unwind(generate);
    QUIET.set(false);
    match result {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(Failure::Input(format!(
            "the generator refuses the contract: {error}"
        ))),
        Err(panic) => {
            let text = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied())
                .unwrap_or("no message");
            Err(Failure::Input(format!(
                "the generator stopped on the contract: {text}; no lint rule names the place yet, so undo the last change and add one to people-protect-contract"
            )))
        }
    }
}

fn print_diff(path: &Path, present: &str, wanted: &str) {
    let diff = similar::TextDiff::from_lines(present, wanted);
    say!(
        "{}",
        diff.unified_diff().context_radius(3).header(
            &format!("{} (checked in)", path.display()),
            &format!("{} (from the contract)", path.display())
        )
    );
}
