//! The engine: it compares what a program declares with what state remembers and the cloud has, makes a plan, and
//! executes exactly that plan.
//!
//! [`Session`] is the entrance. The planner ([`Plan`]) decides, the executor runs the graph, every transition goes
//! through the journal, and recovery settles what an earlier run left open.

mod adopt;
mod callbacks;
mod control;
mod diagnostic;
mod event;
mod execute;
mod goal;
mod journal;
mod known;
mod plan;
mod planner;
mod policy;
pub mod program;
mod reader;
mod recover;
mod reference;
mod report;
mod saved;
mod scope;
mod session;
mod steps;
mod target;
mod verify;
mod world;

pub use adopt::{Adopted, Adoption};
pub use callbacks::{Callbacks, Declared};
pub use control::Control;
pub use diagnostic::{Code, Diagnostic, Diagnostics, Severity, exit_code};
pub use event::{Event, Events};
pub use execute::{Outcome, Retained};
pub use goal::{Goal, Goals};
pub use journal::{Home, Journal, Moment, Observer};
pub use plan::{DiffView, OutputView, Plan, PlanView, Step, StepOp, StepView, Summary, masked};
pub use planner::{PlanOptions, unreadable};
pub use report::{DriftReport, DriftSummary, Finding, FindingKind, RefreshReport};
pub use saved::{Fingerprints, SavedAdoption, SavedName, SavedOptions, SavedPlan, SavedReading};
pub use session::{Engine, LockRequest, Mark, Moved, Session, Settings};
pub use target::{Patterns, Targets};
pub use verify::{CheckResult, Verdict, VerifyReport};
