//! Whole programs, measured from outside: how long they take and how much memory they hold at most.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::by_hand::Failed;
use crate::context::said;
use crate::stopwatch::Stopwatch;

/// Fewer bytes are a heading, or a word that nothing was found.
const FOUND: usize = 200;

/// A program and what it is asked.
#[derive(Debug, Clone)]
pub struct Program {
    /// The program.
    pub program: PathBuf,
    /// What it is asked.
    pub words: Vec<String>,
    /// The folder it runs in.
    pub folder: PathBuf,
    /// What stands in its environment beside the rest.
    pub environment: Vec<(&'static str, String)>,
    /// Whether it ends with 1 when it finds something, and says on stdout what.
    pub judges: bool,
    /// As many bytes it says on stdout at least.
    pub least: usize,
}

impl Program {
    /// A program in a folder that answers with 0.
    #[must_use]
    pub fn new(program: impl Into<PathBuf>, words: &[&str], folder: &Path) -> Self {
        Self {
            program: program.into(),
            words: words.iter().map(ToString::to_string).collect(),
            folder: folder.to_owned(),
            environment: Vec::new(),
            judges: false,
            least: 0,
        }
    }

    /// The same program, asked this.
    #[must_use]
    pub fn asked(&self, words: &[&str]) -> Self {
        Self {
            words: words.iter().map(ToString::to_string).collect(),
            ..self.clone()
        }
    }

    /// A judge: it answers with 1 when it finds something. One that crashes may end with 1 as well, but has found
    /// nothing to print.
    #[must_use]
    pub fn judge(mut self) -> Self {
        self.judges = true;
        self
    }

    /// One that is asked where there is much to find: to find nothing in no time is no answer.
    #[must_use]
    pub fn that_finds(mut self) -> Self {
        self.least = FOUND;
        self
    }

    /// With this in its environment.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.environment.push((name, value.into()));
        self
    }

    /// Runs it and says what it printed.
    ///
    /// # Errors
    ///
    /// If it does not start or does not answer.
    pub fn output(&self) -> Result<Output, Failed> {
        let mut command = Command::new(&self.program);
        command.args(&self.words);
        self.run(command)
    }

    /// How many seconds it takes.
    ///
    /// # Errors
    ///
    /// As [`output`](Self::output).
    pub fn seconds(&self) -> Result<f64, Failed> {
        let watch = Stopwatch::start();
        self.output()?;
        Ok(watch.elapsed().as_secs_f64())
    }

    /// How many bytes it holds at most; of several processes, the largest.
    ///
    /// # Errors
    ///
    /// As [`output`](Self::output), and if there is no GNU time.
    pub fn peak(&self) -> Result<f64, Failed> {
        let mut command = Command::new("/usr/bin/time");
        // Only time's own line begins like this.
        command
            .args(["--quiet", "--format", "peak-kib %M", "--"])
            .arg(&self.program)
            .args(&self.words);
        let output = self.run(command)?;
        let said = String::from_utf8_lossy(&output.stderr);
        let kib = said
            .lines()
            .rev()
            .find_map(|line| line.strip_prefix("peak-kib ")?.parse::<f64>().ok())
            .ok_or_else(|| format!("time said no peak: {said}"))?;
        Ok(kib * 1024.0)
    }

    fn run(&self, mut command: Command) -> Result<Output, Failed> {
        let output = command
            .current_dir(&self.folder)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .output()
            .map_err(|error| format!("{} does not start: {error}", self.program.display()))?;
        let answered = match output.status.code() {
            Some(0) => true,
            Some(1) => self.judges && !output.stdout.trim_ascii().is_empty(),
            _ => false,
        };
        if !answered || output.stdout.len() < self.least {
            let why = String::from_utf8_lossy(&output.stderr);
            let why: Vec<&str> = why.lines().rev().take(8).collect();
            let name = self.program.display();
            let why = why.into_iter().rev().collect::<Vec<_>>().join("\n");
            return Err(format!("{name} {:?} gave no answer: {why}", self.words).into());
        }
        Ok(output)
    }
}

/// What was measured of a program.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cost {
    /// The median of all rounds.
    pub seconds: f64,
    /// The most bytes at once.
    pub peak: f64,
}

/// Measures programs that take turns. The first round is not timed: it warms the files and measures memory.
///
/// # Errors
///
/// If one of them gives no answer.
pub fn turns(programs: &[&Program], rounds: usize) -> Result<Vec<Cost>, Failed> {
    let peaks: Result<Vec<f64>, Failed> = programs.iter().map(|one| one.peak()).collect();
    let mut times = vec![Vec::new(); programs.len()];
    for _ in 0..rounds {
        for (program, times) in programs.iter().zip(&mut times) {
            times.push(program.seconds()?);
        }
    }
    let costs = peaks?.into_iter().zip(times);
    Ok(costs
        .map(|(peak, times)| Cost {
            seconds: median(times),
            peak,
        })
        .collect())
}

/// The middle one; of an even number, the mean of the two in the middle.
#[must_use]
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.get(middle) {
        None => 0.0,
        Some(value) if values.len() % 2 == 1 => *value,
        Some(value) => f64::midpoint(values[middle - 1], *value),
    }
}

/// Installs a package of the system if its program is not there.
///
/// # Errors
///
/// If it cannot be installed.
pub fn system(program: &str, packages: &[&str]) -> Result<(), Failed> {
    if Path::new(program).exists() || said("sh", &["-c", &format!("command -v {program}")]).is_ok()
    {
        return Ok(());
    }
    said("apt-get", &["update", "-qq"])?;
    let words: Vec<&str> = ["install", "-y", "-qq"]
        .iter()
        .chain(packages)
        .copied()
        .collect();
    said("apt-get", &words).map(drop)
}

// Without a shell there are no scripts.
#[cfg(all(test, unix))]
mod tests {
    use super::{Program, median};

    #[test]
    fn the_median_is_the_middle() {
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!((median(vec![4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < f64::EPSILON);
    }

    #[test]
    fn a_program_that_gives_no_answer_is_told_from_one_that_finds_something() {
        let folder = std::env::temp_dir();
        let one = |code: &str| {
            Program::new(
                "sh",
                &["-c", &format!("echo why >&2; exit {code}")],
                &folder,
            )
        };
        assert!(one("0").seconds().is_ok());
        let found = Program::new("sh", &["-c", "echo found; exit 1"], &folder);
        assert!(found.clone().judge().seconds().is_ok());
        assert!(found.seconds().is_err());
        let crashed = one("1").judge().seconds().unwrap_err().to_string();
        assert!(crashed.contains("gave no answer: why"), "{crashed}");
        let error = one("1").seconds().unwrap_err().to_string();
        assert!(error.contains("gave no answer: why"), "{error}");
        assert!(one("2").judge().seconds().is_err());
        let nothing = Program::new("sh", &["-c", "echo Nothing changed."], &folder);
        assert!(nothing.clone().seconds().is_ok());
        assert!(nothing.that_finds().seconds().is_err());
        let much = Program::new("sh", &["-c", "seq 100"], &folder);
        assert!(much.that_finds().seconds().is_ok());
    }
}
