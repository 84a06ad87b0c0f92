//! What a provider implements, and what the engine may count on.
//!
//! A resource type is a [`Handler`]: five short functions and a [`Policy`] that is pure data. The engine does the rest:
//! diff, journal, waiting, retrying, recovery. Handlers never wait, retry or compare.

mod clock;
pub mod conformance;
mod erased;
mod error;
pub mod fake;
mod handler;
mod policy;
mod probe;
mod provider;
mod seen;

pub use clock::{Clock, SystemClock, VirtualClock};
pub use erased::{ErasedHandler, erase};
pub use error::{Error, Fault};
pub use handler::{Change, Handler, Leftover, Owner, Scope, Stray};
pub use policy::{Identity, Policy, Settle, mins, secs};
pub use probe::{Probe, Sight, text_of};
pub use provider::{Cloud, Connect, Provider, Registry};
pub use seen::{Reading, Seen};

/// A future that crosses threads, boxed.
pub type BoxFuture<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What a provider call gives.
pub type Result<T> = std::result::Result<T, Error>;

/// The provider's identity of an object, also what `farsight import` takes.
pub type Id = String;
