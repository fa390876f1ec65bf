//! Mobile numbers and the safe code that follows from them.

use std::fmt;
use std::str::FromStr;

use phonelib::ParseError;

use crate::Error;

/// A mobile number in international form (E.164). `Debug` does not show it.
///
/// The number identifies a customer (R11). A number without a country code is refused, never
/// completed: guessing a country registers a stranger (P11).
///
/// # What is accepted
///
/// `+`, the country code and the number, with spaces, dashes, dots, slashes and brackets between
/// the digits. A length that the country does not have is refused: a digit is missing or too many.
/// Whether somebody has been given the number is **not** judged: operators open new ranges all the
/// time, and nobody is to be left without protection because a table in a library is old. If the
/// table is wrong about a length or a country code, [`as_written`](Self::as_written) accepts the
/// number all the same.
///
/// The digits stay as they were written, with one exception: the 0 that some countries dial at
/// home and that is often kept after the country code, as in `+27 (0)82 123 4567`, is left out.
///
/// That E.164 is the form AURA wants is an assumption; its example is written so.
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
    /// A number whose country code or length the built-in numbering plans do not know.
    ///
    /// Only the form is checked: `+` and 7 to 15 digits, the first of them no 0. Use it when the
    /// person confirms the number that [`parse`](str::parse) refused.
    ///
    /// ```
    /// use people_protect::Mobile;
    ///
    /// assert!("+999 123 4567".parse::<Mobile>().is_err());
    /// assert_eq!(Mobile::as_written("+999 123 4567")?.reveal(), "+9991234567");
    /// # Ok::<(), people_protect::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if it does not have that form.
    pub fn as_written(text: &str) -> Result<Self, Error> {
        international(text).map(Self)
    }

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

    /// Reads a number; see [`Mobile`] for what is accepted.
    fn from_str(text: &str) -> Result<Self, Error> {
        let written = international(text)?;
        match phonelib::try_normalize_phone_number(&written) {
            Ok(normal) if is_without_one_zero(&written, &normal) => Ok(Self(normal)),
            // Beyond the 0, no library changes the digits of somebody's number.
            Ok(_) => Ok(Self(written)),
            Err(ParseError::UnknownCountryCode) => Err(Error::invalid(
                "the mobile number begins with no country code that is known",
                "check the digits after the +; if they are right, `Mobile::as_written` accepts them",
            )),
            Err(ParseError::InvalidLength | ParseError::TooShort | ParseError::TooLong) => {
                Err(Error::invalid(
                    "the mobile number is too long or too short for its country",
                    "check for a missing or doubled digit; if it is right, `Mobile::as_written` \
                     accepts it",
                ))
            }
            // A range the table does not have, such as a new area code: the person knows better.
            Err(_) => Ok(Self(written)),
        }
    }
}

/// `+` and digits, from what a person wrote.
fn international(text: &str) -> Result<String, Error> {
    let trimmed = text.trim_matches(is_filler);
    if trimmed.is_empty() {
        return Err(Error::invalid("the mobile number is empty", EXAMPLE));
    }
    let Some(rest) = trimmed.strip_prefix(['+', '\u{ff0b}']) else {
        return Err(without_plus(trimmed));
    };
    let mut number = String::from("+");
    for letter in rest.chars() {
        match letter {
            '0'..='9' => number.push(letter),
            _ if is_filler(letter) => {}
            _ => {
                return Err(Error::invalid(
                    "the mobile number has something in it that is no digit",
                    "write it as + and digits, like +27821234567",
                ));
            }
        }
    }
    // E.164: at most 15 digits, no country code begins with 0. The shortest numbers in use have 7.
    if !(8..=16).contains(&number.len()) || number.starts_with("+0") {
        return Err(Error::invalid(
            "the mobile number does not have 7 to 15 digits that begin with a country code",
            EXAMPLE,
        ));
    }
    Ok(number)
}

const EXAMPLE: &str = "write it as + and country code, like +27821234567";

/// What to do about a number that does not say its country. No digit of it is repeated.
fn without_plus(text: &str) -> Error {
    let detail = "the mobile number has no country code";
    let hint = if text.starts_with("00") {
        "write + instead of the leading 00, like +27821234567"
    } else if text.starts_with('0') {
        "write + and the country code instead of the leading 0, like +27821234567; \
         the country is never guessed"
    } else {
        "write it as + and country code, like +27821234567; the country is never guessed"
    };
    Error::invalid(detail, hint)
}

/// What people and address books put between digits, marks of writing direction included.
fn is_filler(letter: char) -> bool {
    letter.is_whitespace()
        || matches!(
            letter,
            '-' | '.' | '/' | '(' | ')' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
                | '\u{2010}'..='\u{2015}' | '\u{2060}'..='\u{2069}' | '\u{2212}'
        )
}

/// Whether taking one 0 out of `written` gives `normal`.
fn is_without_one_zero(written: &str, normal: &str) -> bool {
    written.len() == normal.len() + 1
        && written.match_indices('0').any(|(at, zero)| {
            let (before, after) = written.split_at(at);
            normal.strip_prefix(before) == Some(&after[zero.len()..])
        })
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
