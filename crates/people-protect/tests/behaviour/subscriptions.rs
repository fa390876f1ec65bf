//! Activating, renewing, sharing and cancelling subscriptions.

use people_protect::raw::types;
use people_protect::{
    Answer, Cover, CustomerId, Error, ErrorKind, Subscription, SubscriptionState,
    SubscriptionTypeId,
};
use serde_json::{Value, json};

use crate::server::{Reply, Server};
use crate::world::{DAY, World};

async fn members(subscription: &Subscription) -> Vec<CustomerId> {
    let read = subscription.get().await.unwrap();
    read.dependants().unwrap().to_vec()
}

#[tokio::test]
async fn r19_a_subscription_is_activated_renewed_and_cancelled() {
    let world = World::start().await;
    let jane = world.person(1).await;
    let subscribed = jane.subscribe(world.single(30).await).await.unwrap();
    assert!(subscribed.answer().is_active(world.now()));
    assert_eq!(subscribed.answer().customer_id(), Some(jane.id()));
    assert_eq!(subscribed.answer().status().as_u16(), 201);

    let subscription = world.aura.subscription(&subscribed);
    let until = world.now() + DAY * 60;
    let renewed: Answer<types::SubscriptionUpdated> = subscription.renew(until).await.unwrap();
    assert_eq!(renewed.json()["subscription"][0]["validTo"], json!(until));
    world.advance(DAY * 45);
    assert!(jane.entitlement().await.unwrap().is_covered());

    // R68: both keys come, the token may be null.
    let cancelled = subscription.cancel("moved abroad").await.unwrap();
    assert!(
        cancelled
            .json()
            .as_object()
            .unwrap()
            .contains_key("subscriptionToken")
    );
    assert!(cancelled.subscription_token.is_none());
    let read = subscription.get().await.unwrap();
    assert_eq!(read.state(world.now()), SubscriptionState::Cancelled);
    assert_eq!(read.cancelled_at(), Some(world.now()));
    let reason = read.raw().cancelled_reason.as_ref().unwrap();
    assert_eq!(reason.reveal(), "moved abroad");
}

#[tokio::test]
async fn r23_r20_an_active_one_is_renewed_and_a_gone_one_replaced() {
    let world = World::start().await;
    let jane = world.person(1).await;
    let first = jane.subscribe(world.single(30).await).await.unwrap();
    let error = jane.subscribe(world.single(30).await).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadySubscribed);

    let subscription = world.aura.subscription(first.id());
    subscription.cancel("moved").await.unwrap();
    let error = subscription
        .renew(world.now() + DAY * 90)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.hint().unwrap().contains("Customer::subscribe"));

    let second = jane.subscribe(world.single(30).await).await.unwrap();
    world.advance(DAY * 31);
    let lapsed = world.aura.subscription(&second);
    for error in [
        lapsed.renew(world.now() + DAY).await.unwrap_err(),
        lapsed.replace_dependants([jane.id()]).await.unwrap_err(),
    ] {
        assert!(error.hint().unwrap().contains("Customer::subscribe"));
    }
    jane.subscribe(world.single(30).await).await.unwrap();
    assert_eq!(jane.subscriptions().await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_renewal_never_shortens_the_cover() {
    let world = World::start().await;
    let jane = world.person(1).await;
    let subscribed = jane.subscribe(world.single(30).await).await.unwrap();
    let subscription = world.aura.subscription(&subscribed);
    let from = world.simulator.requests().len();
    let earlier = world.now() + DAY * 29;
    let error = subscription.renew(earlier).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(world.operations(from), ["get_subscription"]);
    subscription.update(earlier, None).await.unwrap();
    assert_eq!(subscription.get().await.unwrap().valid_to(), Some(earlier));
}

#[tokio::test]
async fn r66_members_are_added_and_removed_one_by_one_and_replaced_as_a_whole() {
    let world = World::start().await;
    let main = world.person(0).await;
    let (a, b, c) = (
        world.person(1).await,
        world.person(2).await,
        world.person(3).await,
    );
    let subscribed = main
        .subscribe(world.family(30).await)
        .with_dependants([a.id()])
        .await
        .unwrap();
    let family = world.aura.subscription(&subscribed);
    assert_eq!(members(&family).await, [a.id()]);
    let until = family.get().await.unwrap().valid_to();

    family.add_dependant(b.id()).await.unwrap();
    // A second time changes nothing.
    family.add_dependant(b.id()).await.unwrap();
    assert_eq!(members(&family).await, [a.id(), b.id()]);
    world.raise(&b).await.unwrap();

    family.remove_dependant(a.id()).await.unwrap();
    family.remove_dependant(c.id()).await.unwrap();
    assert_eq!(members(&family).await, [b.id()]);
    let refused = world.raise(&a).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::NoActiveSubscription);

    family
        .replace_dependants([c.id(), a.id(), c.id()])
        .await
        .unwrap();
    assert_eq!(members(&family).await, [c.id(), a.id()]);
    // R67: the end of cover was repeated, not moved.
    assert_eq!(family.get().await.unwrap().valid_to(), until);

    family.renew(world.now() + DAY * 60).await.unwrap();
    assert_eq!(members(&family).await, [c.id(), a.id()]);
    family
        .replace_dependants(Vec::<CustomerId>::new())
        .await
        .unwrap();
    assert_eq!(members(&family).await, []);
}

const DATES: &str = r#""id":8811,"subscriptionTypeId":5,"validFrom":"2026-01-01T00:00:00Z","validTo":"2027-01-01T00:00:00+02:00""#;

async fn reading(members: &str, inside: &str) -> (Server, Subscription) {
    let body = format!(r#"{{"message":"ok","subscription":{{{DATES}{inside}}}{members}}}"#);
    let server = Server::start(move |request| {
        let body = match request.method.as_str() {
            "GET" => body.clone(),
            "POST" => r#"{"accessToken":"t","expiresIn":3600}"#.to_owned(),
            _ => r#"{"subscription":[]}"#.to_owned(),
        };
        async move { Reply::json(200, &body) }
    })
    .await;
    let subscription = server.client().subscription(8811);
    (server, subscription)
}

/// The bodies of the updates.
fn sent(server: &Server) -> Vec<Value> {
    let seen = server.seen();
    let updates = seen.iter().filter(|request| request.method == "PUT");
    updates
        .map(|request| serde_json::from_str(&request.body).unwrap())
        .collect()
}

#[tokio::test]
async fn r69_c27_members_are_read_in_either_spelling_and_in_both_places() {
    for (members, inside, ids) in [
        (
            r#","dependents":[{"customerId":1},{"customerId":"2"}]"#,
            "",
            vec![1, 2],
        ),
        (r#","dependants":[{"customerId":1}]"#, "", vec![1]),
        // A bare id is the customer's.
        (
            r#","dependents":[1,"2",{"customerId":3}]"#,
            "",
            vec![1, 2, 3],
        ),
        (r#","dependents":null"#, "", vec![]),
        (
            r#","dependents":[]"#,
            r#","dependantCustomerIds":[3]"#,
            vec![3],
        ),
        ("", r#","dependantCustomerIds":[3]"#, vec![3]),
        (
            r#","dependents":[{"customerId":1},{"customerId":3}]"#,
            r#","dependantCustomerIds":[3]"#,
            vec![3, 1],
        ),
    ] {
        let (server, subscription) = reading(members, inside).await;
        let read = subscription.get().await.unwrap();
        let read: Vec<i64> = read
            .dependants()
            .unwrap()
            .iter()
            .map(|id| id.get())
            .collect();
        assert_eq!(read, ids, "{members} {inside}");

        subscription.add_dependant(9).await.unwrap();
        let after: Vec<i64> = ids.into_iter().chain([9]).collect();
        assert_eq!(
            sent(&server),
            [json!({"validTo": "2027-01-01T00:00:00+02:00", "dependantCustomerIds": after})]
        );
    }
}

#[tokio::test]
async fn r66_nobody_is_dropped_because_the_members_could_not_be_read() {
    let until = "2028-01-01T00:00:00Z".parse().unwrap();
    for members in [
        r#","dependents":[{"customerId":1},{}]"#,
        r#","dependents":[{"id":17}]"#,
        r#","dependents":[{"customerId":null}]"#,
    ] {
        let (server, subscription) = reading(members, "").await;
        assert_eq!(subscription.get().await.unwrap().dependants(), None);
        for error in [
            subscription.add_dependant(9).await.unwrap_err(),
            subscription.remove_dependant(1).await.unwrap_err(),
            subscription.renew(until).await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::UndecodableAnswer);
            assert!(error.hint().unwrap().contains("nothing was changed"));
        }
        assert_eq!(sent(&server), [Value::Null; 0]);
        subscription.replace_dependants([1, 9, 1]).await.unwrap();
        assert_eq!(sent(&server)[0]["dependantCustomerIds"], json!([1, 9]));
    }
    // An answer that says nothing of members: a change of one is refused, a renewal is not.
    let (server, subscription) = reading("", "").await;
    assert!(subscription.add_dependant(9).await.is_err());
    subscription.renew(until).await.unwrap();
    assert_eq!(sent(&server), [json!({"validTo": "2028-01-01T00:00:00Z"})]);
}

#[tokio::test]
async fn r68_a_cancellation_without_a_reason_is_not_sent() {
    let server = Server::replying([]).await;
    let error = server
        .client()
        .subscription(1)
        .cancel(" \n")
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(!error.may_have_reached_server());
    assert!(server.seen().is_empty());
}

fn cover() -> Cover {
    let from = "2026-06-10T00:00:00Z".parse().unwrap();
    let to = "2027-06-10T00:00:00Z".parse().unwrap();
    Cover::between(SubscriptionTypeId::new(4), from, to).unwrap()
}

#[tokio::test]
async fn c30_an_activation_sends_ids_and_dates_and_reads_both_wrappings() {
    for body in [
        r#"{"message":"ok","subscription":{"id":8811,"validTo":"2027-06-10T00:00:00Z"}}"#,
        r#"{"id":"8811","customerId":7,"validTo":"2027-06-10T00:00:00Z","status":"active"}"#,
    ] {
        let server = Server::replying([Reply::json(201, body)]).await;
        let subscribed = server
            .client()
            .customer(7)
            .subscribe(cover())
            .await
            .expect(body);
        assert_eq!(subscribed.id().get(), 8811);
        assert_eq!(subscribed.answer().valid_to(), Some(cover().valid_to()));
        assert_eq!(
            serde_json::from_str::<Value>(&server.seen()[1].body).unwrap(),
            json!({
                "customerId": 7, "subscriptionTypeId": 4,
                "validFrom": "2026-06-10T00:00:00Z", "validTo": "2027-06-10T00:00:00Z",
            })
        );
    }
}

#[tokio::test]
async fn an_activation_without_an_id_in_the_answer_is_an_error_that_may_have_activated() {
    for body in [r#"{"message":"ok"}"#, r#"{"subscription":{}}"#] {
        let server = Server::replying([Reply::json(200, body)]).await;
        let error = server
            .client()
            .customer(7)
            .subscribe(cover())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UndecodableAnswer);
        assert!(error.may_have_reached_server() && !error.is_retryable());
    }
}

#[tokio::test]
async fn a_read_without_a_subscription_is_an_error_and_an_older_flat_one_is_not() {
    let flat =
        r#"{"id":8811,"customerId":7,"validTo":"2027-06-10T00:00:00Z","dependantCustomerIds":[1]}"#;
    let replies = [
        Reply::json(200, r#"{"message":"ok"}"#),
        Reply::json(200, flat),
    ];
    let server = Server::replying(replies).await;
    let subscription = server.client().subscription(8811);
    let error: Error = subscription.get().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UndecodableAnswer);
    let read = subscription.get().await.unwrap();
    assert_eq!(read.dependants().unwrap(), [CustomerId::new(1)]);
}

#[tokio::test]
async fn r70_no_id_is_built_in() {
    // Two customer sources give the same values different ids; the same code covers in both.
    let world = World::start().await;
    let mut kinds = Vec::new();
    for (at, aura) in world.clients().into_iter().enumerate() {
        let types = aura.subscription_types().await.unwrap();
        let plan = types.by_value("WEB_SIGNUP_SINGLE").unwrap();
        let mobile = format!("+2782123456{at}").parse().unwrap();
        let registered = aura
            .register(people_protect::NewCustomer::new("Jane", "Doe", mobile))
            .without_subscription()
            .await
            .unwrap();
        let jane = aura.customer(&registered);
        let subscribed = jane.subscribe(plan.starting_now_for_days(1)).await.unwrap();
        assert_eq!(subscribed.answer().kind(), Some(plan.id()));
        world.raise_with(&aura, &jane).await.unwrap();
        kinds.push(plan.id());
    }
    assert_eq!(kinds.len(), 2);
    assert_ne!(kinds[0], kinds[1]);
}

#[tokio::test]
async fn r16_anothers_subscription_looks_absent() {
    let world = World::start().await;
    let jane = world.person(1).await;
    let subscribed = jane.subscribe(world.single(30).await).await.unwrap();
    let other = world.clients().pop().unwrap().subscription(&subscribed);
    assert_eq!(other.get().await.unwrap_err().kind(), ErrorKind::NotFound);
    let error = other.cancel("mine now").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn p12_subscriptions_show_no_reason_and_no_unread_text() {
    let planted = r#"{"id":8811,"validFrom":"Plantedname","validTo":"Plantedname","CancelledDate":"Plantedname",
        "CancelledReason":"Plantedname is ill","status":"Plantedname"}"#;
    let read = format!(
        r#"{{"message":"Plantedname","subscription":{planted},"dependents":[{{"customerId":1,"name":"Plantedname"}}]}}"#
    );
    let list = format!("[{planted}]");
    let cancelled = r#"{"message":"Plantedname","subscriptionToken":"Plantedname"}"#;
    let server = Server::replying([
        Reply::json(200, &read),
        Reply::json(200, &list),
        Reply::json(200, cancelled),
        Reply::json(201, &read),
    ])
    .await;
    let aura = server.client();
    let (subscription, jane) = (aura.subscription(8811), aura.customer(1));
    let one = subscription.get().await.unwrap();
    let all = jane.subscriptions().await.unwrap();
    let entitlement = all.entitlement(jiff::Timestamp::UNIX_EPOCH);
    let cancelled = subscription.cancel("Plantedname died").await.unwrap();
    let subscribe = jane.subscribe(cover());
    let subscribed = subscribe.clone().await.unwrap();
    let shown = format!(
        "{subscription:?} {one:?} {:?} {all:?} {:?} {entitlement:?} {cancelled:?} {subscribe:?} {subscribed:?} {:?}",
        *one,
        all[0],
        subscribed.answer()
    );
    assert!(!shown.contains("Planted"), "{shown}");
    assert!(shown.contains("8811"));
}

#[tokio::test]
async fn p12_errors_about_people_show_no_number_and_no_reason() {
    let server = Server::start(|request| async move {
        if request.path.ends_with("/oauth/token") {
            return crate::server::token("t", 3600);
        }
        let listing = request.path.ends_with("/subscriptions");
        let status = if request.method == "GET" && !listing { 200 } else { 409 };
        Reply::json(
            status,
            r#"{"message":"+27821234567 planted@example.com","customer":{"name":"Plantedname","surname":"Doe","mobile":"+27821234567"},
                "subscription":{"id":1,"validTo":"2027-01-01T00:00:00Z"},"dependents":[]}"#,
        )
    })
    .await;
    let aura = server.client();
    let (jane, subscription) = (aura.customer(7), aura.subscription(8811));
    let mobile = "+27821234567".parse().unwrap();
    for error in [
        jane.update(|_| ()).await.unwrap_err(),
        jane.replace(people_protect::NewCustomer::new(
            "Plantedname",
            "Doe",
            mobile,
        ))
        .await
        .unwrap_err(),
        jane.retire().await.unwrap_err(),
        jane.subscribe(cover()).await.unwrap_err(),
        jane.subscriptions().await.unwrap_err(),
        jane.entitlement().await.unwrap_err(),
        subscription.add_dependant(1).await.unwrap_err(),
        subscription.renew(jiff::Timestamp::MAX).await.unwrap_err(),
        subscription.cancel("Plantedname died").await.unwrap_err(),
    ] {
        let shown = format!("{error} {error:?} {error:#?}");
        for planted in ["1234567", "lanted"] {
            assert!(!shown.contains(planted), "{shown}");
        }
        assert!(error.hint().is_some(), "{error}");
    }
}
