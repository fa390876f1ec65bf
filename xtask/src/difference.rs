//! `cargo xtask contract diff`: our contract against an earlier one of itself.

use std::path::{Path, PathBuf};

use crate::contracts;
use crate::failure::Failure;
use crate::generate::CONTRACT;
use crate::program;

/// What changes have been accepted, for a reason and for a time.
const ACCEPTED: &str = "openapi/accepted-changes.toml";

/// Has the program compare.
///
/// # Errors
///
/// [`Failure::Check`] if something breaks, [`Failure::Input`] if the documents cannot be compared.
pub(crate) fn run(
    root: &Path,
    old: Option<String>,
    new: Option<PathBuf>,
    more: &[String],
) -> Result<(), Failure> {
    let old = old.unwrap_or_else(|| contracts::default(root));
    let new = new.unwrap_or_else(|| PathBuf::from(CONTRACT));
    // What has been accepted for a time, if anything has.
    let accepted = root.join(ACCEPTED);
    let accepted = accepted.is_file().then_some(["--accepted", ACCEPTED]);
    let ended = program::command(root, "people-protect-cli", "people-protect")
        .args(["contract", "diff", &old])
        .arg(&new)
        .args(accepted.into_iter().flatten())
        .args(more)
        .status()
        .map_err(|error| Failure::io(root, &error))?;
    match ended.code() {
        Some(0) => Ok(()),
        Some(1) => Err(Failure::Check(format!(
            "the contract breaks what {old} promised; see above what and whom"
        ))),
        _ => Err(Failure::Input(
            "the contracts cannot be compared".to_owned(),
        )),
    }
}
