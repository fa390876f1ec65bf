//! What it costs to depend on the wrapper: builds, packages and the size of the program, beside the same
//! program on reqwest by hand (`benches/peers/hello-*`).

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::by_hand::Failed;
use crate::canned;
use crate::context::Context;
use crate::process::{Program, median};
use crate::section::{Bar, Row, Section, Unit};

/// On the command line.
pub const NAME: &str = "build";
/// On the page.
pub const TITLE: &str = "What depending on the wrapper costs";

/// Who stands beside ours.
const PEER: &str = "by hand on reqwest";
/// How much longer it may take.
const LONGER: Bar = Bar::TimesAtMost(1.15);
/// How often it is built from nothing for development, and how often after a change.
const CLEAN: usize = 2;
const CHANGES: usize = 5;

/// A copy of a template, with where it is built.
struct Hello {
    folder: PathBuf,
    target: PathBuf,
}

/// Measures.
///
/// # Errors
///
/// If something does not build, or the two programs do not do the same.
pub fn run(context: &Context) -> Result<Section, Failed> {
    let both = [
        Hello::copy(context, "hello-ours")?,
        Hello::copy(context, "hello-by-hand")?,
    ];
    let row = |what: &str, unit, [ours, theirs]: [f64; 2]| {
        Row::new(what, unit, ours).beside(PEER, theirs)
    };
    let mut rows = vec![
        row("packages", Unit::Count, each(&both, Hello::packages)?).bar(Bar::MoreAtMost(12.0)),
    ];
    if context.quick {
        each(&both, |hello| hello.build(&[]))?;
        same(&both, "debug")?;
        return context.section(NAME, TITLE, rows);
    }
    let dev = turns(CLEAN, &both, |hello| hello.clean_build(&[]))?;
    rows.push(row("clean build for development", Unit::Seconds, dev).bar(LONGER));
    let change = turns(CHANGES, &both, Hello::build_after_a_change)?;
    rows.push(row("build after a change", Unit::Seconds, change).bar(LONGER));
    // Takes a minute and more, so it has one round.
    let release = each(&both, |hello| hello.clean_build(&["--release"]))?;
    rows.push(row("clean build for release", Unit::Seconds, release).bar(LONGER));
    same(&both, "release")?;
    let size = each(&both, |hello| {
        Ok(hello.program("release").metadata()?.len() as f64)
    })?;
    rows.push(row("program, stripped", Unit::Bytes, size).bar(Bar::MoreAtMost(600.0 * 1024.0)));
    context.section(NAME, TITLE, rows)
}

fn each(both: &[Hello; 2], of: impl Fn(&Hello) -> Result<f64, Failed>) -> Result<[f64; 2], Failed> {
    Ok([of(&both[0])?, of(&both[1])?])
}

/// They take turns; the median of each.
fn turns(
    rounds: usize,
    both: &[Hello; 2],
    of: impl Fn(&Hello) -> Result<f64, Failed>,
) -> Result<[f64; 2], Failed> {
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..rounds {
        for (times, found) in times.iter_mut().zip(each(both, &of)?) {
            times.push(found);
        }
    }
    Ok(times.map(median))
}

/// That both raise the same callout with the same server: else it is not the same program.
fn same(both: &[Hello; 2], profile: &str) -> Result<(), Failed> {
    let address = canned::serve()?;
    let said = |hello: &Hello| -> Result<String, Failed> {
        let output = Program::new(hello.program(profile), &[], &hello.folder)
            .with("AURA_URL", format!("http://{address}"))
            .with("AURA_ID", "id")
            .with("AURA_SECRET", "secret")
            .with("AURA_CUSTOMER", "5")
            .output()?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let (ours, theirs) = (said(&both[0])?, said(&both[1])?);
    match ours == theirs && ours.ends_with("is raised") {
        true => Ok(()),
        false => Err(format!("they differ: ours says {ours:?}, by hand {theirs:?}").into()),
    }
}

impl Hello {
    /// Copies a template, with the wrapper's place and the workspace's versions.
    fn copy(context: &Context, template: &str) -> Result<Self, Failed> {
        let folder = context.folder(&format!("build/{template}"))?;
        std::fs::create_dir_all(folder.join("src"))?;
        let from = context.root.join("benches/peers").join(template);
        let wrapper = context.root.join("crates/people-protect");
        let manifest = std::fs::read_to_string(from.join("Cargo.template.toml"))?;
        let manifest = manifest.replace("PEOPLE_PROTECT", &wrapper.display().to_string());
        std::fs::write(folder.join("Cargo.toml"), manifest)?;
        std::fs::copy(from.join("src/main.rs"), folder.join("src/main.rs"))?;
        std::fs::copy(context.root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
        let hello = Self {
            target: folder.join("target"),
            folder,
        };
        hello.cargo(&["fetch", "--quiet"]).output()?;
        Ok(hello)
    }

    /// Cargo as it is for a user: what this run sets for itself does not reach it.
    fn cargo(&self, words: &[&str]) -> Program {
        const OURS: [&str; 5] = [
            "CARGO_INCREMENTAL",
            "CARGO_PROFILE_DEV_DEBUG",
            "CARGO_BUILD_JOBS",
            "RUSTFLAGS",
            "RUSTC_WRAPPER",
        ];
        let mut all: Vec<&str> = OURS.iter().flat_map(|name| ["-u", *name]).collect();
        all.push("cargo");
        all.extend(words);
        Program::new("env", &all, &self.folder)
            .with("CARGO_TARGET_DIR", self.target.display().to_string())
    }

    fn build(&self, more: &[&str]) -> Result<f64, Failed> {
        let mut words = vec!["build", "--quiet", "--offline"];
        words.extend(more);
        self.cargo(&words).seconds()
    }

    fn clean_build(&self, more: &[&str]) -> Result<f64, Failed> {
        if self.target.exists() {
            std::fs::remove_dir_all(&self.target)?;
        }
        self.build(more)
    }

    /// One statement more in the function that calls, so that it is compiled again.
    fn build_after_a_change(&self) -> Result<f64, Failed> {
        let main = self.folder.join("src/main.rs");
        let text = std::fs::read_to_string(&main)?;
        std::fs::write(
            &main,
            changed(&text).ok_or("its main does not end with Ok(())")?,
        )?;
        self.build(&[])
    }

    /// How many packages are built, itself not counted.
    fn packages(&self) -> Result<f64, Failed> {
        let words = [
            "tree",
            "--offline",
            "--edges",
            "normal,build",
            "--prefix",
            "none",
        ];
        let output = self.cargo(&words).output()?;
        Ok(packages(&String::from_utf8_lossy(&output.stdout)) as f64)
    }

    fn program(&self, profile: &str) -> PathBuf {
        self.target.join(profile).join("hello")
    }
}

/// The program with one statement more, which is no other one's.
fn changed(text: &str) -> Option<String> {
    const END: &str = "    Ok(())\n}";
    let number = text.matches("black_box").count();
    let end = text.rfind(END)?;
    let (before, after) = text.split_at_checked(end)?;
    Some(format!(
        "{before}    std::hint::black_box({number}_u32);\n{after}"
    ))
}

/// The packages of a printed tree, the first of which is the root.
fn packages(tree: &str) -> usize {
    let all: BTreeSet<_> = tree
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            Some((words.next()?, words.next()?))
        })
        .collect();
    all.len()
}

#[cfg(test)]
mod tests {
    use super::{changed, packages};

    #[test]
    fn each_change_is_another_statement_at_the_end_of_main() {
        let text = "fn main() -> R {\n    call();\n    Ok(())\n}\n";
        let once = changed(text).unwrap();
        let twice = changed(&once).unwrap();
        let line = |number: u8| format!("    std::hint::black_box({number}_u32);\n");
        let expected = format!(
            "fn main() -> R {{\n    call();\n{}{}    Ok(())\n}}\n",
            line(0),
            line(1)
        );
        assert_eq!(twice, expected);
        assert_eq!(changed("fn main() {}"), None);
    }

    #[test]
    fn a_package_is_counted_once_and_the_program_not_at_all() {
        let tree = "hello v0.1.0 (/somewhere)\nserde v1.0.0\nitoa v1.0.0\nserde v1.0.0 (*)\n\nitoa v2.0.0\n";
        assert_eq!(packages(tree), 3);
    }
}
