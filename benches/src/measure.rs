//! What there is to measure, in the order of the page.

pub mod build;
pub mod counts;
pub mod herd;
pub mod loopback;
pub mod scale;
pub mod simulator;
pub mod soak;
pub mod suite;
pub mod tools;
pub mod watches;

use crate::by_hand::Failed;
use crate::context::Context;
use crate::section::Section;

/// One measurement.
#[derive(Debug, Clone, Copy)]
pub struct Measure {
    /// Its name on the command line.
    pub name: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// Measures.
    pub run: fn(&Context) -> Result<Section, Failed>,
}

/// All of them.
pub const MEASURES: &[Measure] = &[
    Measure {
        name: counts::NAME,
        title: counts::TITLE,
        run: counts::run,
    },
    Measure {
        name: loopback::NAME,
        title: loopback::TITLE,
        run: loopback::run,
    },
    Measure {
        name: herd::NAME,
        title: herd::TITLE,
        run: herd::run,
    },
    Measure {
        name: watches::NAME,
        title: watches::TITLE,
        run: watches::run,
    },
    Measure {
        name: simulator::NAME,
        title: simulator::TITLE,
        run: simulator::run,
    },
    Measure {
        name: scale::NAME,
        title: scale::TITLE,
        run: scale::run,
    },
    Measure {
        name: suite::NAME,
        title: suite::TITLE,
        run: suite::run,
    },
    Measure {
        name: tools::NAME,
        title: tools::TITLE,
        run: tools::run,
    },
    Measure {
        name: build::NAME,
        title: build::TITLE,
        run: build::run,
    },
    Measure {
        name: soak::NAME,
        title: soak::TITLE,
        run: soak::run,
    },
];

/// Their names.
#[must_use]
pub fn names() -> Vec<&'static str> {
    MEASURES.iter().map(|measure| measure.name).collect()
}
