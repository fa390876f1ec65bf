//! Telling repeats from what legitimately comes again.

use std::num::NonZeroUsize;
use std::time::Duration;

use people_protect::webhooks::{DedupKey, Delivery, Event, Seen};
use serde_json::json;

use crate::clock::ManualClock;
use crate::fixtures::{self, changed, delivery};

const NOW: &str = "2026-06-10T08:00:00Z";

fn key(name: &str, more: &str) -> DedupKey {
    let body = format!(r#"{{"message": "{name}", "callout": {{"id": 992011}}, "more": {more}}}"#);
    Delivery::parse(body.as_bytes()).dedup_key()
}

#[test]
fn r47_one_event_delivered_twice_is_handled_once() {
    let seen = Seen::new();
    for (name, body) in fixtures::ALL {
        let key = Delivery::parse(body).dedup_key();
        assert!(seen.first_time(&key), "{name}");
        assert!(
            !seen.first_time(&Delivery::parse(body).dedup_key()),
            "{name}"
        );
    }
}

#[test]
fn r47_an_event_that_happens_once_is_told_by_message_and_id() {
    for name in ["NEW_CALLOUT", "CREATED_CUSTOMER"] {
        assert_eq!(key(name, "1"), key(name, "2"));
        assert_eq!(key(name, "1").as_str(), format!("{name}/callout/992011"));
    }
    let other = changed(fixtures::new_callout, |json| {
        json["callout"]["id"] = json!(992_012)
    });
    assert_ne!(
        other.dedup_key(),
        delivery(fixtures::new_callout).dedup_key()
    );
    assert_ne!(key("NEW_CALLOUT", "1"), key("CALLOUT_CLOSED", "1"));
}

#[test]
fn p08_what_may_come_again_under_one_id_is_not_lost() {
    let once = ["NEW_CALLOUT", "CREATED_CUSTOMER"];
    let repeating = Event::LISTED
        .iter()
        .filter_map(|event| event.name())
        .filter(|name| !once.contains(name))
        .chain(["NEW_CALLOUT_FOR_INSTANCE", "CALLOUT_TELEPORTED"]);
    let mut count = 0;
    for name in repeating {
        assert_ne!(key(name, "1"), key(name, "2"), "{name}");
        assert_eq!(key(name, "1"), key(name, "1"), "{name}");
        count += 1;
    }
    assert_eq!(count, 15);
}

#[test]
fn p08_a_second_closure_of_one_callout_gets_through() {
    let seen = Seen::new();
    let closed = |at| {
        changed(fixtures::callout_closed, |json| {
            json["callout"]["closedAt"] = json!(at)
        })
    };
    assert!(seen.lets_through(&closed("2026-06-10T08:01:00Z")));
    assert!(seen.lets_through(&closed("2026-06-10T09:30:00Z")));
    assert!(!seen.lets_through(&closed("2026-06-10T09:30:00Z")));
}

#[test]
fn p08_the_order_of_members_and_white_space_make_no_second_event() {
    let one = br#"{"message":"CALLOUT_OWNED","callout":{"id":1,"a":{"x":1,"y":[2,3]}}}"#;
    let same =
        br#" {"callout": {"a": {"y": [2, 3], "x": 1}, "id": 1}, "message": "CALLOUT_OWNED"} "#;
    let other = br#"{"message":"CALLOUT_OWNED","callout":{"id":1,"a":{"x":1,"y":[3,2]}}}"#;
    let key = |body: &[u8]| Delivery::parse(body).dedup_key();
    assert_eq!(key(one), key(same));
    assert_ne!(key(one), key(other));
}

#[test]
fn p08_a_change_of_the_event_stream_asks_for_a_read_each_time() {
    for (name, body) in fixtures::ALL {
        let asks = Delivery::parse(body).asks_for_a_read();
        assert_eq!(asks, *name == "callout_events_changed", "{name}");
    }
}

#[test]
fn p08_two_changes_of_the_event_stream_with_one_body_both_get_through() {
    let seen = Seen::new();
    for _ in 0..2 {
        assert!(seen.lets_through(&delivery(fixtures::callout_events_changed)));
    }
    assert!(seen.lets_through(&delivery(fixtures::new_callout)));
    assert!(!seen.lets_through(&delivery(fixtures::new_callout)));
    // Both count as seen.
    assert_eq!(seen.len(), 2);
}

#[test]
fn p08_without_a_plain_id_the_whole_body_tells() {
    for (one, other) in [
        (
            r#"{"message":"NEW_CALLOUT","n":1}"#,
            r#"{"message":"NEW_CALLOUT","n":2}"#,
        ),
        (
            r#"{"message":"NEW_CALLOUT","callout":{"id":null},"n":1}"#,
            r#"{"message":"NEW_CALLOUT","callout":{"id":null},"n":2}"#,
        ),
        (
            r#"{"message":"NEW_CALLOUT","callout":{"id":"planted name"}}"#,
            r#"{"message":"NEW_CALLOUT","callout":{"id":"planted other"}}"#,
        ),
        ("not json", "not json either"),
        ("", " "),
    ] {
        let key = |body: &str| Delivery::parse(body.as_bytes()).dedup_key();
        assert_ne!(key(one), key(other));
        assert_eq!(key(one), key(one));
        assert!(!key(one).as_str().contains("planted"));
    }
}

#[test]
fn r47_a_key_goes_through_a_shared_store_as_text() {
    for (_, body) in fixtures::ALL {
        let key = Delivery::parse(body).dedup_key();
        let stored = serde_json::to_string(&key).unwrap();
        assert_eq!(stored, format!("\"{key}\""));
        let read: DedupKey = serde_json::from_str(&stored).unwrap();
        assert_eq!(read, key);
        assert!(key.as_str().is_ascii() && key.as_str().len() < 200);
    }
}

#[test]
fn r47_a_key_is_forgotten_after_the_window_and_not_before() {
    let clock = ManualClock::at(NOW);
    let seen = Seen::new()
        .with_clock(clock.clone())
        .with_window(Duration::from_secs(60));
    let key = key("NEW_CALLOUT", "1");
    assert!(seen.first_time(&key));
    clock.advance(Duration::from_secs(60));
    // A repeat does not begin the window anew.
    assert!(!seen.first_time(&key));
    clock.advance(Duration::from_secs(1));
    assert!(seen.first_time(&key));
    assert_eq!(seen.len(), 1);
}

#[test]
fn r47_the_number_of_keys_is_bounded_and_the_oldest_go_first() {
    let seen = Seen::new()
        .with_clock(ManualClock::at(NOW))
        .with_capacity(NonZeroUsize::new(2).unwrap());
    let [one, two, three] = ["1", "2", "3"].map(|more| key("CALLOUT_OWNED", more));
    assert!(seen.is_empty());
    assert!(seen.first_time(&one));
    assert!(seen.first_time(&two));
    // A repeat makes no key younger.
    assert!(!seen.first_time(&one));
    assert!(seen.first_time(&three));
    assert_eq!(seen.len(), 2);
    assert!(!seen.first_time(&two));
    assert!(!seen.first_time(&three));
    assert!(seen.first_time(&one));
}

#[test]
fn r47_a_key_whose_work_has_failed_can_be_forgotten() {
    let seen = Seen::new();
    let key = key("NEW_CALLOUT", "1");
    assert!(!seen.forget(&key));
    assert!(seen.first_time(&key));
    assert!(seen.forget(&key));
    assert!(seen.first_time(&key));
}

#[test]
fn r47_of_many_at_once_one_is_first() {
    let seen = Seen::new();
    let key = key("NEW_CALLOUT", "1");
    let first = std::thread::scope(|scope| {
        let callers: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| seen.first_time(&key)))
            .collect();
        callers
            .into_iter()
            .map(|caller| usize::from(caller.join().unwrap()))
            .sum::<usize>()
    });
    assert_eq!(first, 1);
}
