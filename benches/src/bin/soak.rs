//! Endurance: `soak --minutes 2`; with `serve` it is the server of such a run.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use people_protect_benches::by_hand::Failed;
use people_protect_benches::soak::{Plan, run, server};

#[derive(Parser)]
#[command(
    about = "Raises, watches, cancels and receives with everything going wrong, and reckons up"
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// At most so long [default: 2, if no number of calls is given].
    #[arg(long)]
    minutes: Option<f64>,
    /// At most so many answered calls.
    #[arg(long)]
    calls: Option<u64>,
    /// Writes the outcome as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Keeps so many bytes of each call, to see whether that is found.
    #[arg(long, default_value_t = 0, hide = true)]
    leak: usize,
    /// Leaves a task behind, to see whether that is found.
    #[arg(long, hide = true)]
    leave_task: bool,
    #[command(flatten)]
    server: Serve,
}

#[derive(Subcommand)]
enum Command {
    /// The server: the simulator until stdin ends.
    #[command(hide = true)]
    Serve(Serve),
}

#[derive(Args)]
struct Serve {
    /// What chance follows from.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Lets the simulator break a rule, such as R27; may be given several times.
    #[arg(long = "break", value_name = "RULE")]
    broken: Vec<String>,
}

fn main() -> ExitCode {
    match done(Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("soak: {error}");
            ExitCode::from(2)
        }
    }
}

fn done(arguments: Arguments) -> Result<bool, Failed> {
    if let Some(Command::Serve(serve)) = &arguments.command {
        server::serve(serve.seed, &serve.broken)?;
        return Ok(true);
    }
    let minutes = match (arguments.minutes, arguments.calls) {
        (None, None) => Some(2.0),
        (minutes, _) => minutes,
    };
    let plan = Plan {
        time: minutes
            .map(|minutes| Duration::try_from_secs_f64(minutes * 60.0))
            .transpose()?,
        calls: arguments.calls,
        seed: arguments.server.seed,
        broken: arguments.server.broken,
        leak: arguments.leak,
        leave_task: arguments.leave_task,
    };
    let outcome = run(&plan, &std::env::current_exe()?)?;
    if let Some(file) = arguments.json {
        let mut text = serde_json::to_string_pretty(&outcome)?;
        text.push('\n');
        std::fs::write(file, text)?;
    }
    std::io::stdout().write_all(outcome.table().as_bytes())?;
    Ok(outcome.is_good())
}
