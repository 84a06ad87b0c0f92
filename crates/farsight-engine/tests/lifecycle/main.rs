//! What the engine does to resources, one file per feature.

#![allow(clippy::unwrap_used, reason = "the helpers of tests may fail as tests do")]

#[path = "../common/mod.rs"]
mod common;

mod again;
mod alias;
mod cancel;
mod deleted_with;
mod drift;
mod failures;
mod faults;
mod hooks;
mod ignore;
mod import;
mod lease;
mod limited;
mod options;
mod policy;
mod program;
mod protect;
mod provider;
mod reasons;
mod refresh;
mod replace;
mod replace_with;
mod room;
mod saved;
mod secrets;
mod surgery;
mod targets;
mod verify;
