//! Secrets Manager.

mod secret;
mod secret_version;

pub use secret::*;
pub use secret_version::*;
