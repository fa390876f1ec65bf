//! Bodies nobody thought of.

use people_protect::webhooks::{Delivery, Event, Liveness};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::Value;

use crate::fixtures;

/// JSON in which the members a delivery is read by turn up with anything in them.
fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        Just(Value::from("REAL")),
        Just(Value::from("TEST")),
        Just(Value::from("NEW_CALLOUT")),
        ".{0,12}".prop_map(Value::from),
    ];
    let name = prop_oneof![
        Just("message"),
        Just("callout"),
        Just("customer"),
        Just("subscription"),
        Just("id"),
        Just("customerId"),
        Just("incidentInformation"),
        Just("calloutClassification"),
        Just("value"),
        Just("internalTest"),
        Just("incidentcategory"),
        Just("incidentCategory"),
        Just("predefinedLocationId"),
        Just("calloutCurrentLocation"),
        Just("latitude"),
        Just("longitude"),
        Just("status"),
    ]
    .prop_map(str::to_owned);
    leaf.prop_recursive(4, 64, 8, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(name.clone(), inner, 0..8)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Reads everything there is to read.
fn read(body: &[u8]) -> Delivery {
    let delivery = Delivery::parse(body);
    assert_eq!(delivery.body(), body);
    let _ = (
        delivery.entity(),
        delivery.callout_id(),
        delivery.customer_id(),
        delivery.subscription_id(),
        delivery.subscription(),
        delivery.customer(),
    );
    let incidents = delivery.incidents();
    for incident in &incidents {
        let _ = (
            incident.category(),
            incident.position(),
            incident.address(),
            incident.fixed_location_id(),
        );
    }
    if let Some(view) = delivery.callout() {
        assert_eq!(view.incidents().len(), incidents.len());
    }
    assert_eq!(delivery.is_live(), delivery.liveness() == Liveness::Live);
    assert_eq!(delivery.dedup_key(), Delivery::parse(body).dedup_key());
    delivery
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn p08_any_bytes_are_kept(body in vec(any::<u8>(), 0..300)) {
        read(&body);
    }

    #[test]
    fn p08_any_json_is_kept(json in json()) {
        let delivery = read(json.to_string().as_bytes());
        let named = json.get("message").and_then(Value::as_str).is_some_and(|name| !name.trim().is_empty());
        prop_assert_eq!(matches!(delivery.event(), Event::Unreadable(_)), !named);
    }

    #[test]
    fn p08_a_cut_off_delivery_is_kept(which in 0..fixtures::ALL.len(), keep in 0.0..1.0) {
        let body = fixtures::ALL[which].1;
        read(&body[..(body.len() as f64 * keep) as usize]);
    }

    #[test]
    fn p08_debug_shows_names_and_ids_only(text in "[a-z]{12}", json in json()) {
        let mut json = json;
        if let Value::Object(members) = &mut json {
            members.insert("name".to_owned(), Value::from(text.as_str()));
            members.insert("message".to_owned(), Value::from(format!("for {text}")));
            members.insert("callout".to_owned(), serde_json::json!({"id": text}));
        }
        let delivery = Delivery::parse(json.to_string().as_bytes());
        let shown = format!("{delivery:?} {} {}", delivery.event(), delivery.dedup_key());
        prop_assert!(!shown.contains(&text), "{}", shown);
    }
}

#[test]
fn r43_a_byte_order_mark_hides_no_new_callout() {
    let plain = br#"{"message":"NEW_CALLOUT","callout":{"id":992011}}"#;
    let body = [b"\xef\xbb\xbf", &plain[..]].concat();
    let delivery = read(&body);
    assert_eq!(delivery.event(), &Event::NewCallout);
    assert_eq!(delivery.callout_id().unwrap().get(), 992_011);
    assert_eq!(delivery.dedup_key(), read(plain).dedup_key());
    // As received.
    assert_eq!(delivery.body(), body);
}

#[test]
fn r43_deep_nesting_in_another_field_hides_no_new_callout() {
    for depth in [90, 130, 100_000] {
        let deep = |inside| format!("{}{inside}{}", "[".repeat(depth), "]".repeat(depth));
        let body = |inside| {
            let deep = deep(inside);
            format!(
                r#"{{"odd":{deep},"message":"CALLOUT_OWNED","callout":{{"odd":{deep},"id":992011}},"n":1}}"#
            )
        };
        let delivery = read(body("1").as_bytes());
        assert_eq!(delivery.event(), &Event::CalloutOwned, "{depth}");
        assert_eq!(delivery.callout_id().unwrap().get(), 992_011);
        assert_eq!(delivery.json()["n"], 1);
        // What was left out still tells two events apart.
        let other = read(body("2").as_bytes());
        assert_ne!(delivery.dedup_key(), other.dedup_key());
        assert_eq!(delivery.dedup_key(), read(body("1").as_bytes()).dedup_key());
        // A body that is broken besides is still broken.
        let broken = &body("1")[1..];
        assert!(matches!(
            read(broken.as_bytes()).event(),
            Event::Unreadable(_)
        ));
    }
}

#[test]
fn p08_deep_nesting_is_no_way_to_stop_a_receiver() {
    let deep = "[".repeat(500_000);
    assert!(matches!(
        read(deep.as_bytes()).event(),
        Event::Unreadable(_)
    ));
    let deep = format!("{}{}", "{\"callout\":".repeat(100), "1") + &"}".repeat(100);
    read(deep.as_bytes());
}
