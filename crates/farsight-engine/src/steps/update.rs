//! Changes an object in place, or finishes one that an earlier run began.

use super::converge::{Aim, converge};
use super::values::{hashed_as, ignoring, known_before, previous, storable};
use super::{Run, Sent, Slot, StepError, StepResult};
use crate::Step;
use crate::known::Known;
use farsight_model::PropertyPath;
use farsight_state::{OpKind, OpStatus, ResourceStatus, Transition};
use std::sync::PoisonError;

pub(super) async fn run(run: &Run, step: &Step, slot: &Slot) -> StepResult<Option<String>> {
    let goal = run.goal(step)?;
    let handler = run.handler(step)?;
    let handler = handler.as_ref();
    let old = run.row(step)?;
    let inputs = run.inputs(step, goal).await?;
    let deadline = run.limit(step, handler, goal.options.timeouts.update);
    let moved = run.moved.lock().unwrap_or_else(PoisonError::into_inner).get(&old.key).cloned();
    let Some(id) = moved.or_else(|| old.id.clone()) else {
        return Err(super::bug(&step.urn, "an update of an object without an id").into());
    };
    // Until it is done, the row keeps the inputs that were last known to hold, and says that more was begun.
    let mut begun = old.clone();
    begun.id = Some(id.clone());
    begun.urn = step.urn.clone();
    begun.error = None;
    if begun.status == ResourceStatus::Ready {
        begun.status = ResourceStatus::Updating;
    }
    let operation = run.intent(OpKind::Update, &begun, &inputs, None)?;
    run.journal
        .commit(vec![Transition::Begin(Box::new(operation.clone())), run.put(&begun, Some(&operation.id))?])
        .await?;

    // An unfinished create is compared in full: nothing of it counts as done before.
    let full = old.status == ResourceStatus::Creating;
    let ignored: &[PropertyPath] = if full { &[] } else { &goal.options.ignore_changes };
    let declared = ignoring(ignored, inputs.clone(), known_before(old), handler.schema());
    // Hashes are bound to the URN, and an alias may just have changed that.
    let stored = storable(handler.schema(), &run.keyring, hashed_as(old), &declared);
    let before = previous(handler.schema(), old);
    let options = &old.options;
    let previous = before.as_deref();
    let aim = Aim {
        step,
        goal,
        handler,
        wanted: &inputs,
        stored: &stored,
        previous,
        options,
        full,
        only: None,
        accepts: full,
        operation: &operation,
        deadline: &deadline,
        begun_at: (old.status != ResourceStatus::Ready && run.intended.get(&old.key) != Some(&stored))
            .then_some(old.updated_at),
    };
    match converge(run, &aim, slot, Sent::intended(&operation), &id).await {
        Ok(converged) => {
            let mut done = run.row_for(goal, old.key, Some(&converged.id), &declared, &converged.observed);
            done.created_at = old.created_at;
            done.read_at = Some(run.clock.now());
            done.options.accepted = old.options.accepted.iter().cloned().chain(converged.accepted).collect();
            run.journal
                .commit(vec![run.finish(&operation.id, OpStatus::Done, None), run.put(&done, Some(&operation.id))?])
                .await?;
            run.learn(&step.urn, Known::read(Some(&converged.id), done.outputs));
            Ok(Some(converged.id))
        }
        Err(error) => {
            if let StepError::Failed(diagnostic) = &error {
                run.fail(&operation, begun, diagnostic).await?;
            }
            Err(error)
        }
    }
}
