//! Customer sources: who uses the API, and what they have been given.

use std::fmt;

use people_protect_api::SecretText;

use crate::rating::Aspect;

/// What a customer source signs in with (R01, R58).
///
/// ```
/// # async fn example() -> Result<(), people_protect_simulator::Error> {
/// let simulator = people_protect_simulator::Simulator::start().await?;
/// let credentials = simulator.credentials();
/// // The secret shows only when it is asked for.
/// assert!(!format!("{credentials:?}").contains(credentials.client_secret().reveal()));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Credentials {
    client_id: String,
    client_secret: SecretText,
}

impl Credentials {
    /// Names the source.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The secret that goes with it.
    #[must_use]
    pub fn client_secret(&self) -> &SecretText {
        &self.client_secret
    }
}

/// A customer source: a tenant. Nothing of one is visible to another (R16).
#[derive(Debug, Clone)]
pub(crate) struct Source {
    /// `customerSourceId`.
    pub(crate) id: i64,
    pub(crate) credentials: Credentials,
    /// Fixed per source, not to be asked for (R03, C03).
    pub(crate) token_lifetime_s: i64,
    /// Ids belong to the source (R82).
    pub(crate) response_types: Vec<ResponseType>,
    /// Ids belong to the source (R18, R70).
    pub(crate) subscription_types: Vec<SubscriptionType>,
    /// What `calloutClassificationId` means here. C25 gives the ids no built-in meaning; that 1 is
    /// real and 2 a test was reported by an integrator. Other ids pass through without a meaning.
    pub(crate) classifications: Vec<(i64, &'static str)>,
    /// Why a callout may have gone otherwise (R74): the examples of an older generation of the
    /// documentation. That the ids belong to the source is an assumption.
    pub(crate) exception_reasons: Vec<(i64, &'static str)>,
    /// What can be rated (R76). That a catalogue exists is documented, its entries are assumptions.
    pub(crate) rating_items: Vec<Aspect>,
}

#[derive(Debug, Clone)]
pub(crate) struct ResponseType {
    pub(crate) id: i64,
    pub(crate) value: &'static str,
    pub(crate) description: &'static str,
    /// What `typeOfEmergency` says in the nested view; the texts are assumptions.
    pub(crate) emergency: &'static str,
}

#[derive(Debug, Clone)]
pub(crate) struct SubscriptionType {
    pub(crate) id: i64,
    pub(crate) value: &'static str,
}

impl Source {
    /// The two sources that are there without any configuration. Their ids differ on purpose: a
    /// client that builds ids in works with one of them only.
    pub(crate) fn built_in() -> Vec<Source> {
        vec![
            Self::numbered(12, "simulator-one", "not-a-real-secret-one", 0),
            Self::numbered(13, "simulator-two", "not-a-real-secret-two", 10),
        ]
    }

    fn numbered(id: i64, client_id: &str, client_secret: &str, ids_from: i64) -> Source {
        Source {
            id,
            credentials: Credentials {
                client_id: client_id.to_owned(),
                client_secret: client_secret.into(),
            },
            // The example of an older generation of the documentation.
            token_lifetime_s: 3600,
            response_types: vec![
                ResponseType {
                    id: ids_from + 1,
                    value: "SECURITY",
                    description: "Armed response",
                    emergency: "Panic",
                },
                ResponseType {
                    id: ids_from + 2,
                    value: "MEDICAL",
                    description: "Ambulance",
                    emergency: "Medical emergency",
                },
            ],
            subscription_types: vec![
                SubscriptionType {
                    id: ids_from + 4,
                    value: "WEB_SIGNUP_SINGLE",
                },
                SubscriptionType {
                    id: ids_from + 5,
                    value: "WEB_SIGNUP_FAMILY",
                },
            ],
            classifications: vec![(1, "REAL"), (2, "TEST")],
            exception_reasons: vec![
                (ids_from + 101, "Customer unavailable at location"),
                (ids_from + 102, "False alarm triggered"),
                (ids_from + 103, "Technical malfunction detected"),
            ],
            rating_items: vec![
                Aspect {
                    id: ids_from + 12,
                    key: "arrival_time",
                    description: "Arrival time",
                },
                Aspect {
                    id: ids_from + 13,
                    key: "responder_conduct",
                    description: "Conduct of the responder",
                },
            ],
        }
    }

    pub(crate) fn response_type(&self, id: i64) -> Option<&ResponseType> {
        self.response_types.iter().find(|kind| kind.id == id)
    }

    pub(crate) fn subscription_type(&self, id: i64) -> Option<&SubscriptionType> {
        self.subscription_types.iter().find(|kind| kind.id == id)
    }

    pub(crate) fn exception_reason(&self, id: i64) -> Option<&'static str> {
        self.exception_reasons
            .iter()
            .find(|(known, _)| *known == id)
            .map(|(_, text)| *text)
    }

    pub(crate) fn classification(&self, id: i64) -> Option<&'static str> {
        self.classifications
            .iter()
            .find(|(known, _)| *known == id)
            .map(|(_, value)| *value)
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (source {})", self.credentials.client_id, self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::Source;

    #[test]
    fn r18_r82_ids_belong_to_the_source() {
        let sources = Source::built_in();
        let [one, two] = sources.as_slice() else {
            panic!("two sources")
        };
        for kind in &one.subscription_types {
            assert!(two.subscription_type(kind.id).is_none(), "{kind:?}");
        }
        for kind in &one.response_types {
            assert!(two.response_type(kind.id).is_none(), "{kind:?}");
        }
    }

    #[test]
    fn debug_does_not_show_the_secret() {
        for source in Source::built_in() {
            let secret = source.credentials.client_secret().reveal();
            assert!(!format!("{source:?} {source:#?} {source}").contains(secret));
        }
    }
}
