//! Tokens, refusals, customers and subscriptions: C01 to C11, C17, C26 to C30.

use serde_json::{Value, json};

use super::{or, taken};
use crate::answer::Answer;
use crate::call::Who;
use crate::case::Stop;
use crate::cases::claims;
use crate::probe::Probe;
use crate::session::Session;

type Seen = Result<String, Stop>;

pub(super) fn probes() -> Vec<Probe> {
    vec![
        Probe::new(
            "C01",
            "keys of the token answer",
            [
                taken("accessToken"),
                or(
                    "access_token",
                    "Token: make access_token, token_type and expires_in the current names",
                ),
                or("both", "Token: neither spelling is deprecated"),
            ],
            token_keys,
        ),
        Probe::new(
            "C02",
            "meaning of the expiry",
            [
                taken("lifetime"),
                or("epoch", "Token.expiresIn: seconds since the epoch"),
            ],
            expiry,
        ),
        Probe::new(
            "C03",
            "whether a lifetime can be asked for",
            [
                taken("not a parameter"),
                or("a parameter", "TokenRequest: add expiresIn"),
                or(
                    "refused",
                    "create_oauth_token: say that unknown fields are refused",
                ),
            ],
            lifetime_asked,
        ),
        Probe::new(
            "C04",
            "customer wrapped or flat",
            [
                taken("wrapped"),
                or(
                    "flat",
                    "CreateCustomerRequest, CustomerResponse: flat, with firstName, lastName, mobileNumber",
                ),
            ],
            customer_shape,
        ),
        Probe::new(
            "C05",
            "name of the customer's id",
            [
                taken("customer.id"),
                or(
                    "customer.customerId",
                    "Customer: customerId is the name, id goes",
                ),
                or("both", "Customer: id and customerId are both documented"),
            ],
            customer_id,
        ),
        Probe::new(
            "C06",
            "no active subscription",
            [
                taken("403"),
                or(
                    "400",
                    "create_customer_callout: 400 for no active subscription",
                ),
                or(
                    "401",
                    "create_customer_callout: 401 for no active subscription",
                ),
            ],
            uncovered,
        ),
        Probe::new(
            "C07",
            "token of the wrong scope",
            [
                taken("401"),
                or("403", "R06: 403 for a token of the wrong scope"),
            ],
            wrong_scope,
        ),
        Probe::new(
            "C08",
            "unknown external reference",
            [
                taken("400"),
                or(
                    "404",
                    "create_fixed_location_callout: 404 for an unknown reference, and add the status",
                ),
            ],
            unknown_reference,
        ),
        Probe::new(
            "C09",
            "key of a refusal",
            [
                taken("message"),
                or("error", "ErrorBody: error is the name"),
                or("both", "ErrorBody: both are sent"),
            ],
            refusal_key,
        ),
        Probe::new(
            "C10",
            "statuses beyond the pages",
            [
                taken("none undocumented"),
                or(
                    "undocumented ones",
                    "add the statuses that drift names to their operations",
                ),
            ],
            statuses,
        ),
        Probe::new(
            "C11",
            "a second customer with one mobile",
            [
                taken("409"),
                or("400", "create_customer: 400 for a duplicate"),
            ],
            duplicate,
        ),
        Probe::new(
            "C17",
            "subscription on registration",
            [
                taken("supplied"),
                or(
                    "automatic",
                    "create_customer: a registration activates a subscription unasked",
                ),
            ],
            automatic,
        ),
        Probe::new(
            "C26",
            "status of a subscription",
            [taken("no field"), or("a field", "Subscription: add status")],
            status_field,
        ),
        Probe::new(
            "C27",
            "spelling of dependants",
            [
                taken("dependents"),
                or("dependants", "SubscriptionRead: dependants is the name"),
                or("both", "SubscriptionRead: both spellings are sent"),
            ],
            spelling,
        ),
        Probe::new(
            "C28",
            "answer to a subscription update",
            [
                taken("a list"),
                or(
                    "one object with links",
                    "SubscriptionUpdated: subscription is an object, links are sent",
                ),
                or(
                    "one object",
                    "SubscriptionUpdated: subscription is an object",
                ),
            ],
            update_answer,
        ),
        Probe::new(
            "C29",
            "body of a cancellation",
            [
                taken("reason required, token answered"),
                or(
                    "no body, message only",
                    "cancel_subscription: no body, answered by message only",
                ),
                or(
                    "body optional",
                    "CancelSubscriptionRequest: reason is optional",
                ),
            ],
            cancellation,
        ),
        Probe::new(
            "C30",
            "body of an activation",
            [
                taken("ids and dates"),
                or(
                    "ids only",
                    "CreateSubscriptionRequest: validFrom and validTo go",
                ),
                or(
                    "refused",
                    "CreateSubscriptionRequest: another body, to be found out",
                ),
            ],
            activation,
        ),
    ]
}

async fn token(s: &Session, more: Option<(&str, Value)>) -> Result<Answer, Stop> {
    let mut body = s.credentials();
    if let Some((name, value)) = more {
        body[name] = value;
    }
    s.call("create_oauth_token")
        .by(Who::Nobody)
        .json(body)
        .send()
        .await
}

pub(super) fn either(first: (&str, bool), second: (&str, bool)) -> Seen {
    Ok(match (first.1, second.1) {
        (true, true) => "both".to_owned(),
        (true, false) => first.0.to_owned(),
        (false, true) => second.0.to_owned(),
        (false, false) => "neither".to_owned(),
    })
}

pub(super) fn has(answer: &Answer, pointer: &str) -> bool {
    answer.body().pointer(pointer).is_some()
}

async fn token_keys(s: Session) -> Seen {
    let answer = token(&s, None).await?.or_not_run()?;
    either(
        ("accessToken", has(&answer, "/accessToken")),
        ("access_token", has(&answer, "/access_token")),
    )
}

async fn expiry(s: Session) -> Seen {
    let answer = token(&s, None).await?.or_not_run()?;
    let expiry = answer
        .number("/expiresIn")
        .or_else(|_| answer.number("/expires_in"))?;
    let seen = if expiry > 1_000_000_000 {
        "epoch"
    } else {
        "lifetime"
    };
    let claims = claims(answer.text_at("/accessToken"));
    let span = claims.and_then(|claims| Some(claims["exp"].as_i64()? - claims["iat"].as_i64()?));
    if seen == "lifetime" && span.is_some_and(|span| span != expiry) {
        return Ok("lifetime, other than that of the token".to_owned());
    }
    Ok(seen.to_owned())
}

async fn lifetime_asked(s: Session) -> Seen {
    let usual = token(&s, None).await?.or_not_run()?;
    let asked = token(&s, Some(("expiresIn", json!(60)))).await?;
    if asked.is_refused() {
        return Ok("refused".to_owned());
    }
    let same = usual.at("/expiresIn") == asked.at("/expiresIn");
    Ok(if same {
        "not a parameter"
    } else {
        "a parameter"
    }
    .to_owned())
}

async fn customer_shape(s: Session) -> Seen {
    let wrapped = json!({ "customer": s.person() });
    let wrapped = s.call("create_customer").json(wrapped).send().await?;
    if wrapped.is_ok() {
        let flat = wrapped.at("/customer").is_null();
        return Ok(if flat {
            "taken wrapped, answered flat"
        } else {
            "wrapped"
        }
        .to_owned());
    }
    let mobile = s.person()["mobile"].clone();
    let flat = json!({ "firstName": "Jane", "lastName": "Doe", "mobileNumber": mobile });
    let flat = s
        .call("create_customer")
        .json(flat)
        .unchecked()
        .send()
        .await?;
    Ok(if flat.is_ok() { "flat" } else { "neither" }.to_owned())
}

async fn customer_id(s: Session) -> Seen {
    let body = json!({ "customer": s.person() });
    let made = s
        .call("create_customer")
        .json(body)
        .send()
        .await?
        .or_not_run()?;
    either(
        ("customer.id", has(&made, "/customer/id")),
        ("customer.customerId", has(&made, "/customer/customerId")),
    )
}

async fn uncovered(s: Session) -> Seen {
    let customer = s.uncovered().await?;
    let mut body = s.cry(s.response_type().await?);
    body["calloutClassificationId"] = s.options().live_classification.into();
    let call = s
        .call("create_customer_callout")
        .with("customerId", customer);
    Ok(call.json(body).send().await?.status().to_string())
}

async fn wrong_scope(s: Session) -> Seen {
    let customer = s.uncovered().await?;
    let token = s.callout_token(customer).await?;
    let answer = s.call("list_subscription_types").by(token).send().await?;
    Ok(answer.status().to_string())
}

async fn unknown_reference(s: Session) -> Seen {
    let unknown = format!("nowhere-{}", s.serial());
    let call = s
        .call("create_fixed_location_callout")
        .with("externalReferenceId", unknown);
    Ok(call
        .json(json!({}))
        .unchecked()
        .send()
        .await?
        .status()
        .to_string())
}

async fn refusal_key(s: Session) -> Seen {
    let refused = s
        .call("create_customer")
        .json(json!({}))
        .unchecked()
        .send()
        .await?;
    let (message, error) = (has(&refused, "/message"), has(&refused, "/error"));
    either(("message", message), ("error", error))
}

/// A walk along calls that are refused in different ways; drift names what was undocumented.
async fn statuses(s: Session) -> Seen {
    s.call("create_customer").json(json!({})).send().await?;
    s.call("list_response_types").by(Who::Nobody).send().await?;
    s.call("get_customer")
        .with("customerId", 2_147_483_000_i64)
        .send()
        .await?;
    s.call("get_callout")
        .with("calloutId", "none")
        .send()
        .await?;
    let log = crate::session::locked(&s.log);
    let none = log.exchanges.iter().all(|one| one.misfits.is_empty());
    Ok(if none {
        "none undocumented"
    } else {
        "undocumented ones"
    }
    .to_owned())
}

async fn duplicate(s: Session) -> Seen {
    let body = json!({ "customer": s.person() });
    s.call("create_customer")
        .json(body.clone())
        .send()
        .await?
        .or_not_run()?;
    Ok(s.call("create_customer")
        .json(body)
        .send()
        .await?
        .status()
        .to_string())
}

async fn listed(s: &Session, customer: i64) -> Result<Answer, Stop> {
    let call = s
        .call("list_customer_subscriptions")
        .with("customerId", customer);
    call.send().await?.or_not_run()
}

async fn automatic(s: Session) -> Seen {
    let customer = s.uncovered().await?;
    let list = listed(&s, customer).await?;
    let any = list.at("/0").is_object();
    Ok(if any { "automatic" } else { "supplied" }.to_owned())
}

async fn status_field(s: Session) -> Seen {
    let (customer, _) = s.covered().await?;
    let list = listed(&s, customer).await?;
    Ok(if has(&list, "/0/status") {
        "a field"
    } else {
        "no field"
    }
    .to_owned())
}

async fn spelling(s: Session) -> Seen {
    let (_, id) = s.covered().await?;
    let read = s
        .call("get_subscription")
        .with("subscriptionId", id)
        .send()
        .await?
        .or_not_run()?;
    either(
        ("dependents", has(&read, "/dependents")),
        ("dependants", has(&read, "/dependants")),
    )
}

async fn update_answer(s: Session) -> Seen {
    let (_, id) = s.covered().await?;
    let call = s.call("update_subscription").with("subscriptionId", id);
    let body = json!({ "validTo": s.at(60 * 24 * 3600) });
    let answer = call.json(body).send().await?.or_not_run()?;
    Ok(match (answer.at("/subscription"), has(&answer, "/links")) {
        (Value::Array(_), _) => "a list",
        (Value::Object(_), true) => "one object with links",
        (Value::Object(_), false) => "one object",
        _ => "neither",
    }
    .to_owned())
}

async fn cancellation(s: Session) -> Seen {
    let (_, id) = s.covered().await?;
    let call = || s.call("cancel_subscription").with("subscriptionId", id);
    let without = call().unchecked().send().await?;
    if without.is_ok() {
        let token = has(&without, "/subscriptionToken");
        return Ok(if token {
            "body optional"
        } else {
            "no body, message only"
        }
        .to_owned());
    }
    let with = call()
        .json(json!({ "reason": "a probe" }))
        .send()
        .await?
        .or_not_run()?;
    let token = has(&with, "/subscriptionToken");
    Ok(if token {
        "reason required, token answered"
    } else {
        "reason required, no token"
    }
    .to_owned())
}

async fn activation(s: Session) -> Seen {
    let customer = s.uncovered().await?;
    let full = s.activate(customer).await?;
    if full.is_ok() {
        return Ok("ids and dates".to_owned());
    }
    let (kind, _) = s.types().await?;
    let bare = json!({ "customerId": customer, "subscriptionTypeId": kind });
    let bare = s.call("create_subscription").json(bare).send().await?;
    Ok(if bare.is_ok() { "ids only" } else { "refused" }.to_owned())
}
