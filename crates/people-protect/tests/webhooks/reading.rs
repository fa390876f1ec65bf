//! What is read from a delivery.

use people_protect::raw::IdOrText;
use people_protect::raw::types::WebhookEventNameKnown;
use people_protect::webhooks::{Delivery, EntityKind, Event, Incident};
use people_protect::{CalloutId, CustomerId, Position, Stage, SubscriptionId};
use serde_json::{Value, json};

use crate::fixtures::{self, changed, delivery};

fn only(delivery: &Delivery) -> Incident {
    let [one] = <[Incident; 1]>::try_from(delivery.incidents()).unwrap();
    one
}

#[test]
fn r43_a_new_callout_is_read() {
    let delivery = delivery(fixtures::new_callout);
    assert_eq!(delivery.event(), &Event::NewCallout);
    assert!(delivery.event().is_new_callout());
    assert_eq!(delivery.callout_id(), Some(CalloutId::new(992_011)));
    assert_eq!(delivery.customer_id(), None);
    assert_eq!(delivery.subscription_id(), None);
    let entity = delivery.entity().unwrap();
    assert_eq!(entity.kind(), EntityKind::Callout);
    assert_eq!(entity.to_string(), "callout 992011");
    let incident = only(&delivery);
    assert_eq!(incident.category(), Some("Security"));
    assert_eq!(incident.fixed_location_id(), None);
    let here = Position::new(-26.12345, 28.12345).unwrap();
    assert_eq!(incident.position(), Some(here));
    let address = incident.address().unwrap().reveal();
    assert_eq!(address, "123 Main Street, Johannesburg");
    let emergency = incident.raw().type_of_emergency.as_ref().unwrap();
    assert_eq!(emergency.description.as_deref(), Some("Panic"));
}

#[test]
fn r43_subscriptions_and_customers_are_read() {
    let changed = delivery(fixtures::subscription_updated);
    assert_eq!(changed.event(), &Event::SubscriptionUpdated);
    assert_eq!(changed.subscription_id(), Some(SubscriptionId::new(8811)));
    assert_eq!(changed.customer_id(), Some(CustomerId::new(178_921)));
    assert_eq!(changed.callout_id(), None);
    let subscription = changed.subscription().unwrap();
    assert_eq!(subscription.dependant_customer_ids, Some(vec![178_922]));
    assert!(changed.callout().is_none());

    let created = delivery(fixtures::created_customer);
    assert_eq!(created.event(), &Event::CreatedCustomer);
    assert_eq!(created.customer_id(), Some(CustomerId::new(178_921)));
    assert_eq!(created.entity().unwrap().kind(), EntityKind::Customer);
    let mobile = created.customer().unwrap().mobile.unwrap();
    assert_eq!(mobile.reveal(), "+27821234567");

    let other_name = Delivery::parse(br#"{"message": "X", "customer": {"customerId": "178921"}}"#);
    assert_eq!(other_name.customer_id(), Some(CustomerId::new(178_921)));
    let entity = other_name.entity().unwrap();
    assert_eq!(entity.to_string(), "customer 178921");
}

#[test]
fn r39_the_status_of_a_delivered_callout_is_free_text() {
    let closed = delivery(fixtures::callout_closed);
    assert_eq!(closed.callout().unwrap().stage(), Stage::Closed);
    assert_eq!(closed.customer_id(), Some(CustomerId::new(178_921)));
    for (status, stage) in [
        ("RESPONDER Dispatched", Stage::Dispatched),
        ("Under review", Stage::Other("Under review".to_owned())),
    ] {
        let delivery = changed(fixtures::callout_closed, |json| {
            json["callout"]["status"] = json!(status);
        });
        assert_eq!(delivery.callout().unwrap().stage(), stage);
    }
}

#[test]
fn r44_c48_a_responder_event_has_its_incident_at_top_level_as_one_object() {
    let delivery = delivery(fixtures::responder_arrived);
    assert_eq!(delivery.event(), &Event::ResponderArrivedOnScene);
    let incident = only(&delivery);
    let responder = incident.raw().responder.as_ref().unwrap();
    assert_eq!(responder["name"], "Unit 7");
    let view = delivery.callout().unwrap();
    assert_eq!(view.stage(), Stage::Arrived);
    assert!(view.arrived_at() > view.dispatched_at());
    assert!(delivery.is_live());
}

#[test]
fn c48_r92_incidents_are_found_in_either_place_and_either_form() {
    let one = json!({"incidentcategory": {"description": "Security"}});
    let other = json!({"incidentcategory": {"description": "Medical"}});
    let categories = |inside: Value, top: Value| {
        let delivery = changed(fixtures::callout_events_changed, |json| {
            json["callout"]["incidentInformation"] = inside;
            json["incidentInformation"] = top;
        });
        let found: Vec<String> = delivery
            .incidents()
            .iter()
            .map(|incident| incident.category().unwrap().to_owned())
            .collect();
        let view = delivery.callout().unwrap();
        assert_eq!(view.incidents().len(), found.len());
        found
    };
    let null = || Value::Null;
    assert_eq!(categories(json!([one]), null()), ["Security"]);
    assert_eq!(categories(one.clone(), null()), ["Security"]);
    assert_eq!(categories(null(), json!([one])), ["Security"]);
    assert_eq!(categories(null(), one.clone()), ["Security"]);
    // The same in both places is one incident.
    assert_eq!(categories(json!([one]), json!([one])), ["Security"]);
    assert_eq!(
        categories(one.clone(), json!([one, other])),
        ["Security", "Medical"]
    );
    assert_eq!(
        categories(json!([one, other]), null()),
        ["Security", "Medical"]
    );
    assert!(categories(json!("odd"), json!(5)).is_empty());
}

#[test]
fn c43_either_spelling_of_the_category_is_read() {
    let delivery = delivery(fixtures::new_callout_classified_in_the_array);
    assert_eq!(only(&delivery).category(), Some("Security"));
    let both = changed(fixtures::new_callout, |json| {
        let incident = &mut json["callout"]["incidentInformation"][0];
        incident["incidentcategory"] = json!({});
        incident["incidentCategory"] = json!({"description": "Medical"});
    });
    assert_eq!(only(&both).category(), Some("Medical"));
}

#[test]
fn c45_r92_a_fixed_location_is_the_same_as_number_and_as_text() {
    let with = |id: Value| {
        let delivery = changed(fixtures::new_callout, |json| {
            json["callout"]["incidentInformation"][0]["predefinedLocationId"] = id;
        });
        only(&delivery).fixed_location_id().cloned()
    };
    assert_eq!(with(json!(99_001)), Some(IdOrText::from(99_001)));
    assert_eq!(with(json!("99001")), Some(IdOrText::from(99_001)));
    assert_eq!(with(json!("")), None);
    assert_eq!(with(Value::Null), None);
}

#[test]
fn c46_r92_coordinates_are_the_same_as_numbers_and_as_text() {
    let with = |latitude: Value, longitude: Value| {
        let delivery = changed(fixtures::new_callout, |json| {
            let place = &mut json["callout"]["incidentInformation"][0]["calloutCurrentLocation"];
            place["latitude"] = latitude;
            place["longitude"] = longitude;
        });
        only(&delivery).position()
    };
    let here = Position::new(-26.12345, 28.12345).ok();
    assert_eq!(with(json!(-26.12345), json!(28.12345)), here);
    assert_eq!(with(json!("-26.12345"), json!(" 28.12345 ")), here);
    for odd in [
        json!("north"),
        json!("NaN"),
        json!(1000),
        json!(null),
        json!({}),
    ] {
        assert_eq!(with(odd, json!(28.12345)), None);
    }
}

#[test]
fn r91_an_unknown_event_is_kept_with_everything_it_came_with() {
    let unlisted = delivery(fixtures::unlisted);
    let other = Event::Other("CALLOUT_TELEPORTED".to_owned());
    assert_eq!(unlisted.event(), &other);
    assert_eq!(unlisted.callout_id(), Some(CalloutId::new(992_011)));
    assert_eq!(unlisted.json()["newThing"]["of"], "a later version");
    assert_eq!(unlisted.body(), fixtures::unlisted.1);
    assert!(!unlisted.event().is_listed());

    let for_instance = delivery(fixtures::new_callout_for_instance);
    assert_eq!(for_instance.event(), &Event::NewCalloutForInstance);
    assert!(for_instance.event().is_new_callout());
    assert!(!for_instance.event().is_listed());
}

#[test]
fn r91_an_odd_field_hides_no_other() {
    let odd = changed(fixtures::new_callout, |json| {
        json["callout"]["url"] = json!({"odd": 1});
        json["callout"]["status"] = json!(["odd"]);
        json["callout"]["customerId"] = json!("178921");
        json["callout"]["incidentInformation"][0]["responder"] = json!("odd");
    });
    assert_eq!(odd.callout_id(), Some(CalloutId::new(992_011)));
    assert_eq!(odd.customer_id(), Some(CustomerId::new(178_921)));
    let view = odd.callout().unwrap();
    assert_eq!(view.id(), Some(CalloutId::new(992_011)));
    assert_eq!(only(&odd).category(), Some("Security"));
}

#[test]
fn r41_the_events_are_those_of_the_contract() {
    for event in Event::LISTED {
        let name = event.name().unwrap();
        assert!(name.parse::<WebhookEventNameKnown>().is_ok(), "{name}");
        assert_eq!(&Event::from(name), event);
        assert!(event.is_listed());
    }
    // The contract lists one more, the deprecated one (R46).
    let contract = people_protect::raw::OPERATIONS;
    assert!(contract.iter().any(|known| known.id == "register_webhook"));
    let deprecated = "RESPONDER_ACKNOWLEDGED_CALLOUT_WITH_ETA";
    assert!(deprecated.parse::<WebhookEventNameKnown>().is_ok());
    let event = Event::from(deprecated);
    assert_eq!(event, Event::ResponderAcknowledgedCalloutWithEta);
    assert!(!event.is_listed());
    assert_eq!(Event::LISTED.len(), 15);
}

#[test]
fn r39_the_name_of_an_event_is_read_in_any_case() {
    assert_eq!(Event::from(" new_callout "), Event::NewCallout);
}
