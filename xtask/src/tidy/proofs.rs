//! Every pain, and every rule that binds the client, has a test of the wrapper that begins with its
//! id.
//!
//! The ids come from the tables of `openapi/rules.md`: a rule binds the client if its row says
//! `(client)`.

use std::collections::BTreeSet;
use std::path::Path;

use super::files::File;

const RULES: &str = "openapi/rules.md";
const WRAPPER: &str = "crates/people-protect";

/// Finds ids without a test.
pub(crate) fn check(files: &[File]) -> Vec<String> {
    let wanted: Vec<String> = files
        .iter()
        .find(|file| file.path == Path::new(RULES))
        .map(|file| file.text.lines().filter_map(bound).collect())
        .unwrap_or_default();
    if wanted.is_empty() {
        return vec![format!(
            "{RULES}: no row of a table is a pain or says `(client)`"
        )];
    }
    let shown: BTreeSet<String> = files
        .iter()
        .filter(|file| file.path.starts_with(WRAPPER))
        .flat_map(|file| tests(&file.text))
        .flat_map(leading_ids)
        .collect();
    wanted
        .into_iter()
        .filter(|id| !shown.contains(id))
        .map(|id| {
            let start = id.to_ascii_lowercase();
            format!(
                "{RULES}: {id} has no test in {WRAPPER}; add one whose name begins with `{start}_`"
            )
        })
        .collect()
}

/// The id of a row of a table, if the wrapper has to show it.
fn bound(line: &str) -> Option<String> {
    let mut cells = line.strip_prefix('|')?.split('|').map(str::trim);
    let id = cells.next().filter(|cell| is_id(cell))?;
    let binds = id.starts_with('P') || id.starts_with('R') && line.contains("(client)");
    binds.then(|| id.to_owned())
}

/// The names of the functions that are tests.
fn tests(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut marked = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with("#[") {
            let attribute = line.trim_start_matches("#[");
            let name = attribute.split(['(', ']']).next().unwrap_or_default();
            marked |= matches!(name, "test" | "tokio::test");
            continue;
        }
        let name = line.trim_start_matches("async ").strip_prefix("fn ");
        if let Some((name, _)) = name.and_then(|rest| rest.split_once('('))
            && marked
        {
            names.push(name);
        }
        // Between the attribute and the function only comments and other attributes may stand.
        marked &= line.starts_with("//");
    }
    names
}

/// `R24` and `R65` of `r24_r65_a_raise`.
fn leading_ids(name: &str) -> Vec<String> {
    name.split('_')
        .map(str::to_ascii_uppercase)
        .take_while(|word| is_id(word))
        .collect()
}

fn is_id(word: &str) -> bool {
    matches!(word.as_bytes(), [b'R' | b'C' | b'P', digits @ ..]
        if digits.len() == 2 && digits.iter().all(u8::is_ascii_digit))
}

#[cfg(test)]
mod tests {
    use super::{File, check};

    const TABLE: &str = "| id | what |\n| --- | --- |\n| R04 | (client) Keep it. |\n\
                         | R05 | 404. |\n| C01 | Either. |\n| P06 | Envelopes vary. |\n";

    fn found(rules: &str, path: &str, code: &str) -> Vec<String> {
        check(
            &[(super::RULES, rules), (path, code)].map(|(path, text)| File {
                path: path.into(),
                text: text.to_owned(),
            }),
        )
    }

    fn in_the_wrapper(code: &str) -> usize {
        found(TABLE, "crates/people-protect/tests/behaviour/a.rs", code).len()
    }

    #[test]
    fn rules_of_the_client_and_pains_with_a_test_are_no_finding() {
        let code = "#[tokio::test(flavor = \"multi_thread\")]\nasync fn p06_a() {}\n\
                    #[test]\n// Why.\n#[allow(x)]\nfn c01_r04_b() {}\n";
        assert_eq!(in_the_wrapper(code), 0);
    }

    #[test]
    fn an_id_without_a_test_is_named() {
        let findings = found(TABLE, "crates/people-protect/src/a.rs", "");
        assert_eq!(findings.len(), 2);
        assert!(findings[0].contains("R04 has no test"));
        assert!(findings[1].contains("`p06_`"));
    }

    #[test]
    fn a_helper_and_an_id_further_on_show_nothing() {
        assert_eq!(in_the_wrapper("fn p06_a() {}\n"), 2);
        assert_eq!(in_the_wrapper("#[test]\nfn a_p06_r04() {}\n"), 2);
        assert_eq!(in_the_wrapper("#[test]\nfn a() {}\nfn p06_b() {}\n"), 2);
    }

    #[test]
    fn a_test_of_another_crate_shows_nothing_about_the_wrapper() {
        let code = "#[test]\nfn p06_r04_a() {}\n";
        assert_eq!(in_the_wrapper(code), 0);
        assert_eq!(
            found(TABLE, "crates/people-protect-api/src/a.rs", code).len(),
            2
        );
    }

    #[test]
    fn a_page_without_ids_is_found() {
        assert_eq!(found("", "a.rs", "").len(), 1);
    }
}
