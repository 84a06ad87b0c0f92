//! The lock on a stack: a lease with a heartbeat, and the update that it is held for.

use super::{Session, state_diagnostic};
use crate::{Code, Diagnostic, Diagnostics};
use farsight_state::{Access, Holder, Lease, LeaseInfo, StateError, Store, UpdateId, UpdateStart};
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

/// How long a lease lives without a heartbeat, in milliseconds.
const TTL: i64 = 60_000;

/// Who wants the lock, and what for.
#[derive(Debug, Clone, Default)]
pub struct LockRequest {
    /// The command's name: `up`, `down`, `refresh`, `import`.
    pub kind: String,
    /// The command line.
    pub command: String,
    /// The user's name.
    pub user: String,
    /// This host's name.
    pub host: String,
    /// What the user wrote about it.
    pub message: Option<String>,
    /// farsight's version.
    pub version: String,
    /// How long to wait for another run to end.
    pub wait: Duration,
}

/// A lock that is held.
pub(super) struct Held {
    pub lease: Lease,
    pub update: UpdateId,
    heartbeat: Option<(mpsc::Sender<()>, JoinHandle<()>)>,
}

impl Held {
    /// Ends the heartbeat before the lease is given back.
    pub fn stop_heartbeat(self: &Held) {
        if let Some((stop, _)) = &self.heartbeat {
            // The thread may have ended by itself when the lease was lost.
            let _ = stop.send(());
        }
    }
}

impl Session {
    /// Takes the lock and begins an update. A holder on this host that no longer runs is succeeded at once.
    pub async fn lock(&mut self, request: &LockRequest) -> Result<(), Diagnostics> {
        let clock = self.engine.clock.clone();
        let pid = std::process::id();
        let holder = Holder {
            user: request.user.clone(),
            host: request.host.clone(),
            pid,
            process: process_identity(pid),
            command: request.command.clone(),
        };
        let give_up = clock.now() + request.wait.as_millis() as i64;
        let stack = self.stack.id;
        let lease = loop {
            let is_dead = |held: &LeaseInfo| {
                held.holder.host == holder.host && process_identity(held.holder.pid) != held.holder.process
            };
            let now = clock.now();
            match self.store_mut()?.acquire_lease_with(stack, &holder, now, TTL, is_dead) {
                Ok(lease) => break lease,
                Err(StateError::Locked(held)) if now < give_up => {
                    let _ = held;
                    let pause = Duration::from_millis((give_up - now).clamp(1, 500) as u64);
                    tokio::select! {
                        () = clock.sleep(pause) => {}
                        () = self.engine.control.reached(1) => {
                            return Err(vec![Diagnostic::error(Code::Cancelled, "cancelled while waiting for the stack")]);
                        }
                    }
                }
                Err(StateError::Locked(held)) => return Err(vec![locked(&self.stack.name, &held)]),
                Err(error) => return Err(vec![state_diagnostic(&error)]),
            }
        };
        let start = UpdateStart {
            kind: request.kind.clone(),
            command: request.command.clone(),
            user: request.user.clone(),
            host: request.host.clone(),
            message: request.message.clone(),
            version: request.version.clone(),
            started_at: clock.now(),
        };
        let update = self.store_mut()?.begin_update(&lease, &start).map_err(|error| vec![state_diagnostic(&error)])?;
        let heartbeat = self.store()?.path().map(|path| beat(path.to_owned(), lease.clone(), clock.clone()));
        self.held = Some(Held { lease, update, heartbeat });
        Ok(())
    }
}

/// Says every third of a lease's life that its holder lives, on a connection of its own, so that a long prompt or build
/// loses nothing.
fn beat(
    path: PathBuf,
    lease: Lease,
    clock: std::sync::Arc<dyn farsight_provider::Clock>,
) -> (mpsc::Sender<()>, JoinHandle<()>) {
    let (stop, stopped) = mpsc::channel();
    let thread = std::thread::spawn(move || {
        let Ok(mut store) = Store::open(&path, Access::ReadWrite) else { return };
        while let Err(mpsc::RecvTimeoutError::Timeout) = stopped.recv_timeout(Duration::from_millis(TTL as u64 / 3)) {
            // A lost lease is noticed by the next write of the run itself; there is nothing left to prolong. Anything
            // else, such as a busy disk, may pass before the lease does.
            if let Err(StateError::Fenced { .. }) = store.heartbeat(&lease, clock.now(), TTL) {
                return;
            }
        }
    });
    (stop, thread)
}

/// What tells a process from a later one with the same number: when it started, and in which boot.
fn process_identity(pid: u32) -> Option<String> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    // The command's name may hold spaces and brackets; the start time is the 20th field after it.
    let began = stat.rsplit_once(')')?.1.split_whitespace().nth(19)?.to_owned();
    Some(format!("{}/{began}", boot.trim()))
}

fn locked(stack: &str, held: &LeaseInfo) -> Diagnostic {
    Diagnostic::error(
        Code::Locked,
        format!(
            "stack `{stack}` is in use by {}@{} (process {}): `{}`",
            held.holder.user, held.holder.host, held.holder.pid, held.holder.command
        ),
    )
    .note("nothing was changed")
    .help("wait for it with `--wait 10m`, or take the stack away from it with `farsight cancel`")
}
