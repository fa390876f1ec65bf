//! What is counted: the same calls through the wrapper and as a user would write them without it.

pub mod baseline;
pub mod by_hand;
pub mod canned;
pub mod count;
pub mod page;
pub mod subject;
