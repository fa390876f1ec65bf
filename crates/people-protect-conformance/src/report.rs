//! What a run found. Its JSON is read by other programs.

mod console;
mod html;
mod machine;

pub use console::Paint;
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::drift::{Drift, Unseen};
use crate::exchange::Exchange;
use crate::left::{BRINGS, STAYS};
use crate::session::Finding;

/// What came of a case.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Verdict {
    /// The server does what the rule says.
    Holds,
    /// It does not, and the rule is stated or was seen on the wire.
    Broken,
    /// It does not, and the rule was known less well: a finding about the rule.
    Differs,
    /// It does, and an answer differs from the contract in shape.
    Drifted,
    /// It could not be asked.
    NotRun,
}

impl Verdict {
    /// All, in the order of reports.
    pub const ALL: [Self; 5] = [
        Self::Holds,
        Self::Broken,
        Self::Differs,
        Self::Drifted,
        Self::NotRun,
    ];

    /// For people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Broken => "broken",
            Self::Differs => "differs",
            Self::Drifted => "drifted",
            Self::NotRun => "not run",
        }
    }

    /// Whether the server does otherwise than the rule says.
    #[must_use]
    pub fn is_against(self) -> bool {
        matches!(self, Self::Broken | Self::Differs)
    }
}

/// How many cases came to what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[allow(missing_docs, reason = "named like the verdicts")]
#[non_exhaustive]
pub struct Summary {
    pub holds: usize,
    pub broken: usize,
    pub differs: usize,
    pub drifted: usize,
    pub not_run: usize,
}

/// A case and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct CaseReport {
    /// The rule's id.
    pub rule: String,
    /// What the case is called.
    pub title: String,
    /// What came of it.
    pub verdict: Verdict,
    /// The grade of its rule.
    pub grade: String,
    /// The page of AURA's documentation.
    pub page: String,
    /// What the rule says.
    pub text: String,
    /// What was done.
    pub steps: String,
    /// What was expected.
    pub expects: String,
    /// The tags of the operations it called.
    pub tags: Vec<String>,
    /// The reason for the verdict first, then what else is worth knowing.
    pub findings: Vec<Finding>,
    /// Every request and answer, redacted.
    pub exchanges: Vec<Exchange>,
}

/// Which side of a contradiction the server takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct ProbeReport {
    /// The contradiction's id.
    pub contradiction: String,
    /// What disagrees.
    pub title: String,
    /// The alternative that was seen; empty if it was not run.
    pub seen: String,
    /// The alternative that the contract takes.
    pub taken: String,
    /// Why it was not run; empty if it was.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub not_run: String,
    /// What to change in the contract, if the server takes another side.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub edit: String,
    /// The evidence, redacted.
    pub exchanges: Vec<Exchange>,
}

/// A request that does not keep the contract, and how it was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct SweepReport {
    /// The operation.
    pub operation: String,
    /// What was wrong with the request; empty for the valid one.
    pub wrong: String,
    /// The status.
    pub status: u16,
    /// What is wrong with the answer.
    pub finding: String,
}

/// How many requests the sweep sent, and those that were answered unlike expected.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Sweep {
    /// Valid requests.
    pub valid: usize,
    /// Invalid ones.
    pub invalid: usize,
    /// What was answered unlike expected.
    pub findings: Vec<SweepReport>,
    /// Operations that could not be swept, and why.
    pub not_run: Vec<String>,
}

/// What calls brought about, by kind. A repeat that was folded counts too.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BroughtAbout {
    /// What the run takes away at its end.
    pub taken_away: BTreeMap<&'static str, usize>,
    /// What no call takes away.
    pub stays: BTreeMap<&'static str, usize>,
}

/// What a run found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Report {
    /// The server: `simulator`, or its address.
    pub target: String,
    /// The version of the contract.
    pub contract: String,
    /// The server's time at the start.
    pub started: String,
    /// How many cases came to what.
    pub summary: Summary,
    /// Every case.
    pub cases: Vec<CaseReport>,
    /// Every probe.
    pub probes: Vec<ProbeReport>,
    /// Every way in which answers differ from the contract.
    pub drift: Vec<Drift>,
    /// Documented fields that were in none of the answers, where that is no drift.
    pub unseen: Vec<Unseen>,
    /// What came of invalid requests.
    pub sweep: Sweep,
    /// What the run could not take away again.
    pub left_behind: Vec<String>,
    /// Calls without an answer, and other reasons for which the run says less than it could.
    pub trouble: Vec<String>,
}

impl Report {
    /// 0 if all is as documented, 1 if not, 2 if the run could not be made.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        let crashed = self.sweep.findings.iter().any(|one| one.status >= 500);
        if !self.trouble.is_empty() {
            2
        } else if self.summary.broken > 0 || !self.drift.is_empty() || crashed {
            1
        } else {
            0
        }
    }

    /// Its JSON, which [`from_json`](Self::from_json) reads.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Texts, numbers and lists only: this cannot fail.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// The JSON Schema of [`to_json`](Self::to_json).
    ///
    /// ```
    /// let schema = people_protect_conformance::Report::schema();
    /// assert!(schema.contains("contradiction"));
    /// ```
    #[must_use]
    pub fn schema() -> String {
        let schema = schemars::schema_for!(Self);
        serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n"
    }

    /// Reads the JSON of a report.
    ///
    /// # Errors
    ///
    /// It is not one.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// What the run's calls brought about, by kind.
    #[must_use]
    pub fn brought_about(&self) -> BroughtAbout {
        let mut all = BroughtAbout::default();
        let cases = self.cases.iter().flat_map(|case| &case.exchanges);
        let probes = self.probes.iter().flat_map(|probe| &probe.exchanges);
        for exchange in cases.chain(probes) {
            if !exchange
                .status
                .is_some_and(|status| (200..300).contains(&status))
            {
                continue;
            }
            let of = |id: &str| id == exchange.operation;
            if let Some((_, what, _)) = BRINGS.iter().find(|(id, _, _)| of(id)) {
                *all.taken_away.entry(what).or_default() += 1;
            }
            if let Some((_, what)) = STAYS.iter().find(|(id, _)| of(id)) {
                *all.stays.entry(what).or_default() += 1;
            }
        }
        all
    }

    /// The case of a rule.
    #[must_use]
    pub fn case(&self, rule: &str) -> Option<&CaseReport> {
        self.cases.iter().find(|case| case.rule == rule)
    }

    pub(crate) fn count(cases: &[CaseReport]) -> Summary {
        let of = |verdict| cases.iter().filter(|case| case.verdict == verdict).count();
        Summary {
            holds: of(Verdict::Holds),
            broken: of(Verdict::Broken),
            differs: of(Verdict::Differs),
            drifted: of(Verdict::Drifted),
            not_run: of(Verdict::NotRun),
        }
    }
}
