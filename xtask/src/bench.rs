//! `cargo xtask bench`: what calls, servers and tools cost beside what users would pick instead.

use std::path::Path;
use std::process::Command;

use crate::failure::Failure;

/// What to measure, and how.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// What to measure, such as `counts` [default: everything, which takes the better part of an hour].
    sections: Vec<String>,
    /// Only count instructions and allocations, change nothing, and exit 1 if a call costs more than
    /// benches/baseline.json says.
    #[arg(long, conflicts_with_all = ["sections", "quick", "page"])]
    check: bool,
    /// As short as can be, and write nothing: a look at whether it works.
    #[arg(long)]
    quick: bool,
    /// Measure nothing; write docs/performance.md and its charts again.
    #[arg(long, conflicts_with_all = ["sections", "quick"])]
    page: bool,
}

/// Builds the programs as they are released, and measures.
///
/// # Errors
///
/// [`Failure::Check`] if a call costs more than is written down, [`Failure::Input`] if something cannot be
/// built or measured.
pub(crate) fn run(root: &Path, arguments: &Arguments) -> Result<(), Failure> {
    known(root, &arguments.sections)?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let package = ["--quiet", "--release", "-p", "people-protect-benches"];
    // Both programs: `run` builds only the one that it starts.
    let built = Command::new(&cargo)
        .arg("build")
        .args(package)
        .arg("--bins")
        .current_dir(root)
        .status()
        .map_err(|error| Failure::io(Path::new("cargo"), &error))?;
    if !built.success() {
        return Err(Failure::Input("the benchmarks do not build".to_owned()));
    }
    let mut bench = Command::new(&cargo);
    bench
        .arg("run")
        .args(package)
        .arg("--manifest-path")
        .arg(root.join("Cargo.toml"))
        .args(["--", "--root"])
        .arg(root);
    for (flag, given) in [
        ("--check", arguments.check),
        ("--quick", arguments.quick),
        ("--page", arguments.page),
    ] {
        if given {
            bench.arg(flag);
        }
    }
    bench.args(&arguments.sections);
    let status = bench
        .status()
        .map_err(|error| Failure::io(Path::new("cargo"), &error))?;
    match status.code() {
        Some(0) => Ok(()),
        Some(1) => Err(Failure::Check(
            "bench: a call costs more than benches/baseline.json says".to_owned(),
        )),
        _ => Err(Failure::Input(
            "bench: not everything was measured".to_owned(),
        )),
    }
}

/// Before minutes are spent on building: each section has a note of its name.
fn known(root: &Path, sections: &[String]) -> Result<(), Failure> {
    let notes = root.join("benches/notes");
    let folder = std::fs::read_dir(&notes).map_err(|error| Failure::io(&notes, &error))?;
    let mut names: Vec<String> = folder
        .filter_map(|entry| Some(entry.ok()?.path().file_stem()?.to_str()?.to_owned()))
        .filter(|name| name != "introduction")
        .collect();
    names.sort_unstable();
    match sections.iter().find(|one| !names.contains(one)) {
        None => Ok(()),
        Some(stranger) => Err(Failure::Input(format!(
            "bench: nothing is called {stranger}; there is: {}",
            names.join(", ")
        ))),
    }
}
