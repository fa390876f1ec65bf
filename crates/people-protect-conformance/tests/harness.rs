//! The built-in cases and one of our own, as tests: what a team that depends on this crate does.
#![allow(clippy::unwrap_used, reason = "tests fail so")]

use std::process::ExitCode;

use people_protect_conformance::{Case, Options, Target, cases, expect, harness};

fn main() -> ExitCode {
    let arguments = harness::Arguments::from_args();
    let ours = Case::new("R18", "our plan is there")
        .steps("list the subscription types")
        .expects("WEB_SIGNUP_SINGLE among them")
        .run(|session| async move {
            let types = session
                .call("list_subscription_types")
                .send()
                .await?
                .expect_ok()?;
            expect(types.text().contains("WEB_SIGNUP_SINGLE"), || {
                "it is not".to_owned()
            })
        });
    let mut all = cases();
    all.push(ours);
    let target = || Target::embedded(0, |simulator| simulator);
    let whole = harness::run(&arguments, all, Options::default(), target);
    if whole.has_failed() || whole.num_ignored > 0 {
        return ExitCode::FAILURE;
    }

    // A broken rule fails its test, and what cannot be asked is ignored. What these say goes to a
    // file: a failure that is wanted would read like one that is not.
    let folder = tempfile::tempdir().unwrap();
    let logfile = folder.path().join("log").to_str().unwrap().to_owned();
    let quiet = || harness::Arguments {
        quiet: true,
        logfile: Some(logfile.clone()),
        ..harness::Arguments::default()
    };
    let one = |rule: &str| {
        cases()
            .into_iter()
            .filter(|case| case.rule() == rule)
            .collect()
    };
    let doubling = || Target::embedded(0, |simulator| simulator.break_rule("R27"));
    let failed = harness::run(&quiet(), one("R27"), Options::default(), doubling);
    assert_eq!((failed.num_failed, failed.num_ignored), (1, 0));
    let without = |simulator: &Target| {
        let source =
            people_protect_conformance::Source::new("simulator-one", "not-a-real-secret-one");
        Target::at(simulator.api(), None, source, None, false)
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = std::sync::Arc::new(
        runtime
            .block_on(Target::embedded(0, |simulator| simulator))
            .unwrap(),
    );
    let bare = move || std::future::ready(without(&server));
    let ignored = harness::run(&quiet(), one("R36"), Options::default(), bare);
    assert_eq!((ignored.num_failed, ignored.num_ignored), (0, 1));
    ExitCode::SUCCESS
}
