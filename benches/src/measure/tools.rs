//! The tools of the workspace beside those that others use for the same: whole programs, time and memory.

mod documents;
mod peers;

use std::process::Command;

use crate::by_hand::Failed;
use crate::context::Context;
use crate::process::{self, Program};
use crate::section::{Bar, Row, Section, Unit};

use documents::Documents;
use peers::Peers;

/// On the command line.
pub const NAME: &str = "tools";
/// On the page.
pub const TITLE: &str = "The tools beside others";

/// How often each program is timed.
const ROUNDS: usize = 5;

/// One thing that is asked of ours, and of others.
struct Case {
    what: String,
    ours: Program,
    peers: Vec<(String, Program)>,
}

/// Measures.
///
/// # Errors
///
/// If something cannot be built, installed or downloaded, or a tool gives no answer.
pub fn run(context: &Context) -> Result<Section, Failed> {
    let ours = Ours::build(context)?;
    let peers = Peers::install(context)?;
    let documents = Documents::fetch(context)?;
    let rounds = if context.quick { 1 } else { ROUNDS };
    let mut rows = Vec::new();
    for case in cases(context, &ours, &peers, &documents)? {
        let programs: Vec<&Program> = [&case.ours]
            .into_iter()
            .chain(case.peers.iter().map(|(_, program)| program))
            .collect();
        let costs = process::turns(&programs, rounds)?;
        let (mine, theirs) = costs.split_first().ok_or("nothing was measured")?;
        for ((name, _), cost) in case.peers.iter().zip(theirs) {
            let row = |unit, ours, value| Row::new(&case.what, unit, ours).beside(name, value);
            rows.push(row(Unit::Seconds, mine.seconds, cost.seconds).bar(Bar::TimesAtMost(0.1)));
            rows.push(row(Unit::Bytes, mine.peak, cost.peak).bar(Bar::TimesAtMost(1.0)));
        }
    }
    context.section(NAME, TITLE, rows)
}

/// Our programs, as they are released.
struct Ours {
    xtask: Program,
    people_protect: Program,
}

impl Ours {
    fn build(context: &Context) -> Result<Self, Failed> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        // The program with `contract` alone, as its README offers it to who needs no more.
        let built = Command::new(cargo)
            .args(["build", "--quiet", "--release", "--no-default-features"])
            .args(["-p", "xtask", "-p", "people-protect-cli"])
            .current_dir(&context.root)
            .status()?;
        if !built.success() {
            return Err("xtask and people-protect do not build".into());
        }
        let program = |name| -> Result<Program, Failed> {
            Ok(Program::new(context.beside(name)?, &[], &context.root))
        };
        Ok(Self {
            xtask: program("xtask")?,
            people_protect: program("people-protect")?,
        })
    }

    fn lint(&self, document: &str) -> Program {
        self.xtask.asked(&["contract", "lint", document]).judge()
    }

    fn diff(&self, old: &str, new: &str) -> Program {
        self.people_protect
            .asked(&["contract", "diff", old, new])
            .judge()
            .that_finds()
    }
}

fn cases(
    context: &Context,
    ours: &Ours,
    peers: &Peers,
    documents: &Documents,
) -> Result<Vec<Case>, Failed> {
    let contract = documents.contract.as_str();
    let lint = |document: &str| (peers.linter(), peers.lint(document));
    let mut cases = vec![
        Case {
            what: "generate --check, our contract".to_owned(),
            ours: ours.xtask.asked(&["generate", "--check"]),
            peers: vec![lint(contract)],
        },
        Case {
            what: "contract lint, our contract".to_owned(),
            ours: ours.lint(contract),
            peers: vec![lint(contract)],
        },
        Case {
            what: "contract diff, our contract".to_owned(),
            ours: ours.diff(contract, &documents.edited),
            peers: peers.diffs(contract, &documents.edited),
        },
    ];
    let (contract, edited) = documents.as_json(peers, context)?;
    cases.push(Case {
        what: "contract diff, our contract in JSON".to_owned(),
        ours: ours.diff(&contract, &edited),
        peers: peers.in_rust(&contract, &edited),
    });
    for pair in &documents.pairs {
        let (name, old, new) = (&pair.name, &pair.old, &pair.new);
        // Ours lints what is written in OpenAPI 3.0, or can be; of the others it says that they cannot.
        if pair.lint {
            cases.push(Case {
                what: format!("contract lint, {name}"),
                ours: ours.lint(new),
                peers: vec![lint(new)],
            });
        }
        cases.push(Case {
            what: format!("contract diff, {name}"),
            ours: ours.diff(old, new),
            peers: peers.diffs(old, new),
        });
    }
    Ok(cases)
}
