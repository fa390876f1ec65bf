//! A proxy in front of a simulator that changes the answers of one operation.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{Request, Response, StatusCode};
use people_protect_contract::{Contract, Operation};
use people_protect_simulator::{Clock, Simulator};
use serde_json::Value;
use tokio::task::JoinSet;

/// The fields of answers, by starred pointer.
pub(crate) fn fields(answers: &[Value]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for answer in answers {
        walk(answer, String::new(), &mut found);
    }
    found
}

fn walk(value: &Value, at: String, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                let path = people_protect_contract::pointer::join(&at, name);
                found.insert(path.clone());
                walk(inner, path, found);
            }
        }
        Value::Array(items) => items
            .iter()
            .for_each(|item| walk(item, format!("{at}/*"), found)),
        _ => {}
    }
}

/// What the contract says of the successful answers of an operation at a pointer.
pub(crate) fn schema<'a>(
    contract: &'a Contract,
    operation: &str,
    pointer: &str,
) -> Option<&'a Value> {
    let operation = contract.operation(operation)?;
    let answers = contract
        .value()
        .pointer(&operation.pointer)?
        .get("responses")?;
    let answer = ["200", "201", "202"]
        .iter()
        .find_map(|one| answers.get(one));
    let answer = contract.follow(answer?);
    let media = answer.get("content")?.get("application/json")?;
    let mut here = media.get("schema")?;
    for token in pointer.split('/').skip(1) {
        let whole = whole(contract, here);
        let name = people_protect_contract::pointer::unescape(token);
        here = match token {
            "*" => whole.get("items")?,
            _ => whole.get("properties")?.get(&name)?,
        };
    }
    Some(whole(contract, here))
}

fn whole<'a>(contract: &'a Contract, schema: &'a Value) -> &'a Value {
    let followed = contract.follow(schema);
    match followed
        .get("allOf")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
    {
        Some([one]) => whole(contract, one),
        _ => followed,
    }
}

/// What is done to an answer.
#[derive(Debug, Clone)]
pub(crate) enum Edit {
    Drop(String),
    Retype(String),
    Add(String),
    Rename(String),
    Status(u16),
    MediaType(&'static str),
}

/// The contract, read once for each test file.
pub(crate) fn contract() -> Contract {
    Contract::read(concat!(env!("CARGO_MANIFEST_DIR"), "/panic-api.yaml")).unwrap()
}

/// A simulator, and a proxy in front of it.
pub(crate) struct Proxied {
    pub(crate) simulator: Simulator,
    pub(crate) api: String,
    /// The JSON of every success, by operation.
    pub(crate) answers: Answers,
    _server: JoinSet<()>,
}

pub(crate) type Answers = Arc<Mutex<BTreeMap<String, Vec<Value>>>>;

struct Proxy {
    client: reqwest::Client,
    upstream: String,
    contract: Arc<Contract>,
    operation: String,
    edit: Edit,
    answers: Answers,
}

impl Proxied {
    pub(crate) async fn start(contract: Arc<Contract>, operation: &str, edit: Edit) -> Self {
        let simulator = Simulator::builder()
            .clock(Clock::manual())
            .switch("http-webhooks", "on")
            .start()
            .await
            .unwrap();
        let upstream = simulator
            .api_url()
            .trim_end_matches("/panic-api/v2")
            .to_owned();
        let client = reqwest::Client::builder().no_proxy().tls_certs_only([]);
        let answers = Answers::default();
        let proxy = Arc::new(Proxy {
            client: client.build().unwrap(),
            upstream,
            contract,
            operation: operation.to_owned(),
            edit,
            answers: answers.clone(),
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let api = format!("http://{}/panic-api/v2", listener.local_addr().unwrap());
        let mut server = JoinSet::new();
        server.spawn(async move {
            let router = Router::new().fallback(pass).with_state(proxy);
            axum::serve(listener, router).await.unwrap();
        });
        Self {
            simulator,
            api,
            answers,
            _server: server,
        }
    }
}

async fn pass(State(proxy): State<Arc<Proxy>>, request: Request<Body>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let url = format!("{}{}", proxy.upstream, parts.uri);
    let mut headers = parts.headers.clone();
    headers.remove("host");
    let sent = proxy
        .client
        .request(parts.method.clone(), url)
        .headers(headers)
        .body(body);
    let answer = sent.send().await.unwrap();
    let (status, headers) = (answer.status(), answer.headers().clone());
    let bytes = answer.bytes().await.unwrap();
    let path = parts.uri.path();
    let path = path
        .strip_prefix("/panic-api/v2")
        .or_else(|| path.strip_prefix("/v1"));
    let operation = operation(
        &proxy.contract,
        parts.method.as_str(),
        path.unwrap_or_default(),
    );
    if let Some(operation) = operation
        && status.is_success()
        && let Ok(answer) = serde_json::from_slice(&bytes)
    {
        let mut answers = proxy.answers.lock().unwrap();
        answers
            .entry(operation.id.clone())
            .or_default()
            .push(answer);
    }
    let concerned = status.is_success() && operation.is_some_and(|one| one.id == proxy.operation);
    let kind = headers
        .get("content-type")
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or("");
    let (status, kind, bytes) = match concerned {
        true => edited(&proxy.edit, status, kind, bytes),
        false => (status, kind.to_owned(), bytes),
    };
    let mut response = Response::builder()
        .status(status)
        .header("content-type", kind);
    if let Some(date) = headers.get("date") {
        response = response.header("date", date);
    }
    response.body(Body::from(bytes)).unwrap()
}

/// Literal segments win over parameters.
fn operation<'a>(contract: &'a Contract, method: &str, path: &str) -> Option<&'a Operation> {
    let fits = |one: &&Operation| {
        let (template, path): (Vec<_>, Vec<_>) =
            (one.path.split('/').collect(), path.split('/').collect());
        let part = |(wanted, came): (&&str, &&str)| wanted.starts_with('{') || wanted == came;
        one.method == method && template.len() == path.len() && template.iter().zip(&path).all(part)
    };
    let all = contract.operations().iter().filter(fits);
    all.min_by_key(|one| one.path.matches('{').count())
}

fn edited(
    edit: &Edit,
    status: StatusCode,
    kind: &str,
    bytes: Bytes,
) -> (StatusCode, String, Bytes) {
    let mut body: Value = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    match edit {
        Edit::Status(other) => {
            return (
                StatusCode::from_u16(*other).unwrap(),
                kind.to_owned(),
                bytes,
            );
        }
        Edit::MediaType(other) => return (status, (*other).to_owned(), bytes),
        Edit::Drop(pointer) | Edit::Rename(pointer) => {
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            let name = name.replace("~1", "/").replace("~0", "~");
            at(&mut body, parent, &mut |fields| {
                if let Some(fields) = fields.as_object_mut()
                    && let Some(value) = fields.shift_remove(&name)
                    && matches!(edit, Edit::Rename(_))
                {
                    fields.insert(format!("{name}Renamed"), value);
                }
            });
        }
        Edit::Retype(pointer) => at(&mut body, pointer, &mut |value| {
            // Of no type that any field of the contract has.
            *value = match value {
                Value::Array(_) => serde_json::json!({ "planted": true }),
                _ => serde_json::json!([["planted"]]),
            };
        }),
        Edit::Add(parent) => at(&mut body, parent, &mut |value| {
            if let Some(fields) = value.as_object_mut() {
                fields.insert("plantedField".to_owned(), true.into());
            }
        }),
    }
    (status, kind.to_owned(), body.to_string().into())
}

/// Everything at a pointer in which `*` is every item of a list.
fn at(value: &mut Value, pointer: &str, change: &mut dyn FnMut(&mut Value)) {
    let Some(rest) = pointer.strip_prefix('/') else {
        change(value);
        return;
    };
    let (token, rest) = match rest.find('/') {
        Some(end) => (&rest[..end], &rest[end..]),
        None => (rest, ""),
    };
    if token == "*" {
        for item in value.as_array_mut().into_iter().flatten() {
            at(item, rest, change);
        }
    } else if let Some(inner) = value.get_mut(token.replace("~1", "/").replace("~0", "~")) {
        at(inner, rest, change);
    }
}
