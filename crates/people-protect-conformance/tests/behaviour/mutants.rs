//! The suite sees every rule that the simulator can break, and mistakes none for another.

use people_protect_conformance::mutants::{ALSO, mutants};
use people_protect_conformance::{NOT_ASKED, cases};

#[tokio::test(flavor = "multi_thread")]
async fn every_mutant_is_killed_by_the_case_of_its_rule_alone() {
    let all = mutants().await.unwrap();
    let survivors: Vec<_> = all.iter().filter(|one| !one.is_killed()).collect();
    assert!(survivors.is_empty(), "{survivors:#?}");
    assert_eq!(all.len() + NOT_ASKED.len(), 99);
    assert_eq!(all.len(), cases().len());
    let lost: Vec<_> = all.iter().filter(|one| !one.not_run.is_empty()).collect();
    assert!(lost.is_empty(), "{lost:#?}");
    for (_, by, why) in ALSO {
        assert!(!by.is_empty() && !why.is_empty());
    }
}
