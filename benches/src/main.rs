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

/// What is counted.
const CALLS: [&str; 3] = ["raise", "get", "webhook"];

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
        class: class()?,
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
        std::fs::write(&page, page::page(&found, &when(&arguments.root)?))?;
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
            Ok(br#"{"class":"","calls":[],"reasons":{}}"#.to_vec())
        }
        Err(error) => Err(format!("{}: {error}", path.display()).into()),
    }
}

/// What of this machine changes the counts. The name of the processor is no part of it.
fn class() -> Result<String, Failed> {
    let rustc = said("rustc", &["--version"])?;
    let libc = said("ldd", &["--version"])?;
    let libc = libc.lines().next().and_then(|line| line.rsplit(' ').next());
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let flags = info.lines().find(|line| line.starts_with("flags"));
    let can: Vec<&str> = flags
        .unwrap_or_default()
        .split_whitespace()
        .filter(|flag| ["avx2", "avx512f", "avx512vl", "erms", "fsrm"].contains(flag))
        .collect();
    Ok(format!(
        "{}, C library {}, {} with {}",
        rustc.trim(),
        libc.unwrap_or("unknown"),
        std::env::consts::ARCH,
        can.join(" ")
    ))
}

/// The day and the commit that the working copy is made from.
fn when(root: &Path) -> Result<String, Failed> {
    let folder = root.display().to_string();
    let last = said(
        "git",
        &["-C", &folder, "log", "-1", "--format=on %cs, after %h,"],
    )?;
    Ok(last.trim().to_owned())
}

fn said(program: &str, words: &[&str]) -> Result<String, Failed> {
    let output = std::process::Command::new(program)
        .args(words)
        .output()
        .map_err(|error| format!("{program} does not start: {error}"))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
