//! Objects that live in the state alone: each step is one commit, so there is no gap that recovery would have to close.
//!
//! A value is handed on only once it is committed: whatever a kill leaves behind, either nobody saw it or state has it.

use super::{Run, StepResult, bug};
use crate::known::Known;
use crate::{Goal, Step, StepOp};
use farsight_model::Value;
use farsight_provider::{ErasedHandler, Owner, Reading};
use farsight_state::{OpKind, OpStatus, ResourceRow, Transition};

/// The operations that are done here; all others are the same wherever an object lives.
pub(super) fn takes(op: StepOp) -> bool {
    use StepOp::{Create, CreateReplacement, Delete, DeleteReplaced, Update};
    matches!(op, Create | CreateReplacement | Update | Delete | DeleteReplaced)
}

pub(super) async fn run(run: &Run, step: &Step, handler: &dyn ErasedHandler) -> StepResult<Option<String>> {
    match step.op {
        StepOp::Create | StepOp::CreateReplacement => create(run, step, handler).await,
        StepOp::Update => update(run, step).await,
        _ => delete(run, step).await,
    }
}

async fn create(run: &Run, step: &Step, handler: &dyn ErasedHandler) -> StepResult<Option<String>> {
    let goal = run.goal(step)?;
    let inputs = run.inputs(step, goal).await?;
    let predecessor = run.standing(step);
    let replaces = predecessor.filter(|_| step.op == StepOp::CreateReplacement).map(|old| old.key);
    let blank = run.row_for(goal, run.new_key(), None, &inputs, &Value::map::<String>([]));
    let operation = run.intent(OpKind::Create, &blank, &inputs, replaces)?;
    let owner: Owner = run.owner(&operation);
    let refused = |error| run.refusal(step, &error);
    let value = handler.create(&owner, &inputs.revealed()).await.map_err(refused)?;
    let readings = handler.read(std::slice::from_ref(&value)).await.map_err(refused)?;
    let Some(Reading::Ready(observed)) = readings.into_iter().next() else {
        return Err(bug(&step.urn, "a value that was just made cannot be read").into());
    };
    let id = handler.kept_id(&value);
    let row = ResourceRow { key: blank.key, ..ready(run, goal, &blank, &id, &inputs, &observed) };
    let mut transitions = vec![Transition::Begin(Box::new(operation.clone()))];
    transitions.extend(super::accepted(run, &operation, &row, &id, predecessor, replaces)?);
    transitions.push(run.finish(&operation.id, OpStatus::Done, None));
    run.journal.commit(transitions).await?;
    run.learn(&step.urn, Known::read(Some(&id), row.outputs));
    Ok(Some(id))
}

/// Inputs that say nothing about the value itself.
async fn update(run: &Run, step: &Step) -> StepResult<Option<String>> {
    let goal = run.goal(step)?;
    let old = run.row(step)?;
    let inputs = run.inputs(step, goal).await?;
    let id = old.id.clone().unwrap_or_default();
    let row = ResourceRow { created_at: old.created_at, ..ready(run, goal, old, &id, &inputs, &old.outputs) };
    let operation = run.intent(OpKind::Update, &row, &inputs, None)?;
    run.journal
        .commit(vec![
            Transition::Begin(Box::new(operation.clone())),
            run.put(&row, Some(&operation.id))?,
            run.finish(&operation.id, OpStatus::Done, None),
        ])
        .await?;
    run.learn(&step.urn, Known::read(Some(&id), row.outputs));
    Ok(Some(id))
}

async fn delete(run: &Run, step: &Step) -> StepResult<Option<String>> {
    let row = run.row(step)?;
    let operation = run.intent(OpKind::Delete, row, &row.inputs, None)?;
    let done = run.finish(&operation.id, OpStatus::Done, None);
    run.remove(row, "deleted", vec![Transition::Begin(Box::new(operation)), done]).await?;
    Ok(row.id.clone())
}

fn ready(run: &Run, goal: &Goal, old: &ResourceRow, id: &str, inputs: &Value, observed: &Value) -> ResourceRow {
    let row = run.row_for(goal, old.key, Some(id), inputs, observed);
    ResourceRow { read_at: Some(run.clock.now()), ..row }
}
