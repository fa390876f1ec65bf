//! Registering and retiring customers.

use reqwest::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::call::Who;
use crate::case::{Case, Need, Outcome, Stop, against, expect};
use crate::grade::Grade;
use crate::session::Session;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("R10", "A customer has name, surname and mobile")
            .steps("register with all three, then without each")
            .expects("a 2xx, then refusals (400 is an assumption)")
            .run(the_essentials_are_needed),
        Case::new("R11", "A mobile is one customer's")
            .steps("register the same mobile twice")
            .expects("the second is refused (documented earlier: 409)")
            .run(a_mobile_is_unique),
        Case::new("R12", "A mobile is not blank")
            .steps("register with `mobile: \"\"`")
            .expects("400 with a `message`")
            .run(a_mobile_is_not_blank),
        Case::new("R13", "A new subscription or one that is there, not both")
            .steps("register with `subscription` and `subscriptionId`")
            .expects("a refusal (400 is an assumption)")
            .run(not_both_subscriptions),
        Case::new("R14", "No live callout without a subscription")
            .steps("register without a subscription and raise a callout")
            .expects("a refusal")
            .run(no_callout_without),
        Case::new("R15", "Retiring is a POST")
            .steps("DELETE a customer, then POST to its `/delete`")
            .expects("404 or 405 (an assumption), then a 2xx")
            .run(retiring_is_a_post),
        Case::new("R16", "Another source sees nothing")
            .steps("read a customer with another source's token")
            .expects("404")
            .needs(&[Need::SecondSource])
            .run(another_source_sees_nothing),
        Case::new("R71", "Registering activates a subscription")
            .steps("register with `subscription`, then list the customer's subscriptions")
            .expects("one that is active")
            .run(registering_activates),
    ]
}

async fn register(s: &Session, customer: Value) -> Result<Answer, Stop> {
    s.call("create_customer")
        .json(json!({ "customer": customer }))
        .send()
        .await
}

async fn the_essentials_are_needed(s: Session) -> Outcome {
    register(&s, s.person()).await?.expect_ok()?;
    for field in ["name", "surname", "mobile"] {
        let mut customer = s.person();
        if let Some(fields) = customer.as_object_mut() {
            fields.remove(field);
        }
        let answer = register(&s, customer).await?;
        if !answer.is_refused() {
            return against(format!("without `{field}` it answered {}", answer.status()));
        }
        s.assume_status(&answer, Grade::I, 400);
    }
    Ok(())
}

async fn a_mobile_is_unique(s: Session) -> Outcome {
    let person = s.person();
    register(&s, person.clone()).await?.or_not_run()?;
    let second = register(&s, person).await?.expect_refused()?;
    s.assume_status(&second, Grade::O, 409);
    Ok(())
}

async fn a_mobile_is_not_blank(s: Session) -> Outcome {
    let mut person = s.person();
    person["mobile"] = "".into();
    register(&s, person).await?.expect_status(400)?;
    Ok(())
}

async fn not_both_subscriptions(s: Session) -> Outcome {
    let (_, subscription) = s.covered().await?;
    let (kind, _) = s.types().await?;
    let body = json!({
        "customer": s.person(),
        "subscription": { "subscriptionTypeId": kind, "validTo": s.at(24 * 3600) },
        "subscriptionId": subscription,
    });
    let answer = s
        .call("create_customer")
        .json(body)
        .send()
        .await?
        .expect_refused()?;
    s.assume_status(&answer, Grade::I, 400);
    Ok(())
}

async fn no_callout_without(s: Session) -> Outcome {
    let customer = s.uncovered().await?;
    let answer = raise_live(&s, customer).await?.expect_refused()?;
    s.assume_status(&answer, Grade::O, 403);
    Ok(())
}

/// With the classification that stands for a live callout.
pub(super) async fn raise_live(s: &Session, customer: i64) -> Result<Answer, Stop> {
    let mut body = s.cry(s.response_type().await?);
    body["calloutClassificationId"] = s.options().live_classification.into();
    let call = s
        .call("create_customer_callout")
        .with("customerId", customer);
    call.json(body).send().await
}

async fn retiring_is_a_post(s: Session) -> Outcome {
    let customer = s.uncovered().await?;
    let verb = s
        .raw(Method::DELETE, &format!("/customers/{customer}"))
        .send()
        .await?;
    if !verb.is_refused() {
        return against(format!("DELETE answered {}", verb.status()));
    }
    if !matches!(verb.status(), 404 | 405) {
        s.note(
            Grade::I,
            format!("DELETE answered {}, assumed was 404 or 405", verb.status()),
        );
    }
    s.call("delete_customer")
        .with("customerId", customer)
        .send()
        .await?
        .expect_ok()?;
    Ok(())
}

async fn another_source_sees_nothing(s: Session) -> Outcome {
    let customer = s.uncovered().await?;
    let call = s
        .call("get_customer")
        .with("customerId", customer)
        .by(Who::Other);
    call.send().await?.expect_status(404)?;
    Ok(())
}

async fn registering_activates(s: Session) -> Outcome {
    let (kind, _) = s.types().await?;
    let body = json!({
        "customer": s.person(),
        "subscription": {
            "subscriptionTypeId": kind,
            "validFrom": s.at(-60),
            "validTo": s.at(30 * 24 * 3600),
        },
    });
    let created = s
        .call("create_customer")
        .json(body)
        .send()
        .await?
        .expect_ok()?;
    let customer = created.number("/customer/id")?;
    // Not by raising a callout: where R14 does not hold that goes well without a subscription.
    let list = s
        .call("list_customer_subscriptions")
        .with("customerId", customer);
    let list = list.send().await?.or_not_run()?;
    let first = list.at("/0/id");
    expect(first.is_number(), || {
        "the customer has no subscription".to_owned()
    })
}
