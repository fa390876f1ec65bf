//! All that was measured, in one file: `docs/performance.json`.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::by_hand::Failed;
use crate::section::Section;

/// The sections in the order of the page.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Results {
    /// What was measured, each when it was measured last.
    pub sections: Vec<Section>,
}

/// Where they are kept.
#[must_use]
pub fn file(root: &Path) -> PathBuf {
    root.join("docs/performance.json")
}

impl Results {
    /// Reads what is kept; nothing if nothing is.
    ///
    /// # Errors
    ///
    /// If the file is not what [`Results::write`] writes.
    pub fn read(root: &Path) -> Result<Self, Failed> {
        let file = file(root);
        match std::fs::read(&file) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map_err(|error| format!("{}: {error}", file.display()).into()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(format!("{}: {error}", file.display()).into()),
        }
    }

    /// Takes in a section in place of the one of its name, in the order of `names`.
    pub fn take(&mut self, section: Section, names: &[&str]) {
        self.sections.retain(|known| known.name != section.name);
        self.sections.push(section);
        let place = |section: &Section| names.iter().position(|name| *name == section.name);
        // What has no name any more is measured by nothing.
        self.sections.retain(|section| place(section).is_some());
        self.sections.sort_by_key(place);
    }

    /// Writes them for the next time and for whoever draws their own charts.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn write(&self, root: &Path) -> Result<(), Failed> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        std::fs::write(file(root), text)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Results;
    use crate::section::Section;

    fn section(name: &str, day: &str) -> Section {
        Section {
            name: name.to_owned(),
            title: String::new(),
            day: day.to_owned(),
            commit: String::new(),
            machine: String::new(),
            rows: Vec::new(),
            courses: Vec::new(),
        }
    }

    #[test]
    fn a_section_that_is_measured_again_takes_its_place() {
        let mut results = Results::default();
        let names = ["one", "two"];
        for (name, day) in [("two", "a"), ("one", "a"), ("two", "b")] {
            results.take(section(name, day), &names);
        }
        let found: Vec<_> = results
            .sections
            .iter()
            .map(|one| (one.name.as_str(), one.day.as_str()))
            .collect();
        assert_eq!(found, [("one", "a"), ("two", "b")]);
    }

    #[test]
    fn a_section_that_nothing_measures_any_more_goes() {
        let mut results = Results::default();
        results.take(section("gone", "a"), &["gone"]);
        results.take(section("one", "a"), &["one"]);
        assert_eq!(results.sections.len(), 1);
    }
}
