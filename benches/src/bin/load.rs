//! Asks a server many times and prints how often and how long, as JSON.

use std::net::SocketAddr;
use std::process::ExitCode;

use clap::Parser;
use people_protect_benches::by_hand::Failed;
use people_protect_benches::load::{Load, What};

#[derive(Parser)]
struct Arguments {
    what: What,
    address: SocketAddr,
    /// What paths begin with.
    #[arg(long, default_value = "")]
    base: String,
    #[arg(long, default_value = "id")]
    client_id: String,
    #[arg(long, default_value = "secret")]
    client_secret: String,
    #[arg(long, default_value_t = 16)]
    connections: u32,
    /// At most so many calls.
    #[arg(long, default_value_t = u64::MAX)]
    calls: u64,
    /// At most so many seconds.
    #[arg(long, default_value_t = 300.0)]
    seconds: f64,
    /// Look for answers all the time instead of sleeping until one comes.
    #[arg(long)]
    awake: bool,
    /// The first id.
    #[arg(long)]
    first: u64,
    /// How many ids.
    #[arg(long)]
    count: u64,
}

fn main() -> ExitCode {
    match done(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("load: {error}");
            ExitCode::FAILURE
        }
    }
}

fn done(arguments: Arguments) -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    if arguments.awake {
        runtime.spawn(async {
            loop {
                tokio::task::yield_now().await;
            }
        });
    }
    let load = Load {
        what: arguments.what,
        address: arguments.address,
        base: arguments.base,
        credentials: (arguments.client_id, arguments.client_secret),
        connections: arguments.connections,
        calls: arguments.calls,
        seconds: arguments.seconds,
        first: arguments.first,
        count: arguments.count,
    };
    let done = runtime.block_on(load.run())?;
    serde_json::to_writer(std::io::stdout().lock(), &done)?;
    Ok(())
}
