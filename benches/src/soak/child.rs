//! The server as the client's side sees it: a process, its control surface, and its books.

use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use super::server::{Books, Ready};
use crate::by_hand::Failed;

/// So often the control surface is asked before its silence counts. A fault that is set twice is set
/// once too often, which does no harm.
const TRIES: u32 = 5;

/// What goes wrong, and how often.
/// Times are the run's, so a sixtieth of them is real.
fn faults() -> [Value; 16] {
    [
        // Longer than somebody in a hurry waits: a late request meets its own repeat.
        json!({"operation": "create_customer_callout", "probability": 0.005, "delay_ms": 75_000}),
        json!({"operation": "create_customer_callout", "probability": 0.002, "delay_after_ms": 75_000}),
        json!({"operation": "create_oauth_token", "probability": 0.02, "status": 401}),
        json!({"operation": "create_oauth_token", "probability": 0.03, "status": 503}),
        json!({"operation": "create_oauth_token", "probability": 0.03, "reset": "after"}),
        json!({"operation": "all", "probability": 0.002, "status": 401}),
        json!({"operation": "all", "probability": 0.01, "reset": "before"}),
        json!({"operation": "all", "probability": 0.01, "reset": "after"}),
        json!({"operation": "all", "probability": 0.005, "status": 500}),
        json!({"operation": "all", "probability": 0.01, "status": 503, "headers": {"Retry-After": "1"}}),
        json!({"operation": "all", "probability": 0.005, "status": 429, "headers": {"Retry-After": "2"}}),
        json!({"operation": "all", "probability": 0.005, "status_after": 500}),
        json!({"operation": "all", "probability": 0.005, "status_after": 504}),
        json!({"operation": "all", "probability": 0.01, "truncate": 10}),
        json!({"operation": "all", "probability": 0.005, "delay_ms": 5000}),
        json!({"operation": "all", "probability": 0.005, "delay_after_ms": 5000}),
    ]
}

/// The process.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    asks: Option<ChildStdin>,
    answers: Lines<BufReader<ChildStdout>>,
    pub(crate) ready: Ready,
}

/// Who plays the responders and looks behind the API.
#[derive(Debug, Clone)]
pub(crate) struct ControlRoom {
    http: reqwest::Client,
    base: String,
}

impl Server {
    /// Starts `program serve`.
    pub(crate) async fn start(
        program: &Path,
        seed: u64,
        broken: &[String],
    ) -> Result<Self, Failed> {
        let mut command = Command::new(program);
        command.args(["serve", "--seed", &seed.to_string()]);
        for rule in broken {
            command.args(["--break", rule]);
        }
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let asks = child.stdin.take();
        let answers = child.stdout.take().ok_or("the server has no stdout")?;
        let mut answers = BufReader::new(answers).lines();
        let line = answers.next_line().await?;
        let ready = serde_json::from_str(&line.ok_or("the server does not start")?)?;
        Ok(Self {
            child,
            asks,
            answers,
            ready,
        })
    }

    pub(crate) fn process(&self) -> u32 {
        self.child.id().unwrap_or_default()
    }

    /// Closes the books of a round.
    pub(crate) async fn close(&mut self) -> Result<Books, Failed> {
        let asks = self.asks.as_mut().ok_or("the server was asked to end")?;
        asks.write_all(b"close\n").await?;
        asks.flush().await?;
        let line = self.answers.next_line().await?;
        let line = line.ok_or("the server is gone")?;
        Ok(serde_json::from_str(&line)?)
    }

    /// Ends it.
    pub(crate) async fn end(mut self) -> Result<(), Failed> {
        drop(self.asks.take());
        match self.child.wait().await? {
            status if status.success() => Ok(()),
            status => Err(format!("the server ended with {status}").into()),
        }
    }
}

impl ControlRoom {
    pub(crate) fn new(base: &str) -> Result<Self, Failed> {
        let http = reqwest::Client::builder().no_proxy().tls_certs_only([]);
        Ok(Self {
            http: http.build()?,
            base: base.to_owned(),
        })
    }

    /// Makes calls go wrong from now on.
    pub(crate) async fn begin_faults(&self) -> Result<(), String> {
        for fault in faults() {
            self.ask(Some(&fault), "/faults").await?;
        }
        Ok(())
    }

    /// Sends responders, who take half a minute of the run's time in all.
    pub(crate) async fn respond(&self, callout: i64) -> Result<(), String> {
        let path = format!("/callouts/{callout}/run");
        self.ask(Some(&json!({"speed": 60})), &path).await.map(drop)
    }

    /// A customer's active callouts, as the control room sees them.
    pub(crate) async fn active_of(&self, customer: i64) -> Result<Vec<i64>, String> {
        let seen = self.ask(None, "/callouts").await?;
        let callouts = seen["callouts"].as_array().ok_or("no list of callouts")?;
        // Beyond some number the list is cut, and says nothing about who is not in it.
        if seen["active"].as_u64() != Some(callouts.len() as u64) {
            return Err("the control room does not see every callout".to_owned());
        }
        Ok(callouts
            .iter()
            .filter(|one| one["customer"]["id"].as_i64() == Some(customer))
            .filter_map(|one| one["id"].as_i64())
            .collect())
    }

    async fn ask(&self, body: Option<&Value>, path: &str) -> Result<Value, String> {
        let url = format!("{}{path}", self.base);
        let mut tries = 0;
        loop {
            let request = match body {
                Some(body) => self.http.post(&url).json(body),
                None => self.http.get(&url),
            };
            let read = async {
                let answer = request.send().await?.error_for_status()?;
                answer.json::<Value>().await
            };
            tries += 1;
            match read.await {
                // The simulator closes connections that have been idle when it runs short of them.
                Err(error) if error.is_request() && tries < TRIES => {}
                read => return read.map_err(|error| format!("{path}: {error}")),
            }
        }
    }
}
