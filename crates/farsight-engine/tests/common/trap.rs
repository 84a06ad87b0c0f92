//! A trap for the engine: it dies at the n-th moment, counted over commits, calls and waits alike.

use super::*;
use farsight_engine::Adoption;
use farsight_provider::fake::{Call, Point};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use tokio::sync::Notify;

/// A kind of moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spot {
    BeforeCommit,
    AfterCommit,
    BeforeCall,
    OnTheWay,
    AnswerLost,
    AfterAnswer,
    Wait,
}

impl Spot {
    pub const ALL: [Spot; 7] = [
        Spot::BeforeCommit,
        Spot::AfterCommit,
        Spot::BeforeCall,
        Spot::OnTheWay,
        Spot::AnswerLost,
        Spot::AfterAnswer,
        Spot::Wait,
    ];
}

/// What is killed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Command {
    Up,
    /// `up --refresh`.
    Refreshing,
    Down,
    Refresh,
    /// `farsight import` of the first object of this type in the cloud, as `x`.
    Import(&'static str),
}

/// Where the engine dies, or is held up for a while.
pub struct Trap {
    died: Arc<Notify>,
    spot: Arc<Mutex<Option<Spot>>>,
    open: Arc<AtomicBool>,
}

impl Trap {
    /// Waits until the engine is in it.
    pub async fn sprung(&self) {
        self.died.notified().await;
    }

    /// The engine was not dead, after all: it goes on.
    pub fn let_go(&self) {
        self.open.store(true, Ordering::Relaxed);
    }

    /// Where it did.
    pub fn spot(&self) -> Option<Spot> {
        *self.spot.lock().unwrap()
    }
}

/// Sets the trap at the `n`-th moment, from 0. Reads change nothing: stopping around them is the same as stopping before
/// the next write.
pub fn arm(lab: &mut Lab, n: usize) -> Trap {
    let trap = Trap { died: Arc::new(Notify::new()), spot: Arc::default(), open: Arc::default() };
    let (seen, bell) = (Arc::new(Mutex::new(0)), trap.died.clone());
    let (spot, open) = (trap.spot.clone(), trap.open.clone());
    let dead = move |at: Spot| {
        if open.load(Ordering::Relaxed) {
            return false;
        }
        let mut count = seen.lock().unwrap();
        *count += 1;
        if *count > n {
            spot.lock().unwrap().get_or_insert(at);
            bell.notify_one();
        }
        *count > n
    };
    let (commits, waits) = (dead.clone(), dead.clone());
    lab.settings.observer = Some(Arc::new(move |moment| {
        commits(match moment {
            Moment::BeforeCommit => Spot::BeforeCommit,
            Moment::AfterCommit => Spot::AfterCommit,
        })
    }));
    lab.clock.watch(Some(Arc::new(move || waits(Spot::Wait))));
    lab.cloud.watch(Some(Arc::new(move |call, point| {
        call != Call::Read
            && dead(match point {
                Point::BeforeCall => Spot::BeforeCall,
                Point::OnTheWay => Spot::OnTheWay,
                Point::AfterEffect => Spot::AnswerLost,
                Point::AfterAnswer => Spot::AfterAnswer,
            })
    })));
    trap
}

pub fn disarm(lab: &mut Lab) {
    lab.settings.observer = None;
    lab.clock.watch(None);
    lab.cloud.watch(None);
}

/// Runs until it ends or dies; whoever comes next comes at once, while the cloud still lags. Says whether it ended.
pub async fn killed(lab: &mut Lab, trap: &Trap, command: Command, nodes: &[Node]) -> bool {
    let mut session = lab.session();
    let options = PlanOptions { refresh: command == Command::Refreshing, ..PlanOptions::default() };
    let cloud = lab.cloud.clone();
    let ended = tokio::select! {
        biased;
        () = trap.sprung() => false,
        () = async {
            match command {
                Command::Up | Command::Refreshing => { let _ = up(&mut session, program(nodes), &options).await; }
                Command::Down => { let _ = down(&mut session, &options).await; }
                Command::Refresh => { let _ = refresh(&mut session).await; }
                Command::Import(token) => {
                    let id = cloud.objects().into_keys().next().unwrap();
                    let _ = session.lock(&request("import")).await;
                    let adoption = Adoption {
                        urn: urn(token, "x"),
                        id: Some(id),
                        parent: None,
                        options: ResourceOptions::default(),
                        declared: None,
                    };
                    let _ = session.adopt(vec![adoption]).await;
                    let _ = session.finish(&[], false);
                }
            }
        } => true,
    };
    lab.store = session.into_store().or_else(|| lab.home.lock().unwrap().take());
    // The test's own process lives on; a dead holder is succeeded at once.
    take_lock_away(lab);
    ended
}

/// What `farsight cancel` does.
pub fn take_lock_away(lab: &mut Lab) {
    let now = lab.clock.now();
    let store = lab.store.as_mut().unwrap();
    let stack = store.stack(STACK).unwrap().unwrap().id;
    store.break_lease(stack, now).unwrap();
}
