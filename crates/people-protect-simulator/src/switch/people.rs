//! Switches about tokens, customers, subscriptions, sign-ups, devices, leads and scheduled services.

use super::Switch;

mod answers;
mod cover;
mod customers;
mod services;
mod subscriptions;
mod tokens;

pub(crate) use answers::*;
pub(crate) use cover::*;
pub(crate) use customers::*;
pub(crate) use services::*;
pub(crate) use subscriptions::*;
pub(crate) use tokens::*;

pub(super) const ALL: &[&[&Switch]] = &[
    tokens::ALL,
    answers::ALL,
    customers::ALL,
    subscriptions::ALL,
    cover::ALL,
    services::ALL,
];
