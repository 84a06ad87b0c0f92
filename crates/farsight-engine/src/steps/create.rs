//! Makes an object: intent, call, id, and then convergence.

use super::converge::{Aim, converge};
use super::lookup::{Found, lookup};
use super::values::storable;
use super::{Deadline, Run, Sent, Slot, StepError, StepResult};
use crate::known::Known;
use crate::{Code, Diagnostic, Event, Goal, Step, StepOp};
use farsight_model::Value;
use farsight_provider::{ErasedHandler, Error, Fault, Identity, Owner};
use farsight_state::{OpKind, OpStatus, Operation, ResourceKey, ResourceRow, ResourceStatus, StateError, Transition};
use std::sync::Arc;

pub(super) async fn run(run: &Run, step: &Step, slot: &Slot) -> StepResult<Option<String>> {
    let goal = run.goal(step)?;
    let inputs = run.inputs(step, goal).await?;
    if goal.handler.is_none() {
        return component(run, step, goal, &inputs).await;
    }
    let handler = run.handler(step)?;
    let handler = handler.as_ref();
    let deadline = run.limit(step, handler, goal.options.timeouts.create);
    // A row that is gone in the cloud is succeeded, not duplicated: its successor takes its place in one commit.
    let predecessor = run.standing(step);
    let mut row = run.row_for(goal, run.new_key(), None, &inputs, &Value::map::<String>([]));
    row.status = ResourceStatus::Creating;
    let replaces = predecessor.filter(|_| step.op == StepOp::CreateReplacement).map(|old| old.key);
    let operation = run.intent(OpKind::Create, &row, &inputs, replaces)?;
    refuse_strangers(run, step, slot, handler, &operation, &inputs, &deadline).await?;
    run.journal.commit(vec![Transition::Begin(Box::new(operation.clone()))]).await?;

    let (id, taken_back) = match make(run, step, slot, handler, &operation, &inputs, &deadline).await {
        Ok(made) => made,
        Err(Stop::Journal(error)) => return Err(error.into()),
        Err(Stop::Failed { error, status }) => {
            run.journal.commit(vec![run.finish(&operation.id, status, error.as_ref())]).await?;
            return Err(match error {
                Some(error) => run.refusal(step, &error).into(),
                None => StepError::Cancelled,
            });
        }
    };
    row.id = Some(id.clone());
    row.updated_at = run.clock.now();
    run.journal.commit(accepted(run, &operation, &row, &id, predecessor, replaces)?).await?;

    let stored = storable(handler.schema(), &run.keyring, &step.urn, &inputs);
    let aim = Aim {
        step,
        goal,
        handler,
        wanted: &inputs,
        stored: &stored,
        previous: None,
        full: true,
        only: None,
        accepts: !taken_back,
        operation: &operation,
        options: &goal.options,
        deadline: &deadline,
        begun_at: None,
    };
    let sent = Sent::accepted(&id, row.updated_at);
    match converge(run, &aim, slot, sent, &id).await {
        Ok(converged) => {
            let mut done = run.row_for(goal, row.key, Some(&converged.id), &inputs, &converged.observed);
            done.created_at = row.created_at;
            done.read_at = Some(run.clock.now());
            done.options.accepted = converged.accepted;
            run.journal
                .commit(vec![run.finish(&operation.id, OpStatus::Done, None), run.put(&done, Some(&operation.id))?])
                .await?;
            run.learn(&step.urn, Known::read(Some(&converged.id), done.outputs));
            Ok(Some(converged.id))
        }
        Err(error) => {
            // The object exists and its row says that it is not finished: the next run goes on from there.
            if let StepError::Failed(diagnostic) = &error {
                run.fail(&operation, row, diagnostic).await?;
            }
            Err(error)
        }
    }
}

/// Where only the journal tells whose an object is, one that was there before the intent is a stranger: it must be
/// noticed now, for after a crash it would look like ours.
async fn refuse_strangers(
    run: &Run,
    step: &Step,
    slot: &Slot,
    handler: &dyn ErasedHandler,
    operation: &Operation,
    inputs: &Value,
    deadline: &Deadline,
) -> StepResult<()> {
    let owner = run.owner(operation);
    let inputs = inputs.revealed();
    let mut attempt = 0;
    loop {
        let error = match stranger(run, step, handler, &owner, &inputs).await {
            Ok(None) => return Ok(()),
            Ok(Some(error)) | Err(error) => error,
        };
        if !error.fault.is_passing() && error.fault != Fault::Unknown {
            return Err(run.refusal(step, &error).into());
        }
        run.pause(step, slot, &error, attempt, deadline).await?;
        attempt += 1;
    }
}

/// What stands where an object of ours is to be made, if only the journal could tell whose it is.
async fn stranger(
    run: &Run,
    step: &Step,
    handler: &dyn ErasedHandler,
    owner: &Owner,
    inputs: &Value,
) -> Result<Option<Error>, Error> {
    if !matches!(handler.policy().identity, Identity::NaturalKey | Identity::Upsert) {
        return Ok(None);
    }
    match handler.find(owner, inputs).await {
        Ok(ids) if ids.is_empty() => Ok(None),
        // The old half of a replacement may linger in reads for a while, once it was deleted.
        Ok(ids) if step.op == StepOp::CreateReplacement && run.standing(step).is_none() => {
            Ok(Some(Error::new(Fault::Busy, format!("`{}` is not gone yet", ids.join("`, `")))))
        }
        Ok(ids) => Ok(Some(Error::new(Fault::Exists, format!("`{}` has this identity already", ids.join("`, `"))))),
        Err(error) if error.fault == Fault::Gone => Ok(None),
        Err(error) => Err(error),
    }
}

/// The transitions of "the cloud accepted it": from here on the object is in state, whatever happens.
pub(crate) fn accepted(
    run: &Run,
    operation: &Operation,
    row: &ResourceRow,
    id: &str,
    predecessor: Option<&ResourceRow>,
    replaces: Option<ResourceKey>,
) -> Result<Vec<Transition>, crate::Diagnostic> {
    let at = run.clock.now();
    let mut transitions = vec![Transition::Accepted { op: operation.id.clone(), physical_id: id.to_owned(), at }];
    if let Some(old) = predecessor {
        let mut condemned = old.clone();
        condemned.pending_delete = true;
        condemned.updated_at = at;
        transitions.push(run.put(&condemned, Some(&operation.id))?);
    }
    transitions.push(run.put(row, Some(&operation.id))?);
    if let Some(old) = predecessor.filter(|old| replaces != Some(old.key)) {
        // Only now, so that whoever depends on it goes on depending on its successor.
        let reason = "gone".to_owned();
        transitions.push(Transition::Remove { key: old.key, update: run.update, reason, at });
    }
    Ok(transitions)
}

/// A service whose answers are lost this often is not asked again.
const ATTEMPTS: u32 = 8;

/// A create that gave no object.
enum Stop {
    Failed {
        /// None when nobody waits for it any more.
        error: Option<Error>,
        status: OpStatus,
    },
    /// The journal takes no more writes.
    Journal(Arc<StateError>),
}

/// Calls until there is an object or surely none. Whatever the answer, nothing is made twice. Says with the id whether
/// the object was there before and is taken back.
async fn make(
    run: &Run,
    step: &Step,
    slot: &Slot,
    handler: &dyn ErasedHandler,
    operation: &Operation,
    inputs: &Value,
    deadline: &Deadline,
) -> Result<(String, bool), Stop> {
    let owner = run.owner(operation);
    let surely_not = |error: Error| Stop::Failed { error: Some(error), status: OpStatus::Failed };
    let unknown = |error: Error| Stop::Failed { error: Some(error), status: OpStatus::Unknown };
    let inputs = &inputs.revealed();
    // Once an answer was lost, an object that exists may be ours.
    let mut unsure = false;
    let mut sent = Sent::intended(operation);
    let mut attempt = 0;
    loop {
        slot.hold().await;
        let lock = run.serializer(handler, inputs);
        let guard = match &lock {
            Some(lock) => Some(lock.lock().await),
            None => None,
        };
        run.sends(operation, &mut sent).await.map_err(Stop::Journal)?;
        let answer = run.in_time(deadline, handler.create(&owner, inputs)).await;
        drop(guard);
        let error = match answer {
            Ok(id) => return Ok((id, false)),
            Err(error) => error,
        };
        unsure |= error.fault == Fault::Unknown;
        if error.fault == Fault::Exists
            && handler.policy().identity == Identity::Name
            && let Ok(ids) = handler.find(&owner, inputs).await
            && let Some(id) = ids.into_iter().next()
            && !run.world.holds(&step.token, &id)
        {
            // It carries this resource's tags: a `down` that kept it, or a lost state file, left it behind.
            run.emit(Event::Notice { diagnostic: taken_back(step, &id) });
            return Ok((id, true));
        }
        if error.fault == Fault::Unknown && run.clock.now() >= deadline.at {
            // No time is left to look: the next run does.
            return Err(unknown(error));
        }
        if error.fault == Fault::Unknown || (error.fault == Fault::Exists && unsure) {
            slot.release();
            match lookup(run, handler, step.provider.as_deref(), &owner, inputs, run.clock.now()).await {
                Ok(Found::Ids(ids)) => {
                    return ids.into_iter().next().map(|id| (id, false)).ok_or(unknown(error));
                }
                // Surely not made: the call may be made again, with the same token and name.
                Ok(Found::Nothing) if error.fault == Fault::Unknown => {}
                Ok(Found::Nothing) => return Err(surely_not(error)),
                Err(why) => {
                    let message = format!("its answer was lost ({error}), and it cannot be looked up: {why}");
                    return Err(unknown(Error::new(Fault::Unknown, message)));
                }
            }
        } else if !error.fault.is_passing() {
            return Err(surely_not(error));
        }
        if attempt >= ATTEMPTS && error.fault == Fault::Unknown {
            return Err(surely_not(error));
        }
        loop {
            match run.pause(step, slot, &error, attempt, deadline).await {
                Ok(()) => attempt += 1,
                Err(StepError::Cancelled) => return Err(Stop::Failed { error: None, status: OpStatus::Failed }),
                Err(_) => return Err(surely_not(error)),
            }
            if unsure {
                break;
            }
            // Nothing of ours is there yet, and the pause may have been long: a stranger may have come meanwhile.
            match stranger(run, step, handler, &owner, inputs).await {
                Ok(Some(stranger)) if stranger.fault == Fault::Exists => return Err(surely_not(stranger)),
                Ok(_) => break,
                Err(again) if again.fault.is_passing() || again.fault == Fault::Unknown => {}
                Err(refused) => return Err(surely_not(refused)),
            }
        }
    }
}

fn taken_back(step: &Step, id: &str) -> Diagnostic {
    Diagnostic::warning(
        Code::ExistsNotOurs,
        format!("took back {} `{}`: `{id}` exists and carries its tags", step.token.short(), step.urn.name()),
    )
    .about(&step.urn)
}

async fn component(run: &Run, step: &Step, goal: &Goal, inputs: &Value) -> StepResult<Option<String>> {
    let row = run.row_for(goal, run.new_key(), None, inputs, &Value::map::<String>([]));
    run.journal.commit(vec![run.put(&row, None)?]).await?;
    run.learn(&step.urn, Known::read(None, inputs.clone()));
    Ok(None)
}
