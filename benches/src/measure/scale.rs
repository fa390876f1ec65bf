//! Simulators with a thousand to a million customers: what a request costs each of them.

use crate::by_hand::Failed;
use crate::context::Context;
use crate::section::{Bar, Row, Section, Unit};
use crate::server::{SIMULATOR, Server, build, words};
use crate::stopwatch::Stopwatch;

/// On the command line.
pub const NAME: &str = "scale";
/// On the page.
pub const TITLE: &str = "The simulator with more customers";

/// The id that a simulator gives to its first customer, and to its first callout: those of the
/// documentation's examples.
pub(crate) const CUSTOMER: u64 = 178_921;
pub(crate) const CALLOUT: u64 = 992_011;

/// What is asked, and what it is called on the page.
const ASKED: [(&str, &str); 4] = [
    ("customer", "read a customer"),
    ("get", "get a callout"),
    ("again", "raise while one is active"),
    ("mixed", "raise, move, read, cancel"),
];

/// What is asked of the largest again, of a few only: whatever its size costs but memory that is far away is in
/// it.
const FEW: u64 = 1_000;
const NEAR: [&str; 3] = ["customer", "get", "again"];

/// One of them, and what it costs.
struct Filled {
    server: Server,
    customers: u64,
    /// How long it took to register everybody.
    seconds: f64,
    /// What it holds for each customer.
    bytes: f64,
    /// Seconds of processor for each call, by what is asked.
    costs: [Vec<f64>; ASKED.len()],
}

/// Measures.
///
/// # Errors
///
/// If a simulator cannot be built, started or filled, or if any call is not answered 2xx.
pub fn run(context: &Context) -> Result<Section, Failed> {
    build(context, SIMULATOR)?;
    let (sizes, rounds, seconds): (&[u64], _, _) = match context.quick {
        true => (&[1_000, 10_000], 1, 0.3),
        false => (&[1_000, 10_000, 100_000, 1_000_000], 7, 1.0),
    };
    let mut filled = Vec::new();
    for size in sizes {
        filled.push(fill(context, *size)?);
    }
    let mut near: [Vec<f64>; NEAR.len()] = Default::default();
    for round in 0..=rounds {
        for (place, (what, _)) in ASKED.iter().enumerate() {
            for one in &mut filled {
                let open = one.customers / 10;
                let asked = match *what {
                    "customer" => words(CUSTOMER, one.customers, seconds),
                    "get" => words(CALLOUT, open, seconds),
                    "again" => words(CUSTOMER, open, seconds),
                    // All the others, but few of them at a time: each leaves a callout behind.
                    _ => {
                        let mut words = words(CUSTOMER + open, one.customers - open, seconds);
                        words.extend(["--calls".to_owned(), "16000".to_owned()]);
                        words
                    }
                };
                let cost = one.costs(context, what, &asked)?;
                // The first round warms up.
                if round > 0 {
                    one.costs[place].push(cost);
                }
            }
            let few = NEAR.iter().position(|name| name == what);
            if let (Some(few), Some(largest)) = (few, filled.last()) {
                let first = if *what == "get" { CALLOUT } else { CUSTOMER };
                let cost = largest.costs(context, what, &words(first, FEW, seconds))?;
                if round > 0 {
                    near[few].push(cost);
                }
            }
        }
    }
    let mut rows = Vec::new();
    for (place, (what, title)) in ASKED.iter().enumerate() {
        let mut costs: Vec<(String, f64)> = filled
            .iter_mut()
            .map(|one| (named(one.customers), median(&mut one.costs[place]) * 1e6))
            .collect();
        // Flat is all of them within a tenth, so each is held against the cheapest.
        let cheapest = costs.iter().min_by(|one, other| one.1.total_cmp(&other.1));
        let (smallest, least) = cheapest.cloned().ok_or("no sizes")?;
        let few = NEAR.iter().position(|name| name == what);
        if let (Some(few), Some((largest, _))) = (few, costs.last()) {
            let title = format!("{largest}, the same {FEW} each time");
            costs.push((title, median(&mut near[few]) * 1e6));
        }
        for (size, cost) in costs {
            rows.push(
                Row::new(format!("{title}, {size}"), Unit::Microseconds, cost)
                    .beside(format!("the cheapest: {smallest}"), least)
                    .bar(Bar::TimesAtMost(1.10)),
            );
        }
    }
    for one in &filled {
        let title = format!("memory for each customer, {}", named(one.customers));
        rows.push(Row::new(title, Unit::Bytes, one.bytes));
    }
    for one in &filled {
        let title = format!("registering all of them, {}", named(one.customers));
        rows.push(Row::new(title, Unit::Seconds, one.seconds));
    }
    context.section(NAME, TITLE, rows)
}

impl Filled {
    /// Seconds of processor for each call.
    fn costs(&self, context: &Context, what: &str, words: &[String]) -> Result<f64, Failed> {
        let before = self.server.worked()?;
        let done = self.server.load(context, what, words)?;
        Ok((self.server.worked()? - before) / done.calls as f64)
    }
}

/// A simulator in which everybody has a subscription and every tenth has called: filled through its API,
/// as integrators would.
fn fill(context: &Context, customers: u64) -> Result<Filled, Failed> {
    let server = Server::simulator(context, &[])?;
    let empty = server.holds()?;
    let watch = Stopwatch::start();
    server.fill(context, "register", CUSTOMER, customers)?;
    let seconds = watch.seconds();
    server.fill(context, "raise", CUSTOMER, customers / 10)?;
    Ok(Filled {
        bytes: (server.holds()? - empty) / customers as f64,
        server,
        customers,
        seconds,
        costs: Default::default(),
    })
}

fn named(customers: u64) -> String {
    format!("10^{} customers", customers.ilog10())
}

/// The middle one; of an even number the upper of the two.
pub(crate) fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
