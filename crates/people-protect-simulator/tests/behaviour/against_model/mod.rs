//! Random sequences of operations: the simulator and a small model written from the rules agree.
//!
//! The sequences are the same on every run. `MODEL_SEED=7` tries others, `MODEL_CASES=1000` more.
#![allow(clippy::unwrap_used, reason = "tests fail so")]

mod model;
mod pair;
mod step;

use self::pair::Pair;
use self::step::Step;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

/// Where callouts are raised, as [`common::cry`] has it.
const HOME: f64 = -26.12345;

fn number(name: &str, otherwise: u32) -> u32 {
    let given = std::env::var(name).ok();
    given
        .and_then(|text| text.parse().ok())
        .unwrap_or(otherwise)
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

/// Runs sequences until the two disagree, and shrinks the one where they do.
fn disagreement(cases: u32, most: usize, broken: Option<&str>) -> Option<(Vec<Step>, String)> {
    let runtime = runtime();
    let mut seed = [0; 32];
    seed[..4].copy_from_slice(&number("MODEL_SEED", 27).to_le_bytes());
    let config = Config {
        cases,
        max_shrink_iters: 300,
        failure_persistence: None,
        ..Config::default()
    };
    let mut runner =
        TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    let outcome = runner.run(&step::steps(most), |steps| {
        let compared = runtime.block_on(async { Pair::new(broken).await.run(&steps).await });
        compared.map_err(TestCaseError::fail)
    });
    match outcome {
        Ok(()) => None,
        Err(TestError::Fail(why, steps)) => Some((steps, why.to_string())),
        Err(TestError::Abort(why)) => panic!("{why}"),
    }
}

#[test]
fn the_simulator_and_the_model_agree() {
    let found = disagreement(number("MODEL_CASES", 100), 120, None);
    assert!(found.is_none(), "{found:#?}");
}

/// The comparison can fail: each of these is seen, and shrinks to a few steps.
#[test]
fn a_broken_rule_is_found() {
    for rule in [
        "R11", "R20", "R23", "R26", "R27", "R33", "R34", "R40", "R66", "R75",
    ] {
        let found = disagreement(100, 120, Some(rule));
        let (steps, why) = found.unwrap_or_else(|| panic!("breaking {rule} is not seen"));
        assert!(steps.len() <= 12, "{rule} shrinks to {steps:#?}: {why}");
        // It is the broken rule that is seen.
        let kept = runtime().block_on(async { Pair::new(None).await.run(&steps).await });
        assert_eq!(kept, Ok(()), "{rule}: {steps:#?}");
    }
}
