//! Instructions and allocations of one call, beside the same by hand; held against `benches/baseline.json`.

use std::path::{Path, PathBuf};

use crate::baseline::Baseline;
use crate::by_hand::Failed;
use crate::canned;
use crate::context::{Context, class};
use crate::count::{Cost, cost};
use crate::section::{Bar, Row, Section, Unit};

/// On the command line.
pub const NAME: &str = "counts";
/// On the page.
pub const TITLE: &str = "What one call costs";

/// What is counted, and what it may be more than by hand: as a factor, and as a number of allocations.
const CALLS: [(&str, f64, Option<f64>); 3] = [
    ("raise", 1.10, Some(12.0)),
    ("get", 1.10, Some(12.0)),
    ("webhook", 1.00, None),
];

/// Where the last counting is written down.
#[must_use]
pub fn file(root: &Path) -> PathBuf {
    root.join("benches/baseline.json")
}

/// The last counting; nothing if there is none.
///
/// # Errors
///
/// If the file is damaged.
pub fn known(root: &Path) -> Result<Baseline, Failed> {
    let file = file(root);
    match std::fs::read(&file) {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map_err(|error| format!("{}: {error}", file.display()).into()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Baseline::default()),
        Err(error) => Err(format!("{}: {error}", file.display()).into()),
    }
}

/// Counts.
///
/// # Errors
///
/// If valgrind is not there, or a call fails.
pub fn count(context: &Context) -> Result<Baseline, Failed> {
    let subject = context.beside("subject")?;
    let address = canned::serve()?.to_string();
    let mut found = Baseline {
        class: class()?,
        calls: Vec::new(),
        reasons: known(&context.root)?.reasons,
    };
    for (call, _, _) in CALLS {
        let count = |who: &str| -> Result<Cost, Failed> { cost(&subject, &[who, call], &address) };
        found.add(call, count("ours")?, count("by-hand")?);
    }
    Ok(found)
}

/// What was counted as rows of the page.
#[must_use]
pub fn rows(found: &Baseline) -> Vec<Row> {
    let mut rows = Vec::new();
    for call in &found.calls {
        let bars = CALLS.iter().find(|(name, _, _)| *name == call.name);
        let (factor, more) = bars.map_or((1.0, None), |(_, factor, more)| (*factor, *more));
        let counted =
            |unit, ours, theirs| Row::new(&call.name, unit, ours).beside("by hand", theirs);
        rows.push(
            counted(
                Unit::Instructions,
                call.ours.instructions as f64,
                call.by_hand.instructions as f64,
            )
            .bar(Bar::TimesAtMost(factor)),
        );
        let allocations = counted(
            Unit::Allocations,
            call.ours.allocations,
            call.by_hand.allocations,
        );
        rows.push(match more {
            Some(more) => allocations.bar(Bar::MoreAtMost(more)),
            None => allocations,
        });
    }
    rows
}

/// Counts and writes the counting down.
///
/// # Errors
///
/// As [`count`], and if nothing can be written.
pub fn run(context: &Context) -> Result<Section, Failed> {
    let mut found = count(context)?;
    // What they excused is what is written down from now on.
    found.reasons.clear();
    let mut text = serde_json::to_string_pretty(&found)?;
    text.push('\n');
    std::fs::write(file(&context.root), text)?;
    context.section(NAME, TITLE, rows(&found))
}
