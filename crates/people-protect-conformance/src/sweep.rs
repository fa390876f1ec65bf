//! For each operation one valid request, and invalid ones made from the contract: each required
//! field missing, each field of another type, numbers beyond their bounds.

mod broken;
mod world;

use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream;
use serde_json::Value;

use self::world::{World, valid};
use crate::answer::Answer;
use crate::call::{Call, Who};
use crate::case::Stop;
use crate::contract::contract;
use crate::report::{Sweep, SweepReport};
use crate::session::{Session, Shared};

/// A request that is put together for an operation.
pub(crate) struct Valid {
    pub(crate) parameter: Option<(&'static str, String)>,
    pub(crate) body: Option<Value>,
    pub(crate) who: Who,
}

/// Operations the sweep leaves to the cases, and why.
const LEFT_OUT: &[(&str, &str)] = &[
    (
        "upload_fixed_locations",
        "it would replace every fixed location; R49 and R50 ask it",
    ),
    (
        "register_webhook",
        "it would replace the source's webhook; R40 to R46 ask it",
    ),
    (
        "list_customer_subscriptions",
        "it is limited (R21), and has no body",
    ),
];

pub(crate) async fn sweep(shared: &Arc<Shared>, many: usize) -> Sweep {
    let session = Session::new(shared, "sweep");
    let world = match World::make(&session).await {
        Ok(world) => Arc::new(world),
        Err(stop) => {
            let why = format!("what it stands on could not be made: {stop}");
            return Sweep {
                not_run: vec![why],
                ..Sweep::default()
            };
        }
    };
    let ids: Vec<String> = contract()
        .operations()
        .iter()
        .map(|one| one.id.clone())
        .collect();
    let results: Vec<_> = stream::iter(ids)
        .map(|id| one(shared.clone(), world.clone(), id))
        .buffered(many)
        .collect()
        .await;
    let mut all = Sweep::default();
    for (id, result) in results {
        match result {
            Ok(swept) => {
                all.valid += swept.valid;
                all.invalid += swept.invalid;
                all.findings.extend(swept.findings);
            }
            Err(stop) => all.not_run.push(format!("{id}: {stop}")),
        }
    }
    all
}

async fn one(shared: Arc<Shared>, world: Arc<World>, id: String) -> (String, Result<Sweep, Stop>) {
    if let Some((_, why)) = LEFT_OUT.iter().find(|(left, _)| *left == id) {
        return (id, Err(Stop::NotRun((*why).to_owned())));
    }
    if shared.gone() {
        let why = "the server stopped answering".to_owned();
        return (id, Err(Stop::NotRun(why)));
    }
    let session = Session::new(&shared, "sweep");
    let swept = operation(&session, &world, &id).await;
    (id, swept)
}

async fn operation(session: &Session, world: &World, id: &str) -> Result<Sweep, Stop> {
    let mut swept = Sweep::default();
    let request = valid(session, world, id).await?;
    if let Some(body) = &request.body {
        for (wrong, body) in broken::bodies(id, body) {
            let call = call(session, id, &request).json(body).unchecked();
            note(&mut swept, id, &wrong, &call.send().await?);
        }
    }
    // The valid one last: it may end what the others stand on.
    let mut whole = call(session, id, &request);
    if let Some(body) = request.body {
        whole = whole.json(body);
    }
    let answer = whole.send().await?;
    swept.valid += 1;
    if !(200..300).contains(&answer.status()) {
        let finding = "a request that keeps the contract is not taken".to_owned();
        swept.findings.push(report(id, "", &answer, finding));
    }
    Ok(swept)
}

fn call(session: &Session, id: &str, request: &Valid) -> Call {
    let mut call = session.call(id).by(request.who.clone());
    if let Some((name, value)) = &request.parameter {
        call = call.with(name, value);
    }
    call
}

fn note(swept: &mut Sweep, id: &str, wrong: &str, answer: &Answer) {
    swept.invalid += 1;
    let finding = match answer.status() {
        500.. => "a server error",
        400..=499 if answer.text_at("/message").is_empty() => "refused without a `message`",
        400..=499 => return,
        _ => "taken",
    };
    swept
        .findings
        .push(report(id, wrong, answer, finding.to_owned()));
}

fn report(id: &str, wrong: &str, answer: &Answer, finding: String) -> SweepReport {
    SweepReport {
        operation: id.to_owned(),
        wrong: wrong.to_owned(),
        status: answer.status(),
        finding,
    }
}
