//! Values that become one segment of a path.

/// Encodes a path value, refusing what would address another resource.
///
/// An empty value, `.` and `..` change the path when the address is parsed, and a backslash is
/// read as a slash; percent-encoding does not help against any of them.
pub(crate) fn encode(value: &str) -> Result<String, String> {
    if matches!(value, "" | "." | "..") || value.contains('\\') {
        // The value is not repeated: some ids open a session.
        return Err("a path value is empty, `.` or `..`, or holds a backslash; pass the id exactly as the API gave it".to_owned());
    }
    Ok(progenitor_client::encode_path(value))
}

#[cfg(test)]
mod tests {
    use super::encode;

    #[test]
    fn values_that_would_leave_their_place_in_the_path_are_refused() {
        for value in ["", ".", "..", "..\\x", "a\\b"] {
            assert!(encode(value).is_err(), "{value:?}");
        }
    }

    #[test]
    fn reserved_characters_are_encoded() {
        assert_eq!(encode("site 9/44?#%").unwrap(), "site%209%2F44%3F%23%25");
        assert_eq!(encode("site_9944").unwrap(), "site_9944");
    }
}
