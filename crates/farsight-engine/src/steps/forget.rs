//! Drops a row and leaves the object, if there is one, alone.

use super::{Run, StepResult};
use crate::{Step, StepOp};

pub(super) async fn run(run: &Run, step: &Step) -> StepResult<Option<String>> {
    let row = run.row(step)?;
    let reason = if step.op == StepOp::Gone { "gone" } else { "retained" };
    run.remove(row, reason, Vec::new()).await?;
    Ok(row.id.clone())
}
