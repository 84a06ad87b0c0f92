//! A program, a cloud and a state in one hand, in virtual time.

#![allow(dead_code, reason = "each test binary uses its own part")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "the helpers of tests may fail as tests do")]

pub mod oracle;
pub mod trap;

use farsight_engine::{
    Control, Declared, Diagnostic, Engine, Event, LockRequest, Moment, Observer, Outcome, Plan, PlanOptions, PlanView,
    Session, Settings, Targets,
};
use farsight_model::{Expr, Location, PropertyPath, ResourceOptions, TypeToken, Urn, Value};
use farsight_protocol::Declaration;
use farsight_provider::fake::{Call, FakeCloud, Fate, KEPT, KEYED, Script, TAGGED};
use farsight_provider::{Clock, Connect, Registry, VirtualClock};
use farsight_secrets::{KeySource, Keyring};
use farsight_state::{
    Counts, Holder, ResourceStatus, Store, Transition, UpdateEnd, UpdateId, UpdateResult, UpdateStart,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub const STACK: &str = "test";
pub const PROJECT: &str = "lab";

/// A value from JSON text, for short tests.
pub fn v(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

/// The URN of a resource of a test program.
pub fn urn(token: &str, name: &str) -> Urn {
    Urn::new(STACK, PROJECT, None, &TypeToken::new(token), name)
}

/// A property of another resource.
pub fn output(token: &str, name: &str, path: &str) -> Value {
    Value::output(Expr::Ref { urn: urn(token, name), path: PropertyPath::parse(path).unwrap() })
}

/// A resource of a test program.
#[derive(Clone)]
pub struct Node {
    pub token: &'static str,
    pub name: String,
    pub inputs: Value,
    pub options: ResourceOptions,
    pub parent: Option<Urn>,
    pub stack: &'static str,
}

/// A resource of a type.
pub fn node(token: &'static str, name: &str, inputs: &str) -> Node {
    Node {
        token,
        name: name.into(),
        inputs: v(inputs),
        options: ResourceOptions::default(),
        parent: None,
        stack: STACK,
    }
}

/// The type of components.
pub const COMPONENT: &str = "app:index:Part";

/// A tagged resource that one call makes as it is declared.
pub fn plain(name: &str, inputs: &str) -> Node {
    tagged(name, inputs).set("extra", Value::Bool(false))
}

/// One of its kind for a key; a replacement that keeps the key must delete first.
pub fn keyed(name: &str, inputs: &str) -> Node {
    node(KEYED, name, inputs).set("extra", Value::Bool(false)).set("key", name.into())
}

/// A resource that only its tags identify.
pub fn tagged(name: &str, inputs: &str) -> Node {
    node(TAGGED, name, inputs)
}

impl Node {
    pub fn set(mut self, property: &str, value: Value) -> Self {
        self.inputs.set(property, value);
        self
    }

    /// Needs other tagged resources; a change of theirs updates this one in place.
    pub fn needs(self, others: &[&str]) -> Self {
        let list = others.iter().map(|other| output(TAGGED, other, "id")).collect();
        self.set("needs", Value::List(list))
    }

    /// Lives within another tagged resource; a change of its id replaces this one.
    pub fn within(self, other: &str) -> Self {
        self.set("within", output(TAGGED, other, "id"))
    }

    pub fn with(mut self, change: impl FnOnce(&mut ResourceOptions)) -> Self {
        change(&mut self.options);
        self
    }

    pub fn under(mut self, parent: &Node) -> Self {
        self.parent = Some(parent.urn());
        self
    }

    pub fn urn(&self) -> Urn {
        Urn::new(self.stack, PROJECT, self.parent.as_ref(), &TypeToken::new(self.token), &self.name)
    }

    /// A property of this resource.
    pub fn part(&self, path: &str) -> Value {
        Value::output(Expr::Ref { urn: self.urn(), path: PropertyPath::parse(path).unwrap() })
    }
}

/// A program of these resources.
pub fn program(nodes: &[Node]) -> Declared {
    Declared {
        declarations: nodes
            .iter()
            .enumerate()
            .map(|(line, node)| Declaration {
                urn: node.urn(),
                token: TypeToken::new(node.token),
                name: node.name.clone(),
                custom: node.token != COMPONENT
                    && !TypeToken::new(node.token).is_check()
                    && TypeToken::new(node.token).provides().is_none(),
                parent: node.parent.clone(),
                inputs: node.inputs.clone(),
                options: node.options.clone(),
                location: Location { file: "src/main.rs".into(), line: line as u32 + 1, column: 1 },
                property_locations: BTreeMap::new(),
            })
            .collect(),
        ..Declared::default()
    }
}

pub trait ParsePath {
    fn parse_path(&self) -> PropertyPath;
}

impl ParsePath for str {
    fn parse_path(&self) -> PropertyPath {
        PropertyPath::parse(self).unwrap()
    }
}

pub struct Lab {
    pub cloud: FakeCloud,
    pub clock: Arc<VirtualClock>,
    pub events: Arc<Mutex<Vec<Event>>>,
    pub control: Control,
    pub settings: Settings,
    pub home: farsight_engine::Home,
    pub store: Option<Store>,
    /// The stack that it works on.
    pub stack: &'static str,
    /// Makes explicit providers.
    pub connector: Option<Arc<dyn Connect>>,
    /// Opens with another key than the stack was made with.
    pub wrong_key: bool,
}

impl Lab {
    /// Must be called inside a runtime with paused time.
    pub fn new(seed: u64) -> Self {
        let clock = Arc::new(VirtualClock::new(seed));
        let mut store = Store::in_shared_memory().unwrap();
        store.create_stack(PROJECT, STACK, clock.now()).unwrap();
        let home = farsight_engine::Home::default();
        Self {
            // The cloud has a clock of its own: nobody sets it.
            cloud: FakeCloud::new(Arc::new(VirtualClock::new(seed)), Duration::from_mins(1)),
            clock,
            events: Arc::default(),
            control: Control::new(),
            settings: Settings { inline: Some(home.clone()), ..Settings::default() },
            home,
            store: Some(store),
            stack: STACK,
            connector: None,
            wrong_key: false,
        }
    }

    pub fn session(&mut self) -> Session {
        let events = self.events.clone();
        let mut registry = Registry::new().with(Arc::new(self.cloud.clone()));
        if let Some(connector) = &self.connector {
            registry = registry.with_connector(connector.clone());
        }
        let engine = Engine {
            registry,
            clock: self.clock.clone(),
            events: Arc::new(move |event| events.lock().unwrap().push(event)),
            control: self.control.clone(),
        };
        let store = self.store.take().or_else(|| self.home.lock().unwrap().take()).expect("the store is somewhere");
        let stack = store.stack(self.stack).unwrap().unwrap();
        let keyring = if self.wrong_key { other_keyring() } else { keyring() };
        Session::open(engine, store, stack, keyring, self.settings.clone())
    }

    /// What `farsight up` does, as far as the engine goes.
    pub async fn try_up(&mut self, declared: Declared, options: &PlanOptions) -> Result<Outcome, Vec<Diagnostic>> {
        let mut session = self.session();
        let result = up(&mut session, declared, options).await;
        self.store = session.into_store();
        result
    }

    pub async fn up(&mut self, nodes: &[Node]) -> Outcome {
        let outcome = self.try_up(program(nodes), &PlanOptions::default()).await.unwrap_or_else(|e| panic!("{e:#?}"));
        assert!(outcome.succeeded(), "{:#?}", outcome.failures);
        self.check();
        outcome
    }

    pub async fn failing_up(&mut self, nodes: &[Node]) -> Vec<Diagnostic> {
        match self.try_up(program(nodes), &PlanOptions::default()).await {
            Ok(outcome) => {
                assert!(!outcome.succeeded(), "it should fail");
                outcome.failures
            }
            Err(diagnostics) => diagnostics,
        }
    }

    pub async fn plan(&mut self, declared: Declared, options: &PlanOptions) -> Result<Plan, Vec<Diagnostic>> {
        let mut session = self.session();
        let plan = session.plan(declared, options).await;
        self.store = session.into_store();
        plan
    }

    pub async fn preview(&mut self, nodes: &[Node]) -> PlanView {
        self.plan(program(nodes), &PlanOptions::default()).await.unwrap_or_else(|e| panic!("{e:#?}")).view()
    }

    /// What an `up` did to the cloud, in order; it must succeed.
    pub async fn story(&mut self, nodes: &[Node]) -> Vec<String> {
        self.cloud.clear_log();
        self.up(nodes).await;
        self.cloud.story()
    }

    /// The next call of a kind about something meets a fate.
    pub fn script(&self, call: Call, about: &str, fate: Fate) {
        self.cloud.script(Script { call, about: about.into(), after: 0, times: 1, fate });
    }

    /// All calls of a kind about something meet a fate, until the script is cleared.
    pub fn always(&self, call: Call, about: &str, fate: Fate) {
        self.cloud.script(Script { call, about: about.into(), after: 0, times: usize::MAX, fate });
    }

    pub async fn try_down(&mut self, options: &PlanOptions) -> Result<Outcome, Vec<Diagnostic>> {
        let mut session = self.session();
        let result = down(&mut session, options).await;
        self.store = session.into_store();
        result
    }

    /// The names of the resources in state, with `!` where only the deletion is left.
    pub fn names(&self) -> Vec<String> {
        let word = |row: &farsight_state::ResourceRow| {
            format!("{}{}", row.urn.name(), if row.pending_delete { "!" } else { "" })
        };
        let mut names: Vec<String> = self.snapshot().resources.iter().map(word).collect();
        names.sort();
        names
    }

    pub async fn down(&mut self) -> Outcome {
        let mut session = self.session();
        let result = down(&mut session, &PlanOptions::default()).await;
        self.store = session.into_store();
        result.unwrap_or_else(|e| panic!("{e:#?}"))
    }

    pub async fn refresh(&mut self) {
        let mut session = self.session();
        let result = refresh(&mut session).await;
        self.store = session.into_store();
        result.unwrap_or_else(|e| panic!("{e:#?}"));
    }

    /// The value of a resource that lives in the state, in clear.
    pub fn kept(&mut self, name: &str) -> String {
        let urn = urn(KEPT, name);
        let row = self.snapshot().resources.into_iter().find(|row| row.urn == urn && !row.pending_delete);
        let outputs = row.unwrap_or_else(|| panic!("`{name}` is not in state")).outputs;
        assert!(outputs.get("value").is_some_and(|value| matches!(value, Value::Sealed(_))), "{outputs:?}");
        let opened = keyring().open(urn.as_str(), &outputs).unwrap();
        opened.get("value").map(Value::revealed).and_then(|value| value.as_str().map(str::to_owned)).unwrap()
    }

    /// `op name` of every step of the plan for these resources.
    pub async fn ops(&mut self, nodes: &[Node]) -> Vec<String> {
        let view = self.preview(nodes).await;
        let mut ops: Vec<String> = view.steps.iter().map(|step| format!("{} {}", step.op, step.name)).collect();
        ops.sort();
        ops
    }

    /// Writes to state behind the engine's back.
    pub fn write(&mut self, transitions: impl FnOnce(UpdateId) -> Vec<Transition>) {
        let now = self.clock.now();
        let store = self.store.as_mut().unwrap();
        let stack = store.stack(STACK).unwrap().unwrap().id;
        let holder = Holder { user: "t".into(), host: "t".into(), pid: 1, process: None, command: "t".into() };
        let lease = store.acquire_lease(stack, &holder, now, 60_000).unwrap();
        let start = UpdateStart {
            kind: "state".into(),
            command: "t".into(),
            user: "t".into(),
            host: "t".into(),
            message: None,
            version: "t".into(),
            started_at: now,
        };
        let update = store.begin_update(&lease, &start).unwrap();
        store.apply(&lease, &transitions(update)).unwrap();
        let end = UpdateEnd { result: UpdateResult::Succeeded, counts: Counts::new(), ended_at: now, error: None };
        store.end_update(&lease, update, &end).unwrap();
        store.release_lease(&lease).unwrap();
    }

    pub fn store(&self) -> &Store {
        self.store.as_ref().expect("the store is open")
    }

    pub fn snapshot(&self) -> farsight_state::Snapshot {
        let store = self.store();
        store.snapshot(store.stack(self.stack).unwrap().unwrap().id).unwrap()
    }

    /// The id of a resource as state has it.
    pub fn id(&self, token: &str, name: &str) -> String {
        let urn = urn(token, name);
        self.snapshot()
            .resources
            .into_iter()
            .find(|row| row.urn == urn && !row.pending_delete)
            .and_then(|row| row.id)
            .unwrap_or_else(|| panic!("`{name}` is not in state"))
    }

    /// The oracle: state equals cloud, no orphan, no ghost, no duplicate, and the state file is sound.
    pub fn check(&self) {
        let snapshot = self.snapshot();
        assert!(snapshot.operations.is_empty(), "open operations: {:#?}", snapshot.operations);
        let mut ids = BTreeSet::new();
        for row in snapshot.resources.iter().filter(|row| row.custom) {
            let id = row.id.clone().unwrap_or_else(|| panic!("{} has no id", row.urn));
            // What lives in the state is in no cloud.
            assert!(row.urn.token().as_str() == KEPT || ids.insert(id), "{} is a duplicate", row.urn);
            assert_eq!(row.status, ResourceStatus::Ready, "{}", row.urn);
            assert!(!row.pending_delete, "{} waits for its deletion", row.urn);
        }
        let objects: BTreeSet<String> =
            self.cloud.objects().into_iter().filter(|(_, object)| !object.op.is_empty()).map(|(id, _)| id).collect();
        let ghosts: Vec<_> = ids.iter().filter(|id| !self.cloud.objects().contains_key(*id)).collect();
        let orphans: Vec<_> = objects.difference(&ids).collect();
        assert!(ghosts.is_empty(), "ghosts: {ghosts:?}");
        assert!(orphans.is_empty(), "orphans: {orphans:?}");
        let findings = self.store().verify().unwrap();
        assert!(findings.is_empty(), "{findings:#?}");
    }
}

/// The steps of `farsight up` on a session.
pub async fn up(session: &mut Session, declared: Declared, options: &PlanOptions) -> Result<Outcome, Vec<Diagnostic>> {
    session.lock(&request("up")).await?;
    session.check_cloud().await?;
    let result = async {
        session.recover().await?;
        let plan = session.plan(declared, options).await?;
        session.execute(plan).await
    }
    .await;
    let failures = match &result {
        Ok(outcome) => outcome.failures.clone(),
        Err(diagnostics) => diagnostics.clone(),
    };
    session.finish(&failures, false)?;
    result
}

/// The steps of `farsight refresh` on a session.
pub async fn refresh(session: &mut Session) -> Result<(), Vec<Diagnostic>> {
    session.lock(&request("refresh")).await?;
    session.recover().await?;
    let report = session.look(&Targets::default()).await?;
    session.refresh(report).await?;
    session.finish(&[], false)
}

/// The steps of `farsight down` on a session.
pub async fn down(session: &mut Session, options: &PlanOptions) -> Result<Outcome, Vec<Diagnostic>> {
    session.lock(&request("down")).await?;
    let result = async {
        session.recover().await?;
        let plan = session.plan_down(options).await?;
        session.execute(plan).await
    }
    .await;
    session.finish(&[], false)?;
    result
}

pub fn request(kind: &str) -> LockRequest {
    LockRequest { kind: kind.into(), user: "tester".into(), host: "lab".into(), ..LockRequest::default() }
}

pub fn targets(patterns: &[&str]) -> PlanOptions {
    let patterns: Vec<String> = patterns.iter().map(ToString::to_string).collect();
    PlanOptions { targets: Targets::parse(&patterns).unwrap(), ..PlanOptions::default() }
}

/// Dies at the `n`-th moment around a commit (from 0); tells how many there were.
pub fn die_at_commit(n: usize) -> (Observer, Arc<Mutex<usize>>) {
    let seen = Arc::new(Mutex::new(0));
    let count = seen.clone();
    let observer: Observer = Arc::new(move |_: Moment| {
        let mut count = count.lock().unwrap();
        *count += 1;
        *count == n + 1
    });
    (observer, seen)
}

pub fn keyring() -> Keyring {
    use std::sync::OnceLock;
    static DIR: OnceLock<tempfile::TempDir> = OnceLock::new();
    static INFO: OnceLock<farsight_secrets::KeyInfo> = OnceLock::new();
    let dir = DIR.get_or_init(|| tempfile::tempdir().unwrap());
    let source = KeySource::KeyFile(dir.path().join("key"));
    let info = INFO.get_or_init(|| Keyring::create(&source).unwrap().1);
    Keyring::unlock(&source, info).unwrap()
}

fn other_keyring() -> Keyring {
    let dir = tempfile::tempdir().unwrap();
    let source = KeySource::KeyFile(dir.path().join("key"));
    Keyring::create(&source).unwrap().0
}

/// Runs a test in virtual time.
pub fn virtual_time(test: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap().block_on(test);
}
