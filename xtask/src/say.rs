//! Speaking to the terminal.

/// Prints a line. A reader that has gone away (`| head -1`) is no reason to fail: the exit code
/// still tells how it went.
macro_rules! say {
    ($($words:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stdout(), $($words)*);
    }};
}

pub(crate) use say;
