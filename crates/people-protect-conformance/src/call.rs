//! One request of a case.

use std::time::Duration;

use people_protect_contract::Body;
use reqwest::header::{CONTENT_TYPE, DATE};
use reqwest::multipart::Form;
use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::sync::oneshot;

use crate::answer::Answer;
use crate::case::Stop;
use crate::contract::contract;
use crate::drift::Seen;
use crate::exchange::Exchange;
use crate::left::Left;
use crate::session::{Session, Shared, locked};

/// Who asks.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Who {
    /// The first customer source.
    Server,
    /// The second customer source.
    Other,
    /// Whoever has this token.
    Token(String),
    /// Nobody: the call has no token.
    Nobody,
}

impl Who {
    fn name(&self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Other => "other source",
            Self::Token(_) => "token",
            Self::Nobody => "nobody",
        }
    }
}

impl std::fmt::Debug for Who {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// No answer of this API is longer, and one without end must not fill the memory.
const LONGEST: usize = 8 << 20;

enum Content {
    None,
    Json(Value),
    Form(Form),
    Text(&'static str, String),
}

/// One request of a case.
#[must_use = "it is sent by `send`"]
pub struct Call {
    session: Session,
    /// None for a request that is no operation.
    operation: Option<String>,
    method: Method,
    path: String,
    /// The base, if it is not that of the API.
    base: Option<String>,
    who: Option<Who>,
    content: Content,
    unchecked: bool,
}

impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Call")
            .field("method", &self.method)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl Call {
    pub(crate) fn of(session: Session, operation: &str) -> Self {
        let known = contract().operation(operation);
        // A name that is not in the contract is a fault of the case; the server says so as 404.
        let method = known.and_then(|known| known.method.parse().ok());
        let path = known.map_or_else(|| format!("/{operation}"), |known| known.path.clone());
        let csv = path.starts_with("/predefinedlocations/");
        Self {
            base: csv.then(|| session.shared.target.csv.clone()),
            session,
            operation: Some(operation.to_owned()),
            method: method.unwrap_or(Method::GET),
            path,
            who: None,
            content: Content::None,
            unchecked: false,
        }
    }

    pub(crate) fn raw(session: Session, method: Method, path: &str) -> Self {
        Self {
            session,
            operation: None,
            method,
            path: path.to_owned(),
            base: None,
            who: None,
            content: Content::None,
            unchecked: false,
        }
    }

    /// Another base than that of the API.
    pub(crate) fn below(mut self, base: &str) -> Self {
        self.base = Some(base.to_owned());
        self
    }

    /// A parameter of the path.
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        let value: String = form_urlencoded::byte_serialize(value.to_string().as_bytes()).collect();
        // In a path a space is %20; a plus would be itself.
        let value = value.replace('+', "%20");
        self.path = self.path.replace(&format!("{{{name}}}"), &value);
        self
    }

    /// Who asks, if not the first customer source.
    pub fn by(mut self, who: Who) -> Self {
        self.who = Some(who);
        self
    }

    /// A JSON body.
    pub fn json(mut self, body: Value) -> Self {
        self.content = Content::Json(body);
        self
    }

    /// A multipart body.
    pub(crate) fn form(mut self, form: Form) -> Self {
        self.content = Content::Form(form);
        self
    }

    /// Any other body.
    pub(crate) fn body(mut self, kind: &'static str, text: String) -> Self {
        self.content = Content::Text(kind, text);
        self
    }

    /// The answer is not held to the contract, as the request does not keep it either.
    pub(crate) fn unchecked(mut self) -> Self {
        self.unchecked = true;
        self
    }

    /// Sends it and reads the answer.
    ///
    /// # Errors
    ///
    /// [`Stop::Transport`] if no answer came that is HTTP, or none that ends;
    /// [`Stop::NotRun`] if there is no token to ask with.
    pub async fn send(self) -> Result<Answer, Stop> {
        let who = self.who.clone().unwrap_or(Who::Server);
        if self.operation.as_deref() == Some("list_customer_subscriptions") {
            Box::pin(self.session.pace()).await?;
        }
        let token = self.session.token(&who).await?;
        let shared = self.session.shared.clone();
        let base = self.base.as_deref().unwrap_or(&shared.target.api);
        let url = format!("{base}{}", self.path);
        let mut request = shared.client.request(self.method.clone(), &url);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let mut exchange = Exchange {
            operation: self.operation.clone().unwrap_or_default(),
            method: self.method.to_string(),
            path: self.path.clone(),
            asked_by: who.name().to_owned(),
            request: None,
            status: None,
            content_type: None,
            response: None,
            failed: None,
            misfits: Vec::new(),
        };
        request = match self.content {
            Content::None => request,
            Content::Json(body) => {
                exchange.request = Some(shared.redactor.body(&body));
                request.json(&body)
            }
            Content::Form(form) => {
                exchange.request = Some(Value::String("<multipart>".to_owned()));
                request.multipart(form)
            }
            Content::Text(kind, text) => {
                exchange.request = Some(Value::String(format!("<{kind}>")));
                request.header(CONTENT_TYPE, kind).body(text)
            }
        };
        let of = if who == Who::Other { "other" } else { "server" };
        let sent = match self.operation.as_deref() {
            Some(operation) if Left::is_brought_by(operation) => {
                to_its_end(&shared, request, operation.to_owned(), of).await
            }
            _ => read(request).await,
        };
        let answer = match sent {
            Ok(parts) => parts,
            Err(why) => {
                shared.failures.fetch_add(1, Ordering::Relaxed);
                exchange.failed = Some(why.clone());
                let line = exchange.line();
                locked(&self.session.log).exchanges.push(exchange);
                return Err(Stop::Transport(line));
            }
        };
        shared.failures.store(0, Ordering::Relaxed);
        let Parts {
            status,
            content_type,
            date,
            text,
        } = answer;
        if let Some(date) = date {
            shared.heard(&date);
        }
        let body: Option<Value> = serde_json::from_str(&text).ok();
        exchange.status = Some(status);
        exchange.content_type.clone_from(&content_type);
        exchange.response = match &body {
            Some(body) => Some(shared.redactor.body(body)),
            None if text.is_empty() => None,
            None => Some(Value::String(format!("<{} bytes>", text.len()))),
        };
        if let Some(operation) = self.operation.as_deref().filter(|_| !self.unchecked) {
            let seen = Seen {
                operation,
                status,
                content_type: content_type.as_deref(),
                body: match &body {
                    Some(body) => Body::Json(body),
                    None if text.is_empty() => Body::Empty,
                    None => Body::Text(&text),
                },
                case: &self.session.case,
            };
            exchange.misfits = locked(&shared.ledger).read(&seen, &shared.redactor);
        }
        {
            let mut log = locked(&self.session.log);
            log.misfits += exchange.misfits.len();
            log.exchanges.push(exchange);
        }
        let answer = Answer {
            operation: self.operation.unwrap_or_else(|| self.path.clone()),
            status,
            content_type,
            text,
            body: body.unwrap_or(Value::Null),
        };
        Ok(answer)
    }
}

fn remember(shared: &Shared, answer: &Answer, of: &'static str) {
    if let Some(left) = Left::by(answer, of) {
        let mut all = locked(&shared.left);
        if !all.contains(&left) {
            all.push(left);
        }
    }
}

/// Reads the answer also if whoever asked is interrupted: what the call brought about is to be taken
/// away, and only the answer says what that is.
async fn to_its_end(
    shared: &Arc<Shared>,
    request: RequestBuilder,
    operation: String,
    of: &'static str,
) -> Result<Parts, String> {
    let (tell, told) = oneshot::channel();
    let kept = Arc::clone(shared);
    let task = async move {
        let parts = read(request).await;
        // Here and not by whoever asked, who may be gone at any moment.
        if let Ok(parts) = &parts {
            let answer = Answer {
                operation,
                status: parts.status,
                content_type: parts.content_type.clone(),
                body: serde_json::from_str(&parts.text).unwrap_or(Value::Null),
                text: parts.text.clone(),
            };
            remember(&kept, &answer, of);
        }
        let _ = tell.send(parts);
    };
    {
        let mut open = locked(&shared.bringing);
        while open.try_join_next().is_some() {}
        open.spawn(task);
    }
    told.await
        .unwrap_or_else(|_| Err("the call was given up".to_owned()))
}

struct Parts {
    status: u16,
    content_type: Option<String>,
    date: Option<String>,
    text: String,
}

async fn read(request: RequestBuilder) -> Result<Parts, String> {
    let mut response = request.send().await.map_err(|error| why(&error))?;
    let header = |name| {
        let value = response.headers().get(name)?;
        value.to_str().ok().map(ToOwned::to_owned)
    };
    let status = response.status().as_u16();
    let (content_type, date) = (header(CONTENT_TYPE), header(DATE));
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| why(&error))? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > LONGEST {
            return Err(format!("a body without end: over {} MiB", LONGEST >> 20));
        }
    }
    Ok(Parts {
        status,
        content_type,
        date,
        text: String::from_utf8_lossy(&bytes).into_owned(),
    })
}

/// Why no answer came, without the address, which may hold what must not be shown.
fn why(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    if error.is_connect() {
        return "no connection".to_owned();
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    format!("broken off: {cause}")
}

impl Session {
    /// Moves the clock of a simulator, after which tokens are asked for again.
    pub(crate) async fn advance(&self, by: Duration) -> Result<(), Stop> {
        self.control(
            Method::POST,
            "/clock",
            Some(serde_json::json!({ "advance_s": by.as_secs() })),
        )
        .await?;
        self.shared.forget_tokens();
        // So that the time is known at once.
        self.token(&Who::Server).await?;
        Ok(())
    }

    /// Asks the control surface of a simulator.
    pub(crate) async fn control(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<Value, Stop> {
        let Some(control) = &self.shared.target.control else {
            return Err(Stop::NotRun(
                crate::case::Need::Control.lacking().to_owned(),
            ));
        };
        let mut request = self
            .shared
            .client
            .request(method, format!("{control}{path}"));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let parts = read(request).await.map_err(Stop::Transport)?;
        if parts.status != 200 {
            return Err(Stop::NotRun(format!(
                "it stands on the control surface, where {path} answered {}",
                parts.status
            )));
        }
        Ok(serde_json::from_str(&parts.text).unwrap_or(Value::Null))
    }

    /// A switch of a simulator, until the end of the case that sets it back.
    pub(crate) async fn switch(&self, name: &str, value: &str) -> Result<(), Stop> {
        let body = serde_json::json!({ name: value });
        self.control(Method::POST, "/switches", Some(body)).await?;
        Ok(())
    }
}
