//! What the sweep's requests are about, and one valid request for each operation.

use reqwest::Method;
use serde_json::{Value, json};

use super::Valid;
use crate::call::Who;
use crate::case::Stop;
use crate::session::Session;

/// One of each, made before the sweep.
pub(super) struct World {
    customer: i64,
    subscription: i64,
    callout: i64,
    response_type: i64,
    location: i64,
    reference: String,
    ended: i64,
    reason: Option<i64>,
    rating: Option<i64>,
    session: String,
    lead: String,
    item: String,
}

fn site(session: &Session) -> Value {
    let reference = format!("conformance-{}", session.serial());
    json!({
        "externalReferenceId": reference,
        "locationIdentifier": reference,
        "latitude": "-26.12345",
        "longitude": "28.12345",
        "locationDescription": "by the gate",
        "formattedAddress": "1 Example Street",
    })
}

impl World {
    pub(super) async fn make(s: &Session) -> Result<Self, Stop> {
        let (customer, subscription) = s.covered().await?;
        let response_type = s.response_type().await?;
        let raised = s.raise(customer).await?.or_not_run()?;
        let callout = raised.number("/callout/id")?;
        let site = site(s);
        let reference = site["externalReferenceId"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let stored = s
            .call("create_fixed_location")
            .json(site)
            .send()
            .await?
            .or_not_run()?;
        let (_, ended) = s.raised().await?;
        s.cancel(ended, json!({})).await?;
        let reasons = s
            .call("list_exception_reasons")
            .with("calloutId", callout)
            .send()
            .await?;
        let (_, rated) = s.raised().await?;
        s.cancel(rated, json!({})).await?;
        let rating = json!({ "calloutId": rated, "rating": 4 });
        let rating = s.call("create_rating").json(rating).send().await?;
        let sign_up = json!({
            "returnUrl": "https://example.com/done",
            "customerReferenceId": format!("conformance-{}", s.serial()),
        });
        let sign_up = s.call("create_signup_session").json(sign_up).send().await?;
        let lead = json!({ "mobileNumber": s.person()["mobile"], "customerData": {} });
        let lead = s.call("create_lead").json(lead).send().await?;
        let items = s.call("list_rating_items").send().await?;
        Ok(Self {
            customer,
            subscription,
            callout,
            response_type,
            location: stored.number("/id")?,
            reference,
            ended,
            reason: reasons.number("/0/id").ok(),
            rating: rating.number("/calloutRatingPostResult/id").ok(),
            session: sign_up.text_at("/sessionId").to_owned(),
            lead: lead.text_at("/id").to_owned(),
            item: items.text_at("/0/ratingItemDescription").to_owned(),
        })
    }
}

fn known<T>(value: Option<T>, what: &str) -> Result<T, Stop> {
    value.ok_or_else(|| Stop::NotRun(format!("it stands on {what}")))
}

/// One valid request for an operation.
pub(super) async fn valid(s: &Session, world: &World, id: &str) -> Result<Valid, Stop> {
    let w = world;
    let callout = Some(("calloutId", w.callout.to_string()));
    let customer = Some(("customerId", w.customer.to_string()));
    let location = Some(("id", w.location.to_string()));
    let there = json!({ "latitude": -26.2, "longitude": 28.2, "accuracy": 12 });
    let mut who = Who::Server;
    let (parameter, body) = match id {
        "create_oauth_token" => {
            who = Who::Nobody;
            (None, Some(s.credentials()))
        }
        "create_callout_token" => (None, Some(json!({ "customerId": w.customer }))),
        "create_customer" => (None, Some(json!({ "customer": everything(s) }))),
        "get_customer" => (customer, None),
        "update_customer" => {
            let customer = s.uncovered().await?;
            let parameter = Some(("customerId", customer.to_string()));
            (parameter, Some(json!({ "customer": everything(s) })))
        }
        "delete_customer" => (Some(("customerId", s.uncovered().await?.to_string())), None),
        "create_signup_session" => (
            None,
            Some(json!({
                "returnUrl": "https://example.com/done",
                "email": "jane.doe@example.com",
            })),
        ),
        "get_signup_session" => (Some(("sessionId", w.session.clone())), None),
        "create_subscription" => {
            let (kind, _) = s.types().await?;
            let body = json!({
                "customerId": s.uncovered().await?,
                "subscriptionTypeId": kind,
                "validFrom": s.at(-60),
                "validTo": s.at(24 * 3600),
            });
            (None, Some(body))
        }
        "get_subscription" => (Some(("subscriptionId", w.subscription.to_string())), None),
        "update_subscription" => {
            let (_, own) = s.covered().await?;
            let body = json!({ "validTo": s.at(48 * 3600), "dependantCustomerIds": [] });
            (Some(("subscriptionId", own.to_string())), Some(body))
        }
        "cancel_subscription" => {
            let (_, own) = s.covered().await?;
            let body = json!({ "reason": "a conformance sweep" });
            (Some(("subscriptionId", own.to_string())), Some(body))
        }
        "create_subscription_management_session" => {
            let path = format!("/customers/{}/token", w.customer);
            let minted = s.control(Method::POST, &path, Some(json!({}))).await?;
            who = Who::Token(
                minted["accessToken"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned(),
            );
            (
                None,
                Some(json!({ "returnUrl": "https://example.com/done", "locale": "en" })),
            )
        }
        "get_coverage" => (Some(("responseTypeId", w.response_type.to_string())), None),
        "create_customer_callout" => {
            let (own, _) = s.covered().await?;
            (
                Some(("customerId", own.to_string())),
                Some(s.cry(w.response_type)),
            )
        }
        "create_callout_legacy" => {
            let (own, _) = s.covered().await?;
            let mut body = s.cry(w.response_type);
            body["customerId"] = own.into();
            (None, Some(body))
        }
        "list_customer_callouts" => (customer, None),
        "get_callout" | "list_callout_events" | "list_exception_reasons" => (callout, None),
        "update_callout_location" | "update_callout_location_and_return" => (callout, Some(there)),
        "cancel_callout" => {
            let (_, own) = s.raised().await?;
            // Without effect on a callout that is over, so that each of them finds it active.
            (
                Some(("calloutId", own.to_string())),
                Some(json!({ "safeCode": "0000" })),
            )
        }
        "dismiss_callout" => {
            let (_, own) = s.raised().await?;
            (Some(("calloutId", own.to_string())), Some(json!({})))
        }
        "get_resolution_report" | "get_callout_map" => {
            (Some(("calloutId", w.ended.to_string())), None)
        }
        "create_fixed_location_callout" => (
            Some(("externalReferenceId", w.reference.clone())),
            Some(json!({ "installerIdentifier": "one" })),
        ),
        "create_callout_event" => (
            callout,
            Some(json!({ "source": "customer", "event": "at the door" })),
        ),
        "create_exception_reason" => {
            let reason = known(w.reason, "an exception reason")?;
            (
                callout,
                Some(json!({ "exceptionReasonId": reason, "notes": "none" })),
            )
        }
        "create_rating" => (
            None,
            Some(json!({ "calloutId": w.ended, "rating": 5, "additionalDetails": "quick" })),
        ),
        "create_rating_item" => {
            let rating = known(w.rating, "a rating")?;
            let body = json!({
                "calloutRatingId": rating,
                "ratingItemDescription": w.item,
                "sentiment": "positive",
            });
            (None, Some(body))
        }
        "create_fixed_location" => (None, Some(site(s))),
        "get_fixed_location" => (location, None),
        "update_fixed_location" => {
            let mut body = site(s);
            body["externalReferenceId"] = w.reference.clone().into();
            (location, Some(body))
        }
        "delete_fixed_location" => {
            let stored = s.call("create_fixed_location").json(site(s)).send().await?;
            (
                Some(("id", stored.or_not_run()?.number("/id")?.to_string())),
                None,
            )
        }
        "create_scheduled_service" => {
            let parameter = ("serviceTypeOrRequestId", s.options().service.clone());
            (Some(parameter), Some(scheduled(s, w.customer)))
        }
        "cancel_scheduled_service" => {
            let call = s.call("create_scheduled_service");
            let call = call.with("serviceTypeOrRequestId", &s.options().service);
            let made = call
                .json(scheduled(s, w.customer))
                .send()
                .await?
                .or_not_run()?;
            let id = text(made.at("/scheduledRequest/id"));
            (Some(("serviceTypeOrRequestId", id)), None)
        }
        "create_lead" => (
            None,
            Some(json!({ "mobileNumber": s.person()["mobile"], "customerData": {} })),
        ),
        "get_lead" => (Some(("id", w.lead.clone())), None),
        "link_device" => (None, Some(device(s, w.customer)?)),
        "update_device" => {
            let link = linked(s, w.customer).await?;
            let body = json!({
                "customerId": w.customer,
                "deviceId": link,
                "deviceAlias": "by the door",
            });
            (None, Some(body))
        }
        "unlink_device" => (Some(("deviceId", linked(s, w.customer).await?)), None),
        "create_device_event" => {
            let id: i64 = linked(s, w.customer).await?.parse().unwrap_or_default();
            let body = json!({ "device_id": id, "device_type_id": 5, "message_type": 4 });
            (None, Some(body))
        }
        _ => (None, None),
    };
    Ok(Valid {
        parameter,
        body,
        who,
    })
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), ToOwned::to_owned)
}

fn scheduled(s: &Session, customer: i64) -> Value {
    json!({
        "customerId": customer,
        "scheduledRequestConfig": { "name": "watch", "dateFrom": s.at(3600), "dateTo": s.at(7200) },
        "initialLocation": { "latitude": -26.1, "longitude": 28.1 },
    })
}

/// A customer with a field of each type; the medical ones stay empty.
fn everything(s: &Session) -> Value {
    let mut person = s.person();
    person["email"] = "jane.doe@example.com".into();
    person["externalReferenceId"] = format!("conformance-{}", s.serial()).into();
    person["hasMedicalAid"] = false.into();
    person
}

/// One serial can be linked once, so a given one is left to the cases.
fn device(s: &Session, customer: i64) -> Result<Value, Stop> {
    if s.options().device.is_some() || !s.has_control() {
        return Err(Stop::NotRun(
            "a device can be linked once; R54 asks it".to_owned(),
        ));
    }
    let serial = format!("EX-27{}", s.serial());
    Ok(json!({ "customerId": customer, "deviceSerial": serial, "deviceSupplier": "ExampleBrand" }))
}

async fn linked(s: &Session, customer: i64) -> Result<String, Stop> {
    let body = device(s, customer)?;
    let link = s
        .call("link_device")
        .json(body)
        .send()
        .await?
        .or_not_run()?;
    Ok(text(link.at("/deviceId")))
}
