//! The conformance suite and a fuzzer of HTTP APIs, each against a simulator of its own.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::by_hand::Failed;
use crate::connection::Connection;
use crate::context::{Context, said};
use crate::measure::scale::{CUSTOMER, median};
use crate::section::{Bar, Row, Section, Unit};
use crate::server::{SIMULATOR, Server, build};
use crate::stopwatch::{Stopwatch, hold};

/// On the command line.
pub const NAME: &str = "suite";
/// On the page.
pub const TITLE: &str = "The conformance suite beside schemathesis";

const SUITE: &str = "people-protect-conformance";

/// The same as `.ci/schemathesis` has, and its settings are used.
const SCHEMATHESIS: &str = "4.32.5";

/// As the suite's own simulator is started: its receiver of webhooks is on this machine and has no TLS,
/// and nobody waits for a clock.
const OPTIONS: [&str; 4] = ["--clock", "manual", "--switch", "http-webhooks=on"];

/// It is given up if it takes longer than so many seconds for its requests.
const PATIENCE: f64 = 300.0;

/// Measures.
///
/// # Errors
///
/// If something cannot be built, installed or started, or if the suite finds fault.
pub fn run(context: &Context) -> Result<Section, Failed> {
    build(context, SIMULATOR)?;
    build(context, SUITE)?;
    let folder = context.folder(NAME)?;
    let schemathesis = installed(&folder)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let rounds = if context.quick { 1 } else { 3 };
    let (mut ours, mut theirs, mut begun) = (Vec::new(), Vec::new(), Vec::new());
    let mut requests = 0;
    for _ in 0..rounds {
        let (asked, seconds) = suite(context, &runtime, &folder)?;
        ours.push(asked as f64 / seconds);
        let wanted = if context.quick { 50 } else { asked };
        let (first, last) = fuzzer(context, &runtime, &schemathesis, &folder, wanted)?;
        theirs.push(wanted as f64 / last);
        begun.push((wanted - 1) as f64 / (last - first));
        requests = asked;
    }
    let ours = median(&mut ours);
    let name = format!("schemathesis {SCHEMATHESIS}");
    let row = |what| Row::new(what, Unit::CallsPerSecond, ours);
    let rows = vec![
        row("requests, whole run")
            .beside(&name, median(&mut theirs))
            .bar(Bar::TimesAtLeast(20.0)),
        row("requests, their start left out")
            .beside(&name, median(&mut begun))
            .bar(Bar::TimesAtLeast(20.0)),
        Row::new("requests of a run", Unit::Count, requests as f64),
    ];
    context.section(NAME, TITLE, rows)
}

/// Runs the suite as its users do; how many requests arrived, and how long the program took.
fn suite(context: &Context, runtime: &Runtime, folder: &Path) -> Result<(u64, f64), Failed> {
    let server = Server::simulator(context, &OPTIONS)?;
    let log = folder.join("suite.txt");
    let report = folder.join("suite.json");
    let mut command = Command::new(context.beside(SUITE)?);
    command
        .args(["run", "--seed", "1", "--target"])
        .arg(format!("http://{}{}", server.address, server.base))
        .arg("--report")
        .arg(format!("json={}", report.display()))
        .stdin(Stdio::null())
        .stdout(File::create(&log)?)
        .stderr(Stdio::null());
    let watch = Stopwatch::start();
    let status = command.status()?;
    let seconds = watch.seconds();
    if !status.success() {
        return Err(format!("the suite ends with {status}, see {}", log.display()).into());
    }
    Ok((runtime.block_on(arrived(&server, 0))?, seconds))
}

/// Runs the fuzzer until so many requests have arrived; when the first did, and when the last did.
fn fuzzer(
    context: &Context,
    runtime: &Runtime,
    program: &Path,
    folder: &Path,
    wanted: u64,
) -> Result<(f64, f64), Failed> {
    let server = Server::simulator(context, &OPTIONS)?;
    let (token, customer_token) = runtime.block_on(prepare(&server))?;
    let before = runtime.block_on(arrived(&server, 0))?;
    let log = folder.join("schemathesis.txt");
    let mut command = Command::new(program);
    command
        .arg("--config-file")
        .arg(context.root.join(".ci/schemathesis/schemathesis.toml"))
        .arg("run")
        .arg(context.root.join("openapi/panic-api.yaml"))
        // What the gate excludes: routes with a base of their own.
        .args(["--exclude-operation-id", "upload_fixed_locations"])
        .args(["--exclude-operation-id", "download_fixed_locations"])
        .args(["--max-time", "300", "--warnings", "off", "--url"])
        .arg(format!("http://{}{}", server.address, server.base))
        .env("SERVER_TOKEN", token)
        .env("CUSTOMER_TOKEN", customer_token)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(File::create(&log)?)
        .stderr(Stdio::null());
    let watch = Stopwatch::start();
    let mut running = Running(command.spawn()?);
    let mut first = None;
    loop {
        let last = before + wanted - 1;
        let now = watch.seconds();
        if first.is_none() && runtime.block_on(arrived(&server, before))? > before {
            first = Some(now);
        }
        if runtime.block_on(arrived(&server, last))? > last {
            return Ok((first.unwrap_or(now), now));
        }
        if now > PATIENCE || running.0.try_wait()?.is_some() {
            let log = log.display();
            return Err(
                format!("schemathesis sent fewer than {wanted} requests, see {log}").into(),
            );
        }
        hold(Duration::from_millis(20));
    }
}

/// Ends with whoever waits for it.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// The number of the latest request that a simulator has answered, if there is one after `after`.
async fn arrived(server: &Server, after: u64) -> Result<u64, Failed> {
    let mut connection = Connection::open(server.address).await?;
    let path = format!("/_simulator/requests?after={after}");
    let answer = connection.well("GET", &path, "none", "").await?;
    let answer: Value = serde_json::from_str(answer.body)?;
    let latest = answer["requests"].as_array().and_then(|all| all.last());
    Ok(latest
        .and_then(|one| one["number"].as_u64())
        .unwrap_or(after))
}

/// Somebody to whom the contract's examples apply, as `.ci/schemathesis/run` makes them, and the tokens
/// of the server and of a customer.
async fn prepare(server: &Server) -> Result<(String, String), Failed> {
    let mut connection = Connection::open(server.address).await?;
    let mut token = String::from("none");
    let (id, secret) = &server.credentials;
    let jane = |number: u32| json!({ "name": "Jane", "surname": "Doe", "mobile": format!("+2782000000{number}") });
    let calls = [
        (
            "oauth/token".to_owned(),
            json!({ "clientId": id, "clientSecret": secret }),
        ),
        (
            "customers".to_owned(),
            json!({ "customer": jane(1), "subscription": { "subscriptionTypeId": 4 } }),
        ),
        ("customers".to_owned(), json!({ "customer": jane(2) })),
        ("customers".to_owned(), json!({ "customer": jane(3) })),
        (
            format!("customers/{CUSTOMER}/callouts"),
            json!({ "location": { "latitude": -26.12345, "longitude": 28.12345, "accuracy": 10 }, "responseTypeId": 1 }),
        ),
        (
            "predefinedLocations".to_owned(),
            json!({ "externalReferenceId": "site_9944", "locationIdentifier": "site_9944", "latitude": "-26.12345", "longitude": "28.12345" }),
        ),
        // One whom no request retires by the id of an example.
        ("customers".to_owned(), json!({ "customer": jane(9) })),
    ];
    let mut last = Value::Null;
    for (path, body) in calls {
        let path = format!("{}/{path}", server.base);
        let answer = connection
            .well("POST", &path, &token, &body.to_string())
            .await?;
        last = serde_json::from_str(answer.body)?;
        if let Some(fresh) = last["accessToken"].as_str() {
            fresh.clone_into(&mut token);
        }
    }
    let own = last["customer"]["id"]
        .as_u64()
        .ok_or("a customer without an id")?;
    let path = format!("/_simulator/customers/{own}/token");
    let answer = connection.well("POST", &path, "none", "").await?;
    let answer: Value = serde_json::from_str(answer.body)?;
    let own = answer["accessToken"]
        .as_str()
        .ok_or("no token of a customer")?;
    Ok((token, own.to_owned()))
}

fn installed(folder: &Path) -> Result<PathBuf, Failed> {
    let home = folder.join("python");
    let program = home.join("bin/schemathesis");
    let version = said(&program.display().to_string(), &["--version"]);
    if version.is_ok_and(|version| version.ends_with(SCHEMATHESIS)) {
        return Ok(program);
    }
    if home.exists() {
        fs::remove_dir_all(&home)?;
    }
    said("python3", &["-m", "venv", &home.display().to_string()])?;
    let package = format!("schemathesis=={SCHEMATHESIS}");
    let pip = home.join("bin/pip").display().to_string();
    said(
        &pip,
        &[
            "install",
            "--quiet",
            "--disable-pip-version-check",
            &package,
        ],
    )?;
    Ok(program)
}
