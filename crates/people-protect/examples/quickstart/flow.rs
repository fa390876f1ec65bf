//! The steps, one after the other.

use std::error::Error;
use std::io::{BufRead, IsTerminal, Write};
use std::process::ExitCode;

use people_protect::{
    CustomerId, Ended, NewCustomer, PeopleProtect, Position, Raised, ResponseTypeId,
};

use super::arguments::Arguments;
use super::progress::Progress;
use super::target::Target;

pub(crate) type Outcome<T> = Result<T, Box<dyn Error>>;

/// Runs all of it and says how it ended.
pub(crate) async fn quickstart(arguments: &Arguments) -> ExitCode {
    let progress = Progress::new();
    match run(arguments, &progress).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            progress.abandon();
            // Whoever closed stderr does not want to read it.
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments, progress: &Progress) -> Outcome<()> {
    let lookup = |name: &str| std::env::var(name).ok();
    let here = Position::new(arguments.latitude, arguments.longitude)?.accuracy_m(10.0);
    progress.begin("Environment");
    let target = Target::choose(arguments, lookup).await?;
    progress.done(target.description());
    let aura = target.client(arguments)?;

    progress.begin("Token");
    aura.warm_up().await?;
    progress.done("fetched, and kept until it expires");

    let security = response_type(&aura, arguments, progress).await?;
    let customer = customer(&aura, arguments, progress).await?;
    if !target.is_simulator() && !consent(aura.environment())? {
        return Err("not confirmed, so no callout was raised".into());
    }

    progress.begin("Callout");
    let raised = raise(&aura, arguments, customer, here, security).await?;
    progress.done(format!("{} is {}", raised.id(), raised.stage()));

    // One consent is for one create: only the simulator inside this program is asked twice.
    if target.is_simulator() {
        progress.begin("Raised again");
        let again = raise(&aura, arguments, customer, here, security).await?;
        if again.id() != raised.id() {
            return Err(format!(
                "raising again gave callout {} instead of {}: the active one was expected (R27)",
                again.id(),
                raised.id()
            )
            .into());
        }
        progress.done(format!("the same callout, {}", again.id()));
    }

    progress.begin("Tracking page");
    let link = raised
        .tracking_url()
        .ok_or("the answer has no tracking link, which the documentation promises (R28)")?;
    let opened = target.open(link).await?;
    let mut held = target.is_simulator()
        && arguments.show_link
        && (arguments.wait || std::io::stdin().is_terminal());
    let note = match (target.is_simulator(), arguments.show_link) {
        (true, _) if held => "",
        (true, _) => " (there as long as this program runs; --show-link --wait keeps it open)",
        (false, true) => "",
        (false, false) => " (--show-link shows all of it)",
    };
    let shown = match arguments.show_link {
        true => link.reveal().to_owned(),
        false => link.to_string(),
    };
    progress.done(format!("{opened}{shown}{note}"));

    if held {
        held = entered("Open the link, then press Enter: the responder acts.").await;
    }
    follow(&aura, &target, &raised, here, progress).await?;
    if held {
        // The page looks again every few seconds: without this it would miss the end.
        entered("Press Enter to end; the page ends too.").await;
    }
    target.stop().await
}

/// Waits for Enter; false if nobody is there to press it. The simulator goes on serving meanwhile.
async fn entered(prompt: &str) -> bool {
    // For whoever sits there, even if the output goes to a file.
    let _ = writeln!(std::io::stderr(), "{prompt}");
    let read = || std::io::stdin().lock().skip_until(b'\n');
    // An input that is closed or unreadable is no reason to fail half-way through an emergency.
    matches!(tokio::task::spawn_blocking(read).await, Ok(Ok(1..)))
}

/// Looks the subscription and response types up: their ids differ in every environment (R70, R82).
async fn response_type(
    aura: &PeopleProtect,
    arguments: &Arguments,
    progress: &Progress,
) -> Outcome<ResponseTypeId> {
    progress.begin("Response type");
    if let Some(id) = arguments.response_type_id {
        progress.done(format!("{id}, as given"));
        return Ok(id.into());
    }
    let id = aura
        .response_types()
        .await?
        .by_value(&arguments.response_type)?;
    progress.done(format!("{} is {id} here", arguments.response_type));
    Ok(id)
}

async fn customer(
    aura: &PeopleProtect,
    arguments: &Arguments,
    progress: &Progress,
) -> Outcome<CustomerId> {
    if let Some(id) = arguments.customer {
        progress.begin("Customer");
        progress.done(format!("{id}, as given"));
        return Ok(id.into());
    }
    progress.begin("Subscription types");
    let types = aura.subscription_types().await?;
    let plan = types.by_value(&arguments.subscription_type)?;
    progress.done(format!("{} is {} here", plan.value(), plan.id()));

    progress.begin("Customer");
    let jane = NewCustomer::new("Jane", "Doe", arguments.mobile.clone());
    let registered = aura
        .register(jane)
        .with_subscription(plan.starting_now_for_days(365))
        .await
        .map_err(|error| match error.kind() {
            people_protect::ErrorKind::AlreadyRegistered => {
                format!("{error}, with --customer <id>, or pass another --mobile").into()
            }
            _ => Box::<dyn Error>::from(error),
        })?;
    progress.done(format!(
        "{} registered, covered for a year",
        registered.id()
    ));
    Ok(registered.id())
}

async fn raise(
    aura: &PeopleProtect,
    arguments: &Arguments,
    customer: CustomerId,
    here: Position,
    security: ResponseTypeId,
) -> Result<Raised, people_protect::Error> {
    let raise = aura.customer(customer).raise(here, security);
    match arguments.test_classification {
        Some(_) => raise.test().await,
        None => raise.live().await,
    }
}

/// Reads the callout back until it is closed, and has the simulator's responder act meanwhile.
async fn follow(
    aura: &PeopleProtect,
    target: &Target,
    raised: &Raised,
    here: Position,
    progress: &Progress,
) -> Outcome<()> {
    let mut watch = aura.callout(raised).watch().with_pace(target.pace());
    if !target.is_simulator() {
        // The end is told by 285 then, whatever staging calls a closed callout (R33).
        watch = watch.with_position(here);
    }
    progress.begin("Read back");
    if let Some(note) = target.what_to_do(raised.id()) {
        progress.note(&note);
    }
    while let Some(view) = watch.try_next().await? {
        if view.is_stale() {
            progress.note("It cannot be read at the moment; still trying.");
            continue;
        }
        progress.done(view.stage().to_string());
        if view.is_over() {
            break;
        }
        progress.begin("Read back");
        target.act(raised.id(), &view.stage())?;
    }
    // Reads the end of the stream, which tells why it ended.
    watch.try_next().await?;
    match watch.ended() {
        Some(Ended::Closed) => {
            progress.finish(&format!("Callout {} was seen closed.", raised.id()));
            Ok(())
        }
        Some(Ended::Cancelled) => Err("the callout was cancelled, not closed".into()),
        _ => Err("the callout was not seen closed".into()),
    }
}

/// Asks on the terminal; no answer is no.
fn consent(environment: &people_protect::Environment) -> Outcome<bool> {
    let mut out = std::io::stdout();
    write!(
        out,
        "This raises a callout on {environment}. It may be live: people may act on it.\n\
         Raise it? [yes/no] "
    )?;
    out.flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    if !std::io::stdin().is_terminal() {
        writeln!(out)?;
    }
    Ok(answer.trim().eq_ignore_ascii_case("yes"))
}
