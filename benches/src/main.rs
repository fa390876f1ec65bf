//! Measures what calls, servers and tools cost beside what users would pick instead.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use people_protect_benches::baseline::compare;
use people_protect_benches::by_hand::Failed;
use people_protect_benches::context::Context;
use people_protect_benches::measure::{MEASURES, counts, names};
use people_protect_benches::results::Results;
use people_protect_benches::{chart, page};

#[derive(Parser)]
#[command(about = "What calls, servers and tools cost beside what users would pick instead")]
struct Arguments {
    /// What to measure; everything if nothing is named.
    sections: Vec<String>,
    /// Only count instructions and allocations, change nothing, and exit 1 if a call costs more than is written down.
    #[arg(long, conflicts_with_all = ["sections", "quick", "page"])]
    check: bool,
    /// As short as can be, and write nothing: a look at whether it works.
    #[arg(long)]
    quick: bool,
    /// Measure nothing; write page and charts again from docs/performance.json and benches/notes.
    #[arg(long, conflicts_with_all = ["sections", "quick"])]
    page: bool,
    /// The workspace.
    #[arg(long, default_value = ".")]
    root: PathBuf,
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: Arguments) -> Result<bool, Failed> {
    let root = std::path::absolute(&arguments.root)?;
    let context = Context {
        work: root.join("target/bench"),
        root,
        quick: arguments.quick,
    };
    if arguments.check {
        return check(&context);
    }
    let known = names();
    if let Some(stranger) = arguments
        .sections
        .iter()
        .find(|one| !known.contains(&one.as_str()))
    {
        return Err(format!(
            "nothing is called {stranger}; there is: {}",
            known.join(", ")
        )
        .into());
    }
    let mut results = Results::read(&context.root)?;
    let mut out = std::io::stdout().lock();
    let mut whole = true;
    for measure in MEASURES.iter().filter(|_| !arguments.page) {
        let asked = arguments.sections.is_empty()
            || arguments.sections.iter().any(|one| one == measure.name);
        if !asked {
            continue;
        }
        writeln!(out, "== {}", measure.name)?;
        // One that cannot be measured here does not lose the others their hour.
        match (measure.run)(&context) {
            Ok(section) => {
                out.write_all(page::table(&section.rows).as_bytes())?;
                if !context.quick {
                    results.take(section, &known);
                    write(&results, &context)?;
                }
            }
            Err(error) => {
                eprintln!("bench: {}: {error}", measure.name);
                whole = false;
            }
        }
    }
    if arguments.page {
        write(&results, &context)?;
    }
    if !context.quick {
        writeln!(
            out,
            "wrote docs/performance.json, docs/performance.md and docs/performance/"
        )?;
    }
    match whole {
        true => Ok(true),
        false => Err("not everything could be measured".into()),
    }
}

fn write(results: &Results, context: &Context) -> Result<(), Failed> {
    results.write(&context.root)?;
    chart::write(results, &context.root)?;
    std::fs::write(
        context.root.join("docs/performance.md"),
        page::page(results, &context.root)?,
    )?;
    Ok(())
}

fn check(context: &Context) -> Result<bool, Failed> {
    let found = counts::count(context)?;
    let rows = counts::rows(&found);
    let mut findings = compare(&counts::known(&context.root)?, &found);
    let missed = rows.iter().filter(|row| counts::is_missed(row));
    findings.extend(missed.map(|row| format!("{}: more than it may be beside the peer", row.what)));
    let mut out = std::io::stdout().lock();
    out.write_all(page::table(&rows).as_bytes())?;
    for finding in &findings {
        writeln!(out, "{finding}")?;
    }
    if !findings.is_empty() {
        writeln!(
            out,
            "bench: find out why and mend it, or give the reason in benches/baseline.json; CONTRIBUTING.md says how"
        )?;
    }
    if findings.is_empty() {
        writeln!(out, "bench: nothing costs more than is written down")?;
    }
    Ok(findings.is_empty())
}
