//! What the state store promises, one module per promise.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test may")]

mod common;
mod docs;
mod drift;
mod export;
mod files;
mod journal;
mod kill;
mod leases;
mod model;
mod stacks;
mod verify;
mod writer;
