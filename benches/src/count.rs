//! Instructions and allocations, counted by valgrind: they are the same on a busy machine.

use std::path::Path;
use std::process::Command;

use crate::by_hand::Failed;

/// Of one call.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Cost {
    /// In user space; what the system does for a socket is not counted.
    pub instructions: u64,
    /// How often memory is asked for.
    pub allocations: f64,
}

/// What each further one costs, when everything is warm: the difference of two runs.
///
/// # Errors
///
/// If valgrind is not there, or the program fails.
pub fn cost(
    program: &Path,
    [few, many]: [u64; 2],
    words: impl Fn(&str) -> Vec<String>,
) -> Result<Cost, Failed> {
    let of = |what: Counted| -> Result<u64, Failed> {
        let after = |times: u64| {
            let words = words(&times.to_string());
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            total(what, program, &words)
        };
        let (many, few) = (after(many)?, after(few)?);
        match many.checked_sub(few) {
            Some(more) if more > 0 => Ok(more),
            _ => Err("more of them cost nothing more: nothing was done".into()),
        }
    };
    let more = many - few;
    let allocations = of(Counted::Allocations)?;
    Ok(Cost {
        instructions: of(Counted::Instructions)? / more,
        allocations: (allocations as f64 / more as f64 * 10.0).round() / 10.0,
    })
}

/// What of a whole run is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// In user space.
    Instructions,
    /// How often memory was asked for.
    Allocations,
    /// The most memory that was held at one moment.
    Held,
}

/// What one run of a program comes to.
///
/// # Errors
///
/// If valgrind is not there, or the program fails.
pub fn total(what: Counted, program: &Path, words: &[&str]) -> Result<u64, Failed> {
    let tool = match what {
        Counted::Instructions => "callgrind",
        Counted::Allocations | Counted::Held => "dhat",
    };
    let output = Command::new("valgrind")
        .arg(format!("--tool={tool}"))
        .arg(format!("--{tool}-out-file=/dev/null"))
        .arg(program)
        .args(words)
        .output()
        .map_err(|error| format!("valgrind does not start, install it: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(format!("{tool} of {words:?} failed: {said}").into());
    }
    read(&said, what).ok_or_else(|| format!("{tool} said no total: {said}").into())
}

/// `==1== Collected : 123` of one tool, of the other `==1== Total: 1,234 bytes in 56 blocks` and
/// `==1== At t-gmax: 789 bytes in 12 blocks`.
fn read(said: &str, what: Counted) -> Option<u64> {
    let head = match what {
        Counted::Instructions => "Collected :",
        Counted::Allocations => "Total:",
        Counted::Held => "At t-gmax:",
    };
    let line = said
        .lines()
        .find_map(|line| line.split_once("== ")?.1.strip_prefix(head))?;
    let number = match what {
        Counted::Instructions => line,
        Counted::Allocations => line.split_once(" in ")?.1.trim().strip_suffix(" blocks")?,
        Counted::Held => line.split_once(" bytes in ")?.0,
    };
    number.trim().replace(',', "").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{Counted, read};

    #[test]
    fn totals_are_read_as_valgrind_writes_them() {
        let dhat = "==7== DHAT\n==7== Total:     1,234 bytes in 1,056 blocks\n==7== At t-gmax: 7,890 bytes in 1 blocks\n";
        assert_eq!(read(dhat, Counted::Allocations), Some(1056));
        assert_eq!(read(dhat, Counted::Held), Some(7890));
        let callgrind = "==7== Events    : Ir\n==7== Collected : 123456\n";
        assert_eq!(read(callgrind, Counted::Instructions), Some(123_456));
        assert_eq!(read("nothing", Counted::Instructions), None);
    }
}
