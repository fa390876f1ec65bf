//! The commands that talk to servers, each as a process of its own.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_people-protect"));
    for name in ["AURA_CLIENT_ID", "AURA_CLIENT_SECRET", "AURA_ENVIRONMENT"] {
        command.env_remove(name);
    }
    command.args(arguments).stdin(Stdio::null());
    command
}

fn run(arguments: &[&str]) -> (i32, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = program(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

#[test]
fn the_quickstart_sees_a_callout_closed_and_shows_nothing_personal() {
    let (code, out, err) = run(&["quickstart"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("was seen closed"), "{out}");
    for personal in ["+27821234567", "27821234567", "Jane", "-25.", "28.2"] {
        assert!(!out.contains(personal), "{personal} in {out}");
    }
    let query = out.split_whitespace().find_map(|word| word.split_once('?'));
    assert!(
        query.is_none_or(|(_, query)| !query.contains("ey")),
        "{out}"
    );
}

#[test]
fn the_simulator_answers_until_it_is_told_to_end() {
    let mut child = program(&["simulator", "--port", "0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let ready: Value = serde_json::from_str(&line).unwrap();
    let url = ready.to_string();
    let host = url
        .split("http://")
        .nth(1)
        .unwrap()
        .split(['/', '"'])
        .next()
        .unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    let request =
        "GET /_simulator/switches HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    #[cfg(unix)]
    {
        let pid = child.id().to_string();
        assert!(Command::new("kill").arg(pid).status().unwrap().success());
        assert_eq!(child.wait().unwrap().code(), Some(0));
    }
    #[cfg(not(unix))]
    child.kill().unwrap();
}

#[test]
fn the_suite_runs_compares_and_describes_its_report() {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report.json");
    let report = report.to_str().unwrap();
    let kind = format!("json={report}");
    let (code, out, err) = run(&["conformance", "run", "--only", "R01", "--report", &kind]);
    assert_eq!(code, 0, "{out}{err}");
    let read: Value = serde_json::from_str(&std::fs::read_to_string(report).unwrap()).unwrap();
    assert_eq!(read["summary"]["holds"], 1, "{read}");
    let (code, out, _) = run(&["conformance", "compare", report, report]);
    assert_eq!((code, out.trim()), (0, "Nothing changed."));
    let (code, out, _) = run(&["conformance", "schema"]);
    assert_eq!(code, 0);
    assert!(serde_json::from_str::<Value>(&out).unwrap()["properties"]["summary"].is_object());
    // Its report is what `contract diff --seen` takes.
    let contract = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/panic-api.yaml");
    let (code, out, err) = run(&["contract", "diff", contract, contract, "--seen", report]);
    assert_eq!((code, out.trim()), (0, "Nothing changed."), "{err}");
}

#[test]
fn wrong_usage_is_one_useful_line_and_code_2() {
    for (arguments, expected) in [
        (
            &["simulator", "--port", "many"][..],
            "invalid value 'many' for '--port <PORT>'",
        ),
        (&["simulator", "--switch", "nonsense=on"], "nonsense"),
        (
            &["conformance", "run", "--only", "nothing"],
            "nothing fits --only",
        ),
        (
            &["conformance", "run", "--target", "production"],
            "production",
        ),
        (&["quickstart", "--mobile", "12"], "--mobile"),
        (&["man", "nonsense"], "there is no command `nonsense`"),
        (&["nonsense"], "unrecognized subcommand 'nonsense'"),
    ] {
        let (code, out, err) = run(arguments);
        assert_eq!(code, 2, "{arguments:?}: {out}{err}");
        assert!(err.contains(expected), "{arguments:?}: {err}");
    }
}

#[test]
fn help_completions_and_pages_know_every_command() {
    let (code, help, _) = run(&["--help"]);
    assert_eq!(code, 0);
    let (_, bash, _) = run(&["completions", "bash"]);
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    assert_eq!(run(&["man", "--out", out]).0, 0);
    for name in ["quickstart", "simulator", "conformance", "contract"] {
        assert!(help.contains(&format!("  {name} ")), "{name} in {help}");
        assert!(bash.contains(name), "{name}");
        assert_eq!(run(&[name, "--help"]).0, 0, "{name}");
        let page = folder.path().join(format!("people-protect-{name}.1"));
        assert!(page.is_file(), "{}", page.display());
    }
    let (code, page, _) = run(&["man", "contract", "diff"]);
    assert_eq!(code, 0);
    assert!(page.contains("fail\\-on"), "{page}");
}
