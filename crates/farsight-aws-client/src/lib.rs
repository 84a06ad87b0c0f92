//! What the AWS service crates share: one connection, one way to call, one table of error codes, owner tags, and the
//! provider that the engine sees.
//!
//! [`Aws::call`] is the only way to call a service. It keeps to the service's rate limits, counts and times, retries what is safe
//! to retry and turns every failure into a [`farsight_provider::Fault`]. The SDK's own retries are off: they would
//! repeat a create whose answer was lost and so make two objects (aws catalogue, section 3).

mod aws;
pub mod classify;
mod codes;
mod connect;
mod functions;
pub mod json;
mod limiter;
mod limits;
mod provider;
mod reads;
mod retry;
mod service;
mod settings;
pub mod tags;

pub use aws::{Aws, CallStats, Effect, Identity};
pub use functions::Function;
pub use provider::AwsProvider;
pub use reads::{in_order, the_one};
pub use service::{Service, unless};
pub use settings::{Settings, StaticCredentials};
