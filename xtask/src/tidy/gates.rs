//! The gates of `.ci/run` and of the workflow are the same.

use std::path::Path;

use super::files::File;

const RUN: &str = ".ci/run";
const WORKFLOW: &str = ".github/workflows/ci.yml";

/// Finds gates that only one side runs, and actions that are not pinned.
pub(crate) fn check(files: &[File]) -> Vec<String> {
    let text = |path: &str| {
        files
            .iter()
            .find(|file| file.path == Path::new(path))
            .map_or("", |file| file.text.as_str())
    };
    let mut findings = Vec::new();
    let gates = gates(text(RUN));
    if gates.is_empty() {
        findings.push(format!("{RUN}: has no line `gates=(...)`"));
    }
    for gate in gates {
        let step = format!(".ci/run {gate}");
        let runs = text(WORKFLOW)
            .lines()
            .any(|line| line.trim_end().ends_with(&step));
        if !runs {
            findings.push(format!("{WORKFLOW}: add a step that runs `{step}`"));
        }
    }
    for file in files {
        if file.path.starts_with(".github/workflows") {
            findings.extend(unpinned(file));
        }
    }
    findings
}

/// The names in `gates=(a b c)`.
fn gates(run: &str) -> Vec<&str> {
    run.lines()
        .find_map(|line| line.strip_prefix("gates=(")?.strip_suffix(')'))
        .map(|names| names.split_whitespace().collect())
        .unwrap_or_default()
}

/// A tag can be moved to other code; a commit hash cannot. What is of this repository is of this commit.
fn unpinned(file: &File) -> Vec<String> {
    file.text
        .lines()
        .filter_map(|line| {
            line.trim_start()
                .trim_start_matches("- ")
                .strip_prefix("uses: ")
        })
        .filter(|action| !action.starts_with("./"))
        .filter(|action| {
            let revision = action.split_once('@').map_or("", |(_, after)| {
                after.split_whitespace().next().unwrap_or("")
            });
            revision.len() != 40 || !revision.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
        .map(|action| format!("{}: pin `{action}` to a commit hash", file.path.display()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{File, check};

    fn files(run: &str, workflow: &str) -> Vec<File> {
        [(".ci/run", run), (".github/workflows/ci.yml", workflow)]
            .map(|(path, text)| File {
                path: path.into(),
                text: text.to_owned(),
            })
            .into()
    }

    #[test]
    fn the_same_gates_on_both_sides_are_no_finding() {
        let files = files("gates=(fmt)\n", "      - run: .ci/run fmt\n");
        assert_eq!(check(&files), Vec::<String>::new());
    }

    #[test]
    fn a_gate_the_workflow_forgot_is_found() {
        assert_eq!(
            check(&files("gates=(fmt test)\n", "run: .ci/run fmt\n")).len(),
            1
        );
        assert_eq!(check(&files("", "")).len(), 1);
    }

    #[test]
    fn an_action_named_by_tag_is_found() {
        let pinned = "uses: a/b@0123456789012345678901234567890123456789 # v1\n";
        let run = "gates=(fmt)\n";
        let step = "run: .ci/run fmt\n";
        assert_eq!(check(&files(run, &format!("{step}  - {pinned}"))).len(), 0);
        let own = "uses: ./.github/actions/contract-drift\n";
        assert_eq!(check(&files(run, &format!("{step}  - {own}"))).len(), 0);
        assert_eq!(
            check(&files(run, &format!("{step}  - uses: a/b@v4\n"))).len(),
            1
        );
    }
}
