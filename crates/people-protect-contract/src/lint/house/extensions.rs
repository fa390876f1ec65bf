//! Extensions nobody reads: misspelt ones.

use crate::extension::KNOWN;
use crate::lint::rule;
use crate::lint::survey::Survey;
use crate::pointer::join;
use crate::walk::Role;

pub(super) fn check(survey: &mut Survey<'_>) {
    for node in survey.nodes().iter() {
        // In a map of names a key such as `x-id` is a name; paths, responses and components are
        // maps in which OpenAPI allows extensions all the same.
        let names = matches!(node.role, Role::SchemaMap | Role::Names)
            && !matches!(node.pointer.rsplit('/').next(), Some("paths" | "responses"));
        if names {
            continue;
        }
        for key in node.map.keys().filter(|key| key.starts_with("x-")) {
            if KNOWN.contains(&key.as_str()) {
                continue;
            }
            let message = format!("the extension `{key}` is unknown");
            let hint = match nearest(key) {
                Some(known) => format!("did you mean {known}?"),
                None => format!("use one of {}", KNOWN.join(", ")),
            };
            survey.report(
                rule::UNKNOWN_EXTENSION,
                join(&node.pointer, key),
                message,
                hint,
            );
        }
    }
}

/// The known extension that differs least, if it differs by little.
fn nearest(key: &str) -> Option<&'static str> {
    KNOWN
        .iter()
        .map(|known| (distance(key, known), *known))
        .min()
        .filter(|(distance, _)| *distance <= 3)
        .map(|(_, known)| known)
}

/// Levenshtein's distance, one row at a time.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.chars().enumerate() {
        let mut diagonal = i;
        let mut last = i + 1;
        for (cell, b) in row.iter_mut().skip(1).zip(&right) {
            let replaced = diagonal + usize::from(a != *b);
            diagonal = *cell;
            last = replaced.min(*cell + 1).min(last + 1);
            *cell = last;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_is_recognised() {
        assert_eq!(nearest("x-evidense"), Some("x-evidence"));
        assert_eq!(nearest("x-personaldata"), Some("x-personal-data"));
        assert_eq!(nearest("x-internal-note"), None);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
