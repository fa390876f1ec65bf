//! Many clients in one crate and many callers in another, so that all of them are compiled at once.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::failure::Failure;

/// What to compile, and where.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    clients: Vec<String>,
    callers: Vec<(usize, String)>,
    /// What is to be read.
    pub(crate) readings: Vec<Reading>,
}

/// An answer of the old server, read as what an operation of a client answers.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) case: usize,
    /// The client of the server that gave it, which must read it.
    pub(crate) own: usize,
    /// The client that is asked.
    pub(crate) client: usize,
    /// Who must compile first: without the types there is nothing to read.
    pub(crate) caller: usize,
    pub(crate) ty: String,
    pub(crate) text: String,
}

impl Batch {
    /// A client; the same text twice is one.
    pub(crate) fn client(&mut self, text: String) -> usize {
        let place = self.clients.iter().position(|known| *known == text);
        place.unwrap_or_else(|| {
            self.clients.push(text);
            self.clients.len() - 1
        })
    }

    /// A caller of a client; the same one twice is one.
    pub(crate) fn caller(&mut self, client: usize, text: &str) -> usize {
        let same = |(of, known): &(usize, String)| *of == client && known == text;
        let place = self.callers.iter().position(same);
        place.unwrap_or_else(|| {
            self.callers.push((client, text.to_owned()));
            self.callers.len() - 1
        })
    }

    pub(crate) fn size(&self) -> (usize, usize) {
        (self.clients.len(), self.callers.len())
    }

    /// Why callers do not compile, by their number. The compiler stops at what names do not lead to
    /// before it looks at types, so it is asked again without those that failed.
    ///
    /// # Errors
    ///
    /// [`Failure::Input`] if a client itself does not compile, or there is no compiler.
    pub(crate) fn compile(&self, root: &Path) -> Result<BTreeMap<usize, String>, Failure> {
        let folder = self.write(root)?;
        let mut broken = BTreeMap::new();
        loop {
            self.write_callers(&folder, &broken, false)?;
            let found = errors(root, &folder)?;
            if found.is_empty() {
                return Ok(broken);
            }
            broken.extend(found);
        }
    }

    /// The cases whose answers are not read. Those whose callers do not compile are not asked.
    ///
    /// # Errors
    ///
    /// [`Failure::Input`] if the program does not run.
    pub(crate) fn read(
        &self,
        root: &Path,
        broken: &BTreeMap<usize, String>,
    ) -> Result<BTreeSet<usize>, Failure> {
        let folder = folder(root);
        self.write_callers(&folder, broken, true)?;
        let ended = cargo(root, &folder, &["run", "--quiet", "--bin", "callers"])?;
        if !ended.status.success() {
            let why = String::from_utf8_lossy(&ended.stderr);
            return Err(Failure::Input(format!("the answers are not read: {why}")));
        }
        let out = String::from_utf8_lossy(&ended.stdout);
        let mut unread = BTreeSet::new();
        for line in out.lines() {
            match line.split_once(' ') {
                Some(("new", case)) => unread.extend(case.parse::<usize>()),
                // What its own client does not read is no answer, and would prove nothing.
                _ => return Err(Failure::Input(format!("an answer is none: {line}"))),
            }
        }
        Ok(unread)
    }

    fn write(&self, root: &Path) -> Result<PathBuf, Failure> {
        let folder = folder(root);
        let _ = std::fs::remove_dir_all(&folder);
        for part in ["client", "caller"] {
            let part = folder.join(part);
            std::fs::create_dir_all(&part).map_err(|error| Failure::io(&part, &error))?;
        }
        for name in ["Cargo.toml", "Cargo.lock"] {
            let (from, to) = (root.join("xtask/verdicts").join(name), folder.join(name));
            std::fs::copy(&from, to).map_err(|error| Failure::io(&from, &error))?;
        }
        let mut list = String::from(
            "#![allow(warnings)]\n#[path = \"../../crates/people-protect-api/src/segment.rs\"]\nmod segment;\npub use people_protect_api::*;\n",
        );
        for (index, text) in self.clients.iter().enumerate() {
            let _ = writeln!(list, "#[path = \"client/c{index}.rs\"]\npub mod c{index};");
            write(&folder.join(format!("client/c{index}.rs")), text)?;
        }
        write(&folder.join("clients.rs"), &list)?;
        for (index, (client, text)) in self.callers.iter().enumerate() {
            let path = folder.join(format!("caller/u{index}.rs"));
            // What the module takes from above is named by where it stands.
            let text = text.replacen(
                "use super::api;",
                &format!("use ::clients::c{client} as api;"),
                1,
            );
            write(&path, &text)?;
        }
        Ok(folder)
    }

    fn write_callers(
        &self,
        folder: &Path,
        broken: &BTreeMap<usize, String>,
        reading: bool,
    ) -> Result<(), Failure> {
        let mut list = String::from("#![allow(warnings)]\n");
        for index in (0..self.callers.len()).filter(|index| !broken.contains_key(index)) {
            let _ = writeln!(list, "#[path = \"caller/u{index}.rs\"]\nmod u{index};");
        }
        list.push_str("fn main() {\n");
        let asked = |one: &&Reading| reading && !broken.contains_key(&one.caller);
        for one in self.readings.iter().filter(asked) {
            for (whose, client) in [("old", one.own), ("new", one.client)] {
                let (ty, text, case) = (&one.ty, &one.text, one.case);
                let more = if whose == "old" {
                    format!("{ty} {text}")
                } else {
                    String::new()
                };
                let told = format!("{whose} {case}{more}");
                let _ = writeln!(
                    list,
                    "  {{ use ::clients::c{client}::*; if ::serde_json::from_str::<{ty}>({text:?}).is_err() {{ println!(\"{{}}\", {told:?}); }} }}"
                );
            }
        }
        list.push_str("}\n");
        write(&folder.join("callers.rs"), &list)
    }
}

fn folder(root: &Path) -> PathBuf {
    root.join("target/verdicts")
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(|error| Failure::io(path, &error))
}

fn cargo(root: &Path, folder: &Path, arguments: &[&str]) -> Result<std::process::Output, Failure> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    Command::new(cargo)
        .args(arguments)
        .arg("--locked")
        .env("CARGO_TARGET_DIR", root.join("target/verdicts-target"))
        .current_dir(folder)
        .output()
        .map_err(|error| Failure::io(folder, &error))
}

/// The first error of each caller, by its number.
fn errors(root: &Path, folder: &Path) -> Result<BTreeMap<usize, String>, Failure> {
    let ended = cargo(
        root,
        folder,
        // Not `check`: the program is run in the end, and everything below it would be compiled twice.
        &["build", "--message-format=json", "--bin", "callers"],
    )?;
    let mut found = BTreeMap::new();
    let mut elsewhere = String::new();
    for line in String::from_utf8_lossy(&ended.stdout).lines() {
        let Ok(message) = serde_json::from_str::<Value>(line) else {
            continue;
        };
        let message = &message["message"];
        if message["level"] != "error" {
            continue;
        }
        let text = message["message"].as_str().unwrap_or_default();
        let spans = message["spans"].as_array().into_iter().flatten();
        let file = spans
            .filter(|span| span["is_primary"] == true)
            .find_map(|span| span["file_name"].as_str())
            .unwrap_or_default();
        let caller = file
            .strip_prefix("caller/u")
            .and_then(|rest| rest.strip_suffix(".rs")?.parse::<usize>().ok());
        match caller {
            Some(caller) => {
                found.entry(caller).or_insert_with(|| text.to_owned());
            }
            None if !file.is_empty() => elsewhere = format!("{file}: {text}"),
            None => {}
        }
    }
    // What is wrong with a client would look like a change that breaks.
    if !elsewhere.is_empty() || (found.is_empty() && !ended.status.success()) {
        let why = String::from_utf8_lossy(&ended.stderr);
        return Err(Failure::Input(format!(
            "what is generated does not compile: {elsewhere}\n{why}"
        )));
    }
    Ok(found)
}
