//! One stack under one command: the entrance to the engine.

mod import;
mod lock;
mod look;
mod saved;
mod state_error;
mod surgery;
mod verify;

pub use lock::LockRequest;
pub(crate) use state_error::state_diagnostic;
pub use surgery::{Mark, Moved};

use crate::execute::{Durations, execute};
use crate::goal::Goals;
use crate::known::{Answers, compute};
use crate::plan::Gathered;
use crate::planner::{PlanOptions, Planner};
use crate::policy;
use crate::reader::Reader;
use crate::recover::{announce, recover};
use crate::reference::connect;
use crate::scope::Scope;
use crate::steps::{Run, seal};
use crate::world::{OUTPUTS, World};
use crate::{
    Code, Control, Declared, Diagnostic, Diagnostics, Event, Events, Home, Journal, Observer, Outcome, Plan, StepOp,
};
use farsight_model::{Urn, Value};
use farsight_provider::{Clock, Reading, Registry};
use farsight_secrets::Keyring;
use farsight_state::{
    Cloud, Counts, Operation, ResourceKey, ResourceRow, Stack, StateError, Store, Transition, UpdateEnd, UpdateResult,
    WriterStats,
};
use lock::Held;
use std::collections::HashMap;
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// What the engine works with.
#[derive(Clone)]
pub struct Engine {
    /// The providers.
    pub registry: Registry,
    /// Time and randomness.
    pub clock: Arc<dyn Clock>,
    /// Where events go.
    pub events: Events,
    /// How the run is asked to stop.
    pub control: Control,
}

/// How a command works.
#[derive(Clone)]
pub struct Settings {
    /// Steps that make calls at once.
    pub parallel: usize,
    /// Go on with what does not depend on a failed step.
    pub continue_on_error: bool,
    /// Whether the cloud is the local sandbox.
    pub sandbox: bool,
    /// Commit on the caller's thread, in exact order, and leave the store there: for tests in virtual time.
    pub inline: Option<Home>,
    /// Told of every moment around a commit: for tests that stop the engine there. Works with `inline`.
    pub observer: Option<Observer>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { parallel: 64, continue_on_error: false, sandbox: false, inline: None, observer: None }
    }
}

/// One stack under one command.
pub struct Session {
    engine: Engine,
    settings: Settings,
    store: Option<Store>,
    stack: Stack,
    keyring: Arc<Keyring>,
    held: Option<Held>,
    counts: Counts,
    /// The places that the credentials lead to, once they were looked at.
    here: Vec<Cloud>,
    written: WriterStats,
    intended: Arc<HashMap<ResourceKey, Value>>,
}

impl Session {
    /// Begins. Nothing is read or locked yet.
    pub fn open(engine: Engine, store: Store, stack: Stack, keyring: Keyring, settings: Settings) -> Self {
        Self {
            engine,
            settings,
            store: Some(store),
            stack,
            keyring: Arc::new(keyring),
            held: None,
            counts: Counts::new(),
            here: Vec::new(),
            written: WriterStats::default(),
            intended: Arc::default(),
        }
    }

    /// The stack.
    pub fn stack(&self) -> &Stack {
        &self.stack
    }

    /// What the runs of this session wrote to state.
    pub fn written(&self) -> WriterStats {
        self.written
    }

    /// `<project>/<stack>`, as in owner tags.
    pub fn label(&self) -> String {
        format!("{}/{}", self.stack.project, self.stack.name)
    }

    fn store(&self) -> Result<&Store, Diagnostics> {
        self.store
            .as_ref()
            .ok_or_else(|| vec![Diagnostic::error(Code::Bug, "the state was closed by an earlier failure")])
    }

    fn store_mut(&mut self) -> Result<&mut Store, Diagnostics> {
        self.store
            .as_mut()
            .ok_or_else(|| vec![Diagnostic::error(Code::Bug, "the state was closed by an earlier failure")])
    }

    /// Gives the state back, for commands that read it themselves.
    pub fn into_store(self) -> Option<Store> {
        self.store
    }

    fn world(&self) -> Result<World, Diagnostics> {
        let snapshot = self.store()?.snapshot(self.stack.id).map_err(|error| vec![state_diagnostic(&error)])?;
        let mut world = World::new(snapshot, &self.keyring).map_err(|diagnostic| vec![diagnostic])?;
        world.elsewhere = self.store()?.ids_elsewhere(self.stack.id).map_err(|error| vec![state_diagnostic(&error)])?;
        world.drifted = self.store()?.drifted(self.stack.id).map_err(|error| vec![state_diagnostic(&error)])?;
        Ok(world)
    }

    fn reader(&self) -> Reader {
        Reader::new(self.engine.registry.clone(), self.engine.clock.clone(), self.engine.control.clone())
    }

    /// Refuses to touch another account, region or endpoint than the stack was built in. The first update that reaches
    /// a cloud remembers it.
    pub async fn check_cloud(&mut self) -> Result<(), Diagnostics> {
        self.here.clear();
        for provider in self.engine.registry.providers().cloned().collect::<Vec<_>>() {
            let here = provider.cloud().await.map_err(|error| {
                let urn = Urn::new(
                    &self.stack.name,
                    &self.stack.project,
                    None,
                    &farsight_model::TypeToken::new("stack"),
                    "stack",
                );
                vec![Diagnostic { urn: None, ..crate::planner::unreadable(&urn, &error) }]
            })?;
            let Some(here) = here else { continue };
            let now = Cloud {
                account: here.account,
                region: here.region,
                endpoint: here.endpoint,
                sandbox: self.settings.sandbox,
            };
            self.here.push(now.clone());
            match &self.stack.cloud {
                Some(built) if !same_cloud(built, &now) => {
                    return Err(vec![
                        Diagnostic::error(
                            Code::OtherCloud,
                            format!(
                                "stack `{}` belongs to {}, and this is {}",
                                self.stack.name,
                                place(built),
                                place(&now)
                            ),
                        )
                        .note("nothing was changed")
                        .help("use the credentials and region of that account, or another stack"),
                    ]);
                }
                Some(built) if *built == now => {}
                // An emulator may listen on another port each time it is started.
                _ if self.held.is_some() => {
                    let id = self.stack.id;
                    self.store_mut()?.set_cloud(id, &now).map_err(|error| vec![state_diagnostic(&error)])?;
                    self.stack.cloud = Some(now);
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Settles what an earlier run left open. Needs the lock.
    pub async fn recover(&mut self) -> Result<(), Diagnostics> {
        let world = self.world()?;
        if world.open.is_empty() {
            return Ok(());
        }
        let open = world.open.iter().filter_map(|operation| operation.row.as_ref()?.provider.as_deref());
        connect(&self.engine.registry, open, &|_| false).await?;
        let run = self.run(world, Goals::default())?;
        let result = recover(&run).await;
        let opened = |open: &Operation| Some((open.key, run.keyring.open(open.urn.as_str(), &open.inputs).ok()?));
        self.intended = Arc::new(run.world.open.iter().filter_map(opened).collect());
        self.close(run);
        result
    }

    /// Makes the plan that fulfils what a program declares.
    pub async fn plan(&mut self, declared: Declared, options: &PlanOptions) -> Result<Plan, Diagnostics> {
        let goals = Goals::new(declared, &self.engine.registry)?;
        self.plan_goals(goals, options, Gathered::default()).await
    }

    /// Makes the plan that takes the whole stack down, from state alone.
    pub async fn plan_down(&mut self, options: &PlanOptions) -> Result<Plan, Diagnostics> {
        let options = PlanOptions { destroy: true, ..options.clone() };
        self.plan_goals(Goals::default(), &options, Gathered::default()).await
    }

    async fn plan_goals(
        &mut self,
        goals: Goals,
        options: &PlanOptions,
        gathered: Gathered,
    ) -> Result<Plan, Diagnostics> {
        (self.engine.events)(Event::Phase { name: "plan".into(), total: Some(goals.list.len()) });
        let world = self.world()?;
        connect(&self.engine.registry, world.providers(), &|urn| goals.index.contains_key(urn)).await?;
        let reader = self.reader();
        let label = self.label();
        let planner = Planner {
            goals: &goals,
            world: &world,
            registry: &self.engine.registry,
            reader: &reader,
            clock: self.engine.clock.as_ref(),
            keyring: &self.keyring,
            options,
            patient: self.held.is_some(),
            scope: Scope::default(),
            fresh: gathered.fresh,
            adopted: gathered.adopted,
            names: gathered.names,
            label: &label,
            left_behind: None,
            claims: HashMap::new(),
            taken: HashMap::new(),
            forced: HashMap::new(),
            providers: HashMap::new(),
            moving: HashMap::new(),
            answers: Answers::new(),
            problems: Vec::new(),
            warnings: Vec::new(),
        };
        let mut plan = planner.plan().await?;
        if self.held.is_none() {
            plan.warnings.extend(announce(&world.open));
        }
        plan.partial = !options.targets.is_everything();
        plan.destroys = options.destroy;
        plan.goals = goals;
        plan.world = world;
        policy::check(&mut plan).await?;
        Ok(plan)
    }

    /// Runs a plan: exactly its graph. Needs the lock.
    pub async fn execute(&mut self, mut plan: Plan) -> Result<Outcome, Diagnostics> {
        if !plan.violations.is_empty() {
            return Err(plan.violations);
        }
        let steps = plan.graph.node_weights().filter(|step| step.op != StepOp::Same).count();
        (self.engine.events)(Event::Phase { name: "execute".into(), total: Some(steps) });
        let durations: Durations =
            self.store()?.durations(self.stack.id).map_err(|error| vec![state_diagnostic(&error)])?;
        let goals = std::mem::take(&mut plan.goals);
        let world = std::mem::take(&mut plan.world);
        let old_outputs = world.outputs.clone();
        let fresh = std::mem::take(&mut plan.gathered.fresh);
        let mut run = self.run(world, goals)?;
        run.providers = std::mem::take(&mut plan.providers);
        if let Err(diagnostic) = take_readings(&mut run, &plan, &fresh).await {
            self.close(run);
            return Err(vec![diagnostic]);
        }
        let mut outcome = execute(&run, &plan, &durations, self.settings.continue_on_error).await;
        if !plan.partial
            && let Err(diagnostic) = export(&run, &old_outputs, &mut outcome).await
        {
            outcome.failures.push(diagnostic);
        }
        self.close(run);
        let done = &outcome.done;
        for (name, count) in [
            ("create", done.create),
            ("update", done.update),
            ("replace", done.replace),
            ("delete", done.delete),
            ("same", done.same),
            ("import", done.import),
            ("forget", done.forget),
        ] {
            *self.counts.entry(name.to_owned()).or_default() += count as u64;
        }
        Ok(outcome)
    }

    /// The stack's resources and components as state remembers them, secrets in clear.
    pub fn rows(&self) -> Result<Vec<ResourceRow>, Diagnostics> {
        Ok(self.world()?.rows.into_values().collect())
    }

    /// The stack's outputs, secrets in clear.
    pub fn outputs(&self) -> Result<Value, Diagnostics> {
        Ok(self.world()?.outputs)
    }

    /// Ends the update and gives the lock back. A session without lock has nothing to end.
    pub fn finish(&mut self, failures: &[Diagnostic], cancelled: bool) -> Result<(), Diagnostics> {
        let Some(held) = self.held.take() else { return Ok(()) };
        let end = UpdateEnd {
            result: if cancelled {
                UpdateResult::Cancelled
            } else if failures.is_empty() {
                UpdateResult::Succeeded
            } else {
                UpdateResult::Failed
            },
            counts: std::mem::take(&mut self.counts),
            ended_at: self.engine.clock.now(),
            error: failures.first().map(|diagnostic| diagnostic.message.clone()),
        };
        held.stop_heartbeat();
        let store = self.store_mut()?;
        let wrong = |error: StateError| vec![state_diagnostic(&error)];
        store.end_update(&held.lease, held.update, &end).map_err(wrong)?;
        store.release_lease(&held.lease).map_err(wrong)
    }

    /// Opens the journal for a run. [`Session::close`] must follow.
    pub(crate) fn run(&mut self, world: World, goals: Goals) -> Result<Run, Diagnostics> {
        let held = self.held.as_ref().ok_or_else(|| vec![Diagnostic::error(Code::Bug, "a write without the lock")])?;
        let (lease, update) = (held.lease.clone(), held.update);
        let store = self
            .store
            .take()
            .ok_or_else(|| vec![Diagnostic::error(Code::Bug, "the state was closed by an earlier failure")])?;
        let journal = match &self.settings.inline {
            Some(home) => Journal::inline(store, lease, home.clone(), self.settings.observer.clone()),
            None => Journal::threaded(store, lease),
        };
        Ok(Run {
            registry: self.engine.registry.clone(),
            clock: self.engine.clock.clone(),
            events: self.engine.events.clone(),
            control: self.engine.control.clone(),
            keyring: self.keyring.clone(),
            reader: self.reader(),
            journal,
            update,
            label: self.label(),
            next_key: AtomicI64::new(world.next_key),
            removed: Mutex::default(),
            moved: Mutex::default(),
            providers: HashMap::new(),
            known: Mutex::new(HashMap::new()),
            answers: Mutex::new(Answers::new()),
            triggers: Mutex::default(),
            slots: Arc::new(Semaphore::new(self.settings.parallel.max(1))),
            serial: Mutex::new(HashMap::new()),
            world,
            intended: self.intended.clone(),
            goals,
        })
    }

    /// Takes the state back from a run.
    pub(crate) fn close(&mut self, run: Run) {
        let stats = run.journal.stats();
        self.written.commits += stats.commits;
        self.written.requests += stats.requests;
        self.written.transitions += stats.transitions;
        self.written.bytes += stats.bytes;
        self.store = run.journal.close();
    }
}

/// Readings that a plan made of objects that it leaves as they are: state takes them over.
async fn take_readings(run: &mut Run, plan: &Plan, fresh: &HashMap<ResourceKey, Reading>) -> Result<(), Diagnostic> {
    let mut noted = Vec::new();
    for step in plan.graph.node_weights().filter(|step| step.op == StepOp::Same && step.goal.is_some()) {
        let Some(key) = step.row else { continue };
        let (Some(Reading::Ready(observed)), Some(row)) = (fresh.get(&key), run.world.rows.get(&key)) else { continue };
        let Some(handler) = run.registry.handler(&step.token) else { continue };
        let observed = crate::steps::values::mark_secrets(handler.schema(), &row.options, &row.inputs, observed);
        if observed == row.outputs && !run.world.drifted.contains(&key) {
            continue;
        }
        let mut row = row.clone();
        row.outputs = observed;
        row.read_at = Some(run.clock.now());
        noted.push(run.put(&row, None)?);
        run.world.rows.insert(key, row);
    }
    if noted.is_empty() {
        return Ok(());
    }
    run.journal.commit(noted).await.map_err(|error| state_diagnostic(&error))
}

/// Stores the stack's outputs after a run. When something failed, outputs that could not be computed keep their old
/// values.
async fn export(run: &Run, old: &Value, outcome: &mut Outcome) -> Result<(), Diagnostic> {
    let mut new = if outcome.succeeded() { Value::map::<String>([]) } else { old.clone() };
    let mut answers = std::mem::take(&mut *run.answers.lock().unwrap_or_else(PoisonError::into_inner));
    for (name, value) in &run.goals.exports {
        match compute(value, &run.goals, &|urn: &Urn| run.known(urn), &mut answers).await {
            Ok(value) if value.has_unknown() => {}
            Ok(value) => new.set(name, value),
            Err(failure) => outcome.failures.push(failure.diagnostic(&format!("output `{name}`"))),
        }
    }
    if *old == new {
        return Ok(());
    }
    let outputs = seal(&run.keyring, OUTPUTS, &new)?;
    let transition = Transition::Outputs { outputs };
    run.journal.commit(vec![transition]).await.map_err(|error| state_diagnostic(&error))
}

fn same_cloud(a: &Cloud, b: &Cloud) -> bool {
    a.account == b.account
        && a.region == b.region
        && a.sandbox == b.sandbox
        && (a.endpoint == b.endpoint || (is_emulated(a) && is_emulated(b)))
}

fn is_emulated(cloud: &Cloud) -> bool {
    cloud.sandbox || cloud.endpoint.as_deref().is_some_and(is_loopback)
}

pub(crate) fn is_loopback(endpoint: &str) -> bool {
    ["://127.", "://localhost", "://[::1]"].iter().any(|host| endpoint.contains(host))
}

fn place(cloud: &Cloud) -> String {
    let endpoint = cloud.endpoint.as_deref().map_or_else(String::new, |endpoint| format!(" at {endpoint}"));
    let sandbox = if cloud.sandbox { " in the sandbox" } else { "" };
    format!("account {} in {}{endpoint}{sandbox}", cloud.account, cloud.region)
}
