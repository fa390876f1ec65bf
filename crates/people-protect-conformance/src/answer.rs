//! An answer, as a case looks at it.

use serde_json::Value;

use crate::case::{Outcome, Stop, against};

/// An answer, as a case looks at it. Its values stay in the case.
#[derive(Clone)]
pub struct Answer {
    pub(crate) operation: String,
    pub(crate) status: u16,
    pub(crate) content_type: Option<String>,
    pub(crate) text: String,
    pub(crate) body: Value,
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer")
            .field("operation", &self.operation)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

impl Answer {
    /// The status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Whether it went well: any 2xx but 285, which says that the callout is closed (R33).
    #[must_use]
    pub fn is_ok(&self) -> bool {
        (200..300).contains(&self.status) && self.status != 285
    }

    /// Whether it was refused: any 4xx.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        (400..500).contains(&self.status)
    }

    /// The body; null if it is not JSON.
    #[must_use]
    pub fn body(&self) -> &Value {
        &self.body
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The content type without parameters.
    #[must_use]
    pub fn content_type(&self) -> &str {
        let kind = self.content_type.as_deref().unwrap_or_default();
        kind.split(';').next().unwrap_or_default().trim()
    }

    /// What is at that JSON pointer; null if nothing is.
    #[must_use]
    pub fn at(&self, pointer: &str) -> &Value {
        self.body.pointer(pointer).unwrap_or(&Value::Null)
    }

    /// The text at that pointer; empty if there is none.
    #[must_use]
    pub fn text_at(&self, pointer: &str) -> &str {
        self.at(pointer).as_str().unwrap_or_default()
    }

    /// The names of the body's fields, sorted.
    #[must_use]
    pub fn keys(&self) -> Vec<&str> {
        let fields = self.body.as_object();
        let mut keys: Vec<_> = fields
            .into_iter()
            .flatten()
            .map(|(name, _)| name.as_str())
            .collect();
        keys.sort_unstable();
        keys
    }

    /// Goes on if it went well.
    ///
    /// # Errors
    ///
    /// [`Stop::NotRun`]: the case stands on this call and says nothing without it.
    pub fn or_not_run(self) -> Result<Self, Stop> {
        if self.is_ok() {
            return Ok(self);
        }
        let Self {
            operation, status, ..
        } = &self;
        Err(Stop::NotRun(format!(
            "it stands on `{operation}`, which answered {status}"
        )))
    }

    /// Goes on if it went well.
    ///
    /// # Errors
    ///
    /// [`Stop::Against`]: the rule says that it does.
    pub fn expect_ok(self) -> Result<Self, Stop> {
        if self.is_ok() {
            Ok(self)
        } else {
            against(self.seen("a 2xx"))
        }
    }

    /// Goes on if it was refused with any 4xx.
    ///
    /// # Errors
    ///
    /// [`Stop::Against`] if not.
    pub fn expect_refused(self) -> Result<Self, Stop> {
        if self.is_refused() {
            Ok(self)
        } else {
            against(self.seen("a refusal"))
        }
    }

    /// Goes on if it has that status.
    ///
    /// # Errors
    ///
    /// [`Stop::Against`] if not.
    pub fn expect_status(self, status: u16) -> Result<Self, Stop> {
        if self.status == status {
            Ok(self)
        } else {
            against(self.seen(&status.to_string()))
        }
    }

    /// Goes on if the body has exactly these fields.
    ///
    /// # Errors
    ///
    /// [`Stop::Against`] if not.
    pub fn expect_keys(&self, wanted: &[&str]) -> Outcome {
        let keys = self.keys();
        if keys == wanted {
            return Ok(());
        }
        let Self { operation, .. } = self;
        against(format!(
            "`{operation}` answered the fields [{}] instead of [{}]",
            keys.join(", "),
            wanted.join(", ")
        ))
    }

    /// The number at that pointer, which the case stands on.
    ///
    /// # Errors
    ///
    /// [`Stop::NotRun`] if there is none.
    pub fn number(&self, pointer: &str) -> Result<i64, Stop> {
        let found = self.at(pointer);
        let number = found.as_i64().or_else(|| found.as_str()?.parse().ok());
        number.ok_or_else(|| {
            let Self { operation, .. } = self;
            Stop::NotRun(format!(
                "it stands on `{operation}`, which answered no {pointer}"
            ))
        })
    }

    fn seen(&self, wanted: &str) -> String {
        let Self {
            operation, status, ..
        } = self;
        format!("`{operation}` answered {status} instead of {wanted}")
    }
}
