//! Answers one question about any server that claims to be the Panic API: where does it hold to the
//! documented rules, where not, and which side of each contradiction does it take?
//!
//! | Piece | What it is |
//! | --- | --- |
//! | [`Case`] | a rule turned into requests and an expectation; [`cases`] has one for each rule that binds a server |
//! | [`Probe`] | a contradiction turned into requests; it reports which alternative the server shows |
//! | [`Drift`] | where an answer differs from the contract in shape; every answer of every case is looked at |
//! | [`Sweep`] | one valid request for each operation and many invalid ones, made from the contract |
//! | [`Run`] | all of these against a [`Target`], with a [`Report`] at the end |
//!
//! It speaks plain HTTP and knows the contract; it does not use the project's own client, which
//! would hide what it is to judge. A rule of grade S or W that does not hold is
//! [broken](Verdict::Broken), any other [differs](Verdict::Differs): it was believed, not known.
//!
//! ```
//! use people_protect_conformance::{Options, Run, Target, Verdict};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! // A simulator that doubles callouts.
//! let target = Target::embedded(0, |simulator| simulator.break_rule("R27")).await?;
//! let report = Run::new().only(&["R27"]).against(target, Options::default()).await?;
//! let case = report.case("R27").expect("it was run");
//! assert_eq!(case.verdict, Verdict::Broken);
//! assert_eq!(case.findings[0].text, "the repeat has another callout id");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod answer;
mod call;
mod case;
mod cases;
mod clock;
mod compare;
mod contract;
mod drift;
mod exchange;
#[rustfmt::skip]
mod generated;
mod grade;
pub mod harness;
mod left;
pub mod mutants;
mod probe;
mod probes;
#[cfg(feature = "cli")]
pub mod program;
mod receiver;
mod redact;
mod report;
mod rule;
mod run;
mod session;
mod stages;
mod sweep;
mod target;

pub use answer::Answer;
pub use call::{Call, Who};
pub use case::{Case, Need, Outcome, Stop, against, expect};
pub use cases::{NOT_ASKED, cases};
pub use compare::Comparison;
pub use drift::{Drift, DriftKind, Misfit, Unseen};
pub use exchange::Exchange;
pub use grade::{Grade, NoGrade};
pub use probe::{Probe, Side};
pub use probes::probes;
pub use report::{
    BroughtAbout, CaseReport, Paint, ProbeReport, Report, Summary, Sweep, SweepReport, Verdict,
};
pub use rule::{Rule, rule, rules};
pub use run::{CannotRun, Progress, Run};
pub use session::{Finding, Options, Session};
pub use target::{Refused, Source, Target};

/// The examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
