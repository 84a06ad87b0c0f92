//! Saving a plan, and getting the very same plan back.

use super::{Gathered, Session, state_diagnostic};
use crate::goal::Goals;
use crate::planner::PlanOptions;
use crate::saved::{Fingerprints, SavedAdoption, SavedName, SavedOptions, SavedPlan, SavedReading, moved};
use crate::steps::seal;
use crate::{Code, Declared, Diagnostic, Diagnostics, Patterns, Plan, PlanView, Targets};
use farsight_model::{Location, Value};
use farsight_provider::Reading;
use farsight_secrets::Keyring;
use farsight_state::Snapshot;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

impl Session {
    /// Makes a plan, and the form of it that a file can hold. `config` is everything that is configured. Fails with
    /// E0112 while an earlier run has left operations open: settling them will change the state.
    pub async fn plan_and_save(
        &mut self,
        declared: Declared,
        options: &PlanOptions,
        config: &Value,
    ) -> Result<(Plan, SavedPlan), Diagnostics> {
        let (program, state) = (program_print(&self.keyring, &declared), self.state_print()?);
        let plan = self.plan(declared, options).await?;
        if !plan.world.open.is_empty() {
            return Err(vec![
                Diagnostic::error(
                    Code::Unsettled,
                    "an earlier run was interrupted, and settling that changes the state",
                )
                .help("run `farsight up` or `farsight refresh` first, then save a plan"),
            ]);
        }
        let fingerprints = Fingerprints {
            cloud: self.cloud_print(),
            state,
            config: print(&self.keyring, "config", &config.to_json()),
            program,
            graph: plan.print(&self.keyring),
        };
        let made_at = self.engine.clock.now();
        let mut saved = SavedPlan::empty(&self.stack.project, &self.stack.name, made_at, fingerprints);
        saved.plan = plan.view();
        let texts = |patterns: &Patterns| patterns.texts().map(str::to_owned).collect();
        saved.options = SavedOptions {
            target: texts(&options.targets.only),
            target_dependents: options.targets.target_dependents,
            exclude: texts(&options.targets.not),
            exclude_dependents: options.targets.exclude_dependents,
            replace: texts(&options.replace),
        };
        let names = plan.gathered.names.iter();
        saved.names = names
            .map(|((urn, replaces), name)| SavedName { urn: urn.clone(), replaces: *replaces, name: name.clone() })
            .collect();
        saved.names.sort_by(|a, b| (&a.urn, a.replaces).cmp(&(&b.urn, b.replaces)));
        for (key, reading) in &plan.gathered.fresh {
            let reading = self.hide(&key.0.to_string(), reading)?;
            saved.readings.push(SavedReading { key: *key, reading });
        }
        saved.readings.sort_by_key(|reading| reading.key);
        for ((token, id), reading) in &plan.gathered.adopted {
            let reading = self.hide(&format!("{token} {id}"), reading)?;
            saved.adopted.push(SavedAdoption { token: token.clone(), id: id.clone(), reading });
        }
        saved.adopted.sort_by(|a, b| (a.token.as_str(), &a.id).cmp(&(b.token.as_str(), &b.id)));
        Ok((plan, saved))
    }

    /// Gets a saved plan back, exactly as it was. Fails with E0111 where the cloud, the state, the configuration or the
    /// program is no longer what it was made from.
    pub async fn load_plan(
        &mut self,
        saved: &SavedPlan,
        declared: Declared,
        config: &Value,
    ) -> Result<Plan, Diagnostics> {
        let prints = &saved.fingerprints;
        if print(&self.keyring, "config", &config.to_json()) != prints.config {
            return Err(moved("the configuration has changed since"));
        }
        if program_print(&self.keyring, &declared) != prints.program {
            return Err(moved("the program declares something else by now"));
        }
        let (options, gathered) = (saved_options(&saved.options)?, self.gathered(saved)?);
        let goals = Goals::new(declared, &self.engine.registry)?;
        let plan = self.plan_goals(goals, &options, gathered).await?;
        // What was shown counts as well: somebody may have read it in the file.
        if plan.print(&self.keyring) != prints.graph || without_lines(plan.view()) != without_lines(saved.plan.clone())
        {
            return Err(moved("a closure of the program answers something else by now, or the file was changed"));
        }
        Ok(plan)
    }

    /// The checks of [`Session::load_plan`] that need no program; [`Session::check_cloud`] must have been here.
    pub fn check_saved(&self, saved: &SavedPlan) -> Result<(), Diagnostics> {
        if self.cloud_print() != saved.fingerprints.cloud {
            return Err(moved("it was made for another account, region or endpoint"));
        }
        if self.state_print()? != saved.fingerprints.state {
            return Err(moved("the state has changed since"));
        }
        Ok(())
    }

    fn gathered(&self, saved: &SavedPlan) -> Result<Gathered, Diagnostics> {
        let mut gathered = Gathered::default();
        for SavedName { urn, replaces, name } in &saved.names {
            gathered.names.insert((urn.clone(), *replaces), name.clone());
        }
        for SavedReading { key, reading } in &saved.readings {
            gathered.fresh.insert(*key, self.show(&key.0.to_string(), reading)?);
        }
        for SavedAdoption { token, id, reading } in &saved.adopted {
            let reading = self.show(&format!("{token} {id}"), reading)?;
            gathered.adopted.insert((token.clone(), id.clone()), reading);
        }
        Ok(gathered)
    }

    /// A reading sealed as a whole: what of it is secret is known only together with the program's options.
    fn hide(&self, what: &str, reading: &Reading) -> Result<Value, Diagnostics> {
        let (word, value) = match reading {
            Reading::Ready(value) => ("ready", value.clone()),
            Reading::Settling(word) => ("settling", Value::from(word.as_str())),
            Reading::Failed(why) => ("failed", Value::from(why.as_str())),
            Reading::Stuck(value, why) => ("stuck", Value::List(vec![value.clone(), Value::from(why.as_str())])),
            Reading::Absent => ("absent", Value::Null),
        };
        let whole = Value::secret(Value::List(vec![Value::from(word), value]));
        seal(&self.keyring, &context(what), &whole).map_err(|diagnostic| vec![diagnostic])
    }

    fn show(&self, what: &str, sealed: &Value) -> Result<Reading, Diagnostics> {
        let damaged = |why: &str| vec![Diagnostic::error(Code::BadPlan, format!("a reading in it is damaged: {why}"))];
        let opened = self.keyring.open(&context(what), sealed).map_err(|error| damaged(&error.to_string()))?;
        let [word, value] = opened.reveal().as_list().unwrap_or_default() else { return Err(damaged("it is no pair")) };
        let text = || value.as_str().map(str::to_owned).ok_or_else(|| damaged("it is no text"));
        match word.as_str() {
            Some("ready") => Ok(Reading::Ready(value.clone())),
            Some("settling") => Ok(Reading::Settling(text()?)),
            Some("failed") => Ok(Reading::Failed(text()?)),
            Some("stuck") => match value.as_list() {
                Some([value, why]) => {
                    let why = why.as_str().ok_or_else(|| damaged("it does not say why it is stuck"))?;
                    Ok(Reading::Stuck(value.clone(), why.to_owned()))
                }
                _ => Err(damaged("it is no pair")),
            },
            Some("absent") => Ok(Reading::Absent),
            _ => Err(damaged("it says nothing")),
        }
    }

    fn state_print(&self) -> Result<String, Diagnostics> {
        let snapshot = self.store()?.snapshot(self.stack.id).map_err(|error| vec![state_diagnostic(&error)])?;
        Ok(print(&self.keyring, "state", &state_facts(snapshot)))
    }

    fn cloud_print(&self) -> String {
        let places = self.here.iter().map(|cloud| {
            // An emulator may listen on another port each time it is started.
            let endpoint = cloud.endpoint.as_deref().filter(|_| !super::is_emulated(cloud));
            json!([cloud.account, cloud.region, endpoint, cloud.sandbox])
        });
        print(&self.keyring, "cloud", &Json::Array(places.collect()))
    }
}

fn saved_options(options: &SavedOptions) -> Result<PlanOptions, Diagnostics> {
    let targets = Targets::parse(&options.target)?.excluding(&options.exclude)?;
    Ok(PlanOptions {
        targets: targets.with_dependents(options.target_dependents, options.exclude_dependents),
        replace: Patterns::parse(&options.replace)?,
        ..PlanOptions::default()
    })
}

/// What sealed readings of a plan are bound to.
fn context(what: &str) -> String {
    format!("farsight plan\n{what}")
}

/// A keyed hash of anything.
fn print(keyring: &Keyring, what: &str, of: &Json) -> String {
    match keyring.hash(&format!("farsight plan {what}"), &Value::from(of.to_string().as_str())) {
        Value::Hash(text) => text,
        other => other.to_json().to_string(),
    }
}

/// Everything declared that makes a difference: not the lines.
fn program_print(keyring: &Keyring, declared: &Declared) -> String {
    let nowhere = Location { file: String::new(), line: 0, column: 0 };
    let declarations = declared.declarations.iter().map(|one| {
        let mut one = one.clone();
        one.location = nowhere.clone();
        one.property_locations.clear();
        json!(one)
    });
    let components: BTreeMap<&str, &Value> =
        declared.component_outputs.iter().map(|(urn, value)| (urn.as_str(), value)).collect();
    let policies = declared.policies.iter().map(|policy| {
        let mut policy = policy.clone();
        policy.location = nowhere.clone();
        json!(policy)
    });
    let policies: Vec<Json> = policies.collect();
    print(keyring, "program", &json!([declarations.collect::<Vec<_>>(), declared.exports, components, policies]))
}

/// What a plan shows, without the lines of the program that its reasons and warnings name: code may have moved.
fn without_lines(mut view: PlanView) -> PlanView {
    view.steps.iter_mut().for_each(|step| step.reason = None);
    view.warnings.iter_mut().chain(&mut view.violations).for_each(|one| one.location = None);
    view
}

/// Everything in state that makes a difference: not when it was written or read, nor from which line.
fn state_facts(mut snapshot: Snapshot) -> Json {
    for row in &mut snapshot.resources {
        (row.created_at, row.updated_at, row.read_at, row.location) = (0, 0, None, None);
    }
    let open: Vec<&str> = snapshot.operations.iter().map(|operation| operation.id.as_str()).collect();
    json!([snapshot.resources, open, snapshot.outputs, snapshot.next_key])
}

impl Plan {
    /// A keyed hash of the steps, in full, and of the order between them.
    fn print(&self, keyring: &Keyring) -> String {
        let steps = self.graph.node_weights().map(|step| {
            let changes = step.changes.iter();
            let changes =
                changes.map(|change| json!([change.path, change.kind, change.old, change.new, change.replace]));
            json!({
                "op": step.op, "urn": step.urn, "row": step.row, "goal": step.goal, "id": step.id,
                "changes": changes.collect::<Vec<_>>(), "inputs": step.inputs, "causes": step.causes,
                "resumes": step.resumes, "name": step.auto_name,
            })
        });
        let steps: Vec<Json> = steps.collect();
        let mut edges: Vec<(usize, usize)> =
            self.graph.raw_edges().iter().map(|edge| (edge.source().index(), edge.target().index())).collect();
        edges.sort_unstable();
        edges.dedup();
        let outputs: Vec<(&String, &Value, &Value)> =
            self.outputs.iter().map(|(name, old, new)| (name, old, new)).collect();
        print(keyring, "graph", &json!([steps, edges, outputs, self.partial, self.destroys]))
    }
}
