//! How this simulator has been set: its switches, and the rules that it breaks on purpose.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind};
use crate::rule;
use crate::switch::{self, Switch};

/// What has been set otherwise than by default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Settings {
    switches: BTreeMap<String, String>,
    broken: BTreeSet<String>,
}

impl Settings {
    /// The value of a switch.
    pub(crate) fn value<'a>(&'a self, switch: &'static Switch) -> &'a str {
        // Nearly always nothing is set: then no text is compared.
        if self.switches.is_empty() {
            return switch.default;
        }
        self.switches
            .get(switch.name)
            .map_or(switch.default, String::as_str)
    }

    /// Whether nothing has been set otherwise.
    pub(crate) fn is_default(&self) -> bool {
        self.switches.is_empty() && self.broken.is_empty()
    }

    /// Whether a switch is on.
    pub(crate) fn is_on(&self, switch: &'static Switch) -> bool {
        self.value(switch) == "on"
    }

    /// The value of a switch that is a number.
    pub(crate) fn number(&self, switch: &'static Switch) -> u64 {
        self.value(switch).parse().unwrap_or_default()
    }

    /// Sets a switch by its name.
    pub(crate) fn set(&mut self, name: &str, value: &str) -> Result<&'static Switch, Error> {
        let switch = switch::find(name).ok_or_else(|| {
            Error::new(
                ErrorKind::UnknownSwitch,
                format!("there is no switch `{name}`: GET /_simulator/switches lists them"),
            )
        })?;
        let value = switch.read(value).map_err(|expected| {
            Error::new(
                ErrorKind::SwitchRefused,
                format!("the switch `{name}` takes {expected}"),
            )
        })?;
        if value == switch.default {
            self.switches.remove(name);
        } else {
            self.switches.insert(name.to_owned(), value);
        }
        Ok(switch)
    }

    /// Whether all of it is known here, as it may have been written by another version.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let mut known = Self::default();
        for (name, value) in &self.switches {
            known.set(name, value)?;
        }
        for rule in &self.broken {
            known.break_rule(rule, true)?;
        }
        Ok(())
    }

    /// Whether a rule is broken, also for one that cannot be.
    pub(crate) fn has_broken(&self, rule: &str) -> bool {
        self.broken.contains(rule)
    }

    /// Whether a rule is kept, as it is unless somebody breaks it.
    pub(crate) fn keeps(&self, rule: &'static str) -> bool {
        debug_assert!(rule::find(rule).is_some(), "{rule} is not on a list");
        self.broken.is_empty() || !self.broken.contains(rule)
    }

    /// Breaks a rule, or keeps it again.
    pub(crate) fn break_rule(&mut self, id: &str, broken: bool) -> Result<&'static str, Error> {
        let rule = rule::find(id).ok_or_else(|| {
            Error::new(
                ErrorKind::UnknownRule,
                format!("there is no rule `{id}` to break: GET /_simulator/rules lists them"),
            )
        })?;
        if broken {
            self.broken.insert(rule.id.to_owned());
        } else {
            self.broken.remove(rule.id);
        }
        Ok(rule.id)
    }
}

#[cfg(test)]
mod tests {
    use super::Settings;
    use crate::error::ErrorKind;
    use crate::switch::people::GRACE;

    #[test]
    fn a_switch_has_its_default_until_it_is_set() {
        let mut settings = Settings::default();
        assert!(!settings.is_on(&GRACE));
        settings.set("grace", "TRUE").unwrap();
        assert_eq!(settings.value(&GRACE), "on");
        settings.set("grace", "off").unwrap();
        assert_eq!(settings, Settings::default());
    }

    #[test]
    fn what_does_not_exist_is_refused_with_what_does() {
        let mut settings = Settings::default();
        let unknown = settings.set("graze", "on").unwrap_err();
        assert_eq!(unknown.kind(), ErrorKind::UnknownSwitch);
        let refused = settings.set("grace", "perhaps").unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::SwitchRefused);
        assert_eq!(refused.to_string(), "the switch `grace` takes on or off");
        let rule = settings.break_rule("R00", true).unwrap_err();
        assert_eq!(rule.kind(), ErrorKind::UnknownRule);
    }

    #[test]
    fn a_broken_rule_is_kept_again() {
        let mut settings = Settings::default();
        assert!(settings.keeps("R27"));
        assert_eq!(settings.break_rule("r27", true).unwrap(), "R27");
        assert!(!settings.keeps("R27"));
        settings.break_rule("R27", false).unwrap();
        assert!(settings.keeps("R27"));
    }
}
