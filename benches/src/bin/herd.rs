//! Herds one after the other: `herd ours 10000 20` prints a JSON list of what each came to.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser;
use people_protect_benches::by_hand::Failed;
use people_protect_benches::herd::{Who, run};

#[derive(Parser)]
struct Arguments {
    who: Who,
    tasks: usize,
    herds: usize,
}

fn main() -> ExitCode {
    match done(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("herd: {error}");
            ExitCode::FAILURE
        }
    }
}

fn done(arguments: &Arguments) -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut herds = Vec::new();
    for _ in 0..arguments.herds {
        herds.push(runtime.block_on(run(arguments.who, arguments.tasks))?);
    }
    writeln!(std::io::stdout(), "{}", serde_json::to_string(&herds)?)?;
    Ok(())
}
