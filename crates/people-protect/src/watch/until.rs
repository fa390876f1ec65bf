//! Waiting for a stage.

use std::pin::pin;
use std::time::Duration;

use super::Watch;
use super::not_reached::{Details, NotReached};
use super::update::Update;
use crate::{CalloutView, Stage};

impl Watch {
    /// Waits until the callout has come as far as `stage`, or further, and gives that state.
    ///
    /// A callout seen closed was once raised, and counts as dispatched, arrived or completed only
    /// if its times say so; a cancelled one likewise. [`Stage::Other`] compares the status as sent,
    /// without case (R39). Only fresh states count. Waiting changes nothing about the pace: the
    /// last read before the time is up is as far from the one before as all others.
    ///
    /// ```no_run
    /// # use people_protect::{Callout, Stage};
    /// # use std::time::Duration;
    /// # async fn example(callout: Callout) -> Result<(), people_protect::Error> {
    /// let mut watch = callout.watch();
    /// match watch.until(Stage::Dispatched, Duration::from_secs(120)).await {
    ///     Ok(_) => println!("help is on the way"),
    ///     Err(missed) => eprintln!("{missed}"),
    /// }
    /// watch.until(Stage::Arrived, Duration::from_secs(1800)).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`NotReached`] if the time is up or the watch ended: with the time waited, the number of
    /// reads and the last known state. If the time was up, the watch can go on.
    pub async fn until(&mut self, stage: Stage, within: Duration) -> Result<Update, NotReached> {
        let has_come = |view: &CalloutView| has_come_to(&stage, view);
        self.until_true(has_come, within).await.map_err(|missed| {
            NotReached::new(Details {
                wanted: Some(stage),
                ..missed
            })
        })
    }

    /// Waits until a fresh state fulfils a condition of your own, and gives that state.
    ///
    /// # Errors
    ///
    /// As [`until`](Self::until).
    pub async fn until_matching(
        &mut self,
        condition: impl Fn(&CalloutView) -> bool,
        within: Duration,
    ) -> Result<Update, NotReached> {
        self.until_true(condition, within)
            .await
            .map_err(NotReached::new)
    }

    async fn until_true(
        &mut self,
        condition: impl Fn(&CalloutView) -> bool,
        within: Duration,
    ) -> Result<Update, Details> {
        if let Some(last) = &self.last
            && !last.is_stale()
            && condition(last)
        {
            return Ok(last.clone());
        }
        let before = self.reads;
        let start = self.elapsed.now().elapsed;
        let mut time_up = pin!(self.elapsed.clock().sleep(within));
        let error = loop {
            tokio::select! {
                biased;
                item = self.try_next() => match item {
                    Ok(Some(update)) if !update.is_stale() && condition(&update) => {
                        return Ok(update);
                    }
                    Ok(Some(_)) => {}
                    Ok(None) => break None,
                    Err(error) => break Some(error),
                },
                () = &mut time_up => {
                    self.elapsed.reached(start.saturating_add(within));
                    break None;
                }
            }
        };
        Err(Details {
            wanted: None,
            ended: self.ended,
            elapsed: self.elapsed.now().elapsed.saturating_sub(start),
            reads: self.reads - before,
            last: self.last.clone().filter(|last| last.read_at().is_some()),
            error,
        })
    }
}

/// Whether a callout has come as far as a stage.
fn has_come_to(stage: &Stage, view: &CalloutView) -> bool {
    let now = view.stage();
    let by_time = match stage {
        Stage::Raised => return true,
        Stage::Other(status) => {
            let sent = view.status().unwrap_or_default().trim().to_lowercase();
            return sent == status.trim().to_lowercase();
        }
        Stage::Dispatched => view.dispatched_at(),
        Stage::Arrived => view.arrived_at(),
        Stage::Completed => view.completed_at(),
        _ => None,
    };
    if now == *stage {
        return true;
    }
    match now {
        // The times of a responder who called it off say nothing about now.
        Stage::ResponderCancelled => false,
        Stage::Closed | Stage::Cancelled => by_time.is_some(),
        _ => {
            by_time.is_some()
                || stage
                    .rank()
                    .is_some_and(|wanted| now.rank() >= Some(wanted))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(json: &str) -> CalloutView {
        let raw: people_protect_api::types::CalloutView = serde_json::from_str(json).unwrap();
        raw.into()
    }

    #[test]
    fn r39_a_stage_is_reached_by_what_comes_after_it_but_not_by_any_end() {
        let has_come = |stage, status: &str| {
            has_come_to(&stage, &view(&format!(r#"{{"status":"{status}"}}"#)))
        };
        assert!(has_come(Stage::Dispatched, "RESPONDER DISPATCHED"));
        assert!(has_come(Stage::Dispatched, "Responder Arrived"));
        assert!(!has_come(Stage::Arrived, "Responder Dispatched"));
        assert!(!has_come(Stage::Dispatched, "Responder Cancelled"));
        assert!(!has_come(Stage::Dispatched, "closed"));
        assert!(!has_come(Stage::Closed, "cancelled"));
        assert!(has_come(Stage::Closed, "Closed"));
        assert!(has_come(Stage::Raised, "closed"));
        assert!(!has_come(Stage::Dispatched, "Under review"));
        assert!(has_come(
            Stage::Other("under REVIEW".into()),
            "Under review"
        ));
        assert!(!has_come(Stage::Other("under".into()), "Under review"));
    }

    #[test]
    fn a_closed_callout_counts_as_arrived_if_its_times_say_so() {
        let arrived = view(
            r#"{"status":"closed","incidentInformation":[{"arrivedAt":"2026-06-10T00:07:00Z"}]}"#,
        );
        assert!(has_come_to(&Stage::Arrived, &arrived));
        assert!(!has_come_to(&Stage::Completed, &arrived));
        let called_off = view(
            r#"{"status":"Responder Cancelled",
                "incidentInformation":[{"dispatchedAt":"2026-06-10T00:07:00Z"}]}"#,
        );
        assert!(!has_come_to(&Stage::Dispatched, &called_off));
    }
}
