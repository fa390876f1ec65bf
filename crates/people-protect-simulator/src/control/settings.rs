//! Switches and broken rules over the control surface.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::Response;
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::answer;
use super::routes::Routes;
use crate::answer::Answer;
use crate::app::App;
use crate::body;
use crate::problem::Problem;
use crate::settings::Settings;
use crate::{rule, switch};

pub(super) fn routes() -> Routes {
    Routes::new()
        .route("/_simulator/switches", get(switches).post(set_switches))
        .route("/_simulator/rules", get(rules))
        .route("/_simulator/rules/{id}", post(set_rule))
}

async fn switches(State(app): State<Arc<App>>) -> Response<Body> {
    answer(|| Answer::ok(&listed(&app.lock().state.settings)))
}

fn listed(settings: &Settings) -> Value {
    let switches: Vec<_> = switch::all()
        .map(|switch| {
            json!({
                "name": switch.name,
                "value": settings.value(switch),
                "default": switch.default,
                "values": switch.values,
                "grade": switch.grade,
                "about": switch.about,
                "what": switch.what,
            })
        })
        .collect();
    json!({ "switches": switches })
}

/// All of them or none: a request that names an unknown switch changes nothing.
async fn set_switches(State(app): State<Arc<App>>, bytes: Bytes) -> Response<Body> {
    answer(|| {
        let asked: BTreeMap<String, Value> = body::read(&bytes)?;
        app.change(|held, _| {
            let mut settings = held.state.settings.clone();
            for (name, value) in &asked {
                let text = match value {
                    Value::String(text) => text.clone(),
                    Value::Bool(_) | Value::Number(_) => value.to_string(),
                    _ => {
                        return Err(Problem::bad_request(format!(
                            "`{name}` must be text, a number, true or false"
                        )));
                    }
                };
                settings.set(name, &text)?;
            }
            held.state.settings = settings;
            Answer::ok(&listed(&held.state.settings))
        })
    })
}

async fn rules(State(app): State<Arc<App>>) -> Response<Body> {
    answer(|| {
        let held = app.lock();
        let rules: Vec<_> = rule::all()
            .map(|rule| {
                json!({
                    "id": rule.id,
                    "broken": !held.state.settings.keeps(rule.id),
                    "effect": rule.broken,
                })
            })
            .collect();
        let fixed: Vec<_> = rule::not_breakable()
            .map(|(id, why)| json!({ "id": id, "why": why }))
            .collect();
        Answer::ok(&json!({ "rules": rules, "notBreakable": fixed }))
    })
}

#[derive(Serialize, Deserialize)]
struct SetRule {
    broken: bool,
}

async fn set_rule(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Response<Body> {
    answer(|| {
        let asked: SetRule = body::read(&bytes)?;
        let id = app.change(|held, _| held.state.settings.break_rule(&id, asked.broken))?;
        Answer::ok(&json!({ "id": id, "broken": asked.broken }))
    })
}
