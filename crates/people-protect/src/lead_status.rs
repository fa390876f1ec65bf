//! How far a lead has come.

use std::fmt;

use people_protect_api::types;

/// How far a lead has come (R85). A status that is not documented is kept as sent.
///
/// ```
/// use people_protect::LeadStatus;
///
/// assert_eq!(LeadStatus::of("CONVERTED"), LeadStatus::Converted);
/// assert_eq!(LeadStatus::of("ON_HOLD").to_string(), "ON_HOLD");
/// assert!(!LeadStatus::of("ON_HOLD").is_settled());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LeadStatus {
    /// AURA has it; nobody works on it yet.
    Received,
    /// Somebody works on it.
    Processing,
    /// It has become a customer.
    Converted,
    /// It has failed.
    Failed,
    /// A status nobody documented, as sent; empty if there was none.
    Other(String),
}

impl LeadStatus {
    /// Reads a status. Case does not matter.
    #[must_use]
    pub fn of(status: &str) -> Self {
        let status = status.trim();
        match status.to_ascii_uppercase().as_str() {
            "RECEIVED" => Self::Received,
            "PROCESSING" => Self::Processing,
            "CONVERTED" => Self::Converted,
            "FAILED" => Self::Failed,
            _ => Self::Other(status.to_owned()),
        }
    }

    /// Whether nothing more is to be waited for: converted or failed. That nothing follows these
    /// two is an assumption.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        matches!(self, Self::Converted | Self::Failed)
    }

    pub(crate) fn of_answer(status: Option<&types::LeadStatus>) -> Self {
        match status {
            Some(types::LeadStatus::Known(known)) => Self::of(&known.to_string()),
            Some(types::LeadStatus::Other(text)) => Self::of(text),
            _ => Self::Other(String::new()),
        }
    }
}

impl fmt::Display for LeadStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Received => "RECEIVED",
            Self::Processing => "PROCESSING",
            Self::Converted => "CONVERTED",
            Self::Failed => "FAILED",
            Self::Other(status) => status,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::LeadStatus;

    #[test]
    fn r85_every_documented_status_is_known_by_its_own_name() {
        for name in ["RECEIVED", "PROCESSING", "CONVERTED", "FAILED"] {
            let status = LeadStatus::of(name);
            assert!(!matches!(status, LeadStatus::Other(_)), "{name}");
            assert_eq!(status.to_string(), name);
            assert_eq!(LeadStatus::of(&name.to_lowercase()), status);
        }
    }
}
