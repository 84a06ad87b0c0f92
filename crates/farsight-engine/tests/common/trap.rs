//! A trap for the engine: it dies at the n-th moment, counted over commits, calls and waits alike.

use super::*;
use farsight_engine::Adoption;
use farsight_provider::fake::{Call, Point};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
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
    let seen = AtomicUsize::new(0);
    arm_where(lab, move |_, call| call != Some(Call::Read) && seen.fetch_add(1, Ordering::Relaxed) >= n)
}

/// Sets the trap at the first such moment.
pub fn arm_at(lab: &mut Lab, spot: Spot, call: Option<Call>) -> Trap {
    arm_where(lab, move |at, of| at == spot && (of == call || call.is_none()))
}

fn arm_where(lab: &mut Lab, meets: impl Fn(Spot, Option<Call>) -> bool + Send + Sync + 'static) -> Trap {
    let trap = Trap { died: Arc::new(Notify::new()), spot: Arc::default(), open: Arc::default() };
    let (bell, spot, open) = (trap.died.clone(), trap.spot.clone(), trap.open.clone());
    let stops = Arc::new(move |at: Spot, call: Option<Call>| {
        if open.load(Ordering::Relaxed) {
            return false;
        }
        let mut spot = spot.lock().unwrap();
        if spot.is_none() && meets(at, call) {
            *spot = Some(at);
        }
        // The dead stay dead.
        if spot.is_some() {
            bell.notify_one();
        }
        spot.is_some()
    });
    let (commits, waits) = (stops.clone(), stops.clone());
    lab.settings.observer = Some(Arc::new(move |moment| {
        commits(if moment == Moment::BeforeCommit { Spot::BeforeCommit } else { Spot::AfterCommit }, None)
    }));
    lab.clock.watch(Some(Arc::new(move || waits(Spot::Wait, None))));
    lab.cloud.watch(Some(Arc::new(move |call, point| {
        let spot = match point {
            Point::BeforeCall => Spot::BeforeCall,
            Point::OnTheWay => Spot::OnTheWay,
            Point::AfterEffect => Spot::AnswerLost,
            Point::AfterAnswer => Spot::AfterAnswer,
        };
        stops(spot, Some(call))
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
