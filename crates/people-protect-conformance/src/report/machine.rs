//! A report as CI systems read it: JUnit XML, GitHub annotations, a step summary.

use std::fmt::Write as _;

use super::{CaseReport, Report, Verdict};

/// For attributes and texts of XML; characters XML has no way to write are left out.
fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => out.push(' '),
            other if other.is_control() => {}
            other => out.push(other),
        }
    }
    out
}

/// GitHub reads `%`, line ends and, in properties, `:` and `,` as its own.
fn escaped(text: &str) -> String {
    let text = text
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A");
    text.replace("::", ": :")
}

fn reason(case: &CaseReport) -> String {
    case.findings
        .first()
        .map(|finding| finding.text.clone())
        .unwrap_or_default()
}

impl Report {
    /// JUnit XML: a suite of the cases, and one of the drift.
    #[must_use]
    pub fn to_junit(&self) -> String {
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
        let failed = self
            .cases
            .iter()
            .filter(|case| case.verdict.is_against())
            .count();
        let _ = writeln!(
            out,
            "  <testsuite name=\"rules\" tests=\"{}\" failures=\"{failed}\" skipped=\"{}\">",
            self.cases.len(),
            self.summary.not_run
        );
        for case in &self.cases {
            let _ = write!(
                out,
                "    <testcase classname=\"rules.{}\" name=\"{}\"",
                xml(&case.rule),
                xml(&format!("{} {}", case.rule, case.title))
            );
            let why = xml(&reason(case));
            let inner = match case.verdict {
                Verdict::Broken | Verdict::Differs => {
                    format!(
                        "<failure type=\"{}\" message=\"{why}\"/>",
                        case.verdict.name()
                    )
                }
                Verdict::NotRun => format!("<skipped message=\"{why}\"/>"),
                Verdict::Holds | Verdict::Drifted => String::new(),
            };
            let _ = match inner.is_empty() {
                true => writeln!(out, "/>"),
                false => writeln!(out, ">{inner}</testcase>"),
            };
        }
        out.push_str("  </testsuite>\n");
        let _ = writeln!(
            out,
            "  <testsuite name=\"drift\" tests=\"{0}\" failures=\"{0}\">",
            self.drift.len()
        );
        for drift in &self.drift {
            let name = format!("{} {} {}", drift.operation, drift.status, drift.pointer);
            let text = format!(
                "{}: expected {}, seen {}",
                drift.kind.name(),
                drift.expected,
                drift.seen
            );
            let _ = writeln!(
                out,
                "    <testcase classname=\"drift.{}\" name=\"{}\"><failure type=\"{}\" message=\"{}\"/></testcase>",
                xml(&drift.operation),
                xml(name.trim()),
                drift.kind.name(),
                xml(&text)
            );
        }
        out.push_str("  </testsuite>\n</testsuites>\n");
        out
    }

    /// Annotations of a GitHub workflow, one line each.
    #[must_use]
    pub fn to_github(&self) -> String {
        let mut out = String::new();
        for case in self.cases.iter().filter(|case| case.verdict.is_against()) {
            let level = if case.verdict == Verdict::Broken {
                "error"
            } else {
                "warning"
            };
            let title = escaped(&format!("{} {}", case.rule, case.verdict.name()));
            let title = title.replace(':', "%3A").replace(',', "%2C");
            let text = escaped(&format!("{}: {}", case.title, reason(case)));
            let _ = writeln!(out, "::{level} title={title}::{text}");
        }
        for drift in &self.drift {
            let title = escaped(&format!("drift of {}", drift.operation));
            let text = escaped(&format!(
                "{} {} {}: expected {}, seen {}",
                drift.status,
                drift.pointer,
                drift.kind.name(),
                drift.expected,
                drift.seen
            ));
            let _ = writeln!(out, "::error title={title}::{text}");
        }
        for trouble in &self.trouble {
            let _ = writeln!(out, "::error title=conformance::{}", escaped(trouble));
        }
        out
    }

    /// Markdown, for the summary of a step or the text of an issue.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let cell = |text: &str| {
            text.replace('|', "\\|")
                .replace('\n', " ")
                .replace('<', "&lt;")
        };
        let mut out = format!("### Conformance of {}\n\n| ", cell(&self.target));
        for verdict in Verdict::ALL {
            let _ = write!(out, "{} | ", verdict.name());
        }
        out.push_str("drift |\n| --- | --- | --- | --- | --- | --- |\n| ");
        for verdict in Verdict::ALL {
            let count = self
                .cases
                .iter()
                .filter(|case| case.verdict == verdict)
                .count();
            let _ = write!(out, "{count} | ");
        }
        let _ = writeln!(out, "{} |\n", self.drift.len());
        let against: Vec<_> = self
            .cases
            .iter()
            .filter(|case| case.verdict.is_against())
            .collect();
        if !against.is_empty() {
            out.push_str("| rule | verdict | what was seen |\n| --- | --- | --- |\n");
            for case in against {
                let (rule, title) = (cell(&case.rule), cell(&case.title));
                let (verdict, why) = (case.verdict.name(), cell(&reason(case)));
                let _ = writeln!(out, "| {rule} {title} | {verdict} | {why} |");
            }
            out.push('\n');
        }
        if !self.drift.is_empty() {
            out.push_str("| operation | where | drift | expected | seen | of |\n| --- | --- | --- | --- | --- | --- |\n");
            for drift in &self.drift {
                let _ = writeln!(
                    out,
                    "| {} {} | `{}` | {} | {} | {} | {} of {} |",
                    cell(&drift.operation),
                    drift.status,
                    cell(&drift.pointer),
                    drift.kind.name(),
                    cell(&drift.expected),
                    cell(&drift.seen),
                    drift.count,
                    drift.of
                );
            }
            out.push('\n');
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::{escaped, xml};

    #[test]
    fn what_the_formats_read_as_their_own_is_escaped() {
        assert_eq!(xml("a<b>&\"\u{1}\n"), "a&lt;b&gt;&amp;&quot; ");
        assert_eq!(escaped("50%\n::error"), "50%25%0A: :error");
    }
}
