//! Chance that a test decides.

use std::sync::atomic::{AtomicU64, Ordering};

use people_protect::Random;

/// Always the same draw.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Always(pub(crate) f64);

impl Random for Always {
    fn unit(&self) -> f64 {
        self.0
    }
}

/// Draws that are spread evenly and the same in every run: multiples of the golden ratio.
#[derive(Debug, Default)]
pub(crate) struct Even(AtomicU64);

impl Random for Even {
    #[allow(clippy::cast_precision_loss)]
    fn unit(&self) -> f64 {
        let drawn = self.0.fetch_add(1, Ordering::Relaxed);
        (drawn as f64 * 0.618_033_988_749_894_9).fract()
    }
}
