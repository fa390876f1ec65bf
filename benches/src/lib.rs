//! What the workspace costs, measured beside what users would pick instead.

pub mod bare;
pub mod baseline;
pub mod by_hand;
pub mod by_hyper;
pub mod caller;
pub mod canned;
pub mod chart;
pub mod connection;
pub mod context;
pub mod count;
pub mod course;
pub mod herd;
pub mod load;
pub mod measure;
pub mod page;
pub mod plain;
pub mod process;
pub mod results;
pub mod rounds;
pub mod section;
pub mod server;
pub mod simulated;
pub mod soak;
pub mod stopwatch;
pub mod subject;
pub mod watching;
