//! What the engine does to resources, one file per feature.

#[path = "../common/mod.rs"]
mod common;

mod alias;
mod ignore;
mod options;
mod protect;
mod replace;
mod targets;
