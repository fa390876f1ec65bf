//! A million calls with everything going wrong, and what came of them.

use std::process::{Command, Stdio};

use crate::by_hand::Failed;
use crate::context::Context;
use crate::section::{Bar, Row, Section, Unit};
use crate::soak::outcome::{CLIENT_MEMORY, DESCRIPTORS, Outcome};
use crate::soak::wrong::Wrong;

/// On the command line.
pub const NAME: &str = "soak";
/// On the page.
pub const TITLE: &str = "Endurance";

/// Runs in a process of its own: what other measurements left in this one is not to be counted.
///
/// # Errors
///
/// If the run cannot be made.
pub fn run(context: &Context) -> Result<Section, Failed> {
    let file = context.folder(NAME)?.join("outcome.json");
    let calls = if context.quick { "2000" } else { "1000000" };
    let status = Command::new(context.beside("soak")?)
        .args(["--calls", calls, "--json"])
        .arg(&file)
        .stdout(Stdio::null())
        .status()?;
    // 1 is a run that found something, which the rows show.
    if !matches!(status.code(), Some(0 | 1)) {
        return Err(format!("the run could not be made: {status}").into());
    }
    let outcome: Outcome = serde_json::from_slice(&std::fs::read(&file)?)?;
    for words in &outcome.wrong.words {
        eprintln!("soak: {words}");
    }
    let mut section = context.section(NAME, TITLE, rows(&outcome))?;
    section.courses = outcome.courses;
    Ok(section)
}

fn rows(outcome: &Outcome) -> Vec<Row> {
    let count = |what: &str, count: u64| Row::new(what, Unit::Count, count as f64);
    let none = |what: &str, wrong: &[Wrong]| {
        let found = wrong.iter().map(|one| outcome.wrong.count(*one)).sum();
        count(what, found).bar(Bar::Exactly(0.0))
    };
    let mut rows = vec![
        count("calls that were answered", outcome.calls),
        Row::new(
            "calls each second, faults and waits included",
            Unit::CallsPerSecond,
            outcome.calls_per_second(),
        ),
        count("callouts brought to their end", outcome.callouts),
        count(
            "callouts of raises given up, which landed late",
            outcome.late,
        ),
        none("acknowledged and lost", &[Wrong::Lost]),
        none("doubled (R27)", &[Wrong::Doubled, Wrong::Second]),
        none(
            "said not to have reached the server, and had",
            &[Wrong::NotTrue],
        ),
        none(
            "watches that did not end as their callout did",
            &[Wrong::Watch],
        ),
        none("deliveries worked on twice or never", &[Wrong::Delivery]),
        none(
            "failures that no fault explains",
            &[Wrong::Unexplained, Wrong::Idle],
        ),
    ];
    // A short run says nothing about growth, and then there is no such row.
    for (who, grown) in [("client", &outcome.client), ("server", &outcome.server)] {
        if let Some(memory) = grown.memory {
            let what = format!("memory of the {who}, with 1,000 calls more");
            let row = Row::new(what, Unit::Bytes, memory.per_thousand_calls);
            rows.push(match who {
                "client" => row.bar(Bar::AtMost(CLIENT_MEMORY.per_thousand_calls)),
                _ => row,
            });
        }
        if let Some(descriptors) = grown.descriptors {
            let what = format!("descriptors of the {who}, with a million calls more");
            let row = Row::new(what, Unit::Count, descriptors.per_thousand_calls * 1000.0);
            rows.push(match who {
                "client" => row.bar(Bar::AtMost(DESCRIPTORS.per_thousand_calls * 1000.0)),
                _ => row,
            });
        }
    }
    rows.push(count("tasks left", outcome.tasks_left).bar(Bar::Exactly(0.0)));
    rows
}
