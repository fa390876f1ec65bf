//! People who may become customers.

use people_protect::{ErrorKind, LeadStatus, LeadUuid, NewLead};

use crate::standing::{Standing, answered, clean, cut_off, open_outcome};

fn jane() -> NewLead {
    let mobile = "+27821234567".parse().unwrap();
    NewLead::new(mobile, [("name", "Jane"), ("surname", "Planted")])
}

#[tokio::test]
async fn r84_a_lead_is_read_by_its_uuid() {
    let scene = Standing::start().await;
    let created = scene.aura.create_lead(jane()).await.unwrap();
    let lead = scene.aura.lead(LeadUuid::from(&created));
    let read = lead.get().await.unwrap();
    assert_eq!(read.uuid(), created.uuid());
    assert_eq!(read.answer().json(), created.answer().json());
    // The number beside it is refused before anything is sent.
    let number = created.answer().lead_id.unwrap().to_string();
    let error = number.parse::<LeadUuid>().unwrap_err();
    assert!(error.hint().unwrap().contains("UUID"), "{error}");
    assert!(!error.may_have_reached_server());
}

#[tokio::test]
async fn r84_a_uuid_of_nobody_is_explained() {
    let scene = Standing::start().await;
    let unknown: LeadUuid = "123e4567-e89b-12d3-a456-426614174000".parse().unwrap();
    let error = scene.aura.lead(unknown).get().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.hint().unwrap().contains("R84"), "{error}");
}

#[tokio::test]
async fn r85_client_keeps_unknown_statuses() {
    let scene = Standing::start().await;
    let created = scene.aura.create_lead(jane()).await.unwrap();
    assert_eq!(created.status(), LeadStatus::Received);
    let lead = scene.aura.lead(created.uuid().clone());
    for (text, status, settled) in [
        ("PROCESSING", LeadStatus::Processing, false),
        ("ON_HOLD", LeadStatus::Other("ON_HOLD".to_owned()), false),
        ("CONVERTED", LeadStatus::Converted, true),
        ("FAILED", LeadStatus::Failed, true),
    ] {
        let uuid = created.uuid().as_str();
        scene.simulator.set_lead_status(uuid, text).unwrap();
        let read = lead.get().await.unwrap();
        assert_eq!(read.status(), status);
        assert_eq!(read.status().is_settled(), settled, "{text}");
        assert_eq!(read.status().to_string(), text);
    }
}

#[tokio::test]
async fn r85_a_lead_without_a_status_is_settled_in_no_way() {
    let uuid = "123e4567-e89b-12d3-a456-426614174000";
    let (_server, aura) = answered(200, "{}").await;
    let read = aura.lead(uuid.parse().unwrap()).get().await.unwrap();
    assert_eq!(read.status(), LeadStatus::Other(String::new()));
    assert_eq!(read.uuid().as_str(), uuid);
}

#[tokio::test]
async fn r86_a_lead_goes_out_with_its_number_and_customer_data() {
    let (server, aura) = answered(
        200,
        r#"{"id":"123e4567-e89b-12d3-a456-426614174000","status":"RECEIVED"}"#,
    )
    .await;
    aura.create_lead(jane()).await.unwrap();
    let seen = server.seen();
    let body: serde_json::Value = serde_json::from_str(&seen.last().unwrap().body).unwrap();
    // C34: the current shape.
    let current = serde_json::json!({
        "mobileNumber": "+27821234567",
        "customerData": { "name": "Jane", "surname": "Planted" },
    });
    assert_eq!(body, current);
}

#[tokio::test]
async fn a_lead_whose_outcome_is_open_is_not_sent_again_and_says_so() {
    for ((server, aura), hint) in [
        (cut_off().await, "second one"),
        (answered(500, "{}").await, "second one"),
        (answered(200, "{}").await, "may have the lead"),
        (
            answered(200, r#"{"id":"lead_9f8b"}"#).await,
            "may have the lead",
        ),
    ] {
        let error = aura.create_lead(jane()).await.unwrap_err();
        open_outcome(&error, "create_lead", hint);
        assert_eq!(server.count("/leads"), 1);
    }
}

#[tokio::test]
async fn p12_leads_show_nothing_personal() {
    let scene = Standing::start().await;
    clean(&format!("{:?} {:#?}", jane(), jane()));
    let created = scene.aura.create_lead(jane()).await.unwrap();
    clean(&format!("{created:?} {:?}", **created.answer()));
    let lead = scene.aura.lead(created.uuid().clone());
    clean(&format!("{lead:?} {:?}", lead.get().await.unwrap()));
    let (_server, aura) = answered(400, r#"{"message":"no +27821234567"}"#).await;
    let error = aura.create_lead(jane()).await.unwrap_err();
    clean(&format!("{error} {error:?}"));
}
