//! Forms: what was sent, and how a field looks.

use std::collections::HashMap;

use maud::{Markup, html};

/// No field takes more characters than this: an assumption.
const LONGEST: usize = 200;

/// What was sent, trimmed. A field that comes twice counts as it came last.
pub(super) struct Form(HashMap<String, String>);

impl Form {
    pub(super) fn read(body: &[u8]) -> Self {
        let fields = form_urlencoded::parse(body)
            .map(|(name, value)| (name.into_owned(), value.trim().to_owned()));
        Self(fields.collect())
    }

    /// A field; empty if it is not there.
    pub(super) fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// A field that is needed, or what is wrong with it.
    pub(super) fn needed(&self, name: &str, what: &str) -> Result<&str, String> {
        match self.text(name) {
            "" => Err(format!("Enter {what}.")),
            text if text.chars().count() > LONGEST => {
                Err(format!("Shorten {what} to {LONGEST} characters."))
            }
            text => Ok(text),
        }
    }
}

/// What is wrong, by the id of the field.
#[derive(Default)]
pub(super) struct Faults(Vec<(String, String)>);

impl Faults {
    pub(super) fn add(&mut self, field: impl Into<String>, fault: impl Into<String>) {
        self.0.push((field.into(), fault.into()));
    }

    /// Keeps what is fine, and notes what is not.
    pub(super) fn sift<T>(&mut self, field: &str, found: Result<T, String>) -> Option<T> {
        found.map_err(|fault| self.add(field, fault)).ok()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn of(&self, field: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == field);
        found.map(|(_, fault)| fault.as_str())
    }

    /// All of them above the form, each a link to its field.
    pub(super) fn summary(&self) -> Markup {
        html! {
            @if !self.is_empty() {
                div .faults role="alert" tabindex="-1" {
                    h2 { "That did not work yet" }
                    ul {
                        @for (field, fault) in &self.0 {
                            li { a href=(format!("#{field}")) { (fault) } }
                        }
                    }
                }
            }
        }
    }
}

/// One field with its label.
pub(super) struct Field<'a> {
    pub(super) id: &'a str,
    pub(super) name: &'a str,
    pub(super) label: &'a str,
    pub(super) hint: Option<&'a str>,
    pub(super) kind: &'a str,
    pub(super) autocomplete: &'a str,
    pub(super) value: &'a str,
    pub(super) required: bool,
}

impl Field<'_> {
    pub(super) fn draw(&self, faults: &Faults) -> Markup {
        let fault = faults.of(self.id);
        let (hint_id, fault_id) = (format!("{}-hint", self.id), format!("{}-fault", self.id));
        let described: Vec<&str> = [
            self.hint.map(|_| hint_id.as_str()),
            fault.map(|_| fault_id.as_str()),
        ]
        .into_iter()
        .flatten()
        .collect();
        let described = (!described.is_empty()).then(|| described.join(" "));
        html! {
            div .field .wrong[fault.is_some()] {
                label for=(self.id) {
                    (self.label)
                    @if !self.required { " (not needed)" }
                }
                @if let Some(hint) = self.hint { p .hint id=(hint_id) { (hint) } }
                @if let Some(fault) = fault { p .fault id=(fault_id) { (fault) } }
                input id=(self.id) name=(self.name) type=(self.kind) value=(self.value)
                    autocomplete=(self.autocomplete) maxlength=(LONGEST) required[self.required]
                    aria-invalid=[fault.map(|_| "true")] aria-describedby=[described];
            }
        }
    }
}

/// One of several, such as the kinds of subscription.
pub(super) fn choice<'a>(
    name: &str,
    legend: &str,
    options: impl Iterator<Item = (i64, &'a str)>,
    chosen: &str,
    faults: &Faults,
) -> Markup {
    let fault = faults.of(name);
    let fault_id = format!("{name}-fault");
    html! {
        fieldset .field .wrong[fault.is_some()] id=(name) tabindex="-1"
            aria-describedby=[fault.map(|_| &fault_id)] {
            legend { (legend) }
            @if let Some(fault) = fault { p .fault id=(fault_id) { (fault) } }
            @for (id, text) in options {
                label .option {
                    input type="radio" name=(name) value=(id) required
                        checked[chosen == id.to_string()];
                    span { (text) }
                }
            }
        }
    }
}
