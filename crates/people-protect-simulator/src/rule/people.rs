//! Rules about tokens, customers, subscriptions, sign-ups, devices, leads and scheduled services.

use super::Breakable;

pub(super) const ALL: &[Breakable] = &[];
