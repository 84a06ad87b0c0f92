//! The state store: one SQLite file per project that holds every stack's resources, the journal of operations, the
//! history of updates and versions, drift records, and the lease that keeps two runs apart.
//!
//! Everything is synchronous. Values must be sealed before they come here (`farsight-secrets`); a secret in clear is
//! refused. Times are [`Millis`] and given by the caller. `docs/state.md` documents the file for people with `sqlite3`.
//!
//! ```
//! use farsight_state::{Holder, Store};
//!
//! let mut store = Store::in_memory()?;
//! let stack = store.create_stack("shop", "dev", 1_700_000_000_000)?;
//! let me = Holder { user: "ann".into(), host: "desk".into(), pid: 7, process: None, command: "farsight up".into() };
//! let lease = store.acquire_lease(stack.id, &me, 1_700_000_000_000, 30_000)?;
//! store.apply(&lease, &[])?;
//! assert!(store.snapshot(stack.id)?.resources.is_empty());
//! # Ok::<(), farsight_state::StateError>(())
//! ```

#![allow(clippy::doc_markdown, reason = "SQLite is a name, not code")]

mod backup;
mod codec;
mod drift;
mod error;
mod export;
mod graph;
mod journal;
mod lease;
mod migrate;
mod open;
mod operation;
mod put;
mod repair;
mod resource;
mod snapshot;
mod stack;
mod store;
mod tag;
mod text_enum;
mod update;
mod verify;
mod version;
mod writer;

pub use drift::{DriftFinding, DriftKind, DriftRun, DriftRunId, DriftRunRow};
pub use error::StateError;
pub use lease::{Holder, Lease, LeaseInfo};
pub use migrate::SCHEMA_VERSION;
pub use open::Access;
pub use operation::{OpKind, OpStatus, Operation, Transition};
pub use resource::{ResourceKey, ResourceRow, ResourceStatus};
pub use snapshot::Snapshot;
pub use stack::{Cloud, Stack, StackId};
pub use store::Store;
pub use update::{Counts, UpdateEnd, UpdateId, UpdateResult, UpdateRow, UpdateStart};
pub use verify::Finding;
pub use version::{VersionRow, VersionState};
pub use writer::{Reply, Writer, WriterStats};

/// A moment: milliseconds since the Unix epoch.
pub type Millis = i64;
