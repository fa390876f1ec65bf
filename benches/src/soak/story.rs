//! What one customer goes through: a callout from its raise to its end, with whatever fails between.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use fastrand::Rng;
use people_protect::{
    Callout, CalloutId, Clock as _, Ended, Error, PeopleProtect, Position, SafeCode,
};

use super::watchers::PATIENCE;
use super::world::{HURRIED, Person, Source, World};
use super::wrong::{Wrong, Wrongs};
use crate::stopwatch::at_most;

/// So often a call is made again by hand before somebody looks into it.
const TRIES: u32 = 50;
/// Whoever tries again by hand waits a moment, in the run's time: a failed exchange of a token is shared
/// for up to a second.
const MOMENT: Duration = Duration::from_secs(2);
/// So long a watch may take to see an end that there is, in real time: a minute is an hour there.
const LONGEST: Duration = Duration::from_secs(60);
/// So long a request that was given up may still be under way.
const UNDER_WAY: Duration = Duration::from_secs(1200);

/// Tells one story.
pub(crate) async fn story(world: &World, person: &mut Person, chance: &mut Rng) {
    let source = &world.sources[person.source];
    let Some(id) = raise(world, person, chance).await else {
        return;
    };
    let cancelled = chance.u8(..10) < 6;
    let callout = source.aura.callout(id);
    // Half of the callouts have a watch of their own, the others share one.
    let watched = async {
        match id.get() % 2 {
            0 => alone(&callout).await,
            _ => source.watchers.follow(id).await.ok(),
        }
    };
    let told = async {
        meanwhile(world, person, &callout, chance).await;
        match cancelled {
            true => cancel(world, person, &callout).await,
            false => world
                .control
                .respond(id.get())
                .await
                .inspect_err(|why| {
                    world.wrongs.note(Wrong::Idle, || why.clone());
                })
                .is_ok(),
        }
    };
    let both = async { tokio::join!(watched, told) };
    let ended = at_most(LONGEST, both).await;
    let wanted = match cancelled {
        true => Ended::Cancelled,
        false => Ended::Closed,
    };
    source.watchers.leave(id);
    match ended {
        Some((Some(ended), true)) if ended == wanted => {
            more(&world.counts.watches);
            more(&world.counts.callouts);
            let mut told = world.told();
            match wanted {
                Ended::Cancelled => told.cancelled.push(id.get()),
                _ => told.closed.push(id.get()),
            }
        }
        // What was not told as done was noted then.
        Some((_, false)) => {}
        ended => world.wrongs.note(Wrong::Watch, || {
            format!("the watch of callout {id} came to {ended:?}, not {wanted:?}")
        }),
    }
}

/// Raises until it is acknowledged.
async fn raise(world: &World, person: &mut Person, chance: &mut Rng) -> Option<CalloutId> {
    let source = &world.sources[person.source];
    // Whether an attempt may have raised one already.
    let mut raised = false;
    for _ in 0..TRIES {
        let aura = match chance.u8(..10) < 2 {
            true => &source.hurried,
            false => &source.aura,
        };
        match once(world, person, aura, source, chance).await {
            Ok(id) => return Some(id),
            Err(error) if error.may_have_reached_server() => raised = true,
            Err(error) => {
                let sure = !raised && world.clock.passed() > person.unsure_until;
                if sure {
                    nothing_happened(world, person, &error).await;
                }
            }
        }
        world.clock.sleep(MOMENT).await;
    }
    world.wrongs.note(Wrong::Unexplained, || {
        let customer = person.customer;
        format!("a raise for customer {customer} failed {TRIES} times")
    });
    None
}

async fn once(
    world: &World,
    person: &mut Person,
    aura: &PeopleProtect,
    source: &Source,
    chance: &mut Rng,
) -> Result<CalloutId, Error> {
    let began = world.clock.passed();
    let place = place(chance)?;
    let raised = aura
        .customer(person.customer)
        .raise(place, source.security)
        .live()
        .await;
    let now = world.clock.passed();
    // An attempt may have run out of time, and may land after all.
    if now.saturating_sub(began) > HURRIED * 9 / 10 {
        person.unsure_until = now + UNDER_WAY;
        world.told().unsure.insert(person.customer.get());
    }
    match raised {
        Ok(raised) => {
            more(&world.counts.raises);
            let pair = (raised.id().get(), person.customer.get());
            world.told().raised.push(pair);
            Ok(raised.id())
        }
        Err(error) => {
            world.failed(&error);
            Err(error)
        }
    }
}

/// The error says that the raise has not reached the server: then there is no callout.
async fn nothing_happened(world: &World, person: &Person, error: &Error) {
    let customer = person.customer;
    match world.control.active_of(customer.get()).await {
        Ok(active) if active.is_empty() => more(&world.counts.claims),
        Ok(active) => world.wrongs.note(Wrong::NotTrue, || {
            format!("customer {customer} has callout {active:?} in spite of: {error}")
        }),
        Err(why) => world.wrongs.note(Wrong::Idle, || why),
    }
}

/// What people do while help is coming.
async fn meanwhile(world: &World, person: &mut Person, callout: &Callout, chance: &mut Rng) {
    let source = &world.sources[person.source];
    let (id, wrongs) = (callout.id(), &world.wrongs);
    // A second press of the button, or two at once from two phones (R27).
    for _ in 0..chance.u8(..3) {
        let (mut other, mut dice) = (person.clone(), chance.fork());
        let pressed = tokio::join!(
            once(world, person, &source.aura, source, chance),
            once(world, &mut other, &source.hurried, source, &mut dice),
        );
        person.unsure_until = person.unsure_until.max(other.unsure_until);
        for again in [pressed.0, pressed.1].into_iter().flatten() {
            same(wrongs, person, id, again);
        }
    }
    if chance.u8(..10) < 3 {
        let line = format!("line {:016x}", chance.u64(..));
        match callout.say("customer", line.clone()).await {
            Ok(_) => world.told().said.push((id.get(), line)),
            Err(error) => world.failed(&error),
        }
        heed(world, callout.events().await);
    }
    if chance.u8(..10) < 5 {
        heed(world, callout.get().await);
    }
    if chance.u8(..10) < 2 {
        heed(world, source.aura.customer(person.customer).get().await);
        heed(
            world,
            source.aura.customer(person.customer).callouts().await,
        );
    }
    if chance.u8(..10) < 4
        && let Ok(place) = place(chance)
    {
        heed(world, callout.send_location(place).await);
        heed(world, callout.update_location(place).await);
    }
}

fn same(wrongs: &Wrongs, person: &Person, active: CalloutId, again: CalloutId) {
    if again != active {
        wrongs.note(Wrong::Second, || {
            let customer = person.customer;
            format!("customer {customer} was told of callout {again} while {active} was active")
        });
    }
}

/// Cancels until it is acknowledged.
async fn cancel(world: &World, person: &Person, callout: &Callout) -> bool {
    for _ in 0..TRIES {
        let cancelled = match SafeCode::new(&person.safe_code) {
            Ok(code) => callout.cancel(Some(code)).await,
            Err(error) => Err(error),
        };
        match cancelled {
            Ok(_) => return true,
            Err(error) => world.failed(&error),
        }
        world.clock.sleep(MOMENT).await;
    }
    world.wrongs.note(Wrong::Unexplained, || {
        format!(
            "a cancellation of callout {} failed {TRIES} times",
            callout.id()
        )
    });
    false
}

/// Follows one callout to its end.
async fn alone(callout: &Callout) -> Option<Ended> {
    let mut watch = callout.watch().with_patience(PATIENCE);
    // The last item may be an error: then `ended` has no end that was seen.
    while let Ok(Some(_)) = watch.try_next().await {}
    watch.ended()
}

fn heed<T>(world: &World, result: Result<T, Error>) {
    if let Err(error) = result {
        world.failed(&error);
    }
}

fn place(chance: &mut Rng) -> Result<Position, Error> {
    Position::new(-26.1 - chance.f64() / 100.0, 28.1 + chance.f64() / 100.0)
}

fn more(count: &AtomicU64) {
    count.fetch_add(1, Ordering::Relaxed);
}
