//! Counts what calls cost beside the same by hand, and holds it against `benches/baseline.json`.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use people_protect_benches::baseline::{Baseline, compare};
use people_protect_benches::by_hand::Failed;
use people_protect_benches::canned;
use people_protect_benches::count::{Cost, cost};
use people_protect_benches::page;

#[derive(Parser)]
#[command(about = "What calls cost, counted by valgrind")]
struct Arguments {
    /// Change nothing; exit 1 if a call costs more than is written down.
    #[arg(long)]
    check: bool,
    /// The workspace.
    #[arg(long, default_value = ".")]
    root: PathBuf,
}

/// What is counted: its name, and what the bar is for its instructions and its allocations.
pub const CALLS: [&str; 3] = ["raise", "get", "webhook"];

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<bool, Failed> {
    let subject = beside("subject")?;
    let address = canned::serve()?.to_string();
    let file = arguments.root.join("benches/baseline.json");
    let known: Baseline = serde_json::from_slice(&read(&file)?)
        .map_err(|error| format!("{}: {error}", file.display()))?;
    let mut found = Baseline {
        rustc: rustc()?,
        calls: Vec::new(),
        reasons: known.reasons.clone(),
    };
    for call in CALLS {
        let count = |who: &str| -> Result<Cost, Failed> { cost(&subject, &[who, call], &address) };
        found.add(call, count("ours")?, count("by-hand")?);
    }
    let mut out = std::io::stdout().lock();
    out.write_all(page::table(&found).as_bytes())?;
    if !arguments.check {
        let mut text = serde_json::to_string_pretty(&found)?;
        let _ = writeln!(text);
        std::fs::write(&file, text)?;
        let page = arguments.root.join("docs/performance.md");
        std::fs::write(&page, page::page(&found))?;
        writeln!(out, "wrote {} and {}", file.display(), page.display())?;
        return Ok(true);
    }
    let findings = compare(&known, &found);
    for finding in &findings {
        writeln!(out, "{finding}")?;
    }
    if findings.is_empty() {
        writeln!(out, "bench: nothing costs more than is written down")?;
    }
    Ok(findings.is_empty())
}

/// The program that cargo builds beside this one.
fn beside(name: &str) -> Result<PathBuf, Failed> {
    let path = std::env::current_exe()?.with_file_name(name);
    match path.exists() {
        true => Ok(path),
        false => Err(format!("no {} beside this program; run `cargo xtask bench`", name).into()),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Failed> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(bytes),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Ok(br#"{"rustc":"","calls":[],"reasons":{}}"#.to_vec())
        }
        Err(error) => Err(format!("{}: {error}", path.display()).into()),
    }
}

fn rustc() -> Result<String, Failed> {
    let output = std::process::Command::new("rustc")
        .arg("--version")
        .output()?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
