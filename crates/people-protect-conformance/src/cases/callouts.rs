//! Raising, reading, moving and ending callouts.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::case::{Case, Need, Outcome, Stop, against, expect};
use crate::grade::Grade;
use crate::session::Session;
use crate::stages::Stage;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("R24", "A callout takes the documented body")
            .steps("raise the documentation's example")
            .expects("a 2xx; position, type and classification as sent, where they are answered")
            .run(the_documented_body),
        Case::new("R25", "Coordinates or a fixed location, not both")
            .steps("raise with `location` and `predefinedLocationId`")
            .expects("a refusal (400 is an assumption)")
            .run(not_both_places),
        Case::new("R27", "A repeat is the active callout")
            .steps("raise twice")
            .expects("the same callout id")
            .run(a_repeat_is_the_active_one),
        Case::new("R28", "The answer has the tracking link")
            .steps("raise a callout")
            .expects("an absolute `callout.url`")
            .run(the_tracking_link),
        Case::new("R29", "Created flat, read nested")
            .steps("raise, then read")
            .expects("`incidentInformation[]` on the read only")
            .run(created_flat_read_nested),
        Case::new("R32", "One update confirms, one returns the callout")
            .steps("send a location to each")
            .expects("`message` without `callout`; then the callout")
            .run(one_confirms_one_returns),
        Case::new("R33", "A location for a closed callout is 285")
            .steps("close a callout and send a location to each operation")
            .expects("285 with the callout both times")
            .needs(&[Need::Stages])
            .run(closed_is_285),
        Case::new("R34", "Cancelling works with a safe code and without")
            .steps("cancel with a wrong code and the right one; cancel another without")
            .expects("a 2xx each; where the control surface shows it, duress after the wrong one")
            .run(with_a_safe_code_and_without),
        Case::new("R35", "Report and map exist after the end only")
            .steps("read both, close the callout, read both again")
            .expects("refusals (404 is an assumption), then 2xx")
            .needs(&[Need::Stages])
            .run(report_and_map_after_the_end),
        Case::new("R36", "Nothing closes by itself")
            .steps("raise, wait for 25 hours, read")
            .expects("it is as active as before")
            .needs(&[Need::Clock])
            .run(nothing_closes_by_itself),
        Case::new("R59", "The path says which callout moves")
            .steps("send a location to one callout with another's id in the body")
            .expects("the one in the path is answered")
            .run(the_path_decides),
        Case::new("R60", "A location has both coordinates")
            .steps("send a location without longitude, without latitude, without accuracy")
            .expects("two refusals (400 for that cause is an assumption), then a 2xx")
            .run(both_coordinates),
        Case::new(
            "R62",
            "Three answers have a message, a cancellation has none",
        )
        .steps("raise, read, update and return, cancel")
        .expects("`callout` and `message` thrice, then `callout` alone")
        .run(messages),
        Case::new("R63", "An unknown callout is 404")
            .steps("read, move and cancel a callout that is not there")
            .expects("404 each")
            .run(unknown_is_404),
        Case::new("R64", "The legacy way asks for cover too")
            .steps("raise through `/callouts` for an uncovered customer")
            .expects("a refusal")
            .run(the_legacy_way_asks),
    ]
}

/// An id that a callout can have only after as many others.
const NOBODYS: i64 = 2_147_483_000;

pub(super) fn there() -> Value {
    json!({ "latitude": -26.2, "longitude": 28.2 })
}

async fn confirm(s: &Session, callout: i64, body: Value) -> Result<Answer, Stop> {
    let call = s.call("update_callout_location").with("calloutId", callout);
    call.json(body).send().await
}

async fn returning(s: &Session, callout: i64, body: Value) -> Result<Answer, Stop> {
    let call = s
        .call("update_callout_location_and_return")
        .with("calloutId", callout);
    call.json(body).send().await
}

async fn the_documented_body(s: Session) -> Outcome {
    let (customer, _) = s.covered().await?;
    let body = s.cry(s.response_type().await?);
    let call = s
        .call("create_customer_callout")
        .with("customerId", customer);
    let raised = call.json(body.clone()).send().await?.expect_ok()?;
    let same = [
        ("latitude", "/location/latitude"),
        ("longitude", "/location/longitude"),
        ("responseTypeId", "/responseTypeId"),
        ("calloutClassificationId", "/calloutClassificationId"),
    ];
    for (name, sent) in same {
        let answered = raised.at(&format!("/callout/{name}"));
        if answered.is_null() {
            s.note(Grade::O, format!("`{name}` is not answered"));
        } else if answered.as_f64() != body.pointer(sent).and_then(Value::as_f64) {
            return against(format!("`{name}` is answered with another value"));
        }
    }
    Ok(())
}

async fn not_both_places(s: Session) -> Outcome {
    let (customer, _) = s.covered().await?;
    let place = super::fixed_locations::site(&s);
    let place = s
        .call("create_fixed_location")
        .json(place)
        .send()
        .await?
        .or_not_run()?;
    let mut both = s.cry(s.response_type().await?);
    both["predefinedLocationId"] = place.at("/id").clone();
    let call = s
        .call("create_customer_callout")
        .with("customerId", customer);
    let answer = call.json(both).send().await?.expect_refused()?;
    s.assume_status(&answer, Grade::I, 400);
    Ok(())
}

async fn a_repeat_is_the_active_one(s: Session) -> Outcome {
    let (customer, first) = s.raised().await?;
    let again = s.raise(customer).await?.expect_ok()?;
    expect(*again.at("/callout/id") == first, || {
        "the repeat has another callout id".to_owned()
    })
}

async fn the_tracking_link(s: Session) -> Outcome {
    let (customer, _) = s.covered().await?;
    let raised = s.raise(customer).await?.or_not_run()?;
    let link = raised.text_at("/callout/url");
    let absolute = reqwest::Url::parse(link).is_ok_and(|link| link.has_host());
    expect(absolute, || match link.is_empty() {
        true => "there is no `callout.url`".to_owned(),
        false => "`callout.url` is no absolute address".to_owned(),
    })
}

async fn created_flat_read_nested(s: Session) -> Outcome {
    let (customer, id) = s.raised().await?;
    let created = s.raise(customer).await?.or_not_run()?;
    let read = s.read(id).await?.expect_ok()?;
    if !created.at("/callout/incidentInformation").is_null() {
        return against("the created callout has `incidentInformation`");
    }
    expect(read.at("/callout/incidentInformation").is_array(), || {
        "the callout that was read has no list `incidentInformation`".to_owned()
    })
}

async fn one_confirms_one_returns(s: Session) -> Outcome {
    let (_, id) = s.raised().await?;
    let confirmed = confirm(&s, id, there()).await?.expect_ok()?;
    if confirmed.text_at("/message").is_empty() || !confirmed.at("/callout").is_null() {
        return against("`update_callout_location` answers more, or other, than a `message`");
    }
    let returned = returning(&s, id, there()).await?.expect_ok()?;
    expect(*returned.at("/callout/id") == id, || {
        "no callout was returned".to_owned()
    })
}

async fn closed_is_285(s: Session) -> Outcome {
    let (_, id) = s.raised().await?;
    s.reach(id, Stage::Closed).await?;
    for answer in [
        confirm(&s, id, there()).await?,
        returning(&s, id, there()).await?,
    ] {
        let answer = answer.expect_status(285)?;
        if *answer.at("/callout/id") != id {
            return against("285 without the callout's state");
        }
    }
    Ok(())
}

async fn with_a_safe_code_and_without(s: Session) -> Outcome {
    let person = s.person();
    // That the code is the end of the mobile is an assumption; staging may have others.
    let mobile = person["mobile"].as_str().unwrap_or_default();
    let code = mobile
        .get(mobile.len().saturating_sub(4)..)
        .unwrap_or_default()
        .to_owned();
    let wrong: String = code
        .bytes()
        .map(|digit| char::from(b'0' + (digit - b'0' + 5) % 10))
        .collect();
    let created = s
        .call("create_customer")
        .json(json!({ "customer": person }))
        .send()
        .await?;
    let customer = created.or_not_run()?.number("/customer/id")?;
    s.activate(customer).await?.or_not_run()?;
    let first = s
        .raise(customer)
        .await?
        .or_not_run()?
        .number("/callout/id")?;
    s.cancel(first, json!({ "safeCode": wrong }))
        .await?
        .expect_ok()?;
    if s.has_control() {
        let view = s
            .control(Method::GET, &format!("/callouts/{first}"), None)
            .await?;
        if view["duressAt"].is_null() {
            return against("a wrong safe code is not taken for duress");
        }
    }
    s.cancel(first, json!({ "safeCode": code }))
        .await?
        .expect_ok()?;
    let second = s
        .raise(customer)
        .await?
        .or_not_run()?
        .number("/callout/id")?;
    s.cancel(second, json!({})).await?.expect_ok()?;
    Ok(())
}

async fn report_and_map_after_the_end(s: Session) -> Outcome {
    let (_, id) = s.raised().await?;
    let both = ["get_resolution_report", "get_callout_map"];
    for operation in both {
        let before = s
            .call(operation)
            .with("calloutId", id)
            .send()
            .await?
            .expect_refused()?;
        s.assume_status(&before, Grade::I, 404);
    }
    s.reach(id, Stage::Closed).await?;
    for operation in both {
        s.call(operation)
            .with("calloutId", id)
            .send()
            .await?
            .expect_ok()?;
    }
    Ok(())
}

async fn nothing_closes_by_itself(s: Session) -> Outcome {
    let (_, id) = s.raised().await?;
    let before = s.read(id).await?.or_not_run()?;
    s.advance(Duration::from_secs(25 * 3600)).await?;
    let after = s.read(id).await?.expect_ok()?;
    let same = before.at("/callout/status") == after.at("/callout/status");
    expect(same, || {
        "its status changed, and nobody had touched it".to_owned()
    })
}

async fn the_path_decides(s: Session) -> Outcome {
    let (_, first) = s.raised().await?;
    let (_, second) = s.raised().await?;
    let mut body = there();
    body["calloutId"] = second.into();
    let moved = returning(&s, first, body).await?.expect_ok()?;
    expect(*moved.at("/callout/id") == first, || {
        "the callout in the body was moved".to_owned()
    })
}

async fn both_coordinates(s: Session) -> Outcome {
    let (_, id) = s.raised().await?;
    for half in [json!({ "latitude": -26.2 }), json!({ "longitude": 28.2 })] {
        for answer in [
            confirm(&s, id, half.clone()).await?,
            returning(&s, id, half).await?,
        ] {
            let refused = answer.expect_refused()?;
            s.assume_status(&refused, Grade::I, 400);
        }
    }
    confirm(&s, id, there()).await?.expect_ok()?;
    returning(&s, id, there()).await?.expect_ok()?;
    Ok(())
}

async fn messages(s: Session) -> Outcome {
    let (customer, id) = s.raised().await?;
    let with = ["callout", "message"];
    s.raise(customer).await?.or_not_run()?.expect_keys(&with)?;
    s.read(id).await?.or_not_run()?.expect_keys(&with)?;
    returning(&s, id, there())
        .await?
        .or_not_run()?
        .expect_keys(&with)?;
    s.cancel(id, json!({}))
        .await?
        .or_not_run()?
        .expect_keys(&["callout"])
}

async fn unknown_is_404(s: Session) -> Outcome {
    s.read(NOBODYS).await?.expect_status(404)?;
    confirm(&s, NOBODYS, there()).await?.expect_status(404)?;
    returning(&s, NOBODYS, there()).await?.expect_status(404)?;
    s.cancel(NOBODYS, json!({})).await?.expect_status(404)?;
    Ok(())
}

async fn the_legacy_way_asks(s: Session) -> Outcome {
    let mut body = s.cry(s.response_type().await?);
    body["customerId"] = s.uncovered().await?.into();
    body["calloutClassificationId"] = s.options().live_classification.into();
    let call = s.call("create_callout_legacy").json(body);
    let answer = call.send().await?.expect_refused()?;
    s.assume_status(&answer, Grade::O, 403);
    Ok(())
}
