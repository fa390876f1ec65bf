//! A server that plays a script on each connection, down to how the connection ends.
//!
//! Steps and the test order each other by gates; nothing waits for time to pass.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use people_protect::{Builder, Credentials, Environment, PeopleProtect, Retries};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// Opens once and lets one waiter through, whoever comes first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gate(Arc<Notify>);

impl Gate {
    pub(crate) fn open(&self) {
        self.0.notify_one();
    }

    pub(crate) async fn opened(&self) {
        self.0.notified().await;
    }
}

/// What the server does next on a connection. After the last step it closes the connection.
pub(crate) enum Step {
    /// Reads one request with its body.
    Read,
    /// Waits until bytes of a request are there and leaves them unread.
    Arrival,
    /// Sends bytes as they are.
    Write(Vec<u8>),
    /// Sends the same bytes over and over until the client goes away.
    Endless(&'static [u8]),
    /// Tells the test that it has come so far.
    Open(Gate),
    /// Goes on when the test opens the gate.
    Wait(Gate),
    /// Says that nothing more comes, and reads until the client closes too.
    HalfClose,
    /// Lets the connection end with a reset instead of a farewell.
    Reset,
    /// Ends the connection, then tells the test so.
    Close(Gate),
}

impl Step {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Write(text.into().into_bytes())
    }

    /// A whole answer after which the connection stays open.
    pub(crate) fn answer(body: &str) -> Self {
        Self::text(answer(body))
    }
}

/// The bytes of a good JSON answer on a connection that stays open.
pub(crate) fn answer(body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// The server; it stops when the test's runtime does.
pub(crate) struct Socket {
    origin: String,
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    heads: Mutex<Vec<String>>,
    connections: AtomicUsize,
}

impl Socket {
    /// Hands out a token on a first connection of its own and plays these scripts on the next
    /// ones in turn. A connection more is closed at once.
    pub(crate) async fn playing(scripts: impl IntoIterator<Item = Vec<Step>>) -> Self {
        let token = r#"{"accessToken":"socket-token","tokenType":"Bearer","expiresIn":3600}"#;
        let token = answer(token).replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n");
        let first = vec![Step::Read, Step::text(token)];
        let mut scripts: Vec<_> = std::iter::once(first).chain(scripts).collect();
        scripts.reverse();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Seen::default());
        let log = Arc::clone(&seen);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                log.connections.fetch_add(1, Ordering::SeqCst);
                let script = scripts.pop().unwrap_or_default();
                tokio::spawn(play(stream, script, Arc::clone(&log)));
            }
        });
        Self { origin, seen }
    }

    /// A client of this server that has its token, as it comes.
    pub(crate) async fn client(&self) -> PeopleProtect {
        let aura = self.builder().build().unwrap();
        aura.warm_up().await.unwrap();
        aura
    }

    /// The same, but it sends each call once, so that a failure is not hidden by its repeat.
    pub(crate) async fn client_that_tries_once(&self) -> PeopleProtect {
        let builder = self.builder().with_retries(Retries::none());
        let aura = builder.build().unwrap();
        aura.warm_up().await.unwrap();
        aura
    }

    /// A builder for a client of this server, as it comes.
    pub(crate) fn builder(&self) -> Builder {
        PeopleProtect::builder(
            Environment::custom(&self.origin).unwrap(),
            Credentials::new("client-id", "planted-secret").unwrap(),
        )
    }

    /// How many requests were read, tokens aside.
    pub(crate) fn requests(&self) -> usize {
        let heads = self.seen.heads.lock().unwrap();
        heads
            .iter()
            .filter(|head| !head.contains("/oauth/token"))
            .count()
    }

    /// How many connections were made, the token's included.
    pub(crate) fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }
}

/// Plays a script; a client that goes away ends it.
async fn play(mut stream: TcpStream, script: Vec<Step>, seen: Arc<Seen>) {
    for step in script {
        let done = match step {
            Step::Read => match read(&mut stream).await {
                Some(head) => {
                    seen.heads.lock().unwrap().push(head);
                    true
                }
                None => false,
            },
            Step::Arrival => matches!(stream.peek(&mut [0]).await, Ok(1)),
            Step::Write(bytes) => stream.write_all(&bytes).await.is_ok(),
            Step::Endless(bytes) => {
                while stream.write_all(bytes).await.is_ok() {}
                true
            }
            Step::Open(gate) => {
                gate.open();
                true
            }
            Step::Wait(gate) => {
                gate.opened().await;
                true
            }
            Step::HalfClose => {
                let _ = stream.shutdown().await;
                while matches!(stream.read(&mut [0; 1024]).await, Ok(1..)) {}
                true
            }
            Step::Reset => stream.set_zero_linger().is_ok(),
            Step::Close(gate) => {
                drop(stream);
                gate.open();
                return;
            }
        };
        if !done {
            return;
        }
    }
}

/// Reads one request; gives its head.
async fn read(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..head_end].to_vec()).unwrap();
    let length: usize = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map_or(0, |(_, length)| length.trim().parse().unwrap());
    while bytes.len() < head_end + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    Some(head)
}
