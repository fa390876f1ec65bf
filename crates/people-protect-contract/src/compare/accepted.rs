//! Changes that somebody has accepted, for a reason and for a time.

use std::fmt;

use serde::Deserialize;

use super::change::{Change, Comparison};

/// What has been accepted, as `accepted-changes.toml` has it.
///
/// ```
/// use people_protect_contract::compare::Accepted;
///
/// let accepted = Accepted::parse(
///     r#"
/// [[accepted]]
/// fingerprint = "596f213a4dee5010"
/// operation = "POST /things/{thingId}"
/// pointer = "/components/schemas/In/properties/name/maxLength"
/// reason = "the server refused longer names all along"
/// owner = "api-team"
/// until = "2027-01-31"
/// "#,
/// )?;
/// assert_eq!(accepted.len(), 1);
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accepted {
    #[serde(default)]
    accepted: Vec<Entry>,
}

/// One of them. Fingerprint, operation and pointer must all fit.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    fingerprint: String,
    /// One of the operations that the change reaches; none for a change that reaches none.
    operation: Option<String>,
    /// Where it is in the old document, or in the new one if it is not in the old.
    pointer: String,
    reason: String,
    owner: String,
    /// The last day on which it is accepted, as `2027-01-31`.
    until: String,
}

/// Why an entry does not count, or should not be there any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stale(String);

impl fmt::Display for Stale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Stale {}

fn is_day(text: &str) -> bool {
    let form = |(index, letter): (usize, char)| match index {
        4 | 7 => letter == '-',
        _ => letter.is_ascii_digit(),
    };
    let within = |part: &str, most: u8| part.parse().is_ok_and(|day: u8| day > 0 && day <= most);
    text.len() == 10
        && text.char_indices().all(form)
        && within(&text[5..7], 12)
        && within(&text[8..], 31)
}

impl Entry {
    fn fits(&self, change: &Change) -> bool {
        let place = change.pointer.old.as_ref().or(change.pointer.new.as_ref());
        let operation = match &self.operation {
            Some(operation) => change.operations.contains(operation),
            None => change.operations.is_empty(),
        };
        change.fingerprint == self.fingerprint && place == Some(&self.pointer) && operation
    }
}

impl Accepted {
    /// Reads what has been accepted.
    ///
    /// # Errors
    ///
    /// A line that says what does not fit: it is not TOML, an entry lacks something or has something
    /// more, a day is none, or a reason or an owner is empty.
    pub fn parse(text: &str) -> Result<Self, String> {
        let read: Self = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| {
                1 + text
                    .get(..span.start)
                    .unwrap_or_default()
                    .matches('\n')
                    .count()
            });
            format!("line {line}: {}", error.message())
        })?;
        for entry in &read.accepted {
            let print = &entry.fingerprint;
            if !is_day(&entry.until) {
                return Err(format!("{print}: `until` must be a day such as 2027-01-31"));
            }
            if entry.reason.trim().is_empty() || entry.owner.trim().is_empty() {
                return Err(format!("{print}: `reason` and `owner` must say something"));
            }
        }
        Ok(read)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.accepted.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.accepted.is_empty()
    }

    /// Takes the changes that are accepted out of a comparison. `today` is a day such as `2026-11-24`.
    /// What is left is to be looked at, as is every entry that comes back: it fits no change any more,
    /// or its time is over.
    #[must_use]
    pub fn apply(&self, found: &Comparison, today: &str) -> (Comparison, Vec<Stale>) {
        let mut stale = Vec::new();
        let mut changes = found.changes.clone();
        for entry in &self.accepted {
            let Entry {
                fingerprint,
                pointer,
                owner,
                until,
                ..
            } = entry;
            if !found.changes.iter().any(|change| entry.fits(change)) {
                stale.push(Stale(format!(
                    "{fingerprint} at {pointer} fits no change any more: remove the entry ({owner})"
                )));
            } else if until.as_str() < today {
                stale.push(Stale(format!(
                    "{fingerprint} at {pointer} was accepted until {until}: mend it or accept it anew ({owner})"
                )));
            } else {
                changes.retain(|change| !entry.fits(change));
            }
        }
        (Comparison { changes }, stale)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Accepted;
    use crate::compare::{Comparison, compare_values};

    fn found() -> Comparison {
        let document = |required: bool| {
            json!({
                "openapi": "3.0.3",
                "paths": {"/a": {"get": {"parameters": [
                    {"name": "q", "in": "query", "required": required, "schema": {"type": "string"}}
                ]}}}
            })
        };
        compare_values(&document(false), &document(true))
    }

    fn entry(change: &[(&str, &str)]) -> String {
        let found = found();
        let print = found.changes()[0].fingerprint.clone();
        let mut fields = [
            ("fingerprint", print.as_str()),
            ("operation", "GET /a"),
            ("pointer", "/paths/~1a/get/parameters/0"),
            ("reason", "everybody sends it"),
            ("owner", "api-team"),
            ("until", "2027-01-31"),
        ];
        for (name, value) in change {
            fields
                .iter_mut()
                .filter(|(known, _)| known == name)
                .for_each(|field| field.1 = value);
        }
        let lines = fields
            .iter()
            .map(|(name, value)| format!("{name} = {value:?}\n"));
        format!("[[accepted]]\n{}", lines.collect::<String>())
    }

    fn left(text: &str, today: &str) -> (usize, Vec<String>) {
        let accepted = Accepted::parse(text).unwrap();
        let (rest, stale) = accepted.apply(&found(), today);
        (
            rest.changes().len(),
            stale.iter().map(ToString::to_string).collect(),
        )
    }

    #[test]
    fn what_is_accepted_is_left_out_until_its_last_day() {
        assert_eq!(left("", "2026-11-24"), (1, vec![]));
        assert_eq!(left(&entry(&[]), "2026-11-24"), (0, vec![]));
        assert_eq!(left(&entry(&[]), "2027-01-31"), (0, vec![]));
        let (rest, stale) = left(&entry(&[]), "2027-02-01");
        assert_eq!((rest, stale.len()), (1, 1));
        assert!(
            stale[0].contains("was accepted until 2027-01-31"),
            "{stale:?}"
        );
    }

    #[test]
    fn an_entry_that_fits_nothing_is_an_error_whatever_part_of_it_does_not_fit() {
        for (name, value) in [
            ("fingerprint", "0000000000000000"),
            ("operation", "GET /b"),
            ("pointer", "/paths"),
        ] {
            let (rest, stale) = left(&entry(&[(name, value)]), "2026-11-24");
            assert_eq!((rest, stale.len()), (1, 1), "{name}");
            assert!(stale[0].contains("fits no change any more"), "{stale:?}");
        }
    }

    #[test]
    fn an_entry_without_reason_owner_or_day_is_refused_with_its_place() {
        for (change, expected) in [
            (("until", "soon"), "a day such as"),
            (("until", "2027-13-01"), "a day such as"),
            (("until", "2027-01-32"), "a day such as"),
            (("until", "2027-00-10"), "a day such as"),
            (("reason", " "), "must say something"),
            (("owner", ""), "must say something"),
        ] {
            let error = Accepted::parse(&entry(&[change])).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
        let error =
            Accepted::parse("[[accepted]]\nfingerprint = \"a\"\nwhy = \"b\"\n").unwrap_err();
        assert!(error.starts_with("line "), "{error}");
        assert!(Accepted::parse("[[accepted]").is_err());
    }
}
