//! What happens during a run, as data: the only input of what people see.

use crate::{Diagnostic, StepOp, Verdict};
use farsight_model::Urn;
use serde::{Deserialize, Serialize};

/// One thing that happened. With `--events` each is a line of JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Event {
    /// A part of the run begins: `recover`, `build`, `declare`, `read`, `plan`, `execute`,
    /// `verify`.
    Phase {
        /// Which part.
        name: String,
        /// How much there is to do, if known.
        total: Option<usize>,
    },
    /// The program, or the build of it, wrote a line.
    Output {
        /// The line, without its line feed.
        line: String,
        /// Whether it came on standard error.
        stderr: bool,
    },
    /// An operation that an earlier run left open was settled.
    Recovered {
        /// The resource.
        urn: Urn,
        /// What was found and done about it.
        what: String,
    },
    /// A step begins.
    Started {
        /// The resource.
        urn: Urn,
        /// What is done.
        op: StepOp,
    },
    /// A step waits for the cloud.
    Waiting {
        /// The resource.
        urn: Urn,
        /// What is done.
        op: StepOp,
        /// What it waits for, in the cloud's own words.
        reason: String,
    },
    /// A step got an error that passes and asks again.
    Retrying {
        /// The resource.
        urn: Urn,
        /// What is done.
        op: StepOp,
        /// The error.
        reason: String,
        /// Milliseconds until the next try.
        after: u64,
    },
    /// A step is done and committed.
    Finished {
        /// The resource.
        urn: Urn,
        /// What was done.
        op: StepOp,
        /// The object's id, if there is one.
        id: Option<String>,
        /// Milliseconds that it took.
        took: u64,
    },
    /// A step failed.
    Failed {
        /// The resource.
        urn: Urn,
        /// What was tried.
        op: StepOp,
        /// Why.
        diagnostic: Diagnostic,
    },
    /// A step was not tried, because another failed or the run was cancelled.
    Skipped {
        /// The resource.
        urn: Urn,
        /// What would have been done.
        op: StepOp,
        /// Why not.
        reason: String,
    },
    /// A check does not hold yet, and another thing was seen than before.
    Checking {
        /// The check.
        urn: Urn,
        /// What was seen.
        seen: String,
    },
    /// A check came to its end.
    Checked {
        /// The check.
        urn: Urn,
        /// How.
        verdict: Verdict,
        /// What was seen last.
        seen: String,
        /// Milliseconds until then.
        took: u64,
    },
    /// Something worth knowing.
    Notice {
        /// What.
        diagnostic: Diagnostic,
    },
    /// The run was asked to stop.
    Cancelling {
        /// 1: nothing new starts. 2: nothing is waited for.
        level: u8,
    },
}

/// Where events go. Called from the engine's task: must not block.
pub type Events = std::sync::Arc<dyn Fn(Event) + Send + Sync>;
