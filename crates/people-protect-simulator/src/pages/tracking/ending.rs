//! What can be done about a callout: call it off while it goes on, rate it when it is over.

use maud::{Markup, html};

use super::deed::{Refused, TEXT_MOST, error};
use super::view::View;

/// The one of the two that applies.
pub(super) fn ending(view: &View<'_>, query: &str, refused: Option<&Refused>) -> Markup {
    if view.is_over() {
        rating(view, query, refused)
    } else if view.can_be_called_off() {
        calling_off(query, refused)
    } else {
        html! {}
    }
}

/// The words are true whatever code is entered (R34), and give no hint that it matters.
fn calling_off(query: &str, refused: Option<&Refused>) -> Markup {
    let refused = refused.filter(|refused| refused.form == "cancel");
    html! {
        section .card aria-labelledby="cancel-title" {
            details #cancel open[refused.is_some()] {
                summary { h2 #cancel-title { "I no longer need help" } }
                form #cancel-form method="post" action={ "/tracking/cancel" (query) } {
                    p { "Only do this if you are safe. The control room checks your safe code and may still contact you." }
                    (error("cancel", refused))
                    div .field {
                        label for="safe-code" { "Your safe code" }
                        p #safe-code-hint .hint { "The last four digits of the mobile number you are registered with." }
                        input #safe-code name="safeCode" type="text" inputmode="numeric" autocomplete="off" maxlength="16" required
                            aria-describedby="safe-code-hint cancel-error" aria-invalid=[refused.map(|_| "true")];
                    }
                    button .danger type="submit" { "Cancel the callout" }
                }
            }
        }
    }
}

/// R75: once.
fn rating(view: &View<'_>, query: &str, refused: Option<&Refused>) -> Markup {
    let refused = refused.filter(|refused| refused.form == "rating");
    html! {
        section .card aria-labelledby="rating-title" {
            h2 #rating-title { "How was it?" }
            @if let Some(rating) = &view.callout.rating {
                p #rated .notice { "Thank you. You gave " (rating.rating) " of 5." }
                @if let Some(remark) = &rating.additional_details {
                    p .remark { (remark.reveal()) }
                }
            } @else {
                form #rating-form method="post" action={ "/tracking/rating" (query) } {
                    (error("rating", refused))
                    fieldset {
                        legend { "From 1, bad, to 5, very good" }
                        div .choices {
                            @for rating in 1..=5 {
                                label {
                                    input type="radio" name="rating" value=(rating) required;
                                    (rating)
                                }
                            }
                        }
                    }
                    div .field {
                        label for="remark" { "Anything to add? You need not." }
                        textarea #remark name="remark" rows="2" maxlength=(TEXT_MOST) aria-describedby="rating-error" {
                            (refused.map_or("", |refused| refused.entered.as_str()))
                        }
                    }
                    button .primary type="submit" { "Send the rating" }
                }
            }
        }
    }
}
