//! The deliveries in `tests/fixtures/webhooks`; their grades stand in its README.

use people_protect::webhooks::{Delivery, Event};
use serde_json::Value;

macro_rules! fixtures {
    ($($name:ident)*) => {
        $(pub(crate) const $name: (&str, &[u8]) = (
            stringify!($name),
            include_bytes!(concat!("../fixtures/webhooks/", stringify!($name), ".json")),
        );)*
        pub(crate) const ALL: &[(&str, &[u8])] = &[$($name),*];
    };
}

#[allow(non_upper_case_globals, reason = "named as the files are")]
mod files {
    fixtures! {
        callout_closed
        callout_events_changed
        created_customer
        new_callout
        new_callout_classified_in_the_array
        new_callout_for_instance
        new_callout_test
        responder_arrived
        subscription_updated
        unlisted
    }
}
pub(crate) use files::*;

pub(crate) fn delivery(fixture: (&str, &[u8])) -> Delivery {
    Delivery::parse(fixture.1)
}

/// The delivery with its JSON changed.
pub(crate) fn changed(fixture: (&str, &[u8]), change: impl FnOnce(&mut Value)) -> Delivery {
    let mut json = delivery(fixture).json().clone();
    change(&mut json);
    Delivery::parse(json.to_string().as_bytes())
}

#[test]
fn every_delivery_is_used_graded_and_readable() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/webhooks");
    let grades = std::fs::read_to_string(format!("{folder}/README.md")).unwrap();
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "README.md")
        .collect();
    files.sort();
    let used: Vec<String> = ALL.iter().map(|(name, _)| format!("{name}.json")).collect();
    assert_eq!(files, used);
    for file in files {
        assert!(grades.contains(&format!("| `{file}` |")), "{file}");
    }
    for (name, body) in ALL {
        let event = Delivery::parse(body).event().clone();
        assert!(!matches!(event, Event::Unreadable(_)), "{name}");
    }
}
