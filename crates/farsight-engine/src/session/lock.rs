//! The lock on a stack: a lease with a heartbeat, and the update that it is held for.

use super::{Session, state_diagnostic};
use crate::{Code, Diagnostic, Diagnostics, Event};
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
    /// Takes the lock and begins an update.
    ///
    /// A holder on this host that no longer runs is succeeded at once. Any other one is succeeded when its lease has run
    /// out and it gave no sign of life while this run watched for as long as a lease lives: whatever the clocks of two
    /// machines say, or somebody does to them, a holder that lives is never robbed, and a dead one is not kept for ever.
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
        let stack = self.stack.id;
        let mut watch = Watch::default();
        let lease = loop {
            let now = clock.now();
            let is_over = |held: &LeaseInfo| is_dead(held, &holder.host) || watch.saw_nothing_of(held);
            let held = match self.store_mut()?.acquire_lease_with(stack, &holder, now, TTL, is_over) {
                Ok(lease) => break lease,
                Err(StateError::Locked(held)) => held,
                Err(error) => return Err(vec![state_diagnostic(&error)]),
            };
            let first = watch.look(&held);
            // A lease that has run out, or was prolonged in what this clock calls the future, says nothing by itself.
            let doubtful = !watch.alive && (held.expires_at <= now || held.heartbeat_at > now);
            if !doubtful && watch.waited >= request.wait {
                return Err(vec![locked(&self.stack.name, &held)]);
            }
            if doubtful && first {
                (self.engine.events)(Event::Notice { diagnostic: doubted(&self.stack.name, &held) });
            }
            tokio::select! {
                () = clock.sleep(LOOK) => watch.went_by(),
                () = self.engine.control.reached(1) => {
                    return Err(vec![Diagnostic::error(Code::Cancelled, "cancelled while waiting for the stack")]);
                }
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

/// How often a lock that somebody else holds is looked at.
const LOOK: Duration = Duration::from_millis(500);

/// Signs of life of a lock's holder, in time that was waited and not in what a clock says.
#[derive(Default)]
struct Watch {
    /// The lease's number and its last heartbeat.
    beat: Option<(i64, i64)>,
    /// How long that has stayed the same.
    silent: Duration,
    /// Whether it changed.
    alive: bool,
    /// How long everything took.
    waited: Duration,
}

impl Watch {
    /// Takes note of a lease. Says whether this one was never seen before.
    fn look(&mut self, held: &LeaseInfo) -> bool {
        let (before, beat) = (self.beat, (held.fence, held.heartbeat_at));
        if before != Some(beat) {
            self.beat = Some(beat);
            self.silent = Duration::ZERO;
            self.alive = before.is_some();
        }
        before.is_none_or(|(fence, _)| fence != held.fence)
    }

    fn went_by(&mut self) {
        self.silent += LOOK;
        self.waited += LOOK;
    }

    /// Whether a holder that lives had given a sign by now.
    fn saw_nothing_of(&self, held: &LeaseInfo) -> bool {
        self.beat == Some((held.fence, held.heartbeat_at)) && self.silent >= Duration::from_millis(TTL as u64)
    }
}

/// Whether a lease's holder is a process of this host that no longer runs.
fn is_dead(held: &LeaseInfo, host: &str) -> bool {
    let Some(process) = held.holder.process.as_deref().filter(|_| held.holder.host == host) else { return false };
    let Some(own) = process_identity(std::process::id()) else { return false };
    let (boot, rest) = process.split_once('/').unwrap_or((process, ""));
    let (own_boot, own_rest) = own.split_once('/').unwrap_or((&own, ""));
    let namespace = |rest: &str| rest.split('/').next().unwrap_or_default().to_owned();
    // Nothing outlives a boot. Of a container's processes nobody outside can tell.
    boot != own_boot
        || (namespace(rest) == namespace(own_rest) && process_identity(held.holder.pid).as_deref() != Some(process))
}

/// What tells a process from a later one with the same number: the boot, the namespace that its number is of, and when
/// it started. None where there is no `/proc`, or no such process.
fn process_identity(pid: u32) -> Option<String> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    // Of another user's processes only the number of the own namespace can be read; they would not be seen in others.
    let namespace = std::fs::read_link("/proc/self/ns/pid").ok()?;
    let namespace = namespace.to_string_lossy().chars().filter(char::is_ascii_digit).collect::<String>();
    // The command's name may hold spaces and brackets; the start time is the 20th field after it.
    let began = stat.rsplit_once(')')?.1.split_whitespace().nth(19)?.to_owned();
    Some(format!("{}/{namespace}/{began}", boot.trim()))
}

/// Said while a lease that ran out is watched.
fn doubted(stack: &str, held: &LeaseInfo) -> Diagnostic {
    let who = format!("{}@{} (process {})", held.holder.user, held.holder.host, held.holder.pid);
    Diagnostic::warning(
        Code::Locked,
        format!("{who} held stack `{stack}` and seems to be gone; making sure of it takes {} seconds", TTL / 1000),
    )
    .help("`farsight cancel` takes the stack away from it at once")
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
