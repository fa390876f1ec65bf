//! What a generated file follows from, recorded in its head, and why it does not any more.

use sha2::{Digest as _, Sha256};

/// The crates that decide what is generated.
const GENERATORS: [&str; 5] = [
    "progenitor-impl",
    "typify-impl",
    "openapiv3",
    "heck",
    "prettyplease",
];

/// What this program was built with.
const LOCK: &str = include_str!("../../Cargo.lock");

/// Begins the line that records it.
const RECORD: &str = "// Follows from: ";

/// What a file was made from, and what it was when it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    contract: String,
    generator: String,
    text: String,
}

impl Origin {
    /// Of a text that is made now. `contract` is the contract's value as JSON.
    pub(crate) fn new(contract: &str, text: &str) -> Self {
        Self {
            contract: hash(contract),
            generator: generator(LOCK),
            text: hash(text),
        }
    }

    /// The line for the head of the file.
    pub(crate) fn line(&self) -> String {
        let Self {
            contract,
            generator,
            text,
        } = self;
        format!("{RECORD}contract {contract}; generator {generator}; text {text}\n")
    }

    /// What the head of a file records, and the text below it.
    fn read(file: &str) -> Option<(Self, &str)> {
        let (head, text) = file.split_once("\n\n")?;
        let line = head.lines().find_map(|line| line.strip_prefix(RECORD))?;
        let mut parts = line.split("; ");
        let mut part = |name: &str| {
            let part = parts.next()?.strip_prefix(name)?.strip_prefix(' ')?;
            Some(part.to_owned())
        };
        let (contract, generator, recorded) =
            (part("contract")?, part("generator")?, part("text")?);
        Some((
            Self {
                contract,
                generator,
                text: recorded,
            },
            text,
        ))
    }
}

/// Why a file is not what would be made now.
pub(crate) fn why(present: &str, wanted: &str) -> Vec<String> {
    if present.is_empty() {
        return vec!["it is not there".to_owned()];
    }
    let (Some((was, text)), Some((is, _))) = (Origin::read(present), Origin::read(wanted)) else {
        return vec!["its head does not record what it was made from".to_owned()];
    };
    let mut reasons = Vec::new();
    if hash(text) != was.text {
        reasons.push("it was edited by hand since it was generated".to_owned());
    }
    if was.contract != is.contract {
        reasons.push("the contract was edited since it was generated".to_owned());
    }
    if was.generator != is.generator {
        reasons.push(format!(
            "it was generated with {}, and now there is {}",
            was.generator, is.generator
        ));
    }
    if reasons.is_empty() {
        reasons.push(match was.text == is.text {
            true => "its head was edited by hand".to_owned(),
            false => "xtask makes something else of the same contract".to_owned(),
        });
    }
    reasons
}

/// The versions of the generators, as a lock file has them.
fn generator(lock: &str) -> String {
    let mut found = Vec::new();
    for block in lock.split("[[package]]") {
        let value = |key: &str| {
            block.lines().find_map(|line| {
                line.strip_prefix(key)?
                    .strip_prefix(" = \"")?
                    .strip_suffix('"')
            })
        };
        if let (Some(name), Some(version)) = (value("name"), value("version"))
            && GENERATORS.contains(&name)
        {
            found.push(format!("{name} {version}"));
        }
    }
    found.join(", ")
}

/// So much of it as tells texts apart.
fn hash(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{LOCK, Origin, generator, why};

    fn file(origin: &Origin, text: &str) -> String {
        format!("// @generated\n{}\n{text}", origin.line())
    }

    fn made(contract: &str, text: &str) -> String {
        file(&Origin::new(contract, text), text)
    }

    #[test]
    fn an_edit_by_hand_of_the_contract_and_of_the_generator_are_told_apart() {
        let wanted = made("{}", "pub fn a() {}\n");
        let by_hand = wanted.replace("fn a", "fn b");
        assert_eq!(
            why(&by_hand, &wanted),
            ["it was edited by hand since it was generated"]
        );
        let contract = made("{\"a\":1}", "pub fn z() {}\n");
        assert_eq!(
            why(&contract, &wanted),
            ["the contract was edited since it was generated"]
        );
        // Both at once are said both.
        assert_eq!(why(&contract.replace("fn z", "fn y"), &wanted).len(), 2);
        let older = Origin {
            generator: "progenitor-impl 0.1.0".to_owned(),
            ..Origin::new("{}", "pub fn c() {}\n")
        };
        let [bump] = &why(&file(&older, "pub fn c() {}\n"), &wanted)[..] else {
            panic!("one reason");
        };
        assert!(
            bump.starts_with("it was generated with progenitor-impl 0.1.0, and now there is"),
            "{bump}"
        );
        let other = made("{}", "pub fn d() {}\n");
        assert_eq!(
            why(&other, &wanted),
            ["xtask makes something else of the same contract"]
        );
        let head = wanted.replace("// @generated", "// mine");
        assert_eq!(why(&head, &wanted), ["its head was edited by hand"]);
        assert_eq!(why("", &wanted), ["it is not there"]);
        assert_eq!(
            why("pub fn a() {}\n", &wanted),
            ["its head does not record what it was made from"]
        );
    }

    #[test]
    fn the_lock_file_names_every_generator() {
        let found = generator(LOCK);
        for name in super::GENERATORS {
            assert!(found.contains(&format!("{name} ")), "{name} in {found}");
        }
        assert_eq!(
            generator(
                "[[package]]\nname = \"heck\"\nversion = \"0.5.0\"\n\n[[package]]\nname = \"other\"\nversion = \"1.0.0\"\n"
            ),
            "heck 0.5.0"
        );
    }
}
