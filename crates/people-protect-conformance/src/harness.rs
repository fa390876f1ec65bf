//! Cases under `cargo test`: each is a test of its own, chosen by name as tests are.

use std::future::Future;
use std::sync::{Arc, RwLock};

pub use libtest_mimic::{Arguments, Conclusion};
use libtest_mimic::{Completion, Failed, Trial};

use crate::case::Case;
use crate::report::{Report, Verdict};
use crate::run::Run;
use crate::session::Options;
use crate::target::{Refused, Target};

/// Runs cases as tests. Each asks a target of its own, which `target` makes: a simulator, or the
/// same server again. A test fails if its rule is broken or an answer drifted; it is ignored, with
/// the reason, if it could not be asked.
///
/// For a `main` of a test target with `harness = false`:
///
/// ```no_run
/// use people_protect_conformance::{Options, Target, cases, harness};
///
/// let arguments = harness::Arguments::from_args();
/// let target = || Target::embedded(0, |simulator| simulator);
/// harness::run(&arguments, cases(), Options::default(), target).exit();
/// ```
pub fn run<F, R>(arguments: &Arguments, cases: Vec<Case>, options: Options, target: F) -> Conclusion
where
    F: Fn() -> R + Send + Sync + 'static,
    R: Future<Output = Result<Target, Refused>>,
{
    let target = Arc::new(target);
    // What changes more than its own customers has the server to itself.
    let server = Arc::new(RwLock::new(()));
    let trials = cases.into_iter().map(|case| {
        let name = format!("{} {}", case.rule(), case.title());
        let (target, server, options) = (target.clone(), server.clone(), options.clone());
        Trial::ignorable_test(name, move || {
            // A lock is only poisoned by a test that panicked, which failed already.
            let (_shared, _alone);
            if case.runs_alone() {
                _alone = server.write();
            } else {
                _shared = server.read();
            }
            judged(&one(case.clone(), options.clone(), target.as_ref())?)
        })
    });
    libtest_mimic::run(arguments, trials.collect())
}

fn one<F, R>(case: Case, options: Options, target: &F) -> Result<Report, Failed>
where
    F: Fn() -> R,
    R: Future<Output = Result<Target, Refused>>,
{
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let target = target().await?;
        Ok(Run::of(vec![case]).against(target, options).await?)
    })
}

fn judged(report: &Report) -> Result<Completion, Failed> {
    let mut reasons: Vec<String> = report.trouble.clone();
    for case in &report.cases {
        let texts = case.findings.iter().map(|finding| finding.text.clone());
        match case.verdict {
            Verdict::NotRun if reasons.is_empty() => {
                let why: Vec<_> = texts.collect();
                return Ok(Completion::ignored_with(why.join("; ")));
            }
            Verdict::Broken => reasons.extend(texts),
            _ => {}
        }
    }
    for drift in &report.drift {
        let place = format!("{} {} {}", drift.operation, drift.status, drift.pointer);
        reasons.push(format!(
            "{place}: {}, expected {}",
            drift.kind.name(),
            drift.expected
        ));
    }
    match reasons.is_empty() {
        true => Ok(Completion::Completed),
        false => Err(reasons.join("\n").into()),
    }
}
