//! `cargo xtask contract diff`: our contract against an earlier one of itself.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::generate::CONTRACT;

/// Where contracts are filed when they are released.
const RELEASED: &str = "openapi/released";

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
    let old = old.unwrap_or_else(|| newest(&root.join(RELEASED)));
    let new = new.unwrap_or_else(|| PathBuf::from(CONTRACT));
    // What has been accepted for a time, if anything has.
    let accepted = root.join(ACCEPTED);
    let accepted = accepted.is_file().then_some(["--accepted", ACCEPTED]);
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let ended = Command::new(cargo)
        .args(["run", "--quiet", "--package", "people-protect-cli", "--"])
        .args(["contract", "diff", &old])
        .arg(&new)
        .args(accepted.into_iter().flatten())
        .args(more)
        .current_dir(root)
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

/// The contract that was released last, by version; what is committed as long as none was.
fn newest(folder: &Path) -> String {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let version = |path: &Path| -> Option<Vec<u64>> {
        let stem = path.file_stem()?.to_str()?;
        stem.split('.').map(|part| part.parse().ok()).collect()
    };
    let released = files
        .map(|entry| entry.path())
        .filter_map(|path| Some((version(&path)?, path)));
    let newest = released.max();
    newest.map_or_else(
        || "git:HEAD".to_owned(),
        |(_, path)| path.display().to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::newest;

    #[test]
    fn the_newest_is_by_version_and_not_by_name() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(newest(folder.path()), "git:HEAD");
        for name in ["0.9.0.yaml", "0.10.0.yaml", "notes.md"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        assert!(newest(folder.path()).ends_with("0.10.0.yaml"));
        assert_eq!(newest(&folder.path().join("none")), "git:HEAD");
    }
}
