//! Customer sources: who uses the API, and what they have been given.

use std::fmt;

use people_protect_api::SecretText;

use crate::device::Template;
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
    pub(crate) fn new(client_id: &str, client_secret: &str) -> Self {
        Self {
            client_id: client_id.to_owned(),
            client_secret: client_secret.into(),
        }
    }

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
    pub(crate) classifications: Vec<(i64, String)>,
    /// Why a callout may have gone otherwise (R74): the examples of an older generation of the
    /// documentation. That the ids belong to the source is an assumption.
    pub(crate) exception_reasons: Vec<(i64, String)>,
    /// What can be rated (R76). That a catalogue exists is documented, its entries are assumptions.
    pub(crate) rating_items: Vec<Aspect>,
    /// Which devices are provisioned (R87). Those built in are made up.
    pub(crate) devices: Vec<Template>,
    /// The types of scheduled service (R51, R97). Those built in are made up.
    pub(crate) service_types: Vec<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct ResponseType {
    pub(crate) id: i64,
    pub(crate) value: String,
    pub(crate) description: String,
    /// What `typeOfEmergency` says in the nested view; the texts are assumptions.
    pub(crate) emergency: String,
}

#[derive(Debug, Clone)]
pub(crate) struct SubscriptionType {
    pub(crate) id: i64,
    pub(crate) value: String,
}

impl Source {
    /// The two sources that are there without any configuration. Their ids differ on purpose: a
    /// client that builds ids in works with one of them only.
    pub(crate) fn built_in() -> Vec<Source> {
        vec![
            Self::numbered(
                0,
                Credentials::new("simulator-one", "not-a-real-secret-one"),
            ),
            Self::numbered(
                1,
                Credentials::new("simulator-two", "not-a-real-secret-two"),
            ),
        ]
    }

    /// What the source at this place in the list has unless it is said otherwise.
    pub(crate) fn numbered(place: u8, credentials: Credentials) -> Source {
        let ids_from = i64::from(place) * 10;
        let texts = |texts: &[(i64, &str)]| {
            let text = |(id, text): &(i64, &str)| (*id, (*text).to_owned());
            texts.iter().map(text).collect()
        };
        let response_type = |id, value: &str, description: &str, emergency: &str| ResponseType {
            id,
            value: value.to_owned(),
            description: description.to_owned(),
            emergency: emergency.to_owned(),
        };
        let subscription_type = |id, value: &str| SubscriptionType {
            id,
            value: value.to_owned(),
        };
        let aspect = |id, key: &str, description: &str| Aspect {
            id,
            key: key.to_owned(),
            description: description.to_owned(),
        };
        let services: &[&str] = match place {
            0 => &["guarding", "patrol"],
            _ => &["guarding-two"],
        };
        Source {
            id: 12 + i64::from(place),
            credentials,
            // The example of an older generation of the documentation.
            token_lifetime_s: 3600,
            response_types: vec![
                response_type(ids_from + 1, "SECURITY", "Armed response", "Panic"),
                response_type(ids_from + 2, "MEDICAL", "Ambulance", "Medical emergency"),
            ],
            subscription_types: vec![
                subscription_type(ids_from + 4, "WEB_SIGNUP_SINGLE"),
                subscription_type(ids_from + 5, "WEB_SIGNUP_FAMILY"),
            ],
            classifications: texts(&[(1, "REAL"), (2, "TEST")]),
            exception_reasons: texts(&[
                (ids_from + 101, "Customer unavailable at location"),
                (ids_from + 102, "False alarm triggered"),
                (ids_from + 103, "Technical malfunction detected"),
            ]),
            rating_items: vec![
                aspect(ids_from + 12, "arrival_time", "Arrival time"),
                aspect(
                    ids_from + 13,
                    "responder_conduct",
                    "Conduct of the responder",
                ),
            ],
            devices: vec![
                Template::new("ExampleBrand", "EX-", 5),
                Template::new("SampleWorks", "SW-", 6),
            ],
            service_types: services.iter().map(|name| (*name).to_owned()).collect(),
        }
    }

    pub(crate) fn response_type(&self, id: i64) -> Option<&ResponseType> {
        self.response_types.iter().find(|kind| kind.id == id)
    }

    pub(crate) fn subscription_type(&self, id: i64) -> Option<&SubscriptionType> {
        self.subscription_types.iter().find(|kind| kind.id == id)
    }

    pub(crate) fn exception_reason(&self, id: i64) -> Option<&str> {
        self.exception_reasons
            .iter()
            .find(|(known, _)| *known == id)
            .map(|(_, text)| text.as_str())
    }

    pub(crate) fn classification(&self, id: i64) -> Option<&str> {
        self.classifications
            .iter()
            .find(|(known, _)| *known == id)
            .map(|(_, value)| value.as_str())
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
