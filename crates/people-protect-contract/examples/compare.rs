//! Compares two documents and prints what changed:
//! `cargo run -p people-protect-contract --example compare -- OLD NEW`.
//!
//! With `--pairs FILE`, a list of `{"old":..,"new":..,"breaking":bool}` relative to the file, it prints
//! where the verdict on the wire is another one.

#![allow(clippy::print_stdout, reason = "it is a program")]

use std::path::Path;
use std::process::ExitCode;

use people_protect_contract::compare;
use serde_json::Value;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let ended = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--pairs", file] => pairs(Path::new(file)),
        [old, new] => two(old, new),
        _ => Err("usage: compare OLD NEW | compare --pairs FILE".into()),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn two(old: &str, new: &str) -> Outcome {
    let found = compare::compare_values(&compare::read(old)?, &compare::read(new)?);
    print!("{}", found.to_text());
    Ok(())
}

fn pairs(file: &Path) -> Outcome {
    let folder = file.parent().unwrap_or(Path::new("."));
    let (mut all, mut alike, mut unread) = (0, 0, 0);
    for line in std::fs::read_to_string(file)?.lines() {
        let pair: Value = serde_json::from_str(line)?;
        let read = |key: &str| compare::read(folder.join(pair[key].as_str().unwrap_or_default()));
        let (old, new) = match (read("old"), read("new")) {
            (Ok(old), Ok(new)) => (old, new),
            (Err(error), _) | (_, Err(error)) => {
                unread += 1;
                println!("cannot be read: {error}");
                continue;
            }
        };
        all += 1;
        let found = compare::compare_values(&old, &new);
        let breaking = found.wire() == Some(compare::Wire::Breaking);
        if Value::Bool(breaking) == pair["breaking"] {
            alike += 1;
            continue;
        }
        let ours: Vec<String> = found
            .changes()
            .iter()
            .map(|change| format!("{}:{}", change.wire, change.id))
            .collect();
        println!(
            "{} -> {}\n  theirs {}\n  ours   {}",
            pair["old"],
            pair["new"],
            pair["ids"],
            ours.join(" ")
        );
    }
    println!("{alike} of {all} alike, {unread} cannot be read");
    Ok(())
}
