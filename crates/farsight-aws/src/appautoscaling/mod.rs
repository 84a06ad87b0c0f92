//! Application Auto Scaling: what grows and shrinks with its load.

mod policy;
mod target;

pub use policy::*;
pub use target::*;
