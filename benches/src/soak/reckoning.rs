//! What the client was told, held against what the server has.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use people_protect_simulator::Stage;
use serde::{Deserialize, Serialize};

use super::wrong::{Wrong, Wrongs};

/// A callout as the server has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// Its id.
    pub id: i64,
    /// Whose.
    pub customer: i64,
    /// How far it has come.
    pub stage: Stage,
    /// Raised then.
    pub created: Timestamp,
    /// Over then.
    pub ended: Option<Timestamp>,
    /// Cancelled with the right safe code (R34).
    pub verified: bool,
    /// What was said in it.
    pub lines: Vec<String>,
}

/// What the client was told in one round.
#[derive(Debug, Default)]
pub struct Told {
    /// A callout was raised, or is active still, for this customer.
    pub raised: Vec<(i64, i64)>,
    /// The cancellation with the right safe code was taken.
    pub cancelled: Vec<i64>,
    /// A watch saw it closed.
    pub closed: Vec<i64>,
    /// A line was taken.
    pub said: Vec<(i64, String)>,
    /// Customers with a raise that was given up after a time in which its request may still be under
    /// way: it can land whenever it likes.
    pub unsure: BTreeSet<i64>,
}

/// What is known from one round to the next.
#[derive(Debug, Default)]
pub struct Before {
    unsure: BTreeSet<i64>,
    /// Nobody was told of them, and there is a reason.
    late: BTreeSet<i64>,
    /// How many of these there were.
    excused: u64,
}

impl Before {
    /// Callouts that nobody was told of and that are no fault: a request that was given up may land late.
    #[must_use]
    pub fn excused(&self) -> u64 {
        self.excused
    }
}

impl Told {
    /// Notes whatever does not agree, and empties itself for the next round.
    pub fn reckon(&mut self, kept: &[Kept], before: &mut Before, wrongs: &Wrongs) {
        let by_id: HashMap<i64, &Kept> = kept.iter().map(|one| (one.id, one)).collect();
        let mut told_of = BTreeSet::new();
        for (callout, customer) in self.raised.drain(..) {
            told_of.insert(callout);
            match by_id.get(&callout) {
                None => wrongs.note(Wrong::Lost, || {
                    format!("callout {callout} of customer {customer} was acknowledged and is lost")
                }),
                Some(kept) if kept.customer != customer => wrongs.note(Wrong::Lost, || {
                    let whose = kept.customer;
                    format!(
                        "callout {callout} was acknowledged to customer {customer} and is {whose}'s"
                    )
                }),
                Some(_) => {}
            }
        }
        let ended_so = |callouts: &mut Vec<i64>, stage, verified: bool| {
            for callout in callouts.drain(..) {
                let kept = by_id.get(&callout);
                let so = kept.is_some_and(|kept| kept.stage == stage && kept.verified == verified);
                if !so {
                    wrongs.note(Wrong::Lost, || {
                        format!("callout {callout} was told to be {stage}, and there is {kept:?}")
                    });
                }
            }
        };
        ended_so(&mut self.cancelled, Stage::Cancelled, true);
        ended_so(&mut self.closed, Stage::Closed, false);
        for (callout, line) in self.said.drain(..) {
            let kept = by_id.get(&callout);
            if !kept.is_some_and(|kept| kept.lines.contains(&line)) {
                wrongs.note(Wrong::Lost, || {
                    format!("callout {callout} has lost the line {line}, which was acknowledged")
                });
            }
        }
        for kept in kept {
            let unsure = |of: &BTreeSet<i64>| of.contains(&kept.customer);
            if told_of.contains(&kept.id) || before.late.contains(&kept.id) {
                continue;
            }
            if unsure(&self.unsure) || unsure(&before.unsure) {
                before.late.insert(kept.id);
                before.excused += 1;
                continue;
            }
            wrongs.note(Wrong::NotTrue, || {
                let (callout, customer) = (kept.id, kept.customer);
                format!("customer {customer} has callout {callout}, of which nobody was told")
            });
        }
        never_two_at_once(kept, wrongs);
        // One that is over does not come again.
        before
            .late
            .retain(|id| by_id.get(id).is_some_and(|kept| kept.ended.is_none()));
        before.unsure = std::mem::take(&mut self.unsure);
    }
}

/// R27, over the whole life of each callout.
fn never_two_at_once(kept: &[Kept], wrongs: &Wrongs) {
    let mut of: BTreeMap<i64, Vec<&Kept>> = BTreeMap::new();
    for one in kept {
        of.entry(one.customer).or_default().push(one);
    }
    for (customer, mut callouts) in of {
        callouts.sort_unstable_by_key(|one| (one.created, one.id));
        for pair in callouts.windows(2) {
            let [one, next] = pair else { continue };
            if one.ended.is_none_or(|ended| ended > next.created) {
                wrongs.note(Wrong::Doubled, || {
                    let (one, next) = (one.id, next.id);
                    format!("customer {customer} has callouts {one} and {next} at once")
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use people_protect_simulator::Stage;

    use super::{Before, Kept, Told};
    use crate::soak::wrong::{Held, Wrong, Wrongs};

    const CUSTOMER: i64 = 178_921;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn kept(id: i64, created: i64, ended: Option<i64>) -> Kept {
        Kept {
            id,
            customer: CUSTOMER,
            stage: ended.map_or(Stage::Created, |_| Stage::Cancelled),
            created: at(created),
            ended: ended.map(at),
            verified: ended.is_some(),
            lines: vec!["help".to_owned()],
        }
    }

    fn told(raised: &[i64]) -> Told {
        Told {
            raised: raised.iter().map(|id| (*id, CUSTOMER)).collect(),
            ..Told::default()
        }
    }

    fn found(mut told: Told, kept: &[Kept]) -> Held {
        let wrongs = Wrongs::default();
        told.reckon(kept, &mut Before::default(), &wrongs);
        assert!(told.raised.is_empty() && told.cancelled.is_empty() && told.said.is_empty());
        wrongs.held()
    }

    #[test]
    fn what_agrees_is_no_finding() {
        let mut told = told(&[1, 1, 2]);
        told.cancelled = vec![1, 2];
        told.said = vec![(2, "help".to_owned())];
        let held = found(told, &[kept(1, 0, Some(5)), kept(2, 5, Some(9))]);
        assert_eq!(held, Held::default());
    }

    #[test]
    fn a_lost_callout_is_found() {
        let held = found(told(&[1, 2]), &[kept(1, 0, Some(5))]);
        assert_eq!(held.count(Wrong::Lost), 1);
        assert!(held.words[0].contains("callout 2"), "{held:?}");
    }

    #[test]
    fn a_callout_that_is_somebody_elses_is_found() {
        let mut other = kept(1, 0, Some(5));
        other.customer += 1;
        assert_eq!(found(told(&[1]), &[other]).count(Wrong::Lost), 1);
    }

    #[test]
    fn a_lost_end_and_a_lost_line_are_found() {
        let mut told = told(&[1, 2]);
        told.cancelled = vec![1];
        told.closed = vec![2];
        told.said = vec![(2, "fire".to_owned())];
        let held = found(told, &[kept(2, 0, Some(3)), kept(1, 4, None)]);
        assert_eq!(held.count(Wrong::Lost), 3, "{held:?}");
    }

    #[test]
    fn r27_two_callouts_at_once_are_found_also_when_both_are_over() {
        for second in [Some(8), None] {
            let held = found(told(&[1, 2]), &[kept(2, 3, second), kept(1, 0, Some(4))]);
            assert_eq!(held.count(Wrong::Doubled), 1, "{held:?}");
        }
        let open = found(told(&[1, 2]), &[kept(1, 0, None), kept(2, 3, Some(4))]);
        assert_eq!(open.count(Wrong::Doubled), 1);
    }

    #[test]
    fn a_callout_that_nobody_was_told_of_is_found_unless_a_request_was_given_up() {
        let books = [kept(1, 0, Some(5)), kept(2, 6, None)];
        assert_eq!(found(told(&[1]), &books).count(Wrong::NotTrue), 1);
        let (wrongs, mut before) = (Wrongs::default(), Before::default());
        let mut given_up = told(&[1]);
        given_up.unsure.insert(CUSTOMER);
        given_up.reckon(&books, &mut before, &wrongs);
        // It stays known for as long as it is open.
        for _ in 0..3 {
            told(&[]).reckon(&books[1..], &mut before, &wrongs);
        }
        assert_eq!(wrongs.held(), Held::default());
        assert_eq!(before.excused(), 1, "each once");
    }
}
