//! The page that people read.

use std::fmt::Write;

use crate::baseline::Baseline;

/// What may be more than by hand: instructions as a factor, allocations as a number.
fn bar(name: &str) -> (f64, Option<f64>) {
    match name {
        "webhook" => (1.0, None),
        _ => (1.10, Some(12.0)),
    }
}

/// The table alone.
#[must_use]
pub fn table(found: &Baseline) -> String {
    let mut out = String::from(
        "| one call | instructions | by hand | factor | bar | allocations | by hand | more | bar |\n\
         | --- | ---: | ---: | ---: | --- | ---: | ---: | ---: | --- |\n",
    );
    for call in &found.calls {
        let (factor, more) = bar(&call.name);
        let word = |met: bool| if met { "met" } else { "missed" };
        let allocations = more.map_or("none".to_owned(), |more| {
            format!("12, {}", word(call.extra() <= more))
        });
        let _ = writeln!(
            out,
            "| {} | {} | {} | {:.2} | {factor:.2}, {} | {:.1} | {:.1} | {:.1} | {allocations} |",
            call.name,
            call.ours.instructions,
            call.by_hand.instructions,
            call.ratio(),
            word(call.ratio() <= factor),
            call.ours.allocations,
            call.by_hand.allocations,
            call.extra(),
        );
    }
    out
}

/// The whole page. `when` is a day and a commit.
#[must_use]
pub fn page(found: &Baseline, when: &str) -> String {
    format!(
        "# Performance\n\n\
         <!-- Written by `cargo xtask bench`; do not edit. -->\n\n\
         What one more call costs when everything is warm, counted by valgrind in user space: what the\n\
         system does for sockets is not in it. Beside it the same with reqwest and serde as a team writes\n\
         them in an afternoon (`benches/src/by_hand.rs`): no repeats, no deadlines over attempts, no kept\n\
         body, no redaction. The server answers the same bytes always. Counted {when}\n\
         with {}.\n\n\
         {}\n\
         What is behind the numbers, by the profile of callgrind:\n\n\
         - `raise` and `get`: a fifth of what is more is copying, as the future of a call is large and is moved\n  \
         into its span; an eighth is parsing the address, which the generated client writes as a text; the rest is\n  \
         memory for the kept body, its headers and the boxed hooks.\n\
         - `webhook`: the secret is compared as a SHA-256, so that its length does not show in time. Valgrind\n  \
         knows no SHA instructions, so it counts the slow form: 3,400 instructions, nearly all of the\n  \
         difference. Without them the wrapper is at 1.02.\n\n\
         Not measured yet: loopback under load, a herd of tasks at one token, thousands of watches, the\n\
         simulator beside other servers, the tools beside others, build time and size.\n\n\
         The gate `bench` fails if a call needs more than 105 % of the instructions written down in\n\
         `benches/baseline.json`, or one allocation more without a reason there.\n",
        found.class,
        table(found)
    )
}
