//! The page that people read.

use std::fmt::Write;
use std::path::Path;

use crate::by_hand::Failed;
use crate::results::Results;
use crate::section::{Bar, Row, Section, Unit};

/// The table of one section.
#[must_use]
pub fn table(rows: &[Row]) -> String {
    let mut out = String::from(
        "| what | ours | beside it | theirs | ours / theirs | bar | |\n\
         | --- | ---: | --- | ---: | ---: | --- | --- |\n",
    );
    for row in rows {
        let (name, theirs) = row.peer.as_ref().map_or_else(
            || (String::new(), String::new()),
            |peer| (peer.name.clone(), figure(row.unit, peer.value)),
        );
        let ratio = row.ratio().map_or_else(String::new, |ratio| match ratio {
            small if small < 0.1 => format!("{ratio:.4}"),
            large if large >= 10.0 => format!("{ratio:.0}"),
            _ => format!("{ratio:.2}"),
        });
        let spread = row.spread.map_or_else(String::new, |(low, high)| {
            format!(" ({low:.2} to {high:.2})")
        });
        let met = match row.met() {
            Some(true) => "met",
            Some(false) => "**missed**",
            None => "",
        };
        let bar = row
            .bar
            .map_or_else(String::new, |bar| wanted(row.unit, bar));
        let _ = writeln!(
            out,
            "| {} | {} | {name} | {theirs} | {ratio}{spread} | {bar} | {met} |",
            row.what,
            figure(row.unit, row.ours),
        );
    }
    out
}

/// The whole page: what was measured, and under it what `benches/notes/<name>.md` says was learnt.
///
/// # Errors
///
/// If a note cannot be read.
pub fn page(results: &Results, root: &Path) -> Result<String, Failed> {
    let mut out = String::from(
        "# Performance\n\n\
         <!-- Written by `cargo xtask bench` from docs/performance.json and benches/notes; do not edit. -->\n\n",
    );
    out.push_str(&note(root, "introduction")?);
    out.push_str(&summary(results));
    for section in &results.sections {
        let Section {
            name,
            title,
            day,
            commit,
            machine,
            rows,
            courses: _,
        } = section;
        let _ = write!(out, "\n## {title}\n\n{}", table(rows));
        if root.join(format!("docs/performance/{name}.svg")).exists() {
            let _ = write!(out, "\n![{title}](performance/{name}.svg)\n");
        }
        let _ = write!(
            out,
            "\nMeasured on {day}, after {commit}; {machine}. Again: `cargo xtask bench {name}`.\n"
        );
        let learnt = note(root, name)?;
        if !learnt.is_empty() {
            let _ = write!(out, "\n{learnt}");
        }
    }
    Ok(out)
}

/// How many bars are cleared, and which are not.
fn summary(results: &Results) -> String {
    let rows = || {
        results
            .sections
            .iter()
            .flat_map(|one| one.rows.iter().map(move |row| (one, row)))
    };
    let barred = rows().filter(|(_, row)| row.met().is_some()).count();
    let missed: Vec<_> = rows().filter(|(_, row)| row.met() == Some(false)).collect();
    let mut out = format!("\n{} of {barred} bars are met.", barred - missed.len());
    if missed.is_empty() {
        out.push('\n');
        return out;
    }
    out.push_str(" Missed, each with what stands in its way below:\n\n");
    for (section, row) in missed {
        let anchor = section.title.to_lowercase().replace(' ', "-");
        let anchor: String = anchor
            .chars()
            .filter(|c| c.is_alphanumeric() || *c == '-')
            .collect();
        let bar = row
            .bar
            .map_or_else(String::new, |bar| wanted(row.unit, bar));
        let unit = name(row.unit);
        let got = match (row.bar, row.ratio()) {
            (Some(Bar::TimesAtMost(_) | Bar::TimesAtLeast(_)), Some(ratio)) => {
                format!("{ratio:.2} x")
            }
            (Some(Bar::MoreAtMost(_)), _) => {
                let theirs = row.peer.as_ref().map_or(0.0, |peer| peer.value);
                format!("{} more", figure(row.unit, row.ours - theirs))
            }
            _ => figure(row.unit, row.ours),
        };
        let _ = writeln!(
            out,
            "- [{}](#{anchor}): {}, {unit}: {got}, asked {bar}",
            section.title, row.what
        );
    }
    out
}

fn note(root: &Path, name: &str) -> Result<String, Failed> {
    let file = root.join(format!("benches/notes/{name}.md"));
    match std::fs::read_to_string(&file) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(format!("{}: {error}", file.display()).into()),
    }
}

pub(crate) fn name(unit: Unit) -> &'static str {
    match unit {
        Unit::Instructions => "instructions",
        Unit::Allocations => "allocations",
        Unit::CallsPerSecond => "calls/s",
        Unit::Microseconds | Unit::Seconds => "time",
        Unit::Bytes => "memory",
        Unit::Count => "number",
        Unit::Percent => "percent",
    }
}

/// A figure as people read it.
#[must_use]
pub fn figure(unit: Unit, value: f64) -> String {
    let whole = grouped;
    match unit {
        Unit::Instructions => format!("{} instructions", whole(value)),
        Unit::Allocations => format!("{value:.1} allocations"),
        Unit::CallsPerSecond if value < 100.0 => format!("{value:.1} /s"),
        Unit::CallsPerSecond => format!("{} /s", whole(value)),
        Unit::Microseconds if value < 10.0 => format!("{value:.2} µs"),
        Unit::Microseconds => format!("{} µs", whole(value)),
        Unit::Seconds if value < 10.0 => format!("{value:.3} s"),
        Unit::Seconds => format!("{value:.1} s"),
        Unit::Bytes if value < 10_240.0 => format!("{} B", whole(value)),
        Unit::Bytes if value < 10_485_760.0 => format!("{:.1} KiB", value / 1024.0),
        Unit::Bytes => format!("{:.1} MiB", value / 1024.0 / 1024.0),
        Unit::Count => whole(value),
        Unit::Percent => format!("{value:.1} %"),
    }
}

fn wanted(unit: Unit, bar: Bar) -> String {
    match bar {
        Bar::TimesAtMost(bar) => format!("at most {bar} x"),
        Bar::TimesAtLeast(bar) => format!("at least {bar} x"),
        Bar::MoreAtMost(bar) => format!("at most {} more", figure(unit, bar)),
        Bar::AtMost(bar) => format!("at most {}", figure(unit, bar)),
        Bar::Exactly(bar) => format!("exactly {}", figure(unit, bar)),
    }
}

/// With a comma every three digits.
fn grouped(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    match value < 0.0 {
        true => format!("-{out}"),
        false => out,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{figure, table};
    use crate::results::Results;
    use crate::section::{Bar, Row, Unit};

    #[test]
    fn a_figure_is_written_for_people() {
        assert_eq!(
            figure(Unit::Instructions, 106_865.0),
            "106,865 instructions"
        );
        assert_eq!(figure(Unit::CallsPerSecond, 999.0), "999 /s");
        assert_eq!(figure(Unit::Bytes, 614_400.0), "600.0 KiB");
        assert_eq!(figure(Unit::Count, -1_000.0), "-1,000");
    }

    #[test]
    fn page_and_charts_are_those_of_the_numbers() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let results = Results::read(&root).unwrap();
        let read = |name: &str| std::fs::read_to_string(root.join(name)).unwrap();
        let stale = "run `cargo xtask bench --page`";
        assert!(
            super::page(&results, &root).unwrap() == read("docs/performance.md"),
            "docs/performance.md is stale; {stale}"
        );
        for (name, chart) in crate::chart::charts(&results).unwrap() {
            let there = read(&format!("docs/performance/{name}"));
            assert!(chart == there, "docs/performance/{name} is stale; {stale}");
        }
    }

    #[test]
    fn how_far_the_rounds_are_apart_stands_beside_the_middle_one() {
        let row = Row::new("raise", Unit::Count, 9.0).beside("reqwest", 10.0);
        let table = table(&[row.spread((0.85, 0.951))]);
        assert!(table.contains("| 0.90 (0.85 to 0.95) |"), "{table}");
    }

    #[test]
    fn a_missed_bar_shows() {
        let row = Row::new("raise", Unit::Count, 12.0)
            .beside("by hand", 10.0)
            .bar(Bar::TimesAtMost(1.1));
        let table = table(&[row]);
        assert!(
            table.contains("| raise | 12 | by hand | 10 | 1.20 | at most 1.1 x | **missed** |"),
            "{table}"
        );
    }
}
