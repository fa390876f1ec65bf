//! Switches about customers.

use super::Switch;

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

pub(super) const ALL: &[&Switch] = &[
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
];
