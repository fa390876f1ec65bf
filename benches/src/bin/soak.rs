//! Endurance: `soak --minutes 2`; with `serve` it is the server of such a run.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
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
    /// Leaves connections open, to see whether that is found.
    #[arg(long, hide = true)]
    leave_connections: bool,
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
        leave_connections: arguments.leave_connections,
    };
    // Before the run: an hour's outcome is not lost to a folder that is not there.
    let named = |file: &Path, error: std::io::Error| format!("{}: {error}", file.display());
    let mut json = match &arguments.json {
        Some(file) => Some((
            file,
            File::create(file).map_err(|error| named(file, error))?,
        )),
        None => None,
    };
    let outcome = run(&plan, &std::env::current_exe()?)?;
    std::io::stdout().write_all(outcome.table().as_bytes())?;
    if let Some((file, into)) = &mut json {
        let mut text = serde_json::to_string_pretty(&outcome)?;
        text.push('\n');
        into.write_all(text.as_bytes())
            .map_err(|error| named(file, error))?;
    }
    Ok(outcome.is_good())
}
