//! A form of several parts, for the one operation that sends one.
//!
//! The HTTP library can do this too, with three crates that guess media types from file names; every
//! user of this crate would build them.

/// A form, part by part.
pub(crate) struct Form<'a> {
    parts: Vec<Part<'a>>,
}

struct Part<'a> {
    /// What stands above the value.
    head: String,
    value: &'a str,
}

impl<'a> Form<'a> {
    /// A form of one file.
    pub(crate) fn of_file(name: &str, file_name: &str, media: &str, value: &'a str) -> Self {
        let head = format!(
            "Content-Disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\nContent-Type: {media}\r\n\r\n"
        );
        Self {
            parts: vec![Part { head, value }],
        }
    }

    /// Adds a field. Names are the contract's: nothing in them needs quoting.
    pub(crate) fn text(&mut self, name: &str, value: &'a str) {
        let head = format!("Content-Disposition: form-data; name=\"{name}\"\r\n\r\n");
        self.parts.push(Part { head, value });
    }

    /// The media type and the body.
    pub(crate) fn written(&self) -> (String, Vec<u8>) {
        let boundary = self.boundary();
        let mut body = Vec::new();
        for part in &self.parts {
            for piece in ["--", &boundary, "\r\n", &part.head, part.value, "\r\n"] {
                body.extend_from_slice(piece.as_bytes());
            }
        }
        for piece in ["--", &boundary, "--\r\n"] {
            body.extend_from_slice(piece.as_bytes());
        }
        (format!("multipart/form-data; boundary={boundary}"), body)
    }

    /// A line that no value holds, so that no value ends early; by looking, not by chance.
    fn boundary(&self) -> String {
        let mut number = 0_u64;
        loop {
            let boundary = format!("people-protect-{number:016x}");
            if !self.parts.iter().any(|part| part.value.contains(&boundary)) {
                return boundary;
            }
            number += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Form;

    #[test]
    fn a_form_is_written_as_servers_read_it() {
        let mut form = Form::of_file("locations", "locations.csv", "text/csv", "a,b\n");
        form.text("delimiter", ";");
        let (media, body) = form.written();
        assert_eq!(
            media,
            "multipart/form-data; boundary=people-protect-0000000000000000"
        );
        let wanted = "--people-protect-0000000000000000\r\n\
            Content-Disposition: form-data; name=\"locations\"; filename=\"locations.csv\"\r\n\
            Content-Type: text/csv\r\n\r\n\
            a,b\n\r\n\
            --people-protect-0000000000000000\r\n\
            Content-Disposition: form-data; name=\"delimiter\"\r\n\r\n\
            ;\r\n\
            --people-protect-0000000000000000--\r\n";
        assert_eq!(String::from_utf8(body).unwrap(), wanted);
    }

    #[test]
    fn a_value_that_holds_the_boundary_gets_another() {
        let planted = "x\r\n--people-protect-0000000000000000--\r\n";
        let (media, body) = Form::of_file("locations", "l.csv", "text/csv", planted).written();
        assert!(
            media.ends_with("=people-protect-0000000000000001"),
            "{media}"
        );
        let body = String::from_utf8(body).unwrap();
        assert!(body.ends_with("\r\n--people-protect-0000000000000001--\r\n"));
    }
}
