//! Probes of the contradictions.
//!
//! Each says which alternative a server shows. C38 has none: no request would settle it.

mod callouts;
mod people;
mod services;
mod webhooks;

use crate::probe::{Probe, Side};

/// The built-in probes, in the order of their contradictions.
///
/// ```
/// let probes = people_protect_conformance::probes();
/// assert_eq!(probes.len(), 48);
/// assert!(probes.iter().all(|probe| probe.sides().len() > 1));
/// ```
#[must_use]
pub fn probes() -> Vec<Probe> {
    let mut all = people::probes();
    all.extend(callouts::probes());
    all.extend(services::probes());
    all.extend(webhooks::probes());
    all.sort_by_key(Probe::contradiction);
    all
}

/// The side that the contract takes.
const fn taken(name: &'static str) -> Side {
    Side { name, edit: "" }
}

/// Another side, and what it would change.
const fn or(name: &'static str, edit: &'static str) -> Side {
    Side { name, edit }
}

#[cfg(test)]
mod tests {
    use super::probes;

    #[test]
    fn every_contradiction_but_one_has_one_probe() {
        let ids: Vec<_> = probes()
            .iter()
            .map(|probe| probe.contradiction().to_owned())
            .collect();
        let wanted: Vec<_> = (1..=49)
            .filter(|number| *number != 38)
            .map(|number| format!("C{number:02}"))
            .collect();
        assert_eq!(ids, wanted);
    }

    #[test]
    fn every_side_but_the_taken_one_says_what_it_would_change() {
        for probe in probes() {
            let mut sides = probe.sides().iter();
            assert_eq!(sides.next().map(|side| side.edit), Some(""), "{probe:?}");
            assert!(sides.all(|side| !side.edit.is_empty()), "{probe:?}");
        }
    }
}
