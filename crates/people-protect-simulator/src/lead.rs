//! Leads: people who may become customers.

use jiff::Timestamp;
use people_protect_api::{OpenObject, PersonalText};
use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind};
use crate::problem::Problem;
use crate::seed::Seed;
use crate::state::{Next, State};

/// A lead as the simulator keeps it. `Debug` shows ids, status and times only.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct Lead {
    /// The UUID that it is read by (R84).
    pub id: String,
    /// The number beside it, from 501 upwards.
    pub lead_id: i64,
    /// The customer source it belongs to.
    pub source: i64,
    /// The mobile number, as sent.
    pub mobile_number: PersonalText,
    /// What is known about the person, as sent.
    pub customer_data: OpenObject,
    /// `RECEIVED` until somebody sets another (R85).
    pub status: String,
    /// When work on it began.
    pub processing_started_at: Option<Timestamp>,
    /// When it became a customer.
    pub converted_at: Option<Timestamp>,
    /// When it failed.
    pub failed_at: Option<Timestamp>,
    /// When it was passed on.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl State {
    /// A lead of this source (R16), by its UUID and not by its number (R84; that the number is
    /// 404 is an assumption).
    pub(crate) fn lead(&self, source: i64, uuid: &str) -> Result<&Lead, Problem> {
        let lead = self.leads.get(uuid).or_else(|| {
            let number: i64 = uuid.parse().ok().filter(|_| !self.settings.keeps("R84"))?;
            self.leads.values().find(|lead| lead.lead_id == number)
        });
        lead.filter(|lead| lead.source == source)
            .ok_or_else(|| Problem::not_found("there is no lead with this UUID"))
    }

    /// Takes a lead. Whether a repeat is folded is not documented: that it is a second lead is an
    /// assumption.
    pub(crate) fn take_lead(
        &mut self,
        source: i64,
        seed: Seed,
        mobile_number: PersonalText,
        customer_data: OpenObject,
        now: Timestamp,
    ) -> Result<String, Problem> {
        // R86: it is required; that a blank one is 400 is an assumption.
        if mobile_number.reveal().trim().is_empty() {
            return Err(Problem::bad_request("`mobileNumber` must not be blank"));
        }
        let lead_id = Next::take(&mut self.next.lead);
        let id = seed.uuid("lead", lead_id);
        self.leads.insert(
            id.clone(),
            Lead {
                id: id.clone(),
                lead_id,
                source,
                mobile_number,
                customer_data,
                status: "RECEIVED".to_owned(),
                processing_started_at: None,
                converted_at: None,
                failed_at: None,
                created_at: now,
                updated_at: now,
            },
        );
        Ok(id)
    }

    /// Sets a lead's status, as whoever works on it would. Any text is taken: what a client does
    /// with a status that nobody documented can be tried so (R85).
    pub(crate) fn set_lead_status(
        &mut self,
        uuid: &str,
        status: &str,
        now: Timestamp,
    ) -> Result<&Lead, Error> {
        let lead = self.leads.get_mut(uuid).ok_or_else(|| {
            Error::new(
                ErrorKind::UnknownLead,
                "there is no lead with this UUID: GET /_simulator/state lists them",
            )
        })?;
        match status {
            "PROCESSING" => lead.processing_started_at = Some(now),
            "CONVERTED" => lead.converted_at = Some(now),
            "FAILED" => lead.failed_at = Some(now),
            _ => {}
        }
        lead.status = status.to_owned();
        lead.updated_at = now;
        Ok(lead)
    }
}
