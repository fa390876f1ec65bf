//! Subscriptions and their members.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::customers::raise_live;
use crate::answer::Answer;
use crate::case::{Case, Need, Outcome, Stop, against, expect};
use crate::grade::Grade;
use crate::session::Session;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("R17", "A subscription has dates and no status")
            .steps("list the subscriptions of a covered customer")
            .expects("no `status`; dates around now and `CancelledDate` null")
            .run(dates_and_no_status),
        Case::new("R18", "Types have an id and a value")
            .steps("list the subscription types")
            .expects("entries with `id` and `value`")
            .run(types_have_both),
        Case::new("R19", "POST activates, PUT renews, DELETE cancels")
            .steps("do the three, and read the end of cover after the second")
            .expects("a 2xx each, and the new end")
            .run(post_put_delete),
        Case::new("R20", "What was cancelled is not revived")
            .steps("cancel, PUT a later end, then activate anew")
            .expects("a refusal (400 is an assumption), then a 2xx")
            .run(the_cancelled_is_not_revived),
        Case::new("R21", "The list is limited to some 50 calls in 10 s")
            .steps("list a customer's subscriptions 70 times")
            .expects("429 before the end, and not before the 20th")
            .needs(&[Need::RateLimit])
            .run(the_list_is_limited),
        Case::new("R22", "Members lose access with the main one")
            .steps("let a subscription lapse and raise for its member")
            .expects("the member is read as linked; then a refusal")
            .needs(&[Need::Clock])
            .run(members_lose_access),
        Case::new("R23", "An active one is in the way of another")
            .steps("activate twice")
            .expects("the second is refused (documented earlier: 409)")
            .run(an_active_one_is_in_the_way),
        Case::new("R26", "A subscription that has ended covers nobody")
            .steps("cancel a customer's subscription and raise a live callout")
            .expects("a refusal (documented earlier: 403)")
            .run(an_ended_one_covers_nobody),
        Case::new("R66", "An update sets the whole list of members")
            .steps("PUT two members, then the second and a third")
            .expects("the last two are the members")
            .run(an_update_sets_all_members),
        Case::new("R67", "An update needs its end")
            .steps("PUT without `validTo`")
            .expects("a refusal (400 for that cause is an assumption)")
            .run(an_update_needs_its_end),
        Case::new("R68", "A cancellation needs a reason")
            .steps("DELETE without a body, then with `reason`")
            .expects("a refusal (400 is an assumption), then `message` and `subscriptionToken`")
            .run(a_cancellation_needs_a_reason),
        Case::new("R69", "One subscription is read with three keys")
            .steps("read a subscription")
            .expects("`message`, `subscription` and `dependents`, and no others")
            .run(three_keys),
    ]
}

async fn listed(s: &Session, customer: i64) -> Result<Answer, Stop> {
    let call = s
        .call("list_customer_subscriptions")
        .with("customerId", customer);
    call.send().await?.or_not_run()
}

async fn update(s: &Session, subscription: i64, body: Value) -> Result<Answer, Stop> {
    let call = s
        .call("update_subscription")
        .with("subscriptionId", subscription);
    call.json(body).send().await
}

async fn end(s: &Session, subscription: i64) -> Result<Answer, Stop> {
    let call = s
        .call("cancel_subscription")
        .with("subscriptionId", subscription);
    call.json(json!({ "reason": "a conformance case" }))
        .send()
        .await
}

async fn dates_and_no_status(s: Session) -> Outcome {
    let (customer, _) = s.covered().await?;
    let list = listed(&s, customer).await?;
    if !list.at("/0/status").is_null() {
        return against("it has a `status`");
    }
    let time = |name: &str| {
        list.text_at(&format!("/0/{name}"))
            .parse::<Timestamp>()
            .ok()
    };
    let (from, to) = (time("validFrom"), time("validTo"));
    let Some((from, to)) = from.zip(to) else {
        return against("`validFrom` or `validTo` is no time");
    };
    let cancelled = !list.at("/0/CancelledDate").is_null();
    let active = from <= s.now() && s.now() <= to && !cancelled;
    expect(active, || {
        "the dates of one that was just activated do not say active".to_owned()
    })
}

async fn types_have_both(s: Session) -> Outcome {
    let answer = s
        .call("list_subscription_types")
        .send()
        .await?
        .expect_ok()?;
    let types = answer.at("/subscriptionTypes").as_array();
    let types = types.or_else(|| answer.body().as_array());
    let Some(types) = types.filter(|types| !types.is_empty()) else {
        return against("no list of types, or none in it");
    };
    let whole = |one: &Value| one["id"].is_i64() && one["value"].is_string();
    expect(types.iter().all(whole), || {
        "a type without `id` or `value`".to_owned()
    })
}

async fn post_put_delete(s: Session) -> Outcome {
    let customer = s.uncovered().await?;
    let active = s.activate(customer).await?.expect_ok()?;
    let id = active.number("/subscription/id")?;
    let later = s.at(300 * 24 * 3600);
    update(&s, id, json!({ "validTo": later }))
        .await?
        .expect_ok()?;
    let list = listed(&s, customer).await?;
    let wanted = later.parse::<Timestamp>().ok();
    if list.text_at("/0/validTo").parse::<Timestamp>().ok() != wanted {
        return against("a PUT did not move the end of cover");
    }
    end(&s, id).await?.expect_ok()?;
    Ok(())
}

async fn the_cancelled_is_not_revived(s: Session) -> Outcome {
    let (customer, id) = s.covered().await?;
    end(&s, id).await?.or_not_run()?;
    let later = s.at(300 * 24 * 3600);
    let revived = update(&s, id, json!({ "validTo": later }))
        .await?
        .expect_refused()?;
    s.assume_status(&revived, Grade::I, 400);
    s.activate(customer).await?.expect_ok()?;
    Ok(())
}

async fn the_list_is_limited(s: Session) -> Outcome {
    let customer = s.uncovered().await?;
    let token = s
        .token(&crate::call::Who::Server)
        .await?
        .unwrap_or_default();
    // What others used before must not count.
    if s.has_control() {
        s.advance(Duration::from_secs(11)).await?;
    } else {
        crate::clock::wait(Duration::from_secs(11)).await;
    }
    let mut limited = None;
    for number in 1..=70 {
        // Not paced: this is what it is about.
        let path = format!("/customers/{customer}/subscriptions");
        let call = s.raw(reqwest::Method::GET, &path);
        let answer = call
            .by(crate::call::Who::Token(token.clone()))
            .send()
            .await?;
        if answer.status() == 429 {
            limited = Some(number);
            break;
        }
        answer.or_not_run()?;
    }
    if s.has_control() {
        s.advance(Duration::from_secs(11)).await?;
    } else {
        crate::clock::wait(Duration::from_secs(11)).await;
    }
    match limited {
        None => against("70 calls in a row without 429"),
        Some(number) if number < 20 => against(format!("429 at call {number}")),
        Some(_) => Ok(()),
    }
}

async fn members_lose_access(s: Session) -> Outcome {
    let (main, member) = (s.uncovered().await?, s.uncovered().await?);
    let (_, kind) = s.types().await?;
    let body = json!({
        "customerId": main,
        "subscriptionTypeId": kind,
        "validFrom": s.at(-60),
        "validTo": s.at(600),
        "dependantCustomerIds": [member],
    });
    let made = s
        .call("create_subscription")
        .json(body)
        .send()
        .await?
        .or_not_run()?;
    let id = made.number("/subscription/id")?;
    let read = s
        .call("get_subscription")
        .with("subscriptionId", id)
        .send()
        .await?
        .or_not_run()?;
    if !read.body().to_string().contains(&member.to_string()) {
        return against("the member is not in what is read");
    }
    // Past the end of cover, but not of the token.
    s.advance(Duration::from_secs(660)).await?;
    raise_live(&s, member).await?.expect_refused()?;
    Ok(())
}

async fn an_active_one_is_in_the_way(s: Session) -> Outcome {
    let (customer, _) = s.covered().await?;
    let second = s.activate(customer).await?.expect_refused()?;
    s.assume_status(&second, Grade::O, 409);
    Ok(())
}

async fn an_ended_one_covers_nobody(s: Session) -> Outcome {
    let (customer, id) = s.covered().await?;
    end(&s, id).await?.or_not_run()?;
    let answer = raise_live(&s, customer).await?.expect_refused()?;
    s.assume_status(&answer, Grade::O, 403);
    Ok(())
}

async fn an_update_sets_all_members(s: Session) -> Outcome {
    let (_, id) = s.covered().await?;
    let mut members = Vec::new();
    for _ in 0..3 {
        members.push(s.uncovered().await?);
    }
    for list in [&members[..2], &members[1..]] {
        let body = json!({ "validTo": s.at(60 * 24 * 3600), "dependantCustomerIds": list });
        update(&s, id, body).await?.expect_ok()?;
    }
    let read = s
        .call("get_subscription")
        .with("subscriptionId", id)
        .send()
        .await?
        .or_not_run()?;
    let now = read.at("/subscription/dependantCustomerIds");
    if now.is_array() {
        return expect(*now == json!(members[1..]), || {
            "the members are not those of the last update".to_owned()
        });
    }
    // What a member looks like in `dependents` is not documented; its id has to be in it.
    let dependents = read.at("/dependents").to_string();
    let has = |member: &i64| dependents.contains(&member.to_string());
    let right = !has(&members[0]) && has(&members[1]) && has(&members[2]);
    expect(right, || {
        "the members are not those of the last update".to_owned()
    })
}

async fn an_update_needs_its_end(s: Session) -> Outcome {
    let (_, id) = s.covered().await?;
    let answer = update(&s, id, json!({})).await?.expect_refused()?;
    s.assume_status(&answer, Grade::I, 400);
    Ok(())
}

async fn a_cancellation_needs_a_reason(s: Session) -> Outcome {
    let (_, id) = s.covered().await?;
    let call = s.call("cancel_subscription").with("subscriptionId", id);
    let without = call.send().await?.expect_refused()?;
    s.assume_status(&without, Grade::I, 400);
    let with = end(&s, id).await?.expect_ok()?;
    with.expect_keys(&["message", "subscriptionToken"])
}

async fn three_keys(s: Session) -> Outcome {
    let (_, id) = s.covered().await?;
    let read = s
        .call("get_subscription")
        .with("subscriptionId", id)
        .send()
        .await?
        .expect_ok()?;
    read.expect_keys(&["dependents", "message", "subscription"])
}
