//! Leads: people who may become customers.

use std::fmt;

use people_protect_api::{OpenObject, types};
use serde_json::Value;

use crate::lacking::lacks;
use crate::{Answer, Error, ErrorKind, LeadStatus, LeadUuid, Mobile, PeopleProtect};

const OPEN: &str = "the lead may have been taken; whether AURA folds a repeat is not documented, so \
                    a second one may come of passing it on again";

/// A lead to pass on: its mobile number and what is known about the person. Both are required
/// (R86). `Debug` shows neither.
///
/// ```
/// use people_protect::NewLead;
///
/// let jane = NewLead::new("+27821234567".parse()?, [("name", "Jane"), ("surname", "Doe")]);
/// assert_eq!(format!("{jane:?}"), "NewLead(REDACTED)");
/// # Ok::<(), people_protect::Error>(())
/// ```
#[derive(Clone, PartialEq)]
#[must_use = "it is passed on by `PeopleProtect::create_lead`"]
pub struct NewLead(types::CreateLeadRequest);

impl NewLead {
    /// A lead. The names inside `customer_data` are not documented: agree on them with AURA. A
    /// `serde_json::Map` goes too.
    pub fn new<K, V>(mobile: Mobile, customer_data: impl IntoIterator<Item = (K, V)>) -> Self
    where
        K: Into<String>,
        V: Into<Value>,
    {
        let data: OpenObject = customer_data
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        Self(types::CreateLeadRequest::new(mobile.reveal(), data))
    }
}

impl fmt::Debug for NewLead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewLead(REDACTED)")
    }
}

impl PeopleProtect {
    /// Passes a lead on. The page is current; the route was documented earlier and is unconfirmed.
    ///
    /// ```no_run
    /// # use people_protect::{NewLead, PeopleProtect};
    /// # async fn example(aura: PeopleProtect) -> Result<(), people_protect::Error> {
    /// let jane = NewLead::new("+27821234567".parse()?, [("name", "Jane"), ("surname", "Doe")]);
    /// let lead = aura.create_lead(jane).await?;
    /// println!("lead {} is {}", lead.uuid(), lead.status());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`UndecodableAnswer`](ErrorKind::UndecodableAnswer) if the answer names no UUID; everything
    /// else as [`call`](Self::call). It is never repeated on its own: if
    /// [`may_have_reached_server`](Error::may_have_reached_server) is true, AURA may have the lead.
    pub async fn create_lead(&self, lead: NewLead) -> Result<LeadView, Error> {
        let body = &lead.0;
        let read = |answer| match uuid_of(&answer) {
            Some(uuid) => Ok(LeadView { uuid, answer }),
            None => Err(lacks(
                answer,
                "create_lead",
                "the answer names no UUID to read the lead by",
                "AURA may have the lead; `body()` has what was sent",
            )),
        };
        self.call_and_read(|raw| async move { raw.create_lead(body).await }, read)
            .await
            .map_err(|error| error.with_hint_if_unknown(OPEN))
    }

    /// A lead by its UUID. Nothing is sent yet.
    #[must_use]
    pub fn lead(&self, uuid: LeadUuid) -> Lead {
        Lead {
            aura: self.clone(),
            uuid,
        }
    }
}

fn uuid_of(answer: &Answer<types::Lead>) -> Option<LeadUuid> {
    answer.id.as_deref()?.parse().ok()
}

/// A lead by its UUID.
#[derive(Debug, Clone)]
pub struct Lead {
    aura: PeopleProtect,
    uuid: LeadUuid,
}

impl Lead {
    /// The UUID.
    #[must_use]
    pub fn uuid(&self) -> &LeadUuid {
        &self.uuid
    }

    /// Reads the lead.
    ///
    /// ```no_run
    /// # use people_protect::{LeadStatus, LeadUuid, PeopleProtect};
    /// # async fn example(aura: PeopleProtect, stored: LeadUuid) -> Result<(), people_protect::Error> {
    /// match aura.lead(stored).get().await?.status() {
    ///     LeadStatus::Converted => println!("a customer"),
    ///     LeadStatus::Failed => println!("not a customer"),
    ///     status => println!("still {status}"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`NotFound`](ErrorKind::NotFound) if there is none, or not for these credentials (R16);
    /// everything else as [`call`](PeopleProtect::call).
    pub async fn get(&self) -> Result<LeadView, Error> {
        let uuid = self.uuid.as_str();
        let answer = self
            .aura
            .call(|raw| async move { raw.get_lead(uuid).await })
            .await
            .map_err(|error| match error.kind() {
                ErrorKind::NotFound => error.with_hint(
                    "pass the UUID in `id` that creating the lead answered (R84), for the \
                     credentials that created it (R16)",
                ),
                _ => error,
            })?;
        Ok(LeadView {
            uuid: uuid_of(&answer).unwrap_or_else(|| self.uuid.clone()),
            answer,
        })
    }
}

/// A lead as AURA answered it.
#[derive(Debug)]
pub struct LeadView {
    uuid: LeadUuid,
    answer: Answer<types::Lead>,
}

impl LeadView {
    /// The UUID. Store it: the lead is read by it (R84).
    #[must_use]
    pub fn uuid(&self) -> &LeadUuid {
        &self.uuid
    }

    /// How far it has come (R85).
    #[must_use]
    pub fn status(&self) -> LeadStatus {
        LeadStatus::of_answer(self.answer.value.status.as_ref())
    }

    /// The whole answer: times, number, customer data.
    #[must_use]
    pub fn answer(&self) -> &Answer<types::Lead> {
        &self.answer
    }
}

impl From<&LeadView> for LeadUuid {
    fn from(lead: &LeadView) -> Self {
        lead.uuid.clone()
    }
}
