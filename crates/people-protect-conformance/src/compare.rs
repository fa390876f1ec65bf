//! What changed between two runs.

use std::collections::BTreeSet;
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
    /// What else got worse, a line each: a probe or a request of the sweep that is not made any more, an
    /// answer of the sweep that is unlike expected, calls without an answer, what was left behind.
    pub worse: Vec<String>,
    /// What else changed: findings beside verdicts, fields that were or were not in any answer.
    pub noticed: Vec<String>,
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
        found.besides(old, new);
        found
    }

    /// What no verdict tells.
    fn besides(&mut self, old: &Report, new: &Report) {
        let findings = |report: &Report| -> BTreeSet<String> {
            let cases = report.cases.iter();
            cases
                .flat_map(|case| case.findings.iter().map(move |one| (&case.rule, &one.text)))
                .map(|(rule, text)| format!("{rule}: {text}"))
                .collect()
        };
        let unseen = |report: &Report| -> BTreeSet<String> {
            let all = report.unseen.iter();
            all.map(|one| format!("{} {} {}", one.operation, one.status, one.pointer))
                .collect()
        };
        let (before, after) = (findings(old), findings(new));
        let (fields, fields_now) = (unseen(old), unseen(new));
        for (said, these, those) in [
            ("new finding", &after, &before),
            ("no longer found", &before, &after),
            ("in no answer any more", &fields_now, &fields),
            ("in an answer now", &fields, &fields_now),
        ] {
            let lines = these.difference(those).map(|one| format!("{said}: {one}"));
            self.noticed.extend(lines);
        }
        for probe in old.probes.iter().filter(|probe| !probe.seen.is_empty()) {
            let id = &probe.contradiction;
            let now = new.probes.iter().find(|one| one.contradiction == *id);
            if now.is_none_or(|now| now.seen.is_empty()) {
                let why = now.map_or("it is not in the new report", |now| &now.not_run);
                self.worse.push(format!("no longer asked: {id} ({why})"));
            }
        }
        let swept = |report: &Report| -> BTreeSet<String> {
            let all = report.sweep.findings.iter();
            all.map(|one| {
                format!(
                    "{} {}: {} {}",
                    one.operation, one.wrong, one.status, one.finding
                )
            })
            .collect()
        };
        let (answers, answers_now) = (swept(old), swept(new));
        let new_answers = answers_now.difference(&answers);
        self.worse
            .extend(new_answers.map(|one| format!("the sweep found: {one}")));
        let gone = answers.difference(&answers_now);
        self.noticed
            .extend(gone.map(|one| format!("the sweep no longer found: {one}")));
        let counts = |report: &Report| (report.sweep.valid, report.sweep.invalid);
        let ((valid, invalid), (valid_now, invalid_now)) = (counts(old), counts(new));
        if valid_now < valid || invalid_now < invalid {
            self.worse.push(format!(
                "the sweep made {valid_now} valid and {invalid_now} invalid requests (before: {valid} and {invalid})"
            ));
        } else if (valid, invalid) != (valid_now, invalid_now) {
            self.noticed.push(format!(
                "the sweep makes {valid_now} valid and {invalid_now} invalid requests (before: {valid} and {invalid})"
            ));
        }
        for (what, before, after) in [
            (
                "calls without an answer, and the like",
                &old.trouble,
                &new.trouble,
            ),
            ("left behind", &old.left_behind, &new.left_behind),
        ] {
            if after.len() > before.len() {
                let line = format!("{what}: {} (before: {})", after.len(), before.len());
                self.worse.push(line);
            }
        }
    }

    /// Whether it got worse: a rule that does not hold any more or cannot be asked any more, new
    /// drift, or what [`worse`](Self::worse) names.
    #[must_use]
    pub fn is_regression(&self) -> bool {
        !self.newly_against.is_empty()
            || !self.new_drift.is_empty()
            || !self.no_longer_asked.is_empty()
            || !self.worse.is_empty()
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
        for line in &self.worse {
            let _ = writeln!(out, "- {line}");
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
        for line in &self.noticed {
            let _ = writeln!(out, "- {line}");
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
