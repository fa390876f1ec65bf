//! `cargo xtask generate` on good and bad contracts, as a person runs it.

use crate::workspace::Workspace;
use serde_json::{Value, json};

const CLIENT: &str = "crates/people-protect-api/src/generated.rs";

#[test]
fn the_same_contract_gives_the_same_bytes_as_checked_in() {
    let workspace = Workspace::new();
    assert_eq!(workspace.run(&["generate"]).code, 0);
    for path in [
        CLIENT,
        "crates/people-protect-api/src/operations.rs",
        "crates/people-protect-httpmock/src/generated.rs",
        "tests/src/generated.rs",
    ] {
        assert_eq!(
            workspace.read(path),
            crate::workspace::checked_in(path),
            "{path}"
        );
    }
    assert_eq!(workspace.run(&["generate", "--check"]).code, 0);
}

#[test]
fn an_edited_generated_file_is_shown_as_a_diff_with_the_command_that_mends_it() {
    let workspace = Workspace::new();
    workspace.run(&["generate"]);
    let edited = workspace
        .read(CLIENT)
        .replacen("pub struct Callout ", "pub struct Callaway ", 1);
    workspace.write(CLIENT, &edited);

    let run = workspace.run(&["generate", "--check"]);

    assert_eq!(run.code, 1);
    assert!(
        run.out.contains("-    pub struct Callaway {"),
        "{}",
        run.out
    );
    assert!(run.out.contains("+    pub struct Callout {"), "{}", run.out);
    assert!(run.err.contains("1 of 5 generated files"), "{}", run.err);
    assert!(run.err.contains("cargo xtask generate"), "{}", run.err);
    assert!(
        run.err.contains("edited by hand since it was generated"),
        "{}",
        run.err
    );
    assert_eq!(workspace.read(CLIENT), edited, "--check changes nothing");
}

#[test]
fn a_renamed_field_of_the_contract_makes_the_generated_files_stale() {
    let workspace = Workspace::new();
    workspace.run(&["generate"]);
    workspace.change(|contract| {
        let callout = &mut contract["components"]["schemas"]["CalloutView"]["properties"];
        let status = callout["status"].take();
        callout.as_object_mut().unwrap().shift_remove("status");
        callout["statusText"] = status;
        // The examples speak of the old name; what is under test is the generator.
        drop_examples(
            contract,
            "CalloutRead",
            "CalloutCancelled",
            "LocationUpdated",
        );
    });

    let run = workspace.run(&["generate", "--check"]);

    assert_eq!(run.code, 1, "{}", run.err);
    assert!(run.out.contains("+        pub status_text:"), "{}", run.out);
}

fn drop_examples(contract: &mut Value, one: &str, two: &str, three: &str) {
    let paths = contract["paths"].as_object_mut().unwrap();
    for operation in paths
        .values_mut()
        .flat_map(|item| item.as_object_mut().unwrap().values_mut())
    {
        let Some(answers) = operation
            .get_mut("responses")
            .and_then(Value::as_object_mut)
        else {
            continue;
        };
        for answer in answers.values_mut() {
            let Some(media) = answer.pointer_mut("/content/application~1json") else {
                continue;
            };
            let schema = media["schema"]["$ref"]
                .as_str()
                .unwrap_or_default()
                .to_owned();
            if [one, two, three].iter().any(|name| schema.ends_with(name)) {
                let text = media["example"]
                    .to_string()
                    .replace("\"status\"", "\"statusText\"");
                media["example"] = serde_json::from_str(&text).unwrap();
            }
        }
    }
}

/// What a person may do wrong, and the words that lead them to the place.
#[test]
fn a_contract_that_cannot_be_generated_from_is_refused_with_a_place_and_nothing_is_written() {
    type Change = fn(&mut Value);
    let mistakes: [(&str, Change, &[&str]); 9] = [
        (
            "an operation without id",
            |contract| {
                contract["paths"]["/customers"]["post"]
                    .as_object_mut()
                    .unwrap()
                    .shift_remove("operationId");
            },
            &["/paths/~1customers/post", "operationId"],
        ),
        (
            "two success types",
            |contract| {
                contract["paths"]["/customers"]["post"]["responses"]["201"]["content"]["application/json"]
                    ["schema"]["$ref"] = json!("#/components/schemas/Token");
            },
            &["/paths/~1customers/post/responses/201", "create_customer"],
        ),
        (
            "an inline schema",
            |contract| {
                for status in ["200", "201"] {
                    contract["paths"]["/customers"]["post"]["responses"][status]["content"]["application/json"]
                        ["schema"] =
                        json!({"type": "object", "properties": {"message": {"type": "string"}}});
                }
            },
            &[
                "/paths/~1customers/post/responses",
                "create_customer",
                "inline",
            ],
        ),
        (
            "a duplicate operation id",
            |contract| {
                contract["paths"]["/customers"]["post"]["operationId"] = json!("get_callout");
            },
            &["POST /customers", "get_callout"],
        ),
        (
            "a reference that leads nowhere",
            |contract| {
                contract["components"]["schemas"]["CalloutRead"]["properties"]["callout"]["allOf"]
                    [0]["$ref"] = json!("#/components/schemas/Nowhere");
            },
            &[
                "/components/schemas/CalloutRead/properties/callout",
                "Nowhere",
            ],
        ),
        (
            "a path without its slash",
            |contract| {
                let paths = contract["paths"].as_object_mut().unwrap();
                let token = paths.shift_remove("/oauth/token").unwrap();
                paths.insert("oauth/token".to_owned(), token);
            },
            &["oauth", "slash"],
        ),
        (
            "responses that refer to each other",
            |contract| {
                let responses = &mut contract["components"]["responses"];
                responses["LoopA"] = json!({"$ref": "#/components/responses/LoopB"});
                responses["LoopB"] = json!({"$ref": "#/components/responses/LoopA"});
                contract["paths"]["/customers"]["post"]["responses"]["409"] =
                    json!({"$ref": "#/components/responses/LoopA"});
            },
            &["create_customer", "409"],
        ),
        (
            "a contract in another version",
            |contract| contract["openapi"] = json!("3.1.0"),
            &["/openapi", "3.0.3"],
        ),
        (
            "a retry class that does not exist",
            |contract| contract["paths"]["/customers"]["post"]["x-retry"] = json!("sometimes"),
            &["/paths/~1customers/post", "x-retry", "deduplicated"],
        ),
    ];
    for (mistake, change, words) in mistakes {
        let workspace = Workspace::new();
        workspace.change(change);
        for command in [&["generate"][..], &["generate", "--check"]] {
            let run = workspace.run(command);
            assert_eq!(run.code, 2, "{mistake}: {}{}", run.out, run.err);
            for word in words {
                assert!(
                    run.err.contains(word),
                    "{mistake}: no {word} in {}",
                    run.err
                );
            }
        }
        assert!(
            !workspace.exists("crates"),
            "{mistake}: something was written"
        );
    }
}

#[test]
fn a_contract_that_does_not_parse_is_refused_with_its_line() {
    for (text, words) in [
        ("openapi: 3.0.3\ninfo: [\n", "panic-api.yaml"),
        ("openapi: 3.0.3\ninfo:\n  title: a\n  title: b\n", "title"),
        ("swagger: '2.0'\n", "Swagger"),
        ("", "panic-api.yaml"),
    ] {
        let workspace = Workspace::new();
        workspace.write("openapi/panic-api.yaml", text);
        let run = workspace.run(&["generate"]);
        assert_eq!(run.code, 2, "{text:?}");
        assert!(run.err.contains(words), "{text:?}: {}", run.err);
        assert!(!workspace.exists("crates"));
    }
}

#[test]
fn a_folder_without_a_contract_is_named() {
    let workspace = Workspace::new();
    std::fs::remove_file(workspace.path("openapi/panic-api.yaml")).unwrap();
    let run = workspace.run(&["generate"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("panic-api.yaml"), "{}", run.err);
}

#[test]
fn a_reader_that_goes_away_does_not_change_how_it_ended() {
    let workspace = Workspace::new();
    let mut child = workspace
        .command(&["generate", "--check"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(1));
}
