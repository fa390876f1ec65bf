//! Further ways to break a rule, and further forms that must not raise an alarm.

// Clippy's allowance for tests does not reach the helpers of an integration test.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use people_protect_contract::lint::{self, Finding};
use people_protect_contract::{Contract, Validator, diff};
use serde_json::{Value, json};

fn clean() -> Value {
    let options = serde_saphyr::options! { strict_booleans: true };
    serde_saphyr::from_str_with_options(include_str!("data/clean.yaml"), options)
        .expect("valid YAML")
}

fn rules(findings: Vec<Finding>) -> Vec<&'static str> {
    findings.into_iter().map(|finding| finding.rule).collect()
}

fn house(change: impl FnOnce(&mut Value)) -> Vec<&'static str> {
    let mut document = clean();
    change(&mut document);
    rules(lint::house(
        &Contract::from_value(document, "case").unwrap(),
    ))
}

fn generator(change: impl FnOnce(&mut Value)) -> Vec<&'static str> {
    let mut document = clean();
    change(&mut document);
    rules(lint::generator(
        &Contract::from_value(document, "case").unwrap(),
    ))
}

fn push(list: &mut Value, item: Value) {
    list.as_array_mut().expect("a list").push(item);
}

/// A property of the answer, graded, so that only its classification can be amiss.
fn with_property(schema: Value) -> Vec<&'static str> {
    house(|d| {
        let mut schema = schema;
        schema["x-evidence"] = json!("S");
        d["components"]["schemas"]["Error"]["properties"]["p"] = schema;
    })
}

#[test]
fn every_leaf_that_holds_free_data_must_be_classified() {
    for schema in [
        json!({"type": "string"}),
        json!({"type": "string", "format": "email"}),
        json!({"type": "number"}),
        json!({"type": "boolean"}),
        json!({"type": "object"}),
        json!({"type": "object", "additionalProperties": {"type": "string"}}),
        json!({"type": "array", "items": {"type": "string"}}),
        json!({"oneOf": [{"type": "integer"}, {"type": "string"}]}),
        json!({"allOf": [{"$ref": "#/components/schemas/Kind"}]}),
        json!({"type": "string", "x-secret": false}),
        json!({"type": "string", "x-personal-data": "yes"}),
        json!({}),
    ] {
        assert_eq!(
            with_property(schema.clone()),
            ["unclassified-property"],
            "{schema}"
        );
    }
}

#[test]
fn what_cannot_hold_free_data_is_exempt_from_classification() {
    for schema in [
        json!({"type": "integer"}),
        json!({"type": "string", "format": "date-time"}),
        json!({"type": "string", "enum": ["a", "b"]}),
        json!({"$ref": "#/components/schemas/KnownStatus"}),
        json!({"$ref": "#/components/schemas/Owner"}),
        json!({"allOf": [{"$ref": "#/components/schemas/Owner"}], "nullable": true}),
        json!({"type": "array", "items": {"$ref": "#/components/schemas/Owner"}}),
        json!({"type": "object", "additionalProperties": {"type": "integer"}}),
        json!({"type": "string", "x-secret": true}),
        json!({"type": "string", "x-personal-data": false}),
    ] {
        assert!(with_property(schema.clone()).is_empty(), "{schema}");
    }
}

#[test]
fn a_second_success_status_is_shown_by_the_example_of_the_first() {
    let second = |schema: &str| {
        json!({"description": "d", "x-evidence": "I", "content": {"application/json": {
            "schema": {"$ref": format!("#/components/schemas/{schema}")}
        }}})
    };
    let with = |schema: &str| {
        house(|d| d["paths"]["/things/{id}"]["get"]["responses"]["201"] = second(schema))
    };
    // 201 stands after 285 in the document and so after an example of Thing.
    assert!(with("Thing").is_empty());
    assert_eq!(with("Owner"), ["response-example-missing"]);
}

#[test]
fn examples_are_judged_wherever_they_stand() {
    let wrong = json!({"name": 5});
    let content = |d: &mut Value, media: Value| {
        d["paths"]["/things/{id}"]["put"]["requestBody"]["content"]["application/json"] = media;
    };
    let schema = json!({"$ref": "#/components/schemas/ThingInput"});
    let found = house(|d| {
        d["components"]["examples"] = json!({"Lamp": {"value": wrong}});
        content(
            d,
            json!({"schema": schema, "examples": {
                "one": {"$ref": "#/components/examples/Lamp"}, "two": {"value": {"name": "x"}}
            }}),
        );
    });
    assert_eq!(found, ["example-invalid"]);
    let found = house(|d| {
        d["components"]["schemas"]["ThingInput"]["example"] = json!({"name": "x", "new": 1});
        content(d, json!({"schema": schema}));
    });
    assert_eq!(found, ["example-undocumented-field"]);
}

#[test]
fn kinds_of_answers_are_told_apart_as_the_generator_does() {
    let reply = |name: &str| json!({"$ref": format!("#/components/responses/{name}")});
    let get = |status: &str, response: Value| {
        generator(|d| d["paths"]["/things/{id}"]["get"]["responses"][status] = response)
    };
    assert_eq!(get("default", reply("Error")), ["success-kinds"]);
    assert_eq!(get("default", reply("Thing")), ["error-kinds"]);
    // 285 sorts after 2XX, so that the generator does not notice the 2XX.
    let beside = generator(|d| {
        let responses = &mut d["paths"]["/things/{id}"]["get"]["responses"];
        responses["2XX"] = reply("Thing");
        responses["default"] = reply("Error");
    });
    assert_eq!(beside, ["success-kinds"]);
    assert_eq!(get("422", reply("Thing")), ["error-kinds"]);
    assert_eq!(get("2XX", reply("Error")), ["success-kinds"]);
    let png = json!({"description": "d", "content": {"image/png": {}}});
    assert_eq!(get("202", png), ["success-kinds"]);
    assert!(get("502", reply("Error")).is_empty());
    let both = json!({"description": "d", "content": {"image/png": {}, "application/json": {
        "schema": {"$ref": "#/components/schemas/Thing"}
    }}});
    assert!(get("202", both).is_empty());
}

#[test]
fn inline_schemas_are_found_in_every_place_that_gives_them_a_name() {
    let object = || json!({"type": "object", "properties": {"a": {"type": "string"}}});
    let property = |schema: Value| {
        generator(|d| d["components"]["schemas"]["Error"]["properties"]["p"] = schema)
    };
    for schema in [
        object(),
        json!({"type": "string", "enum": ["a", "b"]}),
        json!({"oneOf": [{"type": "string"}, {"type": "integer"}]}),
        json!({"allOf": [{"$ref": "#/components/schemas/Owner"}, {"type": "object"}]}),
        json!({"type": "array", "items": {"type": "string", "enum": ["a", "b"]}}),
        json!({"type": "object", "additionalProperties": object()}),
    ] {
        assert_eq!(property(schema.clone()), ["inline-schema"], "{schema}");
    }
    let response = |schema: Value| {
        generator(|d| {
            d["components"]["responses"]["Error"]["content"]["application/json"]["schema"] = schema;
        })
    };
    assert_eq!(response(object()), ["inline-schema"]);
    assert_eq!(
        response(json!({"type": "array", "items": object()})),
        ["inline-schema"]
    );
    assert!(
        response(json!({"type": "array", "items": {"$ref": "#/components/schemas/Owner"}}))
            .is_empty()
    );
    let body = generator(|d| {
        d["paths"]["/things/{id}"]["put"]["requestBody"]["content"]["application/json"]["schema"] =
            object();
    });
    assert_eq!(body, ["inline-schema"]);
}

#[test]
fn conflicts_are_found_between_types_enums_and_through_references() {
    let kind = |members: Value| {
        generator(|d| d["components"]["schemas"]["Kind"] = json!({"allOf": members}))
    };
    let conflict = ["conflicting-all-of"];
    assert_eq!(
        kind(json!([{"type": "string"}, {"type": "integer"}])),
        conflict
    );
    assert_eq!(kind(json!([{"enum": ["a"]}, {"enum": ["b"]}])), conflict);
    assert_eq!(
        kind(json!([{"$ref": "#/components/schemas/KnownStatus"}, {"type": "object"}])),
        conflict
    );
    assert!(kind(json!([{"type": "number"}, {"type": "integer"}])).is_empty());
}

#[test]
fn names_collide_across_members_and_parameters() {
    let found = generator(|d| {
        d["components"]["schemas"]["Kind"] = json!({"allOf": [
            {"$ref": "#/components/schemas/Owner"},
            {"type": "object", "properties": {"Mobile": {"type": "string"}}}
        ]});
    });
    assert_eq!(found, ["property-collision"]);
    let found = generator(|d| {
        let query = |name: &str| json!({"name": name, "in": "query", "schema": {"type": "string"}});
        d["paths"]["/things/{id}"]["parameters"] = json!([query("perPage"), query("per_page")]);
    });
    assert_eq!(found, ["parameter-collision"]);
}

#[test]
fn titles_collide_with_each_other_only_if_the_schemas_differ() {
    let titled = |values: Value| {
        generator(|d| {
            let tag = |value: &Value| json!({"type": "string", "enum": [value], "title": "Tag"});
            let properties = &mut d["components"]["schemas"]["ThingInput"]["properties"];
            properties["a"] = tag(&values[0]);
            properties["b"] = tag(&values[1]);
        })
    };
    assert_eq!(titled(json!(["x", "y"])), ["title-collision"]);
    assert!(titled(json!(["x", "x"])).is_empty());
}

#[test]
fn schemas_that_contain_themselves_do_not_trap_anything() {
    let mut document = clean();
    let schemas = &mut document["components"]["schemas"];
    schemas["Kind"] = json!({"type": "array", "items": {"$ref": "#/components/schemas/Kind"}});
    schemas["Error"]["properties"]["again"] = json!({"$ref": "#/components/schemas/Error"});
    schemas["Error"]["properties"]["loop"] = json!({"$ref": "#/components/schemas/Loop"});
    schemas["Loop"] = json!({"allOf": [{"$ref": "#/components/schemas/Loop"}]});
    schemas["Error"]["properties"]["self"] = json!({"$ref": "#/components/schemas/Self"});
    schemas["Self"] = json!({"$ref": "#/components/schemas/Self"});
    let contract = Contract::from_value(document, "circles").unwrap();
    let _ = lint::house(&contract);
    let _ = lint::generator(&contract);
    let changes = diff::by_operation(&contract, &contract, diff::Options::new());
    assert!(
        changes
            .iter()
            .all(|change| change.change == diff::Change::Same)
    );
}

#[test]
fn circles_of_aliases_are_found_in_every_section_and_trap_nothing() {
    let mut document = clean();
    let components = &mut document["components"];
    let reference = |to: &str| json!({"$ref": format!("#/components/{to}")});
    for section in ["parameters", "responses", "requestBodies"] {
        components[section]["LoopA"] = reference(&format!("{section}/LoopB"));
        components[section]["LoopB"] = reference(&format!("{section}/LoopA"));
    }
    let again = reference("schemas/Loop");
    components["schemas"]["Loop"] = json!({"allOf": [again, {"type": "object"}]});
    // Leads into a circle without being part of it.
    components["schemas"]["Kind"] = reference("schemas/Loop");
    // Many ways round: none is an alias, and taking each of them would not end.
    let many = vec![reference("schemas/Many"); 8];
    components["schemas"]["Many"] = json!({"oneOf": many});
    components["schemas"]["Owner"]["properties"]["many"] = reference("schemas/Many");
    let get = &mut document["paths"]["/things/{id}"]["get"];
    get["responses"]["200"] = reference("responses/LoopA");
    push(&mut get["parameters"], reference("parameters/LoopA"));
    document["paths"]["/things/{id}"]["put"]["requestBody"] = reference("requestBodies/LoopA");

    let contract = Contract::from_value(document, "circles").unwrap();
    let found: Vec<_> = lint::generator(&contract)
        .into_iter()
        .filter(|finding| finding.rule == "circular-ref")
        .map(|finding| finding.pointer)
        .collect();
    let expected = [
        "/components/responses/LoopA",
        "/components/schemas/Loop",
        "/components/parameters/LoopA",
        "/components/requestBodies/LoopA",
    ];
    assert_eq!(found, expected);
    let _ = lint::house(&contract);
    assert!(Validator::new(&contract).is_err());
    let changes = diff::by_operation(&contract, &contract, diff::Options::new());
    assert_eq!(changes.len(), contract.operations().len());
}

#[test]
fn strings_in_paths_and_queries_are_classified_and_marks_are_booleans() {
    let with = |parameter: Value| {
        house(|d| {
            let mut parameter = parameter;
            parameter["name"] = json!("p");
            parameter["x-evidence"] = json!("S");
            push(
                &mut d["paths"]["/things/{id}"]["get"]["parameters"],
                parameter,
            );
        })
    };
    let text = json!({"type": "string"});
    for parameter in [
        json!({"in": "query", "schema": text}),
        json!({"in": "query", "schema": {"$ref": "#/components/schemas/Kind"}}),
        json!({"in": "query", "schema": text, "x-secret": false}),
        json!({"in": "query", "schema": text, "x-personal-data": "no"}),
        json!({"in": "header", "schema": {"type": "integer"}, "x-secret": "yes"}),
    ] {
        let found = with(parameter.clone());
        assert_eq!(found, ["unclassified-property"], "{parameter}");
    }
    let both = json!({"in": "query", "schema": text, "x-secret": true, "x-personal-data": true});
    assert_eq!(with(both), ["classified-twice"]);
    for parameter in [
        json!({"in": "query", "schema": text, "x-personal-data": false}),
        json!({"in": "query", "schema": {"type": "string", "x-secret": true}}),
        json!({"in": "query", "schema": {"type": "string", "enum": ["a"]}}),
        json!({"in": "query", "schema": {"type": "boolean"}}),
        json!({"in": "header", "schema": text}),
    ] {
        assert!(with(parameter.clone()).is_empty(), "{parameter}");
    }
}

#[test]
fn an_unknown_type_is_found_wherever_a_schema_stands() {
    let odd = json!({"type": "text"});
    let unknown = ["unknown-type"];
    let parameter = json!([{"name": "q", "in": "query", "schema": odd}]);
    assert_eq!(
        generator(|d| d["paths"]["/things/{id}"]["parameters"] = parameter),
        unknown
    );
    assert_eq!(
        generator(|d| d["components"]["schemas"]["Kind"] = odd.clone()),
        unknown
    );
    assert_eq!(
        generator(|d| d["components"]["schemas"]["Error"]["properties"]["p"] = odd.clone()),
        unknown
    );
}

#[test]
fn no_document_that_loads_makes_anything_panic() {
    let original = clean();
    let mut pointers = Vec::new();
    collect(&original, String::new(), &mut pointers);
    let mut loaded = 0;
    for (index, pointer) in pointers.iter().enumerate() {
        let odd = [
            json!(null),
            json!([]),
            json!({}),
            json!("x"),
            json!(1),
            json!({"$ref": "#/nope"}),
        ];
        // One oddity per place, all of them in turn: each kind meets every kind of place.
        let mut document = original.clone();
        if let Some(node) = document.pointer_mut(pointer) {
            *node = odd[index % odd.len()].clone();
        }
        let Ok(contract) = Contract::from_value(document, "odd") else {
            continue;
        };
        loaded += 1;
        let _ = lint::house(&contract);
        let _ = lint::generator(&contract);
        let _ = Validator::new(&contract);
        let _ = diff::normalise(&contract);
    }
    assert!(
        loaded > pointers.len() / 4,
        "only {loaded} of {} loaded",
        pointers.len()
    );
}

fn collect(node: &Value, pointer: String, pointers: &mut Vec<String>) {
    let child = |key: &str| people_protect_contract::pointer::join(&pointer, key);
    match node {
        Value::Object(map) => {
            for (key, value) in map {
                collect(value, child(key), pointers);
            }
        }
        Value::Array(list) => {
            for (index, value) in list.iter().enumerate() {
                collect(value, child(&index.to_string()), pointers);
            }
        }
        _ => {}
    }
    pointers.push(pointer);
}
