//! What goes with a callout: its events, exception reasons and ratings.

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::case::{Case, Outcome, Stop, against, expect};
use crate::grade::Grade;
use crate::session::Session;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("R72", "An event has a source and a text")
            .steps("add an event with both, without `source`, without `event`")
            .expects("`calloutEvent` and `calloutEventTags`, then 400 twice")
            .run(source_and_text),
        Case::new("R73", "A mention is a tag")
            .steps("add an event that mentions @admin and list the events")
            .expects("a tag")
            .run(a_mention_is_a_tag),
        Case::new("R74", "An exception reason has an id")
            .steps("attach a reason of the list, then one without id")
            .expects("`message` and `createdExceptionReason`, then 400")
            .run(a_reason_has_an_id),
        Case::new("R75", "A rating is a whole number from 1 to 5")
            .steps("rate a callout that is over with 0, 1.5, 6 and 5")
            .expects("three refusals (400 is an assumption), then `calloutRatingPostResult`")
            .run(from_1_to_5),
        Case::new("R76", "The same rating item again replaces the first")
            .steps("rate one item twice")
            .expects("one id, the second sentiment, inside `calloutRatingItemResults`")
            .run(an_item_is_replaced),
    ]
}

async fn say(s: &Session, callout: i64, body: Value) -> Result<Answer, Stop> {
    let call = s.call("create_callout_event").with("calloutId", callout);
    call.json(body).send().await
}

async fn source_and_text(s: Session) -> Outcome {
    let (_, id) = s.raised().await?;
    let said = say(&s, id, json!({ "source": "customer", "event": "help" }))
        .await?
        .expect_ok()?;
    said.expect_keys(&["calloutEvent", "calloutEventTags"])?;
    say(&s, id, json!({ "event": "help" }))
        .await?
        .expect_status(400)?;
    say(&s, id, json!({ "source": "customer" }))
        .await?
        .expect_status(400)?;
    Ok(())
}

async fn a_mention_is_a_tag(s: Session) -> Outcome {
    let (_, id) = s.raised().await?;
    let text = json!({ "source": "customer", "event": "@admin, help" });
    say(&s, id, text).await?.or_not_run()?;
    let call = s.call("list_callout_events").with("calloutId", id);
    let list = call.send().await?.or_not_run()?;
    let all = list.body().as_array().cloned().unwrap_or_default();
    let tagged = |one: &Value| {
        one["calloutEventTags"]
            .as_array()
            .is_some_and(|tags| !tags.is_empty())
    };
    expect(all.iter().any(tagged), || {
        "no event in the list has a tag".to_owned()
    })
}

async fn a_reason_has_an_id(s: Session) -> Outcome {
    let (_, id) = s.raised().await?;
    let known = s
        .call("list_exception_reasons")
        .with("calloutId", id)
        .send()
        .await?
        .or_not_run()?;
    let reason = known.number("/0/id")?;
    let attach = async |body: Value| {
        let call = s.call("create_exception_reason").with("calloutId", id);
        call.json(body).send().await
    };
    let attached = attach(json!({ "exceptionReasonId": reason }))
        .await?
        .expect_ok()?;
    attached.expect_keys(&["createdExceptionReason", "message"])?;
    attach(json!({ "notes": "none" }))
        .await?
        .expect_status(400)?;
    Ok(())
}

/// A callout that is over: it was cancelled.
async fn over(s: &Session) -> Result<i64, Stop> {
    let (_, id) = s.raised().await?;
    s.cancel(id, json!({})).await?.or_not_run()?;
    Ok(id)
}

async fn rate(s: &Session, callout: i64, rating: Value) -> Result<Answer, Stop> {
    let body = json!({ "calloutId": callout, "rating": rating });
    s.call("create_rating").json(body).send().await
}

async fn from_1_to_5(s: Session) -> Outcome {
    let id = over(&s).await?;
    for out in [json!(0), json!(1.5), json!(6)] {
        let answer = rate(&s, id, out.clone()).await?;
        if !answer.is_refused() {
            return against(format!(
                "a rating of {out} was answered {}",
                answer.status()
            ));
        }
        s.assume_status(&answer, Grade::I, 400);
    }
    let rated = rate(&s, id, json!(5)).await?.expect_ok()?;
    rated.expect_keys(&["calloutRatingPostResult"])
}

async fn an_item_is_replaced(s: Session) -> Outcome {
    const WRAPPER: &str = "calloutRatingItemResults";
    let id = over(&s).await?;
    let rated = rate(&s, id, json!(5)).await?.or_not_run()?;
    let rating = rated.number("/calloutRatingPostResult/id")?;
    let items = s.call("list_rating_items").send().await?.or_not_run()?;
    let described = items.text_at("/0/ratingItemDescription").to_owned();
    let mut answers = Vec::new();
    for sentiment in ["positive", "negative"] {
        let body = json!({
            "calloutRatingId": rating,
            "ratingItemDescription": described,
            "sentiment": sentiment,
        });
        answers.push(
            s.call("create_rating_item")
                .json(body)
                .send()
                .await?
                .expect_ok()?,
        );
    }
    for answer in &answers {
        answer.expect_keys(&[WRAPPER])?;
    }
    let ids: Vec<_> = answers
        .iter()
        .map(|answer| answer.at(&format!("/{WRAPPER}/id")))
        .collect();
    if ids[0].is_null() {
        s.note(
            Grade::I,
            "a rating item has no `id`, so that the second replaces the first is not seen",
        );
    } else if ids[0] != ids[1] {
        return against("the second has another id");
    }
    let now = answers[1].at(&format!("/{WRAPPER}/sentiment"));
    expect(now.is_null() || now == "negative", || {
        "the sentiment is not the second's".to_owned()
    })
}
