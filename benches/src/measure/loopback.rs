//! Calls over loopback, beside reqwest, hyper, JavaScript and Python.

use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use crate::by_hand::Failed;
use crate::caller::Report;
use crate::context::{Context, said};
use crate::rounds::{Server, report};
use crate::section::{Bar, Row, Section, Unit};

/// On the command line.
pub const NAME: &str = "loopback";
/// On the page.
pub const TITLE: &str = "Calls over loopback";

const HTTPX: &str = "0.28.1";

/// Who is measured beside ours.
struct Peer {
    name: String,
    program: PathBuf,
    /// What its program is told first.
    words: Vec<String>,
}

/// Measures.
///
/// # Errors
///
/// If a client or the server fails, or Node.js or httpx cannot be had.
pub fn run(context: &Context) -> Result<Section, Failed> {
    let caller = context.beside("caller")?;
    let ours = |who: &str| Peer {
        name: who.to_owned(),
        program: caller.clone(),
        words: vec![who.to_owned()],
    };
    let (wrapper, reqwest) = (ours("ours"), ours("reqwest"));
    let others = [ours("hyper"), node(context)?, httpx(context)?];
    let (rounds, seconds) = if context.quick { (1, 0.2) } else { (15, 0.7) };
    let mut rows = Vec::new();
    for what in ["raise", "get"] {
        for (in_flight, awake) in [(1, false), (1, true), (64, false), (1024, false)] {
            let during = |client: &Peer, seconds| -> Result<Report, Failed> {
                // A server that has served nobody, so that none finds the connections of another.
                let server = Server::start(&context.beside("plain")?, &[])?;
                client.round(what, in_flight, seconds, &server.address)
            };
            let one = |client: &Peer| during(client, seconds);
            let spinning = if awake { spinning()? } else { Vec::new() };
            let mut pairs = Vec::new();
            for round in 0..rounds {
                // Neither is always first.
                pairs.push(if round % 2 == 0 {
                    (one(&wrapper)?, one(&reqwest)?)
                } else {
                    let theirs = one(&reqwest)?;
                    (one(&wrapper)?, theirs)
                });
            }
            for mut one in spinning {
                if let Some(status) = one.0.try_wait()? {
                    return Err(format!("a core was not kept awake: {status}").into());
                }
            }
            let name = match awake {
                true => format!("{what}, {in_flight} in flight, cores kept awake"),
                false => format!("{what}, {in_flight} in flight"),
            };
            let (rate, their_rate) = middle(&pairs, Report::rate);
            let (p99, their_p99) = middle(&pairs, |one| one.p99_us);
            let calls = |peer: &str, theirs| {
                Row::new(&name, Unit::CallsPerSecond, rate).beside(peer, theirs)
            };
            rows.push(
                calls(&reqwest.name, their_rate)
                    .bar(Bar::TimesAtLeast(0.97))
                    .spread(spread(&pairs, Report::rate)),
            );
            rows.push(
                Row::new(format!("{name}: 99 of 100 within"), Unit::Microseconds, p99)
                    .beside(&reqwest.name, their_p99)
                    .bar(Bar::TimesAtMost(1.05))
                    .spread(spread(&pairs, |one| one.p99_us)),
            );
            if awake {
                continue;
            }
            for other in &others {
                // What compiles itself while it runs needs the time.
                let long = other.program != caller && !context.quick;
                let report = during(other, if long { 5.0 } else { seconds })?;
                rows.push(calls(&other.name, report.rate()));
            }
        }
    }
    context.section(NAME, TITLE, rows)
}

/// Spins for as long as the process it is told of lives.
const SPIN: &str = "while kill -0 \"$1\" 2>/dev/null; do :; done";

/// A process on each core that gives way to everybody and never sleeps: with one, no core halts between calls,
/// which in a virtual machine takes longer than a call.
fn spinning() -> Result<Vec<Kept>, Failed> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let process = std::process::id().to_string();
    let one = || {
        Command::new("chrt")
            .args(["--idle", "0", "sh", "-c", SPIN, "sh", &process])
            .spawn()
            .map(Kept)
            .map_err(|error| format!("chrt does not start: {error}").into())
    };
    (0..cores).map(|_| one()).collect()
}

/// A process that ends with this.
struct Kept(Child);

impl Drop for Kept {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The pair whose quotient is the middle one: what else the machine does changes from minute to minute, and
/// two rounds that follow one another meet the same of it.
fn middle(pairs: &[(Report, Report)], figure: impl Fn(&Report) -> f64) -> (f64, f64) {
    let of = |(ours, theirs): &(Report, Report)| (figure(ours), figure(theirs));
    let mut figures: Vec<(f64, f64)> = pairs.iter().map(of).collect();
    figures.sort_by(|one, other| (one.0 / one.1).total_cmp(&(other.0 / other.1)));
    figures.get(figures.len() / 2).copied().unwrap_or_default()
}

/// Between which two the middle half of the quotients is.
fn spread(pairs: &[(Report, Report)], figure: impl Fn(&Report) -> f64) -> (f64, f64) {
    let quotient = |(ours, theirs): &(Report, Report)| figure(ours) / figure(theirs);
    let mut all: Vec<f64> = pairs.iter().map(quotient).collect();
    all.sort_by(f64::total_cmp);
    let at = |place: usize| all.get(place).copied().unwrap_or_default();
    (
        at(all.len() / 4),
        at((all.len() * 3 / 4).min(all.len().saturating_sub(1))),
    )
}

impl Peer {
    fn round(
        &self,
        what: &str,
        in_flight: u32,
        seconds: f64,
        address: &str,
    ) -> Result<Report, Failed> {
        let (in_flight, seconds) = (in_flight.to_string(), seconds.to_string());
        let mut words: Vec<&str> = self.words.iter().map(String::as_str).collect();
        words.extend([what, &in_flight, &seconds, address]);
        report(&self.program, &words)
    }

    /// A script in `benches/peers`.
    fn script(name: String, program: PathBuf, context: &Context, file: &str) -> Self {
        let script = context.root.join("benches/peers").join(file);
        Self {
            name,
            program,
            words: vec![script.display().to_string()],
        }
    }
}

fn node(context: &Context) -> Result<Peer, Failed> {
    if said("node", &["--version"]).is_err() {
        said("apt-get", &["install", "--quiet", "--yes", "nodejs"])?;
    }
    let name = format!("fetch (Node.js {})", said("node", &["--version"])?);
    Ok(Peer::script(name, "node".into(), context, "fetch.mjs"))
}

fn httpx(context: &Context) -> Result<Peer, Failed> {
    let folder = context.folder("python")?;
    let python = folder.join("bin/python");
    let there = |python: &Path| {
        let asked = "import httpx; print(httpx.__version__)";
        said(&python.display().to_string(), &["-c", asked]).is_ok_and(|found| found == HTTPX)
    };
    if !there(&python) {
        let wanted = format!("httpx=={HTTPX}");
        let folder = folder.display().to_string();
        said("python3", &["-m", "venv", &folder])?;
        let python = python.display().to_string();
        let install = [
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ];
        said(&python, &[&install[..], &[&wanted]].concat())?;
    }
    let version = Command::new(&python).arg("--version").output()?;
    let version = String::from_utf8_lossy(&version.stdout).trim().to_owned();
    let name = format!("httpx {HTTPX} ({version})");
    Ok(Peer::script(name, python, context, "httpx_client.py"))
}

#[cfg(test)]
mod tests {
    use super::{middle, spread};
    use crate::caller::Report;

    #[test]
    fn the_middle_pair_is_the_middle_of_the_quotients() {
        let report = |calls| Report {
            calls,
            seconds: 1.0,
            p50_us: 0.0,
            p99_us: 0.0,
            p999_us: 0.0,
        };
        // Ours is the quicker one twice, on a machine that slows down all the while.
        let pairs = [(90, 60), (50, 100), (20, 10)].map(|(a, b)| (report(a), report(b)));
        assert_eq!(middle(&pairs, Report::rate), (90.0, 60.0));
        assert_eq!(middle(&[], Report::rate), (0.0, 0.0));
        assert_eq!(spread(&pairs, Report::rate), (0.5, 2.0));
        assert_eq!(spread(&pairs[..1], Report::rate), (1.5, 1.5));
        assert_eq!(spread(&[], Report::rate), (0.0, 0.0));
    }
}
