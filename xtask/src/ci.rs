//! `cargo xtask ci`: what `.ci/run` does.

use std::path::Path;
use std::process::Command;

use crate::failure::Failure;

/// Runs the gates; there is one list of them, in `.ci/run`.
///
/// # Errors
///
/// [`Failure::Check`] if a gate fails, [`Failure::Input`] if they cannot be started.
pub(crate) fn run(root: &Path, gates: &[String]) -> Result<(), Failure> {
    let script = root.join(".ci/run");
    let status = Command::new("bash")
        .arg(&script)
        .args(gates)
        .current_dir(root)
        .status()
        .map_err(|error| Failure::io(&script, &error))?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::Check(
        "a gate failed; the last line that begins with == names it".to_owned(),
    ))
}
