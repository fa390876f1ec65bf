//! The simulator as a program: its options, and what it does with them.

use std::io::Write as _;
use std::net::IpAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::{Clock, Error, Fault, Simulator};

/// A stand-in for the staging service of AURA's People Protect API ("Panic API").
///
/// Prints one JSON line with its addresses and credentials on stdout when it is ready, logs one line
/// for each request to stderr, and ends on SIGTERM or Ctrl-C. Nobody is alarmed and nobody will come.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    /// The address to listen on. Beyond 127.0.0.1 the API answers everybody, the control surface this
    /// machine only.
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,
    /// Lets every machine that reaches the port read and change everything.
    #[arg(long)]
    control_from_anywhere: bool,
    /// What links in answers and pages begin with: where others reach this simulator, such as
    /// `https://sandbox.example.com`. This machine and the port by default.
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// The port; 0 takes any free one.
    #[arg(long, default_value_t = 4010)]
    port: u16,
    /// Keeps the state in this file over restarts; it is made if it is not there. Nothing that was
    /// answered is lost, also when the program is killed.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Takes the customer sources from this TOML file instead of the two built-in ones.
    #[arg(long, value_name = "FILE")]
    sources: Option<PathBuf>,
    /// Where the time comes from.
    #[arg(long, value_enum, default_value_t = Time::System)]
    clock: Time,
    /// What tokens and tracking links follow from.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Sets a switch; GET /_simulator/switches lists them. May be given several times.
    #[arg(long = "switch", value_name = "NAME=VALUE")]
    switches: Vec<String>,
    /// Breaks a rule on purpose, such as R27; GET /_simulator/rules lists those that can be broken.
    /// May be given several times.
    #[arg(long = "break", value_name = "RULE")]
    broken: Vec<String>,
    /// Makes calls go wrong, as in "create_customer_callout nth=1 reset=after". May be given several
    /// times.
    #[arg(long = "fault", value_name = "FAULT")]
    faults: Vec<Fault>,
}

const EXAMPLES: &str = "\
Examples:
  people-protect-simulator --port 4010
  people-protect-simulator --state panic.redb --sources sources.toml
  people-protect-simulator --clock manual --switch grace=on --break R27

Exit code: 0 after SIGTERM or Ctrl-C, 2 if it cannot start or cannot keep its state.";

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Time {
    /// The machine's clock.
    System,
    /// A clock that stands at 2026-06-10T08:00:00Z until POST /_simulator/clock moves it.
    Manual,
}

/// Serves until SIGTERM or Ctrl-C, and says on stdout where; logs go to stderr. It exits with 0 then, and
/// with 2 if it cannot start or cannot keep its state.
pub async fn main(options: &Options) -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_target(false)
        .without_time()
        .init();
    match run(options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::from(2)
        }
    }
}

async fn run(options: &Options) -> Result<(), Error> {
    let clock = match options.clock {
        Time::System => Clock::system(),
        Time::Manual => Clock::manual(),
    };
    let mut builder = Simulator::builder()
        .host(options.host)
        .control_from_anywhere(options.control_from_anywhere)
        .port(options.port)
        .seed(options.seed)
        .clock(clock);
    if let Some(url) = &options.public_url {
        builder = builder.public_url(url);
    }
    if let Some(file) = &options.state {
        builder = builder.state_file(file);
    }
    if let Some(file) = &options.sources {
        builder = builder.sources(file);
    }
    for switch in &options.switches {
        // Without `=` the switch is turned on.
        let (name, value) = switch.split_once('=').unwrap_or((switch, "on"));
        builder = builder.switch(name, value);
    }
    for rule in &options.broken {
        builder = builder.break_rule(rule);
    }
    for fault in &options.faults {
        builder = builder.fault(fault.clone());
    }
    let simulator = builder.start().await?;
    // A reader that has gone away is no reason to stop serving.
    let mut out = std::io::stdout();
    let _ = writeln!(out, "{}", simulator.ready_line()).and_then(|()| out.flush());
    tracing::info!("serving {}", simulator.api_url());
    tracing::info!("the client secrets are in the line on stdout");
    asked_to_end().await;
    tracing::info!("ending");
    simulator.shutdown().await
}

/// Waits for Ctrl-C or SIGTERM. If a signal cannot be watched, the other still ends the program.
async fn asked_to_end() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending::<()>().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}
