//! Programs that take turns, so that what else the machine does meets both alike.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde::de::DeserializeOwned;

use crate::by_hand::Failed;
use crate::server::{Core, on};

/// More than a thousand connections; many systems allow that many only if asked.
const FILES: &str = "now=$(ulimit -n); [ \"$now\" = unlimited ] || [ \"$now\" -ge 8192 ] || \
     ulimit -n 8192 2>/dev/null || ulimit -n 4096 2>/dev/null; exec \"$0\" \"$@\"";

/// A program with enough files, on a core of its own where there are two.
#[must_use]
pub fn program(core: Core, path: &Path) -> Command {
    let mut command = on(core, Path::new("sh"));
    command.args(["-c", FILES]).arg(path);
    command
}

/// The line of JSON that a program prints.
///
/// # Errors
///
/// If it fails, with what it said, or prints something else.
pub fn report<T: DeserializeOwned>(path: &Path, words: &[&str]) -> Result<T, Failed> {
    let name = path.display();
    let output = program(Core::Load, path)
        .args(words)
        .output()
        .map_err(|error| format!("{name} does not start: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(format!("{name} {words:?} failed: {}", said.trim()).into());
    }
    serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("{name} {words:?}: {error}").into())
}

/// A server of its own, which ends with this.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: String,
}

impl Server {
    /// Starts one that prints its address first.
    ///
    /// # Errors
    ///
    /// If it does not.
    pub fn start(path: &Path, words: &[&str]) -> Result<Self, Failed> {
        let mut child = program(Core::Server, path)
            .args(words)
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{} does not start: {error}", path.display()))?;
        let mut address = String::new();
        if let Some(out) = child.stdout.take() {
            BufReader::new(out).read_line(&mut address)?;
        }
        let server = Self {
            child,
            address: address.trim().to_owned(),
        };
        match server.address.is_empty() {
            true => Err(format!("{} told no address", path.display()).into()),
            false => Ok(server),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The one in the middle; of an even number the mean of both.
#[must_use]
pub fn median(figures: impl IntoIterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.into_iter().collect();
    figures.sort_by(f64::total_cmp);
    let half = figures.len() / 2;
    match (figures.get(half), figures.len() % 2) {
        (None, _) => 0.0,
        (Some(middle), 1) => *middle,
        (Some(upper), _) => f64::midpoint(figures[half - 1], *upper),
    }
}

// Without a shell there are no scripts.
#[cfg(all(test, unix))]
mod tests {
    use super::{median, report};

    #[test]
    fn a_median_is_in_the_middle() {
        assert_eq!(median([3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median([4.0, 1.0, 2.0, 3.0]), 2.5);
        assert_eq!(median([]), 0.0);
    }

    #[test]
    fn a_program_that_fails_or_prints_no_json_is_no_figure() {
        let of = |script: &str| report::<u64>("/bin/sh".as_ref(), &["-c", script]);
        assert_eq!(of("echo 7").ok(), Some(7));
        let told = |script| of(script).err().map(|error| error.to_string());
        assert!(told("echo seven").is_some());
        assert!(told("echo why >&2; exit 1").is_some_and(|why| why.contains("why")));
    }
}
