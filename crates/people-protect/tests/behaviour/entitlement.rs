//! Whether somebody is covered.

use std::time::Duration;

use jiff::Timestamp;
use people_protect::{
    Customer, CustomerId, Entitlement, ErrorKind, NotCovered, SubscriptionId, SubscriptionState,
    SubscriptionView,
};

use crate::server::{Reply, Server};
use crate::world::{DAY, World};

const SECOND: Duration = Duration::from_secs(1);

async fn why(customer: &Customer) -> NotCovered {
    match customer.entitlement().await.unwrap() {
        Entitlement::NotCovered(why) => why,
        covered => panic!("{covered:?}"),
    }
}

#[tokio::test]
async fn r98_the_list_is_asked_and_never_the_single_read() {
    let world = World::start().await;
    let jane = world.person(1).await;
    jane.subscribe(world.single(30).await).await.unwrap();
    let from = world.simulator.requests().len();
    assert!(jane.entitlement().await.unwrap().is_covered());
    assert_eq!(world.operations(from), ["list_customer_subscriptions"]);
}

#[tokio::test]
async fn r99_a_person_is_entitled_exactly_as_long_as_a_live_callout_is_accepted() {
    let world = World::start().await;
    let jane = world.person(1).await;
    assert_eq!(why(&jane).await, NotCovered::NoSubscription);
    let refused = world.raise(&jane).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::NoActiveSubscription);

    let subscribed = jane.subscribe(world.single(30).await).await.unwrap();
    let covered = jane.entitlement().await.unwrap();
    let Entitlement::Covered {
        subscription,
        until,
        ..
    } = covered
    else {
        panic!("{covered:?}")
    };
    assert_eq!(subscription, Some(subscribed.id()));
    assert_eq!(until, world.now() + DAY * 30);
    assert!(covered.may_raise_live());

    // Both bounds are covered (R17).
    world.advance(DAY * 30);
    assert!(jane.entitlement().await.unwrap().is_covered());
    let raised = world.raise(&jane).await.unwrap();
    world.aura.callout(&raised).cancel(None).await.unwrap();

    world.advance(SECOND);
    let lapsed = why(&jane).await;
    assert!(matches!(lapsed, NotCovered::Lapsed { since, .. } if since == until));
    let refused = world.raise(&jane).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::NoActiveSubscription);
}

#[tokio::test]
async fn r99_the_reason_is_what_may_still_cover_else_what_ended_last() {
    let world = World::start().await;
    let jane = world.person(1).await;
    let first = jane.subscribe(world.single(30).await).await.unwrap();
    world
        .aura
        .subscription(&first)
        .cancel("moved")
        .await
        .unwrap();
    assert!(
        matches!(why(&jane).await, NotCovered::Cancelled { at: Some(at), .. } if at == world.now())
    );

    jane.subscribe(world.single(10).await).await.unwrap();
    world.advance(DAY * 11);
    assert!(matches!(why(&jane).await, NotCovered::Lapsed { .. }));

    let kind = world.single(1).await.kind();
    let from = world.now() + DAY * 5;
    let later = people_protect::Cover::between(kind, from, from + DAY * 10).unwrap();
    jane.subscribe(later).await.unwrap();
    assert!(
        matches!(why(&jane).await, NotCovered::NotYetBegun { from: begins, .. } if begins == from)
    );
    world.advance(DAY * 5);
    assert!(jane.entitlement().await.unwrap().is_covered());
}

#[tokio::test]
async fn r22_a_dependants_cover_shows_on_the_main_member() {
    let world = World::start().await;
    let (main, child, stranger) = (
        world.person(1).await,
        world.person(2).await,
        world.person(3).await,
    );
    main.subscribe(world.family(30).await)
        .with_dependants([child.id()])
        .await
        .unwrap();
    // Covered, though the child's own list is empty.
    world.raise(&child).await.unwrap();
    assert_eq!(why(&child).await, NotCovered::NoSubscription);

    let family = main.subscriptions().await.unwrap();
    let entitlement = |member: CustomerId| family.entitlement_of_dependant(member, world.now());
    assert!(entitlement(child.id()).is_covered());
    assert!(!entitlement(stranger.id()).is_covered());
    assert!(
        !family
            .entitlement_of_dependant(child.id(), world.now() + DAY * 31)
            .is_covered()
    );
}

#[tokio::test]
async fn an_error_is_never_taken_for_not_covered() {
    let world = World::start().await;
    let missing = world.aura.customer(1).entitlement().await.unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::NotFound);

    let server = Server::replying([Reply::json(429, r#"{"message":"slow down"}"#)]).await;
    let limited = server.client().customer(1).entitlement().await.unwrap_err();
    assert_eq!(limited.kind(), ErrorKind::RateLimited);

    for body in [
        r#"{"errors":[]}"#,
        r#"{"message":"no","details":[]}"#,
        r#"{"errors":[{"code":7}]}"#,
        r#"{"error":"no","subscriptions":[]}"#,
        r#"{"success":false,"data":[]}"#,
        r#"{"message":"ok"}"#,
        "{}",
        "<html>",
        "",
        r#"{"message":"ok","subscriptions":null}"#,
    ] {
        let server = Server::replying([Reply::json(200, body)]).await;
        let odd = server.client().customer(1).entitlement().await;
        assert_eq!(
            odd.unwrap_err().kind(),
            ErrorKind::UndecodableAnswer,
            "{body}"
        );
    }
}

fn now() -> Timestamp {
    "2026-06-10T08:00:00Z".parse().unwrap()
}

fn view(json: &str) -> SubscriptionView {
    serde_json::from_str(json).expect(json)
}

#[test]
fn p14_a_cancellation_counts_in_any_spelling_and_form() {
    let dates = r#""validFrom":"2026-01-01T00:00:00Z","validTo":"2027-01-01T00:00:00Z""#;
    for (cancelled, state) in [
        ("", SubscriptionState::Active),
        (r#","CancelledDate":null"#, SubscriptionState::Active),
        (r#","cancelledDate":null"#, SubscriptionState::Active),
        (r#","status":"cancelled""#, SubscriptionState::Active),
        (
            r#","CancelledDate":"2026-06-01T00:00:00Z""#,
            SubscriptionState::Cancelled,
        ),
        (
            r#","cancelledDate":"2026-06-01T00:00:00Z""#,
            SubscriptionState::Cancelled,
        ),
        (
            r#","CancelledDate":null,"cancelledDate":"2026-06-01T00:00:00Z""#,
            SubscriptionState::Cancelled,
        ),
        (
            r#","CancelledDate":"2099-01-01T00:00:00Z""#,
            SubscriptionState::Cancelled,
        ),
        (
            r#","CancelledDate":"yesterday""#,
            SubscriptionState::Cancelled,
        ),
        (
            r#","CancelledDate":1781078400"#,
            SubscriptionState::Cancelled,
        ),
        (r#","cancelledDate":{"at":1}"#, SubscriptionState::Cancelled),
        (r#","CancelledDate":"""#, SubscriptionState::Unclear),
    ] {
        let view = view(&format!("{{{dates}{cancelled}}}"));
        assert_eq!(view.state(now()), state, "{cancelled}");
        assert_eq!(view.is_active(now()), state == SubscriptionState::Active);
        let readable = cancelled.contains("2026-06-01") || cancelled.contains("2099");
        assert_eq!(view.cancelled_at().is_some(), readable, "{cancelled}");
    }
}

#[test]
fn p14_a_date_that_cannot_be_read_never_counts_as_active() {
    let good = "\"2026-01-01T00:00:00Z\"";
    for odd in [
        "null",
        "\"\"",
        "\"soon\"",
        "\"2026-13-45T99:00:00Z\"",
        "\"2026-01-01\"",
        "\"2026-01-01T00:00:00\"",
        "\"0000-00-00T00:00:00Z\"",
        "\"99999-01-01T00:00:00Z\"",
        "0",
        "-1",
        "1e308",
        "true",
    ] {
        for json in [
            format!(r#"{{"validFrom":{odd},"validTo":"2027-01-01T00:00:00Z"}}"#),
            format!(r#"{{"validFrom":{good},"validTo":{odd}}}"#),
            format!(r#"{{"validFrom":{odd},"validTo":{odd}}}"#),
        ] {
            let view = view(&json);
            assert_eq!(view.state(now()), SubscriptionState::Unclear, "{json}");
            assert!(!view.is_active(now()), "{json}");
        }
    }
    assert_eq!(view("{}").state(now()), SubscriptionState::Unclear);
    // An offset is as good as Z.
    let offset = view(
        r#"{"validFrom":"2026-06-10T10:00:00+02:00","validTo":"2026-06-10T10:00:00.000+02:00"}"#,
    );
    assert!(offset.is_active(now()));
}

#[tokio::test]
async fn r16_a_bare_null_is_no_word_about_the_cover() {
    let server = Server::replying([Reply::json(200, "null"), Reply::json(200, "[null]")]).await;
    let jane = server.client().customer(1);
    for _ in 0..2 {
        let error = jane.entitlement().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UndecodableAnswer);
        assert_eq!(error.operation(), Some("list_customer_subscriptions"));
    }
}

async fn listed(body: &'static str) -> people_protect::Subscriptions {
    let server = Server::replying([Reply::json(200, body)]).await;
    server
        .client()
        .customer(1)
        .subscriptions()
        .await
        .expect(body)
}

#[tokio::test]
async fn p14_none_one_and_many_subscriptions_are_a_list() {
    for (body, count, active) in [
        ("[]", 0, 0),
        (r#"{"message":"ok","subscriptions":[]}"#, 0, 0),
        (
            r#"[{"id":1,"validFrom":"2026-01-01T00:00:00Z","validTo":"2027-01-01T00:00:00Z","CancelledDate":null}]"#,
            1,
            1,
        ),
        (
            r#"{"message":"ok","subscriptions":[
                {"id":1,"validFrom":"2026-01-01T00:00:00Z","validTo":"2027-01-01T00:00:00Z"},
                {"id":2,"validFrom":"2026-01-01T00:00:00Z","validTo":"2027-01-01T00:00:00Z","cancelledDate":"2026-02-01T00:00:00Z"},
                {"id":3,"validFrom":"2024-01-01T00:00:00Z","validTo":"2025-01-01T00:00:00Z"}]}"#,
            3,
            1,
        ),
        // One in place of a list: its members are not taken for subscriptions.
        (
            r#"{"id":1,"validFrom":"2026-01-01T00:00:00Z","validTo":"2027-01-01T00:00:00Z","dependantCustomerIds":[]}"#,
            1,
            1,
        ),
        (
            r#"{"id":1,"validFrom":"2026-01-01T00:00:00Z","validTo":"2027-01-01T00:00:00Z","dependantCustomerIds":[2,3]}"#,
            1,
            1,
        ),
        (
            r#"{"message":"ok","subscription":{"id":1,"validFrom":"2026-01-01T00:00:00Z","validTo":"2027-01-01T00:00:00Z"},"dependents":[{"customerId":2},3]}"#,
            1,
            1,
        ),
        (
            r#"{"message":"ok","subscription":{"id":1,"validFrom":"2026-01-01T00:00:00Z","validTo":"2027-01-01T00:00:00Z"},"dependents":[]}"#,
            1,
            1,
        ),
    ] {
        let list = listed(body).await;
        assert_eq!(list.len(), count, "{body}");
        assert_eq!(list.active(now()).count(), active, "{body}");
        assert_eq!(list.entitlement(now()).is_covered(), active > 0, "{body}");
        assert_eq!(list.answer().body(), body.as_bytes());
    }
}

#[tokio::test]
async fn the_subscription_that_covers_longest_is_named() {
    let list = listed(
        r#"[{"id":1,"validFrom":"2026-01-01T00:00:00Z","validTo":"2026-07-01T00:00:00Z"},
            {"id":2,"validFrom":"2026-01-01T00:00:00Z","validTo":"2027-01-01T00:00:00Z"},
            {"id":3,"validFrom":"2026-01-01T00:00:00Z","validTo":"2026-08-01T00:00:00Z"}]"#,
    )
    .await;
    let Entitlement::Covered { subscription, .. } = list.entitlement(now()) else {
        panic!("{list:?}")
    };
    assert_eq!(subscription, Some(SubscriptionId::new(2)));
}

#[tokio::test]
async fn an_unreadable_subscription_is_told_apart_from_none() {
    let list = listed(
        r#"[{"id":1,"validFrom":"2024-01-01T00:00:00Z","validTo":"2025-01-01T00:00:00Z"},
            {"id":2,"validFrom":"2026-01-01T00:00:00Z","validTo":"next year"}]"#,
    )
    .await;
    let unclear = list.entitlement(now());
    assert_eq!(unclear, Entitlement::NotCovered(NotCovered::Unclear));
    assert!(!unclear.is_covered() && unclear.may_raise_live());
    let none = listed("[]").await.entitlement(now());
    assert!(!none.is_covered() && !none.may_raise_live());
}
