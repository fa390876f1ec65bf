//! The front page: how to reach this simulator, what was asked of it, and how it is set.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Response, StatusCode};
use axum::routing::get;
use maud::{Markup, html};

use super::responder::{clock, head};
use super::{asset, whole};
use crate::app::App;
use crate::operations::served;
use crate::source::Source;
use crate::{control, server};

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/", get(page))
        .route(
            "/home.css",
            get(|| asset(include_str!("home.css"), "text/css; charset=utf-8")),
        )
        .route(
            "/home.js",
            get(|| asset(include_str!("home.js"), "text/javascript; charset=utf-8")),
        )
}

async fn page(State(app): State<Arc<App>>) -> Response<Body> {
    let origin = &app.setup.origin;
    let main = html! {
        div .wide {
            (head("People Protect simulator"))
            nav .row aria-label="Pages" {
                a .button .primary href="/responder" { "Responder Simulator" }
                a .button href="/reference" { "API reference" }
            }
            div .columns {
                (reach(origin))
                (credentials(&app.setup.sources))
            }
            @if let Some(source) = app.setup.sources.first() { (examples(origin, source)) }
            (requests())
            div .columns {
                section .card aria-labelledby="open-title" {
                    h2 #open-title { "Active callouts" }
                    p #none .quiet { "None." }
                    ul #open .plain {}
                }
                (clock())
            }
            (settings())
        }
    };
    let title = "People Protect simulator";
    let assets = ["/responder.css", "/home.css", "/desk.js", "/home.js"];
    whole(StatusCode::OK, title, &assets, None, &main)
}

fn reach(origin: &str) -> Markup {
    html! {
        section .card aria-labelledby="reach-title" {
            h2 #reach-title { "Where it is" }
            dl .facts {
                dt { "API" } dd { code #api { (origin) (server::API) } }
                dt { "CSV" } dd { code #csv { (origin) (server::CSV) } }
                dt { "Control" } dd { code #control { (origin) (control::BASE) } }
            }
            p .hint { "The control surface needs no token: it is for this machine only." }
        }
    }
}

/// The secrets are those of a sandbox. They are folded away for screens that are shared.
fn credentials(sources: &[Source]) -> Markup {
    html! {
        section .card aria-labelledby="sources-title" {
            h2 #sources-title { "Customer sources" }
            p .hint { "Each sees nothing of the others (R16)." }
            @for source in sources {
                details .source {
                    summary { code { (source.credentials.client_id()) } }
                    dl .facts {
                        dt { "Client id" } dd { code { (source.credentials.client_id()) } }
                        dt { "Client secret" } dd { code { (source.credentials.client_secret().reveal()) } }
                    }
                }
            }
        }
    }
}

fn examples(origin: &str, source: &Source) -> Markup {
    let (id, secret) = (
        source.credentials.client_id(),
        source.credentials.client_secret().reveal(),
    );
    let api = format!("{origin}{}", server::API);
    let curl = format!(
        "token=$(curl -s {api}/oauth/token -H 'Content-Type: application/json' \\\n  -d '{{\"clientId\":\"{id}\",\"clientSecret\":\"{secret}\"}}' \\\n  | sed 's/.*\"accessToken\":\"\\([^\"]*\\)\".*/\\1/')\ncurl -s {api}/responseTypes -H \"Authorization: Bearer $token\"\n"
    );
    let shell = format!(
        "export AURA_ENVIRONMENT={origin}\nexport AURA_CLIENT_ID={id}\nexport AURA_CLIENT_SECRET={secret}\n"
    );
    let rust = "use people_protect::{Error, PeopleProtect};\n\nasync fn types() -> Result<(), Error> {\n    let aura = PeopleProtect::from_env()?.build()?;\n    let security = aura.response_types().await?.by_value(\"SECURITY\")?;\n    println!(\"{security:?}\");\n    Ok(())\n}\n";
    html! {
        section .card aria-labelledby="how-title" {
            h2 #how-title { "How to reach it" }
            details .example open {
                summary { "From curl" }
                (copyable("curl", &curl))
            }
            details .example {
                summary { "From Rust" }
                p { "In the shell, what " code { "PeopleProtect::from_env" } " reads:" }
                (copyable("shell", &shell))
                p { "In the program:" }
                (copyable("rust", rust))
            }
        }
    }
}

fn copyable(id: &str, text: &str) -> Markup {
    html! {
        div .copyable {
            pre id={ "example-" (id) } tabindex="0" aria-label={ "Example: " (id) } { code { (text) } }
            button .small type="button" data-copy={ "example-" (id) } { "Copy" }
        }
    }
}

fn requests() -> Markup {
    html! {
        section .card aria-labelledby="requests-title" {
            div .head { h2 #requests-title { "Requests" } span #requests-count .quiet {} }
            div .row {
                div .field {
                    label for="filter" { "Filter" }
                    input #filter type="search" autocomplete="off" placeholder="operation, status or rule" list="operations";
                    datalist #operations { @for served in served() { option value=(served.operation.id) {} } }
                }
                div .check {
                    input #refused type="checkbox";
                    label for="refused" { "Refusals only" }
                }
            }
            p #no-requests .quiet { "No request yet." }
            div .scroll tabindex="0" role="group" aria-labelledby="requests-title" {
                table #requests .stack hidden {
                    thead { tr { th scope="col" { "Nr." } th scope="col" { "Time (UTC)" } th scope="col" { "Method" } th scope="col" { "Operation" } th scope="col" { "Status" } th scope="col" { "Rules" } } }
                    tbody #request-rows {}
                }
            }
            p .hint { "Neither query, headers nor body are kept. The rule that a refusal rests on stands first, where one is known." }
        }
    }
}

fn settings() -> Markup {
    html! {
        div .columns {
            section .card aria-labelledby="switches-title" {
                h2 #switches-title { "Switches" }
                p .hint { "Where nobody knows what AURA does, a switch decides between what is possible." }
                ul #switches .plain {}
            }
            section .card aria-labelledby="rules-title" {
                h2 #rules-title { "Rules to break" }
                p .hint { "A broken rule shows whether a program notices. Only that rule is broken." }
                ul #rules .plain {}
            }
        }
    }
}
