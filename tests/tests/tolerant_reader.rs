//! The raw client reads what the simulator never sends: nulls, unknown fields and values, numbers
//! as text, superseded spellings. The doubles serve the bodies; `into_inner` leaves their types.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot set its stage should stop"
)]

use httpmock::{MockServer, Then};
use people_protect_api::{Client, Coordinate, IdOrText, Inner, types};
use people_protect_httpmock::MockServerExt;
use serde_json::{Value, json};

fn client(server: &MockServer) -> Client {
    Client::new_with_client(&server.base_url(), reqwest::Client::new(), Inner::default())
}

fn send(then: Then, body: &Value) {
    then.status(200)
        .header("content-type", "application/json; charset=utf-8")
        .body(body.to_string());
}

/// The callout as the raw client reads it from a body.
async fn read_callout(body: Value) -> types::CalloutView {
    let server = MockServer::start_async().await;
    let double = server.get_callout(|when, then| {
        when.callout_id(992_011);
        send(then.into_inner(), &body);
    });
    let answer = client(&server).get_callout(992_011).await.unwrap();
    double.assert();
    answer.into_inner().callout.unwrap()
}

#[tokio::test]
async fn null_is_read_as_absent_for_every_field_of_a_callout() {
    let contract = people_protect_tests::contract();
    let nulls: Value = ["CalloutView", "IncidentInformation"]
        .iter()
        .flat_map(|name| {
            contract.schema(name).unwrap()["properties"]
                .as_object()
                .unwrap()
        })
        .map(|(name, _)| (name.clone(), Value::Null))
        .collect();

    let callout = read_callout(json!({"message": null, "callout": nulls})).await;

    assert_eq!(callout, types::CalloutView::default());
    let incident = json!({"incidentInformation": [nulls]});
    let callout = read_callout(json!({"callout": incident})).await;
    let incidents = callout.incident_information.unwrap();
    assert_eq!(incidents, [types::IncidentInformation::default()]);
}

#[tokio::test]
async fn unknown_fields_are_passed_over_at_any_depth() {
    let callout = read_callout(json!({
        "message": "ok", "requestId": "r-1",
        "callout": {"id": 992_011, "mood": {"a": [1, 2]}, "incidentInformation": [{"etaSeconds": 90}]}
    }))
    .await;
    assert_eq!(callout.id, Some(992_011));
}

#[tokio::test]
async fn unknown_enum_values_are_kept() {
    let callout =
        read_callout(json!({"callout": {"calloutClassification": {"value": "DRILL"}}})).await;
    let value = callout.callout_classification.unwrap().value.unwrap();
    assert!(matches!(&value, types::CalloutClassificationValue::Other(text) if text == "DRILL"));
    assert_eq!(serde_json::to_value(&value).unwrap(), "DRILL");

    let real = read_callout(json!({"callout": {"calloutClassification": {"value": "REAL"}}})).await;
    assert_eq!(
        real.callout_classification.unwrap().value.unwrap(),
        types::CalloutClassificationValueKnown::Real.into()
    );
}

#[tokio::test]
async fn c45_c46_numbers_are_read_from_text() {
    let callout = read_callout(json!({"callout": {"id": "992011", "incidentInformation": [{
        "predefinedLocationId": "99001",
        "calloutCurrentLocation": {"latitude": "-26.12345", "longitude": 28.12345}
    }]}}))
    .await;
    assert_eq!(callout.id, Some(992_011));
    let incident = &callout.incident_information.unwrap()[0];
    assert_eq!(incident.predefined_location_id, Some(IdOrText::Id(99_001)));
    let position = incident.callout_current_location.as_ref().unwrap();
    let degrees = |coordinate: &Option<Coordinate>| coordinate.as_ref().unwrap().degrees();
    assert_eq!(degrees(&position.latitude), Some(-26.12345));
    assert_eq!(degrees(&position.longitude), Some(28.12345));
}

#[tokio::test]
async fn c43_both_spellings_of_the_category_are_read() {
    let callout = read_callout(json!({"callout": {"incidentInformation": [
        {"incidentcategory": {"description": "Security"}},
        {"incidentCategory": {"description": "Medical"}},
    ]}}))
    .await;
    let incidents = callout.incident_information.unwrap();
    let wire = incidents[0].incidentcategory.as_ref().unwrap();
    let written = incidents[1].incident_category.as_ref().unwrap();
    assert_eq!(wire.description.as_deref(), Some("Security"));
    assert_eq!(written.description.as_deref(), Some("Medical"));
}

#[tokio::test]
async fn c01_the_older_token_spelling_is_read() {
    let server = MockServer::start_async().await;
    server.create_oauth_token(|_, then| {
        send(
            then.into_inner(),
            &json!({"access_token": "a.b.c", "token_type": "Bearer", "expires_in": "3600"}),
        );
    });
    let token = client(&server)
        .create_oauth_token(&types::TokenRequest::new("id", "secret"))
        .await
        .unwrap();
    assert_eq!(
        token.access_token_superseded.as_ref().unwrap().reveal(),
        "a.b.c"
    );
    assert_eq!(token.expires_in_superseded, Some(3600));
}

#[tokio::test]
async fn c28_an_updated_subscription_is_read_alone_and_in_a_list() {
    for body in [
        json!({"subscription": {"id": 8811}, "links": {}}),
        json!({"subscription": [{"id": 8811}]}),
    ] {
        let server = MockServer::start_async().await;
        server.update_subscription(|_, then| send(then.into_inner(), &body));
        let request = types::UpdateSubscriptionRequest::new("2027-06-10T00:00:00Z");
        let answer = client(&server)
            .update_subscription(8811, &request)
            .await
            .unwrap();
        assert_eq!(answer.subscription.as_ref().unwrap()[0].id, Some(8811));
    }
}

#[tokio::test]
async fn a_list_is_read_bare_and_wrapped() {
    for body in [
        json!([{"id": 8811, "status": "active"}]),
        json!({"message": "ok", "subscriptions": [{"id": 8811}]}),
    ] {
        let server = MockServer::start_async().await;
        server.list_customer_subscriptions(|_, then| send(then.into_inner(), &body));
        let list = client(&server)
            .list_customer_subscriptions(178_921)
            .await
            .unwrap();
        assert_eq!(list[0].id, Some(8811));
    }
}

#[tokio::test]
async fn any_2xx_is_read_as_the_documented_answer() {
    for status in [200, 201, 202, 285] {
        let server = MockServer::start_async().await;
        server.get_callout(|_, then| {
            let mut read = types::CalloutRead::default();
            read.message = Some("ok".to_owned());
            then.success(status, &read);
        });
        let answer = client(&server).get_callout(1).await.unwrap();
        assert_eq!(answer.status().as_u16(), status);
        assert_eq!(answer.message.as_deref(), Some("ok"));
    }
}

#[tokio::test]
async fn an_undocumented_error_status_is_read_as_the_documented_error() {
    let server = MockServer::start_async().await;
    server.get_callout(|_, then| {
        let mut error = types::ErrorBody::default();
        error.message = Some("short and stout".to_owned());
        then.client_error(418, &error);
    });
    let error = client(&server)
        .get_callout(1)
        .await
        .unwrap_err()
        .into_inner();
    let people_protect_api::Error::ErrorResponse(answer) = error else {
        panic!("not read as an error: {error:?}");
    };
    assert_eq!(answer.message.as_deref(), Some("short and stout"));
}

#[tokio::test]
async fn a_path_value_that_would_address_another_resource_is_never_sent() {
    let server = MockServer::start_async().await;
    let any = server.mock(|when, then| {
        when.any_request();
        then.status(200);
    });
    for id in ["", ".", "..", "..\\customers"] {
        let error = client(&server).get_lead(id).await.unwrap_err();
        assert!(
            matches!(error.inner(), people_protect_api::Error::InvalidRequest(_)),
            "{id:?}"
        );
    }
    any.assert_calls(0);
}

#[tokio::test]
async fn the_generators_version_header_is_not_sent() {
    let server = MockServer::start_async().await;
    let double = server.list_active_callouts(|when, then| {
        when.into_inner().header_missing("api-version");
        then.success(200, &people_protect_api::List::default());
    });
    client(&server).list_active_callouts().await.unwrap();
    double.assert();
}
