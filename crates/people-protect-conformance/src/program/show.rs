//! What the program shows and writes.

use std::fmt::Write as _;
use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use crate::{Options, Progress, Report, Run, Target};
use indicatif::{ProgressBar, ProgressStyle};

/// One line on stderr.
pub(crate) fn error(text: &str) {
    // Where nobody reads stderr, the exit code still says it.
    let _ = writeln!(std::io::stderr(), "error: {text}");
}

/// How far a run is: a bar on a terminal, a line for each case elsewhere.
#[derive(Clone)]
pub(crate) struct Shown {
    bar: Option<ProgressBar>,
}

impl Shown {
    pub(crate) fn new() -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let colour = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
            let template = match colour {
                true => "{bar:30.green} {pos}/{len} {msg}",
                false => "{bar:30} {pos}/{len} {msg}",
            };
            let style = ProgressStyle::with_template(template);
            let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
            ProgressBar::new(0).with_style(style)
        });
        Self { bar }
    }

    pub(crate) fn tell(&self, progress: Progress) {
        let line = |text: String| {
            let _ = writeln!(std::io::stderr(), "{text}");
        };
        match (&self.bar, progress) {
            (Some(bar), Progress::Planned(count)) => bar.set_length(count as u64),
            (Some(bar), Progress::Begins(id)) => bar.set_message(id),
            (Some(bar), Progress::Over(..)) => bar.inc(1),
            (Some(bar), Progress::Says(text)) => bar.suspend(|| line(text)),
            (None, Progress::Planned(count)) => line(format!("{count} to ask")),
            (None, Progress::Over(id, Some(verdict))) => line(format!("{id} {}", verdict.name())),
            (None, Progress::Over(id, None)) => line(format!("{id} asked")),
            (None, Progress::Says(text)) => line(text),
            _ => {}
        }
    }

    pub(crate) fn done(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// What would be run.
pub(crate) fn list(run: &Run) -> String {
    let mut out = String::new();
    for case in run.cases() {
        let row = case.row();
        let grade = row.map(|row| row.grade().to_string()).unwrap_or_default();
        let _ = writeln!(out, "{} {grade} {}", case.rule(), case.title());
        let _ = writeln!(out, "      {}", case.described_steps());
        let _ = writeln!(out, "      expected: {}", case.expectation());
        for need in case.required() {
            let _ = writeln!(out, "      {}", need.lacking());
        }
    }
    for probe in run.probes() {
        let sides: Vec<_> = probe.sides().iter().map(|side| side.name).collect();
        let _ = writeln!(
            out,
            "{}   {}: {}",
            probe.contradiction(),
            probe.title(),
            sides.join(" / ")
        );
    }
    out
}

/// The requests of each case, as a simulator sees them.
pub(crate) async fn dry_run(run: &Run, seed: u64) -> Result<String, String> {
    let target = Target::embedded(seed, |simulator| simulator).await;
    let target = target.map_err(|error| error.to_string())?;
    let report = run.against(target, Options::default()).await;
    let report = report.map_err(|error| error.to_string())?;
    let mut out = String::from("Tried on a simulator; the target was not asked.\n");
    let cases = report
        .cases
        .iter()
        .map(|case| (&case.rule, &case.exchanges));
    let probes = report
        .probes
        .iter()
        .map(|probe| (&probe.contradiction, &probe.exchanges));
    for (id, exchanges) in cases.chain(probes) {
        let _ = writeln!(out, "{id}");
        for exchange in exchanges {
            let _ = writeln!(out, "  {} {}", exchange.method, exchange.path);
        }
    }
    let brought = report.brought_about();
    let _ = writeln!(out, "\nBrought about, and taken away at the end:");
    for (what, count) in brought.taken_away {
        let _ = writeln!(out, "  {count} x {what}");
    }
    let _ = writeln!(out, "Left behind, as no call takes it away:");
    for (what, count) in brought.stays {
        let _ = writeln!(out, "  {count} x {what}");
    }
    Ok(out)
}

/// A report in one of its forms, and where it goes.
pub(crate) struct Kind {
    form: fn(&Report) -> String,
    file: Option<PathBuf>,
}

impl Kind {
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let (name, file) = match text.split_once('=') {
            Some((name, file)) if !file.is_empty() => (name, Some(PathBuf::from(file))),
            _ => (text, None),
        };
        let form: fn(&Report) -> String = match name {
            "json" => Report::to_json,
            "junit" => Report::to_junit,
            "html" => Report::to_html,
            "markdown" => Report::to_markdown,
            "github" => Report::to_github,
            _ => {
                return Err(format!(
                    "`{text}` is no report; there are json=FILE, junit=FILE, html=FILE, \
                     markdown=FILE and github"
                ));
            }
        };
        if file.is_none() && name != "github" {
            return Err(format!("--report {name} needs a file: {name}=FILE"));
        }
        Ok(Self { form, file })
    }

    /// Writes it to its file, or gives it back for stdout.
    pub(crate) fn write(&self, report: &Report) -> Result<String, String> {
        let text = (self.form)(report);
        match &self.file {
            None => Ok(text),
            Some(file) => {
                std::fs::write(file, text)
                    .map_err(|error| format!("{}: {error}", file.display()))?;
                Ok(String::new())
            }
        }
    }
}

/// A file for each exchange.
pub(crate) fn record(report: &Report, folder: &Path) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let cases = report
        .cases
        .iter()
        .map(|case| (&case.rule, &case.exchanges));
    let probes = report
        .probes
        .iter()
        .map(|probe| (&probe.contradiction, &probe.exchanges));
    for (id, exchanges) in cases.chain(probes) {
        let own = folder.join(id);
        std::fs::create_dir_all(&own).map_err(failed)?;
        for (number, exchange) in exchanges.iter().enumerate() {
            let operation = match exchange.operation.as_str() {
                "" => "other",
                operation => operation,
            };
            let text = serde_json::to_string_pretty(exchange).unwrap_or_default();
            let file = own.join(format!("{:02}-{operation}.json", number + 1));
            std::fs::write(file, text + "\n").map_err(failed)?;
        }
    }
    Ok(())
}
