//! `cargo xtask contract release`: files the contract under a version that says what it does.

use std::path::Path;

use people_protect_contract::compare::{self, Comparison, Format, Rust, Wire, Written};

use crate::contracts::{self, RELEASED, Version};
use crate::failure::Failure;
use crate::generate::CONTRACT;
use crate::say::say;
use crate::{drift, generate, lint};

const CHANGELOG: &str = "CHANGELOG.md";
const UNRELEASED: &str = "## Unreleased\n";

/// Files the contract and says in the changelog what changed.
///
/// # Errors
///
/// [`Failure::Input`] if the contract or the version is none, [`Failure::Check`] if the version is too
/// small for the changes, is filed already, nothing changed, or generated files are stale. Nothing is
/// written then.
pub(crate) fn run(root: &Path, version: &str) -> Result<(), Failure> {
    let Some(wanted) = contracts::version(version) else {
        return Err(Failure::Input(format!(
            "`{version}` is no version; write it as 1.2.3"
        )));
    };
    let new = lint::contract(&root.join(CONTRACT))?.contract;
    generate::run(root, true)?;
    let path = root.join(CONTRACT);
    let contract = std::fs::read_to_string(&path).map_err(|error| Failure::io(&path, &error))?;
    let section = match contracts::newest(root) {
        None => format!(
            "The first contract that is filed: {} operations.\n",
            new.operations().len()
        ),
        Some((last, file)) => {
            let before =
                std::fs::read_to_string(&file).map_err(|error| Failure::io(&file, &error))?;
            if before == contract {
                return Err(Failure::Check(format!(
                    "the contract is the one of {}; there is nothing to release",
                    shown(last)
                )));
            }
            let old = lint::load(&file)?;
            let found = compare::compare(&old, &new);
            let generated = drift::generated(&old, &new)?;
            let asked = asked(&found, generated.bump);
            refuse_small(last, wanted, asked)?;
            let text = found.to_report(Format::Markdown, Written::default());
            format!(
                "Since {}: {}",
                shown(last),
                text.replace("\n### ", "\n#### ")
            )
        }
    };
    let changelog = root.join(CHANGELOG);
    let log =
        std::fs::read_to_string(&changelog).map_err(|error| Failure::io(&changelog, &error))?;
    let log = with_section(&log, version, &section)?;
    let filed = root.join(RELEASED).join(format!("{version}.yaml"));
    std::fs::create_dir_all(root.join(RELEASED)).map_err(|error| Failure::io(&filed, &error))?;
    std::fs::write(&filed, contract).map_err(|error| Failure::io(&filed, &error))?;
    std::fs::write(&changelog, log).map_err(|error| Failure::io(&changelog, &error))?;
    say!(
        "filed {RELEASED}/{version}.yaml and wrote to {CHANGELOG}; read it, and empty openapi/accepted-changes.toml if it is there"
    );
    Ok(())
}

/// The bump that the changes ask for: whom the wire breaks, the version must warn.
fn asked(found: &Comparison, measured: Rust) -> Rust {
    let wire = match found.wire() {
        Some(Wire::Breaking) => Rust::Major,
        Some(Wire::Warning) => Rust::Minor,
        Some(Wire::Safe) | None => Rust::Patch,
    };
    wire.max(found.rust()).max(measured)
}

/// While a version begins with 0, its second number is the one that may break, and its third says
/// all else.
fn refuse_small(last: Version, wanted: Version, asked: Rust) -> Result<(), Failure> {
    let [major, minor, patch] = last;
    let least = match (asked, major) {
        (Rust::Major, 0) => [0, minor + 1, 0],
        (_, 0) => [0, minor, patch + 1],
        (Rust::Major, _) => [major + 1, 0, 0],
        (Rust::Minor, _) => [major, minor + 1, 0],
        (Rust::Patch | Rust::None, _) => [major, minor, patch + 1],
    };
    if wanted >= least {
        return Ok(());
    }
    Err(Failure::Check(format!(
        "{} is too small: the changes since {} ask for {asked}, {} at least; see: cargo xtask drift",
        shown(wanted),
        shown(last),
        shown(least)
    )))
}

fn shown(version: Version) -> String {
    version.map(|part| part.to_string()).join(".")
}

fn with_section(log: &str, version: &str, section: &str) -> Result<String, Failure> {
    let Some((before, after)) = log.split_once(UNRELEASED) else {
        return Err(Failure::Input(format!(
            "{CHANGELOG} has no `{}`",
            UNRELEASED.trim()
        )));
    };
    Ok(format!(
        "{before}{UNRELEASED}\n### API contract {version}\n\n{}\n{after}",
        section.trim_end()
    ))
}

#[cfg(test)]
mod tests {
    use super::{refuse_small, with_section};
    use people_protect_contract::compare::Rust;

    #[test]
    fn a_version_must_be_as_large_as_the_changes_ask_for() {
        for (last, wanted, asked, fits) in [
            ([1, 2, 3], [1, 2, 4], Rust::Patch, true),
            ([1, 2, 3], [1, 2, 3], Rust::None, false),
            ([1, 2, 3], [1, 2, 4], Rust::Minor, false),
            ([1, 2, 3], [1, 3, 0], Rust::Minor, true),
            ([1, 2, 3], [1, 9, 0], Rust::Major, false),
            ([1, 2, 3], [2, 0, 0], Rust::Major, true),
            ([0, 2, 3], [0, 2, 4], Rust::Minor, true),
            ([0, 2, 3], [0, 2, 9], Rust::Major, false),
            ([0, 2, 3], [0, 3, 0], Rust::Major, true),
            ([0, 2, 3], [0, 2, 2], Rust::Patch, false),
        ] {
            let fit = refuse_small(last, wanted, asked).is_ok();
            assert_eq!(fit, fits, "{last:?} {wanted:?} {asked}");
        }
    }

    #[test]
    fn the_section_stands_first_under_unreleased() {
        let log = "# Changelog\n\n## Unreleased\n\n### Added\n\n- more\n";
        let with = with_section(log, "1.0.0", "Nothing.\n").unwrap();
        assert_eq!(
            with,
            "# Changelog\n\n## Unreleased\n\n### API contract 1.0.0\n\nNothing.\n\n\n### Added\n\n- more\n"
                .replace("\n\n\n", "\n\n")
        );
        assert!(with_section("# Changelog\n", "1.0.0", "").is_err());
    }
}
