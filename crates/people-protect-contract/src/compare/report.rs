//! A comparison in the forms that people and programs read.

use std::fmt::Write as _;
use std::str::FromStr;

use serde_json::{Value, json};

use super::change::{Change, Comparison, Rust, Wire};
use super::line;

/// A form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Format {
    /// For a terminal, without colours.
    #[default]
    Text,
    /// The same with colours.
    Coloured,
    /// A part of a changelog or of a step summary.
    Markdown,
    /// For programs.
    Json,
    /// A test for each change, for CI systems.
    Junit,
    /// GitHub's annotations.
    Github,
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "text" => Ok(Self::Text),
            "markdown" => Ok(Self::Markdown),
            "json" => Ok(Self::Json),
            "junit" => Ok(Self::Junit),
            "github" => Ok(Self::Github),
            other => Err(format!(
                "`{other}` is no form; there are text, markdown, json, junit and github"
            )),
        }
    }
}

/// The least that makes a check fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Threshold {
    /// Never.
    Nothing,
    /// A verdict for the wire.
    Wire(Wire),
    /// A bump of the version of the generated crate.
    Rust(Rust),
}

impl FromStr for Threshold {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "never" => Ok(Self::Nothing),
            "safe" => Ok(Self::Wire(Wire::Safe)),
            "warning" => Ok(Self::Wire(Wire::Warning)),
            "breaking" => Ok(Self::Wire(Wire::Breaking)),
            "patch" => Ok(Self::Rust(Rust::Patch)),
            "minor" => Ok(Self::Rust(Rust::Minor)),
            "major" => Ok(Self::Rust(Rust::Major)),
            other => Err(format!(
                "`{other}` is no threshold; there are never, safe, warning, breaking, patch, minor and major"
            )),
        }
    }
}

/// Where the new document stands, for annotations.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct Written<'a> {
    /// Its path.
    pub path: &'a str,
    /// Its text.
    pub text: &'a str,
}

impl<'a> Written<'a> {
    /// A document that stands there and reads so.
    #[must_use]
    pub fn new(path: &'a str, text: &'a str) -> Self {
        Self { path, text }
    }
}

impl Comparison {
    /// Whether there is a change at or above the threshold.
    #[must_use]
    pub fn reaches(&self, threshold: Threshold) -> bool {
        self.changes.iter().any(|change| match threshold {
            Threshold::Nothing => false,
            Threshold::Wire(wire) => change.wire >= wire,
            Threshold::Rust(rust) => change.rust >= rust,
        })
    }

    /// The report in a form. Only annotations look at where the new document is written.
    #[must_use]
    pub fn to_report(&self, format: Format, written: Written<'_>) -> String {
        match format {
            Format::Text => self.table(false),
            Format::Coloured => self.table(true),
            Format::Markdown => self.markdown(),
            Format::Json => {
                serde_json::to_string_pretty(&self.to_json()).unwrap_or_default() + "\n"
            }
            Format::Junit => self.junit(),
            Format::Github => self.github(written),
        }
    }

    /// `{"wire":..,"rust":..,"changes":[..]}`; without any change the verdicts are `none`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "wire": self.wire().map_or("none", Wire::name),
            "rust": self.rust().name(),
            "rust_wrapper": self.rust_wrapper().name(),
            "changes": self.changes,
        })
    }

    /// A paragraph for each change.
    #[must_use]
    pub fn to_text(&self) -> String {
        self.table(false)
    }

    /// Those of one verdict, with what they are called.
    fn groups(&self) -> impl Iterator<Item = (Wire, Vec<&Change>)> {
        [Wire::Breaking, Wire::Warning, Wire::Safe]
            .into_iter()
            .map(|wire| {
                let of = self
                    .changes
                    .iter()
                    .filter(move |change| change.wire == wire);
                (wire, of.collect::<Vec<_>>())
            })
            .filter(|(_, changes)| !changes.is_empty())
    }

    fn verdict(&self) -> String {
        let (count, wire) = (self.changes.len(), self.wire());
        let Some(wire) = wire else {
            return "Nothing changed.".to_owned();
        };
        format!(
            "{count} change{}: {wire} on the wire, {} for the generated crate, {} for the wrapper.",
            if count == 1 { "" } else { "s" },
            self.rust(),
            self.rust_wrapper()
        )
    }

    fn table(&self, coloured: bool) -> String {
        let paint = |wire: Wire, text: &str| match (coloured, wire) {
            (false, _) => text.to_owned(),
            (true, Wire::Breaking) => format!("\u{1b}[1;31m{text}\u{1b}[0m"),
            (true, Wire::Warning) => format!("\u{1b}[33m{text}\u{1b}[0m"),
            (true, Wire::Safe) => format!("\u{1b}[32m{text}\u{1b}[0m"),
        };
        let mut out = String::new();
        for (wire, changes) in self.groups() {
            let _ = writeln!(out, "{}", paint(wire, wire.name()));
            for change in changes {
                let _ = writeln!(
                    out,
                    "  {} ({}, rust {})",
                    change.text, change.id, change.rust
                );
                if !change.operations.is_empty() {
                    let _ = writeln!(out, "    {}", shown(&change.operations));
                }
                for (name, pointer) in [("old", &change.pointer.old), ("new", &change.pointer.new)]
                {
                    if let Some(pointer) = pointer {
                        let _ = writeln!(out, "    {name} {pointer}");
                    }
                }
                let _ = writeln!(out, "    {}", change.action);
                if let Some(seen) = change.seen {
                    let _ = writeln!(out, "    {}", seen.sentence());
                }
            }
        }
        out + &self.verdict() + "\n"
    }

    fn markdown(&self) -> String {
        let mut out = format!("{}\n", self.verdict());
        for (wire, changes) in self.groups() {
            let title = match wire {
                Wire::Breaking => "Breaking",
                Wire::Warning => "To be looked at",
                Wire::Safe => "Safe",
            };
            let _ = writeln!(out, "\n### {title}\n");
            for change in changes {
                let operations: Vec<_> = change
                    .operations
                    .iter()
                    .map(|one| format!("`{one}`"))
                    .collect();
                let _ = write!(
                    out,
                    "- {} (`{}`, Rust: {})",
                    words(&change.text),
                    change.id,
                    change.rust
                );
                if !operations.is_empty() {
                    let _ = write!(out, ": {}", shown(&operations));
                }
                let _ = write!(out, ". To do: {}.", change.action);
                let seen = change.seen.map_or(String::new(), |seen| {
                    format!(" So far {}.", seen.sentence())
                });
                let _ = writeln!(out, "{seen}");
            }
        }
        out
    }

    fn junit(&self) -> String {
        let failed = self
            .changes
            .iter()
            .filter(|change| change.wire == Wire::Breaking)
            .count();
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        let _ = writeln!(
            out,
            "<testsuite name=\"contract\" tests=\"{}\" failures=\"{failed}\">",
            self.changes.len()
        );
        for change in &self.changes {
            let place = change.pointer.new.as_ref().or(change.pointer.old.as_ref());
            let name = xml(place.map_or("", String::as_str));
            let _ = write!(
                out,
                "  <testcase classname=\"{}\" name=\"{name}\"",
                xml(&change.id)
            );
            let _ = match change.wire {
                Wire::Breaking => writeln!(
                    out,
                    "><failure type=\"breaking\" message=\"{}\">{}</failure></testcase>",
                    xml(&change.text),
                    xml(&shown(&change.operations))
                ),
                _ => writeln!(out, "/>"),
            };
        }
        out + "</testsuite>\n"
    }

    fn github(&self, written: Written<'_>) -> String {
        let mut out = String::new();
        for change in &self.changes {
            let level = match change.wire {
                Wire::Breaking => "error",
                Wire::Warning => "warning",
                Wire::Safe => "notice",
            };
            // What is gone is told at what is left around it.
            let place = change.pointer.new.as_ref().or(change.pointer.old.as_ref());
            let line = place.map_or(1, |place| line::of(written.text, place));
            let _ = writeln!(
                out,
                "::{level} file={},line={line},title={}::{}",
                property(written.path),
                property(&change.id),
                escaped(&format!("{}. {}", change.text, shown(&change.operations)))
            );
        }
        out
    }
}

/// Names as far as a reader takes them in.
fn shown(names: &[String]) -> String {
    const MOST: usize = 8;
    let mut text = names
        .iter()
        .take(MOST)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    if names.len() > MOST {
        let _ = write!(text, " and {} more", names.len() - MOST);
    }
    text
}

/// Text of a document in Markdown: nothing of it is markup but what we wrote between backticks.
fn words(text: &str) -> String {
    text.replace('<', "&lt;").replace('\n', " ")
}

fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other if other.is_control() => out.push(' '),
            other => out.push(other),
        }
    }
    out
}

fn escaped(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// In a property of an annotation two more characters mean something.
fn property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}
