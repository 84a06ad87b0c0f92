//! A local AWS to try farsight on: a moto server in a Python environment of its own, with corrections of moto's defects.
//!
//! [`Sandbox`] is the one that a user starts and stops; it outlives the process that started it. [`Ephemeral`] is for tests, and
//! ends with them. Nothing here talks to the real AWS.

mod ephemeral;
mod error;
mod http;
mod launcher;
mod sandbox;
mod venv;

pub use ephemeral::{Ephemeral, shared};
pub use error::SandboxError;
pub use sandbox::{Sandbox, Status, default_home};
