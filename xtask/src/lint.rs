//! `cargo xtask contract lint`, and the same lints before anything is generated.

use std::path::Path;

use people_protect_contract::lint::{self, Finding};
use people_protect_contract::{Contract, LoadError};

use crate::failure::Failure;
use crate::rewrite::{self, Rewritten};
use crate::say::say;

/// A contract without findings, and what the generator will see of it.
#[derive(Debug)]
pub(crate) struct Linted {
    pub(crate) contract: Contract,
    pub(crate) rewritten: Rewritten,
}

/// Prints every finding.
///
/// # Errors
///
/// [`Failure::Check`] if there is one, [`Failure::Input`] if the document does not load.
pub(crate) fn run(path: &Path) -> Result<(), Failure> {
    let contract = load(path)?;
    let operations = contract.operations().len();
    match judge(contract)? {
        Ok(_) => {
            say!("{operations} operations, nothing to mend");
            Ok(())
        }
        Err(findings) => {
            for finding in &findings {
                say!("{finding}");
            }
            Err(Failure::Check(format!(
                "{}: {} to mend",
                path.display(),
                findings.len()
            )))
        }
    }
}

/// Loads the contract and refuses one that the lints find fault with.
///
/// # Errors
///
/// [`Failure::Input`] with one finding per line.
pub(crate) fn contract(path: &Path) -> Result<Linted, Failure> {
    judge(load(path)?)?.map_err(|findings| {
        Failure::Input(format!(
            "{}: {} to mend; nothing was written\n{}",
            path.display(),
            findings.len(),
            findings.join("\n")
        ))
    })
}

/// Loads the contract.
///
/// # Errors
///
/// [`Failure::Input`] naming the file and the place.
pub(crate) fn load(path: &Path) -> Result<Contract, Failure> {
    Contract::read(path).map_err(|error| Failure::Input(error.to_string()))
}

/// Holds the contract to both lints: as kept, and as the generator will see it. What they find
/// comes a line each.
fn judge(contract: Contract) -> Result<Result<Linted, Vec<String>>, Failure> {
    let lines = |findings: Vec<Finding>| -> Vec<String> {
        findings.iter().map(ToString::to_string).collect()
    };
    let rewritten = rewrite::rewrite(contract.value());
    let (mut found, seen) = std::thread::scope(|scope| {
        let house = scope.spawn(|| lines(lint::house(&contract)));
        let seen = rewritten.as_ref().ok().map(|rewritten| {
            let document = rewritten.document.clone();
            let seen = Contract::from_value(document, "the rewritten contract")?;
            Ok::<_, LoadError>(lines(lint::generator(&seen)))
        });
        let house = house.join();
        (
            house.unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            seen,
        )
    });
    // An upstream 3.1 document is converted; ours is what it says it is.
    if let Some(first) = contract.converted().first() {
        found.push(format!(
            "/openapi [own-version]: the contract is written in OpenAPI 3.0.3, but 3.1 was read ({first}); write `openapi: 3.0.3` and 3.0 constructs"
        ));
    }
    let rewritten = match rewritten {
        Ok(rewritten) => rewritten,
        Err(error) => {
            found.extend(beside(&contract, &error));
            return Ok(Err(found));
        }
    };
    let seen = seen.transpose();
    let seen = seen.map_err(|error| Failure::Input(error.to_string()))?;
    found.extend(seen.into_iter().flatten());
    if found.is_empty() {
        return Ok(Ok(Linted {
            contract,
            rewritten,
        }));
    }
    Ok(Err(found))
}

/// An operation that cannot be rewritten, with what the generator lint says about just that one:
/// an inline schema, for example, is the reason behind a second type.
fn beside(contract: &Contract, error: &rewrite::RewriteError) -> Vec<String> {
    let operation = contract.operation_at(&error.pointer);
    let within = operation.map_or(error.pointer.as_str(), |operation| &operation.pointer);
    let mut found: Vec<String> = lint::generator(contract)
        .iter()
        .filter(|finding| finding.pointer.starts_with(within))
        .map(ToString::to_string)
        .collect();
    let id = operation.map_or("", |operation| &operation.id);
    found.push(format!(
        "{} [rewrite] {id}: {}",
        error.pointer, error.message
    ));
    found
}
