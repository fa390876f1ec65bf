//! Calls every method of the wrapper that sends something, against one simulator.
//!
//! Each part says which operations that should have been, in order.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use people_protect::{
    CustomerId, CustomerToken, DeviceTypeId, FixedLocationId, LinkDevice, NewCustomer,
    NewFixedLocation, NewLead, NewScheduledRequest, Pace, Rating, ReturnUrl, SignupRequest, Stage,
    WatchEvent,
};
use people_protect_simulator::{SignupOutcome, Stage as Played};

use crate::standing::{NOW, Standing, here};

const BACK: &str = "https://shop.example.com/back";

/// All parts, one after the other.
pub(crate) async fn call_everything(scene: &Standing) -> Vec<&'static str> {
    scene.aura.warm_up().await.unwrap();
    let jane = scene.jane().await;
    let mut expected = vec![
        "create_oauth_token",
        "list_subscription_types",
        "create_customer",
    ];
    expected.extend(one_callout(scene, jane).await);
    expected.extend(an_app_of_the_customer(scene, jane).await);
    expected.extend(a_callout_to_its_end(scene, jane).await);
    expected.extend(subscriptions_and_profile(scene).await);
    expected.extend(hosted_flows(scene, jane).await);
    expected.extend(fixed_locations(scene).await);
    expected.extend(behind_features(scene).await);
    expected.extend(services_devices_leads(scene, jane).await);
    expected
}

/// No time between two reads, which only a simulator is asked for.
fn at_once() -> Pace {
    Pace::for_simulator(Duration::ZERO)
}

fn hours_from_now(hours: i64) -> Timestamp {
    let now: Timestamp = NOW.parse().unwrap();
    now.checked_add(SignedDuration::from_hours(hours)).unwrap()
}

async fn one_callout(scene: &Standing, jane: CustomerId) -> Vec<&'static str> {
    let aura = &scene.aura;
    let customer = aura.customer(jane);
    customer.get().await.unwrap();
    let types = aura.response_types().await.unwrap();
    let security = types.by_value("SECURITY").unwrap();
    let raised = customer.raise(here(), security).live().await.unwrap();
    let callout = aura.callout(&raised);
    callout.get().await.unwrap();
    callout.update_location(here()).await.unwrap();
    callout.send_location(here()).await.unwrap();
    callout.cancel(None).await.unwrap();
    let mut watch = callout.watch().with_pace(at_once());
    while watch.try_next().await.unwrap().is_some() {}
    vec![
        "get_customer",
        "list_response_types",
        "create_customer_callout",
        "get_callout",
        "update_callout_location_and_return",
        "update_callout_location",
        "cancel_callout",
        "get_callout",
    ]
}

async fn an_app_of_the_customer(scene: &Standing, jane: CustomerId) -> Vec<&'static str> {
    let types = scene.aura.response_types().await.unwrap();
    let security = types.by_value("SECURITY").unwrap();
    let app = scene.aura.callouts_of(jane);
    app.warm_up().await.unwrap();
    app.callout_token().await.unwrap();
    let raised = app.raise(here(), security).live().await.unwrap();
    app.callout(&raised).cancel(None).await.unwrap();
    vec![
        "list_response_types",
        "create_callout_token",
        "create_customer_callout",
        "cancel_callout",
    ]
}

async fn a_callout_to_its_end(scene: &Standing, jane: CustomerId) -> Vec<&'static str> {
    let aura = &scene.aura;
    let types = aura.response_types().await.unwrap();
    let security = types.by_value("SECURITY").unwrap();
    let customer = aura.customer(jane);
    let raised = customer.raise(here(), security).live().await.unwrap();
    aura.active_callouts().await.unwrap();
    customer.callouts().await.unwrap();

    let callout = aura.callout(&raised);
    callout.say("customer", "@admin hello").await.unwrap();
    callout.events().await.unwrap();
    let (feeder, stream) = callout.stream_locations();
    assert!(feeder.feed(here()));
    drop(feeder);
    stream.with_pace(at_once()).await.unwrap();

    let closed = Played::Closed;
    scene
        .simulator
        .set_stage(raised.id().get(), closed)
        .unwrap();
    let mut watch = callout.watch().with_pace(at_once());
    let waited = watch.until(Stage::Closed, Duration::from_secs(60)).await;
    assert!(waited.unwrap().is_over());
    let mut all = aura.watch_all().with_pace(at_once());
    assert!(all.add(&raised));
    while let Some((_, event)) = all.next().await {
        if matches!(event, WatchEvent::Ended { .. }) {
            break;
        }
    }

    let record = aura.callout_record(&raised);
    let reasons = record.exception_reasons().await.unwrap();
    let mistake = reasons.by_reason("False alarm triggered").unwrap();
    record.add_exception_reason(mistake).await.unwrap();
    let rated = record.rate(Rating::Four).await.unwrap();
    let aspects = record.rating_items().await.unwrap();
    let arrival = aspects.by_description("Arrival time").unwrap();
    let item = record.rate_item(rated.id().unwrap(), arrival);
    item.sentiment("positive").await.unwrap();
    record.resolution_report().await.unwrap();
    record.map().await.unwrap();
    vec![
        "list_response_types",
        "create_customer_callout",
        "list_active_callouts",
        "list_customer_callouts",
        "create_callout_event",
        "list_callout_events",
        "update_callout_location_and_return",
        "get_callout",
        "get_callout",
        "list_exception_reasons",
        "create_exception_reason",
        "create_rating",
        "list_rating_items",
        "create_rating_item",
        "get_resolution_report",
        "get_callout_map",
    ]
}

async fn subscriptions_and_profile(scene: &Standing) -> Vec<&'static str> {
    let aura = &scene.aura;
    let person = |last: u8| {
        let mobile = format!("+2782123000{last}").parse().unwrap();
        NewCustomer::new("Jane", "Doe", mobile)
    };
    let main = aura.register(person(1)).without_subscription();
    let main = aura.customer(&main.await.unwrap());
    let child = aura.register(person(2)).without_subscription();
    let child = child.await.unwrap().id();
    let types = aura.subscription_types().await.unwrap();
    let family = types.by_value("WEB_SIGNUP_FAMILY").unwrap();
    main.subscriptions().await.unwrap();
    main.entitlement().await.unwrap();
    let subscribed = main.subscribe(family.starting_now_for_days(30)).await;
    let subscription = aura.subscription(&subscribed.unwrap());
    subscription.get().await.unwrap();
    let end = hours_from_now(24 * 60);
    subscription.renew(end).await.unwrap();
    subscription.add_dependant(child).await.unwrap();
    subscription.remove_dependant(child).await.unwrap();
    subscription.replace_dependants([child]).await.unwrap();
    subscription.update(end, None).await.unwrap();
    subscription.cancel("moved abroad").await.unwrap();
    let again = family.starting_now_for_days(30);
    aura.activate_paid(main.id(), again).await.unwrap();

    let asthma = main.update(|profile| profile.medical_conditions = Some("asthma".into()));
    let updated = asthma.await.unwrap();
    assert_eq!(updated.lost().unwrap().len(), 0);
    main.replace(person(1)).await.unwrap();
    main.retire().await.unwrap();
    vec![
        "create_customer",
        "create_customer",
        "list_subscription_types",
        "list_customer_subscriptions",
        "list_customer_subscriptions",
        "create_subscription",
        "get_subscription",
        "get_subscription",
        "update_subscription",
        "get_subscription",
        "update_subscription",
        "get_subscription",
        "update_subscription",
        "get_subscription",
        "update_subscription",
        "update_subscription",
        "cancel_subscription",
        "create_subscription",
        "get_customer",
        "update_customer",
        "update_customer",
        "delete_customer",
    ]
}

async fn hosted_flows(scene: &Standing, jane: CustomerId) -> Vec<&'static str> {
    let aura = &scene.aura;
    let request = SignupRequest::by_reference("partner-user-123", BACK).unwrap();
    let started = aura.start_signup(request).await.unwrap();
    let signup = aura.signup(started.session_id());
    signup.get().await.unwrap();
    let session = started.session_id().reveal();
    let redirect = scene
        .simulator
        .finish_signup(session, SignupOutcome::Completed);
    let back = ReturnUrl::parse(redirect.unwrap().reveal());
    assert!(signup.confirm(&back).await.unwrap().customer().is_some());
    aura.confirm(&back).await.unwrap();

    let minted = scene.simulator.customer_token(jane.get()).unwrap();
    let session = aura.as_customer(CustomerToken::new(minted).unwrap());
    session.manage_subscription(BACK).await.unwrap();
    vec![
        "create_signup_session",
        "get_signup_session",
        "get_signup_session",
        "get_signup_session",
        "create_subscription_management_session",
    ]
}

fn shop() -> NewFixedLocation {
    NewFixedLocation::new("site_9944", "site_9944", here())
}

async fn fixed_locations(scene: &Standing) -> Vec<&'static str> {
    let aura = &scene.aura;
    let stored = aura.create_fixed_location(shop()).await.unwrap();
    let place = aura.fixed_location(FixedLocationId::of(&stored).unwrap());
    place.get().await.unwrap();
    place.update(shop().description("Shop")).await.unwrap();
    aura.fixed_locations().await.unwrap();
    aura.download_fixed_locations().await.unwrap();
    let raised = aura.fixed_location_callout("site_9944").live();
    let raised = raised.await.unwrap();
    aura.callout(&raised).cancel(None).await.unwrap();
    place.delete().await.unwrap();
    vec![
        "create_fixed_location",
        "get_fixed_location",
        "update_fixed_location",
        "list_fixed_locations",
        "download_fixed_locations",
        "create_fixed_location_callout",
        "cancel_callout",
        "delete_fixed_location",
    ]
}

/// What only a build with the feature has.
#[allow(unused_variables, unused_mut, reason = "without features it is empty")]
async fn behind_features(scene: &Standing) -> Vec<&'static str> {
    let aura = &scene.aura;
    let mut expected = Vec::new();
    #[cfg(feature = "csv")]
    {
        let file = people_protect::FixedLocationsCsv::new([shop()]).unwrap();
        let plan = aura.plan_fixed_locations_sync(&file).await.unwrap();
        plan.upload("https://shop.example.com/csv").await.unwrap();
        expected.extend([
            "download_fixed_locations",
            "list_fixed_locations",
            "download_fixed_locations",
            "list_fixed_locations",
            "upload_fixed_locations",
        ]);
    }
    #[cfg(feature = "coverage")]
    {
        let types = aura.response_types().await.unwrap();
        let security = types.by_value("SECURITY").unwrap();
        aura.coverage(security).await.unwrap();
        expected.extend(["list_response_types", "get_coverage"]);
    }
    #[cfg(feature = "webhooks")]
    {
        aura.register_webhook("https://shop.example.com/aura")
            .events([people_protect::webhooks::Event::NewCallout])
            .header("x-webhook-secret", "a-long-random-text")
            .await
            .unwrap();
        expected.push("register_webhook");
    }
    expected
}

/// What a build without its feature cannot reach.
pub(crate) fn left_out() -> Vec<&'static str> {
    let mut left_out = Vec::new();
    if !cfg!(feature = "csv") {
        left_out.push("upload_fixed_locations");
    }
    if !cfg!(feature = "coverage") {
        left_out.push("get_coverage");
    }
    if !cfg!(feature = "webhooks") {
        left_out.push("register_webhook");
    }
    left_out
}

async fn services_devices_leads(scene: &Standing, jane: CustomerId) -> Vec<&'static str> {
    let aura = &scene.aura;
    let from = hours_from_now(1);
    let guarding = "guarding".parse().unwrap();
    let order = NewScheduledRequest::new(guarding, jane, here(), from, from);
    let scheduled = aura.schedule(order).await.unwrap();
    scheduled.cancel().await.unwrap();
    let button = LinkDevice::new(jane, "EX-26217939".parse().unwrap(), "ExampleBrand");
    let linked = aura.link_device(button).await.unwrap();
    linked.update(jane).alias("Reception").await.unwrap();
    let event = linked.event(DeviceTypeId::new(5)).message_type(4);
    event.await.unwrap();
    linked.unlink().await.unwrap();
    let lead = NewLead::new("+27821234567".parse().unwrap(), [("name", "Jane")]);
    let lead = aura.create_lead(lead).await.unwrap();
    aura.lead(lead.uuid().clone()).get().await.unwrap();
    vec![
        "create_scheduled_service",
        "cancel_scheduled_service",
        "link_device",
        "update_device",
        "create_device_event",
        "unlink_device",
        "create_lead",
        "get_lead",
    ]
}
