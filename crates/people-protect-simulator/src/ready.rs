//! The line that a program prints when it is ready.

use serde::Serialize;

use crate::simulator::Simulator;

/// Where everything is, with the secrets: other programs read it.
#[derive(Serialize)]
struct Ready<'a> {
    ready: bool,
    api: String,
    csv: String,
    control: String,
    pages: Pages,
    sources: Vec<Access<'a>>,
}

#[derive(Serialize)]
struct Pages {
    home: String,
    responder: String,
}

#[derive(Serialize)]
struct Access<'a> {
    client_id: &'a str,
    client_secret: &'a str,
}

impl Simulator {
    /// The line that the program prints on stdout when it is ready: one JSON object, without the
    /// line's end. It holds the client secrets.
    #[must_use]
    pub fn ready_line(&self) -> String {
        let ready = Ready {
            ready: true,
            api: self.api_url(),
            csv: self.csv_url(),
            control: self.control_url(),
            pages: Pages {
                home: format!("{}/", self.origin()),
                responder: format!("{}/responder", self.origin()),
            },
            sources: self
                .sources()
                .map(|source| Access {
                    client_id: source.client_id(),
                    client_secret: source.client_secret().reveal(),
                })
                .collect(),
        };
        // Strings and lists only: this cannot fail.
        serde_json::to_string(&ready).unwrap_or_default()
    }
}
