//! Does one thing many times and prints nothing: `subject ours raise 200 127.0.0.1:4010`.

use std::process::ExitCode;

use clap::Parser;
use people_protect_benches::by_hand::Failed;
use people_protect_benches::subject::{What, Who, run};

#[derive(Parser)]
struct Arguments {
    who: Who,
    what: What,
    times: u32,
    address: String,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match done(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("subject: {error}");
            ExitCode::FAILURE
        }
    }
}

fn done(arguments: &Arguments) -> Result<(), Failed> {
    // One thread, so that the same happens in the same order.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(run(
        arguments.who,
        arguments.what,
        arguments.times,
        &arguments.address,
    ))
}
