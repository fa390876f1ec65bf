//! What one measurement found: rows beside a peer, each with the bar it has to clear.

use serde::{Deserialize, Serialize};

use crate::course::Course;

/// One measurement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Its name on the command line and in file names.
    pub name: String,
    /// Its heading on the page.
    pub title: String,
    /// The day, as the machine says it.
    pub day: String,
    /// The commit the working copy was made from.
    pub commit: String,
    /// What of the machine matters.
    pub machine: String,
    /// What was measured.
    pub rows: Vec<Row>,
    /// How it went on, where that says something.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub courses: Vec<Course>,
}

/// One figure of ours, beside that of a peer in the same run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// What was done.
    pub what: String,
    /// What the figures count.
    pub unit: Unit,
    /// Ours.
    pub ours: f64,
    /// Who else was measured, and theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peer: Option<Peer>,
    /// What ours has to be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bar: Option<Bar>,
    /// Between which two the middle half of all rounds' quotients is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spread: Option<(f64, f64)>,
}

/// Somebody else's figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Peer {
    /// Who, with the version where there is one.
    pub name: String,
    /// Theirs, in the unit of the row.
    pub value: f64,
}

/// What a figure has to be.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bar {
    /// At most so many times the peer's.
    TimesAtMost(f64),
    /// At least so many times the peer's.
    TimesAtLeast(f64),
    /// At most so much more than the peer's.
    MoreAtMost(f64),
    /// At most this.
    AtMost(f64),
    /// Exactly this.
    Exactly(f64),
}

/// What a figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Instructions in user space.
    Instructions,
    /// Requests for memory.
    Allocations,
    /// Calls each second.
    CallsPerSecond,
    /// Time.
    Microseconds,
    /// Time.
    Seconds,
    /// Memory.
    Bytes,
    /// Things.
    Count,
    /// Of a hundred.
    Percent,
}

impl Row {
    /// A figure with nobody beside it.
    #[must_use]
    pub fn new(what: impl Into<String>, unit: Unit, ours: f64) -> Self {
        Self {
            what: what.into(),
            unit,
            ours,
            peer: None,
            bar: None,
            spread: None,
        }
    }

    /// Beside whom.
    #[must_use]
    pub fn beside(mut self, name: impl Into<String>, value: f64) -> Self {
        self.peer = Some(Peer {
            name: name.into(),
            value,
        });
        self
    }

    /// With the edges of the middle half of all rounds' quotients.
    #[must_use]
    pub fn spread(mut self, spread: (f64, f64)) -> Self {
        self.spread = Some(spread);
        self
    }

    /// With what it has to be.
    #[must_use]
    pub fn bar(mut self, bar: Bar) -> Self {
        self.bar = Some(bar);
        self
    }

    /// Ours as a multiple of the peer's.
    #[must_use]
    pub fn ratio(&self) -> Option<f64> {
        let theirs = self.peer.as_ref()?.value;
        (theirs != 0.0).then(|| self.ours / theirs)
    }

    /// Whether the bar is cleared; a bar beside nobody is not.
    #[must_use]
    pub fn met(&self) -> Option<bool> {
        let ratio = self.ratio();
        let more = self.peer.as_ref().map(|peer| self.ours - peer.value);
        Some(match self.bar? {
            Bar::TimesAtMost(bar) => ratio.is_some_and(|ratio| ratio <= bar),
            Bar::TimesAtLeast(bar) => ratio.is_some_and(|ratio| ratio >= bar),
            Bar::MoreAtMost(bar) => more.is_some_and(|more| more <= bar),
            Bar::AtMost(bar) => self.ours <= bar,
            Bar::Exactly(bar) => (self.ours - bar).abs() < f64::EPSILON,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Bar, Row, Unit};

    fn row(ours: f64, theirs: f64, bar: Bar) -> Option<bool> {
        Row::new("one", Unit::Count, ours)
            .beside("other", theirs)
            .bar(bar)
            .met()
    }

    #[test]
    fn a_bar_is_cleared_at_its_edge_and_missed_beyond() {
        assert_eq!(row(11.0, 10.0, Bar::TimesAtMost(1.1)), Some(true));
        assert_eq!(row(11.1, 10.0, Bar::TimesAtMost(1.1)), Some(false));
        assert_eq!(row(20.0, 1.0, Bar::TimesAtLeast(20.0)), Some(true));
        assert_eq!(row(19.9, 1.0, Bar::TimesAtLeast(20.0)), Some(false));
        assert_eq!(row(22.0, 10.0, Bar::MoreAtMost(12.0)), Some(true));
        assert_eq!(row(22.5, 10.0, Bar::MoreAtMost(12.0)), Some(false));
        assert_eq!(row(4096.0, 0.0, Bar::AtMost(4096.0)), Some(true));
        assert_eq!(row(4097.0, 0.0, Bar::AtMost(4096.0)), Some(false));
        assert_eq!(row(2.0, 0.0, Bar::Exactly(1.0)), Some(false));
    }

    #[test]
    fn a_bar_beside_somebody_who_is_not_there_is_not_cleared() {
        let alone = Row::new("one", Unit::Count, 1.0).bar(Bar::TimesAtMost(1.1));
        assert_eq!(alone.met(), Some(false));
        assert_eq!(Row::new("one", Unit::Count, 1.0).met(), None);
    }
}
