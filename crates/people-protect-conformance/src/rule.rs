//! The rules, as the page of rules states them.

use std::sync::LazyLock;

use crate::grade::Grade;

/// One rule: a row of `openapi/rules.md`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rule {
    /// Its id, such as `R27`.
    pub id: &'static str,
    /// The grade of the rule, then those of parts of it.
    pub grades: Vec<Grade>,
    /// What it says.
    pub text: &'static str,
    /// The page of AURA's documentation that it rests on; empty if there is none.
    pub page: &'static str,
    /// It binds the client, so no server can keep or break it.
    pub binds_client: bool,
}

impl Rule {
    /// The grade of the rule itself.
    #[must_use]
    pub fn grade(&self) -> Grade {
        self.grades.first().copied().unwrap_or(Grade::I)
    }
}

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    include_str!("../rules.md")
        .lines()
        .filter_map(read)
        .collect()
});

/// Every rule, in the order of their ids.
///
/// ```
/// use people_protect_conformance::{Grade, rules};
///
/// let repeat = rules().iter().find(|rule| rule.id == "R27").expect("there is one");
/// assert_eq!(repeat.grade(), Grade::S);
/// ```
#[must_use]
pub fn rules() -> &'static [Rule] {
    &RULES
}

/// The rule with that id.
#[must_use]
pub fn rule(id: &str) -> Option<&'static Rule> {
    rules().iter().find(|rule| rule.id == id)
}

/// Reads `| R27 | S | text | page |`.
fn read(line: &'static str) -> Option<Rule> {
    let mut cells = line.strip_prefix('|')?.split('|').map(str::trim);
    let id = cells.next()?;
    if !id.starts_with('R') || id.len() != 3 {
        return None;
    }
    let grades = cells
        .next()?
        .split([',', '/'])
        .filter_map(|grade| grade.parse().ok())
        .collect();
    let text = cells.next()?;
    let client = text.strip_prefix("(client)");
    Some(Rule {
        id,
        grades,
        text: client.unwrap_or(text).trim(),
        page: cells.next().unwrap_or_default(),
        binds_client: client.is_some(),
    })
}

#[cfg(test)]
mod tests {
    use super::rules;

    #[test]
    fn all_ninety_nine_are_read() {
        let ids: Vec<_> = rules().iter().map(|rule| rule.id.to_owned()).collect();
        let wanted: Vec<_> = (1..=99).map(|number| format!("R{number:02}")).collect();
        assert_eq!(ids, wanted);
        assert!(rules().iter().all(|rule| !rule.grades.is_empty()));
        assert!(rules().iter().all(|rule| !rule.text.is_empty()));
    }
}
