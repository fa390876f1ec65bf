//! Bodies that do not fit: 400 with a message that names the field, and never a 500.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot set its stage should stop"
)]

use crate::common::{Bench, Reply};
use people_protect_simulator::Stage;
use serde_json::{Value, json};

/// What a field takes.
#[derive(Clone, Copy, PartialEq)]
enum Takes {
    Whole,
    Number,
    Text,
    Flag,
    Object,
}

/// An operation with a body that is taken, and its fields by JSON pointer.
struct Form {
    path: &'static str,
    body: Value,
    fields: Vec<(&'static str, Takes)>,
}

fn forms() -> Vec<Form> {
    use Takes::{Flag, Number, Object, Text, Whole};
    let location = json!({ "latitude": -26.12345, "longitude": 28.12345, "accuracy": 10 });
    let callout = vec![
        ("/location", Object),
        ("/location/latitude", Number),
        ("/location/longitude", Number),
        ("/location/accuracy", Number),
        ("/responseTypeId", Whole),
        ("/calloutClassificationId", Whole),
        ("/internalTest", Flag),
    ];
    let whole = json!({
        "location": location, "responseTypeId": 1, "calloutClassificationId": 1,
        "internalTest": false, "customerId": 178_921,
    });
    let coordinates = vec![
        ("/latitude", Number),
        ("/longitude", Number),
        ("/accuracy", Number),
    ];
    vec![
        Form {
            path: "/customers/178921/callouts",
            body: whole.clone(),
            fields: [callout.clone(), vec![("/predefinedLocationId", Whole)]].concat(),
        },
        Form {
            path: "/callouts",
            body: whole,
            fields: [callout, vec![("/customerId", Whole)]].concat(),
        },
        Form {
            path: "/callouts/992011/location",
            body: location.clone(),
            fields: coordinates.clone(),
        },
        Form {
            path: "/callouts/992011/updateLocationAndReturnCallout",
            body: location,
            fields: coordinates,
        },
        Form {
            path: "/callouts/992011/cancel",
            body: json!({ "safeCode": "0000" }),
            fields: vec![("/safeCode", Text)],
        },
        Form {
            path: "/callouts/992011/events",
            body: json!({ "source": "customer", "event": "help" }),
            fields: vec![("/source", Text), ("/event", Text)],
        },
        Form {
            path: "/callouts/992011/exceptionReasons",
            body: json!({ "exceptionReasonId": 101, "notes": "none" }),
            fields: vec![("/exceptionReasonId", Whole), ("/notes", Text)],
        },
        Form {
            path: "/ratings",
            body: json!({
                "calloutId": 992_012, "rating": 5, "additionalDetails": "fine",
                "customerAllowedToBeContacted": true,
            }),
            fields: vec![
                ("/calloutId", Whole),
                ("/rating", Whole),
                ("/additionalDetails", Text),
                ("/customerAllowedToBeContacted", Flag),
            ],
        },
        Form {
            path: "/rating-items",
            body: json!({
                "calloutRatingId": 9876, "ratingItemDescription": "Arrival time",
                "ratingItemId": 12, "ratingItem": "arrival_time", "sentiment": "positive",
            }),
            fields: vec![
                ("/calloutRatingId", Whole),
                ("/ratingItemDescription", Text),
                ("/ratingItemId", Whole),
                ("/ratingItem", Text),
                ("/sentiment", Text),
            ],
        },
        Form {
            path: "/predefinedLocations",
            body: json!({
                "externalReferenceId": "b", "locationIdentifier": "b",
                "latitude": "-26.12345", "longitude": "28.12345", "calloutLocationTypeId": 3,
                "customerId": 178_921, "locationDescription": "a", "formattedAddress": "a",
                "locationAdditionalInformation": "a", "w3w": "a", "duressCode": "a",
            }),
            fields: vec![
                ("/externalReferenceId", Text),
                ("/locationIdentifier", Text),
                ("/latitude", Text),
                ("/longitude", Text),
                ("/calloutLocationTypeId", Whole),
                ("/customerId", Whole),
                ("/locationDescription", Text),
                ("/locationAdditionalInformation", Text),
                ("/formattedAddress", Text),
                ("/w3w", Text),
                ("/duressCode", Text),
            ],
        },
        Form {
            path: "/predefinedLocations/externalRef/a/callouts",
            body: json!({ "installerIdentifier": "one" }),
            fields: vec![("/installerIdentifier", Text)],
        },
    ]
}

/// JSON that the field does not take, as text: some of it no value can hold.
fn wrong(takes: Takes) -> Vec<&'static str> {
    let mut wrong = vec!["[]", "[[1]]", "1e400", "-1e400"];
    if takes != Takes::Object {
        wrong.extend(["{}", r#"{"a": 1}"#]);
    }
    if takes != Takes::Text {
        wrong.extend([r#""text""#, r#""1""#, r#""""#, r#""\u0000""#]);
    }
    if takes != Takes::Flag {
        wrong.extend(["true", "false"]);
    }
    if takes == Takes::Whole {
        wrong.extend([
            "1.5",
            "1e300",
            "9223372036854775808",
            "-9223372036854775809",
        ]);
    } else if takes != Takes::Number {
        wrong.extend(["1", "-1.5", "9223372036854775807"]);
    }
    wrong
}

/// A covered customer, a callout that is open, one that is over, and a fixed location.
async fn staged() -> Bench {
    let bench = Bench::new().await;
    bench.raised().await;
    let other = bench.covered("+27821234568").await;
    bench.raise(other).await.expect(201);
    bench.simulator.set_stage(992_012, Stage::Closed).unwrap();
    let mut place = forms()[9].body.clone();
    place["externalReferenceId"] = "a".into();
    place["locationIdentifier"] = "a".into();
    bench.post("/predefinedLocations", place).await.expect(201);
    bench
}

async fn send_raw(bench: &Bench, path: &str, body: String) -> Reply {
    let response = bench
        .client
        .post(format!("{}{path}", bench.simulator.api_url()))
        .bearer_auth(&bench.token)
        .header("content-type", "application/json")
        .body(body)
        .send()
        .await
        .unwrap();
    Reply {
        status: response.status().as_u16(),
        body: response.json().await.unwrap(),
    }
}

#[tokio::test]
async fn what_the_tests_send_is_taken_when_nothing_is_wrong() {
    let bench = staged().await;
    for form in forms() {
        let status = bench.post(form.path, form.body).await.status;
        assert!(matches!(status, 200 | 201), "{} {status}", form.path);
    }
}

#[tokio::test]
async fn a_field_of_another_kind_is_400_by_name() {
    let bench = staged().await;
    for form in forms() {
        for (field, takes) in &form.fields {
            let name = field.rsplit('/').next().unwrap();
            for wrong in wrong(*takes) {
                let mut body = form.body.clone();
                set(&mut body, field, json!("<wrong>"));
                let body = body.to_string().replace("\"<wrong>\"", wrong);
                let reply = send_raw(&bench, form.path, body).await;
                assert_eq!(reply.status, 400, "{} {field} {wrong}", form.path);
                let message = reply.refused(400);
                assert!(message.contains(name), "{field} {wrong}: {message}");
            }
        }
    }
}

fn set(body: &mut Value, field: &str, value: Value) {
    let (parent, name) = field.rsplit_once('/').unwrap();
    body.pointer_mut(parent).unwrap()[name] = value;
}

#[tokio::test]
async fn ids_at_the_edge_are_refused_by_name() {
    let bench = staged().await;
    for form in forms() {
        for (field, _) in form
            .fields
            .iter()
            .filter(|(_, takes)| *takes == Takes::Whole)
        {
            let name = field.rsplit('/').next().unwrap();
            // These two have no meaning of their own: any number is taken.
            if ["calloutClassificationId", "calloutLocationTypeId"].contains(&name) {
                continue;
            }
            for edge in [i64::MAX, i64::MIN, 0, -1] {
                let mut body = form.body.clone();
                set(&mut body, field, edge.into());
                if name == "predefinedLocationId" {
                    body.as_object_mut().unwrap().remove("location");
                }
                let message = bench.post(form.path, body).await.refused(400);
                let named = message.contains(name) || message.contains("rating item");
                assert!(named, "{field} {edge}: {message}");
            }
        }
    }
}

#[tokio::test]
async fn coordinates_off_the_earth_are_refused_by_name() {
    let bench = staged().await;
    for form in forms() {
        for (field, takes) in &form.fields {
            let name = field.rsplit('/').next().unwrap();
            let off: &[f64] = match name {
                "latitude" => &[90.000_001, -90.000_001, 1e300, f64::MIN],
                "longitude" => &[180.000_001, -180.000_001, 1e300, f64::MIN],
                "accuracy" => &[-0.1, f64::MIN],
                _ => continue,
            };
            for value in off {
                let mut body = form.body.clone();
                let value = match takes {
                    Takes::Text => json!(value.to_string()),
                    _ => json!(value),
                };
                set(&mut body, field, value);
                let message = bench.post(form.path, body).await.refused(400);
                assert!(message.contains(name), "{field}: {message}");
            }
        }
    }
    for text in ["", "north", "NaN", "inf", "1,5", "\u{0}", "0x10", "--1"] {
        for name in ["latitude", "longitude"] {
            let mut body = forms()[9].body.clone();
            body[name] = text.into();
            let message = bench.post("/predefinedLocations", body).await.refused(400);
            assert!(message.contains(name), "{text}: {message}");
        }
    }
}

#[tokio::test]
async fn long_texts_and_odd_characters_are_kept_as_they_are() {
    let bench = staged().await;
    let long = "long ".repeat(100_000);
    for odd in [
        "\u{0}",
        "<script>alert(1)</script>",
        "\u{202e}\u{1f6a8}",
        &long,
    ] {
        let text = format!("a{odd}");
        let event = json!({ "source": text, "event": text });
        let said = bench.post("/callouts/992011/events", event).await;
        assert_eq!(said.expect(201)["calloutEvent"]["event"]["message"], text);
        let mut place = forms()[9].body.clone();
        place["externalReferenceId"] = text.as_str().into();
        place["locationIdentifier"] = text.as_str().into();
        let stored = bench.post("/predefinedLocations", place).await.expect(201);
        assert_eq!(stored["externalReferenceId"], text);
        let body = json!({ "installerIdentifier": text });
        let raised = bench
            .post("/predefinedLocations/externalRef/a/callouts", body)
            .await;
        assert_eq!(raised.expect(201)["installerIdentifier"], text);
    }
    let code = json!({ "safeCode": long });
    bench
        .post("/callouts/992011/cancel", code)
        .await
        .expect(200);
}

#[tokio::test]
async fn references_in_a_path_are_text_of_any_kind() {
    let bench = staged().await;
    for odd in ["%00", "%2e%2e%2fa", "a%20b", "%F0%9F%9A%A8", "%25", "a;b"] {
        let path = format!("/predefinedLocations/externalRef/{odd}/callouts");
        bench.post(&path, json!({})).await.refused(400);
    }
    for id in ["992011x", "-", "1e3", "%20"] {
        let message = bench.get(&format!("/callouts/{id}")).await.refused(400);
        assert!(message.contains("calloutId"), "{message}");
    }
    for id in [i64::MAX, i64::MIN, 0, -1] {
        bench.get(&format!("/callouts/{id}")).await.refused(404);
        let path = format!("/predefinedLocations/{id}");
        bench.get(&path).await.refused(404);
    }
    // A number all the same, though no id is that large.
    let large = bench.get("/callouts/9223372036854775808").await;
    large.refused(404);
}
