//! Nothing in the cloud: the row's bookkeeping follows the program.

use super::{Run, StepResult};
use crate::Step;
use crate::known::Known;
use farsight_model::Value;

pub(super) async fn run(run: &Run, step: &Step) -> StepResult<Option<String>> {
    let row = run.row(step)?;
    let Some(goal) = step.goal.and_then(|index| run.goals.list.get(index)) else {
        let answers = if row.custom { &row.outputs } else { &row.inputs };
        run.learn(&step.urn, Known::read(row.id.as_deref(), answers.clone()));
        return Ok(row.id.clone());
    };
    run.settle_trigger(step, goal).await?;
    let inputs = if goal.handler.is_some() { step.inputs.clone() } else { run.inputs(step, goal).await? };
    let mut new = run.row_for(goal, row.key, row.id.as_deref(), &inputs, &row.outputs);
    new.created_at = row.created_at;
    new.updated_at = row.updated_at;
    new.read_at = row.read_at;
    new.options.accepted.clone_from(&row.options.accepted);
    if new.inputs.has_unknown() {
        // A component may hand on what its children are about to make; it is stored when everything is done.
        new.inputs = row.inputs.clone();
    }
    run.learn(&step.urn, Known::read(row.id.as_deref(), known_outputs(goal.handler.is_some(), &new.outputs, &inputs)));
    // A dependency that was deleted and made anew in this run is to be remembered anew.
    let forgotten = new.dependencies.iter().any(|urn| run.went(urn));
    if new != *row || forgotten {
        new.updated_at = run.clock.now();
        run.journal.commit(vec![run.put(&new, None)?]).await?;
    }
    Ok(row.id.clone())
}

/// A component answers its inputs; its outputs are computed by whoever asks.
fn known_outputs(custom: bool, outputs: &Value, inputs: &Value) -> Value {
    if custom { outputs.clone() } else { inputs.clone() }
}
