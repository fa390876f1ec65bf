//! What a run came to, for people and for other programs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::meter::{Growth, Limit, Meter};
use super::wrong::{Held, Wrong, Wrongs};
use crate::course::Course;
use crate::page::figure;
use crate::section::Unit;

/// What the client may keep of each call: nothing. What passes for it is what a line through the swings
/// of an allocator comes to; a leak of one small object in a call is 32 KiB of a thousand.
pub const CLIENT_MEMORY: Limit = Limit {
    per_thousand_calls: 8.0 * 1024.0,
    in_all: 6.0 * 1024.0 * 1024.0,
};
/// The server's, which exports and reads back its state once in a round, and swings the more.
pub const SERVER_MEMORY: Limit = Limit {
    per_thousand_calls: 16.0 * 1024.0,
    in_all: 16.0 * 1024.0 * 1024.0,
};
/// One descriptor in 10,000 calls, and more than come and go: a machine that is busy with something else has
/// all stories under way at once, each with a call, a watch and a delivery, and what was opened for them stays
/// open for a minute and a half. What is never closed is found when everything is dropped.
pub const DESCRIPTORS: Limit = Limit {
    per_thousand_calls: 0.1,
    in_all: 400.0,
};

/// What a run came to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Outcome {
    /// How long it took.
    pub seconds: f64,
    /// Requests that were answered through the wrapper.
    pub calls: u64,
    /// Requests that were sent.
    pub attempts: u64,
    /// How often the books were closed.
    pub rounds: u64,
    /// Callouts that came to their end.
    pub callouts: u64,
    /// Raises that were acknowledged, repeats included.
    pub raises: u64,
    /// Raises that were said not to have reached the server, and had not.
    pub claims: u64,
    /// Callouts that nobody was told of, because their request was given up and landed late.
    #[serde(default)]
    pub late: u64,
    /// Watches that saw the end.
    pub watches: u64,
    /// Deliveries that came again.
    pub repeats: u64,
    /// What calls failed with after all repeats.
    pub failures: BTreeMap<String, u64>,
    /// The client.
    pub client: Growths,
    /// The server.
    pub server: Growths,
    /// How memory and descriptors of both went on.
    #[serde(default)]
    pub courses: Vec<Course>,
    /// What was left when everything was dropped.
    pub tasks_left: u64,
    /// What went wrong.
    pub wrong: Held,
}

/// How a process grew; nothing if the run was too short to say.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Growths {
    /// Resident memory.
    pub memory: Option<Growth>,
    /// Descriptors.
    pub descriptors: Option<Growth>,
}

impl Growths {
    /// How it grew, and a note for each that grew too much.
    #[must_use]
    pub fn of(who: &str, meter: &Meter, memory: Limit, wrongs: &Wrongs) -> Self {
        let growths = Self {
            memory: meter.memory(),
            descriptors: meter.descriptors(),
        };
        if let Some(grown) = growths.memory.filter(|grown| grown.is_beyond(memory)) {
            wrongs.note(Wrong::Memory, || {
                let each = figure(Unit::Bytes, grown.per_thousand_calls);
                let all = figure(Unit::Bytes, grown.in_all);
                format!("the {who}'s memory grows by {each} with a thousand calls: {all} since it was warm")
            });
        }
        if let Some(grown) = growths
            .descriptors
            .filter(|grown| grown.is_beyond(DESCRIPTORS))
        {
            wrongs.note(Wrong::Descriptors, || {
                let (each, all) = (grown.per_thousand_calls, grown.in_all);
                format!("the {who}'s descriptors grow by {each:.2} with a thousand calls: {all:.0} since it was warm")
            });
        }
        growths
    }
}

impl Outcome {
    /// Answered each second.
    #[must_use]
    pub fn calls_per_second(&self) -> f64 {
        self.calls as f64 / self.seconds.max(0.001)
    }

    /// Whether every promise was kept.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.wrong.counts.is_empty()
    }

    /// The numbers as a table, and a line for each thing that went wrong.
    #[must_use]
    pub fn table(&self) -> String {
        let mut out = String::new();
        let mut line = |what: &str, text: String| {
            let _ = writeln!(out, "{what:<34} {text}");
        };
        let whole = |count: u64| figure(Unit::Count, count as f64);
        line("calls that were answered", whole(self.calls));
        line("  of so many sent", whole(self.attempts));
        line("time", figure(Unit::Seconds, self.seconds));
        line(
            "calls each second",
            figure(Unit::CallsPerSecond, self.calls_per_second()),
        );
        line("times the books were closed", whole(self.rounds));
        line("raises acknowledged", whole(self.raises));
        line("callouts brought to their end", whole(self.callouts));
        line("watches that saw it", whole(self.watches));
        line("deliveries that came again", whole(self.repeats));
        line("raises that reached nobody", whole(self.claims));
        line("callouts of raises given up", whole(self.late));
        for (kind, count) in &self.failures {
            line(&format!("failed: {kind}"), whole(*count));
        }
        for (who, grown) in [("client", &self.client), ("server", &self.server)] {
            line(
                &format!("{who}: memory"),
                growth(grown.memory, |bytes| figure(Unit::Bytes, bytes)),
            );
            line(
                &format!("{who}: descriptors"),
                growth(grown.descriptors, |count| format!("{count:.3}")),
            );
        }
        line("lost", whole(self.wrong.count(Wrong::Lost)));
        line(
            "doubled",
            whole(self.wrong.count(Wrong::Doubled) + self.wrong.count(Wrong::Second)),
        );
        line(
            "said not to have arrived, and had",
            whole(self.wrong.count(Wrong::NotTrue)),
        );
        line("tasks left", whole(self.tasks_left));
        for words in &self.wrong.words {
            let _ = writeln!(out, "soak: {words}");
        }
        let told = self.wrong.words.len() as u64;
        let all: u64 = self.wrong.counts.values().sum();
        if all > told {
            let _ = writeln!(out, "soak: and {} more", whole(all - told));
        }
        out
    }
}

fn growth(grown: Option<Growth>, figure: impl Fn(f64) -> String) -> String {
    grown.map_or_else(
        || "too short a run to say".to_owned(),
        |grown| {
            format!(
                "{} at the end; {} with 1,000 calls more, {} with a minute more",
                figure(grown.at_the_end),
                figure(grown.per_thousand_calls),
                figure(grown.per_minute)
            )
        },
    )
}
