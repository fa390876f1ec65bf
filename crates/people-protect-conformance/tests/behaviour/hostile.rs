//! Servers that answer nothing, something else, or without end: a clear reason, and no hang.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use std::time::Duration;

use people_protect_conformance::{Options, Run, Source, Target};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket};
use tokio::task::JoinSet;

/// A server that does this with each connection after the first bytes of a request.
async fn server(answer: &'static [u8], goes_on: bool) -> (String, JoinSet<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let api = format!("http://{}/panic-api/v2", listener.local_addr().unwrap());
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        let mut open = JoinSet::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            open.spawn(async move {
                let mut some = [0; 512];
                let _ = stream.read(&mut some).await;
                if stream.write_all(answer).await.is_err() {
                    return;
                }
                while goes_on && stream.write_all(&[b' '; 65_536]).await.is_ok() {}
                if answer.is_empty() {
                    // Hangs until the other side has had enough.
                    let _ = stream.read_to_end(&mut Vec::new()).await;
                }
            });
        }
    });
    (api, tasks)
}

async fn said(api: &str) -> String {
    let target = Target::at(api, None, Source::new("id", "secret"), None, false).unwrap();
    let mut options = Options::default();
    options.timeout = Duration::from_millis(300);
    let run = Run::new().only(&["R27"]);
    let error = run.against(target, options).await.unwrap_err().to_string();
    assert!(!error.contains("secret"), "{error}");
    error
}

#[tokio::test]
async fn nobody_listens() {
    // Kept as long as the test: a free port might become another test's server.
    let nowhere = TcpSocket::new_v4().unwrap();
    nowhere.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let api = format!("http://{}/panic-api/v2", nowhere.local_addr().unwrap());
    let error = said(&api).await;
    assert!(
        error.contains("no connection; check the address"),
        "{error}"
    );
}

#[tokio::test]
async fn one_that_hangs() {
    let (api, _server) = server(b"", false).await;
    assert!(said(&api).await.contains("no answer in time"));
}

#[tokio::test]
async fn one_that_breaks_off() {
    let (api, _server) = server(b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n{", false).await;
    let error = said(&api).await;
    assert!(error.contains("broken off"), "{error}");
}

#[tokio::test]
async fn one_that_answers_a_page() {
    let page = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>";
    let (api, _server) = server(page, false).await;
    let error = said(&api).await;
    assert!(error.contains("200 text/html"), "{error}");
    assert!(error.contains("check the address"), "{error}");
}

#[tokio::test]
async fn one_that_never_ends() {
    let (api, _server) = server(
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n",
        true,
    )
    .await;
    let error = said(&api).await;
    let known = error.contains("a body without end") || error.contains("no answer in time");
    assert!(known, "{error}");
}

#[tokio::test]
async fn one_that_takes_no_credentials() {
    let refusal = b"HTTP/1.1 401 Unauthorized\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
    let (api, _server) = server(refusal, false).await;
    let error = said(&api).await;
    assert!(error.contains("401; check AURA_CLIENT_ID"), "{error}");
}
