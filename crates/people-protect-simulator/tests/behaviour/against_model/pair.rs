//! A simulator and the reference side by side: each step is taken by both and compared.

use std::time::Duration;

use people_protect_simulator::{Clock, Simulator, Stage};
use reqwest::Method;
use serde_json::{Value, json};

use super::HOME;
use super::model::{Callout, Model, Person, Place, Subscription};
use super::step::{Code, Step};
use crate::common::{Bench, Reply, cry, person};

pub(crate) type Verdict = Result<(), String>;

pub(crate) struct Pair {
    bench: Bench,
    stranger: String,
    model: Model,
    start: i64,
}

/// Fails with what was seen unless it is so.
macro_rules! agree {
    ($is:expr, $($said:tt)+) => {
        if !$is {
            return Err(format!($($said)+));
        }
    };
}

/// One of a list by a number, if there is any.
fn pick<T>(list: &[T], number: u8) -> Option<usize> {
    (!list.is_empty()).then(|| usize::from(number) % list.len())
}

fn id(reply: &Reply, of: &str) -> i64 {
    reply.body[of]["id"].as_i64().unwrap_or_default()
}

fn mobile(number: u8) -> String {
    format!("+2782123450{number}")
}

impl Pair {
    pub(crate) async fn new(broken: Option<&str>) -> Self {
        let mut builder = Simulator::builder().clock(Clock::manual());
        if let Some(rule) = broken {
            builder = builder.break_rule(rule);
        }
        let bench = Bench::of(builder).await;
        let stranger = bench.other_source().await;
        let start = bench.simulator.now().as_second();
        Self {
            bench,
            stranger,
            model: Model::default(),
            start,
        }
    }

    pub(crate) async fn run(&mut self, steps: &[Step]) -> Verdict {
        for (number, step) in steps.iter().enumerate() {
            let taken = self.take(step).await;
            taken.map_err(|why| format!("step {number}, {step:?}: {why}"))?;
        }
        self.compare()
            .await
            .map_err(|why| format!("at the end: {why}"))
    }

    fn at(&self, time: i64) -> String {
        let time = std::time::UNIX_EPOCH + Duration::from_secs((self.start + time).unsigned_abs());
        jiff::Timestamp::try_from(time).unwrap().to_string()
    }

    async fn sent(&self, path: &str, token: &str, body: Option<Value>) -> Reply {
        self.bench.send(Method::POST, path, Some(token), body).await
    }

    async fn take(&mut self, step: &Step) -> Verdict {
        match step {
            Step::Register {
                mobile,
                covered,
                other,
            } => self.register(*mobile, *covered, *other).await,
            Step::Retire(_) | Step::Activate { .. } | Step::Renew { .. } | Step::End(_) => {
                self.change_people(step).await
            }
            Step::Raise { person, legacy } => self.raise(*person, *legacy).await,
            Step::Settle(_) | Step::Clear(_) | Step::RaiseAt(_) => self.change_places(step).await,
            Step::Advance { hours } => {
                let seconds = u64::from(*hours) * 3600;
                self.bench
                    .simulator
                    .advance(Duration::from_secs(seconds))
                    .unwrap();
                self.model.now += seconds.cast_signed();
                self.bench.token = self.bench.sign_in(self.bench.simulator.credentials()).await;
                self.stranger = self.bench.other_source().await;
                Ok(())
            }
            Step::Hook { number, secure } => self.hook(*number, *secure).await,
            Step::Reset => {
                self.bench.simulator.reset();
                self.model = Model::default();
                self.bench.token = self.bench.sign_in(self.bench.simulator.credentials()).await;
                self.stranger = self.bench.other_source().await;
                Ok(())
            }
            Step::Reimport => {
                let state = self.bench.simulator.export().unwrap();
                self.bench.simulator.reset();
                self.bench
                    .simulator
                    .import(&state)
                    .map_err(|error| error.to_string())?;
                self.compare().await
            }
            _ => self.change_callouts(step).await,
        }
    }

    /// R10, R11, R16, R71.
    async fn register(&mut self, number: u8, covered: bool, other: bool) -> Verdict {
        let token = if other {
            self.stranger.clone()
        } else {
            self.bench.token.clone()
        };
        let covered = covered && !other;
        let until = self.model.now + 20 * 86_400;
        let mut body = json!({ "customer": person(&mobile(number)) });
        if covered {
            body["subscription"] = json!({
                "subscriptionTypeId": 4, "validFrom": self.at(self.model.now), "validTo": self.at(until),
            });
        }
        let reply = self.sent("/customers", &token, Some(body)).await;
        let expected = if self.model.holds(number, other) {
            409
        } else {
            201
        };
        agree!(reply.status == expected, "{expected} expected: {reply:?}");
        if expected == 201 {
            let id = id(&reply, "customer");
            agree!(
                !self.model.people.iter().any(|one| one.id == id),
                "an id twice: {reply:?}"
            );
            self.model.people.push(Person {
                id,
                other,
                mobile: number,
                retired: false,
            });
            if covered {
                // The answer of a registration does not name the subscription.
                let snapshot = self.bench.simulator.snapshot();
                let known = snapshot.customer(id).map(|one| one.subscriptions.clone());
                let [own] = known.unwrap_or_default()[..] else {
                    return Err("R71: one subscription expected".to_owned());
                };
                let owner = self.model.people.len() - 1;
                let (cancelled, members) = (false, Vec::new());
                self.model.subscriptions.push(Subscription {
                    id: own,
                    owner,
                    until,
                    cancelled,
                    members,
                });
            }
        }
        Ok(())
    }

    async fn change_people(&mut self, step: &Step) -> Verdict {
        let model = &mut self.model;
        match step {
            Step::Retire(number) => {
                let Some(index) = pick(&model.people, *number) else {
                    return Ok(());
                };
                let who = &mut model.people[index];
                let expected = if who.other || who.retired { 404 } else { 200 };
                let reply = self
                    .bench
                    .post(&format!("/customers/{}/delete", who.id), json!({}))
                    .await;
                agree!(reply.status == expected, "{expected} expected: {reply:?}");
                who.retired |= expected == 200;
            }
            Step::Activate {
                person,
                days,
                member,
            } => {
                let Some(owner) = pick(&model.people, *person) else {
                    return Ok(());
                };
                let members: Vec<_> = member
                    .and_then(|one| pick(&model.people, one))
                    .into_iter()
                    .collect();
                let until = model.now + i64::from(*days) * 86_400;
                let fits = members.iter().all(|one| {
                    let who = &model.people[*one];
                    *one != owner && !who.other && !who.retired
                });
                let who = &model.people[owner];
                let absent = who.other || who.retired;
                let taken = model.subscribed(owner);
                let names: Vec<_> = members.iter().map(|one| model.people[*one].id).collect();
                let body = json!({
                    "customerId": who.id, "subscriptionTypeId": 5, "validFrom": self.at(self.model.now),
                    "validTo": self.at(until), "dependantCustomerIds": names,
                });
                let reply = self.bench.post("/subscriptions", body).await;
                let fine = match reply.status {
                    201 => !absent && !taken && fits,
                    409 => !absent && taken,
                    400 | 404 => absent || !fits,
                    _ => false,
                };
                agree!(
                    fine,
                    "absent {absent}, taken {taken}, fits {fits}: {reply:?}"
                );
                if reply.status == 201 {
                    let id = id(&reply, "subscription");
                    self.model.subscriptions.push(Subscription {
                        id,
                        owner,
                        until,
                        cancelled: false,
                        members,
                    });
                }
            }
            Step::Renew {
                subscription,
                days,
                members,
            } => {
                let Some(index) = pick(&model.subscriptions, *subscription) else {
                    return Ok(());
                };
                let one = &model.subscriptions[index];
                let until = model.now + i64::from(*days) * 86_400;
                let members = members.as_ref().map(|all| {
                    let mut all: Vec<_> = all
                        .iter()
                        .filter_map(|one| pick(&model.people, *one))
                        .collect();
                    all.sort_unstable();
                    all.dedup();
                    all
                });
                let fits = members.iter().flatten().all(|member| {
                    let who = &model.people[*member];
                    *member != one.owner && !who.other && !who.retired
                });
                let expected = if model.runs(one) && fits { 200 } else { 400 };
                let path = format!("/subscriptions/{}", one.id);
                let mut body = json!({ "validTo": self.at(until) });
                if let Some(members) = &members {
                    let ids = members.iter().map(|one| self.model.people[*one].id);
                    body["dependantCustomerIds"] = ids.collect();
                }
                let reply = self.bench.put(&path, body).await;
                agree!(reply.status == expected, "{expected} expected: {reply:?}");
                if expected == 200 {
                    let one = &mut self.model.subscriptions[index];
                    one.until = until;
                    one.members = members.unwrap_or(std::mem::take(&mut one.members));
                }
            }
            Step::End(number) => {
                let Some(index) = pick(&model.subscriptions, *number) else {
                    return Ok(());
                };
                let path = format!("/subscriptions/{}", model.subscriptions[index].id);
                let reply = self
                    .bench
                    .delete(&path, Some(json!({ "reason": "moved" })))
                    .await;
                agree!(reply.status == 200, "R68: {reply:?}");
                model.subscriptions[index].cancelled = true;
            }
            _ => {}
        }
        Ok(())
    }

    /// R26, R27, R28, R64.
    async fn raise(&mut self, number: u8, legacy: bool) -> Verdict {
        let Some(index) = pick(&self.model.people, number) else {
            return Ok(());
        };
        let who = &self.model.people[index];
        let mut body = cry();
        let reply = if legacy {
            body["customerId"] = who.id.into();
            self.bench.post("/callouts", body).await
        } else {
            self.bench
                .post(&format!("/customers/{}/callouts", who.id), body)
                .await
        };
        let active = self.model.active_of(index);
        let expected = match () {
            () if who.other || who.retired => {
                if legacy {
                    400
                } else {
                    404
                }
            }
            () if active.is_some() || self.model.covered(index) => 201,
            () => 403,
        };
        agree!(reply.status == expected, "{expected} expected: {reply:?}");
        if expected == 201 {
            let url = reply.body["callout"]["url"].as_str().unwrap_or_default();
            agree!(url.starts_with("http"), "R28: {reply:?}");
            self.raised(id(&reply, "callout"), active, Some(index))?;
        }
        Ok(())
    }

    fn raised(&mut self, id: i64, active: Option<i64>, person: Option<usize>) -> Verdict {
        if let Some(active) = active {
            agree!(
                id == active,
                "R27: {active} is active, and {id} was answered"
            );
            return Ok(());
        }
        agree!(
            !self.model.callouts.iter().any(|one| one.id == id),
            "callout {id} twice"
        );
        self.model.callouts.push(Callout::new(id, person));
        Ok(())
    }

    async fn change_callouts(&mut self, step: &Step) -> Verdict {
        let number = match step {
            Step::Move { callout, .. }
            | Step::Cancel { callout, .. }
            | Step::Stage { callout, .. }
            | Step::Rate { callout, .. }
            | Step::Say(callout)
            | Step::Report(callout)
            | Step::Foreign(callout) => *callout,
            _ => return Ok(()),
        };
        let Some(index) = pick(&self.model.callouts, number) else {
            return Ok(());
        };
        let code = self.model.callouts[index]
            .person
            .map(|one| mobile(self.model.people[one].mobile));
        let one = &mut self.model.callouts[index];
        let path = format!("/callouts/{}", one.id);
        match step {
            Step::Move {
                returning, north, ..
            } => {
                let latitude = HOME + f64::from(*north) / 1024.0;
                let path = format!(
                    "{path}/{}",
                    if *returning {
                        "updateLocationAndReturnCallout"
                    } else {
                        "location"
                    }
                );
                let reply = self
                    .bench
                    .post(&path, json!({ "latitude": latitude, "longitude": 28.0 }))
                    .await;
                let expected = if one.is_active() { 200 } else { 285 };
                agree!(
                    reply.status == expected,
                    "R33, {expected} expected: {reply:?}"
                );
                if expected == 200 {
                    one.latitude = latitude;
                }
                let shows = !reply.body["callout"].is_null();
                agree!(shows == (*returning || expected == 285), "R32: {reply:?}");
            }
            Step::Cancel { code: given, .. } => {
                let right = code
                    .as_ref()
                    .map(|mobile| mobile[mobile.len() - 4..].to_owned());
                let body = match (given, right) {
                    (Code::Right, Some(right)) => json!({ "safeCode": right }),
                    (Code::None, _) => json!({}),
                    _ => json!({ "safeCode": "0000" }),
                };
                let ends = !matches!((given, code), (Code::Wrong, _) | (Code::Right, None));
                let reply = self.bench.post(&format!("{path}/cancel"), body).await;
                agree!(reply.status == 200, "R34: {reply:?}");
                one.cancelled |= ends && one.is_active();
                let status = reply.body["callout"]["status"].as_str().unwrap_or_default();
                agree!(
                    status.eq_ignore_ascii_case(one.status()),
                    "R34, {}: {reply:?}",
                    one.status()
                );
            }
            Step::Stage { stage, .. } => {
                // Refused when it would go backwards or has ended: seen in what is read then.
                let _ = self
                    .bench
                    .simulator
                    .set_stage(one.id, Stage::PATH[usize::from(*stage)]);
                if one.is_active() {
                    one.stage = one.stage.max(*stage);
                }
            }
            Step::Say(_) => {
                let body = json!({ "source": "customer", "event": "I am safe." });
                let reply = self.bench.post(&format!("{path}/events"), body).await;
                agree!(reply.status == 201, "R72: {reply:?}");
                one.said += 1;
            }
            Step::Rate { stars, .. } => {
                let body = json!({ "calloutId": one.id, "rating": stars });
                let reply = self.bench.post("/ratings", body).await;
                let over = one.cancelled || one.stage >= 3;
                let expected = if (1..=5).contains(stars) && over && !one.rated {
                    201
                } else {
                    400
                };
                agree!(
                    reply.status == expected,
                    "R75, {expected} expected: {reply:?}"
                );
                one.rated |= expected == 201;
            }
            Step::Report(_) => {
                let reply = self.bench.get(&format!("{path}/resolutionReport")).await;
                agree!((reply.status == 200) != one.is_active(), "R35: {reply:?}");
            }
            Step::Foreign(_) => {
                let reply = self
                    .bench
                    .send(Method::GET, &path, Some(&self.stranger), None)
                    .await;
                agree!(reply.status == 404, "R16: {reply:?}");
                let reply = self
                    .sent(&format!("{path}/cancel"), &self.stranger, Some(json!({})))
                    .await;
                agree!(reply.status == 404, "R16: {reply:?}");
            }
            _ => {}
        }
        Ok(())
    }

    /// R40, R42.
    async fn hook(&mut self, number: u8, secure: bool) -> Verdict {
        let scheme = if secure { "https" } else { "http" };
        // Nobody listens there.
        let url = format!("{scheme}://127.0.0.1:9/hook/{number}");
        let reply = self
            .bench
            .post(
                "/notifiers/webhooks",
                json!({ "url": url, "events": ["CALLOUT_OWNED"] }),
            )
            .await;
        let expected = if secure { 200 } else { 400 };
        agree!(reply.status == expected, "R40: {reply:?}");
        if secure {
            self.model.hook = Some(number);
        }
        Ok(())
    }

    async fn change_places(&mut self, step: &Step) -> Verdict {
        match step {
            Step::Settle(reference) => {
                let body = json!({
                    "externalReferenceId": format!("place-{reference}"), "locationIdentifier": format!("place-{reference}"),
                    "latitude": HOME.to_string(), "longitude": "28.0",
                });
                let reply = self.bench.post("/predefinedLocations", body).await;
                let expected = if self.model.place(*reference).is_some() {
                    409
                } else {
                    201
                };
                agree!(reply.status == expected, "{expected} expected: {reply:?}");
                if expected == 201 {
                    let id = reply.body["id"].as_i64().unwrap_or_default();
                    self.model.places.push(Place {
                        id,
                        reference: *reference,
                        deleted: false,
                    });
                }
            }
            Step::Clear(number) => {
                let Some(index) = pick(&self.model.places, *number) else {
                    return Ok(());
                };
                let place = &mut self.model.places[index];
                let reply = self
                    .bench
                    .delete(&format!("/predefinedLocations/{}", place.id), None)
                    .await;
                let expected = if place.deleted { 404 } else { 200 };
                agree!(reply.status == expected, "{expected} expected: {reply:?}");
                place.deleted = true;
            }
            Step::RaiseAt(reference) => {
                let path = format!("/predefinedLocations/externalRef/place-{reference}/callouts");
                let reply = self.bench.post(&path, json!({})).await;
                let place = self.model.place(*reference);
                agree!((reply.status == 201) == place.is_some(), "R30: {reply:?}");
                agree!(place.is_some() || reply.status == 400, "R31: {reply:?}");
                if place.is_some() {
                    // R27 speaks of a customer's; that a place opens another is an assumption.
                    self.raised(id(&reply, "callout"), None, None)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// All that can be read is as the reference has it.
    async fn compare(&self) -> Verdict {
        for who in self.model.people.iter().filter(|who| !who.other) {
            let reply = self.bench.get(&format!("/customers/{}", who.id)).await;
            let expected = if who.retired { 404 } else { 200 };
            agree!(reply.status == expected, "R15: {reply:?}");
        }
        for one in &self.model.subscriptions {
            let reply = self.bench.get(&format!("/subscriptions/{}", one.id)).await;
            let members = reply.body["dependents"].as_array();
            let mut members: Vec<_> = members
                .into_iter()
                .flatten()
                .map(|one| one["customerId"].as_i64())
                .collect();
            let mut known: Vec<_> = one
                .members
                .iter()
                .map(|one| Some(self.model.people[*one].id))
                .collect();
            members.sort_unstable();
            known.sort_unstable();
            agree!(members == known, "R66, {known:?} expected: {reply:?}");
            let cancelled = !reply.body["subscription"]["CancelledDate"].is_null();
            agree!(cancelled == one.cancelled, "R17: {reply:?}");
            let until = reply.body["subscription"]["validTo"]
                .as_str()
                .unwrap_or_default();
            let until = until
                .parse::<jiff::Timestamp>()
                .map(|time| time.as_second() - self.start);
            agree!(
                until.ok() == Some(one.until),
                "R19, {} expected: {reply:?}",
                one.until
            );
        }
        for one in &self.model.callouts {
            let path = format!("/callouts/{}", one.id);
            let reply = self.bench.get(&path).await;
            let read = &reply.body["callout"];
            let status = read["status"].as_str().unwrap_or_default();
            agree!(
                status.eq_ignore_ascii_case(one.status()),
                "{} expected: {reply:?}",
                one.status()
            );
            let at = &read["incidentInformation"][0]["calloutCurrentLocation"]["latitude"];
            agree!(
                at.as_f64() == Some(one.latitude),
                "{} expected: {reply:?}",
                one.latitude
            );
            let said = self.bench.get(&format!("{path}/events")).await;
            let said = said.body.as_array().map_or(0, Vec::len);
            agree!(
                said == one.said,
                "R72: {} events expected, {said} there",
                one.said
            );
        }
        let state = self.bench.control_get("state").await;
        let hook = state["state"]["webhooks"]["12"]["url"].as_str();
        let known = self
            .model
            .hook
            .map(|number| format!("https://127.0.0.1:9/hook/{number}"));
        agree!(
            hook == known.as_deref(),
            "R42, {known:?} expected: {hook:?}"
        );
        Ok(())
    }
}
