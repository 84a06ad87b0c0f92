//! A cloud in memory for tests: slow, lagging, failing and forgetful exactly as scripted, in virtual time.
//!
//! Its types differ only in how a create is found again ([`crate::Identity`]); all have the properties of [`FIELDS`],
//! but [`KEPT`], whose objects live in the state.

mod cloud;
mod kept;
mod lifecycle;
mod types;
mod world;

pub use cloud::{Call, FakeCloud, Fate, LogEntry, Object, Point, Script};
pub use kept::KEPT;
pub use types::{FIELDS, KEYED, NAMED, SETTLED, TAGGED, TOKENED, TOKENS, UPSERTED};
