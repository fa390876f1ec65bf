//! How the subscription management looks.

use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};

use super::super::back;
use super::super::form::{Faults, Field, Form, choice};
use super::{Done, Open, is_open};
use crate::customer::Customer;
use crate::source::Source;
use crate::state::State;
use crate::subscription::Subscription;

pub(super) const TITLE: &str = "Your subscriptions";

/// The id of the field that a form's fault belongs to.
pub(super) fn field(action: &str, subscription: i64) -> String {
    let name = match action {
        "renew" => "valid-to",
        "cancel" => "reason",
        "add" => "mobile",
        _ => "members",
    };
    format!("{name}-{subscription}")
}

pub(super) fn whole(
    state: &State,
    open: &Open<'_, '_>,
    done: Option<Done>,
    form: &Form,
    faults: &Faults,
    now: Timestamp,
) -> Markup {
    let find = |ids: &[i64]| -> Vec<&Subscription> {
        let found = ids
            .iter()
            .rev()
            .filter_map(|id| state.subscriptions.get(id));
        found.collect()
    };
    let own = find(&open.customer.subscriptions);
    let covered_by = find(&open.customer.member_of);
    let draw = Draw {
        state,
        source: open.source,
        form,
        faults,
        now,
    };
    html! {
        h1 { (TITLE) }
        p { "For " (name(open.customer)) }
        (faults.summary())
        @if let Some(done) = done { p .notice role="status" { (said(done)) } }
        section id="subscriptions" aria-label="Your own" {
            @if own.is_empty() { p { "You have no subscription." } }
            @for subscription in &own { (draw.card(subscription)) }
        }
        @if !own.iter().any(|subscription| subscription.is_active(now)) { (draw.activation()) }
        @if !covered_by.is_empty() {
            h2 { "Where you are a member" }
            p { "Only the main member can change these." }
            @for subscription in covered_by {
                section .card {
                    h3 { (draw.kind(subscription)) " of " (draw.person(subscription.customer_id)) }
                    (draw.dates(subscription))
                }
            }
        }
        (back::link(open.session.return_url.reveal()))
    }
}

/// What a form asks for.
struct Asked<'a> {
    name: &'a str,
    label: &'a str,
    hint: &'a str,
    kind: &'a str,
    default: &'a str,
}

struct Draw<'a> {
    state: &'a State,
    source: &'a Source,
    form: &'a Form,
    faults: &'a Faults,
    now: Timestamp,
}

impl Draw<'_> {
    fn kind(&self, subscription: &Subscription) -> &str {
        let kind = self.source.subscription_type(subscription.type_id);
        kind.map_or("Subscription", |kind| kind.value.as_str())
    }

    fn person(&self, id: i64) -> String {
        let found = self.state.customers.get(&id);
        found.map_or_else(|| format!("customer {id}"), name)
    }

    fn card(&self, subscription: &Subscription) -> Markup {
        let id = subscription.id;
        let open = is_open(subscription, self.now);
        html! {
            article .card aria-labelledby=(format!("title-{id}")) {
                h2 id=(format!("title-{id}")) { (self.kind(subscription)) " (" (id) ")" }
                (self.dates(subscription))
                @if open || !subscription.dependants.is_empty() {
                    h3 id=(field("remove", id)) { "Members" }
                    (self.members(subscription, open))
                }
                @if open { (self.forms(subscription)) }
            }
        }
    }

    fn dates(&self, subscription: &Subscription) -> Markup {
        html! {
            p .status { (standing(subscription, self.now)) }
            dl .facts {
                dt { "From" } dd { (day(subscription.valid_from)) }
                dt { "To" } dd { (day(subscription.valid_to)) }
                @if let Some(at) = subscription.cancelled_at {
                    dt { "Cancelled" } dd { (day(at)) }
                }
                @if let Some(reason) = &subscription.cancelled_reason {
                    dt { "Reason" } dd { (reason.reveal()) }
                }
            }
        }
    }

    fn members(&self, subscription: &Subscription, open: bool) -> Markup {
        html! {
            @if subscription.dependants.is_empty() {
                p { "Nobody else is covered." }
            } @else {
                ul .members {
                @for member in &subscription.dependants {
                    @let name = self.person(*member);
                    li {
                        (name)
                        @if open {
                            form method="post" {
                                (hidden(subscription.id))
                                input type="hidden" name="member" value=(member);
                                button type="submit" name="action" value="remove" {
                                    "Remove " (name)
                                }
                            }
                        }
                    }
                }
            }
            }
        }
    }

    fn forms(&self, subscription: &Subscription) -> Markup {
        let id = subscription.id;
        let year = SignedDuration::from_hours(24 * 365);
        let later = subscription.valid_to.checked_add(year);
        let later = later.unwrap_or(subscription.valid_to);
        let later = later.strftime("%Y-%m-%d").to_string();
        let mobile = Asked {
            name: "mobile",
            label: "Mobile number of a new member",
            hint: "Of somebody who is registered here",
            kind: "tel",
            default: "",
        };
        let valid_to = Asked {
            name: "valid_to",
            label: "Covered to the end of",
            hint: "Nothing is paid here",
            kind: "date",
            default: &later,
        };
        let reason = Asked {
            name: "reason",
            label: "Why",
            hint: "You and all members lose cover at once",
            kind: "text",
            default: "",
        };
        html! {
            form method="post" {
                (hidden(id))
                (self.field("add", id, &mobile))
                button type="submit" name="action" value="add" { "Add member" }
            }
            h3 { "Renew" }
            form method="post" {
                (hidden(id))
                (self.field("renew", id, &valid_to))
                button .primary type="submit" name="action" value="renew" { "Renew" }
            }
            h3 { "Cancel" }
            form method="post" {
                (hidden(id))
                (self.field("cancel", id, &reason))
                button .danger type="submit" name="action" value="cancel" { "Cancel this subscription" }
            }
        }
    }

    /// A field of its own form. What was sent stays in the form that was sent.
    fn field(&self, action: &str, subscription: i64, field: &Asked<'_>) -> Markup {
        let sent = self.form.text("action") == action
            && self.form.text("subscription") == subscription.to_string();
        Field {
            id: &self::field(action, subscription),
            name: field.name,
            label: field.label,
            hint: Some(field.hint),
            kind: field.kind,
            autocomplete: "off",
            value: if sent {
                self.form.text(field.name)
            } else {
                field.default
            },
            required: true,
        }
        .draw(self.faults)
    }

    fn activation(&self) -> Markup {
        let kinds = self.source.subscription_types.iter();
        let first = self.source.subscription_types.first();
        let first = first.map(|kind| kind.id.to_string()).unwrap_or_default();
        html! {
            h2 { "Take out a subscription" }
            form method="post" {
                (choice("type", "Subscription", kinds.map(|kind| (kind.id, kind.value.as_str())), &first, self.faults))
                p .hint { "Nothing is paid here. Cover begins at once." }
                button .primary type="submit" name="action" value="activate" { "Take it out" }
            }
        }
    }
}

fn hidden(subscription: i64) -> Markup {
    html! { input type="hidden" name="subscription" value=(subscription); }
}

fn name(customer: &Customer) -> String {
    let profile = &customer.profile;
    format!("{} {}", profile.name.reveal(), profile.surname.reveal())
}

fn standing(subscription: &Subscription, now: Timestamp) -> &'static str {
    if subscription.cancelled_at.is_some() {
        "Cancelled"
    } else if subscription.is_active(now) {
        "Active"
    } else if now < subscription.valid_from {
        "Not begun yet"
    } else {
        "Lapsed"
    }
}

fn said(done: Done) -> &'static str {
    match done {
        Done::Activated => "You have a new subscription.",
        Done::Renewed => "The subscription is renewed.",
        Done::Cancelled => "The subscription is cancelled.",
        Done::Added => "The member is added.",
        Done::Removed => "The member is removed.",
    }
}

fn day(at: Timestamp) -> Markup {
    html! { time datetime=(at) { (at.strftime("%Y-%m-%d %H:%M UTC")) } }
}
