//! A process that is killed while it writes loses nothing that it was told is committed.

use crate::common::{NOW, TTL, holder, on_disk, row, start};
use farsight_state::{Access, Store, UpdateResult, Writer};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;

const DIRECTORY: &str = "FARSIGHT_TEST_KILL_DIRECTORY";

/// Protects the first promise of all: kill a run at any instant, and the next one finds everything it had reported.
#[test]
fn what_was_reported_as_committed_survives_a_kill() {
    if let Some(directory) = std::env::var_os(DIRECTORY) {
        return write_until_killed(&PathBuf::from(directory));
    }
    for reports in [1, 7, 60] {
        let directory = tempfile::tempdir().unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "kill::what_was_reported_as_committed_survives_a_kill", "--nocapture"])
            .env(DIRECTORY, directory.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let reported: Vec<i64> =
            lines.filter_map(|line| line.unwrap().strip_prefix("committed ")?.parse().ok()).take(reports).collect();
        child.kill().unwrap();
        child.wait().unwrap();

        let mut store = Store::open(&directory.path().join("shop.db"), Access::ReadWrite).unwrap();
        assert_eq!(store.verify().unwrap(), []);
        let stack = store.stack("dev").unwrap().unwrap().id;
        let resources = store.snapshot(stack).unwrap().resources;
        let kept: Vec<i64> = resources.iter().map(|row| row.key.0).collect();
        assert!(reported.iter().all(|key| kept.contains(key)), "reported {reported:?}, kept {kept:?}");
        assert_eq!(
            kept,
            (1..=kept.len() as i64).collect::<Vec<_>>(),
            "a later request was kept without an earlier one"
        );
        let lease = store.acquire_lease_with(stack, &holder("bob"), NOW, TTL, |_| true).unwrap();
        store.begin_update(&lease, &start("up", NOW)).unwrap();
        assert_eq!(store.updates(stack, 2).unwrap()[1].result, Some(UpdateResult::Interrupted));
    }
}

fn write_until_killed(directory: &Path) {
    let f = on_disk(directory);
    let puts: Vec<_> = (1..=5_000).map(|key| f.put(row(key, &format!("r{key}")))).collect();
    let writer = Writer::spawn(f.store, f.lease);
    let (sender, receiver) = channel();
    for (key, put) in (1_i64..).zip(puts) {
        let sender = sender.clone();
        writer.apply(
            vec![put],
            Box::new(move |result| {
                result.unwrap();
                println!("committed {key}");
                sender.send(()).unwrap();
            }),
        );
        // Waits now and then, so that there are many commits to be killed between.
        if key % 3 == 0 {
            receiver.recv().unwrap();
        }
    }
    writer.shutdown();
}
