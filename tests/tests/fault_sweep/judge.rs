//! What the caller was told, held against what is the case.

use std::time::Duration;

use people_protect::{CustomerId, Error, ErrorKind};
use people_protect_simulator::{RequestRecord, Stage};

use crate::faults::{Fault, Lasting, Plan};
use crate::workflows::{MOBILE, Scene, Told, Workflow, register};

/// What is wrong, if anything.
pub(crate) struct Judge<'a> {
    pub(crate) workflow: Workflow,
    pub(crate) scene: &'a Scene,
    pub(crate) told: &'a Told,
    pub(crate) wrong: Vec<String>,
}

impl Judge<'_> {
    fn demand(&mut self, holds: bool, otherwise: impl Into<String>) {
        if !holds {
            self.wrong.push(otherwise.into());
        }
    }

    /// Nobody was told what is not so.
    pub(crate) fn the_truth_was_told(&mut self) {
        let (scene, told) = (self.scene, self.told);
        let snapshot = scene.simulator.snapshot();
        let callouts = snapshot.callouts().count();
        let customers = snapshot.customers().count();
        self.demand(callouts <= 1, format!("{callouts} callouts"));
        self.demand(customers <= 1, format!("{customers} customers"));
        for customer in snapshot.customers() {
            let active = snapshot.active_callouts_of(customer.id).len();
            self.demand(active <= 1, format!("{active} active callouts"));
        }
        match &told.registered {
            Some(Ok(id)) => self.demand(
                snapshot.customer(id.get()).is_some(),
                "a registration succeeded, and nobody is registered",
            ),
            Some(Err(error)) if customers > 0 => self.demand(
                error.kind() == ErrorKind::RegistrationUnknown && error.may_have_reached_server(),
                format!("somebody is registered in spite of {error:?}"),
            ),
            _ => {}
        }
        match &told.raised {
            Some(Ok(raised)) => {
                let known = snapshot.callout(raised.id().get());
                self.demand(
                    known.is_some(),
                    "a raise succeeded, and there is no callout",
                );
                let acted = self.answered("create_customer_callout");
                self.demand(
                    acted == 1 || raised.may_be_repeat(),
                    "a raise was acted on twice, and was told to be the first",
                );
            }
            Some(Err(error)) if callouts > 0 => self.demand(
                // Whose token is refused must mend that first.
                error.may_have_reached_server()
                    && (error.is_retryable() || error.kind() == ErrorKind::NotAuthorised),
                format!("there is a callout in spite of {error:?}"),
            ),
            Some(Err(_)) => {}
            None => self.demand(callouts == 0, "nothing was raised, and there is a callout"),
        }
        let stage = snapshot.callouts().next().map(|callout| callout.stage);
        match (self.workflow, &told.ended) {
            (_, None) => {}
            (Workflow::RegisterAndRaise, Some(_)) => self.demand(false, "one step too many"),
            (Workflow::RaiseAndCancel, Some(Ok(_))) => self.demand(
                stage == Some(Stage::Cancelled),
                "a cancellation succeeded, and the callout goes on",
            ),
            (Workflow::RaiseAndCancel, Some(Err(error))) => self.demand(
                stage != Some(Stage::Cancelled) || error.may_have_reached_server(),
                format!("the callout is cancelled in spite of {error:?}"),
            ),
            (_, Some(Ok(over))) => self.demand(
                *over && stage == Some(Stage::Closed),
                "the end of a callout was seen that goes on",
            ),
            (_, Some(Err(_))) => {}
        }
    }

    /// How often the simulator has done this.
    fn answered(&self, operation: &str) -> usize {
        let requests = self.scene.simulator.requests();
        let done =
            |request: &&RequestRecord| request.operation == Some(operation) && request.status < 300;
        requests.iter().filter(done).count()
    }

    /// What was sent is what the client says it sent, and what it may send.
    pub(crate) fn the_line_was_respected(&mut self) {
        let proxy = &self.scene.proxy;
        let expected = proxy.attempts().len() - proxy.refused();
        let arrived = proxy.arrived();
        self.demand(
            arrived == expected,
            format!("{arrived} requests arrived, {expected} were sent"),
        );
        let exchanges = proxy.exchanges();
        let mut after = exchanges
            .iter()
            .skip_while(|exchange| exchange.status != 285 || !exchange.seen)
            .skip(1);
        let late = after.any(|exchange| exchange.path.contains("Location"));
        self.demand(!late, "a position was sent after 285 (R33)");
    }

    /// It succeeded, unless there is a reason not to, and then with the error for that reason.
    pub(crate) fn the_outcome_is_the_expected(&mut self, plan: Plan, operations: &[&str]) {
        let told = self.told.error().map(Error::kind);
        if plan.lasting != Lasting::Once {
            // A fault that is none to the caller: the last answer's status says all.
            let last = plan.at == operations.len();
            let over = match self.workflow {
                Workflow::StreamLocations => last && plan.fault.shows_the_status(),
                Workflow::RaiseAndCancel => last && plan.fault == Fault::Nameless,
                _ => false,
            };
            self.demand(
                told.is_none() == over,
                format!("unexpected: {:?}", self.told.error()),
            );
            return;
        }
        let operation = operations[plan.at - 1];
        let fresh_token = plan.at == 1 || operations[plan.at - 2] == "create_oauth_token";
        let expected = match plan.fault {
            // Nobody can be helped by a renewal of what is new; a raise tries it all the same.
            Fault::Unauthorised if fresh_token && operation != "create_customer_callout" => {
                Some(ErrorKind::NotAuthorised)
            }
            // A second one might be one too many.
            fault if operation == "create_customer" && !fault.is_a_clear_no() => {
                Some(ErrorKind::RegistrationUnknown)
            }
            // A list of nothing is a list.
            Fault::Nameless if operation.starts_with("list_") => Some(ErrorKind::Configuration),
            _ => None,
        };
        self.demand(
            told == expected,
            format!("expected {expected:?}: {:?}", self.told.error()),
        );
    }

    /// Once the line is mended, doing as the error says leads to the end.
    pub(crate) async fn it_can_be_mended(&mut self) {
        let (scene, told) = (self.scene, self.told);
        scene.proxy.fail(None);
        // A failed token exchange is not tried anew within the same second.
        scene.clock.pass(Duration::from_secs(1));
        if let Some(Err(error)) = &told.registered {
            let again = register(&scene.aura).await.unwrap();
            let kind = again.as_ref().err().map(Error::kind);
            self.demand(
                matches!(kind, None | Some(ErrorKind::AlreadyRegistered)),
                format!("registering again after {error}: {again:?}"),
            );
            let snapshot = scene.simulator.snapshot();
            let of_the_number = snapshot
                .customers()
                .filter(|customer| customer.profile.mobile.reveal() == MOBILE)
                .count();
            self.demand(
                of_the_number == 1,
                format!("{of_the_number} customers with the number"),
            );
        }
        if let Some(Err(error)) = &told.raised {
            let customer: CustomerId = scene.customer().unwrap();
            let again = scene.raise(customer).await;
            let callouts = scene.simulator.snapshot().callouts().count();
            self.demand(
                again.is_ok() && callouts == 1,
                format!("raising again after {error}: {callouts} callouts, {again:?}"),
            );
        }
        if self.workflow == Workflow::RaiseAndCancel
            && let (Some(Ok(raised)), Some(Err(error))) = (&told.raised, &told.ended)
        {
            let again = scene.cancel(raised.id()).await;
            let snapshot = scene.simulator.snapshot();
            let stage = snapshot.callout(raised.id().get()).map(|known| known.stage);
            self.demand(
                again.is_ok() && stage == Some(Stage::Cancelled),
                format!("cancelling again after {error}: {stage:?}, {again:?}"),
            );
        }
    }
}
