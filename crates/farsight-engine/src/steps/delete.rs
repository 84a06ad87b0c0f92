//! Deletes an object and waits until it is gone.

use super::converge::next_look;
use super::{Deadline, Run, Sent, Slot, StepError, StepResult};
use crate::{Code, Diagnostic, Event, Step};
use farsight_model::Value;
use farsight_provider::{ErasedHandler, Fault, Reading};
use farsight_state::{OpKind, OpStatus, Operation, ResourceRow, ResourceStatus, Transition};

pub(super) async fn run(run: &Run, step: &Step, slot: &Slot) -> StepResult<Option<String>> {
    let row = run.row(step)?;
    let handler = run.handler(step)?;
    let handler = handler.as_ref();
    let Some(id) = row.id.clone() else {
        return Err(super::bug(&step.urn, "a delete of an object without an id").into());
    };
    // Of the old half of a replacement the program may have something newer to say.
    let said = step.goal.and_then(|index| run.goals.list.get(index)).map_or(&row.options, |goal| &goal.options);
    let deadline = run.limit(step, handler, said.timeouts.delete);
    let operation = run.intent(OpKind::Delete, row, &row.inputs, None)?;
    run.journal.commit(vec![Transition::Begin(Box::new(operation.clone()))]).await?;
    let mut begun = false;
    match take_away(run, step, slot, handler, row, &operation, &deadline, &mut begun).await {
        Ok(()) => {
            run.remove(row, "deleted", vec![run.finish(&operation.id, OpStatus::Done, None)]).await?;
            Ok(Some(id))
        }
        Err(StepError::Failed(diagnostic)) => {
            let mut kept = row.clone();
            if begun {
                // Should it be wanted again after all, nobody may count on it as it was.
                kept.status = ResourceStatus::Deleting;
            }
            run.fail(&operation, kept, &diagnostic).await?;
            Err(StepError::Failed(diagnostic))
        }
        Err(other) => Err(other),
    }
}

/// Calls until the object is gone. `begun` becomes true when the cloud may have begun with it.
#[allow(clippy::too_many_arguments, reason = "one call site; a struct would only rename the arguments")]
async fn take_away(
    run: &Run,
    step: &Step,
    slot: &Slot,
    handler: &dyn ErasedHandler,
    row: &ResourceRow,
    operation: &Operation,
    deadline: &Deadline,
    begun: &mut bool,
) -> StepResult<()> {
    let Some(id) = &row.id else {
        return Err(super::bug(&step.urn, "a delete of an object without an id").into());
    };
    let mut sent = Sent::intended(operation);
    let inputs = last_known(row);
    let mut attempt = 0;
    'call: loop {
        slot.hold().await;
        let lock = run.serializer(handler, &inputs);
        let guard = match &lock {
            Some(lock) => Some(lock.lock().await),
            None => None,
        };
        run.sends(operation, &mut sent).await?;
        let answer = run.in_time(deadline, handler.delete(id, &inputs)).await;
        drop(guard);
        *begun |= answer.as_ref().map_or_else(|error| !error.fault.surely_not_done(), |()| true);
        let lost = match answer {
            Ok(()) => None,
            Err(error) if error.fault == Fault::Gone => return Ok(()),
            // A delete is safe to repeat; look first whether it was done.
            Err(error) if error.fault == Fault::Unknown => Some(error),
            Err(error) if error.fault.is_passing() => {
                run.pause(step, slot, &error, attempt, deadline).await?;
                attempt += 1;
                continue;
            }
            Err(error) => return Err(run.refusal(step, &error).into()),
        };
        let mut told = None;
        loop {
            let reading = run
                .reader
                .read(&step.token, step.provider.as_deref(), id)
                .await
                .map_err(|error| StepError::from(run.refusal(step, &error)))?;
            let reason = match (reading, &lost) {
                (Reading::Absent, _) => return Ok(()),
                (Reading::Settling(word), _) => word,
                (Reading::Ready(_) | Reading::Stuck(..) | Reading::Failed(_), Some(error)) => {
                    run.pause(step, slot, error, attempt, deadline).await?;
                    attempt += 1;
                    continue 'call;
                }
                // The delete was accepted; reads may lag behind.
                (Reading::Ready(_) | Reading::Stuck(..) | Reading::Failed(_), None) => "deleting".to_owned(),
            };
            if told.as_ref() != Some(&reason) {
                run.emit(Event::Waiting { urn: step.urn.clone(), op: step.op, reason: reason.clone() });
                told = Some(reason.clone());
            }
            slot.release();
            let now = run.clock.now();
            if now > deadline.at {
                return Err(Diagnostic::error(
                    Code::TimedOut,
                    format!(
                        "{} `{}` (`{id}`) is still {reason} after {} s",
                        step.token.short(),
                        step.urn.name(),
                        (now - deadline.begin) / 1000
                    ),
                )
                .about(&step.urn)
                .at(row.location.as_ref())
                .note("it is kept in state")
                .help("run the command again to go on waiting")
                .into());
            }
            if run.control.level() >= 2 {
                return Err(StepError::Cancelled);
            }
            tokio::select! {
                () = run.clock.sleep(next_look(handler.policy().settle.every.as_millis() as i64, now)) => {}
                () = run.control.reached(2) => return Err(StepError::Cancelled),
            }
        }
    }
}

/// The object's inputs as far as state knows them, in clear, without what is only kept as a hash.
pub(crate) fn last_known(row: &ResourceRow) -> Value {
    let mut inputs = row.outputs.revealed();
    if let Some(entries) = row.inputs.as_map() {
        for (name, value) in entries {
            if !matches!(value.reveal(), Value::Hash(_)) {
                inputs.set(name, value.revealed());
            }
        }
    }
    inputs
}
