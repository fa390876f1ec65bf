//! Fixed locations: over REST, as CSV, and callouts there.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot set its stage should stop"
)]

use crate::common::{Bench, JANE, Reply};
use people_protect_simulator::Stage;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

fn site(reference: &str) -> Value {
    json!({
        "externalReferenceId": reference,
        "locationIdentifier": reference,
        "latitude": "-26.12345",
        "longitude": "28.12345",
    })
}

fn csv(rows: &[&str]) -> String {
    let mut text = String::from("externalReferenceId,locationIdentifier,latitude,longitude\n");
    for row in rows {
        text.push_str(&format!("{row},{row},-26.12345,28.12345\n"));
    }
    text
}

fn form(file: String) -> Form {
    Form::new()
        .part("locations", Part::text(file).file_name("locations.csv"))
        .text("callbackUrl", "https://example.com/hooks/csv")
}

async fn upload(bench: &Bench, form: Form) -> Reply {
    let url = format!("{}/predefinedlocations/upload", bench.simulator.csv_url());
    upload_to(bench, &url, form).await
}

async fn upload_to(bench: &Bench, url: &str, form: Form) -> Reply {
    let request = bench.client.post(url).bearer_auth(&bench.token);
    let response = request.multipart(form).send().await.unwrap();
    Reply {
        status: response.status().as_u16(),
        body: response.json().await.unwrap(),
    }
}

async fn references(bench: &Bench) -> Vec<String> {
    let list = bench.get("/predefinedLocations").await.expect(200);
    let references = list.as_array().unwrap().iter();
    references
        .map(|place| place["externalReferenceId"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn r77_coordinates_are_text_and_four_fields_are_required() {
    let bench = Bench::new().await;
    let created = bench
        .post("/predefinedLocations", site("a"))
        .await
        .expect(201);
    assert_eq!(created["latitude"], "-26.12345");
    for field in [
        "externalReferenceId",
        "locationIdentifier",
        "latitude",
        "longitude",
    ] {
        let mut body = site("b");
        body.as_object_mut().unwrap().remove(field);
        let message = bench.post("/predefinedLocations", body).await.refused(400);
        assert!(message.contains(field), "{message}");
    }
    let mut numbers = site("b");
    numbers["latitude"] = json!(-26.12345);
    bench
        .post("/predefinedLocations", numbers)
        .await
        .refused(400);
    bench
        .post("/predefinedLocations", site("a"))
        .await
        .refused(409);
}

#[tokio::test]
async fn r78_the_dotted_keys_are_literal_and_null_without_a_type() {
    let bench = Bench::new().await;
    let created = bench.post("/predefinedLocations", site("a")).await;
    let keys = created.keys();
    for key in [
        "id",
        "value",
        "description",
        "addressType",
        "createdAt",
        "updatedAt",
    ] {
        let key = format!("calloutLocationType.{key}");
        assert!(keys.contains(&key.as_str()), "{key}");
        assert!(created.body[&key].is_null());
    }
    let mut typed = site("b");
    typed["calloutLocationTypeId"] = json!(3);
    let created = bench.post("/predefinedLocations", typed).await.expect(201);
    assert_eq!(created["calloutLocationType.id"], 3);
}

#[tokio::test]
async fn places_are_read_changed_and_deleted_by_their_own_source_only() {
    let mut bench = Bench::new().await;
    bench
        .post("/predefinedLocations", site("a"))
        .await
        .expect(201);
    let path = "/predefinedLocations/99001";
    let own = std::mem::take(&mut bench.token);
    bench.token = bench.other_source().await;
    bench.get(path).await.refused(404);
    bench.put(path, site("a")).await.refused(404);
    bench.delete(path, None).await.refused(404);
    assert!(references(&bench).await.is_empty());
    bench.token = own;
    let changed = bench.put(path, site("b")).await.expect(200);
    assert_eq!(changed["externalReferenceId"], "b");
    assert_eq!(references(&bench).await, ["b"]);
    bench.delete(path, None).await.expect(200);
    bench.get(path).await.refused(404);
    bench.delete(path, None).await.refused(404);
    assert!(references(&bench).await.is_empty());
}

#[tokio::test]
async fn r30_r79_a_callout_there_takes_no_body_and_answers_four_keys() {
    let bench = Bench::new().await;
    bench
        .post("/predefinedLocations", site("site 9/44"))
        .await
        .expect(201);
    let path = "/predefinedLocations/externalRef/site%209%2F44/callouts";
    let url = format!("{}{path}", bench.simulator.api_url());
    let bare = bench
        .send_to(&url, reqwest::Method::POST, Some(&bench.token), None)
        .await;
    assert_eq!(
        bare.keys(),
        [
            "callout",
            "externalReferenceId",
            "installerIdentifier",
            "message"
        ]
    );
    let body = bare.expect(201);
    assert!(body["installerIdentifier"].is_null());
    assert_eq!(body["externalReferenceId"], "site 9/44");
    assert_eq!(body["callout"]["predefinedLocationId"], 99_001);
    assert_eq!(body["callout"]["latitude"], -26.12345);
    let named = bench
        .post(path, json!({ "installerIdentifier": "installer_7" }))
        .await
        .expect(201);
    assert_eq!(named["installerIdentifier"], "installer_7");
    // Not folded as for customers (R27).
    assert_ne!(named["callout"]["id"], body["callout"]["id"]);
    let read = bench.get("/callouts/992011").await.expect(200);
    assert_eq!(
        read["callout"]["incidentInformation"][0]["predefinedLocationId"],
        99_001
    );
    bench.simulator.set_stage(992_011, Stage::Closed).unwrap();
    let active = bench.get("/callouts/activeCallouts").await.expect(200);
    assert_eq!(active.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn r31_an_unknown_reference_is_400() {
    let bench = Bench::new().await;
    bench
        .post(
            "/predefinedLocations/externalRef/nowhere/callouts",
            json!({}),
        )
        .await
        .refused(400);
    assert_eq!(bench.simulator.snapshot().callouts().count(), 0);
}

#[tokio::test]
async fn r25_a_customer_is_helped_at_a_fixed_location() {
    let bench = Bench::new().await;
    bench
        .post("/predefinedLocations", site("a"))
        .await
        .expect(201);
    let customer = bench.covered(JANE).await;
    let path = format!("/customers/{customer}/callouts");
    let body = json!({ "responseTypeId": 1, "predefinedLocationId": 1 });
    bench.post(&path, body).await.refused(400);
    let body = json!({ "responseTypeId": 1, "predefinedLocationId": 99_001 });
    let raised = bench.post(&path, body).await.expect(201);
    assert_eq!(raised["callout"]["predefinedLocationId"], 99_001);
    assert_eq!(raised["callout"]["longitude"], 28.12345);
}

#[tokio::test]
async fn r57_a_callout_token_does_not_reach_a_fixed_locations_callout() {
    let bench = Bench::new().await;
    let customer = bench.covered(JANE).await;
    bench
        .post("/predefinedLocations", site("a"))
        .await
        .expect(201);
    bench
        .post("/predefinedLocations/externalRef/a/callouts", json!({}))
        .await
        .expect(201);
    let token = bench.callout_token(customer).await;
    bench
        .send(reqwest::Method::GET, "/callouts/992011", Some(&token), None)
        .await
        .refused(401);
}

#[tokio::test]
async fn r49_r80_an_upload_is_the_whole_portfolio() {
    let bench = Bench::new().await;
    bench
        .post("/predefinedLocations", site("over rest"))
        .await
        .expect(201);
    upload(&bench, form(csv(&["a", "b", "c"])))
        .await
        .expect(200);
    assert_eq!(references(&bench).await, ["a", "b", "c"]);
    upload(&bench, form(csv(&["a", "c"]))).await.expect(200);
    assert_eq!(references(&bench).await, ["a", "c"]);
    let snapshot = bench.simulator.snapshot();
    let [first, second] = snapshot.fixed_locations_uploads() else {
        panic!("two uploads")
    };
    assert_eq!((first.added, first.updated, first.deleted), (3, 0, 1));
    assert_eq!((second.added, second.updated, second.deleted), (0, 2, 1));
    assert_eq!(first.callback_url.reveal(), "https://example.com/hooks/csv");
}

#[tokio::test]
async fn r50_field_names_callback_and_base_are_held_to() {
    let bench = Bench::new().await;
    let file = || Part::text(csv(&["a"])).file_name("locations.csv");
    for wrong in [
        Form::new()
            .part("file", file())
            .text("callbackUrl", "https://example.com/"),
        Form::new().part("locations", file()),
        Form::new()
            .part("locations", file())
            .text("callbackUrl", "http://example.com/"),
        form(csv(&["a"])).text("delimiter", ";;"),
        form(csv(&["a"])).text("delimiter", ";"),
        form("no,header\n".to_owned()),
        form(csv(&["a", "a"])),
    ] {
        upload(&bench, wrong).await.refused(400);
    }
    let url = format!("{}/predefinedlocations/upload", bench.simulator.api_url());
    upload_to(&bench, &url, form(csv(&["a"])))
        .await
        .refused(404);
    assert!(references(&bench).await.is_empty());
}

#[tokio::test]
async fn r81_the_delimiter_can_be_another() {
    let bench = Bench::new().await;
    let file = csv(&["a", "b"]).replace(',', ";");
    upload(&bench, form(file).text("delimiter", ";"))
        .await
        .expect(200);
    assert_eq!(references(&bench).await, ["a", "b"]);
}

#[tokio::test]
async fn what_is_downloaded_can_be_uploaded() {
    let bench = Bench::new().await;
    let mut place = site("a");
    place["formattedAddress"] = json!("123 Main Street, \"Johannesburg\"");
    place["calloutLocationTypeId"] = json!(3);
    bench.post("/predefinedLocations", place).await.expect(201);
    let before = bench.get("/predefinedLocations").await.expect(200);
    let url = format!("{}/predefinedlocations/download", bench.simulator.csv_url());
    let request = bench.client.get(&url).bearer_auth(&bench.token);
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/csv");
    let file = response.text().await.unwrap();
    upload(&bench, form(file)).await.expect(200);
    assert_eq!(bench.get("/predefinedLocations").await.expect(200), before);
}

#[tokio::test]
async fn r82_r83_coverage_is_kml_by_response_type() {
    let bench = Bench::new().await;
    let coverage = async |id: i64| {
        let url = format!("{}/coverage/{id}", bench.simulator.api_url());
        let request = bench.client.get(&url).bearer_auth(&bench.token);
        request.send().await.unwrap()
    };
    let security = coverage(1).await;
    assert_eq!(
        security.headers()["content-type"],
        "application/vnd.google-earth.kml+xml"
    );
    let security = security.text().await.unwrap();
    assert!(security.starts_with("<?xml"), "{security}");
    assert_ne!(security, coverage(2).await.text().await.unwrap());
    // Another source's response type.
    assert_eq!(coverage(11).await.status(), 404);
}
