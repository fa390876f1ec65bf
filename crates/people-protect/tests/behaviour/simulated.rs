//! The wrapper against the simulator: real requests, real state.

use people_protect::{
    CalloutId, CustomerId, Ended, Environment, ErrorKind, NewCustomer, Pace, PeopleProtect,
    Position, ResponseTypeId, Stage,
};
use people_protect_simulator::{Simulator, Stage as Played};

struct Scene {
    simulator: Simulator,
    aura: PeopleProtect,
    security: ResponseTypeId,
}

impl Scene {
    async fn start() -> Self {
        let simulator = Simulator::start().await.unwrap();
        let known = simulator.credentials();
        let aura = PeopleProtect::builder(
            Environment::custom(&simulator.api_url()).unwrap(),
            people_protect::Credentials::new(known.client_id(), known.client_secret().reveal())
                .unwrap(),
        )
        .build()
        .unwrap();
        let security = aura
            .response_types()
            .await
            .unwrap()
            .by_value("SECURITY")
            .unwrap();
        Self {
            simulator,
            aura,
            security,
        }
    }

    async fn covered(&self) -> CustomerId {
        let types = self.aura.subscription_types().await.unwrap();
        let plan = types.by_value("WEB_SIGNUP_SINGLE").unwrap();
        let registration = self
            .aura
            .register(jane())
            .with_subscription(plan.starting_now_for_days(365));
        registration.await.unwrap().id()
    }

    async fn raise(&self, customer: CustomerId) -> Result<CalloutId, people_protect::Error> {
        let raise = self
            .aura
            .customer(customer)
            .raise(here(), self.security)
            .live();
        raise.await.map(|raised| raised.id())
    }
}

fn jane() -> NewCustomer {
    NewCustomer::new("Jane", "Doe", "+27821234567".parse().unwrap())
}

fn here() -> Position {
    Position::new(-26.12345, 28.12345).unwrap().accuracy_m(10.0)
}

/// No time at all between two reads, which only the own machine is asked for.
fn at_once() -> Pace {
    Pace::for_simulator(std::time::Duration::ZERO)
}

#[tokio::test]
async fn r27_a_repeated_raise_is_the_same_callout_until_it_is_closed() {
    let scene = Scene::start().await;
    let customer = scene.covered().await;
    let first = scene.raise(customer).await.unwrap();
    assert_eq!(scene.raise(customer).await.unwrap(), first);
    assert_eq!(
        scene
            .simulator
            .snapshot()
            .active_callouts_of(customer.get())
            .len(),
        1
    );
    scene
        .simulator
        .set_stage(first.get(), Played::Closed)
        .unwrap();
    assert_ne!(scene.raise(customer).await.unwrap(), first);
    scene.simulator.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_callout_is_followed_through_every_stage_to_its_closure() {
    let scene = Scene::start().await;
    let customer = scene.covered().await;
    let callout = scene.raise(customer).await.unwrap();
    let mut watch = scene.aura.callout(callout).watch().with_pace(at_once());
    let mut stages = Vec::new();
    let mut path = Played::PATH.into_iter().skip(1);
    while let Some(view) = watch.try_next().await.unwrap() {
        assert_eq!(view.id(), Some(callout));
        stages.push(view.stage());
        if let Some(next) = path.next() {
            scene.simulator.set_stage(callout.get(), next).unwrap();
        }
    }
    assert_eq!(
        stages,
        [
            Stage::Raised,
            Stage::Dispatched,
            Stage::Arrived,
            Stage::Completed,
            Stage::Closed
        ]
    );
    assert_eq!(watch.ended(), Some(Ended::Closed));
}

#[tokio::test]
async fn r33_updates_of_a_closed_callout_are_refused_with_its_state() {
    let scene = Scene::start().await;
    let id = scene.raise(scene.covered().await).await.unwrap();
    let callout = scene.aura.callout(id);
    assert_eq!(
        callout.update_location(here()).await.unwrap().stage(),
        Stage::Raised
    );
    callout.send_location(here()).await.unwrap();
    scene.simulator.set_stage(id.get(), Played::Closed).unwrap();
    for error in [
        callout.update_location(here()).await.unwrap_err(),
        callout.send_location(here()).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::CalloutClosed);
        assert_eq!(error.callout().unwrap().id(), Some(id));
    }
}

#[tokio::test]
async fn r34_a_callout_cancelled_with_the_safe_code_ends_its_watch() {
    let scene = Scene::start().await;
    let id = scene.raise(scene.covered().await).await.unwrap();
    let callout = scene.aura.callout(id);
    let code = "+27821234567"
        .parse::<people_protect::Mobile>()
        .unwrap()
        .safe_code();
    callout.cancel(Some(code)).await.unwrap();
    let mut watch = callout.watch().with_pace(at_once());
    let last = watch.try_next().await.unwrap().unwrap();
    assert_eq!(last.stage(), Stage::Cancelled);
    assert!(watch.try_next().await.unwrap().is_none());
    assert_eq!(watch.ended(), Some(Ended::Cancelled));
}

#[tokio::test]
async fn r14_r26_without_a_subscription_nobody_comes_and_the_caller_knows() {
    let scene = Scene::start().await;
    let registered = scene
        .aura
        .register(jane())
        .without_subscription()
        .await
        .unwrap();
    assert!(!registered.has_subscription());
    let error = scene.raise(registered.id()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoActiveSubscription);
    assert_eq!(scene.simulator.snapshot().callouts().count(), 0);
}

#[tokio::test]
async fn r11_a_number_is_registered_once() {
    let scene = Scene::start().await;
    scene.covered().await;
    let error = scene
        .aura
        .register(jane())
        .without_subscription()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyRegistered);
}

#[tokio::test]
async fn r63_what_is_not_there_is_not_found() {
    let scene = Scene::start().await;
    let error = scene.aura.callout(1).get().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let error = scene.raise(CustomerId::new(1)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.hint().unwrap().contains("customer 1 "));
}

#[tokio::test]
async fn r57_a_callout_token_raises_for_its_customer_and_does_nothing_else() {
    let scene = Scene::start().await;
    let customer = scene.covered().await;
    let request = people_protect::raw::types::CalloutTokenRequest::new(customer.get());
    let body = &request;
    let minted = scene
        .aura
        .call(|raw| async move { raw.create_callout_token(body).await })
        .await
        .unwrap();
    let device = scene
        .aura
        .with_bearer_token(minted.access_token.clone().unwrap());
    device
        .customer(customer)
        .raise(here(), scene.security)
        .live()
        .await
        .unwrap();
    // R06
    let error = device.subscription_types().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotAuthorised);
    assert_eq!(error.attempts(), 1);
}

#[tokio::test]
async fn r28_the_tracking_link_opens() {
    let scene = Scene::start().await;
    let customer = scene.covered().await;
    let raised = scene
        .aura
        .customer(customer)
        .raise(here(), scene.security)
        .live()
        .await
        .unwrap();
    let link = raised.tracking_url().unwrap();
    let page = reqwest::get(link.reveal()).await.unwrap();
    assert_eq!(page.status(), 200);
    assert!(
        !link
            .to_string()
            .contains(link.reveal().split_once('?').unwrap().1)
    );
}

#[tokio::test]
async fn r04_a_whole_emergency_takes_one_token() {
    let scene = Scene::start().await;
    let customer = scene.covered().await;
    scene.raise(customer).await.unwrap();
    let tokens = scene.simulator.requests();
    let tokens = tokens
        .iter()
        .filter(|request| request.operation == Some("create_oauth_token"));
    assert_eq!(tokens.count(), 1);
}
