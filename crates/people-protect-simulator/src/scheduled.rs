//! Scheduled requests: services in the future.

use jiff::{SignedDuration, Timestamp};
use people_protect_api::OpenObject;
use serde::{Deserialize, Serialize};

use crate::problem::Problem;
use crate::seed::Seed;
use crate::source::Source;
use crate::state::{Next, State};
use crate::switch::people::UNKNOWN_SERVICE_TYPE_STATUS;

/// R51: how far ahead a request must begin. That exactly so far is enough is an assumption.
const LEAD_TIME: SignedDuration = SignedDuration::from_mins(5);

/// A scheduled request as the simulator keeps it. `Debug` shows ids and times only.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct ScheduledRequest {
    /// What it is cancelled by (R97).
    pub id: String,
    /// The customer source it belongs to.
    pub source: i64,
    /// The type of service, one of the source's own.
    pub service_type: String,
    /// For whom.
    pub customer_id: i64,
    /// When it begins.
    pub date_from: Timestamp,
    /// When it happens next.
    pub next_occurrence: Timestamp,
    /// What, when and how often, as sent.
    pub config: OpenObject,
    /// Where it starts, as sent.
    pub initial_location: OpenObject,
    /// When it was ordered.
    pub created_at: Timestamp,
    /// When it was cancelled, if it was.
    pub cancelled_at: Option<Timestamp>,
}

/// What an order asks for.
#[derive(Debug)]
pub(crate) struct Order {
    pub(crate) service_type: String,
    pub(crate) customer_id: i64,
    pub(crate) date_from: Timestamp,
    pub(crate) date_to: Option<Timestamp>,
    pub(crate) config: OpenObject,
    pub(crate) initial_location: OpenObject,
}

impl State {
    /// Orders a service (R51).
    pub(crate) fn schedule(
        &mut self,
        source: &Source,
        seed: Seed,
        order: Order,
        now: Timestamp,
    ) -> Result<&ScheduledRequest, Problem> {
        // R97: on POST the segment is a type of service. Types belong to the source; that an
        // unknown one is 404 was documented earlier.
        if !source.service_types.contains(&order.service_type) {
            return Err(Problem::not_found(format!(
                "this customer source has no such type of service: it has {}",
                source.service_types.join(", ")
            ))
            .decided_by(&UNKNOWN_SERVICE_TYPE_STATUS));
        }
        self.named_customer(source.id, order.customer_id)?;
        if self.settings.keeps("R51") && order.date_from.duration_since(now) < LEAD_TIME {
            return Err(Problem::bad_request(
                "`scheduledRequestConfig.dateFrom` must be at least 5 minutes ahead",
            ));
        }
        if order.date_to.is_some_and(|end| end < order.date_from) {
            return Err(Problem::bad_request(
                "`scheduledRequestConfig.dateTo` must not be before `scheduledRequestConfig.dateFrom`",
            ));
        }
        let id = seed.uuid("scheduled", Next::take(&mut self.next.scheduled));
        Ok(self
            .scheduled
            .entry(id.clone())
            .or_insert(ScheduledRequest {
                id,
                source: source.id,
                service_type: order.service_type,
                customer_id: order.customer_id,
                date_from: order.date_from,
                // What stands in `repeatsConfig` is not documented: that the first time is the
                // start is an assumption.
                next_occurrence: order.date_from,
                config: order.config,
                initial_location: order.initial_location,
                created_at: now,
                cancelled_at: None,
            }))
    }

    /// Cancels a request by its id (R97). That a repeat is 404 is an assumption.
    pub(crate) fn cancel_scheduled(
        &mut self,
        source: i64,
        id: &str,
        now: Timestamp,
    ) -> Result<(), Problem> {
        let request = self
            .scheduled
            .get_mut(id)
            .filter(|request| request.source == source && request.cancelled_at.is_none())
            .filter(|_| self.settings.keeps("R97"))
            .ok_or_else(|| Problem::not_found("there is no scheduled request with this id"))?;
        request.cancelled_at = Some(now);
        Ok(())
    }
}
