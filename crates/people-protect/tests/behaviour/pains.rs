//! Pains of integrators that belong to no single module.

use std::collections::BTreeSet;
use std::path::Path;

use people_protect::raw::{OPERATIONS, Operation};
use people_protect::{Credentials, Environment, ErrorKind, PeopleProtect};
use people_protect_simulator::{Simulator, Stage};

use crate::every_method::{self, call_everything};
use crate::standing::{Standing, here};

/// A client of a simulator under another spelling of its address.
fn client(simulator: &Simulator, address: &str) -> PeopleProtect {
    let known = simulator.credentials();
    let environment = Environment::custom(address).unwrap_or_else(|error| {
        panic!("{address}: {error}");
    });
    PeopleProtect::builder(
        environment,
        Credentials::new(known.client_id(), known.client_secret().reveal()).unwrap(),
    )
    .build()
    .unwrap()
}

#[tokio::test]
async fn p05_careless_base_urls_are_normalised_or_refused() {
    let simulator = Simulator::start().await.unwrap();
    let whole = simulator.api_url();
    let host = whole.trim_end_matches("/panic-api/v2");
    for address in [
        host.to_owned(),
        format!("{host}/"),
        format!("{host}/v2"),
        format!("{host}/panic-api"),
        format!("{host}/panic-api/v2/"),
        format!("{host}//panic-api//v2//"),
        format!(" '{whole}'\n"),
        whole.replace("http://", "HTTP://"),
    ] {
        let aura = client(&simulator, &address);
        assert_eq!(aura.environment().api_base(), whole, "{address}");
        // The address is not only written well: it answers.
        aura.response_types().await.unwrap();
    }
    let found = simulator.requests();
    assert!(found.iter().all(|request| request.status == 200));
    let plain = whole.replace("127.0.0.1", "staging-panic.aura.services");
    for address in [
        "",
        "baseUrl",
        "{{baseUrl}}",
        "undefined",
        "staging-panic.aura.services",
        &plain,
        "ftp://staging-panic.aura.services",
        "https://staging-panic.aura.services/panic-api/v1",
        "https://staging-panic.aura.services/panic-api/v2/customers",
        "https://user:planted@staging-panic.aura.services",
        "https://staging-panic.aura.services?token=planted",
    ] {
        let error = Environment::custom(address).expect_err(address);
        assert_eq!(error.kind(), ErrorKind::Configuration, "{address}");
        assert!(error.hint().is_some(), "{address}");
        assert!(!format!("{error} {error:?}").contains("planted"));
    }
}

#[tokio::test]
async fn p16_only_documented_routes_are_called() {
    let scene = Standing::start().await;
    let expected = call_everything(&scene).await;
    let sent = scene.simulator.requests();
    for request in &sent {
        let id = request
            .operation
            .expect("a route the contract does not have");
        let operation = Operation::find(id).unwrap();
        assert_eq!(request.method, operation.method, "{id}");
        assert!(operation.source.starts_with('/'), "{id} names no page");
    }
    let ids: Vec<_> = sent
        .iter()
        .filter_map(|request| request.operation)
        .collect();
    assert_eq!(ids, expected);

    // And there is no operation that was forgotten here.
    let called: BTreeSet<&str> = ids.into_iter().collect();
    let not_called: Vec<&str> = OPERATIONS
        .iter()
        .map(|operation| operation.id)
        .filter(|id| !called.contains(id))
        .collect();
    let mut meant = every_method::left_out();
    // One is superseded, the other is not documented enough to be offered (C24): they are reached
    // through `PeopleProtect::call` only.
    meant.extend(["create_callout_legacy", "dismiss_callout"]);
    assert_eq!(
        BTreeSet::from_iter(not_called),
        BTreeSet::from_iter(meant),
        "add the method to `every_method.rs`"
    );
}

#[tokio::test]
async fn p17_a_first_run_needs_nothing_but_this_machine() {
    let scene = Standing::start().await;
    assert!(scene.aura.environment().is_loopback());
    let jane = scene.jane().await;
    let types = scene.aura.response_types().await.unwrap();
    let security = types.by_value("SECURITY").unwrap();
    let customer = scene.aura.customer(jane);
    let raised = customer.raise(here(), security).live().await.unwrap();
    let page = raised.tracking_url().unwrap();
    let origin = scene.simulator.api_url().replace("/panic-api/v2", "/");
    assert!(page.reveal().starts_with(&origin), "{page}");
    let callout = raised.id().get();
    scene.simulator.set_stage(callout, Stage::Closed).unwrap();
    let view = scene.aura.callout(&raised).get().await.unwrap();
    assert!(view.stage().is_over());
    scene.simulator.shutdown().await.unwrap();
}

#[test]
fn p17_the_hosts_are_those_of_the_contract() {
    let contract = include_str!("../../../../openapi/panic-api.yaml");
    let servers = contract.split_once("\nservers:\n").unwrap().1;
    let servers = servers.split_once("\n\n").unwrap().0;
    let urls: BTreeSet<&str> = servers
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- url: "))
        .collect();
    let built_in = [Environment::Staging, Environment::Production];
    let bases: BTreeSet<&str> = built_in.iter().map(Environment::api_base).collect();
    assert_eq!(bases, urls);
}

#[test]
fn p20_every_guide_page_is_listed_compiled_and_shows_code() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let compiled = std::fs::read_to_string(root.join("src/guides.rs")).unwrap();
    let index = std::fs::read_to_string(root.join("../../docs/README.md")).unwrap();
    let mut pages = 0;
    for entry in std::fs::read_dir(root.join("../../docs")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let name = path.file_name().unwrap().to_str().unwrap();
        if name == "README.md" {
            continue;
        }
        assert!(
            index.contains(&format!("({name})")),
            "{name} is not in the index"
        );
        // Numbers, written by a program: there is nothing to do after it.
        if name == "performance.md" {
            continue;
        }
        let line = format!("include_str!(\"../../../docs/{name}\")");
        assert!(compiled.contains(&line), "{name} is not in guides.rs");
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains("```rust"), "{name} shows no code");
        assert!(
            !text.contains("rust,ignore"),
            "{name} has code nobody compiles"
        );
        pages += 1;
    }
    assert!(pages >= 20);
}

/// What people come to do, the page that shows it, and a call its code must hold.
const FLOWS: &[(&str, &str, &str)] = &[
    ("begin", "getting-started.md", "PeopleProtect::from_env("),
    ("raise a callout", "raising-a-callout.md", ".live()"),
    ("raise a test", "raising-a-callout.md", ".test()"),
    (
        "list open callouts",
        "raising-a-callout.md",
        ".active_callouts()",
    ),
    (
        "list a person's callouts",
        "raising-a-callout.md",
        ".callouts()",
    ),
    ("cancel by safe code", "cancelling.md", ".cancel(Some("),
    ("cancel without one", "cancelling.md", ".cancel(None)"),
    ("follow a callout", "watching.md", ".watch()"),
    ("follow them all", "watching.md", ".watch_all()"),
    (
        "send positions",
        "location-streaming.md",
        ".stream_locations(",
    ),
    ("chat", "callout-events.md", ".events()"),
    ("receive webhooks", "webhooks.md", "into_delivery()"),
    ("rate a callout", "after-a-callout.md", ".rate("),
    ("register a person", "customers.md", ".register("),
    ("cover a person", "subscriptions.md", ".subscribe("),
    ("sign up on a page", "hosted-signup.md", ".signup("),
    (
        "sell cover on a page",
        "hosted-subscription-management.md",
        ".manage_subscription(",
    ),
    (
        "keep sites",
        "fixed-locations.md",
        ".create_fixed_location(",
    ),
    ("ask where responders come", "coverage.md", ".coverage("),
    ("link a panic button", "devices.md", ".link_device("),
    ("order a guard", "scheduled-services.md", ".schedule("),
    ("pass a prospect on", "leads.md", ".create_lead("),
    ("hand out a token", "tokens.md", ".callout_token()"),
];

#[test]
fn p20_every_flow_has_a_page_whose_code_shows_it() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let lacking: Vec<_> = FLOWS
        .iter()
        .filter(|(_, page, call)| {
            let text = std::fs::read_to_string(docs.join(page)).unwrap_or_default();
            // Code stands between fences, at every second place.
            !text
                .split("```")
                .skip(1)
                .step_by(2)
                .any(|code| code.contains(call))
        })
        .collect();
    assert!(lacking.is_empty(), "{lacking:?}");
}

#[test]
fn p09_every_kind_of_error_is_explained_in_the_guide() {
    let kinds = include_str!("../../src/error/kind.rs");
    let kinds = kinds.split_once("pub enum ErrorKind {").unwrap().1;
    let kinds = kinds.split_once("\n}").unwrap().0;
    let kinds: Vec<&str> = kinds
        .lines()
        .filter_map(|line| line.strip_prefix("    ")?.strip_suffix(','))
        .filter(|name| name.bytes().all(|letter| letter.is_ascii_alphabetic()))
        .collect();
    assert!(kinds.len() >= 17, "{kinds:?}");
    let page = include_str!("../../../../docs/errors.md");
    for kind in kinds {
        let row = format!("\n| `{kind}` | ");
        assert!(page.contains(&row), "{kind} has no row in docs/errors.md");
    }
}

#[test]
fn p20_both_readmes_name_every_feature() {
    let manifest = include_str!("../../Cargo.toml");
    let features = manifest.split_once("\n[features]\n").unwrap().1;
    let features: Vec<&str> = features
        .lines()
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once(" = ["))
        .map(|(name, _)| name)
        // The one is a list of others, the other no part of the public API.
        .filter(|name| !matches!(*name, "default" | "fuzzing"))
        .collect();
    assert!(features.len() >= 7, "{features:?}");
    for readme in [
        include_str!("../../README.md"),
        include_str!("../../../../README.md"),
    ] {
        for feature in &features {
            let named = readme.contains(&format!("\n| `{feature}`"));
            assert!(named, "{feature} has no row");
        }
    }
}
