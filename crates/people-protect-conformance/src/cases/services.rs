//! Sign-ups, scheduled services, devices, leads, response types, coverage, and refusals at large.

use reqwest::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::call::Who;
use crate::case::{Case, Need, Outcome, Stop, against, expect};
use crate::grade::Grade;
use crate::session::Session;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("R51", "A service is five minutes ahead")
            .steps("schedule for one minute ahead, then for an hour ahead")
            .expects("400; then `scheduledRequest` with `id` and `nextOccurrence`")
            .run(five_minutes_ahead),
        Case::new("R52", "A sign-up is for somebody")
            .steps("open a session without any identifier, then with an email, and read it")
            .expects("a refusal (400 is an assumption), then 2xx both times")
            .run(a_sign_up_is_for_somebody),
        Case::new("R53", "The redirect says how it ended")
            .steps("let sign-ups end as given up and as completed")
            .expects("`status` and `signupSessionId` each time, `customerId` only if created")
            .needs(&[Need::Control])
            .run(the_redirect_says),
        Case::new("R54", "Events know the device by its answered id")
            .steps("link a device and send an event with the answered `deviceId`")
            .expects("a 2xx both times")
            .needs(&[Need::Device])
            .run(events_know_the_id),
        Case::new("R55", "Refusals have a message")
            .steps("provoke 400, 401 and 404")
            .expects("a text `message` each")
            .run(refusals_have_a_message),
        Case::new("R82", "Response types are wrapped, and their ids used")
            .steps("list them; raise and ask for coverage with an id of the list")
            .expects("`message` and `responseTypes`; a 2xx both times")
            .run(types_are_wrapped),
        Case::new("R83", "Coverage is KML")
            .steps("ask for the coverage of a response type")
            .expects("XML with a `Placemark`")
            .run(coverage_is_kml),
        Case::new("R84", "A lead is read by its UUID")
            .steps("read a lead by `id` and by `leadId`")
            .expects("a 2xx; then a refusal (404 is an assumption)")
            .run(a_lead_by_uuid),
        Case::new("R85", "A lead has one of four statuses")
            .steps("create a lead")
            .expects("RECEIVED, PROCESSING, CONVERTED or FAILED")
            .run(one_of_four),
        Case::new("R86", "A lead needs number and data")
            .steps("create a lead without each")
            .expects("400 both times")
            .run(a_lead_needs_both),
        Case::new("R87", "The type of a device is found out")
            .steps("link without `deviceType`; link a serial that nobody provisioned")
            .expects("`deviceTypeId` is set; then a refusal (400 is an assumption)")
            .needs(&[Need::Device])
            .run(the_type_is_found_out),
        Case::new("R88", "A device event is echoed")
            .steps("send an event of a linked device")
            .expects("`message`, `input` as sent, `resolvedAuraEvent`")
            .needs(&[Need::Device])
            .run(an_event_is_echoed),
        Case::new("R89", "The sign-up's page is hosted")
            .steps("open a sign-up session")
            .expects("another `returnUrl` than the one sent")
            .run(the_page_is_hosted),
        Case::new("R97", "A scheduled service is cancelled by its id")
            .steps("schedule, then DELETE with the answered id")
            .expects("a 2xx")
            .run(cancelled_by_id),
    ]
}

async fn schedule(s: &Session, customer: i64, seconds: i64) -> Result<Answer, Stop> {
    let body = json!({
        "customerId": customer,
        "scheduledRequestConfig": { "dateFrom": s.at(seconds) },
        "initialLocation": { "formattedAddress": "1 Example Street" },
    });
    let call = s.call("create_scheduled_service");
    let call = call.with("serviceTypeOrRequestId", &s.options().service);
    call.json(body).send().await
}

async fn five_minutes_ahead(s: Session) -> Outcome {
    let customer = s.uncovered().await?;
    let later = schedule(&s, customer, 3600).await?.or_not_run()?;
    for name in ["id", "nextOccurrence"] {
        if later.at(&format!("/scheduledRequest/{name}")).is_null() {
            return against(format!("`scheduledRequest` has no `{name}`"));
        }
    }
    schedule(&s, customer, 60).await?.expect_status(400)?;
    Ok(())
}

const BACK: &str = "https://example.com/done";

async fn sign_up(s: &Session, mut body: Value) -> Result<Answer, Stop> {
    body["returnUrl"] = BACK.into();
    s.call("create_signup_session").json(body).send().await
}

fn jane() -> Value {
    json!({ "email": "jane.doe@example.com" })
}

async fn a_sign_up_is_for_somebody(s: Session) -> Outcome {
    let nobody = sign_up(&s, json!({})).await?.expect_refused()?;
    s.assume_status(&nobody, Grade::I, 400);
    let session = sign_up(&s, jane()).await?.expect_ok()?;
    let id = session.text_at("/sessionId");
    s.call("get_signup_session")
        .with("sessionId", id)
        .send()
        .await?
        .expect_ok()?;
    Ok(())
}

async fn the_redirect_says(s: Session) -> Outcome {
    for (outcome, created) in [("abandoned", false), ("completed", true)] {
        let session = sign_up(&s, jane()).await?.or_not_run()?;
        let path = format!("/signup-sessions/{}/finish", session.text_at("/sessionId"));
        let body = json!({ "outcome": outcome });
        let ended = s.control(Method::POST, &path, Some(body)).await?;
        let url = ended["redirectUrl"].as_str().unwrap_or_default();
        let query = reqwest::Url::parse(url).ok();
        let names: Vec<String> = query
            .iter()
            .flat_map(reqwest::Url::query_pairs)
            .map(|(name, _)| name.into_owned())
            .collect();
        let has = |name: &str| names.iter().any(|one| one == name);
        for name in ["status", "signupSessionId"] {
            if !has(name) {
                return against(format!(
                    "the redirect of one that was {outcome} has no `{name}`"
                ));
            }
        }
        if has("customerId") != created || has("error_code") {
            return against(format!(
                "the redirect of one that was {outcome} has the wrong parameters"
            ));
        }
    }
    Ok(())
}

/// A device to link. A simulator has eight digits after its prefix provisioned.
fn button(s: &Session, customer: i64) -> Value {
    let (serial, supplier) = match &s.options().device {
        Some(both) => both.clone(),
        None => (format!("EX-26{}", s.serial()), "ExampleBrand".to_owned()),
    };
    json!({ "customerId": customer, "deviceSerial": serial, "deviceSupplier": supplier })
}

async fn linked(s: &Session) -> Result<Answer, Stop> {
    let customer = s.uncovered().await?;
    s.call("link_device")
        .json(button(s, customer))
        .send()
        .await?
        .or_not_run()
}

/// A device is one customer's at a time, so that the next case finds it free.
async fn unlink(s: &Session, device: &Value) -> Outcome {
    let id = device
        .as_str()
        .map_or_else(|| device.to_string(), ToOwned::to_owned);
    s.call("unlink_device").with("deviceId", id).send().await?;
    Ok(())
}

/// An event that reports the battery, and so raises nothing.
fn report(link: &Answer) -> Value {
    let kind = link.at("/deviceTypeId").as_i64().unwrap_or(5);
    json!({ "device_id": link.at("/deviceId"), "device_type_id": kind, "message_type": 4 })
}

async fn events_know_the_id(s: Session) -> Outcome {
    let link = linked(&s).await?;
    let answer = s
        .call("create_device_event")
        .json(report(&link))
        .send()
        .await?;
    unlink(&s, link.at("/deviceId")).await?;
    answer.expect_ok()?;
    Ok(())
}

/// Other rules decide whether each of these is refused.
async fn refusals_have_a_message(s: Session) -> Outcome {
    let replies = [
        s.call("create_customer").json(json!({})).send().await?,
        s.call("list_response_types").by(Who::Nobody).send().await?,
        s.call("get_customer")
            .with("customerId", 2_147_483_000_i64)
            .send()
            .await?,
    ];
    let refused: Vec<_> = replies.iter().filter(|reply| reply.is_refused()).collect();
    if refused.is_empty() {
        return Err(Stop::NotRun("nothing was refused".to_owned()));
    }
    for reply in refused {
        if reply.text_at("/message").is_empty() {
            return against(format!(
                "a refusal with {} has no `message`",
                reply.status()
            ));
        }
    }
    Ok(())
}

async fn types_are_wrapped(s: Session) -> Outcome {
    let types = s.call("list_response_types").send().await?.expect_ok()?;
    types.expect_keys(&["message", "responseTypes"])?;
    let (customer, _) = s.covered().await?;
    let id = types.number("/responseTypes/0/id")?;
    let call = s
        .call("create_customer_callout")
        .with("customerId", customer);
    call.json(s.cry(id)).send().await?.expect_ok()?;
    s.call("get_coverage")
        .with("responseTypeId", id)
        .send()
        .await?
        .expect_ok()?;
    Ok(())
}

async fn coverage_is_kml(s: Session) -> Outcome {
    let id = s.response_type().await?;
    let answer = s
        .call("get_coverage")
        .with("responseTypeId", id)
        .send()
        .await?
        .expect_ok()?;
    let xml = answer.text().trim_start().starts_with('<');
    let named = answer.content_type().contains("xml");
    expect(xml && named && answer.text().contains("<Placemark"), || {
        "the answer is no XML with a `Placemark`".to_owned()
    })
}

async fn lead(s: &Session) -> Result<Answer, Stop> {
    let body = json!({ "mobileNumber": s.person()["mobile"], "customerData": {} });
    s.call("create_lead").json(body).send().await?.or_not_run()
}

async fn a_lead_by_uuid(s: Session) -> Outcome {
    let lead = lead(&s).await?;
    s.call("get_lead")
        .with("id", lead.text_at("/id"))
        .send()
        .await?
        .expect_ok()?;
    let Ok(number) = lead.number("/leadId") else {
        s.note(Grade::S, "there is no `leadId` to ask with");
        return Ok(());
    };
    let by_number = s
        .call("get_lead")
        .with("id", number)
        .send()
        .await?
        .expect_refused()?;
    s.assume_status(&by_number, Grade::I, 404);
    Ok(())
}

async fn one_of_four(s: Session) -> Outcome {
    let lead = lead(&s).await?;
    let known = ["RECEIVED", "PROCESSING", "CONVERTED", "FAILED"];
    expect(known.contains(&lead.text_at("/status")), || {
        "its `status` is none of the four".to_owned()
    })
}

async fn a_lead_needs_both(s: Session) -> Outcome {
    let mobile = s.person()["mobile"].clone();
    for body in [
        json!({ "mobileNumber": mobile }),
        json!({ "customerData": {} }),
    ] {
        s.call("create_lead")
            .json(body)
            .send()
            .await?
            .expect_status(400)?;
    }
    Ok(())
}

async fn the_type_is_found_out(s: Session) -> Outcome {
    let link = linked(&s).await?;
    unlink(&s, link.at("/deviceId")).await?;
    if !link.at("/deviceTypeId").is_number() {
        return against("`deviceTypeId` is not set");
    }
    let customer = s.uncovered().await?;
    let mut unknown = button(&s, customer);
    unknown["deviceSerial"] = format!("nobodys-{}", s.serial()).into();
    let refused = s
        .call("link_device")
        .json(unknown)
        .send()
        .await?
        .expect_refused()?;
    s.assume_status(&refused, Grade::I, 400);
    Ok(())
}

async fn an_event_is_echoed(s: Session) -> Outcome {
    let link = linked(&s).await?;
    let event = report(&link);
    let answer = s
        .call("create_device_event")
        .json(event.clone())
        .send()
        .await?;
    unlink(&s, link.at("/deviceId")).await?;
    let answer = answer.or_not_run()?;
    answer.expect_keys(&["input", "message", "resolvedAuraEvent"])?;
    expect(*answer.at("/input") == event, || {
        "`input` is not what was sent".to_owned()
    })
}

async fn the_page_is_hosted(s: Session) -> Outcome {
    let session = sign_up(&s, jane()).await?.or_not_run()?;
    let page = session.text_at("/returnUrl");
    expect(!page.is_empty() && page != BACK, || {
        "`returnUrl` is what was sent".to_owned()
    })
}

async fn cancelled_by_id(s: Session) -> Outcome {
    let customer = s.uncovered().await?;
    let ordered = schedule(&s, customer, 3600).await?.or_not_run()?;
    let id = ordered.at("/scheduledRequest/id");
    let id = id
        .as_str()
        .map_or_else(|| id.to_string(), ToOwned::to_owned);
    let call = s
        .call("cancel_scheduled_service")
        .with("serviceTypeOrRequestId", id);
    call.send().await?.expect_ok()?;
    Ok(())
}
