//! What the simulator does, one file per part of it.
//!
//! They are one program because each program of tests holds the whole simulator: forty of them
//! took four gigabytes and most of the time of a build.

#[path = "../common/mod.rs"]
mod common;

mod against_model;
mod authentication;
mod breaking;
mod callout_switches;
mod cancelling;
mod catalogue;
mod control;
mod control_document;
mod csv_files;
mod customers;
mod deliveries;
mod determinism;
mod devices;
mod drift;
mod endings;
mod events;
mod everything;
mod exception_reasons;
mod faults;
mod fixed_locations;
mod following;
mod front_page;
mod grace;
mod hosted_pages;
mod leads;
mod lifecycle;
mod malformed_callouts;
mod malformed_people;
mod people_switches;
mod raising;
mod ratings;
mod raw;
mod readme;
mod redaction;
#[cfg(feature = "reference")]
mod reference;
mod refusals;
mod responder_page;
mod responder_steps;
mod scheduled_services;
mod security;
mod sending;
mod sessions;
mod sources;
mod state;
mod state_file;
mod subscriptions;
mod tracking_page;
mod webhooks;
