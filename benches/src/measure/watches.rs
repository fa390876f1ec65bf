//! Ten thousand callouts watched for ten minutes of simulated time.

use std::path::Path;

use crate::by_hand::Failed;
use crate::context::Context;
use crate::count::{Counted, total};
use crate::rounds::report;
use crate::section::{Bar, Row, Section, Unit};
use crate::watching::Watched;

/// On the command line.
pub const NAME: &str = "watches";
/// On the page.
pub const TITLE: &str = "Ten thousand watches";

const CALLOUTS: f64 = 10_000.0;
const PEER: &str = "a task that sleeps and reads";

/// Measures.
///
/// # Errors
///
/// If a callout is not read, or valgrind is not there.
pub fn run(context: &Context) -> Result<Section, Failed> {
    let watching = context.beside("watching")?;
    let seconds = if context.quick { "60" } else { "600" };
    let watched = |who: &str| -> Result<Watched, Failed> {
        report(&watching, &[who, &format!("{CALLOUTS}"), seconds])
    };
    let by_hand = watched("by-hand")?;
    let held_by_hand = held(&watching, "by-hand")?;
    let mut rows = Vec::new();
    for (who, name) in [("watch", "watch()"), ("watch-all", "watch_all()")] {
        let ours = watched(who)?;
        let mut beside = |what: &str, unit, ours: f64, theirs: f64, bar: Option<Bar>| {
            let row = Row::new(format!("{name}: {what}"), unit, ours).beside(PEER, theirs);
            rows.push(match bar {
                Some(bar) => row.bar(bar),
                None => row,
            });
        };
        beside(
            "memory of one, at the most",
            Unit::Bytes,
            held(&watching, who)?,
            held_by_hand,
            Some(Bar::AtMost(4096.0)),
        );
        beside(
            "what the process grew by in ten minutes, for each",
            Unit::Bytes,
            ours.resident_bytes as f64 / CALLOUTS,
            by_hand.resident_bytes as f64 / CALLOUTS,
            None,
        );
        beside(
            "wake-ups of tasks",
            Unit::Count,
            ours.wake_ups as f64,
            by_hand.wake_ups as f64,
            None,
        );
        beside(
            "reads of a callout less than 5 or more than 20 seconds apart (R61)",
            Unit::Count,
            ours.out_of_pace as f64,
            by_hand.out_of_pace as f64,
            Some(Bar::Exactly(0.0)),
        );
        beside(
            "most reads of all in any 5 seconds",
            Unit::Count,
            ours.most_in_five_seconds as f64,
            by_hand.most_in_five_seconds as f64,
            // R61 allows one of each.
            Some(Bar::AtMost(CALLOUTS)),
        );
        beside(
            "most reads of all in any second",
            Unit::Count,
            ours.most_in_a_second as f64,
            by_hand.most_in_a_second as f64,
            None,
        );
        beside(
            "reads of a callout",
            Unit::Count,
            ours.reads as f64 / CALLOUTS,
            by_hand.reads as f64 / CALLOUTS,
            None,
        );
        beside(
            "processor time of a read",
            Unit::Microseconds,
            ours.processor_seconds * 1e6 / ours.reads as f64,
            by_hand.processor_seconds * 1e6 / by_hand.reads as f64,
            None,
        );
        // One when it is time, one when the answer is there, and a few to begin with.
        rows.push(
            Row::new(
                format!("{name}: wake-ups of tasks"),
                Unit::Count,
                ours.wake_ups as f64,
            )
            .beside("reads made", ours.reads as f64)
            .bar(Bar::TimesAtMost(2.05)),
        );
    }
    context.section(NAME, TITLE, rows)
}

/// What one more holds when most is held: the difference of two runs long enough for three reads.
fn held(watching: &Path, who: &str) -> Result<f64, Failed> {
    const FEW: u64 = 500;
    const MANY: u64 = 2_500;
    let of = |callouts: u64| total(Counted::Held, watching, &[who, &callouts.to_string(), "30"]);
    Ok(of(MANY)?.saturating_sub(of(FEW)?) as f64 / (MANY - FEW) as f64)
}
