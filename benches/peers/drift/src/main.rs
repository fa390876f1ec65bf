//! Compares two OpenAPI documents in JSON with the library `drift` and prints every change.
//!
//! With `--read-only` it reads both and compares nothing: what no comparison can be faster than.

use std::error::Error;
use std::io::Write;

use serde_json::Value;

fn main() -> Result<(), Box<dyn Error>> {
    let (flags, files): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|word| word == "--read-only");
    let read = |file: &str| -> Result<Value, Box<dyn Error>> {
        Ok(serde_json::from_slice(&std::fs::read(file)?)?)
    };
    let [old, new] = files.as_slice() else {
        return Err("two documents are compared".into());
    };
    let (old, new) = (read(old)?, read(new)?);
    if !flags.is_empty() {
        return Ok(());
    }
    let mut out = std::io::stdout().lock();
    for change in drift::compare(&old, &new)? {
        writeln!(out, "{change:?}")?;
    }
    Ok(())
}
