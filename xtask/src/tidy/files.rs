//! What every file of the project keeps to.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::generate::ARTEFACTS;

/// A file of the project and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct File {
    /// From the workspace root.
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

/// A hand-written source file longer than this wants to be two.
const MOST_LINES: usize = 800;

/// The files git tracks, and new ones it does not ignore.
///
/// # Errors
///
/// [`Failure::Input`] if git cannot list them.
pub(crate) fn read(root: &Path) -> Result<Vec<File>, Failure> {
    let output = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(root)
        .output()
        .map_err(|error| Failure::io(root, &error))?;
    if !output.status.success() {
        return Err(Failure::Input(
            String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        ));
    }
    let names = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(names
        .split('\0')
        .filter(|name| !name.is_empty())
        // A file that was deleted but not yet committed, or that is no text, has nothing to read.
        .filter_map(|name| {
            std::fs::read_to_string(root.join(name))
                .ok()
                .map(|text| File {
                    path: PathBuf::from(name),
                    text,
                })
        })
        .collect())
}

/// Finds files that break a rule of the house.
pub(crate) fn check(files: &[File]) -> Vec<String> {
    let mut findings: Vec<String> = files.iter().flat_map(check_one).collect();
    for (wanted, why) in [
        ("LICENSE-MIT", "the licence the packages name"),
        ("LICENSE-APACHE", "the licence the packages name"),
        ("README.md", "the first page a newcomer reads"),
        ("ARCHITECTURE.md", "the map these checks enforce"),
        ("CHANGELOG.md", "what changed, for those who depend on it"),
        ("CONTRIBUTING.md", "how to change anything"),
        ("SECURITY.md", "how to report a weakness"),
        ("openapi/README.md", "how the contract is kept"),
        ("deny.toml", "which licences and sources are allowed"),
    ] {
        if !files.iter().any(|file| file.path == Path::new(wanted)) {
            findings.push(format!("{wanted}: missing; it is {why}"));
        }
    }
    findings
}

fn check_one(file: &File) -> Vec<String> {
    let path = file.path.display();
    let name = file.path.to_string_lossy();
    let mut findings = Vec::new();
    if name.ends_with(".rs") {
        findings.extend(check_source(file));
    }
    if name.ends_with("Cargo.toml") && name.as_ref() != "Cargo.toml" {
        for line in ["license.workspace = true", "[lints]"] {
            if !file.text.contains(line) {
                findings.push(format!("{path}: add `{line}`"));
            }
        }
    }
    if name.ends_with(".snap.new") || name.ends_with(".pending-snap") {
        findings.push(format!(
            "{path}: a snapshot nobody accepted; read it, then accept or delete it"
        ));
    }
    findings.extend(unknown_ids(file));
    findings
}

fn check_source(file: &File) -> Vec<String> {
    let path = file.path.display();
    let generated = file.text.starts_with("// @generated");
    let named_generated = ARTEFACTS
        .iter()
        .any(|artefact| file.path == Path::new(artefact));
    let mut findings = Vec::new();
    if generated != named_generated {
        findings.push(format!(
            "{path}: the head `// @generated` and the name of a generated file belong together"
        ));
    }
    if generated || named_generated {
        return findings;
    }
    if !file.text.starts_with("//!") {
        findings.push(format!(
            "{path}: begin with a `//!` line that says what it is for"
        ));
    }
    if file.path.starts_with("crates/people-protect/src") && file.text.contains("panic-api.yaml") {
        findings.push(format!(
            "{path}: the wrapper does not know the contract file (ARCHITECTURE.md); use what is generated from it"
        ));
    }
    let lines = file.text.lines().count();
    if lines > MOST_LINES {
        findings.push(format!(
            "{path}: {lines} lines; split it below {MOST_LINES}"
        ));
    }
    // Assembled, so that this file does not find itself.
    for banned in ["ignore]", "ignore ="].map(|end| format!("#[{end}")) {
        if file.text.contains(&banned) {
            findings.push(format!("{path}: a skipped test; mend it or delete it"));
        }
    }
    findings
}

/// Rule, contradiction and pain ids that do not exist are worse than none.
fn unknown_ids(file: &File) -> Vec<String> {
    let name = file.path.to_string_lossy();
    let reads = [".rs", ".md", ".yaml", ".yml"]
        .iter()
        .any(|end| name.ends_with(end));
    if !reads || name == "CHANGELOG.md" {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (number, line) in file.text.lines().enumerate() {
        for id in ids(line) {
            let most = match id.as_bytes()[0] {
                b'R' => 99,
                b'C' => 49,
                _ => 20,
            };
            // 00 is how a test writes an id that does not exist.
            let known = id[1..].parse::<u32>().is_ok_and(|number| number <= most);
            if !known {
                findings.push(format!(
                    "{}:{}: {id} is no rule, contradiction or pain that exists",
                    file.path.display(),
                    number + 1
                ));
            }
        }
    }
    findings
}

/// Words such as `R27`, `C06` or `P01` in a line.
fn ids(line: &str) -> Vec<&str> {
    line.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
        .filter(|word| {
            word.len() >= 3
                && word.len() <= 5
                && matches!(word.as_bytes()[0], b'R' | b'C' | b'P')
                && word[1..].bytes().all(|digit| digit.is_ascii_digit())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{ARTEFACTS, File, check_one};

    fn findings(path: &str, text: &str) -> Vec<String> {
        check_one(&File {
            path: path.into(),
            text: text.to_owned(),
        })
    }

    #[test]
    fn a_file_that_says_what_it_is_for_is_no_finding() {
        assert_eq!(
            findings("a/src/b.rs", "//! B (R27).\n"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn a_file_without_a_head_is_found() {
        assert_eq!(findings("a/src/b.rs", "fn b() {}\n").len(), 1);
    }

    #[test]
    fn a_generated_file_without_its_head_is_found() {
        assert_eq!(findings(ARTEFACTS[0], "//! B.\n").len(), 1);
        assert_eq!(findings("a/src/b.rs", "// @generated by x\n").len(), 1);
    }

    #[test]
    fn a_file_that_grew_too_long_is_found() {
        let long = format!("//! B.\n{}", "// line\n".repeat(super::MOST_LINES));
        assert_eq!(findings("a/src/b.rs", &long).len(), 1);
    }

    #[test]
    fn a_skipped_test_is_found() {
        let text = format!("//! B.\n#[{}]\nfn b() {{}}\n", "ignore");
        assert_eq!(findings("a/src/b.rs", &text).len(), 1);
    }

    #[test]
    fn a_rule_that_does_not_exist_is_found() {
        for id in [("C", "50"), ("P", "21"), ("R", "100"), ("R", "1000")] {
            let text = format!("Rests on {}{}.\n", id.0, id.1);
            assert_eq!(findings("a.md", &text).len(), 1, "{text}");
        }
    }

    #[test]
    fn the_contract_file_in_the_wrapper_is_found() {
        let text = "//! B.\nconst C: &str = \"openapi/panic-api.yaml\";\n";
        assert_eq!(findings("crates/people-protect/src/b.rs", text).len(), 1);
        assert_eq!(
            findings("crates/other/src/b.rs", text),
            Vec::<String>::new()
        );
    }

    #[test]
    fn a_package_outside_the_shared_lints_is_found() {
        assert_eq!(
            findings("a/Cargo.toml", "license.workspace = true\n").len(),
            1
        );
    }

    #[test]
    fn a_snapshot_nobody_accepted_is_found() {
        assert_eq!(findings("tests/a.snap.new", "").len(), 1);
    }
}
