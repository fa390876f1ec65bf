//! Live, test, or nobody knows.

use people_protect::webhooks::Liveness;
use serde_json::{Value, json};

use crate::fixtures::{self, changed, delivery};

fn of(callout: Value, inside: Value, top: Value) -> Liveness {
    let delivery = changed(fixtures::callout_events_changed, |json| {
        json["callout"] = callout;
        json["callout"]["incidentInformation"] = inside;
        json["incidentInformation"] = top;
    });
    assert_eq!(delivery.is_live(), delivery.liveness() == Liveness::Live);
    delivery.liveness()
}

fn class(value: &str) -> Value {
    json!({"calloutClassification": {"value": value}})
}

#[test]
fn p08_live_is_real_and_not_an_internal_test() {
    assert_eq!(delivery(fixtures::new_callout).liveness(), Liveness::Live);
    for marker in [Value::Null, json!(false), json!("false")] {
        let mut callout = class("REAL");
        callout["internalTest"] = marker;
        assert_eq!(of(callout, Value::Null, Value::Null), Liveness::Live);
    }
    for marker in [json!(true), json!("true"), json!("TRUE")] {
        let mut callout = class("REAL");
        callout["internalTest"] = marker;
        assert_eq!(of(callout, Value::Null, Value::Null), Liveness::Test);
    }
}

#[test]
fn c44_the_classification_is_found_wherever_it_sits() {
    let none = || Value::Null;
    let real = || class("REAL");
    assert_eq!(
        delivery(fixtures::new_callout_classified_in_the_array).liveness(),
        Liveness::Live
    );
    assert_eq!(of(real(), none(), none()), Liveness::Live);
    assert_eq!(of(json!({}), json!([real()]), none()), Liveness::Live);
    assert_eq!(of(json!({}), real(), none()), Liveness::Live);
    assert_eq!(of(json!({}), none(), real()), Liveness::Live);
    assert_eq!(of(json!({}), none(), json!([real()])), Liveness::Live);
    // The callout is read first.
    assert_eq!(of(real(), class("DRILL"), none()), Liveness::Live);
}

#[test]
fn c44_either_place_saying_test_wins() {
    let none = || Value::Null;
    let marked = json!({"internalTest": true});
    assert_eq!(
        delivery(fixtures::new_callout_test).liveness(),
        Liveness::Test
    );
    for (callout, inside, top) in [
        (class("TEST"), class("REAL"), none()),
        (class("REAL"), class("TEST"), none()),
        (class("REAL"), none(), class("test")),
        (class("REAL"), json!([class("REAL"), class("TEST")]), none()),
        (class("REAL"), none(), marked.clone()),
        (class("DRILL"), none(), marked.clone()),
        (marked, class("REAL"), class("REAL")),
    ] {
        assert_eq!(of(callout, inside, top), Liveness::Test);
    }
}

#[test]
fn p08_what_does_not_say_is_unknown_and_may_be_live() {
    let none = || Value::Null;
    let odd_marker = json!({"internalTest": "perhaps", "calloutClassification": {"value": "REAL"}});
    for (callout, inside) in [
        (json!({}), none()),
        (json!({"internalTest": false}), none()),
        (class("DRILL"), none()),
        (class(""), none()),
        (json!({"calloutClassification": {}}), none()),
        (json!({"calloutClassification": 1}), none()),
        // The callout is read first, and it says what nobody knows.
        (class("DRILL"), class("REAL")),
        (json!({}), json!([class("REAL"), class("DRILL")])),
        (odd_marker, none()),
    ] {
        let found = of(callout, inside, none());
        assert_eq!(found, Liveness::Unknown);
        assert!(!found.is_live());
        assert!(found.may_be_live());
    }
    assert!(!Liveness::Test.may_be_live());
    assert!(Liveness::Live.may_be_live());
}

#[test]
fn c25_a_classification_id_has_no_meaning() {
    let by_id = json!({"calloutClassificationId": 1});
    assert_eq!(of(by_id, Value::Null, Value::Null), Liveness::Unknown);
}
