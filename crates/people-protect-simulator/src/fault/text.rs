//! A fault on one line, as the program takes it.

use std::str::FromStr;

use serde_json::{Map, Value};

use super::Fault;
use crate::error::{Error, ErrorKind};

impl FromStr for Fault {
    type Err = Error;

    /// Reads `create_customer_callout nth=1 reset=after`: the operation or `all`, then the fields of
    /// `POST /_simulator/faults`. A header is `header:Retry-After=1`; a value has no blanks.
    fn from_str(text: &str) -> Result<Self, Error> {
        let refused = |text: String| Error::new(ErrorKind::FaultRefused, text);
        let mut words = text.split_whitespace();
        let operation = words.next().unwrap_or_default();
        if operation.is_empty() || operation.contains('=') {
            return Err(refused(
                "a fault begins with the id of an operation or `all`, as in `get_callout nth=1 status=503`".to_owned(),
            ));
        }
        let mut fields = Map::new();
        let mut headers = Map::new();
        fields.insert("operation".to_owned(), operation.into());
        for word in words {
            let (name, value) = word
                .split_once('=')
                .ok_or_else(|| refused(format!("`{word}` needs a value, as in `nth=1`")))?;
            if let Some(header) = name.strip_prefix("header:") {
                headers.insert(header.to_owned(), value.into());
                continue;
            }
            // Texts are texts, whatever they look like.
            let text = matches!(name, "body" | "content_type" | "reset");
            let number = (!text)
                .then(|| value.parse::<serde_json::Number>().ok())
                .flatten();
            fields.insert(
                name.to_owned(),
                number.map_or_else(|| value.into(), Value::Number),
            );
        }
        if !headers.is_empty() {
            fields.insert("headers".to_owned(), headers.into());
        }
        let written = serde_json::to_vec(&Value::Object(fields)).unwrap_or_default();
        let fault: Self =
            crate::body::read(&written).map_err(|problem| refused(problem.message))?;
        fault.check()?;
        Ok(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::Fault;

    #[test]
    fn a_line_says_the_same_as_the_builder() {
        for (line, fault) in [
            (
                "create_customer_callout nth=1 reset=after",
                Fault::on("create_customer_callout").nth(1).reset_after(),
            ),
            (
                "all probability=0.25 status=503 header:Retry-After=1 body=5",
                Fault::on("all")
                    .probability(0.25)
                    .status(503)
                    .header("Retry-After", "1")
                    .body("5"),
            ),
            (
                "get_callout customer=178921 truncate=10",
                Fault::on("get_callout").customer(178_921).truncate(10),
            ),
        ] {
            assert_eq!(line.parse::<Fault>().unwrap(), fault);
        }
    }

    #[test]
    fn a_line_that_says_something_else_is_refused_by_its_word() {
        for (line, word) in [
            ("", "all"),
            ("nth=1", "all"),
            ("all reset", "`reset`"),
            ("all nth=first reset=after", "`nth`"),
            ("all nth=-1 reset=after", "`nth`"),
            ("all reset=never", "`reset`"),
            ("all volume=11", "`volume`"),
            ("all", "`status`"),
        ] {
            let error = line.parse::<Fault>().unwrap_err().to_string();
            assert!(error.contains(word), "{line}: {error}");
        }
    }
}
