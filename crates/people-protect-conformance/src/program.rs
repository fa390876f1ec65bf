//! The conformance suite as a program: its commands, and what they do.
//!
//! Exit codes: 0 all is as documented, 1 it is not, 2 the run could not be made.

mod chosen;
mod show;

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use self::chosen::{Chosen, Server};
use crate::{Comparison, Paint, Report, mutants};

/// Which commands there are, in a few lines: for the help of whoever offers them.
pub const EXAMPLES: &str = "\
Examples:
  people-protect-conformance run
  people-protect-conformance run --only 'R2*' --report html=report.html
  people-protect-conformance run --target staging --yes-staging --report json=today.json
  people-protect-conformance compare yesterday.json today.json

Exit codes: 0 all is as documented; 1 a rule is broken, an answer drifted, or it got worse; 2 the run
could not be made or is not complete.";

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Asks a server: without options a simulator of its own.
    Run(Box<Asked>),
    /// Says what changed between two JSON reports; exit code 1 if it got worse.
    Compare {
        /// The earlier report.
        old: PathBuf,
        /// The later one.
        new: PathBuf,
    },
    /// Prints the JSON Schema of the JSON report.
    Schema,
    /// Breaks each rule of a simulator in turn, to see whether the suite sees it.
    SelfTest,
}

/// Which cases to run, against whom, and what to write.
#[derive(Debug, Args)]
pub struct Asked {
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    chosen: Chosen,
    /// Lists what would be run.
    #[arg(long)]
    list: bool,
    /// Prints the requests that would be sent and what would be left behind. They are tried on a
    /// simulator, the target is not asked.
    #[arg(long)]
    dry_run: bool,
    /// Writes a report: json=FILE, junit=FILE, html=FILE, markdown=FILE, or github for annotations on
    /// stdout. May be given several times.
    #[arg(long = "report", value_name = "KIND=FILE")]
    reports: Vec<String>,
    /// Writes every exchange, redacted, as a JSON file into this directory.
    #[arg(long, value_name = "DIR")]
    record: Option<PathBuf>,
}

/// Does it and says how it ended: 0 all is as documented; 1 a rule is broken, an answer drifted, or it got
/// worse; 2 the run could not be made or is not complete.
pub async fn main(command: Command) -> ExitCode {
    let ended = match command {
        Command::Run(asked) => run(&asked).await,
        Command::Compare { old, new } => compare(&old, &new),
        Command::Schema => {
            out(&Report::schema());
            Ok(0)
        }
        Command::SelfTest => self_test().await,
    };
    match ended {
        Ok(code) => ExitCode::from(code),
        Err(why) => {
            show::error(&why);
            ExitCode::from(2)
        }
    }
}

/// A reader that has gone away is no reason to fail.
fn out(text: &str) {
    let mut stdout = std::io::stdout();
    let _ = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush());
}

fn paint() -> Paint {
    let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    match wanted && std::io::stdout().is_terminal() {
        true => Paint::Coloured,
        false => Paint::Plain,
    }
}

async fn run(asked: &Asked) -> Result<u8, String> {
    let run = asked.chosen.run()?;
    if run.is_empty() {
        return Err(
            "nothing fits --only, --tag and --grade; --list shows what there is".to_owned(),
        );
    }
    if asked.list {
        out(&show::list(&run));
        return Ok(0);
    }
    let reports = asked.reports.iter().map(|text| show::Kind::read(text));
    let reports = reports.collect::<Result<Vec<_>, _>>()?;
    if asked.dry_run {
        out(&show::dry_run(&run, asked.server.seed()).await?);
        return Ok(0);
    }
    let (target, options) = asked.server.target().await?;
    let progress = show::Shown::new();
    let told = progress.clone();
    let interrupted = async {
        // Without signals to watch, the program ends the way the system ends programs.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let report = run
        .watched(target, options, move |one| told.tell(one), interrupted)
        .await;
    progress.done();
    let report = report.map_err(|error| error.to_string())?;
    out(&report.to_console(paint()));
    for kind in &reports {
        out(&kind.write(&report)?);
    }
    if let Some(folder) = &asked.record {
        show::record(&report, folder)?;
    }
    Ok(report.exit_code())
}

fn compare(old: &PathBuf, new: &PathBuf) -> Result<u8, String> {
    let read = |file: &PathBuf| {
        let name = file.display();
        let text = std::fs::read_to_string(file).map_err(|error| format!("{name}: {error}"))?;
        Report::from_json(&text).map_err(|error| {
            format!("{name} is no JSON report of a run ({error}); make one with --report json=FILE")
        })
    };
    let found = Comparison::between(&read(old)?, &read(new)?);
    out(&found.to_text());
    Ok(u8::from(found.is_regression()))
}

async fn self_test() -> Result<u8, String> {
    let all = mutants::mutants()
        .await
        .map_err(|error| error.to_string())?;
    let killed = all.iter().filter(|one| one.is_killed()).count();
    out(&mutants::grades(&all));
    out(&format!(
        "\n{killed} of {} broken rules were seen, each by its own case:\n\n{}",
        all.len(),
        mutants::matrix(&all)
    ));
    out("\nWhat does not hold either while another rule is broken:\n\n");
    for (case, by, why) in mutants::ALSO {
        out(&format!(
            "- {case} while {} is broken: {why}.\n",
            by.join(", ")
        ));
    }
    for one in all
        .iter()
        .filter(|one| !one.is_killed() || !one.not_run.is_empty())
    {
        show::error(&format!(
            "{} broken: its case said {:?}; others did not hold: {}; could not be asked: {}",
            one.rule,
            one.verdict.map(crate::Verdict::name),
            one.others.join(", "),
            one.not_run.join(", ")
        ));
    }
    Ok(u8::from(killed != all.len()))
}
