//! Running steps: one file per kind, and what they share.

mod converge;
mod create;
mod delete;
mod detach;
mod forget;
mod hooks;
mod import;
pub(crate) mod lookup;
mod same;
mod sent;
mod state_only;
mod update;
pub(crate) mod values;

use crate::goal::{Goal, Goals};
use crate::known::{Answers, Known, compute};
use crate::reader::{Reader, backoff};
use crate::world::World;
use crate::{Code, Control, Diagnostic, Event, Events, Journal, Step, StepOp};
use farsight_model::{PropertyPath, Urn, Value};
use farsight_provider::{Clock, ErasedHandler, Error, Fault, Owner, Registry};
use farsight_secrets::Keyring;
use farsight_state::{
    OpKind, OpStatus, Operation, ResourceKey, ResourceRow, ResourceStatus, StateError, Transition, UpdateId,
};
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use values::{mark_secrets, storable, triggered};

pub(crate) use create::accepted;
pub(crate) use delete::last_known;
pub(crate) use sent::Sent;

/// A lock that lets one write at a time through.
pub(crate) type Turn = Arc<tokio::sync::Mutex<()>>;

/// What all steps of a run share.
pub(crate) struct Run {
    pub registry: Registry,
    pub clock: Arc<dyn Clock>,
    pub events: Events,
    pub control: Control,
    pub keyring: Arc<Keyring>,
    pub reader: Reader,
    pub journal: Journal,
    pub update: UpdateId,
    /// `<project>/<stack>`, as in owner tags.
    pub label: String,
    pub world: World,
    /// What the operations that this session's recovery settled were about to make of their rows' objects.
    pub intended: Arc<HashMap<ResourceKey, Value>>,
    pub goals: Goals,
    pub known: Mutex<HashMap<Urn, Known>>,
    pub answers: Mutex<Answers>,
    /// Replacement triggers as they are stored, once they are known.
    pub triggers: Mutex<HashMap<Urn, Value>>,
    pub next_key: AtomicI64,
    /// Explicit providers of the program, as rows name them.
    pub providers: HashMap<Urn, String>,
    /// Rows that this run has taken away.
    pub removed: Mutex<Removed>,
    /// New ids of objects of which a step of this run still knows the old one.
    pub moved: Mutex<HashMap<ResourceKey, String>>,
    pub slots: Arc<Semaphore>,
    /// One lock per value of a type's `serialize_by` property.
    pub serial: Mutex<HashMap<(String, String), Turn>>,
}

/// What a run has taken away.
#[derive(Default)]
pub(crate) struct Removed {
    keys: HashSet<ResourceKey>,
    urns: HashSet<Urn>,
}

/// A step's right to make calls. Given back while it waits for the cloud.
pub(crate) struct Slot {
    slots: Arc<Semaphore>,
    permit: Mutex<Option<OwnedSemaphorePermit>>,
}

impl Slot {
    pub fn new(slots: Arc<Semaphore>, permit: OwnedSemaphorePermit) -> Self {
        Self { slots, permit: Mutex::new(Some(permit)) }
    }

    /// Lets others go on.
    pub fn release(&self) {
        self.permit.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// Waits for its turn, if it does not have it.
    pub async fn hold(&self) {
        if self.permit.lock().unwrap_or_else(PoisonError::into_inner).is_some() {
            return;
        }
        if let Ok(permit) = self.slots.clone().acquire_owned().await {
            *self.permit.lock().unwrap_or_else(PoisonError::into_inner) = Some(permit);
        }
    }
}

/// Why a step ended without being done.
#[derive(Debug, Clone)]
pub(crate) enum StepError {
    /// It failed.
    Failed(Box<Diagnostic>),
    /// Nobody waits for it any more; the journal knows.
    Cancelled,
    /// The journal takes no more writes: the whole run must end.
    Journal(Arc<StateError>),
}

impl From<Diagnostic> for StepError {
    fn from(diagnostic: Diagnostic) -> Self {
        StepError::Failed(Box::new(diagnostic))
    }
}

impl From<Arc<StateError>> for StepError {
    fn from(error: Arc<StateError>) -> Self {
        StepError::Journal(error)
    }
}

pub(crate) type StepResult<T> = Result<T, StepError>;

/// Runs one step to its end. Returns the object's id, if it has one.
pub(crate) async fn run(run: &Run, step: &Step, slot: &Slot) -> StepResult<Option<String>> {
    hooks::before(run, step).await?;
    let id = work(run, step, slot).await?;
    hooks::after(run, step).await?;
    Ok(id)
}

async fn work(run: &Run, step: &Step, slot: &Slot) -> StepResult<Option<String>> {
    if let Some(handler) = run.registry.handler(&step.token)
        && handler.lives_in_state()
        && state_only::takes(step.op)
    {
        return state_only::run(run, step, handler.as_ref()).await;
    }
    match step.op {
        StepOp::Same => same::run(run, step).await,
        StepOp::Create | StepOp::CreateReplacement => create::run(run, step, slot).await,
        StepOp::Update => update::run(run, step, slot).await,
        StepOp::Detach => detach::run(run, step, slot).await,
        StepOp::Delete | StepOp::DeleteReplaced => delete::run(run, step, slot).await,
        StepOp::Import => import::run(run, step).await,
        StepOp::Forget | StepOp::Gone => forget::run(run, step).await,
        StepOp::Refresh => Ok(step.id.clone()),
    }
}

impl Run {
    pub fn goal(&self, step: &Step) -> StepResult<&Goal> {
        step.goal
            .and_then(|index| self.goals.list.get(index))
            .ok_or_else(|| bug(&step.urn, "a step without a declaration").into())
    }

    /// The explicit provider that makes a resource, as rows name it.
    pub fn provider(&self, goal: &Goal) -> Option<&str> {
        goal.options.provider.as_ref().and_then(|urn| self.providers.get(urn)).map(String::as_str)
    }

    pub fn row(&self, step: &Step) -> StepResult<&ResourceRow> {
        step.row
            .and_then(|key| self.world.rows.get(&key))
            .ok_or_else(|| bug(&step.urn, "a step without a row in state").into())
    }

    pub fn handler(&self, step: &Step) -> StepResult<Arc<dyn ErasedHandler>> {
        self.registry.handler_at(&step.token, step.provider.as_deref()).ok_or_else(|| {
            Diagnostic::error(Code::UnknownType, format!("no provider knows the type `{}`", step.token))
                .about(&step.urn)
                .into()
        })
    }

    /// Commits that a row goes.
    pub async fn remove(&self, row: &ResourceRow, reason: &str, mut with: Vec<Transition>) -> StepResult<()> {
        with.push(Transition::Remove {
            key: row.key,
            update: self.update,
            reason: reason.to_owned(),
            at: self.clock.now(),
        });
        self.journal.commit(with).await?;
        let mut removed = self.removed.lock().unwrap_or_else(PoisonError::into_inner);
        removed.keys.insert(row.key);
        removed.urns.insert(row.urn.clone());
        Ok(())
    }

    /// Whether a row of this URN went in this run, and with it what state knew of who depends on it.
    pub fn went(&self, urn: &Urn) -> bool {
        self.removed.lock().unwrap_or_else(PoisonError::into_inner).urns.contains(urn)
    }

    /// The row that a step works on, if it is still there.
    pub fn standing(&self, step: &Step) -> Option<&ResourceRow> {
        let key = step.row?;
        let removed = self.removed.lock().unwrap_or_else(PoisonError::into_inner).keys.contains(&key);
        if removed { None } else { self.world.rows.get(&key) }
    }

    pub fn new_key(&self) -> ResourceKey {
        ResourceKey(self.next_key.fetch_add(1, Ordering::Relaxed))
    }

    pub fn known(&self, urn: &Urn) -> Option<Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).get(urn).cloned()
    }

    pub fn learn(&self, urn: &Urn, known: Known) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(urn.clone(), known);
    }

    /// The step's inputs, now that everything that they need is known: computed, named, defaulted and checked.
    pub async fn inputs(&self, step: &Step, goal: &Goal) -> StepResult<Value> {
        let declaration = &goal.declaration;
        let mut answers = std::mem::take(&mut *self.answers.lock().unwrap_or_else(PoisonError::into_inner));
        let computed = compute(&declaration.inputs, &self.goals, &|urn: &Urn| self.known(urn), &mut answers).await;
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).extend(answers);
        let inputs = computed.map_err(|failure| {
            failure
                .diagnostic(&format!("inputs of `{}`", declaration.name))
                .about(&step.urn)
                .at(Some(&declaration.location))
        })?;
        self.settle_trigger(step, goal).await?;
        let Some(handler) = &goal.handler else { return Ok(inputs) };
        let schema = handler.schema();
        let (mut inputs, problems) = schema.check(&inputs);
        if let Some(problem) = problems.first() {
            return Err(Diagnostic::error(
                Code::BadInput,
                format!("`{}` of `{}`: {}", problem.path, declaration.name, problem.message),
            )
            .about(&step.urn)
            .property(&problem.path)
            .at(problem
                .path
                .head()
                .and_then(|head| declaration.property_locations.get(head))
                .or(Some(&declaration.location)))
            .into());
        }
        if let Some(path) = unknown_path(&inputs) {
            return Err(Diagnostic::error(
                Code::BadInput,
                format!("`{path}` of `{}` is still unknown, though everything it needs is done", declaration.name),
            )
            .about(&step.urn)
            .at(Some(&declaration.location))
            .into());
        }
        if let Some(provider) = self.registry.at(&step.token, self.provider(goal)) {
            provider.default_inputs(schema, &mut inputs);
        }
        if let Some((property, name)) = &step.auto_name {
            inputs.set(property, Value::from(name.as_str()));
        }
        Ok(inputs)
    }

    /// Computes the value whose change replaces, now that everything that it needs is known.
    pub async fn settle_trigger(&self, step: &Step, goal: &Goal) -> StepResult<()> {
        let (declared, declaration) = (&goal.options.replacement_trigger, &goal.declaration);
        if declared.is_null() {
            return Ok(());
        }
        let failed = |what: Diagnostic| StepError::from(what.about(&step.urn).at(Some(&declaration.location)));
        let what = format!("`replacement_trigger` of `{}`", declaration.name);
        let mut answers = std::mem::take(&mut *self.answers.lock().unwrap_or_else(PoisonError::into_inner));
        let computed = compute(declared, &self.goals, &|urn: &Urn| self.known(urn), &mut answers).await;
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).extend(answers);
        let trigger = computed.map_err(|failure| failed(failure.diagnostic(&what)))?;
        if trigger.has_unknown() {
            return Err(failed(Diagnostic::error(Code::BadInput, format!("{what} is still unknown"))));
        }
        let trigger = triggered(&self.keyring, &step.urn, &trigger);
        self.triggers.lock().unwrap_or_else(PoisonError::into_inner).insert(step.urn.clone(), trigger);
        Ok(())
    }

    /// The row of a goal. `previous` keeps what only state knows.
    pub fn row_for(
        &self,
        goal: &Goal,
        key: ResourceKey,
        id: Option<&str>,
        inputs: &Value,
        outputs: &Value,
    ) -> ResourceRow {
        let now = self.clock.now();
        let declaration = &goal.declaration;
        let mut options = goal.options.clone();
        // Where a resource came from is history once it is here.
        options.import = None;
        options.depends_on.clear();
        options.aliases.clear();
        for hook in &mut options.hooks {
            hook.callback = None;
        }
        let triggers = self.triggers.lock().unwrap_or_else(PoisonError::into_inner);
        options.replacement_trigger = triggers.get(&declaration.urn).cloned().unwrap_or_default();
        drop(triggers);
        let mut dependencies: Vec<Urn> = goal
            .dependencies
            .iter()
            .map(|&index| self.goals.list[index].declaration.urn.clone())
            .filter(|urn| Some(urn) != declaration.parent.as_ref())
            .collect();
        dependencies.sort();
        let mut property_dependencies = goal.property_dependencies.clone();
        for urns in property_dependencies.values_mut() {
            urns.sort();
        }
        let (inputs, outputs) = match &goal.handler {
            Some(handler) => (
                storable(handler.schema(), &self.keyring, &declaration.urn, inputs),
                mark_secrets(handler.schema(), &goal.options, inputs, outputs),
            ),
            None => (inputs.clone(), outputs.clone()),
        };
        ResourceRow {
            key,
            urn: declaration.urn.clone(),
            id: id.map(str::to_owned),
            custom: declaration.custom,
            status: ResourceStatus::Ready,
            pending_delete: false,
            tainted: false,
            parent: declaration.parent.clone(),
            provider: self.provider(goal).map(str::to_owned),
            inputs,
            outputs,
            options,
            dependencies,
            property_dependencies,
            location: Some(declaration.location.clone()),
            created_at: now,
            updated_at: now,
            read_at: None,
            error: None,
        }
    }

    /// A transition that stores a row, secrets sealed.
    pub fn put(&self, row: &ResourceRow, op: Option<&str>) -> Result<Transition, Diagnostic> {
        Ok(Transition::Put { row: Box::new(self.sealed(row)?), op: op.map(str::to_owned), update: self.update })
    }

    fn sealed(&self, row: &ResourceRow) -> Result<ResourceRow, Diagnostic> {
        sealed(&self.keyring, row)
    }

    /// A new operation in the journal's words. The row says what it will lead to.
    pub fn intent(
        &self,
        kind: OpKind,
        row: &ResourceRow,
        inputs: &Value,
        replaces: Option<ResourceKey>,
    ) -> Result<Operation, Diagnostic> {
        let inputs = match self.registry.handler(&row.urn.token()) {
            Some(handler) => storable(handler.schema(), &self.keyring, &row.urn, inputs),
            None => inputs.clone(),
        };
        Ok(Operation {
            id: self.clock.hex(32),
            update: self.update,
            key: row.key,
            urn: row.urn.clone(),
            kind,
            status: OpStatus::Intended,
            physical_id: row.id.clone(),
            inputs: seal(&self.keyring, row.urn.as_str(), &inputs)?,
            replaces,
            row: Some(Box::new(self.sealed(row)?)),
            attempt: 0,
            error: None,
            started_at: self.clock.now(),
            accepted_at: None,
            ended_at: None,
        })
    }

    pub fn finish(&self, op: &str, status: OpStatus, error: Option<&Error>) -> Transition {
        Transition::Finish { op: op.to_owned(), status, error: error.map(ToString::to_string), at: self.clock.now() }
    }

    /// Commits that an operation failed, and the row with the reason.
    pub async fn fail(&self, operation: &Operation, mut row: ResourceRow, why: &Diagnostic) -> StepResult<()> {
        let at = self.clock.now();
        row.error = Some(why.message.clone());
        row.updated_at = at;
        let failed = Transition::Finish {
            op: operation.id.clone(),
            status: OpStatus::Failed,
            error: Some(why.message.clone()),
            at,
        };
        let put = self.put(&row, (operation.kind != OpKind::Delete).then_some(operation.id.as_str()))?;
        self.journal.commit(vec![failed, put]).await?;
        Ok(())
    }

    /// The answer to a call; when the step's time is over before it comes, nobody knows whether the call was done.
    pub async fn in_time<T>(
        &self,
        deadline: &Deadline,
        call: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let left = Duration::from_millis((deadline.at - self.clock.now()).max(0) as u64);
        tokio::select! {
            biased;
            answer = call => answer,
            () = self.clock.sleep(left) => {
                let seconds = (self.clock.now() - deadline.begin) / 1000;
                Err(Error::new(Fault::Unknown, format!("no answer within {seconds} s")))
            }
        }
    }

    pub fn owner(&self, operation: &Operation) -> Owner {
        Owner { stack: self.label.clone(), urn: operation.urn.clone(), op: operation.id.clone() }
    }

    pub fn emit(&self, event: Event) {
        (self.events)(event);
    }

    /// How long a step may take, waiting included.
    pub fn limit(&self, step: &Step, handler: &dyn ErasedHandler, seconds: Option<u64>) -> Deadline {
        let _ = step;
        let within = seconds.map_or(handler.policy().settle.within, Duration::from_secs);
        Deadline { begin: self.clock.now(), at: self.clock.now() + within.as_millis() as i64 }
    }

    /// Pauses after a failure that may pass; says so. Fails when the step's time is over or nobody waits any more.
    pub async fn pause(
        &self,
        step: &Step,
        slot: &Slot,
        error: &Error,
        attempt: u32,
        deadline: &Deadline,
    ) -> StepResult<()> {
        if self.control.level() >= 2 {
            return Err(StepError::Cancelled);
        }
        let pause = backoff(attempt.min(5), self.clock.random());
        if self.clock.now() + pause.as_millis() as i64 > deadline.at {
            return Err(self.refusal(step, error).into());
        }
        self.emit(Event::Retrying {
            urn: step.urn.clone(),
            op: step.op,
            reason: error.to_string(),
            after: pause.as_millis() as u64,
        });
        slot.release();
        tokio::select! {
            () = self.clock.sleep(pause) => {}
            () = self.control.reached(2) => return Err(StepError::Cancelled),
        }
        slot.hold().await;
        Ok(())
    }

    /// The lock that writes of this object must hold, where the service refuses parallel ones.
    pub fn serializer(&self, handler: &dyn ErasedHandler, inputs: &Value) -> Option<Turn> {
        let property = handler.policy().serialize_by?;
        let value = inputs.get(property).and_then(Value::as_str)?.to_owned();
        let mut locks = self.serial.lock().unwrap_or_else(PoisonError::into_inner);
        Some(locks.entry((property.to_owned(), value)).or_default().clone())
    }

    /// A refusal of the service, for people.
    pub fn refusal(&self, step: &Step, error: &Error) -> Diagnostic {
        let code = match error.fault {
            Fault::Exists => Code::ExistsNotOurs,
            Fault::Quota => Code::QuotaUsedUp,
            Fault::Denied => Code::Denied,
            Fault::Credentials => Code::NoCredentials,
            Fault::Unknown => Code::OutcomeUnknown,
            Fault::Unreachable => Code::EndpointDead,
            Fault::Busy | Fault::Lag | Fault::Throttled => Code::TimedOut,
            Fault::Gone | Fault::Rejected => Code::Refused,
        };
        let goal = step.goal.and_then(|index| self.goals.list.get(index));
        let row = step.row.and_then(|key| self.world.rows.get(&key));
        let location = goal.map(|goal| &goal.declaration.location).or(row.and_then(|row| row.location.as_ref()));
        let diagnostic = Diagnostic::error(
            code,
            format!("cannot {} {} `{}`: {error}", step.op.word(), step.token.short(), step.urn.name()),
        )
        .about(&step.urn)
        .at(location);
        match code {
            Code::ExistsNotOurs => diagnostic.help(format!(
                "if it is yours, adopt it: `farsight import {} {} <id>`",
                step.token.short(),
                step.urn.name()
            )),
            Code::OutcomeUnknown => diagnostic.help("run the command again: it looks up what became of the call"),
            Code::QuotaUsedUp => diagnostic.help("raise the quota or remove what is not needed, then run `up` again"),
            _ => diagnostic,
        }
    }
}

/// When a step has taken too long.
pub(crate) struct Deadline {
    pub begin: i64,
    pub at: i64,
}

pub(crate) fn bug(urn: &Urn, what: &str) -> Diagnostic {
    Diagnostic::error(Code::Bug, what).about(urn)
}

/// A row as the store takes it: secrets sealed.
pub(crate) fn sealed(keyring: &Keyring, row: &ResourceRow) -> Result<ResourceRow, Diagnostic> {
    let context = row.urn.as_str();
    let mut row = row.clone();
    if row.inputs.has_secret() {
        row.inputs = seal(keyring, context, &row.inputs)?;
    }
    if row.outputs.has_secret() {
        row.outputs = seal(keyring, context, &row.outputs)?;
    }
    Ok(row)
}

/// Seals a value's secrets; fails only when the machine has no randomness.
pub(crate) fn seal(keyring: &Keyring, context: &str, value: &Value) -> Result<Value, Diagnostic> {
    keyring
        .seal(context, value)
        .map_err(|error| Diagnostic::error(Code::Bug, format!("a secret cannot be sealed: {error}")))
}

/// The first part of a value that is not known.
fn unknown_path(value: &Value) -> Option<PropertyPath> {
    fn walk(value: &Value, at: &PropertyPath) -> Option<PropertyPath> {
        match value {
            Value::Unknown | Value::Output(_) => Some(at.clone()),
            Value::Secret(inner) => walk(inner, at),
            Value::List(items) => items.iter().enumerate().find_map(|(index, item)| walk(item, &at.join_index(index))),
            Value::Map(entries) => entries.iter().find_map(|(key, item)| walk(item, &at.join_key(key))),
            _ => None,
        }
    }
    walk(value, &PropertyPath::root())
}
