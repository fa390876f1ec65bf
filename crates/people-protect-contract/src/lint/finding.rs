//! One thing the lint found.

use std::fmt;

/// A finding: which rule, where, what is wrong and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The rule's id, one of [`RULES`](super::RULES).
    pub rule: &'static str,
    /// The operation in which the place lies; `None` for components and the document's head.
    pub operation: Option<String>,
    /// JSON pointer (RFC 6901) of the place.
    pub pointer: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl fmt::Display for Finding {
    /// `<pointer> [<rule>] <operation>: <message>; <hint>` on one line, without the operation
    /// where there is none.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            pointer,
            rule,
            message,
            hint,
            ..
        } = self;
        match &self.operation {
            Some(operation) => write!(f, "{pointer} [{rule}] {operation}: {message}; {hint}"),
            None => write!(f, "{pointer} [{rule}]: {message}; {hint}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_one_line_with_place_rule_fault_and_remedy() {
        let mut finding = Finding {
            rule: "discriminator",
            operation: None,
            pointer: "/components/schemas/A".to_owned(),
            message: "m".to_owned(),
            hint: "h".to_owned(),
        };
        assert_eq!(
            finding.to_string(),
            "/components/schemas/A [discriminator]: m; h"
        );
        finding.operation = Some("op".to_owned());
        assert_eq!(
            finding.to_string(),
            "/components/schemas/A [discriminator] op: m; h"
        );
    }
}
