//! What is written down of the last counting, and what has grown since.

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
    /// Why a call costs more than it did.
    pub reasons: Vec<Reason>,
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

/// Why a call costs what it costs since it grew. It stays in the file, and says nothing of the next growth:
/// that is another number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// Of which call.
    pub call: String,
    /// As many allocations as it makes now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allocations: Option<f64>,
    /// As many instructions as it may take now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instructions: Option<u64>,
    /// What they are for.
    pub why: String,
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

    fn call(&self, name: &str) -> Option<&Call> {
        self.calls.iter().find(|one| one.name == name)
    }

    fn is_excused(&self, name: &str, what: impl Fn(&Reason) -> bool) -> bool {
        self.reasons
            .iter()
            .any(|reason| reason.call == name && !reason.why.trim().is_empty() && what(reason))
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

impl Reason {
    /// What is wrong with it, beside what was counted.
    fn fault(&self, found: &Baseline) -> Option<String> {
        let Some(call) = found.call(&self.call) else {
            return Some("no such call is counted".to_owned());
        };
        if self.why.trim().is_empty() {
            return Some("it does not say why".to_owned());
        }
        if self.allocations.is_none() && self.instructions.is_none() {
            return Some("it says neither `allocations` nor `instructions`".to_owned());
        }
        let now = call.ours;
        let allocations = self
            .allocations
            .filter(|said| differs(*said, now.allocations))
            .map(|said| {
                format!(
                    "it is for {said} allocations and there are {}",
                    now.allocations
                )
            });
        // Room for noise and for no further growth.
        let most = now.instructions as f64 * 1.05;
        allocations.or_else(|| {
            self.instructions
                .filter(|said| *said as f64 > most)
                .map(|said| {
                    format!(
                        "it is for {said} instructions and there are {}",
                        now.instructions
                    )
                })
        })
    }
}

/// Half an allocation is the noise of growing vectors; what asks for memory a hundred times is three calls,
/// and has three times of it.
fn noise(allocations: f64) -> f64 {
    if allocations < 100.0 { 0.5 } else { 1.5 }
}

fn differs(one: f64, other: f64) -> bool {
    (one - other).abs() > noise(other)
}

/// What costs more than is written down, and has no reason: more than 105 % of the instructions, or one
/// allocation more. Another compiler makes other code, and another processor copies memory otherwise: then
/// the factor to the same by hand is compared.
#[must_use]
pub fn grown(known: &Baseline, found: &Baseline) -> Vec<String> {
    let mut findings = Vec::new();
    for now in &found.calls {
        let name = &now.name;
        let Some(before) = known.call(name) else {
            continue;
        };
        let factor = if known.class == found.class {
            now.ours.instructions as f64 / before.ours.instructions.max(1) as f64
        } else {
            now.ratio() / before.ratio()
        };
        let reason = |reason: &Reason| {
            let most = reason.instructions;
            most.is_some_and(|most| now.ours.instructions <= most)
        };
        if factor > 1.05 && !found.is_excused(name, reason) {
            findings.push(format!(
                "{name}: {:.1} % of the instructions that are written down ({} now, {} then)",
                factor * 100.0,
                now.ours.instructions,
                before.ours.instructions
            ));
        }
        let more = now.ours.allocations - before.ours.allocations;
        let reason = |reason: &Reason| {
            let said = reason.allocations;
            said.is_some_and(|said| !differs(said, now.ours.allocations))
        };
        if more > noise(before.ours.allocations) && !found.is_excused(name, reason) {
            findings.push(format!(
                "{name}: {more:.1} allocations more than are written down ({} now)",
                now.ours.allocations
            ));
        }
    }
    findings
}

/// What costs far less than is written down, or by hand anything else: then something is not counted as it was,
/// or has to be written down anew.
fn changed(known: &Baseline, found: &Baseline) -> Vec<String> {
    let mut findings = Vec::new();
    for now in &found.calls {
        let Some(before) = known.call(&now.name) else {
            continue;
        };
        let of =
            |now: Cost, before: Cost| now.instructions as f64 / before.instructions.max(1) as f64;
        let (ours, theirs) = (of(now.ours, before.ours), of(now.by_hand, before.by_hand));
        let same = known.class == found.class;
        // Another compiler or processor may well come to other numbers, but not to none.
        let least = if same { 0.8 } else { 0.2 };
        if ours < least || theirs < least || (same && theirs > 1.05) {
            findings.push(format!(
                "{}: {:.1} % of the instructions that are written down, by hand {:.1} %; \
                 if that is right, `cargo xtask bench counts` writes them down",
                now.name,
                ours * 100.0,
                theirs * 100.0
            ));
        }
    }
    findings
}

/// Everything that is not as `benches/baseline.json` says.
#[must_use]
pub fn compare(known: &Baseline, found: &Baseline) -> Vec<String> {
    let mut findings = grown(known, found);
    findings.extend(changed(known, found));
    for now in &found.calls {
        if known.call(&now.name).is_none() {
            findings.push(format!("{}: counted and not written down", now.name));
        }
    }
    for before in &known.calls {
        if found.call(&before.name).is_none() {
            findings.push(format!("{}: written down and not counted", before.name));
        }
    }
    for reason in &found.reasons {
        if let Some(fault) = reason.fault(found) {
            findings.push(format!("the reason for {}: {fault}", reason.call));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::{Baseline, Reason, compare, grown};
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

    fn because(mut of: Baseline, allocations: Option<f64>, instructions: Option<u64>) -> Baseline {
        of.reasons.push(Reason {
            call: "raise".to_owned(),
            allocations,
            instructions,
            why: "the link is kept".to_owned(),
        });
        of
    }

    #[test]
    fn five_in_a_hundred_are_noise_and_six_are_not() {
        let known = counted("one", 1000, 900, 20.0);
        assert!(compare(&known, &counted("one", 1050, 900, 20.0)).is_empty());
        let more = counted("one", 1060, 900, 20.0);
        assert_eq!(compare(&known, &more).len(), 1);
        assert!(compare(&known, &because(more.clone(), None, Some(1060))).is_empty());
        assert_eq!(compare(&known, &because(more, None, Some(1059))).len(), 1);
    }

    #[test]
    fn one_allocation_more_needs_a_reason() {
        let known = counted("one", 1000, 900, 20.0);
        let more = counted("one", 1000, 900, 21.0);
        assert_eq!(compare(&known, &more).len(), 1);
        let said = because(more, Some(21.0), None);
        assert!(compare(&known, &said).is_empty());
        // It stays where it is written down, and excuses no other.
        assert!(compare(&said, &said).is_empty());
        let again = because(counted("one", 1000, 900, 22.0), Some(21.0), None);
        assert_eq!(grown(&said, &again).len(), 1);
    }

    #[test]
    fn of_three_calls_allocations_half_a_one_each_is_noise() {
        let known = counted("one", 1000, 900, 200.0);
        assert!(compare(&known, &counted("one", 1000, 900, 201.4)).is_empty());
        assert_eq!(compare(&known, &counted("one", 1000, 900, 202.0)).len(), 1);
        let few = counted("one", 1000, 900, 99.0);
        assert_eq!(compare(&few, &counted("one", 1000, 900, 100.0)).len(), 1);
    }

    #[test]
    fn a_reason_that_says_nothing_or_is_for_nothing_is_a_finding() {
        let known = counted("one", 1000, 900, 20.0);
        let more = because(counted("one", 1000, 900, 21.0), Some(21.0), None);
        let edited = |edit: fn(&mut Reason)| {
            let mut one = more.clone();
            one.reasons.iter_mut().for_each(edit);
            compare(&known, &one).len()
        };
        assert_eq!(edited(|reason| reason.why = " ".to_owned()), 2);
        assert_eq!(edited(|reason| reason.call = "rise".to_owned()), 2);
        assert_eq!(edited(|reason| reason.allocations = None), 2);
        assert_eq!(edited(|reason| reason.allocations = Some(22.0)), 2);
        let gone = because(counted("one", 1000, 900, 20.0), Some(21.0), None);
        assert_eq!(compare(&known, &gone).len(), 1);
    }

    #[test]
    fn with_another_compiler_or_processor_the_factor_counts() {
        let known = counted("one", 1000, 900, 20.0);
        assert!(compare(&known, &counted("two", 2000, 1800, 20.0)).is_empty());
        assert_eq!(compare(&known, &counted("two", 2000, 900, 20.0)).len(), 1);
    }

    #[test]
    fn what_costs_far_less_or_by_hand_more_is_no_longer_what_was_counted() {
        let known = counted("one", 1000, 900, 20.0);
        assert!(compare(&known, &counted("one", 810, 900, 20.0)).is_empty());
        assert_eq!(compare(&known, &counted("one", 790, 900, 20.0)).len(), 1);
        assert_eq!(compare(&known, &counted("one", 0, 900, 20.0)).len(), 1);
        assert_eq!(compare(&known, &counted("two", 0, 900, 20.0)).len(), 1);
        // A peer that has become dearer would make ours look cheaper.
        assert_eq!(compare(&known, &counted("one", 1000, 950, 20.0)).len(), 1);
        assert_eq!(compare(&known, &counted("one", 1000, 700, 20.0)).len(), 1);
    }

    #[test]
    fn a_reason_for_instructions_leaves_no_room_for_more() {
        let known = counted("one", 1000, 900, 20.0);
        let more = counted("one", 1100, 900, 20.0);
        assert!(compare(&known, &because(more.clone(), None, Some(1150))).is_empty());
        assert_eq!(
            compare(&known, &because(more, None, Some(999_999))).len(),
            1
        );
    }

    #[test]
    fn what_is_not_counted_any_more_is_told() {
        let known = counted("one", 1000, 900, 20.0);
        assert_eq!(compare(&known, &Baseline::default()).len(), 1);
        assert_eq!(compare(&Baseline::default(), &known).len(), 1);
    }
}
