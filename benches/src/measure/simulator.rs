//! The simulator under load, beside a mock server without state and a server that only copies bytes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::bare::Recorded;
use crate::by_hand::Failed;
use crate::connection::Connection;
use crate::context::{Context, said};
use crate::measure::scale::{CALLOUT, CUSTOMER, median};
use crate::section::{Bar, Row, Section, Unit};
use crate::server::{Core, SIMULATOR, Server, build, on, words};

/// On the command line.
pub const NAME: &str = "simulator";
/// On the page.
pub const TITLE: &str = "The simulator beside other servers";

/// The same as `.ci/conformance` has.
const PRISM: &str = "5.14.2";

/// How many customers have called before it begins; they are the first ones.
const OPEN: u64 = 1_000;

/// What is asked, and what it is called on the page.
const ASKED: [(&str, &str); 4] = [
    ("get", "get a callout"),
    ("raise", "raise a callout"),
    ("again", "raise while one is active"),
    ("mixed", "raise, move, read five times, cancel"),
];

/// Measures.
///
/// # Errors
///
/// If a server cannot be built, installed or started, or if any call is not answered 2xx.
pub fn run(context: &Context) -> Result<Section, Failed> {
    build(context, SIMULATOR)?;
    let folder = context.folder(NAME)?;
    let (rounds, seconds, raised) = match context.quick {
        true => (1, 0.3, 500),
        false => (5, 2.0, 40_000),
    };
    // One round is not counted: what compiles itself while it runs gets its time for that.
    let customers = OPEN + raised * (rounds + 1) + 5_000;
    let ours = Server::simulator(context, &[])?;
    ours.fill(context, "register", CUSTOMER, customers)?;
    ours.fill(context, "raise", CUSTOMER, OPEN)?;
    let answers = folder.join("answers.json");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let recorded = runtime.block_on(record(&ours))?;
    fs::write(&answers, serde_json::to_vec(&recorded)?)?;
    let bare = on(Core::Server, &context.beside("bare-answers")?);
    let bare = Server::that_says_where(with(bare, &[answers.as_os_str(), ours.base.as_ref()]))?;
    let prism = mock(context, &folder)?;
    let servers = [&ours, &bare, &prism];
    let mut rates = [const { [const { Vec::new() }; 3] }; ASKED.len()];
    let mut costs = [const { [const { Vec::new() }; 3] }; ASKED.len()];
    let mut busy = [const { Vec::new() }; 3];
    for round in 0..=rounds {
        for (place, (what, _)) in ASKED.iter().enumerate() {
            let asked = match *what {
                "get" => words(CALLOUT, OPEN, seconds),
                "again" => words(CUSTOMER, OPEN, seconds),
                "raise" => words(CUSTOMER + OPEN + raised * round, raised, seconds),
                _ => words(CUSTOMER + customers - 5_000, 5_000, seconds),
            };
            for (who, server) in servers.iter().enumerate() {
                let before = server.worked()?;
                let done = server.load(context, what, &asked)?;
                let worked = server.worked()? - before;
                if round > 0 {
                    rates[place][who].push(done.calls as f64 / done.seconds);
                    costs[place][who].push(1e6 * worked / done.calls as f64);
                    busy[who].push(100.0 * worked / done.seconds);
                }
            }
        }
    }
    let mut rows = Vec::new();
    for ((_, title), [ours, bare, prism]) in ASKED.iter().zip(&mut rates) {
        let row = Row::new(*title, Unit::CallsPerSecond, median(ours));
        rows.push(
            row.clone()
                .beside(format!("prism {PRISM}"), median(prism))
                .bar(Bar::TimesAtLeast(20.0)),
        );
        rows.push(
            row.beside("bare axum", median(bare))
                .bar(Bar::TimesAtLeast(0.7)),
        );
    }
    for ((_, title), [ours, bare, _]) in ASKED.iter().zip(&mut costs) {
        let title = format!("{title}: processor time of a call");
        let row = Row::new(title, Unit::Microseconds, median(ours));
        rows.push(row.beside("bare axum", median(bare)));
    }
    let [ours, bare, prism] = &mut busy;
    for (name, theirs) in [("prism", median(prism)), ("bare axum", median(bare))] {
        let row = Row::new("how busy its core was", Unit::Percent, median(ours));
        rows.push(row.beside(name, theirs));
    }
    context.section(NAME, TITLE, rows)
}

fn with(mut command: Command, words: &[&std::ffi::OsStr]) -> Command {
    command.args(words);
    command
}

/// Takes down what the simulator answers on the routes that will be asked.
async fn record(server: &Server) -> Result<Vec<Recorded>, Failed> {
    let mut connection = Connection::open(server.address).await?;
    let (id, secret) = &server.credentials;
    let credentials = serde_json::json!({ "clientId": id, "clientSecret": secret }).to_string();
    let cry = crate::load::WHERE;
    let mut token = String::from("none");
    let mut recorded = Vec::new();
    for (method, route, id, body) in [
        ("POST", "/oauth/token", 0, credentials.as_str()),
        ("GET", "/callouts/{id}", CALLOUT, ""),
        ("POST", "/customers/{id}/callouts", CUSTOMER + OPEN - 1, cry),
        (
            "POST",
            "/callouts/{id}/location",
            CALLOUT,
            crate::load::MOVED,
        ),
        ("POST", "/callouts/{id}/cancel", CALLOUT + OPEN - 1, "{}"),
    ] {
        let route = format!("{}{route}", server.base);
        let path = route.replace("{id}", &id.to_string());
        let answer = connection.well(method, &path, &token, body).await?;
        let media = answer.head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("content-type").then_some(value)
        });
        recorded.push(Recorded {
            method: method.to_owned(),
            status: answer.status,
            media: media.ok_or("an answer without a type")?.to_owned(),
            body: answer.body.to_owned(),
            route,
        });
        if let Some(fresh) = serde_json::from_str::<Value>(answer.body)?["accessToken"].as_str() {
            fresh.clone_into(&mut token);
        }
    }
    Ok(recorded)
}

/// The mock server on the same contract, with its own settings.
fn mock(context: &Context, folder: &Path) -> Result<Server, Failed> {
    let program = installed(folder)?;
    let contract = context.root.join("openapi/panic-api.yaml");
    Server::told_where(|port| {
        let port = port.to_string();
        let command = on(Core::Server, &program);
        let words = ["mock", "--port", &port].map(AsRef::as_ref);
        with(with(command, &words), &[contract.as_os_str()])
    })
}

fn installed(folder: &Path) -> Result<PathBuf, Failed> {
    let program = folder.join("node_modules/.bin/prism");
    if said(&program.display().to_string(), &["--version"]).is_ok_and(|version| version == PRISM) {
        return Ok(program);
    }
    fs::write(folder.join("package.json"), r#"{"private": true}"#)?;
    let home = folder.display().to_string();
    let package = format!("@stoplight/prism-cli@{PRISM}");
    let quiet = ["--silent", "--no-audit", "--no-fund", "--no-package-lock"];
    let words = [
        &["install", "--prefix", &home],
        &quiet[..],
        &["--save-exact", &package],
    ];
    said("npm", &words.concat())?;
    Ok(program)
}
