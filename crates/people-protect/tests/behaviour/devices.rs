//! Devices and what they report.

use people_protect::{CustomerId, DeviceId, DeviceTypeId, ErrorKind, LinkDevice, NewCustomer};
use serde_json::{Value, json};

use crate::server::{Reply, Server};
use crate::standing::{Standing, answered, clean, cut_off, here, open_outcome, refused_here};

const BUTTON: DeviceTypeId = DeviceTypeId::new(5);

fn button(customer: CustomerId) -> LinkDevice {
    LinkDevice::new(customer, "EX-26217939".parse().unwrap(), "ExampleBrand")
}

#[tokio::test]
async fn r54_events_carry_the_derived_id_and_never_the_serial() {
    let scene = Standing::start().await;
    let jane = scene.jane().await;
    let linked = scene.aura.link_device(button(jane)).await.unwrap();
    assert_eq!(linked.id().as_str(), "26217939");
    assert_eq!(
        linked.answer().device_serial.as_ref().unwrap().reveal(),
        "EX-26217939"
    );
    let pressed = linked.event(BUTTON).message_type(1).position(here());
    let pressed = pressed.await.unwrap();
    let raised = scene.simulator.snapshot();
    let raised = raised.active_callouts_of(jane.get());
    assert_eq!(pressed.callout_id().unwrap().get(), raised[0].id);
    // The id that was stored does the same.
    let stored = DeviceId::from(&linked);
    let device = scene.aura.device(stored);
    let again = device.event(BUTTON).message_type(1).position(here());
    assert_eq!(again.await.unwrap().callout_id(), pressed.callout_id());
    device.unlink().await.unwrap();
    assert_eq!(scene.simulator.snapshot().devices().count(), 0);
    let error = device.unlink().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.hint().unwrap().contains("not the serial"), "{error}");
}

#[tokio::test]
async fn r54_a_device_id_goes_as_linking_answered_it() {
    let ids = [
        ("26217939", json!(26_217_939)),
        ("EX-2621", json!("EX-2621")),
        ("007", json!("007")),
    ];
    for (id, sent) in ids {
        let (server, aura) = answered(200, "{}").await;
        let device = aura.device(id.parse::<DeviceId>().unwrap());
        device.event(BUTTON).await.unwrap();
        let seen = server.seen();
        let event = seen
            .iter()
            .find(|request| request.path.ends_with("/deviceEvent"));
        let body: Value = serde_json::from_str(&event.unwrap().body).unwrap();
        assert_eq!(body["device_id"], sent);
    }
}

#[tokio::test]
async fn r54_a_serial_in_place_of_the_device_id_is_refused_by_aura_and_explained() {
    let scene = Standing::start().await;
    scene
        .aura
        .link_device(button(scene.jane().await))
        .await
        .unwrap();
    let device = scene
        .aura
        .device("EX-26217939".parse::<DeviceId>().unwrap());
    let error = device.event(BUTTON).message_type(1).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.hint().unwrap().contains("R54"), "{error}");
}

#[tokio::test]
async fn c36_one_type_of_event_and_a_list_of_them_are_read() {
    for (types, read) in [
        (r#""NEW_CALLOUT""#, vec!["NEW_CALLOUT"]),
        (
            r#"["LOCATION_UPDATE","NEW_CALLOUT"]"#,
            vec!["LOCATION_UPDATE", "NEW_CALLOUT"],
        ),
        ("null", vec![]),
    ] {
        let body = format!(
            r#"{{"input":"raw","resolvedAuraEvent":{{"eventTypes":{types},"eventResponse":{{"calloutId":7}}}}}}"#
        );
        let server = Server::replying([Reply::json(200, &body)]).await;
        let aura = server.client();
        let resolved = aura.device(1).event(BUTTON).await.unwrap();
        assert_eq!(resolved.event_types().collect::<Vec<_>>(), read);
        assert_eq!(resolved.callout_id().unwrap().get(), 7);
        assert_eq!(resolved.input().unwrap().as_str(), Some("raw"));
    }
}

#[tokio::test]
async fn r54_a_further_field_cannot_replace_the_device() {
    let scene = Standing::start().await;
    let device = scene.aura.device(26_217_939);
    for name in ["device_id", "device_type_id", "message_type", "location"] {
        let error = device.event(BUTTON).field(name, 1).await.unwrap_err();
        refused_here(&error, "create_device_event", "further field");
    }
    assert_eq!(scene.simulator.requests().len(), 0);
}

#[tokio::test]
async fn r54_a_link_without_a_device_id_is_no_success() {
    for body in [
        "{}",
        r#"{"deviceSerial":"EX-26217939"}"#,
        r#"{"deviceId":""}"#,
    ] {
        let (_server, aura) = answered(200, body).await;
        let error = aura.link_device(button(1.into())).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UndecodableAnswer);
        open_outcome(&error, "link_device", "do not use the serial");
    }
    // A number is an id as good as text.
    let (_server, aura) = answered(200, r#"{"deviceId":26217939}"#).await;
    let linked = aura.link_device(button(1.into())).await.unwrap();
    assert_eq!(linked.id(), &DeviceId::from(26_217_939));
    assert_eq!(linked.device_type(), None);
}

#[tokio::test]
async fn r87_the_type_is_worked_out_and_an_unprovisioned_serial_is_explained() {
    let scene = Standing::start().await;
    let jane = scene.jane().await;
    let linked = scene.aura.link_device(button(jane)).await.unwrap();
    assert_eq!(linked.device_type(), Some(BUTTON));
    let unknown = LinkDevice::new(jane, "EX-1".parse().unwrap(), "ExampleBrand");
    let error = scene.aura.link_device(unknown).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.hint().unwrap().contains("provisioned"), "{error}");
    assert!(error.hint().unwrap().contains("R87"), "{error}");
    let nobody = LinkDevice::new(jane, "EX-26217939".parse().unwrap(), " ");
    let error = scene.aura.link_device(nobody).await.unwrap_err();
    refused_here(&error, "link_device", "supplier");
    assert_eq!(scene.sent("link_device"), 2);
}

#[tokio::test]
async fn r88_the_echo_and_the_resolved_event_are_kept() {
    let scene = Standing::start().await;
    let jane = scene.jane().await;
    let linked = scene.aura.link_device(button(jane)).await.unwrap();
    let alive = linked.event(BUTTON).message_type(4).field("raw", "0a1b");
    let alive = alive.await.unwrap();
    let sent = serde_json::json!({
        "device_id": 26_217_939,
        "device_type_id": 5,
        "message_type": 4,
        "raw": "0a1b",
    });
    assert_eq!(serde_json::to_value(alive.input().unwrap()).unwrap(), sent);
    assert_eq!(alive.event_types().collect::<Vec<_>>(), ["HEALTH_CHECK"]);
    // P01: no callout is known, and none is made up.
    assert_eq!(alive.callout_id(), None);
    assert_eq!(
        alive.answer().json()["resolvedAuraEvent"]["eventTypes"],
        "HEALTH_CHECK"
    );
}

#[tokio::test]
async fn r26_an_event_that_raises_nothing_says_that_nobody_comes() {
    let scene = Standing::start().await;
    let jane = NewCustomer::new("Jane", "Doe", "+27821234567".parse().unwrap());
    let jane = scene.aura.register(jane).without_subscription();
    let jane = jane.await.unwrap().id();
    let linked = scene.aura.link_device(button(jane)).await.unwrap();
    let pressed = linked.event(BUTTON).message_type(1).position(here());
    let error = pressed.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoActiveSubscription);
    assert!(error.hint().unwrap().contains("R26"), "{error}");
    assert!(!error.is_retryable());
}

#[tokio::test]
async fn c35_a_change_names_customer_and_device_and_changes_something() {
    let scene = Standing::start().await;
    let jane = scene.jane().await;
    let linked = scene.aura.link_device(button(jane)).await.unwrap();
    let nothing = linked.update(jane).await.unwrap_err();
    refused_here(&nothing, "update_device", "changes nothing");
    let changed = linked.update(jane).alias("Back office").await.unwrap();
    assert_eq!(changed.alias.as_ref().unwrap().reveal(), "Back office");
    linked
        .update(jane)
        .device_type(DeviceTypeId::new(6))
        .await
        .unwrap();
    let snapshot = scene.simulator.snapshot();
    let kept = snapshot.devices().next().unwrap();
    assert_eq!(kept.alias.as_ref().unwrap().reveal(), "Back office");
    assert_eq!(kept.type_id, 6);
    let error = linked.update(1).alias("x").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn what_may_have_happened_is_not_sent_again_and_says_so() {
    for (server, aura) in [cut_off().await, answered(503, "{}").await] {
        let error = aura.link_device(button(1.into())).await.unwrap_err();
        open_outcome(&error, "link_device", "may be linked");
        assert_eq!(server.count("/devices"), 1);
        let error = aura.device(1).event(BUTTON).await.unwrap_err();
        open_outcome(&error, "create_device_event", "raise a callout");
        assert_eq!(server.count("/deviceEvent"), 1);
    }
}

#[tokio::test]
async fn p12_devices_and_events_show_neither_serial_nor_alias_nor_position() {
    let scene = Standing::start().await;
    let jane = scene.jane().await;
    let serial: people_protect::DeviceSerial = "EX-26217939".parse().unwrap();
    let link = button(jane)
        .alias("Planted alias")
        .firmware_version("Planted");
    clean(&format!("{serial:?} {link:?} {link:#?}"));
    let linked = scene.aura.link_device(link).await.unwrap();
    let without_id = |shown: String| shown.replace("\"26217939\"", "ID");
    clean(&without_id(format!("{linked:?} {:?}", *linked)));
    let change = linked.update(jane).alias("Planted alias");
    clean(&without_id(format!("{change:?}")));
    clean(&format!("{:?}", change.await.unwrap()));
    let event = linked.event(BUTTON).message_type(1).position(here());
    let event = event.field("raw", "Planted");
    clean(&without_id(format!("{event:?}")));
    let resolved = event.await.unwrap();
    clean(&format!("{resolved:?} {:?}", resolved.answer()));
    let error = scene
        .aura
        .link_device(button(CustomerId::new(1)).alias("Planted alias"))
        .await
        .unwrap_err();
    clean(&format!("{error} {error:?}"));
}
