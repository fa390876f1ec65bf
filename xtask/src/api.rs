//! `cargo xtask api`: the wrapper's public API as text, and whose types are in it.
//!
//! rustdoc writes the API as JSON, which is unstable: one version of rustdoc, one of `public-api`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::failure::Failure;
use crate::say::say;

/// Where the listing lies, from the workspace root.
const LISTING: &str = "crates/people-protect/public-api.txt";
const PACKAGE: &str = "people-protect";
/// Its name in a path.
const CRATE: &str = "people_protect";
/// The toolchain whose JSON the pinned `public-api` reads, and the version of that JSON. Change
/// both together with `public-api` in the root's `Cargo.toml` and `api_rust` in `.ci/run`.
const RUST: &str = "1.95.0";
const FORMAT: u64 = 57;

/// Whose types may stand in the public API, and why: a breaking release of any of these is one of
/// ours.
const FOREIGN: &[(&str, &str)] = &[
    ("alloc", "the language"),
    (
        "axum_core",
        "the extractor's traits, behind the feature `axum`; 0.5",
    ),
    (
        "bytes",
        "a delivery's body, as every server hands it over; 1.x",
    ),
    ("core", "the language"),
    ("futures_core", "`Watch` is a `Stream`; 0.3"),
    (
        "http",
        "status and headers, as the whole field writes them; 1.x",
    ),
    ("jiff", "points in time; every clock gives them"),
    ("people_protect_api", "the raw client, re-exported as `raw`"),
    (
        "progenitor_client",
        "the raw client's answers, which `PeopleProtect::call` takes",
    ),
    (
        "reqwest",
        "`Builder::with_http_client` takes one: proxies and certificates are the user's",
    ),
    (
        "serde_core",
        "ids are read and written as plain numbers; 1.x",
    ),
    ("serde_json", "the body as JSON; 1.x"),
    ("std", "the language"),
    (
        "tokio",
        "`LocationStream::spawn` gives its task's handle; 1.x",
    ),
];

/// Writes the listing, or with `check` only compares it; either way looks at whose types are in
/// it.
///
/// # Errors
///
/// [`Failure::Check`] if the listing is stale or a type of a crate nobody agreed to is in it,
/// [`Failure::Input`] if rustdoc fails or is another one than `public-api` reads.
pub(crate) fn run(root: &Path, check: bool) -> Result<(), Failure> {
    let listing = listing(&document(root)?)?;
    let findings = foreign(&listing);
    for finding in &findings {
        say!("{finding}");
    }
    let path = root.join(LISTING);
    let present = std::fs::read_to_string(&path).unwrap_or_default();
    let is_stale = present != listing;
    if is_stale && check {
        print_diff(&present, &listing);
    } else if is_stale {
        std::fs::write(&path, &listing).map_err(|error| Failure::io(&path, &error))?;
        say!("wrote {LISTING}; read its diff before you commit it");
    } else {
        say!("{LISTING} is up to date");
    }
    if !findings.is_empty() {
        return Err(Failure::Check(
            "the public API and its list of foreign crates differ; mend the API, or FOREIGN in xtask/src/api.rs".to_owned(),
        ));
    }
    if is_stale && check {
        return Err(Failure::Check(format!(
            "the public API is not what {LISTING} says; if it should change, run: RUSTUP_TOOLCHAIN={RUST} cargo xtask api"
        )));
    }
    Ok(())
}

/// Lets rustdoc describe the wrapper with all its features.
fn document(root: &Path) -> Result<PathBuf, Failure> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    // A folder of its own: the variable below is known to build scripts, which would be built
    // again, with all that rests on them, each time it comes or goes.
    let target = root.join("target/api");
    let status = Command::new(cargo)
        .args(["rustdoc", "--quiet", "--package", PACKAGE, "--lib"])
        .args(["--all-features", "--target-dir"])
        .arg(&target)
        .args(["--", "-Z", "unstable-options", "--output-format", "json"])
        .args(["--cap-lints", "allow"])
        // The JSON is unstable, and a stable toolchain is what everybody has.
        .env("RUSTC_BOOTSTRAP", "1")
        .env_remove("RUSTDOCFLAGS")
        .current_dir(root)
        .status()
        .map_err(|error| Failure::io(root, &error))?;
    if !status.success() {
        return Err(Failure::Input(format!(
            "rustdoc cannot describe {PACKAGE}; what it says stands above"
        )));
    }
    Ok(target.join(format!("doc/{CRATE}.json")))
}

/// One line per public item, grouped as the crate is; the order is `public-api`'s and stable.
fn listing(document: &Path) -> Result<String, Failure> {
    let text = std::fs::read(document).map_err(|error| Failure::io(document, &error))?;
    let format = serde_json::from_slice::<Value>(&text)
        .ok()
        .and_then(|document| document["format_version"].as_u64());
    if format != Some(FORMAT) {
        return Err(Failure::Input(format!(
            "rustdoc's JSON is of version {}, public-api reads {FORMAT}; run: RUSTUP_TOOLCHAIN={RUST} cargo xtask api",
            format.map_or("unknown".to_owned(), |version| version.to_string())
        )));
    }
    let api = public_api::Builder::from_rustdoc_json(document)
        .omit_blanket_impls(true)
        .build()
        .map_err(|error| Failure::Input(format!("the public API cannot be read: {error}")))?;
    let mut lines: Vec<String> = api
        .items()
        .map(ToString::to_string)
        .filter(|line| !is_noise(line))
        .collect();
    lines.push(String::new());
    Ok(lines.join("\n"))
}

/// Traits every type has or that nobody names. `Send` and `Sync` stay: losing one breaks users.
fn is_noise(line: &str) -> bool {
    [
        "core::marker::Freeze for",
        "core::marker::Unpin for",
        "core::marker::UnsafeUnpin for",
        "core::marker::StructuralPartialEq for",
        "core::panic::unwind_safe::RefUnwindSafe for",
        "core::panic::unwind_safe::UnwindSafe for",
    ]
    .iter()
    .any(|noise| line.starts_with("impl") && line.contains(noise))
}

/// Finds crates in the listing that are not agreed to, and agreements nothing rests on.
fn foreign(listing: &str) -> Vec<String> {
    let seen: BTreeSet<&str> = listing.lines().flat_map(crates).collect();
    let mut findings = Vec::new();
    for name in &seen {
        let is_known = *name == CRATE || FOREIGN.iter().any(|(known, _)| known == name);
        if is_known {
            continue;
        }
        let line = listing
            .lines()
            .find(|line| crates(line).contains(name))
            .unwrap_or_default();
        findings.push(format!(
            "{name}: its types are in the public API: {line}; hide them, or add the crate with its reason to FOREIGN"
        ));
    }
    for (name, why) in FOREIGN {
        if *why != "the language" && !seen.contains(name) {
            findings.push(format!(
                "{name}: allowed in the public API ({why}), but not in it; take it out of FOREIGN"
            ));
        }
    }
    findings
}

/// The first segments of the paths in a line.
fn crates(line: &str) -> Vec<&str> {
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    line.match_indices("::")
        .filter_map(|(at, _)| {
            let before = &line[..at];
            let start = before
                .rfind(|letter| !is_word(letter))
                .map_or(0, |at| at + 1);
            let is_first = !before[..start].ends_with("::");
            let word = &before[start..];
            // A type parameter or `Self` begins with a capital.
            (is_first && word.starts_with(|letter: char| letter.is_lowercase())).then_some(word)
        })
        .collect()
}

fn print_diff(present: &str, wanted: &str) {
    let diff = similar::TextDiff::from_lines(present, wanted);
    say!(
        "{}",
        diff.unified_diff().context_radius(1).header(
            &format!("{LISTING} (checked in)"),
            &format!("{LISTING} (from the sources)")
        )
    );
}

#[cfg(test)]
mod tests {
    use super::{FOREIGN, Failure, crates, foreign, is_noise, listing};

    /// A listing that uses all that is allowed.
    fn everything() -> String {
        FOREIGN
            .iter()
            .map(|(name, _)| format!("pub fn people_protect::a() -> {name}::A\n"))
            .collect()
    }

    #[test]
    fn a_crate_is_the_first_segment_of_a_path() {
        assert_eq!(
            crates("impl<T> core::ops::Deref for people_protect::Answer<T>"),
            ["core", "people_protect"]
        );
        assert_eq!(
            crates(
                "pub type people_protect::A::B = <T as http::C>::D where T::E: &'a dyn bytes::F"
            ),
            ["people_protect", "http", "bytes"]
        );
    }

    #[test]
    fn what_is_agreed_to_is_no_finding() {
        assert_eq!(foreign(&everything()), Vec::<String>::new());
    }

    #[test]
    fn a_type_of_a_crate_nobody_agreed_to_is_found_with_its_line() {
        let text = everything() + "pub fn people_protect::b() -> hyper::body::Body\n";
        let found = foreign(&text);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("hyper:"), "{found:?}");
        assert!(found[0].contains("people_protect::b()"), "{found:?}");
    }

    #[test]
    fn an_agreement_nothing_rests_on_is_found() {
        let text = everything().replace("http::A", "core::A");
        let found = foreign(&text);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("http:"), "{found:?}");
    }

    #[test]
    fn send_and_sync_are_kept_and_other_auto_traits_are_not() {
        assert!(!is_noise("impl core::marker::Send for people_protect::A"));
        assert!(is_noise("impl core::marker::Unpin for people_protect::A"));
    }

    #[test]
    fn json_of_another_rustdoc_is_refused_with_the_toolchain_to_use() {
        let folder = tempfile::tempdir().unwrap();
        let json = folder.path().join("a.json");
        std::fs::write(&json, r#"{"format_version":1}"#).unwrap();
        let Err(Failure::Input(text)) = listing(&json) else {
            panic!("accepted");
        };
        assert!(text.contains("version 1,"), "{text}");
        assert!(text.contains("RUSTUP_TOOLCHAIN="), "{text}");
    }
}
