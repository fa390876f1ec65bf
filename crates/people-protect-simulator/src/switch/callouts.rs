//! Switches about callouts, their events, ratings and reasons, and fixed locations.

use super::Switch;

/// Declares the switches and their list in one go, so that none is forgotten in it.
macro_rules! switches {
    ($($name:ident = $make:ident($($argument:expr),+ $(,)?);)+) => {
        $(pub(crate) static $name: Switch = Switch::$make($($argument),+);)+
        pub(super) const ALL: &[&Switch] = &[$(&$name),+];
    };
}

switches! {
    // Raising.
    CREATE_REQUEST = one_of("create-request", &["location", "flat-too"], "S", &["R24", "C12"],
        "whether a create takes coordinates in `location` only, or at top level as well, as documented earlier");
    BOTH_PLACES = one_of("both-places", &["400", "coordinates", "fixed-location"], "I", &["R25"],
        "what a create with both coordinates and `predefinedLocationId` gets: a refusal, or one of the two is taken");
    UNKNOWN_PLACE_STATUS = one_of("unknown-place-status", &["400", "404"], "I", &["R25", "C08"],
        "the status for a `predefinedLocationId` that is not there");
    UNKNOWN_RESPONSE_TYPE = one_of("unknown-response-type", &["400", "404", "accepted"], "I", &["R82", "C08"],
        "what a create with a response type of no list gets");
    POSITION_RANGE = one_of("position-range", &["earth", "any"], "I", &["R24", "R60"],
        "whether coordinates must be degrees of this earth and the accuracy must not be negative");
    CREATE_ANSWER = one_of("create-answer", &["callout", "top-level-link", "flat"], "S", &["C13", "R28"],
        "where a create puts the tracking link: into `callout`, beside it, or into a flat answer");
    RETURNED_CALLOUT_STATUS = one_of("returned-callout-status", &["201", "200"], "I", &["R27"],
        "the status of a create that returns the active callout");
    REPEAT_POSITION = one_of("repeat-position", &["kept", "updated"], "I", &["R27"],
        "whether a create that returns the active callout moves it to the position it names");
    REPEAT_AFTER_COVER = one_of("repeat-after-cover", &["returned", "refused"], "I", &["R26", "R27"],
        "what a repeat create gets when the cover has ended since the callout was raised");
    LEGACY_COVER = one_of("legacy-cover", &["checked", "bypassed"], "S", &["C15", "R64"],
        "whether the legacy create route asks for an active subscription");
    LEGACY_RESPONSE_TYPE = one_of("legacy-response-type", &["required", "optional"], "I", &["R64"],
        "whether the legacy create route needs `responseTypeId`; without one the first type is taken");

    // Reading and following.
    READ_ANSWER = one_of("read-answer", &["nested", "flat"], "S", &["C14", "R29"],
        "whether a callout is read nested under a message, or bare and flat as documented earlier");
    READ_LINK = on_off("read-link", false, "I", &["R28", "R29"],
        "whether reading a callout repeats its tracking link");
    READ_CATEGORY_KEY = one_of("read-category-key", &["lower", "camel"], "S", &["C43"],
        "whether a nested callout says `incidentcategory` or `incidentCategory`");
    READ_COORDINATES = one_of("read-coordinates", &["number", "text"], "S", &["C46"],
        "whether coordinates of a nested callout are numbers or text");
    READ_PLACE_ID = one_of("read-place-id", &["integer", "text"], "O", &["C45"],
        "whether `predefinedLocationId` of a nested callout is an integer or text");
    CLASSIFICATION_NAMES = one_of("classification-names", &["real-test", "none"], "B", &["C25"],
        "whether classification 1 reads as `REAL` and 2 as `TEST`, or no id means anything");
    STATUS_CASE = one_of("status-case", &["mixed", "lower", "upper"], "S", &["R39"],
        "the case of the status texts of callouts, which are free-form");
    CALLOUT_LIST = one_of("callout-list", &["bare", "wrapped"], "O", &["R29"],
        "whether callouts are listed bare or as `callouts` beside a message");
    CUSTOMER_CALLOUTS = one_of("customer-callouts", &["active", "all"], "I", &["R27"],
        "which callouts the list of a customer holds: the active one, or those that have ended too");
    FOREIGN_CALLOUT_STATUS = one_of("foreign-callout-status", &["401", "403", "404"], "I", &["R57"],
        "the status for a callout token that asks for another customer's callouts");
    UPDATE_AFTER_CANCEL = one_of("update-after-cancel", &["285", "200"], "I", &["R33"],
        "whether a cancelled callout answers an update as a closed one does, or 200 without moving");

    // Ending.
    CANCEL_ANSWER = one_of("cancel-answer", &["callout", "with-message", "flat"], "S", &["C16", "R62"],
        "whether a cancellation answers `callout` alone, beside a message, or the bare flat callout");
    WRONG_SAFE_CODE = one_of("wrong-safe-code", &["unnoticed", "400", "cancels"], "I", &["R34"],
        "what a wrong safe code gets: an answer like any other while the callout goes on, a refusal, or a cancellation; duress is on record in each case");
    CANCEL_AFTER_END = one_of("cancel-after-end", &["200", "400", "404"], "I", &["R34"],
        "the status for cancelling what has ended already");
    CANCEL_WITHOUT_BODY = one_of("cancel-without-body", &["accepted", "400"], "I", &["R34"],
        "whether a cancellation may come without any body");
    DISMISS = one_of("dismiss", &["ends", "ignored", "absent"], "B", &["C24"],
        "what dismissing does: ends the callout, is accepted without effect, or is 404");
    BEFORE_END_STATUS = one_of("before-end-status", &["404", "400"], "I", &["R35"],
        "the status for the report and the map of a callout that has not ended");
    CANCELLED_REPORT = one_of("cancelled-report", &["served", "refused"], "I", &["R35"],
        "whether a cancelled callout has a report and a map as a closed one has");

    // What is said, and why.
    EVENT_SHAPE = one_of("event-shape", &["current", "older"], "S", &["C19", "R72"],
        "whether callout events take `source` and `event`, or `message` both ways as documented earlier");
    EVENT_LIST = one_of("event-list", &["bare", "wrapped"], "I", &["R73"],
        "whether callout events are listed bare or as `calloutEvents` beside a message");
    EVENT_ORDER = one_of("event-order", &["oldest-first", "newest-first"], "I", &["R73"],
        "the order in which callout events are listed");
    EVENTS_AFTER_END = one_of("events-after-end", &["accepted", "400"], "I", &["R72"],
        "whether a callout that has ended takes further events");
    BLANK_EVENT = one_of("blank-event", &["400", "accepted"], "I", &["R72"],
        "whether a blank `source` or `event` is taken");
    REASON_SHAPE = one_of("reason-shape", &["current", "older"], "S", &["C20", "R74"],
        "whether an exception reason needs its id and comes wrapped, or as documented earlier neither");
    REASON_LIST = one_of("reason-list", &["catalogue", "attached"], "I", &["R74"],
        "what the list of exception reasons holds: those there are, or those attached to the callout");
    UNKNOWN_REASON_STATUS = one_of("unknown-reason-status", &["400", "404"], "I", &["R74", "C08"],
        "the status for an exception reason that is not in the catalogue");
    REPEATED_REASON = one_of("repeated-reason", &["again", "folded"], "I", &["R74"],
        "whether the same exception reason twice is attached twice or answered as it is");
    RATING_SHAPE = one_of("rating-shape", &["current", "older"], "S", &["C21", "R75"],
        "whether a rating has `additionalDetails` and a wrapper, or `comment` and none as documented earlier");
    RATING_TIME = one_of("rating-time", &["when-over", "any"], "I", &["R75"],
        "whether a callout can be rated before it is completed");
    SECOND_RATING = one_of("second-rating", &["400", "replaces"], "I", &["R75"],
        "what a second rating of a callout does");
    RATING_ITEM_SHAPE = one_of("rating-item-shape", &["current", "older"], "S", &["C22", "R76"],
        "whether a rated aspect has a sentiment and a wrapper, or `ratingId` and `score` and none as documented earlier");

    // Fixed locations.
    PLACE_SHAPE = one_of("place-shape", &["current", "older"], "S", &["C31", "R77"],
        "whether fixed locations have the current fields, or `name`, `address` and numbers as documented earlier");
    PLACE_LIST = one_of("place-list", &["bare", "wrapped"], "I", &["R78"],
        "whether fixed locations are listed bare or as `predefinedLocations` beside a message");
    DUPLICATE_PLACE = one_of("duplicate-place", &["409", "400", "replaces"], "I", &["R77"],
        "what a second fixed location with the same `externalReferenceId` does");
    PLACE_CALLOUT_BODY = one_of("place-callout-body", &["optional", "response-type"], "S", &["C23", "R30"],
        "whether a fixed-location callout needs no body, or `responseTypeId` as documented earlier");
    PLACE_CALLOUT_REPEAT = one_of("place-callout-repeat", &["second", "returned"], "I", &["R27", "R30"],
        "whether a repeat at a fixed location opens a second callout or returns the active one");
    PLACE_CALLOUT_LINK = on_off("place-callout-link", true, "I", &["R28", "R79"],
        "whether a fixed-location callout comes with a tracking link");
    INSTALLER_ECHO = on_off("installer-echo", true, "I", &["R79"],
        "whether a fixed-location callout answers the `installerIdentifier` that was sent, or null");
    CSV_BAD_ROW = one_of("csv-bad-row", &["400", "skipped"], "I", &["R49"],
        "whether a bad row refuses the whole CSV file or is left out");
}

#[cfg(test)]
mod tests {
    use super::ALL;

    const TRIED: &str = include_str!("../../tests/behaviour/callout_switches.rs");

    #[test]
    fn every_switch_is_tried() {
        for switch in ALL {
            let case = format!("case!(\"{}\",", switch.name);
            assert!(TRIED.contains(&case), "{}", switch.name);
        }
    }
}
