//! Events of a callout: what is said between the customer and the control centre.

use jiff::Timestamp;
use people_protect_api::PersonalText;
use serde::{Deserialize, Serialize};

use crate::happening::About;
use crate::problem::Problem;
use crate::state::{Next, State};
use crate::switch::callouts::BLANK_EVENT;

/// A line of a callout's stream of events. `Debug` shows neither the text nor its tags.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct Event {
    /// The id, from 771 upwards.
    pub id: i64,
    /// Who speaks, as sent (R72).
    pub source: String,
    /// What was said.
    pub text: PersonalText,
    /// The mentions in the text, without the `@` (R73).
    pub tags: Vec<PersonalText>,
    /// When it was written.
    pub created_at: Timestamp,
}

impl State {
    /// Adds a line to a callout that is known to be there. That a callout which has ended still
    /// takes lines is an assumption.
    pub(crate) fn say(
        &mut self,
        callout: i64,
        source: String,
        text: PersonalText,
        now: Timestamp,
    ) -> Result<&Event, Problem> {
        // R72: both are required; that blank ones are refused too is an assumption.
        for (name, value) in [("source", source.as_str()), ("event", text.reveal())] {
            if value.trim().is_empty() && self.settings.value(&BLANK_EVENT) == "400" {
                return Err(Problem::bad_request(format!("`{name}` must not be blank")));
            }
        }
        let tags = if self.settings.keeps("R73") {
            mentions(text.reveal()).map(Into::into).collect()
        } else {
            Vec::new()
        };
        if self.settings.keeps("R95") {
            self.happened("CALLOUT_EVENTS_CHANGED", About::Callout(callout));
        }
        let callout = self
            .callouts
            .get_mut(&callout)
            .ok_or_else(Problem::defect)?;
        callout.events.push(Event {
            id: Next::take(&mut self.next.event),
            source,
            text,
            tags,
            created_at: now,
        });
        callout.events.last().ok_or_else(Problem::defect)
    }
}

/// R73: tags come from the text, e.g. a mention like `@admin`. What else makes one is not known.
///
/// An `@` within a word is an e-mail address and no mention.
fn mentions(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices('@').filter_map(|(at, _)| {
        let within = text[..at].ends_with(|letter: char| letter.is_alphanumeric());
        let rest = &text[at + 1..];
        let end = rest
            .find(|letter: char| !letter.is_alphanumeric() && letter != '_' && letter != '-')
            .unwrap_or(rest.len());
        (!within && end > 0).then(|| &rest[..end])
    })
}

#[cfg(test)]
mod tests {
    use super::mentions;

    #[test]
    fn r73_a_mention_is_a_tag_and_an_address_is_none() {
        let tags = |text| mentions(text).collect::<Vec<_>>();
        assert_eq!(
            tags("@admin, please call @control-room."),
            ["admin", "control-room"]
        );
        assert_eq!(tags("(@admin)"), ["admin"]);
        assert_eq!(tags("jane@example.com"), Vec::<&str>::new());
        assert_eq!(tags("@ @@"), Vec::<&str>::new());
        assert_eq!(tags("@é"), ["é"]);
    }
}
