//! The way that a simulated responder takes to a callout.
//!
//! No street is real: blocks of equal size, turned by some angle, and a way along their edges. All
//! of it follows from the seed and the callout's id, so a run can be repeated exactly. How fast a
//! responder is, and that anybody is shown moving at all, is an assumption.

use jiff::{SignedDuration, Timestamp};

use crate::callout::Callout;
use crate::seed::Seed;

/// The length of a block's edge, in metres.
pub(crate) const BLOCK_M: f64 = 120.0;

/// Metres a second: about 36 km/h, through a town.
const SPEED: f64 = 10.0;

/// Where a responder waits who should be there by now: nobody arrives before the stage says so
/// (R36).
const LAST_M: f64 = 40.0;

/// The same as a time, in seconds.
pub(crate) const LAST_S: f64 = LAST_M / SPEED;

/// A place in metres east and north of the customer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Offset {
    pub(crate) east: f64,
    pub(crate) north: f64,
}

impl Offset {
    const HERE: Self = Self {
        east: 0.0,
        north: 0.0,
    };

    fn to(self, other: Self) -> f64 {
        (other.east - self.east).hypot(other.north - self.north)
    }
}

/// A way that ends where the customer is.
#[derive(Debug, Clone)]
pub(crate) struct Way {
    /// The bends, the start first and the customer last.
    pub(crate) bends: Vec<Offset>,
    /// How the blocks are turned against north, in radians.
    pub(crate) turned: f64,
    metres: f64,
}

/// How far a responder has come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Progress {
    pub(crate) at: Offset,
    /// What is left of the way, in metres.
    pub(crate) left_m: f64,
    /// When the responder should be there, as estimated at the start.
    pub(crate) arrival: Timestamp,
}

impl Way {
    /// The way to a callout: 1.2 to 4.3 km with up to ten bends.
    pub(crate) fn to(seed: Seed, callout: i64) -> Self {
        let chance = seed.bytes("way", callout);
        let turned = f64::from(chance[0]) / 255.0 * 0.8 - 0.4;
        // Which quarter of the compass the responder comes from.
        let (east, north) =
            [(1.0, 1.0), (1.0, -1.0), (-1.0, 1.0), (-1.0, -1.0)][usize::from(chance[1] % 4)];
        let legs = 5 + usize::from(chance[2] % 5);
        let mut bends = vec![Offset::HERE];
        let mut along = Offset::HERE;
        // From the customer outwards, one leg along each axis in turn.
        for (leg, chance) in chance[3..3 + legs].iter().enumerate() {
            let metres = f64::from(2 + chance % 3) * BLOCK_M;
            if (leg + usize::from(chance / 128)) % 2 == 0 {
                along.east += east * metres;
            } else {
                along.north += north * metres;
            }
            bends.push(turn(along, turned));
        }
        bends.reverse();
        let metres = bends.windows(2).map(|leg| leg[0].to(leg[1])).sum();
        Self {
            bends,
            turned,
            metres,
        }
    }

    /// How long it takes.
    pub(crate) fn lasts(&self) -> SignedDuration {
        SignedDuration::from_secs_f64((self.metres / SPEED).round())
    }

    /// Where somebody is who has so far to go.
    pub(crate) fn with_left(&self, left_m: f64) -> Offset {
        let mut ahead = left_m.max(0.0);
        for leg in self.bends.windows(2).rev() {
            let length = leg[0].to(leg[1]);
            if ahead <= length && length > 0.0 {
                let part = ahead / length;
                return Offset {
                    east: leg[1].east + (leg[0].east - leg[1].east) * part,
                    north: leg[1].north + (leg[0].north - leg[1].north) * part,
                };
            }
            ahead -= length;
        }
        self.bends.first().copied().unwrap_or(Offset::HERE)
    }

    /// Where a responder is at `now` who left at `left`.
    pub(crate) fn progress(&self, left: Timestamp, now: Timestamp) -> Progress {
        let gone = now.duration_since(left).as_secs_f64().max(0.0) * SPEED;
        let left_m = (self.metres - gone).max(LAST_M);
        Progress {
            at: self.with_left(left_m),
            left_m,
            arrival: left.checked_add(self.lasts()).unwrap_or(Timestamp::MAX),
        }
    }
}

/// How many seconds the rest of a way takes.
pub(crate) fn seconds(left_m: f64) -> f64 {
    left_m / SPEED
}

/// Where the responder of a callout is, while one is on the way.
pub(crate) fn responder(way: &Way, callout: &Callout, now: Timestamp) -> Option<Progress> {
    match (callout.dispatched_at, callout.arrived_at) {
        (Some(left), None) if callout.stage.is_active() && callout.completed_at.is_none() => {
            Some(way.progress(left, now))
        }
        _ => None,
    }
}

fn turn(offset: Offset, by: f64) -> Offset {
    let (sin, cos) = by.sin_cos();
    Offset {
        east: offset.east * cos - offset.north * sin,
        north: offset.east * sin + offset.north * cos,
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::{LAST_M, Offset, SPEED, Way};
    use crate::clock::Clock;
    use crate::seed::Seed;

    #[test]
    fn every_way_is_as_long_as_a_drive_through_a_town_and_ends_at_the_customer() {
        for callout in 0..500 {
            let way = Way::to(Seed(7), callout);
            assert!((1000.0..=4500.0).contains(&way.metres), "{}", way.metres);
            assert_eq!(way.bends.last(), Some(&Offset::HERE));
            assert!(way.bends.len() >= 6);
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_way_and_another_another() {
        let bends = |seed| Way::to(Seed(seed), 992_011).bends;
        assert_eq!(bends(1), bends(1));
        assert_ne!(bends(1), bends(2));
        assert_ne!(bends(1), Way::to(Seed(1), 992_012).bends);
    }

    #[test]
    fn a_responder_moves_without_a_jump_and_never_arrives_by_the_clock() {
        let (way, left) = (Way::to(Seed(0), 992_011), Clock::manual().base());
        let at = |second| way.progress(left, left + SignedDuration::from_secs(second));
        assert_eq!(at(0).at, way.bends[0]);
        for second in 0..way.lasts().as_secs() {
            let (before, after) = (at(second), at(second + 1));
            let moved = before.at.to(after.at);
            assert!(moved <= SPEED + 0.001, "{moved} m in a second");
            assert!(after.left_m <= before.left_m);
        }
        let late = at(100_000);
        assert!((late.left_m - LAST_M).abs() < f64::EPSILON);
        assert_eq!(late.arrival, left + way.lasts());
        // A clock that was set back does not put the responder behind the start.
        assert_eq!(at(-5).at, way.bends[0]);
    }
}
