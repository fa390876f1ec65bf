//! Callouts: requests for help, from being raised to their end.

use jiff::Timestamp;
use people_protect_api::SecretText;
use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind};
use crate::event::Event;
use crate::exception::ExceptionReason;
use crate::happening::About;
use crate::position::Position;
use crate::problem::Problem;
use crate::rating::Rating;
use crate::run::Run;
use crate::seed::Seed;
use crate::source::Source;
use crate::stage::Stage;
use crate::state::{Next, State};
use crate::step::{Dispatch, Step};
use crate::switch::callouts::{REPEAT_AFTER_COVER, REPEAT_POSITION, WRONG_SAFE_CODE};
use crate::switch::people::{FIRST_CALLOUT_IS_TEST, GRACE, GRACE_FOR, UNCOVERED_STATUS};

/// A callout as the simulator keeps it. `Debug` shows neither position nor session token, nor
/// what was said.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct Callout {
    /// The id, from 992011 upwards.
    pub id: i64,
    /// The customer source it belongs to.
    pub source: i64,
    /// Who needs help; nobody is named by a callout of a fixed location.
    pub customer_id: Option<i64>,
    /// The fixed location it was raised at, if it was (R25, R30).
    pub predefined_location_id: Option<i64>,
    /// As sent, for a callout of a fixed location (R79).
    pub installer_identifier: Option<String>,
    /// What opens its tracking page (R94).
    pub session_token: SecretText,
    /// Where it is now.
    pub position: Position,
    /// How often the position was updated.
    pub position_updates: u64,
    /// One of the source's response types (R82).
    pub response_type_id: i64,
    /// As sent; it has no built-in meaning (C25).
    pub classification_id: Option<i64>,
    /// As sent (R65).
    pub internal_test: Option<bool>,
    /// How far it has come.
    pub stage: Stage,
    /// When it was raised.
    pub created_at: Timestamp,
    /// When a controller took it over.
    pub owned_at: Option<Timestamp>,
    /// When a responder was sent.
    pub dispatched_at: Option<Timestamp>,
    /// How the responder was sent.
    pub dispatched_by: Option<Dispatch>,
    /// When a responder was called back last.
    pub stood_down_at: Option<Timestamp>,
    /// When the responder arrived.
    pub arrived_at: Option<Timestamp>,
    /// When the responder finished.
    pub completed_at: Option<Timestamp>,
    /// When it ended, closed or cancelled.
    pub ended_at: Option<Timestamp>,
    /// How it was cancelled, if it was.
    pub cancellation: Option<Cancellation>,
    /// When a wrong safe code was given first: somebody may be forcing the customer (R34).
    pub duress_at: Option<Timestamp>,
    /// What was said, oldest first (R72).
    pub events: Vec<Event>,
    /// Why it did not go as callouts do (R74).
    pub exception_reasons: Vec<ExceptionReason>,
    /// What the customer thought of it (R75).
    pub rating: Option<Rating>,
    /// How it goes through its stages by itself, if somebody asked for that.
    pub run: Option<Run>,
}

/// How a callout was cancelled (R34).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Cancellation {
    /// With the customer's safe code.
    Verified,
    /// Without one, as an integrator or a fixed location does.
    Unconditional,
}

/// What a create asks for, checked.
#[derive(Debug, Clone)]
pub(crate) struct Cry {
    pub(crate) position: Position,
    pub(crate) response_type_id: i64,
    pub(crate) classification_id: Option<i64>,
    pub(crate) internal_test: Option<bool>,
    pub(crate) predefined_location_id: Option<i64>,
}

impl Callout {
    /// Brings the callout to a stage, or says why not. The same stage again changes nothing.
    fn enter(&mut self, stage: Stage, now: Timestamp) -> Result<(), Error> {
        let refused = |why: String| Err(Error::new(ErrorKind::StageRefused, why));
        if stage == self.stage {
            return Ok(());
        }
        if !self.stage.is_active() {
            return refused(format!(
                "callout {} is {}: nothing follows that",
                self.id, self.stage
            ));
        }
        if stage == Stage::Cancelled {
            return refused("a callout is cancelled through the API, not by a stage".to_owned());
        }
        if stage < self.stage {
            return refused(format!(
                "callout {} is {} and does not go back to {stage}",
                self.id, self.stage
            ));
        }
        match stage {
            Stage::Dispatched => self.dispatched_at = Some(now),
            Stage::Arrived => self.arrived_at = Some(now),
            Stage::Completed => self.completed_at = Some(now),
            Stage::Closed => self.ended_at = Some(now),
            Stage::Created | Stage::Cancelled => {}
        }
        self.stage = stage;
        Ok(())
    }
}

impl State {
    /// A callout of this source (R16, R63).
    pub(crate) fn callout(&self, source: i64, id: i64) -> Result<&Callout, Problem> {
        self.callouts
            .get(&id)
            .filter(|callout| callout.source == source)
            .ok_or_else(|| Problem::not_found(format!("there is no callout {id}")).by("R16"))
    }

    /// Raises a callout for a customer that is known to be there, or returns the active one.
    pub(crate) fn raise(
        &mut self,
        source: &Source,
        seed: Seed,
        customer_id: i64,
        cry: Cry,
        now: Timestamp,
    ) -> Result<i64, Problem> {
        self.raise_for(source, seed, customer_id, cry, now, true)
    }

    /// The callout that a customer has open.
    pub(crate) fn active_callout_of(&self, customer_id: i64) -> Option<i64> {
        self.customers
            .get(&customer_id)
            .and_then(|customer| customer.active_callout)
    }

    /// The same, with the word whether cover is asked for.
    pub(crate) fn raise_for(
        &mut self,
        source: &Source,
        seed: Seed,
        customer_id: i64,
        cry: Cry,
        now: Timestamp,
        checked: bool,
    ) -> Result<i64, Problem> {
        let lacks_cover = |state: &Self| checked && !state.is_covered(customer_id, now);
        // R27: a create while one is active returns that one, unchanged (that its position stays
        // is an assumption). This comes before the check of cover: a repeat after a lost answer
        // must not be refused because the cover ended in between (an assumption as well).
        if self.settings.keeps("R27")
            && let Some(active) = self.active_callout_of(customer_id)
            && !(self.settings.value(&REPEAT_AFTER_COVER) == "refused" && lacks_cover(self))
        {
            // R96: nothing new has happened.
            if !self.settings.keeps("R96") {
                self.happened("NEW_CALLOUT", About::Callout(active));
            }
            if self.settings.value(&REPEAT_POSITION) == "updated" {
                self.move_callout(active, cry.position);
            }
            return Ok(active);
        }
        // R26, R14, R64: without an active subscription a live callout is rejected; that it is 403
        // was documented earlier (C06). The legacy route checks as well (C15). The grace for a first
        // callout is by arrangement.
        if lacks_cover(self) && !self.has_grace(customer_id) {
            return Err(Problem::forbidden(format!(
                "customer {customer_id} has no active subscription: activate one with POST /subscriptions"
            ))
            .by("R26")
            .decided_by(&UNCOVERED_STATUS));
        }
        self.check_first(source, customer_id, &cry)?;
        let id = self.open(source, seed, cry, now);
        if let Some(callout) = self.callouts.get_mut(&id) {
            callout.customer_id = Some(customer_id);
        }
        if let Some(customer) = self.customers.get_mut(&customer_id) {
            customer.callouts.push(id);
            customer.active_callout = Some(id);
        }
        Ok(id)
    }

    /// R26: whether the source's arrangement lets a first callout pass.
    fn has_grace(&self, customer_id: i64) -> bool {
        self.settings.is_on(&GRACE)
            && self.customers.get(&customer_id).is_some_and(|customer| {
                let newcomer = customer.subscriptions.is_empty() && customer.member_of.is_empty();
                customer.callouts.is_empty()
                    && (newcomer || self.settings.value(&GRACE_FOR) == "anyone")
            })
    }

    /// C18: a customer is verified by a test first, as an older generation of the documentation
    /// has it; by default there is no such rule.
    fn check_first(&self, source: &Source, customer_id: i64, cry: &Cry) -> Result<(), Problem> {
        let test = cry.internal_test == Some(true)
            || cry
                .classification_id
                .and_then(|id| source.classification(id))
                .is_some_and(|value| value == "TEST");
        let first = self
            .customers
            .get(&customer_id)
            .is_some_and(|customer| customer.callouts.is_empty());
        if first && !test && self.settings.is_on(&FIRST_CALLOUT_IS_TEST) {
            return Err(Problem::bad_request(
                "the first callout of a customer must be a test: `calloutClassificationId`",
            ));
        }
        Ok(())
    }

    /// Opens a callout of nobody in particular yet.
    pub(crate) fn open(&mut self, source: &Source, seed: Seed, cry: Cry, now: Timestamp) -> i64 {
        let id = Next::take(&mut self.next.callout);
        self.callouts.insert(
            id,
            Callout {
                id,
                source: source.id,
                customer_id: None,
                predefined_location_id: cry.predefined_location_id,
                installer_identifier: None,
                session_token: seed.text("tracking", id).into(),
                position: cry.position,
                position_updates: 0,
                response_type_id: cry.response_type_id,
                classification_id: cry.classification_id,
                internal_test: cry.internal_test,
                stage: Stage::Created,
                created_at: now,
                owned_at: None,
                dispatched_at: None,
                dispatched_by: None,
                stood_down_at: None,
                arrived_at: None,
                completed_at: None,
                ended_at: None,
                cancellation: None,
                duress_at: None,
                events: Vec::new(),
                exception_reasons: Vec::new(),
                rating: None,
                run: None,
            },
        );
        self.active.insert((source.id, id));
        self.happened("NEW_CALLOUT", About::Callout(id));
        id
    }

    /// Moves an active callout. False if it has ended: nothing changes then (R33).
    pub(crate) fn move_callout(&mut self, id: i64, position: Position) -> bool {
        match self.callouts.get_mut(&id) {
            Some(callout) if callout.stage.is_active() => {
                callout.position = position;
                callout.position_updates += 1;
                true
            }
            _ => false,
        }
    }

    /// R34: with the safe code the cancellation is verified, without one it is unconditional.
    ///
    /// The answer to a wrong code is not known. Assumption: it looks like any other answer, so as
    /// not to warn whoever forces the customer, the callout goes on, and duress is on record. A
    /// callout that has ended is answered as it is (an assumption too).
    pub(crate) fn cancel_callout(&mut self, id: i64, safe_code: Option<&str>, now: Timestamp) {
        let Some(callout) = self
            .callouts
            .get(&id)
            .filter(|callout| callout.stage.is_active())
        else {
            return;
        };
        let expected = callout
            .customer_id
            .and_then(|id| self.customers.get(&id))
            .map(|customer| customer.safe_code());
        let cancellation = match safe_code {
            None => Some(Cancellation::Unconditional),
            Some(code) if expected.as_deref() == Some(code) => Some(Cancellation::Verified),
            Some(_) if !self.settings.keeps("R34") => Some(Cancellation::Verified),
            Some(_) => None,
        };
        let despite = cancellation.is_none() && self.settings.value(&WRONG_SAFE_CODE) == "cancels";
        let Some(callout) = self.callouts.get_mut(&id) else {
            return;
        };
        if cancellation.is_none() {
            callout.duress_at = callout.duress_at.or(Some(now));
        }
        match cancellation.or(despite.then_some(Cancellation::Unconditional)) {
            None => {}
            Some(cancellation) => {
                callout.stage = Stage::Cancelled;
                callout.cancellation = Some(cancellation);
                callout.ended_at = Some(now);
                self.settle(id);
                self.cancelled(id, cancellation == Cancellation::Verified);
            }
        }
    }

    /// Brings a callout to a stage, as the responder and the control room would. Nothing else in
    /// the simulator does: a callout never closes by itself (R36).
    pub(crate) fn set_stage(
        &mut self,
        id: i64,
        stage: Stage,
        now: Timestamp,
    ) -> Result<&Callout, Error> {
        match stage {
            Stage::Dispatched => self.step(id, Step::DispatchedAutomatically, now),
            Stage::Arrived => self.step(id, Step::Arrived, now),
            Stage::Completed => self.step(id, Step::Completed, now),
            Stage::Closed => self.step(id, Step::Closed, now),
            Stage::Created | Stage::Cancelled => {
                self.enter(id, stage, now)?;
                self.known_callout(id)
            }
        }
    }

    /// Enters a stage and nothing else: [`step`](Self::step) is what others call.
    pub(crate) fn enter(&mut self, id: i64, stage: Stage, now: Timestamp) -> Result<(), Error> {
        let callout = self
            .callouts
            .get_mut(&id)
            .ok_or_else(|| Error::unknown_callout(id))?;
        let before = callout.stage;
        callout.enter(stage, now)?;
        self.settle(id);
        // Who sent the responder decides on the event; `step` knows.
        if before != stage && stage != Stage::Dispatched {
            self.stage_entered(id, stage);
        }
        Ok(())
    }

    /// Closes a callout that has been open for a day, as none does while R36 is kept.
    pub(crate) fn close_if_old(&mut self, id: i64, now: Timestamp) {
        let Some(callout) = self.callouts.get_mut(&id) else {
            return;
        };
        if callout.stage.is_active() && now.duration_since(callout.created_at).as_hours() >= 24 {
            callout.stage = Stage::Closed;
            callout.ended_at = Some(now);
            self.settle(id);
        }
    }

    /// Keeps the indexes of active callouts in step.
    fn settle(&mut self, id: i64) {
        let Some(callout) = self.callouts.get(&id) else {
            return;
        };
        if callout.stage.is_active() {
            return;
        }
        self.active.remove(&(callout.source, id));
        if let Some(customer) = callout
            .customer_id
            .and_then(|id| self.customers.get_mut(&id))
            && customer.active_callout == Some(id)
        {
            customer.active_callout = None;
        }
        self.stop_run(id);
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use people_protect_api::types::CustomerInput;

    use super::{Cancellation, Cry};
    use crate::clock::Clock;
    use crate::error::ErrorKind;
    use crate::position::Position;
    use crate::seed::Seed;
    use crate::source::Source;
    use crate::stage::Stage;
    use crate::state::State;
    use crate::subscription::Plan;

    fn cry() -> Cry {
        Cry {
            position: Position::read((-26.12345).into(), 28.12345.into(), None, "").unwrap(),
            response_type_id: 1,
            classification_id: Some(1),
            internal_test: None,
            predefined_location_id: None,
        }
    }

    /// A state with one covered customer.
    fn covered() -> (State, Source, i64) {
        let (mut state, now) = (State::default(), Clock::manual().base());
        let source = Source::built_in().remove(0);
        let customer = state
            .register(12, CustomerInput::new("Jane", "Doe", "+27821234567"), now)
            .unwrap();
        let plan = Plan {
            type_id: 4,
            valid_from: None,
            valid_to: None,
            dependants: vec![],
        };
        state.activate(&source, customer, plan, now).unwrap();
        (state, source, customer)
    }

    #[test]
    fn r27_there_is_never_more_than_one_active_callout() {
        let (mut state, source, customer) = covered();
        let now = Clock::manual().base();
        let first = state.raise(&source, Seed(0), customer, cry(), now).unwrap();
        assert_eq!(
            state.raise(&source, Seed(0), customer, cry(), now),
            Ok(first)
        );
        for stage in Stage::PATH {
            state.set_stage(first, stage, now).unwrap();
            let again = state.raise(&source, Seed(0), customer, cry(), now).unwrap();
            assert_eq!(again == first, stage.is_active(), "{stage}");
            assert_eq!(state.active.len(), 1, "{stage}");
        }
    }

    #[test]
    fn stages_do_not_go_back_and_nothing_follows_an_end() {
        let (mut state, source, customer) = covered();
        let now = Clock::manual().base();
        let id = state.raise(&source, Seed(0), customer, cry(), now).unwrap();
        state.set_stage(id, Stage::Arrived, now).unwrap();
        let back = state.set_stage(id, Stage::Dispatched, now).unwrap_err();
        assert_eq!(back.kind(), ErrorKind::StageRefused);
        assert_eq!(
            back.to_string(),
            "callout 992011 is arrived and does not go back to dispatched"
        );
        assert!(state.set_stage(id, Stage::Arrived, now).is_ok());
        assert!(state.set_stage(id, Stage::Cancelled, now).is_err());
        state.set_stage(id, Stage::Closed, now).unwrap();
        assert!(state.set_stage(id, Stage::Completed, now).is_err());
        assert_eq!(
            state.set_stage(1, Stage::Closed, now).unwrap_err().kind(),
            ErrorKind::UnknownCallout
        );
    }

    #[test]
    fn each_stage_leaves_its_time() {
        let (mut state, source, customer) = covered();
        let now = Clock::manual().base();
        let id = state.raise(&source, Seed(0), customer, cry(), now).unwrap();
        for (minutes, stage) in Stage::PATH.into_iter().enumerate() {
            let then = now + SignedDuration::from_mins(minutes as i64);
            state.set_stage(id, stage, then).unwrap();
        }
        let callout = &state.callouts[&id];
        let at = |minutes| Some(now + SignedDuration::from_mins(minutes));
        assert_eq!(
            [
                callout.dispatched_at,
                callout.arrived_at,
                callout.completed_at,
                callout.ended_at
            ],
            [at(1), at(2), at(3), at(4)]
        );
    }

    #[test]
    fn r34_the_mode_of_a_cancellation_is_on_record() {
        let now = Clock::manual().base();
        for (code, cancellation) in [
            (Some("4567"), Some(Cancellation::Verified)),
            (None, Some(Cancellation::Unconditional)),
            (Some("0000"), None),
            (Some(""), None),
        ] {
            let (mut state, source, customer) = covered();
            let id = state.raise(&source, Seed(0), customer, cry(), now).unwrap();
            state.cancel_callout(id, code, now);
            let callout = &state.callouts[&id];
            assert_eq!(callout.cancellation, cancellation, "{code:?}");
            assert_eq!(
                callout.stage.is_active(),
                cancellation.is_none(),
                "{code:?}"
            );
            assert_eq!(
                callout.duress_at.is_some(),
                cancellation.is_none(),
                "{code:?}"
            );
            assert_eq!(state.active.is_empty(), cancellation.is_some(), "{code:?}");
        }
    }

    #[test]
    fn debug_shows_neither_position_nor_session_token() {
        let (mut state, source, customer) = covered();
        let id = state
            .raise(&source, Seed(0), customer, cry(), Clock::manual().base())
            .unwrap();
        let shown = format!("{state:?}");
        assert!(!shown.contains("26.12345") && !shown.contains("28.12345"));
        assert!(!shown.contains(state.callouts[&id].session_token.reveal()));
    }
}
