//! `people-protect quickstart`: the steps of the wrapper's example of that name, which are linked to here.

mod arguments;
mod flow;
mod progress;
mod target;

pub(crate) use self::arguments::Arguments;
pub(crate) use self::flow::quickstart;
