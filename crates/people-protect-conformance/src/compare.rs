//! What changed between two runs.

use std::fmt::Write as _;

use crate::drift::Drift;
use crate::report::{Report, Verdict};

/// What changed between two runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Comparison {
    /// Rules that held and do not any more, with their verdict now.
    pub newly_against: Vec<(String, Verdict)>,
    /// Rules that did not hold and do now.
    pub mended: Vec<String>,
    /// Rules that were asked and are not any more, with the reason.
    pub no_longer_asked: Vec<(String, String)>,
    /// Drift that was not there before.
    pub new_drift: Vec<Drift>,
    /// Drift that is gone.
    pub gone_drift: Vec<Drift>,
    /// Contradictions of which another side is seen than before, or one for the first time: the
    /// id, what was seen before, what is seen now, and what to change in the contract.
    pub settled: Vec<(String, String, String, String)>,
}

impl Comparison {
    /// Compares a run with one before it. A case that was not run before is not held against the
    /// new one, nor is drift of operations that were not called before.
    #[must_use]
    pub fn between(old: &Report, new: &Report) -> Self {
        let mut found = Self::default();
        for now in &new.cases {
            let before = old.case(&now.rule).map(|case| case.verdict);
            let was_against = before.is_some_and(Verdict::is_against);
            if now.verdict.is_against() && !was_against {
                found.newly_against.push((now.rule.clone(), now.verdict));
            }
            let holds = matches!(now.verdict, Verdict::Holds | Verdict::Drifted);
            if holds && was_against {
                found.mended.push(now.rule.clone());
            }
            if now.verdict == Verdict::NotRun && before.is_some_and(|one| one != Verdict::NotRun) {
                let why = now.findings.first().map(|one| one.text.clone());
                found
                    .no_longer_asked
                    .push((now.rule.clone(), why.unwrap_or_default()));
            }
        }
        for before in &old.cases {
            if before.verdict != Verdict::NotRun && new.case(&before.rule).is_none() {
                let gone = "it is not in the new report".to_owned();
                found.no_longer_asked.push((before.rule.clone(), gone));
            }
        }
        let same = |one: &Drift, other: &Drift| {
            (&one.operation, &one.pointer, one.kind, one.status)
                == (&other.operation, &other.pointer, other.kind, other.status)
        };
        let without = |these: &[Drift], those: &[Drift]| -> Vec<Drift> {
            let missing = |one: &&Drift| !those.iter().any(|other| same(one, other));
            these.iter().filter(missing).cloned().collect()
        };
        found.new_drift = without(&new.drift, &old.drift);
        found.gone_drift = without(&old.drift, &new.drift);
        for now in new.probes.iter().filter(|probe| !probe.seen.is_empty()) {
            let before = old
                .probes
                .iter()
                .find(|one| one.contradiction == now.contradiction);
            let before = before.map(|one| one.seen.clone()).unwrap_or_default();
            if before != now.seen {
                let all = (
                    now.contradiction.clone(),
                    before,
                    now.seen.clone(),
                    now.edit.clone(),
                );
                found.settled.push(all);
            }
        }
        found
    }

    /// Whether it got worse: a rule that does not hold any more or cannot be asked any more, or new
    /// drift.
    #[must_use]
    pub fn is_regression(&self) -> bool {
        !self.newly_against.is_empty()
            || !self.new_drift.is_empty()
            || !self.no_longer_asked.is_empty()
    }

    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Markdown that reads well in a terminal too.
    #[must_use]
    pub fn to_text(&self) -> String {
        if self.is_empty() {
            return "Nothing changed.\n".to_owned();
        }
        let mut out = String::new();
        // Writing to a string cannot fail.
        for (rule, verdict) in &self.newly_against {
            let _ = writeln!(out, "- newly {}: {rule}", verdict.name());
        }
        for (rule, why) in &self.no_longer_asked {
            let _ = writeln!(out, "- no longer asked: {rule} ({why})");
        }
        for drift in &self.new_drift {
            let Drift {
                operation,
                pointer,
                status,
                ..
            } = drift;
            let _ = writeln!(
                out,
                "- new drift: {operation} {status} {pointer} {}",
                drift.kind.name()
            );
        }
        for rule in &self.mended {
            let _ = writeln!(out, "- holds now: {rule}");
        }
        for drift in &self.gone_drift {
            let Drift {
                operation,
                pointer,
                status,
                ..
            } = drift;
            let _ = writeln!(
                out,
                "- gone: {operation} {status} {pointer} {}",
                drift.kind.name()
            );
        }
        for (id, before, now, edit) in &self.settled {
            let before = if before.is_empty() {
                "not seen"
            } else {
                before
            };
            let _ = writeln!(out, "- {id}: {now} (before: {before})");
            let edit = match edit.as_str() {
                "" => "keep the side taken, and raise its x-evidence to W",
                edit => edit,
            };
            let _ = writeln!(out, "  in openapi/panic-api.yaml: {edit}");
        }
        out
    }
}
