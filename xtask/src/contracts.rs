//! Earlier contracts: those that were filed when they were released, and those in git.

use std::path::{Path, PathBuf};
use std::process::Command;

use people_protect_contract::Contract;

use crate::failure::Failure;
use crate::generate::CONTRACT;
use crate::lint;

/// Where contracts are filed when they are released, from the workspace root.
pub(crate) const RELEASED: &str = "openapi/released";

/// A version of the contract: major, minor, patch.
pub(crate) type Version = [u64; 3];

/// Reads `1.2.3`; nothing else is a version here.
pub(crate) fn version(text: &str) -> Option<Version> {
    let parts: Vec<u64> = text
        .split('.')
        .map(|part| {
            let plain = part == "0" || !part.starts_with('0');
            let digits = part.bytes().all(|byte| byte.is_ascii_digit());
            (plain && digits).then(|| part.parse().ok()).flatten()
        })
        .collect::<Option<_>>()?;
    parts.try_into().ok()
}

/// The contract that was released last, by version and not by name.
pub(crate) fn newest(root: &Path) -> Option<(Version, PathBuf)> {
    let files = std::fs::read_dir(root.join(RELEASED))
        .into_iter()
        .flatten()
        .flatten();
    files
        .map(|entry| entry.path())
        .filter_map(|path| Some((version(path.file_stem()?.to_str()?)?, path)))
        .max()
}

/// Loads a contract that is named as a person names it: a file, `git:<rev>`, or nothing for the newest
/// that was released, and as long as none was, for what is committed.
///
/// # Errors
///
/// [`Failure::Input`] if it is not there or is no contract.
pub(crate) fn load(root: &Path, named: Option<&str>) -> Result<(String, Contract), Failure> {
    let named = named.map_or_else(|| default(root), str::to_owned);
    let Some(revision) = named.strip_prefix("git:") else {
        return Ok((named.clone(), lint::load(&root.join(&named))?));
    };
    // Anything that begins with a dash would be an option of git.
    if revision.is_empty() || revision.starts_with('-') {
        return Err(Failure::Input(format!(
            "`{named}` names no revision, such as git:main"
        )));
    }
    let shown = Command::new("git")
        .args(["show", &format!("{revision}:{CONTRACT}")])
        .current_dir(root)
        .output()
        .map_err(|error| Failure::Input(format!("git cannot be run: {error}")))?;
    let text = String::from_utf8_lossy(&shown.stdout);
    if !shown.status.success() {
        let why = String::from_utf8_lossy(&shown.stderr);
        let why = why.lines().next().unwrap_or("it says nothing");
        return Err(Failure::Input(format!(
            "git has no {CONTRACT} in {revision}: {why}"
        )));
    }
    let contract = Contract::parse(&text, &format!("{revision}:{CONTRACT}"))
        .map_err(|error| Failure::Input(error.to_string()))?;
    Ok((named, contract))
}

/// What a contract is compared with when nobody says.
pub(crate) fn default(root: &Path) -> String {
    newest(root).map_or_else(
        || "git:HEAD".to_owned(),
        |(_, path)| {
            path.strip_prefix(root)
                .unwrap_or(&path)
                .display()
                .to_string()
        },
    )
}

#[cfg(test)]
mod tests {
    use super::{RELEASED, default, newest, version};

    #[test]
    fn the_newest_is_by_version_and_not_by_name() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(default(root.path()), "git:HEAD");
        std::fs::create_dir_all(root.path().join(RELEASED)).unwrap();
        for name in ["0.9.0.yaml", "0.10.0.yaml", "notes.md"] {
            std::fs::write(root.path().join(RELEASED).join(name), "").unwrap();
        }
        assert_eq!(newest(root.path()).unwrap().0, [0, 10, 0]);
        assert_eq!(default(root.path()), "openapi/released/0.10.0.yaml");
    }

    #[test]
    fn a_version_is_three_numbers() {
        assert_eq!(version("1.20.3"), Some([1, 20, 3]));
        for text in [
            "1.2",
            "1.2.3.4",
            "1.2.x",
            "1.2.3-rc.1",
            "01.2.3",
            "1.2.+3",
            "",
        ] {
            assert_eq!(version(text), None, "{text}");
        }
    }
}
