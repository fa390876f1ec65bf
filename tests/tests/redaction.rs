//! No generated type shows a value in `Debug` that the contract does not call harmless.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot set its stage should stop"
)]

use people_protect_tests::{TYPES, contract};
use serde_json::{Map, Value, json};

/// Builds a value for a schema in which every leaf that must not show carries the mark.
struct Planter<'a> {
    contract: &'a Value,
    /// What must not appear.
    hidden: Vec<String>,
    /// How many values were made, so that no two are alike.
    made: usize,
}

impl Planter<'_> {
    fn value(&mut self, schema: &Value, depth: usize) -> Value {
        self.made += 1;
        // Deep enough for every type, and an end for types that hold themselves.
        if depth > 30 {
            return Value::Null;
        }
        let personal = schema.get("x-personal-data").and_then(Value::as_bool);
        let shown = personal == Some(false) && schema.get("x-secret").is_none();
        for key in ["allOf", "oneOf"] {
            if let Some(first) = schema.get(key).and_then(|variants| variants.get(0)) {
                let mut target = self.resolve(first).clone();
                if let (Some(target), Some(personal)) = (target.as_object_mut(), personal) {
                    target.entry("x-personal-data").or_insert(personal.into());
                }
                return self.value(&target, depth + 1);
            }
        }
        if schema.get("$ref").is_some() {
            let target = self.resolve(schema).clone();
            return self.value(&target, depth + 1);
        }
        if let Some(first) = schema.pointer("/enum/0") {
            return first.clone();
        }
        match schema.get("type").and_then(Value::as_str) {
            Some("object") => self.object(schema, depth),
            Some("array") => json!([self.value(&schema["items"].clone(), depth + 1)]),
            Some("string") if schema["format"] == "date-time" && personal != Some(true) => {
                json!("2026-06-10T00:00:00Z")
            }
            Some("string") => {
                let text = format!("planted{}text", self.made);
                if !shown {
                    self.hidden.push(text.clone());
                }
                json!(text)
            }
            Some("number") => {
                let number = 73.0125 + self.made as f64;
                if !shown {
                    self.hidden.push(number.to_string());
                }
                json!(number)
            }
            None => {
                let text = format!("planted{}any", self.made);
                self.hidden.push(text.clone());
                json!(text)
            }
            Some("boolean") => json!(true),
            Some("integer") => json!(178_921),
            _ => Value::Null,
        }
    }

    fn object(&mut self, schema: &Value, depth: usize) -> Value {
        let mut object = Map::new();
        let properties = schema.get("properties").and_then(Value::as_object);
        for (name, property) in properties.into_iter().flatten() {
            let value = self.value(property, depth + 1);
            object.insert(name.clone(), value);
        }
        if properties.is_none() || schema.get("additionalProperties").is_some() {
            let text = format!("planted{}member", self.made);
            self.hidden.push(text.clone());
            object.insert("member".to_owned(), json!(text));
        }
        Value::Object(object)
    }

    fn resolve<'s>(&'s self, schema: &'s Value) -> &'s Value {
        schema
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|reference| self.contract.pointer(reference.trim_start_matches('#')))
            .unwrap_or(schema)
    }
}

#[test]
fn debug_of_every_type_hides_what_the_contract_does_not_call_harmless() {
    let contract = contract();
    let mut planted = 0;
    for row in &TYPES {
        let Some(schema) = contract.schema(row.name).cloned() else {
            // The closed half of an open enumeration: its values are the contract's own words.
            assert!(row.name.ends_with("Known"), "{} is no component", row.name);
            continue;
        };
        let mut planter = Planter {
            contract: contract.value(),
            hidden: Vec::new(),
            made: 0,
        };
        let value = planter.value(&schema, 0);
        let shown = (row.debug)(value).unwrap_or_else(|error| panic!("{}: {error}", row.name));
        for hidden in &planter.hidden {
            assert!(
                !shown.contains(hidden),
                "{} shows {hidden}: {shown}",
                row.name
            );
        }
        planted += planter.hidden.len();
    }
    // A planter that plants nothing would pass too.
    assert!(planted > 300, "{planted}");
}

#[test]
fn what_the_contract_calls_harmless_is_shown() {
    let row = people_protect_tests::catalogue::Row::find("ErrorBody").unwrap();
    let shown = (row.debug)(json!({"message": "no such callout"})).unwrap();
    assert!(shown.contains("no such callout"), "{shown}");
}

/// Body, headers and address of every kind of failure hold a planted word; none may show.
#[tokio::test]
async fn no_error_of_the_raw_client_shows_body_headers_or_address() {
    const PLANTED: &str = "planted-session-token";
    let server = httpmock::MockServer::start_async().await;
    let answers: [(u16, &str); 6] = [
        (
            200,
            r#"{"accessToken":"planted-session-token","expiresIn":{}}"#,
        ),
        (
            200,
            r#"{"callout":{"url":"https://example.com/t?sessionToken=planted-session-token"#,
        ),
        (409, r#"{"message":"planted-session-token is registered"}"#),
        (502, "<html>planted-session-token</html>"),
        (302, ""),
        (404, r#"{"message":"planted-session-token"}"#),
    ];
    let mut shown = Vec::new();
    for (status, body) in answers {
        let mut double = server.mock(|when, then| {
            when.any_request();
            then.status(status)
                .header("content-type", "application/json")
                .header("set-cookie", PLANTED)
                .body(body);
        });
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        let inner = people_protect_api::Inner::default();
        let client = people_protect_api::Client::new_with_client(&server.base_url(), http, inner);
        let request = people_protect_api::types::TokenRequest::new("id", PLANTED);
        let token = client.create_oauth_token(&request).await.unwrap_err();
        shown.push(format!("{token} {token:?} {token:#?}"));
        if status != 200 {
            let session = client.get_signup_session(PLANTED).await.unwrap_err();
            shown.push(format!("{session} {session:?}"));
        }
        double.delete();
    }
    let nobody = people_protect_api::Client::new_with_client(
        "http://127.0.0.1:1",
        reqwest::Client::new(),
        people_protect_api::Inner::default(),
    );
    for id in [PLANTED, "..\\planted-session-token"] {
        let error = nobody.get_signup_session(id).await.unwrap_err();
        shown.push(format!("{error} {error:?}"));
    }
    assert_eq!(shown.len(), 12);
    for shown in shown {
        assert!(!shown.contains(PLANTED), "{shown}");
        assert!(!shown.contains('\n'), "{shown}");
    }
}
