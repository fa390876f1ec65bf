//! A report as people read it in a terminal.

use std::fmt::Write as _;

use super::{Report, Verdict};

/// Colours, where the reader is a terminal that wants them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    /// With escape sequences.
    Coloured,
    /// Plain text.
    Plain,
}

impl Paint {
    fn of(self, verdict: Verdict, text: &str) -> String {
        let code = match verdict {
            Verdict::Holds => "32",
            Verdict::Broken => "1;31",
            Verdict::Differs | Verdict::Drifted => "33",
            Verdict::NotRun => "2",
        };
        match self {
            Self::Plain => text.to_owned(),
            Self::Coloured => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
        }
    }
}

impl Report {
    /// What a person wants to know first, ending with one line of counts.
    #[must_use]
    pub fn to_console(&self, paint: Paint) -> String {
        let mut out = String::new();
        self.write(&mut out, paint);
        out
    }

    /// Writing to a string cannot fail, so what each `write!` says is not looked at.
    fn write(&self, out: &mut String, paint: Paint) {
        for case in &self.cases {
            if case.verdict == Verdict::Holds && case.findings.is_empty() {
                continue;
            }
            let verdict = paint.of(case.verdict, &format!("{:<8}", case.verdict.name()));
            let _ = writeln!(
                out,
                "{verdict} {} {} ({})",
                case.rule, case.title, case.grade
            );
            for finding in &case.findings {
                let _ = writeln!(out, "           {}", finding.text);
            }
        }
        let other: Vec<_> = self
            .probes
            .iter()
            .filter(|probe| !probe.seen.is_empty() && probe.seen != probe.taken)
            .collect();
        for probe in other {
            let word = paint.of(Verdict::Differs, "seen    ");
            let _ = writeln!(
                out,
                "{word} {} {}: {} (the contract takes: {})",
                probe.contradiction, probe.title, probe.seen, probe.taken
            );
        }
        for drift in &self.drift {
            let word = paint.of(Verdict::Drifted, "drift   ");
            let place = if drift.pointer.is_empty() {
                "the answer"
            } else {
                &drift.pointer
            };
            let _ = writeln!(
                out,
                "{word} {} {} {place}: {}, expected {} ({} of {})",
                drift.operation,
                drift.status,
                drift.kind.name(),
                drift.expected,
                drift.count,
                drift.of
            );
        }
        for finding in &self.sweep.findings {
            let word = paint.of(Verdict::Differs, "sweep   ");
            let wrong = if finding.wrong.is_empty() {
                "a valid request"
            } else {
                &finding.wrong
            };
            let _ = writeln!(
                out,
                "{word} {}: {wrong}: {} ({})",
                finding.operation, finding.finding, finding.status
            );
        }
        for left in &self.left_behind {
            let _ = writeln!(out, "left behind: {left}");
        }
        for trouble in &self.trouble {
            let _ = writeln!(out, "{} {trouble}", paint.of(Verdict::Broken, "trouble:"));
        }
        let asked = self
            .probes
            .iter()
            .filter(|probe| !probe.seen.is_empty())
            .count();
        let parts: Vec<String> = Verdict::ALL
            .iter()
            .map(|verdict| {
                let count = self
                    .cases
                    .iter()
                    .filter(|case| case.verdict == *verdict)
                    .count();
                let text = format!("{count} {}", verdict.name());
                if count == 0 {
                    text
                } else {
                    paint.of(*verdict, &text)
                }
            })
            .collect();
        let _ = writeln!(
            out,
            "{}: {}; {asked} of {} contradictions seen; {} drift; {} of {} requests of the sweep as expected",
            self.target,
            parts.join(", "),
            self.probes.len(),
            self.drift.len(),
            (self.sweep.valid + self.sweep.invalid).saturating_sub(self.sweep.findings.len()),
            self.sweep.valid + self.sweep.invalid,
        );
    }
}
