//! Two runs at once: who may write, who waits, and who is taken for dead.

use crate::common::*;
use farsight_engine::{PlanOptions, Session, Targets};
use farsight_provider::Clock;
use farsight_state::{Holder, Lease, StackId, Store};
use std::time::Duration;

const TTL: i64 = 60_000;

fn stack(store: &Store) -> StackId {
    store.stack(STACK).unwrap().unwrap().id
}

/// A second run on the same state.
fn second(lab: &mut Lab) -> Session {
    let other = lab.store().another().unwrap();
    let first = lab.store.replace(other);
    let session = lab.session();
    lab.store = first;
    session
}

/// Somebody else holds the lock.
fn held_by(lab: &mut Lab, host: &str, pid: u32, process: Option<String>) -> (Store, Lease) {
    let mut store = lab.store().another().unwrap();
    let holder = Holder { user: "t".into(), host: host.into(), pid, process, command: "farsight up".into() };
    let id = stack(&store);
    let lease = store.acquire_lease(id, &holder, lab.clock.now(), TTL).unwrap();
    (store, lease)
}

/// How long it takes to get the lock, or the error's code.
async fn lock(session: &mut Session) -> Result<u64, String> {
    let begin = tokio::time::Instant::now();
    let result = session.lock(&request("up")).await;
    result.map(|()| begin.elapsed().as_secs()).map_err(|problems| problems[0].code.clone())
}

/// A holder that lives, as far as the clock of its host lets it say so.
async fn beats(store: &mut Store, lease: &Lease, clock: &farsight_provider::VirtualClock, off: i64) {
    loop {
        tokio::time::sleep(Duration::from_secs(20)).await;
        store.heartbeat(lease, clock.now() + off, TTL).unwrap();
    }
}

/// Protects a run from clocks: whatever the other machine's clock says, and whatever somebody does to this one, a
/// holder that lives keeps its lock.
#[test]
fn a_living_holder_is_not_robbed_by_a_clock() {
    for (off, set_by) in [(0, 3_600_000), (0, -3_600_000), (-3_600_000, 0), (3_600_000, 0)] {
        virtual_time(async move {
            let mut lab = Lab::new(1);
            let (mut store, lease) = held_by(&mut lab, "elsewhere", 7, None);
            store.heartbeat(&lease, lab.clock.now() + off, TTL).unwrap();
            let clock = lab.clock.clone();
            let mut session = second(&mut lab);
            lab.clock.set_by(set_by);
            let result = tokio::select! {
                result = lock(&mut session) => result,
                () = beats(&mut store, &lease, &clock, off) => unreachable!(),
            };
            if off == 0 && set_by == -3_600_000 || off == 3_600_000 {
                // Of a clock that is ahead nobody can tell; its next sign of life can.
                assert_eq!(result, Err("S0104".into()), "off {off}, set by {set_by}");
            }
            assert!(result.is_err(), "off {off}, set by {set_by}: {result:?}");
        });
    }
}

/// Protects people from locks that last for ever: a holder that gives no sign of life is succeeded, though its lease
/// ends in a year by this clock.
#[test]
fn a_dead_holder_is_succeeded_whatever_the_clock_says() {
    for set_by in [0, 3_600_000, -31_536_000_000] {
        virtual_time(async move {
            let mut lab = Lab::new(2);
            held_by(&mut lab, "elsewhere", 7, None);
            lab.clock.set_by(set_by);
            let mut session = second(&mut lab);
            if set_by == 0 {
                assert_eq!(lock(&mut session).await, Err("S0104".into()), "its lease has not run out");
                tokio::time::sleep(Duration::from_secs(61)).await;
            }
            let took = lock(&mut session).await.unwrap();
            assert!((60..63).contains(&took), "set by {set_by}: {took} s");
        });
    }
}

/// Protects from process numbers that are used again: the holder is known by when it started, too.
#[test]
fn a_number_that_another_process_has_now_holds_nothing() {
    virtual_time(async {
        let mut lab = Lab::new(3);
        // This test's own number, of a process that started at another time.
        let own = own_identity(&mut lab).await;
        let (start, rest) = (own.rsplit_once('/').unwrap().1.to_owned(), own.rsplit_once('/').unwrap().0.to_owned());
        for (process, at_once) in [
            (own.clone(), false),
            (format!("{rest}/{start}1"), true),
            ("another boot/1/1".to_owned(), true),
            // A container's processes cannot be seen from here.
            (format!("{}/12345/{start}", own.split('/').next().unwrap()), false),
        ] {
            let (mut store, _lease) = held_by(&mut lab, "lab", std::process::id(), Some(process.clone()));
            let mut session = second(&mut lab);
            let result = lock(&mut session).await;
            assert_eq!(result.is_ok(), at_once, "{process}: {result:?}");
            let id = stack(&store);
            store.break_lease(id, lab.clock.now()).unwrap();
        }
    });
}

/// What this process calls itself in a lease.
async fn own_identity(lab: &mut Lab) -> String {
    let mut session = second(lab);
    session.lock(&request("up")).await.unwrap();
    let store = lab.store().another().unwrap();
    let holder = store.lease(stack(&store)).unwrap().unwrap().holder;
    session.finish(&[], false).unwrap();
    holder.process.unwrap()
}

/// Protects a process that was stopped for long on this host: it is alive, so it is watched before it is succeeded.
#[test]
fn a_stopped_process_is_watched_before_it_is_succeeded() {
    virtual_time(async {
        let mut lab = Lab::new(4);
        let own = own_identity(&mut lab).await;
        held_by(&mut lab, "lab", std::process::id(), Some(own));
        tokio::time::sleep(Duration::from_hours(1)).await;
        let mut session = second(&mut lab);
        assert!((60..63).contains(&lock(&mut session).await.unwrap()));
    });
}

/// Protects everyone who only looks: previews, drift and refresh's look need no lock and wait for none.
#[test]
fn looking_never_waits() {
    virtual_time(async {
        let mut lab = Lab::new(5);
        let nodes = [plain("a", "{}"), plain("b", "{}")];
        lab.up(&nodes).await;
        let mut holder = second(&mut lab);
        holder.lock(&request("up")).await.unwrap();
        let begin = tokio::time::Instant::now();
        assert!(lab.ops(&nodes).await.is_empty());
        let mut looker = second(&mut lab);
        looker.look(&Targets::default()).await.unwrap();
        looker.drift(&Targets::default(), "t", "t").await.unwrap();
        looker.outputs().unwrap();
        assert_eq!(begin.elapsed(), Duration::ZERO);
        let plan = holder.plan(program(&[]), &PlanOptions::default()).await.unwrap();
        assert!(holder.execute(plan).await.unwrap().succeeded(), "the holder goes on undisturbed");
        holder.finish(&[], false).unwrap();
    });
}

/// Protects the one who waits: it begins from what the other run left, and makes nothing twice.
#[test]
fn who_waited_begins_where_the_other_ended() {
    virtual_time(async {
        let mut lab = Lab::new(6);
        lab.cloud.create_takes(Duration::from_secs(30));
        let nodes = [tagged("a", "{}"), tagged("b", "{}")];
        let other = lab.store().another().unwrap();
        let mut one = lab.session();
        lab.store = Some(other);
        let mut two = lab.session();
        let options = PlanOptions::default();
        let patient = async {
            let request = farsight_engine::LockRequest { wait: Duration::from_mins(5), ..request("up") };
            tokio::time::sleep(Duration::from_secs(1)).await;
            two.lock(&request).await?;
            two.recover().await?;
            let plan = two.plan(program(&nodes), &options).await?;
            let empty = plan.is_empty();
            two.finish(&[], false)?;
            Ok::<bool, Vec<farsight_engine::Diagnostic>>(empty)
        };
        let (first, second) = tokio::join!(up(&mut one, program(&nodes), &options), patient);
        assert!(first.unwrap().succeeded());
        assert!(second.unwrap(), "nothing was left to do");
        assert_eq!(lab.cloud.objects().len(), 2);
    });
}
