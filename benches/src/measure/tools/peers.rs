//! The tools that others use: a linter with a diff, a library in JavaScript, a library in Rust.

use std::path::{Path, PathBuf};

use crate::by_hand::Failed;
use crate::context::{Context, said};
use crate::process::{self, Program};

const REDOCLY: &str = "2.77.0";
const SMART_DIFF: &str = "1.0.6";
const JS_YAML: &str = "4.3.2";
const DRIFT: &str = "0.2.0";

/// All of them, installed.
pub(super) struct Peers {
    node: PathBuf,
    drift: PathBuf,
    /// The rules that our contract is held to; other documents are held to the recommended ones.
    rules: String,
    contract: PathBuf,
}

impl Peers {
    pub(super) fn install(context: &Context) -> Result<Self, Failed> {
        process::system("/usr/bin/time", &["time"])?;
        process::system("npm", &["nodejs", "npm"])?;
        let node = context.folder("tools/node")?;
        let wanted = [
            format!("@redocly/cli@{REDOCLY}"),
            format!("api-smart-diff@{SMART_DIFF}"),
            format!("js-yaml@{JS_YAML}"),
        ];
        let stamp = node.join("installed");
        let listed = wanted.join("\n");
        if std::fs::read_to_string(&stamp).unwrap_or_default() != listed {
            std::fs::write(node.join("package.json"), "{\"private\": true}")?;
            let place = node.display().to_string();
            let quiet = ["--no-audit", "--no-fund", "--no-package-lock"];
            let mut words = vec!["install", "--prefix", &place];
            words.extend(quiet);
            words.extend(wanted.iter().map(String::as_str));
            said("npm", &words)?;
            std::fs::write(&stamp, &listed)?;
        }
        let peers = context.root.join("benches/peers");
        // Beside its modules, or it does not find them.
        std::fs::copy(peers.join("smart-diff.cjs"), node.join("smart-diff.cjs"))?;
        Ok(Self {
            node,
            drift: drift(context, &peers.join("drift"))?,
            rules: context
                .root
                .join("openapi/redocly.yaml")
                .display()
                .to_string(),
            contract: context.root.join("openapi/panic-api.yaml"),
        })
    }

    pub(super) fn linter(&self) -> String {
        format!("redocly lint {REDOCLY}")
    }

    pub(super) fn lint(&self, document: &str) -> Program {
        let rules = ["lint", document, "--config", &self.rules];
        // Without the strict rules a foreign document is judged more quickly.
        let ours = Path::new(document) == self.contract;
        let words = if ours { &rules[..] } else { &rules[..2] };
        self.redocly(words).judge()
    }

    /// Those that compare any of the documents.
    pub(super) fn diffs(&self, old: &str, new: &str) -> Vec<(String, Program)> {
        let smart = self.node.join("smart-diff.cjs").display().to_string();
        let smart = Program::new("node", &[&smart, old, new], &self.node);
        vec![
            (
                format!("redocly diff {REDOCLY}"),
                self.redocly(&["diff", old, new]).judge().that_finds(),
            ),
            (
                format!("api-smart-diff {SMART_DIFF}"),
                smart.judge().that_finds(),
            ),
        ]
    }

    /// The one that is a library only, and stops on the large documents.
    pub(super) fn in_rust(&self, old: &str, new: &str) -> Vec<(String, Program)> {
        let drift = |words: &[&str]| Program::new(&self.drift, words, &self.node).that_finds();
        vec![(format!("drift {DRIFT}"), drift(&[old, new]))]
    }

    /// Writes a document as JSON.
    pub(super) fn bundle(&self, from: &str, to: &str, context: &Context) -> Result<(), Failed> {
        let words = ["bundle", from, "--ext", "json", "--output", to];
        let mut program = self.redocly(&words);
        program.folder.clone_from(&context.root);
        program.output().map(drop)
    }

    fn redocly(&self, words: &[&str]) -> Program {
        let program = self.node.join("node_modules/.bin/redocly");
        Program::new(program, words, &self.node)
            .with("REDOCLY_TELEMETRY", "off")
            .with("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true")
    }
}

/// Builds the program around the library.
fn drift(context: &Context, template: &Path) -> Result<PathBuf, Failed> {
    let folder = context.folder("tools/drift")?;
    std::fs::create_dir_all(folder.join("src"))?;
    for (from, to) in [
        ("Cargo.template.toml", "Cargo.toml"),
        ("src/main.rs", "src/main.rs"),
    ] {
        std::fs::copy(template.join(from), folder.join(to))?;
    }
    let target = folder.join("target");
    let built = Program::new("cargo", &["build", "--quiet", "--release"], &folder)
        .with("CARGO_TARGET_DIR", target.display().to_string());
    built.output()?;
    Ok(target.join("release/drift-peer"))
}
