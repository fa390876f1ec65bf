//! Switches about sign-ups, devices, leads, scheduled services and the catalogue.

use super::Switch;

pub(crate) static SIGNUP_WITHOUT_IDENTITY_STATUS: Switch = Switch::one_of(
    "signup-without-identity-status",
    &["400", "422"],
    "I",
    &["R52"],
    "the status for a sign-up with neither `email` nor `customerReferenceId`",
);

pub(crate) static SIGNUP_SHAPE: Switch = Switch::one_of(
    "signup-shape",
    &["current", "older"],
    "S",
    &["C32"],
    "whether sign-up sessions have the current fields or the earlier `id`, `status`, `url` and `customerId`",
);

pub(crate) static UNPROVISIONED_DEVICE_STATUS: Switch = Switch::one_of(
    "unprovisioned-device-status",
    &["400", "404", "422"],
    "I",
    &["R87"],
    "the status for a device that is not provisioned",
);

pub(crate) static LINKED_DEVICE_STATUS: Switch = Switch::one_of(
    "linked-device-status",
    &["400", "409"],
    "I",
    &["R54"],
    "the status for a device that is linked already",
);

pub(crate) static DEVICE_SHAPE: Switch = Switch::one_of(
    "device-shape",
    &["current", "older"],
    "S",
    &["C35"],
    "whether devices are linked by serial and supplier or, as documented earlier, by a `deviceId` that is the serial",
);

pub(crate) static DEVICE_ID_TYPE: Switch = Switch::one_of(
    "device-id-type",
    &["text", "number"],
    "I",
    &["R54"],
    "whether the `deviceId` that linking answers is a text or a number",
);

pub(crate) static DEVICE_EVENTS: Switch = Switch::on_off(
    "device-events",
    true,
    "S",
    &["C36", "R88"],
    "whether device events are served; an earlier plan left them out",
);

pub(crate) static LEAD_BY_NUMBER_STATUS: Switch = Switch::one_of(
    "lead-by-number-status",
    &["404", "400"],
    "I",
    &["R84"],
    "the status for reading a lead by its number instead of its UUID",
);

pub(crate) static LEAD_SHAPE: Switch = Switch::one_of(
    "lead-shape",
    &["current", "older"],
    "S",
    &["C34"],
    "whether leads have the current fields or the earlier flat ones with an id that begins with `lead_`",
);

pub(crate) static UNKNOWN_SERVICE_TYPE_STATUS: Switch = Switch::one_of(
    "unknown-service-type-status",
    &["404", "400"],
    "O",
    &["R97"],
    "the status for a type of scheduled service that the source does not have",
);

pub(crate) static SCHEDULED_SHAPE: Switch = Switch::one_of(
    "scheduled-shape",
    &["current", "older"],
    "S",
    &["C37"],
    "whether a scheduled service is ordered by `scheduledRequestConfig` or, as documented earlier, by `scheduledAt`",
);

pub(crate) static SCHEDULED_ECHO: Switch = Switch::on_off(
    "scheduled-echo",
    true,
    "I",
    &["R51"],
    "whether the answer to an order repeats it beside `id` and `nextOccurrence`",
);

pub(crate) static UNKNOWN_COVERAGE_STATUS: Switch = Switch::one_of(
    "unknown-coverage-status",
    &["404", "400"],
    "I",
    &["R83"],
    "the status for coverage of a response type that the source does not have",
);

pub(crate) static COVERAGE_MEDIA: Switch = Switch::one_of(
    "coverage-media",
    &[
        "application/vnd.google-earth.kml+xml",
        "application/xml",
        "text/xml",
    ],
    "I",
    &["R83"],
    "the content type of coverage",
);

pub(super) const ALL: &[&Switch] = &[
    &SIGNUP_WITHOUT_IDENTITY_STATUS,
    &SIGNUP_SHAPE,
    &UNPROVISIONED_DEVICE_STATUS,
    &LINKED_DEVICE_STATUS,
    &DEVICE_SHAPE,
    &DEVICE_ID_TYPE,
    &DEVICE_EVENTS,
    &LEAD_BY_NUMBER_STATUS,
    &LEAD_SHAPE,
    &UNKNOWN_SERVICE_TYPE_STATUS,
    &SCHEDULED_SHAPE,
    &SCHEDULED_ECHO,
    &UNKNOWN_COVERAGE_STATUS,
    &COVERAGE_MEDIA,
];
