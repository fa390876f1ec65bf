//! A server that hands out tokens and fails at everything else in one way.

use std::sync::{Arc, Mutex};

use people_protect::raw::Operation;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::Notify;

use crate::table::Failure;

pub(crate) struct Server {
    pub(crate) origin: String,
    arrived: Arc<Notify>,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(crate) async fn start(failure: Failure, with_tokens: bool) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let server = Self {
            origin: format!("http://{}", socket.local_addr().unwrap()),
            arrived: Arc::default(),
            seen: Arc::default(),
        };
        if failure == Failure::NotSent {
            // Nobody listens, but the port is kept while the test's runtime lasts: a free one
            // might become the server of a cell that is tried beside this one.
            tokio::spawn(async move {
                std::future::pending::<()>().await;
                drop(socket);
            });
            return server;
        }
        let listener = socket.listen(1024).unwrap();
        let (arrived, seen) = (Arc::clone(&server.arrived), Arc::clone(&server.seen));
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(
                    stream,
                    (failure, with_tokens),
                    Arc::clone(&arrived),
                    Arc::clone(&seen),
                ));
            }
        });
        server
    }

    /// Told once for every request that is left without an answer.
    pub(crate) fn arrived(&self) -> Arc<Notify> {
        Arc::clone(&self.arrived)
    }

    /// How many requests of this operation's method arrived, tokens for others aside.
    pub(crate) fn seen(&self, operation: &Operation) -> usize {
        let seen = self.seen.lock().unwrap();
        let own = |line: &&String| {
            line.starts_with(operation.method)
                && (operation.id == "create_oauth_token" || !line.contains("/oauth/token"))
        };
        seen.iter().filter(own).count()
    }
}

async fn serve(
    mut stream: TcpStream,
    (failure, with_tokens): (Failure, bool),
    arrived: Arc<Notify>,
    seen: Arc<Mutex<Vec<String>>>,
) {
    let Some(line) = read(&mut stream).await else {
        return;
    };
    let token = with_tokens && line.contains("/oauth/token");
    seen.lock().unwrap().push(line);
    let answer = |status: u16, headers: &str, body: &str| {
        format!("HTTP/1.1 {status} X\r\nconnection: close\r\n{headers}\r\n{body}")
    };
    let reply = match failure {
        _ if token => answer(
            200,
            "content-length: 38\r\n",
            r#"{"accessToken":"t","expiresIn":360000}"#,
        ),
        Failure::NotSent | Failure::Lost => return,
        Failure::Timeout => {
            arrived.notify_one();
            std::future::pending().await
        }
        Failure::Unauthorised => answer(401, "content-length: 0\r\n", ""),
        Failure::TooMany => answer(429, "content-length: 0\r\n", ""),
        Failure::Server => answer(502, "content-length: 13\r\n", "<h1>502</h1>\n"),
        Failure::CutOff => answer(200, "content-length: 900\r\n", r#"{"message":"#),
        Failure::Refused => answer(400, "content-length: 16\r\n", r#"{"message":"no"}"#),
    };
    let _ = stream.write_all(reply.as_bytes()).await;
    let _ = stream.shutdown().await;
}

/// The request line, once the whole request is there.
async fn read(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        let text = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .map_or(0, |length| length.parse().unwrap());
        let chunked = head.contains("transfer-encoding: chunked");
        if (chunked && body.ends_with("0\r\n\r\n")) || (!chunked && body.len() >= length) {
            let line = String::from_utf8_lossy(&bytes);
            return line.lines().next().map(ToOwned::to_owned);
        }
    }
}
