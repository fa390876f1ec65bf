//! Rules that can be broken on purpose, so that whoever checks them can be checked.
//!
//! An operation asks [`Settings::keeps`](crate::settings::Settings::keeps) where it follows a rule.
//! What breaking one does stands in the list of its area.

pub(crate) mod callouts;
pub(crate) mod delivery;
pub(crate) mod people;

/// A rule that can be broken.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Breakable {
    /// Its id, such as `R27`.
    pub(crate) id: &'static str,
    /// What the simulator does while it is broken.
    pub(crate) broken: &'static str,
}

/// Every rule that can be broken.
pub(crate) fn all() -> impl Iterator<Item = &'static Breakable> {
    [people::ALL, callouts::ALL, delivery::ALL]
        .into_iter()
        .flatten()
}

/// Every rule that cannot be broken, and why.
pub(crate) fn not_breakable() -> impl Iterator<Item = (&'static str, &'static str)> {
    [
        people::NOT_BREAKABLE,
        callouts::NOT_BREAKABLE,
        delivery::NOT_BREAKABLE,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// The rule with that id.
pub(crate) fn find(id: &str) -> Option<&'static Breakable> {
    all().find(|rule| rule.id.eq_ignore_ascii_case(id))
}

#[cfg(test)]
mod tests {
    use super::{all, not_breakable};

    #[test]
    fn every_rule_is_on_exactly_one_list() {
        let wrong: Vec<String> = (1..=99)
            .map(|number| format!("R{number:02}"))
            .filter(|id| {
                let breakable = all().filter(|rule| rule.id == id).count();
                breakable + not_breakable().filter(|(rule, _)| rule == id).count() != 1
            })
            .collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}
