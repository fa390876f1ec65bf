//! The program, as a person or a CI system uses it.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

const OLD: &str = "\
openapi: 3.0.3
info: {title: Things, version: '1'}
paths:
  /things/{id}:
    get:
      operationId: get_thing
      parameters:
        - {name: id, in: path, required: true, schema: {type: integer}}
        - name: kind
          in: query
          schema: {type: string}
      responses:
        '200': {description: It}
";

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        place.write("old.yaml", OLD);
        place.write(
            "new.yaml",
            &OLD.replace("in: query\n", "in: query\n          required: true\n"),
        );
        place.write(
            "more.yaml",
            &OLD.replace("paths:\n", "paths:\n  /more: {get: {operationId: get_more, responses: {'204': {description: It}}}}\n"),
        );
        place
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.path().join(name), text).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Output {
        run_in(self.0.path(), arguments)
    }
}

fn run_in(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_people-protect"));
    command
        .current_dir(folder)
        .args(arguments)
        .output()
        .unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn it_says_what_breaks_and_fails() {
    let ended = Place::new().run(&["contract", "diff", "old.yaml", "new.yaml"]);
    assert_eq!(ended.status.code(), Some(1));
    let text = out(&ended);
    assert!(
        text.starts_with("breaking\n  the query parameter `kind` is required now"),
        "{text}"
    );
    assert!(text.contains("\n    GET /things/{id}\n"), "{text}");
    assert!(!text.contains('\u{1b}'), "colours where nobody sees them");
    assert!(text.ends_with("1 change: breaking on the wire, major for the generated crate, major for the wrapper.\n"), "{text}");
}

#[test]
fn the_threshold_decides_the_exit_code() {
    let place = Place::new();
    let code = |new: &str, least: &str| {
        let ended = place.run(&["contract", "diff", "old.yaml", new, "--fail-on", least]);
        ended.status.code().unwrap()
    };
    let codes = |new: &str| {
        [
            "never", "safe", "warning", "breaking", "patch", "minor", "major",
        ]
        .map(|least| code(new, least))
    };
    assert_eq!(codes("old.yaml"), [0; 7]);
    assert_eq!(codes("more.yaml"), [0, 1, 0, 0, 1, 1, 0]);
    assert_eq!(codes("new.yaml"), [0, 1, 1, 1, 1, 1, 1]);
}

#[test]
fn every_form_is_there() {
    let place = Place::new();
    let form = |name: &str| {
        out(&place.run(&["contract", "diff", "old.yaml", "new.yaml", "--format", name]))
    };
    let json: Value = serde_json::from_str(&form("json")).unwrap();
    assert_eq!(
        (&json["wire"], &json["rust"]),
        (&"breaking".into(), &"major".into())
    );
    assert_eq!(
        json["changes"][0]["id"],
        "request-parameter-became-required"
    );
    assert_eq!(json["changes"][0]["operations"][0], "GET /things/{id}");
    let markdown = form("markdown");
    assert!(
        markdown.contains("### Breaking\n\n- the query parameter `kind`"),
        "{markdown}"
    );
    let junit = form("junit");
    assert!(
        junit.contains("failures=\"1\"") && junit.contains("<failure type=\"breaking\""),
        "{junit}"
    );
    let github = form("github");
    assert!(
        github
            .starts_with("::error file=new.yaml,line=9,title=request-parameter-became-required::"),
        "{github}"
    );
}

#[test]
fn the_same_document_twice_is_nothing() {
    let place = Place::new();
    let same = place.run(&[
        "contract", "diff", "old.yaml", "old.yaml", "--format", "json",
    ]);
    let json: Value = serde_json::from_str(&out(&same)).unwrap();
    assert_eq!(
        json,
        serde_json::json!({"wire": "none", "rust": "none", "rust_wrapper": "none", "changes": []})
    );
    assert_eq!(same.status.code(), Some(0));
    assert_eq!(
        out(&place.run(&["contract", "diff", "old.yaml", "old.yaml"])),
        "Nothing changed.\n"
    );
}

#[test]
fn what_cannot_be_compared_is_said_in_one_line() {
    let place = Place::new();
    place.write("broken.yaml", "openapi: [3.0.3\n");
    place.write("two.yaml", "swagger: '2.0'\n");
    place.write("empty.yaml", "");
    std::fs::write(place.0.path().join("bytes.yaml"), b"a\xff").unwrap();
    for (arguments, reason) in [
        (&["none.yaml", "old.yaml"][..], "none.yaml"),
        (&["old.yaml", "none.yaml"], "none.yaml"),
        (&["old.yaml", "broken.yaml"], "broken.yaml"),
        (&["two.yaml", "old.yaml"], "is Swagger 2.0, not OpenAPI 3"),
        (&["old.yaml", "bytes.yaml"], "bytes.yaml:1:2: is not text"),
        (&["old.yaml", "empty.yaml"], "no `openapi: 3.0.x`"),
        (&["git:--help", "old.yaml"], "names no revision"),
    ] {
        let ended = place.run(&[&["contract", "diff"], arguments].concat());
        assert_eq!(ended.status.code(), Some(2), "{arguments:?}");
        let said = err(&ended);
        assert!(
            said.starts_with("error: ") && said.lines().count() == 1,
            "{said}"
        );
        assert!(said.contains(reason), "{said}");
        assert!(out(&ended).is_empty());
    }
    let ended = place.run(&[
        "contract", "diff", "old.yaml", "new.yaml", "--format", "csv",
    ]);
    assert_eq!(ended.status.code(), Some(2));
    assert!(
        err(&ended).contains("there are text, markdown"),
        "{}",
        err(&ended)
    );
}

/// A git that knows one file in one revision, as not every machine with Rust has one.
#[cfg(unix)]
const GIT: &str = "#!/bin/sh\n\
if [ \"$1 $2 $3 $4\" = '-C . show HEAD:./api.yaml' ]; then cat committed; else echo \"fatal: no $4\" >&2; exit 128; fi\n";

#[cfg(unix)]
#[test]
fn an_earlier_revision_is_read_from_git() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    place.write("committed", OLD);
    place.write("api.yaml", &OLD.replace("/things/", "/others/"));
    place.write("git", GIT);
    let script = place.0.path().join("git");
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    let run = |old: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_people-protect"));
        let path = format!("{}:/usr/bin:/bin", place.0.path().display());
        command.current_dir(place.0.path()).env("PATH", path);
        command
            .args(["contract", "diff", old, "api.yaml"])
            .output()
            .unwrap()
    };
    let ended = run("git:HEAD");
    assert_eq!(ended.status.code(), Some(1), "{}", err(&ended));
    assert!(
        out(&ended).contains("GET /things/{id} is gone"),
        "{}",
        out(&ended)
    );
    let ended = run("git:main");
    assert_eq!(ended.status.code(), Some(2));
    assert!(
        err(&ended).contains("git has no api.yaml in main: fatal: no main"),
        "{}",
        err(&ended)
    );
}

#[test]
fn completions_and_the_manual_page_come_from_the_same_description() {
    let place = Place::new();
    let completions = out(&place.run(&["completions", "bash"]));
    assert!(completions.contains("people-protect") && completions.contains("--fail-on"));
    let page = out(&place.run(&["man"]));
    assert!(page.contains(".TH people-protect 1"), "{page}");
}

#[test]
fn what_is_accepted_does_not_fail_until_its_day_is_over() {
    let place = Place::new();
    let json = out(&place.run(&[
        "contract", "diff", "old.yaml", "new.yaml", "--format", "json",
    ]));
    let json: Value = serde_json::from_str(&json).unwrap();
    let change = &json["changes"][0];
    place.write(
        "accepted.toml",
        &format!(
            "[[accepted]]\nfingerprint = {}\noperation = {}\npointer = {}\nreason = \"everybody sends it\"\nowner = \"api-team\"\nuntil = \"2027-01-31\"\n",
            change["fingerprint"], change["operations"][0], change["pointer"]["old"]
        ),
    );
    let run = |new: &str, today: &str| {
        let ended = place.run(&[
            "contract",
            "diff",
            "old.yaml",
            new,
            "--accepted",
            "accepted.toml",
            "--today",
            today,
        ]);
        (ended.status.code().unwrap(), out(&ended), err(&ended))
    };
    assert_eq!(
        run("new.yaml", "2027-01-31"),
        (
            0,
            "Nothing changed.\n".to_owned(),
            "note: left out as accepted in accepted.toml: 1\n".to_owned()
        )
    );
    let (code, said, told) = run("new.yaml", "2027-02-01");
    assert_eq!(code, 1);
    assert!(
        said.starts_with("breaking") && told.contains("was accepted until 2027-01-31"),
        "{said}{told}"
    );
    let (code, _, told) = run("old.yaml", "2026-11-24");
    assert!(
        code == 1 && told.contains("fits no change any more"),
        "{told}"
    );
    place.write("accepted.toml", "[[accepted]]\nfingerprint = 1\n");
    let (code, _, told) = run("new.yaml", "2026-11-24");
    assert!(
        code == 2 && told.starts_with("error: accepted.toml: line 2"),
        "{told}"
    );
    assert_eq!(run("new.yaml", "tomorrow").0, 2);
}

#[test]
fn a_report_of_the_suite_tells_what_the_server_shows_already() {
    let place = Place::new();
    place.write("typed.yaml", &OLD.replace("{description: It}", "{description: It, content: {application/json: {schema: {type: object, properties: {name: {type: string}}}}}}"));
    place.write("grown.yaml", &OLD.replace("{description: It}", "{description: It, content: {application/json: {schema: {type: object, properties: {name: {type: string}, size: {type: integer}}}}}}"));
    place.write(
        "report.json",
        r#"{"cases": [], "drift": [{"operation": "get_thing", "pointer": "/size", "kind": "unknown-field", "status": 200}]}"#,
    );
    let seen = |report: &str, form: &str| {
        let arguments = [
            "contract",
            "diff",
            "typed.yaml",
            "grown.yaml",
            "--seen",
            report,
        ];
        place.run(&[&arguments[..], &["--format", form]].concat())
    };
    let json: Value = serde_json::from_str(&out(&seen("report.json", "json"))).unwrap();
    assert_eq!(json["changes"][0]["seen"], "shown");
    let text = out(&seen("report.json", "text"));
    assert!(
        text.contains("\n    the server already shows it\n"),
        "{text}"
    );
    place.write("none.json", "{}");
    let ended = seen("none.json", "text");
    assert_eq!(ended.status.code(), Some(2));
    assert!(err(&ended).contains("none.json: this is no JSON report of the conformance suite"));
}
