//! The oracle: state and cloud are one, down to every value, and stay so when all that was under way has arrived.

use super::{Lab, Node, program};
use farsight_engine::{Outcome, PlanOptions};
use std::time::Duration;

/// What is wrong, for people.
pub type Verdict = Result<(), String>;

/// Everything that a settled lab must show: every object is known, nothing known is missing, no id twice, no open
/// operation, a sound file, and each value as state remembers it.
pub fn agrees(lab: &Lab) -> Verdict {
    let (snapshot, objects) = (lab.snapshot(), lab.cloud.objects());
    let mut wrong: Vec<String> = Vec::new();
    wrong.extend(snapshot.operations.iter().map(|open| format!("the {} of {} is open", open.kind, open.urn.name())));
    let mut known = std::collections::BTreeSet::new();
    for row in snapshot.resources.iter().filter(|row| row.custom) {
        let (name, id) = (row.urn.name(), row.id.clone().unwrap_or_default());
        if row.status != farsight_state::ResourceStatus::Ready || row.pending_delete {
            wrong.push(format!("{name} is {}, to be deleted: {}", row.status, row.pending_delete));
        }
        if !known.insert(id.clone()) {
            wrong.push(format!("duplicate: {name} has the id {id} of another one"));
        }
        let Some(object) = objects.get(&id) else {
            wrong.push(format!("ghost: {name} has the id {id}, which the cloud does not know"));
            continue;
        };
        for field in farsight_provider::fake::FIELDS.iter().filter(|field| !field.marks.secret) {
            let (state, cloud) = (row.outputs.get(field.name), object.inputs.get(field.name));
            let (state, cloud) = (state.cloned().unwrap_or_default(), cloud.cloned().unwrap_or_default());
            if !farsight_model::equal(&field.kind, &field.marks, Some(&state), Some(&cloud)) {
                wrong.push(format!(
                    "`{}` of {name} is {} in the cloud and {} in state",
                    field.name,
                    cloud.to_json(),
                    state.to_json()
                ));
            }
        }
    }
    let ours = objects.iter().filter(|(_, object)| !object.op.is_empty());
    wrong.extend(ours.filter(|(id, _)| !known.contains(*id)).map(|(id, _)| format!("orphan: {id}")));
    wrong.extend(lab.store().verify().unwrap().into_iter().map(|finding| format!("verify: {}", finding.message)));
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
}

/// A run succeeded.
pub fn succeeded(what: &str, outcome: &Result<Outcome, Vec<farsight_engine::Diagnostic>>) -> Verdict {
    match outcome {
        Ok(outcome) if outcome.succeeded() => Ok(()),
        Ok(outcome) => Err(format!("{what} failed: {:#?}", outcome.failures)),
        Err(problems) => Err(format!("{what} failed: {problems:#?}")),
    }
}

/// Later, when everything that was on its way has arrived, state and cloud agree and the next `up` is empty, looked at
/// and not looked at.
pub async fn rests(lab: &mut Lab, nodes: &[Node]) -> Verdict {
    tokio::time::sleep(Duration::from_mins(3)).await;
    agrees(lab)?;
    for refresh in [false, true] {
        let plan = lab.plan(program(nodes), &PlanOptions { refresh, ..PlanOptions::default() }).await;
        let plan = plan.map_err(|problems| format!("the next plan fails: {problems:#?}"))?;
        if !plan.is_empty() {
            let steps: Vec<String> =
                plan.view().steps.iter().map(|step| format!("{} {}", step.op, step.name)).collect();
            return Err(format!("the next `up` (refresh: {refresh}) is not empty: {}", steps.join(", ")));
        }
    }
    Ok(())
}
