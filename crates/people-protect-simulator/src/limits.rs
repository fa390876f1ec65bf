//! What one caller may take of the simulator.

use std::time::Duration;

/// How long a request may take to arrive, and how much may stand open at once.
///
/// ```
/// use std::time::Duration;
/// use people_protect_simulator::Limits;
///
/// let limits = Limits::default().header_read(Duration::from_secs(1)).connections(8);
/// assert_ne!(limits, Limits::default());
/// ```
///
/// Sizes are fixed: 16 KiB of headers, 100 of them, 8 KiB of URL, 1 MiB of body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct Limits {
    pub(crate) header_read: Duration,
    pub(crate) body_read: Duration,
    pub(crate) connections: usize,
}

/// All headers of a request together, with its first line.
pub(crate) const HEADERS: usize = 16 * 1024;

/// The longest path and query.
pub(crate) const URL: usize = 8 * 1024;

impl Limits {
    /// How long the headers of a request may take, counted from the end of the request before it on
    /// the same connection: also how long an idle connection is kept. 30 s by default.
    pub fn header_read(mut self, limit: Duration) -> Self {
        self.header_read = limit;
        self
    }

    /// How long a body may take. 30 s by default.
    pub fn body_read(mut self, limit: Duration) -> Self {
        self.body_read = limit;
        self
    }

    /// How many connections are open at once, 512 by default, at least one. For a further one the
    /// connection is closed that has been idle longest; if all are in use, it waits.
    pub fn connections(mut self, limit: usize) -> Self {
        self.connections = limit.max(1);
        self
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header_read: Duration::from_secs(30),
            body_read: Duration::from_secs(30),
            connections: 512,
        }
    }
}
