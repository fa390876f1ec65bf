//! Serves what was recorded of a simulator: `bare-answers answers.json`. Says where in one line of JSON.

use std::io::Write as _;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::ExitCode;

use axum::serve::ListenerExt as _;
use clap::Parser;
use people_protect_benches::bare::router;
use people_protect_benches::by_hand::Failed;
use tokio::net::TcpListener;

#[derive(Parser)]
struct Arguments {
    /// What was recorded.
    answers: PathBuf,
    /// What the paths of the recording begin with.
    base: String,
}

fn main() -> ExitCode {
    match serve(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bare-answers: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(arguments: &Arguments) -> Result<(), Failed> {
    let recorded = serde_json::from_slice(&std::fs::read(&arguments.answers)?)?;
    let routes = router(recorded)?;
    // One thread: it has one core, as the simulator has.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let mut out = std::io::stdout();
        let base = &arguments.base;
        writeln!(out, r#"{{"api":"http://{address}{base}"}}"#)?;
        out.flush()?;
        let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
        axum::serve(listener, routes).await?;
        Ok(())
    })
}
