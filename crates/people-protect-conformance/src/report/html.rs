//! A report as one page that needs nothing else.

use std::collections::BTreeSet;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{CaseReport, ProbeReport, Report, Verdict};
use crate::exchange::Exchange;

/// No script of others, no request, no form: what is in the page is all there is.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

fn class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Holds => "holds",
        Verdict::Broken => "broken",
        Verdict::Differs => "differs",
        Verdict::Drifted => "drifted",
        Verdict::NotRun => "not-run",
    }
}

impl Report {
    /// One HTML page: filters, each case with its exchanges, the drift, a matrix of operations.
    #[must_use]
    pub fn to_html(&self) -> String {
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(POLICY);
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { "Conformance of " (self.target) }
                    style { (PreEscaped(include_str!("page.css"))) }
                }
                body {
                    header {
                        h1 { "Conformance of " (self.target) }
                        p { "Contract " (self.contract) ", asked at " (self.started) }
                        (self.counts())
                    }
                    main {
                        @if !self.trouble.is_empty() {
                            section class="trouble" {
                                h2 { "Trouble" }
                                ul { @for one in &self.trouble { li { (one) } } }
                            }
                        }
                        (self.rules())
                        (self.drifts())
                        (self.contradictions())
                        (self.swept())
                        (self.matrix())
                        @if !self.left_behind.is_empty() {
                            section {
                                h2 { "Left behind" }
                                ul { @for one in &self.left_behind { li { (one) } } }
                            }
                        }
                    }
                    script { (PreEscaped(include_str!("page.js"))) }
                }
            }
        };
        page.into_string()
    }

    fn counts(&self) -> Markup {
        html! {
            ul class="counts" {
                @for verdict in Verdict::ALL {
                    li class=(class(verdict)) {
                        b { (self.cases.iter().filter(|case| case.verdict == verdict).count()) }
                        " " (verdict.name())
                    }
                }
                li { b { (self.drift.len()) } " drift" }
            }
        }
    }

    fn rules(&self) -> Markup {
        let mut grades: Vec<_> = self.cases.iter().map(|case| case.grade.as_str()).collect();
        let mut tags: Vec<_> = self
            .cases
            .iter()
            .flat_map(|case| &case.tags)
            .map(String::as_str)
            .collect();
        grades.sort_unstable();
        grades.dedup();
        tags.sort_unstable();
        tags.dedup();
        html! {
            section {
                h2 { "Rules" }
                div class="filters" {
                    (select("verdict", Verdict::ALL.iter().map(|one| (class(*one), one.name()))))
                    (select("grade", grades.iter().map(|one| (*one, *one))))
                    (select("tag", tags.iter().map(|one| (*one, *one))))
                    output id="shown" aria-live="polite" {}
                }
                @for case in &self.cases { (rule(case)) }
            }
        }
    }

    fn drifts(&self) -> Markup {
        html! {
            section {
                h2 { "Drift from the contract" }
                @if self.drift.is_empty() {
                    p { "Every answer had the documented shape." }
                } @else {
                    div class="wide" tabindex="0" role="region" aria-label="drift" { table {
                        thead { tr {
                            th { "Operation" } th { "Status" } th { "Where" } th { "Drift" }
                            th { "Expected" } th { "Seen" } th { "Exchanges" } th { "First seen by" }
                        } }
                        tbody {
                            @for one in &self.drift {
                                tr {
                                    td { (one.operation) } td { (one.status) }
                                    td { code { (one.pointer) } } td { (one.kind.name()) }
                                    td { (one.expected) } td { (one.seen) }
                                    td { (one.count) " of " (one.of) } td { (one.first_case) }
                                }
                            }
                        }
                    } }
                }
                @if !self.unseen.is_empty() {
                    details {
                        summary {
                            (self.unseen.len())
                            " documented fields were in no answer, which may be as it should be"
                        }
                        div class="wide" tabindex="0" role="region" aria-label="fields in no answer" { table {
                            thead { tr {
                                th { "Operation" } th { "Status" } th { "Where" } th { "Grade" }
                                th { "Answers" }
                            } }
                            tbody {
                                @for one in &self.unseen {
                                    tr {
                                        td { (one.operation) } td { (one.status) }
                                        td { code { (one.pointer) } } td { (one.grade) }
                                        td { (one.of) }
                                    }
                                }
                            }
                        } }
                    }
                }
            }
        }
    }

    fn contradictions(&self) -> Markup {
        if self.probes.is_empty() {
            return html! {};
        }
        html! {
            section {
                h2 { "Contradictions" }
                @for probe in &self.probes { (contradiction(probe)) }
            }
        }
    }

    fn swept(&self) -> Markup {
        let all = self.sweep.valid + self.sweep.invalid;
        if all == 0 && self.sweep.not_run.is_empty() {
            return html! {};
        }
        html! {
            section {
                h2 { "Valid and invalid requests" }
                p {
                    (self.sweep.valid) " valid and " (self.sweep.invalid) " invalid requests, "
                    (self.sweep.findings.len()) " answered unlike expected."
                }
                @if !self.sweep.findings.is_empty() {
                    div class="wide" tabindex="0" role="region" aria-label="requests" { table {
                        thead { tr { th { "Operation" } th { "Request" } th { "Status" } th { "Finding" } } }
                        tbody {
                            @for one in &self.sweep.findings {
                                tr {
                                    td { (one.operation) }
                                    td { @if one.wrong.is_empty() { "valid" } @else { (one.wrong) } }
                                    td { (one.status) } td { (one.finding) }
                                }
                            }
                        }
                    } }
                }
                @if !self.sweep.not_run.is_empty() {
                    ul { @for one in &self.sweep.not_run { li { (one) } } }
                }
            }
        }
    }

    /// Which operations the cases of each verdict called.
    fn matrix(&self) -> Markup {
        let mut operations: Vec<&str> = self
            .cases
            .iter()
            .flat_map(|case| &case.exchanges)
            .map(|exchange| exchange.operation.as_str())
            .filter(|operation| !operation.is_empty())
            .collect();
        operations.sort_unstable();
        operations.dedup();
        let count = |operation: &str, verdict: Verdict| {
            let of = self.cases.iter().filter(|case| case.verdict == verdict);
            of.filter(|case| case.exchanges.iter().any(|one| one.operation == operation))
                .count()
        };
        html! {
            section {
                h2 { "Operations" }
                p { "How many cases that called an operation came to what." }
                div class="wide" tabindex="0" role="region" aria-label="operations" { table {
                    thead { tr {
                        th { "Operation" }
                        @for verdict in Verdict::ALL { th { (verdict.name()) } }
                        th { "drift" }
                    } }
                    tbody {
                        @for operation in operations {
                            tr {
                                th scope="row" { (operation) }
                                @for verdict in Verdict::ALL {
                                    @let cases = count(operation, verdict);
                                    td class=(if cases > 0 { class(verdict) } else { "" }) {
                                        @if cases > 0 { (cases) }
                                    }
                                }
                                td {
                                    @let drifts =
                                        self.drift.iter().filter(|one| one.operation == operation).count();
                                    @if drifts > 0 { (drifts) }
                                }
                            }
                        }
                    }
                } }
            }
        }
    }
}

fn select<'a>(name: &str, values: impl Iterator<Item = (&'a str, &'a str)>) -> Markup {
    html! {
        label {
            (name) " "
            select data-filter=(name) {
                option value="" { "all" }
                @for (value, shown) in values { option value=(value) { (shown) } }
            }
        }
    }
}

fn rule(case: &CaseReport) -> Markup {
    let open = matches!(case.verdict, Verdict::Broken | Verdict::Differs);
    html! {
        details class="case" open[open]
            data-verdict=(class(case.verdict)) data-grade=(case.grade)
            data-tag=(case.tags.join("|")) {
            summary {
                span class={ "verdict " (class(case.verdict)) } { (case.verdict.name()) }
                " " b { (case.rule) } " " (case.title) " "
                span class="grade" title="grade of evidence" { (case.grade) }
            }
            p { (case.text) }
            @if !case.page.is_empty() { p class="page" { (case.page.trim_matches('`')) } }
            dl {
                dt { "Done" } dd { (case.steps) }
                dt { "Expected" } dd { (case.expects) }
            }
            @for finding in &case.findings {
                p class="finding" { (finding.text) " " span class="grade" { (finding.grade) } }
            }
            (differences(&case.exchanges))
            (exchanges(&case.exchanges))
        }
    }
}

/// What the contract has at each place where an answer of the case differs, and what came.
fn differences(all: &[Exchange]) -> Markup {
    let mut seen = BTreeSet::new();
    let rows: Vec<_> = all
        .iter()
        .flat_map(|one| one.misfits.iter().map(move |misfit| (one, misfit)))
        .filter(|(one, misfit)| seen.insert((&one.operation, &misfit.pointer, misfit.kind)))
        .collect();
    html! {
        @if !rows.is_empty() {
            h3 { "Differs from the contract" }
            @for (one, misfit) in rows {
                div class="diff" {
                    p {
                        (one.operation) " "
                        @if let Some(status) = one.status { (status) " " }
                        code { (misfit.pointer) } " " span class="grade" { (misfit.kind.name()) }
                    }
                    del { (misfit.expected) }
                    ins { (misfit.seen) }
                }
            }
        }
    }
}

fn contradiction(probe: &ProbeReport) -> Markup {
    let other = !probe.seen.is_empty() && probe.seen != probe.taken;
    html! {
        details class="probe" open[other] {
            summary {
                span class={ "verdict " (if other { "differs" } else { "" }) } {
                    @if probe.seen.is_empty() { "not run" } @else { (probe.seen) }
                }
                " " b { (probe.contradiction) } " " (probe.title)
            }
            @if !probe.not_run.is_empty() { p { (probe.not_run) } }
            p { "The contract takes: " (probe.taken) }
            @if !probe.edit.is_empty() { p { "To change: " (probe.edit) } }
            (exchanges(&probe.exchanges))
        }
    }
}

fn exchanges(all: &[Exchange]) -> Markup {
    html! {
        @for one in all {
            details class="exchange" {
                summary {
                    code { (one.line()) }
                    @if !one.misfits.is_empty() { " " span class="verdict drifted" { "drift" } }
                }
                p { "asked by " (one.asked_by) }
                @if let Some(body) = &one.request { pre tabindex="0" { (pretty(body)) } }
                @if let Some(body) = &one.response { pre tabindex="0" { (pretty(body)) } }
            }
        }
    }
}

fn pretty(value: &serde_json::Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}
