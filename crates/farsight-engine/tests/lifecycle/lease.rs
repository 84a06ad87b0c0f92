//! The lock: one run at a time, and the dead do not hold it.

use crate::common::*;
use farsight_engine::{Diagnostic, PlanOptions, Session};
use farsight_state::{Access, Store};
use std::time::Duration;

/// A lab whose state lies on disk, so that two sessions can open it.
fn on_disk(dir: &tempfile::TempDir, seed: u64) -> (Lab, std::path::PathBuf) {
    let path = dir.path().join("state.db");
    let mut lab = Lab::new(seed);
    let mut store = Store::open(&path, Access::ReadWrite).unwrap();
    store.create_stack(PROJECT, STACK, 0).unwrap();
    lab.store = Some(store);
    (lab, path)
}

fn second(lab: &mut Lab, path: &std::path::Path) -> Session {
    let first = lab.store.replace(Store::open(path, Access::ReadWrite).unwrap());
    let session = lab.session();
    lab.store = first;
    session
}

fn code(result: Result<(), Vec<Diagnostic>>) -> String {
    result.map_or_else(|problems| problems[0].code.clone(), |()| "locked".into())
}

/// Protects from two writers: the second is told who holds the stack, or waits for it.
#[test]
fn the_second_session_waits_or_leaves() {
    virtual_time(async {
        let dir = tempfile::tempdir().unwrap();
        let (mut lab, path) = on_disk(&dir, 1);
        let mut two = second(&mut lab, &path);
        let mut one = lab.session();
        one.lock(&request("up")).await.unwrap();
        assert_eq!(code(two.lock(&request("up")).await), "S0104");
        let mut patient = request("up");
        patient.wait = Duration::from_secs(30);
        let began = tokio::time::Instant::now();
        let (waited, ()) = tokio::join!(two.lock(&patient), async {
            tokio::time::sleep(Duration::from_secs(10)).await;
            one.finish(&[], false).unwrap();
        });
        assert_eq!(code(waited), "locked");
        assert!((10..12).contains(&began.elapsed().as_secs()));
        two.finish(&[], false).unwrap();
    });
}

/// Protects state from a holder that was given up: it writes nothing more, neither to state nor to the cloud.
#[test]
fn a_fenced_holder_writes_nothing() {
    virtual_time(async {
        let dir = tempfile::tempdir().unwrap();
        let (mut lab, path) = on_disk(&dir, 2);
        let mut one = lab.session();
        one.lock(&request("up")).await.unwrap();
        let plan = one.plan(program(&[plain("a", "{}"), plain("b", "{}")]), &PlanOptions::default()).await.unwrap();
        let mut other = Store::open(&path, Access::ReadWrite).unwrap();
        let stack = other.stack(STACK).unwrap().unwrap().id;
        other.break_lease(stack, 0).unwrap();
        let outcome = one.execute(plan).await.unwrap();
        assert!(outcome.failures.iter().all(|failure| failure.code == "S0105"), "{outcome:#?}");
        assert!(!outcome.failures.is_empty());
        assert_eq!(one.finish(&outcome.failures, false).unwrap_err()[0].code, "S0105");
        assert!(lab.cloud.story().is_empty(), "no write without a committed intent");
        assert!(other.snapshot(stack).unwrap().resources.is_empty());
    });
}

/// Protects people from locks of the dead: a holder on this host that no longer runs is succeeded at once, one on
/// another host when its lease runs out.
#[test]
fn a_dead_holder_is_succeeded() {
    virtual_time(async {
        let dir = tempfile::tempdir().unwrap();
        let (mut lab, path) = on_disk(&dir, 3);
        let mut child = std::process::Command::new("true").spawn().unwrap();
        child.wait().unwrap();
        for (host, at_once) in [("lab", true), ("elsewhere", false)] {
            let mut store = Store::open(&path, Access::ReadWrite).unwrap();
            let stack = store.stack(STACK).unwrap().unwrap().id;
            let holder = farsight_state::Holder {
                user: "t".into(),
                host: host.into(),
                pid: child.id(),
                process: Some("a boot/1".into()),
                command: "up".into(),
            };
            let now = farsight_provider::Clock::now(lab.clock.as_ref());
            store.acquire_lease(stack, &holder, now, 60_000).unwrap();
            let mut session = second(&mut lab, &path);
            let result = code(session.lock(&request("up")).await);
            assert_eq!(result == "locked", at_once, "{host}: {result}");
            if !at_once {
                tokio::time::sleep(Duration::from_secs(61)).await;
                assert_eq!(code(session.lock(&request("up")).await), "locked");
            }
            session.finish(&[], false).unwrap();
        }
    });
}
