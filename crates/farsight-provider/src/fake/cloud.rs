//! The fake cloud itself: its objects, its script and its log.

use super::kept::{KEPT, KeptHandler};
use super::{lifecycle::FakeHandler, types, world::World};
use crate::{BoxFuture, Clock, Cloud, ErasedHandler, Error, Fault, Id, Provider, Result};
use farsight_model::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A kind of call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Call {
    /// Makes an object.
    Create,
    /// Reads objects.
    Read,
    /// Changes an object.
    Update,
    /// Deletes an object.
    Delete,
    /// Looks for what a create may have made.
    Find,
}

/// What happens to a scripted call.
#[derive(Debug, Clone)]
pub enum Fate {
    /// It is refused before it has any effect.
    Refused(Fault),
    /// It has its effect, and the answer is lost.
    AnswerLost,
    /// It has no effect, and the caller cannot know.
    RequestLost,
    /// It takes this long.
    Slow(Duration),
    /// It is answered at once, and reads see the effect of an update only this much later.
    TakesEffectLater(Duration),
}

/// What is to happen to which call.
#[derive(Debug, Clone)]
pub struct Script {
    /// The kind of call.
    pub call: Call,
    /// Part of the object's id or of its resource's URN; empty for any.
    pub about: String,
    /// How many matching calls pass before it begins.
    pub after: usize,
    /// How many matching calls it meets.
    pub times: usize,
    /// What happens.
    pub fate: Fate,
}

/// One object.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    /// Its type.
    pub token: String,
    /// Its inputs, plus what was sent of write-only ones.
    pub inputs: Value,
    /// The operation that made it.
    pub op: String,
    /// The resource that it belongs to.
    pub owner: String,
    /// How often it was changed.
    pub revision: u64,
    /// When it was made.
    pub made_at: i64,
    /// Milliseconds from which on reads and lookups see it.
    pub visible_at: i64,
    /// Milliseconds from which on it is ready.
    pub ready_at: i64,
    /// Milliseconds from which on it is gone, once it is being deleted.
    pub gone_at: Option<i64>,
    /// What reads still show, and until when.
    pub before: Option<(i64, Value)>,
    /// Why the service gave it up, if it did.
    pub failed: Option<String>,
    /// Why it cannot get on by itself, if it cannot.
    pub stuck: Option<String>,
    /// Whether updates do not help it.
    pub stays_stuck: bool,
}

/// One call that reached the cloud.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// When it came, in milliseconds.
    pub at: i64,
    /// What it was.
    pub call: Call,
    /// The object's id, or the resource's name for a create.
    pub about: String,
    /// The name of the resource that the object belongs to; empty for reads and objects of others.
    pub resource: String,
    /// Whether it changed something.
    pub effect: bool,
}

/// A moment around a call, for tests that stop the engine there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Point {
    /// The request was not sent yet.
    BeforeCall,
    /// The request is on its way: it arrives a moment later, whether or not the engine lives to see it.
    OnTheWay,
    /// The cloud has done it; the answer is on its way.
    AfterEffect,
    /// The answer arrived.
    AfterAnswer,
}

/// How long a request takes to arrive whose sender dies meanwhile.
const ON_THE_WAY: Duration = Duration::from_secs(3);

pub(super) type Watcher = Arc<dyn Fn(Call, Point) -> bool + Send + Sync>;

/// A cloud in memory. Clones share it.
#[derive(Clone)]
pub struct FakeCloud {
    pub(super) world: Arc<Mutex<World>>,
    pub(super) clock: Arc<dyn Clock>,
    propagation: Duration,
}

impl FakeCloud {
    /// An empty cloud that answers at once and shows everything at once, though engines may not count on that for
    /// `propagation`.
    pub fn new(clock: Arc<dyn Clock>, propagation: Duration) -> Self {
        let mut world = World::default();
        world.guards = true;
        Self { world: Arc::new(Mutex::new(world)), clock, propagation }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// New objects stay invisible to reads and lookups for this long.
    pub fn lag(&self, lag: Duration) {
        self.lock().lag = lag;
    }

    /// New objects need this long to become ready.
    pub fn create_takes(&self, duration: Duration) {
        self.lock().create_takes = duration;
    }

    /// Deleted objects need this long to go.
    pub fn delete_takes(&self, duration: Duration) {
        self.lock().delete_takes = duration;
    }

    /// Every call takes this long.
    pub fn call_takes(&self, duration: Duration) {
        self.lock().call_takes = duration;
    }

    /// Whether an object that others need refuses to be deleted, as most of AWS does.
    pub fn guards(&self, guards: bool) {
        self.lock().guards = guards;
    }

    /// From now on the cloud takes this property and never answers it.
    pub fn forgets(&self, property: &str) {
        self.lock().forgotten.push(property.to_owned());
    }

    /// From now on reads answer these values for these properties, whatever the objects have.
    pub fn answers(&self, answers: Vec<(&'static str, Value)>) {
        self.lock().answers = answers;
    }

    /// Credentials now lead to another account.
    pub fn belongs_to(&self, account: &str) {
        self.lock().account = Some(account.to_owned());
    }

    /// Credentials and configuration now lead to another region.
    pub fn move_to(&self, region: &str) {
        self.lock().region = Some(region.to_owned());
    }

    /// Adds to the script.
    pub fn script(&self, script: Script) {
        self.lock().scripts.push((script, 0));
    }

    /// Forgets the script.
    pub fn clear_script(&self) {
        self.lock().scripts.clear();
    }

    /// Is told of every moment around a call, and answers whether the engine stops there. It is asked again until it
    /// answers no.
    pub fn watch(&self, watcher: Option<Watcher>) {
        self.lock().watcher = watcher;
    }

    /// The objects that exist, by id.
    pub fn objects(&self) -> BTreeMap<Id, Object> {
        let now = self.clock.now();
        self.lock()
            .objects()
            .filter(|(_, o)| o.gone_at.is_none_or(|at| at > now))
            .map(|(i, o)| (i.clone(), o.clone()))
            .collect()
    }

    /// Calls so far.
    pub fn log(&self) -> Vec<LogEntry> {
        self.lock().log.clone()
    }

    /// Calls of one kind so far, by what they were about.
    pub fn calls(&self, call: Call) -> Vec<String> {
        self.lock().log.iter().filter(|entry| entry.call == call).map(|entry| entry.about.clone()).collect()
    }

    /// What was changed, in order: `create a`, `update b`, by the names of the resources.
    pub fn story(&self) -> Vec<String> {
        let lines = self.lock();
        let words = |entry: &LogEntry| format!("{} {}", format!("{:?}", entry.call).to_lowercase(), entry.resource);
        lines.log.iter().filter(|entry| entry.effect).map(words).collect()
    }

    /// Forgets the log.
    pub fn clear_log(&self) {
        self.lock().log.clear();
    }

    /// Somebody else changes a property.
    pub fn change(&self, id: &str, property: &str, value: Value) {
        self.lock().modify(id, |object| {
            object.inputs.set(property, value);
            object.revision += 1;
        });
    }

    /// The service gives an object up: it will never be ready. `None` takes that back.
    pub fn fail(&self, id: &str, why: Option<&str>) {
        self.lock().modify(id, |object| object.failed = why.map(str::to_owned));
    }

    /// An object gets stuck: an update mends it, unless it is to stay so.
    pub fn stick(&self, id: &str, why: &str, stays: bool) {
        self.lock().modify(id, |object| {
            object.stuck = Some(why.to_owned());
            object.stays_stuck = stays;
        });
    }

    /// New objects of these resources, by part of their URN, are given up at once.
    pub fn fail_creates(&self, about: Option<&str>) {
        self.lock().fail_creates = about.map(str::to_owned);
    }

    /// Updates give objects a new id, as some services do.
    pub fn updates_rename(&self, rename: bool) {
        self.lock().updates_rename = rename;
    }

    /// Somebody else deletes an object.
    pub fn remove(&self, id: &str) {
        self.lock().take(id);
    }

    /// Somebody else makes an object.
    pub fn add(&self, token: &str, inputs: Value) -> Id {
        let now = self.clock.now();
        let mut world = self.lock();
        let id = world.new_id(token);
        let object = Object {
            token: token.to_owned(),
            inputs,
            op: String::new(),
            owner: String::new(),
            revision: 0,
            made_at: now,
            visible_at: now,
            ready_at: now,
            gone_at: None,
            failed: None,
            stuck: None,
            stays_stuck: false,
            before: None,
        };
        world.put(id.clone(), object);
        id
    }

    /// A call arrives: takes its time, dies where the test says so, and meets its scripted fate.
    pub(super) async fn arrive(&self, call: Call, about: &str) -> Result<Option<Fate>> {
        self.moment(call, Point::BeforeCall).await;
        let (takes, fate) = {
            let mut world = self.lock();
            (world.call_takes, world.fate(call, about))
        };
        if !takes.is_zero() {
            self.clock.sleep(takes).await;
        }
        match fate {
            Some(Fate::Slow(duration)) => {
                self.clock.sleep(duration).await;
                Ok(None)
            }
            Some(Fate::Refused(fault)) => Err(Error::new(fault, format!("scripted {fault:?}"))),
            Some(Fate::RequestLost) => Err(Error::new(Fault::Unknown, "the request was lost")),
            other => Ok(other),
        }
    }

    /// The answer of a call goes back: lost, or past the point where the test stops the engine.
    pub(super) async fn answer<T>(&self, call: Call, fate: Option<Fate>, answer: Result<T>) -> Result<T> {
        self.moment(call, Point::AfterEffect).await;
        if matches!(fate, Some(Fate::AnswerLost)) {
            return Err(Error::new(Fault::Unknown, "the answer was lost"));
        }
        self.moment(call, Point::AfterAnswer).await;
        answer
    }

    async fn moment(&self, call: Call, point: Point) {
        // A dead process does nothing more, and the test drops this future; one that is only held up is let go.
        while self.stops(call, point) {
            tokio::task::yield_now().await;
        }
    }

    fn stops(&self, call: Call, point: Point) -> bool {
        let watcher = self.lock().watcher.clone();
        watcher.is_some_and(|watcher| watcher(call, point))
    }

    /// A request goes over the wire. Where the test stops the engine here, `arrives` happens all the same.
    pub(super) async fn travel<F: FnOnce() + Send + 'static>(&self, call: Call, arrives: impl FnOnce() -> F) {
        if self.stops(call, Point::OnTheWay) {
            let (sleep, arrives) = (self.clock.sleep(ON_THE_WAY), arrives());
            tokio::spawn(async move {
                sleep.await;
                arrives();
            });
            std::future::pending::<()>().await;
        }
    }
}

impl Provider for FakeCloud {
    fn package(&self) -> &'static str {
        "fake"
    }

    fn handler(&self, token: &str) -> Option<Arc<dyn ErasedHandler>> {
        if token == KEPT {
            return Some(Arc::new(KeptHandler(self.clone())));
        }
        let token = types::TOKENS.iter().find(|known| **known == token)?;
        Some(Arc::new(FakeHandler::new(self.clone(), token)))
    }

    fn tokens(&self) -> Vec<&'static str> {
        types::TOKENS.iter().copied().chain([KEPT]).collect()
    }

    fn invoke<'a>(&'a self, token: &'a str, args: &'a Value) -> BoxFuture<'a, Result<Value>> {
        Box::pin(async move {
            match token {
                "fake:index:echo" => Ok(args.clone()),
                other => Err(Error::new(Fault::Rejected, format!("no data source `{other}`"))),
            }
        })
    }

    fn cloud(&self) -> BoxFuture<'_, Result<Option<Cloud>>> {
        let region = self.lock().region.clone().unwrap_or_else(|| "nowhere-1".into());
        let account = self.lock().account.clone().unwrap_or_else(|| "000000000000".into());
        let cloud = Cloud { account, region, endpoint: None };
        Box::pin(async move { Ok(Some(cloud)) })
    }

    fn propagation(&self) -> Duration {
        self.propagation
    }
}
