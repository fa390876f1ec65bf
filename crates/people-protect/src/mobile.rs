//! Mobile numbers and the safe code that follows from them.

use std::fmt;
use std::str::FromStr;

use crate::Error;

/// A mobile number in international form (E.164). `Debug` does not show it.
///
/// The number identifies a customer (R11). A number without a country code is refused, never
/// completed: guessing a country registers a stranger (P11).
///
/// ```
/// use people_protect::Mobile;
///
/// let mobile: Mobile = "+27 82 123-4567".parse()?;
/// assert_eq!(mobile.reveal(), "+27821234567");
/// assert_eq!(mobile.safe_code().reveal(), "4567");
/// assert!("0821234567".parse::<Mobile>().is_err());
/// # Ok::<(), people_protect::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Mobile(String);

impl Mobile {
    /// The number: `+` and digits.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The code with which the customer cancels: the number's last four digits (R34).
    #[must_use]
    pub fn safe_code(&self) -> SafeCode {
        SafeCode(
            self.0
                .chars()
                .skip(self.0.len().saturating_sub(4))
                .collect(),
        )
    }
}

impl FromStr for Mobile {
    type Err = Error;

    /// Reads `+`, the country code and the number; spaces, hyphens, dots and brackets are dropped.
    fn from_str(text: &str) -> Result<Self, Error> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Err(Error::invalid(
                "the mobile number is empty",
                "write it as + and country code, like +27821234567",
            ));
        }
        let Some(rest) = trimmed.strip_prefix('+') else {
            return Err(Error::invalid(
                "the mobile number has no country code",
                "write it as + and country code, like +27821234567; the country is never guessed",
            ));
        };
        let mut number = String::from("+");
        for c in rest.chars() {
            match c {
                '0'..='9' => number.push(c),
                ' ' | '-' | '.' | '(' | ')' | '\u{a0}' => {}
                _ => {
                    return Err(Error::invalid(
                        "the mobile number has something in it that is no digit",
                        "write it as + and digits, like +27821234567",
                    ));
                }
            }
        }
        // E.164: at most 15 digits, no country code begins with 0; the lower bound is ours.
        if !(9..=16).contains(&number.len()) || number.starts_with("+0") {
            return Err(Error::invalid(
                "the mobile number does not have 8 to 15 digits after a country code",
                "write it as + and country code, like +27821234567",
            ));
        }
        Ok(Self(number))
    }
}

impl fmt::Debug for Mobile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mobile(REDACTED)")
    }
}

/// The code a customer gives to cancel: the last four digits of the registered mobile (R34).
///
/// ```
/// use people_protect::SafeCode;
///
/// let code = SafeCode::new("4567")?;
/// assert_eq!(format!("{code:?}"), "SafeCode(REDACTED)");
/// assert!(SafeCode::new("456").is_err());
/// # Ok::<(), people_protect::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct SafeCode(String);

impl SafeCode {
    /// A code as the customer typed it. Whether it is the right one only AURA can tell; a wrong
    /// one may be a sign of duress and must be sent, not corrected.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if it is not four digits.
    pub fn new(code: &str) -> Result<Self, Error> {
        let code = code.trim();
        if code.len() != 4 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Error::invalid(
                "a safe code is four digits",
                "it is the last four digits of the customer's registered mobile number",
            ));
        }
        Ok(Self(code.to_owned()))
    }

    /// The four digits.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SafeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SafeCode(REDACTED)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p11_no_country_is_guessed_and_no_number_is_repeated() {
        for text in [
            "",
            "+",
            "082 123 4567",
            "27821234567",
            "0027821234567",
            "+0821234567",
            "+27",
            "+2782123456789012",
            "+27821234567x",
            "+27 82 1234567 ext 1",
            "++27821234567",
        ] {
            let error = text.parse::<Mobile>().expect_err(text);
            let shown = format!("{error} {error:?}").replace("+27821234567", "");
            assert!(!shown.contains("82"), "{shown}");
            assert!(error.hint().is_some());
        }
    }

    #[test]
    fn separators_are_dropped() {
        for text in ["+27821234567", " +27 82 123 4567 ", "+27 (82) 123.45-67"] {
            assert_eq!(text.parse::<Mobile>().unwrap().reveal(), "+27821234567");
        }
    }
}
