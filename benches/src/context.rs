//! What a measurement is given, and what it may know of the machine.

use std::path::PathBuf;
use std::process::Command;

use crate::by_hand::Failed;
use crate::section::{Row, Section};

/// What a measurement is given.
#[derive(Debug, Clone)]
pub struct Context {
    /// The workspace.
    pub root: PathBuf,
    /// Where a measurement may leave what it installs and makes; kept for the next time.
    pub work: PathBuf,
    /// A look at whether it works at all: as short as can be, and of no worth as numbers.
    pub quick: bool,
}

impl Context {
    /// A program that cargo built beside this one.
    ///
    /// # Errors
    ///
    /// If it is not there.
    pub fn beside(&self, name: &str) -> Result<PathBuf, Failed> {
        let path = std::env::current_exe()?.with_file_name(name);
        match path.exists() {
            true => Ok(path),
            false => Err(format!("no {name} beside this program; run `cargo xtask bench`").into()),
        }
    }

    /// A folder of its own for a measurement.
    ///
    /// # Errors
    ///
    /// If it cannot be made.
    pub fn folder(&self, name: &str) -> Result<PathBuf, Failed> {
        let folder = self.work.join(name);
        std::fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// A section of these rows, with day, commit and machine.
    ///
    /// # Errors
    ///
    /// If the machine does not say.
    pub fn section(&self, name: &str, title: &str, rows: Vec<Row>) -> Result<Section, Failed> {
        let folder = self.root.display().to_string();
        Ok(Section {
            name: name.to_owned(),
            title: title.to_owned(),
            day: said("date", &["-u", "+%Y-%m-%d"])?,
            commit: said("git", &["-C", &folder, "log", "-1", "--format=%h"])?,
            machine: machine()?,
            rows,
            courses: Vec::new(),
        })
    }
}

/// What a program prints, without the end of the line.
///
/// # Errors
///
/// If it does not start or fails, with what it said.
pub fn said(program: &str, words: &[&str]) -> Result<String, Failed> {
    let output = Command::new(program)
        .args(words)
        .output()
        .map_err(|error| format!("{program} does not start: {error}"))?;
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{program} {words:?} failed: {}", why.trim()).into());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// What of this machine changes counts of instructions. The name of the processor is no part of it.
///
/// # Errors
///
/// If there is no compiler or no `ldd`.
pub fn class() -> Result<String, Failed> {
    let rustc = said("rustc", &["--version"])?;
    let libc = said("ldd", &["--version"])?;
    let libc = libc.lines().next().and_then(|line| line.rsplit(' ').next());
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let flags = info.lines().find(|line| line.starts_with("flags"));
    let can: Vec<&str> = flags
        .unwrap_or_default()
        .split_whitespace()
        .filter(|flag| ["avx2", "avx512f", "avx512vl", "erms", "fsrm"].contains(flag))
        .collect();
    Ok(format!(
        "{rustc}, C library {}, {} with {}",
        libc.unwrap_or("unknown"),
        std::env::consts::ARCH,
        can.join(" ")
    ))
}

/// What of this machine changes times.
fn machine() -> Result<String, Failed> {
    let cores = std::thread::available_parallelism()?;
    let memory = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let memory = memory
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:")?.trim().strip_suffix(" kB"))
        .and_then(|kib| kib.trim().parse::<f64>().ok())
        .map_or(0.0, |kib| kib / 1024.0 / 1024.0);
    Ok(format!("{cores} cores, {memory:.0} GiB, {}", class()?))
}
