//! Switches about tokens, customers, subscriptions, sign-ups, devices, leads and scheduled services.

use super::Switch;

// --- Tokens ---

pub(crate) static TOKEN_FIELD_NAMES: Switch = Switch::one_of(
    "token-field-names",
    &["camel", "snake"],
    "S",
    &["C01"],
    "whether a token answer says `accessToken` or, as documented earlier, `access_token`",
);

pub(crate) static EXPIRES_IN: Switch = Switch::one_of(
    "expires-in",
    &["lifetime", "epoch"],
    "S",
    &["C02"],
    "whether the expiry is a lifetime in seconds or, as documented earlier, seconds since the epoch",
);

pub(crate) static REQUESTED_LIFETIME: Switch = Switch::on_off(
    "requested-lifetime",
    false,
    "S",
    &["C03", "R03"],
    "whether `expiresIn` in a token request shortens the lifetime, as the reference hints and the guide denies",
);

pub(crate) static CALLOUT_TOKEN_LIFETIME_S: Switch = Switch::number(
    "callout-token-lifetime-s",
    "3600",
    (1, 86400),
    "I",
    &["C03", "R05"],
    "how many seconds a callout token lasts, at most as long as a token of its source; that it is short was documented earlier",
);

pub(crate) static CALLOUT_TOKEN_MINTS: Switch = Switch::on_off(
    "callout-token-mints",
    false,
    "I",
    &["R06"],
    "whether a callout token may ask for further tokens of its own customer",
);

pub(crate) static WRONG_SCOPE_STATUS: Switch = Switch::one_of(
    "wrong-scope-status",
    &["401", "403"],
    "S",
    &["R06", "C07"],
    "the status for a token whose scope does not reach an operation; 403 by an earlier table",
);

pub(crate) static CUSTOMER_TOKEN_ACTIVATES: Switch = Switch::on_off(
    "customer-token-activates",
    false,
    "I",
    &["C30", "R08"],
    "whether a customer's access token may activate that customer's subscription, as the white-label guide suggests; the contract asks for a server token",
);

// --- Refusals and answers in general ---

pub(crate) static ERROR_KEY: Switch = Switch::one_of(
    "error-key",
    &["message", "error"],
    "O",
    &["C09", "R55"],
    "the key of a refusal's text; `error` stands in one SDK and is unproven",
);

pub(crate) static MALFORMED_STATUS: Switch = Switch::one_of(
    "malformed-status",
    &["400", "422"],
    "I",
    &["R10", "R60", "R67"],
    "the status for a body that lacks a field or has one of a wrong kind; 400 was documented earlier in general",
);

pub(crate) static CREATED_STATUS: Switch = Switch::one_of(
    "created-status",
    &["201", "200"],
    "I",
    &["C10"],
    "the status of an operation that creates; 201 was documented earlier for customers and subscriptions",
);

pub(crate) static BODY_REFERENCE_STATUS: Switch = Switch::one_of(
    "body-reference-status",
    &["400", "404"],
    "I",
    &["C08"],
    "the status for the id of a customer in a body that is not there; the pages of these operations list no 404",
);

pub(crate) static UNVERSIONED_BASE: Switch = Switch::on_off(
    "unversioned-base",
    false,
    "O",
    &["C39"],
    "whether the API answers under `/panic-api` without a version too, as documented earlier",
);

// --- Customers ---

pub(crate) static CUSTOMER_SHAPE: Switch = Switch::one_of(
    "customer-shape",
    &["wrapped", "flat"],
    "S",
    &["C04"],
    "whether customers come and go wrapped or in the earlier flat form with `firstName`, `lastName` and `mobileNumber`",
);

pub(crate) static CUSTOMER_ID_NAME: Switch = Switch::one_of(
    "customer-id-name",
    &["id", "customer-id", "both"],
    "I",
    &["C05"],
    "what a customer's id is called in answers about customers: `id`, `customerId`, or both",
);

pub(crate) static DUPLICATE_MOBILE_STATUS: Switch = Switch::one_of(
    "duplicate-mobile-status",
    &["409", "400"],
    "O",
    &["R11", "C11"],
    "the status for a mobile that is registered already",
);

pub(crate) static MOBILE_FORM: Switch = Switch::one_of(
    "mobile-form",
    &["any", "e164"],
    "I",
    &["R10"],
    "which mobiles are taken: any text that is not blank, or `+` and up to 15 digits",
);

pub(crate) static MOBILE_CHANGE: Switch = Switch::on_off(
    "mobile-change",
    true,
    "I",
    &["R11"],
    "whether an update may change the mobile; if not, it is 400",
);

pub(crate) static CUSTOMER_UPDATE: Switch = Switch::one_of(
    "customer-update",
    &["replace", "merge"],
    "I",
    &["R10"],
    "whether an update replaces the whole profile or only what it names",
);

pub(crate) static BOTH_SUBSCRIPTIONS_STATUS: Switch = Switch::one_of(
    "both-subscriptions-status",
    &["400", "409", "422"],
    "I",
    &["R13"],
    "the status for a registration with both `subscription` and `subscriptionId`",
);

pub(crate) static SUBSCRIPTION_ID_PLACE: Switch = Switch::one_of(
    "subscription-id-place",
    &["top", "customer"],
    "I",
    &["R13"],
    "where a registration takes `subscriptionId`: beside `customer` or in it",
);

pub(crate) static REGISTRATION_SUBSCRIPTION: Switch = Switch::one_of(
    "registration-subscription",
    &["supplied", "automatic"],
    "S",
    &["C17"],
    "whether a registration without a subscription stays without or, as documented in 2020, gets one of the first type",
);

pub(crate) static DELETE_VERB_STATUS: Switch = Switch::one_of(
    "delete-verb-status",
    &["405", "404"],
    "I",
    &["R15"],
    "the status of DELETE on a customer",
);

pub(crate) static MOBILE_UNIQUE: Switch = Switch::one_of(
    "mobile-unique",
    &["source", "everywhere"],
    "I",
    &["R11"],
    "whether a mobile is unique within its customer source or over all of them",
);

pub(crate) static CUSTOMER_TIMES: Switch = Switch::on_off(
    "customer-times",
    true,
    "I",
    &["C04"],
    "whether answers about customers have `createdAt` and `updatedAt`; the names of what the server adds are not known",
);

pub(crate) static RETIRED_CUSTOMER: Switch = Switch::one_of(
    "retired-customer",
    &["absent", "readable"],
    "I",
    &["R15"],
    "whether a retired customer is 404 or can still be read",
);

pub(crate) static RETIRED_MOBILE: Switch = Switch::one_of(
    "retired-mobile",
    &["free", "taken"],
    "I",
    &["R11", "R15"],
    "whether a retired customer's mobile can be registered again",
);

// --- Subscriptions ---

pub(crate) static COVER_START: Switch = Switch::one_of(
    "cover-start",
    &["included", "excluded"],
    "I",
    &["R17"],
    "whether a subscription is active at the very moment of `validFrom`",
);

pub(crate) static COVER_END: Switch = Switch::one_of(
    "cover-end",
    &["included", "excluded"],
    "I",
    &["R17"],
    "whether a subscription is active at the very moment of `validTo`",
);

pub(crate) static SUBSCRIPTION_STATUS_FIELD: Switch = Switch::on_off(
    "subscription-status-field",
    false,
    "O",
    &["C26", "R17"],
    "whether a subscription has the earlier `status` field",
);

pub(crate) static DEPENDENTS_NAME: Switch = Switch::one_of(
    "dependents-name",
    &["dependents", "dependants", "dependant-customer-ids"],
    "S",
    &["C27", "R69"],
    "how the members are spelled when one subscription is read; the last is a list of ids, `dependantCustomerIds`",
);

pub(crate) static SUBSCRIPTION_UPDATE_ANSWER: Switch = Switch::one_of(
    "subscription-update-answer",
    &["list", "object", "links"],
    "S",
    &["C28"],
    "whether an update answers a list of subscriptions, one object, or the object with `links`",
);

pub(crate) static SUBSCRIPTION_CANCEL_FORM: Switch = Switch::one_of(
    "subscription-cancel-form",
    &["reason", "bare"],
    "S",
    &["C29", "R68"],
    "whether a cancellation needs a reason and answers a token, or neither, as documented earlier",
);

pub(crate) static SUBSCRIPTION_LIST_FORM: Switch = Switch::one_of(
    "subscription-list-form",
    &["bare", "wrapped"],
    "I",
    &["R17"],
    "whether a customer's subscriptions come as a bare list or as `subscriptions` beside a message",
);

pub(crate) static CANCELLED_REASON_FIELD: Switch = Switch::on_off(
    "cancelled-reason-field",
    true,
    "B",
    &["R68"],
    "whether a cancelled subscription says why in `CancelledReason`, as an integrator reported",
);

pub(crate) static ENDED_SUBSCRIPTIONS_LISTED: Switch = Switch::on_off(
    "ended-subscriptions-listed",
    true,
    "I",
    &["R17"],
    "whether lapsed and cancelled subscriptions stand in a customer's list",
);

pub(crate) static SUBSCRIPTION_CREATE_ANSWER: Switch = Switch::one_of(
    "subscription-create-answer",
    &["wrapped", "flat"],
    "I",
    &["C30"],
    "whether an activation answers `subscription` beside a message or, as documented earlier, the bare subscription",
);

pub(crate) static ACTIVATION_DATES_REQUIRED: Switch = Switch::on_off(
    "activation-dates-required",
    false,
    "I",
    &["C30"],
    "whether an activation needs both `validFrom` and `validTo`",
);

pub(crate) static ACTIVE_SUBSCRIPTION_STATUS: Switch = Switch::one_of(
    "active-subscription-status",
    &["409", "400"],
    "O",
    &["R23", "C11"],
    "the status for an activation over an active subscription",
);

pub(crate) static NO_REVIVAL_STATUS: Switch = Switch::one_of(
    "no-revival-status",
    &["400", "404", "409"],
    "I",
    &["R20"],
    "the status for renewing what has lapsed or was cancelled",
);

pub(crate) static ABSENT_MEMBERS: Switch = Switch::one_of(
    "absent-members",
    &["kept", "cleared"],
    "I",
    &["R66"],
    "what becomes of the members when an update leaves their list out",
);

pub(crate) static UNKNOWN_SUBSCRIPTION_TYPE_STATUS: Switch = Switch::one_of(
    "unknown-subscription-type-status",
    &["400", "404"],
    "I",
    &["R18"],
    "the status for a subscription type that is not the source's",
);

pub(crate) static SUBSCRIPTION_TYPES_FORM: Switch = Switch::one_of(
    "subscription-types-form",
    &["wrapped", "bare"],
    "I",
    &["R18"],
    "whether subscription types come as `subscriptionTypes` beside a message or as a bare list",
);

pub(crate) static SUBSCRIPTION_LIST_LIMITED: Switch = Switch::on_off(
    "subscription-list-limited",
    true,
    "S",
    &["R21"],
    "whether the customer subscription list is limited per source",
);

pub(crate) static SUBSCRIPTION_LIST_LIMIT: Switch = Switch::number(
    "subscription-list-limit",
    "50",
    (1, 10000),
    "S",
    &["R21"],
    "how many requests for customer subscription lists a source may make in a window; about 50",
);

pub(crate) static SUBSCRIPTION_LIST_WINDOW_S: Switch = Switch::number(
    "subscription-list-window-s",
    "10",
    (1, 3600),
    "S",
    &["R21"],
    "how many seconds that window is long",
);

pub(crate) static RETRY_AFTER: Switch = Switch::on_off(
    "retry-after",
    true,
    "I",
    &["R21"],
    "whether a 429 says in `Retry-After` when to come back",
);

// --- Cover of callouts ---

/// R26: a source may arrange that a customer's first callout passes without a subscription.
pub(crate) static GRACE: Switch = Switch::on_off(
    "grace",
    false,
    "S",
    &["R26"],
    "whether the first live callout of a customer without a subscription passes, as a source may arrange",
);

pub(crate) static GRACE_FOR: Switch = Switch::one_of(
    "grace-for",
    &["anyone", "newcomers"],
    "I",
    &["R26"],
    "whom the grace is for: anyone without cover who has raised nothing yet, or only who never had a subscription",
);

pub(crate) static UNCOVERED_STATUS: Switch = Switch::one_of(
    "uncovered-status",
    &["403", "400", "401"],
    "O",
    &["R26", "C06"],
    "the status for a live callout of a customer without cover",
);

pub(crate) static FIRST_CALLOUT_IS_TEST: Switch = Switch::on_off(
    "first-callout-is-test",
    false,
    "O",
    &["C18"],
    "whether a customer's first callout must be a test one, as documented in 2023; otherwise it is 400",
);

// --- Sign-ups, devices, leads, scheduled services, catalogue ---

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
    &TOKEN_FIELD_NAMES,
    &EXPIRES_IN,
    &REQUESTED_LIFETIME,
    &CALLOUT_TOKEN_LIFETIME_S,
    &CALLOUT_TOKEN_MINTS,
    &WRONG_SCOPE_STATUS,
    &CUSTOMER_TOKEN_ACTIVATES,
    &ERROR_KEY,
    &MALFORMED_STATUS,
    &CREATED_STATUS,
    &BODY_REFERENCE_STATUS,
    &UNVERSIONED_BASE,
    &CUSTOMER_SHAPE,
    &CUSTOMER_ID_NAME,
    &DUPLICATE_MOBILE_STATUS,
    &MOBILE_FORM,
    &MOBILE_CHANGE,
    &CUSTOMER_UPDATE,
    &BOTH_SUBSCRIPTIONS_STATUS,
    &SUBSCRIPTION_ID_PLACE,
    &REGISTRATION_SUBSCRIPTION,
    &DELETE_VERB_STATUS,
    &MOBILE_UNIQUE,
    &CUSTOMER_TIMES,
    &RETIRED_CUSTOMER,
    &RETIRED_MOBILE,
    &COVER_START,
    &COVER_END,
    &SUBSCRIPTION_STATUS_FIELD,
    &DEPENDENTS_NAME,
    &SUBSCRIPTION_UPDATE_ANSWER,
    &SUBSCRIPTION_CANCEL_FORM,
    &SUBSCRIPTION_LIST_FORM,
    &CANCELLED_REASON_FIELD,
    &ENDED_SUBSCRIPTIONS_LISTED,
    &SUBSCRIPTION_CREATE_ANSWER,
    &ACTIVATION_DATES_REQUIRED,
    &ACTIVE_SUBSCRIPTION_STATUS,
    &NO_REVIVAL_STATUS,
    &ABSENT_MEMBERS,
    &UNKNOWN_SUBSCRIPTION_TYPE_STATUS,
    &SUBSCRIPTION_TYPES_FORM,
    &SUBSCRIPTION_LIST_LIMITED,
    &SUBSCRIPTION_LIST_LIMIT,
    &SUBSCRIPTION_LIST_WINDOW_S,
    &RETRY_AFTER,
    &GRACE,
    &GRACE_FOR,
    &UNCOVERED_STATUS,
    &FIRST_CALLOUT_IS_TEST,
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
