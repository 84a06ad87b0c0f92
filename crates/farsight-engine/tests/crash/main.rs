//! Killed anywhere, nothing lost: the engine is stopped at every moment around every commit and every provider call and
//! in every wait, and the next run must bring state and cloud together without help.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the helpers of tests may fail as tests do"
)]

#[path = "../common/mod.rs"]
mod common;
mod matrix;
mod scenarios;
