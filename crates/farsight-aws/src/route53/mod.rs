//! Route 53: zones and their records.

mod data;
mod record;
mod record_routing;
mod zone;

pub use data::*;
pub use record::*;
pub use record_routing::*;
pub use zone::*;
