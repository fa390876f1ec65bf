//! What a case has in hand: calls to the server, and what it needs to build them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::call::{Call, Who};
use crate::case::{Need, Stop};
use crate::contract::contract;
use crate::drift::Ledger;
use crate::exchange::Exchange;
use crate::grade::Grade;
use crate::left::Left;
use crate::receiver::Receiver;
use crate::redact::Redactor;
use crate::target::Target;
use tokio::task::JoinSet;

/// How a run goes about it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Options {
    /// How many cases run at once.
    pub concurrency: usize,
    /// How long one answer may take.
    pub timeout: Duration,
    /// What mobiles, references and serials follow from.
    pub seed: u64,
    /// `calloutClassificationId` of what the cases raise (C25): a test classification, if the
    /// source has one.
    pub classification: i64,
    /// `calloutClassificationId` where a live callout is meant to be refused.
    pub live_classification: i64,
    /// How long to wait for a person who drives the stages.
    pub patience: Option<Duration>,
    /// How long to wait for a webhook, or to be sure that none comes.
    pub settle: Duration,
    /// What the receiver's address begins with, as the server can reach it.
    pub receiver_url: Option<String>,
    /// Where the receiver listens.
    pub receiver_listen: String,
    /// Leave for what changes more than the run's own customers.
    pub allow: Vec<Need>,
    /// Serial and supplier of a device that is provisioned for the source and linked to nobody.
    /// The built-in ones of a simulator are used without it.
    pub device: Option<(String, String)>,
    /// A type of scheduled service of the source.
    pub service: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            concurrency: 16,
            timeout: Duration::from_secs(10),
            seed: 0,
            classification: 1,
            live_classification: 1,
            patience: None,
            settle: Duration::from_secs(10),
            receiver_url: None,
            receiver_listen: "127.0.0.1:0".to_owned(),
            allow: Vec::new(),
            device: None,
            service: "guarding".to_owned(),
        }
    }
}

/// Something worth knowing that is no verdict, or the reason for one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Finding {
    /// How well it is known what was expected.
    pub grade: Grade,
    /// What was seen.
    pub text: String,
}

/// What all cases of a run share.
pub(crate) struct Shared {
    pub(crate) target: Target,
    pub(crate) options: Options,
    pub(crate) client: reqwest::Client,
    pub(crate) redactor: Redactor,
    pub(crate) ledger: Mutex<Ledger>,
    pub(crate) left: Mutex<Vec<Left>>,
    /// Calls that may bring something about and are not answered yet.
    pub(crate) bringing: Mutex<JoinSet<()>>,
    pub(crate) failures: AtomicUsize,
    pub(crate) tell: Box<dyn Fn(&str) + Send + Sync>,
    tokens: Mutex<HashMap<&'static str, String>>,
    gate: tokio::sync::Mutex<()>,
    serial: AtomicU64,
    now: AtomicI64,
    listed: AtomicUsize,
    types: tokio::sync::OnceCell<(i64, i64)>,
}

/// After so many calls in a row without an answer the server counts as gone.
const GONE: usize = 5;

impl Shared {
    pub(crate) fn new(
        target: Target,
        options: Options,
        tell: Box<dyn Fn(&str) + Send + Sync>,
    ) -> Result<Arc<Self>, String> {
        let mut client = reqwest::Client::builder()
            .timeout(options.timeout)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!(
                "people-protect-conformance/",
                env!("CARGO_PKG_VERSION")
            ));
        if !target.live {
            // This machine is asked directly, and reading certificates takes time.
            client = client.no_proxy();
        }
        if target.api.starts_with("http:") {
            client = client.tls_certs_only([]);
        }
        let client = client.build().map_err(|error| error.to_string())?;
        let seed = options.seed;
        Ok(Arc::new(Self {
            redactor: Redactor::new(contract()),
            ledger: Mutex::default(),
            left: Mutex::default(),
            bringing: Mutex::default(),
            failures: AtomicUsize::new(0),
            tell,
            tokens: Mutex::default(),
            gate: tokio::sync::Mutex::default(),
            serial: AtomicU64::new(seed.wrapping_mul(1_000)),
            now: AtomicI64::new(0),
            listed: AtomicUsize::new(0),
            types: tokio::sync::OnceCell::new(),
            target,
            options,
            client,
        }))
    }

    /// Why a case with that need cannot run.
    pub(crate) fn lacks(&self, need: Need) -> Option<&'static str> {
        let ours = self.target.control.is_some();
        let there = match need {
            Need::SecondSource => self.target.other.is_some(),
            Need::Clock | Need::Control => ours,
            Need::Device => ours || self.options.device.is_some(),
            Need::Stages => ours || self.options.patience.is_some(),
            Need::Receiver => {
                ours || self.options.receiver_url.is_some() && self.options.allow.contains(&need)
            }
            Need::FullSync | Need::RateLimit => ours || self.options.allow.contains(&need),
        };
        (!there).then(|| need.lacking())
    }

    /// Whether so many calls failed that going on makes no sense.
    pub(crate) fn gone(&self) -> bool {
        self.failures.load(Ordering::Relaxed) >= GONE
    }

    /// What the server's clock said last.
    pub(crate) fn heard(&self, date: &str) {
        let read = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(date);
        if let Ok(at) = read {
            self.now.fetch_max(at.as_second(), Ordering::Relaxed);
        }
    }

    pub(crate) fn forget_tokens(&self) {
        locked(&self.tokens).clear();
    }
}

pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[derive(Default)]
pub(crate) struct Log {
    pub(crate) exchanges: Vec<Exchange>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) misfits: usize,
}

/// What a case has in hand.
#[derive(Clone)]
pub struct Session {
    pub(crate) shared: Arc<Shared>,
    pub(crate) case: Arc<str>,
    pub(crate) log: Arc<Mutex<Log>>,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("case", &self.case)
            .finish_non_exhaustive()
    }
}

impl Session {
    pub(crate) fn new(shared: &Arc<Shared>, case: &str) -> Self {
        Self {
            shared: shared.clone(),
            case: case.into(),
            log: Arc::default(),
        }
    }

    /// A call of an operation of the contract, as the first customer source unless it says
    /// otherwise. Its answer is held to the contract.
    pub fn call(&self, operation: &str) -> Call {
        Call::of(self.clone(), operation)
    }

    /// A request that is no operation of the contract, by method and path below the API.
    pub fn raw(&self, method: reqwest::Method, path: &str) -> Call {
        Call::raw(self.clone(), method, path)
    }

    /// Notes something that is no reason to end the case: what was expected was known no better
    /// than its grade.
    pub fn note(&self, grade: Grade, text: impl Into<String>) {
        let text = text.into();
        locked(&self.log).findings.push(Finding { grade, text });
    }

    /// Notes a status that is not the assumed one.
    pub(crate) fn assume_status(&self, answer: &Answer, grade: Grade, status: u16) {
        if answer.status != status {
            let Answer {
                operation,
                status: seen,
                ..
            } = answer;
            self.note(
                grade,
                format!("`{operation}` answered {seen}, assumed was {status}"),
            );
        }
    }

    /// What a run was asked to do and how.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.shared.options
    }

    /// Whether the control surface of a simulator is there.
    #[must_use]
    pub fn has_control(&self) -> bool {
        self.shared.target.control.is_some()
    }

    /// The token of a source, asked for once.
    pub(crate) async fn token(&self, who: &Who) -> Result<Option<String>, Stop> {
        let (name, source) = match who {
            Who::Server => ("server", Some(&self.shared.target.source)),
            Who::Other => ("other", self.shared.target.other.as_ref()),
            Who::Token(token) => return Ok(Some(token.clone())),
            Who::Nobody => return Ok(None),
        };
        let Some(source) = source else {
            return Err(Stop::NotRun(Need::SecondSource.lacking().to_owned()));
        };
        // One asks, the others wait for what it gets.
        let _asking = self.shared.gate.lock().await;
        if let Some(token) = locked(&self.shared.tokens).get(name) {
            return Ok(Some(token.clone()));
        }
        let body = json!({ "clientId": source.client_id, "clientSecret": source.client_secret });
        let call = Box::pin(
            self.call("create_oauth_token")
                .by(Who::Nobody)
                .json(body)
                .send(),
        );
        let answer = call.await?;
        let token = ["/accessToken", "/access_token"].map(|name| answer.text_at(name));
        let Some(token) = token.into_iter().find(|token| !token.is_empty()) else {
            let Answer { status, .. } = answer;
            return Err(Stop::NotRun(format!(
                "it stands on a token; the exchange of the credentials answered {status}"
            )));
        };
        locked(&self.shared.tokens).insert(name, token.to_owned());
        Ok(Some(token.to_owned()))
    }

    /// The first source's credentials, to be sent otherwise than usual.
    pub(crate) fn credentials(&self) -> Value {
        let source = &self.shared.target.source;
        json!({ "clientId": source.client_id, "clientSecret": source.client_secret })
    }

    /// The time of the server, as it said last.
    pub(crate) fn now(&self) -> Timestamp {
        let second = self.shared.now.load(Ordering::Relaxed);
        Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// A point in time as a request has it, so many seconds from now.
    pub(crate) fn at(&self, seconds: i64) -> String {
        let then = self.now().checked_add(SignedDuration::from_secs(seconds));
        then.unwrap_or(Timestamp::MAX).to_string()
    }

    /// A number that no other case of this run has, of six digits.
    pub(crate) fn serial(&self) -> String {
        let next = self.shared.serial.fetch_add(1, Ordering::Relaxed);
        format!("{:06}", next % 1_000_000)
    }

    /// A person nobody else in this run is: the name is the documentation's example.
    pub(crate) fn person(&self) -> Value {
        let mobile = format!("+27821{}", self.serial());
        json!({ "name": "Jane", "surname": "Doe", "mobile": mobile })
    }

    /// Keeps below the limit of the customer subscription list (R21), with what else uses it.
    pub(crate) async fn pace(&self) -> Result<(), Stop> {
        const HALF: usize = 25;
        let before = self.shared.listed.fetch_add(1, Ordering::Relaxed);
        if before == 0 || !before.is_multiple_of(HALF) {
            return Ok(());
        }
        if self.has_control() {
            return self.advance(Duration::from_secs(11)).await;
        }
        crate::clock::wait(Duration::from_secs(11)).await;
        Ok(())
    }

    /// Two subscription types of the source (R18): one to use, and another if there is one.
    pub(crate) async fn types(&self) -> Result<(i64, i64), Stop> {
        let asked = self.shared.types.get_or_try_init(|| async {
            let answer = self.call("list_subscription_types").send().await?;
            let answer = answer.or_not_run()?;
            let list = answer.at("/subscriptionTypes").as_array();
            let list = list.or_else(|| answer.body.as_array());
            let ids: Vec<_> = list
                .into_iter()
                .flatten()
                .filter_map(|one| one["id"].as_i64())
                .collect();
            let Some(first) = ids.first() else {
                return Err(Stop::NotRun(
                    "the source has no subscription type".to_owned(),
                ));
            };
            Ok((*first, *ids.get(1).unwrap_or(first)))
        });
        asked.await.copied()
    }

    /// A new customer without a subscription.
    pub(crate) async fn uncovered(&self) -> Result<i64, Stop> {
        let body = json!({ "customer": self.person() });
        let created = self
            .call("create_customer")
            .json(body)
            .send()
            .await?
            .or_not_run()?;
        created
            .number("/customer/id")
            .or_else(|_| created.number("/customer/customerId"))
    }

    /// A subscription for a month.
    pub(crate) async fn activate(&self, customer: i64) -> Result<Answer, Stop> {
        let (kind, _) = self.types().await?;
        let body = json!({
            "customerId": customer,
            "subscriptionTypeId": kind,
            "validFrom": self.at(-60),
            "validTo": self.at(30 * 24 * 3600),
        });
        self.call("create_subscription").json(body).send().await
    }

    /// A new customer with an active subscription: both ids.
    pub(crate) async fn covered(&self) -> Result<(i64, i64), Stop> {
        let customer = self.uncovered().await?;
        let active = self.activate(customer).await?.or_not_run()?;
        Ok((customer, active.number("/subscription/id")?))
    }

    /// The body of the documentation's example (R24).
    pub(crate) fn cry(&self, response_type: i64) -> Value {
        json!({
            "location": { "latitude": -26.12345, "longitude": 28.12345, "accuracy": 10 },
            "responseTypeId": response_type,
            "calloutClassificationId": self.shared.options.classification,
        })
    }

    /// The first response type of the source.
    pub(crate) async fn response_type(&self) -> Result<i64, Stop> {
        let answer = self
            .call("list_response_types")
            .send()
            .await?
            .or_not_run()?;
        let list = answer
            .at("/responseTypes")
            .as_array()
            .or_else(|| answer.body.as_array());
        let first = list
            .and_then(|list| list.first())
            .and_then(|one| one["id"].as_i64());
        first.ok_or_else(|| Stop::NotRun("the source has no response type".to_owned()))
    }

    /// A callout at the example's place.
    pub(crate) async fn raise(&self, customer: i64) -> Result<Answer, Stop> {
        let body = self.cry(self.response_type().await?);
        let call = self
            .call("create_customer_callout")
            .with("customerId", customer);
        call.json(body).send().await
    }

    /// An active callout of a new covered customer: customer and callout.
    pub(crate) async fn raised(&self) -> Result<(i64, i64), Stop> {
        let (customer, _) = self.covered().await?;
        let raised = self.raise(customer).await?.or_not_run()?;
        Ok((
            customer,
            raised
                .number("/callout/id")
                .or_else(|_| raised.number("/id"))?,
        ))
    }

    /// Reads a callout.
    pub(crate) async fn read(&self, callout: i64) -> Result<Answer, Stop> {
        self.call("get_callout")
            .with("calloutId", callout)
            .send()
            .await
    }

    /// Cancels a callout, with what stands in the body.
    pub(crate) async fn cancel(&self, callout: i64, body: Value) -> Result<Answer, Stop> {
        let call = self.call("cancel_callout").with("calloutId", callout);
        call.json(body).send().await
    }

    /// A callout token.
    pub(crate) async fn callout_token(&self, customer: i64) -> Result<Who, Stop> {
        let body = json!({ "customerId": customer });
        let answer = self
            .call("create_callout_token")
            .json(body)
            .send()
            .await?
            .or_not_run()?;
        Ok(Who::Token(answer.text_at("/accessToken").to_owned()))
    }

    /// A receiver of webhooks, which the source is told of, for these events.
    pub(crate) async fn receiver(&self, events: &[&str]) -> Result<Receiver, Stop> {
        let receiver = Receiver::start(&self.shared.options).await?;
        self.register(&receiver, events).await?;
        Ok(receiver)
    }

    /// Tells the source of a receiver.
    pub(crate) async fn register(&self, receiver: &Receiver, events: &[&str]) -> Result<(), Stop> {
        let body = receiver.registration(events);
        self.call("register_webhook")
            .json(body)
            .send()
            .await?
            .or_not_run()?;
        Ok(())
    }
}
