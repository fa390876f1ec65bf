//! The examples of fixed locations and coverage, as a user runs them.

#![allow(clippy::unwrap_used)]

mod programs;

use programs::{PATIENCE, example, run};

/// What an example prints.
fn output(name: &str) -> String {
    let ended = run(example(name), PATIENCE);
    assert!(ended.status.success(), "{ended:?}");
    ended.stdout
}

#[test]
fn the_portfolio_follows_the_file_once_the_deletion_is_allowed() {
    let shown = output("fixed_locations");
    for line in [
        "the upload would do this: 1 to add, 1 to change, 1 to delete, 0 unchanged",
        "  change site_9944: locationAdditionalInformation",
        "  delete site_old",
        "refused: upload_fixed_locations: invalid request: the upload would delete 1 fixed locations",
        "2 places now",
    ] {
        assert!(shown.contains(line), "{line} is not in {shown}");
    }
}

#[test]
fn places_are_covered_or_not() {
    let shown = output("coverage");
    for line in [
        "the office: covered, Johannesburg",
        "the shop: covered, Cape Town",
        "the mountain: not covered",
        "the farm: not covered",
    ] {
        assert!(shown.contains(line), "{line} is not in {shown}");
    }
}
