//! What a run called of AWS.

use super::Opened;
use crate::failure::{Failure, Result};
use crate::out;
use farsight_engine::{Code, Diagnostic};
use farsight_render::{Call, calls};
use serde::Serialize;

impl Opened {
    /// Prints an answer as JSON, with what was called where that is wanted.
    pub fn answer(&self, answer: &impl Serialize, stats: bool) -> Result<()> {
        if !stats {
            return out::json(answer);
        }
        let wrong = |error| Failure::from(Diagnostic::error(Code::Bug, format!("an answer is no JSON: {error}")));
        let mut answer = serde_json::to_value(answer).map_err(wrong)?;
        answer["calls"] = serde_json::to_value(self.calls()).map_err(wrong)?;
        out::json(&answer)
    }

    /// Says to people what was called.
    pub fn say_calls(&self) {
        out::talk(calls(&self.calls()).trim_end());
    }

    fn calls(&self) -> Vec<Call> {
        let call = |(operation, stats): (String, farsight_aws_client::CallStats)| Call {
            operation,
            calls: stats.calls,
            retries: stats.retries,
            throttles: stats.throttles,
            took: stats.took,
        };
        self.aws.stats().into_iter().map(call).collect()
    }
}
