//! Runs cases and probes against a target.

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::{Arc, Mutex};

use futures_util::StreamExt as _;
use futures_util::stream;

use crate::case::{Case, Need, Stop};
use crate::contract::contract;
use crate::grade::Grade;
use crate::probe::Probe;
use crate::report::{CaseReport, ProbeReport, Report, Sweep, Verdict};
use crate::session::{Finding, Log, Options, Session, Shared, locked};
use crate::target::Target;

/// Told as a run goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress {
    /// So many cases, probes and operations to sweep are to be run.
    Planned(usize),
    /// This one begins.
    Begins(String),
    /// This one is over.
    Over(String, Option<Verdict>),
    /// Something a person is to do or to know.
    Says(String),
}

/// Why a run could not be made at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CannotRun(pub(crate) String);

impl std::fmt::Display for CannotRun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CannotRun {}

/// Cases, probes and a sweep to be run against a target.
///
/// ```
/// use people_protect_conformance::{Options, Run, Target};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let target = Target::embedded(0, |simulator| simulator).await?;
/// let report = Run::new().only(&["R27"]).against(target, Options::default()).await?;
/// assert_eq!(report.summary.holds, 1);
/// assert_eq!(report.exit_code(), 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Run {
    cases: Vec<Case>,
    probes: Vec<Probe>,
    sweep: bool,
}

impl Default for Run {
    fn default() -> Self {
        Self::new()
    }
}

impl Run {
    /// Everything that is built in.
    #[must_use]
    pub fn new() -> Self {
        Self {
            cases: crate::cases::cases(),
            probes: crate::probes::probes(),
            sweep: true,
        }
    }

    /// These cases, no probe and no sweep.
    #[must_use]
    pub fn of(cases: Vec<Case>) -> Self {
        Self {
            cases,
            probes: Vec::new(),
            sweep: false,
        }
    }

    /// One case more.
    #[must_use]
    pub fn with(mut self, case: Case) -> Self {
        self.cases.push(case);
        self
    }

    /// Without the sweep of invalid requests.
    #[must_use]
    pub fn without_sweep(mut self) -> Self {
        self.sweep = false;
        self
    }

    /// Only what has such an id; `*` stands for anything. The sweep is `sweep`.
    #[must_use]
    pub fn only(mut self, patterns: &[&str]) -> Self {
        let wanted = |id: &str| patterns.iter().any(|pattern| matches(pattern, id));
        self.cases.retain(|case| wanted(case.rule()));
        self.probes.retain(|probe| wanted(probe.contradiction()));
        self.sweep = self.sweep && wanted("sweep");
        self
    }

    /// Only cases of rules with such a grade, and no probe: a contradiction has no grade.
    #[must_use]
    pub fn graded(mut self, grades: &[Grade]) -> Self {
        self.cases.retain(|case| {
            let grade = case.row().map(crate::rule::Rule::grade);
            grade.is_none_or(|grade| grades.contains(&grade))
        });
        self.probes.clear();
        self.sweep = false;
        self
    }

    /// Only cases and probes about operations with such a tag, as the contract has them.
    #[must_use]
    pub fn tagged(mut self, tag: &str) -> Self {
        let tag = tag.to_lowercase().replace('-', " ");
        let of = |id: &str| tags_of(id).iter().any(|one| one.to_lowercase() == tag);
        self.cases.retain(|case| of(case.rule()));
        self.probes.retain(|probe| of(probe.contradiction()));
        self.sweep = false;
        self
    }

    /// The cases that would be run.
    #[must_use]
    pub fn cases(&self) -> &[Case] {
        &self.cases
    }

    /// The probes that would be run.
    #[must_use]
    pub fn probes(&self) -> &[Probe] {
        &self.probes
    }

    /// Whether there is nothing to run.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cases.is_empty() && self.probes.is_empty() && !self.sweep
    }

    /// Runs all against a target.
    ///
    /// # Errors
    ///
    /// The target cannot be reached or does not take the credentials: nothing can be said of it.
    pub async fn against(&self, target: Target, options: Options) -> Result<Report, CannotRun> {
        self.watched(target, options, |_| {}, std::future::pending())
            .await
    }

    /// As [`against`](Self::against), telling how it goes on, and ending early, with what was left
    /// behind taken away, as soon as `interrupted` is ready.
    ///
    /// # Errors
    ///
    /// As [`against`](Self::against).
    pub async fn watched(
        &self,
        target: Target,
        options: Options,
        progress: impl Fn(Progress) + Send + Sync + 'static,
        interrupted: impl Future<Output = ()>,
    ) -> Result<Report, CannotRun> {
        let progress = Arc::new(progress);
        let said = progress.clone();
        let tell = Box::new(move |text: &str| said(Progress::Says(text.to_owned())));
        let name = match &target.embedded {
            Some(_) => "simulator".to_owned(),
            None => target.api.clone(),
        };
        let shared = Shared::new(target, options, tell).map_err(CannotRun)?;
        reachable(&shared).await?;
        let started = Session::new(&shared, "start").now().to_string();
        let swept = usize::from(self.sweep);
        progress(Progress::Planned(
            self.cases.len() + self.probes.len() + swept,
        ));

        let done = Mutex::new(Done::default());
        let whole = tokio::select! {
            () = self.all(&shared, &done, progress.as_ref()) => true,
            () = interrupted => false,
        };
        let mut trouble = Vec::new();
        if !whole {
            trouble.push("it was interrupted: what is missing was not asked".to_owned());
        }
        let left_behind = clean(&shared).await;
        let Done {
            mut cases,
            mut probes,
            sweep,
        } = done
            .into_inner()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        cases.sort_by(|one, other| one.rule.cmp(&other.rule));
        probes.sort_by(|one, other| one.contradiction.cmp(&other.contradiction));
        let mut failed: BTreeSet<String> = BTreeSet::new();
        let exchanges = cases.iter().flat_map(|case| &case.exchanges);
        for exchange in exchanges.chain(probes.iter().flat_map(|probe| &probe.exchanges)) {
            if exchange.failed.is_some() {
                failed.insert(exchange.line());
            }
        }
        trouble.extend(failed);
        if shared.gone() {
            trouble.push("the server stopped answering, and the rest was not asked".to_owned());
        }
        let (drift, unseen) = {
            let ledger = locked(&shared.ledger);
            (ledger.all(), ledger.unseen())
        };
        Ok(Report {
            target: name,
            contract: contract().version().to_owned(),
            started,
            summary: Report::count(&cases),
            drift,
            unseen,
            cases,
            probes,
            sweep,
            left_behind,
            trouble,
        })
    }

    /// First what can share the server, then what needs it to itself.
    async fn all(
        &self,
        shared: &Arc<Shared>,
        done: &Mutex<Done>,
        progress: &(dyn Fn(Progress) + Send + Sync),
    ) {
        let many = shared.options.concurrency.max(1);
        let (alone, together): (Vec<_>, Vec<_>) =
            self.cases.iter().partition(|case| case.runs_alone());
        let (lonely, sociable): (Vec<_>, Vec<_>) =
            self.probes.iter().partition(|probe| probe.runs_alone());
        stream::iter(together)
            .for_each_concurrent(many, |case| one_case(shared, case, done, progress))
            .await;
        stream::iter(sociable)
            .for_each_concurrent(many, |probe| one_probe(shared, probe, done, progress))
            .await;
        if self.sweep {
            progress(Progress::Begins("sweep".to_owned()));
            let swept = crate::sweep::sweep(shared, many).await;
            locked(done).sweep = swept;
            progress(Progress::Over("sweep".to_owned(), None));
        }
        for case in alone {
            one_case(shared, case, done, progress).await;
        }
        for probe in lonely {
            one_probe(shared, probe, done, progress).await;
        }
    }
}

#[derive(Default)]
struct Done {
    cases: Vec<CaseReport>,
    probes: Vec<ProbeReport>,
    sweep: Sweep,
}

/// `R2*` is all that begins so.
fn matches(pattern: &str, id: &str) -> bool {
    let (pattern, id) = (pattern.to_uppercase(), id.to_uppercase());
    match pattern.split_once('*') {
        None => pattern == id,
        Some((begin, end)) => {
            id.len() >= begin.len() + end.len() && id.starts_with(begin) && id.ends_with(end)
        }
    }
}

/// The tags of the operations that rest on a rule or decide a contradiction.
pub(crate) fn tags_of(id: &str) -> Vec<String> {
    let cites = |operation: &&people_protect_contract::Operation| {
        let rules = operation.rules.iter().chain(&operation.contradictions);
        rules.into_iter().any(|one| one == id)
    };
    let all = contract().operations().iter().filter(cites);
    let tags: BTreeSet<String> = all.flat_map(|operation| operation.tags.clone()).collect();
    tags.into_iter().collect()
}

/// Signs in before all else: without that nothing can be said.
async fn reachable(shared: &Arc<Shared>) -> Result<(), CannotRun> {
    let session = Session::new(shared, "start");
    let Err(stop) = session.token(&crate::call::Who::Server).await else {
        return Ok(());
    };
    let api = &shared.target.api;
    Err(CannotRun(match stop {
        Stop::Transport(why) => {
            format!("{api} cannot be asked: {why}; check the address, and that it speaks HTTP")
        }
        _ => {
            let log = locked(&session.log);
            let last = log.exchanges.last();
            let kind = last
                .and_then(|last| last.content_type.clone())
                .unwrap_or_default();
            let status = last.and_then(|last| last.status).unwrap_or_default();
            if !kind.contains("json") {
                format!(
                    "{api} answered {status} {kind} to the exchange of the credentials, which is \
                     no answer of this API; check the address"
                )
            } else {
                format!(
                    "{api} gives no token: {status}; check AURA_CLIENT_ID and AURA_CLIENT_SECRET, \
                     and that they belong to this environment"
                )
            }
        }
    }))
}

/// Why something with these needs cannot be run now.
fn lacking(shared: &Shared, needs: &[Need]) -> Option<String> {
    if shared.gone() {
        return Some("the server stopped answering".to_owned());
    }
    needs
        .iter()
        .find_map(|need| shared.lacks(*need))
        .map(ToOwned::to_owned)
}

async fn one_case(
    shared: &Arc<Shared>,
    case: &Case,
    done: &Mutex<Done>,
    progress: &(dyn Fn(Progress) + Send + Sync),
) {
    progress(Progress::Begins(case.rule().to_owned()));
    let session = Session::new(shared, case.rule());
    let outcome = match lacking(shared, case.required()) {
        Some(why) => Err(Stop::NotRun(why)),
        None => case.start(session.clone()).await,
    };
    let report = case_report(case, &session, outcome);
    progress(Progress::Over(case.rule().to_owned(), Some(report.verdict)));
    locked(done).cases.push(report);
}

fn case_report(case: &Case, session: &Session, outcome: Result<(), Stop>) -> CaseReport {
    let log = std::mem::take(&mut *locked(&session.log));
    let Log {
        exchanges,
        mut findings,
        misfits,
    } = log;
    let row = case.row();
    let grade = row.map_or(Grade::I, crate::rule::Rule::grade);
    let (verdict, why) = match outcome {
        Ok(()) if misfits > 0 => (Verdict::Drifted, None),
        Ok(()) => (Verdict::Holds, None),
        Err(Stop::Against(why)) if grade.binds() => (Verdict::Broken, Some(why)),
        Err(Stop::Against(why)) => (Verdict::Differs, Some(why)),
        Err(Stop::NotRun(why) | Stop::Transport(why)) => (Verdict::NotRun, Some(why)),
    };
    if let Some(text) = why {
        findings.insert(0, Finding { grade, text });
    }
    let called = exchanges
        .iter()
        .filter_map(|one| contract().operation(&one.operation));
    let mut tags: BTreeSet<String> = called.flat_map(|one| one.tags.clone()).collect();
    tags.extend(tags_of(case.rule()));
    CaseReport {
        rule: case.rule().to_owned(),
        title: case.title().to_owned(),
        verdict,
        grade: grade.to_string(),
        page: row.map(|row| row.page.to_owned()).unwrap_or_default(),
        text: row.map(|row| row.text.to_owned()).unwrap_or_default(),
        steps: case.described_steps().to_owned(),
        expects: case.expectation().to_owned(),
        tags: tags.into_iter().collect(),
        findings,
        exchanges,
    }
}

async fn one_probe(
    shared: &Arc<Shared>,
    probe: &Probe,
    done: &Mutex<Done>,
    progress: &(dyn Fn(Progress) + Send + Sync),
) {
    let id = probe.contradiction().to_owned();
    progress(Progress::Begins(id.clone()));
    let session = Session::new(shared, &id);
    let outcome = match lacking(shared, probe.required()) {
        Some(why) => Err(Stop::NotRun(why)),
        None => probe.start(session.clone()).await,
    };
    let report = probe.report(&session, outcome);
    progress(Progress::Over(id, None));
    locked(done).probes.push(report);
}

/// Takes away what the run brought about: what could not be.
async fn clean(shared: &Arc<Shared>) -> Vec<String> {
    // An interruption ends no call that may be bringing something about: each has the timeout of a call.
    let open = std::mem::take(&mut *locked(&shared.bringing));
    open.join_all().await;
    let mut left = std::mem::take(&mut *locked(&shared.left));
    left.sort_by_key(crate::left::Left::order);
    // A server that answers again is worth the try.
    shared
        .failures
        .store(0, std::sync::atomic::Ordering::Relaxed);
    let mut stays = Vec::new();
    for kind in 0..=2 {
        // Owned, so that the future of a run can be sent to another thread.
        let these: Vec<_> = left
            .iter()
            .filter(|one| one.order() == kind)
            .cloned()
            .collect();
        let results = stream::iter(these)
            .map(|one| async move {
                if shared.gone() {
                    return Some(format!("{} {}", one.what, one.id));
                }
                let session = Session::new(shared, "clean up");
                let taken = one.take_away(&session).await;
                taken
                    .err()
                    .map(|why| format!("{} {} ({why})", one.what, one.id))
            })
            .buffer_unordered(8)
            .collect::<Vec<_>>()
            .await;
        stays.extend(results.into_iter().flatten());
    }
    stays
}

#[cfg(test)]
mod tests {
    use super::{Run, matches};
    use crate::grade::Grade;

    #[test]
    fn a_star_stands_for_anything() {
        assert!(matches("R2*", "R27"));
        assert!(matches("*", "sweep"));
        assert!(matches("r27", "R27"));
        assert!(!matches("R2*", "R30"));
        assert!(!matches("R2", "R27"));
    }

    #[test]
    fn cases_are_chosen_by_grade_and_by_tag() {
        let firm = Run::new().graded(&[Grade::S, Grade::W]);
        assert!(
            firm.cases()
                .iter()
                .all(|case| case.row().unwrap().grade().binds())
        );
        assert!(firm.cases().len() < Run::new().cases().len());
        let callouts = Run::new().tagged("callouts");
        assert!(callouts.cases().iter().any(|case| case.rule() == "R27"));
        assert!(callouts.cases().iter().all(|case| case.rule() != "R58"));
        assert!(!Run::new().tagged("fixed-locations").is_empty());
    }

    #[test]
    fn every_built_in_case_has_a_tag() {
        for case in Run::new().cases() {
            assert!(!super::tags_of(case.rule()).is_empty(), "{}", case.rule());
        }
    }
}
