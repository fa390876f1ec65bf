//! One client under load: `caller ours get 64 2 127.0.0.1:4010` prints one line of JSON.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser;
use people_protect_benches::by_hand::Failed;
use people_protect_benches::caller::{What, Who, run};

#[derive(Parser)]
struct Arguments {
    who: Who,
    what: What,
    in_flight: usize,
    seconds: f64,
    address: String,
}

fn main() -> ExitCode {
    match done(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("caller: {error}");
            ExitCode::FAILURE
        }
    }
}

fn done(arguments: &Arguments) -> Result<(), Failed> {
    // One thread, so that the server has the other core.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let report = runtime.block_on(run(
        arguments.who,
        arguments.what,
        arguments.in_flight,
        arguments.seconds,
        &arguments.address,
    ))?;
    writeln!(std::io::stdout(), "{}", serde_json::to_string(&report)?)?;
    Ok(())
}
