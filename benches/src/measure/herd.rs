//! Ten thousand tasks that need a token while there is none.

use std::path::Path;

use crate::by_hand::Failed;
use crate::context::Context;
use crate::count::{Counted, total};
use crate::herd::Herd;
use crate::rounds::{median, report};
use crate::section::{Bar, Row, Section, Unit};

/// On the command line.
pub const NAME: &str = "herd";
/// On the page.
pub const TITLE: &str = "One token for a herd";

const TASKS: usize = 10_000;
const PEER: &str = "tokio mutex around a token";

/// Measures.
///
/// # Errors
///
/// If a task gets no token, or valgrind is not there.
pub fn run(context: &Context) -> Result<Section, Failed> {
    let herd = context.beside("herd")?;
    let (rounds, herds) = if context.quick { (1, 2) } else { (5, 12) };
    let herds = format!("{herds}");
    let tasks = format!("{TASKS}");
    let (mut ours, mut mutex) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        for (who, all) in [("ours", &mut ours), ("mutex", &mut mutex)] {
            let found: Vec<Herd> = report(&herd, &[who, &tasks, &herds])?;
            // The first meets memory that nobody has touched.
            all.extend(found.into_iter().skip(1));
        }
    }
    let most = |herds: &[Herd]| herds.iter().map(|herd| herd.requests).max().unwrap_or(0) as f64;
    let each = |herds: &[Herd], of: fn(&Herd) -> f64| median(herds.iter().map(of)) / TASKS as f64;
    let all = |herd: &Herd| herd.before_us + herd.after_us;
    let after = |herd: &Herd| herd.after_us;
    let rows = vec![
        Row::new("token requests for 10,000 tasks", Unit::Count, most(&ours))
            .beside(PEER, most(&mutex))
            .bar(Bar::Exactly(1.0)),
        Row::new(
            "processor time of a task, from its start until it has the token",
            Unit::Microseconds,
            each(&ours, all),
        )
        .beside(PEER, each(&mutex, all))
        .bar(Bar::AtMost(2.0)),
        Row::new(
            "of that after the token has come",
            Unit::Microseconds,
            each(&ours, after),
        )
        .beside(PEER, each(&mutex, after)),
        Row::new(
            "instructions of a task",
            Unit::Instructions,
            instructions(&herd, "ours")?,
        )
        .beside(PEER, instructions(&herd, "mutex")?),
    ];
    context.section(NAME, TITLE, rows)
}

/// What one task more costs: the difference of two herds.
fn instructions(herd: &Path, who: &str) -> Result<f64, Failed> {
    const FEW: u64 = 2_000;
    const MANY: u64 = 6_000;
    let of = |tasks: u64| total(Counted::Instructions, herd, &[who, &tasks.to_string(), "1"]);
    Ok(of(MANY)?.saturating_sub(of(FEW)?) as f64 / (MANY - FEW) as f64)
}
