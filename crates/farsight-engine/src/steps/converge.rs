//! From "it exists" to "it is what was asked for": read until it is at rest, compare, update, and again.
//!
//! The same code finishes creates, makes updates and repairs drift, so creates of several calls have no crash window of
//! their own.

use super::lookup::{Found, lookup};
use super::values::{accepted, differences, drop_accepted, ignoring, mark_secrets};
use super::{Deadline, Run, Sent, Slot, StepError, StepResult};
use crate::{Code, Diagnostic, Event, Goal, Severity, Step};
use farsight_model::{Accepted, Change, PathSegment, PropertyPath, ResourceOptions, Rule, Schema, Value};
use farsight_provider::{ErasedHandler, Error, Fault, Reading};
use farsight_state::Operation;

/// An object that is still the same after this many updates will not become what was asked for.
const TRIES: u32 = 2;
/// Handlers may need several updates in a row, each of which brings the object further; never this many.
const ROUNDS: u32 = 20;

/// What convergence works on.
pub(super) struct Aim<'a> {
    pub step: &'a Step,
    pub goal: &'a Goal,
    pub handler: &'a dyn ErasedHandler,
    /// The inputs as handlers get them.
    pub wanted: &'a Value,
    /// The inputs as they are compared: write-only values hashed.
    pub stored: &'a Value,
    /// The inputs of the last successful run; none right after a create.
    pub previous: Option<&'a Value>,
    /// The options as state has them, with the differences that were accepted before.
    pub options: &'a ResourceOptions,
    /// Whether everything must become as declared: an object that is new, or whose create was never finished.
    pub full: bool,
    /// The top-level properties that it is about, if not all are.
    pub only: Option<&'a [&'a str]>,
    /// Whether differences that stay after all are the service's own wording, as of an object that was just made.
    pub accepts: bool,
    pub operation: &'a Operation,
    pub deadline: &'a Deadline,
    /// When an earlier run that never finished, and wanted something else, may have written to the object for the last
    /// time: its call may be on its way.
    pub begun_at: Option<i64>,
}

/// What came of it.
pub(super) struct Converged {
    pub id: String,
    pub observed: Value,
    /// What the service answered in other words than it was asked for.
    pub accepted: Vec<Accepted>,
}

pub(super) async fn converge(run: &Run, aim: &Aim<'_>, slot: &Slot, mut sent: Sent, id: &str) -> StepResult<Converged> {
    let schema = aim.handler.schema();
    let mut id = id.to_owned();
    let mut touched: Vec<String> = Vec::new();
    let mut attempt = 0;
    let mut last: Vec<Change> = Vec::new();
    let mut updated_at = run.clock.now();
    let mut tries = 0;
    let mut known_since = run.clock.now();
    // Options about changes say nothing about the first values.
    let ignored: &[PropertyPath] = if aim.full { &[] } else { &aim.goal.options.ignore_changes };
    for round in 0..ROUNDS {
        let (mut observed, mut stuck) = at_rest(run, aim, slot, &id, known_since).await?;
        let changes = loop {
            // What an earlier run may still be about to change is compared in full, however often.
            let whole = round == 0 || aim.begun_at.is_some();
            let previous = if whole { aim.previous } else { None };
            let mut changes = differences(schema, previous, aim.stored, &observed, ignored);
            if let Some(only) = aim.only {
                changes.retain(|change| change.path.head().is_some_and(|head| only.contains(&head)));
            }
            drop_accepted(&run.keyring, &aim.step.urn, aim.options, &mut changes);
            if !aim.full && !whole {
                // Later rounds only finish what the first one began: what others own stays theirs.
                changes.retain(|change| change.path.head().is_some_and(|head| touched.iter().any(|t| t == head)));
            }
            // Reads may lag behind the update before, or behind that of an earlier run: as long as they may, the same
            // answer again proves nothing, nor does that nothing differs.
            let stale = if changes.is_empty() && stuck.is_none() {
                aim.begun_at.is_some_and(|begun_at| lagging(run, aim, begun_at))
            } else {
                round > 0 && (stuck.is_some() || changes == last) && lagging(run, aim, updated_at)
            };
            if !stale {
                break changes;
            }
            pause_for_lag(run, aim, slot).await?;
            (observed, stuck) = at_rest(run, aim, slot, &id, known_since).await?;
        };
        // An update gets the chance to mend what was found stuck; what is stuck after it stays so.
        if let Some(why) = stuck.as_ref().filter(|_| round > 0 || aim.previous.is_none()) {
            return Err(stays_stuck(aim, &id, why).into());
        }
        if changes.is_empty() && stuck.is_none() {
            return Ok(Converged { id, observed, accepted: Vec::new() });
        }
        tries = if changes == last { tries + 1 } else { 1 };
        let (fixed, mut changes): (Vec<Change>, Vec<Change>) = changes.into_iter().partition(|change| change.replace);
        if (changes.is_empty() && stuck.is_none()) || tries > TRIES || round + 1 == ROUNDS {
            changes.splice(0..0, fixed);
            if !aim.accepts {
                return Err(refused_difference(aim, &id, &changes[0]).into());
            }
            let accepted = accept(run, aim, &changes);
            return Ok(Converged { id, observed, accepted });
        }
        last.clone_from(&changes);
        last.splice(0..0, fixed);
        updated_at = run.clock.now();
        touched.extend(changes.iter().filter_map(|change| change.path.head()).map(str::to_owned));
        let wanted = ignoring(ignored, complete(schema, aim.wanted, &observed, &changes), &observed.revealed(), schema);
        slot.hold().await;
        loop {
            let lock = run.serializer(aim.handler, aim.wanted);
            let guard = match &lock {
                Some(lock) => Some(lock.lock().await),
                None => None,
            };
            run.sends(aim.operation, &mut sent).await?;
            let call = aim.handler.update(&id, &wanted, &observed, &changes);
            let result = run.in_time(aim.deadline, call).await;
            drop(guard);
            match result {
                Ok(new) => {
                    if let Some(new) = new {
                        id = new;
                        known_since = run.clock.now();
                    }
                    break;
                }
                // Updates are safe to repeat: what is unknown is simply read again.
                Err(error) if error.fault == Fault::Unknown => {
                    run.pause(aim.step, slot, &error, attempt, aim.deadline).await?;
                    attempt += 1;
                    // It may never have arrived: this was no try.
                    last.clear();
                    if let Some(new) = moved(run, aim, &id).await? {
                        id = new;
                        known_since = run.clock.now();
                    }
                    break;
                }
                Err(error) if error.fault.is_passing() => {
                    run.pause(aim.step, slot, &error, attempt, aim.deadline).await?;
                    attempt += 1;
                }
                Err(error) => return Err(run.refusal(aim.step, &error).into()),
            }
        }
    }
    Err(super::bug(&aim.step.urn, "convergence ended without a verdict").into())
}

/// The new id of an object whose update gave it one, and whose answer was lost.
async fn moved(run: &Run, aim: &Aim<'_>, id: &str) -> StepResult<Option<String>> {
    let refused = |error: Error| StepError::from(run.refusal(aim.step, &error));
    if run.reader.read(&aim.step.token, aim.step.provider.as_deref(), id).await.map_err(refused)? != Reading::Absent {
        return Ok(None);
    }
    let (owner, inputs) = (run.owner(aim.operation), aim.wanted.revealed());
    match lookup(run, aim.handler, aim.step.provider.as_deref(), &owner, &inputs, run.clock.now())
        .await
        .map_err(refused)?
    {
        Found::Ids(ids) => Ok(ids.into_iter().next()),
        Found::Nothing => Ok(None),
    }
}

/// Whether reads may still show what was before the last update.
fn lagging(run: &Run, aim: &Aim<'_>, updated_at: i64) -> bool {
    run.clock.now() - updated_at < propagation(run, aim)
}

async fn pause_for_lag(run: &Run, aim: &Aim<'_>, slot: &Slot) -> StepResult<()> {
    slot.release();
    let every = aim.handler.policy().settle.every.as_millis() as i64;
    tokio::select! {
        () = run.clock.sleep(next_look(every, run.clock.now())) => Ok(()),
        () = run.control.reached(2) => Err(StepError::Cancelled),
    }
}

/// Takes a fresh object as the service made it, and says so: what was just set and comes back in other words will
/// come back so for ever.
fn accept(run: &Run, aim: &Aim<'_>, changes: &[Change]) -> Vec<Accepted> {
    for change in changes {
        let mut diagnostic = did_not_take(aim, change);
        diagnostic.severity = Severity::Warning;
        diagnostic.notes = vec!["it counts as the same from now on, as long as neither changes".into()];
        run.emit(Event::Notice { diagnostic });
    }
    changes.iter().map(|change| accepted(&run.keyring, &aim.step.urn, change)).collect()
}

/// How long reads of this type may lag behind writes, in milliseconds.
fn propagation(run: &Run, aim: &Aim<'_>) -> i64 {
    run.registry.propagation_at(&aim.step.token, aim.step.provider.as_deref()).as_millis() as i64
}

/// Waits until the object is at rest and returns its reading, and why it is stuck if it is.
/// `known_since` is when the id came.
async fn at_rest(
    run: &Run,
    aim: &Aim<'_>,
    slot: &Slot,
    id: &str,
    known_since: i64,
) -> StepResult<(Value, Option<String>)> {
    let marked = |value: &Value| mark_secrets(aim.handler.schema(), &aim.goal.options, aim.wanted, value);
    let policy = aim.handler.policy();
    // A fresh object may stay invisible for a while; that is lag, not a deletion.
    let window = propagation(run, aim);
    let mut told = None;
    loop {
        let reading = run
            .reader
            .read(&aim.step.token, aim.step.provider.as_deref(), id)
            .await
            .map_err(|error| StepError::from(run.refusal(aim.step, &error)))?;
        let reason = match reading {
            Reading::Ready(value) => return Ok((marked(&value), None)),
            Reading::Stuck(value, why) => return Ok((marked(&value), Some(why))),
            Reading::Failed(why) => return Err(failed_for_good(aim, id, &why).into()),
            Reading::Settling(word) => word,
            Reading::Absent if run.clock.now() - known_since < window => "visible".to_owned(),
            Reading::Absent => {
                return Err(Diagnostic::error(
                    Code::FailedForGood,
                    format!(
                        "{} `{}` (`{id}`) went away while it was worked on",
                        aim.step.token.short(),
                        aim.step.urn.name()
                    ),
                )
                .about(&aim.step.urn)
                .at(Some(&aim.goal.declaration.location))
                .help("run `up` again: it makes it anew")
                .into());
            }
        };
        if told.as_ref() != Some(&reason) {
            run.emit(Event::Waiting { urn: aim.step.urn.clone(), op: aim.step.op, reason: reason.clone() });
            told = Some(reason.clone());
        }
        slot.release();
        let now = run.clock.now();
        if now > aim.deadline.at {
            return Err(timed_out(aim, id, &reason, (now - aim.deadline.begin) / 1000).into());
        }
        if run.control.level() >= 2 {
            return Err(StepError::Cancelled);
        }
        tokio::select! {
            () = run.clock.sleep(next_look(policy.settle.every.as_millis() as i64, now)) => {}
            () = run.control.reached(2) => return Err(StepError::Cancelled),
        }
    }
}

/// Everybody looks at the same moments, so that looks at objects of a type share a call.
pub(super) fn next_look(every: i64, now: i64) -> std::time::Duration {
    let every = every.max(1);
    std::time::Duration::from_millis((every - now.rem_euclid(every)) as u64)
}

/// Inputs for a handler: what is wanted, completed by what is there where the program says nothing and nothing is to
/// go. What excludes something wanted is left out: a route that shall lead to one target does not keep another.
fn complete(schema: &Schema, wanted: &Value, observed: &Value, changes: &[Change]) -> Value {
    let given = |name: &str| wanted.get(name).is_some();
    let excluded = |name: &str| {
        !given(name)
            && (changes.iter().any(|change| change.path.head() == Some(name))
                || schema.rules.iter().any(|rule| match rule {
                    Rule::ExactlyOne(names) | Rule::AtMostOne(names) => {
                        names.contains(&name) && names.iter().any(|other| given(other))
                    }
                    Rule::AtLeastOne(_) | Rule::Requires(..) => false,
                }))
    };
    let mut all = Value::map(
        observed
            .as_map()
            .into_iter()
            .flatten()
            .filter(|(name, _)| !excluded(name))
            .map(|(k, v)| (k.clone(), v.revealed())),
    );
    for (name, value) in wanted.as_map().into_iter().flatten() {
        all.set(name, value.revealed());
    }
    all
}

fn did_not_take(aim: &Aim<'_>, change: &Change) -> Diagnostic {
    let head = change.path.segments().first();
    let property = match head {
        Some(PathSegment::Key(key)) => aim.goal.declaration.property_locations.get(key),
        _ => None,
    };
    Diagnostic::error(
        Code::DidNotTake,
        format!(
            "`{}` of {} `{}` is {} though {} was asked for",
            change.path,
            aim.step.token.short(),
            aim.step.urn.name(),
            crate::masked(&change.old),
            crate::masked(&change.new),
        ),
    )
    .about(&aim.step.urn)
    .property(&change.path)
    .at(property.or(Some(&aim.goal.declaration.location)))
    .note("the object exists and is kept in state")
}

/// A difference that stays in an object that is not to be taken as the service made it.
fn refused_difference(aim: &Aim<'_>, id: &str, change: &Change) -> Diagnostic {
    let diagnostic = did_not_take(aim, change);
    if !aim.full {
        return diagnostic;
    }
    let by_hand = aim.handler.delete_command(&id.to_owned()).map_or_else(String::new, |line| format!(": `{line}`"));
    diagnostic
        .note("an earlier run left it, and it was taken back as it is")
        .help(format!("declare what is there, let the next `up` replace it, or delete it{by_hand}"))
}

fn failed_for_good(aim: &Aim<'_>, id: &str, why: &str) -> Diagnostic {
    Diagnostic::error(
        Code::FailedForGood,
        format!("{} `{}` (`{id}`) failed: {why}", aim.step.token.short(), aim.step.urn.name()),
    )
    .about(&aim.step.urn)
    .at(Some(&aim.goal.declaration.location))
    .note("the failed object is kept in state; the next `up` replaces it")
}

fn stays_stuck(aim: &Aim<'_>, id: &str, why: &str) -> Diagnostic {
    Diagnostic::error(
        Code::FailedForGood,
        format!("{} `{}` (`{id}`) is stuck: {why}", aim.step.token.short(), aim.step.urn.name()),
    )
    .about(&aim.step.urn)
    .at(Some(&aim.goal.declaration.location))
    .note("it exists and is kept in state; it is not replaced")
    .help("correct the reason and run `up` again: it tries to mend the object")
}

fn timed_out(aim: &Aim<'_>, id: &str, reason: &str, seconds: i64) -> Diagnostic {
    Diagnostic::error(
        Code::TimedOut,
        format!("{} `{}` (`{id}`) is still {reason} after {seconds} s", aim.step.token.short(), aim.step.urn.name()),
    )
    .about(&aim.step.urn)
    .at(Some(&aim.goal.declaration.location))
    .note("it exists and is kept in state")
    .help("run `up` again to go on waiting, or set `.timeouts(...)` on the resource")
}
