//! The writer thread: shared commits, in order, and faults that hurt nobody else.

use crate::common::{Fixture, NOW, TTL, finish, holder, memory, on_disk, row};
use farsight_model::Value;
use farsight_state::{Access, OpStatus, Reply, StateError, Store, Writer};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

type Answer = (usize, Result<(), Arc<StateError>>);

fn tell(sender: &Sender<Answer>, number: usize) -> Reply {
    let sender = sender.clone();
    Box::new(move |result| sender.send((number, result)).unwrap())
}

/// Starts a writer that stands still, in the reply to its first request, until something is sent.
fn stalled(f: Fixture) -> (Writer, Sender<()>) {
    let writer = Writer::spawn(f.store, f.lease);
    let (go, wait) = channel::<()>();
    let (stands, standing) = channel();
    let stop = move |result: Result<(), Arc<StateError>>| {
        result.unwrap();
        stands.send(()).unwrap();
        wait.recv().unwrap();
    };
    writer.apply(vec![], Box::new(stop));
    standing.recv().unwrap();
    (writer, go)
}

fn answers(receiver: &Receiver<Answer>, count: usize) -> Vec<Answer> {
    receiver.iter().take(count).collect()
}

/// Protects speed: however many requests wait, they cost one sync to disk.
#[test]
fn what_queues_up_shares_a_commit_and_keeps_its_order() {
    let f = memory();
    let stack = f.stack;
    let batches: Vec<_> = (1..=50).map(|key| vec![f.put(row(key, &format!("r{key}")))]).collect();
    let mut second = row(1, "r1");
    second.inputs = Value::from("second");
    let change = f.put(second.clone());
    let (writer, go) = stalled(f);
    let (sender, receiver) = channel();
    for (number, batch) in batches.into_iter().enumerate() {
        writer.apply(batch, tell(&sender, number));
    }
    writer.apply(vec![change], tell(&sender, 50));
    go.send(()).unwrap();
    let done = answers(&receiver, 51);
    assert!(done.iter().enumerate().all(|(at, (number, result))| at == *number && result.is_ok()));
    let stats = writer.stats();
    assert_eq!((stats.commits, stats.requests, stats.transitions), (2, 52, 51));
    assert!(stats.bytes > 51 * 50, "{stats:?}");
    let store = writer.shutdown();
    let rows = store.snapshot(stack).unwrap().resources;
    assert_eq!((rows.len(), &rows[0]), (50, &second));
}

/// Protects every other step of a run from one faulty request.
#[test]
fn only_the_guilty_request_fails() {
    let f = memory();
    let stack = f.stack;
    let mut leaky = row(2, "b");
    leaky.inputs = Value::secret("x".into());
    let batches = [
        vec![f.put(row(1, "a"))],
        vec![f.put(row(9, "i")), f.put(leaky)],
        vec![f.put(row(3, "c"))],
        vec![finish(7, OpStatus::Done, NOW)],
        vec![f.put(row(4, "a"))],
        vec![f.put(row(5, "e"))],
    ];
    let (writer, go) = stalled(f);
    let (sender, receiver) = channel();
    for (number, batch) in batches.into_iter().enumerate() {
        writer.apply(batch, tell(&sender, number));
    }
    go.send(()).unwrap();
    let failed: Vec<_> =
        answers(&receiver, 6).into_iter().filter_map(|(number, it)| Some((number, it.err()?))).collect();
    let store = writer.shutdown();
    assert_eq!(failed.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [1, 3, 4]);
    assert!(matches!(*failed[0].1, StateError::PlaintextSecret { .. }));
    assert!(matches!(*failed[1].1, StateError::NoSuchOperation { .. }));
    assert!(matches!(*failed[2].1, StateError::DuplicateUrn { .. }));
    let names: Vec<_> = store.snapshot(stack).unwrap().resources.iter().map(|row| row.urn.name().to_owned()).collect();
    assert_eq!(names, ["a", "c", "e"]);
}

/// Protects the promise that nothing is reported before it is committed.
#[test]
fn a_reply_comes_after_the_commit() {
    let directory = tempfile::tempdir().unwrap();
    let f = on_disk(directory.path());
    let (path, stack) = (f.store.path().unwrap().to_owned(), f.stack);
    let put = f.put(row(1, "a"));
    let writer = Writer::spawn(f.store, f.lease);
    let (sender, receiver) = channel();
    writer.apply(
        vec![put],
        Box::new(move |result| {
            result.unwrap();
            let seen = Store::open(&path, Access::ReadOnly).unwrap().snapshot(stack).unwrap().resources.len();
            sender.send(seen).unwrap();
        }),
    );
    assert_eq!(receiver.recv().unwrap(), 1);
    writer.shutdown();
}

#[test]
fn a_stolen_lease_fails_everything() {
    let directory = tempfile::tempdir().unwrap();
    let f = on_disk(directory.path());
    let mut thief = Store::open(f.store.path().unwrap(), Access::ReadWrite).unwrap();
    let (put, stack) = (f.put(row(1, "a")), f.stack);
    let writer = Writer::spawn(f.store, f.lease);
    let (sender, receiver) = channel();
    writer.heartbeat(NOW + 1, TTL, tell(&sender, 0));
    assert!(answers(&receiver, 1)[0].1.is_ok());
    assert_eq!(thief.lease(stack).unwrap().unwrap().expires_at, NOW + 1 + TTL);
    thief.acquire_lease(stack, &holder("bob"), NOW + 1 + TTL, TTL).unwrap();
    writer.apply(vec![put.clone()], tell(&sender, 1));
    writer.apply(vec![put], tell(&sender, 2));
    writer.heartbeat(NOW + 2, TTL, tell(&sender, 3));
    for (_, result) in answers(&receiver, 3) {
        assert!(matches!(*result.unwrap_err(), StateError::Fenced { holder: Some(_) }));
    }
    assert!(writer.shutdown().snapshot(stack).unwrap().resources.is_empty());
}

/// Protects a run whose writer died: it is told so instead of waiting for ever.
#[test]
fn requests_after_a_panic_are_answered() {
    let f = memory();
    let writer = Writer::spawn(f.store, f.lease);
    writer.apply(vec![], Box::new(|_| panic!("planted")));
    loop {
        let (sender, receiver) = channel();
        writer.apply(vec![], tell(&sender, 1));
        drop(sender);
        // While the thread is on its way out, a request may be dropped with its reply, which is an answer too.
        if let Ok((_, result)) = receiver.recv() {
            assert!(matches!(*result.unwrap_err(), StateError::WriterStopped));
            break;
        }
    }
    assert!(catch_unwind(AssertUnwindSafe(|| writer.shutdown())).is_err());
}
