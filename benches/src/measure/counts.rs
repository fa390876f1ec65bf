//! Instructions and allocations of one call, beside the same by hand; held against `benches/baseline.json`.

use std::path::{Path, PathBuf};

use crate::baseline::{Baseline, grown};
use crate::by_hand::Failed;
use crate::canned;
use crate::context::{Context, class};
use crate::count::{Cost, cost};
use crate::section::{Bar, Row, Section, Unit};

/// On the command line.
pub const NAME: &str = "counts";
/// On the page.
pub const TITLE: &str = "What one call costs";

/// One thing that is counted.
struct Counting {
    name: &'static str,
    program: &'static str,
    /// Who else does it.
    peer: &'static str,
    /// What the program calls the two of them.
    who: [&'static str; 2],
    /// What the program is told to do, and what it needs to know after the number.
    what: Option<&'static str>,
    after: Option<&'static str>,
    /// As many and as many more.
    sizes: [u64; 2],
    /// What it may be more than the peer's: as a factor, and as a number of allocations.
    factor: Option<f64>,
    more: Option<f64>,
}

const CALL: Counting = Counting {
    name: "raise",
    program: "subject",
    peer: "by hand",
    who: ["ours", "by-hand"],
    what: Some("raise"),
    after: None,
    sizes: [200, 600],
    factor: Some(1.10),
    more: Some(12.0),
};

const COUNTED: [Counting; 5] = [
    CALL,
    Counting {
        name: "get",
        what: Some("get"),
        ..CALL
    },
    Counting {
        name: "webhook",
        what: Some("webhook"),
        factor: Some(1.00),
        more: None,
        ..CALL
    },
    Counting {
        name: "a task that waits for a token",
        program: "herd",
        peer: "tokio mutex around a token",
        who: ["ours", "mutex"],
        what: None,
        after: Some("1"),
        sizes: [500, 1_500],
        factor: None,
        more: None,
    },
    // Three reads each. They meet one another by chance, so there are many of them.
    Counting {
        name: "thirty seconds of a watch",
        program: "watching",
        peer: "a task that sleeps and reads",
        who: ["watch", "by-hand"],
        what: None,
        after: Some("30"),
        sizes: [100, 1_300],
        factor: None,
        more: None,
    },
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
    let address = canned::serve()?.to_string();
    let mut found = Baseline {
        class: class()?,
        calls: Vec::new(),
        reasons: known(&context.root)?.reasons,
    };
    for one in &COUNTED {
        let program = context.beside(one.program)?;
        let after = one.after.unwrap_or(&address);
        let count = |who: &str| -> Result<Cost, Failed> {
            cost(&program, one.sizes, |times| {
                let words = [Some(who), one.what, Some(times), Some(after)];
                words.into_iter().flatten().map(ToOwned::to_owned).collect()
            })
        };
        let [ours, theirs] = one.who;
        found.add(one.name, count(ours)?, count(theirs)?);
    }
    Ok(found)
}

/// What was counted as rows of the page.
#[must_use]
pub fn rows(found: &Baseline) -> Vec<Row> {
    let mut rows = Vec::new();
    for call in &found.calls {
        let known = COUNTED.iter().find(|one| one.name == call.name);
        let (peer, factor, more) = known.map_or(("by hand", None, None), |one| {
            (one.peer, one.factor, one.more)
        });
        let mut counted = |unit, ours, theirs, bar: Option<Bar>| {
            let row = Row::new(&call.name, unit, ours).beside(peer, theirs);
            rows.push(match bar {
                Some(bar) => row.bar(bar),
                None => row,
            });
        };
        counted(
            Unit::Instructions,
            call.ours.instructions as f64,
            call.by_hand.instructions as f64,
            factor.map(Bar::TimesAtMost),
        );
        counted(
            Unit::Allocations,
            call.ours.allocations,
            call.by_hand.allocations,
            more.map(Bar::MoreAtMost),
        );
    }
    rows
}

/// Whether a bar is missed by more than noise. The compiler arranges the code of the same source otherwise in another
/// folder, which moved either side of a webhook by up to three in a hundred, so a bar of 1.00 would fail by chance.
#[must_use]
pub fn is_missed(row: &Row) -> bool {
    match (row.bar, row.ratio()) {
        (Some(Bar::TimesAtMost(bar)), Some(ratio)) => ratio > bar * 1.05,
        _ => row.met() == Some(false),
    }
}

/// Counts and writes the counting down.
///
/// # Errors
///
/// As [`count`], if something grew without a reason, and if nothing can be written.
pub fn run(context: &Context) -> Result<Section, Failed> {
    let found = count(context)?;
    let grown = grown(&known(&context.root)?, &found);
    if !grown.is_empty() {
        return Err(format!(
            "{}; mend it, or give the reason in benches/baseline.json first",
            grown.join("; ")
        )
        .into());
    }
    if !context.quick {
        let mut text = serde_json::to_string_pretty(&found)?;
        text.push('\n');
        std::fs::write(file(&context.root), text)?;
    }
    context.section(NAME, TITLE, rows(&found))
}

#[cfg(test)]
mod tests {
    use super::is_missed;
    use crate::section::{Bar, Row, Unit};

    #[test]
    fn the_gate_forgives_a_bar_what_another_folder_makes_of_the_same_source_and_no_more() {
        let row = |ours, bar| {
            Row::new("one", Unit::Instructions, ours)
                .beside("other", 100.0)
                .bar(bar)
        };
        assert!(!is_missed(&row(104.0, Bar::TimesAtMost(1.0))));
        assert!(is_missed(&row(106.0, Bar::TimesAtMost(1.0))));
        // Allocations are the same wherever it is built.
        assert!(is_missed(&row(113.0, Bar::MoreAtMost(12.0))));
        assert!(is_missed(
            &Row::new("alone", Unit::Instructions, 1.0).bar(Bar::TimesAtMost(1.0))
        ));
    }
}
