//! `people-protect contract diff`.

use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Args;
use people_protect_contract::compare::{
    self, Accepted, Comparison, Format, Stale, Threshold, Written,
};

/// What to compare, and how to say it.
#[derive(Args)]
#[command(after_help = "\
Examples:
  people-protect contract diff old.yaml new.yaml
  people-protect contract diff git:main openapi.yaml --fail-on major
  people-protect contract diff old.json new.json --format markdown >> \"$GITHUB_STEP_SUMMARY\"

Exit codes: 0 nothing at or above --fail-on; 1 something; 2 the documents cannot be compared.")]
pub(crate) struct Diff {
    /// The old document: a file, or `git:<rev>` for the new one as it was there.
    old: String,
    /// The new document.
    new: PathBuf,
    /// text, markdown, json, junit, or github for annotations.
    #[arg(long, default_value = "text")]
    format: Format,
    /// The least that is a failure: never; safe, warning or breaking on the wire; patch, minor or major
    /// for the generated crate.
    #[arg(long, default_value = "breaking", value_name = "LEAST")]
    fail_on: Threshold,
    /// Changes that are accepted, each with fingerprint, operation, pointer, reason, owner and last day.
    /// One that fits no change any more, or whose time is over, is a failure.
    #[arg(long, value_name = "FILE")]
    accepted: Option<PathBuf>,
    /// A JSON report of the conformance suite, of a run by the old document: says of each change of an
    /// answer whether the server already shows it.
    #[arg(long, value_name = "FILE")]
    seen: Option<PathBuf>,
    /// The day that it is [default: the machine's].
    #[arg(long, value_name = "YYYY-MM-DD")]
    today: Option<jiff::civil::Date>,
}

impl Diff {
    pub(crate) fn run(&self) -> Result<u8, String> {
        let path = self.new.display().to_string();
        // Large documents take longer to read than to compare, so each has a thread.
        let (old, new) = std::thread::scope(|scope| {
            let old = scope.spawn(|| self.old(&path));
            let new = compare::read(&self.new).map_err(|error| error.to_string());
            (old.join(), new)
        });
        let new = new?;
        let text =
            std::fs::read_to_string(&self.new).map_err(|error| format!("{path}: {error}"))?;
        let old = old.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        let found = compare::compare_values(&old, &new);
        let found = match &self.seen {
            Some(file) => shown(file, found, &old, &new)?,
            None => found,
        };
        let all = found.changes().len();
        let (found, stale) = match &self.accepted {
            Some(file) => self.accept(file, &found)?,
            None => (found, Vec::new()),
        };
        let accepted = all - found.changes().len();
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let format = match self.format {
            Format::Text if !plain && std::io::stdout().is_terminal() => Format::Coloured,
            format => format,
        };
        super::out(
            found
                .to_report(format, Written::new(&path, &text))
                .as_bytes(),
        );
        // What is left out has not stayed as it was.
        if let (Some(file), 1..) = (&self.accepted, accepted) {
            let _ = writeln!(
                std::io::stderr(),
                "note: left out as accepted in {}: {accepted}",
                file.display()
            );
        }
        for one in &stale {
            let _ = writeln!(std::io::stderr(), "error: accepted, {one}");
        }
        Ok(u8::from(found.reaches(self.fail_on) || !stale.is_empty()))
    }

    fn old(&self, path: &str) -> Result<serde_json::Value, String> {
        let old = match self.old.strip_prefix("git:") {
            Some(revision) => {
                let text = at_revision(revision, &self.new)?;
                compare::parse(&text, &format!("{revision}:{path}"))
            }
            None => compare::read(&self.old),
        };
        old.map_err(|error| error.to_string())
    }

    fn accept(&self, file: &Path, found: &Comparison) -> Result<(Comparison, Vec<Stale>), String> {
        let name = file.display();
        let text = std::fs::read_to_string(file).map_err(|error| format!("{name}: {error}"))?;
        let accepted = Accepted::parse(&text).map_err(|error| format!("{name}: {error}"))?;
        let today = self.today.unwrap_or_else(today);
        Ok(accepted.apply(found, &today.to_string()))
    }
}

fn shown(
    file: &Path,
    found: Comparison,
    old: &serde_json::Value,
    new: &serde_json::Value,
) -> Result<Comparison, String> {
    let name = file.display();
    let text = std::fs::read_to_string(file).map_err(|error| format!("{name}: {error}"))?;
    let report = serde_json::from_str(&text).map_err(|error| format!("{name}: {error}"))?;
    let seen = found.seen(old, new, &report);
    seen.map_err(|error| format!("{name}: {error}"))
}

/// The one place that asks the machine which day it is.
#[allow(
    clippy::disallowed_methods,
    reason = "a person who says no day means today"
)]
fn today() -> jiff::civil::Date {
    jiff::Zoned::now().date()
}

/// A file as it is in a revision of the repository around it.
fn at_revision(revision: &str, file: &Path) -> Result<String, String> {
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    // Anything that begins with a dash would be an option of git.
    if revision.starts_with('-') || revision.is_empty() {
        return Err(format!(
            "`git:{revision}` names no revision, such as git:main"
        ));
    }
    let shown = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["show", &format!("{revision}:./{name}")])
        .output()
        .map_err(|error| format!("git cannot be run: {error}"))?;
    if !shown.status.success() {
        let why = String::from_utf8_lossy(&shown.stderr);
        let why = why.lines().next().unwrap_or("it says nothing").to_owned();
        return Err(format!("git has no {name} in {revision}: {why}"));
    }
    String::from_utf8(shown.stdout).map_err(|_| format!("{name} in {revision} is not text"))
}
