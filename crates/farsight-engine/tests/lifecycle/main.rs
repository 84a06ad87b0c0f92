//! What the engine does to resources, one file per feature.

#[path = "../common/mod.rs"]
mod common;

mod alias;
mod cancel;
mod drift;
mod failures;
mod faults;
mod ignore;
mod import;
mod lease;
mod options;
mod program;
mod protect;
mod refresh;
mod replace;
mod secrets;
mod targets;
