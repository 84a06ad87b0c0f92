//! Rust programs: built with cargo, run as a process of their own, heard over a private socket.

mod build;
mod host;

pub use build::{BuildOptions, build};
pub use host::{HostOptions, Program, start};
