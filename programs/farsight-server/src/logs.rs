//! Where the tasks' logs go.

use farsight::prelude::*;
use farsight_aws::logs::LogGroup;

/// The log groups of the two services.
pub struct Logs {
    pub api: LogGroup,
    pub worker: LogGroup,
}

pub fn declare(cx: &Context) -> Logs {
    let days = cx.config().or("log_retention_days", 731_i64);
    let keep = cx.config().or("keep_logs", false);
    // The names are fixed: task definitions and people's queries contain them.
    let group =
        |name: &str, path: &str| LogGroup::new(name).name(path).retention_in_days(days).retain_on_delete(keep).add(cx);
    Logs { api: group("api", "/ecs/farsight-api-server"), worker: group("worker", "/ecs/farsight-worker") }
}
