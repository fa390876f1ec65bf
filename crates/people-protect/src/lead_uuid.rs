//! What a lead is read by.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Error;

/// A lead: its UUID, the `id` of the answer. Reading a lead takes it, not the number `leadId`
/// (R84), which is refused here.
///
/// ```
/// use people_protect::LeadUuid;
///
/// let stored: LeadUuid = "123e4567-e89b-12d3-a456-426614174000".parse()?;
/// assert_eq!(stored.as_str(), "123e4567-e89b-12d3-a456-426614174000");
/// assert!("501".parse::<LeadUuid>().is_err());
/// # Ok::<(), people_protect::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LeadUuid(String);

impl LeadUuid {
    /// The UUID as the API wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for LeadUuid {
    type Err = Error;

    /// Takes a UUID in its usual form, 8-4-4-4-12 hexadecimal digits.
    fn from_str(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Error::invalid(
                "a lead is not read by its number",
                "pass the UUID in `id`, not the number in `leadId` (R84)",
            ));
        }
        let groups: Vec<&str> = text.split('-').collect();
        let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
        let hexadecimal = groups
            .iter()
            .all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()));
        if lengths != [8, 4, 4, 4, 12] || !hexadecimal {
            return Err(Error::invalid(
                "the id of the lead is no UUID",
                "pass the `id` that creating the lead answered (R84)",
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for LeadUuid {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<LeadUuid> for String {
    fn from(uuid: LeadUuid) -> Self {
        uuid.0
    }
}

impl fmt::Display for LeadUuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::LeadUuid;

    #[test]
    fn r84_what_is_no_uuid_is_refused_and_not_repeated() {
        for text in [
            "",
            "lead_9f8b7c6d5a4e3f2b1c0d",
            "123e4567e89b12d3a456426614174000",
            "123e4567-e89b-12d3-a456-42661417400g",
            "123e4567-e89b-12d3-a456-4266141740000",
            "+27821234567",
        ] {
            let error = text.parse::<LeadUuid>().expect_err(text);
            assert!(!error.to_string().contains("4567"), "{error}");
        }
        let number = "501".parse::<LeadUuid>().unwrap_err();
        assert!(number.hint().unwrap().contains("`leadId`"));
        assert!(serde_json::from_str::<LeadUuid>("\"501\"").is_err());
    }
}
