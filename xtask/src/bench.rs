//! `cargo xtask bench`: what calls cost beside the same by hand.

use std::path::Path;
use std::process::Command;

use crate::failure::Failure;

/// Builds the programs as they are released, and counts.
///
/// # Errors
///
/// [`Failure::Check`] if a call costs more than is written down, [`Failure::Input`] if nothing can be
/// built or counted.
pub(crate) fn run(root: &Path, check: bool) -> Result<(), Failure> {
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
        .args(["--", "--root"])
        .arg(root);
    if check {
        bench.arg("--check");
    }
    let status = bench
        .status()
        .map_err(|error| Failure::io(Path::new("cargo"), &error))?;
    match status.code() {
        Some(0) => Ok(()),
        Some(1) => Err(Failure::Check(
            "bench: a call costs more than benches/baseline.json says".to_owned(),
        )),
        _ => Err(Failure::Input("bench: nothing was counted".to_owned())),
    }
}
