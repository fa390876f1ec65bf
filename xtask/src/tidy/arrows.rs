//! Who may depend on whom.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::failure::Failure;

/// A package of the workspace and what it depends on outside its tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) dependencies: Vec<String>,
}

/// What a room may know of ours, and which libraries it must not know at all.
struct Room {
    name: &'static str,
    ours: &'static [&'static str],
    never: &'static [&'static str],
}

/// The table of `ARCHITECTURE.md`.
const ROOMS: [Room; 10] = [
    Room {
        name: "people-protect-benches",
        ours: &["people-protect", "people-protect-simulator"],
        never: &[],
    },
    Room {
        name: "people-protect-contract",
        ours: &[],
        never: &["reqwest", "hyper", "tokio", "axum", "http"],
    },
    Room {
        name: "people-protect-api",
        ours: &[],
        never: &["axum", "openapiv3", "jsonschema"],
    },
    Room {
        name: "people-protect-httpmock",
        ours: &["people-protect-api"],
        never: &["axum"],
    },
    Room {
        name: "people-protect",
        ours: &["people-protect-api"],
        never: &["axum", "openapiv3", "jsonschema", "clap"],
    },
    Room {
        name: "people-protect-simulator",
        ours: &["people-protect-api"],
        never: &["openapiv3"],
    },
    Room {
        name: "people-protect-conformance",
        ours: &["people-protect-contract", "people-protect-simulator"],
        never: &["progenitor-client"],
    },
    Room {
        name: "people-protect-cli",
        ours: &[
            "people-protect",
            "people-protect-conformance",
            "people-protect-contract",
            "people-protect-simulator",
        ],
        never: &["openapiv3"],
    },
    Room {
        name: "xtask",
        ours: &["people-protect-contract"],
        never: &["reqwest", "tokio", "axum"],
    },
    Room {
        name: "people-protect-tests",
        ours: &[
            "people-protect",
            "people-protect-api",
            "people-protect-contract",
            "people-protect-httpmock",
            "people-protect-simulator",
        ],
        never: &[],
    },
];

/// Reads the workspace's packages from cargo.
///
/// # Errors
///
/// [`Failure::Input`] if cargo cannot read the workspace.
pub(crate) fn packages(root: &Path) -> Result<Vec<Package>, Failure> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(root)
        .output()
        .map_err(|error| Failure::io(root, &error))?;
    if !output.status.success() {
        return Err(Failure::Input(
            String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        ));
    }
    let metadata: Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| Failure::Input(format!("cargo metadata: {error}")))?;
    let packages = metadata["packages"].as_array().cloned().unwrap_or_default();
    Ok(packages
        .iter()
        .map(|package| Package {
            name: text(&package["name"]),
            dependencies: package["dependencies"]
                .as_array()
                .into_iter()
                .flatten()
                .filter(|dependency| dependency["kind"].as_str() != Some("dev"))
                .map(|dependency| text(&dependency["name"]))
                .collect(),
        })
        .collect())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Finds arrows that the architecture does not have.
pub(crate) fn check(packages: &[Package]) -> Vec<String> {
    let mut findings = Vec::new();
    for package in packages {
        let Some(room) = ROOMS.iter().find(|room| room.name == package.name) else {
            findings.push(format!(
                "{}: a crate the architecture does not know; add it to ARCHITECTURE.md and to ROOMS in xtask/src/tidy/arrows.rs",
                package.name
            ));
            continue;
        };
        for dependency in &package.dependencies {
            let is_ours = packages.iter().any(|other| other.name == *dependency);
            if is_ours && !room.ours.contains(&dependency.as_str()) {
                findings.push(format!(
                    "{}: depends on {dependency}, which it must not know (ARCHITECTURE.md); make it a dev-dependency or move the code",
                    package.name
                ));
            }
            if room.never.contains(&dependency.as_str()) {
                findings.push(format!(
                    "{}: depends on {dependency}, which has no place in this room (ARCHITECTURE.md)",
                    package.name
                ));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::{Package, check};

    fn package(name: &str, dependencies: &[&str]) -> Package {
        Package {
            name: name.to_owned(),
            dependencies: dependencies.iter().map(|&name| name.to_owned()).collect(),
        }
    }

    #[test]
    fn the_documented_arrows_are_no_finding() {
        let packages = [
            package("people-protect-api", &["reqwest"]),
            package("people-protect", &["people-protect-api", "reqwest"]),
        ];
        assert_eq!(check(&packages), Vec::<String>::new());
    }

    #[test]
    fn an_arrow_to_a_room_that_must_not_be_known_is_found() {
        let packages = [
            package("people-protect-simulator", &["people-protect"]),
            package("people-protect", &[]),
        ];
        assert_eq!(check(&packages).len(), 1);
    }

    #[test]
    fn a_library_without_a_place_is_found() {
        let found = check(&[package("people-protect-contract", &["tokio"])]);
        assert!(found[0].contains("tokio"), "{found:?}");
    }

    #[test]
    fn an_unknown_crate_is_found() {
        assert_eq!(check(&[package("people-protect-extra", &[])]).len(), 1);
    }
}
