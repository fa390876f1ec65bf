//! `cargo xtask tidy`: the invariants of `ARCHITECTURE.md` and of the files themselves.
//!
//! Each check is a function over plain data, so that its test can break it once.

mod arrows;
mod files;
mod gates;
mod proofs;

use std::path::Path;

use crate::failure::Failure;
use crate::say::say;

/// Runs every check and prints what it finds.
///
/// # Errors
///
/// [`Failure::Check`] if there is a finding, [`Failure::Input`] if the workspace cannot be read.
pub(crate) fn run(root: &Path) -> Result<(), Failure> {
    let files = files::read(root)?;
    let mut findings = arrows::check(&arrows::packages(root)?);
    findings.extend(files::check(&files));
    findings.extend(gates::check(&files));
    findings.extend(proofs::check(&files));
    for finding in &findings {
        say!("{finding}");
    }
    match findings.len() {
        0 => {
            say!("tidy: {} files, nothing to mend", files.len());
            Ok(())
        }
        count => Err(Failure::Check(format!("tidy: {count} to mend"))),
    }
}
