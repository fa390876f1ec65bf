//! Memory and descriptors of a process over a run, and how they grow with the calls.

use serde::{Deserialize, Serialize};

use crate::course::Course;
use crate::section::Unit;

/// As many samples are kept; then every other one goes, so that measuring takes no memory either.
const KEPT: usize = 4096;
/// So much of a run is warming up: pools, caches and the allocator find their sizes.
const WARM_UP: f64 = 0.4;
/// With fewer, a line through them says nothing.
const FEWEST: usize = 12;

/// What a process held at one moment.
#[derive(Debug, Clone, Copy, Default)]
pub struct Held {
    /// Resident memory in bytes.
    pub memory: f64,
    /// Open descriptors.
    pub descriptors: f64,
}

impl Held {
    /// What this process holds; nothing where the system does not tell.
    #[must_use]
    pub fn of(process: u32) -> Option<Self> {
        let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
        let resident = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB"))?;
        let descriptors = std::fs::read_dir(format!("/proc/{process}/fd"))
            .ok()?
            .count();
        Some(Self {
            memory: resident.trim().parse::<f64>().ok()? * 1024.0,
            descriptors: descriptors as f64,
        })
    }
}

/// One look at a run.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    /// Since the beginning.
    pub seconds: f64,
    /// Answered by then.
    pub calls: f64,
    /// The process.
    pub held: Held,
}

/// The looks at one process.
#[derive(Debug)]
pub struct Meter {
    process: u32,
    samples: Vec<Sample>,
    /// Every how many-th look is kept, and how many there were.
    every: usize,
    looks: usize,
}

/// How something grew, by a line of least squares through the samples after the warm-up.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Growth {
    /// With a thousand calls more.
    pub per_thousand_calls: f64,
    /// With a minute more.
    pub per_minute: f64,
    /// From the end of the warm-up to the end of the run.
    pub in_all: f64,
    /// At the end.
    pub at_the_end: f64,
}

/// How much something may grow: both have to be passed, as a short run moves more by chance.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// With a thousand calls more.
    pub per_thousand_calls: f64,
    /// From the end of the warm-up to the end of the run.
    pub in_all: f64,
}

impl Meter {
    /// Looks at this process.
    #[must_use]
    pub fn new(process: u32) -> Self {
        Self {
            process,
            samples: Vec::with_capacity(KEPT),
            every: 1,
            looks: 0,
        }
    }

    /// Looks; nothing where the system does not tell.
    pub fn look(&mut self, seconds: f64, calls: u64) -> Option<Held> {
        let held = Held::of(self.process)?;
        self.take(Sample {
            seconds,
            calls: calls as f64,
            held,
        });
        Some(held)
    }

    /// How memory and descriptors of `who` went on, in at most `most` points each.
    #[must_use]
    pub fn courses(&self, who: &str, most: usize) -> [Course; 2] {
        let memory = self.samples.iter().map(|one| (one.calls, one.held.memory));
        let open = self.samples.iter();
        let open = open.map(|one| (one.calls, one.held.descriptors));
        [
            Course::of(format!("memory of the {who}"), Unit::Bytes, memory, most),
            Course::of(format!("descriptors of the {who}"), Unit::Count, open, most),
        ]
    }

    fn take(&mut self, sample: Sample) {
        if self.looks.is_multiple_of(self.every) {
            if self.samples.len() == KEPT {
                let mut place = 0;
                self.samples.retain(|_| {
                    place += 1;
                    place % 2 == 1
                });
                self.every *= 2;
            }
            self.samples.push(sample);
        }
        self.looks += 1;
    }

    /// How memory grew; nothing if there are too few samples.
    #[must_use]
    pub fn memory(&self) -> Option<Growth> {
        growth(&self.samples, |held| held.memory)
    }

    /// How descriptors grew.
    #[must_use]
    pub fn descriptors(&self) -> Option<Growth> {
        growth(&self.samples, |held| held.descriptors)
    }
}

impl Growth {
    /// Whether it is too much.
    #[must_use]
    pub fn is_beyond(&self, limit: Limit) -> bool {
        self.per_thousand_calls > limit.per_thousand_calls && self.in_all > limit.in_all
    }
}

fn growth(samples: &[Sample], of: impl Fn(&Held) -> f64) -> Option<Growth> {
    let end = samples.last()?;
    let warm: Vec<&Sample> = samples
        .iter()
        .filter(|sample| sample.calls >= end.calls * WARM_UP && sample.calls > 0.0)
        .collect();
    if warm.len() < FEWEST {
        return None;
    }
    let line = |x: fn(&Sample) -> f64| {
        let points: Vec<_> = warm.iter().map(|one| (x(one), of(&one.held))).collect();
        slope(&points)
    };
    let per_call = line(|sample| sample.calls)?;
    Some(Growth {
        per_thousand_calls: per_call * 1000.0,
        per_minute: line(|sample| sample.seconds)? * 60.0,
        in_all: per_call * (end.calls - warm.first()?.calls),
        at_the_end: of(&end.held),
    })
}

/// The slope of the line of least squares; nothing if all points stand above one another.
#[must_use]
pub fn slope(points: &[(f64, f64)]) -> Option<f64> {
    let count = points.len() as f64;
    let middle = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
    let (x, y) = (middle(|point| point.0), middle(|point| point.1));
    let (mut both, mut square) = (0.0, 0.0);
    for point in points {
        both += (point.0 - x) * (point.1 - y);
        square += (point.0 - x).powi(2);
    }
    (square > 0.0).then(|| both / square)
}

#[cfg(test)]
mod tests {
    use super::{Held, KEPT, Limit, Meter, Sample, slope};

    const LIMIT: Limit = Limit {
        per_thousand_calls: 4096.0,
        in_all: 1_000_000.0,
    };

    /// A run of a hundred looks: it warms up by 50 MB, swings, and keeps `leak` bytes of each call.
    fn run(leak: f64) -> Meter {
        let mut meter = Meter::new(0);
        for look in 0..100_u32 {
            let calls = f64::from(look) * 1000.0;
            let warm = f64::from(look.min(20)) * 2_500_000.0;
            let swing = f64::from(look % 7) * 100_000.0;
            meter.take(Sample {
                seconds: f64::from(look),
                calls,
                held: Held {
                    memory: warm + swing + leak * calls,
                    descriptors: 40.0,
                },
            });
        }
        meter
    }

    #[test]
    fn a_line_through_points_on_a_line_is_that_line() {
        let points: Vec<_> = (0..9)
            .map(|x| (f64::from(x), 3.0 * f64::from(x) + 1.0))
            .collect();
        assert!((slope(&points).unwrap() - 3.0).abs() < 1e-9);
        assert_eq!(slope(&[(1.0, 1.0), (1.0, 2.0)]), None);
        assert_eq!(slope(&[]), None);
    }

    #[test]
    fn warming_up_and_swinging_is_no_leak() {
        let memory = run(0.0).memory().unwrap();
        assert!(!memory.is_beyond(LIMIT), "{memory:?}");
        let descriptors = run(0.0).descriptors().unwrap();
        assert_eq!(descriptors.per_thousand_calls, 0.0);
        assert_eq!(descriptors.at_the_end, 40.0);
    }

    #[test]
    fn a_client_that_keeps_sixty_four_bytes_of_each_call_is_found() {
        let memory = run(64.0).memory().unwrap();
        assert!(memory.is_beyond(LIMIT), "{memory:?}");
        assert!(
            (memory.per_thousand_calls - 64_000.0).abs() < 3_000.0,
            "{memory:?}"
        );
        // A second of this run is a thousand calls.
        assert!(
            (memory.per_minute - 3_840_000.0).abs() < 180_000.0,
            "{memory:?}"
        );
    }

    #[test]
    fn too_few_looks_say_nothing() {
        let mut meter = Meter::new(0);
        meter.take(Sample {
            seconds: 1.0,
            calls: 1.0,
            held: Held::default(),
        });
        assert_eq!(meter.memory(), None);
        assert_eq!(Meter::new(0).descriptors(), None);
    }

    #[test]
    fn a_long_run_keeps_no_more_samples_than_there_is_room_for() {
        let mut meter = Meter::new(0);
        for look in 0..KEPT as u32 * 5 {
            meter.take(Sample {
                seconds: f64::from(look),
                calls: f64::from(look),
                held: Held::default(),
            });
        }
        assert!(meter.samples.len() <= KEPT && meter.samples.len() > KEPT / 3);
        let last = meter.samples.last().unwrap().seconds;
        assert!(last >= KEPT as f64 * 5.0 - 16.0, "{last}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_process_holds_memory_and_descriptors() {
        let held = Held::of(std::process::id()).unwrap();
        assert!(
            held.memory > 100_000.0 && held.descriptors >= 3.0,
            "{held:?}"
        );
    }
}
