//! What is promised when things go wrong, one promise a test (`docs/reliability.md`).

#![allow(clippy::unwrap_used, reason = "the helpers of tests may fail as tests do")]

mod cloud;
#[path = "../common/mod.rs"]
mod common;
mod late;
mod locks;
mod parse;
mod strangers;
