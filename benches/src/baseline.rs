//! What is written down of the last counting, and what has grown since.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::count::Cost;

/// One counting.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// The compiler, the C library and what the processor can: all of them change what is counted.
    pub class: String,
    /// What was counted.
    pub calls: Vec<Call>,
    /// Why a call may ask for memory more often than is written down, by its name; none once it is.
    pub reasons: BTreeMap<String, String>,
}

/// One call, both ways.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// Its name.
    pub name: String,
    /// Through the wrapper.
    pub ours: Cost,
    /// As a user would write it.
    pub by_hand: Cost,
}

impl Baseline {
    /// Takes a call in.
    pub fn add(&mut self, name: &str, ours: Cost, by_hand: Cost) {
        self.calls.push(Call {
            name: name.to_owned(),
            ours,
            by_hand,
        });
    }
}

impl Call {
    /// How many instructions more, as a factor.
    #[must_use]
    pub fn ratio(&self) -> f64 {
        self.ours.instructions as f64 / self.by_hand.instructions.max(1) as f64
    }

    /// How many allocations more.
    #[must_use]
    pub fn extra(&self) -> f64 {
        self.ours.allocations - self.by_hand.allocations
    }
}

/// More than 105 % of the instructions, or half an allocation more per call, is a finding. Another
/// compiler makes other code, and another processor copies memory otherwise: then the factor to the same
/// by hand is compared.
#[must_use]
pub fn compare(known: &Baseline, found: &Baseline) -> Vec<String> {
    let mut findings = Vec::new();
    for now in &found.calls {
        let name = &now.name;
        let Some(before) = known.calls.iter().find(|one| one.name == *name) else {
            findings.push(format!("{name}: not written down; run `cargo xtask bench`"));
            continue;
        };
        let grown = if known.class == found.class {
            now.ours.instructions as f64 / before.ours.instructions.max(1) as f64
        } else {
            now.ratio() / before.ratio()
        };
        if grown > 1.05 {
            findings.push(format!(
                "{name}: {:.1} % of the instructions that are written down ({} now, {} then); find out why, or run `cargo xtask bench` and say why in the commit",
                grown * 100.0,
                now.ours.instructions,
                before.ours.instructions
            ));
        }
        let more = now.ours.allocations - before.ours.allocations;
        match (more > 0.5, found.reasons.contains_key(name)) {
            (true, false) => findings.push(format!(
                "{name}: {more:.1} allocations more than are written down; mend it, or give the reason in benches/baseline.json"
            )),
            // It would excuse the next one as well.
            (false, true) => findings.push(format!(
                "{name}: benches/baseline.json gives a reason for allocations that are not there; take it out"
            )),
            _ => {}
        }
    }
    for before in &known.calls {
        if !found.calls.iter().any(|now| now.name == before.name) {
            findings.push(format!("{}: written down and not counted", before.name));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::{Baseline, compare};
    use crate::count::Cost;

    fn counted(class: &str, ours: u64, by_hand: u64, allocations: f64) -> Baseline {
        let mut one = Baseline {
            class: class.to_owned(),
            ..Baseline::default()
        };
        let cost = |instructions| Cost {
            instructions,
            allocations,
        };
        one.add("raise", cost(ours), cost(by_hand));
        one
    }

    #[test]
    fn five_in_a_hundred_are_noise_and_six_are_not() {
        let known = counted("one", 1000, 900, 20.0);
        assert!(compare(&known, &counted("one", 1050, 900, 20.0)).is_empty());
        assert_eq!(compare(&known, &counted("one", 1060, 900, 20.0)).len(), 1);
    }

    #[test]
    fn one_allocation_more_needs_a_reason() {
        let known = counted("one", 1000, 900, 20.0);
        let mut more = counted("one", 1000, 900, 21.0);
        assert_eq!(compare(&known, &more).len(), 1);
        more.reasons
            .insert("raise".to_owned(), "the link is kept".to_owned());
        assert!(compare(&known, &more).is_empty());
        // What it was for is written down now.
        assert_eq!(compare(&more.clone(), &more).len(), 1);
    }

    #[test]
    fn with_another_compiler_or_processor_the_factor_counts() {
        let known = counted("one", 1000, 900, 20.0);
        assert!(compare(&known, &counted("two", 2000, 1800, 20.0)).is_empty());
        assert_eq!(compare(&known, &counted("two", 2000, 900, 20.0)).len(), 1);
    }

    #[test]
    fn what_is_not_counted_any_more_is_told() {
        let known = counted("one", 1000, 900, 20.0);
        assert_eq!(compare(&known, &Baseline::default()).len(), 1);
        assert_eq!(compare(&Baseline::default(), &known).len(), 1);
    }
}
