//! `cargo xtask contract import`: an upstream document, laid beside ours.

use std::path::{Path, PathBuf};

use people_protect_contract::Contract;
use people_protect_contract::compare as comparison;
use people_protect_contract::diff::{self, Change, Options};
use people_protect_contract::lint;
use serde_json::Value;

use crate::failure::Failure;
use crate::generate::CONTRACT;
use crate::lint::load;
use crate::say::say;

/// What to import and how.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The upstream document: OpenAPI 3.0 or 3.1, YAML or JSON.
    file: PathBuf,
    /// Compare summaries, descriptions and examples too.
    #[arg(long)]
    texts: bool,
    /// Where to write the normalised document with our grades carried over
    /// [default: target/import, by the name of the file].
    #[arg(long)]
    write: Option<PathBuf>,
    /// Overwrite an existing file although grades in it have no place in the new document.
    #[arg(long)]
    drop_evidence: bool,
}

/// Normalises, lints and compares the document, and writes it beside ours.
///
/// # Errors
///
/// [`Failure::Input`] if the document cannot be used, [`Failure::Check`] if grades would be lost.
pub(crate) fn run(root: &Path, arguments: &Arguments) -> Result<(), Failure> {
    let ours = load(&root.join(CONTRACT))?;
    let theirs = load(&arguments.file)?;
    for line in theirs.converted() {
        say!("converted from 3.1: {line}");
    }
    for finding in lint::generator(&theirs) {
        say!("lint: {finding}");
    }
    compare(&ours, &theirs, arguments.texts);
    let mut imported = diff::normalise(&theirs);
    let mut lost = Vec::new();
    carry(ours.value(), &mut imported, "", &mut lost);
    // With our notes on it, so that what only we write down is no change.
    say!(
        "{}",
        comparison::compare_values(ours.value(), &imported)
            .to_text()
            .trim_end()
    );
    let target = target(root, arguments);
    refuse_contract(root, &target)?;
    if target.exists() && !arguments.drop_evidence {
        refuse_loss(&target, &imported)?;
    }
    write(&target, &imported)?;
    say!(
        "wrote {}; {} of our grades and notes have no place in it or differ{}",
        target.display(),
        lost.len(),
        if lost.is_empty() { "" } else { ":" }
    );
    for pointer in lost {
        say!("  {pointer}");
    }
    say!(
        "take over what is right by hand, give each new fact its grade, then: cargo xtask contract lint"
    );
    Ok(())
}

fn target(root: &Path, arguments: &Arguments) -> PathBuf {
    arguments.write.clone().unwrap_or_else(|| {
        let stem = arguments.file.file_stem().unwrap_or_default();
        root.join("target/import").join(stem).with_extension("json")
    })
}

fn compare(ours: &Contract, theirs: &Contract, texts: bool) {
    let mut options = Options::new().ignore_extensions();
    if !texts {
        options = options.ignore_texts();
    }
    let diffs = diff::by_operation(ours, theirs, options);
    for diff in &diffs {
        if diff.change != Change::Same {
            say!(
                "{} {} ({} {})",
                diff.change,
                diff.operation,
                diff.method,
                diff.path
            );
        }
        // An operation that only one side has is a wall of one colour; its name is enough.
        if diff.change == Change::Changed {
            say!("{}", diff.text);
        }
    }
    let count = |change| diffs.iter().filter(|diff| diff.change == change).count();
    say!(
        "{} operations the same, {} changed, {} only upstream, {} only ours",
        count(Change::Same),
        count(Change::Changed),
        count(Change::Added),
        count(Change::Removed)
    );
}

/// Puts our extensions on the places the new document shares with ours; `lost` gets the pointers
/// of grades whose place is gone.
fn carry(ours: &Value, theirs: &mut Value, pointer: &str, lost: &mut Vec<String>) {
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => {
            for (key, value) in ours {
                let pointer = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
                if key.starts_with("x-") {
                    // Ours wins: a grade changes by hand, with its source.
                    if theirs
                        .insert(key.clone(), value.clone())
                        .is_some_and(|other| other != *value)
                    {
                        lost.push(format!("{pointer} (the document says otherwise)"));
                    }
                } else if let Some(theirs) = theirs.get_mut(key) {
                    carry(value, theirs, &pointer, lost);
                } else {
                    grades(value, &pointer, lost);
                }
            }
        }
        (Value::Array(ours), Value::Array(theirs)) => {
            for (index, value) in ours.iter().enumerate() {
                let pointer = format!("{pointer}/{index}");
                // Parameters are told apart by name, everything else by position.
                let found = match value.get("name") {
                    Some(name) => theirs
                        .iter_mut()
                        .find(|other| other.get("name") == Some(name)),
                    None => theirs.get_mut(index),
                };
                match found {
                    Some(theirs) => carry(value, theirs, &pointer, lost),
                    None => grades(value, &pointer, lost),
                }
            }
        }
        (ours, _) => grades(ours, pointer, lost),
    }
}

/// The pointers of every grade inside a value.
fn grades(value: &Value, pointer: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            if map.contains_key("x-evidence") {
                found.push(pointer.to_owned());
            }
            for (key, inner) in map {
                let key = key.replace('~', "~0").replace('/', "~1");
                grades(inner, &format!("{pointer}/{key}"), found);
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                grades(inner, &format!("{pointer}/{index}"), found);
            }
        }
        _ => {}
    }
}

/// The contract is kept by hand; a file made by a program never replaces it.
fn refuse_contract(root: &Path, target: &Path) -> Result<(), Failure> {
    let contract = root.join(CONTRACT).canonicalize();
    match (contract, target.canonicalize()) {
        (Ok(contract), Ok(target)) if contract == target => Err(Failure::Check(format!(
            "{CONTRACT} is kept by hand and not overwritten; write elsewhere and take over what is right"
        ))),
        _ => Ok(()),
    }
}

/// An existing file is replaced only if every grade in it lives on.
fn refuse_loss(target: &Path, imported: &Value) -> Result<(), Failure> {
    let present = load(target)?;
    let mut lost = Vec::new();
    carry(present.value(), &mut imported.clone(), "", &mut lost);
    if lost.is_empty() {
        return Ok(());
    }
    Err(Failure::Check(format!(
        "{} holds {} grades that have no place in the new document, the first at {}; write elsewhere, or say --drop-evidence",
        target.display(),
        lost.len(),
        lost[0]
    )))
}

fn write(target: &Path, document: &Value) -> Result<(), Failure> {
    if let Some(folder) = target.parent() {
        std::fs::create_dir_all(folder).map_err(|error| Failure::io(folder, &error))?;
    }
    let text = serde_json::to_string_pretty(document)
        .map_err(|error| Failure::Input(error.to_string()))?;
    std::fs::write(target, text + "\n").map_err(|error| Failure::io(target, &error))
}

#[cfg(test)]
mod tests {
    use super::carry;
    use serde_json::json;

    #[test]
    fn grades_are_carried_to_the_same_place() {
        let ours = json!({"a": {"x-evidence": "W", "p": [{"name": "b", "x-evidence": "S"}]}});
        let mut theirs = json!({"a": {"p": [{"name": "c"}, {"name": "b"}]}});
        let mut lost = Vec::new();
        carry(&ours, &mut theirs, "", &mut lost);
        assert_eq!(theirs["a"]["x-evidence"], "W");
        assert_eq!(theirs["a"]["p"][1]["x-evidence"], "S");
        assert_eq!(lost, Vec::<String>::new());
    }

    #[test]
    fn a_grade_whose_place_is_gone_is_named() {
        let ours = json!({"paths": {"/a": {"get": {"x-evidence": "S"}}}});
        let mut lost = Vec::new();
        carry(&ours, &mut json!({"paths": {}}), "", &mut lost);
        assert_eq!(lost, ["/paths/~1a/get"]);
    }
}
