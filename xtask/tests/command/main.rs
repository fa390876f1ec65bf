//! The commands as a person runs them: exit codes, words, and what is written.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot set its stage should stop"
)]

mod drift;
mod generate;
mod import;
mod lint;
mod workspace;
