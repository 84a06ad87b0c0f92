//! Lets an object go that others must delete: an update that takes one reference away, before the step that gives the
//! new one.

use super::converge::{Aim, converge};
use super::values::previous;
use super::{Run, Sent, Slot, StepError, StepResult};
use crate::Step;
use farsight_model::{Schema, Value};
use farsight_state::{OpKind, OpStatus, ResourceRow, ResourceStatus, Transition};
use std::sync::PoisonError;

pub(super) async fn run(run: &Run, step: &Step, slot: &Slot) -> StepResult<Option<String>> {
    let goal = run.goal(step)?;
    let handler = run.handler(step)?;
    let handler = handler.as_ref();
    let old = run.row(step)?;
    let deadline = run.limit(step, handler, goal.options.timeouts.update);
    let Some(id) = old.id.clone() else {
        return Err(super::bug(&step.urn, "an update of an object without an id").into());
    };
    let mut begun = ResourceRow { error: None, ..old.clone() };
    if begun.status == ResourceStatus::Ready {
        begun.status = ResourceStatus::Updating;
    }
    let operation = run.intent(OpKind::Update, &begun, &step.inputs, None)?;
    run.journal
        .commit(vec![Transition::Begin(Box::new(operation.clone())), run.put(&begun, Some(&operation.id))?])
        .await?;
    let before = previous(handler.schema(), old);
    let only: Vec<&str> = step.changes.iter().filter_map(|change| change.path.head()).collect();
    let aim = Aim {
        step,
        goal,
        handler,
        wanted: &sendable(handler.schema(), &step.inputs),
        stored: &step.inputs,
        previous: before.as_deref(),
        options: &old.options,
        full: false,
        only: Some(&only),
        accepts: false,
        operation: &operation,
        deadline: &deadline,
        begun_at: (old.status != ResourceStatus::Ready).then_some(old.updated_at),
    };
    match converge(run, &aim, slot, Sent::intended(&operation), &id).await {
        Ok(converged) => {
            let now = run.clock.now();
            let done = ResourceRow {
                id: Some(converged.id.clone()),
                inputs: step.inputs.clone(),
                outputs: converged.observed,
                updated_at: now,
                read_at: Some(now),
                error: None,
                ..old.clone()
            };
            run.journal
                .commit(vec![run.finish(&operation.id, OpStatus::Done, None), run.put(&done, Some(&operation.id))?])
                .await?;
            if converged.id != id {
                run.moved.lock().unwrap_or_else(PoisonError::into_inner).insert(old.key, converged.id.clone());
            }
            Ok(Some(converged.id))
        }
        Err(StepError::Failed(diagnostic)) => {
            run.fail(&operation, begun, &diagnostic).await?;
            Err(StepError::Failed(diagnostic))
        }
        Err(error) => Err(error),
    }
}

/// Remembered inputs as a handler can take them: of write-only values only hashes are known, and this changes none.
fn sendable(schema: &Schema, inputs: &Value) -> Value {
    let mut inputs = inputs.clone();
    for field in schema.fields.iter().filter(|field| field.marks.write_only) {
        inputs.set(field.name, if field.required { Value::from("") } else { Value::Null });
    }
    inputs
}
