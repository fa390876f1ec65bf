//! What a fault may say.

use axum::http::{HeaderName, HeaderValue};
use people_protect_api::Operation;

use super::Fault;
use crate::error::{Error, ErrorKind};

/// The longest delay, in milliseconds: a day.
const LONGEST_MS: u64 = 24 * 3600 * 1000;

/// The longest pause between two bytes: a minute.
const LONGEST_DRIP_MS: u64 = 60 * 1000;

impl Fault {
    /// Refuses what cannot be, by the name of the field.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if let Some(operation) = &self.operation
            && operation != "all"
            && Operation::find(operation).is_none()
        {
            return refused(
                "`operation` must be the id of an operation, such as `get_callout`, or `all`",
            );
        }
        if self.nth == Some(0) {
            return refused("`nth` counts from 1");
        }
        if self
            .probability
            .is_some_and(|chance| !(0.0..=1.0).contains(&chance))
        {
            return refused("`probability` must be between 0 and 1");
        }
        if self.limit == Some(0) {
            return refused("`limit` must be 1 or more");
        }
        for (name, wait, longest) in [
            ("delay_ms", self.delay_ms, LONGEST_MS),
            ("delay_after_ms", self.delay_after_ms, LONGEST_MS),
            ("drip_ms", self.drip_ms, LONGEST_DRIP_MS),
        ] {
            if wait.is_some_and(|wait| wait > longest) {
                return refused(format!("`{name}` must not be more than {longest}"));
            }
        }
        for (name, status) in [("status", self.status), ("status_after", self.status_after)] {
            if status.is_some_and(|status| !(200..=599).contains(&status)) {
                return refused(format!("`{name}` must be between 200 and 599"));
            }
        }
        self.check_headers()?;
        self.check_effect()
    }

    fn check_headers(&self) -> Result<(), Error> {
        for (name, value) in &self.headers {
            let known = HeaderName::from_bytes(name.as_bytes());
            if known.is_err() || HeaderValue::from_str(value).is_err() {
                return refused("`headers` must have names and values that HTTP allows");
            }
            if ["content-length", "transfer-encoding", "connection"]
                .iter()
                .any(|own| name.eq_ignore_ascii_case(own))
            {
                return refused(format!(
                    "`headers` must not have `{name}`: the connection needs it"
                ));
            }
        }
        let media = self.content_type.as_deref().map(HeaderValue::from_str);
        if media.is_some_and(|media| media.is_err()) {
            return refused("`content_type` must be a text that HTTP allows in a header");
        }
        Ok(())
    }

    fn check_effect(&self) -> Result<(), Error> {
        let chosen: Vec<_> = [
            ("status", self.status.is_some()),
            ("status_after", self.status_after.is_some()),
            ("reset", self.reset.is_some()),
            ("truncate", self.truncate.is_some()),
            ("drip_ms", self.drip_ms.is_some()),
        ]
        .into_iter()
        .filter_map(|(name, chosen)| chosen.then_some(name))
        .collect();
        if let [first, second, ..] = chosen[..] {
            return refused(format!("`{first}` and `{second}` exclude each other"));
        }
        let with_status = self.status.or(self.status_after).is_some();
        if !with_status && (self.body.is_some() || !self.headers.is_empty()) {
            return refused("`body` and `headers` go with `status` or `status_after` only");
        }
        if self.reset.is_some() && self.content_type.is_some() {
            return refused("`content_type` and `reset` exclude each other");
        }
        let delayed = self.delay_ms.or(self.delay_after_ms).is_some();
        if chosen.is_empty() && self.content_type.is_none() && !delayed {
            return refused(
                "one of `delay_ms`, `delay_after_ms`, `status`, `status_after`, `reset`, `truncate`, `drip_ms` and `content_type` is required",
            );
        }
        Ok(())
    }
}

fn refused(text: impl Into<String>) -> Result<(), Error> {
    Err(Error::new(ErrorKind::FaultRefused, text))
}

#[cfg(test)]
mod tests {
    use super::Fault;

    #[test]
    fn what_cannot_be_is_refused_by_its_field() {
        for (fault, field) in [
            (Fault::on("raise_the_roof").reset_after(), "operation"),
            (Fault::on_all().nth(0).reset_after(), "nth"),
            (
                Fault::on_all().probability(1.5).reset_after(),
                "probability",
            ),
            (
                Fault::on_all().probability(f64::NAN).reset_after(),
                "probability",
            ),
            (Fault::on_all().limit(0).reset_after(), "limit"),
            (Fault::on_all().status(199), "status"),
            (Fault::on_all().status_after(600), "status_after"),
            (Fault::on_all().status(503).truncate(1), "truncate"),
            (Fault::on_all().truncate(1).body("text"), "body"),
            (Fault::on_all().status(503).header("a b", "c"), "headers"),
            (
                Fault::on_all().status(503).header("Content-Length", "9"),
                "headers",
            ),
            (Fault::on_all().content_type("a\nb"), "content_type"),
            (
                Fault::on_all().drip(std::time::Duration::from_secs(61)),
                "drip_ms",
            ),
            (Fault::on_all(), "delay_ms"),
        ] {
            let error = fault.check().unwrap_err().to_string();
            assert!(error.contains(&format!("`{field}`")), "{field}: {error}");
        }
    }

    #[test]
    fn what_can_be_is_taken() {
        for fault in [
            Fault::on("get_callout").customer(1).nth(2).reset_before(),
            Fault::on("all")
                .probability(0.5)
                .limit(3)
                .status(429)
                .header("Retry-After", "1"),
            Fault::on_all()
                .content_type("text/html")
                .status_after(502)
                .body("<html>"),
            Fault::on_all().delay(std::time::Duration::from_secs(5)),
        ] {
            fault.check().unwrap();
        }
    }
}
