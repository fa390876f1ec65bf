//! Starting and ending a simulator in a process.

use crate::common::Bench;
use people_protect_simulator::{ErrorKind, Simulator};

#[tokio::test]
async fn two_run_side_by_side_and_share_nothing() {
    let (one, two) = (Bench::new().await, Bench::new().await);
    one.raised().await;
    assert_ne!(one.simulator.api_url(), two.simulator.api_url());
    assert_eq!(two.simulator.snapshot().customers().count(), 0);
}

#[tokio::test]
async fn a_port_in_use_is_a_plain_error() {
    let one = Simulator::start().await.unwrap();
    let port = one
        .api_url()
        .split(':')
        .nth(2)
        .unwrap()
        .split('/')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    let error = Simulator::builder().port(port).start().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PortInUse);
    assert!(error.to_string().contains(&port.to_string()));
}

#[tokio::test]
async fn a_shutdown_ends_the_server_although_a_connection_is_kept() {
    let bench = Bench::new().await;
    let url = format!("{}/responseTypes", bench.simulator.api_url());
    bench.simulator.shutdown().await.unwrap();
    assert!(bench.client.get(url).send().await.unwrap_err().is_connect());
}

#[tokio::test]
async fn a_dropped_simulator_ends_too() {
    let bench = Bench::new().await;
    let url = format!("{}/responseTypes", bench.simulator.api_url());
    drop(bench.simulator);
    // The server ends as soon as its task runs again; until then a request may still be answered.
    let refused = async {
        while reqwest::Client::new().get(&url).send().await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    refused.await;
}
