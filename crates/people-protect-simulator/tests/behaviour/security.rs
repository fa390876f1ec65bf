//! What somebody who means no good can send, and what becomes of it.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use std::net::Ipv4Addr;
use std::time::Duration;

use crate::common::Bench;
use crate::raw;
use people_protect_simulator::{Clock, Limits, Simulator};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

async fn simulator() -> Simulator {
    Simulator::builder()
        .clock(Clock::manual())
        .start()
        .await
        .unwrap()
}

async fn limited(limits: Limits) -> Simulator {
    Simulator::builder().limits(limits).start().await.unwrap()
}

async fn status_of(simulator: &Simulator, request: &str) -> u16 {
    raw::status(&raw::exchange(simulator, request.as_bytes()).await.0)
}

#[tokio::test]
async fn paths_that_climb_or_are_nonsense_lead_nowhere() {
    let simulator = simulator().await;
    for path in [
        "/../../../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/panic-api/v2/../../_simulator/state",
        "/panic-api/v2/..%2f..%2f_simulator/state",
        "/%5fsimulator/state",
        "//_simulator/state",
        "/_simulator/../_simulator/state",
        "/page.css/../../../Cargo.toml",
        "/..\\..\\windows",
        "/%00",
        "/%",
        "/%zz%ff%c0%ae",
        "/panic-api/v2/callouts/%ff%fe",
        "/panic-api/v2/callouts/%",
        "*",
    ] {
        let status = status_of(&simulator, &raw::request(&format!("GET {path}"), "", "")).await;
        assert!([400, 401, 404].contains(&status), "{path} answers {status}");
    }
    simulator.shutdown().await.unwrap();
}

#[tokio::test]
async fn what_names_no_host_reaches_the_api_and_nothing_private() {
    let simulator = simulator().await;
    for (path, status) in [
        ("/_simulator/state", 400),
        ("/responder", 400),
        ("/", 400),
        ("/panic-api/v2/responseTypes", 401),
    ] {
        let request = format!("GET {path} HTTP/1.0\r\n\r\n");
        assert_eq!(status_of(&simulator, &request).await, status, "{path}");
    }
    let named = "GET /_simulator/rules HTTP/1.0\r\nHost: localhost\r\n\r\n";
    assert_eq!(status_of(&simulator, named).await, 200);
    simulator.shutdown().await.unwrap();
}

#[tokio::test]
async fn too_much_of_anything_is_refused_with_its_own_status() {
    let simulator = simulator().await;
    let base = "GET /panic-api/v2/responseTypes";
    let long = format!("{base}?{}", "a".repeat(9 * 1024));
    assert_eq!(
        status_of(&simulator, &raw::request(&long, "", "")).await,
        414
    );
    let huge = format!("{base}?{}", "a".repeat(1024 * 1024));
    assert!([414, 431].contains(&status_of(&simulator, &raw::request(&huge, "", "")).await));
    let wide = format!("X-Wide: {}\r\n", "a".repeat(20 * 1024));
    assert_eq!(
        status_of(&simulator, &raw::request(base, &wide, "")).await,
        431
    );
    let many = "X-Many: 1\r\n".repeat(200);
    assert_eq!(
        status_of(&simulator, &raw::request(base, &many, "")).await,
        431
    );
    let body = "a".repeat(2 * 1024 * 1024);
    for path in ["/panic-api/v2/customers", "/_simulator/clock", "/nowhere"] {
        let request = raw::request(&format!("POST {path}"), "", &body);
        assert_eq!(status_of(&simulator, &request).await, 413, "{path}");
    }
    // So much is not even read.
    let announced =
        "POST /panic-api/v2/customers HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n";
    assert_eq!(status_of(&simulator, announced).await, 413);
    simulator.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_request_with_two_meanings_is_refused() {
    let simulator = simulator().await;
    // Without the second meaning each of them would be answered 200.
    let line = "GET /page.css HTTP/1.1\r\n";
    for headers in [
        "Host: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}x",
        "Host: a\r\nContent-Length: 2, 3\r\n\r\n{}x",
        "Host: a\r\nContent-Length: -1\r\n\r\n",
        "Host: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "Host: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "Host: a\r\nHost: b\r\nContent-Length: 2\r\n\r\n{}",
        "Content-Length: 2\r\n\r\n{}",
        "Host : a\r\n\r\n",
        "Host: a\r\n folded: b\r\n\r\n",
        "Host: a\r\nX\0Y: b\r\n\r\n",
    ] {
        let request = format!("{line}{headers}");
        let (answer, _) = raw::exchange(&simulator, request.as_bytes()).await;
        assert_eq!(raw::status(&answer), 400, "{headers:?}: {answer}");
        assert_eq!(
            answer.matches("HTTP/1.1 ").count(),
            1,
            "{headers:?}: {answer}"
        );
    }
    // Chunks win over a length, as HTTP has it, and nothing that follows is taken for a request.
    let both = format!(
        "{line}Host: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{line}Host: a\r\n\r\n"
    );
    let (answer, _) = raw::exchange(&simulator, both.as_bytes()).await;
    assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
    for bytes in [
        b"\x16\x03\x01\x02\x00\x01\x00".as_slice(),
        b"nonsense\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
    ] {
        let (answer, _) = raw::exchange(&simulator, bytes).await;
        assert!([0, 400].contains(&raw::status(&answer)), "{answer}");
    }
    simulator.shutdown().await.unwrap();
}

#[tokio::test]
async fn headers_that_never_end_lose_their_connection() {
    let simulator = limited(Limits::default().header_read(Duration::from_millis(20))).await;
    let mut stream = raw::connect(&simulator).await;
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ")
        .await
        .unwrap();
    // Ends only because the other side ends it.
    let (answer, _) = raw::rest(&mut stream).await;
    assert!([0, 408].contains(&raw::status(&answer)), "{answer}");
    simulator.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_body_that_never_ends_is_408() {
    let simulator = limited(Limits::default().body_read(Duration::from_millis(20))).await;
    for path in ["/panic-api/v2/oauth/token", "/_simulator/clock", "/nowhere"] {
        let mut stream = raw::connect(&simulator).await;
        let head =
            format!("POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\n{{");
        stream.write_all(head.as_bytes()).await.unwrap();
        let (answer, _) = raw::rest(&mut stream).await;
        assert_eq!(raw::status(&answer), 408, "{answer}");
        assert!(answer.contains("message"), "{answer}");
    }
    simulator.shutdown().await.unwrap();
}

#[tokio::test]
async fn idle_connections_make_room_the_longest_idle_first() {
    let simulator = limited(Limits::default().connections(2)).await;
    let asked = raw::request("GET /page.css", "", "");
    let kept = asked.replace("Connection: close\r\n", "");
    assert_ne!(asked, kept);
    let mut silent = raw::connect(&simulator).await;
    let mut idle = raw::connect(&simulator).await;
    idle.write_all(kept.as_bytes()).await.unwrap();
    let mut begun = [0; 12];
    idle.read_exact(&mut begun).await.unwrap();
    assert_eq!(&begun, b"HTTP/1.1 200");
    let mut further = raw::connect(&simulator).await;
    further.write_all(asked.as_bytes()).await.unwrap();
    assert_eq!(raw::status(&raw::rest(&mut further).await.0), 200);
    // The one that never asked anything is gone; the other one still answers.
    assert_eq!(silent.read(&mut [0; 1]).await.unwrap_or(0), 0);
    idle.write_all(asked.as_bytes()).await.unwrap();
    let rest = raw::rest(&mut idle).await.0;
    assert_eq!(rest.matches("HTTP/1.1 200").count(), 1, "{rest}");
    simulator.shutdown().await.unwrap();
}

#[tokio::test]
async fn connections_beyond_the_limit_wait_while_all_are_in_use() {
    let simulator = limited(Limits::default().connections(2)).await;
    // Streams that do not end by themselves.
    let mut in_use = Vec::new();
    for _ in 0..2 {
        let mut stream = raw::connect(&simulator).await;
        let asked = raw::request("GET /_simulator/follow", "", "");
        stream.write_all(asked.as_bytes()).await.unwrap();
        let mut begun = [0; 12];
        stream.read_exact(&mut begun).await.unwrap();
        assert_eq!(&begun, b"HTTP/1.1 200");
        in_use.push(stream);
    }
    let mut third = raw::connect(&simulator).await;
    third
        .write_all(raw::request("GET /page.css", "", "").as_bytes())
        .await
        .unwrap();
    let answered = async { raw::rest(&mut third).await.0 };
    tokio::pin!(answered);
    for _ in 0..1000 {
        tokio::select! {
            biased;
            answer = &mut answered => panic!("answered beyond the limit: {answer}"),
            () = tokio::task::yield_now() => {}
        }
    }
    drop(in_use.pop());
    assert_eq!(raw::status(&answered.await), 200);
    drop(in_use);
    simulator.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_web_page_of_another_site_cannot_use_the_control_surface() {
    let simulator = simulator().await;
    let address = raw::address(&simulator);
    let asked = |host: &str, origin: &str| {
        format!(
            "POST /_simulator/reset HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{origin}Content-Length: 0\r\n\r\n"
        )
    };
    for (host, origin) in [
        (address.as_str(), ""),
        ("localhost:4010", ""),
        (&address, &format!("Origin: http://{address}\r\n")),
    ] {
        assert_eq!(
            status_of(&simulator, &asked(host, origin)).await,
            200,
            "{host} {origin}"
        );
    }
    for (host, origin) in [
        // A name that somebody made point here.
        ("rebound.example.org", ""),
        (
            "rebound.example.org",
            "Origin: http://rebound.example.org\r\n",
        ),
        ("localhost.example.org:4010", ""),
        // A page of another site, or of another server on this machine.
        (&address, "Origin: http://example.org\r\n"),
        (&address, "Origin: http://127.0.0.1:1\r\n"),
        (&address, "Origin: null\r\n"),
        (
            &address,
            &format!("Origin: http://{address}\r\nOrigin: http://example.org\r\n"),
        ),
    ] {
        let (answer, _) = raw::exchange(&simulator, asked(host, origin).as_bytes()).await;
        assert_eq!(raw::status(&answer), 403, "{host} {origin}");
        assert!(answer.contains("message"), "{answer}");
    }
    let absolute = "GET http://rebound.example.org/_simulator/state HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
    assert_eq!(status_of(&simulator, absolute).await, 403);
    // What shows credentials or drives callouts is no less private; the API asks for a token instead.
    for (path, status) in [
        ("/", 403),
        ("/responder", 403),
        ("/panic-api/v2/responseTypes", 401),
    ] {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: rebound.example.org\r\nConnection: close\r\n\r\n"
        );
        assert_eq!(status_of(&simulator, &request).await, status, "{path}");
    }
    simulator.shutdown().await.unwrap();
}

/// An address of this machine that is not loopback, if it has one. No packet is sent.
fn own_address() -> Option<std::net::IpAddr> {
    let socket = std::net::UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_loopback() && !address.is_unspecified()).then_some(address)
}

#[tokio::test]
async fn beyond_loopback_the_control_surface_stays_shut_unless_told() {
    // A machine without any network has no peer to shut out.
    let Some(address) = own_address() else { return };
    for (from_anywhere, status) in [(false, 403), (true, 200)] {
        let simulator = Simulator::builder()
            .host(Ipv4Addr::UNSPECIFIED)
            .control_from_anywhere(from_anywhere)
            .start()
            .await
            .unwrap();
        assert!(simulator.api_url().starts_with("http://127.0.0.1:"));
        let port = simulator
            .api_url()
            .split(':')
            .nth(2)
            .unwrap()
            .split('/')
            .next()
            .unwrap()
            .to_owned();
        let client = reqwest::Client::new();
        for path in ["/_simulator/state", "/"] {
            let answer = client
                .get(format!("http://{address}:{port}{path}"))
                .send()
                .await
                .unwrap();
            assert_eq!(answer.status(), status, "{path}");
            let near = client
                .get(format!("http://127.0.0.1:{port}{path}"))
                .send()
                .await
                .unwrap();
            assert_eq!(near.status(), 200, "{path}");
        }
        let api = format!("http://{address}:{port}/panic-api/v2/responseTypes");
        assert_eq!(client.get(api).send().await.unwrap().status(), 401);
        // Told to serve a network, it goes by the names of that network.
        let named = client
            .get(format!("http://{address}:{port}/_simulator/state"))
            .header("Host", "simulator:4010");
        assert_eq!(named.send().await.unwrap().status(), status);
        simulator.shutdown().await.unwrap();
    }
}

#[tokio::test]
async fn a_wrong_method_is_405_and_says_which_are_right() {
    let simulator = simulator().await;
    for (line, allowed) in [
        ("PATCH /panic-api/v2/customers/1", ["GET", "PUT"].as_slice()),
        ("GET /panic-api/v2/oauth/token", &["POST"]),
        ("GET /_simulator/reset", &["POST"]),
        ("BREW /panic-api/v2/leads", &["POST"]),
    ] {
        let (answer, _) = raw::exchange(&simulator, raw::request(line, "", "").as_bytes()).await;
        assert_eq!(raw::status(&answer), 405, "{line}: {answer}");
        let lower = answer.to_lowercase();
        let allow = lower.split("\r\nallow: ").nth(1).unwrap_or_default();
        let allow = allow.split("\r\n").next().unwrap_or_default();
        for method in allowed {
            assert!(allow.contains(&method.to_lowercase()), "{line}: {answer}");
        }
    }
    let (answer, _) =
        raw::exchange(&simulator, raw::request("GET /nowhere", "", "").as_bytes()).await;
    assert_eq!(raw::status(&answer), 404);
    assert!(answer.contains("message"));
    simulator.shutdown().await.unwrap();
}

#[tokio::test]
async fn the_date_is_the_simulators() {
    let bench = Bench::new().await;
    let date = async || {
        let url = format!("{}/responseTypes", bench.simulator.api_url());
        let answer = bench.client.get(url).send().await.unwrap();
        let dates: Vec<_> = answer.headers().get_all("date").iter().collect();
        assert_eq!(dates.len(), 1);
        dates[0].to_str().unwrap().to_owned()
    };
    assert_eq!(date().await, "Wed, 10 Jun 2026 08:00:00 GMT");
    bench
        .simulator
        .advance(Duration::from_secs(24 * 3600))
        .unwrap();
    assert_eq!(date().await, "Thu, 11 Jun 2026 08:00:00 GMT");
}

#[tokio::test]
async fn a_connection_is_kept_for_the_next_request() {
    let simulator = simulator().await;
    let one = "GET /page.css HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    let two = raw::request("GET /page.css", "", "");
    let (answers, _) = raw::exchange(&simulator, format!("{one}{two}").as_bytes()).await;
    assert_eq!(answers.matches("HTTP/1.1 200").count(), 2);
    simulator.shutdown().await.unwrap();
}
