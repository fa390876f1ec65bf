//! A server that answers what a test says, on a port of its own.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use people_protect::{Builder, Credentials, Environment, PeopleProtect, Retries};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The default deadline of a call.
pub(crate) const DEADLINE: Duration = Duration::from_secs(30);

/// What arrived.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Request {
    /// A header by lower-case name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }
}

/// What to answer: bytes, then the connection is closed.
pub(crate) struct Reply(Vec<u8>);

impl Reply {
    pub(crate) fn json(status: u16, body: &str) -> Self {
        Self::with(status, "content-type: application/json\r\n", body)
    }

    pub(crate) fn with(status: u16, headers: &str, body: &str) -> Self {
        Self::raw(&format!(
            "HTTP/1.1 {status} X\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        ))
    }

    /// Bytes as they are; none is a connection closed without an answer.
    pub(crate) fn raw(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }
}

type Handler =
    dyn Fn(Request) -> Pin<Box<dyn Future<Output = Reply> + Send>> + Send + Sync + 'static;

/// The server; it stops when the test's runtime does.
pub(crate) struct Server {
    pub(crate) origin: String,
    seen: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// Answers by a function.
    pub(crate) async fn start<F, Fut>(handler: F) -> Self
    where
        F: Fn(Request) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Reply> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        let handler: Arc<Handler> = Arc::new(move |request| Box::pin(handler(request)));
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(stream, Arc::clone(&handler), Arc::clone(&log)));
            }
        });
        Self { origin, seen }
    }

    /// Hands out good tokens, and these replies in turn to everything else. After the last one
    /// comes 500.
    pub(crate) async fn replying(replies: impl IntoIterator<Item = Reply>) -> Self {
        let replies: VecDeque<Reply> = replies.into_iter().collect();
        let replies = Arc::new(Mutex::new(replies));
        Self::start(move |request| {
            let reply = if request.path.ends_with("/oauth/token") {
                token("server-token", 3600)
            } else {
                let next = replies.lock().unwrap().pop_front();
                next.unwrap_or_else(|| Reply::json(500, r#"{"message":"script is over"}"#))
            };
            async move { reply }
        })
        .await
    }

    /// A builder for a client of this server that sends each call once, and waits for nothing but
    /// the deadline.
    pub(crate) fn builder(&self) -> Builder {
        self.repeating()
            .with_retries(Retries::none())
            .with_attempt_timeout(DEADLINE)
    }

    /// A builder for a client of this server, as it comes.
    pub(crate) fn repeating(&self) -> Builder {
        PeopleProtect::builder(
            Environment::custom(&self.origin).unwrap(),
            Credentials::new("client-id", "planted-secret").unwrap(),
        )
    }

    /// A client of this server.
    pub(crate) fn client(&self) -> PeopleProtect {
        self.builder().build().unwrap()
    }

    /// Everything that arrived.
    pub(crate) fn seen(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }

    /// How many requests to paths that end so arrived.
    pub(crate) fn count(&self, path: &str) -> usize {
        self.seen()
            .iter()
            .filter(|request| request.path.ends_with(path))
            .count()
    }
}

/// A token answer.
pub(crate) fn token(text: &str, expires_in: i64) -> Reply {
    Reply::json(
        200,
        &format!(r#"{{"accessToken":"{text}","tokenType":"Bearer","expiresIn":{expires_in}}}"#),
    )
}

async fn serve(mut stream: TcpStream, handler: Arc<Handler>, log: Arc<Mutex<Vec<Request>>>) {
    let Some(request) = read(&mut stream).await else {
        return;
    };
    log.lock().unwrap().push(request.clone());
    let Reply(bytes) = handler(request).await;
    let _ = stream.write_all(&bytes).await;
    let _ = stream.shutdown().await;
}

pub(crate) async fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..head_end].to_vec()).ok()?;
    let mut first = head.split_whitespace();
    let mut request = Request {
        method: first.next()?.to_owned(),
        path: first.next()?.to_owned(),
        head: head.clone(),
        body: String::new(),
    };
    let length: usize = request
        .header("content-length")
        .map_or(0, |length| length.parse().unwrap());
    while bytes.len() < head_end + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    request.body = String::from_utf8(bytes[head_end..].to_vec()).ok()?;
    Some(request)
}
