//! Closures of the program around steps.

use super::{Run, StepResult};
use crate::{Code, Diagnostic, Goal, Step, StepOp};
use farsight_model::{Value, When};
use std::time::Duration;

/// What runs before and after a step of this kind.
fn around(op: StepOp) -> Option<(When, When)> {
    match op {
        StepOp::Create | StepOp::CreateReplacement => Some((When::BeforeCreate, When::AfterCreate)),
        StepOp::Update => Some((When::BeforeUpdate, When::AfterUpdate)),
        StepOp::Delete | StepOp::DeleteReplaced => Some((When::BeforeDelete, When::AfterDelete)),
        _ => None,
    }
}

/// Runs what the program wants to run before a step; an error stops the step.
pub(super) async fn before(run: &Run, step: &Step) -> StepResult<()> {
    match around(step.op) {
        Some((when, _)) => all(run, step, when).await,
        None => Ok(()),
    }
}

/// Runs what the program wants to run after a step, which is done and stays so whatever comes of it.
pub(super) async fn after(run: &Run, step: &Step) -> StepResult<()> {
    match around(step.op) {
        Some((_, when)) => all(run, step, when).await,
        None => Ok(()),
    }
}

async fn all(run: &Run, step: &Step, when: When) -> StepResult<()> {
    let Some(goal) = step.goal.and_then(|index| run.goals.list.get(index)) else { return Ok(()) };
    let wanted: Vec<(u64, u64)> = (goal.options.hooks.iter().filter(|hook| hook.when == when))
        .filter_map(|hook| Some((hook.callback?, hook.within)))
        .collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let told = told(run, step, goal, when).await?;
    for (callback, within) in wanted {
        call(run, callback, &told, within).await.map_err(|why| {
            let after = matches!(when, When::AfterCreate | When::AfterUpdate | When::AfterDelete);
            let kept = if after { "the step itself is done and kept in state" } else { "the step was not begun" };
            Diagnostic::error(Code::HookFailed, format!("the hook {} of `{}`: {why}", when.word(), step.urn.name()))
                .about(&step.urn)
                .at(Some(&goal.declaration.location))
                .note(kept)
        })?;
    }
    Ok(())
}

async fn call(run: &Run, callback: u64, told: &Value, within: u64) -> Result<(), String> {
    let Some(callbacks) = &run.goals.callbacks else {
        return Err("the program that has this closure is gone".into());
    };
    let within = Duration::from_secs(within);
    tokio::select! {
        biased;
        answer = callbacks.hook(callback, told, within) => answer.map(|_| ()),
        () = run.clock.sleep(within) => Err(format!("it did not end within {} s", within.as_secs())),
        () = run.control.reached(2) => Err("the run was cancelled".into()),
    }
}

/// What a hook gets to know of its step.
async fn told(run: &Run, step: &Step, goal: &Goal, when: When) -> StepResult<Value> {
    let row = step.row.and_then(|key| run.world.rows.get(&key));
    let known = run.known(&step.urn);
    let deletes = matches!(when, When::BeforeDelete | When::AfterDelete);
    let creates = matches!(when, When::BeforeCreate | When::AfterCreate);
    let done = matches!(when, When::AfterCreate | When::AfterUpdate);
    let text = |text: &str| Value::from(text);
    let mut told = Value::map([
        ("urn", text(step.urn.as_str())),
        ("type", text(step.token.as_str())),
        ("name", text(step.urn.name())),
    ]);
    if !deletes {
        told.set("inputs", run.inputs(step, goal).await?);
    }
    if done && let Some(known) = &known {
        told.set("id", known.id.clone());
        told.set("outputs", known.properties.clone());
    }
    if !creates && let Some(row) = row {
        told.set("oldInputs", row.inputs.clone());
        told.set("oldOutputs", row.outputs.clone());
        if !done {
            told.set("id", row.id.as_deref().map_or(Value::Null, Value::from));
        }
    }
    Ok(told)
}
