//! Adopts an existing object: the plan has read it and found it to be what the program declares.

use super::values::differences;
use super::{Run, StepError, StepResult};
use crate::known::Known;
use crate::{Code, Diagnostic, Step};
use farsight_provider::Reading;

pub(super) async fn run(run: &Run, step: &Step) -> StepResult<Option<String>> {
    let goal = run.goal(step)?;
    let handler = run.handler(step)?;
    let id = goal.options.import.clone().unwrap_or_default();
    let inputs = run.inputs(step, goal).await?;
    let reading = run
        .reader
        .read(&step.token, step.provider.as_deref(), &id)
        .await
        .map_err(|error| StepError::from(run.refusal(step, &error)))?;
    let Reading::Ready(observed) = reading else {
        return Err(Diagnostic::error(
            Code::ImportMissing,
            format!("cannot import `{}`: it is no longer there", handler.kept_id(&id)),
        )
        .about(&step.urn)
        .at(Some(&goal.declaration.location))
        .into());
    };
    let ignored = &goal.options.ignore_changes;
    if let Some(change) = differences(handler.schema(), None, &inputs, &observed, ignored).first() {
        return Err(Diagnostic::error(
            Code::ImportDiffers,
            format!("cannot import `{}`: `{}` changed since the plan was made", handler.kept_id(&id), change.path),
        )
        .about(&step.urn)
        .property(&change.path)
        .at(Some(&goal.declaration.location))
        .into());
    }
    let id = handler.kept_id(&id);
    let mut row = run.row_for(goal, run.new_key(), Some(&id), &inputs, &observed);
    row.read_at = Some(run.clock.now());
    run.journal.commit(vec![run.put(&row, None)?]).await?;
    run.learn(&step.urn, Known::read(Some(&id), row.outputs));
    Ok(Some(id))
}
