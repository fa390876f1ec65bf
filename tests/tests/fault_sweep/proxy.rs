//! The line between the client and the simulator, and what goes wrong on it.

use std::sync::{Arc, Mutex, MutexGuard};

use people_protect::{Attempt, BoxFuture, Middleware, Next, TransportError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::clock::SweepClock;
use crate::faults::{Fault, Plan};

const NAMELESS: &str = r#"{"message":"ok"}"#;
const PAGE: &str = "<html><body><h1>Please wait</h1></body></html>";

/// A proxy on a port of its own. Each connection carries one exchange.
#[derive(Debug)]
pub(crate) struct Proxy {
    pub(crate) origin: String,
    line: Arc<Line>,
    serving: JoinHandle<()>,
}

/// What both ends of the line know.
#[derive(Debug)]
struct Line {
    simulator: String,
    clock: SweepClock,
    /// Where nobody listens.
    nowhere: u16,
    state: Mutex<State>,
    /// The client has the head of an answer that is not going to be complete.
    head_seen: Notify,
}

#[derive(Debug, Default)]
struct State {
    plan: Option<Plan>,
    /// The operation of each attempt.
    attempts: Vec<&'static str>,
    refused: usize,
    fault: Option<Fault>,
    arrived: usize,
    exchanges: Vec<Exchange>,
}

/// One request that the simulator has answered.
#[derive(Debug, Clone)]
pub(crate) struct Exchange {
    pub(crate) path: String,
    pub(crate) status: u16,
    /// The client has seen the simulator's status.
    pub(crate) seen: bool,
}

impl Line {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

/// Counts the attempts at the client's end, and leads those astray that are to be refused.
#[derive(Debug)]
pub(crate) struct Sender {
    line: Arc<Line>,
    /// Held and never listened on, so that nobody else can.
    _nowhere: TcpSocket,
}

impl Middleware for Sender {
    fn handle<'a>(
        &'a self,
        mut request: reqwest::Request,
        attempt: &'a Attempt,
        next: Next<'a>,
    ) -> BoxFuture<'a, Result<reqwest::Response, TransportError>> {
        let fault = {
            let mut state = self.line.state();
            state.attempts.push(attempt.operation());
            state.fault = state.plan.and_then(|plan| plan.at(state.attempts.len()));
            state.refused += usize::from(state.fault == Some(Fault::Refused));
            state.fault
        };
        if fault == Some(Fault::Refused) {
            request.url_mut().set_port(Some(self.line.nowhere)).unwrap();
        }
        Box::pin(async move {
            let answer = next.run(request).await;
            if answer.is_ok() {
                match fault {
                    Some(Fault::ResetMidBody) => self.line.head_seen.notify_one(),
                    Some(Fault::SlowDrip) => self.line.clock.stall(),
                    _ => {}
                }
            }
            answer
        })
    }
}

impl Proxy {
    /// A proxy before the simulator at `simulator`, such as `127.0.0.1:4010`.
    pub(crate) async fn start(simulator: &str, clock: &SweepClock) -> (Self, Sender) {
        let nowhere = TcpSocket::new_v4().unwrap();
        nowhere.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let line = Arc::new(Line {
            simulator: simulator.to_owned(),
            clock: clock.clone(),
            nowhere: nowhere.local_addr().unwrap().port(),
            state: Mutex::default(),
            head_seen: Notify::new(),
        });
        let serving = tokio::spawn({
            let line = Arc::clone(&line);
            async move {
                loop {
                    let (stream, _) = listener.accept().await.unwrap();
                    line.state().arrived += 1;
                    tokio::spawn(serve(stream, Arc::clone(&line)));
                }
            }
        });
        let sender = Sender {
            line: Arc::clone(&line),
            _nowhere: nowhere,
        };
        let proxy = Self {
            origin,
            line,
            serving,
        };
        (proxy, sender)
    }

    /// Faults come as planned, counted from here on.
    pub(crate) fn fail(&self, plan: Option<Plan>) {
        *self.line.state() = State {
            plan,
            ..State::default()
        };
    }

    /// The operations of the attempts the client has made.
    pub(crate) fn attempts(&self) -> Vec<&'static str> {
        self.line.state().attempts.clone()
    }

    /// How many of them came to this port.
    pub(crate) fn arrived(&self) -> usize {
        self.line.state().arrived
    }

    /// How many were to be refused.
    pub(crate) fn refused(&self) -> usize {
        self.line.state().refused
    }

    /// What the simulator has answered.
    pub(crate) fn exchanges(&self) -> Vec<Exchange> {
        self.line.state().exchanges.clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// An answer of the simulator.
struct Answer {
    status: u16,
    content_type: String,
    body: Vec<u8>,
}

async fn serve(mut stream: TcpStream, line: Arc<Line>) {
    let fault = line.state().fault;
    if fault == Some(Fault::ResetUnread) {
        // The request is there, and stays where it is.
        stream.readable().await.unwrap();
        return reset(stream);
    }
    let Some(request) = read(&mut stream).await else {
        return;
    };
    let acted = match fault {
        Some(fault) if !fault.is_acted_on() => None,
        _ => Some(forward(&line, &request, fault).await),
    };
    let Some(acted) = acted else {
        let (status, more, media, body) = match fault {
            Some(Fault::Unauthorised) => (401, "", "application/json", r#"{"message":"no"}"#),
            Some(Fault::TooMany) => (429, "", "application/json", "{}"),
            Some(Fault::TooManyUntil) => (429, "retry-after: 3\r\n", "application/json", "{}"),
            Some(Fault::ServerFailure) => (500, "", "application/json", "{}"),
            Some(Fault::GatewayPage) => (502, "", "text/html", PAGE),
            _ => return reset(stream),
        };
        return answer(
            &mut stream,
            &head(status, more, media, body.len()),
            body.as_bytes(),
        )
        .await;
    };
    let Answer {
        status,
        content_type,
        body,
    } = acted;
    let half = &body[..body.len() / 2];
    match fault {
        None => {
            let head = head(status, "", &content_type, body.len());
            answer(&mut stream, &head, &body).await;
        }
        Some(Fault::ResetMidBody) => {
            let head = head(status, "", &content_type, body.len());
            send(&mut stream, &head, half).await;
            line.head_seen.notified().await;
            reset(stream);
        }
        Some(Fault::SlowDrip) => {
            let head = head(status, "", &content_type, body.len());
            send(&mut stream, &head, &half[..half.len().min(3)]).await;
            gone(&mut stream).await;
        }
        Some(Fault::Timeout) => {
            line.clock.stall();
            gone(&mut stream).await;
        }
        Some(Fault::ServerFailureActed) => {
            let head = head(500, "", "application/json", 2);
            answer(&mut stream, &head, b"{}").await;
        }
        Some(Fault::TruncatedJson) => {
            let head = head(status, "", &content_type, half.len());
            answer(&mut stream, &head, half).await;
        }
        Some(Fault::Page) => {
            let head = head(200, "", "text/html", PAGE.len());
            answer(&mut stream, &head, PAGE.as_bytes()).await;
        }
        Some(Fault::Nameless) => {
            let head = head(status, "", &content_type, NAMELESS.len());
            answer(&mut stream, &head, NAMELESS.as_bytes()).await;
        }
        Some(_) => reset(stream),
    }
}

fn head(status: u16, more: &str, media: &str, length: usize) -> String {
    format!(
        "HTTP/1.1 {status} X\r\nconnection: close\r\n{more}content-type: {media}\r\n\
         content-length: {length}\r\n\r\n"
    )
}

/// The client may have gone meanwhile; that is its affair.
async fn send(stream: &mut TcpStream, head: &str, body: &[u8]) {
    let _ = stream.write_all(&[head.as_bytes(), body].concat()).await;
}

async fn answer(stream: &mut TcpStream, head: &str, body: &[u8]) {
    send(stream, head, body).await;
    let _ = stream.shutdown().await;
}

/// Closes with a reset in place of a farewell.
fn reset(stream: TcpStream) {
    stream.set_zero_linger().unwrap();
}

/// Holds the connection until the client has left.
async fn gone(stream: &mut TcpStream) {
    while stream.read(&mut [0; 64]).await.is_ok_and(|read| read > 0) {}
}

/// Passes a request on to the simulator, and writes down what it answered.
async fn forward(line: &Line, request: &[u8], fault: Option<Fault>) -> Answer {
    let text = String::from_utf8_lossy(request);
    let path = text.split(' ').nth(1).unwrap_or_default().to_owned();
    let (first, rest) = text.split_once("\r\n").unwrap();
    let mut stream = TcpStream::connect(&line.simulator).await.unwrap();
    let asked = format!("{first}\r\nconnection: close\r\n{rest}");
    stream.write_all(asked.as_bytes()).await.unwrap();
    let answered = read(&mut stream).await.unwrap();
    let answered = String::from_utf8(answered).unwrap();
    let (head, body) = answered.split_once("\r\n\r\n").unwrap();
    let answer = Answer {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        content_type: header(head, "content-type").unwrap().to_owned(),
        body: body.as_bytes().to_vec(),
    };
    line.state().exchanges.push(Exchange {
        path,
        status: answer.status,
        seen: fault.is_none_or(Fault::shows_the_status),
    });
    answer
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines()
        .filter_map(|line| line.split_once(": "))
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
}

/// A whole message, request or answer.
async fn read(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        assert!(header(head, "transfer-encoding").is_none(), "{head}");
        let length = header(head, "content-length").map_or(0, |length| length.parse().unwrap());
        if body.len() >= length {
            return Some(bytes);
        }
    }
}
