//! Serves canned answers on one thread until it is ended: prints its address, then nothing.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use bytes::Bytes;
use clap::Parser;
use people_protect_benches::by_hand::Failed;
use people_protect_benches::canned::CALLOUT;
use people_protect_benches::plain;

#[derive(Parser)]
struct Arguments {
    /// A file with the answer to every GET, in place of the callout.
    #[arg(long)]
    body: Option<PathBuf>,
}

fn main() -> ExitCode {
    match serve(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("plain: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(arguments: &Arguments) -> Result<(), Failed> {
    let body = match &arguments.body {
        Some(file) => Bytes::from(std::fs::read(file)?),
        None => Bytes::from_static(CALLOUT.as_bytes()),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(plain::serve(body, |address| {
        let mut out = std::io::stdout();
        // Whoever started it and reads no address asks it nothing.
        let _ = writeln!(out, "{address}").and_then(|()| out.flush());
    }))?;
    Ok(())
}
