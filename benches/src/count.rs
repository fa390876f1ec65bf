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

/// What each further call costs, when everything is warm: the difference of two runs.
///
/// # Errors
///
/// If valgrind is not there, or the subject fails.
pub fn cost(subject: &Path, words: &[&str], address: &str) -> Result<Cost, Failed> {
    const FEW: u64 = 200;
    const MANY: u64 = 600;
    let of = |tool: &str, before: &str| -> Result<u64, Failed> {
        let few = total(tool, before, subject, words, FEW, address)?;
        let many = total(tool, before, subject, words, MANY, address)?;
        Ok(many.saturating_sub(few))
    };
    let calls = MANY - FEW;
    let allocations = of("dhat", " blocks")?;
    Ok(Cost {
        instructions: of("callgrind", "")? / calls,
        allocations: (allocations as f64 / calls as f64 * 10.0).round() / 10.0,
    })
}

fn total(
    tool: &str,
    unit: &str,
    subject: &Path,
    words: &[&str],
    times: u64,
    address: &str,
) -> Result<u64, Failed> {
    let output = Command::new("valgrind")
        .arg(format!("--tool={tool}"))
        .arg(format!("--{tool}-out-file=/dev/null"))
        .arg(subject)
        .args(words)
        .arg(times.to_string())
        .arg(address)
        .output()
        .map_err(|error| format!("valgrind does not start, install it: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(format!("{tool} of {words:?} failed: {said}").into());
    }
    read(&said, unit).ok_or_else(|| format!("{tool} said no total: {said}").into())
}

/// `==1== Collected : 123` of one tool, `==1== Total: 1,234 bytes in 56 blocks` of the other.
fn read(said: &str, unit: &str) -> Option<u64> {
    let line = said.lines().find_map(|line| {
        let (_, rest) = line.split_once("== ")?;
        rest.strip_prefix("Collected :")
            .or_else(|| rest.strip_prefix("Total:"))
    })?;
    let number = match unit {
        "" => line.trim(),
        unit => line.split_once(" in ")?.1.trim().strip_suffix(unit)?,
    };
    number.replace(',', "").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn totals_are_read_as_valgrind_writes_them() {
        let dhat = "==7== DHAT\n==7== Total:     1,234 bytes in 1,056 blocks\n==7== At t-gmax: 1 bytes in 1 blocks\n";
        assert_eq!(read(dhat, " blocks"), Some(1056));
        let callgrind = "==7== Events    : Ir\n==7== Collected : 123456\n";
        assert_eq!(read(callgrind, ""), Some(123_456));
        assert_eq!(read("nothing", ""), None);
    }
}
