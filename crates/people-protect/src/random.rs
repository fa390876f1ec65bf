//! Randomness as a parameter.

use std::fmt::Debug;

/// Where the client takes chance from.
///
/// Waits are spread by chance, so that many clients that lost the server at the same moment do
/// not come back at the same moment. Nothing secret rests on it. The default is
/// [`SystemRandom`]; a test brings its own with
/// [`with_random`](crate::Builder::with_random).
///
/// ```
/// use people_protect::{Random, SystemRandom};
///
/// let drawn = SystemRandom.unit();
/// assert!((0.0..1.0).contains(&drawn));
/// ```
pub trait Random: Debug + Send + Sync {
    /// A number from 0 up to, but not including, 1.
    fn unit(&self) -> f64;
}

/// A fast generator, seeded by the system; not for secrets.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn unit(&self) -> f64 {
        fastrand::f64()
    }
}
