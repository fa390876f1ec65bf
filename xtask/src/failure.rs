//! Why a command stops, and with which exit code.

use std::path::Path;

/// What a command ends with when it does not succeed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A check found something: exit code 1.
    Check(String),
    /// The input cannot be used; nothing was written: exit code 2.
    Input(String),
}

impl Failure {
    /// A file could not be read or written.
    pub(crate) fn io(path: &Path, error: &std::io::Error) -> Self {
        Failure::Input(format!("{}: {error}", path.display()))
    }

    /// The process exit code.
    pub(crate) fn code(&self) -> u8 {
        match self {
            Failure::Check(_) => 1,
            Failure::Input(_) => 2,
        }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Failure::Check(text) | Failure::Input(text) => f.write_str(text),
        }
    }
}
