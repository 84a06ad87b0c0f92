//! RDS.

mod instance;
mod parameter_group;
mod subnet_group;

pub use instance::*;
pub use parameter_group::*;
pub use subnet_group::*;
