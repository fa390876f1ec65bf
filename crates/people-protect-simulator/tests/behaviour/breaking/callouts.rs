//! Probes of rules about callouts, their events, ratings and reasons, and fixed locations.
//!
//! Each looks at what its rule says and at as little else as possible, so that it sees that rule
//! only.

use people_protect_simulator::{Cancellation, Stage};
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use super::{Probe, probe};
use crate::common::{Bench, Reply, cry};

/// Another mobile than that of [`Bench::raised`].
const SECOND: &str = "+27821234568";

pub(crate) fn probes() -> Vec<Probe> {
    vec![
        probe!("R24", a_create_takes_the_documented_body),
        probe!("R25", coordinates_and_a_fixed_location_exclude_each_other),
        probe!("R27", a_repeat_is_the_active_callout),
        probe!("R28", a_create_answers_the_tracking_link),
        probe!("R29", a_read_is_nested),
        probe!("R30", a_callout_at_a_place_needs_no_body),
        // R55 says of every refusal what R31 says of one: that its message is there.
        probe!("R31", an_unknown_reference_is_400, switches: [], implied_by: ["R55"]),
        probe!("R32", one_update_accepts_and_one_returns),
        probe!("R33", an_update_after_the_end_is_285),
        probe!("R34", a_safe_code_verifies_and_a_wrong_one_is_duress),
        probe!("R35", report_and_map_are_there_after_the_end_only),
        probe!("R36", a_callout_stays_open),
        probe!("R49", an_upload_is_the_whole_portfolio),
        probe!("R50", an_upload_has_its_file_under_its_name),
        probe!("R57", a_callout_token_is_for_one_customer),
        probe!("R59", the_path_says_which_callout_moves),
        probe!("R60", an_update_needs_both_coordinates),
        probe!("R62", a_cancellation_has_no_message),
        probe!("R63", an_unknown_callout_is_404),
        // R14 and R26 say what cover is; this route only asks the same question.
        probe!("R64", the_legacy_route_asks_for_cover, switches: [], implied_by: ["R14", "R26"]),
        probe!("R72", an_event_needs_source_and_text),
        probe!("R73", a_mention_is_a_tag),
        probe!("R74", a_reason_needs_its_id),
        probe!("R75", ratings_are_from_1_to_5),
        probe!("R76", a_rating_item_is_replaced),
        probe!("R77", four_fields_of_a_place_are_required),
        probe!("R78", dotted_keys_are_literal),
        probe!("R79", a_callout_at_a_place_answers_four_keys),
        probe!("R80", an_upload_removes_what_came_over_rest),
    ]
}

fn fine(reply: &Reply) -> bool {
    matches!(reply.status, 200 | 201)
}

async fn a_create_takes_the_documented_body(bench: Bench) -> bool {
    let customer = bench.covered(SECOND).await;
    let reply = bench.raise(customer).await;
    let callout = &reply.body["callout"];
    fine(&reply)
        && callout["latitude"] == -26.12345
        && callout["longitude"] == 28.12345
        && callout["responseTypeId"] == 1
        && callout["calloutClassificationId"] == 1
}

async fn coordinates_and_a_fixed_location_exclude_each_other(bench: Bench) -> bool {
    let customer = bench.covered(SECOND).await;
    let place = bench.post("/predefinedLocations", site("a")).await;
    let mut both = cry();
    both["predefinedLocationId"] = place.body["id"].clone();
    let path = format!("/customers/{customer}/callouts");
    bench.post(&path, both).await.status == 400
}

async fn a_repeat_is_the_active_callout(bench: Bench) -> bool {
    let (customer, first) = bench.raised().await;
    let again = bench.raise(customer).await;
    fine(&again) && again.body["callout"]["id"] == first
}

async fn a_create_answers_the_tracking_link(bench: Bench) -> bool {
    let customer = bench.covered(SECOND).await;
    let reply = bench.raise(customer).await;
    let link = reply.body["callout"]["url"].as_str();
    link.is_some_and(|link| link.starts_with("http"))
}

async fn a_read_is_nested(bench: Bench) -> bool {
    let (customer, id) = bench.raised().await;
    let created = bench.raise(customer).await.body;
    let read = bench.get(&format!("/callouts/{id}")).await.body;
    created["callout"]["incidentInformation"].is_null()
        && read["callout"]["incidentInformation"].is_array()
}

async fn a_callout_at_a_place_needs_no_body(bench: Bench) -> bool {
    bench.post("/predefinedLocations", site("a")).await;
    let path = "/predefinedLocations/externalRef/a/callouts";
    let empty = bench.post(path, json!({})).await;
    let none = bench
        .send(Method::POST, path, Some(&bench.token), None)
        .await;
    fine(&empty) && fine(&none)
}

async fn an_unknown_reference_is_400(bench: Bench) -> bool {
    let path = "/predefinedLocations/externalRef/nowhere/callouts";
    let reply = bench
        .post(path, json!({ "installerIdentifier": "one" }))
        .await;
    reply.status == 400 && reply.body["message"].is_string()
}

async fn one_update_accepts_and_one_returns(bench: Bench) -> bool {
    let (_, id) = bench.raised().await;
    let accepted = bench
        .post(&format!("/callouts/{id}/location"), there())
        .await;
    let returned = bench.post(&returning(id), there()).await;
    accepted.status == 200
        && accepted.body["message"].is_string()
        && accepted.body["callout"].is_null()
        && returned.body["callout"]["id"] == id
}

async fn an_update_after_the_end_is_285(bench: Bench) -> bool {
    let (_, id) = bench.raised().await;
    bench.simulator.set_stage(id, Stage::Closed).unwrap();
    let one = bench
        .post(&format!("/callouts/{id}/location"), there())
        .await;
    let other = bench.post(&returning(id), there()).await;
    one.status == 285
        && other.status == 285
        && one.body["callout"]["id"] == id
        && other.body["callout"]["id"] == id
}

async fn a_safe_code_verifies_and_a_wrong_one_is_duress(bench: Bench) -> bool {
    let (customer, first) = bench.raised().await;
    let cancel = |id| format!("/callouts/{id}/cancel");
    bench
        .post(&cancel(first), json!({ "safeCode": "0000" }))
        .await;
    let duress = bench.simulator.snapshot().callout(first).unwrap().duress_at;
    bench
        .post(&cancel(first), json!({ "safeCode": "4567" }))
        .await;
    let again = bench.raise(customer).await.body;
    let second = again["callout"]["id"].as_i64().unwrap();
    bench.post(&cancel(second), json!({})).await;
    let snapshot = bench.simulator.snapshot();
    let mode = |id| snapshot.callout(id).unwrap().cancellation;
    duress.is_some()
        && mode(first) == Some(Cancellation::Verified)
        && mode(second) == Some(Cancellation::Unconditional)
}

async fn report_and_map_are_there_after_the_end_only(bench: Bench) -> bool {
    let (_, id) = bench.raised().await;
    let paths = ["resolutionReport", "maps"].map(|what| format!("/callouts/{id}/{what}"));
    let mut kept = true;
    for path in &paths {
        kept &= bench.get(path).await.status == 404;
    }
    bench.simulator.set_stage(id, Stage::Closed).unwrap();
    for path in &paths {
        kept &= bench.get(path).await.status == 200;
    }
    kept
}

async fn a_callout_stays_open(mut bench: Bench) -> bool {
    let (_, id) = bench.raised().await;
    bench.later(25).await;
    let read = bench.get(&format!("/callouts/{id}")).await;
    read.body["callout"]["status"] == "created"
}

async fn an_upload_is_the_whole_portfolio(bench: Bench) -> bool {
    upload(&bench, "locations", &["a", "b", "c"]).await;
    upload(&bench, "locations", &["a", "b"]).await;
    references(&bench).await == ["a", "b"]
}

async fn an_upload_has_its_file_under_its_name(bench: Bench) -> bool {
    upload(&bench, "locations", &["a"]).await == 200 && upload(&bench, "file", &["a"]).await == 400
}

async fn a_callout_token_is_for_one_customer(bench: Bench) -> bool {
    let (_, id) = bench.raised().await;
    let other = bench.covered(SECOND).await;
    let token = bench.callout_token(other).await;
    let read = bench
        .send(Method::GET, &format!("/callouts/{id}"), Some(&token), None)
        .await;
    read.status == 401
}

async fn the_path_says_which_callout_moves(bench: Bench) -> bool {
    let (_, first) = bench.raised().await;
    let other = bench.covered(SECOND).await;
    let second = bench.raise(other).await.body["callout"]["id"].clone();
    let mut body = there();
    body["calloutId"] = second;
    let moved = bench.post(&returning(first), body).await;
    fine(&moved) && moved.body["callout"]["id"] == first
}

async fn an_update_needs_both_coordinates(bench: Bench) -> bool {
    let (_, id) = bench.raised().await;
    let mut kept = true;
    for path in [format!("/callouts/{id}/location"), returning(id)] {
        for body in [json!({ "latitude": 1 }), json!({ "longitude": 1 })] {
            kept &= bench.post(&path, body).await.status == 400;
        }
        kept &= fine(&bench.post(&path, there()).await);
    }
    kept
}

async fn a_cancellation_has_no_message(bench: Bench) -> bool {
    let (customer, id) = bench.raised().await;
    let both = ["callout", "message"];
    let created = bench.raise(customer).await;
    let read = bench.get(&format!("/callouts/{id}")).await;
    let returned = bench.post(&returning(id), there()).await;
    let cancelled = bench
        .post(&format!("/callouts/{id}/cancel"), json!({}))
        .await;
    created.keys() == both
        && read.keys() == both
        && returned.keys() == both
        && cancelled.keys() == ["callout"]
}

async fn an_unknown_callout_is_404(bench: Bench) -> bool {
    let mut kept = bench.get("/callouts/1").await.status == 404;
    for (path, body) in [
        ("/callouts/1/location", there()),
        ("/callouts/1/updateLocationAndReturnCallout", there()),
        ("/callouts/1/cancel", json!({})),
    ] {
        kept &= bench.post(path, body).await.status == 404;
    }
    kept
}

async fn the_legacy_route_asks_for_cover(bench: Bench) -> bool {
    let mut body = cry();
    body["customerId"] = bench.uncovered(SECOND).await.into();
    bench.post("/callouts", body).await.status == 403
}

async fn an_event_needs_source_and_text(bench: Bench) -> bool {
    let (_, id) = bench.raised().await;
    let path = format!("/callouts/{id}/events");
    let whole = json!({ "source": "customer", "event": "help" });
    let said = bench.post(&path, whole).await;
    fine(&said)
        && said.keys() == ["calloutEvent", "calloutEventTags"]
        && bench.post(&path, json!({ "event": "help" })).await.status == 400
        && bench.post(&path, json!({ "source": "a" })).await.status == 400
}

async fn a_mention_is_a_tag(bench: Bench) -> bool {
    let (_, id) = bench.raised().await;
    let path = format!("/callouts/{id}/events");
    let text = json!({ "source": "customer", "event": "@admin, help" });
    bench.post(&path, text).await;
    let listed = bench.get(&path).await.body;
    listed[0]["calloutEventTags"]
        .as_array()
        .is_some_and(|tags| !tags.is_empty())
}

async fn a_reason_needs_its_id(bench: Bench) -> bool {
    let (_, id) = bench.raised().await;
    let path = format!("/callouts/{id}/exceptionReasons");
    let attached = bench.post(&path, json!({ "exceptionReasonId": 101 })).await;
    let without = bench.post(&path, json!({ "notes": "none" })).await;
    fine(&attached)
        && attached.keys() == ["createdExceptionReason", "message"]
        && without.status == 400
}

/// A callout that is over.
async fn over(bench: &Bench) -> i64 {
    let (_, id) = bench.raised().await;
    bench.simulator.set_stage(id, Stage::Closed).unwrap();
    id
}

async fn ratings_are_from_1_to_5(bench: Bench) -> bool {
    let id = over(&bench).await;
    let mut kept = true;
    for out in [json!(0), json!(1.5), json!(6)] {
        let body = json!({ "calloutId": id, "rating": out });
        kept &= bench.post("/ratings", body).await.status == 400;
    }
    let body = json!({ "calloutId": id, "rating": 5 });
    let rated = bench.post("/ratings", body).await;
    kept && fine(&rated) && rated.keys() == ["calloutRatingPostResult"]
}

async fn a_rating_item_is_replaced(bench: Bench) -> bool {
    let id = over(&bench).await;
    let body = json!({ "calloutId": id, "rating": 5 });
    let rated = bench.post("/ratings", body).await.body;
    let item = |sentiment: &str| {
        json!({
            "calloutRatingId": rated["calloutRatingPostResult"]["id"],
            "ratingItemDescription": "Arrival time",
            "sentiment": sentiment,
        })
    };
    let first = bench.post("/rating-items", item("positive")).await;
    let second = bench.post("/rating-items", item("negative")).await;
    let wrapper = "calloutRatingItemResults";
    second.keys() == [wrapper]
        && first.body[wrapper]["id"] == second.body[wrapper]["id"]
        && second.body[wrapper]["sentiment"] == "negative"
}

async fn four_fields_of_a_place_are_required(bench: Bench) -> bool {
    let stored = bench.post("/predefinedLocations", site("whole")).await;
    let mut kept = fine(&stored) && stored.body["latitude"] == "-26.12345";
    for name in [
        "externalReferenceId",
        "locationIdentifier",
        "latitude",
        "longitude",
    ] {
        let mut lacking = site(name);
        lacking.as_object_mut().unwrap().remove(name);
        kept &= bench.post("/predefinedLocations", lacking).await.status == 400;
    }
    kept
}

async fn dotted_keys_are_literal(bench: Bench) -> bool {
    let stored = bench.post("/predefinedLocations", site("a")).await;
    [
        "id",
        "value",
        "description",
        "addressType",
        "createdAt",
        "updatedAt",
    ]
    .iter()
    .all(|name| {
        let key = format!("calloutLocationType.{name}");
        stored.body.get(key).is_some_and(Value::is_null)
    })
}

async fn a_callout_at_a_place_answers_four_keys(bench: Bench) -> bool {
    bench.post("/predefinedLocations", site("a")).await;
    let path = "/predefinedLocations/externalRef/a/callouts";
    let body = json!({ "installerIdentifier": "one" });
    let raised = bench.post(path, body).await;
    raised.keys()
        == [
            "callout",
            "externalReferenceId",
            "installerIdentifier",
            "message",
        ]
}

async fn an_upload_removes_what_came_over_rest(bench: Bench) -> bool {
    bench.post("/predefinedLocations", site("rest")).await;
    upload(&bench, "locations", &["a"]).await;
    references(&bench).await == ["a"]
}

fn there() -> Value {
    json!({ "latitude": -26.2, "longitude": 28.2 })
}

fn returning(id: i64) -> String {
    format!("/callouts/{id}/updateLocationAndReturnCallout")
}

fn site(reference: &str) -> Value {
    json!({
        "externalReferenceId": reference,
        "locationIdentifier": reference,
        "latitude": "-26.12345",
        "longitude": "28.12345",
    })
}

/// Uploads places under a field name: the status.
async fn upload(bench: &Bench, field: &str, rows: &[&str]) -> u16 {
    let mut file = String::from("externalReferenceId,locationIdentifier,latitude,longitude\n");
    for row in rows {
        file.push_str(&format!("{row},{row},-26.12345,28.12345\n"));
    }
    let form = Form::new()
        .part(
            field.to_owned(),
            Part::text(file).file_name("locations.csv"),
        )
        .text("callbackUrl", "https://example.com/hooks/csv");
    let url = format!("{}/predefinedlocations/upload", bench.simulator.csv_url());
    let request = bench.client.post(url).bearer_auth(&bench.token);
    let response = request.multipart(form).send().await.unwrap();
    response.status().as_u16()
}

async fn references(bench: &Bench) -> Vec<String> {
    let list = bench.get("/predefinedLocations").await.body;
    let mut references: Vec<_> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|place| place["externalReferenceId"].as_str().unwrap().to_owned())
        .collect();
    references.sort_unstable();
    references
}
