//! Switches: where nobody knows what AURA does, which of the known alternatives the simulator shows.
//!
//! Every switch stands in the list of its area ([`people`], [`callouts`], [`delivery`], [`hosted`]) with its
//! grade, the rules and contradictions it belongs to, and the default. An operation asks
//! [`Settings`](crate::settings::Settings) for it, so a switch that no operation asks for is dead
//! code to the compiler.

use serde::Serialize;

pub(crate) mod callouts;
pub(crate) mod delivery;
pub(crate) mod hosted;
pub(crate) mod people;

/// One switch.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Switch {
    /// How it is named on the command line and on the control surface: kebab-case.
    pub(crate) name: &'static str,
    /// How sure the default is.
    pub(crate) grade: &'static str,
    /// The rules and contradictions it belongs to.
    pub(crate) about: &'static [&'static str],
    /// What it is unless somebody sets it.
    pub(crate) default: &'static str,
    /// What it may be set to.
    pub(crate) values: Values,
    /// What it decides, for people.
    pub(crate) what: &'static str,
}

/// What a switch may be set to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Values {
    /// `on` or `off`; `true` and `false` are taken too.
    OnOff,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A whole number, both bounds included.
    Number(u64, u64),
}

impl Switch {
    /// A switch that is on or off.
    pub(crate) const fn on_off(
        name: &'static str,
        default: bool,
        grade: &'static str,
        about: &'static [&'static str],
        what: &'static str,
    ) -> Self {
        Self {
            name,
            grade,
            about,
            default: if default { "on" } else { "off" },
            values: Values::OnOff,
            what,
        }
    }

    /// A switch between several ways; the first is the default.
    pub(crate) const fn one_of(
        name: &'static str,
        ways: &'static [&'static str],
        grade: &'static str,
        about: &'static [&'static str],
        what: &'static str,
    ) -> Self {
        Self {
            name,
            grade,
            about,
            default: ways[0],
            values: Values::OneOf(ways),
            what,
        }
    }

    /// A switch that is a number.
    pub(crate) const fn number(
        name: &'static str,
        default: &'static str,
        (least, most): (u64, u64),
        grade: &'static str,
        about: &'static [&'static str],
        what: &'static str,
    ) -> Self {
        Self {
            name,
            grade,
            about,
            default,
            values: Values::Number(least, most),
            what,
        }
    }

    /// The value in its one spelling, or what would be taken instead.
    pub(crate) fn read(&self, text: &str) -> Result<String, String> {
        let text = text.trim().to_ascii_lowercase();
        match self.values {
            Values::OnOff => match text.as_str() {
                "on" | "true" => Ok("on".to_owned()),
                "off" | "false" => Ok("off".to_owned()),
                _ => Err("on or off".to_owned()),
            },
            Values::OneOf(ways) if ways.contains(&text.as_str()) => Ok(text),
            Values::OneOf(ways) => Err(format!("one of {}", ways.join(", "))),
            Values::Number(least, most) => text
                .parse()
                .ok()
                .filter(|number| (least..=most).contains(number))
                .map(|number: u64| number.to_string())
                .ok_or_else(|| format!("a whole number from {least} to {most}")),
        }
    }
}

/// Every switch there is.
pub(crate) fn all() -> impl Iterator<Item = &'static Switch> {
    let others = [callouts::ALL, delivery::ALL, hosted::ALL];
    let areas = people::ALL.iter().copied().chain(others);
    areas.flatten().copied()
}

/// The switch of that name.
pub(crate) fn find(name: &str) -> Option<&'static Switch> {
    all().find(|switch| switch.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::all;

    const KNOWN: &str = include_str!("../../../openapi/rules.md");

    #[test]
    fn every_switch_is_named_once_explained_and_cites_what_exists() {
        let mut names = BTreeSet::new();
        for switch in all() {
            assert!(names.insert(switch.name), "{} twice", switch.name);
            let kebab = |letter: char| {
                letter.is_ascii_lowercase() || letter == '-' || letter.is_ascii_digit()
            };
            assert!(switch.name.chars().all(kebab), "{}", switch.name);
            assert_eq!(
                switch.read(switch.default).as_deref(),
                Ok(switch.default),
                "{}",
                switch.name
            );
            assert!(switch.what.len() > 20, "{}", switch.name);
            assert!(!switch.about.is_empty(), "{}", switch.name);
            for id in switch.about {
                assert!(
                    KNOWN.contains(&format!("| {id} |")),
                    "{}: {id}",
                    switch.name
                );
            }
        }
    }
}
