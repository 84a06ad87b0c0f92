//! What the state store promises, one module per promise.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

mod common;
mod drift;
mod export;
mod files;
mod journal;
mod leases;
mod model;
mod stacks;
mod verify;
mod writer;
