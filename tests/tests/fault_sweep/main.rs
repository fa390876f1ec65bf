//! Every fault at every exchange of every workflow: the caller is never told what is not so.
//!
//! The exchanges of a workflow are counted in a run without a fault. Then it is run again on a
//! fresh simulator for each kind of fault at each exchange, for once, for good, and once with
//! nobody to be reached after it. The connections, the resets and the refusals are real; only the
//! time is not.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot set its stage should stop"
)]
#![allow(clippy::print_stdout, reason = "says how many runs there were")]

mod clock;
mod faults;
mod judge;
mod proxy;
mod workflows;

use std::io::Write as _;

use std::sync::Arc;

use faults::{Fault, Lasting, Plan};
use judge::Judge;
use workflows::{Known, Scene, Workflow};

/// One run.
async fn run(
    workflow: Workflow,
    known: Known,
    plan: Option<Plan>,
    operations: &[&str],
) -> (Vec<String>, Vec<&'static str>) {
    let scene = Scene::start(workflow, known).await;
    scene.proxy.fail(plan);
    let told = scene.run(workflow).await;
    let attempts = scene.proxy.attempts();
    let mut judge = Judge {
        workflow,
        scene: &scene,
        told: &told,
        wrong: Vec::new(),
    };
    judge.the_truth_was_told();
    judge.the_line_was_respected();
    match plan {
        Some(plan) => {
            judge.the_outcome_is_the_expected(plan, operations);
            judge.it_can_be_mended().await;
        }
        None => assert!(told.error().is_none(), "without a fault: {told:?}"),
    }
    let wrong = judge.wrong;
    let simulator = Arc::into_inner(scene.simulator).unwrap();
    simulator.shutdown().await.unwrap();
    (wrong, attempts)
}

/// All runs of a workflow; returns how many there were.
async fn sweep(workflow: Workflow) -> usize {
    let known = Known::look_up().await;
    let operations = without_a_fault(workflow, known).await;
    let everywhere = Lasting::ALL
        .into_iter()
        .flat_map(|lasting| Fault::ALL.into_iter().map(move |fault| (fault, lasting)));
    let plans = everywhere.flat_map(|(fault, lasting)| {
        (1..=operations.len()).map(move |at| Plan { fault, at, lasting })
    });
    under(workflow, known, &operations, plans).await
}

/// A run in which all goes well; returns the operations it took.
async fn without_a_fault(workflow: Workflow, known: Known) -> Vec<&'static str> {
    let (wrong, operations) = run(workflow, known, None, &[]).await;
    assert!(wrong.is_empty(), "without a fault: {wrong:?}");
    operations
}

/// A run under each plan; returns how many there were.
async fn under(
    workflow: Workflow,
    known: Known,
    operations: &[&str],
    plans: impl Iterator<Item = Plan>,
) -> usize {
    let mut runs = 0;
    let mut wrongs = Vec::new();
    for plan in plans {
        let (wrong, _) = run(workflow, known, Some(plan), operations).await;
        runs += 1;
        let operation = operations[plan.at - 1];
        let named = |wrong| format!("{plan} ({operation}): {wrong}");
        wrongs.extend(wrong.into_iter().map(named));
    }
    assert!(
        wrongs.is_empty(),
        "{} things wrong in {runs} runs of {workflow:?}:\n{}",
        wrongs.len(),
        wrongs.join("\n")
    );
    // Past the capture of the test's output: the count is there to be read.
    let count = format!("{workflow:?}: {runs} runs\n");
    std::io::stdout().write_all(count.as_bytes()).unwrap();
    runs
}

/// A sweep must not shrink unseen: so many exchanges, each with every fault in every way.
macro_rules! sweeps {
    ($($name:ident: $workflow:ident, $exchanges:literal;)*) => {$(
        #[tokio::test]
        async fn $name() {
            let runs = sweep(Workflow::$workflow).await;
            assert!(runs >= $exchanges * Fault::ALL.len() * Lasting::ALL.len());
        }
    )*};
}

sweeps! {
    registering_and_raising_tells_the_truth_whatever_fails: RegisterAndRaise, 5;
    raising_and_watching_tells_the_truth_whatever_fails: RaiseAndWatch, 5;
    raising_and_cancelling_tells_the_truth_whatever_fails: RaiseAndCancel, 3;
    streaming_locations_tells_the_truth_whatever_fails: StreamLocations, 5;
}

/// The first attempt was acted on; whatever the later ones come to, that is not forgotten.
#[tokio::test]
async fn what_was_acted_on_is_not_forgotten_over_what_fails_after_it() {
    let workflow = Workflow::RaiseAndCancel;
    let known = Known::look_up().await;
    let operations = without_a_fault(workflow, known).await;
    let acted = Fault::ALL.into_iter().filter(|fault| fault.is_acted_on());
    let plans = acted.flat_map(|fault| {
        let raise = operations
            .iter()
            .position(|operation| *operation == "create_customer_callout");
        Fault::ALL.into_iter().map(move |then| Plan {
            fault,
            at: raise.unwrap() + 1,
            lasting: Lasting::Then(then),
        })
    });
    let runs = under(workflow, known, &operations, plans).await;
    assert!(runs >= 8 * Fault::ALL.len());
}
