//! A client that writes what it likes.
#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use std::io;

use people_protect_simulator::Simulator;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Where a simulator listens, without the scheme.
pub(crate) fn address(simulator: &Simulator) -> String {
    let origin = simulator.control_url();
    let address = origin.strip_prefix("http://").unwrap();
    address.split('/').next().unwrap().to_owned()
}

pub(crate) async fn connect(simulator: &Simulator) -> TcpStream {
    TcpStream::connect(address(simulator)).await.unwrap()
}

/// A request whose connection ends with it.
pub(crate) fn request(line: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "{line} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
    )
}

/// Reads until the other side ends: what came, and how it ended.
pub(crate) async fn rest(stream: &mut TcpStream) -> (String, io::Result<()>) {
    let mut all = Vec::new();
    let ended = stream.read_to_end(&mut all).await.map(|_| ());
    (String::from_utf8_lossy(&all).into_owned(), ended)
}

/// Sends bytes and reads until the other side ends.
pub(crate) async fn exchange(simulator: &Simulator, bytes: &[u8]) -> (String, io::Result<()>) {
    let mut stream = connect(simulator).await;
    // The other side may hang up before it has read all.
    let _ = stream.write_all(bytes).await;
    rest(&mut stream).await
}

/// The status of an answer; 0 if there is none.
pub(crate) fn status(answer: &str) -> u16 {
    let status = answer
        .strip_prefix("HTTP/1.1 ")
        .or_else(|| answer.strip_prefix("HTTP/1.0 "));
    status.map_or(0, |rest| rest[..3].parse().unwrap())
}
