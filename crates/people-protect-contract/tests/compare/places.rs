//! Where an API is, who may call it, and how parameters and headers are written.

use serde_json::{Value, json};

use crate::said;

fn document(root: Value, operation: Value) -> Value {
    let mut document = json!({"openapi": "3.0.3", "paths": {"/a/{id}": {
        "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
        "post": {"operationId": "a", "responses": {"200": {"description": "It"}}}
    }}});
    for (into, from) in [("", root), ("/paths/~1a~1{id}/post", operation)] {
        let into = document.pointer_mut(into).unwrap().as_object_mut().unwrap();
        into.extend(from.as_object().unwrap().clone());
    }
    document
}

fn root(root: Value) -> Value {
    document(root, json!({}))
}

fn operation(operation: Value) -> Value {
    document(json!({}), operation)
}

#[test]
fn a_path_or_an_operation_may_be_elsewhere_than_the_document_says() {
    let servers = |url: &str| json!({"servers": [{"url": url}]});
    let here = root(servers("https://a.example.com"));
    let there = document(
        servers("https://a.example.com"),
        servers("https://b.example.com"),
    );
    assert_eq!(
        said(&here, &there),
        ["breaking server-removed", "safe server-added"]
    );
    let same = document(
        servers("https://a.example.com"),
        servers("https://a.example.com/"),
    );
    assert_eq!(said(&here, &same), Vec::<String>::new());
    let mut path = here.clone();
    path["paths"]["/a/{id}"]["servers"] = servers("https://b.example.com")["servers"].clone();
    let mut other = here.clone();
    other["paths"]["/a/{id}"]["servers"] = servers("https://c.example.com")["servers"].clone();
    assert_eq!(
        said(&path, &other),
        ["breaking server-removed", "safe server-added"]
    );
    // What it was where nothing was said cannot be told.
    assert_eq!(
        said(&root(json!({})), &here),
        ["warning server-removed", "safe server-added"]
    );
    assert_eq!(
        said(&root(json!({})), &root(servers("/"))),
        Vec::<String>::new()
    );
}

#[test]
fn a_server_is_all_that_its_variables_may_be() {
    let server = |name: &str, variable: Value| {
        root(
            json!({"servers": [{"url": format!("https://{{{name}}}.example.com/v1"), "variables": {name: variable}}]}),
        )
    };
    let both = server("r", json!({"default": "eu", "enum": ["eu", "us"]}));
    let one = server("r", json!({"default": "eu", "enum": ["eu"]}));
    assert_eq!(said(&both, &one), ["warning server-removed"]);
    assert_eq!(said(&one, &both), ["safe server-added"]);
    let written = root(
        json!({"servers": [{"url": "https://us.example.com/v1"}, {"url": "https://eu.example.com/v1"}]}),
    );
    assert_eq!(said(&one, &written), ["safe server-added"]);
    let free = server("r", json!({"default": "eu"}));
    assert_eq!(
        said(&free, &server("region", json!({"default": "eu"}))),
        Vec::<String>::new()
    );
    assert_eq!(
        said(&free, &server("r", json!({"default": "us"}))),
        ["warning server-default-changed"]
    );
    // Any value will do where none is listed, and an address of its own is none of them.
    let fixed = root(json!({"servers": [{"url": "https://fixed.example.org"}]}));
    assert_eq!(
        said(&free, &fixed),
        ["breaking server-removed", "safe server-added"]
    );
}

#[test]
fn sixty_four_addresses_are_told_apart_and_more_are_any() {
    let servers = |first: usize, second: usize, last: &str| {
        let values = |count: usize| -> Vec<String> { (1..count).map(|n| n.to_string()).collect() };
        let (first, mut second) = (values(first + 1), values(second));
        second.push(last.to_owned());
        root(
            json!({"servers": [{"url": "https://{a}.example.com/{b}", "variables": {
                "a": {"default": "1", "enum": first}, "b": {"default": "1", "enum": second}
            }}]}),
        )
    };
    assert_eq!(
        said(&servers(8, 8, "x"), &servers(8, 8, "y")),
        ["warning server-removed", "safe server-added"]
    );
    assert_eq!(
        said(&servers(8, 9, "x"), &servers(8, 9, "y")),
        Vec::<String>::new()
    );
    assert_eq!(
        said(&servers(10, 10, "x"), &servers(10, 10, "y")),
        Vec::<String>::new()
    );
}

fn secured(name: &str, scheme: &Value) -> Value {
    root(json!({"security": [{name: []}], "components": {"securitySchemes": {name: scheme}}}))
}

#[test]
fn a_scheme_of_another_name_that_means_the_same_asks_for_the_same() {
    let key = json!({"type": "apiKey", "in": "header", "name": "X-Key"});
    let words =
        json!({"type": "apiKey", "in": "header", "name": "x-key", "description": "The key"});
    assert_eq!(
        said(&secured("key", &key), &secured("apiKey", &words)),
        Vec::<String>::new()
    );
    let other = json!({"type": "apiKey", "in": "header", "name": "x-other"});
    assert_eq!(
        said(&secured("key", &key), &secured("apiKey", &other)),
        ["breaking security-tightened"]
    );
    let flows = |url: &str| json!({"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": url, "scopes": {}}}});
    assert_eq!(
        said(
            &secured("one", &flows("https://a.example.com")),
            &secured("two", &flows("https://b.example.com"))
        ),
        ["breaking security-tightened"]
    );
}

#[test]
fn a_scheme_that_is_shown_otherwise_is_one_finding_at_its_root() {
    let key = |place: &str, name: &str| json!({"type": "apiKey", "in": place, "name": name});
    let found = |one: &Value, other: &Value| {
        let found = people_protect_contract::compare::compare_values(
            &secured("key", one),
            &secured("key", other),
        );
        let places = found
            .changes()
            .iter()
            .map(|one| one.pointer.new.clone().unwrap());
        places.collect::<Vec<_>>()
    };
    let at = "/components/securitySchemes/key";
    // Names in a query have a case, those of headers none.
    assert_eq!(
        found(&key("query", "k"), &key("query", "K")),
        [format!("{at}/name")]
    );
    assert_eq!(
        found(&key("header", "k"), &key("header", "K")),
        Vec::<String>::new()
    );
    let basic = json!({"type": "http", "scheme": "basic"});
    assert_eq!(found(&key("query", "k"), &basic), [at]);
    let connect = |url: &str| json!({"type": "openIdConnect", "openIdConnectUrl": url});
    assert_eq!(
        found(
            &connect("https://a.example.com/x"),
            &connect("https://a.example.com/X")
        ),
        [format!("{at}/openIdConnectUrl")]
    );
}

#[test]
fn two_addresses_of_a_flow_are_two_places() {
    let flow = |token: &str, refresh: &str| {
        let flow = json!({"tokenUrl": token, "refreshUrl": refresh, "scopes": {}});
        secured(
            "login",
            &json!({"type": "oauth2", "flows": {"clientCredentials": flow}}),
        )
    };
    let ids = said(&flow("/t", "/r"), &flow("/u", "/s"));
    assert_eq!(ids, ["breaking security-flow-url-changed"; 2]);
}

#[test]
fn one_value_in_a_path_is_marked_in_some_styles_only() {
    let styled = |style: &str| {
        operation(
            json!({"parameters": [{"name": "id", "in": "path", "required": true, "style": style, "schema": {"type": "string"}}]}),
        )
    };
    assert_eq!(
        said(&styled("simple"), &styled("matrix")),
        ["breaking request-parameter-style-changed"]
    );
    assert_eq!(
        said(&styled("label"), &styled("matrix")),
        ["breaking request-parameter-style-changed"]
    );
    for (old, new) in [
        (operation(json!({})), styled("simple")),
        (styled("label"), styled("label")),
    ] {
        assert_eq!(said(&old, &new), Vec::<String>::new());
    }
}

#[test]
fn a_header_with_a_media_type_is_compared_below_it() {
    let header = |header: Value| {
        operation(
            json!({"responses": {"200": {"description": "It", "headers": {"x-a": header, "x-b": {"schema": {"type": "string"}}}}}}),
        )
    };
    let content =
        |kind: &str| header(json!({"content": {"application/json": {"schema": {"type": kind}}}}));
    assert_eq!(
        said(&content("string"), &content("integer")),
        ["breaking response-body-type-changed"]
    );
    let plain = header(json!({"schema": {"type": "string"}}));
    let always = header(json!({"schema": {"type": "string"}, "required": true}));
    assert_eq!(
        said(&plain, &always),
        ["safe response-header-became-required"]
    );
    assert_eq!(
        said(&always, &plain),
        ["breaking response-header-became-optional"]
    );
    assert_eq!(
        said(&plain, &content("string")),
        ["warning response-header-written-otherwise"]
    );
    assert_eq!(said(&plain, &header(json!({}))), Vec::<String>::new());
}

#[test]
fn links_of_an_answer_that_is_referred_to_count_too() {
    let linked = |to: &str| {
        let answer = json!({"description": "It", "links": {"next": {"operationId": to}}});
        document(
            json!({"components": {"responses": {"It": answer}}}),
            json!({"responses": {"200": {"$ref": "#/components/responses/It"}}}),
        )
    };
    assert_eq!(said(&linked("a"), &linked("b")), ["warning links-changed"]);
}
