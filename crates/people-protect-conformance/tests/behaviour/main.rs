//! What the suite finds, does and says, one file per part of it; one program, because each holds
//! suite and simulator whole.

mod cleaning;
mod common;
mod drift;
mod driven;
mod hostile;
mod injected;
mod mutants;
mod probes;
mod redaction;
mod schema;
mod stateless;
