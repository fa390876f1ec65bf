//! `cargo xtask drift`: what changed in the contract, what that does to the generated public API, and
//! whether a live server shows it already.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use people_protect_contract::Contract;
use people_protect_contract::compare::{self, Comparison, Rust, Seen, Written};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::say::say;
use crate::verdict::surface::Moved;
use crate::{contracts, generate, rewrite, table};

/// What to compare and how to say it.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The old contract: a file or `git:<rev>` [default: the newest in openapi/released, or git:HEAD].
    old: Option<String>,
    /// The new one: a file or `git:<rev>`.
    #[arg(long, default_value = generate::CONTRACT)]
    new: String,
    /// A JSON report of the conformance suite, of a run by the old contract.
    #[arg(long, value_name = "FILE")]
    seen: Option<PathBuf>,
    /// The form of the report.
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    Text,
    Markdown,
    Json,
}

/// What became of the generated crate.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Generated {
    /// The public items of the client and the rows of the operation table.
    pub(crate) moved: Moved,
    /// The bump that follows.
    pub(crate) bump: Rust,
}

/// Prints the report.
///
/// # Errors
///
/// [`Failure::Input`] if something is not there or cannot be generated from.
pub(crate) fn run(root: &Path, arguments: &Arguments) -> Result<(), Failure> {
    let (name, old) = contracts::load(root, arguments.old.as_deref())?;
    let (_, new) = contracts::load(root, Some(&arguments.new))?;
    let mut found = compare::compare(&old, &new);
    if let Some(file) = &arguments.seen {
        let report = std::fs::read_to_string(file).map_err(|error| Failure::io(file, &error))?;
        let input = |error: String| Failure::Input(format!("{}: {error}", file.display()));
        let report = serde_json::from_str(&report).map_err(|error| input(error.to_string()))?;
        found = found
            .seen(old.written(), new.written(), &report)
            .map_err(input)?;
    }
    let generated = generated(&old, &new)?;
    match arguments.format {
        Form::Text => say!(
            "{}",
            text(&name, &found, &generated, arguments.seen.is_some())
        ),
        Form::Markdown => say!(
            "{}",
            markdown(&name, &found, &generated, arguments.seen.is_some())
        ),
        Form::Json => say!("{:#}", in_json(&found, &generated)),
    }
    Ok(())
}

/// Generates from both and compares what others can name.
///
/// # Errors
///
/// [`Failure::Input`] if one of them cannot be generated from.
pub(crate) fn generated(old: &Contract, new: &Contract) -> Result<Generated, Failure> {
    let (was, is) = (Made::of(old)?, Made::of(new)?);
    let mut moved = Moved::between(&was.client, &is.client);
    moved.gone.extend(
        was.rows
            .iter()
            .filter(|row| !is.rows.contains(row))
            .cloned(),
    );
    moved.come.extend(
        is.rows
            .iter()
            .filter(|row| !was.rows.contains(row))
            .cloned(),
    );
    let bump = match (moved.gone.is_empty(), moved.come.is_empty()) {
        (false, _) => Rust::Major,
        (true, false) => Rust::Minor,
        (true, true) if was.client == is.client => Rust::None,
        (true, true) => Rust::Patch,
    };
    Ok(Generated { moved, bump })
}

struct Made {
    client: syn::File,
    rows: Vec<String>,
}

impl Made {
    fn of(contract: &Contract) -> Result<Self, Failure> {
        let rewritten = rewrite::rewrite(contract.value())
            .map_err(|error| Failure::Input(error.to_string()))?;
        let client = generate::client(&rewritten)?;
        // What callers rely on: evidence, sources and rules are notes for people.
        let rows = table::rows(contract.value())?.into_iter().map(|row| {
            format!(
                "operation {}: {} {}, auth {}, retry {}",
                row.id, row.method, row.path, row.auth, row.retry
            )
        });
        Ok(Self {
            client: generate::without_docs(client),
            rows: rows.collect(),
        })
    }
}

/// How many changes a server shows, does not show, and was not asked about.
fn shown(found: &Comparison) -> [usize; 3] {
    [Seen::Shown, Seen::NotShown, Seen::NotAsked].map(|what| {
        let of = found
            .changes()
            .iter()
            .filter(|change| change.seen == Some(what));
        of.count()
    })
}

fn server(found: &Comparison) -> String {
    let [shown, not_shown, not_asked] = shown(found);
    let sent = found.changes().len() - shown - not_shown - not_asked;
    format!(
        "{shown} changes are shown already, {not_shown} not yet, {not_asked} were not asked; {sent} cannot be seen in answers."
    )
}

fn bumps(found: &Comparison, generated: &Generated) -> String {
    format!(
        "Measured: {}. Reckoned from the changes: {}.",
        generated.bump,
        found.rust()
    )
}

fn text(name: &str, found: &Comparison, generated: &Generated, asked: bool) -> String {
    let mut out = format!("The contract since {name}\n\n{}", found.to_text());
    out.push_str("\nThe generated public API\n\n");
    for (sign, lines) in [('-', &generated.moved.gone), ('+', &generated.moved.come)] {
        for line in lines {
            let _ = writeln!(out, "  {sign} {line}");
        }
    }
    let _ = writeln!(out, "  {}", bumps(found, generated));
    if asked {
        let _ = write!(out, "\nThe live server\n\n  {}", server(found));
    }
    out.trim_end().to_owned()
}

fn markdown(name: &str, found: &Comparison, generated: &Generated, asked: bool) -> String {
    let changes = found.to_report(compare::Format::Markdown, Written::default());
    let mut out = format!("## The contract since `{name}`\n\n{changes}");
    let _ = write!(
        out,
        "\n## The generated public API\n\n{}\n",
        bumps(found, generated)
    );
    if !(generated.moved.gone.is_empty() && generated.moved.come.is_empty()) {
        out.push_str("\n```diff\n");
        for (sign, lines) in [('-', &generated.moved.gone), ('+', &generated.moved.come)] {
            for line in lines {
                let _ = writeln!(out, "{sign} {line}");
            }
        }
        out.push_str("```\n");
    }
    if asked {
        let _ = write!(out, "\n## The live server\n\n{}\n", server(found));
    }
    out.trim_end().to_owned()
}

fn in_json(found: &Comparison, generated: &Generated) -> Value {
    let mut out = found.to_json();
    out["generated"] = json!({
        "rust": generated.bump.name(),
        "gone": generated.moved.gone,
        "come": generated.moved.come,
    });
    out
}
