//! Settles what an earlier run left open: nothing is asked, nothing is lost, nothing is made twice.

use crate::steps::Run;
use crate::steps::lookup::{Found, lookup};
use crate::{Code, Diagnostic, Diagnostics, Event};
use farsight_model::Value;
use farsight_provider::Reading;
use farsight_state::{OpKind, OpStatus, Operation, ResourceRow, ResourceStatus, Transition};

/// What recovery would do, for previews, which change nothing.
pub(crate) fn announce(open: &[Operation]) -> Vec<Diagnostic> {
    open.iter()
        .map(|operation| {
            Diagnostic::warning(
                Code::OutcomeUnknown,
                format!(
                    "an earlier run left the {} of `{}` open; the next `up` looks it up and goes on from there",
                    operation.kind,
                    operation.urn.name()
                ),
            )
            .about(&operation.urn)
        })
        .collect()
}

/// Settles every open operation. Reports all that could not be settled; these stay open.
pub(crate) async fn recover(run: &Run) -> Result<(), Diagnostics> {
    if run.world.open.is_empty() {
        return Ok(());
    }
    run.emit(Event::Phase { name: "recover".into(), total: Some(run.world.open.len()) });
    let settled = futures_util::future::join_all(run.world.open.iter().map(|operation| settle(run, operation))).await;
    let problems: Diagnostics = settled.into_iter().filter_map(Result::err).collect();
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

async fn settle(run: &Run, operation: &Operation) -> Result<(), Diagnostic> {
    let (what, transitions) = match operation.kind {
        OpKind::Create => settle_create(run, operation).await?,
        OpKind::Update => settle_update(run, operation).await?,
        OpKind::Delete => settle_delete(run, operation).await?,
        OpKind::Import | OpKind::Read | OpKind::Refresh => {
            ("nothing was changed by it".to_owned(), vec![interrupted(run, operation)])
        }
    };
    run.journal.commit(transitions).await.map_err(|error| crate::session::state_diagnostic(&error))?;
    run.emit(Event::Recovered { urn: operation.urn.clone(), what });
    Ok(())
}

/// When the run that died made its last call, or the call that it may have made.
fn last_call(operation: &Operation) -> i64 {
    operation.started_at.max(operation.accepted_at.unwrap_or_default())
}

/// When that call can have reached the cloud at the latest: it may have been under way for as long as the cloud's reads
/// may lag.
fn called_at(run: &Run, operation: &Operation) -> i64 {
    let token = operation.urn.token();
    let window = run.registry.propagation_at(&token, place(operation)).as_millis() as i64;
    last_call(operation) + window
}

/// A row whose object was being worked on when the run died: how it is must be looked at, and not before the last call
/// shows.
fn unfinished(
    run: &Run,
    row: &ResourceRow,
    status: ResourceStatus,
    operation: &Operation,
) -> Result<Transition, Diagnostic> {
    let mut row = row.clone();
    row.status = status;
    row.updated_at = last_call(operation);
    run.put(&row, Some(&operation.id))
}

/// The provider whose call it was.
fn place(operation: &Operation) -> Option<&str> {
    operation.row.as_ref().and_then(|row| row.provider.as_deref())
}

type Settled = Result<(String, Vec<Transition>), Diagnostic>;

async fn settle_create(run: &Run, operation: &Operation) -> Settled {
    if operation.status == OpStatus::Accepted {
        // The row came into state together with the id; the plan sees that it is not finished.
        let id = operation.physical_id.clone().unwrap_or_default();
        let mut transitions = vec![interrupted(run, operation)];
        if let Some(row) = run.world.rows.get(&operation.key) {
            transitions.push(unfinished(run, row, row.status, operation)?);
        }
        return Ok((format!("its object `{id}` exists and will be finished"), transitions));
    }
    let (Some(row), Some(handler)) =
        (&operation.row, run.registry.handler_at(&operation.urn.token(), place(operation)))
    else {
        return Err(unsettled(operation, &"no provider knows its type"));
    };
    let inputs = opened(run, operation)?;
    let owner = run.owner(operation);
    let found = lookup(run, handler.as_ref(), place(operation), &owner, &inputs, called_at(run, operation))
        .await
        .map_err(|error| unsettled(operation, &error))?;
    let Found::Ids(ids) = found else {
        return Ok(("nothing was made".into(), vec![interrupted(run, operation)]));
    };
    let mut row = opened_row(run, row)?;
    row.id = ids.first().cloned();
    row.status = ResourceStatus::Creating;
    row.updated_at = last_call(operation);
    let id = row.id.clone().unwrap_or_default();
    let predecessor = run.world.row(&operation.urn).filter(|old| old.key != row.key);
    let mut transitions = crate::steps::accepted(run, operation, &row, &id, predecessor, operation.replaces)?;
    transitions.push(interrupted(run, operation));
    // A service without tokens may have made more than one; the plan takes the others away.
    for extra in &ids[1..] {
        let mut twin = row.clone();
        twin.key = run.new_key();
        twin.id = Some(extra.clone());
        twin.pending_delete = true;
        transitions.push(run.put(&twin, None)?);
    }
    Ok((format!("its object `{id}` was found and will be finished"), transitions))
}

async fn settle_update(run: &Run, operation: &Operation) -> Settled {
    let done = interrupted(run, operation);
    let Some(row) = run.world.rows.get(&operation.key) else {
        return Ok(("its row is gone".into(), vec![done]));
    };
    let (Some(id), Some(handler)) = (&row.id, run.registry.handler_at(&row.urn.token(), row.provider.as_deref()))
    else {
        return Ok(("it will be done again".into(), vec![done]));
    };
    let reading = run
        .reader
        .read(&row.urn.token(), row.provider.as_deref(), id)
        .await
        .map_err(|error| unsettled(operation, &error))?;
    if reading == Reading::Absent {
        // Some services give an object a new id when they change it.
        let inputs = opened(run, operation)?;
        let found =
            lookup(run, handler.as_ref(), place(operation), &run.owner(operation), &inputs, called_at(run, operation))
                .await
                .map_err(|error| unsettled(operation, &error))?;
        if let Found::Ids(ids) = found
            && let [new] = ids.as_slice()
        {
            let mut moved = row.clone();
            moved.id = Some(new.clone());
            moved.status = ResourceStatus::Updating;
            return Ok((format!("its object has the new id `{new}`"), vec![done, run.put(&moved, None)?]));
        }
    }
    let status = if row.status == ResourceStatus::Ready { ResourceStatus::Updating } else { row.status };
    Ok(("it will be looked at and finished".into(), vec![done, unfinished(run, row, status, operation)?]))
}

async fn settle_delete(run: &Run, operation: &Operation) -> Settled {
    let Some(row) = run.world.rows.get(&operation.key) else {
        return Ok(("it was done".into(), vec![interrupted(run, operation)]));
    };
    let Some(id) = &row.id else {
        return Ok(("it will be done again".into(), vec![interrupted(run, operation)]));
    };
    let reading = run
        .reader
        .read(&row.urn.token(), row.provider.as_deref(), id)
        .await
        .map_err(|error| unsettled(operation, &error))?;
    Ok(match reading {
        Reading::Absent => {
            let remove =
                Transition::Remove { key: row.key, update: run.update, reason: "deleted".into(), at: run.clock.now() };
            (format!("`{id}` is deleted"), vec![run.finish(&operation.id, OpStatus::Done, None), remove])
        }
        // The delete may be on its way, or under way.
        _ => (
            format!("`{id}` is still there"),
            vec![interrupted(run, operation), unfinished(run, row, ResourceStatus::Deleting, operation)?],
        ),
    })
}

fn opened(run: &Run, operation: &Operation) -> Result<Value, Diagnostic> {
    run.keyring
        .open(operation.urn.as_str(), &operation.inputs)
        .map(|inputs| without_hashes(&inputs.revealed()))
        .map_err(|error| unsettled(operation, &error))
}

fn opened_row(run: &Run, row: &ResourceRow) -> Result<ResourceRow, Diagnostic> {
    let mut row = row.clone();
    let context = row.urn.as_str().to_owned();
    let wrong = |error| Diagnostic::error(Code::WrongKey, format!("the journal cannot be opened: {error}"));
    row.inputs = run.keyring.open(&context, &row.inputs).map_err(wrong)?;
    row.outputs = run.keyring.open(&context, &row.outputs).map_err(wrong)?;
    Ok(row)
}

/// What handlers can read of a stored intent: hashes of write-only values mean nothing to them.
fn without_hashes(inputs: &Value) -> Value {
    let mut inputs = inputs.clone();
    if let Value::Map(entries) = &mut inputs {
        entries.retain(|_, value| !matches!(value, Value::Hash(_)));
    }
    inputs
}

fn interrupted(run: &Run, operation: &Operation) -> Transition {
    Transition::Finish {
        op: operation.id.clone(),
        status: OpStatus::Failed,
        error: Some("interrupted; settled by the next run".into()),
        at: run.clock.now(),
    }
}

fn unsettled(operation: &Operation, why: &dyn std::fmt::Display) -> Diagnostic {
    let code = Code::OutcomeUnknown;
    Diagnostic::error(
        code,
        format!("cannot find out what became of the {} of `{}`: {why}", operation.kind, operation.urn.name()),
    )
    .about(&operation.urn)
    .note("nothing was changed; the operation stays open")
    .help("run the command again when the cloud answers")
}
