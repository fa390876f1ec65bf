//! Changing and retiring customers.

use people_protect::{ErrorKind, NewCustomer};
use serde_json::{Value, json};

use crate::server::{Reply, Server};
use crate::world::World;

fn full() -> NewCustomer {
    NewCustomer::new("Jane", "Doe", "+27821234567".parse().unwrap())
        .email("jane@example.com")
        .external_reference_id("user-17")
        .with_profile(|profile| {
            profile.allergies = Some("penicillin".into());
            profile.has_medical_aid = Some(true.into());
            profile.next_of_kin_name = Some("John".into());
        })
}

#[tokio::test]
async fn one_field_changes_and_the_others_stay() {
    let world = World::start().await;
    let registered = world.aura.register(full()).without_subscription();
    let jane = world.aura.customer(&registered.await.unwrap());
    let before = jane.get().await.unwrap().json()["customer"].clone();
    let updated = jane
        .update(|profile| {
            profile.bloodtype = Some("O+".into());
            profile.next_of_kin_name = None;
        })
        .await
        .unwrap();
    assert_eq!(updated.lost(), Some([].as_slice()));
    assert_eq!(updated.before().json()["customer"], before);
    let mut expected = before;
    expected["bloodtype"] = json!("O+");
    expected.as_object_mut().unwrap().remove("nextOfKinName");
    let mut after = jane.get().await.unwrap().json()["customer"].clone();
    for managed in ["createdAt", "updatedAt"] {
        expected[managed] = Value::Null;
        after[managed] = Value::Null;
    }
    assert_eq!(after, expected);
}

#[tokio::test]
async fn a_replacement_sends_what_it_is_given() {
    let world = World::start().await;
    let registered = world.aura.register(full()).without_subscription();
    let jane = world.aura.customer(&registered.await.unwrap());
    let bare = NewCustomer::new("Janet", "Doe", "+27821234567".parse().unwrap());
    let answer = jane.replace(bare).await.unwrap();
    assert_eq!(answer.json()["customer"]["name"], "Janet");
    // The simulator replaces all; that AURA does is an assumption.
    assert_eq!(answer.json()["customer"]["allergies"], Value::Null);
}

#[tokio::test]
async fn a_field_that_is_gone_afterwards_is_named() {
    let before = r#"{"message":"ok","customer":{"id":7,"name":"Jane","surname":"Doe","mobile":"+27821234567",
        "allergies":"nuts","gender":"f","medicalAidPlan":"gold","createdAt":"2026-01-01T00:00:00Z","vehicleMake":null}}"#;
    let after = r#"{"customer":{"id":7,"name":"Jane","surname":"Doe","mobile":"+27821234567","gender":null}}"#;
    let server = Server::replying([Reply::json(200, before), Reply::json(200, after)]).await;
    let jane = server.client().customer(7);
    let updated = jane.update(|profile| profile.gender = None).await.unwrap();
    assert_eq!(updated.lost().unwrap(), ["allergies", "medicalAidPlan"]);
    // What it was can be restored by hand.
    assert_eq!(
        updated.before().json()["customer"]["medicalAidPlan"],
        "gold"
    );
    assert_eq!(updated.answer().json()["customer"]["id"], 7);
    let sent: Value = serde_json::from_str(&server.seen()[2].body).unwrap();
    assert_eq!(
        sent,
        json!({"customer": {
            "name": "Jane", "surname": "Doe", "mobile": "+27821234567", "allergies": "nuts",
        }})
    );
    let shown = format!("{updated:?}");
    assert!(!shown.contains("nuts") && !shown.contains("gold") && !shown.contains("1234567"));
}

#[tokio::test]
async fn an_answer_without_a_profile_leaves_open_what_was_lost() {
    let before = r#"{"customer":{"name":"Jane","surname":"Doe","mobile":"+27821234567"}}"#;
    for after in [
        r#"{"message":"ok"}"#,
        r#"{"message":"ok","customer":{"id":7}}"#,
    ] {
        let server = Server::replying([Reply::json(200, before), Reply::json(200, after)]).await;
        let updated = server.client().customer(7).update(|_| ()).await.unwrap();
        assert_eq!(updated.lost(), None, "{after}");
    }
}

#[tokio::test]
async fn c04_an_older_flat_profile_is_sent_back_under_the_present_names() {
    let flat = r#"{"id":7,"firstName":"Jane","lastName":"Doe","mobileNumber":"+27821234567","email":"a@b.c"}"#;
    let server = Server::replying([Reply::json(200, flat), Reply::json(200, flat)]).await;
    let updated = server.client().customer(7).update(|_| ()).await.unwrap();
    assert_eq!(updated.lost(), Some([].as_slice()));
    let sent: Value = serde_json::from_str(&server.seen()[2].body).unwrap();
    assert_eq!(
        sent,
        json!({"customer": {
            "name": "Jane", "surname": "Doe", "mobile": "+27821234567", "email": "a@b.c",
        }})
    );
}

#[tokio::test]
async fn a_profile_that_cannot_be_sent_back_is_not_changed() {
    for body in [
        r#"{"message":"ok"}"#,
        r#"{"customer":{"id":7,"name":"Jane","mobile":"+27821234567"}}"#,
        r#"{"customer":{"name":"Jane","surname":"Doe","mobile":null}}"#,
    ] {
        let server = Server::replying([Reply::json(200, body)]).await;
        let error = server
            .client()
            .customer(7)
            .update(|_| ())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UndecodableAnswer, "{body}");
        assert!(error.hint().unwrap().contains("`replace`"));
        assert_eq!(server.seen().len(), 2);
    }
}

#[tokio::test]
async fn r10_r12_p11_a_change_that_leaves_no_name_or_guesses_a_country_is_not_sent() {
    let world = World::start().await;
    let jane = world.person(1).await;
    let from = world.simulator.requests().len();
    for error in [
        jane.update(|profile| profile.name = " ".into())
            .await
            .unwrap_err(),
        jane.update(|profile| profile.surname = "".into())
            .await
            .unwrap_err(),
        jane.update(|profile| profile.mobile = "".into())
            .await
            .unwrap_err(),
        jane.update(|profile| profile.mobile = "0821234567".into())
            .await
            .unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(error.hint().is_some());
    }
    assert_eq!(world.operations(from), ["get_customer"; 4]);
    for nameless in [
        NewCustomer::new(" ", "Doe", "+27821234567".parse().unwrap()),
        NewCustomer::new("Jane", "", "+27821234567".parse().unwrap()),
        full().with_profile(|profile| profile.mobile = " ".into()),
    ] {
        let registration = world.aura.register(nameless).without_subscription();
        let error = registration.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(!error.may_have_reached_server());
    }
}

#[tokio::test]
async fn r11_r34_a_new_mobile_is_written_in_one_form_and_may_be_taken() {
    let world = World::start().await;
    let (jane, other) = (world.person(1).await, world.person(2).await);
    let _ = jane
        .update(|profile| profile.mobile = "+27 (82) 999-0003".into())
        .await
        .unwrap();
    let read = jane.get().await.unwrap();
    assert_eq!(read.json()["customer"]["mobile"], "+27829990003");
    let taken = other
        .update(|profile| profile.mobile = "+27829990003".into())
        .await
        .unwrap_err();
    assert_eq!(taken.kind(), ErrorKind::AlreadyRegistered);
    assert!(!taken.to_string().contains("9990003"));
}

#[tokio::test]
async fn r15_a_retired_customer_is_not_found_and_no_delete_is_sent() {
    let world = World::start().await;
    let jane = world.person(1).await;
    let from = world.simulator.requests().len();
    assert!(jane.retire().await.unwrap().message.is_some());
    let requests = world.simulator.requests();
    assert_eq!(requests[from].operation, Some("delete_customer"));
    assert_eq!(requests[from].method, "POST");
    for error in [
        jane.get().await.unwrap_err(),
        jane.retire().await.unwrap_err(),
        jane.update(|_| ()).await.unwrap_err(),
        jane.entitlement().await.unwrap_err(),
        world.raise(&jane).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    }
}
