//! Watches: `watching watch 10000 600` prints what 10,000 watches of 600 simulated seconds came to.

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use people_protect_benches::by_hand::Failed;
use people_protect_benches::watching::{Who, run};

#[derive(Parser)]
struct Arguments {
    who: Who,
    callouts: usize,
    seconds: u64,
}

fn main() -> ExitCode {
    match done(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("watching: {error}");
            ExitCode::FAILURE
        }
    }
}

fn done(arguments: &Arguments) -> Result<(), Failed> {
    // No timer and no sockets: time is simulated, and answers come from within.
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let time = Duration::from_secs(arguments.seconds);
    let watched = runtime.block_on(run(arguments.who, arguments.callouts, time))?;
    writeln!(std::io::stdout(), "{}", serde_json::to_string(&watched)?)?;
    Ok(())
}
